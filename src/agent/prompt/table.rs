//! What everybody is shown: topic, table, context, and the log or the accord.

use super::{enclosed, inset, shares_definitions};
use crate::journal::communication::{Form, render_entry_as};
use crate::protocol::docket::Docket;
use crate::protocol::issue::End;
use crate::protocol::{Author, Entry, Move, Session, Target};
use std::fmt::Write;

/// Topic, table and context: the same bytes for every call of a session.
pub(super) fn shared(session: &Session) -> String {
    let opening = session.opening();
    let mut out = format!("# Topic\n\n{}\n", enclosed("topic", &opening.topic));
    out.push_str("# The table\n\n");
    let shared = shares_definitions(session);
    let everybody = opening.seats.iter().map(|s| (Author::Seat(s.tag.clone()), &s.speaker));
    for (author, speaker) in std::iter::once((Author::Supervisor, &opening.supervisor)).chain(everybody) {
        if shared {
            let _ =
                writeln!(out, "## [{author}]\n\n{}", enclosed(&format!("definition of {author}"), &speaker.definition));
        } else {
            let _ = writeln!(out, "- [{author}]: {}", speaker.name);
        }
    }
    for file in &opening.context {
        let _ = writeln!(out, "\n# Context: {}\n\n{}", file.name, enclosed("context", &file.text));
    }
    out
}

/// The log, entry by entry; it only ever grows.
pub(super) fn log(session: &Session, out: &mut String) {
    if session.entries().is_empty() {
        return;
    }
    out.push_str("\n# The log\n\n");
    for entry in session.entries() {
        out.push_str(&render_entry_as(session, entry, Form::PROMPT));
        out.push('\n');
    }
}

/// What a signer reads: the framework as it stands, the accord, what became of everything, and the pre-mortem.
pub(super) fn accord(session: &Session, out: &mut String) {
    out.push_str("\n# The log\n\n");
    // The framework as it stands. Where it never changed, up to its end the bytes are those of every other call.
    if let Some(entry) = session.entries().iter().rev().find(|e| frames(e)) {
        out.push_str(&render_entry_as(session, entry, Form::PROMPT));
        out.push('\n');
    }
    out.push_str("\n# The accord to sign\n");
    for docket in session.dockets() {
        let question = session.decision(docket.id).map(|d| d.question.as_str()).unwrap_or_default();
        let _ = writeln!(out, "\n## {} {question}\n", docket.id);
        head(docket, out);
    }
    out.push_str("\n# What became of objections, concerns and alternatives\n\n");
    dispositions(session, out);
    premortem(session, out);
}

fn frames(entry: &Entry) -> bool {
    entry.moves.iter().any(|m| matches!(m.act, Move::Frame { .. }))
}

/// A head in full: clauses with their readings, assumptions, rationale.
pub(super) fn head(docket: &Docket, out: &mut String) {
    let Some(head) = docket.head() else { return };
    let _ = writeln!(out, "{}@{} by {}", head.id, head.digest.short(), head.by);
    for (number, clause) in &head.clauses {
        let _ = writeln!(out, "({number}) {}", inset(clause));
        for reading in docket.readings_on(*number) {
            let _ = writeln!(out, "    {} ({}) reading: {}", reading.id, reading.entry, inset(&reading.text));
        }
    }
    for assumption in &head.assumptions {
        let _ = writeln!(out, "Assumes: {}", inset(assumption));
    }
    let _ = writeln!(out, "Rationale (not binding): {}", inset(&docket.rationale(head)));
}

fn dispositions(session: &Session, out: &mut String) {
    for issue in session.issues() {
        let end = issue.disposition.as_ref().map(|d| (&d.end, d.why.as_str()));
        let became = match end {
            None => "open".to_owned(),
            Some((End::Disposed(how), why)) => format!("{}: {}", how_in_words(how), inset(why)),
            Some((End::Resolved(entry), why)) => format!("resolved by {entry}: {}", inset(why)),
            Some((End::Withdrawn, why)) => format!("withdrawn: {}", inset(why)),
            Some((End::Answered, why)) => format!("answered: {}", inset(why)),
            Some((End::Ruled(_), why)) => format!("ruled out by the supervisor: {}", inset(why)),
        };
        let _ = writeln!(out, "- {} on {}: {} -> {became}", issue.id, issue.about, inset(&issue.text));
    }
    for docket in session.dockets() {
        for (id, weighed) in &docket.alternatives {
            if let Some(weighed) = weighed {
                let _ = writeln!(out, "- {id}: {}: {}", how_in_words(&weighed.how), inset(&weighed.why));
            }
        }
    }
}

fn how_in_words(how: &crate::protocol::How) -> String {
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

fn premortem(session: &Session, out: &mut String) {
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
