//! Ids in a text: what Enter can follow.

use super::text::{Kind, Text};
use crate::protocol::id::{CriterionId, ReadingId, RiskId};
use crate::protocol::{DecisionId, EntryNumber, IssueId, ProposalId};
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// What an id names. Nothing says that the thing exists: `Q3` may be the third quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// `#46`.
    Entry(EntryNumber),
    /// `D2`.
    Decision(DecisionId),
    /// `D2.3`, also with its digest: `D2.3@7f3c2a1b`.
    Proposal(ProposalId),
    /// `O4`, `C1`, `Q2`.
    Issue(IssueId),
    /// `K1`.
    Criterion(CriterionId),
    /// `R3`.
    Reading(ReadingId),
    /// `P1`.
    Risk(RiskId),
}

/// The most digits of a number; six would be a colour.
const MOST_DIGITS: usize = 5;

/// The ids in `text` that stand alone, from left to right. Addresses and escapes hold none.
pub(super) fn find(text: &Text) -> Vec<(Range<usize>, Named)> {
    let mut found = Vec::new();
    let mut start = 0;
    for run in &text.runs {
        let part = text.text.get(start..run.end).unwrap_or_default();
        if run.kind != Kind::Literal {
            let starts = part.match_indices(['#', 'D', 'O', 'C', 'Q', 'K', 'R', 'P']);
            found.extend(starts.filter_map(|(at, _)| id_at(&text.text, start + at)));
        }
        start = run.end;
    }
    // An id may reach over the end of a run, but not into another.
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    found
}

/// The id that begins at `at`.
fn id_at(text: &str, at: usize) -> Option<(Range<usize>, Named)> {
    if !may_begin(text.get(..at)?) {
        return None;
    }
    let rest = text.get(at..)?;
    let length = length_of(rest)?;
    may_end(rest.get(length..)?).then_some(())?;
    let id = rest.get(..length)?;
    let named = match id.as_bytes().first()? {
        b'#' => Named::Entry(id.parse().ok().filter(|n: &EntryNumber| n.0 > 0)?),
        b'D' if id.contains('.') => Named::Proposal(id.parse().ok()?),
        b'D' => Named::Decision(id.parse().ok()?),
        b'K' => Named::Criterion(id.parse().ok()?),
        b'R' => Named::Reading(id.parse().ok()?),
        b'P' => Named::Risk(id.parse().ok()?),
        _ => Named::Issue(id.parse().ok()?),
    };
    Some((at..at + length, named))
}

/// The length of a sign or letter with its number, and of a decision with version and digest.
fn length_of(rest: &str) -> Option<usize> {
    let number = 1 + digits(rest, 1)?;
    if !rest.starts_with('D') || rest.as_bytes().get(number) != Some(&b'.') {
        return Some(number);
    }
    let Some(version) = digits(rest, number + 1) else { return Some(number) };
    let end = number + 1 + version;
    let digest = rest.get(end..).and_then(|tail| tail.strip_prefix('@'));
    let hex = digest.map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_hexdigit).count());
    Some(if (8..=64).contains(&hex) { end + 1 + hex } else { end })
}

/// How many digits stand at `at`: one to [`MOST_DIGITS`].
fn digits(text: &str, at: usize) -> Option<usize> {
    let count = text.get(at..)?.bytes().take_while(u8::is_ascii_digit).count();
    (1..=MOST_DIGITS).contains(&count).then_some(count)
}

/// Whether an id may stand behind this: not within a word, a path or another id.
fn may_begin(before: &str) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        None => true,
        // `O1-O4` names both.
        Some('-') => back.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !matches!(c, '_' | '/' | '.' | '#' | '@' | '&' | '=' | '\\' | '$') && !is_narrow_letter(c),
    }
}

fn may_end(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        None => true,
        Some('.') => !chars.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(c) => !matches!(c, '_' | '@' | '=' | '(') && !is_narrow_letter(c) && c.width() != Some(0),
    }
}

/// Ideographs need no blank beside an id.
fn is_narrow_letter(c: char) -> bool {
    c.is_alphanumeric() && c.width() == Some(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::tui::theme::Theme;
    use ratatui::style::Style;

    fn found(content: &str) -> Vec<String> {
        let mut text = Text::default();
        text.push(content, 0..content.len(), (Style::new(), Kind::Prose), &Theme::dark());
        find(&text).into_iter().map(|(range, _)| text.text[range].to_owned()).collect()
    }

    #[test]
    fn ids_are_found_wherever_they_stand_alone() {
        assert_eq!(found("As #46 said, D2.3 (O4) and D1's K2; see Q2."), ["#46", "D2.3", "O4", "D1", "K2", "Q2"]);
        assert_eq!(
            found("D2.3@7f3c2a1b, D2.3. R3/P1 C1–C3 O1-O4"),
            ["D2.3@7f3c2a1b", "D2.3", "R3", "C1", "C3", "O1", "O4"]
        );
        assert_eq!(found("决定D2的O1。"), ["D2", "O1"]);
        assert_eq!(found("D2/SECURITY"), ["D2"]);
    }

    #[test]
    fn what_looks_like_an_id_within_something_else_is_none() {
        for text in [
            "#", "#0", "#123456", "&#46;", "a#4", "##4", "#4a", "D0", "D01", "OD1", "D1x", "C_1", "x/D1", "D1.2.3",
            "C1.5", "P99999", "é1D1", "v.D1", "D1_x", "R2()", "K1=3", "$D1", "pre-D1",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn an_id_says_what_it_names() {
        let mut text = Text::default();
        text.push("#46 D2.3", 0..8, (Style::new(), Kind::Prose), &Theme::dark());
        let named: Vec<Named> = find(&text).into_iter().map(|(_, named)| named).collect();
        assert_eq!(named, [Named::Entry(EntryNumber(46)), Named::Proposal("D2.3".parse().unwrap())]);
    }
}
