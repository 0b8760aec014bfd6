//! Wrapped lines of inline text as styled spans, with the references in them.

use super::Named;
use super::references::find;
use super::row::Reference;
use super::text::Text;
use super::wrap::{Mode, TooWide, width_of, wrap};
use crate::tui::theme::Theme;
use ratatui::text::Span;
use std::ops::Range;

/// A row's content without what stands before it.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// What is drawn.
    pub spans: Vec<Span<'static>>,
    /// Where it refers to something, in columns of the content.
    pub references: Vec<Reference>,
    /// The bytes of the block it shows.
    pub source: Option<Range<usize>>,
}

/// The lines of `text` in `width` columns.
pub(super) fn lines_of(text: &Text, width: usize, mode: Mode, theme: &Theme) -> Vec<Content> {
    let (lines, narrowed);
    let text = match wrap(text, width, mode) {
        Ok(fitting) => {
            lines = fitting;
            text
        }
        Err(TooWide) => {
            narrowed = text.narrowed(width);
            lines = wrap(&narrowed, width, mode).unwrap_or_default();
            &narrowed
        }
    };
    let references = if mode == Mode::Words { find(text) } else { Vec::new() };
    lines.into_iter().map(|line| content(text, line, &references, theme)).collect()
}

fn content(text: &Text, line: Range<usize>, references: &[(Range<usize>, Named)], theme: &Theme) -> Content {
    let mut made = Content::default();
    let first = references.partition_point(|(range, _)| range.end <= line.start);
    let mut pending = references.iter().skip(first).take_while(|(range, _)| range.start < line.end).peekable();
    let mut column = 0;
    for (part, run) in text.runs_in(line.clone()) {
        let source = Text::source_of(&part, run, text.run_start(part.start));
        made.source = Some(match made.source {
            Some(so_far) => so_far.start.min(source.start)..so_far.end.max(source.end),
            None => source,
        });
        let mut at = part.start;
        while at < part.end {
            while pending.next_if(|(range, _)| range.end <= at).is_some() {}
            let (end, named) = match pending.peek() {
                Some((range, named)) if range.start <= at => (range.end.min(part.end), Some(*named)),
                Some((range, _)) => (range.start.min(part.end), None),
                None => (part.end, None),
            };
            let piece = text.text.get(at..end).unwrap_or_default();
            let columns = width_of(piece);
            if let Some(to) = named {
                refer(&mut made.references, column, column + columns, to);
            }
            let style = if named.is_some() { run.style.patch(theme.reference) } else { run.style };
            match made.spans.last_mut() {
                Some(last) if last.style == style => last.content.to_mut().push_str(piece),
                _ => made.spans.push(Span::styled(piece.to_owned(), style)),
            }
            column += columns;
            at = end;
        }
    }
    made
}

/// Notes a reference; one that goes on in another style is still one.
fn refer(references: &mut Vec<Reference>, from: usize, to: usize, named: Named) {
    let column = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
    match references.last_mut() {
        Some(last) if last.to == named && last.columns.end == column(from) => last.columns.end = column(to),
        _ => references.push(Reference { columns: column(from)..column(to), to: named }),
    }
}
