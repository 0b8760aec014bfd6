//! A fifth of all calls fails for a passing reason, and the debate ends in the same document.

use crate::support::faulty::{Fault, Faulty};
use crate::support::model::Server;
use crate::support::{Ran, Scratch};
use conclave::protocol::Event;
use std::collections::BTreeSet;

const TOPIC: &str = "How should sign-in work?";

fn debate(scratch: &Scratch, url: &str) -> Ran {
    scratch.run(&["debate", TOPIC, "--model", "scripted", "--base-url", url])
}

/// The document without what differs from run to run: the session's name, its journal's digest, times, the port.
fn document(scratch: &Scratch, url: &str) -> String {
    let folder = scratch.session();
    let text = std::fs::read_to_string(folder.join("consensus.md")).unwrap();
    let id = folder.file_name().unwrap().to_string_lossy().into_owned();
    let digest = conclave::journal::read(&folder).unwrap().digest().unwrap().to_string();
    let host = url.trim_start_matches("http://").trim_end_matches("/v1");
    let text = text.replace(&id, "SESSION").replace(&digest, "JOURNAL").replace(host, "HOST");
    let lines = text.lines().filter(|line| !line.starts_with("| Time running |"));
    let lines = lines.map(|line| line.split_inclusive(' ').map(timeless).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

/// A word, unless it is a date or a time.
fn timeless(word: &str) -> &str {
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect();
    match shape.trim_end() {
        "dddd-dd-dd" | "dd:dd:dd" | "dddd-dd-ddTdd:dd:ddZ" => "TIME ",
        _ => word,
    }
}

#[test]
fn a_fifth_of_all_calls_fails_and_the_document_is_the_same() {
    let (whole, server) = (Scratch::new(), Server::agreeable());
    debate(&whole, &server.url).exits(0);
    let expected = document(&whole, &server.url);
    assert!(expected.contains("status: accepted") && expected.contains("TIME"), "{expected}");
    let mut kinds = BTreeSet::new();
    for seed in [1, 2, 4] {
        let (scratch, server) = (Scratch::new(), Server::agreeable());
        let faulty = Faulty::before(&server.url, seed, 20);
        let ran = debate(&scratch, &faulty.url).exits(0);
        let faults = faulty.faults();
        assert!(faults.len() >= 3, "seed {seed}: {faults:?}");
        assert_eq!(document(&scratch, &faulty.url), expected, "seed {seed}: {faults:?}");
        each_is_told(&scratch, &ran, &faults);
        kinds.extend(faults);
    }
    assert_eq!(kinds.len(), 4, "every kind of fault came up: {kinds:?}");
}

/// Journal and screen tell of each fault: whose call it was, and what went wrong in words that fit.
fn each_is_told(scratch: &Scratch, ran: &Ran, faults: &[Fault]) {
    let words = |fault: &Fault| match fault {
        Fault::TooMany => "status 429",
        Fault::Internal => "status 500",
        Fault::Cut | Fault::Reset => "the answer was cut off",
    };
    let loaded = conclave::journal::read(&scratch.session()).unwrap();
    let mut told = Vec::new();
    for event in loaded.events() {
        if let Event::Retried { author, attempt, cause, .. } = event {
            let line =
                ran.err.lines().any(|l| l.starts_with(&format!("{author}: try {attempt} of ")) && l.contains(cause));
            assert!(line, "{author}, {cause}:\n{}", ran.err);
            told.push(cause.clone());
        }
    }
    assert_eq!(told.len(), faults.len(), "{told:?} for {faults:?}");
    for kind in ["status 429", "status 500", "the answer was cut off"] {
        let seen = told.iter().filter(|cause| cause.contains(kind)).count();
        assert_eq!(seen, faults.iter().filter(|fault| words(fault) == kind).count(), "{kind}: {told:?}");
    }
}
