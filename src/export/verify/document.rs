//! A document held against its session: written anew from the journal as it was then, and compared.

use super::PROGRAM;
use super::difference;
use super::facts::Facts;
use super::foreign;
use super::ground::Ground;
use super::report::{Check, Report, tame};
use crate::export::{Document, Exporter, Provenance, exporters};
use crate::protocol::Session;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) const FRONT: &str = "front matter";
pub(super) const TEXT: &str = "text";
const FORMAT: &str = "format";

/// A document to check.
pub(super) struct Paper<'a> {
    /// What to call it.
    pub label: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its format, where that is known.
    pub format: Option<&'static str>,
    /// Whether it lies in the session's folder, and so must keep up with it once the session is over.
    pub stays: bool,
}

/// The id of the session that a document says it is of, if it says so in a form that a folder's name can have.
pub fn named_session(bytes: &[u8]) -> Option<String> {
    let facts = facts(bytes)?;
    let id = facts.get("session")?;
    let tame = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!id.is_empty() && !id.starts_with(['.', '-']) && id.chars().all(tame)).then(|| id.to_owned())
}

fn facts(bytes: &[u8]) -> Option<Facts> {
    if let Some(file) = json(bytes) {
        return Facts::of_json(&file);
    }
    Facts::of_markdown(std::str::from_utf8(bytes).ok()?)
}

/// The document as JSON, if it is.
pub(super) fn json(bytes: &[u8]) -> Option<Value> {
    if bytes.first() == Some(&b'{') { serde_json::from_slice(bytes).ok() } else { None }
}

/// Adds what is found of `paper` to `report`.
pub(super) fn check(paper: &Paper<'_>, ground: &Ground, report: &mut Report) {
    let facts = facts(paper.bytes).unwrap_or_default();
    let count = record(paper, &facts, ground);
    let behind = ground.records.len() - count;
    let Some(session) = ground.session_at(count) else {
        return report
            .checks
            .push(Check::failed(TEXT, "the session cannot be told as it was then").at(paper.label, None));
    };
    let journal = ground.records.get(count.wrapping_sub(1)).map(|r| r.digest.clone());
    let provenance = Provenance {
        session: session.opening().session.clone(),
        journal,
        program: PROGRAM.to_owned(),
        exported_at: facts.exported_at,
    };
    let document = Document::of(&session, &provenance);
    let Some(exporter) = exporter(paper, &document, &session) else {
        return report
            .checks
            .push(Check::failed(FORMAT, "it is no document that Conclave writes").at(paper.label, None));
    };
    if behind > 0 {
        older(paper, ground, count, report);
    }
    report.checks.push(front(paper, &facts, &document, exporter.name()));
    let other = facts.program.as_deref().filter(|program| *program != PROGRAM && is_version(program));
    if let Some(program) = other {
        let told = format!("written by {program}, and this is {PROGRAM}: another version may word it otherwise");
        report.notes.push(tame(&format!(
            "{} says that {program} wrote it. Its front matter and references are checked, and that it holds the signed \
             texts, but not every line: to have that, export the session anew and compare",
            paper.label
        )));
        report.checks.push(Check::not_applicable(TEXT, told));
        return foreign::check(paper, &session, report);
    }
    report.checks.push(text(paper, &document, &session, exporter.as_ref()));
}

/// How many records there were when the document was written: up to the one whose digest it bears, or all.
fn record(paper: &Paper<'_>, facts: &Facts, ground: &Ground) -> usize {
    let all = ground.records.len();
    let position = |named: &str| ground.records.iter().position(|r| r.digest.as_str() == named).map(|i| i + 1);
    if let Some(named) = facts.get("journal-digest") {
        return position(named).unwrap_or(all);
    }
    // A format without front matter: any digest in it that is a record's.
    let known: BTreeSet<&str> = ground.records.iter().map(|r| r.digest.as_str()).collect();
    let words = paper.bytes.split(|b| !b.is_ascii_hexdigit()).filter(|w| w.len() == 64);
    let named = words.filter_map(|w| std::str::from_utf8(w).ok()).filter(|w| known.contains(w));
    named.filter_map(position).max().unwrap_or(all)
}

fn older(paper: &Paper<'_>, ground: &Ground, count: usize, report: &mut Report) {
    let told = format!("it is of the session after record {count}, and there are {} now", ground.records.len());
    if paper.stays && ground.session.outcome().is_some() {
        let failed = Check::failed("up to date", format!("{told}: the session is over, and this is not how"));
        return report.checks.push(failed.at(paper.label, None));
    }
    report.notes.push(tame(&format!("{}: {told}.", paper.label)));
}

/// The format it is in: the one that is known, or the one whose own text of this session has most lines with it in common.
fn exporter(paper: &Paper<'_>, document: &Document, session: &Session) -> Option<Box<dyn Exporter>> {
    let known = paper.format.or_else(|| json(paper.bytes).map(|_| "json"));
    let lines: BTreeSet<&[u8]> = paper.bytes.split(|b| *b == b'\n').filter(|l| l.len() > 3).collect();
    let shared = |exporter: &dyn Exporter| {
        let text = exporter.export(document, session).unwrap_or_default();
        text.split(|b| *b == b'\n').filter(|l| lines.contains(l)).count()
    };
    let mut best: Option<(usize, Box<dyn Exporter>)> = None;
    for exporter in exporters().into_iter().filter(|e| known.is_none_or(|name| e.name() == name)) {
        let shared = if known.is_some() { usize::MAX } else { shared(exporter.as_ref()) };
        if shared > best.as_ref().map_or(0, |(most, _)| *most) {
            best = Some((shared, exporter));
        }
    }
    best.map(|(_, exporter)| exporter)
}

/// Does the front matter say what the session is?
fn front(paper: &Paper<'_>, facts: &Facts, document: &Document, format: &str) -> Check {
    if facts.front.is_empty() {
        return match format {
            "md" | "json" => Check::failed(FRONT, "there is none that can be read").at(paper.label, Some(1)),
            _ => Check::not_applicable(FRONT, format!("{format} has none of its own; its text is compared as a whole")),
        };
    }
    for should in Facts::expected(document) {
        let Some(is) = facts.front.iter().find(|f| f.key == should.key) else { continue };
        if is.value == should.value {
            continue;
        }
        let wanted = should.value.unwrap_or_default();
        let told = match (&is.value, should.key) {
            (None, key) => format!("{key} is missing or stands there twice; it should be {wanted}"),
            (Some(value), "journal-digest") => format!("the journal has no record with the digest {value}"),
            (Some(value), key) => format!("{key} is {value}, and should be {wanted}"),
        };
        return Check::failed(FRONT, told).at(paper.label, is.line);
    }
    Check::ok(FRONT, "session, status, digests and counts are the session's")
}

/// Is it, byte for byte, what the session gives?
fn text(paper: &Paper<'_>, document: &Document, session: &Session, exporter: &dyn Exporter) -> Check {
    let expected = match exporter.export(document, session) {
        Ok(expected) => expected,
        Err(error) => return Check::failed(TEXT, format!("the session cannot be exported: {error}")),
    };
    match difference::first(paper.bytes, &expected) {
        None => Check::ok(TEXT, format!("{} is what the session gives, byte for byte", exporter.name())),
        Some(found) => Check::failed(TEXT, found.told).at(paper.label, Some(found.line)),
    }
}

/// Whether `text` names a version of this program, and not just anything.
fn is_version(text: &str) -> bool {
    let version = text.strip_prefix("conclave ").unwrap_or_default();
    let parts = version.split(['-', '+']).next().unwrap_or_default();
    parts.split('.').count() == 3 && parts.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}
