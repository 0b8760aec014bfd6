//! What followed upon each issue and each decision, gathered in one pass over the log. A long debate has thousands of
//! both: looking through the log for each of them would cost its square.

use super::issues::head_of;
use crate::protocol::issue::End;
use crate::protocol::{
    DecisionId, Entry, EntryNumber, IssueId, Item, Made, Move, ProposalId, Recorded, Session, Target,
};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The log by what its moves are about.
pub struct Followed<'a> {
    issues: BTreeMap<IssueId, Vec<Done<'a>>>,
    heads: BTreeMap<DecisionId, BTreeMap<(EntryNumber, usize), Laid<'a>>>,
    redirected: BTreeMap<IssueId, &'a str>,
}

/// Objections that ended in agreement: on which decision, in which entry.
type Resolved = BTreeMap<(EntryNumber, DecisionId), Vec<IssueId>>;

/// A move and where it stands.
#[derive(Clone, Copy)]
pub struct Done<'a> {
    /// The entry it is in.
    pub entry: &'a Entry,
    /// Which of its moves it is.
    pub at: usize,
    /// The move.
    pub recorded: &'a Recorded,
}

/// A text that came on the table.
#[derive(Clone, Copy)]
pub struct Laid<'a> {
    /// Which.
    pub id: ProposalId,
    /// In which entry.
    pub entry: &'a Entry,
    /// By which of its moves.
    pub at: usize,
}

impl<'a> Followed<'a> {
    /// Gathers what `session`'s log holds.
    pub fn of(session: &'a Session) -> Self {
        let mut followed = Self { issues: BTreeMap::new(), heads: BTreeMap::new(), redirected: BTreeMap::new() };
        let mut resolved = Resolved::new();
        for issue in session.issues() {
            if let (Some(end), Target::Decision(decision)) = (&issue.disposition, issue.about)
                && matches!(end.end, End::Resolved(_))
            {
                resolved.entry((end.entry, decision)).or_default().push(issue.id);
            }
        }
        for entry in session.entries() {
            for (at, recorded) in entry.moves.iter().enumerate() {
                followed.take(Done { entry, at, recorded }, &resolved);
            }
        }
        followed
    }

    fn take(&mut self, done: Done<'a>, resolved: &Resolved) {
        let Done { entry, at, recorded } = done;
        for issue in about(done, resolved) {
            self.issues.entry(*issue).or_default().push(done);
        }
        if let Some(id) = head_of(recorded) {
            self.heads.entry(id.decision).or_default().insert((entry.number, at), Laid { id, entry, at });
        }
        if let (Move::Ask { to, .. }, Some(Made::Redirected(id, _))) = (&recorded.act, &recorded.made) {
            self.redirected.entry(*id).or_insert(to);
        }
    }

    /// Moves that speak of `issue`, in order.
    pub fn on(&self, issue: IssueId) -> &[Done<'a>] {
        self.issues.get(&issue).map_or(&[], Vec::as_slice)
    }

    /// Texts that came on the table of `decision` after the entry `after` and before `before`, if that is given.
    pub fn heads(
        &self,
        decision: DecisionId,
        after: EntryNumber,
        before: Option<EntryNumber>,
    ) -> impl Iterator<Item = Laid<'a>> {
        let from = Bound::Excluded((after, usize::MAX));
        let to = before.map_or(Bound::Unbounded, |entry| Bound::Excluded((entry, 0)));
        let laid = self.heads.get(&decision).filter(|_| before.is_none_or(|entry| entry > after));
        laid.into_iter().flat_map(move |laid| laid.range((from, to)).map(|(_, laid)| *laid))
    }

    /// The name a question was put to, where nobody bears it.
    pub fn redirected(&self, question: IssueId) -> Option<&'a str> {
        self.redirected.get(&question).copied()
    }
}

/// The issues that a move did something about. An agreement ends its author's own objections.
fn about<'a>(done: Done<'a>, resolved: &'a Resolved) -> &'a [IssueId] {
    match (&done.recorded.act, &done.recorded.made) {
        (
            Move::Dispose { item: Item::Issue(id), .. }
            | Move::Withdraw { issue: id, .. }
            | Move::Stand { issue: id, .. }
            | Move::Rule { issue: id, .. }
            | Move::Answer { question: id, .. },
            _,
        )
        | (Move::Object { .. }, Some(Made::Stood(id))) => std::slice::from_ref(id),
        (Move::Agree { decision, .. }, _) => resolved.get(&(done.entry.number, *decision)).map_or(&[], Vec::as_slice),
        _ => &[],
    }
}
