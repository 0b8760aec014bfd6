//! `conclave verify` as a person or a script meets it.

use crate::support::Scratch;
use conclave::journal::line::Chain;
use conclave::protocol::{Digest, Event, Move};
use serde_json::Value;
use std::path::Path;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

fn debated() -> Scratch {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--seats", "backend,security"]).exits(0);
    scratch
}

/// Writes the journal anew with `change` made to its events and a sound chain over them.
fn forge(folder: &Path, change: impl FnOnce(&mut Vec<Event>)) {
    let mut events: Vec<Event> = conclave::journal::read(folder).unwrap().events().cloned().collect();
    change(&mut events);
    let mut chain = Chain::default();
    let lines: Vec<u8> = events.into_iter().flat_map(|event| chain.encode(event).unwrap().0).collect();
    std::fs::write(folder.join("journal.jsonl"), lines).unwrap();
}

#[test]
fn a_session_and_its_documents_hold() {
    let scratch = debated();
    let ran = scratch.run(&["verify"]).exits(0);
    assert_eq!(ran.out.lines().filter(|l| l.starts_with("ok ")).count(), 7, "{}", ran.out);
    assert!(ran.out.contains("consensus on ") && !ran.out.contains("FAILED") && ran.err.is_empty(), "{}", ran.out);
    let id = scratch.session().file_name().unwrap().to_str().unwrap().to_owned();
    scratch.run(&["verify", &id]).exits(0);
    scratch.run(&["verify", scratch.session().join("journal.jsonl").to_str().unwrap()]).exits(0);
    scratch.run(&["verify", scratch.session().join("consensus.md").to_str().unwrap()]).exits(0);
    for (format, file) in [("md", "decision.md"), ("json", "decision.json")] {
        scratch.run(&["export", "--format", format, "-o", file]).exits(0);
        scratch.run(&["verify", file]).exits(0);
        scratch.run(&["verify", file, "--session", &id]).exits(0);
    }
    let json: Value = serde_json::from_str(&scratch.run(&["verify", "--json"]).exits(0).out).unwrap();
    assert_eq!((&json["holds"], &json["session"]), (&Value::from(true), &Value::from(id)));
    assert!(json["checks"].as_array().unwrap().iter().all(|c| c["finding"] == "ok"), "{json:#}");
}

#[test]
fn a_session_that_is_not_over_holds_as_what_it_is() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--max-waves", "3"]).exits(3);
    let ran = scratch.run(&["verify"]).exits(0);
    assert!(ran.out.contains("suspended: the limit of 3 waves"), "{}", ran.out);
    std::fs::copy(scratch.session().join("consensus.md"), scratch.path().join("draft.md")).unwrap();
    scratch.run(&["resume"]).exits(0);
    let ran = scratch.run(&["verify", "draft.md"]).exits(0);
    assert!(ran.err.contains("Note: draft.md: it is of the session after record"), "{}", ran.err);
}

/// Readings, alternatives, risks, amendments: whatever the panel does, both ways of working it out agree at every record.
#[test]
fn every_beginning_of_a_debate_of_the_panel_holds() {
    for (topic, seed) in [(TOPIC, "1"), ("How do we store and search ten million invoices?", "7")] {
        let scratch = Scratch::new();
        scratch.run(&["debate", topic, "--model", "builtin", "--seed", seed]).exits(0);
        let whole = std::fs::read(scratch.session().join("journal.jsonl")).unwrap();
        let ends = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
        for end in ends {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("journal.jsonl"), &whole[..end]).unwrap();
            let report = conclave::export::verify::session(folder.path()).unwrap();
            assert!(report.holds(), "{report:#?}");
        }
    }
}

#[test]
fn changed_bytes_are_found_and_named() {
    let scratch = debated();
    let id = scratch.session().file_name().unwrap().to_str().unwrap().to_owned();
    let path = scratch.session().join("journal.jsonl");
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 5) {
        let mut changed = whole.clone();
        changed[at] ^= 0x01;
        std::fs::write(&path, changed).unwrap();
        let line = 1 + whole[..at].iter().filter(|b| **b == b'\n').count();
        let ran = scratch
            .run(&["verify", &id])
            .exits(1)
            .complains(&["journal whole", &format!("journal.jsonl, line {line}:")]);
        assert!(ran.out.lines().next().unwrap().starts_with("FAILED "), "{}", ran.out);
    }
    std::fs::write(&path, [&b"x"[..], &whole[1..]].concat()).unwrap();
    scratch.run(&["verify"]).exits(2).complains(&[&format!("Note: {id} cannot be read and is passed over")]);
    std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    scratch.run(&["verify"]).exits(1).complains(&["the last record is torn", "records before it are sound"]);
    std::fs::write(&path, &whole).unwrap();

    let document = scratch.session().join("consensus.md");
    let text = std::fs::read_to_string(&document).unwrap();
    let at = text.find("**Clause 1.**").unwrap();
    let line = 1 + text[..at].matches('\n').count();
    let edited = text.replacen("**Clause 1.** ", "**Clause 1.** Not: ", 1);
    std::fs::write(&document, &edited).unwrap();
    scratch.run(&["verify"]).exits(1).complains(&["consensus.md", &format!("line {line}:"), "Not: "]);
    std::fs::write(scratch.path().join("sent.md"), &edited).unwrap();
    scratch.run(&["verify", "sent.md"]).exits(1).complains(&["sent.md", &format!("line {line}:")]);
    let ran = scratch.run(&["verify", "sent.md", "--json"]).exits(1);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let failed: Vec<&Value> = json["checks"].as_array().unwrap().iter().filter(|c| c["finding"] == "failed").collect();
    assert_eq!((json["holds"].as_bool(), failed.len()), (Some(false), 1));
    assert_eq!((&failed[0]["name"], failed[0]["line"].as_u64()), (&Value::from("text"), Some(line as u64)));
    assert!(ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn a_forged_signature_under_a_sound_chain_breaks_the_rules() {
    let scratch = debated();
    forge(&scratch.session(), |events| {
        let signs = |event: &&mut Event| match event {
            Event::Replied { reply, .. } => reply.moves.iter().any(|m| matches!(m, Move::Sign { .. })),
            _ => false,
        };
        let Some(Event::Replied { reply, .. }) = events.iter_mut().find(signs) else { panic!("nobody signs") };
        reply.moves = vec![Move::Sign { digest: Digest::of(b"another accord").to_string(), reservation: None }];
    });
    let ran = scratch.run(&["verify"]).exits(1).complains(&[
        "'rules' does not hold",
        "breaks the rules",
        "the accord to sign is",
    ]);
    assert!(ran.out.lines().next().unwrap().starts_with("ok "), "the chain is sound\n{}", ran.out);
}

#[test]
fn what_makes_no_sense_is_told_with_a_hint() {
    let scratch = debated();
    scratch.run(&["verify", "nosuch"]).exits(2).complains(&["nosuch"]);
    scratch.run(&["verify", "nosuch.md", "--session", "x"]).exits(2).complains(&["nosuch.md", "is no file"]);
    std::fs::write(scratch.path().join("letter.md"), "Dear all").unwrap();
    scratch.run(&["verify", "letter.md"]).exits(2).complains(&["letter.md", "--session"]);
    let id = scratch.session().file_name().unwrap().to_str().unwrap().to_owned();
    scratch.run(&["verify", "letter.md", "--session", &id]).exits(1).complains(&["no document that Conclave writes"]);
    scratch.run(&["export", "-o", "decision.md"]).exits(0);
    std::fs::rename(scratch.session(), scratch.path().join("moved")).unwrap();
    scratch.run(&["verify", "decision.md"]).exits(2).complains(&[&id, "--session"]);
    scratch.run(&["verify", "decision.md", "--session", "moved"]).exits(0);
}
