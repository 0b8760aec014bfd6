//! What everybody is shown: topic, table, context, and the log or the accord.

use super::fit::{Cut, Detail};
use super::heads::Shown;
use super::{digest, enclosed, inset};
use crate::journal::communication::{Form, render_entry_as};
use crate::protocol::docket::Docket;
use crate::protocol::issue::{End, Issue};
use crate::protocol::{Author, Entry, Move, Session, Target};
use std::fmt::Write;

/// Topic, table and context: the same bytes for every call of a session.
pub(super) fn shared(session: &Session, definitions: bool) -> String {
    let opening = session.opening();
    let mut out = format!("# Topic\n\n{}\n", enclosed("topic", &opening.topic));
    out.push_str("# The table\n\n");
    let everybody = opening.seats.iter().map(|s| (Author::Seat(s.tag.clone()), &s.speaker));
    for (author, speaker) in std::iter::once((Author::Supervisor, &opening.supervisor)).chain(everybody) {
        if definitions {
            let _ =
                writeln!(out, "## [{author}]\n\n{}", enclosed(&format!("definition of {author}"), &speaker.definition));
        } else {
            let _ = writeln!(out, "- [{author}]: {}", speaker.name);
        }
    }
    super::charter::names(session, &mut out);
    for file in &opening.context {
        let _ = writeln!(out, "\n# Context: {}\n\n{}", file.name, enclosed("context", &file.text));
    }
    out
}

/// The log, entry by entry; it only ever grows, but for the rare steps in which its oldest part becomes a digest.
pub(super) fn log(session: &Session, cut: Cut, out: &mut String) -> Shown {
    if session.entries().is_empty() {
        return Shown { last: cut.last, past: None };
    }
    out.push_str("\n# The log\n\n");
    let past = (cut != Cut::NONE).then(|| session.as_of(cut.last));
    if let Some(past) = &past {
        out.push_str(&digest::of(past, cut));
    }
    for entry in session.entries().iter().filter(|e| e.number > cut.last) {
        out.push_str(&render_entry_as(session, entry, Form::PROMPT));
        out.push('\n');
    }
    Shown { last: cut.last, past }
}

/// What a signer reads, and the seat that imagines the failure: the framework as it stands, the accord, what became of
/// everything, and the risks.
pub(super) fn accord(session: &Session, detail: Detail, out: &mut String) {
    out.push_str("\n# The log\n\n");
    // The framework as it stands. Where it never changed, up to its end the bytes are those of every other call.
    if let Some(entry) = session.entries().iter().rev().find(|e| frames(e)) {
        out.push_str(&render_entry_as(session, entry, Form::PROMPT));
        out.push('\n');
    }
    out.push_str("\n# The accord to sign\n");
    for docket in session.dockets() {
        let question = session.decision(docket.id).map(|d| inset(&d.question)).unwrap_or_default();
        let _ = writeln!(out, "\n## {} {question}\n", docket.id);
        head(docket, detail != Detail::Bare, out);
    }
    out.push_str("\n# What became of objections, concerns and alternatives\n\n");
    dispositions(session, detail, out);
    risks(session, out);
}

fn frames(entry: &Entry) -> bool {
    entry.moves.iter().any(|m| matches!(m.act, Move::Frame { .. }))
}

/// A head in full: clauses with their readings, assumptions, and the rationale if wanted.
pub(super) fn head(docket: &Docket, rationale: bool, out: &mut String) {
    let Some(head) = docket.head() else { return };
    let _ = writeln!(out, "{}@{} by {}", head.id, head.digest.short(), head.by);
    for (number, clause) in &head.clauses {
        let _ = writeln!(out, "({number}) {}", inset(clause));
        readings(docket, *number, out);
    }
    for assumption in &head.assumptions {
        let _ = writeln!(out, "Assumes: {}", inset(assumption));
    }
    if rationale {
        let _ = writeln!(out, "Rationale (not binding): {}", inset(&docket.rationale(head)));
    }
}

/// The readings of one clause.
pub(super) fn readings(docket: &Docket, clause: u16, out: &mut String) {
    for reading in docket.readings_on(clause) {
        let (id, entry) = (reading.id, reading.entry);
        let _ = writeln!(out, "    {id} ({entry}) reading of clause {clause}: {}", inset(&reading.text));
    }
}

fn dispositions(session: &Session, detail: Detail, out: &mut String) {
    for issue in session.issues() {
        let (id, about) = (issue.id, issue.about);
        let _ = match detail {
            Detail::Full => writeln!(out, "- {id} on {about}: {} -> {}", inset(&issue.text), closed(issue, true)),
            Detail::Brief | Detail::Bare => writeln!(out, "- {id} on {about} -> {}", closed(issue, false)),
        };
    }
    if detail != Detail::Full && !session.issues().is_empty() {
        out.push_str("\nTheir texts are left out, because the whole would not fit; the log has them.\n");
    }
    for docket in session.dockets() {
        for (id, weighed) in &docket.alternatives {
            if let Some(weighed) = weighed {
                let _ = writeln!(out, "- {id}: {}: {}", how_in_words(&weighed.how), inset(&weighed.why));
            }
        }
    }
}

/// What became of an issue, with the words of whoever ended it if wanted.
pub(super) fn closed(issue: &Issue, why: bool) -> String {
    let Some(disposition) = &issue.disposition else { return "open".to_owned() };
    let end = match &disposition.end {
        End::Disposed(how) => how_in_words(how),
        End::Resolved(entry) => format!("resolved by {entry}"),
        End::Withdrawn => "withdrawn".to_owned(),
        End::Answered => format!("answered in {}", disposition.entry),
        End::Ruled(_) => "ruled out by the supervisor".to_owned(),
    };
    if why { format!("{end}: {}", inset(&disposition.why)) } else { end }
}

/// What an owner did about something.
pub(super) fn how_in_words(how: &crate::protocol::How) -> String {
    use crate::protocol::How;
    match how {
        How::Addressed { clause } => format!("addressed in clause {clause}"),
        How::Reading { clause, .. } => format!("met by a reading of clause {clause}"),
        How::Declined => "declined".to_owned(),
        How::Moot => "moot".to_owned(),
        How::Risk => "recorded as a risk".to_owned(),
        How::Adopted => "adopted".to_owned(),
        How::Partly => "taken up in part".to_owned(),
    }
}

/// Recorded risks, in full.
pub(super) fn risks(session: &Session, out: &mut String) {
    if session.risks().is_empty() {
        return;
    }
    out.push_str("\n# Recorded risks\n\n");
    for risk in session.risks() {
        let about = match risk.about {
            Target::Framework => "the framework".to_owned(),
            Target::Decision(id) => id.to_string(),
        };
        let _ = writeln!(
            out,
            "- {} ({}) on {about}: {} Sign: {} Mitigation: {}",
            risk.id,
            risk.entry,
            inset(&risk.scenario),
            inset(&risk.sign),
            inset(&risk.mitigation)
        );
    }
}
