//! The one trait behind which every voice stands.

use crate::protocol::event::Usage;
use crate::protocol::session::SentBack;
use crate::protocol::{Ask, Round, Session};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A call of a speaker: the log as it stands, what is owed, and what it said before in this wave that was refused.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// The log.
    pub session: &'a Session,
    /// What is owed.
    pub ask: &'a Ask,
    /// Its refused replies of this wave, oldest first.
    pub refused: &'a [SentBack],
    /// What it looked at in this turn so far, and whether it may look again.
    pub looks: Looks<'a>,
}

/// What a speaker looked at in the project before it replies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looks<'a> {
    /// The rounds so far, oldest first.
    pub rounds: &'a [Arc<Round>],
    /// Whether there may be another.
    pub more: bool,
}

/// What a speaker says while it thinks and writes. Shown live, never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// A piece of the reply.
    Text(String),
    /// A piece of a reasoning model's thoughts.
    Thought(String),
    /// The call met trouble and is tried again, from the beginning: what came before is void.
    Retry {
        /// The attempt that failed, from 1.
        attempt: u32,
        /// The most attempts there will be.
        of: u32,
        /// The trouble, in words.
        cause: String,
        /// How long the speaker waits.
        wait: Duration,
    },
}

/// A reply as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The text, which should be a reply in JSON.
    pub text: String,
    /// Why the text cannot be a whole reply, whatever it says: cut off, or declined by the model.
    pub flaw: Option<String>,
    /// What it cost.
    pub usage: Usage,
    /// What it looked at in place of a reply: it is to be asked again, with that.
    pub looked: Option<Round>,
}

/// A speaker that cannot be reached. The seat stays in the count; the session waits for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SpeakError {
    /// What went wrong, in words, without any secret.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
}

/// Somebody who can be asked.
pub trait Speaker: Send + Sync {
    /// Asks for one reply; `pieces` hears of it while it is written.
    fn speak<'a>(
        &'a self,
        turn: Turn<'a>,
        pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Spoken, SpeakError>>;
}
