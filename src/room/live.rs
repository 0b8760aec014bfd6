//! What can be seen before it is an event: pieces of replies being written.
//!
//! They travel beside the journal on a lossy channel. Whoever watches too slowly misses pieces and never slows a debate;
//! the entry itself comes whole with the journal.

use crate::agent::speaker::Piece;
use crate::protocol::Author;
use serde::{Deserialize, Serialize};

/// How many pieces a slow watcher may lag behind before it misses some.
pub const BACKLOG: usize = 8192;

/// Something seen of a call in flight. Each author has at most one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    /// A piece of somebody's reply. The first after an [`Live::Over`] begins a new call.
    Piece {
        /// Who writes.
        author: Author,
        /// What came.
        piece: Piece,
    },
    /// The call is over: its reply is in the journal, accepted or sent back, or it failed. When the session is stopped, its
    /// suspension says so for all.
    Over {
        /// Whose.
        author: Author,
    },
}
