//! What an entry's moves refer to: earlier entries, and texts with their digests.

use crate::protocol::{DecisionId, Entry, EntryNumber, IssueId, Item, Move, ProposalId, SeatTag, Session};
use std::collections::BTreeSet;

/// The numbers of earlier entries, then the texts, each once.
pub(super) fn references(session: &Session, entry: &Entry) -> Vec<String> {
    let mut entries: BTreeSet<EntryNumber> = BTreeSet::new();
    let mut texts: BTreeSet<ProposalId> = BTreeSet::new();
    for recorded in &entry.moves {
        let (at, text) = referred(session, &recorded.act);
        entries.extend(at);
        texts.extend(text);
    }
    entries.retain(|n| *n < entry.number);
    let entries = entries.iter().map(EntryNumber::to_string);
    let texts = texts.iter().map(|id| named(session, *id));
    entries.chain(texts).collect()
}

fn referred(session: &Session, act: &Move) -> (Option<EntryNumber>, Option<ProposalId>) {
    match act {
        Move::Agree { decision, digest, resolved_by, .. } => (*resolved_by, text(session, *decision, digest)),
        Move::Object { about, digest, rests_on, .. } => {
            let on = about.decision().and_then(|d| text(session, d, digest));
            (*rests_on, on)
        }
        Move::Amend(amendment) => (None, Some(amendment.base)),
        Move::Answer { question, .. } => (raised(session, *question), None),
        Move::Withdraw { issue, .. } | Move::Rule { issue, .. } => (raised(session, *issue), None),
        Move::Stand { issue, digest, .. } => {
            let decision = session.issue(*issue).and_then(|i| i.about.decision());
            let on = decision.and_then(|d| text(session, d, digest));
            (raised(session, *issue), on)
        }
        Move::Dispose { item, .. } => match item {
            Item::Issue(id) => (raised(session, *id), None),
            Item::Alternative(id) => (None, Some(*id)),
            Item::Position(decision, seat) => (position(session, *decision, seat), None),
        },
        Move::Frame { .. }
        | Move::Position { .. }
        | Move::Propose(_)
        | Move::Concern { .. }
        | Move::Ask { .. }
        | Move::Escalate { .. }
        | Move::Claim { .. }
        | Move::Mediate { .. }
        | Move::Risk { .. }
        | Move::Sign { .. }
        | Move::Direct { .. } => (None, None),
    }
}

fn raised(session: &Session, issue: IssueId) -> Option<EntryNumber> {
    session.issue(issue).map(|i| i.entry)
}

fn position(session: &Session, decision: DecisionId, seat: &SeatTag) -> Option<EntryNumber> {
    let mut positions = session.positions_on(decision);
    positions.find(|(by, ..)| *by == seat).map(|(_, entry, _)| entry)
}

/// The text on `decision` that `digest` names.
pub(super) fn text(session: &Session, decision: DecisionId, digest: &str) -> Option<ProposalId> {
    session.docket(decision)?.named(digest).map(|p| p.id)
}

/// `D2.3@7f3c2a1b`, or `D2.3` where there is no such text.
pub(super) fn named(session: &Session, id: ProposalId) -> String {
    let found = session.docket(id.decision).and_then(|d| d.proposal(id));
    found.map_or_else(|| id.to_string(), |p| format!("{id}@{}", p.digest.short()))
}
