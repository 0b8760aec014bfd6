//! What can be said of a document that another version of this program worded, or somebody who says so: whether its references
//! lead somewhere, and whether what was signed stands in it. It is less than the comparison of every line, and does not replace it:
//! such a document is not vouched for. It tells what is wrong where the signed texts themselves were changed.

use super::document::{Paper, json};
use super::report::{Check, Report, tame};
use crate::export::redact;
use crate::export::visible::visible;
use crate::protocol::{Digest, EntryNumber, SeatTag, Session};
use serde_json::Value;

const REFERENCES: &str = "references";
const SIGNED: &str = "signed texts";

/// Adds both checks; `session` is the session as it was when the document was written.
pub(super) fn check(paper: &Paper<'_>, session: &Session, report: &mut Report) {
    let seats: Vec<SeatTag> = session.seats().cloned().collect();
    let then = super::consensus::recompute(session.opening(), &seats, session.entries());
    let text = String::from_utf8_lossy(paper.bytes);
    let file = json(paper.bytes);
    let references = match &file {
        Some(file) => in_json(file.get("document").unwrap_or(&Value::Null)),
        None => in_markdown(&text),
    };
    let dangling = references.iter().find(|(named, _)| named.is_none_or(|n| session.entry(n).is_none()));
    report.checks.push(match dangling {
        Some((named, line)) => {
            let named = named.map_or_else(|| "something that is no entry".to_owned(), |n| n.to_string());
            Check::failed(REFERENCES, format!("it cites {named}, which is not in the log")).at(paper.label, *line)
        }
        None => Check::ok(REFERENCES, format!("{} references lead to entries", references.len())),
    });
    if let Some(accord) = file.as_ref().and_then(|f| f.get("accord")).filter(|a| !a.is_null()) {
        let digest = Digest::of(accord.to_string().as_bytes());
        if Some(&digest) != then.accord.as_ref() {
            let told = format!("the accord in it has the digest {}, not the one of the session", digest.short());
            return report.checks.push(Check::failed(SIGNED, told).at(paper.label, None));
        }
    }
    let said = letters(&file.as_ref().map_or_else(|| text.into_owned(), |f| strings(f.get("document").unwrap_or(f))));
    let missing = then.binding.iter().find(|text| {
        let shown = visible(text);
        // Export may have masked what looks like a secret.
        !said.contains(&letters(&shown)) && !said.contains(&letters(&redact(&shown).0))
    });
    report.checks.push(match missing {
        Some(text) => {
            let start: String = text.chars().take(80).collect();
            Check::failed(SIGNED, format!("it does not hold '{}'", tame(&start))).at(paper.label, None)
        }
        None => {
            let count = then.binding.len();
            Check::ok(
                SIGNED,
                format!("all {count} clauses, assumptions, readings and reservations are in it, each at least once"),
            )
        }
    });
}

/// A text without all that a layout may add or change.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The references of a Markdown document, with their lines. Code and escaped brackets are no references.
fn in_markdown(text: &str) -> Vec<(Option<EntryNumber>, Option<u64>)> {
    let mut found = Vec::new();
    let mut fence: Option<String> = None;
    for (line, number) in text.lines().zip(1_u64..) {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => in_line(line, |named| found.push((named, Some(number)))),
        }
    }
    found
}

fn in_line(line: &str, mut found: impl FnMut(Option<EntryNumber>)) {
    let mut rest = line;
    while let Some(at) = rest.find(['\\', '`', '[']) {
        let tail = rest.get(at..).unwrap_or_default();
        let skip = if let Some(after) = tail.strip_prefix('\\') {
            1 + after.chars().next().map_or(0, char::len_utf8)
        } else if tail.starts_with('`') {
            let ticks = tail.chars().take_while(|c| *c == '`').count();
            let (open, after) = tail.split_at(ticks);
            ticks + after.find(open).map_or(0, |end| end + ticks)
        } else {
            if let Some(named) = tail.strip_prefix("[#") {
                let digits = named.split(']').next().unwrap_or_default();
                found(digits.parse().ok().map(EntryNumber));
            }
            1
        };
        rest = tail.get(skip..).unwrap_or_default();
    }
}

/// The references of a JSON document: lists called `entries` and `trace`, and values called `entry`.
fn in_json(value: &Value) -> Vec<(Option<EntryNumber>, Option<u64>)> {
    let one = |v: &Value| (v.as_str().and_then(|n| n.parse().ok()), None);
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, inner)| match (key.as_str(), inner) {
                ("entries" | "trace", Value::Array(numbers)) => numbers.iter().map(one).collect(),
                ("entry", Value::String(_)) => vec![one(inner)],
                _ => in_json(inner),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(in_json).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Every text in a JSON value, one after the other.
fn strings(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{} ", visible(text)),
        Value::Array(items) => items.iter().map(strings).collect(),
        Value::Object(fields) => fields.values().map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}
