//! How much fits into one call: a model's context in tokens, the share kept for the answer, and how many bytes of a
//! request one token takes.
//!
//! Nobody's tokenizer is at hand, so tokens are estimated from bytes: pessimistically at first, then by what the server
//! itself counted. The estimate moves on a ladder of few rungs and only towards caution once it was measured, because what
//! is sent is cut to fit it: a figure that wavered from call to call would cut differently each time and void the prefix
//! that the server has cached.

/// Bytes of a request that one token takes, in tenths, from cautious to bold. English prose is near 42, JSON and code
/// near 33, other scripts in UTF-8 between 15 and 30.
const RUNGS: [u64; 10] = [10, 14, 18, 22, 25, 28, 31, 34, 38, 42];

/// The rung before anything was measured.
const UNMEASURED: u64 = 31;

/// A request shorter than this says little of how text weighs: template and schema weigh too much in it.
const TELLING: u64 = 256;

/// Smallest and largest context that is believed, in tokens. Larger figures than the upper one are typing errors.
const BELIEVED: std::ops::RangeInclusive<u64> = 512..=20_000_000;

/// Tokens for roles, turns and marks that a chat template adds.
const TEMPLATE: u64 = 64;

/// How much one call can hold, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Tokens of request and answer together; `None` where nobody has said.
    pub context: Option<u64>,
    /// The cap on the answer's tokens that is sent with a call: what was set, or a quarter of a context that is too small
    /// for that.
    pub output: u32,
    /// Bytes of a request that one token takes, in tenths; never zero.
    pub tenths: u64,
}

impl Room {
    /// Nothing is known but the cap on output.
    pub fn unknown(output: u32) -> Self {
        Self { context: None, output, tenths: UNMEASURED }
    }

    /// Tokens that a request may have: the context without the answer, the template's own, and two in a hundred for the
    /// error of an estimate.
    #[must_use]
    pub fn prompt_tokens(&self) -> Option<u64> {
        let context = self.context?;
        Some(context.saturating_sub(u64::from(self.output)).saturating_sub(TEMPLATE + context / 50))
    }

    /// The same in bytes.
    #[must_use]
    pub fn prompt_bytes(&self) -> Option<usize> {
        let bytes = self.prompt_tokens()?.saturating_mul(self.tenths) / 10;
        Some(usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    /// About how many tokens so many bytes have.
    #[must_use]
    pub fn tokens(&self, bytes: usize) -> u64 {
        (bytes as u64).saturating_mul(10).div_ceil(self.tenths.max(1))
    }
}

/// What is known of one model at one base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gauge {
    /// What the server says of itself.
    told: Option<u64>,
    /// What an error taught. Wins over everything else, since it was seen to happen.
    learnt: Option<u64>,
    /// What was learnt is our estimate and not the server's figure.
    guessed: bool,
    tenths: u64,
    measured: bool,
    /// How often the server may still be asked.
    questions: u8,
}

impl Default for Gauge {
    fn default() -> Self {
        // A second question is for servers that know a model's real context only once it is loaded.
        Self { told: None, learnt: None, guessed: false, tenths: UNMEASURED, measured: false, questions: 2 }
    }
}

impl Gauge {
    /// The room there is, where `set` tokens were configured and the answer is capped at `output`.
    pub fn room(&self, set: Option<u64>, output: u32) -> Room {
        let known = set.or(self.told);
        let context = match (known, self.learnt) {
            (Some(known), Some(learnt)) => Some(known.min(learnt)),
            (known, learnt) => known.or(learnt),
        };
        let output = match context {
            Some(context) => output.min(u32::try_from((context / 4).max(256)).unwrap_or(u32::MAX)),
            None => output,
        };
        Room { context, output, tenths: self.tenths }
    }

    /// The server said so. `firm` if it speaks of the model as it runs; else it is asked once more.
    pub fn tell(&mut self, tokens: Option<u64>, firm: bool) {
        self.told = tokens.filter(|n| BELIEVED.contains(n)).or(self.told);
        self.questions = if firm || self.told.is_none() { 0 } else { self.questions.saturating_sub(1) };
    }

    /// Whether the server should be asked (again): the second time only once the model has answered, and so is loaded.
    pub fn has_question(&self) -> bool {
        self.questions == 2 || (self.questions == 1 && self.measured)
    }

    /// A request of `bytes` had `tokens`, as the server counted.
    pub fn measure(&mut self, bytes: usize, tokens: u64) {
        let bytes = bytes as u64;
        // Some servers count only what was not in their cache: a figure that no text can have says nothing.
        if tokens < TELLING || bytes > tokens.saturating_mul(7) || bytes.saturating_mul(2) < tokens {
            return;
        }
        let seen = bytes.saturating_mul(980) / tokens.saturating_mul(100);
        let rung = RUNGS.iter().rev().find(|rung| **rung <= seen).copied().unwrap_or(RUNGS[0]);
        let rung = if self.measured { self.tenths.min(rung) } else { rung };
        if self.guessed {
            // It was bytes that did not fit; they stay the same, whatever a token weighs.
            self.learnt = self.learnt.map(|learnt| learnt.saturating_mul(self.tenths) / rung);
        }
        self.tenths = rung;
        self.measured = true;
    }

    /// A request of `bytes` did not fit. `limit` and `counted` are the server's figures for the context and the request,
    /// where its words gave them. Learns something smaller than what was believed before, in every case.
    pub fn overflow(&mut self, bytes: usize, limit: Option<u64>, counted: Option<u64>, before: Room) {
        if let Some(counted) = counted {
            self.measure(bytes, counted);
        }
        let sent = counted.unwrap_or_else(|| before.tokens(bytes)) + u64::from(before.output);
        let limit = limit.filter(|n| BELIEVED.contains(n));
        let mut learnt = match limit {
            // A limit below what was sent explains the refusal.
            Some(limit) if limit < sent => limit,
            // Else the figures do not agree with each other, and only the refusal is sure.
            Some(limit) => limit.min(sent - sent / 5),
            None => sent - sent / 5,
        };
        // Whatever the figures say, the same request must not be thought to fit again.
        let room = |learnt| Gauge { told: None, learnt: Some(learnt), ..*self }.room(None, before.output);
        let fits = |room: Room| room.output == before.output && room.prompt_bytes().is_none_or(|most| most >= bytes);
        while learnt > *BELIEVED.start() && fits(room(learnt)) {
            learnt -= learnt / 5;
        }
        self.guessed = limit != Some(learnt);
        self.learnt = Some(self.learnt.map_or(learnt, |known| known.min(learnt)));
    }
}

/// Whether a server seems to have read only the last part of a request without saying so: it counts a whole number of
/// pages of tokens, and far fewer than so many bytes have.
pub(super) fn was_cut(bytes: usize, tokens: u64) -> bool {
    tokens >= 1024 && tokens.is_multiple_of(256) && bytes as u64 > tokens.saturating_mul(7)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn room_is_kept_for_the_answer() {
        let mut gauge = Gauge::default();
        assert_eq!(gauge.room(None, 8192), Room::unknown(8192));
        gauge.tell(Some(8192), true);
        let room = gauge.room(None, 8192);
        assert_eq!((room.context, room.output, room.prompt_tokens()), (Some(8192), 2048, Some(8192 - 2048 - 64 - 163)));
        assert_eq!(gauge.room(None, 1000).output, 1000);
        assert_eq!(gauge.room(Some(128_000), 8192).output, 8192, "what was set wins over what the server says");
    }

    #[test]
    fn figures_that_cannot_be_are_not_believed() {
        let mut gauge = Gauge::default();
        for nonsense in [0, 1, u64::MAX] {
            gauge.tell(Some(nonsense), true);
            assert_eq!(gauge.room(None, 100).context, None);
        }
        gauge.measure(100_000, 3);
        gauge.measure(10, 100_000);
        assert_eq!(gauge.room(None, 100).tenths, UNMEASURED);
    }

    #[test]
    fn the_first_measure_sets_the_rung_and_later_ones_only_lower_it() {
        let mut gauge = Gauge::default();
        gauge.measure(42_900, 10_000);
        assert_eq!(gauge.room(None, 1).tenths, 42);
        gauge.measure(36_000, 10_000);
        assert_eq!(gauge.room(None, 1).tenths, 34);
        gauge.measure(42_900, 10_000);
        assert_eq!(gauge.room(None, 1).tenths, 34);
    }

    #[test]
    fn an_overflow_is_learnt_from_with_and_without_figures() {
        let mut gauge = Gauge::default();
        gauge.tell(Some(131_072), true);
        let before = gauge.room(None, 1000);
        gauge.overflow(40_000, Some(8192), Some(10_000), before);
        let after = gauge.room(None, 1000);
        assert_eq!((after.context, after.tenths), (Some(8192), 38));
        // The server names a limit that the request kept to, and refuses it all the same.
        gauge.overflow(20_000, Some(131_072), None, after);
        let again = gauge.room(None, 1000).context.unwrap();
        assert!(again < after.tokens(20_000) + 1000, "{again}");
    }

    #[test]
    fn a_request_that_was_cut_without_a_word_is_noticed() {
        assert!(was_cut(40_000, 4096));
        assert!(!was_cut(16_000, 4096), "that is what it weighs");
        assert!(!was_cut(40_000, 4097), "perhaps the rest was cached");
        assert!(!was_cut(40_000, 0));
    }

    proptest! {
        #[test]
        fn every_overflow_shrinks_what_may_be_sent(
            told in proptest::option::of(0_u64..1_000_000), output in 1_u32..100_000, bytes in 3_000_usize..3_000_000,
            limit in proptest::option::of(any::<u64>()), counted in proptest::option::of(1_u64..1_000_000),
        ) {
            let mut gauge = Gauge::default();
            gauge.tell(told, true);
            let before = gauge.room(None, output);
            // Only what was thought to fit is sent.
            prop_assume!(before.prompt_bytes().is_none_or(|most| bytes <= most));
            gauge.overflow(bytes, limit, counted, before);
            let after = gauge.room(None, output);
            let smaller = after.prompt_bytes().unwrap() < bytes || after.output < before.output;
            prop_assert!(smaller, "{before:?} {after:?}");
        }
    }
}
