//! What is drawn: one file a pane, nothing changed by drawing.

pub mod board;
mod composer;
pub mod detail;
mod document;
pub mod entry;
pub mod form;
mod gist;
mod header;
mod keys;
pub mod layout;
mod log;
mod popup;
mod seats;
mod status;
#[cfg(test)]
mod tests;
pub mod timeline;

use super::model::{Mode, Model};
use super::theme::Theme;
use layout::Pane;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear};

/// How a pane is drawn.
type Paint = fn(&Model, &mut Frame<'_>, Rect);

/// Draws the whole screen, as the model was prepared.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let map = &model.map;
    let panes: [(Option<Rect>, Paint); 10] = [
        (map.header, header::draw),
        (map.log, log::draw),
        (map.seats, seats::draw),
        (map.board, board::draw),
        (map.detail, detail::draw),
        (map.document, document::draw),
        (map.blocked, board::draw_blocked),
        (map.timeline, timeline::draw),
        (map.status, status::draw),
        (map.keys, keys::draw),
    ];
    for (area, draw) in panes {
        if let Some(area) = area.filter(|a| !a.is_empty()) {
            draw(model, frame, area);
        }
    }
    let whole = frame.area();
    match &model.mode {
        Mode::Choosing(chooser) => popup::draw(model, chooser, frame, whole),
        Mode::Composing => composer::draw(model, frame, whole),
        Mode::Filling(seat) => {
            if let Some(form) = model.forms.get(seat) {
                form::draw(model, form, frame, whole);
            }
        }
        Mode::Reading | Mode::Searching | Mode::Bare => {}
    }
}

/// Columns and rows inside a pane.
pub fn inner(area: Rect, framed: bool) -> (u16, u16) {
    let border = if framed { 2 } else { 0 };
    (area.width.saturating_sub(border), area.height.saturating_sub(border))
}

/// Draws a pane's border and title where there are borders; says what is left inside.
fn frame_of(model: &Model, pane: Pane, title: Line<'static>, frame: &mut Frame<'_>, area: Rect) -> Rect {
    if !model.framed() {
        return area;
    }
    let block = boxed(&model.options.theme, title, model.focus == pane);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

fn boxed(theme: &Theme, title: Line<'static>, focused: bool) -> Block<'static> {
    let (style, set) =
        if focused { (theme.focus, theme.glyphs.focus_border) } else { (theme.border, theme.glyphs.border) };
    Block::bordered().border_set(set).border_style(style).title(title)
}

/// A box over the middle of the screen, emptied.
fn over(model: &Model, title: String, (width, height): (u16, u16), frame: &mut Frame<'_>) -> Rect {
    let whole = frame.area();
    let (width, height) = (width.min(whole.width), height.min(whole.height));
    let area = Rect { x: whole.x + (whole.width - width) / 2, y: whole.y + (whole.height - height) / 3, width, height };
    frame.render_widget(Clear, area);
    let theme = &model.options.theme;
    let block = boxed(theme, Line::styled(format!(" {title} "), theme.title), true);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Puts a line into a row of `area`, cut to its width.
pub(super) fn put(frame: &mut Frame<'_>, area: Rect, row: u16, line: Line<'_>) {
    if row < area.height {
        frame.render_widget(line, Rect { y: area.y + row, height: 1, ..area });
    }
}
