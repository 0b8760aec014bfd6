//! How recorded times become playing times, and how fast the show goes.

use super::timeline::Timeline;
use crate::protocol::Event;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Idle time is cut to this unless said otherwise.
pub const IDLE_CAP: Duration = Duration::from_secs(2);
/// What the idle cap can be switched through.
pub const IDLE_CAPS: [Option<Duration>; 4] =
    [Some(Duration::from_millis(500)), Some(IDLE_CAP), Some(Duration::from_secs(5)), None];
/// Characters a second of somebody who reads with attention: four words of six characters, 240 words a minute (silent
/// reading of non-fiction is 238 on average, Brysbaert 2019).
pub const READING: u32 = 24;
/// A recorded reply came too fast to have been written by a language model, or to be watched, when it ran at more than
/// this many characters a second, thinking included: a hundred times as fast as people read.
pub const IMPLAUSIBLE: u64 = 100 * READING as u64;

/// Where playing times come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Pacing {
    /// The recorded times where a person could have watched them, the length of the texts where not: where the replies
    /// ran, all calls together, at more than [`IMPLAUSIBLE`] characters a second.
    #[default]
    Auto,
    /// The recorded times, idle time capped.
    Recorded,
    /// The length of the texts, one reply after the other in the order in which they came, at [`READING`] pace.
    Text,
}

impl Pacing {
    /// `self`, or what [`Pacing::Auto`] comes to for this timeline: [`Pacing::Recorded`] as long as nobody has replied.
    #[must_use]
    pub fn resolved(self, timeline: &Timeline) -> Self {
        match self {
            Pacing::Recorded | Pacing::Text => self,
            Pacing::Auto => match timeline.pace() {
                Some(pace) if pace > IMPLAUSIBLE => Pacing::Text,
                Some(_) | None => Pacing::Recorded,
            },
        }
    }
}

impl fmt::Display for Pacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Pacing::Auto => "auto",
            Pacing::Recorded => "recorded",
            Pacing::Text => "text",
        })
    }
}

impl FromStr for Pacing {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Pacing::Auto),
            "recorded" | "real" => Ok(Pacing::Recorded),
            "text" => Ok(Pacing::Text),
            _ => Err("expected auto, recorded or text".to_owned()),
        }
    }
}

/// How fast the show goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// So many times the playing time; above 0.
    Times(f64),
    /// Everything at once.
    AtOnce,
}

impl Speed {
    /// What `<` and `>` go through.
    pub const STEPS: [Speed; 8] = [
        Speed::Times(0.25),
        Speed::Times(0.5),
        Speed::Times(1.0),
        Speed::Times(2.0),
        Speed::Times(4.0),
        Speed::Times(8.0),
        Speed::Times(16.0),
        Speed::AtOnce,
    ];

    /// The next faster one; the last stays.
    #[must_use]
    pub fn faster(self) -> Self {
        Self::STEPS.into_iter().find(|s| s.factor() > self.factor()).unwrap_or(Speed::AtOnce)
    }

    /// The next slower one; the first stays.
    #[must_use]
    pub fn slower(self) -> Self {
        let slower = Self::STEPS.into_iter().rev().find(|s| s.factor() < self.factor());
        slower.unwrap_or(Speed::Times(0.25))
    }

    fn factor(self) -> f64 {
        match self {
            Speed::Times(factor) => factor,
            Speed::AtOnce => f64::INFINITY,
        }
    }

    /// Playing time that passes in `real` time; all there is for [`Speed::AtOnce`].
    pub(super) fn stretch(self, real: Duration) -> Duration {
        match self {
            Speed::Times(factor) => Duration::try_from_secs_f64(real.as_secs_f64() * factor).unwrap_or(Duration::MAX),
            Speed::AtOnce => Duration::MAX,
        }
    }

    /// Real time in which `playing` time passes.
    pub(super) fn shrink(self, playing: Duration) -> Duration {
        match self {
            Speed::Times(factor) => {
                Duration::try_from_secs_f64(playing.as_secs_f64() / factor).unwrap_or(Duration::MAX)
            }
            Speed::AtOnce => Duration::ZERO,
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Speed::Times(factor) => write!(f, "{factor}×"),
            Speed::AtOnce => f.write_str("at once"),
        }
    }
}

impl FromStr for Speed {
    type Err = String;
    /// `0.25` to `16`, with or without `x`; `0` is at once.
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected a number from 0.25 to 16, or 0 for all at once".to_owned();
        let number = text.trim().trim_end_matches(['x', '×']);
        match number.parse::<f64>().map_err(|_| expected())? {
            0.0 => Ok(Speed::AtOnce),
            factor if (0.25..=16.0).contains(&factor) => Ok(Speed::Times(factor)),
            _ => Err(expected()),
        }
    }
}

/// Recorded times of calls and the characters they gave: what [`Pacing::Auto`] decides by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    characters: u64,
    calling_ms: u64,
    calls: u64,
}

impl Pace {
    /// Takes in one event that gave `characters`.
    pub fn note(&mut self, event: &Event, characters: u32) {
        if let Event::Replied { timing, .. } = event {
            let took = (timing.ended - timing.asked).num_milliseconds();
            self.calling_ms += u64::try_from(took).unwrap_or(0);
            self.characters += u64::from(characters);
            self.calls += 1;
        }
    }

    /// Characters a second of calling; none before the first reply.
    pub fn per_second(&self) -> Option<u64> {
        (self.calls > 0).then(|| self.characters.saturating_mul(1000) / self.calling_ms.max(1))
    }
}
