//! Scores: how good a text is to a seat, where it falls below that seat's floors, and which text would be better.

use super::bench::Sitting;
use super::catalogue::{Axis, Choice, Mitigation};
use super::chance::sway;
use super::matter::{Matter, Text};
use super::table::Table;

/// How far the seed moves a score, in rating points: enough to settle near-ties, not to overturn a preference.
const SWAY: f64 = 0.09;
/// What a floor that cannot be kept takes off a score.
const BREACH: f64 = 0.6;

/// The weight factor from which on the topic presses on an axis.
const PRESSED: f64 = 1.3;

/// An option with the clauses that would be added, and what it is worth to the seat that thought of it.
#[derive(Clone)]
pub(super) struct Plan<'a> {
    pub text: Text<'a>,
    pub score: f64,
}

/// A criterion on which a text falls below a seat's floor.
#[derive(Clone, Copy)]
pub(super) struct Breach<'a> {
    pub key: &'a str,
    pub rating: i32,
    pub floor: i32,
}

impl<'a> Table<'a> {
    /// How much a point on this axis counts to the seat, on this topic.
    pub fn weight(&self, seat: &Sitting<'_>, axis: Axis) -> f64 {
        seat.weight(axis) * self.subject.factor(axis)
    }

    /// What a text is worth to a seat, from 1 to 5: its ratings, weighed; the seed settles near-ties.
    pub fn score(&self, seat: &Sitting<'_>, matter: &Matter<'a>, text: &Text<'a>) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for key in matter.keys() {
            let weight = self.weight(seat, matter.axis(key));
            sum += weight * f64::from(text.rating(key));
            weights += weight;
        }
        let parts = [seat.tag.as_str(), matter.decision.question.as_str(), text.option.key.as_str()];
        sum / f64::max(weights, 0.1) + SWAY * sway(self.seed, &parts)
    }

    /// Where a text falls below the seat's floors, worst first.
    pub fn breaches(&self, seat: &Sitting<'_>, matter: &Matter<'a>, text: &Text<'a>) -> Vec<Breach<'a>> {
        let patience = self.patience(matter.id);
        let mut found: Vec<Breach<'a>> = matter
            .keys()
            .map(|key| Breach { key, rating: text.rating(key), floor: self.floor(seat, matter, text, key) - patience })
            .filter(|b| b.rating < b.floor)
            .collect();
        let weight = |b: &Breach<'_>| self.weight(seat, matter.axis(b.key));
        found.sort_by(|a, b| {
            let depth = (b.floor - b.rating).cmp(&(a.floor - a.rating));
            depth.then(weight(b).total_cmp(&weight(a)))
        });
        found
    }

    /// The rating below which the seat objects. Where the topic itself presses on what the seat watches, acceptable is
    /// not enough, provided that the catalogue knows a case and a clause against it.
    pub fn floor(&self, seat: &Sitting<'_>, matter: &Matter<'a>, text: &Text<'a>, key: &str) -> i32 {
        let axis = matter.axis(key);
        let pressed = seat.watches(axis) && self.subject.factor(axis) >= PRESSED;
        let mendable = || {
            let case = text.weakness(key);
            let fix = case.and_then(|f| text.option.fix(f));
            fix.is_some_and(|m| m.raises.contains_key(key))
        };
        seat.floor(axis) + i32::from(pressed && mendable())
    }

    /// The option with the fewest added clauses that keep this seat's own floors.
    pub fn plan(&self, seat: &Sitting<'_>, matter: &Matter<'a>, option: &'a Choice) -> Plan<'a> {
        let mut best: Option<(usize, usize, Plan<'a>)> = None;
        for added in subsets(option, &[]) {
            let text = Text { option, added, exact: true };
            let broken = self.breaches(seat, matter, &text).len();
            let score = self.score(seat, matter, &text) - BREACH * broken as f64;
            let size = text.added.len();
            let better = best
                .as_ref()
                .is_none_or(|(b, s, p)| (broken, size) < (*b, *s) || ((broken, size) == (*b, *s) && score > p.score));
            if better {
                best = Some((broken, size, Plan { text, score }));
            }
        }
        best.map(|(_, _, plan)| plan)
            .unwrap_or(Plan { text: Text { option, added: Vec::new(), exact: true }, score: 0.0 })
    }

    /// All options as this seat would draft them, best first.
    pub fn ranked(&self, seat: &Sitting<'_>, matter: &Matter<'a>) -> Vec<Plan<'a>> {
        let options = matter.decision.options.iter();
        let mut plans: Vec<Plan<'a>> = options.map(|o| self.plan(seat, matter, o)).collect();
        plans.sort_by(|a, b| b.score.total_cmp(&a.score));
        plans
    }

    /// The criterion that speaks most for `one` against `other` to this seat.
    pub fn deciding(
        &self,
        seat: &Sitting<'_>,
        matter: &Matter<'a>,
        one: &Text<'a>,
        other: &Text<'a>,
    ) -> Option<&'a str> {
        let gain = |key: &&str| {
            let points = one.rating(key) - other.rating(key);
            self.weight(seat, matter.axis(key)) * f64::from(points)
        };
        matter.keys().max_by(|a, b| gain(a).total_cmp(&gain(b))).filter(|key| gain(key) > 0.0)
    }

    /// The criterion that matters most to this seat on this decision.
    pub fn dearest(&self, seat: &Sitting<'_>, matter: &Matter<'a>) -> Option<&'a str> {
        let weight = |key: &&str| self.weight(seat, matter.axis(key));
        matter.keys().max_by(|a, b| weight(a).total_cmp(&weight(b)))
    }

    /// Whether anything in the catalogue would bring a criterion up to the seat's floor.
    pub fn mendable(&self, matter: &Matter<'a>, text: &Text<'a>, breach: Breach<'a>) -> bool {
        let same = subsets(text.option, &text.added);
        let mended = |option: &'a Choice, added: Vec<&'a Mitigation>| option.rating(&added, breach.key) >= breach.floor;
        same.into_iter().any(|added| mended(text.option, added))
            || matter.decision.options.iter().filter(|o| o.key != text.option.key).any(|o| mended(o, Vec::new()))
    }

    /// All texts that the catalogue can make of this decision; those of `from`'s option keep its added clauses.
    pub fn texts(&self, matter: &Matter<'a>, from: Option<&Text<'a>>) -> Vec<Text<'a>> {
        let mut all = Vec::new();
        for option in &matter.decision.options {
            let kept = from.filter(|t| t.option.key == option.key).map_or(&[][..], |t| &t.added);
            all.extend(subsets(option, kept).into_iter().map(|added| Text { option, added, exact: true }));
        }
        all
    }
}

/// Every choice of an option's mitigations that holds `kept`, smallest first. An option has a handful.
fn subsets<'a>(option: &'a Choice, kept: &[&'a Mitigation]) -> Vec<Vec<&'a Mitigation>> {
    let mut all: Vec<Vec<&'a Mitigation>> = vec![kept.to_vec()];
    let free = option.mitigations.iter().filter(|m| kept.iter().all(|k| k.key != m.key));
    for mitigation in free.take(6) {
        let with: Vec<Vec<&Mitigation>> =
            all.iter().map(|set| set.iter().copied().chain([mitigation]).collect()).collect();
        all.extend(with);
    }
    all.sort_by_key(Vec::len);
    all
}

/// A rating in words.
pub(super) fn word(rating: i32) -> &'static str {
    match rating {
        ..=1 => "failing",
        2 => "weak",
        3 => "acceptable",
        4 => "good",
        5.. => "excellent",
    }
}
