//! The document as it stands.

use super::layout::Pane;
use super::{frame_of, put};
use crate::tui::model::Model;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let title = Line::from(vec![
        Span::styled(" d ", theme.dim),
        Span::styled("DOCUMENT ", theme.title),
        Span::styled("Enter follows a statement to its entry ", theme.dim),
    ]);
    let inside = frame_of(model, Pane::Document, title, frame, area);
    if let Some(trouble) = &model.paper.trouble {
        put(frame, inside, 0, Line::styled(format!(" no document: {trouble}"), theme.warn));
        return;
    }
    let rows = model.paper.rows.iter().enumerate().skip(model.paper.top).take(usize::from(inside.height));
    for (y, (i, row)) in rows.enumerate() {
        let here = i == model.paper.cursor && model.focus == Pane::Document;
        let sign = if here { Span::styled(theme.glyphs.column, theme.focus) } else { Span::raw(" ") };
        put(frame, Rect { width: 1, ..inside }, y as u16, Line::from(sign));
        let beside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(1), ..inside };
        put(frame, beside, y as u16, if here { row.line.clone().style(theme.selection) } else { row.line.clone() });
    }
}
