//! Two texts on the table, clause by clause, and within a clause word by word.

use crate::protocol::Proposal;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;

/// Clauses less alike than this are two clauses, and not one that was changed: a diff of their words would be confetti.
const ALIKE: f32 = 0.35;

/// A clause, or an assumption, in one or both texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The clause's number; none for an assumption.
    pub number: Option<u16>,
    /// Its words, in order.
    pub parts: Vec<Part>,
}

/// Words of a clause. Untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// In both texts.
    Same(String),
    /// In the first only.
    Old(String),
    /// In the second only.
    New(String),
}

impl Clause {
    /// Whether both texts have it, word for word.
    pub fn is_same(&self) -> bool {
        self.parts.iter().all(|p| matches!(p, Part::Same(_)))
    }
}

/// The clauses of both texts by their numbers, then the assumptions.
pub fn compare(a: Option<&Proposal>, b: Option<&Proposal>) -> Vec<Clause> {
    let numbers: BTreeSet<u16> = [a, b].into_iter().flatten().flat_map(|p| p.clauses.keys().copied()).collect();
    let of = |text: Option<&Proposal>, number: u16| text.and_then(|p| p.clauses.get(&number)).cloned();
    let clauses = numbers.into_iter().map(|n| {
        let parts = match (of(a, n), of(b, n)) {
            (Some(old), Some(new)) => words(&old, &new),
            (Some(old), None) => vec![Part::Old(old)],
            (None, Some(new)) => vec![Part::New(new)],
            (None, None) => Vec::new(),
        };
        Clause { number: Some(n), parts }
    });
    clauses.chain(assumptions(a, b)).collect()
}

fn assumptions(a: Option<&Proposal>, b: Option<&Proposal>) -> Vec<Clause> {
    let of = |text: Option<&Proposal>| text.map(|p| p.assumptions.clone()).unwrap_or_default();
    let (one, two) = (of(a), of(b));
    let whole = |part: Part| Clause { number: None, parts: vec![part] };
    let first = one.iter().map(|text| {
        let text = text.clone();
        whole(if two.contains(&text) { Part::Same(text) } else { Part::Old(text) })
    });
    let second = two.iter().filter(|text| !one.contains(text)).map(|text| whole(Part::New(text.clone())));
    first.chain(second).collect()
}

fn words(old: &str, new: &str) -> Vec<Part> {
    if old == new {
        return vec![Part::Same(old.to_owned())];
    }
    let diff = TextDiff::from_words(old, new);
    if diff.ratio() < ALIKE {
        return vec![Part::Old(old.to_owned()), Part::New(new.to_owned())];
    }
    let mut parts: Vec<Part> = Vec::new();
    for change in diff.iter_all_changes() {
        let word = change.value();
        match (parts.last_mut(), change.tag()) {
            (Some(Part::Same(text)), ChangeTag::Equal)
            | (Some(Part::Old(text)), ChangeTag::Delete)
            | (Some(Part::New(text)), ChangeTag::Insert) => text.push_str(word),
            (_, ChangeTag::Equal) => parts.push(Part::Same(word.to_owned())),
            (_, ChangeTag::Delete) => parts.push(Part::Old(word.to_owned())),
            (_, ChangeTag::Insert) => parts.push(Part::New(word.to_owned())),
        }
    }
    parts
}
