//! Objections, concerns, questions, and what became of them.

use super::entry::{How, Ruling};
use super::id::{Author, CriterionId, EntryNumber, IssueId, IssueKind, Target};

/// An objection, a concern or a question, tied to a decision or to the framework.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issue {
    /// Its id.
    pub id: IssueId,
    /// Who raised it.
    pub by: Author,
    /// What it is about.
    pub about: Target,
    /// The clause it names; 0 for the whole.
    pub clause: u16,
    /// The criterion at stake; none for a question.
    pub criterion: Option<CriterionId>,
    /// The scenario, the concern or the question.
    pub text: String,
    /// What would resolve it, where that was said.
    pub resolved_if: String,
    /// For a question: who must answer.
    pub to: Option<Author>,
    /// The entry that raised it.
    pub entry: EntryNumber,
    /// An objection that rested on nothing new and was recorded as a concern.
    pub demoted: bool,
    /// What the owner did about an open objection, and where; taken away when the objector stands.
    pub met: Option<(How, EntryNumber)>,
    /// The entries in which the objector stood by it.
    pub stood: Vec<EntryNumber>,
    /// What is still missing, in the words of the last stand.
    pub still: String,
    /// What became of it; none while it is open.
    pub disposition: Option<Disposition>,
}

impl Issue {
    /// Whether nothing has become of it yet.
    pub fn is_open(&self) -> bool {
        self.disposition.is_none()
    }

    /// Whether it is an open issue of this kind about `target`.
    pub fn is_open_on(&self, kind: IssueKind, target: Target) -> bool {
        self.is_open() && self.id.kind == kind && self.about == target
    }
}

/// How an issue ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Disposition {
    /// In which way.
    pub end: End,
    /// In the words of whoever ended it.
    pub why: String,
    /// Who ended it.
    pub by: Author,
    /// In which entry.
    pub entry: EntryNumber,
}

/// The ways in which an issue ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    /// The owner disposed of a concern.
    Disposed(How),
    /// The objector agreed and named the entry that resolved it.
    Resolved(EntryNumber),
    /// Taken back by whoever raised it.
    Withdrawn,
    /// A question was answered.
    Answered,
    /// The supervisor ended the work on it.
    Ruled(Ruling),
}
