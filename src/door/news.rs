//! What goes through the door, in both directions. One JSON object a line.

use crate::agent::pace::PaceChange;
use crate::config::Pace;
use crate::protocol::{Author, Reply, SeatTag};
use crate::room::{Live, Say};
use serde::{Deserialize, Serialize};

/// What a visitor hears.
///
/// A visitor that has just come hears `Growing`, `Paused`, `Pace` and `Grew` first, in this order; one that was too slow and
/// missed pieces hears them again. So whoever takes each at its word is never wrong for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Something seen of a call in flight: append it to what is known of its author's.
    Live(Live),
    /// Everything seen of the calls in flight, from their beginnings. It replaces whatever was known.
    Growing(Vec<Growing>),
    /// The journal has new records: read them from its file.
    Grew,
    /// Whether a pause is wanted. It holds from the end of the wave in flight.
    Paused(bool),
    /// The pace of the built-in panel.
    Pace(Pace),
    /// The host has finished and nothing follows. The journal is closed, the document is written.
    Ended(Ended),
}

/// A call in flight, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growing {
    /// Who writes.
    pub author: Author,
    /// The reply so far: the beginning of a JSON text.
    pub text: String,
    /// The last few kilobytes of a reasoning model's thoughts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thought: String,
}

/// How the host ended: what it would have told a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The exit code.
    pub exit: u8,
    /// What went wrong, if anything did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// What caused it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What a visitor may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Say something as the person in the room.
    Say(Say),
    /// Give the reply of a seat that a person holds.
    Reply {
        /// The seat.
        seat: SeatTag,
        /// What it says and does.
        reply: Reply,
    },
    /// Pause before the next wave is asked, or go on.
    Pause(bool),
    /// Change the pace of the built-in panel.
    Pace(PaceChange),
    /// Stop the session now; it can be resumed.
    Stop,
    /// From now on the session lives only as long as this visitor, until it says `Detach`.
    Own,
    /// Give ownership up: the session goes on without this visitor.
    Detach,
}
