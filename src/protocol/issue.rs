//! Objections, concerns, questions, and what became of them.

use super::entry::{How, Ruling};
use super::id::{Author, CriterionId, EntryNumber, IssueId, IssueKind, Target};
use std::collections::BTreeMap;

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

/// Every issue of a session, in the order in which they were raised. Duties are worked out anew for every event, so what
/// is open is kept apart: a long log would cost its square otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Register {
    all: Vec<Issue>,
    /// Where each stands in `all`.
    places: BTreeMap<IssueId, usize>,
    /// Where those stand that are open, ascending.
    open: Vec<usize>,
}

impl Register {
    /// Every issue.
    pub fn all(&self) -> &[Issue] {
        &self.all
    }

    /// One issue.
    pub fn get(&self, id: IssueId) -> Option<&Issue> {
        self.all.get(*self.places.get(&id)?)
    }

    /// Issues of which nothing has become yet.
    pub fn open(&self) -> impl Iterator<Item = &Issue> {
        self.open.iter().filter_map(|at| self.all.get(*at))
    }

    /// The id that the next issue of a kind gets.
    pub fn next_id(&self, kind: IssueKind) -> IssueId {
        let [first, last] = [u16::MIN, u16::MAX].map(|number| IssueId { kind, number });
        let raised = self.places.range(first..=last).next_back().map_or(0, |(id, _)| id.number);
        IssueId { kind, number: raised.saturating_add(1) }
    }

    /// Takes in an issue that was raised.
    pub fn raise(&mut self, issue: Issue) {
        let at = self.all.len();
        self.places.insert(issue.id, at);
        if issue.is_open() {
            self.open.push(at);
        }
        self.all.push(issue);
    }

    /// Changes an issue, if there is one with this id.
    pub fn change(&mut self, id: IssueId, change: impl FnOnce(&mut Issue)) {
        let Some((at, issue)) = self.places.get(&id).and_then(|at| Some((*at, self.all.get_mut(*at)?))) else {
            return;
        };
        change(issue);
        if !issue.is_open() {
            self.open.retain(|other| *other != at);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_what_nothing_has_become_of() {
        let mut register = Register::default();
        let raised = |register: &Register, kind| Issue {
            id: register.next_id(kind),
            by: Author::Supervisor,
            about: Target::Framework,
            clause: 0,
            criterion: None,
            text: String::new(),
            resolved_if: String::new(),
            to: None,
            entry: EntryNumber(1),
            demoted: false,
            met: None,
            stood: Vec::new(),
            still: String::new(),
            disposition: None,
        };
        for kind in [IssueKind::Objection, IssueKind::Question, IssueKind::Objection] {
            let issue = raised(&register, kind);
            register.raise(issue);
        }
        let ids = |issues: Vec<&Issue>| issues.iter().map(|i| i.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(register.all().iter().collect()), ["O1", "Q1", "O2"]);
        let withdrawn =
            Disposition { end: End::Withdrawn, why: String::new(), by: Author::Supervisor, entry: EntryNumber(2) };
        register.change("Q1".parse().unwrap(), |i| i.disposition = Some(withdrawn));
        assert_eq!(ids(register.open().collect()), ["O1", "O2"]);
        assert!(!register.get("Q1".parse().unwrap()).unwrap().is_open());
        assert_eq!(register.next_id(IssueKind::Concern).to_string(), "C1");
    }
}
