//! May an objection still block? From a seat's second review of a decision on it must rest on something new.

use crate::protocol::entry::Move;
use crate::protocol::id::{Author, DecisionId, EntryNumber, IssueId, IssueKind, SeatTag, Target};
use crate::protocol::issue::Issue;
use crate::protocol::session::Session;

/// What the host makes of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Admission {
    /// It blocks: a first review (putting a head on the table is judging it), a changed clause, or an entry the seat had not seen.
    New,
    /// It blocks and uses up the seat's one late pass of the session.
    LatePass,
    /// It names the clause and criterion of the seat's own open objection, which therefore stands.
    Anew(IssueId),
    /// It rests on nothing new and is recorded as a concern.
    Demoted,
}

/// How an objection is taken; none for every other move.
pub fn admission(session: &Session, author: &Author, act: &Move) -> Option<Admission> {
    let Move::Object { about, clause, criterion, rests_on, .. } = act else {
        return None;
    };
    let seat = author.seat()?;
    let late = if session.late_passes.contains(seat) { Admission::Demoted } else { Admission::LatePass };
    let Target::Decision(decision) = *about else {
        let before = |i: &Issue| i.about == Target::Framework && i.by == *author && i.id.kind == IssueKind::Objection;
        return Some(if session.issues().iter().any(|i| before(i)) { late } else { Admission::New });
    };
    let same = session.own_objections(seat, decision).find(|i| i.clause == *clause && i.criterion == Some(*criterion));
    if let Some(issue) = same {
        return Some(Admission::Anew(issue.id));
    }
    let docket = session.docket(decision)?;
    let Some(verdict) = docket.verdicts.get(seat) else {
        return Some(Admission::New);
    };
    let reframed = docket.reframed.is_some_and(|at| at > verdict.seen);
    if reframed || docket.changed_since_judged(seat).contains(clause) {
        return Some(Admission::New);
    }
    if rests_on.is_some_and(|entry| is_news(session, seat, decision, entry)) {
        return Some(Admission::New);
    }
    Some(late)
}

/// Whether `entry` is somebody else's and was not there when `seat` last judged `decision`.
fn is_news(session: &Session, seat: &SeatTag, decision: DecisionId, entry: EntryNumber) -> bool {
    let seen = session.docket(decision).and_then(|d| d.verdicts.get(seat)).map(|v| v.seen).unwrap_or_default();
    entry > seen && session.entry(entry).is_some_and(|e| e.author.seat() != Some(seat))
}
