//! Journals written, tampered with, and held against themselves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod alone;
mod documents;
mod tampering;

use super::report::{Check, Finding, Report};
use crate::export::{Document, Provenance, exporter};
use crate::journal::communication::render_log;
use crate::journal::line::Chain;
use crate::journal::{COMMUNICATION, CONSENSUS, JOURNAL};
use crate::protocol::event::Limits;
use crate::protocol::tests::host::{Host, Judge, dutiful, opening};
use crate::protocol::{Author, Event, Move, Session};
use std::path::Path;
use std::sync::LazyLock;

pub const RESERVED: &str = "I would rather sign every token twice.";

/// A debate of two seats on one decision: an objection, a new text, a pre-mortem, a reservation, consensus.
pub static AGREED: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let mut host = Host::new(&["BACKEND", "SECURITY"]);
    host.run(|session, ask| {
        let versions = session.dockets().next().map_or(0, |d| d.proposals.len());
        let objects = |author: &Author| author.to_string() == "SECURITY" && versions == 1;
        let mut reply = dutiful(session, ask, 1, |a, _| if objects(a) { Judge::Object } else { Judge::Agree });
        for act in &mut reply.moves {
            if let (Move::Sign { reservation, .. }, "SECURITY") = (act, ask.author.to_string().as_str()) {
                *reservation = Some(RESERVED.to_owned());
            }
        }
        reply
    });
    host.outcome();
    host.events
});

/// A debate that one seat blocks to the end.
pub fn blocked() -> Vec<Event> {
    let mut host = Host::with(opening(&["BACKEND", "SECURITY"], Limits { mediations: 1, ..Limits::default() }));
    let blocks = |author: &Author| author.to_string() == "SECURITY";
    host.run(|session, ask| dutiful(session, ask, 1, |a, _| if blocks(a) { Judge::Object } else { Judge::Agree }));
    host.events
}

/// The lines of a journal with these events and a sound chain, whatever the rules say of them.
pub fn journal(events: &[Event]) -> Vec<u8> {
    let mut chain = Chain::default();
    events.iter().flat_map(|e| chain.encode(e.clone()).unwrap().0).collect()
}

/// The digest that such a journal ends in.
pub fn digest(events: &[Event]) -> crate::protocol::Digest {
    let mut chain = Chain::default();
    events.iter().map(|e| chain.encode(e.clone()).unwrap().1.digest).last().unwrap()
}

/// A document of the session that `events` come to.
pub fn document(events: &[Event], format: &str, program: &str) -> Vec<u8> {
    let session = Session::fold(events).unwrap();
    let provenance = Provenance {
        session: session.opening().session.clone(),
        journal: Some(digest(events)),
        program: program.to_owned(),
        exported_at: None,
    };
    exporter(format).unwrap().export(&Document::of(&session, &provenance), &session).unwrap()
}

/// A session's folder with all its files.
pub fn folder(events: &[Event]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put(JOURNAL, &journal(events));
    put(COMMUNICATION, render_log(&Session::fold(events).unwrap()).as_bytes());
    put(CONSENSUS, &document(events, "md", super::PROGRAM));
    folder
}

pub fn verified(folder: &Path) -> Report {
    super::session(folder).unwrap()
}

#[track_caller]
pub fn named<'a>(report: &'a Report, name: &str) -> &'a Check {
    report.checks.iter().find(|c| c.name == name).unwrap_or_else(|| panic!("no check '{name}' in {report:#?}"))
}

/// Asserts that the first check that fails is `name`, and that it says `words`.
#[track_caller]
pub fn fails(report: &Report, name: &str, words: &str) {
    let first = report.first_failure().unwrap_or_else(|| panic!("nothing fails in {report:#?}"));
    assert_eq!(first.name, name, "{report:#?}");
    assert!(first.detail.contains(words), "'{words}' is not in {first:#?}");
}

#[test]
fn what_was_not_touched_holds() {
    let folder = folder(&AGREED);
    let report = verified(folder.path());
    assert!(report.holds(), "{report:#?}");
    assert!(report.checks.iter().all(|c| c.finding == Finding::Ok), "{report:#?}");
    let names: Vec<&str> = report.checks.iter().map(|c| c.name).collect();
    let all = ["journal whole", "rules", "digests", "outcome", "communication.md", "front matter", "text"];
    assert_eq!(names, all);
    assert_eq!(report.journal, Some(digest(&AGREED)));
    assert_eq!(report.accord, Session::fold(&*AGREED).unwrap().accord_digest());
    assert!(report.state.starts_with("consensus on "));
}

#[test]
fn a_session_without_consensus_holds_as_what_it_is() {
    let report = verified(folder(&blocked()).path());
    assert!(report.holds(), "{report:#?}");
    assert_eq!(report.state, "no consensus");
    assert!(named(&report, "outcome").detail.starts_with("no consensus, as recorded: "), "{report:#?}");
    for count in 1..AGREED.len() {
        let report = verified(folder(&AGREED[..count]).path());
        assert!(report.holds(), "{count}: {report:#?}");
        assert_eq!(report.state, "not over");
        assert!(named(&report, "outcome").detail.starts_with("none yet: ") || count == AGREED.len() - 1, "{report:#?}");
    }
    let unclosed = verified(folder(&AGREED[..AGREED.len() - 1]).path());
    assert!(unclosed.notes[0].contains("only the closing record is missing"), "{unclosed:#?}");
}

#[test]
fn files_that_are_missing_or_behind_are_told_and_are_no_forgery() {
    let folder = folder(&AGREED[..AGREED.len() - 1]);
    let log = folder.path().join(COMMUNICATION);
    let text = std::fs::read(&log).unwrap();
    std::fs::write(&log, &text[..text.len() / 2]).unwrap();
    std::fs::write(folder.path().join(CONSENSUS), document(&AGREED[..9], "md", crate::export::verify::PROGRAM))
        .unwrap();
    let report = verified(folder.path());
    assert!(report.holds(), "{report:#?}");
    assert!(report.notes.iter().any(|n| n.contains("behind")), "{report:#?}");
    assert!(report.notes.iter().any(|n| n.contains("after record 9")), "{report:#?}");
    std::fs::remove_file(&log).unwrap();
    std::fs::remove_file(folder.path().join(CONSENSUS)).unwrap();
    let report = verified(folder.path());
    assert!(report.holds() && named(&report, COMMUNICATION).finding == Finding::NotApplicable, "{report:#?}");
    assert!(super::session(&folder.path().join("nosuch")).is_err());
}
