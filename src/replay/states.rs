//! States kept along the way, so that any other is a short fold away.

use super::kept::Kept;
use crate::protocol::Session;
use std::sync::{Arc, Mutex};

/// Most states that are kept. When there are more, every second one goes and the stride doubles, so that their number
/// is bounded and they stay evenly spaced however long the session grows.
const MOST: usize = 32;
/// Records between two kept states, at first; in tests so few that a debate of some hundred entries has them thinned.
const STRIDE: usize = if cfg!(test) { 4 } else { 128 };

/// Kept states, by the number of records they are after.
#[derive(Debug)]
pub(super) struct States {
    kept: Vec<(usize, Arc<Session>)>,
    stride: usize,
    /// The state that was asked for last: whoever plays asks for the next one soon.
    recent: Mutex<(usize, Arc<Session>)>,
}

impl Clone for States {
    fn clone(&self) -> Self {
        let recent = Mutex::new(self.nearest_recent());
        Self { kept: self.kept.clone(), stride: self.stride, recent }
    }
}

impl States {
    /// The states of a session that has just opened.
    pub fn new(first: &Arc<Session>) -> Self {
        Self { kept: vec![(1, Arc::clone(first))], stride: STRIDE, recent: Mutex::new((1, Arc::clone(first))) }
    }

    /// Takes note of the state after `n` records; they come in order.
    pub fn note(&mut self, n: usize, state: &Arc<Session>) {
        if !n.is_multiple_of(self.stride) {
            return;
        }
        self.kept.push((n, Arc::clone(state)));
        if self.kept.len() > MOST {
            self.stride *= 2;
            let stride = self.stride;
            self.kept.retain(|(n, _)| *n == 1 || n.is_multiple_of(stride));
        }
    }

    /// The state after `n` of `records`, which were all folded before; `n` is from 1.
    pub fn at(&self, n: usize, records: &[Kept]) -> Arc<Session> {
        let (mut from, mut state) = self.nearest(n);
        for kept in records.get(from..n).unwrap_or_default() {
            // It was applied once already; what it followed upon is the same.
            if Arc::make_mut(&mut state).apply(&kept.event()).is_err() {
                break;
            }
            from += 1;
        }
        if let Ok(mut recent) = self.recent.lock() {
            *recent = (from, Arc::clone(&state));
        }
        state
    }

    fn nearest(&self, n: usize) -> (usize, Arc<Session>) {
        let recent = self.nearest_recent();
        let after = self.kept.partition_point(|(kept, _)| *kept <= n);
        let kept = after.checked_sub(1).and_then(|i| self.kept.get(i));
        match kept {
            Some((at, state)) if recent.0 > n || recent.0 < *at => (*at, Arc::clone(state)),
            _ => recent,
        }
    }

    fn nearest_recent(&self) -> (usize, Arc<Session>) {
        // A poisoned lock still holds a whole value: it is only ever replaced.
        self.recent.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
