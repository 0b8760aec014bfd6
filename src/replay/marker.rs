//! What is worth jumping to: markers on the scrubber, chapters in a list.

use crate::protocol::{DecisionId, EntryNumber, Phase};
use chrono::{DateTime, Utc};
use std::fmt;

/// The kinds of marker. The letter stands on the scrubber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkerKind {
    /// `F`: the framework was set, or set anew.
    Framework,
    /// `P`: a text was put forward.
    Proposal,
    /// `O`: somebody objects, or stands by an objection.
    Objection,
    /// `M`: the supervisor mediates, or a person was asked.
    Mediation,
    /// `A`: a decision is settled.
    Agreement,
    /// `C`: consensus, or another end.
    Close,
    /// `E`: a retry, a reply sent back, a stop.
    Error,
    /// `B`: set by the reader.
    Bookmark,
}

impl MarkerKind {
    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            MarkerKind::Framework => 'F',
            MarkerKind::Proposal => 'P',
            MarkerKind::Objection => 'O',
            MarkerKind::Mediation => 'M',
            MarkerKind::Agreement => 'A',
            MarkerKind::Close => 'C',
            MarkerKind::Error => 'E',
            MarkerKind::Bookmark => 'B',
        }
    }
}

/// A place on the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// What kind.
    pub kind: MarkerKind,
    /// How many records have happened when it has: seek there and it is the last thing that happened.
    pub records: usize,
    /// The entry it stands in, or the last before it.
    pub entry: EntryNumber,
    /// When, by the host's clock.
    pub at: DateTime<Utc>,
    /// In a few words, on one line. May hold what a model said: show it escaped.
    pub label: String,
}

/// The kinds of chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChapterKind {
    /// A phase begins.
    Phase(Phase),
    /// A wave begins; its number counts from 0, framing.
    Wave(u32),
    /// A decision came onto the agenda.
    Opened(DecisionId),
    /// A decision is settled.
    Settled(DecisionId),
    /// A settled decision is open again.
    Unsettled(DecisionId),
    /// It goes on as another session.
    Forked,
    /// The session ended or stopped.
    End,
}

impl fmt::Display for ChapterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChapterKind::Phase(Phase::Framing) => f.write_str("Framing"),
            ChapterKind::Phase(Phase::Positions) => f.write_str("Positions"),
            ChapterKind::Phase(Phase::Deliberation) => f.write_str("Deliberation"),
            ChapterKind::Phase(Phase::Ratification) => f.write_str("Ratification"),
            ChapterKind::Wave(number) => write!(f, "Wave {number}"),
            ChapterKind::Opened(id) => write!(f, "{id} opened"),
            ChapterKind::Settled(id) => write!(f, "{id} settled"),
            ChapterKind::Unsettled(id) => write!(f, "{id} open again"),
            ChapterKind::Forked => f.write_str("Forked"),
            ChapterKind::End => f.write_str("End"),
        }
    }
}

/// A part of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// What begins or happened there.
    pub kind: ChapterKind,
    /// How many records have happened when it has.
    pub records: usize,
    /// The last entry by then.
    pub entry: EntryNumber,
    /// When, by the host's clock.
    pub at: DateTime<Utc>,
    /// More words: the decision's question, how it ended; empty where the kind says it all. One line; show it escaped.
    pub label: String,
}
