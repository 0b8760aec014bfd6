//! What can be seen before it is an event: pieces of replies being written.
//!
//! They travel beside the journal on a lossy channel. Whoever watches too slowly misses pieces and never slows a debate;
//! the entry itself comes whole with the journal.

use crate::agent::speaker::Piece;
use crate::protocol::Author;

/// How many pieces a slow watcher may lag behind before it misses some.
pub const BACKLOG: usize = 1024;

/// A piece of somebody's reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Who writes.
    pub author: Author,
    /// What came.
    pub piece: Piece,
}
