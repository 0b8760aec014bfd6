//! The playing time of every record and of every reply's typing, for one pacing.
//!
//! Pure adapters, worked out record by record as the timeline grows. A reply that comes late can show that a time was
//! not idle after all, since its typing began long before; so the part after the last *barrier* (whatever ends a wave or
//! stops the session) is worked out anew with each extension, and what stands before it is final.

use super::kept::Peek;
use super::pacing::{Pacing, READING};
use super::timeline::Timeline;
use crate::protocol::Event;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Paced by text: before somebody begins to type, and after a wave is announced.
const BREATH: Duration = Duration::from_millis(400);
/// Paced by text: a turn of events without a text of its own.
const BEAT: Duration = Duration::from_millis(800);
/// Paced by text: no reply takes longer, however long it is.
const LONGEST: Duration = Duration::from_secs(90);

/// When a record happens in the show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Slot {
    /// When the typing of its text begins; `at` for a record without one.
    pub from: Duration,
    /// When it has happened.
    pub at: Duration,
}

/// A recorded time and its playing time; between two of them both pass evenly.
#[derive(Debug, Clone, Copy)]
struct Beat {
    wall: DateTime<Utc>,
    play: Duration,
}

/// The adapter and what it gave.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    by: By,
    slots: Vec<Slot>,
    beats: Vec<Beat>,
    /// Records, and beats, up to the last barrier.
    sealed: (usize, usize),
}

/// What playing times are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Recorded { idle: Option<Duration> },
    Text,
}

impl Schedule {
    /// The schedule of `timeline` by `pacing` (not [`Pacing::Auto`]), with idle time cut to `idle`.
    pub fn new(timeline: &Timeline, pacing: Pacing, idle: Option<Duration>) -> Self {
        let by = match pacing {
            Pacing::Text => By::Text,
            Pacing::Auto | Pacing::Recorded => By::Recorded { idle },
        };
        let first = Beat { wall: timeline.time(1), play: Duration::ZERO };
        let mut schedule = Self { by, slots: vec![Slot::default()], beats: vec![first], sealed: (1, 1) };
        schedule.extend(timeline);
        schedule
    }

    /// What it is made from: [`Pacing::Recorded`] or [`Pacing::Text`].
    pub fn pacing(&self) -> Pacing {
        match self.by {
            By::Recorded { .. } => Pacing::Recorded,
            By::Text => Pacing::Text,
        }
    }

    /// Records that are scheduled.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Takes in what was pushed to the timeline since.
    pub fn extend(&mut self, timeline: &Timeline) {
        if timeline.len() <= self.slots.len() {
            return;
        }
        self.slots.truncate(self.sealed.0);
        self.beats.truncate(self.sealed.1);
        let mut from = self.sealed.0;
        for n in from + 1..=timeline.len() {
            let barrier = timeline.peek(n - 1).is_some_and(is_barrier);
            if !barrier && n < timeline.len() {
                continue;
            }
            match self.by {
                By::Recorded { idle } => self.recorded(timeline, from, n, idle),
                By::Text => self.paced(timeline, from, n),
            }
            from = n;
            if barrier {
                self.sealed = (self.slots.len(), self.beats.len());
            }
        }
    }

    /// When the last of the first `records` records happens.
    pub fn at(&self, records: usize) -> Duration {
        self.slot(records).at
    }

    /// Typing and happening of the last of the first `records` records.
    pub fn slot(&self, records: usize) -> Slot {
        let i = records.clamp(1, self.slots.len().max(1)) - 1;
        self.slots.get(i).copied().unwrap_or_default()
    }

    /// When the show is over.
    pub fn total(&self) -> Duration {
        self.slots.last().map_or(Duration::ZERO, |s| s.at)
    }

    /// How many records have happened at `play`; at least 1.
    pub fn by_play(&self, play: Duration) -> usize {
        self.slots.partition_point(|s| s.at <= play).max(1)
    }

    /// The recorded time at the playing time `play`.
    pub fn wall(&self, play: Duration) -> DateTime<Utc> {
        let after = self.beats.partition_point(|b| b.play <= play);
        let Some(before) = self.beats.get(after.max(1) - 1) else { return DateTime::<Utc>::MIN_UTC };
        let Some(next) = self.beats.get(after.max(1)) else { return before.wall };
        let share = ratio(play.saturating_sub(before.play), next.play.saturating_sub(before.play));
        let gap = (next.wall - before.wall).num_microseconds().unwrap_or(i64::MAX);
        let passed = TimeDelta::microseconds((gap as f64 * share) as i64);
        before.wall.checked_add_signed(passed).unwrap_or(before.wall)
    }

    /// The playing time at the recorded time `wall`.
    pub fn play(&self, wall: DateTime<Utc>) -> Duration {
        let after = self.beats.partition_point(|b| b.wall <= wall);
        let Some(before) = after.checked_sub(1).and_then(|i| self.beats.get(i)) else { return Duration::ZERO };
        let Some(next) = self.beats.get(after) else { return before.play };
        let share = ratio(span(before.wall, wall), span(before.wall, next.wall));
        before.play + (next.play.saturating_sub(before.play)).mul_f64(share)
    }

    /// Records `from + 1..=to`, of which at most the last is a barrier, at their recorded times; what is idle for longer
    /// than `idle` is cut to that. Not idle is a time in which somebody types.
    fn recorded(&mut self, timeline: &Timeline, from: usize, to: usize, idle: Option<Duration>) {
        let base = timeline.time(from);
        let typed: Vec<(DateTime<Utc>, DateTime<Utc>)> =
            (from + 1..=to).map(|n| (typing(timeline, n, base), timeline.time(n))).collect();
        // Somebody types while more typing has begun than has ended.
        let mut cuts: Vec<(DateTime<Utc>, i32)> = typed.iter().flat_map(|(a, b)| [(*a, 1), (*b, -1)]).collect();
        cuts.sort_unstable_by_key(|(wall, _)| *wall);
        let mut play = self.total();
        let mut wall = base;
        let mut typists = 0;
        let mut times: Vec<Beat> = Vec::with_capacity(cuts.len());
        for (cut, change) in cuts {
            let gap = span(wall, cut);
            play += if typists > 0 { gap } else { idle.map_or(gap, |cap| gap.min(cap)) };
            typists += change;
            if times.is_empty() || cut > wall {
                times.push(Beat { wall: cut, play });
            }
            wall = cut;
        }
        let of = |wall: DateTime<Utc>| {
            let i = times.partition_point(|b| b.wall < wall);
            times.get(i).map_or(play, |b| b.play)
        };
        self.slots.extend(typed.iter().map(|(a, b)| Slot { from: of(*a), at: of(*b) }));
        self.beats.extend(times);
    }

    /// The same records, each as long as its text takes to read.
    fn paced(&mut self, timeline: &Timeline, from: usize, to: usize) {
        for n in from + 1..=to {
            let Some(peek) = timeline.peek(n - 1) else { return };
            let reading = Duration::from_secs_f64(f64::from(timeline.length(n)) / f64::from(READING)).min(LONGEST);
            let before = self.total();
            let (wait, typing) = match peek {
                Peek::Reply(..) => (BREATH, reading),
                Peek::Other(event) => (pause(event), reading),
            };
            let slot = Slot { from: before + wait, at: before + wait + typing };
            let (was, wall) = (timeline.time(n - 1), timeline.time(n));
            if typing > Duration::ZERO {
                self.beats.push(Beat { wall: typing_began(timeline, n, was), play: slot.from });
            }
            self.beats.push(Beat { wall, play: slot.at });
            self.slots.push(slot);
        }
    }
}

/// Paced by text: the time before an event, or before its text begins.
fn pause(event: &Event) -> Duration {
    match event {
        Event::Replied { .. }
        | Event::SentBack { .. }
        | Event::Posted { .. }
        | Event::Opened(_)
        | Event::Asked { .. }
        | Event::Revealed { .. } => BREATH,
        Event::Retried { .. }
        | Event::Looked { .. }
        | Event::Escalated { .. }
        | Event::Lapsed { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. }
        | Event::Forked { .. }
        | Event::Closed { .. } => BEAT,
    }
}

/// Whether a record ends a stretch in which replies are typed: what comes later says nothing of the time before it.
fn is_barrier(peek: Peek<'_>) -> bool {
    let Peek::Other(event) = peek else { return false };
    match event {
        // What a person says while others write does not stop them.
        Event::Replied { .. }
        | Event::SentBack { .. }
        | Event::Looked { .. }
        | Event::Retried { .. }
        | Event::Posted { .. } => false,
        Event::Opened(_)
        | Event::Asked { .. }
        | Event::Revealed { .. }
        | Event::Escalated { .. }
        | Event::Lapsed { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. }
        | Event::Forked { .. }
        | Event::Closed { .. } => true,
    }
}

/// When the typing of record `n`'s text began, as recorded, not before `base`; when it happened, for one without.
fn typing(timeline: &Timeline, n: usize, base: DateTime<Utc>) -> DateTime<Utc> {
    let happened = timeline.time(n);
    let first = timeline.peek(n - 1).and_then(|peek| match peek {
        Peek::Reply(_, timing) | Peek::Other(Event::SentBack { timing, .. }) => timing.first,
        Peek::Other(_) => None,
    });
    first.map_or(happened, |first| first.max(base).min(happened))
}

fn typing_began(timeline: &Timeline, n: usize, base: DateTime<Utc>) -> DateTime<Utc> {
    typing(timeline, n, base).max(base)
}

fn span(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    (to - from).to_std().unwrap_or(Duration::ZERO)
}

fn ratio(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { (part.as_secs_f64() / whole.as_secs_f64()).clamp(0.0, 1.0) }
}
