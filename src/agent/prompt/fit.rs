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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    let (mut cut, mut digest_bytes) = (Cut::NONE, 0);
    for now in 1..=waves.len() {
        let so_far = waves.get(..now).unwrap_or_default();
        if digest_bytes + after(so_far, cut) > room {
            (cut, digest_bytes) = step(session, so_far, cut, room);
        }
    }
    cut
}

/// The next cut: as early as possible and as telling as possible.
fn step(session: &Session, waves: &[Wave], before: Cut, room: usize) -> (Cut, usize) {
    for share in [room / 5 * 3, room] {
        for detail in Detail::ALL {
            for wave in waves.iter().filter(|w| w.last > before.last || before == Cut::NONE) {
                let cut = Cut { last: wave.last, detail };
                let bytes = digest::of(session, cut).len();
                if bytes + after(waves, cut) <= share {
                    return (cut, bytes);
                }
            }
        }
    }
    let last = waves.last().map(|w| w.last).unwrap_or_default();
    let cut = Cut { last, detail: Detail::Bare };
    (cut, digest::of(session, cut).len())
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
