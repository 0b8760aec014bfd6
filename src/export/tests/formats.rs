//! The formats as a whole: snapshots of the Markdown, and JSON that reads back.

use super::builder::{Setting, agreed, blocked, drafted};
use super::*;
use crate::export::{ExportError, index, madr};
use crate::protocol::event::Cause;

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn the_markdown_of_a_consensus() {
    snapshot("consensus", &markdown(&agreed(Setting::default()).session));
}

#[test]
fn the_markdown_without_consensus() {
    snapshot("no_consensus", &markdown(&blocked().session));
}

#[test]
fn the_markdown_of_a_suspended_session() {
    let mut table = drafted(Setting::default(), "Checkout sessions", "A signed token in a cookie.");
    table.suspend(Cause::Waves { limit: 3 });
    snapshot("suspended", &markdown(&table.session));
}

#[test]
fn the_comment_for_github() {
    let session = agreed(Setting::default()).session;
    let bytes = exporter("github").unwrap().export(&document(&session), &session).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("[#1]") && text.contains("[#\u{2060}1]"), "an entry would link to an issue");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    // Word joiners are taken out to be readable here.
    snapshot("github", &text.replace('\u{2060}', ""));
    let hostile = super::hostile::session();
    let bytes = exporter("github").unwrap().export(&document(&hostile), &hostile).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("<script") || text.contains("\\<script"), "{text}");
    assert_eq!(text.matches("\n</details>").count(), 3);
}

#[test]
fn a_record_for_each_decision() {
    let session = agreed(Setting::default()).session;
    let records = madr(&document(&session), &session, 7).unwrap();
    let names: Vec<&str> = records.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["0007-what-carries-the-session.md", "0008-how-long-does-it-live.md"]);
    snapshot("madr", &format!("{}\n{}", records[0].text, index(&records)));
    let session = super::hostile::session();
    let records = madr(&document(&session), &session, 1).unwrap();
    for record in records {
        assert_eq!(record.text.lines().filter(|l| *l == "---").count(), 2, "{}", record.text);
        assert!(record.text.contains("status: proposed\n") && record.text.contains("Nothing is decided."));
        assert_eq!(record.text.lines().filter(|l| l.starts_with("# ")).count(), 1);
    }
    assert!(matches!(madr(&document(&session), &session, 9999), Err(ExportError::Numbers(9999))));
}

#[test]
fn json_reads_back_with_the_entries_in_full() {
    let session = agreed(Setting::default()).session;
    let bytes = exporter("json").unwrap().export(&document(&session), &session).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((value["format"].as_str(), value["version"].as_u64()), (Some("conclave-document"), Some(1)));
    let entries = value["entries"].as_array().unwrap();
    assert_eq!(entries.len(), session.entries().len());
    for (written, entry) in entries.iter().zip(session.entries()) {
        assert_eq!(written["number"], entry.number.to_string());
        assert_eq!(written["type"], entry.kind);
        assert_eq!(written["content"], entry.content);
        assert_eq!(written["moves"], serde_json::to_value(&entry.moves).unwrap());
    }
    assert_eq!(value["document"]["front"]["status"], "accepted");
    // Whoever has the file can recompute what was signed.
    let accord = Digest::of(value["accord"].to_string().as_bytes());
    assert_eq!(value["document"]["front"]["accord"], accord.as_str());
}

#[test]
fn the_same_session_gives_the_same_bytes() {
    let (one, two) = (agreed(Setting::default()).session, agreed(Setting::default()).session);
    assert_eq!(markdown(&one), markdown(&two));
}

#[test]
fn an_unknown_format_names_those_there_are() {
    let error = exporter("p\u{1b}df").err().unwrap();
    assert!(matches!(error, ExportError::Format { .. }));
    assert_eq!(error.to_string(), "there is no format 'p\\u{1b}df': choose among md, html, json, github, madr");
}
