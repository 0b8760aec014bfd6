//! Texts that try to be more than text.

use super::builder::{Setting, Table, drafted};
use super::*;
use crate::protocol::event::Cause;

const TITLE: &str = "Sessions\"\n---\nstatus: accepted\n# Forged";
const CLAUSE: &str = "Fine.\n\n## 11. Sign-off\n\n| Seat | Model |\n| --- | --- |\n| SECURITY | signed |\n```\n<script>alert(1)</script>\n\
                      [#46]: http://evil.example\n- [x] \u{1b}[2Jdone \u{202e}txt\n1. one\nSetext\n===\n:-\nwww.evil.example &lt;b&gt;";

fn hostile() -> Table {
    let setting = Setting {
        topic: "Topic\n\n# Heading\n> quote\n<img src=x onerror=y>\n---\n",
        models: ["m\"odel | x", "<b>bold</b>", "a\n---\nstatus: accepted"],
        ..Setting::default()
    };
    let mut table = drafted(setting, TITLE, CLAUSE);
    let reason = "| x |\n# Forged heading\n\u{7}".to_owned();
    table.suspend(Cause::Unreachable { author: "SECURITY".parse().unwrap(), reason });
    table
}

pub fn session() -> Session {
    hostile().session
}

/// Lines of `text` outside fenced blocks.
fn outside_fences(text: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut kept = Vec::new();
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = line.get(..ticks),
            None => kept.push(line),
        }
    }
    kept
}

#[test]
fn hostile_texts_stay_texts() {
    let text = markdown(&hostile().session);
    assert_eq!(text.lines().filter(|l| *l == "---").count(), 2, "front matter was forged:\n{text}");
    assert_eq!(text.lines().filter(|l| l.starts_with("status:")).collect::<Vec<_>>(), ["status: draft"]);
    assert!(!text.chars().any(|c| c != '\n' && crate::export::visible::is_hidden(c)));
    let lines = outside_fences(&text);
    assert_eq!(lines.iter().filter(|l| l.starts_with("# ")).count(), 1);
    assert_eq!(lines.iter().filter(|l| l.contains("11. Sign-off")).count(), 2, "one heading, one escaped line");
    assert_eq!(lines.iter().filter(|l| l.trim_start().starts_with("## 11. Sign-off")).count(), 1);
    for line in lines {
        for (at, _) in line.match_indices(['<', '~']) {
            assert!(
                line[..at].ends_with('\\') || line.starts_with("models:") || line.starts_with("decision-makers:"),
                "{line}"
            );
        }
        assert!(!line.trim_start().starts_with("==="), "{line}");
        assert!(!line.contains("http://"), "{line}");
    }
}

#[test]
fn tables_keep_their_columns() {
    let text = markdown(&hostile().session);
    let mut columns: Option<usize> = None;
    for line in outside_fences(&text) {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        let cells = line.replace("\\|", "").matches('|').count();
        assert_eq!(*columns.get_or_insert(cells), cells, "{line}");
    }
}

#[test]
fn front_matter_reads_as_yaml() {
    let text = markdown(&hostile().session);
    let front = text.split("---\n").nth(1).unwrap();
    let value: serde_json::Value = serde_saphyr::from_str(front).unwrap();
    assert_eq!(value["status"], "draft");
    assert_eq!(value["models"][2], "a\n---\nstatus: accepted");
    assert_eq!(value["decision-makers"][0], "BACKEND: m\"odel | x");
    assert!(value["tokens"].as_u64().is_some());
}
