//! What the person in the room is writing.

use super::{over, put};
use crate::tui::model::Model;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, whole: Rect) {
    let Some(composer) = &model.composer else { return };
    let theme = &model.options.theme;
    let width = whole.width.saturating_sub(4).min(90);
    let height = (whole.height / 2).clamp(6, 16);
    let inside = over(model, "SAY, as HUMAN".to_owned(), (width, height), frame);
    let mut abouts = Vec::new();
    for (i, about) in composer.abouts.iter().enumerate() {
        let style = if i == composer.at { theme.selection } else { theme.dim };
        abouts.push(Span::styled(format!(" {about} "), style));
        abouts.push(Span::raw(" "));
    }
    // The chosen one is brought into view where they do not all fit.
    let before: usize = abouts.iter().take(composer.at * 2 + 1).map(Span::width).sum();
    let skip = if before > usize::from(inside.width) { composer.at * 2 } else { 0 };
    put(frame, inside, 0, Line::from(abouts.into_iter().skip(skip).collect::<Vec<_>>()));
    let text = Rect { y: inside.y + 1, height: inside.height.saturating_sub(2), ..inside };
    frame.render_widget(&composer.area, text);
    let notice =
        composer.notice.clone().unwrap_or_else(|| "Ctrl+S sends, Tab: to whom, Esc closes and keeps it".to_owned());
    put(frame, inside, inside.height.saturating_sub(1), Line::styled(super::entry::one_line(&notice), theme.dim));
}
