//! A text that grows, and its rows.

use super::blocks::{Block, LARGEST, Splitter};
use super::layout::Painter;
use super::row::Row;
use crate::tui::theme::Theme;
use ratatui::text::{Line, Span};
use std::ops::Range;

/// Bytes of a text that are shown; of a longer one the rest is counted.
pub const LONGEST: usize = 1024 * 1024;

/// Rows of a text to which more is added at the end.
///
/// [`Growing::push`] takes text, [`Growing::lines`] gives the rows of all that came. Rows of blocks that no later text can
/// change are kept; for another width everything is laid out anew.
#[derive(Debug, Clone)]
pub struct Growing {
    theme: Theme,
    text: String,
    left_out: usize,
    width: u16,
    rows: Vec<Row>,
    /// How many rows will not change.
    settled: usize,
    /// How much of the text was given to the splitter.
    fed: usize,
    /// Whether `fed` is within a line.
    is_within: bool,
    splitter: Splitter,
    painter: Painter,
    is_fresh: bool,
    laid_out: usize,
}

impl Growing {
    /// An empty text in `theme`.
    pub fn new(theme: Theme) -> Self {
        Self {
            theme,
            text: String::new(),
            left_out: 0,
            width: 0,
            rows: Vec::new(),
            settled: 0,
            fed: 0,
            is_within: false,
            splitter: Splitter::default(),
            painter: Painter::default(),
            is_fresh: false,
            laid_out: 0,
        }
    }

    /// Adds text. What goes beyond [`LONGEST`] bytes is counted and not shown.
    pub fn push(&mut self, more: &str) {
        let room = if self.left_out > 0 { 0 } else { LONGEST - self.text.len() };
        let taken = up_to(more, room);
        self.text.push_str(taken);
        self.left_out += more.len() - taken.len();
        self.is_fresh &= more.is_empty();
    }

    /// All text that is shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rows, at most `width` columns wide unless [`Row::unbroken`]; none for a width of 0.
    pub fn lines(&mut self, width: u16) -> &[Row] {
        if width != self.width {
            self.begin(width);
        }
        if !self.is_fresh && width > 0 {
            self.rows.truncate(self.settled);
            self.settle();
            self.add_tail();
        }
        self.is_fresh = true;
        &self.rows
    }

    /// The same in two parts: rows that no later text changes, and those that are laid out again when more comes.
    pub fn parted(&mut self, width: u16) -> (&[Row], &[Row]) {
        self.lines(width);
        self.rows.split_at(self.settled.min(self.rows.len()))
    }

    /// The same, when nothing more comes.
    pub fn into_rows(mut self, width: u16) -> Vec<Row> {
        self.lines(width);
        self.rows
    }

    /// How many bytes of blocks were laid out so far, those laid out again counted again. For tests of the work done.
    pub fn laid_out(&self) -> usize {
        self.laid_out
    }

    fn begin(&mut self, width: u16) {
        let text = std::mem::take(&mut self.text);
        *self = Self { text, left_out: self.left_out, laid_out: self.laid_out, width, ..Self::new(self.theme.clone()) };
    }

    /// Lays out the blocks that are complete.
    fn settle(&mut self) {
        let mut blocks = Vec::new();
        while let Some(line) = next_line(&self.text, self.fed) {
            let is_cut = !self.text.get(line.clone()).unwrap_or_default().ends_with('\n');
            self.fed = line.end;
            self.splitter.line(&self.text, line, std::mem::replace(&mut self.is_within, is_cut), &mut blocks);
        }
        let mut painter = std::mem::take(&mut self.painter);
        self.paint(&mut painter, &blocks);
        self.painter = painter;
        self.settled = self.rows.len();
    }

    /// Lays out what is open, and the line that is not at its end.
    fn add_tail(&mut self) {
        let mut splitter = self.splitter.clone();
        let mut blocks = Vec::new();
        if self.fed < self.text.len() {
            splitter.line(&self.text, self.fed..self.text.len(), self.is_within, &mut blocks);
        }
        splitter.finish(&mut blocks);
        let mut painter = self.painter.clone();
        self.paint(&mut painter, &blocks);
        if self.left_out > 0 {
            let note = format!("{} {} more bytes are not shown", self.theme.glyphs.ellipsis, self.left_out);
            let note: String = note.chars().take(usize::from(self.width)).collect();
            let end = self.text.len();
            self.rows.push(Row {
                line: Line::from(Span::styled(note, self.theme.dim)),
                source: end..end,
                ..Row::default()
            });
        }
    }

    fn paint(&mut self, painter: &mut Painter, blocks: &[Block]) {
        for block in blocks {
            self.laid_out += block.range.len();
            painter.block(&self.text, block, (&self.theme, self.width), &mut self.rows);
        }
    }
}

/// The next line that is complete, with its end, or the part of a very long one that is cut off for itself. Where that is
/// cut depends on nothing but the part, so that it is the same however the text came.
fn next_line(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let window = up_to(rest, LARGEST);
    if let Some(end) = window.find('\n') {
        return Some(from..from + end + 1);
    }
    // A character may be wider than what is missing, so a window is full four bytes early.
    if rest.len() < LARGEST + 4 {
        return None;
    }
    let end = window.rfind(' ').map_or(window.len(), |blank| blank + 1);
    Some(from..from + end)
}

/// The beginning of `text`, at most `bytes` long.
fn up_to(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}
