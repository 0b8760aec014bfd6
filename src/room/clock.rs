//! The only clock in the crate. Everything else gets the time as an argument.

use chrono::{DateTime, SubsecRound, Utc};

/// Something that knows what time it is.
pub trait Clock: Send + Sync {
    /// The time, to the millisecond.
    fn now(&self) -> DateTime<Utc>;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place where time comes in
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}
