//! Where tasks and moves are made: the session, whose turn it is, and what is on the sheet so far.

use super::sheet::Sheet;
use super::task::{Choice, Field};
use crate::protocol::docket::{Docket, VerdictKind};
use crate::protocol::{
    Ask, Author, CriterionId, DecisionId, Duty, EntryNumber, Issue, IssueId, Proposal, SeatTag, Session, Target,
};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// Characters of a text that stand for the whole in a list.
const GIST: usize = 60;

/// What everything in a form is made from.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The log.
    pub session: &'a Session,
    /// Whose form it is.
    pub seat: &'a SeatTag,
    /// What it is asked for.
    pub ask: &'a Ask,
    /// What is filled in.
    pub sheet: &'a Sheet,
}

impl<'a> Desk<'a> {
    /// What was chosen, read as an id or a number.
    pub fn chosen<T: FromStr>(&self, key: &str) -> Option<T> {
        self.sheet.one(key)?.parse().ok()
    }

    /// What was written; empty where nothing was.
    pub fn text(&self, key: &str) -> String {
        self.sheet.text(key).unwrap_or_default()
    }

    /// What was written, or what stood there before.
    pub fn text_or(&self, key: &str, initial: &str) -> String {
        self.sheet.text(key).unwrap_or_else(|| initial.trim().to_owned())
    }

    /// What was written, a line each.
    pub fn lines(&self, key: &str) -> Vec<String> {
        self.text(key).lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    }

    /// What was ticked, as ids.
    pub fn criteria(&self, key: &str) -> Vec<CriterionId> {
        let all = self.session.framework().map(|f| f.criteria.as_slice()).unwrap_or_default();
        all.iter().map(|c| c.id).filter(|id| self.sheet.has(key, &id.to_string())).collect()
    }

    /// Whether this duty is owed.
    pub fn owes(&self, duty: &Duty) -> bool {
        self.ask.duties.contains(duty)
    }

    /// Whether the seat owns the decision.
    pub fn owns(&self, id: DecisionId) -> bool {
        self.session.decision(id).is_some_and(|d| d.owner == *self.seat)
    }

    /// The head's digest as a move names it; empty before the first.
    pub fn digest(&self, id: DecisionId) -> String {
        let head = self.session.docket(id).and_then(Docket::head);
        head.map(|h| h.digest.short().to_owned()).unwrap_or_default()
    }

    /// The seat's own objections on `id` that it must speak to now.
    pub fn stands_on(&self, id: DecisionId) -> impl Iterator<Item = IssueId> {
        self.ask.duties.iter().filter_map(move |duty| match duty {
            Duty::Stand(issue) => {
                let on = self.session.issue(*issue).and_then(|i| i.about.decision());
                (on == Some(id)).then_some(*issue)
            }
            _ => None,
        })
    }

    /// The criteria as options, those that bear on the decision first.
    pub fn criterion_choices(&self, about: Target) -> Vec<Choice> {
        let Some(framework) = self.session.framework() else { return Vec::new() };
        let bearing = about.decision().and_then(|id| self.session.decision(id)).map(|d| d.criteria.as_slice());
        let bears = |id: &CriterionId| bearing.is_some_and(|list| list.contains(id));
        let mut all: Vec<_> = framework.criteria.iter().collect();
        all.sort_by_key(|c| !bears(&c.id));
        all.iter().map(|c| Choice::new(c.id, format!("{} {}", c.id, gist(&c.text)))).collect()
    }

    /// Clauses as options.
    pub fn clause_choices(clauses: &BTreeMap<u16, String>) -> Vec<Choice> {
        let each = clauses.iter().map(|(n, text)| Choice::new(n, format!("{n}  {}", gist(text))));
        each.chain([Choice::new(0, "the text as a whole")]).collect()
    }

    /// The clauses of the head that an objection or a concern may name: those that stand, and those struck since the seat
    /// last judged.
    pub fn nameable(&self, id: DecisionId) -> BTreeMap<u16, String> {
        let Some(docket) = self.session.docket(id) else { return BTreeMap::new() };
        let mut clauses = docket.head().map(|h| h.clauses.clone()).unwrap_or_default();
        let judged = docket.verdicts.get(self.seat).and_then(|v| docket.proposal(v.on));
        for number in docket.changed_since_judged(self.seat) {
            if let Some(struck) = judged.and_then(|j| j.clauses.get(&number)).filter(|_| number > 0) {
                clauses.entry(number).or_insert_with(|| format!("(struck) {struck}"));
            }
        }
        clauses
    }

    /// Whom one can ask: the other seats and the supervisor.
    pub fn addressees(&self) -> Vec<Choice> {
        let others = self.session.seats().filter(|s| *s != self.seat).map(ToString::to_string);
        others.chain([Author::Supervisor.to_string()]).map(|name| Choice::new(&name, name.clone())).collect()
    }

    /// Others' entries later than `after`, the newest first.
    pub fn entries_since(&self, after: EntryNumber) -> Vec<Choice> {
        let new = self.session.entries().iter().rev().take_while(|e| e.number > after);
        new.filter(|e| e.author.seat() != Some(self.seat)).map(|e| self.entry_choice(e.number)).collect()
    }

    /// An entry as an option.
    pub fn entry_choice(&self, number: EntryNumber) -> Choice {
        let told = self.session.entry(number).map(|e| format!(" {} {} {}", e.author, e.kind, gist(&e.content)));
        Choice::new(number, format!("{number}{}", told.unwrap_or_default()))
    }

    /// The last entry the seat had seen when it judged the decision; none before its first verdict.
    pub fn judged(&self, id: DecisionId) -> Option<EntryNumber> {
        self.session.docket(id)?.verdicts.get(self.seat).map(|v| v.seen)
    }

    /// The entry in which the seat last objected to the decision, if an agreement must say what resolved that.
    pub fn objected_in(&self, id: DecisionId) -> Option<EntryNumber> {
        let own: Vec<&Issue> = self.session.own_objections(self.seat, id).collect();
        let withdrawn = |issue: &Issue| self.sheet.has(&format!("{}/stand", issue.id), "withdraw");
        let open = own.iter().filter(|i| !withdrawn(i)).map(|i| i.last_raised()).max();
        if open.is_some() || own.iter().any(|i| withdrawn(i)) {
            return open;
        }
        let verdict = self.session.docket(id)?.verdicts.get(self.seat)?;
        (verdict.kind == VerdictKind::Object).then_some(verdict.entry)
    }

    /// The clauses that a new concern about the decision may name; none where there can be none. From the second review on
    /// only what changed, unless another decision's text moved.
    pub fn concern_clauses(&self, id: DecisionId) -> Vec<Choice> {
        let Some(docket) = self.session.docket(id) else { return Vec::new() };
        let all = Self::clause_choices(&self.nameable(id));
        let Some(verdict) = docket.verdicts.get(self.seat) else { return all };
        let moved = |d: &Docket| d.id != id && d.head.is_some_and(|(_, entry)| entry > verdict.seen);
        if self.session.dockets().any(moved) {
            return all;
        }
        let changed: BTreeSet<String> = docket.changed_since_judged(self.seat).iter().map(u16::to_string).collect();
        all.into_iter().filter(|c| changed.contains(&c.value)).collect()
    }

    /// The head of a decision.
    pub fn head(&self, id: DecisionId) -> Option<&'a Proposal> {
        self.session.docket(id)?.head()
    }

    /// How many groups of fields are asked for: those begun, and one more up to `most`. `begun` says whether anything stands
    /// in a group.
    pub fn groups(most: usize, begun: impl Fn(usize) -> bool) -> usize {
        let last = (0..most).rev().find(|i| begun(*i));
        last.map_or(1, |i| i + 2).min(most)
    }

    /// Whether anything is written in one of these fields.
    pub fn begun(&self, prefix: &str, names: &[&str]) -> bool {
        names.iter().any(|name| self.sheet.is_filled(&format!("{prefix}/{name}")))
    }

    /// A group of written fields of which all are needed once one is begun. The first is needed where `must` says so.
    pub fn group(&self, prefix: &str, names: &[(&str, &str)], must: bool) -> Vec<Field> {
        let keys: Vec<&str> = names.iter().map(|(key, _)| *key).collect();
        let needed = must || self.begun(prefix, &keys);
        let field = |(key, label): &(&str, &str)| Field::text(format!("{prefix}/{key}"), *label).needed_if(needed);
        names.iter().map(field).collect()
    }
}

/// The beginning of a text, on one line.
pub fn gist(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= GIST {
        return line;
    }
    let cut: String = line.chars().take(GIST - 1).collect();
    format!("{}…", cut.trim_end())
}
