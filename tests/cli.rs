//! What a person types, and what it prints and leaves behind.

use crate::support::{Scratch, fold};
use conclave::protocol::event::Outcome;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

#[test]
fn nothing_configured_the_panel_debates_to_consensus_and_says_what_it_is() {
    let scratch = Scratch::new();
    let ran = scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    assert!(ran.err.lines().next().unwrap().contains("no language model"), "{}", ran.err);
    let status: Vec<&str> = ran.err.lines().filter(|l| l.starts_with("-- wave")).collect();
    assert!(status.len() > 4 && status.iter().all(|l| l.contains("no language model")), "{}", ran.err);

    let folder = scratch.session();
    let session = fold(&folder);
    assert!(matches!(session.outcome(), Some(Outcome::Consensus { .. })));
    let report = conclave::protocol::metrics::report(&session);
    assert!(
        report.objections > 0 && report.heads > session.dockets().count() as u32,
        "an objection changed a proposal"
    );

    let log = std::fs::read_to_string(folder.join("communication.md")).unwrap();
    assert!(log.lines().take(12).any(|l| l.contains("No language model")), "{log}");
    let headings: Vec<&str> = log.lines().filter(|l| l.starts_with("### ")).collect();
    assert_eq!(headings.len(), session.entries().len());
    assert!(headings[0].starts_with("### [SUPERVISOR] ["));
    assert!(headings.iter().all(|h| is_heading(h)), "{headings:#?}");
    assert_eq!(ran.out.trim(), log.trim(), "what is printed is the log");
    let document = std::fs::read_to_string(folder.join("consensus.md")).unwrap();
    assert!(document.contains("status: accepted") && document.contains("no language model"));
}

/// `^### \[[A-Z][A-Z0-9_-]*\] \[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] UTC$`
fn is_heading(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("### [").and_then(|l| l.strip_suffix("] UTC")) else { return false };
    let Some((tag, time)) = rest.split_once("] [") else { return false };
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect();
    let letters = tag.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '_');
    tag.starts_with(|c: char| c.is_ascii_uppercase()) && letters && shape == "dddd-dd-dd dd:dd:dd"
}

#[test]
fn folders_and_files_are_private() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = scratch.session();
    assert_eq!(mode(&folder), 0o700);
    for file in ["journal.jsonl", "communication.md", "consensus.md"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[test]
fn json_is_an_event_a_line_and_a_summary_last() {
    let scratch = Scratch::new();
    let ran = scratch.run(&["debate", TOPIC, "--model", "builtin", "--json", "--seats", "backend,security"]).exits(0);
    let lines: Vec<Value> = ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines[0]["event"]["event"], "opened");
    let numbers: Vec<u64> = lines[..lines.len() - 1].iter().map(|l| l["n"].as_u64().unwrap()).collect();
    assert!(numbers.iter().enumerate().all(|(i, n)| *n == i as u64 + 1), "none missed, none twice");
    let summary = &lines[lines.len() - 1]["summary"];
    for key in ["session", "outcome", "digest", "entries", "waves", "calls", "tokens", "cost"] {
        assert!(summary.get(key).is_some(), "{key}");
    }
    assert_eq!((&summary["outcome"], &summary["language_model"]), (&Value::from("consensus"), &Value::from(false)));
    assert_eq!(summary["cost"], Value::Null, "unknown is unknown, never zero");
}

#[test]
fn sessions_are_listed_exported_and_found_by_prefix() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let listed = scratch.run(&["sessions"]).exits(0);
    assert!(listed.out.contains("consensus") && listed.out.contains("sign-in"), "{}", listed.out);
    let json: Value = serde_json::from_str(&scratch.run(&["sessions", "--json"]).exits(0).out).unwrap();
    let id = json[0]["session"].as_str().unwrap();
    let exported = scratch.run(&["export", &id[..id.len() - 2]]).exits(0).out;
    assert_eq!(exported, std::fs::read_to_string(scratch.session().join("consensus.md")).unwrap());
    let document: Value = serde_json::from_str(&scratch.run(&["export", "--format", "json"]).exits(0).out).unwrap();
    assert_eq!(document["format"], "conclave-document");
    scratch.run(&["export", "--format", "docx"]).exits(2).complains(&["docx", "md"]);
    scratch.run(&["export", "nosuch"]).exits(2).complains(&["nosuch"]);
}

#[test]
fn the_same_topic_and_seed_give_the_same_debate_and_another_topic_another() {
    let contents = |topic: &str, seed: &str| {
        let scratch = Scratch::new();
        scratch.run(&["debate", topic, "--model", "builtin", "--seed", seed]).exits(0);
        fold(&scratch.session()).entries().iter().map(|e| e.content.clone()).collect::<Vec<_>>()
    };
    assert_eq!(contents(TOPIC, "1"), contents(TOPIC, "1"));
    assert_ne!(contents(TOPIC, "1"), contents("How do we store and search ten million invoices?", "1"));
}

#[test]
fn bad_input_is_told_with_a_hint_and_leaves_nothing() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("binary"), [0xff, 0xfe, 0x00]).unwrap();
    std::fs::write(scratch.path().join("big"), "x".repeat(300 * 1024)).unwrap();
    let panel = |args: &[&str]| scratch.run(&[args, &["--model", "builtin"]].concat());
    panel(&["debate", "   "]).exits(2).complains(&["topic is empty"]);
    panel(&["debate", TOPIC, "--seats", "backend,astrologer"]).exits(2).complains(&["astrologer", "tech-lead"]);
    panel(&["debate", TOPIC, "--seats", "backend"]).exits(2).complains(&["2 to 16"]);
    panel(&["debate", TOPIC, "--context", "nosuch.md"]).exits(2).complains(&["nosuch.md"]);
    panel(&["debate", TOPIC, "--context", "binary"]).exits(2).complains(&["binary", "UTF-8"]);
    panel(&["debate", TOPIC, "--context", "big"]).exits(2).complains(&["big"]);
    panel(&["debate", "--topic-file", "nosuch"]).exits(2).complains(&["nosuch"]);
    panel(&["debate", TOPIC, "--prompts", "nosuch"]).exits(2).complains(&["nosuch"]);
    panel(&["debate", TOPIC, "--sessions", "/proc/nosuch"]).exits(1).complains(&["/proc/nosuch"]);
    assert_eq!(scratch.run(&["debate"]).code, Some(2));
    assert_eq!(scratch.run(&["debate", TOPIC, "--max-waves", "0"]).code, Some(2));
    std::fs::write(scratch.path().join("conclave.toml"), "modle = \"x\"\n").unwrap();
    panel(&["debate", TOPIC]).exits(2).complains(&["modle", "model"]);
    assert!(scratch.found().is_empty(), "{:?}", scratch.found());
}

#[test]
fn a_limit_suspends_with_exit_code_3_and_resume_goes_on() {
    let scratch = Scratch::new();
    let ran = scratch.run(&["debate", TOPIC, "--model", "builtin", "--max-waves", "3"]).exits(3);
    assert!(ran.err.contains("the limit of 3 waves") && ran.err.contains("conclave resume"), "{}", ran.err);
    let draft = std::fs::read_to_string(scratch.session().join("consensus.md")).unwrap();
    assert!(draft.contains("status: draft"), "{draft}");
    let resumed = scratch.run(&["resume"]).exits(0);
    let status: Vec<&str> = resumed.err.lines().filter(|l| l.starts_with("-- wave")).collect();
    assert!(!status.is_empty() && status.iter().all(|l| l.contains("no language model")), "{}", resumed.err);
    assert!(matches!(fold(&scratch.session()).outcome(), Some(Outcome::Consensus { .. })));
}

#[test]
fn topic_and_context_come_from_files_and_context_reaches_the_journal() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("topic.txt"), TOPIC).unwrap();
    std::fs::write(scratch.path().join("notes.md"), "Six engineers. GDPR applies.").unwrap();
    let args = ["debate", "--topic-file", "topic.txt", "--context", "notes.md", "--model", "builtin"];
    scratch.run(&args).exits(0);
    let session = fold(&scratch.session());
    assert_eq!(session.opening().topic, TOPIC);
    assert_eq!(session.opening().context[0].text, "Six engineers. GDPR applies.");
}

#[test]
fn an_export_replaces_what_it_wrote_and_nothing_else() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--max-waves", "3"]).exits(3);
    for format in ["md", "html", "json", "github"] {
        let name = format!("out/of/{format}");
        let export =
            |more: &[&str]| scratch.run(&[&["export", "--format", format, "-o", name.as_str()], more].concat());
        let file = scratch.path().join(&name);
        export(&[]).exits(0);
        let draft = std::fs::read(&file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
        export(&[]).exits(0);
        // Somebody wrote into it: it is theirs now.
        let mut theirs = draft.clone();
        theirs.extend_from_slice(b"Reviewed by Ada.\n");
        std::fs::write(&file, &theirs).unwrap();
        export(&[]).exits(2).complains(&["--force"]);
        assert_eq!(std::fs::read(&file).unwrap(), theirs);
        export(&["--force"]).exits(0);
        assert_eq!(std::fs::read(&file).unwrap(), draft);
    }
    scratch.run(&["resume"]).exits(0);
    // Drafts of an earlier record are known as what they are, too.
    for format in ["md", "html", "json", "github"] {
        let name = format!("out/of/{format}");
        let draft = std::fs::read(scratch.path().join(&name)).unwrap();
        scratch.run(&["export", "--format", format, "-o", &name]).exits(0);
        assert_ne!(std::fs::read(scratch.path().join(&name)).unwrap(), draft, "the draft is replaced");
    }
    let left: Vec<_> = std::fs::read_dir(scratch.path().join("out/of")).unwrap().collect();
    assert_eq!(left.len(), 4, "{left:?}");
    std::fs::write(scratch.path().join("out/notes.md"), "Mine.\n").unwrap();
    scratch.run(&["export", "-o", "out/notes.md"]).exits(2).complains(&["--force"]);
    scratch.run(&["export", "-o", "-"]).exits(0);
}

#[test]
fn secrets_in_a_document_are_masked_and_counted() {
    let scratch = Scratch::new();
    let key = format!("sk-{}", "a1B2".repeat(8));
    let topic = format!("{TOPIC} Our old key was {key}.");
    scratch.run(&["debate", &topic, "--model", "builtin"]).exits(0);
    for format in ["md", "html", "json"] {
        let masked = scratch.run(&["export", "--format", format]).exits(0);
        assert!(!masked.out.contains(&key) && masked.out.contains("[redacted]"), "{format}");
        assert!(masked.err.contains("Masked ") && masked.err.contains("--redact=off"), "{}", masked.err);
        let plain = scratch.run(&["export", "--format", format, "--redact=off"]).exits(0);
        assert!(plain.out.contains(&key) && plain.err.is_empty(), "{format}: {}", plain.err);
    }
    scratch.run(&["export", "--format", "madr", "-o", "records"]).exits(0);
    for file in std::fs::read_dir(scratch.path().join("records")).unwrap() {
        assert!(!std::fs::read_to_string(file.unwrap().path()).unwrap().contains(&key));
    }
}

#[test]
fn records_go_into_a_folder_and_leave_what_is_there() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let folder = scratch.path().join("docs/decisions");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("0041-old.md"), "# Old\n").unwrap();
    std::fs::write(folder.join("README.md"), "# Ours\n").unwrap();
    scratch.run(&["export", "--format", "madr", "-o", "docs/decisions"]).exits(0);
    let mut names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let decisions = fold(&scratch.session()).dockets().count();
    assert_eq!(names.len(), decisions + 2, "{names:?}");
    assert!(names[0] == "0041-old.md" && names[1].starts_with("0042-"), "{names:?}");
    assert_eq!(std::fs::read_to_string(folder.join("README.md")).unwrap(), "# Ours\n");
    assert_eq!(std::fs::read_to_string(folder.join("0041-old.md")).unwrap(), "# Old\n");
    scratch.run(&["verify", &format!("docs/decisions/{}", names[1])]).exits(0);
    scratch.run(&["export", "--format", "madr", "-o", "docs/decisions"]).exits(2).complains(&["--force", &names[1]]);
    scratch.run(&["export", "--format", "madr"]).exits(2).complains(&["-o"]);
}

#[test]
fn a_session_is_watched_as_lines_where_there_is_no_screen() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let log = std::fs::read_to_string(scratch.session().join("communication.md")).unwrap();
    for args in [&["watch"][..], &["watch", "--plain"]] {
        let ran = scratch.run(args).exits(0);
        assert!(!ran.out.contains('\u{1b}') && ran.err.contains("CONSENSUS on "), "{}", ran.err);
        let shown = |line: &&str| line.starts_with("### [");
        assert!(ran.out.lines().filter(shown).eq(log.lines().filter(shown)), "{}", ran.out);
    }
    let events = scratch.run(&["watch", "--json"]).exits(0).out;
    assert!(events.lines().all(|l| l.starts_with('{')) && events.lines().last().unwrap().contains("\"consensus\""));
    scratch.run(&["watch", "--join"]).exits(2).complains(&["full screen", "conclave post"]);
}

#[test]
fn an_index_that_was_written_here_grows_with_the_next_session() {
    let scratch = Scratch::new();
    let export = ["export", "--format", "madr", "-o", "records"];
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let first = scratch.session();
    scratch.run(&export).exits(0);
    let index = || std::fs::read_to_string(scratch.path().join("records/README.md")).unwrap();
    let before = index();
    scratch.run(&["debate", "How do we take backups?", "--model", "builtin"]).exits(0);
    scratch.run(&export).exits(0);
    let second = scratch.found().into_iter().find(|f| *f != first).unwrap();
    let added = fold(&second).dockets().count();
    assert!(index().starts_with(&before), "{}", index());
    assert_eq!(index().lines().count(), before.lines().count() + added, "{}", index());
    for line in index().lines().skip(2) {
        let name = line.split_once("](").unwrap().1.split_once(')').unwrap().0;
        assert!(scratch.path().join("records").join(name).is_file(), "{line}");
    }
    // A line of somebody's own, and it is theirs.
    std::fs::write(scratch.path().join("records/README.md"), format!("{}Ours.\n", index())).unwrap();
    let told = scratch.run(&[&export[..], &["--force"]].concat()).exits(0).err;
    assert!(told.contains("not written here") && index().ends_with("Ours.\n"), "{told}");
}

#[test]
fn a_document_goes_into_a_folder_and_never_over_a_journal() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let folder = scratch.session();
    let name = folder.file_name().unwrap().to_str().unwrap();
    scratch.run(&["export", "--format", "html", "-o", "."]).exits(0);
    assert!(scratch.path().join(format!("{name}.html")).is_file());
    for file in ["journal.jsonl", "communication.md"] {
        let path = folder.join(file);
        let before = std::fs::read(&path).unwrap();
        let path = path.to_str().unwrap();
        scratch.run(&["export", "-o", path, "--force"]).exits(2).complains(&["belongs to a session"]);
        assert!(std::fs::read(path).unwrap() == before, "{file}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_that_could_not_be_written_is_told_and_a_new_file_heeds_the_mask() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let shell = |line: &str| {
        let program = env!("CARGO_BIN_EXE_conclave");
        let mut command = std::process::Command::new("/bin/sh");
        command.args(["-c", line, program]).current_dir(scratch.path()).env_clear().env("HOME", scratch.path());
        command.env("PATH", "/usr/bin:/bin").output().unwrap()
    };
    let full = shell("\"$0\" export > /dev/full");
    assert_eq!(full.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&full.stderr).contains("could not be written to standard output"));
    assert!(shell("umask 027; \"$0\" export -o d.md").status.success());
    let mode = || std::fs::metadata(scratch.path().join("d.md")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o640);
    assert!(shell("chmod 600 d.md; umask 022; \"$0\" export -o d.md").status.success());
    assert_eq!(mode(), 0o600, "what is replaced keeps its own");
}
