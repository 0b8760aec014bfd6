//! Who sits at the table, what each is doing, and what it has cost.

use super::board::initials;
use super::entry::{author_style, clip, doing};
use super::layout::Pane;
use super::{frame_of, put};
use crate::protocol::Author;
use crate::protocol::metrics::Spending;
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
    let spent = &model.scene.costs.by;
    let authors = authors(model);
    let initials = initials(&model.scene.session);
    let longest = authors.iter().map(|a| a.to_string().width()).max().unwrap_or(0);
    let name_width = longest.min(if area.width > 60 { 32 } else { 12 });
    // The selected one stays in view where there are more seats than rows.
    let top = model.seat.saturating_sub(usize::from(area.height).saturating_sub(1));
    for (row, (i, author)) in authors.iter().enumerate().skip(top).enumerate() {
        let Ok(y) = u16::try_from(row) else { break };
        let chosen = model.focus == Pane::Seats && i == model.seat;
        let (words, style) = state(model, author);
        // Whoever is at work has more to say of that than of the number of calls.
        let idle = model.scene.writer(author).is_none();
        let right = spent.get(author).map(|s| cost(s, idle || area.width > 60)).unwrap_or_default();
        let name = clip(&author.to_string(), name_width, theme);
        let initial = i.checked_sub(1).and_then(|seat| initials.get(seat)).map_or("", String::as_str);
        let room = usize::from(area.width).saturating_sub(name_width + right.width() + 7);
        let words = clip(&words, room, theme);
        let gap = room.saturating_sub(words.width()) + 1;
        let sign = if chosen { theme.glyphs.current } else { " " };
        let look = author_style(&model.scene.session, author, theme);
        let line = Line::from(vec![
            Span::styled(sign, theme.focus),
            Span::styled(format!("{initial:<2} {name:<name_width$} "), look),
            Span::styled(words, style),
            Span::raw(" ".repeat(gap)),
            Span::styled(right, theme.dim),
        ]);
        put(frame, area, y, if chosen { line.style(theme.selection) } else { line });
    }
}

/// `6t 18k $0.11`: turns, tokens, money; what is not known is `--`, never nothing.
fn cost(spent: &Spending, turns: bool) -> String {
    let turns = if turns { format!("{}t ", spent.calls) } else { String::new() };
    let tokens = spent.known_tokens().map_or("--".to_owned(), |t| format!("{}k", t.div_ceil(1000)));
    let money = spent.known_cost().map_or("--".to_owned(), |nano| format!("${:.2}", nano as f64 / 1e9));
    if tokens == "--" && money == "--" {
        return format!("{turns}--");
    }
    format!("{turns}{tokens} {money}")
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
    // What each has cost is told where that takes no more lines than there are.
    let with_cost = worded(model, area, true);
    let lines = if with_cost.len() > usize::from(area.height) { worded(model, area, false) } else { with_cost };
    let left_out = lines.len().saturating_sub(usize::from(area.height));
    for (y, mut spans) in lines.into_iter().take(usize::from(area.height)).enumerate() {
        if left_out > 0 && y + 1 == usize::from(area.height) {
            spans.push(Span::styled(theme.glyphs.ellipsis, theme.dim));
        }
        put(frame, area, y as u16, Line::from(spans));
    }
}

fn worded(model: &Model, area: Rect, cost_too: bool) -> Vec<Vec<Span<'static>>> {
    let theme = &model.options.theme;
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for (i, author) in authors(model).into_iter().enumerate() {
        let (state, state_style) = state(model, &author);
        let name = format!(" {author} ");
        let state = format!("{} ", clip(&state, 18, theme));
        let spent = model.scene.costs.by.get(&author).filter(|_| cost_too);
        let cost = spent.map(|s| format!("{} ", cost(s, true))).unwrap_or_default();
        let width = name.width() + state.width() + cost.width();
        if used + width > usize::from(area.width) {
            lines.push(Vec::new());
            used = 0;
        }
        used += width;
        let chosen = model.focus == Pane::Seats && i == model.seat;
        let state_style = if chosen { state_style.patch(theme.selection) } else { state_style };
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(name, author_style(&model.scene.session, &author, theme)));
            line.push(Span::styled(state, state_style));
            line.push(Span::styled(cost, theme.dim));
        }
    }
    lines
}
