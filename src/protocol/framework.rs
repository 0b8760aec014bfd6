//! The framework: what a debate is about, by what it is judged, and which decisions it must settle.

use super::id::{CriterionId, DecisionId, SeatTag};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most decisions one session may settle. More is several debates: the context of each seat carries all of them.
pub const MAX_DECISIONS: usize = 12;
/// Most criteria one framework may name.
pub const MAX_CRITERIA: usize = 24;

/// Goals, non-goals, criteria, constraints, and the decisions to settle.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Framework {
    /// What the debate is called, one line.
    pub title: String,
    /// What must be true afterwards.
    pub goals: Vec<String>,
    /// What is deliberately left out.
    #[serde(default)]
    pub non_goals: Vec<String>,
    /// What binds every proposal and is not up for debate.
    #[serde(default)]
    pub constraints: Vec<String>,
    /// Facts nobody in the room can check; proposals state what they take for granted.
    #[serde(default)]
    pub unknowns: Vec<String>,
    /// By what proposals can fail.
    pub criteria: Vec<Criterion>,
    /// The agenda.
    pub decisions: Vec<Decision>,
}

/// A measurable yardstick, `K1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Criterion {
    /// Its id.
    pub id: CriterionId,
    /// What must hold.
    pub text: String,
}

/// A question on the agenda, `D1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// What is to be decided.
    pub question: String,
    /// The criteria that bear on it.
    pub criteria: Vec<CriterionId>,
    /// The seat that drafts and revises.
    pub owner: SeatTag,
    /// Decisions whose outcome this one builds on.
    #[serde(default)]
    pub after: Vec<DecisionId>,
    /// Whether another seat may claim it together with its sealed position. The first claim in the log wins; where nobody
    /// claims it, it stays the owner's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
}

impl Framework {
    /// The decision with this id.
    pub fn decision(&self, id: DecisionId) -> Option<&Decision> {
        self.decisions.iter().find(|d| d.id == id)
    }

    /// The criterion with this id.
    pub fn criterion(&self, id: CriterionId) -> Option<&Criterion> {
        self.criteria.iter().find(|c| c.id == id)
    }

    /// What keeps this framework from being valid, one sentence each; empty when it is valid.
    ///
    /// Valid is: at least one decision, one criterion, and an owner among `seats` for each decision
    /// (`docs/protocol.md`, section 2), with ids unique and every reference leading somewhere.
    pub fn faults(&self, seats: &[SeatTag]) -> Vec<String> {
        let mut faults = Vec::new();
        if self.title.trim().is_empty() {
            faults.push("the framework has no title".to_owned());
        }
        if self.goals.iter().all(|g| g.trim().is_empty()) {
            faults.push("the framework names no goal".to_owned());
        }
        self.criteria_faults(&mut faults);
        self.decision_faults(seats, &mut faults);
        faults
    }

    fn criteria_faults(&self, faults: &mut Vec<String>) {
        if self.criteria.is_empty() {
            faults.push("the framework names no criterion: give at least K1".to_owned());
        }
        if self.criteria.len() > MAX_CRITERIA {
            faults.push(format!("{} criteria are too many: at most {MAX_CRITERIA}", self.criteria.len()));
        }
        let mut seen = BTreeSet::new();
        for criterion in &self.criteria {
            if !seen.insert(criterion.id) {
                faults.push(format!("{} is given twice", criterion.id));
            }
            if criterion.text.trim().is_empty() {
                faults.push(format!("{} has no text", criterion.id));
            }
        }
    }

    fn decision_faults(&self, seats: &[SeatTag], faults: &mut Vec<String>) {
        if self.decisions.is_empty() {
            faults.push("the framework puts no decision on the agenda: give at least D1".to_owned());
        }
        if self.decisions.len() > MAX_DECISIONS {
            faults.push(format!("{} decisions are too many: at most {MAX_DECISIONS}", self.decisions.len()));
        }
        let mut seen = BTreeSet::new();
        for decision in &self.decisions {
            let id = decision.id;
            if !seen.insert(id) {
                faults.push(format!("{id} is given twice"));
            }
            if decision.question.trim().is_empty() {
                faults.push(format!("{id} asks no question"));
            }
            if !seats.contains(&decision.owner) {
                let present = seats.iter().map(SeatTag::as_str).collect::<Vec<_>>().join(", ");
                faults.push(format!("{id} is owned by {}, who has no seat: choose among {present}", decision.owner));
            }
            if decision.criteria.is_empty() {
                faults.push(format!("{id} names no criterion that bears on it"));
            }
            for criterion in decision.criteria.iter().filter(|c| self.criterion(**c).is_none()) {
                faults.push(format!("{id} names {criterion}, which is not among the criteria"));
            }
            for other in decision.after.iter().filter(|o| **o == id || self.decision(**o).is_none()) {
                faults.push(format!("{id} comes after {other}, which is no other decision on the agenda"));
            }
        }
        if let Some(id) = self.waits_for_itself() {
            faults.push(format!("{id} waits for itself by way of 'after'"));
        }
    }

    /// A decision that comes after itself, by way of others.
    fn waits_for_itself(&self) -> Option<DecisionId> {
        let mut placed: BTreeSet<DecisionId> = BTreeSet::new();
        loop {
            let waiting = self.decisions.iter().filter(|d| !placed.contains(&d.id));
            let is_ready = |d: &&Decision| d.after.iter().all(|o| placed.contains(o) || self.decision(*o).is_none());
            let ready: Vec<DecisionId> = waiting.clone().filter(is_ready).map(|d| d.id).collect();
            if ready.is_empty() {
                return waiting.map(|d| d.id).next();
            }
            placed.extend(ready);
        }
    }
}
