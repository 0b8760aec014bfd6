//! How much of the log is shown word for word.
//!
//! When the log outgrows what may be sent, its oldest part gives way to a digest of what it came to (`digest`). Two things
//! make that cheap for a server's cache: the digest tells the state *as it was* where the cut lies, so that it does not
//! change while the debate goes on; and the cut moves seldom and far. Where it lies follows from the log and the number
//! of bytes alone: the same for every seat with that number, and the same again after a resumption.

use super::digest;
use crate::journal::communication::{Form, render_entry_as};
use crate::protocol::{EntryNumber, Session};

/// How much a digest tells of what is closed. What is open or on the table is told in full at every level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// Closed issues with their texts and reasons, declined alternatives with their clauses.
    Full,
    /// Closed issues by number and end.
    Brief,
    /// Closed issues counted; no reasons.
    Bare,
}

impl Detail {
    /// From most to least.
    pub const ALL: [Detail; 3] = [Detail::Full, Detail::Brief, Detail::Bare];
}

/// Where the log is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// The last entry that is not shown word for word; `#0` where all are.
    pub last: EntryNumber,
    /// How much the digest tells.
    pub detail: Detail,
}

impl Cut {
    /// Every entry word for word.
    pub const NONE: Cut = Cut { last: EntryNumber(0), detail: Detail::Full };
}

/// Some entries that belong together: those of one wave.
struct Wave {
    last: EntryNumber,
    bytes: usize,
}

/// The cut for a log that may have `room` bytes, digest included. Found by going through the debate as it went: whenever
/// a wave did not fit any more, the cut moved on until three fifths of the room were enough.
pub(super) fn cut(session: &Session, room: usize) -> Cut {
    let waves = waves(session);
    let mut past = session.as_of(EntryNumber(0));
    let (mut cut, mut digest_bytes) = (Cut::NONE, 0);
    for now in 1..=waves.len() {
        let so_far = waves.get(..now).unwrap_or_default();
        if digest_bytes + after(so_far, cut) > room {
            (cut, digest_bytes) = step(session, &past, so_far, (cut.detail, room));
            past.catch_up(session, cut.last);
        }
    }
    cut
}

/// The next cut behind `past`: as telling as possible, but never more than before, and as early as it may be.
fn step(session: &Session, past: &Session, waves: &[Wave], (detail, room): (Detail, usize)) -> (Cut, usize) {
    let cut = past.entries().last().map(|e| e.number).unwrap_or_default();
    let ahead: Vec<EntryNumber> = waves.iter().map(|w| w.last).filter(|last| *last > cut).collect();
    // Half of it, three quarters, seven eighths, all.
    let places = [2, 4, 8].map(|part| ahead.len() - ahead.len().div_ceil(part)).into_iter().chain([ahead.len()]);
    let mut places: Vec<EntryNumber> = places.filter_map(|place| ahead.get(place.saturating_sub(1)).copied()).collect();
    places.dedup();
    let mut states = States { session, past, made: Vec::new() };
    for share in [room / 5 * 3, room] {
        for detail in Detail::ALL.into_iter().filter(|next| *next >= detail) {
            for (nth, last) in places.iter().enumerate() {
                let cut = Cut { last: *last, detail };
                let bytes = digest::of(states.at(nth, *last), cut).len();
                if bytes + after(waves, cut) <= share {
                    return (cut, bytes);
                }
            }
        }
    }
    let cut = Cut { last: places.last().copied().unwrap_or(cut), detail: Detail::Bare };
    let bytes = digest::of(states.at(places.len().saturating_sub(1), cut.last), cut).len();
    (cut, bytes)
}

/// States behind `past`, each made from the one before and only if it is asked for: most steps need just the first.
struct States<'a> {
    session: &'a Session,
    past: &'a Session,
    made: Vec<Session>,
}

impl States<'_> {
    /// The `nth`, which is that at entry `last`. To be asked for in order.
    fn at(&mut self, nth: usize, last: EntryNumber) -> &Session {
        if self.made.len() <= nth {
            let mut state = self.made.last().unwrap_or(self.past).clone();
            state.catch_up(self.session, last);
            self.made.push(state);
        }
        self.made.get(nth).unwrap_or(self.past)
    }
}

/// The bytes of what stands behind the cut.
fn after(waves: &[Wave], cut: Cut) -> usize {
    waves.iter().filter(|w| w.last > cut.last).map(|w| w.bytes).sum()
}

fn waves(session: &Session) -> Vec<Wave> {
    let mut waves: Vec<(u32, Wave)> = Vec::new();
    for entry in session.entries() {
        let bytes = render_entry_as(session, entry, Form::PROMPT).len() + 1;
        match waves.last_mut().filter(|(number, _)| *number == entry.wave) {
            Some((_, wave)) => {
                wave.last = entry.number;
                wave.bytes += bytes;
            }
            None => waves.push((entry.wave, Wave { last: entry.number, bytes })),
        }
    }
    waves.into_iter().map(|(_, wave)| wave).collect()
}
