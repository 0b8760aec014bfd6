//! Who owes what, derived from the log alone, so that a resumed session asks exactly what the interrupted one would
//! have asked. The table is section 3 of `docs/protocol.md`.

use super::docket::Docket;
use super::entry::Move;
use super::event::{GATHERS_ANSWERS, GATHERS_DUTIES, REVISES_AFTER_REVIEW, STANDS_UNANSWERED};
use super::id::{Author, DecisionId, EntryNumber, IssueId, IssueKind, SeatTag, Target};
use super::issue::Issue;
use super::session::{Phase, Session};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One thing that a speaker owes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "duty", content = "on", rename_all = "snake_case")]
pub enum Duty {
    /// Supervisor: set the framework.
    Frame,
    /// A sealed first position.
    Position,
    /// Owner: put a first head on the table.
    Draft(DecisionId),
    /// Owner: one answer to all objections, concerns and alternatives included.
    Revise(DecisionId),
    /// Owner: say what becomes of concerns and alternatives; the head stays.
    Dispose(DecisionId),
    /// Objector: stand by the objection, withdraw it, or agree.
    Stand(IssueId),
    /// Give a verdict on the head.
    Review(DecisionId),
    /// Answer a question.
    Answer(IssueId),
    /// Heed a person's direction.
    Heed(EntryNumber),
    /// Supervisor: say what becomes of an issue with the framework.
    Rule(IssueId),
    /// Supervisor: mediate.
    Mediate,
    /// Imagine that the accord has failed.
    Premortem,
    /// Sign the accord, or object.
    Sign,
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Duty::Frame => f.write_str("framework"),
            Duty::Position => f.write_str("position"),
            Duty::Draft(id) => write!(f, "draft {id}"),
            Duty::Revise(id) => write!(f, "revise or rebut {id}"),
            Duty::Dispose(id) => write!(f, "dispose {id}"),
            Duty::Stand(id) => write!(f, "stand or withdraw {id}"),
            Duty::Review(id) => write!(f, "review {id}"),
            Duty::Answer(id) => write!(f, "answer {id}"),
            Duty::Heed(entry) => write!(f, "heed {entry}"),
            Duty::Rule(id) => write!(f, "rule {id}"),
            Duty::Mediate => f.write_str("mediate"),
            Duty::Premortem => f.write_str("pre-mortem"),
            Duty::Sign => f.write_str("sign"),
        }
    }
}

/// What each speaker owes in deliberation. Whoever is not named owes nothing and is not called.
pub fn owed(session: &Session) -> BTreeMap<Author, Vec<Duty>> {
    let mut owed: BTreeMap<Author, Vec<Duty>> = BTreeMap::new();
    for docket in session.dockets() {
        for (author, duty) in on_decision(session, docket) {
            owed.entry(author).or_default().push(duty);
        }
    }
    for issue in session.all_open_issues() {
        if issue.id.kind == IssueKind::Question {
            let addressee = answerer(session, issue);
            owed.entry(addressee).or_default().push(Duty::Answer(issue.id));
        } else if issue.about == Target::Framework {
            owed.entry(Author::Supervisor).or_default().push(Duty::Rule(issue.id));
        }
    }
    if let Some(direction) = session.directions().last() {
        for seat in session.seats().filter(|s| last_spoken(session, s) < *direction) {
            owed.entry(Author::Seat(seat.clone())).or_default().push(Duty::Heed(*direction));
        }
    }
    owed.remove(&Author::Human);
    if session.opening().version >= GATHERS_DUTIES {
        defer_dispositions(&mut owed);
    }
    if session.opening().version >= GATHERS_ANSWERS {
        defer_answers(session, &mut owed);
    }
    owed
}

/// While heads are missing, a seat that owes nothing but answers is not called for those that no draft of a later wave could
/// use: it gives them with its own draft, or with the reviews that follow the last one. (In three of six trials with language
/// models a seat was called for one answer to a question of a sealed position alone.)
fn defer_answers(session: &Session, owed: &mut BTreeMap<Author, Vec<Duty>>) {
    if !awaits_drafts(session) {
        return;
    }
    let drafted_now: BTreeSet<DecisionId> =
        owed.values().flatten().filter_map(|d| if let Duty::Draft(id) = d { Some(*id) } else { None }).collect();
    let waits = |author: &Author, duty: &Duty| {
        let Duty::Answer(question) = duty else { return false };
        let Some(Issue { about: Target::Decision(id), by, .. }) = session.issue(*question) else { return false };
        let owner = session.decision(*id).map(|d| Author::Seat(d.owner.clone()));
        let written = drafted_now.contains(id) || session.docket(*id).is_some_and(|d| d.head.is_some());
        // An owner answers in its draft. What it asked itself comes too late for a draft that is there or being written; anybody
        // else who asked would have to wait for the answer before it could review.
        (owner.as_ref() == Some(author) && !written) || (owner.as_ref() == Some(by) && written)
    };
    let called = |author: &Author, duties: &Vec<Duty>| !duties.iter().all(|duty| waits(author, duty));
    if owed.iter().any(|(author, duties)| called(author, duties)) {
        owed.retain(|author, duties| called(author, duties));
    }
}

/// What nobody waits for is asked along with the next thing that is: an owner who owes nothing but dispositions of concerns and
/// alternatives, on heads that all agree to, is not called while anybody else is. (In six trials with language models eight
/// calls were for dispositions alone, most of them to owners who were called for a review in the next wave anyway.)
fn defer_dispositions(owed: &mut BTreeMap<Author, Vec<Duty>>) {
    let waits = |duties: &Vec<Duty>| duties.iter().all(|d| matches!(d, Duty::Dispose(_)));
    if !owed.values().all(waits) {
        owed.retain(|_, duties| !waits(duties));
    }
}

/// Who must answer a question now: whom it was put to, and the supervisor for a person who did not come.
pub fn answerer(session: &Session, question: &Issue) -> Author {
    match &question.to {
        Some(Author::Human) if session.progress().lapsed => Author::Supervisor,
        Some(named) => named.clone(),
        None => Author::Supervisor,
    }
}

/// The last entry of `seat`; `#0` before its first.
pub fn last_spoken(session: &Session, seat: &SeatTag) -> EntryNumber {
    session.entries().iter().rev().find(|e| e.author.seat() == Some(seat)).map(|e| e.number).unwrap_or_default()
}

/// Review and revision take turns: while a verdict is missing the owner owes nothing, because every new head makes
/// every agreement to the old one stale.
fn on_decision(session: &Session, docket: &Docket) -> Vec<(Author, Duty)> {
    let id = docket.id;
    let Some(owner) = session.decision(id).map(|d| Author::Seat(d.owner.clone())) else {
        return Vec::new();
    };
    if docket.head.is_none() {
        // What it builds on comes first, or two drafts of one wave contradict each other.
        let on = session.decision(id).map(|d| d.after.as_slice()).unwrap_or_default();
        let ready = on.iter().all(|other| session.docket(*other).is_some_and(|d| d.head.is_some()));
        return if ready { vec![(owner, Duty::Draft(id))] } else { Vec::new() };
    }
    if awaits_drafts(session) {
        return Vec::new();
    }
    let about = Target::Decision(id);
    let mut duties: Vec<(Author, Duty)> = session
        .open_issues(IssueKind::Objection, about)
        .filter(|i| i.met.is_some() || moved_on(session, i))
        .map(|i| (i.by.clone(), Duty::Stand(i.id)))
        .collect();
    duties.extend(
        session.seats().filter(|s| owes_review(session, s, id)).map(|s| (Author::Seat(s.clone()), Duty::Review(id))),
    );
    if !session.all_judged(id) {
        return duties;
    }
    if session.open_issues(IssueKind::Objection, about).any(|i| i.met.is_none()) {
        duties.push((owner, Duty::Revise(id)));
    } else if duties.is_empty() && has_loose_ends(session, docket) {
        duties.push((owner, Duty::Dispose(id)));
    }
    duties
}

fn owes_review(session: &Session, seat: &SeatTag, decision: DecisionId) -> bool {
    !session.has_judged(seat, decision) && !session.asks_on(seat, decision)
}

/// Whether the text or the framework that an objection was raised on has changed before anybody answered it, so that its
/// objector must say whether it stands on the new one. (In a trial with language models an owner amended, for a changed framework,
/// in the wave that objected to its head. The objector could neither stand nor be silent: two replies were sent back.)
pub fn moved_on(session: &Session, objection: &Issue) -> bool {
    let (Some(seat), Target::Decision(decision)) = (objection.by.seat(), objection.about) else {
        return false;
    };
    session.opening().version >= STANDS_UNANSWERED && objection.met.is_none() && owes_review(session, seat, decision)
}

/// Heads are judged together, once the last draft lies on the table: a text is read against the others, and everybody is in
/// step. (Where D3 was drafted while D1 was reviewed, each seat was called twice as often for verdicts, and heads that
/// contradicted each other were found late.)
fn awaits_drafts(session: &Session) -> bool {
    session.opening().version >= GATHERS_DUTIES && session.dockets().any(|d| d.head.is_none())
}

fn has_loose_ends(session: &Session, docket: &Docket) -> bool {
    docket.open_alternatives().next().is_some()
        || session.open_issues(IssueKind::Concern, Target::Decision(docket.id)).next().is_some()
}

/// Whether the owner may put a new head on the table of `decision` now, although one lies there.
///
/// It may when all have judged and an objection is open, or when something outside the review spoke since the head
/// was put there: a person's direction or a changed framework at once; a mediation, or the answer to the owner's own question, when
/// all have judged. (In a trial with language models two heads amended in the middle of their review, for such an answer and
/// such a mediation, put the seats out of step: two mediations and some five calls.)
/// A concern alone is no cause: what must change the text is an objection.
pub fn may_revise(session: &Session, decision: DecisionId) -> bool {
    let Some(docket) = session.docket(decision) else {
        return false;
    };
    let Some((_, head)) = docket.head else {
        return true;
    };
    // What counts is what its author had not seen when it put the head there.
    let seen = session.entry(head).map(|e| e.seen).unwrap_or_default();
    let objected = session.open_issues(IssueKind::Objection, Target::Decision(decision)).any(|i| i.met.is_none());
    let directed = session.directions().last().is_some_and(|d| *d > seen);
    let mediated = session.progress().mediations.last().is_some_and(|m| *m > seen && *m != head);
    let reframed = docket.reframed.is_some_and(|r| r > seen);
    let helped = mediated || answered_since(session, decision, seen);
    // Under review a new head makes verdicts void while they are being written; it can wait for them.
    let settled = session.opening().version < REVISES_AFTER_REVIEW || session.all_judged(decision);
    (objected && session.all_judged(decision)) || directed || reframed || (helped && settled)
}

/// Whether `seat` may sign along with its reviews: the accord was put to signature before and a signer reopened it, so that
/// every seat has read it afresh, and only what changed since is new. A seat that has more to say than agreement signs later.
pub fn may_sign(session: &Session) -> bool {
    session.phase() == Phase::Deliberation
        && session.ratification().premortem.is_some()
        && !session.ratification().signatures.is_empty()
        && session.has_accord()
}

fn answered_since(session: &Session, decision: DecisionId, since: EntryNumber) -> bool {
    let owner = session.decision(decision).map(|d| &d.owner);
    let later = session.entries().get(since.0 as usize..).unwrap_or_default();
    later.iter().flat_map(|e| &e.moves).any(|m| match &m.act {
        Move::Answer { question, .. } => session
            .issue(*question)
            .is_some_and(|q| q.about == Target::Decision(decision) && q.by.seat() == owner && owner.is_some()),
        _ => false,
    })
}
