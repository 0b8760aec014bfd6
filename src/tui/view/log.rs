//! The log: entries, whoever is writing, the unread rule.

use super::layout::Pane;
use super::{frame_of, put};
use crate::protocol::EntryNumber;
use crate::replay::MarkerKind;
use crate::tui::model::log::Item;
use crate::tui::model::search::matches;
use crate::tui::model::{Mode, Model};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState};
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let inside = frame_of(model, Pane::Log, title(model), frame, area);
    let theme = &model.options.theme;
    let shift = u16::try_from(model.log.shift).unwrap_or(u16::MAX);
    let query = model.search.as_ref().map(|s| s.field.text()).filter(|q| !q.is_empty());
    let bookmarked = bookmarks(model);
    for (y, (item, row)) in model.log.page.rows.iter().enumerate() {
        let here = matches!(item, Item::Entry(n) if Some(*n) == model.log.cursor) && !model.log.follow;
        let mut line =
            if row.unbroken { row.cut(shift, inside.width.saturating_sub(1), theme) } else { row.line.clone() };
        if let Some(query) = query {
            let style = if here { theme.found_here } else { theme.found };
            line = marked(&line, query, style);
        }
        let Ok(y) = u16::try_from(y) else { break };
        put(frame, Rect { x: inside.x + 1, width: inside.width.saturating_sub(1), ..inside }, y, line);
        let marked = matches!(item, Item::Entry(n) if bookmarked.contains(n));
        let bar = match (here, marked) {
            (true, _) => Span::styled(theme.glyphs.column, theme.focus),
            (false, true) => Span::styled(theme.glyphs.bookmark, theme.warn),
            (false, false) => Span::raw(" "),
        };
        put(frame, Rect { width: 1, ..inside }, y, Line::from(bar));
    }
    if model.framed() {
        scrollbar(model, frame, area);
    }
    let spot = if model.framed() { Rect { y: area.bottom().saturating_sub(1), height: 1, ..inside } } else { inside };
    below(model, frame, spot);
}

fn title(model: &Model) -> Line<'static> {
    let theme = &model.options.theme;
    let entries = match model.scene.session.entries().len() {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    };
    let mut title = vec![
        Span::styled(" 1 ", theme.dim),
        Span::styled("LOG", theme.title),
        Span::styled(format!("  {entries} "), theme.dim),
    ];
    if !model.log.filter.is_off() {
        title.push(Span::styled(format!(" only {} ", model.log.filter.told()), theme.warn));
    }
    if let Some(search) = &model.search {
        title.push(Span::styled(format!(" /{} ", search.field.text()), theme.found));
        title.push(Span::styled(format!(" {} ", search.counted(model.log.cursor)), theme.dim));
    }
    Line::from(title)
}

/// The entries with a bookmark.
fn bookmarks(model: &Model) -> Vec<EntryNumber> {
    let markers = model.timeline.markers().iter();
    markers.filter(|m| m.kind == MarkerKind::Bookmark).map(|m| m.entry).collect()
}

fn scrollbar(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let page = &model.log.page;
    if page.from <= 0.0 && page.to >= 1.0 {
        return;
    }
    let theme = &model.options.theme;
    let mut state = ScrollbarState::new(1000)
        .position((page.from * 1000.0) as usize)
        .viewport_content_length(((page.to - page.from) * 1000.0) as usize);
    let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(None)
        .thumb_symbol(theme.glyphs.full)
        .thumb_style(theme.rule);
    let track = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    frame.render_stateful_widget(bar, track, &mut state);
}

/// What the reader who holds the log is missing.
fn below(model: &Model, frame: &mut Frame<'_>, inside: Rect) {
    let new = model.log.page.new_below;
    if model.log.follow || new == 0 || inside.height == 0 || matches!(model.mode, Mode::Bare) {
        return;
    }
    let theme = &model.options.theme;
    let text = format!(" {} {new} new below, G ", theme.glyphs.down);
    let width = (text.width() as u16).min(inside.width);
    let spot = Rect { x: inside.right() - width, y: inside.bottom() - 1, width, height: 1 };
    frame.render_widget(Line::styled(text, theme.unread), spot);
}

/// The same line with every match of `query` in another style.
pub fn marked(line: &Line<'static>, query: &str, style: Style) -> Line<'static> {
    let text = line.to_string();
    let hits = matches(&text, query);
    if hits.is_empty() {
        return line.clone();
    }
    let mut spans = Vec::new();
    let mut at = 0;
    for span in &line.spans {
        let (from, to) = (at, at + span.content.len());
        at = to;
        let mut cut = from;
        for (start, end) in hits.iter().filter(|(s, e)| *s < to && *e > from) {
            let (start, end) = ((*start).max(from), (*end).min(to));
            push(&mut spans, &span.content, (cut - from, start - from), span.style);
            push(&mut spans, &span.content, (start - from, end - from), span.style.patch(style));
            cut = end;
        }
        push(&mut spans, &span.content, (cut - from, to - from), span.style);
    }
    Line { spans, ..line.clone() }
}

fn push(spans: &mut Vec<Span<'static>>, text: &str, (from, to): (usize, usize), style: Style) {
    if let Some(part) = text.get(from..to).filter(|p| !p.is_empty()) {
        spans.push(Span::styled(part.to_owned(), style));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn matches_are_marked_across_spans_and_cases() {
        let line = Line::from(vec![Span::raw("Rota"), Span::raw("tion Ärger"), Span::raw(" ROTATION")]);
        let style = Style::new().bold();
        let bold = |line: &Line<'static>| {
            line.spans.iter().filter(|s| s.style == style).map(|s| s.content.to_string()).collect::<Vec<_>>().join("|")
        };
        assert_eq!(bold(&marked(&line, "rotation", style)), "Rota|tion|ROTATION");
        assert_eq!(bold(&marked(&line, "ärg", style)), "Ärg");
        assert_eq!(bold(&marked(&line, "ROTATION", style)), "ROTATION");
        assert_eq!(marked(&line, "x", style), line);
    }
}
