//! What a document says of itself: the front matter, and by which program it was written when.

use crate::export::document::Document;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

/// The keys of the Markdown front matter that can be held against a session, and where JSON has them.
const KEYS: [(&str, &str); 6] = [
    ("status", "status"),
    ("session", "session"),
    ("accord-digest", "accord"),
    ("journal-digest", "journal"),
    ("entries", "entries"),
    ("waves", "waves"),
];

/// One line of the front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// Its key, as in Markdown.
    pub key: &'static str,
    /// Its value without quotes; none where the key is missing or stands there twice.
    pub value: Option<String>,
    /// The line it is on, in Markdown.
    pub line: Option<u64>,
}

/// What a document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The front matter.
    pub front: Vec<Fact>,
    /// Who says to have written it.
    pub program: Option<String>,
    /// When, if that is told.
    pub exported_at: Option<DateTime<Utc>>,
}

impl Facts {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.front.iter().find(|f| f.key == key)?.value.as_deref()
    }

    /// Of a Markdown document; none where it has no front matter like ours.
    pub fn of_markdown(text: &str) -> Option<Self> {
        let mut lines = text.lines().zip(1_u64..);
        lines.next().filter(|(first, _)| *first == "---")?;
        let front: Vec<(&str, u64)> = lines.take_while(|(line, _)| *line != "---").collect();
        let fact = |key: &'static str| {
            let mut all = front.iter().filter_map(|(line, n)| Some((line.strip_prefix(key)?.strip_prefix(':')?, *n)));
            let (first, second) = (all.next(), all.next());
            let value = first.filter(|_| second.is_none()).map(|(value, _)| value.trim().trim_matches('"').to_owned());
            Fact { key, value, line: second.or(first).map(|(_, n)| n) }
        };
        let front: Vec<Fact> = KEYS.iter().map(|(key, _)| fact(key)).collect();
        front.iter().any(|f| f.key == "session" && f.line.is_some()).then_some(())?;
        let last = |label: &str| {
            text.lines().rev().find_map(|l| l.strip_prefix("- ")?.strip_prefix(label)?.strip_prefix(": "))
        };
        let exported_at = last("Exported at")
            .and_then(|at| NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S UTC").ok().map(|at| at.and_utc()));
        Some(Self { front, program: last("Written by").map(str::to_owned), exported_at })
    }

    /// Of a JSON document; none where it is none of ours.
    pub fn of_json(file: &Value) -> Option<Self> {
        file.get("format").filter(|f| *f == "conclave-document")?;
        let document = file.get("document")?;
        let from = document.get("provenance");
        Some(Self {
            front: Self::of_front(document.get("front")?),
            program: from.and_then(|p| p.get("program")?.as_str()).map(str::to_owned),
            exported_at: from.and_then(|p| p.get("exported_at")?.as_str()?.parse().ok()),
        })
    }

    /// What the front matter of `document` should say.
    pub fn expected(document: &Document) -> Vec<Fact> {
        serde_json::to_value(&document.front).map(|front| Self::of_front(&front)).unwrap_or_default()
    }

    fn of_front(front: &Value) -> Vec<Fact> {
        let said = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let fact = |(key, json): &(&'static str, &str)| Fact {
            key,
            value: front.get(json).map(|v| said(v).unwrap_or_else(|| absent(key).to_owned())),
            line: None,
        };
        KEYS.iter().map(fact).collect()
    }
}

/// How Markdown says that a value is not known.
fn absent(key: &str) -> &'static str {
    if key == "accord-digest" { "none" } else { "unknown" }
}
