//! Which entries the log shows.

use crate::protocol::entry::{Entry, Move};
use crate::protocol::{Author, DecisionId, Session};
use std::collections::BTreeSet;

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Entries by this one.
    Author(Author),
    /// Entries of this type.
    Kind(String),
    /// Entries with a move about this decision.
    Decision(DecisionId),
}

/// Conditions: of each sort, one must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    authors: BTreeSet<Author>,
    kinds: BTreeSet<String>,
    decisions: BTreeSet<DecisionId>,
}

impl Filter {
    /// Whether everything is shown.
    pub fn is_off(&self) -> bool {
        self.authors.is_empty() && self.kinds.is_empty() && self.decisions.is_empty()
    }

    /// Whether this part is on.
    pub fn has(&self, part: &Part) -> bool {
        match part {
            Part::Author(author) => self.authors.contains(author),
            Part::Kind(kind) => self.kinds.contains(kind),
            Part::Decision(id) => self.decisions.contains(id),
        }
    }

    /// Turns a part on, or off.
    pub fn toggle(&mut self, part: Part) {
        match part {
            Part::Author(author) => toggle(&mut self.authors, author),
            Part::Kind(kind) => toggle(&mut self.kinds, kind),
            Part::Decision(id) => toggle(&mut self.decisions, id),
        }
    }

    /// Whether an entry is shown.
    pub fn shows(&self, session: &Session, entry: &Entry) -> bool {
        (self.authors.is_empty() || self.authors.contains(&entry.author))
            && (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && (self.decisions.is_empty() || subjects(session, entry).any(|d| self.decisions.contains(&d)))
    }

    /// In a few words, for the log's title.
    pub fn told(&self) -> String {
        let authors = self.authors.iter().map(ToString::to_string);
        let kinds = self.kinds.iter().cloned();
        let decisions = self.decisions.iter().map(ToString::to_string);
        authors.chain(kinds).chain(decisions).collect::<Vec<_>>().join(" ")
    }
}

fn toggle<T: Ord>(set: &mut BTreeSet<T>, item: T) {
    if !set.remove(&item) {
        set.insert(item);
    }
}

/// The decisions that an entry's moves are about.
pub fn subjects<'a>(session: &'a Session, entry: &'a Entry) -> impl Iterator<Item = DecisionId> + 'a {
    entry.moves.iter().filter_map(|recorded| subject(session, &recorded.act))
}

/// The decision that a move is about, if it is about one.
pub fn subject(session: &Session, act: &Move) -> Option<DecisionId> {
    use crate::protocol::Item;
    let of_issue = |id| session.issue(id).and_then(|i| i.about.decision());
    match act {
        Move::Position { decision, .. } | Move::Agree { decision, .. } | Move::Claim { decision, .. } => {
            Some(*decision)
        }
        Move::Propose(draft) => Some(draft.decision),
        Move::Amend(amendment) => Some(amendment.decision),
        Move::Object { about, .. }
        | Move::Concern { about, .. }
        | Move::Ask { about, .. }
        | Move::Escalate { about, .. }
        | Move::Risk { about, .. } => about.decision(),
        Move::Answer { question, .. } => of_issue(*question),
        Move::Dispose { item, .. } => match item {
            Item::Issue(id) => of_issue(*id),
            Item::Alternative(id) => Some(id.decision),
            Item::Position(decision, _) => Some(*decision),
        },
        Move::Withdraw { issue, .. } | Move::Stand { issue, .. } | Move::Rule { issue, .. } => of_issue(*issue),
        Move::Frame { .. } | Move::Mediate { .. } | Move::Sign { .. } | Move::Direct { .. } => None,
    }
}
