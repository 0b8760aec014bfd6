//! What the person in the room is writing, below what it is an answer to.

use super::entry::{Row, one_line, prose};
use super::{over, put};
use crate::tui::model::Model;
use crate::tui::model::say::Composer;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Most rows of what came back.
const NOTICE: usize = 3;

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, whole: Rect) {
    let Some(composer) = &model.composer else { return };
    let theme = &model.options.theme;
    let width = whole.width.saturating_sub(4).min(90);
    let inner = width.saturating_sub(2).max(1);
    let prompt = prose(&composer.prompt(model.timeline.latest()), inner, theme);
    let notice = composer.notice.as_deref().unwrap_or("Ctrl+S sends, Tab: to whom, Esc closes and keeps it");
    let notice = wrapped(notice, inner, model);
    let most = (whole.height.saturating_sub(8) / 2).clamp(1, 12);
    let asked = (prompt.len() as u16).clamp(1, most);
    let height = (asked + notice.len() as u16 + 9).max(6).min(whole.height);
    let inside = over(model, "SAY, as HUMAN".to_owned(), (width, height), frame);
    put(frame, inside, 0, abouts(model, composer, inside.width));
    for (y, row) in prompt.iter().take(usize::from(asked)).enumerate() {
        put(frame, inside, y as u16 + 1, row.cut(0, inside.width, theme));
    }
    if prompt.len() > usize::from(asked) {
        let more = format!(" {} {} more rows in the log", theme.glyphs.ellipsis, prompt.len() - usize::from(asked));
        put(frame, inside, asked, Line::styled(more, theme.dim));
    }
    let below = notice.len() as u16;
    let text = Rect { y: inside.y + asked + 1, height: inside.height.saturating_sub(asked + 1 + below), ..inside };
    frame.render_widget(&composer.area, text);
    let style = if composer.notice.is_some() && !composer.sent { theme.warn } else { theme.dim };
    for (y, row) in notice.into_iter().enumerate() {
        put(frame, inside, inside.height.saturating_sub(below) + y as u16, row.line.patch_style(style));
    }
}

/// What can be written; the chosen one is brought into view where they do not all fit.
fn abouts(model: &Model, composer: &Composer, width: u16) -> Line<'static> {
    let theme = &model.options.theme;
    let style = |i: usize| if i == composer.at { theme.selection } else { theme.dim };
    let all: Vec<Span<'static>> =
        composer.abouts.iter().enumerate().map(|(i, about)| Span::styled(format!(" {about} "), style(i))).collect();
    let columns = |spans: &[Span<'_>]| spans.iter().map(|s| s.width() + 1).sum::<usize>();
    let mark = || Span::styled(theme.glyphs.ellipsis, theme.dim);
    // The first of those before the chosen one from which on it can be seen, with room for a mark at either end.
    let room = usize::from(width).saturating_sub(4);
    let upto = all.get(..=composer.at).unwrap_or(&all);
    let from = (0..upto.len()).find(|from| columns(upto.get(*from..).unwrap_or_default()) <= room);
    let from = from.unwrap_or(composer.at);
    let mut line = Vec::new();
    if from > 0 {
        line.extend([mark(), Span::raw(" ")]);
    }
    let last = all.len().saturating_sub(1);
    for (i, span) in all.into_iter().enumerate().skip(from) {
        let used: usize = line.iter().map(Span::width).sum();
        if i > composer.at && used + span.width() + if i == last { 0 } else { 2 } > usize::from(width) {
            line.push(mark());
            break;
        }
        line.extend([span, Span::raw(" ")]);
    }
    Line::from(line)
}

/// A few rows of plain words.
fn wrapped(text: &str, width: u16, model: &Model) -> Vec<Row> {
    let mut rows = prose(&one_line(text), width, &model.options.theme);
    rows.truncate(NOTICE);
    rows
}
