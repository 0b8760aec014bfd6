//! Tables: columns fitted to the width, cells wrapped within them.

use super::content::{Content, lines_of};
use super::row::Reference;
use super::text::{Kind, Text};
use super::wrap::{Mode, width_of};
use crate::tui::theme::Theme;
use pulldown_cmark::Alignment;
use ratatui::style::Style;
use ratatui::text::Span;

/// Columns that a cell needs to be read as one, unless it is narrower by itself.
const LEAST: usize = 8;
/// Columns between two cells.
const BETWEEN: usize = 3;

/// A table on its way to rows.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// How each column is aligned.
    pub alignments: Vec<Alignment>,
    /// The cells, the header's first.
    pub rows: Vec<Vec<Text>>,
}

impl Table {
    /// The rows of the table in `width` columns.
    pub(super) fn lay(&self, width: usize, theme: &Theme) -> Vec<Content> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        if count == 0 {
            return Vec::new();
        }
        let room = width.saturating_sub(BETWEEN * (count - 1));
        let natural = self.natural(count);
        if room < natural.iter().map(|width| LEAST.min(*width)).sum() {
            return self.records(width, theme);
        }
        let widths = fitted(&natural, room);
        let cells: Vec<Vec<Vec<Content>>> = self.rows.iter().map(|row| cells(row, &widths, theme)).collect();
        let is_tall = cells.iter().skip(1).flatten().any(|lines| lines.len() > 1);
        let mut made = Vec::new();
        for (index, row) in cells.into_iter().enumerate() {
            if index == 1 {
                made.push(rule(&widths, theme.glyphs.rule, theme));
            } else if index > 1 && is_tall {
                made.push(rule(&widths, theme.glyphs.thin_rule, theme));
            }
            self.row(row, &widths, theme, &mut made);
        }
        if self.rows.len() == 1 {
            made.push(rule(&widths, theme.glyphs.rule, theme));
        }
        made
    }

    /// The columns that each column's widest line would take.
    fn natural(&self, count: usize) -> Vec<usize> {
        let mut widths = vec![1; count];
        for row in &self.rows {
            for (cell, width) in row.iter().zip(&mut widths) {
                let widest = cell.text.split('\n').map(width_of).max().unwrap_or(0);
                *width = (*width).max(widest);
            }
        }
        widths
    }

    /// One row of cells as lines of the screen.
    fn row(&self, cells: Vec<Vec<Content>>, widths: &[usize], theme: &Theme, made: &mut Vec<Content>) {
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let mut columns: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
        for _ in 0..height {
            let mut line = Content::default();
            let mut start = 0;
            for (index, width) in widths.iter().enumerate() {
                if index > 0 {
                    line.spans.push(Span::styled(format!(" {} ", theme.glyphs.column), theme.border));
                    start += BETWEEN;
                }
                let content = columns.get_mut(index).and_then(Iterator::next).unwrap_or_default();
                let is_last = index + 1 == widths.len();
                place(&mut line, content, (start, *width, self.alignments.get(index).copied(), is_last));
                start += width;
            }
            made.push(line);
        }
    }

    /// Where columns would be too narrow: a line for each cell, headed by its column's name.
    fn records(&self, width: usize, theme: &Theme) -> Vec<Content> {
        let mut made = Vec::new();
        let header = self.rows.first().map(Vec::as_slice).unwrap_or_default();
        if self.rows.len() < 2 {
            return header.iter().flat_map(|cell| lines_of(cell, width, Mode::Words, theme)).collect();
        }
        for (index, row) in self.rows.iter().enumerate().skip(1) {
            if index > 1 {
                let rule = theme.glyphs.thin_rule.repeat(width);
                made.push(Content { spans: vec![Span::styled(rule, theme.border)], ..Content::default() });
            }
            for (column, cell) in row.iter().enumerate() {
                let mut line = header.get(column).cloned().unwrap_or_default();
                if !line.is_empty() {
                    line.push(": ", 0..0, (theme.dim, Kind::Prose), theme);
                }
                line.join(cell);
                made.extend(lines_of(&line, width, Mode::Words, theme));
            }
        }
        made
    }
}

fn cells(row: &[Text], widths: &[usize], theme: &Theme) -> Vec<Vec<Content>> {
    row.iter().zip(widths).map(|(cell, width)| lines_of(cell, *width, Mode::Words, theme)).collect()
}

/// Widths that fit `room`: what is narrow keeps its width, what is wide shares the rest evenly.
fn fitted(natural: &[usize], room: usize) -> Vec<usize> {
    if natural.iter().sum::<usize>() <= room {
        return natural.to_vec();
    }
    let mut order: Vec<usize> = natural.to_vec();
    order.sort_unstable();
    let (mut left, mut wide) = (room, order.len());
    for width in order {
        if width > left / wide {
            break;
        }
        left -= width;
        wide -= 1;
    }
    let share = left / wide.max(1);
    let mut over = left % wide.max(1);
    let fit = |width: &usize| {
        if *width <= share {
            return *width;
        }
        let more = usize::from(over > 0);
        over -= more;
        share + more
    };
    natural.iter().map(fit).collect()
}

fn rule(widths: &[usize], sign: &str, theme: &Theme) -> Content {
    let mut text = String::new();
    for (index, width) in widths.iter().enumerate() {
        if index > 0 {
            text.push_str(sign);
            text.push_str(theme.glyphs.cross);
            text.push_str(sign);
        }
        text.push_str(&sign.repeat(*width));
    }
    Content { spans: vec![Span::styled(text, theme.border)], ..Content::default() }
}

/// Puts a cell's line into its columns.
fn place(line: &mut Content, content: Content, at: (usize, usize, Option<Alignment>, bool)) {
    let (start, width, alignment, is_last) = at;
    let used: usize = content.spans.iter().map(|span| width_of(&span.content)).sum();
    let rest = width.saturating_sub(used);
    let before = match alignment {
        Some(Alignment::Right) => rest,
        Some(Alignment::Center) => rest / 2,
        Some(Alignment::Left | Alignment::None) | None => 0,
    };
    pad(line, before);
    line.spans.extend(content.spans);
    if !is_last {
        pad(line, rest - before);
    }
    let shift = u16::try_from(start + before).unwrap_or(u16::MAX);
    line.references.extend(content.references.into_iter().map(|reference| {
        let columns = reference.columns.start.saturating_add(shift)..reference.columns.end.saturating_add(shift);
        Reference { columns, ..reference }
    }));
    line.source = match (line.source.take(), content.source) {
        (Some(a), Some(b)) => Some(a.start.min(b.start)..a.end.max(b.end)),
        (a, b) => a.or(b),
    };
}

fn pad(line: &mut Content, columns: usize) {
    if columns > 0 {
        line.spans.push(Span::styled(" ".repeat(columns), Style::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn narrow_columns_keep_their_width_and_wide_ones_share() {
        assert_eq!(fitted(&[3, 5], 20), [3, 5]);
        assert_eq!(fitted(&[3, 50, 50], 23), [3, 10, 10]);
        assert_eq!(fitted(&[50, 4, 50], 25), [11, 4, 10]);
        assert_eq!(fitted(&[9, 9], 8), [4, 4]);
    }
}
