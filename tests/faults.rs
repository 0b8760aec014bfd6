//! Kills, signals, second writers, torn and damaged files.

use crate::support::model::{Act, Server, dutiful};
use crate::support::{Ran, Scratch, fold};
use conclave::protocol::event::Outcome;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

/// Starts a debate against `server` as a process of its own.
fn start(scratch: &Scratch, server: &Server, verb: &[&str]) -> Child {
    let args = [verb, &["--model", "scripted", "--base-url", &server.url, "--json"]].concat();
    scratch.conclave(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Reads what the process acknowledges until `lines` events were seen, or it ends.
fn acknowledged(child: &mut Child, lines: usize) -> Vec<String> {
    let out = BufReader::new(child.stdout.take().unwrap());
    out.lines().map_while(Result::ok).take(lines).collect()
}

#[test]
fn kill_9_at_twenty_moments_loses_nothing_and_repeats_no_completed_call() {
    let decided = |folder: &Path| -> Vec<(String, Vec<String>)> {
        let session = fold(folder);
        session.dockets().map(|d| (d.id.to_string(), d.head().unwrap().clauses.values().cloned().collect())).collect()
    };
    let whole = Scratch::new();
    let server = Server::agreeable();
    assert!(start(&whole, &server, &["debate", TOPIC]).wait_with_output().unwrap().status.success());
    let expected = decided(&whole.session());
    let events = conclave::journal::read(&whole.session()).unwrap().records.len();

    for moment in 0..20 {
        let scratch = Scratch::new();
        let server = Server::start(Duration::from_millis(2), |seen| Act::Say(dutiful(seen)));
        let mut verb = vec!["debate", TOPIC];
        // Killed after a number of events that differs each time, and again while it resumes.
        let mut seen: Vec<String> = Vec::new();
        for after in [1 + moment * events / 20, 2] {
            let mut child = start(&scratch, &server, &verb);
            let lines = acknowledged(&mut child, after);
            child.kill().unwrap();
            child.wait().unwrap();
            seen.extend(lines.into_iter().filter(|l| l.starts_with("{\"event\"") || l.starts_with("{\"n\"")));
            verb = vec!["resume"];
        }
        let child = start(&scratch, &server, &verb);
        let last = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&last.stderr).into_owned();
        assert!(last.status.success(), "moment {moment}: {err}");
        let folder = scratch.session();
        let journal = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
        for line in &seen {
            let event = serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].to_string();
            let kept = journal
                .lines()
                .any(|l| serde_json::from_str::<serde_json::Value>(l).unwrap().to_string().contains(&event));
            assert!(kept, "moment {moment}: an acknowledged event is lost: {event}");
        }
        assert_eq!(decided(&folder), expected, "moment {moment}");
        no_call_twice(&folder);
    }
}

/// Every speaker has at most one accepted reply in a wave.
fn no_call_twice(folder: &Path) {
    let session = fold(folder);
    let mut calls: BTreeMap<(String, u32), u32> = BTreeMap::new();
    for call in session.calls().iter().filter(|c| c.end == conclave::protocol::session::CallEnd::Accepted) {
        *calls.entry((call.author.to_string(), call.wave)).or_default() += 1;
    }
    assert!(calls.values().all(|n| *n == 1), "{calls:?}");
}

#[test]
fn a_completed_call_is_not_made_again_after_a_kill() {
    let scratch = Scratch::new();
    // ARCHITECT never answers: the other three positions come in, then the program is killed.
    let server = Server::start(Duration::ZERO, |seen| {
        let silent = seen.seat() == "ARCHITECT" && seen.kind() == "position";
        if silent { Act::Hang } else { Act::Say(dutiful(seen)) }
    });
    let mut child = start(&scratch, &server, &["debate", TOPIC]);
    // opened, asked, replied, revealed, asked, and three replies
    assert_eq!(acknowledged(&mut child, 8).len(), 8);
    child.kill().unwrap();
    child.wait().unwrap();
    let mended = Server::agreeable();
    let child = start(&scratch, &mended, &["resume"]);
    assert!(child.wait_with_output().unwrap().status.success());
    let positions: Vec<String> =
        mended.seen().iter().filter(|s| s.kind() == "position").map(|s| s.seat().to_owned()).collect();
    assert_eq!(positions, ["ARCHITECT"]);
}

#[test]
fn signals_end_at_once_with_the_journal_whole() {
    for signal in ["INT", "TERM"] {
        let scratch = Scratch::new();
        let server = Server::start(Duration::from_millis(50), |seen| Act::Say(dutiful(seen)));
        let mut child = start(&scratch, &server, &["debate", TOPIC]);
        acknowledged(&mut child, 3);
        let sent =
            std::process::Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "SIG{signal}");
        let session = fold(&scratch.session());
        assert!(matches!(session.life(), conclave::protocol::session::Life::Suspended(_)));
        start(&scratch, &server, &["resume"]).wait_with_output().unwrap();
        assert!(matches!(fold(&scratch.session()).outcome(), Some(Outcome::Consensus { .. })));
    }
}

#[test]
fn a_second_writer_is_refused() {
    let scratch = Scratch::new();
    let server = Server::start(Duration::from_millis(200), |seen| Act::Say(dutiful(seen)));
    let mut child = start(&scratch, &server, &["debate", TOPIC]);
    acknowledged(&mut child, 2);
    let second = Ran::of(start(&scratch, &server, &["resume"]).wait_with_output().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    second.exits(1).complains(&["sessions"]);
}

#[test]
fn a_torn_record_is_dropped_and_said_so_and_damage_is_named_by_line() {
    let scratch = Scratch::new();
    let panel = ["--model", "builtin"];
    scratch.run(&[&["debate", TOPIC, "--max-waves", "3"], &panel[..]].concat()).exits(3);
    let journal = scratch.session().join("journal.jsonl");
    let whole = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, &whole[..whole.len() - 20]).unwrap();
    let resumed = scratch.run(&["resume"]).exits(0);
    assert!(resumed.err.contains("torn"), "{}", resumed.err);

    let mut damaged = std::fs::read(&journal).unwrap();
    let third = damaged.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(2).unwrap().0;
    damaged[third - 30] ^= 1;
    std::fs::write(&journal, damaged).unwrap();
    scratch.run(&["export"]).exits(1).complains(&["line 3"]);
    let listed = scratch.run(&["sessions"]).exits(0);
    assert!(listed.out.contains("unreadable"), "{}", listed.out);
}
