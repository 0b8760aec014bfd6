//! An owner's answer to concerns and alternatives when nobody objects: the head stays.

use super::dispose::{Placed, dispose_all};
use super::turn::Turn;
use super::voice::list;
use crate::protocol::entry::{How, Move};
use crate::protocol::id::DecisionId;
use std::collections::BTreeMap;

/// Disposes of what is left when all agree; the head stays.
pub(super) fn settle(turn: &mut Turn<'_, '_>, id: DecisionId) {
    let table = turn.table;
    let Some((head, read)) = table.head(id) else {
        return;
    };
    let from = turn.moves.len();
    let on = table.matters.get(&id).zip(read.as_ref());
    dispose_all(turn, id, on, Placed::Stays(head));
    let given = turn.moves.iter().skip(from).filter_map(|m| match m {
        Move::Dispose { item, how, .. } => Some((template(how), item.to_string())),
        _ => None,
    });
    let mut told: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, item) in given {
        told.entry(key).or_default().push(item);
    }
    let p = head.id.to_string();
    for (key, items) in told {
        turn.voice.say(key, &[("items", &list(items)), ("p", &p)]);
    }
}

/// How a disposition is told.
fn template(how: &How) -> &'static str {
    match how {
        How::Addressed { .. } => "settle-addressed",
        How::Reading { .. } => "settle-reading",
        How::Risk => "settle-risk",
        How::Declined | How::Moot | How::Adopted | How::Partly => "settle-declined",
    }
}
