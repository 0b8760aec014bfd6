//! Recorded events as a timed source: any moment of a session, exactly, and a player to move through them.
//!
//! A journal is a list of records, and a session's state after the first `n` of them is a fold. So a replay needs no
//! recording of its own: a [`Timeline`] gives the state after any number of records, and a [`Player`] says how many
//! records have happened *now*. The live screen is the same thing with a timeline that grows and a player that follows.
//!
//! Three measures, and how they hang together:
//!
//! - *records*: how many have happened, `1..=len`. The only coordinate of the state; seeking is exact because of it;
//! - *recorded time*: when the host's clock said a thing happened. What people see as wall time and type as `12:05`;
//! - *playing time*: how far into the show. [`Pacing`] makes it from the recorded times (idle time capped) or from the
//!   length of the texts. A record has one playing time, and everything that belongs to the record (marker, entry,
//!   board) takes it from there, so neither cap nor speed nor pacing can shift one against another.
//!
//! Nothing here reads a clock: `now` comes in as the time since any fixed moment, and the time of the next change goes out.
//!
//! - [`timeline`]: records, states, and where entries, waves, markers and chapters are;
//! - [`marker`]: what is worth jumping to;
//! - [`pacing`]: recorded times to playing times;
//! - [`player`]: play, pause, seek, step, follow;
//! - [`writer`]: who is doing what at the playhead, with the text typed so far;
//! - [`target`]: `#46`, `12:05`, `50%`;
//! - [`fork`]: where a session can be forked; [`diff`]: what two sessions came to, side by side;
//! - [`source`]: a session's folder to a timeline, damaged ones included.

pub mod diff;
pub mod fork;
pub mod marker;
pub mod pacing;
pub mod player;
pub mod source;
pub mod target;
pub mod timeline;
pub mod writer;

mod kept;
mod length;
mod marking;
mod schedule;
mod states;
mod steps;

pub use marker::{Chapter, ChapterKind, Marker, MarkerKind};
pub use pacing::{Pacing, Speed};
pub use player::{Player, Step, To};
pub use source::{Notice, Source, open};
pub use target::At;
pub use timeline::{Misfit, Timeline};
pub use writer::{Doing, Writer};

#[cfg(test)]
mod tests;
