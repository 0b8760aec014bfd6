//! The first line: topic, phases, wave, models.

use super::entry::{clip, cut, one_line};
use super::layout::{Room, room};
use crate::protocol::event::Outcome;
use crate::protocol::session::Life;
use crate::protocol::{Author, Phase};
use crate::tui::model::Model;
use crate::tui::model::form::is_person;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

const PHASES: [(Phase, &str); 4] = [
    (Phase::Framing, "Framework"),
    (Phase::Positions, "Positions"),
    (Phase::Deliberation, "Deliberation"),
    (Phase::Ratification, "Ratification"),
];

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let right = right(model);
    let phases = match room(model.size.0, model.size.1) {
        Room::Wide => phases(model),
        Room::Medium | Room::Small | Room::Line => short_phase(model),
    };
    let phases_width: usize = phases.iter().map(Span::width).sum();
    let name = if room(model.size.0, model.size.1) == Room::Small { 4 } else { 15 };
    let left_over = usize::from(area.width).saturating_sub(phases_width + right.width() + name);
    let topic = clip(&one_line(session.opening().topic.lines().next().unwrap_or_default()), left_over, theme);
    let mut spans = Vec::new();
    if room(model.size.0, model.size.1) != Room::Small {
        spans.push(Span::styled(" conclave ", theme.bar.patch(theme.title)));
        spans.push(Span::styled(theme.glyphs.separator, theme.bar));
    }
    spans.push(Span::styled(format!(" {topic}  "), theme.bar));
    spans.extend(phases);
    let used: usize = spans.iter().map(Span::width).sum();
    let gap = usize::from(area.width).saturating_sub(used + right.width() + 1);
    spans.push(Span::styled(" ".repeat(gap), theme.bar));
    spans.push(Span::styled(format!("{right} "), theme.bar));
    frame.render_widget(Line::from(spans).style(theme.bar), area);
}

fn phases(model: &Model) -> Vec<Span<'static>> {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let outcome = session.outcome();
    let mut spans = Vec::new();
    for (phase, name) in PHASES {
        let (sign, style, name) = match session.phase().cmp(&phase) {
            std::cmp::Ordering::Greater => (theme.glyphs.past, theme.bar, name.to_owned()),
            std::cmp::Ordering::Equal if matches!(outcome, Some(Outcome::Consensus { .. })) => {
                (theme.glyphs.past, theme.bar, name.to_owned())
            }
            // It ended here, with the phase's work undone.
            std::cmp::Ordering::Equal if outcome.is_some() => (theme.glyphs.current, theme.bar, name.to_owned()),
            std::cmp::Ordering::Equal => (theme.glyphs.current, theme.bar.patch(theme.title), name.to_uppercase()),
            std::cmp::Ordering::Less => (theme.glyphs.pending, theme.bar, name.to_owned()),
        };
        spans.push(Span::styled(format!("{sign}{name} "), style));
    }
    spans
}

fn short_phase(model: &Model) -> Vec<Span<'static>> {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let settled = session.dockets().filter(|d| session.is_settled(d.id)).count();
    let phase = super::entry::phase(session.phase()).to_uppercase();
    let text = format!("{phase} {settled}/{} ", session.dockets().count());
    vec![Span::styled(text, theme.bar.patch(theme.title))]
}

fn right(model: &Model) -> String {
    let session = &model.scene.session;
    if let Some(outcome) = model.scene.outcome() {
        return outcome.to_owned();
    }
    let wave = format!("wave {}/{}", session.wave().number, session.limits().waves);
    if room(model.size.0, model.size.1) != Room::Wide {
        return wave;
    }
    let seats = session.opening().seats.iter();
    let spoken = seats.filter(|s| !is_person(session, &Author::Seat(s.tag.clone())));
    let mut models: Vec<&str> = spoken.map(|s| s.speaker.model.as_str()).collect();
    models.sort_unstable();
    models.dedup();
    let paused = if matches!(session.life(), Life::Running) { "" } else { " paused" };
    let cast = match models.as_slice() {
        [] => "people".to_owned(),
        [one] => cut(&one_line(one.split(" (").next().unwrap_or(one)), 24),
        many => format!("{} models", many.len()),
    };
    let separator = model.options.theme.glyphs.separator;
    format!("{wave}{paused}   {cast} {separator} {} seats", session.seats().count())
}
