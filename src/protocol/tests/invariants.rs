//! The four invariants, checked from the entries alone and not from what the fold derived of them.

use crate::protocol::event::Outcome;
use crate::protocol::*;
use std::collections::BTreeMap;

/// Panics with the invariant that does not hold.
pub fn hold(session: &Session) {
    if let Err(broken) = check(session) {
        panic!("{broken}");
    }
}

/// Which invariant does not hold, if one does not.
pub fn check(session: &Session) -> Result<(), String> {
    integrity(session)?;
    numbering(session)?;
    match session.outcome() {
        Some(Outcome::Consensus { digest }) => agreed(session, digest),
        Some(Outcome::NoConsensus { .. } | Outcome::Aborted { .. }) | None => Ok(()),
    }
}

fn numbering(session: &Session) -> Result<(), String> {
    for (index, entry) in session.entries().iter().enumerate() {
        if entry.number.0 as usize != index + 1 {
            return Err(format!("entry {} stands at {index}", entry.number));
        }
    }
    match session.entries().first() {
        Some(first) if first.author != Author::Supervisor => Err("the first entry is not the supervisor's".to_owned()),
        _ => Ok(()),
    }
}

/// Each verdict and signature is that seat's own, given after the text it names.
fn integrity(session: &Session) -> Result<(), String> {
    for docket in session.dockets() {
        for (seat, verdict) in &docket.verdicts {
            let entry = session.entry(verdict.entry).ok_or("a verdict without an entry")?;
            let text = docket.proposal(verdict.on).ok_or("a verdict on a text nobody proposed")?;
            if entry.author.seat() != Some(seat) {
                return Err(format!("the verdict of {seat} on {} was given by {}", docket.id, entry.author));
            }
            let given = entry.moves.iter().any(|m| match &m.act {
                Move::Agree { decision, digest, .. } => *decision == docket.id && text.digest.is_named_by(digest),
                Move::Object { digest, .. } | Move::Stand { digest, .. } => text.digest.is_named_by(digest),
                Move::Propose(_) | Move::Amend(_) => {
                    matches!(&m.made, Some(Made::Proposal { id, .. }) if *id == text.id)
                }
                Move::Dispose { item: Item::Alternative(id), how: How::Adopted, .. } => *id == text.id,
                _ => false,
            });
            if !given || text.entry > entry.number {
                return Err(format!("the verdict of {seat} on {} stands in no move of {}", text.id, entry.number));
            }
        }
    }
    Ok(())
}

/// What the charter promises: whoever has a check list confirmed all of it, and sensitive decisions were reviewed.
fn promises(session: &Session, framework: &Framework) -> Result<(), String> {
    let charter = &session.opening().charter;
    let agreements = |seat: &SeatTag| {
        let own = session.entries().iter().filter(|e| e.author.seat() == Some(seat)).flat_map(|e| &e.moves);
        own.map(|m| m.act.clone()).filter(|m| matches!(m, Move::Agree { .. })).collect::<Vec<_>>()
    };
    for (seat, charge) in &charter.charges {
        let given: Vec<u16> = agreements(seat)
            .iter()
            .flat_map(|m| if let Move::Agree { confirms, .. } = m { confirms.clone() } else { vec![] })
            .map(|c| c.item)
            .collect();
        if (1..=charge.checklist.len()).any(|n| !given.contains(&(n as u16))) {
            return Err(format!("{seat} never went through its check list"));
        }
    }
    for asked in &framework.decisions {
        let owner = session.decision(asked.id).map(|d| &d.owner);
        let reviewer = charter.reviewers.iter().find(|r| Some(*r) != owner);
        let Some(reviewer) = reviewer.filter(|_| asked.question.contains("Password")) else { continue };
        let reviewed = agreements(reviewer)
            .iter()
            .any(|m| matches!(m, Move::Agree { decision, security: Some(_), .. } if *decision == asked.id));
        if !reviewed {
            return Err(format!("{reviewer} never reviewed {}", asked.id));
        }
    }
    Ok(())
}

/// Agreement and validity: what was decided was proposed, covers the framework, and every seat said so itself.
fn agreed(session: &Session, digest: &Digest) -> Result<(), String> {
    if session.accord_digest().as_ref() != Some(digest) {
        return Err("consensus on a digest that is not the accord's".to_owned());
    }
    let framework = session.framework().ok_or("consensus without a framework")?;
    let mut latest: BTreeMap<(DecisionId, SeatTag), String> = BTreeMap::new();
    let mut signed: BTreeMap<SeatTag, EntryNumber> = BTreeMap::new();
    let mut last_act = EntryNumber(0);
    for entry in session.entries() {
        for act in entry.moves.iter().map(|m| &m.act) {
            match (act, entry.author.seat()) {
                (Move::Agree { decision, digest, .. }, Some(seat)) => {
                    latest.insert((*decision, seat.clone()), digest.clone());
                }
                (Move::Object { about: Target::Decision(decision), .. }, Some(seat)) => {
                    latest.remove(&(*decision, seat.clone()));
                }
                (Move::Dispose { item: Item::Alternative(id), how: How::Adopted, .. }, Some(seat)) => {
                    let text = session
                        .docket(id.decision)
                        .and_then(|d| d.proposal(*id))
                        .ok_or("adopted what nobody proposed")?;
                    latest.insert((id.decision, seat.clone()), text.digest.to_string());
                }
                (Move::Sign { digest: named, .. }, Some(seat)) if digest.is_named_by(named) => {
                    signed.insert(seat.clone(), entry.number);
                }
                _ => {}
            }
            let withdraws = matches!(act, Move::Withdraw { .. }) && session.opening().version >= 5;
            if !withdraws && !matches!(act, Move::Sign { .. } | Move::Agree { .. } | Move::Risk { .. }) {
                last_act = entry.number;
            }
        }
    }
    for decision in &framework.decisions {
        let head = session.docket(decision.id).and_then(Docket::head).ok_or(format!("{} has no head", decision.id))?;
        let entry = session.entry(head.entry).ok_or("a head that was never proposed")?;
        if entry.author != head.by {
            return Err(format!("{} was proposed by somebody else", head.id));
        }
        for seat in session.seats() {
            let named = latest.get(&(decision.id, seat.clone()));
            let owns = decision.owner == *seat && head.by.seat() == Some(seat);
            if !owns && !named.is_some_and(|n| head.digest.is_named_by(n)) {
                return Err(format!("{seat} never agreed to {}", head.id));
            }
        }
    }
    let premortem = session.ratification().premortem.as_ref().map(|(_, entry)| *entry);
    let before = premortem.ok_or("consensus without a pre-mortem")?;
    if let Some((seat, _)) = signed.iter().find(|(_, at)| **at < before) {
        return Err(format!("{seat} signed before the pre-mortem"));
    }
    promises(session, framework)?;
    for seat in session.seats() {
        if signed.get(seat).is_none_or(|at| *at < last_act) {
            return Err(format!("{seat} did not sign after the last act {last_act}"));
        }
    }
    match session.issues().iter().find(|i| i.is_open()) {
        Some(open) => Err(format!("{} is open", open.id)),
        None => Ok(()),
    }
}
