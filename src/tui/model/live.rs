//! What a running debate adds to its journal: replies in flight, a pause, the pace, and who may speak.

use crate::agent::draft::{Draft, DraftMove};
use crate::agent::speaker::Piece;
use crate::config::Pace;
use crate::door::{Ended, Growing};
use crate::protocol::{Author, Event};
use crate::replay::{Doing, Writer};
use crate::room::Live as Heard;
use std::collections::BTreeMap;

/// The other half of a running debate.
#[derive(Debug)]
pub struct Live {
    /// This screen may speak and decide; one that only watches may not.
    pub owner: bool,
    /// A pause is wanted.
    pub paused: bool,
    /// The built-in panel's pace; none until the host has told it.
    pub pace: Option<Pace>,
    /// How the host ended.
    pub ended: Option<Ended>,
    /// The host is gone without a word.
    pub lost: bool,
    drafts: BTreeMap<Author, Draft>,
}

impl Live {
    /// A debate of which nothing has been heard yet.
    pub fn new(owner: bool) -> Self {
        Self { owner, paused: false, pace: None, ended: None, lost: false, drafts: BTreeMap::new() }
    }

    /// Whether the host still runs.
    pub fn runs(&self) -> bool {
        self.ended.is_none() && !self.lost
    }

    /// Takes in a piece of a reply.
    pub fn hear(&mut self, heard: &Heard) {
        let (author, piece) = match heard {
            Heard::Piece { author, piece } => (author, piece),
            // Its reply is in the journal, whole, until the wave is revealed.
            Heard::Over { author } => return drop(self.drafts.remove(author)),
        };
        match piece {
            Piece::Text(text) => self.drafts.entry(author.clone()).or_default().push(text),
            Piece::Thought(_) => {}
            // The reply begins again.
            Piece::Retry { .. } => drop(self.drafts.remove(author)),
        }
    }

    /// Takes in everything that is in flight, in place of what was known.
    pub fn replace(&mut self, growing: &[Growing]) {
        self.drafts.clear();
        for one in growing {
            self.drafts.entry(one.author.clone()).or_default().push(&one.text);
        }
    }

    /// Takes in what the journal says.
    pub fn record(&mut self, event: &Event) {
        match event {
            Event::SentBack { author, .. } | Event::Retried { author, .. } | Event::Looked { author, .. } => {
                drop(self.drafts.remove(author));
            }
            Event::Revealed { .. } | Event::Suspended { .. } | Event::Closed { .. } => self.drafts.clear(),
            Event::Opened(_)
            | Event::Asked { .. }
            | Event::Replied { .. }
            | Event::Posted { .. }
            | Event::Escalated { .. }
            | Event::Lapsed { .. }
            | Event::Forked { .. }
            | Event::Resumed { .. } => {}
        }
    }

    /// Puts the pieces into what the journal says about the writers.
    pub fn fill(&self, writers: &mut [Writer]) {
        for writer in writers {
            let Some(draft) = self.drafts.get(&writer.author) else { continue };
            if !matches!(
                writer.doing,
                Doing::Queued
                    | Doing::Thinking
                    | Doing::Looking { .. }
                    | Doing::Writing { .. }
                    | Doing::Retrying { .. }
            ) {
                continue;
            }
            if !draft.content().is_empty() || !draft.moves().is_empty() {
                writer.doing = Doing::Writing { done: 0.0 };
                writer.text = draft.content().to_owned();
                writer.moves = draft.moves().iter().map(in_words).collect();
            }
        }
    }
}

/// A move as far as it has come: the verb, what it is about, what it says.
fn in_words(half: &DraftMove) -> String {
    let parts = [half.act.to_uppercase(), half.target.clone(), half.text.clone()];
    let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    told.join(" ")
}
