//! What a topic is about: the areas it matches, the constraints it names, and what those weigh.

use super::catalogue::{Axis, Constraint};
use super::shelf::{AreaFile, GENERAL, Kind, Shelf};
use super::words::{Found, Word, contains, words};
use crate::protocol::event::Opening;
use std::collections::BTreeMap;

/// Below this an area is not what the topic is about.
const LEAST: f64 = 4.0;
/// What a second area needs beside half of the best one's score.
const SECOND: f64 = 5.0;
/// Most areas of one debate.
const AREAS: usize = 3;
/// What context files may add to an area, at most: they say where a debate happens, not what it is about.
const CONTEXT: f64 = 2.0;
/// Of a context file no more than this is read, in bytes.
const CONTEXT_READ: usize = 20_000;

/// What a topic is about.
pub(super) struct Subject<'a> {
    /// The areas, best first, with their scores. Never empty.
    pub areas: Vec<(&'a AreaFile, f64)>,
    /// The constraints it names, in the order of the catalogue.
    pub constraints: Vec<Binding<'a>>,
    shifts: BTreeMap<Axis, f64>,
}

/// A constraint and the words of the topic that name it.
pub(super) struct Binding<'a> {
    pub kind: &'a Constraint,
    pub quote: String,
}

impl Binding<'_> {
    /// The constraint as the framework has it.
    pub fn sentence(&self) -> String {
        self.kind.text.replace("{quote}", &self.quote)
    }

    /// Why it matters, as a clause.
    pub fn argument(&self) -> String {
        self.kind.argument.replace("{quote}", &self.quote)
    }
}

impl<'a> Subject<'a> {
    /// Reads the topic, lightly the context, and what people directed since.
    pub fn read<'d>(shelf: &'a Shelf, opening: &Opening, directions: impl IntoIterator<Item = &'d str>) -> Self {
        let topic = words(&opening.topic);
        let context: Vec<Word> = opening.context.iter().flat_map(|file| words(cut(&file.text, CONTEXT_READ))).collect();
        let mut constraints = bindings(shelf, &opening.topic);
        for direction in directions {
            for binding in bindings(shelf, direction) {
                if !constraints.iter().any(|b| b.kind.key == binding.kind.key) {
                    constraints.push(binding);
                }
            }
        }
        let mut shifts = BTreeMap::new();
        for (axis, shift) in constraints.iter().flat_map(|b| &b.kind.shifts) {
            *shifts.entry(*axis).or_insert(0.0) += shift;
        }
        Self { areas: matched(shelf, &topic, &context), constraints, shifts }
    }

    /// The factor by which the constraints change an axis's weight.
    pub fn factor(&self, axis: Axis) -> f64 {
        (1.0 + self.shifts.get(&axis).copied().unwrap_or(0.0)).clamp(0.4, 2.2)
    }

    /// The constraint that adds most weight to `axis`.
    pub fn pressing(&self, axis: Axis) -> Option<&Binding<'a>> {
        let push = |b: &&Binding<'a>| b.kind.shifts.get(&axis).copied().unwrap_or(0.0);
        self.constraints
            .iter()
            .filter(|b| b.kind.speaks_to.contains(&axis) && push(b) > 0.0)
            .max_by(|a, b| push(a).total_cmp(&push(b)))
    }
}

fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

fn matched<'a>(shelf: &'a Shelf, topic: &[Word], context: &[Word]) -> Vec<(&'a AreaFile, f64)> {
    let sum = |file: &AreaFile, text: &[Word]| -> f64 {
        let signs = file.signs.iter().filter(|(sign, _)| contains(text, sign));
        signs.map(|(_, weight)| weight).sum()
    };
    let mut scored: Vec<(&AreaFile, f64)> = shelf
        .areas
        .iter()
        .map(|file| {
            let aside = (0.2 * sum(file, context)).min(CONTEXT);
            (file, sum(file, topic) + aside)
        })
        .filter(|(_, score)| *score >= LEAST)
        .collect();
    // Equal scores stay in the catalogue's order.
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best = scored.first().map_or(0.0, |(_, score)| *score);
    let mut rank = 0;
    scored.retain(|(_, score)| {
        rank += 1;
        rank == 1 || (rank <= AREAS && *score >= SECOND && *score * 2.0 >= best)
    });
    if scored.is_empty() {
        scored.extend(shelf.file(GENERAL).map(|file| (file, 0.0)));
    }
    scored
}

/// The constraints that `text` names, each once, with the words that name it.
pub(super) fn bindings<'a>(shelf: &'a Shelf, text: &str) -> Vec<Binding<'a>> {
    let found = words(text);
    let mut bindings: Vec<Binding<'a>> = Vec::new();
    for kind in &shelf.constraints {
        let other = kind.constraint.unless.as_deref();
        if other.is_some_and(|o| bindings.iter().any(|b| b.kind.key == o)) {
            continue;
        }
        if let Some(quote) = quote(kind, text, &found) {
            bindings.push(Binding { kind: &kind.constraint, quote });
        }
    }
    bindings
}

/// The words that name the constraint: patterns are tried in the catalogue's order, the most telling first.
fn quote(kind: &Kind, text: &str, found: &[Word]) -> Option<String> {
    let Constraint { at_most, at_least, .. } = kind.constraint;
    let within = |f: &Found| {
        f.number.is_none_or(|n| at_most.is_none_or(|most| n <= most) && at_least.is_none_or(|least| n >= least))
    };
    let mut places = kind.patterns.iter().flat_map(|p| p.find(found));
    let best = places.find(within)?;
    let words = text.get(best.start..best.end)?;
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}
