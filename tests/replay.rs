//! Replaying, forking and comparing sessions, as a person types it.

use crate::support::{Scratch, fold};
use conclave::protocol::EntryNumber;
use conclave::protocol::event::Outcome;
use serde_json::Value;
use std::path::{Path, PathBuf};

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

fn debated() -> (Scratch, PathBuf) {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let folder = scratch.session();
    (scratch, folder)
}

fn name(folder: &Path) -> &str {
    folder.file_name().unwrap().to_str().unwrap()
}

/// The folder of the session that is not `folder`.
fn other(scratch: &Scratch, folder: &Path) -> PathBuf {
    scratch.found().into_iter().find(|f| f != folder).unwrap()
}

#[test]
fn the_plain_form_of_a_session_is_its_log() {
    let (scratch, folder) = debated();
    let log = std::fs::read_to_string(folder.join("communication.md")).unwrap();
    let ran = scratch.run(&["replay", "--plain"]).exits(0);
    assert!(ran.out.trim() == log.trim(), "{}", ran.out);
    assert!(ran.err.contains("CONSENSUS"), "{}", ran.err);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    for recorded in std::fs::read_to_string(root.join("recorded.txt")).unwrap().lines() {
        let recorded = root.join(recorded);
        let ran = scratch.run(&["replay", recorded.to_str().unwrap(), "--speed", "0"]).exits(0);
        let log = std::fs::read_to_string(recorded.join("communication.md")).unwrap();
        assert!(ran.out.trim() == log.trim(), "{}", ran.out);
    }
}

#[test]
fn at_and_until_cut_a_piece_out_and_json_has_every_event() {
    let (scratch, folder) = debated();
    let session = fold(&folder);
    let headings = |out: &str| out.lines().filter(|l| l.starts_with("### ")).count();
    let waves = |from: u32, to: u32| session.entries().iter().filter(|e| (from..to).contains(&e.wave)).count();
    let piece = scratch.run(&["replay", "--at", "#2", "--until", "wave 3"]).exits(0);
    assert_eq!(headings(&piece.out), waves(1, 3), "{}", piece.out);
    assert!(!piece.out.contains("# Debate"), "what came before is not shown");
    let json = scratch.run(&["replay", "--json"]).exits(0);
    let events: Vec<Value> = json.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let journal = conclave::journal::read(&folder).unwrap();
    assert_eq!(events.len(), journal.records.len());
    for (event, record) in events.iter().zip(&journal.records) {
        assert_eq!(
            (event["n"].as_u64(), &event["event"]),
            (Some(record.n), &serde_json::to_value(&record.event).unwrap())
        );
    }
    let playing: Vec<f64> = events.iter().map(|e| e["playing"].as_f64().unwrap()).collect();
    assert!(
        playing.windows(2).all(|w| w[0] <= w[1]) && playing[playing.len() - 1] > 30.0,
        "paced by its texts: {playing:?}"
    );
    let quick = scratch.run(&["replay", "--json", "--pacing", "recorded"]).exits(0);
    let last: Value = serde_json::from_str(quick.out.lines().last().unwrap()).unwrap();
    assert!(last["playing"].as_f64().unwrap() < 10.0, "{last}");
    for args in
        [["--at", "46"], ["--speed", "99"], ["--pacing", "slow"], ["--idle-limit", "soon"], ["--idle-limit", "0ms"]]
    {
        let ran = scratch.run(&["replay", args[0], args[1]]);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
    }
    let capped = |limit: &str| {
        let ran = scratch.run(&["replay", "--json", "--pacing", "recorded", "--idle-limit", limit]).exits(0);
        ran.out.lines().count()
    };
    assert!(["500ms", "2s", "off"].iter().all(|limit| capped(limit) == events.len()));
    scratch.run(&["replay", "nosuch"]).exits(2).complains(&["nosuch"]);
    for (verb, flag) in [("replay", "--at"), ("replay", "--until"), ("fork", "--at")] {
        let ran = scratch.run(&[verb, flag, "#999"]).exits(2);
        ran.complains(&["this session has no #999", "its last entry is #"]);
    }
}

#[test]
// The process is measured from outside.
#[allow(clippy::disallowed_methods)]
fn a_replay_at_speed_takes_its_time() {
    let (scratch, _) = debated();
    let begun = std::time::Instant::now();
    scratch.run(&["replay", "--plain", "--speed", "16", "--at", "end"]).exits(0);
    let args = ["replay", "--plain", "--speed", "16", "--pacing", "text", "--until", "#1"];
    let json = scratch.run(&["replay", "--json", "--until", "#1"]).exits(0);
    let last: Value = serde_json::from_str(json.out.lines().last().unwrap()).unwrap();
    let instant = begun.elapsed();
    scratch.run(&args).exits(0);
    let took = begun.elapsed() - instant;
    assert!(took.as_secs_f64() >= last["playing"].as_f64().unwrap() / 16.0, "{took:?}");
}

#[test]
fn what_is_damaged_is_shown_as_far_as_it_is_sound() {
    let (scratch, folder) = debated();
    let path = folder.join("journal.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let put = |text: &str| std::fs::write(&path, text).unwrap();
    // A torn tail.
    put(&format!("{}{}", lines[..20].concat(), &lines[20][..40]));
    let ran = scratch.run(&["replay"]).exits(0);
    assert!(ran.err.contains("line 21, was torn (40 bytes)"), "{}", ran.err);
    // A damaged middle, and a damaged beginning.
    put(&whole.replacen("\"n\":10,", "\"n\": 10,", 1));
    let ran = scratch.run(&["replay"]).exits(0);
    assert!(ran.err.contains("line 10 of") && ran.err.contains("what stands before it is shown"), "{}", ran.err);
    assert!(ran.out.contains("**Entry**: #1\n") && !ran.out.contains("**Entry**: #2"), "{}", ran.out);
    assert!(
        ran.err.trim_end().lines().last().unwrap().starts_with("This is not the end of the session"),
        "{}",
        ran.err
    );
    put(&whole.replacen("\"n\":1,", "\"n\": 1,", 1));
    scratch.run(&["replay", name(&folder)]).exits(1).complains(&["line 1 of"]);
    // No bytes, and somebody else's.
    put("");
    scratch.run(&["replay", name(&folder)]).exits(1).complains(&["is empty"]);
    put("hello\nworld\n");
    scratch.run(&["replay", name(&folder)]).exits(1).complains(&["not a Conclave journal"]);
    // From the future.
    let version = conclave::protocol::event::VERSION;
    let future = lines[0].replacen(&format!("\"version\":{version}"), "\"version\":7", 1);
    let body = &future[..future.find(",\"sum\":").unwrap()];
    let sum = conclave::protocol::Digest::of(body.as_bytes());
    put(&format!("{body},\"sum\":\"{sum}\"}}\n"));
    scratch.run(&["replay", name(&folder)]).exits(1).complains(&[
        "format 7",
        &format!("up to format {version}"),
        "update Conclave",
    ]);
}

#[test]
fn a_fork_with_a_direction_goes_on_ends_verifies_and_differs() {
    let (scratch, folder) = debated();
    let before = std::fs::read(folder.join("journal.jsonl")).unwrap();
    let direction = "We have two weeks and two engineers; effort decides.";
    let at = EntryNumber(1);
    let ran = scratch.run(&["fork", "--at", &at.to_string(), "--say", direction, "--model", "builtin"]).exits(0);
    assert!(ran.err.contains(&format!("Forked at {at}:")), "{}", ran.err);
    assert_eq!(std::fs::read(folder.join("journal.jsonl")).unwrap(), before, "the origin is as it was");
    let fork = other(&scratch, &folder);
    let (origin, forked) = (fold(&folder), fold(&fork));
    assert!(matches!(forked.outcome(), Some(Outcome::Consensus { .. })), "{:?}", forked.life());
    let shared = forked.forks()[0].entry;
    assert_eq!(shared, at);
    assert_eq!(origin.entries()[..at.0 as usize], forked.entries()[..at.0 as usize]);
    let said = forked.entry(EntryNumber(at.0 + 1)).unwrap();
    assert!(said.author.to_string() == "HUMAN" && format!("{:?}", said.moves).contains(direction));
    assert_eq!(forked.opening().session, name(&fork));
    assert!(forked.forks()[0].origin.session == name(&folder));
    assert_eq!(conclave::journal::reader::read_id(&fork).unwrap(), name(&fork));
    assert_eq!(conclave::journal::reader::read_id(&folder).unwrap(), name(&folder));
    let verified = scratch.run(&["verify", name(&fork)]).exits(0);
    assert!(verified.out.contains(&format!("up to {at}, are those of {}", name(&folder))), "{}", verified.out);
    let log = std::fs::read_to_string(fork.join("communication.md")).unwrap();
    assert!(log.contains(&format!("- Session: {}", name(&fork))) && log.contains(direction));
    let replayed = scratch.run(&["replay", name(&fork)]).exits(0).out;
    assert!(replayed.trim() == log.trim(), "{replayed}");
    // The fork is the newest now, and both are listed under their own names.
    let newest = scratch.run(&["export", "--format", "json"]).exits(0).out;
    assert!(newest.contains(name(&fork)));
    let listed: Value = serde_json::from_str(&scratch.run(&["sessions", "--json"]).exits(0).out).unwrap();
    assert_eq!((&listed[0]["session"], &listed[1]["session"]), (&name(&fork).into(), &name(&folder).into()));
    // Side by side.
    let diff: Value =
        serde_json::from_str(&scratch.run(&["diff", name(&folder), name(&fork), "--json"]).exits(0).out).unwrap();
    assert_eq!((&diff["same"], &diff["shared"]["entry"]), (&false.into(), &at.to_string().into()));
    assert_eq!(diff["decisions"].as_array().unwrap().len(), origin.dockets().count());
    assert!(diff["people"]["b"][0]["text"].as_str().unwrap().contains(direction) && diff["people"]["a"][0].is_null());
    let only = |side: &str| diff["decisions"].as_array().unwrap().iter().any(|d| !d["issues"][side][0].is_null());
    assert!(only("a") && only("b"), "other issues were raised: {diff:#}");
    let other_head = |d: &Value| d["sides"]["a"]["head"] != d["sides"]["b"]["head"];
    assert!(diff["decisions"].as_array().unwrap().iter().any(other_head), "{diff:#}");
    let text = scratch.run(&["diff", name(&folder), name(&fork)]).exits(0).out;
    assert!(text.contains(&format!("They share everything up to {at}")) && !text.contains('\u{1b}'), "{text}");
    let md = scratch.run(&["diff", name(&folder), name(&fork), "--format", "md"]).exits(0).out;
    assert!(md.starts_with("# Two sessions compared\n") && md.contains("| waves |"), "{md}");
    let same: Value =
        serde_json::from_str(&scratch.run(&["diff", name(&folder), name(&folder), "--json"]).exits(0).out).unwrap();
    assert_eq!(same["same"], true);
}

#[test]
fn a_finished_session_is_forked_before_its_end_and_a_wave_before_it_began() {
    let (scratch, folder) = debated();
    let ran = scratch.run(&["fork", "--no-run", "--json"]).exits(0);
    assert!(ran.err.contains("the session is over; the fork begins before that"), "{}", ran.err);
    let made: Value = serde_json::from_str(ran.out.trim()).unwrap();
    let fork = other(&scratch, &folder);
    assert_eq!(made["fork"]["session"], name(&fork));
    let session = fold(&fork);
    assert!(session.outcome().is_none() && session.entries().len() == fold(&folder).entries().len());
    // Nothing was changed, so it comes to the same.
    scratch.run(&["resume", name(&fork)]).exits(0);
    assert_eq!(fold(&fork).outcome(), fold(&folder).outcome());
    // In the middle of a wave: a place at which replies are held.
    let loaded = conclave::journal::read(&folder).unwrap();
    let held = loaded
        .events()
        .position(|e| matches!(e, conclave::protocol::Event::Replied { author, .. } if author.seat().is_some()))
        .unwrap();
    let timeline = conclave::replay::Timeline::of(loaded.records).unwrap();
    let plan = conclave::replay::fork::fork(&timeline, held + 2, "x", None, timeline.time(held)).unwrap();
    assert_eq!(plan.entry, EntryNumber(1), "back to where the framework was revealed");
    assert!(timeline.at(held + 2).unforkable().is_some());
}

#[test]
fn a_fork_that_waits_remembers_what_was_typed_or_says_that_it_cannot() {
    let (scratch, folder) = debated();
    let direction = "Two engineers, two weeks.";
    let fork = ["fork", "--at", "#5", "--no-run"];
    let model = ["--seat", "SECURITY=gpt-x@http://127.0.0.1:9/v1"];
    let refused = scratch.run(&[&fork[..], &model].concat());
    refused.exits(2).complains(&["SECURITY", "conclave resume"]);
    assert_eq!(scratch.found().len(), 1, "nothing is left behind");
    scratch.run(&[&fork[..], &["--say", direction, "--max-waves", "9"]].concat()).exits(0);
    let made = other(&scratch, &folder);
    let listed: Value = serde_json::from_str(&scratch.run(&["sessions", "--json"]).exits(0).out).unwrap();
    let origins: Vec<&Value> = listed.as_array().unwrap().iter().map(|s| &s["forked_from"]).collect();
    assert_eq!(origins, [&Value::from(name(&folder)), &Value::Null]);
    let told = scratch.run(&["sessions"]).exits(0).out;
    assert!(told.contains(&format!("{} (a fork of {})", name(&made), name(&folder))), "{told}");
    let waiting = fold(&made);
    assert_eq!(waiting.limits().waves, 9);
    scratch.run(&["resume", name(&made)]);
    let said = fold(&made).entries().iter().filter(|e| format!("{:?}", e.moves).contains(direction)).count();
    assert_eq!(said, 1);
    scratch.run(&["verify", name(&made)]).exits(0);
}

#[test]
fn a_fork_that_cannot_go_on_leaves_nothing_and_a_seat_that_is_not_there_is_refused() {
    let (scratch, folder) = debated();
    for verb in ["fork", "resume"] {
        let at: &[&str] = if verb == "fork" { &["--at", "#5"] } else { &[] };
        if verb == "resume" {
            scratch.run(&["fork", "--at", "#5", "--no-run"]).exits(0);
        }
        let ran = scratch.run(&[&[verb][..], at, &["--seat", "NOSUCH=builtin"]].concat());
        ran.exits(2).complains(&["NOSUCH", "SUPERVISOR"]);
        assert_eq!(scratch.found().len(), if verb == "fork" { 1 } else { 2 });
    }
    std::fs::remove_dir_all(other(&scratch, &folder)).unwrap();
    // Nobody answers there, and a folder of prompts that is not there.
    let server = ["--model", "m", "--base-url", "http://127.0.0.1:9/v1"];
    let ran = scratch.run(&[&["fork", "--at", "#5"][..], &server].concat()).exits(4);
    assert!(!ran.err.contains("conclave resume") && ran.err.contains("Nothing is left of the fork"), "{}", ran.err);
    scratch.run(&["fork", "--at", "#5", "--model", "builtin", "--prompts", "nowhere"]).exits(2);
    assert_eq!(scratch.found(), [folder]);
}

#[test]
fn another_table_sits_down_at_the_start_and_nowhere_else() {
    let (scratch, folder) = debated();
    let refused = scratch.run(&["fork", "--at", "#5", "--seats", "backend,security", "--model", "builtin"]);
    refused.exits(2).complains(&["settled once there is a framework", "--at start"]);
    scratch.run(&["fork", "--say", "  ", "--model", "builtin"]).exits(2).complains(&["direction"]);
    assert_eq!(scratch.found().len(), 1, "nothing is left behind");
    scratch.run(&["fork", "--at", "start", "--seats", "backend,security", "--model", "builtin"]).exits(0);
    let fork = other(&scratch, &folder);
    let tags: Vec<String> = fold(&fork).seats().map(ToString::to_string).collect();
    assert_eq!(tags, ["BACKEND", "SECURITY"]);
    scratch.run(&["verify", name(&fork)]).exits(0);
    let diff: Value =
        serde_json::from_str(&scratch.run(&["diff", name(&folder), name(&fork), "--json"]).exits(0).out).unwrap();
    assert_eq!((&diff["shared"]["records"], &diff["shared"]["entry"]), (&1.into(), &"#0".into()));
}

#[test]
fn a_forked_journal_that_was_edited_is_refused() {
    let (scratch, folder) = debated();
    scratch.run(&["fork", "--at", "#6", "--no-run"]).exits(0);
    let fork = other(&scratch, &folder);
    let path = fork.join("journal.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    assert!(whole.lines().last().unwrap().contains("\"event\":\"forked\""));
    let origin = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    let shared = whole.lines().count() - 1;
    assert!(origin.lines().zip(whole.lines()).take(shared).all(|(a, b)| a == b), "byte for byte");
    std::fs::write(&path, whole.replacen(name(&folder), &name(&folder).replace('a', "b"), 1)).unwrap();
    assert_eq!(scratch.run(&["resume", name(&fork)]).code, Some(1));
    assert_eq!(scratch.run(&["verify", name(&fork)]).code, Some(1));
    std::fs::write(&path, &whole).unwrap();
    // An origin that was edited, and one that is gone.
    let kept = folder.with_file_name("kept");
    std::fs::rename(&folder, &kept).unwrap();
    assert!(scratch.run(&["verify", name(&fork)]).exits(0).err.contains("is not here to compare with"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("journal.jsonl"), origin.lines().next().unwrap().to_owned() + "\n").unwrap();
    assert!(scratch.run(&["verify", name(&fork)]).exits(1).out.contains("does not have the"));
    scratch.run(&["resume", name(&fork), "--model", "builtin"]).exits(0);
}
