//! The pace at which the built-in panel types, changeable while it does.

use crate::config::Pace;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// What a watcher may do about the pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaceChange {
    /// This one from now on.
    Set(Pace),
    /// A step faster; after the fastest there is no waiting.
    Faster,
    /// A step slower.
    Slower,
    /// Whoever is typing finishes at once; the pace stays.
    Finish,
}

/// What typing voices watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    /// The pace.
    pub pace: Pace,
    /// How often somebody asked to finish the turn: whoever began typing at a lower count finishes.
    pub finishes: u64,
}

/// The handle by which the pace is changed. Clone it freely.
#[derive(Debug, Clone)]
pub struct Pacer {
    tempo: watch::Sender<Tempo>,
}

impl Pacer {
    /// A pacer that begins at `pace`.
    pub fn new(pace: Pace) -> Self {
        Self { tempo: watch::Sender::new(Tempo { pace, finishes: 0 }) }
    }

    /// The pace now.
    pub fn pace(&self) -> Pace {
        self.tempo.borrow().pace
    }

    /// Changes it and says what it is now.
    pub fn change(&self, change: PaceChange) -> Pace {
        self.tempo.send_modify(|tempo| match change {
            PaceChange::Set(pace) => tempo.pace = pace,
            PaceChange::Faster => tempo.pace = tempo.pace.faster(),
            PaceChange::Slower => tempo.pace = tempo.pace.slower(),
            PaceChange::Finish => tempo.finishes += 1,
        });
        self.pace()
    }

    /// For voices that type.
    pub fn watch(&self) -> watch::Receiver<Tempo> {
        self.tempo.subscribe()
    }
}
