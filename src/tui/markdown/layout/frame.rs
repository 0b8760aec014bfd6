//! Rows, and what stands before their text: bars and indents.

use super::super::content::Content;
use super::super::row::Row;
use super::super::wrap::width_of;
use super::Layout;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::ops::Range;

/// Columns that indents and bars leave to the text at least, where the width has them.
const LEAST_TEXT: usize = 12;

/// What stands before the text of every row within a quotation, an item or code.
pub(super) struct Frame {
    first: Option<Span<'static>>,
    pub rest: Span<'static>,
    columns: usize,
    /// Columns of this frame and all around it.
    total: usize,
}

/// Rows and what stands before them.
impl Layout<'_> {
    /// Columns left to the text.
    pub(super) fn room(&self) -> usize {
        self.width.saturating_sub(self.indent()).max(1)
    }

    pub(super) fn indent(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.total)
    }

    pub(super) fn frame(&mut self, first: Option<Span<'static>>, rest: Span<'static>) {
        let columns = width_of(&rest.content);
        let total = self.indent() + columns;
        if total + LEAST_TEXT.min(self.width / 2) > self.width {
            // No room: the text matters more than how deep it stands.
            self.frames.push(Frame { first: None, rest: Span::raw(""), columns: 0, total: self.indent() });
        } else {
            self.frames.push(Frame { first, rest, columns, total });
        }
    }

    pub(super) fn bar(&mut self, sign: &'static str, style: Style) {
        self.frame(None, Span::styled(format!("{sign} "), style));
    }

    pub(super) fn item(&mut self) {
        let depth = self.lists.len().saturating_sub(1);
        let theme = self.theme;
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            Some(None) | None => {
                let bullets = theme.glyphs.bullets;
                format!("{} ", bullets.get(depth % bullets.len()).copied().unwrap_or("*"))
            }
        };
        let rest = Span::raw(" ".repeat(width_of(&marker)));
        self.frame(Some(Span::styled(marker, theme.rule)), rest);
    }

    pub(super) fn put(&mut self, content: Content) {
        let mut spans: Vec<Span<'static>> = Vec::with_capacity(content.spans.len() + 1);
        for frame in &mut self.frames {
            if frame.columns > 0 {
                spans.push(frame.first.take().unwrap_or_else(|| frame.rest.clone()));
            }
        }
        let shift = u16::try_from(self.indent()).unwrap_or(u16::MAX);
        let mut references = content.references;
        for reference in &mut references {
            reference.columns.start = reference.columns.start.saturating_add(shift);
            reference.columns.end = reference.columns.end.saturating_add(shift);
        }
        spans.extend(content.spans);
        let source = content.source.unwrap_or(self.base..self.base);
        self.rows.push(Row { line: Line::from(spans), unbroken: false, fixed: shift, source, references });
    }

    /// A row that shows `range` of the block.
    pub(super) fn put_from(&mut self, spans: Vec<Span<'static>>, range: &Range<usize>) {
        let source = Some(self.base + range.start..self.base + range.end);
        self.put(Content { spans, source, ..Content::default() });
    }

    /// Ends an item; one without any text has a row for its marker.
    pub(super) fn end_item(&mut self, range: &Range<usize>) {
        self.flush();
        if self.frames.last().is_some_and(|frame| frame.first.is_some()) {
            self.put_from(Vec::new(), range);
        }
        self.frames.pop();
    }
}
