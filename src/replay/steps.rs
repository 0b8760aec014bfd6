//! Steps: from a place to the next entry, wave, marker, chapter or piece of typing, and back.

use super::player::{Place, Player, Step};
use super::schedule::Slot;
use super::timeline::Timeline;
use super::writer;
use crate::protocol::EntryNumber;
use std::time::Duration;

impl Player {
    /// Where a step on leads; none at the end.
    pub(super) fn after(&self, timeline: &Timeline, step: Step) -> Option<Place> {
        let here = self.place.records;
        let end = self.schedule.len();
        let records = match step {
            Step::Entry => {
                let entry = EntryNumber(timeline.entries_at(here) + 1);
                timeline.of_entry(entry).or((here < end).then_some(end))
            }
            Step::Wave => timeline.of_wave(timeline.wave_at(here) + 1).or((here < end).then_some(end)),
            Step::Piece => return self.next_piece(timeline),
            Step::Marker => timeline.marker_after(here).map(|m| m.records),
            Step::Chapter => {
                let chapters = timeline.chapters();
                chapters.get(chapters.partition_point(|c| c.records <= here)).map(|c| c.records)
            }
        };
        records.map(|n| self.after_records(n))
    }

    /// Where a step back leads; none at the opening.
    pub(super) fn before(&self, timeline: &Timeline, step: Step) -> Option<Place> {
        let here = self.place.records;
        // Within the way to the next record, back goes to where that way began.
        let within = self.place.time > self.schedule.at(here);
        let earlier = |n: usize| n < here || (n == here && within);
        let records = match step {
            Step::Entry => {
                let last = timeline.of_entry(EntryNumber(timeline.entries_at(here)));
                let before = last.map(|n| EntryNumber(timeline.entries_at(n - 1))).and_then(|e| timeline.of_entry(e));
                last.filter(|n| earlier(*n)).or(before).or((here > 1 || within).then_some(1))
            }
            Step::Wave => {
                let wave = timeline.wave_at(here);
                let begun = timeline.of_wave(wave).filter(|n| earlier(*n));
                begun.or_else(|| timeline.of_wave(wave.checked_sub(1)?))
            }
            Step::Piece => return self.last_piece(timeline, self.place),
            Step::Marker => {
                let markers = timeline.markers();
                let i = markers.partition_point(|m| earlier(m.records));
                i.checked_sub(1).and_then(|i| markers.get(i)).map(|m| m.records)
            }
            Step::Chapter => {
                let chapters = timeline.chapters();
                let i = chapters.partition_point(|c| earlier(c.records));
                i.checked_sub(1).and_then(|i| chapters.get(i)).map(|c| c.records)
            }
        };
        records.map(|n| self.after_records(n))
    }

    fn next_piece(&self, timeline: &Timeline) -> Option<Place> {
        let here = self.place;
        if here.records >= self.schedule.len() {
            return None;
        }
        let record = self.after_records(here.records + 1);
        let typed =
            self.typing(timeline, here.records).filter_map(|(slot, length)| pieces(slot, length).after(here.time));
        let piece = typed.min().filter(|time| *time < record.time);
        Some(piece.map_or(record, |time| Place { records: here.records, time }))
    }

    fn last_piece(&self, timeline: &Timeline, here: Place) -> Option<Place> {
        let began = self.schedule.at(here.records);
        if here.time > began {
            let typed =
                self.typing(timeline, here.records).filter_map(|(slot, length)| pieces(slot, length).before(here.time));
            let time = typed.max().unwrap_or(began).max(began);
            return Some(Place { records: here.records, time });
        }
        let records = here.records.checked_sub(1).filter(|n| *n > 0)?;
        let there = Place { records, time: began };
        if began > self.schedule.at(records) { self.last_piece(timeline, there) } else { Some(there) }
    }

    /// The typing that may go on after `records` records: of the wave under way.
    fn typing<'a>(&'a self, timeline: &'a Timeline, records: usize) -> impl Iterator<Item = (Slot, u32)> + 'a {
        writer::upcoming(timeline, records).map(|n| (self.schedule.slot(n), timeline.length(n)))
    }
}

/// Characters of a piece.
const PIECE: u32 = 24;

/// The pieces in which a text is typed: ends of equal parts of the time it takes.
struct Pieces {
    from: Duration,
    part: Duration,
    count: u32,
}

fn pieces(slot: Slot, length: u32) -> Pieces {
    let count = length.div_ceil(PIECE).max(1);
    Pieces { from: slot.from, part: slot.at.saturating_sub(slot.from) / count, count }
}

impl Pieces {
    /// The first beginning or end of a piece after `time`.
    fn after(&self, time: Duration) -> Option<Duration> {
        if time < self.from {
            return Some(self.from);
        }
        let done = self.done(time)?;
        (done < self.count).then(|| self.from + self.part * (done + 1))
    }

    /// The last beginning or end of a piece before `time`.
    fn before(&self, time: Duration) -> Option<Duration> {
        if time <= self.from {
            return None;
        }
        let done = self.done(time - Duration::from_nanos(1))?.min(self.count);
        Some(self.from + self.part * done)
    }

    /// Pieces that are typed at `time`.
    fn done(&self, time: Duration) -> Option<u32> {
        let done = time.saturating_sub(self.from).as_nanos().checked_div(self.part.as_nanos())?;
        Some(u32::try_from(done).unwrap_or(u32::MAX))
    }
}
