//! Who sits at the table, what each is doing, and what it has cost.

use super::entry::{author_style, cut, doing};
use super::layout::Pane;
use super::{frame_of, put};
use crate::protocol::Author;
use crate::protocol::metrics::{Spending, spending_by_author};
use crate::tui::model::Model;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Draws it: rows where there is room, else words in a line or two.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let title = Line::from(vec![Span::styled(" 2 ", theme.dim), Span::styled("SEATS ", theme.title)]);
    let inside = frame_of(model, Pane::Seats, title, frame, area);
    if model.framed() || model.zoom || inside.height > 3 {
        rows(model, frame, inside);
    } else {
        words(model, frame, inside);
    }
}

fn authors(model: &Model) -> Vec<Author> {
    let seats = model.scene.session.seats().map(|t| Author::Seat(t.clone()));
    std::iter::once(Author::Supervisor).chain(seats).collect()
}

fn rows(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let spent = spending_by_author(&model.scene.session);
    let authors = authors(model);
    // The selected one stays in view where there are more seats than rows.
    let top = model.seat.saturating_sub(usize::from(area.height).saturating_sub(1));
    for (row, (i, author)) in authors.iter().enumerate().skip(top).enumerate() {
        let Ok(y) = u16::try_from(row) else { break };
        let chosen = model.focus == Pane::Seats && i == model.seat;
        let right = cost(spent.get(author));
        let (words, style) = state(model, author);
        let name = cut(&author.to_string(), 13);
        let name_width = 14.max(name.width() + 1);
        let room = usize::from(area.width).saturating_sub(name_width + right.width() + 2);
        let words = cut(&words, room);
        let gap = room.saturating_sub(words.width());
        let sign = if chosen { theme.glyphs.current } else { " " };
        let line = Line::from(vec![
            Span::styled(sign, theme.focus),
            Span::styled(format!("{name:<13} "), author_style(&model.scene.session, author, theme)),
            Span::styled(words, style),
            Span::raw(" ".repeat(gap)),
            Span::styled(right, theme.dim),
        ]);
        put(frame, area, y, if chosen { line.style(theme.selection) } else { line });
    }
}

/// `6t 18k $0.11`; what is not known is `--`, never nothing.
fn cost(spent: Option<&Spending>) -> String {
    let Some(spent) = spent else { return "0t".to_owned() };
    let tokens = spent.known_tokens().map_or("--".to_owned(), |t| format!("{}k", t.div_ceil(1000)));
    let money = spent.known_cost().map_or("--".to_owned(), |nano| format!("${:.2}", nano as f64 / 1e9));
    if tokens == "--" && money == "--" {
        return format!("{}t --", spent.calls);
    }
    format!("{}t {tokens} {money}", spent.calls)
}

fn state(model: &Model, author: &Author) -> (String, Style) {
    let theme = &model.options.theme;
    match model.scene.writer(author) {
        Some(writer) => doing(writer, &model.scene, theme),
        None => ("idle".to_owned(), theme.dim),
    }
}

fn words(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for author in authors(model) {
        let (state, style) = state(model, &author);
        let name = format!(" {author} ");
        let state = format!("{} ", cut(&state, 18));
        let width = name.width() + state.width();
        if used + width > usize::from(area.width) {
            lines.push(Vec::new());
            used = 0;
        }
        used += width;
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(name, author_style(&model.scene.session, &author, theme)));
            line.push(Span::styled(state, style));
        }
    }
    let left_out = lines.len().saturating_sub(usize::from(area.height));
    for (y, mut spans) in lines.into_iter().take(usize::from(area.height)).enumerate() {
        if left_out > 0 && y + 1 == usize::from(area.height) {
            spans.push(Span::styled(theme.glyphs.ellipsis, theme.dim));
        }
        put(frame, area, y as u16, Line::from(spans));
    }
}
