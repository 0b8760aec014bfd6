//! Cells are gathered until a table is whole.

use super::super::text::Kind;
use super::Layout;
use std::ops::Range;

/// Tables.
impl Layout<'_> {
    pub(super) fn table_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.push(Vec::new());
        }
    }

    /// More cells than the table has columns are text too: they go into the last one.
    pub(super) fn rescue(&mut self, range: &Range<usize>) {
        let Some(cell) = self.table.as_mut().and_then(|table| table.rows.last_mut()).and_then(|row| row.last_mut())
        else {
            return;
        };
        let shown = cell.runs.last().map_or(range.end, |run| run.source.end.saturating_sub(self.base));
        let rest = self.source.get(shown..range.end).unwrap_or_default();
        // What closes the cell itself: emphasis, backticks, its bar.
        let Some((_, rest)) = rest.split_once('|') else { return };
        let rest = rest.trim().trim_end_matches('|').trim_end();
        if !rest.is_empty() {
            let source = self.base + range.start..self.base + range.end;
            cell.push(&format!(" | {rest}"), source, (self.theme.dim, Kind::Prose), self.theme);
        }
    }

    pub(super) fn finish_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        for content in table.lay(self.room(), self.theme) {
            self.put(content);
        }
    }

    pub(super) fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.inline);
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.push(cell);
        }
    }
}
