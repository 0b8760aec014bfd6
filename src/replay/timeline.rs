//! The records of a journal, and the fold at any point.

use super::kept::{Kept, Peek};
use super::length;
use super::marker::{Chapter, ChapterKind, Marker, MarkerKind};
use super::pacing::Pace;
use super::states::States;
use crate::journal::Record;
use crate::protocol::{ApplyError, DecisionId, Digest, Entry, EntryNumber, Event, Phase, Session};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A record that does not belong where it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Another record belongs here.
    #[error("record {found} comes where record {expected} belongs")]
    Order {
        /// The number that belongs here.
        expected: u64,
        /// The number found.
        found: u64,
    },
    /// The session refuses the event.
    #[error("record {n} cannot follow upon those before it")]
    Refused {
        /// The record's number.
        n: u64,
        /// Why.
        #[source]
        source: ApplyError,
    },
}

/// The records of a session so far, the state after any number of them, and where things are.
///
/// Begin with [`Timeline::open`] or [`Timeline::of`], [`Timeline::push`] what comes. A timeline is never empty: it has at
/// least the record that opens the session. Everywhere `records` is a number of records, `1..=len`; record `i` itself,
/// from 0, is the last one of the first `i + 1`.
#[derive(Debug, Clone)]
pub struct Timeline {
    records: Vec<Kept>,
    /// Replies of the wave under way, as places in `records`.
    unrevealed: Vec<usize>,
    facts: Vec<Fact>,
    pub(super) latest: Arc<Session>,
    states: States,
    /// After how many records each entry is in the log, by entry.
    pub(super) entries: Vec<usize>,
    /// After how many records each wave began, by wave.
    pub(super) waves: Vec<usize>,
    pub(super) markers: Vec<Marker>,
    pub(super) chapters: Vec<Chapter>,
    pub(super) settled: BTreeSet<DecisionId>,
    pace: Pace,
}

/// What is known of a record without opening it.
#[derive(Debug, Clone, Copy)]
struct Fact {
    at: DateTime<Utc>,
    entries: u32,
    wave: u32,
    length: u32,
}

impl Timeline {
    /// The timeline of a session of which only the opening has happened.
    ///
    /// # Errors
    /// When `first` is not record 1 or no valid opening.
    pub fn open(first: Record) -> Result<Self, Misfit> {
        if first.n != 1 {
            return Err(Misfit::Order { expected: 1, found: first.n });
        }
        let session = Session::open(&first.event).map_err(|source| Misfit::Refused { n: 1, source })?;
        let latest = Arc::new(session);
        let mut timeline = Self {
            records: Vec::new(),
            unrevealed: Vec::new(),
            facts: Vec::new(),
            states: States::new(&latest),
            latest,
            entries: Vec::new(),
            waves: vec![1],
            markers: Vec::new(),
            chapters: Vec::new(),
            settled: BTreeSet::new(),
            pace: Pace::default(),
        };
        timeline.note(&first);
        timeline.records.push(Kept::whole(first));
        timeline.chapter(ChapterKind::Phase(Phase::Framing), String::new());
        Ok(timeline)
    }

    /// The timeline of `records`, from the first one on.
    ///
    /// # Errors
    /// At the first record that does not fit; [`super::open`] shows what stands before it instead.
    pub fn of(records: impl IntoIterator<Item = Record>) -> Result<Self, Misfit> {
        let mut records = records.into_iter();
        let first = records.next().ok_or(Misfit::Order { expected: 1, found: 0 })?;
        let mut timeline = Self::open(first)?;
        records.try_for_each(|record| timeline.push(record))?;
        Ok(timeline)
    }

    /// Takes in the next record.
    ///
    /// # Errors
    /// When it does not fit; the timeline is then unchanged.
    pub fn push(&mut self, record: Record) -> Result<(), Misfit> {
        let expected = self.records.len() as u64 + 1;
        if record.n != expected {
            return Err(Misfit::Order { expected, found: record.n });
        }
        let was = (self.latest.phase(), self.latest.entries().len(), self.latest.wave().number);
        Arc::make_mut(&mut self.latest)
            .apply(&record.event)
            .map_err(|source| Misfit::Refused { n: record.n, source })?;
        self.note(&record);
        let event = Arc::clone(&record.event);
        if let Event::Replied { .. } = &*event {
            self.unrevealed.push(self.records.len());
        }
        self.records.push(Kept::whole(record));
        self.states.note(self.records.len(), &self.latest);
        self.mark(&event, was);
        if self.latest.entries().len() > was.1 {
            self.lighten(was.1);
        }
        Ok(())
    }

    /// How many records there are.
    #[allow(clippy::len_without_is_empty)] // it never is
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// All records, in order.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = Record> + ExactSizeIterator {
        (0..self.len()).zip(&self.records).map(|(i, kept)| record(i, kept))
    }

    /// Record `i`, from 0.
    pub fn record(&self, i: usize) -> Option<Record> {
        self.records.get(i).map(|kept| record(i, kept))
    }

    /// The journal's digest after the first `records` records.
    pub fn digest(&self, records: usize) -> Option<&Digest> {
        self.records.get(records.checked_sub(1)?).map(Kept::digest)
    }

    /// The records as they are kept.
    pub(super) fn kept(&self) -> &[Kept] {
        &self.records
    }

    /// What record `i`, from 0, says, as far as that lies ready.
    pub(super) fn peek(&self, i: usize) -> Option<Peek<'_>> {
        self.records.get(i).map(Kept::peek)
    }

    /// The state after the first `records` records; 0 counts as 1, more than there are as all.
    pub fn at(&self, records: usize) -> Arc<Session> {
        if records >= self.records.len() {
            return Arc::clone(&self.latest);
        }
        self.states.at(records.max(1), &self.records)
    }

    /// The state after all records.
    pub fn latest(&self) -> &Arc<Session> {
        &self.latest
    }

    /// When the last of the first `records` records happened, by the host's clock; never earlier than one before it.
    pub fn time(&self, records: usize) -> DateTime<Utc> {
        self.fact(records).map_or(self.latest.clock().opened, |f| f.at)
    }

    /// How many entries are in the log after the first `records` records.
    pub fn entries_at(&self, records: usize) -> u32 {
        self.fact(records).map_or(0, |f| f.entries)
    }

    /// How many waves have been revealed after the first `records` records.
    pub fn wave_at(&self, records: usize) -> u32 {
        self.fact(records).map_or(0, |f| f.wave)
    }

    /// Characters that a reader reads in the last of the first `records` records.
    pub(super) fn length(&self, records: usize) -> u32 {
        self.fact(records).map_or(0, |f| f.length)
    }

    /// Characters a second at which replies came, all calls together, thinking included; none before the first reply.
    pub fn pace(&self) -> Option<u64> {
        self.pace.per_second()
    }

    /// After how many records this entry is in the log.
    pub fn of_entry(&self, entry: EntryNumber) -> Option<usize> {
        self.entries.get((entry.0 as usize).checked_sub(1)?).copied()
    }

    /// After how many records wave `number` begins: those before it are revealed. Counts from 0, framing.
    pub fn of_wave(&self, number: u32) -> Option<usize> {
        self.waves.get(number as usize).copied()
    }

    /// How many waves have begun, framing included.
    pub fn waves(&self) -> u32 {
        self.waves.len() as u32
    }

    /// How many records have happened by `at`; at least 1.
    pub fn by_time(&self, at: DateTime<Utc>) -> usize {
        self.facts.partition_point(|f| f.at <= at).max(1)
    }

    /// Every marker, in order.
    pub fn markers(&self) -> &[Marker] {
        &self.markers
    }

    /// The first marker after the first `records` records.
    pub fn marker_after(&self, records: usize) -> Option<&Marker> {
        self.markers.get(self.markers.partition_point(|m| m.records <= records))
    }

    /// Every chapter, in order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// Sets a bookmark on `entry`, or takes it away; says whether there is one now, and nothing where there is no such
    /// entry.
    pub fn toggle_bookmark(&mut self, entry: EntryNumber) -> Option<bool> {
        let before = self.markers.len();
        self.markers.retain(|m| m.kind != MarkerKind::Bookmark || m.entry != entry);
        if self.markers.len() < before {
            return Some(false);
        }
        let records = self.of_entry(entry)?;
        let at = self.time(records);
        let marker = Marker { kind: MarkerKind::Bookmark, records, entry, at, label: entry.to_string() };
        let place = self.markers.partition_point(|m| (m.records, m.entry) <= (records, entry));
        self.markers.insert(place, marker);
        Some(true)
    }

    /// Keeps what became entries once, not twice; `before` is how many entries there were.
    fn lighten(&mut self, before: usize) {
        let fresh = self.latest.entries().get(before..).unwrap_or_default();
        for i in std::mem::take(&mut self.unrevealed) {
            let Some(kept) = self.records.get_mut(i) else { continue };
            let Peek::Reply(author, timing) = kept.peek() else { continue };
            let of = |e: &&Arc<Entry>| e.author == *author && e.timing.as_ref() == Some(timing);
            if let Some(entry) = fresh.iter().find(of) {
                kept.became(entry);
            }
        }
    }

    fn fact(&self, records: usize) -> Option<&Fact> {
        self.facts.get(records.clamp(1, self.facts.len().max(1)) - 1)
    }

    /// What can be said of `record`, which the latest state has taken in.
    fn note(&mut self, record: &Record) {
        let before = self.facts.last().map_or(DateTime::<Utc>::MIN_UTC, |f| f.at);
        let length = length::of_event(&record.event);
        self.pace.note(&record.event, length);
        self.facts.push(Fact {
            at: time_of(&record.event).max(before),
            entries: self.latest.entries().len() as u32,
            wave: self.latest.wave().number,
            length,
        });
    }
}

fn record(i: usize, kept: &Kept) -> Record {
    Record { n: i as u64 + 1, digest: kept.digest().clone(), event: kept.event() }
}

/// When an event happened, by the host's clock.
pub fn time_of(event: &Event) -> DateTime<Utc> {
    match event {
        Event::Opened(opening) => opening.at,
        Event::Replied { timing, .. } | Event::SentBack { timing, .. } | Event::Looked { timing, .. } => timing.ended,
        Event::Asked { at, .. }
        | Event::Retried { at, .. }
        | Event::Revealed { at }
        | Event::Posted { at, .. }
        | Event::Escalated { at, .. }
        | Event::Lapsed { at }
        | Event::Suspended { at, .. }
        | Event::Resumed { at, .. }
        | Event::Forked { at, .. }
        | Event::Closed { at, .. } => *at,
    }
}
