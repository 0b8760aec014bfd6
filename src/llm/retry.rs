//! When to try again, and after how long.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::EndpointError;

/// Exponential backoff with full jitter: a random wait between nothing and a bound that doubles.
///
/// Full jitter spreads callers that failed together best (M. Brooker, "Exponential Backoff And Jitter", AWS 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included; at least 1.
    pub attempts: u32,
    /// The bound of the first wait.
    pub base: Duration,
    /// The bound no wait exceeds.
    pub cap: Duration,
    /// The longest wait a server may ask for; a longer one is cut to this.
    pub longest_asked: Duration,
}

impl Default for RetryPolicy {
    /// 5 attempts, 500 ms, 30 s; 120 s if the server asks.
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
            longest_asked: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// The wait after `failed` attempts, or `None` if there is no point in another.
    ///
    /// `roll` is any random number; it chooses the place between nothing and the bound.
    pub(super) fn wait(&self, failed: u32, error: &EndpointError, roll: u64) -> Option<Duration> {
        if failed >= self.attempts || !error.is_retryable() {
            return None;
        }
        // Once: a model that answers nothing twice will not answer the third time.
        if matches!(error, EndpointError::EmptyReply { .. }) && failed > 1 {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            return Some(asked.min(self.longest_asked));
        }
        Some(self.jittered(failed, roll))
    }

    fn jittered(&self, failed: u32, roll: u64) -> Duration {
        let doublings = failed.saturating_sub(1).min(31);
        let bound = self.base.saturating_mul(1 << doublings).min(self.cap);
        let micros = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX - 1);
        Duration::from_micros(roll % (micros + 1))
    }
}

/// A random number. The standard library seeds every map's hasher; that is enough to spread waits.
pub(super) fn roll() -> u64 {
    RandomState::new().hash_one(0_u8)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::llm::Waited;
    use crate::llm::excerpt::Excerpt;
    use proptest::prelude::*;

    fn cut() -> EndpointError {
        EndpointError::Cut { cause: String::new(), source: None }
    }

    fn limited(retry_after: Option<u64>) -> EndpointError {
        EndpointError::RateLimited {
            status: 429,
            exhausted: false,
            retry_after: retry_after.map(Duration::from_secs),
            said: Excerpt::default(),
        }
    }

    proptest! {
        #[test]
        fn a_wait_is_never_above_its_bound(failed in 1_u32..200, roll: u64) {
            let policy = RetryPolicy { attempts: u32::MAX, ..RetryPolicy::default() };
            let wait = policy.wait(failed, &cut(), roll).unwrap();
            let bound = Duration::from_millis(500 * 2_u64.saturating_pow(failed - 1).min(60));
            prop_assert!(wait <= bound);
        }
    }

    #[test]
    fn the_whole_range_is_used() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.jittered(1, 500_000), Duration::from_millis(500));
        assert_eq!(policy.jittered(1, 500_001), Duration::ZERO);
        assert_eq!(policy.jittered(60, 30_000_000), Duration::from_secs(30));
    }

    #[test]
    fn a_server_that_asks_is_obeyed_up_to_a_limit() {
        let policy = RetryPolicy::default();
        let wait = |error| policy.wait(1, &error, 7);
        assert_eq!(wait(limited(Some(3))), Some(Duration::from_secs(3)));
        assert_eq!(wait(limited(Some(9999))), Some(Duration::from_secs(120)));
        assert_eq!(wait(limited(None)), Some(Duration::from_micros(7)));
    }

    #[test]
    fn attempts_end() {
        let policy = RetryPolicy::default();
        assert!(policy.wait(4, &cut(), 0).is_some());
        assert!(policy.wait(5, &cut(), 0).is_none());
        let whole = EndpointError::Timeout { which: Waited::Whole, after: Duration::ZERO };
        assert!(policy.wait(1, &whole, 0).is_none());
    }

    #[test]
    fn rolls_differ() {
        assert_ne!((roll(), roll()), (roll(), roll()));
    }
}
