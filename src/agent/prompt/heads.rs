//! The texts on the table in this wave: whatever anybody who is asked must judge, revise or dispose of. It stands behind
//! the log and before what is one seat's alone, so that the seats of a wave share it, and a text that stands in full
//! further up is only pointed at.

use super::inset;
use super::table::readings;
use crate::protocol::docket::{Docket, Proposal};
use crate::protocol::issue::Issue;
use crate::protocol::{AskKind, DecisionId, Duty, EntryNumber, IssueKind, Session, Target, duty};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What of the log is shown word for word, and what a digest tells of the rest.
pub(super) struct Shown {
    /// The last entry that is not shown word for word.
    pub last: EntryNumber,
    /// The state at that entry, which the digest tells in full.
    pub past: Option<Session>,
}

impl Shown {
    /// Where `text` stands in full above, if it does.
    fn place(&self, text: &Proposal) -> Option<String> {
        if text.base.is_none() && text.entry > self.last {
            return Some(format!("in full in {}", text.entry));
        }
        let past = self.past.as_ref().and_then(|p| p.docket(text.id.decision)?.head());
        past.is_some_and(|head| head.id == text.id).then(|| format!("in full under {} above", text.id.decision))
    }
}

/// The section, or nothing where nothing is on the table.
pub(super) fn on_table(session: &Session, shown: &Shown, out: &mut String) {
    let concerned: Vec<&Docket> = concerned(session).iter().filter_map(|id| session.docket(*id)).collect();
    let concerned: Vec<&Docket> = concerned.into_iter().filter(|d| d.head.is_some()).collect();
    if concerned.is_empty() {
        return;
    }
    out.push_str("\n# On the table\n");
    for docket in concerned {
        let _ = writeln!(out, "\n## On the table for {}\n", docket.id);
        text(docket, shown, out);
        open(session, docket, out);
    }
}

/// The decisions on which somebody who is asked in this wave has something to do.
fn concerned(session: &Session) -> BTreeSet<DecisionId> {
    let mut ids = BTreeSet::new();
    for ask in session.asks() {
        if ask.kind == AskKind::Mediation {
            ids.extend(session.dockets().map(|d| d.id).filter(|id| !session.is_settled(*id)));
        }
        ids.extend(ask.duties.iter().filter_map(|d| decision_of(session, d)));
        let owns = |id: DecisionId| session.decision(id).is_some_and(|d| Some(&d.owner) == ask.author.seat());
        ids.extend(session.dockets().map(|d| d.id).filter(|id| owns(*id) && duty::may_revise(session, *id)));
    }
    ids
}

/// The decision that a duty is about.
pub(super) fn decision_of(session: &Session, duty: &Duty) -> Option<DecisionId> {
    match duty {
        Duty::Draft(id) | Duty::Revise(id) | Duty::Dispose(id) | Duty::Review(id) => Some(*id),
        Duty::Stand(issue) | Duty::Answer(issue) | Duty::Rule(issue) => session.issue(*issue)?.about.decision(),
        Duty::Heed(_) | Duty::Frame | Duty::Position | Duty::Mediate | Duty::Premortem | Duty::Sign => None,
    }
}

fn text(docket: &Docket, shown: &Shown, out: &mut String) {
    let Some(head) = docket.head() else { return };
    let _ = write!(out, "{}@{} by {}", head.id, head.digest.short(), head.by);
    match shown.place(head) {
        Some(place) => {
            let _ = writeln!(out, ", {place}.");
            head.clauses.keys().for_each(|number| readings(docket, *number, out));
        }
        None => {
            let base = head.base.map(|base| format!(", {base} as changed in {}", head.entry)).unwrap_or_default();
            let _ = writeln!(out, "{base}; its whole text:");
            for (number, clause) in &head.clauses {
                let _ = writeln!(out, "({number}) {}", inset(clause));
                readings(docket, *number, out);
            }
            for assumption in &head.assumptions {
                let _ = writeln!(out, "Assumes: {}", inset(assumption));
            }
        }
    }
}

/// What is open on it, by number: the words stand above.
fn open(session: &Session, docket: &Docket, out: &mut String) {
    for issue in session.issues().iter().filter(|i| i.is_open() && i.about == Target::Decision(docket.id)) {
        match &issue.met {
            Some((_, entry)) => {
                let _ = writeln!(out, "Answered in {entry}, its objector to judge: {}", named(issue));
            }
            None => {
                let _ = writeln!(out, "Open: {}", named(issue));
            }
        }
    }
    for id in docket.open_alternatives() {
        let from = docket.proposal(id).map(|p| format!(" of {} in {}", p.by, p.entry)).unwrap_or_default();
        let _ = writeln!(out, "Open: alternative {id}{from}");
    }
}

/// An issue by number, author, entry and place.
pub(super) fn named(issue: &Issue) -> String {
    let kind = match issue.id.kind {
        IssueKind::Objection => "objection",
        IssueKind::Concern => "concern",
        IssueKind::Question => "question",
    };
    let mut out = format!("{kind} {} of {} in {}", issue.id, issue.by, issue.entry);
    if issue.clause != 0 {
        let _ = write!(out, ", clause {}", issue.clause);
    }
    if let Some(stood) = issue.stood.last() {
        let _ = write!(out, ", stood by in {stood}");
    }
    out
}
