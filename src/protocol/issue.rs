//! Objections, concerns, questions, and what became of them.

use super::entry::{How, Ruling};
use super::id::{Author, CriterionId, EntryNumber, IssueId, IssueKind, Target};
use std::sync::Arc;

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
    /// What the owner did about an open objection that it had read, and where; taken away when the objector stands.
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

    /// The entry that raised it, or in which its author last stood by it.
    pub fn last_raised(&self) -> EntryNumber {
        self.stood.last().copied().unwrap_or(self.entry)
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

/// All issues of a session, with the way to each by its id, and to those that are open: a long debate has thousands, and
/// every fold asks after them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Issues {
    all: Vec<Arc<Issue>>,
    /// Places in `all`, by kind and number.
    objections: Vec<u32>,
    concerns: Vec<u32>,
    questions: Vec<u32>,
    /// Places in `all` of those that are open, in order.
    open: Vec<u32>,
}

impl Issues {
    /// All, in the order in which they were raised.
    pub fn all(&self) -> &[Arc<Issue>] {
        &self.all
    }

    /// Those that are open, in the order in which they were raised.
    pub fn open(&self) -> impl Iterator<Item = &Issue> {
        self.open.iter().filter_map(|place| self.all.get(*place as usize)).map(Arc::as_ref)
    }

    /// The one with this id.
    pub fn get(&self, id: IssueId) -> Option<&Issue> {
        self.all.get(self.place(id)?).map(Arc::as_ref)
    }

    /// The id that the next issue of this kind gets.
    pub fn next_id(&self, kind: IssueKind) -> IssueId {
        let number = u16::try_from(self.of_kind(kind).len() + 1).unwrap_or(u16::MAX);
        IssueId { kind, number }
    }

    /// Takes in a new issue, which has the id that [`Issues::next_id`] gave and is open.
    pub fn raise(&mut self, issue: Issue) {
        let place = self.all.len() as u32;
        match issue.id.kind {
            IssueKind::Objection => self.objections.push(place),
            IssueKind::Concern => self.concerns.push(place),
            IssueKind::Question => self.questions.push(place),
        }
        self.open.push(place);
        self.all.push(Arc::new(issue));
    }

    /// Changes the issue with this id and gives it back as it is then; none if there is none.
    pub fn change(&mut self, id: IssueId, change: impl FnOnce(&mut Issue)) -> Option<&Issue> {
        let place = self.place(id)?;
        let issue = Arc::make_mut(self.all.get_mut(place)?);
        change(issue);
        if !issue.is_open() {
            self.open.retain(|open| *open as usize != place);
        }
        Some(issue)
    }

    fn place(&self, id: IssueId) -> Option<usize> {
        let place = self.of_kind(id.kind).get(usize::from(id.number).checked_sub(1)?)?;
        Some(*place as usize)
    }

    fn of_kind(&self, kind: IssueKind) -> &[u32] {
        match kind {
            IssueKind::Objection => &self.objections,
            IssueKind::Concern => &self.concerns,
            IssueKind::Question => &self.questions,
        }
    }
}
