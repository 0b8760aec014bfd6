//! A list over the screen, filtered by what is typed.

use super::entry::{clip, one_line};
use super::{over, put};
use crate::tui::model::Model;
use crate::tui::model::chooser::Chooser;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub fn draw(model: &Model, chooser: &Chooser, frame: &mut Frame<'_>, whole: Rect) {
    let theme = &model.options.theme;
    let (many, at) = chooser.place();
    let height = (many as u16).clamp(1, whole.height.saturating_sub(6).max(1)) + 3;
    let inside = over(model, chooser.title.clone(), (whole.width.saturating_sub(4).min(96), height), frame);
    let typed = chooser.field.text();
    put(frame, inside, 0, Line::from(vec![Span::styled("> ", theme.dim), Span::raw(typed.to_owned())]));
    let cursor = inside.x + 2 + chooser.field.before().width() as u16;
    frame.set_cursor_position((cursor.min(inside.right().saturating_sub(1)), inside.y));
    let rows = usize::from(inside.height).saturating_sub(1);
    let top = (at + 1).saturating_sub(rows);
    for (y, (chosen, row)) in chooser.shown().skip(top).take(rows).enumerate() {
        let aside = one_line(&row.aside);
        let room = usize::from(inside.width).saturating_sub(aside.width() + 3);
        let label = clip(&one_line(&row.label), room, theme);
        let gap = room.saturating_sub(label.width()) + 1;
        let sign = if chosen { theme.glyphs.current } else { " " };
        let line = Line::from(vec![
            Span::styled(format!("{sign} "), theme.focus),
            Span::raw(label),
            Span::raw(" ".repeat(gap)),
            Span::styled(aside, theme.key),
        ]);
        put(frame, inside, y as u16 + 1, if chosen { line.style(theme.selection) } else { line });
    }
    if many > rows {
        let count = format!(" {}/{many} ", at + 1);
        let x = inside.right().saturating_sub(count.width() as u16 + 1).max(inside.x);
        let border = Rect { x, y: inside.bottom(), width: inside.right() - x, height: 1 }.intersection(whole);
        frame.render_widget(Line::styled(count, theme.dim), border);
    }
    if many == 0 {
        put(frame, inside, 1, Line::styled("  nothing matches", theme.dim));
    }
}
