//! `--project`: seats look at the code they argue about, and at nothing else.

use crate::support::model::{Act, Seen, Server, dutiful};
use crate::support::{Ran, Scratch, fold};
use conclave::protocol::{Event, Found, Session};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const AUTH: &str = "pub fn sign_in(user: &str) -> Token {\n    // tokens live for ever\n    Token::new(user)\n}\n";
const PLACE: &str = "src/auth.rs:2-3";

/// A project with a revision, a forge, a guide, and things that nobody may see.
fn project(scratch: &Scratch) {
    let files = [
        ("project/src/auth.rs", AUTH.to_owned()),
        ("project/.env", "PASSWORD=hunter2-from-env\n".to_owned()),
        ("project/AGENTS.md", "Guide of the project: four spaces, no tabs.\n".to_owned()),
        ("project/.git/HEAD", format!("{COMMIT}\n")),
        (
            "project/.git/config",
            "[remote \"origin\"]\n\turl = https://me:token-in-url@github.com/acme/shop.git\n".to_owned(),
        ),
        ("outside.txt", "OUTSIDE\n".to_owned()),
    ];
    for (path, text) in files {
        let path = scratch.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn debate(scratch: &Scratch, server: &Server, more: &[&str]) -> Ran {
    let args = ["debate", TOPIC, "--model", "scripted", "--base-url", &server.url, "--project", "project"];
    scratch.run(&[&args, more].concat())
}

/// A dutiful reply that quotes what was read, and something that was not.
fn quoting(seen: &Seen) -> String {
    let mut reply: Value = serde_json::from_str(&dutiful(seen)).unwrap();
    reply["content"] = json!(format!("Tokens never expire: see `{PLACE}`. Nobody has read src/never.rs:1-2."));
    reply.to_string()
}

fn answers(seen: &Seen) -> Vec<&str> {
    let messages = seen.body["messages"].as_array().unwrap();
    messages.iter().filter(|m| m["role"] == "tool").map(|m| m["content"].as_str().unwrap()).collect()
}

/// BACKEND looks before its position and quotes what it saw; the others do what is owed.
fn by_functions(seen: &Seen) -> Act {
    match (seen.seat(), seen.kind(), answers(seen).len()) {
        ("BACKEND", "position", 0) => Act::Call(vec![
            ("grep", json!({ "pattern": "live for ever" })),
            ("read", json!({ "path": "../outside.txt" })),
            ("read", json!({ "path": ".env" })),
            ("bash", json!({ "command": "cat /etc/passwd" })),
        ]),
        ("BACKEND", "position", 4) => {
            Act::Call(vec![("read", json!({ "path": "src/auth.rs", "from": 1, "lines": 4 }))])
        }
        ("BACKEND", "position", _) => Act::Say(quoting(seen)),
        _ => Act::Say(dutiful(seen)),
    }
}

fn looked(folder: &Path) -> Vec<Event> {
    let loaded = conclave::journal::read(folder).unwrap();
    loaded.events().filter(|e| matches!(e, Event::Looked { .. })).cloned().collect()
}

fn first_looks(session: &Session) -> Vec<String> {
    let entry = session.entries().iter().find(|e| !e.looks.is_empty()).expect("an entry with looks");
    entry
        .looks
        .iter()
        .flat_map(|r| &r.looks)
        .map(|look| match &look.found {
            Found::Given { .. } => format!("{} given", look.query),
            Found::Refused { reason } => format!("{} refused: {reason}", look.query),
        })
        .collect()
}

#[test]
fn a_debate_looks_by_function_calling_cites_and_links_what_it_read() {
    let scratch = Scratch::new();
    project(&scratch);
    let server = Server::start(Duration::ZERO, by_functions);
    let ran = debate(&scratch, &server, &[]).exits(0);
    assert!(ran.err.contains("BACKEND: READ ../outside.txt — refused"), "{}", ran.err);
    let folder = scratch.session();
    let session = fold(&folder);

    // The journal has every look, with what was given or why not.
    let looks = first_looks(&session);
    assert_eq!(looks.len(), 5, "{looks:#?}");
    assert!(looks[0].ends_with("given") && looks[4].ends_with("given"));
    assert!(looks[1].contains("`..` is refused") && looks[2].contains("place of secrets"));
    assert!(looks[3].starts_with("bash") && looks[3].contains("there is no tool"));
    assert_eq!(looked(&folder).len(), 2, "a round is an event");
    let spent = conclave::protocol::metrics::spending(&session);
    assert_eq!((spent.looks, spent.refused), (2, 0), "and a call that is paid for");
    assert_eq!(spent.calls as usize, server.seen().len());

    // The model is sent the same beginning for all seats, the guide, and the answers to its calls.
    let seen = server.seen();
    assert!(seen.iter().all(|s| s.system == seen[0].system) && seen[0].system.contains("# The project"));
    assert!(seen.iter().all(|s| s.user.contains("Guide of the project: four spaces")));
    let last = seen.iter().rfind(|s| s.seat() == "BACKEND" && s.kind() == "position").unwrap();
    assert!(answers(last)[0].contains("src/auth.rs:2:    // tokens live for ever"));
    assert!(answers(last)[4].contains("1\tpub fn sign_in"));
    assert!(last.body["response_format"].is_null(), "no grammar keeps the model from calling");
    let first = seen.iter().find(|s| s.seat() == "BACKEND" && s.kind() == "position").unwrap();
    assert_eq!((&first.user, &first.system), (&last.user, &last.system), "a look only adds to the end");

    // People read it under the entry.
    let log = std::fs::read_to_string(folder.join("communication.md")).unwrap();
    assert!(log.contains("**Looks**:\n- GREP \"live for ever\" — src/auth.rs:1-4, "), "{log}");
    assert!(log.contains("- READ ../outside.txt — refused: "));
    let parsed = conclave::journal::communication::parse(&log);
    for (entry, parsed) in session.entries().iter().zip(&parsed) {
        assert_eq!((&entry.content, entry.looks.is_empty()), (&parsed.content, parsed.looks.is_empty()));
    }

    // The document leads to file, line and commit; what nobody read is no quotation.
    let link = format!("https://github.com/acme/shop/blob/{COMMIT}/src/auth.rs#L2-L3");
    for (format, expected) in [
        ("md", format!("[`{PLACE}`]({link})")),
        ("html", format!("href=\"{link}\">{PLACE}</a>")),
        ("json", format!("\"link\": \"{link}\"")),
    ] {
        let text = scratch.run(&["export", "--format", format]).exits(0).out;
        assert!(text.contains(&expected), "{format}:\n{text}");
        assert!(!text.contains("never.rs#"), "{format}");
    }
    scratch.run(&["verify"]).exits(0);
    scratch.run(&["verify", folder.join("consensus.md").to_str().unwrap()]).exits(0);
    assert!(scratch.run(&["replay", "--plain"]).exits(0).out.contains("READ src/auth.rs:1-4"));

    // Nothing that must stay went anywhere.
    let root = scratch.path().to_string_lossy().into_owned();
    let journal = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    let html = scratch.run(&["export", "--format", "html"]).out;
    let json = scratch.run(&["export", "--format", "json"]).out;
    let sent: String = seen.iter().map(|s| s.body.to_string()).collect();
    for text in [&journal, &log, &html, &json, &sent] {
        for secret in ["hunter2", "token-in-url", "OUTSIDE\\n", "root:x:"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    for text in [&log, &html, &json, &sent] {
        assert!(!text.contains(&root), "where the project lies is nobody's business");
    }
}

#[test]
fn without_function_calling_looks_are_asked_for_in_words_and_that_is_remembered() {
    let scratch = Scratch::new();
    project(&scratch);
    let refusals = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refusals);
    let server = Server::start(Duration::ZERO, move |seen| {
        if seen.body.get("tools").is_some() {
            count.fetch_add(1, Ordering::SeqCst);
            return Act::Fail(400, vec![], json!({ "error": "scripted does not support tools" }).to_string());
        }
        let shown = seen.user.contains("# What your tools gave you in this turn");
        match (seen.seat(), seen.kind(), shown) {
            ("BACKEND", "position", false) => Act::Say(
                "{\"look\": [{\"read\": {\"path\": \"src/auth.rs\"}}, {\"glob\": {\"pattern\": \"**\"}}]}".to_owned(),
            ),
            ("BACKEND", "position", true) => Act::Say(quoting(seen)),
            _ => Act::Say(dutiful(seen)),
        }
    });
    debate(&scratch, &server, &[]).exits(0);
    assert_eq!(refusals.load(Ordering::SeqCst), 1, "asked once, remembered for all");
    let looks = first_looks(&fold(&scratch.session()));
    assert_eq!(looks, ["read src/auth.rs given", "glob ** given"]);
    let seen = server.seen();
    let shown = seen.iter().find(|s| s.user.contains("# What your tools gave you")).unwrap();
    assert!(shown.user.contains("2\t    // tokens live for ever") && !shown.user.contains("hunter2"));
    assert_eq!(shown.body["messages"].as_array().unwrap().len(), 2, "one system and one user message");
    assert_eq!(shown.body["response_format"]["type"], "json_object", "a schema has no place for a look");
    scratch.run(&["verify"]).exits(0);
}

#[test]
fn a_session_killed_between_look_and_reply_goes_on_with_what_was_seen() {
    let scratch = Scratch::new();
    project(&scratch);
    let server = Server::start(Duration::ZERO, |seen| match by_functions(seen) {
        Act::Say(_) if seen.seat() == "BACKEND" && answers(seen).len() == 5 => Act::Hang,
        act => act,
    });
    let args = ["debate", TOPIC, "--model", "scripted", "--base-url", &server.url, "--project", "project", "--json"];
    let mut child = scratch.conclave(&args).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut rounds = 0;
    for line in std::io::BufRead::lines(out).map_while(Result::ok) {
        rounds += usize::from(line.contains("\"event\":\"looked\""));
        if rounds == 2 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The file changes meanwhile: what was paid for stays what it was.
    std::fs::write(scratch.path().join("project/src/auth.rs"), "changed\n").unwrap();
    let again = Server::start(Duration::ZERO, by_functions);
    scratch.run(&["resume", "--model", "scripted", "--base-url", &again.url]).exits(0);
    let seen = again.seen();
    let first = seen.iter().find(|s| s.seat() == "BACKEND").unwrap();
    assert_eq!(answers(first).len(), 5, "it is not asked to look again");
    assert!(answers(first)[4].contains("1\tpub fn sign_in"));
    assert_eq!(looked(&scratch.session()).len(), 2);
    scratch.run(&["verify"]).exits(0);
}

#[test]
fn looks_end_by_themselves_and_then_only_a_reply_is_wanted() {
    let scratch = Scratch::new();
    project(&scratch);
    let turns: Arc<Mutex<Vec<usize>>> = Arc::default();
    let kept = Arc::clone(&turns);
    let server = Server::start(Duration::ZERO, move |seen| {
        if seen.seat() != "BACKEND" || seen.kind() != "position" {
            return Act::Say(dutiful(seen));
        }
        kept.lock().unwrap().push(answers(seen).len());
        if seen.body.get("tools").is_some() {
            return Act::Call(vec![("read", json!({ "path": "src/auth.rs" }))]);
        }
        // The first time it does not understand that it is over.
        let over =
            seen.user.contains("No call of a tool is left") && !seen.user.contains("no look is left in this turn");
        Act::Say(if over { "{\"look\":[{\"read\":{\"path\":\"src/auth.rs\"}}]}".to_owned() } else { dutiful(seen) })
    });
    debate(&scratch, &server, &[]).exits(0);
    // Six rounds, then a look in words that is sent back, then the reply.
    assert_eq!(*turns.lock().unwrap(), [0, 1, 2, 3, 4, 5, 0, 0]);
    let session = fold(&scratch.session());
    assert_eq!(conclave::protocol::metrics::spending(&session).looks, 6);
    assert_eq!(conclave::protocol::metrics::spending(&session).refused, 1);
}

#[test]
fn a_budget_that_is_used_up_ends_the_looks_of_a_turn() {
    let scratch = Scratch::new();
    project(&scratch);
    let server = Server::start(Duration::ZERO, |seen| match seen.body.get("tools") {
        Some(_) => Act::Call(vec![("glob", json!({ "pattern": "**" }))]),
        None => Act::Say(dutiful(seen)),
    });
    // Each call costs 1,100.
    let ran = debate(&scratch, &server, &["--max-tokens", "3000"]).exits(3);
    assert!(ran.err.contains("the limit of 3000 tokens was reached"), "{}", ran.err);
    assert_eq!(server.seen().len(), 4, "three looks, and the reply that ends the wave");
}

#[test]
fn a_session_in_the_project_is_not_shown_to_its_seats() {
    let scratch = Scratch::new();
    let server = Server::start(Duration::ZERO, |seen| match (seen.kind(), answers(seen).len()) {
        ("position", 0) => {
            Act::Call(vec![("grep", json!({ "pattern": "confidence" })), ("glob", json!({ "pattern": "**" }))])
        }
        _ => Act::Say(dutiful(seen)),
    });
    // The home is the project here: the program's own log lies in it, and may hold what was sent to others.
    let state = scratch.path().join(".local/state/conclave");
    std::fs::create_dir_all(&state).unwrap();
    std::fs::write(state.join("conclave.log"), "confidence: SEALED\n").unwrap();
    let args = ["debate", TOPIC, "--model", "scripted", "--base-url", &server.url, "--project", "."];
    scratch.run(&args).exits(0);
    let session = fold(&scratch.session());
    let mut given = session.looks().flat_map(|(.., round)| &round.looks).map(|look| look.found.text());
    let inner = ["sessions/", "journal", "conclave.log", "SEALED"];
    assert!(given.all(|text| inner.iter().all(|word| !text.contains(word))));
    scratch.run(&[&args[..], &["--sessions", "."]].concat()).exits(2).complains(&["where sessions are kept"]);
}

#[test]
fn tools_that_a_definition_asks_for_are_refused_once_and_never_run() {
    let scratch = Scratch::new();
    project(&scratch);
    let marker = scratch.path().join("ran");
    let hook = format!(
        "---\nname: ops\ntools: Read, Grep, Bash(touch:*), Edit\nhooks:\n  Start: \"touch {}\"\n---\nYou run it.\n",
        marker.display()
    );
    std::fs::write(scratch.path().join("ops.md"), hook).unwrap();
    let server = Server::start(Duration::ZERO, by_functions);
    debate(&scratch, &server, &["--seats", "BACKEND=backend,OPS=ops.md,FRONTEND=frontend"]).exits(0);
    let log = std::fs::read_to_string(scratch.session().join("communication.md")).unwrap();
    assert_eq!(log.matches("- OPS asks for the tools Bash, Edit: refused, none is run").count(), 1, "{log}");
    assert!(!marker.exists());
}

#[test]
fn the_panel_says_that_it_does_not_look() {
    let scratch = Scratch::new();
    project(&scratch);
    let ran = scratch.run(&["debate", TOPIC, "--model", "builtin", "--project", "project"]).exits(0);
    assert!(ran.err.contains("The built-in panel does not look at the project"), "{}", ran.err);
    assert!(looked(&scratch.session()).is_empty());
}

#[test]
fn a_project_that_is_not_there_or_that_a_strangers_file_names_is_refused() {
    let scratch = Scratch::new();
    project(&scratch);
    scratch.run(&["debate", TOPIC, "--project", "nowhere"]).exits(2).complains(&["cannot be opened", "--project"]);
    let settings = |text: &str| std::fs::write(scratch.path().join("conclave.toml"), text).unwrap();
    for outside in ["..", "/etc", "project/../../x"] {
        settings(&format!("project = \"{outside}\"\n"));
        scratch.run(&["debate", TOPIC]).exits(2).complains(&["a folder within that of this file"]);
    }
    settings("project = \"project\"\nmodel = \"builtin\"\n");
    let report = scratch.run(&["doctor", "--json"]).exits(0).out;
    let report: Value = serde_json::from_str(&report).unwrap();
    let row = report["settings"].as_array().unwrap().iter().find(|s| s["key"] == "project").unwrap();
    assert!(row["value"].as_str().unwrap().ends_with("project"), "{row}");
    scratch.run(&["debate", TOPIC]).exits(0);
}

#[test]
fn a_resumed_session_finds_its_project_or_says_how_to_name_it() {
    let scratch = Scratch::new();
    project(&scratch);
    let server = Server::start(Duration::ZERO, by_functions);
    debate(&scratch, &server, &["--max-waves", "1"]).exits(3);
    std::fs::rename(scratch.path().join("project"), scratch.path().join("moved")).unwrap();
    let model = ["resume", "--model", "scripted", "--base-url", &server.url];
    scratch.run(&model).exits(2).complains(&["cannot be looked at", "--project DIR"]);
    scratch.run(&[&model[..], &["--project", "moved"]].concat()).exits(0);
    assert!(first_looks(&fold(&scratch.session()))[4].ends_with("given"));

    let other = Scratch::new();
    project(&other);
    let args = ["debate", TOPIC, "--model", "scripted", "--base-url", &server.url, "--max-waves", "1"];
    other.run(&args).exits(3);
    other.run(&[&model[..], &["--project", "project"]].concat()).exits(2).complains(&["opened without a project"]);
}
