//! The records of a journal, and the fold at any point.

use super::length;
use super::marker::{Chapter, ChapterKind, Marker, MarkerKind};
use super::pacing::Pace;
use super::states::States;
use crate::journal::Record;
use crate::protocol::event::Outcome;
use crate::protocol::{ApplyError, DecisionId, EntryNumber, Event, IssueKind, Made, Move, Phase, Session};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most characters of a text in a label.
const LABEL: usize = 80;

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
    records: Vec<Record>,
    facts: Vec<Fact>,
    latest: Arc<Session>,
    states: States,
    /// After how many records each entry is in the log, by entry.
    entries: Vec<usize>,
    /// After how many records each wave began, by wave.
    waves: Vec<usize>,
    markers: Vec<Marker>,
    chapters: Vec<Chapter>,
    settled: BTreeSet<DecisionId>,
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
        timeline.records.push(first);
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
        self.records.push(record);
        self.states.note(self.records.len(), &self.latest);
        self.mark(was);
        Ok(())
    }

    /// How many records there are.
    #[allow(clippy::len_without_is_empty)] // it never is
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// All records.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Record `i`, from 0.
    pub fn record(&self, i: usize) -> Option<&Record> {
        self.records.get(i)
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

    /// Markers and chapters that the last record brought; `was` is the phase, the entries and the waves before it.
    fn mark(&mut self, was: (Phase, usize, u32)) {
        let records = self.records.len();
        let session = Arc::clone(&self.latest);
        let Some(event) = self.records.last().map(|r| Arc::clone(&r.event)) else { return };
        match &*event {
            Event::Retried { author, cause, attempt, of, .. } => {
                self.marker(MarkerKind::Error, format!("{author}: try {attempt} of {of} failed: {cause}"));
            }
            Event::SentBack { author, reasons, .. } => {
                self.marker(MarkerKind::Error, format!("{author}: sent back: {}", reasons.join("; ")));
            }
            Event::Escalated { question, .. } => {
                self.marker(MarkerKind::Mediation, format!("a person is asked: {question}"));
            }
            Event::Suspended { cause, .. } => {
                self.marker(MarkerKind::Error, format!("suspended: {cause}"));
                self.chapter(ChapterKind::End, format!("suspended: {cause}"));
            }
            Event::Closed { outcome, .. } => {
                self.marker(MarkerKind::Close, ended(outcome));
                self.chapter(ChapterKind::End, ended(outcome));
            }
            Event::Forked { origin, .. } => {
                let label = format!("from {} after {} records", origin.session, origin.records);
                self.chapter(ChapterKind::Forked, label);
            }
            Event::Opened(_)
            | Event::Asked { .. }
            | Event::Replied { .. }
            | Event::Lapsed { .. }
            | Event::Resumed { .. }
            | Event::Revealed { .. }
            | Event::Posted { .. } => {}
        }
        if session.entries().len() > was.1 {
            self.revealed(&session, was.1);
        }
        if session.wave().number != was.2 {
            self.waves.push(records);
            self.chapter(ChapterKind::Wave(session.wave().number), String::new());
        }
        if session.phase() != was.0 {
            self.chapter(ChapterKind::Phase(session.phase()), String::new());
        }
    }

    /// What new entries brought.
    fn revealed(&mut self, session: &Session, before: usize) {
        let records = self.records.len();
        for entry in session.entries().iter().skip(before) {
            self.entries.push(records);
            for recorded in &entry.moves {
                if let Some((kind, label)) = worth(&recorded.act, recorded.made.as_ref()) {
                    let label = one_line(&format!("{} {label}", entry.author));
                    self.markers.push(Marker { kind, records, entry: entry.number, at: self.time(records), label });
                }
            }
        }
        self.agenda(session, before);
    }

    /// Decisions that came up, were settled, or are open again.
    fn agenda(&mut self, session: &Session, before: usize) {
        let fresh = session.entries().iter().skip(before);
        let framed = fresh.flat_map(|e| &e.moves).any(|m| matches!(m.act, Move::Frame { .. }));
        for docket in session.dockets() {
            let id = docket.id;
            let question = || session.decision(id).map(|d| one_line(&d.question)).unwrap_or_default();
            if framed && !self.chapters.iter().any(|c| c.kind == ChapterKind::Opened(id)) {
                self.chapter(ChapterKind::Opened(id), question());
            }
            let settled = session.is_settled(id);
            if settled && self.settled.insert(id) {
                self.marker(MarkerKind::Agreement, format!("{id} settled"));
                self.chapter(ChapterKind::Settled(id), question());
            } else if !settled && self.settled.remove(&id) {
                self.chapter(ChapterKind::Unsettled(id), question());
            }
        }
    }

    fn marker(&mut self, kind: MarkerKind, label: String) {
        let records = self.records.len();
        let entry = EntryNumber(self.entries_at(records));
        self.markers.push(Marker { kind, records, entry, at: self.time(records), label: one_line(&label) });
    }

    fn chapter(&mut self, kind: ChapterKind, label: String) {
        let records = self.records.len();
        let entry = EntryNumber(self.entries_at(records));
        self.chapters.push(Chapter { kind, records, entry, at: self.time(records), label: one_line(&label) });
    }
}

/// When an event happened, by the host's clock.
pub fn time_of(event: &Event) -> DateTime<Utc> {
    match event {
        Event::Opened(opening) => opening.at,
        Event::Replied { timing, .. } | Event::SentBack { timing, .. } => timing.ended,
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

/// The marker that a move is worth, and its label.
fn worth(act: &Move, made: Option<&Made>) -> Option<(MarkerKind, String)> {
    match (act, made) {
        (Move::Frame { framework }, _) => Some((MarkerKind::Framework, format!("framework: {}", framework.title))),
        (Move::Propose(_) | Move::Amend(_), Some(Made::Proposal { id, head, .. })) => {
            let place = if *head { "" } else { ", an alternative" };
            Some((MarkerKind::Proposal, format!("proposes {id}{place}")))
        }
        (Move::Object { about, fails_when, .. }, Some(Made::Issue(id))) if id.kind == IssueKind::Objection => {
            Some((MarkerKind::Objection, format!("objects {about} {id}: {fails_when}")))
        }
        (Move::Object { fails_when: why, .. }, Some(Made::Stood(issue))) | (Move::Stand { issue, why, .. }, _) => {
            Some((MarkerKind::Objection, format!("stands by {issue}: {why}")))
        }
        (Move::Mediate { crux, .. }, _) => Some((MarkerKind::Mediation, format!("mediates: {crux}"))),
        _ => None,
    }
}

fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Consensus { digest } => format!("consensus on {}", digest.short()),
        Outcome::NoConsensus { reason, .. } => format!("no consensus: {reason}"),
        Outcome::Aborted { cause } => format!("aborted: {cause}"),
    }
}

/// The beginning of `text`, on one line.
fn one_line(text: &str) -> String {
    let mut line: String = text.chars().take(LABEL).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LABEL).is_some() {
        line.push('…');
    }
    line
}
