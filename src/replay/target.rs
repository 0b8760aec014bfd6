//! Where to, as a person types it: `#46`, `12:05`, `50%`.

use super::timeline::Timeline;
use crate::protocol::EntryNumber;
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use std::fmt;
use std::str::FromStr;

/// A place in a session as a person names it. Parsed from `#46`, `12:05`, `12:05:30`, `2026-11-20 12:05`, `50%`,
/// `wave 3`, `start`, `end`. Times are UTC, as everywhere in the log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum At {
    /// Where this entry is in the log for the first time.
    Entry(EntryNumber),
    /// A time of day: the first such moment since the session opened.
    Clock(NaiveTime),
    /// A moment.
    Moment(DateTime<Utc>),
    /// A share of the playing time, 0 to 1.
    Share(f64),
    /// Where this wave begins.
    Wave(u32),
    /// The opening.
    Start,
    /// The last record.
    End,
}

/// A text that names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no place in a session: expected #46, 12:05, 12:05:30, 2026-11-20 12:05, 50%, wave 3, start or end")]
pub struct NoPlace(String);

/// An entry or a wave that a session has not (yet).
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("this session has no {0}")]
pub struct Missing(At, Option<EntryNumber>, u32);

impl Missing {
    /// Up to where the session goes, as a sentence without its full stop.
    pub fn hint(self) -> String {
        match (self.0, self.1) {
            (At::Wave(_), _) => format!("its last wave is {}", self.2),
            (_, Some(last)) => format!("its last entry is {last}"),
            (_, None) => "it has no entry yet".to_owned(),
        }
    }
}

impl At {
    /// Refuses an entry or a wave that is not there. Times and shares are always somewhere: after the end is at the end.
    ///
    /// # Errors
    /// [`Missing`], which says how far the session goes.
    pub fn is_in(self, timeline: &Timeline) -> Result<(), Missing> {
        let there = match self {
            At::Entry(entry) => timeline.of_entry(entry).is_some(),
            At::Wave(wave) => timeline.of_wave(wave).is_some(),
            At::Clock(_) | At::Moment(_) | At::Share(_) | At::Start | At::End => true,
        };
        let last = timeline.latest().entries().last().map(|e| e.number);
        if there { Ok(()) } else { Err(Missing(self, last, timeline.waves().saturating_sub(1))) }
    }
}

impl FromStr for At {
    type Err = NoPlace;
    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let text = text.trim();
        let no_place = || NoPlace(text.chars().take(40).flat_map(char::escape_debug).collect());
        if text.eq_ignore_ascii_case("start") {
            return Ok(At::Start);
        }
        if text.eq_ignore_ascii_case("end") {
            return Ok(At::End);
        }
        if let Some(number) = text.strip_prefix('#') {
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            let number = digits.then(|| number.parse().ok()).flatten().filter(|n| *n > 0);
            return number.map(|n| At::Entry(EntryNumber(n))).ok_or_else(no_place);
        }
        if let Some(percent) = text.strip_suffix('%') {
            let percent: f64 = percent.trim().parse().map_err(|_| no_place())?;
            return if (0.0..=100.0).contains(&percent) { Ok(At::Share(percent / 100.0)) } else { Err(no_place()) };
        }
        let lower = text.to_ascii_lowercase();
        if let Some(number) = lower.strip_prefix("wave").or_else(|| lower.strip_prefix('w')) {
            return number.trim().parse().map(At::Wave).map_err(|_| no_place());
        }
        time(text).ok_or_else(no_place)
    }
}

fn time(text: &str) -> Option<At> {
    for form in ["%H:%M:%S%.f", "%H:%M"] {
        if let Ok(time) = NaiveTime::parse_from_str(text, form) {
            return Some(At::Clock(time));
        }
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(At::Moment(moment.with_timezone(&Utc)));
    }
    for form in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, form) {
            return Some(At::Moment(moment.and_utc()));
        }
    }
    None
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Entry(number) => number.fmt(f),
            At::Clock(time) => time.format("%H:%M:%S").fmt(f),
            At::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S").fmt(f),
            At::Share(share) => write!(f, "{}%", share * 100.0),
            At::Wave(number) => write!(f, "wave {number}"),
            At::Start => f.write_str("start"),
            At::End => f.write_str("end"),
        }
    }
}
