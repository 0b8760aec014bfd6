//! Where lines end. Widths are those that ratatui draws, grapheme by grapheme.

use super::text::{Kind, Text};
use ratatui::buffer::CellWidth;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// How a line that is too long is parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// At blanks, behind hyphens, beside wide characters; within a word only where it is wider than a line.
    Words,
    /// Wherever the width is reached.
    Anywhere,
}

/// A grapheme is wider than the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooWide;

/// Columns of `text`.
pub(super) fn width_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(|grapheme| usize::from(grapheme.cell_width())).sum()
}

/// The graphemes of tamed text.
pub(super) fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    // A tamed text has no carriage return, so that in ASCII every byte is a grapheme.
    let ascii = text.is_ascii();
    let bytes = if ascii { text.len() } else { 0 };
    let single = (0..bytes).filter_map(move |at| text.get(at..at + 1));
    single.chain(if ascii { "" } else { text }.graphemes(true))
}

/// The lines of `text` as ranges of it, without the blanks at which it was parted.
pub(super) fn wrap(text: &Text, width: usize, mode: Mode) -> Result<Vec<Range<usize>>, TooWide> {
    let mut lines = Vec::new();
    let mut line = Open::default();
    let mut at = 0;
    let mut before = "";
    for grapheme in text.stretches().flat_map(graphemes) {
        let next = at + grapheme.len();
        match grapheme {
            "\n" => {
                lines.push(line.start..line.text_end);
                line = Open { start: next, text_end: next, ..Open::default() };
            }
            " " if mode == Mode::Words => line.blank(at),
            _ => {
                let columns = columns_of(grapheme);
                if columns > width {
                    return Err(TooWide);
                }
                if mode == Mode::Words && at > line.start && parts(text, at, before, grapheme) {
                    line.chance = Some(Chance { end: at, next: at, column: line.column });
                }
                while line.column + columns > width {
                    lines.push(line.part(at));
                }
                line.column += columns;
                line.text_end = next;
            }
        }
        before = grapheme;
        at = next;
    }
    if line.text_end > line.start || lines.is_empty() {
        lines.push(line.start..line.text_end);
    }
    Ok(lines)
}

/// The line that is being filled.
#[derive(Debug, Default)]
struct Open {
    start: usize,
    /// The end of what is not blank.
    text_end: usize,
    column: usize,
    chance: Option<Chance>,
}

/// A place at which the line may end.
#[derive(Debug)]
struct Chance {
    end: usize,
    next: usize,
    /// Columns up to `next`.
    column: usize,
}

impl Open {
    fn blank(&mut self, at: usize) {
        if self.text_end == self.start && self.start == at {
            // Blanks at a line's start are those it was parted at.
            self.start = at + 1;
            self.text_end = at + 1;
            return;
        }
        self.column += 1;
        self.chance = Some(Chance { end: self.text_end, next: at + 1, column: self.column });
    }

    /// Ends the line, at the last chance or else before `at`.
    fn part(&mut self, at: usize) -> Range<usize> {
        let (end, next, column) = match self.chance.take() {
            Some(chance) => (chance.end, chance.next, chance.column),
            None => (self.text_end, at, self.column),
        };
        let line = self.start..end;
        self.start = next;
        self.text_end = self.text_end.max(next);
        self.column -= column;
        line
    }
}

fn columns_of(grapheme: &str) -> usize {
    if grapheme.len() == 1 { 1 } else { usize::from(grapheme.cell_width()) }
}

/// Whether a line may end between two graphemes, the second of which begins at `at`.
fn parts(text: &Text, at: usize, before: &str, after: &str) -> bool {
    if before.len() == 1 && after.len() == 1 {
        let is_word = after.bytes().all(|b| b.is_ascii_alphabetic());
        return before == "-" && is_word && kind_at(text, at) == Kind::Prose && follows_letter(&text.text, at);
    }
    if matches!(before, "" | " " | "\n") {
        return false;
    }
    let is_wide = columns_of(before) == 2 || columns_of(after) == 2 || matches!(before, "—" | "–");
    is_wide && !is_closing(after) && !is_opening(before)
}

fn kind_at(text: &Text, at: usize) -> Kind {
    let index = text.runs.partition_point(|run| run.end <= at);
    text.runs.get(index).map_or(Kind::Prose, |run| run.kind)
}

/// Whether the hyphen before `at` stands behind a letter.
fn follows_letter(text: &str, at: usize) -> bool {
    let hyphen = at.saturating_sub(1);
    text.get(..hyphen).and_then(|head| head.chars().next_back()).is_some_and(char::is_alphabetic)
}

/// Signs that may not begin a line.
fn is_closing(grapheme: &str) -> bool {
    grapheme.chars().next().is_some_and(|c| "、。，．！？：；）」』】》〉〕〗｝］”’々ー…·%,.!?:;)]}".contains(c))
}

/// Signs that may not end one.
fn is_opening(grapheme: &str) -> bool {
    grapheme.chars().next().is_some_and(|c| "（「『【《〈〔〖｛［“‘([{$".contains(c))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::tui::theme::Theme;
    use ratatui::style::Style;

    fn text(content: &str) -> Text {
        let mut text = Text::default();
        text.push(content, 0..content.len(), (Style::new(), Kind::Prose), &Theme::dark());
        text
    }

    fn lines(content: &str, width: usize, mode: Mode) -> Vec<String> {
        let text = text(content);
        wrap(&text, width, mode).unwrap().into_iter().map(|range| text.text[range].to_owned()).collect()
    }

    #[test]
    fn lines_end_at_blanks_and_hyphens() {
        assert_eq!(lines("one two  three", 8, Mode::Words), ["one two", "three"]);
        assert_eq!(lines("a server-side thing", 9, Mode::Words), ["a server-", "side", "thing"]);
        assert_eq!(lines("from 3-4 to -5", 7, Mode::Words), ["from", "3-4 to", "-5"]);
        assert_eq!(lines("exactly ten!", 12, Mode::Words), ["exactly ten!"]);
        assert_eq!(lines("", 5, Mode::Words), [""]);
        assert_eq!(lines("a\n\nb", 5, Mode::Words), ["a", "", "b"]);
    }

    #[test]
    fn a_word_wider_than_a_line_is_parted_in_itself() {
        assert_eq!(lines("see https://example.org/x", 10, Mode::Words), ["see", "https://ex", "ample.org/", "x"]);
        assert_eq!(lines("ab cdef", 3, Mode::Anywhere), ["ab ", "cde", "f"]);
    }

    #[test]
    fn wide_characters_part_anywhere_but_before_closing_signs() {
        assert_eq!(lines("漢字漢字。漢", 8, Mode::Words), ["漢字漢", "字。漢"]);
        assert_eq!(lines("用Rust写", 5, Mode::Words), ["用", "Rust", "写"]);
        assert_eq!(wrap(&text("漢"), 1, Mode::Words), Err(TooWide));
    }

    #[test]
    fn graphemes_stay_whole() {
        assert_eq!(lines("👩\u{200d}💻👩\u{200d}💻", 3, Mode::Words), ["👩\u{200d}💻", "👩\u{200d}💻"]);
        assert_eq!(lines("e\u{301}e\u{301}e\u{301}", 2, Mode::Words), ["e\u{301}e\u{301}", "e\u{301}"]);
    }
}
