//! Markers along the session, and Φ over its waves.

use crate::replay::MarkerKind;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Columns at the right for Φ and the mode.
const RIGHT: u16 = 26;

/// The part of the line that is the track: first column and width.
pub fn track(area: Rect) -> (u16, u16) {
    let right = if area.width > 2 * RIGHT { RIGHT } else { 0 };
    (area.x + 1, area.width.saturating_sub(right + 2))
}

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let (from, width) = track(area);
    let cells = cells(model, usize::from(width));
    let spans: Vec<Span<'static>> = cells.into_iter().map(|(sign, style)| Span::styled(sign, style)).collect();
    frame.render_widget(Line::from(spans), Rect { x: from, width, ..area });
    let rest = area.right().saturating_sub(from + width);
    if rest > RIGHT / 2 {
        let spot = Rect { x: from + width + 1, width: rest.saturating_sub(1), ..area };
        frame.render_widget(phi(model), spot);
    }
}

fn cells(model: &Model, width: usize) -> Vec<(String, Style)> {
    let theme = &model.options.theme;
    let here = ((model.player.share() * width as f64) as usize).min(width.saturating_sub(1));
    let mut cells: Vec<(String, Style)> =
        (0..width).map(|x| (theme.glyphs.track.to_owned(), if x <= here { theme.accent } else { theme.dim })).collect();
    // Where several fall into one cell, the weightiest is shown.
    let mut shown: Vec<Option<MarkerKind>> = vec![None; width];
    for marker in model.timeline.markers() {
        let at = ((model.player.share_of(marker.records) * width as f64) as usize).min(width.saturating_sub(1));
        if let Some(cell) = shown.get_mut(at)
            && cell.is_none_or(|kind| weight(kind) <= weight(marker.kind))
        {
            *cell = Some(marker.kind);
        }
    }
    for (cell, kind) in cells.iter_mut().zip(shown) {
        if let Some(kind) = kind {
            *cell = (kind.letter().to_string(), look(kind, theme));
        }
    }
    if let Some(cell) = cells.get_mut(here) {
        cell.0 = theme.glyphs.current.to_owned();
        cell.1 = theme.focus;
    }
    cells
}

fn weight(kind: MarkerKind) -> u8 {
    match kind {
        MarkerKind::Proposal => 0,
        MarkerKind::Error => 1,
        MarkerKind::Agreement => 2,
        MarkerKind::Objection => 3,
        MarkerKind::Mediation => 4,
        MarkerKind::Framework | MarkerKind::Close => 5,
        MarkerKind::Bookmark => 6,
    }
}

fn look(kind: MarkerKind, theme: &Theme) -> Style {
    match kind {
        MarkerKind::Framework => theme.supervisor,
        MarkerKind::Proposal => theme.accent,
        MarkerKind::Objection | MarkerKind::Error => theme.error,
        MarkerKind::Mediation => theme.warn,
        MarkerKind::Agreement | MarkerKind::Close => theme.good,
        MarkerKind::Bookmark => theme.warn,
    }
}

/// `Φ 9▇▆▅▃▂`: what is left to settle, wave by wave.
fn phi(model: &Model) -> Line<'static> {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let mut values: Vec<u32> = session.progress().phi.iter().map(|(_, phi)| *phi).collect();
    values.push(session.phi());
    let last = values.split_off(values.len().saturating_sub(12));
    let most = last.iter().copied().max().unwrap_or(0).max(1);
    let steps = theme.glyphs.spark;
    let bars: String = last
        .iter()
        .map(|v| steps.get((*v as usize * (steps.len() - 1)) / most as usize).copied().unwrap_or(" "))
        .collect();
    // Before the framework there is nothing to settle, which is not the same as all being settled.
    let phi = if session.framework().is_some() { session.phi().to_string() } else { "--".to_owned() };
    Line::from(vec![
        Span::styled(format!("{} {phi} ", theme.glyphs.phi), theme.title),
        Span::styled(bars, theme.accent),
    ])
}
