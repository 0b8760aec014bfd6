//! A row of the screen, and what a view needs to know about it.

use super::Named;
use super::wrap::width_of;
use crate::tui::theme::Theme;
use ratatui::text::{Line, Span};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What is drawn.
    pub line: Line<'static>,
    /// Whether this is a line of code, which may be wider than the width and is scrolled sideways with [`Row::cut`].
    pub unbroken: bool,
    /// How many columns at the start stay when the rest is scrolled: bars and indents.
    pub fixed: u16,
    /// The bytes of the text that the row shows; empty for rows between blocks.
    pub source: Range<usize>,
    /// What the row refers to, from left to right.
    pub references: Vec<Reference>,
}

/// A place in a row that names something in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its columns, from 0.
    pub columns: Range<u16>,
    /// What it names. Whether there is such a thing only the session knows.
    pub to: Named,
}

impl Row {
    /// Its columns.
    pub fn width(&self) -> u16 {
        let columns = self.line.spans.iter().map(|span| width_of(&span.content)).sum::<usize>();
        u16::try_from(columns).unwrap_or(u16::MAX)
    }

    /// The text without styles.
    pub fn plain(&self) -> String {
        self.line.spans.iter().map(|span| span.content.as_ref()).collect()
    }

    /// What is seen of the row in `width` columns when it is scrolled to the right by `from`: the fixed columns, then the
    /// rest from there, with signs in `theme`'s `dim` where it goes on. A row that fits is given as it is.
    pub fn cut(&self, from: u16, width: u16, theme: &Theme) -> Line<'static> {
        let (from, width, fixed) = (usize::from(from), usize::from(width), usize::from(self.fixed));
        let whole = usize::from(self.width());
        if whole <= width && from == 0 || width <= fixed {
            return self.line.clone();
        }
        // The columns of the row that can be seen, one less at either end that has a sign.
        let is_left = from > 0 && width > fixed + 1;
        let is_right = whole.saturating_sub(from) > width;
        let start = fixed + from + usize::from(is_left);
        let end = (from + width).saturating_sub(usize::from(is_right)).max(start);
        let mut seen = Line { spans: self.between(0..fixed), ..self.line.clone() };
        if is_left {
            seen.spans.push(Span::styled(theme.glyphs.more_left, theme.dim));
        }
        seen.spans.extend(self.between(start..end));
        if is_right {
            seen.spans.push(Span::styled(theme.glyphs.more_right, theme.dim));
        }
        seen
    }

    /// The graphemes in these columns; one that is cut in half leaves a blank.
    fn between(&self, columns: Range<usize>) -> Vec<Span<'static>> {
        let mut spans = Vec::new();
        let mut at = 0;
        for span in &self.line.spans {
            if at >= columns.end {
                break;
            }
            let mut kept = String::new();
            for grapheme in span.content.graphemes(true) {
                let next = at + width_of(grapheme);
                if at >= columns.start && next <= columns.end {
                    kept.push_str(grapheme);
                } else {
                    let seen = next.min(columns.end).saturating_sub(at.max(columns.start));
                    kept.extend(std::iter::repeat_n(' ', seen));
                }
                at = next;
                if at >= columns.end {
                    break;
                }
            }
            if !kept.is_empty() {
                spans.push(Span::styled(kept, span.style));
            }
        }
        spans
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn row(text: &str) -> Row {
        let spans = vec![Span::raw("| "), Span::raw(text.to_owned())];
        Row { line: Line::from(spans), unbroken: true, fixed: 2, ..Row::default() }
    }

    fn seen(text: &str, from: u16, width: u16) -> String {
        let line = row(text).cut(from, width, &Theme::dark());
        line.spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn a_wide_row_is_scrolled_behind_its_bar() {
        assert_eq!(seen("abcdefghij", 0, 12), "| abcdefghij");
        assert_eq!(seen("abcdefghij", 0, 8), "| abcde›");
        assert_eq!(seen("abcdefghij", 2, 8), "| ‹defg›");
        assert_eq!(seen("abcdefghij", 4, 8), "| ‹fghij");
        assert_eq!(seen("abcdefghij", 99, 8), "| ‹");
    }

    #[test]
    fn what_is_seen_never_exceeds_the_width() {
        for text in ["ab漢字cd漢字ef", "漢漢漢漢漢漢", "e\u{301}e\u{301}👩\u{200d}💻xxxx"] {
            for width in 3..12 {
                for from in 0..14 {
                    let columns = width_of(&seen(text, from, width));
                    assert!(columns <= usize::from(width), "{text} from {from} in {width}: {columns}");
                }
            }
        }
    }
}
