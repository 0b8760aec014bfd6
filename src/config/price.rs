//! Money, exact: no amount is ever a binary fraction.

use std::fmt;
use std::str::FromStr;

use super::value::BadValue;

/// Decimal places of a dollar that are kept.
const PLACES: usize = 6;

/// An amount in millionths of a US dollar. As a price for a million tokens it is also the price of one token in
/// millionths of a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct MicroDollars(pub u64);

impl MicroDollars {
    pub(super) const BAD: BadValue =
        BadValue::new("an amount in US dollars such as 3 or 1.25, with at most six decimal places");
}

impl FromStr for MicroDollars {
    type Err = BadValue;

    /// Reads dollars, `3` or `1.25`: digits, and after a point one to six more. No sign, no exponent.
    fn from_str(text: &str) -> Result<Self, BadValue> {
        let text = text.trim();
        let (whole, part) = match text.split_once('.') {
            Some((_, "")) => return Err(Self::BAD),
            Some(halves) => halves,
            None => (text, ""),
        };
        let part = part.trim_end_matches('0');
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || part.len() > PLACES || !digits(whole) || !digits(part) {
            return Err(Self::BAD);
        }
        let micros: u64 = format!("{part:0<PLACES$}").parse().map_err(|_| Self::BAD)?;
        let dollars: u64 = whole.parse().map_err(|_| Self::BAD)?;
        dollars.checked_mul(1_000_000).and_then(|sum| sum.checked_add(micros)).map(Self).ok_or(Self::BAD)
    }
}

impl fmt::Display for MicroDollars {
    /// Dollars with at least two decimal places and no more than the amount needs: `$3.00`, `$0.125`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:06}", self.0 % 1_000_000);
        let part = part.trim_end_matches('0');
        write!(f, "${}.{part:0<2}", self.0 / 1_000_000)
    }
}

/// What a model costs, in micro-dollars for a million tokens of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Tokens sent.
    pub prompt: MicroDollars,
    /// Tokens sent that the provider had in its cache. Where the file is silent, the same as `prompt`.
    pub cached: MicroDollars,
    /// Tokens written, thinking included.
    pub completion: MicroDollars,
}

impl Price {
    /// The cost of one call. `cached` tokens are part of the `prompt` tokens, as servers report them; more cached than
    /// sent counts as all cached. Rounded up to a whole micro-dollar, so that no limit is overspent by rounding.
    pub fn cost(&self, prompt: u64, cached: u64, completion: u64) -> MicroDollars {
        let cached = cached.min(prompt);
        let part = |tokens: u64, price: MicroDollars| u128::from(tokens).saturating_mul(u128::from(price.0));
        let sum = part(prompt - cached, self.prompt)
            .saturating_add(part(cached, self.cached))
            .saturating_add(part(completion, self.completion));
        MicroDollars(u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_exactly_and_printed_back() {
        for (text, micros, shown) in [
            ("0", 0, "$0.00"),
            ("3", 3_000_000, "$3.00"),
            ("1.25", 1_250_000, "$1.25"),
            ("0.125", 125_000, "$0.125"),
            ("0.1", 100_000, "$0.10"),
            ("0.0375", 37_500, "$0.0375"),
            ("10.0", 10_000_000, "$10.00"),
            ("0.000001", 1, "$0.000001"),
            ("1.25000000", 1_250_000, "$1.25"),
        ] {
            let amount: MicroDollars = text.parse().unwrap();
            assert_eq!(amount, MicroDollars(micros), "{text}");
            assert_eq!(amount.to_string(), shown);
        }
        for bad in ["", ".", "1.", ".5", "-1", "+1", "1e3", "inf", "nan", "0.0000001", "$3", "1,5", "99999999999999"] {
            assert_eq!(bad.parse::<MicroDollars>(), Err(MicroDollars::BAD), "{bad}");
        }
    }

    #[test]
    fn cost_counts_cached_tokens_once() {
        let price = Price {
            prompt: MicroDollars(1_250_000),
            cached: MicroDollars(125_000),
            completion: MicroDollars(10_000_000),
        };
        assert_eq!(price.cost(1_000_000, 400_000, 100_000), MicroDollars(750_000 + 50_000 + 1_000_000));
        assert_eq!(price.cost(1, 0, 0), MicroDollars(2), "1.25 micro-dollars round up");
        assert_eq!(price.cost(10, 99, 0), price.cost(10, 10, 0));
        assert_eq!(price.cost(u64::MAX, 0, u64::MAX), MicroDollars(u64::MAX));
    }
}
