//! What a person in the room says and decides.

use crate::agent::pace::PaceChange;
use crate::config::Pace;
use crate::protocol::{EntryNumber, IssueId, Reply, SeatTag, Target};
use serde::{Deserialize, Serialize};

/// Something a person says. It becomes an entry tagged `HUMAN`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// A direction, which all seats must heed.
    Direct {
        /// In words.
        text: String,
    },
    /// A question to one seat or the supervisor.
    Ask {
        /// Whose: a tag or `SUPERVISOR`. A name that nobody bears goes to the supervisor, visibly.
        to: String,
        /// What it is about.
        about: Target,
        /// The question.
        text: String,
    },
    /// An answer to an open question, to whomever it was put.
    Answer {
        /// Which.
        question: IssueId,
        /// The answer.
        text: String,
    },
    /// What the person says to an escalation: it answers the question put to `HUMAN` if one is open, else it is a
    /// direction. Refused where nobody waits for a person.
    Decide {
        /// In words.
        text: String,
    },
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granted {
    /// It is done.
    Done,
    /// What was said is in the log under this number.
    Entry(EntryNumber),
    /// What was said is in the journal and becomes an entry when the wave in flight is revealed.
    Held,
}

/// Why a request was not granted, in words for the person who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", reasons.join("; "))]
pub struct Refused {
    /// All the reasons, a sentence each.
    pub reasons: Vec<String>,
}

/// The handle by which people act in a running room. Clone it freely; it holds nothing up.
#[derive(Debug, Clone)]
pub struct Floor {}

impl Floor {
    /// Says something.
    ///
    /// # Errors
    /// The rules' reasons, or that the session does not run any more.
    pub async fn say(&self, _say: Say) -> Result<Granted, Refused> {
        Err(Refused { reasons: vec!["the floor is not open yet".to_owned()] })
    }

    /// Gives the reply of a seat that a person holds.
    ///
    /// # Errors
    /// The rules' reasons (the turn stays open), or that the seat is not asked now.
    pub async fn reply(&self, _seat: SeatTag, _reply: Reply) -> Result<Granted, Refused> {
        Err(Refused { reasons: vec!["the floor is not open yet".to_owned()] })
    }

    /// Pauses before the next wave is asked, or goes on.
    pub fn pause(&self, _pause: bool) {}

    /// Whether a pause is wanted.
    pub fn is_paused(&self) -> bool {
        false
    }

    /// Changes the pace of the built-in panel.
    pub fn pace(&self, _change: PaceChange) -> Pace {
        Pace::OFF
    }

    /// Stops the session at once; it can be resumed.
    pub fn stop(&self) {}
}
