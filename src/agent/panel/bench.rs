//! The seats as the panel sees them: which role each has, what it weighs, and where it objects.

use super::catalogue::{Axis, Role};
use super::shelf::Shelf;
use super::words::{contains, words};
use crate::protocol::event::{Opening, Seat};
use crate::protocol::id::SeatTag;
use std::collections::BTreeMap;

/// The rating below which everybody objects, whatever its role: 1 is a criterion that fails.
const FLOOR: u8 = 2;
/// How much more a seat weighs what is its part of a shared role.
const PART: f64 = 1.6;

/// One seat and how it judges.
pub(super) struct Sitting<'a> {
    pub tag: &'a SeatTag,
    pub role: &'a Role,
    /// Where it sits, from 0.
    pub index: usize,
    weights: BTreeMap<Axis, f64>,
    floors: BTreeMap<Axis, u8>,
}

impl Sitting<'_> {
    /// How much a rating point on `axis` counts.
    pub fn weight(&self, axis: Axis) -> f64 {
        self.weights.get(&axis).copied().unwrap_or(1.0)
    }

    /// The rating on `axis` below which this seat objects.
    pub fn floor(&self, axis: Axis) -> i32 {
        i32::from(self.floors.get(&axis).copied().unwrap_or(FLOOR))
    }

    /// Whether it is this seat's business to watch `axis`.
    pub fn watches(&self, axis: Axis) -> bool {
        self.floors.get(&axis).is_some_and(|f| *f > FLOOR)
    }
}

/// The seats of a table. Where several have one role, its axes are dealt out among them, so that five backends do not
/// say the same thing five times.
pub(super) fn seated<'a>(shelf: &'a Shelf, opening: &'a Opening) -> Vec<Sitting<'a>> {
    let roles: Vec<Option<&Role>> = opening.seats.iter().map(|s| role_of(shelf, s)).collect();
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let mut bench = Vec::new();
    for (index, (seat, role)) in opening.seats.iter().zip(&roles).enumerate() {
        let Some(role) = *role else { continue };
        let sharing = roles.iter().flatten().filter(|r| r.key == role.key).count();
        let nth = taken.entry(role.key.as_str()).or_default();
        let (weights, floors) =
            if role.floors.is_empty() { leftover(role, &roles, *nth, sharing) } else { part(role, *nth, sharing) };
        *nth += 1;
        bench.push(Sitting { tag: &seat.tag, role, index, weights, floors });
    }
    adopt_orphans(&mut bench);
    bench
}

/// What nobody at the table watches is taken over by the seat that weighs it most: a table of two has no excuse.
fn adopt_orphans(bench: &mut [Sitting<'_>]) {
    for axis in Axis::ALL {
        if bench.iter().any(|s| s.watches(axis)) {
            continue;
        }
        let keenest = bench.iter_mut().max_by(|a, b| {
            // Of two that weigh it alike the one that sits first.
            a.weight(axis).total_cmp(&b.weight(axis)).then(b.index.cmp(&a.index))
        });
        if let Some(seat) = keenest {
            seat.floors.insert(axis, FLOOR + 1);
        }
    }
}

/// The `nth` of `sharing` parts of a role.
fn part(role: &Role, nth: usize, sharing: usize) -> (BTreeMap<Axis, f64>, BTreeMap<Axis, u8>) {
    if sharing < 2 {
        return (role.weights.clone(), role.floors.clone());
    }
    let mut axes = Axis::ALL.to_vec();
    let weight = |a: &Axis| role.weights.get(a).copied().unwrap_or(1.0);
    // What the role watches comes first, then what it weighs most.
    axes.sort_by(|a, b| {
        let watched = role.floors.contains_key(b).cmp(&role.floors.contains_key(a));
        watched.then(weight(b).total_cmp(&weight(a)))
    });
    let mine: Vec<Axis> = axes.into_iter().skip(nth).step_by(sharing).collect();
    let mut weights = role.weights.clone();
    let mut floors = role.floors.clone();
    floors.retain(|axis, _| mine.contains(axis));
    for axis in mine {
        *weights.entry(axis).or_insert(1.0) *= PART;
        floors.entry(axis).or_insert(FLOOR);
    }
    (weights, floors)
}

/// What a seat without a brief of its own watches: what nobody else at the table does, dealt out where there are several.
fn leftover(
    role: &Role,
    roles: &[Option<&Role>],
    nth: usize,
    sharing: usize,
) -> (BTreeMap<Axis, f64>, BTreeMap<Axis, u8>) {
    let watched = |axis: &Axis| roles.iter().flatten().any(|r| r.floors.contains_key(axis));
    let left = Axis::ALL.iter().copied().filter(|axis| !watched(axis));
    let mine: Vec<Axis> = left.skip(nth).step_by(sharing.max(1)).collect();
    let mut weights = role.weights.clone();
    weights.extend(mine.iter().map(|axis| (*axis, PART)));
    (weights, mine.into_iter().map(|axis| (axis, FLOOR + 1)).collect())
}

/// The role of a seat by the name of its definition, else by its tag; neutral where neither says one.
pub(super) fn role_of<'a>(shelf: &'a Shelf, seat: &Seat) -> Option<&'a Role> {
    role_named(shelf, &seat.speaker.name)
        .or_else(|| role_named(shelf, seat.tag.as_str()))
        .or_else(|| shelf.roles.iter().find(|r| r.key == "neutral"))
}

fn role_named<'a>(shelf: &'a Shelf, name: &str) -> Option<&'a Role> {
    let name = words(&name.replace('_', " "));
    let longest = |role: &&Role| {
        let names = std::iter::once(&role.key).chain(&role.aliases);
        let fitting = names.map(|n| words(n)).filter(|n| contains(&name, n));
        fitting.map(|n| n.len()).max()
    };
    let mut best: Option<(&Role, usize)> = None;
    for role in &shelf.roles {
        if let Some(length) = longest(&role)
            && best.is_none_or(|(_, most)| length > most)
        {
            best = Some((role, length));
        }
    }
    best.map(|(role, _)| role)
}
