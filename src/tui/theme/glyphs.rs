//! The signs of the screen that are not text, in Unicode and in ASCII. Every sign is one column wide in both, so that a
//! layout does not depend on which is shown.

use ratatui::symbols::border::{self, Set};

/// One set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Borders of a pane.
    pub border: Set<'static>,
    /// Borders of the pane that has the focus.
    pub focus_border: Set<'static>,
    /// A horizontal rule.
    pub rule: &'static str,
    /// A rule between the rows of a table.
    pub thin_rule: &'static str,
    /// A vertical line, between the columns of a table.
    pub column: &'static str,
    /// Where such a line crosses a rule.
    pub cross: &'static str,
    /// The filled part of a bar.
    pub full: &'static str,
    /// The rest of it.
    pub empty: &'static str,
    /// Heights of a sparkline, lowest first.
    pub spark: [&'static str; 8],
    /// States of a spinner, in order.
    pub spinner: [&'static str; 8],
    /// Bullets of nested lists, outermost first.
    pub bullets: [&'static str; 3],
    /// A task that is not done, one column between brackets of its own.
    pub open: &'static str,
    /// A task that is done.
    pub done: &'static str,
    /// The bar beside a quotation.
    pub quote: &'static str,
    /// The bar beside code.
    pub code: &'static str,
    /// The bar beside text that is being written.
    pub writing: &'static str,
    /// The caret at its end.
    pub caret: &'static str,
    /// What is going on now: the phase, the selected row, the playhead.
    pub current: &'static str,
    /// A phase that is over, a decision that is settled.
    pub past: &'static str,
    /// A phase to come, a seat that is silent.
    pub pending: &'static str,
    /// A fault, a thing refused.
    pub failed: &'static str,
    /// The line of the timeline between markers.
    pub track: &'static str,
    /// Between two parts of a line.
    pub separator: &'static str,
    /// Text was cut here.
    pub ellipsis: &'static str,
    /// A line goes on to the left of what is shown.
    pub more_left: &'static str,
    /// A line goes on to the right of what is shown.
    pub more_right: &'static str,
    /// Higher up.
    pub up: &'static str,
    /// Further down.
    pub down: &'static str,
    /// A mark on a seat's colour where there are more seats than colours; the first round has none.
    pub seat_marks: [&'static str; 4],
    /// A bookmark.
    pub bookmark: &'static str,
    /// The sum that measures progress.
    pub phi: &'static str,
    /// Opens the name of a character that is shown by its number.
    pub open_escape: &'static str,
    /// Closes it.
    pub close_escape: &'static str,
}

impl Glyphs {
    /// For terminals whose font and encoding can be trusted.
    pub const UNICODE: Self = Self {
        border: border::PLAIN,
        focus_border: border::THICK,
        rule: "─",
        thin_rule: "┄",
        column: "│",
        cross: "┼",
        full: "▓",
        empty: "░",
        spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"],
        bullets: ["•", "◦", "▪"],
        open: " ",
        done: "✓",
        quote: "▌",
        code: "▏",
        writing: "▌",
        caret: "▁",
        current: "▶",
        past: "✓",
        pending: "·",
        failed: "✗",
        track: "─",
        separator: "·",
        ellipsis: "…",
        more_left: "‹",
        more_right: "›",
        up: "↑",
        down: "↓",
        seat_marks: ["", "²", "³", "⁺"],
        bookmark: "◆",
        phi: "Φ",
        open_escape: "‹",
        close_escape: "›",
    };

    /// For `--ascii`.
    pub const ASCII: Self = Self {
        border: ASCII_BORDER,
        focus_border: ASCII_FOCUS,
        rule: "-",
        thin_rule: "-",
        column: "|",
        cross: "+",
        full: "#",
        empty: ".",
        spark: ["_", ".", ",", "-", "=", "+", "*", "#"],
        spinner: ["|", "/", "-", "\\", "|", "/", "-", "\\"],
        bullets: ["*", "-", "+"],
        open: " ",
        done: "x",
        quote: "|",
        code: ":",
        writing: "|",
        caret: "_",
        current: ">",
        past: "+",
        pending: ".",
        failed: "x",
        track: "-",
        separator: "|",
        ellipsis: "~",
        more_left: "<",
        more_right: ">",
        up: "^",
        down: "v",
        seat_marks: ["", "2", "3", "+"],
        bookmark: "*",
        phi: "F",
        open_escape: "<",
        close_escape: ">",
    };
}

const ASCII_BORDER: Set<'static> = Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

const ASCII_FOCUS: Set<'static> = Set { horizontal_top: "=", horizontal_bottom: "=", ..ASCII_BORDER };

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::CellWidth;

    fn signs(g: Glyphs) -> Vec<&'static str> {
        let mut all = vec![
            g.rule,
            g.thin_rule,
            g.column,
            g.cross,
            g.full,
            g.empty,
            g.open,
            g.done,
            g.quote,
            g.code,
            g.writing,
            g.caret,
            g.current,
            g.past,
            g.pending,
            g.failed,
            g.track,
            g.separator,
            g.ellipsis,
            g.more_left,
            g.more_right,
            g.up,
            g.down,
            g.bookmark,
            g.phi,
            g.open_escape,
            g.close_escape,
        ];
        for set in [g.border, g.focus_border] {
            all.extend([set.top_left, set.top_right, set.bottom_left, set.bottom_right, set.vertical_left]);
            all.extend([set.vertical_right, set.horizontal_top, set.horizontal_bottom]);
        }
        all.extend(g.spark.into_iter().chain(g.spinner).chain(g.bullets).chain(g.seat_marks.into_iter().skip(1)));
        all
    }

    #[test]
    fn every_sign_is_one_column_wide() {
        for sign in signs(Glyphs::UNICODE).into_iter().chain(signs(Glyphs::ASCII)) {
            assert_eq!(sign.cell_width(), 1, "{sign}");
        }
        assert_eq!((Glyphs::UNICODE.seat_marks[0], Glyphs::ASCII.seat_marks[0]), ("", ""));
    }

    #[test]
    fn the_ascii_set_is_ascii() {
        let foreign: Vec<_> = signs(Glyphs::ASCII).into_iter().filter(|s| !s.is_ascii()).collect();
        assert!(foreign.is_empty(), "{foreign:?}");
    }

    #[test]
    fn the_focused_pane_has_another_border() {
        for set in [Glyphs::UNICODE, Glyphs::ASCII] {
            assert_ne!(set.border, set.focus_border);
            assert_ne!(set.full, set.empty);
            assert_ne!(set.past, set.pending);
        }
    }
}
