//! A document held against its session: written anew from the journal as it was then, and compared.

use super::PROGRAM;
use super::difference;
use super::facts::Facts;
use super::foreign;
use super::ground::Ground;
use super::report::{Check, Finding, Report, tame};
use crate::export::{Document, ExportError, FOLDER, Provenance, exporters, madr, redact};
use crate::protocol::Session;
use serde_json::Value;
use std::borrow::Cow;
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
    let facts = facts(bytes);
    let id = facts
        .as_ref()
        .and_then(|facts| facts.get("session"))
        .or_else(|| at_the_foot(std::str::from_utf8(bytes).ok()?))?;
    let tame = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!id.is_empty() && !id.starts_with(['.', '-']) && id.chars().all(tame)).then(|| id.to_owned())
}

/// The session at the foot of a page or a comment, which have no front matter.
fn at_the_foot(text: &str) -> Option<&str> {
    [("\n<p>Session ", ','), ("\nSession `", '`')].into_iter().find_map(|(before, after)| {
        let (_, rest) = text.rsplit_once(before)?;
        rest.split_once(after).map(|(id, _)| id)
    })
}

pub(super) fn facts(bytes: &[u8]) -> Option<Facts> {
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
    match Expected::of(paper, &facts, ground) {
        Ok(expected) => expected.compare(paper, &facts, ground, report),
        Err(why) => report.checks.push(Check::failed(TEXT, why).at(paper.label, None)),
    }
}

/// What a document should be, by what it says of itself.
pub(super) struct Expected {
    count: usize,
    session: Session,
    document: Document,
    renderings: Vec<Rendering>,
}

impl Expected {
    /// Writes the session anew as it was when the document was written; why not, if that cannot be done.
    pub fn of(paper: &Paper<'_>, facts: &Facts, ground: &Ground) -> Result<Self, String> {
        let count = record(paper, facts, ground);
        let session = ground.session_at(count).ok_or("the session cannot be told as it was then")?;
        let provenance = Provenance {
            session: session.opening().session.clone(),
            journal: ground.records.get(count.wrapping_sub(1)).map(|r| r.digest.clone()),
            program: other_version(facts).unwrap_or(PROGRAM).to_owned(),
            exported_at: facts.exported_at,
        };
        let document = Document::of(&session, &provenance);
        let renderings = renderings(known(paper), &document, &session)
            .map_err(|error| format!("the session cannot be exported: {error}"))?;
        Ok(Self { count, session, document, renderings })
    }

    /// Adds what is found of `paper` to `report`.
    pub fn compare(&self, paper: &Paper<'_>, facts: &Facts, ground: &Ground, report: &mut Report) {
        let Some(rendering) = most_alike(paper, &self.renderings) else {
            let failed = Check::failed(FORMAT, "it is no document that Conclave writes");
            return report.checks.push(failed.at(paper.label, None));
        };
        if self.count < ground.records.len() {
            older(paper, ground, self.count, report);
        }
        report.checks.push(front(paper, facts, &self.document, rendering.format));
        let text = text(paper, rendering, &mut report.notes);
        let Some(program) = other_version(facts) else { return report.checks.push(text) };
        if text.finding == Finding::Ok {
            report.notes.push(tame(&format!(
                "{} says that {program} wrote it. That is not to be proved, but {PROGRAM} writes every other byte of it alike.",
                paper.label
            )));
            return report.checks.push(text);
        }
        // Another version may have worded it so, or somebody else: who names a version must not be believed for it.
        foreign::check(paper, &self.session, report);
        let told = format!(
            "it says that {program} wrote it, and {PROGRAM} words it otherwise: that nobody changed it cannot be told ({})",
            text.detail
        );
        report.checks.push(Check { detail: tame(&told), ..text });
    }
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

/// What the session gives in one format.
pub(super) struct Rendering {
    format: &'static str,
    bytes: Vec<u8>,
}

/// The format that a document is in, where that is known without looking further.
fn known(paper: &Paper<'_>) -> Option<&'static str> {
    paper.format.or_else(|| json(paper.bytes).map(|_| "json"))
}

/// The session in the format that is known, or else in all of them.
fn renderings(
    known: Option<&'static str>,
    document: &Document,
    session: &Session,
) -> Result<Vec<Rendering>, ExportError> {
    let mut all = Vec::new();
    for exporter in exporters().into_iter().filter(|e| known.is_none_or(|name| e.name() == name)) {
        all.push(Rendering { format: exporter.name(), bytes: exporter.export(document, session)? });
    }
    if known.is_none() {
        // Of a folder of records each file is a document of its own; its number is in its name alone.
        let records = madr(document, session, 1)?.into_iter();
        all.extend(records.map(|r| Rendering { format: FOLDER, bytes: r.text.into_bytes() }));
    }
    Ok(all)
}

/// The only rendering there is, or the one with most lines in common with the document; none if no line is.
fn most_alike<'a>(paper: &Paper<'_>, all: &'a [Rendering]) -> Option<&'a Rendering> {
    if let [only] = all {
        return Some(only);
    }
    let lines: BTreeSet<&[u8]> = paper.bytes.split(|b| *b == b'\n').filter(|l| l.len() > 3).collect();
    let shared = |r: &Rendering| r.bytes.split(|b| *b == b'\n').filter(|l| lines.contains(l)).count();
    let best = all.iter().map(|r| (shared(r), r)).max_by_key(|(shared, _)| *shared);
    best.filter(|(shared, _)| *shared > 0).map(|(_, r)| r)
}

/// Does the front matter say what the session is?
fn front(paper: &Paper<'_>, facts: &Facts, document: &Document, format: &str) -> Check {
    if !matches!(format, "md" | "json") {
        return Check::not_applicable(
            FRONT,
            format!("{format} bears none of its own; its text is compared as a whole"),
        );
    }
    if facts.front.is_empty() {
        return Check::failed(FRONT, "there is none that can be read").at(paper.label, Some(1));
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

/// Is it, byte for byte, what the session gives? Export masks what looks like a secret unless it is told not to; the
/// session's own document masks nothing.
fn text(paper: &Paper<'_>, rendering: &Rendering, notes: &mut Vec<String>) -> Check {
    let Rendering { format, bytes } = rendering;
    let holds = || Check::ok(TEXT, format!("{format} is what the session gives, byte for byte"));
    if bytes == paper.bytes {
        return holds();
    }
    let masked = std::str::from_utf8(bytes).map(redact).ok().filter(|(_, count)| *count > 0 && !paper.stays);
    let expected = match masked {
        Some((masked, count)) => {
            notes.push(tame(&format!("{}: {count} texts that look like secrets are masked in it.", paper.label)));
            Cow::Owned(masked.into_owned().into_bytes())
        }
        None => Cow::Borrowed(bytes.as_slice()),
    };
    let Some(found) = difference::first(paper.bytes, &expected) else {
        return holds();
    };
    Check::failed(TEXT, found.told).at(paper.label, Some(found.line))
}

/// The version of this program that a document says it was written by, if that is another than this.
fn other_version(facts: &Facts) -> Option<&str> {
    facts.program.as_deref().filter(|program| *program != PROGRAM && is_version(program))
}

/// Whether `text` names a version of this program, and not just anything.
fn is_version(text: &str) -> bool {
    let version = text.strip_prefix("conclave ").unwrap_or_default();
    let parts = version.split(['-', '+']).next().unwrap_or_default();
    parts.split('.').count() == 3 && parts.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}
