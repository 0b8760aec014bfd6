//! A decision of the framework as the catalogue knows it, and a text on it as the catalogue reads it.

use super::catalogue::{Area, Axis, Choice, Decision, Failure, Mitigation};
use super::words::overlap;
use crate::protocol::docket::{Docket, Proposal};
use crate::protocol::entry::Move;
use crate::protocol::framework::{self, Framework};
use crate::protocol::id::{CriterionId, DecisionId, SeatTag};
use crate::protocol::issue::Issue;
use crate::protocol::session::Session;
use std::collections::BTreeMap;

/// Two texts that share less than this are about different things.
const ALIKE: f64 = 0.22;

/// A decision on the agenda and the catalogue's decision that it is.
pub(super) struct Matter<'a> {
    pub id: DecisionId,
    pub decision: &'a Decision,
    pub area: &'a Area,
    ids: BTreeMap<&'a str, CriterionId>,
}

/// A text on the table, read as an option with added clauses.
#[derive(Clone)]
pub(super) struct Text<'a> {
    pub option: &'a Choice,
    pub added: Vec<&'a Mitigation>,
    /// Whether its clauses are the catalogue's, as opposed to words that resemble them.
    pub exact: bool,
}

impl<'a> Matter<'a> {
    /// Ties the catalogue's criteria to those of the framework: by text, else by likeness, else to the decision's first.
    pub fn new(asked: &framework::Decision, framework: &Framework, area: &'a Area, decision: &'a Decision) -> Self {
        let mut ids = BTreeMap::new();
        for key in &decision.criteria {
            let text = area.criterion(key).map_or("", |c| c.text.as_str());
            let same = framework.criteria.iter().find(|c| c.text == text);
            let near = || {
                let own = asked.criteria.iter().filter_map(|id| framework.criterion(*id));
                own.map(|c| (overlap(&c.text, text), c))
                    .filter(|(likeness, _)| *likeness >= ALIKE)
                    .max_by(|a, b| a.0.total_cmp(&b.0))
                    .map(|(_, c)| c)
            };
            let id = same.or_else(near).map(|c| c.id);
            if let Some(id) = id.or(asked.criteria.first().copied()) {
                ids.insert(key.as_str(), id);
            }
        }
        Self { id: asked.id, decision, area, ids }
    }

    /// The decision's criteria by key, in the catalogue's order.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.decision.criteria.iter().map(String::as_str)
    }

    /// The framework's id of a criterion.
    pub fn criterion(&self, key: &str) -> CriterionId {
        let first = || self.ids.values().next().copied();
        self.ids.get(key).copied().or_else(first).unwrap_or(CriterionId(1))
    }

    /// The catalogue's key of one of the framework's criteria.
    pub fn key(&self, id: CriterionId) -> Option<&'a str> {
        self.keys().find(|k| self.ids.get(k) == Some(&id))
    }

    /// What a criterion is about.
    pub fn axis(&self, key: &str) -> Axis {
        self.area.axis(key)
    }

    /// A criterion as prose names it: `K2 (hostile file)`.
    pub fn named(&self, key: &str) -> String {
        format!("{} ({})", self.criterion(key), key.replace('-', " "))
    }

    /// The text as one of the catalogue's options with added clauses; none if it resembles no option.
    pub fn read(&self, docket: &Docket, proposal: &Proposal) -> Option<Text<'a>> {
        let holds = |clause: &str| proposal.clauses.values().any(|c| c == clause.trim());
        let exact = self
            .decision
            .options
            .iter()
            .map(|o| (o.clauses.iter().filter(|c| holds(c)).count(), o))
            .filter(|(count, _)| *count > 0)
            .max_by_key(|(count, _)| *count);
        if let Some((_, option)) = exact {
            let read = |m: &&Mitigation| holds(&m.clause) || docket.readings.iter().any(|r| r.text == m.clause.trim());
            let added = option.mitigations.iter().filter(read).collect();
            return Some(Text { option, added, exact: true });
        }
        let text: Vec<&str> = proposal.clauses.values().map(String::as_str).collect();
        self.resembles(&text.join(" ")).map(|option| Text { option, added: Vec::new(), exact: false })
    }

    /// The option that a text in other words is nearest to; none if it is near none, or near two.
    pub fn resembles(&self, text: &str) -> Option<&'a Choice> {
        let mut near: Vec<(f64, &Choice)> = self
            .decision
            .options
            .iter()
            .map(|o| {
                let own = format!("{} {}", o.name, o.clauses.join(" "));
                (overlap(text, &own).max(overlap(text, &o.name)), o)
            })
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let second = near.get(1).map_or(0.0, |(likeness, _)| *likeness);
        near.first().filter(|(likeness, _)| *likeness >= ALIKE && *likeness > second * 1.2).map(|(_, option)| *option)
    }

    /// The option that a sealed position chose.
    pub fn chosen(&self, choice: &str) -> Option<&'a Choice> {
        let named = self.decision.options.iter().filter(|o| choice.starts_with(&o.name)).max_by_key(|o| o.name.len());
        named.or_else(|| self.resembles(choice))
    }

    /// What a seat chose under seal.
    pub fn sealed(&self, session: &Session, seat: &SeatTag) -> Option<&'a Choice> {
        session.positions_on(self.id).find_map(|(by, _, act)| match act {
            Move::Position { choice, .. } if by == seat => self.chosen(choice),
            _ => None,
        })
    }

    /// The failure that an issue speaks of: to the letter, else the likest one on its criterion.
    pub fn failure(&self, option: &'a Choice, issue: &Issue) -> Option<&'a Failure> {
        let letter = |f: &&Failure| issue.text.contains(f.scenario.as_str());
        if let Some(found) = option.failures.iter().find(letter) {
            return Some(found);
        }
        let said = format!("{} {}", issue.text, issue.resolved_if);
        let on = issue.criterion.and_then(|id| self.key(id));
        option
            .failures
            .iter()
            .filter(|f| on.is_none_or(|key| f.criterion == key))
            .map(|f| (overlap(&said, &format!("{} {}", f.scenario, f.remedy)), f))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, f)| f)
    }
}

impl<'a> Text<'a> {
    /// The rating on a criterion, from 1 to 5.
    pub fn rating(&self, key: &str) -> i32 {
        self.option.rating(&self.added, key)
    }

    /// Whether the text holds this added clause.
    pub fn has(&self, mitigation: &Mitigation) -> bool {
        self.added.iter().any(|m| m.key == mitigation.key)
    }

    /// Whether nothing in the text stops `failure`.
    pub fn suffers(&self, failure: &Failure) -> bool {
        self.option.fix(failure).is_none_or(|m| !self.has(m))
    }

    /// A failure on this criterion that nothing in the text stops.
    pub fn weakness(&self, key: &str) -> Option<&'a Failure> {
        let option = self.option;
        option.failures.iter().find(|f| f.criterion == key && self.suffers(f))
    }

    /// The added clause that lowers this criterion most.
    pub fn burden(&self, key: &str) -> Option<&'a Mitigation> {
        self.added.iter().filter(|m| m.lowers.contains_key(key)).max_by_key(|m| m.lowers.get(key).copied()).copied()
    }

    /// The added clause that raises this criterion.
    pub fn support(&self, key: &str) -> Option<&'a Mitigation> {
        self.added.iter().find(|m| m.raises.contains_key(key)).copied()
    }
}

/// The number under which `clause` stands in `proposal`; 0 if it does not.
pub(super) fn number_of(proposal: &Proposal, clause: &str) -> u16 {
    let stands = proposal.clauses.iter().find(|(_, c)| *c == clause.trim());
    stands.map_or(0, |(number, _)| *number)
}

/// The number under which the clause that a failure follows from stands in `proposal`; 0 if it does not.
pub(super) fn clause_of(proposal: &Proposal, option: &Choice, failure: &Failure) -> u16 {
    let clause = failure.clause.checked_sub(1).and_then(|at| option.clauses.get(at));
    clause.map_or(0, |c| number_of(proposal, c))
}
