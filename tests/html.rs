//! The HTML document as the program writes it.

use crate::support::{Scratch, fold, keep, long};
use conclave::protocol::docket::Stance;
use conclave::protocol::{Entry, Event, Session};
use serde_json::Value;
use std::path::PathBuf;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

/// A debate of the built-in panel, and its page.
pub fn exported(scratch: &Scratch) -> (PathBuf, String) {
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let file = scratch.path().join("page.html");
    scratch.run(&["export", "--format", "html", "-o", file.to_str().unwrap()]).exits(0);
    let page = std::fs::read_to_string(&file).unwrap();
    (file, page)
}

/// The letters of every row of the board, as it should be shown.
pub fn letters(session: &Session) -> Vec<String> {
    let letter = |stance| match stance {
        Stance::Agrees => 'A',
        Stance::Stale => 'a',
        Stance::Objects => 'X',
        Stance::Asks => '?',
        Stance::Silent => '·',
    };
    session.dockets().map(|d| session.seats().map(|s| letter(session.stance(s, d.id))).collect()).collect()
}

/// What stands between `start` and `end`.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap_or_else(|| panic!("'{start}' is missing")).1.split(end).next().unwrap()
}

#[test]
fn the_boards_in_the_page_are_those_of_the_journal() {
    let scratch = Scratch::new();
    let (_, page) = exported(&scratch);
    let data = between(&page, "<script type=\"application/json\" id=\"boards\">", "</script>");
    let data: Value = serde_json::from_str(data).unwrap();
    let loaded = conclave::journal::read(&scratch.session()).unwrap();
    let mut events = loaded.events();
    let mut session = Session::open(events.next().unwrap()).unwrap();
    let mut compared = 0;
    for event in events {
        session.apply(event).unwrap();
        if !matches!(event, Event::Revealed { .. }) {
            continue;
        }
        // Each row as its last change up to here left it, as the script does it.
        let mut shown = vec![""; session.dockets().count()];
        let reached = |c: &&Value| c[0].as_u64().unwrap() <= session.entries().len() as u64;
        for change in data["changes"].as_array().unwrap().iter().filter(reached) {
            if let Some(row) = shown.get_mut(change[1].as_u64().unwrap() as usize) {
                *row = change[2].as_str().unwrap();
            }
        }
        assert_eq!(shown, letters(&session), "after {} entries", session.entries().len());
        compared += 1;
    }
    assert!(compared > 4, "{compared} waves");
}

/// Bytes of all that was said: contents, and the texts within moves.
fn said(session: &Session) -> usize {
    fn texts(value: &Value) -> usize {
        match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(texts).sum(),
            Value::Object(fields) => fields.values().map(texts).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
    }
    let moves = |e: &Entry| e.moves.iter().map(|m| texts(&serde_json::to_value(&m.act).unwrap())).sum::<usize>();
    session.entries().iter().map(|e| e.content.len() + moves(e)).sum()
}

#[test]
fn a_hundred_dense_entries_fit_into_300_kb() {
    let scratch = Scratch::new();
    let session = fold(&keep(&scratch, &long::debate(107, 1190)));
    let (entries, said) = (session.entries().len(), said(&session));
    let page = scratch.run(&["export", "--format", "html"]).exits(0).out;
    assert!(entries >= 100 && said / entries >= 1500, "{entries} entries, {} bytes each", said / entries);
    assert!(page.len() < 300_000, "{} bytes for {entries} entries of {} bytes", page.len(), said / entries);
}
