//! Where two texts part.

use super::super::visible::visible;

/// Most characters that are shown of a line.
const SHOWN: usize = 72;
/// Of these, characters before the place where the lines part.
const BEFORE: usize = 24;

/// The first line in which a file is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// The line, from 1.
    pub line: u64,
    /// What the file has there and what it should have, in words that are safe to show.
    pub told: String,
}

/// The first line in which `found` differs from `expected`; none where they are the same bytes.
pub(super) fn first(found: &[u8], expected: &[u8]) -> Option<Difference> {
    if found == expected {
        return None;
    }
    let (mut ours, mut theirs) = (found.split(|b| *b == b'\n'), expected.split(|b| *b == b'\n'));
    let mut line = 1;
    loop {
        let (is, should) = (ours.next(), theirs.next());
        if is != should || is.is_none() {
            let told = match (is, should) {
                (None, Some(should)) => format!("it ends, and {} should follow", part(should, b"")),
                (Some(is), None) => format!("it should have ended, and {} follows", part(is, b"")),
                (is, should) => {
                    let (is, should) = (is.unwrap_or_default(), should.unwrap_or_default());
                    format!("it reads {}, and should read {}", part(is, should), part(should, is))
                }
            };
            return Some(Difference { line, told });
        }
        line += 1;
    }
}

/// The part of `line` around the place where it parts from `other`.
fn part(line: &[u8], other: &[u8]) -> String {
    let same = line.iter().zip(other).take_while(|(a, b)| a == b).count();
    let before = String::from_utf8_lossy(line.get(..same).unwrap_or_default()).chars().count();
    let text = String::from_utf8_lossy(line);
    let skipped = before.saturating_sub(BEFORE);
    let shown: String = text.chars().skip(skipped).take(SHOWN).collect();
    let begins = if skipped > 0 { "…" } else { "" };
    let ends = if text.chars().count() > skipped + SHOWN { "…" } else { "" };
    format!("'{begins}{}{ends}'", visible(&shown))
}
