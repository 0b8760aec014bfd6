//! The catalogue's types, as the files in `prompts/panel/` give them. Ratings run from 1 (fails) to 5 (excellent).

use serde::Deserialize;
use std::collections::BTreeMap;

/// What a criterion is about, and so which roles watch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Axis {
    Security,
    Compliance,
    Integrity,
    Reliability,
    Performance,
    Operability,
    Delivery,
    Usability,
    Evolvability,
    Cost,
}

impl Axis {
    /// All of them, in the order in which ties are broken.
    pub const ALL: [Axis; 10] = [
        Axis::Security,
        Axis::Compliance,
        Axis::Integrity,
        Axis::Reliability,
        Axis::Performance,
        Axis::Operability,
        Axis::Delivery,
        Axis::Usability,
        Axis::Evolvability,
        Axis::Cost,
    ];
}

/// The head of an area's file: all that is needed to see whether a topic is about it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Head {
    pub area: String,
    pub title: String,
    /// Words and phrases, singular, with their weights from 1 to 5.
    pub words: BTreeMap<String, f64>,
    pub goals: Vec<String>,
    #[serde(default)]
    pub non_goals: Vec<String>,
}

/// One subject area.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Area {
    #[serde(rename = "area")]
    _area: String,
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "words")]
    _words: BTreeMap<String, f64>,
    #[serde(rename = "goals")]
    _goals: Vec<String>,
    #[serde(default, rename = "non_goals")]
    _non_goals: Vec<String>,
    pub criteria: Vec<Criterion>,
    pub decisions: Vec<Decision>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Criterion {
    pub key: String,
    pub axis: Axis,
    pub text: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    pub key: String,
    pub question: String,
    /// The role that drafts.
    pub owner: String,
    pub criteria: Vec<String>,
    pub options: Vec<Choice>,
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// One option of a decision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    pub key: String,
    pub name: String,
    pub clauses: Vec<String>,
    pub rationale: String,
    #[serde(default)]
    pub assumes: Vec<String>,
    pub ratings: BTreeMap<String, u8>,
    #[serde(rename = "for")]
    pub pros: Vec<String>,
    #[serde(rename = "against")]
    pub cons: Vec<String>,
    #[serde(default)]
    pub actions: Vec<Work>,
    #[serde(default)]
    pub contract: Option<String>,
    pub failures: Vec<Failure>,
    #[serde(default)]
    pub mitigations: Vec<Mitigation>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub what: String,
    pub done_when: String,
}

/// How an option fails a criterion.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failure {
    pub criterion: String,
    /// The option's clause it follows from, from 1.
    pub clause: usize,
    pub scenario: String,
    pub remedy: String,
    /// The mitigation that stops it; absent where only another option helps.
    #[serde(default)]
    pub fixed_by: Option<String>,
}

/// A clause that can be added to an option, and what it changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mitigation {
    pub key: String,
    pub clause: String,
    #[serde(default)]
    pub raises: BTreeMap<String, u8>,
    #[serde(default)]
    pub lowers: BTreeMap<String, u8>,
    pub because: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub from: String,
    pub to: String,
    pub text: String,
    pub answer: String,
}

impl Area {
    /// The criterion with this key.
    pub fn criterion(&self, key: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|c| c.key == key)
    }

    /// What the criterion with this key is about; cost, the least watched, for a key that is not there.
    pub fn axis(&self, key: &str) -> Axis {
        self.criterion(key).map_or(Axis::Cost, |c| c.axis)
    }
}

impl Choice {
    /// The rating on `key` with `added` clauses in the text, from 1 to 5.
    pub fn rating(&self, added: &[&Mitigation], key: &str) -> i32 {
        let base = self.ratings.get(key).copied().map_or(3, i32::from);
        let sum = added.iter().fold(base, |sum, m| {
            let up = m.raises.get(key).copied().map_or(0, i32::from);
            let down = m.lowers.get(key).copied().map_or(0, i32::from);
            sum + up - down
        });
        sum.clamp(1, 5)
    }

    /// The mitigation with this key.
    pub fn mitigation(&self, key: &str) -> Option<&Mitigation> {
        self.mitigations.iter().find(|m| m.key == key)
    }

    /// The mitigation that stops `failure`.
    pub fn fix(&self, failure: &Failure) -> Option<&Mitigation> {
        self.mitigation(failure.fixed_by.as_deref()?)
    }
}

/// `roles.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    pub roles: Vec<Role>,
}

/// How one role weighs, where it objects, and how it opens an entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub key: String,
    pub aliases: Vec<String>,
    pub related: Vec<String>,
    pub lens: String,
    pub weights: BTreeMap<Axis, f64>,
    pub floors: BTreeMap<Axis, u8>,
    pub position: Vec<String>,
    pub draft: Vec<String>,
    pub review: Vec<String>,
    pub revise: Vec<String>,
    pub settle: Vec<String>,
    pub premortem: Vec<String>,
    pub sign: Vec<String>,
}

/// `constraints.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Constraints {
    pub constraints: Vec<Constraint>,
}

/// A kind of constraint that a topic may name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Constraint {
    pub key: String,
    pub patterns: Vec<String>,
    #[serde(default)]
    pub at_most: Option<f64>,
    #[serde(default)]
    pub at_least: Option<f64>,
    /// Not looked for where this other one was found.
    #[serde(default)]
    pub unless: Option<String>,
    pub text: String,
    pub argument: String,
    /// The axes for which the argument is one.
    pub speaks_to: Vec<Axis>,
    pub shifts: BTreeMap<Axis, f64>,
}
