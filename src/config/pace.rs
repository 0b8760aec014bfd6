//! How fast the built-in panel types where somebody watches.

use super::value::BadValue;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Characters a second of a reply's JSON text, or no waiting at all. Several seats type at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pace(Option<NonZeroU32>);

/// What [`Pace::faster`] and [`Pace::slower`] step along, in characters a second; beyond the last there is no waiting.
const STEPS: [u32; 11] = [10, 20, 40, 60, 90, 140, 200, 300, 500, 800, 1200];

impl Pace {
    /// No waiting: a reply comes whole.
    pub const OFF: Self = Self(None);
    /// For reading along, moves included.
    pub const SLOW: Self = Self(NonZeroU32::new(40));
    /// The usual one: the prose of one seat can be read while it grows.
    pub const READING: Self = Self(NonZeroU32::new(90));
    /// For skimming.
    pub const FAST: Self = Self(NonZeroU32::new(300));

    /// Characters a second; none where there is no waiting.
    pub fn per_second(self) -> Option<NonZeroU32> {
        self.0
    }

    /// The next step up.
    #[must_use]
    pub fn faster(self) -> Self {
        let Some(now) = self.0 else { return self };
        Self(STEPS.into_iter().find(|step| *step > now.get()).and_then(NonZeroU32::new))
    }

    /// The next step down; the slowest stays.
    #[must_use]
    pub fn slower(self) -> Self {
        let now = self.0.map_or(u32::MAX, NonZeroU32::get);
        Self(STEPS.into_iter().rev().find(|step| *step < now).and_then(NonZeroU32::new).or(self.0))
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OFF => f.write_str("off"),
            Self::SLOW => f.write_str("slow"),
            Self::READING => f.write_str("reading"),
            Self::FAST => f.write_str("fast"),
            Self(Some(number)) => write!(f, "{number}/s"),
        }
    }
}

impl FromStr for Pace {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        const BAD: BadValue =
            BadValue::new("slow, reading, fast, off, or a number of characters a second up to 100000");
        match text.trim() {
            "off" => Ok(Self::OFF),
            "slow" => Ok(Self::SLOW),
            "reading" => Ok(Self::READING),
            "fast" => Ok(Self::FAST),
            number => match number.trim_end_matches("/s").parse::<NonZeroU32>() {
                Ok(number) if number.get() <= 100_000 => Ok(Self(Some(number))),
                Ok(_) | Err(_) => Err(BAD),
            },
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_word_or_a_number_and_reads_back() {
        for text in ["off", "slow", "reading", "fast", "25/s"] {
            assert_eq!(text.parse::<Pace>().unwrap().to_string(), text);
        }
        assert_eq!("90".parse::<Pace>().unwrap(), Pace::READING);
        for text in ["", "0", "-3", "fastest", "100001", "1.5"] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }

    #[test]
    fn steps_lead_from_the_slowest_to_no_waiting_and_back() {
        let mut pace: Pace = "1".parse().unwrap();
        assert_eq!(pace.slower(), pace, "slower than the slowest step stays");
        let mut steps = 0;
        while pace != Pace::OFF {
            pace = pace.faster();
            steps += 1;
        }
        assert_eq!((steps, pace.faster()), (STEPS.len() + 1, Pace::OFF));
        assert_eq!(pace.slower().to_string(), "1200/s");
        assert_eq!(Pace::READING.slower().faster(), Pace::READING);
    }
}
