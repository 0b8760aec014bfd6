//! Is the terminal light or dark? It is asked (OSC 11), and given up on quickly.
//!
//! A second question that every terminal answers (its primary attributes) follows the first, so that a terminal that
//! does not know about colours costs no time-out, and no late answer is ever read as keys.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read, Write};
use std::time::Duration;

/// What stands behind the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
}

/// How long a terminal may take to answer.
const PATIENCE: Duration = Duration::from_millis(200);
/// Longest answer that is read, in bytes.
const LONGEST: usize = 256;

/// Asks the terminal; none where it does not tell. Raw mode must be on, and nobody else may read from it meanwhile.
pub fn ask() -> Option<Background> {
    let mut out = io::stdout().lock();
    out.write_all(b"\x1b]11;?\x1b\\\x1b[c").ok()?;
    out.flush().ok()?;
    let mut answer = Vec::new();
    let mut left = PATIENCE;
    // Every read is short; the sum is bounded by the number of rounds.
    for _ in 0..LONGEST {
        if answer.len() >= LONGEST || ended(&answer) || !readable(left) {
            break;
        }
        left = Duration::from_millis(50);
        let mut some = [0; LONGEST];
        let read = io::stdin().lock().read(&mut some).ok()?;
        answer.extend_from_slice(some.get(..read)?);
    }
    parse(&answer)
}

/// What `COLORFGBG` says, which some terminals set: `15;0` is light on dark.
pub fn from_colorfgbg(value: &str) -> Option<Background> {
    let behind: u8 = value.rsplit(';').next()?.parse().ok()?;
    Some(if behind == 7 || behind > 8 { Background::Light } else { Background::Dark })
}

fn readable(within: Duration) -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    let limit = Timespec { tv_sec: 0, tv_nsec: within.subsec_nanos().into() };
    matches!(poll(&mut fds, Some(&limit)), Ok(1..))
}

/// The answer to the second question ends in `c`, after `ESC [ ?`.
fn ended(answer: &[u8]) -> bool {
    let at = answer.windows(3).position(|w| w == b"\x1b[?");
    at.is_some_and(|at| answer.iter().skip(at).any(|b| *b == b'c'))
}

fn parse(answer: &[u8]) -> Option<Background> {
    let text = String::from_utf8_lossy(answer);
    let rgb = text.split("rgb:").nth(1)?;
    let mut parts = rgb.split(|c: char| !c.is_ascii_hexdigit()).filter(|p| !p.is_empty()).take(3);
    let mut channel = || {
        let digits = parts.next()?;
        let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok().filter(|n| *n <= 4)?)?.checked_sub(1)?;
        Some(f64::from(u32::from_str_radix(digits, 16).ok()?) / f64::from(most))
    };
    let (red, green, blue) = (channel()?, channel()?, channel()?);
    // Relative luminance without the gamma curve: enough to tell light from dark.
    let light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(if light > 0.5 { Background::Light } else { Background::Dark })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn answers_of_several_lengths_are_read() {
        assert_eq!(parse(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[?62;c"), Some(Background::Dark));
        assert_eq!(parse(b"\x1b]11;rgb:ff/ff/f0\x07\x1b[?1;2c"), Some(Background::Light));
        assert_eq!(parse(b"\x1b]11;rgba:ffff/ffff/ffff/ffff\x07"), None);
        assert_eq!(parse(b"\x1b[?62;c"), None);
        assert_eq!(parse(b"rgb:"), None);
        assert_eq!(parse(b"rgb:00000/0/0"), None);
    }

    #[test]
    fn only_the_second_answer_ends_the_wait() {
        assert!(!ended(b"\x1b]11;rgb:cccc/cccc/cccc\x1b\\"));
        assert!(ended(b"\x1b]11;rgb:cccc/cccc/cccc\x1b\\\x1b[?62;c"));
    }

    #[test]
    fn the_environment_can_tell() {
        assert_eq!(from_colorfgbg("15;0"), Some(Background::Dark));
        assert_eq!(from_colorfgbg("0;default;15"), Some(Background::Light));
        assert_eq!(from_colorfgbg("0;default"), None);
    }
}
