//! What else was on offer for a decision, who held it, what became of it and why.

use super::super::document::{ConsideredOption, Statement};
use super::decisions::said_in;
use super::words;
use crate::protocol::docket::{Docket, Proposal, Weighed};
use crate::protocol::{EntryNumber, Move, SeatTag, Session};

/// Sealed positions, alternatives, texts that were replaced, and options that drafts name as rejected.
pub fn considered(session: &Session, docket: &Docket) -> Vec<ConsideredOption> {
    let mut options: Vec<ConsideredOption> = session
        .positions_on(docket.id)
        .filter_map(|(seat, entry, act)| position(session, docket, seat, entry, act))
        .collect();
    let head = docket.head.map(|(id, _)| id);
    options.extend(docket.proposals.iter().filter(|p| Some(p.id) != head).map(|p| text(docket, p)));
    options.extend(rejected(docket));
    options
}

fn position(
    session: &Session,
    docket: &Docket,
    seat: &SeatTag,
    entry: EntryNumber,
    act: &Move,
) -> Option<ConsideredOption> {
    let Move::Position { choice, rejected, rests_on, confidence, .. } = act else {
        return None;
    };
    let owner = session.decision(docket.id).is_some_and(|d| d.owner == *seat);
    let fate = match docket.weighed.get(seat) {
        Some(weighed) => weighing(weighed),
        None if owner => {
            let drafted = docket.proposals.iter().find(|p| p.by.seat() == Some(seat));
            let text = if drafted.is_some() {
                "Its holder owns the decision and drafted the text."
            } else {
                "Its holder owns the decision."
            };
            Statement::new(text, drafted.map(|p| p.entry).into_iter().chain([entry]))
        }
        None => Statement::new("Not weighed.", [entry]),
    };
    Some(ConsideredOption {
        label: format!("Sealed position of {seat}"),
        statement: Statement::new(choice.trim(), [entry]),
        arguments: vec![
            Statement::new(format!("For it: {}", words::sentence(rests_on)), [entry]),
            Statement::new(format!("It rejects: {}", words::sentence(rejected)), [entry]),
            Statement::new(format!("Confidence stated: {confidence} of 100."), [entry]),
        ],
        fate,
    })
}

/// An alternative, or a text that lay on the table and was replaced.
fn text(docket: &Docket, proposal: &Proposal) -> ConsideredOption {
    let (label, fate) = match docket.alternatives.get(&proposal.id) {
        Some(Some(weighed)) => ("Alternative", weighing(weighed)),
        Some(None) => ("Alternative", Statement::new("Open: the owner has not disposed of it.", [proposal.entry])),
        None => ("Earlier text", replaced(docket, proposal)),
    };
    let clauses: Vec<String> = proposal.clauses.iter().map(|(n, c)| format!("{n}) {}", words::sentence(c))).collect();
    ConsideredOption {
        label: format!("{label} {} of {}", proposal.id, proposal.by),
        statement: Statement::new(clauses.join(" "), [proposal.entry]),
        arguments: vec![Statement::new(format!("For it: {}", words::sentence(&proposal.rationale)), [proposal.entry])],
        fate,
    }
}

fn replaced(docket: &Docket, proposal: &Proposal) -> Statement {
    let later = docket.proposals.iter().filter(|p| p.id.version > proposal.id.version);
    let next = later.into_iter().find(|p| !docket.alternatives.contains_key(&p.id)).or_else(|| docket.head());
    match next {
        Some(next) => {
            let text = format!("Replaced by {}: {}", next.id, words::sentence(&next.rationale));
            Statement::new(text, [proposal.entry, next.entry])
        }
        None => Statement::new("Not on the table any more.", [proposal.entry]),
    }
}

/// Options that the texts on the table name as weighed and not taken, each once.
fn rejected(docket: &Docket) -> Vec<ConsideredOption> {
    let Some(head) = docket.head() else {
        return Vec::new();
    };
    let option = |r: &crate::protocol::entry::Rejected| {
        let entry = said_in(docket, |p| p.rejected.contains(r));
        ConsideredOption {
            label: format!("Named by {}", head.id),
            statement: Statement::new(r.option.trim(), [entry]),
            arguments: Vec::new(),
            fate: Statement::new(format!("Rejected: {}", words::sentence(&r.why)), [entry]),
        }
    };
    head.rejected.iter().map(option).collect()
}

fn weighing(weighed: &Weighed) -> Statement {
    let text = words::capital(&words::how(&weighed.how));
    Statement::new(format!("{text}: {}", words::sentence(&weighed.why)), [weighed.entry])
}
