//! The status line: follow or hold, live or replay, time, budgets, and a word when there is one.

use super::entry::{clip, one_line, phase};
use super::layout::{Room, room};
use crate::replay::Speed;
use crate::tui::model::form::asked;
use crate::tui::model::{Mode, Model};
use chrono::TimeDelta;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Cells of a budget's bar.
const BAR: u64 = 8;

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    if let (Mode::Searching, Some(search)) = (&model.mode, &model.search) {
        let text = format!("/{}", search.field.text());
        let before = 1 + search.field.before().width() as u16;
        let counted = format!("  {}", search.counted(model.log.cursor));
        frame.render_widget(Line::from(vec![Span::raw(text), Span::styled(counted, theme.dim)]), area);
        frame.set_cursor_position((area.x + before.min(area.width.saturating_sub(1)), area.y));
        return;
    }
    let mut spans = Vec::new();
    let mut used = 0;
    if let Some((word, _)) = &model.toast {
        let word = format!(" {} ", clip(&one_line(word), usize::from(area.width).saturating_sub(2), theme));
        used = word.width();
        spans.push(Span::styled(word, theme.accent));
    }
    for (text, style) in parts(model) {
        let text = format!(" {text} ");
        if used + text.width() > usize::from(area.width) {
            break;
        }
        used += text.width();
        spans.push(Span::styled(text, style));
    }
    frame.render_widget(Line::from(spans), area);
}

/// What is told, the weightiest first: a narrow screen shows the beginning.
fn parts(model: &Model) -> Vec<(String, Style)> {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let mut parts = vec![place(model)];
    if room(model.size.0, model.size.1) == Room::Line {
        // There is no header.
        let settled = session.dockets().filter(|d| session.is_settled(d.id)).count();
        parts.push((format!("{} {settled}/{}", phase(session.phase()), session.dockets().count()), theme.title));
    }
    if model.may_speak() {
        for (seat, _) in asked(model.timeline.latest()) {
            parts.push((format!("i: {seat}'s turn"), theme.human));
        }
    }
    let follow = if model.log.follow { ("FOLLOW", theme.good) } else { ("HOLD", theme.warn) };
    parts.push((follow.0.to_owned(), follow.1));
    if let Some(live) = &model.live {
        if live.paused && live.runs() {
            parts.push(("PAUSED".to_owned(), theme.warn));
        }
        if !live.owner && live.runs() {
            parts.push(("watching only".to_owned(), theme.dim));
        }
    }
    if !model.framed() {
        // There is no title over the log to say it.
        if let Some(search) = &model.search {
            parts.push((format!("/{} {}", search.field.text(), search.counted(model.log.cursor)), theme.found));
        }
        if !model.log.filter.is_off() {
            parts.push((format!("only {}", model.log.filter.told()), theme.warn));
        }
    }
    parts.push((times(model), theme.dim));
    let spent = &model.scene.costs.total;
    if spent.calls == 0 {
        return parts;
    }
    let limits = session.limits();
    let tokens = spent.known_tokens();
    match (tokens, limits.tokens) {
        (Some(used), Some(limit)) => {
            parts.push(budget(model, format!("{}k/{}k tok", used / 1000, limit / 1000), used, limit))
        }
        (Some(used), None) => parts.push((format!("{}k tok", used.div_ceil(1000)), theme.dim)),
        (None, _) => parts.push(("-- tok".to_owned(), theme.dim)),
    }
    match (spent.known_cost(), limits.cost_nano) {
        (Some(used), Some(limit)) => {
            parts.push(budget(model, format!("${:.2}/${:.2}", nano(used), nano(limit)), used, limit))
        }
        (Some(used), None) => parts.push((format!("${:.2}", nano(used)), theme.dim)),
        (None, _) => parts.push(("$--".to_owned(), theme.dim)),
    }
    parts.push((format!("saved {}", session.last_entry()), theme.dim));
    parts
}

fn nano(value: u64) -> f64 {
    value as f64 / 1e9
}

fn budget(model: &Model, label: String, used: u64, limit: u64) -> (String, Style) {
    let theme = &model.options.theme;
    let filled = (used.saturating_mul(BAR) / limit.max(1)).min(BAR);
    let bar: String = (0..BAR).map(|i| if i < filled { theme.glyphs.full } else { theme.glyphs.empty }).collect();
    let style = if used.saturating_mul(10) >= limit.saturating_mul(9) { theme.warn } else { theme.dim };
    (format!("{label} {bar}"), style)
}

/// Where the playhead is.
fn place(model: &Model) -> (String, Style) {
    let theme = &model.options.theme;
    if model.at_live_edge() {
        return ("LIVE".to_owned(), theme.good);
    }
    if let Some(live) = &model.live {
        if live.lost {
            return ("INTERRUPTED".to_owned(), theme.error);
        }
        if live.runs() {
            return (format!("LIVE -{}", clock(model.now - model.player.recorded())), theme.warn);
        }
        if let Some(outcome) = model.scene.outcome().filter(|_| model.scene.at_end) {
            return (outcome.to_owned(), theme.title);
        }
    }
    if model.live.is_none() && model.scene.at_end && model.player.is_paused() {
        return (model.scene.outcome().unwrap_or("END").to_owned(), theme.title);
    }
    let state = if model.player.is_paused() { "PAUSED" } else { "PLAY" };
    let speed = model.player.speed();
    let speed = if speed == Speed::Times(1.0) { String::new() } else { format!(" {speed}") };
    (format!("{state}{speed}"), theme.accent)
}

/// How long it has run; in a replay both times: playing time, and the wall clock then.
fn times(model: &Model) -> String {
    let session = &model.scene.session;
    if model.at_live_edge() {
        return clock(model.now - session.opening().at);
    }
    let std = |d: std::time::Duration| TimeDelta::from_std(d).unwrap_or_default();
    format!(
        "{}/{} {} {}",
        clock(std(model.player.time())),
        clock(std(model.player.total())),
        model.options.theme.glyphs.separator,
        model.player.recorded().format("%H:%M:%S")
    )
}

fn clock(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    if seconds >= 3600 {
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}
