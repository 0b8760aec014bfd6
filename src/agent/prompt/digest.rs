//! What the first part of a log came to, for a model whose context does not hold its words.
//!
//! No model summarises: everything here is read off the state as it was at the cut. Framework, texts on the table, open
//! issues and alternatives stand in full; prose and superseded texts are left out, and what is closed is told as far as
//! there is room for it. The digest says itself what it leaves out.

use super::fit::{Cut, Detail};
use super::inset;
use super::table::{closed, head, how_in_words, risks};
use crate::protocol::docket::{Docket, VerdictKind};
use crate::protocol::issue::Issue;
use crate::protocol::{Author, Framework, IssueKind, Move, ProposalId, Session, Target};
use std::fmt::Write;

/// The digest of everything up to the cut, where the state was `past`. Ends with a blank line.
pub(super) fn of(past: &Session, cut: Cut) -> String {
    let left_out = match cut.detail {
        Detail::Full => "",
        Detail::Brief => ", and the texts of what is closed",
        Detail::Bare => ", and what is closed but for its number",
    };
    let mut out = format!(
        "Entries up to {} are given here by what they came to, read off their moves by the host. Their contents and superseded \
         texts are left out{left_out}, because the whole would not fit; whatever was open or on the table then stands in full.\n",
        cut.last
    );
    if let Some(framework) = past.framework() {
        frame(framework, &mut out);
    }
    for docket in past.dockets() {
        decision(past, docket, cut.detail, &mut out);
    }
    let about_framework: Vec<&Issue> =
        past.issues().iter().map(AsRef::as_ref).filter(|i: &&Issue| i.about == Target::Framework).collect();
    if !about_framework.is_empty() {
        out.push_str("\n## About the framework, up to then\n\n");
        issues(&about_framework, cut.detail, &mut out);
    }
    risks(past, &mut out);
    spoken(past, &mut out);
    out.push('\n');
    out
}

fn frame(framework: &Framework, out: &mut String) {
    let _ = writeln!(out, "\n## The framework: {}\n", inset(&framework.title));
    let lists = [
        ("Goal", &framework.goals),
        ("Non-goal", &framework.non_goals),
        ("Constraint", &framework.constraints),
        ("Unknown", &framework.unknowns),
    ];
    for (name, texts) in lists {
        for text in texts {
            let _ = writeln!(out, "- {name}: {}", inset(text));
        }
    }
    for criterion in &framework.criteria {
        let _ = writeln!(out, "- {}: {}", criterion.id, inset(&criterion.text));
    }
}

fn decision(past: &Session, docket: &Docket, detail: Detail, out: &mut String) {
    let Some(decision) = past.decision(docket.id) else { return };
    let criteria: Vec<String> = decision.criteria.iter().map(ToString::to_string).collect();
    let (id, owner) = (docket.id, &decision.owner);
    let _ = writeln!(out, "\n## {id} (owner {owner}; {}): {}\n", criteria.join(", "), inset(&decision.question));
    if docket.head.is_some() {
        head(docket, detail != Detail::Bare, out);
        stances(past, docket, out);
    }
    positions(past, docket, detail, out);
    alternatives(docket, detail, out);
    let about: Vec<&Issue> =
        past.issues().iter().map(AsRef::as_ref).filter(|i: &&Issue| i.about == Target::Decision(id)).collect();
    issues(&about, detail, out);
}

fn stances(past: &Session, docket: &Docket, out: &mut String) {
    let told: Vec<String> = past
        .seats()
        .filter_map(|seat| {
            let verdict = docket.verdicts.get(seat)?;
            let kind = match verdict.kind {
                VerdictKind::Agree => "agrees to",
                VerdictKind::Object => "objects to",
            };
            Some(format!("{seat} {kind} {} in {}", verdict.on, verdict.entry))
        })
        .collect();
    if !told.is_empty() {
        let _ = writeln!(out, "Verdicts: {}.", told.join("; "));
    }
}

/// Sealed positions: in full until their owner has weighed them with a first head.
fn positions(past: &Session, docket: &Docket, detail: Detail, out: &mut String) {
    for (seat, entry, act) in past.positions_on(docket.id) {
        let Move::Position { choice, rejected, rests_on, .. } = act else { continue };
        let weighed = docket.weighed.get(seat);
        if docket.head.is_none() {
            let [choice, rejected, rests_on] = [choice, rejected, rests_on].map(|t| inset(t));
            let _ = writeln!(
                out,
                "- position {}/{seat} ({entry}): {choice} (not: {rejected}; rests on {rests_on})",
                docket.id
            );
        } else if let (Some(weighed), Detail::Full) = (weighed, detail) {
            let how = how_in_words(&weighed.how);
            let _ = writeln!(out, "- position {}/{seat} ({entry}): {how}: {}", docket.id, inset(&weighed.why));
        }
    }
}

fn alternatives(docket: &Docket, detail: Detail, out: &mut String) {
    for (id, weighed) in &docket.alternatives {
        match weighed {
            None => {
                let _ = writeln!(out, "- open alternative:");
                clauses(docket, *id, out);
            }
            Some(weighed) if detail == Detail::Full => {
                let _ = writeln!(out, "- alternative, {}: {}", how_in_words(&weighed.how), inset(&weighed.why));
                clauses(docket, *id, out);
            }
            Some(weighed) => {
                let _ = writeln!(out, "- alternative {id}: {}", how_in_words(&weighed.how));
            }
        }
    }
}

fn clauses(docket: &Docket, id: ProposalId, out: &mut String) {
    let Some(text) = docket.proposal(id) else { return };
    let _ = writeln!(out, "  {id}@{} by {} ({})", text.digest.short(), text.by, text.entry);
    for (number, clause) in &text.clauses {
        let _ = writeln!(out, "  ({number}) {}", inset(clause));
    }
    for assumption in &text.assumptions {
        let _ = writeln!(out, "  Assumes: {}", inset(assumption));
    }
}

fn issues(about: &[&Issue], detail: Detail, out: &mut String) {
    for issue in about.iter().filter(|i| i.is_open()) {
        let _ = writeln!(out, "- open {}", in_full(issue));
    }
    let ended: Vec<&&Issue> = about.iter().filter(|i| !i.is_open()).collect();
    match detail {
        Detail::Full => {
            for issue in ended {
                let _ = writeln!(out, "- {} -> {}", in_full(issue), closed(issue, true));
            }
        }
        Detail::Brief => {
            for issue in ended {
                let _ = writeln!(out, "- {} of {} ({}) -> {}", issue.id, issue.by, issue.entry, closed(issue, false));
            }
        }
        Detail::Bare if ended.is_empty() => {}
        Detail::Bare => {
            let ids: Vec<String> = ended.iter().map(|i| i.id.to_string()).collect();
            let _ = writeln!(out, "- closed: {}", ids.join(" "));
        }
    }
}

/// An issue with everything its parties need.
fn in_full(issue: &Issue) -> String {
    let kind = match issue.id.kind {
        IssueKind::Objection => "objection",
        IssueKind::Concern => "concern",
        IssueKind::Question => "question",
    };
    let mut out = format!("{kind} {} of {} ({}", issue.id, issue.by, issue.entry);
    if issue.clause != 0 {
        let _ = write!(out, ", clause {}", issue.clause);
    }
    if let Some(criterion) = issue.criterion {
        let _ = write!(out, ", {criterion}");
    }
    if let Some(to) = &issue.to {
        let _ = write!(out, ", to {to}");
    }
    let _ = write!(out, "): {}", inset(&issue.text));
    if !issue.resolved_if.is_empty() {
        let _ = write!(out, " (resolved if: {})", inset(&issue.resolved_if));
    }
    if let Some((how, entry)) = &issue.met {
        let _ = write!(out, " (answered in {entry}: {})", how_in_words(how));
    }
    if let Some(stood) = issue.stood.last() {
        let _ = write!(out, " (stood by in {stood}: {})", inset(&issue.still));
    }
    out
}

/// What binds although it is no issue: a person's directions and answers, and the last mediation.
fn spoken(past: &Session, out: &mut String) {
    let mut last = None;
    for entry in past.entries() {
        for recorded in &entry.moves {
            match &recorded.act {
                Move::Direct { text } => {
                    let _ = writeln!(out, "\nDirection of a person ({}): {}", entry.number, inset(text));
                }
                Move::Mediate { agreed, disputed, crux, question } if entry.author == Author::Supervisor => {
                    last = Some((entry.number, [agreed, disputed, crux, question].map(|t| inset(t))));
                }
                _ => {}
            }
        }
    }
    if let Some((entry, [agreed, disputed, crux, question])) = last {
        let _ = writeln!(
            out,
            "\nLast mediation ({entry}): agreed: {agreed}; disputed: {disputed}; crux: {crux}; question: {question}"
        );
    }
}
