//! Where a session can be forked, and the event that does it.

use super::timeline::Timeline;
use crate::protocol::event::{Event, Origin, Table};
use crate::protocol::{ApplyError, EntryNumber, Session};
use chrono::{DateTime, Utc};

/// A fork that can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// How many records are shared.
    pub records: usize,
    /// The last entry that is shared.
    pub entry: EntryNumber,
    /// The event that comes after them.
    pub event: Event,
    /// What the fork begins with.
    pub session: Session,
}

/// Plans a fork of `timeline` after `records` records, or, where these end within a wave or after the session's close, after
/// the last before that where a wave was revealed: within one, replies are held that nobody may see yet. The new session is
/// called `name`; at its table sit those of `table`, or the same as before.
///
/// # Errors
/// Where a table is given and the framework is there already, or it is not valid.
pub fn fork(
    timeline: &Timeline,
    records: usize,
    name: &str,
    table: Option<Table>,
    at: DateTime<Utc>,
) -> Result<Fork, ApplyError> {
    let records = boundary(timeline, records);
    let state = timeline.at(records);
    let digest = timeline.digest(records).cloned().ok_or(ApplyError::Opening)?;
    let origin = Origin { session: state.opening().session.clone(), records: records as u64, digest };
    let event = Event::Forked { session: name.to_owned(), origin, table: table.map(Box::new), at };
    let mut session = Session::clone(&state);
    session.apply(&event)?;
    Ok(Fork { records, entry: session.last_entry(), event, session })
}

/// The last number of records, up to `records`, after which the session can be forked. There always is one: the opening.
pub fn boundary(timeline: &Timeline, records: usize) -> usize {
    let asked = records.clamp(1, timeline.len());
    (1..=asked).rev().find(|n| timeline.at(*n).unforkable().is_none()).unwrap_or(1)
}
