//! What else was on offer for a decision, who held it, what became of it and why.

use super::super::document::{ConsideredOption, Statement};
use super::decisions::said_in;
use super::gist::gist;
use super::revisions;
use super::words;
use crate::protocol::docket::{Docket, Proposal, Weighed};
use crate::protocol::entry::Rejected;
use crate::protocol::{EntryNumber, Move, SeatTag, Session};

/// Most characters of an option in short, and of the reason for what became of it.
const OPTION: usize = 110;
const REASON: usize = 80;

/// Sealed positions, alternatives, texts that were replaced, and options that drafts name as rejected.
pub fn considered(session: &Session, docket: &Docket) -> Vec<ConsideredOption> {
    let mut options: Vec<ConsideredOption> = session
        .positions_on(docket.id)
        .filter_map(|(seat, entry, act)| position(session, docket, seat, entry, act))
        .collect();
    let head = docket.head.map(|(id, _)| id);
    for proposal in docket.proposals.iter().filter(|p| Some(p.id) != head) {
        options.push(alternative(docket, proposal).unwrap_or_else(|| revisions::earlier(docket, proposal)));
    }
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
    let (fate, brief_fate) = match docket.weighed.get(seat) {
        Some(weighed) => (weighing(weighed, None), weighing(weighed, Some(REASON))),
        None => {
            let fate = unweighed(docket, seat, entry, owner);
            (fate.clone(), fate)
        }
    };
    let brief = format!("{} {}", gist(choice, OPTION), brief_fate.text);
    Some(ConsideredOption {
        label: format!("Sealed position of {seat}"),
        brief: Statement::new(brief, fate.entries.iter().copied().chain([entry])),
        statement: Statement::new(choice.trim(), [entry]),
        arguments: vec![
            Statement::new(format!("For it: {}", words::sentence(rests_on)), [entry]),
            Statement::new(format!("It rejects: {}", words::sentence(rejected)), [entry]),
            Statement::new(format!("Confidence stated: {confidence} of 100."), [entry]),
        ],
        fate,
    })
}

fn unweighed(docket: &Docket, seat: &SeatTag, entry: EntryNumber, owner: bool) -> Statement {
    if !owner {
        return Statement::new("Not weighed.", [entry]);
    }
    let drafted = docket.proposals.iter().find(|p| p.by.seat() == Some(seat));
    let text = if drafted.is_some() { "Its holder drafted the text." } else { "Its holder owns the decision." };
    Statement::new(text, drafted.map(|p| p.entry).into_iter().chain([entry]))
}

/// A text of somebody else that never lay on the table, or none if `proposal` is no such text.
fn alternative(docket: &Docket, proposal: &Proposal) -> Option<ConsideredOption> {
    let open = || Statement::new("Open: the owner has not disposed of it.", [proposal.entry]);
    let weighed = docket.alternatives.get(&proposal.id)?.as_ref();
    let fate = weighed.map_or_else(open, |w| weighing(w, None));
    let brief_fate = weighed.map_or_else(open, |w| weighing(w, Some(REASON)));
    let clauses: Vec<String> = proposal.clauses.iter().map(|(n, c)| format!("{n}) {}", words::sentence(c))).collect();
    let first = proposal.clauses.values().next().map(|c| gist(c, OPTION)).unwrap_or_default();
    Some(ConsideredOption {
        label: format!("Alternative {} of {}", proposal.id, proposal.by),
        brief: Statement::new(
            format!("{first} {}", brief_fate.text),
            fate.entries.iter().copied().chain([proposal.entry]),
        ),
        statement: Statement::new(clauses.join(" "), [proposal.entry]),
        arguments: vec![Statement::new(format!("For it: {}", words::sentence(&proposal.rationale)), [proposal.entry])],
        fate,
    })
}

/// The options that a text names as not taken, each once: an amendment that names one again tells it anew.
pub fn rejected_once(text: &Proposal) -> Vec<&Rejected> {
    let mut once: Vec<&Rejected> = Vec::new();
    for rejected in &text.rejected {
        match once.iter_mut().find(|r| words::same(&r.option, &rejected.option)) {
            Some(earlier) => *earlier = rejected,
            None => once.push(rejected),
        }
    }
    once
}

/// Options that the text on the table names as weighed and not taken.
fn rejected(docket: &Docket) -> Vec<ConsideredOption> {
    let Some(head) = docket.head() else {
        return Vec::new();
    };
    let option = |r: &&Rejected| {
        let entry = said_in(docket, |p| p.rejected.contains(r));
        let brief = format!("{} Rejected: {}", words::sentence(&gist(&r.option, OPTION)), gist(&r.why, REASON));
        ConsideredOption {
            label: format!("Named in {}", head.id),
            brief: Statement::new(brief, [entry]),
            statement: Statement::new(r.option.trim(), [entry]),
            arguments: Vec::new(),
            fate: Statement::new(format!("Rejected: {}", words::sentence(&r.why)), [entry]),
        }
    };
    rejected_once(head).iter().map(option).collect()
}

/// What became of it and why, the reason whole or in at most `limit` characters.
fn weighing(weighed: &Weighed, limit: Option<usize>) -> Statement {
    let how = words::capital(&words::how(&weighed.how));
    let why = limit.map_or_else(|| words::sentence(&weighed.why), |most| gist(&weighed.why, most));
    Statement::new(format!("{how}: {why}"), [weighed.entry])
}
