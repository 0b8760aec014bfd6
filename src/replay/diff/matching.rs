//! Which decision of one session is which of the other.

use crate::protocol::{Decision, DecisionId, Session};
use similar::TextDiff;

/// Questions alike to this share of their words are taken for the same one, asked by two supervisors.
const ALIKE: f32 = 0.6;

/// A decision on each side.
pub(super) type Pair = [Option<DecisionId>; 2];

/// The decisions of both, matched: by id where they share a framework, else by question. In the first's order, then those
/// that only the second has.
pub(super) fn pairs(a: &Session, b: &Session, by_id: bool) -> Vec<Pair> {
    let of = |session: &Session| session.framework().map(|f| f.decisions.clone()).unwrap_or_default();
    let (one, mut two) = (of(a), of(b));
    let mut pairs: Vec<Pair> = Vec::new();
    for decision in &one {
        let found = if by_id { two.iter().position(|d| d.id == decision.id) } else { alike(decision, &two) };
        let other = found.map(|i| two.remove(i).id);
        pairs.push([Some(decision.id), other]);
    }
    pairs.extend(two.iter().map(|d| [None, Some(d.id)]));
    pairs
}

/// The decision among `all` whose question is most like that of `decision`, if it is enough.
fn alike(decision: &Decision, all: &[Decision]) -> Option<usize> {
    let wanted = plain(&decision.question);
    let mut best: Option<(f32, usize)> = None;
    for (i, other) in all.iter().enumerate() {
        let ratio = TextDiff::from_words(&wanted, &plain(&other.question)).ratio();
        if ratio >= ALIKE && best.is_none_or(|(most, _)| ratio > most) {
            best = Some((ratio, i));
        }
    }
    best.map(|(_, i)| i)
}

fn plain(question: &str) -> String {
    let words = question.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
