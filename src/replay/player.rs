//! Play, pause, seek, step, follow.

use super::pacing::{IDLE_CAP, Pacing, Speed};
use super::schedule::Schedule;
use super::target::At;
use super::timeline::Timeline;
use super::writer::{self, Writer};
use crate::protocol::{EntryNumber, Session};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;

/// Where to, exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum To {
    /// After so many records.
    Records(usize),
    /// Where this entry is in the log for the first time; the end for one that is not there.
    Entry(EntryNumber),
    /// Where this wave begins; the end for one that has not.
    Wave(u32),
    /// A playing time.
    Playing(Duration),
    /// A recorded time.
    Recorded(DateTime<Utc>),
    /// A share of the playing time, 0 to 1: a place on the scrubber.
    Share(f64),
    /// A place as a person named it.
    At(At),
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To where the next entries appear.
    Entry,
    /// To where the next wave begins.
    Wave,
    /// A piece of typing, a few words; or the next record where nobody types.
    Piece,
    /// To the next marker.
    Marker,
    /// To the next chapter.
    Chapter,
}

/// A place in the show: so many records have happened, and the typing of the next ones is as far as `time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Records that have happened, at least 1.
    pub records: usize,
    /// The playing time.
    pub time: Duration,
}

/// Moves through a timeline. It holds no clock and no timeline: `now` is the time since any fixed moment, ever the same one
/// and never running backwards, and every call gets the same timeline, which may have grown meanwhile.
///
/// ```text
/// loop:  timeline.push(…) as records come        player.tick(&timeline, now)        draw player.session(&timeline) …
///        wait for a key, a record, or player.next_wakeup(&timeline, now)
/// ```
#[derive(Debug, Clone)]
pub struct Player {
    pub(super) schedule: Schedule,
    pacing: Pacing,
    idle: Option<Duration>,
    speed: Speed,
    pub(super) place: Place,
    run: Run,
    /// Whether the timeline may still grow.
    live: bool,
    pauses_on_markers: bool,
    /// Playing pauses once so many records have happened.
    stop: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Run {
    Paused,
    /// The playing time was `time` when it was `now`.
    Playing {
        now: Duration,
        time: Duration,
    },
    /// At the live edge, wherever that is.
    Following,
}

impl Player {
    /// A player at the opening, paused; pacing [`Pacing::Auto`], idle time capped at [`IDLE_CAP`], speed 1.
    pub fn new(timeline: &Timeline) -> Self {
        let (pacing, idle) = (Pacing::Auto, Some(IDLE_CAP));
        Self {
            schedule: Schedule::new(timeline, pacing.resolved(timeline), idle),
            pacing,
            idle,
            speed: Speed::Times(1.0),
            place: Place { records: 1, time: Duration::ZERO },
            run: Run::Paused,
            live: false,
            pauses_on_markers: false,
            stop: None,
        }
    }

    /// A player at the live edge of a timeline that grows.
    pub fn live(timeline: &Timeline) -> Self {
        let mut player = Self { live: true, ..Self::new(timeline) };
        player.to_live(timeline);
        player
    }

    /// Says whether the timeline may still grow. At the end of one that does not, playing pauses; at the end of one that
    /// does, it follows, or, paced by text, waits for more. Who followed up to now stands at the end, with what came last.
    pub fn set_live(&mut self, timeline: &Timeline, live: bool) {
        self.live = live;
        if !live && self.run == Run::Following {
            self.to_live(timeline);
        }
    }

    /// Moves on to `now`, over whatever was pushed to the timeline. Says whether the place changed.
    pub fn tick(&mut self, timeline: &Timeline, now: Duration) -> bool {
        let before = (self.place, self.run == Run::Following);
        self.grow(timeline);
        match self.run {
            Run::Paused => {}
            Run::Following => self.place = self.end(),
            Run::Playing { now: began, time } => {
                let passed = self.speed.stretch(now.saturating_sub(began));
                self.advance(timeline, time.saturating_add(passed), now);
            }
        }
        before != (self.place, self.run == Run::Following)
    }

    /// Plays from here on.
    pub fn play(&mut self, timeline: &Timeline, now: Duration) {
        self.tick(timeline, now);
        if self.place == self.end() && !self.live {
            // Played to the end: from the beginning again.
            self.place = Place { records: 1, time: Duration::ZERO };
        }
        if self.run != Run::Following {
            self.run = Run::Playing { now, time: self.place.time };
        }
    }

    /// Stops here. At the live edge this leaves it.
    pub fn pause(&mut self, timeline: &Timeline, now: Duration) {
        self.tick(timeline, now);
        self.run = Run::Paused;
    }

    /// Plays or pauses.
    pub fn toggle(&mut self, timeline: &Timeline, now: Duration) {
        if self.is_paused() { self.play(timeline, now) } else { self.pause(timeline, now) }
    }

    /// Whether it stands still.
    pub fn is_paused(&self) -> bool {
        self.run == Run::Paused
    }

    /// Whether it is at the live edge and follows it.
    pub fn is_live_edge(&self) -> bool {
        self.live && self.run == Run::Following
    }

    /// Goes to the live edge and follows it; on a timeline that grows no more, to the end.
    pub fn to_live(&mut self, timeline: &Timeline) {
        self.run = if self.live { Run::Following } else { Run::Paused };
        self.schedule.extend(timeline);
        self.place = self.end();
    }

    /// Goes to a place; playing goes on from there, following does not.
    pub fn seek(&mut self, timeline: &Timeline, to: To, now: Duration) {
        self.tick(timeline, now);
        self.place = self.place_of(timeline, to);
        self.run = match self.run {
            Run::Playing { .. } => Run::Playing { now, time: self.place.time },
            Run::Paused | Run::Following => Run::Paused,
        };
    }

    /// Goes a step on, or back. Says whether there was anywhere to go. At the live edge a step back leaves it.
    pub fn step(&mut self, timeline: &Timeline, step: Step, back: bool, now: Duration) -> bool {
        self.tick(timeline, now);
        let found = if back { self.before(timeline, step) } else { self.after(timeline, step) };
        let Some(place) = found else { return false };
        self.place = place;
        self.run = match self.run {
            Run::Playing { .. } => Run::Playing { now, time: place.time },
            Run::Paused | Run::Following => Run::Paused,
        };
        true
    }

    /// In what time the picture changes next, if nothing is pushed and no key is pressed; none if it does not.
    pub fn next_wakeup(&self, timeline: &Timeline, now: Duration) -> Option<Duration> {
        let Run::Playing { now: began, time } = self.run else { return None };
        let next = self.after(timeline, Step::Piece)?;
        let due = began.saturating_add(self.speed.shrink(next.time.saturating_sub(time)));
        // A little more, so that rounding does not wake anybody just before it.
        Some(due.saturating_sub(now) + Duration::from_millis(1))
    }

    /// In what time the next record happens; none if none will by itself.
    pub fn next_record(&self, now: Duration) -> Option<Duration> {
        let Run::Playing { now: began, time } = self.run else { return None };
        let next = (self.place.records < self.schedule.len()).then(|| self.schedule.at(self.place.records + 1))?;
        let due = began.saturating_add(self.speed.shrink(next.saturating_sub(time)));
        Some(due.saturating_sub(now))
    }

    /// Where it is.
    pub fn place(&self) -> Place {
        self.place
    }

    /// How many records have happened.
    pub fn records(&self) -> usize {
        self.place.records
    }

    /// The playing time.
    pub fn time(&self) -> Duration {
        self.place.time
    }

    /// The playing time of the whole.
    pub fn total(&self) -> Duration {
        self.schedule.total()
    }

    /// The recorded time: what the host's clock said then.
    pub fn recorded(&self) -> DateTime<Utc> {
        self.schedule.wall(self.place.time)
    }

    /// The share of the playing time that has passed, 0 to 1: where the scrubber stands.
    pub fn share(&self) -> f64 {
        self.share_of_time(self.place.time)
    }

    /// Where on the scrubber the last of the first `records` records is, such as a marker's.
    pub fn share_of(&self, records: usize) -> f64 {
        self.share_of_time(self.schedule.at(records))
    }

    /// The playing time at which the last of the first `records` records happens.
    pub fn time_of(&self, records: usize) -> Duration {
        self.schedule.at(records)
    }

    /// The state at the playhead.
    pub fn session(&self, timeline: &Timeline) -> Arc<Session> {
        timeline.at(self.place.records)
    }

    /// Who is doing what at the playhead.
    pub fn writers(&self, timeline: &Timeline) -> Vec<Writer> {
        writer::writers(timeline, &self.schedule, self.place)
    }

    /// The speed.
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Sets the speed from here on.
    pub fn set_speed(&mut self, timeline: &Timeline, speed: Speed, now: Duration) {
        self.tick(timeline, now);
        self.speed = speed;
        if let Run::Playing { .. } = self.run {
            self.run = Run::Playing { now, time: self.place.time };
        }
    }

    /// The pacing that was chosen.
    pub fn pacing(&self) -> Pacing {
        self.pacing
    }

    /// The idle cap; none is off. It counts where the pacing is [`Pacing::Recorded`].
    pub fn idle_cap(&self) -> Option<Duration> {
        self.idle
    }

    /// Sets pacing and idle cap. The place stays what it is: the same records, the same share of the way to the next.
    pub fn set_pacing(&mut self, timeline: &Timeline, pacing: Pacing, idle: Option<Duration>, now: Duration) {
        self.tick(timeline, now);
        (self.pacing, self.idle) = (pacing, idle);
        let pacing = pacing.resolved(timeline);
        self.reschedule(|player| player.schedule = Schedule::new(timeline, pacing, idle));
    }

    /// Whether playing pauses where a marker is.
    pub fn pauses_on_markers(&self) -> bool {
        self.pauses_on_markers
    }

    /// Sets whether playing pauses where a marker is.
    pub fn set_pauses_on_markers(&mut self, pauses: bool) {
        self.pauses_on_markers = pauses;
    }

    /// Sets where playing pauses, after so many records; playing on from there goes on.
    pub fn set_stop(&mut self, records: Option<usize>) {
        self.stop = records;
    }

    /// Where `to` is.
    pub fn place_of(&self, timeline: &Timeline, to: To) -> Place {
        let end = self.schedule.len();
        match to {
            To::Records(records) => self.after_records(records),
            To::Entry(entry) => self.after_records(timeline.of_entry(entry).unwrap_or(end)),
            To::Wave(wave) => self.after_records(timeline.of_wave(wave).unwrap_or(end)),
            To::Playing(time) => self.at_time(time),
            To::Recorded(wall) => self.at_recorded(timeline, wall),
            To::Share(share) => {
                self.at_time(self.total().mul_f64(if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }))
            }
            To::At(At::Entry(entry)) => self.place_of(timeline, To::Entry(entry)),
            To::At(At::Wave(wave)) => self.place_of(timeline, To::Wave(wave)),
            To::At(At::Share(share)) => self.place_of(timeline, To::Share(share)),
            To::At(At::Moment(wall)) => self.at_recorded(timeline, wall),
            To::At(At::Clock(time)) => {
                let opened = timeline.time(1);
                let today = opened.date_naive().and_time(time).and_utc();
                // A time of day before the opening's is the next day's; within its minute it is the opening.
                let passed = opened - today >= TimeDelta::minutes(1);
                let tomorrow = today.checked_add_signed(TimeDelta::days(1)).unwrap_or(today);
                self.at_recorded(timeline, if passed { tomorrow } else { today })
            }
            To::At(At::Start) => self.after_records(1),
            To::At(At::End) => self.end(),
        }
    }

    pub(super) fn end(&self) -> Place {
        self.after_records(self.schedule.len())
    }

    pub(super) fn after_records(&self, records: usize) -> Place {
        let records = records.clamp(1, self.schedule.len());
        Place { records, time: self.schedule.at(records) }
    }

    fn at_time(&self, time: Duration) -> Place {
        let time = time.min(self.total());
        Place { records: self.schedule.by_play(time), time }
    }

    fn at_recorded(&self, timeline: &Timeline, wall: DateTime<Utc>) -> Place {
        let records = timeline.by_time(wall).min(self.schedule.len());
        let next = self.schedule.at(records + 1);
        let time = self.schedule.play(wall).clamp(self.schedule.at(records), next.max(self.schedule.at(records)));
        Place { records, time }
    }

    fn share_of_time(&self, time: Duration) -> f64 {
        let total = self.total();
        if total.is_zero() { 1.0 } else { (time.as_secs_f64() / total.as_secs_f64()).min(1.0) }
    }

    /// Takes in what was pushed, and settles anew what [`Pacing::Auto`] comes to.
    fn grow(&mut self, timeline: &Timeline) {
        if self.schedule.len() == timeline.len() {
            return;
        }
        let pacing = self.pacing.resolved(timeline);
        if pacing == self.schedule.pacing() {
            self.reschedule(|player| player.schedule.extend(timeline));
        } else {
            self.reschedule(|player| player.schedule = Schedule::new(timeline, pacing, player.idle));
        }
    }

    /// Changes the schedule and keeps the place: the same records, the same share of the way to the next.
    fn reschedule(&mut self, change: impl FnOnce(&mut Self)) {
        let place = self.place;
        let (was, next) = (self.schedule.at(place.records), self.schedule.at(place.records + 1));
        let whole = next.saturating_sub(was);
        let share =
            if whole.is_zero() { 0.0 } else { place.time.saturating_sub(was).as_secs_f64() / whole.as_secs_f64() };
        change(self);
        let (was, next) = (self.schedule.at(place.records), self.schedule.at(place.records + 1));
        self.place.time = was + next.saturating_sub(was).mul_f64(share.clamp(0.0, 1.0));
        if let Run::Playing { now, .. } = self.run {
            self.run = Run::Playing { now, time: self.place.time };
        }
    }

    /// Plays up to `time`, or to a marker on the way, or to the end.
    fn advance(&mut self, timeline: &Timeline, time: Duration, now: Duration) {
        let mut next = self.at_time(time);
        next.records = next.records.max(self.place.records);
        let marker = timeline.marker_after(self.place.records).filter(|_| self.pauses_on_markers).map(|m| m.records);
        let stop = self.stop.filter(|stop| *stop > self.place.records);
        if let Some(here) = marker.into_iter().chain(stop).min().filter(|here| *here <= next.records) {
            self.place = self.after_records(here);
            self.run = Run::Paused;
            return;
        }
        self.place = next;
        self.run = match (next.time < self.total(), self.live, self.schedule.pacing()) {
            (true, _, _) => Run::Playing { now, time: next.time },
            (false, false, _) => Run::Paused,
            // Whoever reads at reading pace waits for more.
            (false, true, Pacing::Text) => Run::Playing { now, time: next.time },
            (false, true, Pacing::Auto | Pacing::Recorded) => Run::Following,
        };
    }
}
