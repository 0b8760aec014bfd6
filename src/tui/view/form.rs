//! What a person's seat owes: tasks at the left, what is read and filled in at the right.
//!
//! ```text
//! ┏ ARCHITECT owes ─ 1 of 4 done ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
//! ┃▶· D1 review        │ D1 Which store keeps the sessions? Owner BACKEND.         ┃
//! ┃ ✓ Q2 answer        │ 1. One table in the database that is there …              ┃
//! ┃ · in your own words│ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ 4 more ↓ ┄┄┄  ┃
//! ┃   anything else    │ ▶ your verdict                                            ┃
//! ┃                    │   (✓) agree  ( ) object  ( ) ask first                    ┃
//! ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
//! ```
//!
//! Below 76 columns the list shrinks to one row above.

mod fields;

use super::entry::{Row, cut, one_line, prose};
use super::layout::{Room, room};
use super::{boxed, put};
use crate::tui::model::Model;
use crate::tui::model::form::Form;
use crate::tui::model::form::task::{Standing, Task};
use crate::tui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

/// Columns from which on the tasks have a list of their own.
const BESIDE: u16 = 76;
/// Rows from which on some are left empty.
const AIRY: u16 = 26;

/// Draws it.
pub fn draw(model: &Model, form: &Form, frame: &mut Frame<'_>, whole: Rect) {
    let theme = &model.options.theme;
    let area = area(model, whole);
    frame.render_widget(Clear, area);
    let (done, all) = form.done();
    let title = format!(" {} owes {} {done} of {all} done ", form.seat, theme.glyphs.rule);
    let mut block = boxed(theme, Line::styled(title, theme.title), true);
    if let Some((word, _)) = &model.toast {
        let word = cut(&format!(" {} ", one_line(word)), usize::from(area.width).saturating_sub(4));
        block = block.title_bottom(Line::styled(word, theme.accent));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let Some(task) = form.chosen() else { return };
    let body = if inside.width >= BESIDE {
        list(form, frame, inside, theme)
    } else {
        put(frame, inside, 0, heading(form, task, inside.width, theme));
        below(inside, 1)
    };
    let told = foot(form, body.width, theme);
    let body = Rect { height: body.height.saturating_sub(told.len() as u16), ..body };
    for (y, line) in told.into_iter().enumerate() {
        let row = Rect { y: body.bottom() + y as u16, height: 1, ..body };
        put(frame, row, 0, line);
    }
    fill(form, task, frame, body, theme);
}

/// Over everything but the header and the line of keys.
fn area(model: &Model, whole: Rect) -> Rect {
    match room(model.size.0, model.size.1) {
        Room::Wide | Room::Medium => Rect { y: whole.y + 1, height: whole.height.saturating_sub(2), ..whole },
        Room::Small | Room::Line => whole,
    }
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// A task's sign: done, to be done, refused; none where nothing is needed.
fn sign(form: &Form, task: &Task, theme: &Theme) -> (&'static str, Style) {
    if form.reasons_of(task).next().is_some() {
        return (theme.glyphs.failed, theme.error);
    }
    match task.standing(&form.sheet) {
        Standing::Done => (theme.glyphs.past, theme.good),
        Standing::Open => (theme.glyphs.pending, theme.warn),
        Standing::Free => (" ", theme.dim),
    }
}

/// The tasks, one below the other; gives what is left beside them.
fn list(form: &Form, frame: &mut Frame<'_>, area: Rect, theme: &Theme) -> Rect {
    let widest = form.tasks.iter().map(|t| one_line(&t.title).width()).max().unwrap_or(0) as u16;
    let width = (widest + 4).clamp(16, area.width / 3);
    let left = Rect { width, ..area };
    let top = (form.task + 1).saturating_sub(usize::from(area.height));
    for (y, (i, task)) in form.tasks.iter().enumerate().skip(top).take(usize::from(area.height)).enumerate() {
        let (mark, style) = sign(form, task, theme);
        let here = i == form.task;
        let name = cut(&one_line(&task.title), usize::from(width.saturating_sub(3)));
        let line = Line::from(vec![
            Span::styled(if here { theme.glyphs.current } else { " " }, theme.focus),
            Span::styled(format!("{mark} "), style),
            Span::raw(name),
        ]);
        put(frame, left, y as u16, if here { line.style(theme.selection) } else { line });
    }
    for y in 0..area.height {
        let at = Rect { x: area.x + width, width: 1, ..area };
        put(frame, at, y, Line::styled(theme.glyphs.column, theme.border));
    }
    Rect { x: area.x + width + 2, width: area.width.saturating_sub(width + 2), ..area }
}

/// The tasks in one row: the chosen one's name, and every sign.
fn heading(form: &Form, task: &Task, width: u16, theme: &Theme) -> Line<'static> {
    let signs: Vec<Span<'static>> = form
        .tasks
        .iter()
        .enumerate()
        .map(|(i, task)| {
            let (mark, style) = sign(form, task, theme);
            let mark = if mark == " " { theme.glyphs.separator } else { mark };
            Span::styled(mark, if i == form.task { theme.selection } else { style })
        })
        .collect();
    let room = usize::from(width).saturating_sub(signs.len() + 1);
    let name = cut(&format!("{}/{} {}", form.task + 1, form.tasks.len(), one_line(&task.title)), room);
    let gap = room.saturating_sub(name.width()) + 1;
    let mut spans = vec![Span::styled(name, theme.title), Span::raw(" ".repeat(gap))];
    spans.extend(signs);
    Line::from(spans)
}

/// What concerns the whole: that it was handed in, or why it cannot be.
fn foot(form: &Form, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    if form.sent {
        return vec![Line::styled("handed in: the host takes it in", theme.accent)];
    }
    let whole = form.reasons.iter().filter(|r| r.task.is_none());
    let rows = whole.flat_map(|r| prose(&one_line(&format!("{} {}", theme.glyphs.failed, r.text)), width, theme));
    rows.take(4).map(|row| row.line.patch_style(theme.error)).collect()
}

/// What is read above, what is filled in below.
fn fill(form: &Form, task: &Task, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let rows = context(task, (area.width, area.height), theme);
    let fields = fields::lay_out(form, task, (area.width, area.height), theme);
    let needed: u16 = fields.iter().map(fields::Laid::height).sum();
    let share = share(form, rows.len() as u16, needed, area.height);
    let top = form.top.min(rows.len().saturating_sub(usize::from(share)));
    for (y, row) in rows.iter().skip(top).take(usize::from(share)).enumerate() {
        put(frame, area, y as u16, row.cut(0, area.width, theme));
    }
    let rest = below(area, share);
    if rest.height == 0 {
        return;
    }
    put(frame, rest, 0, rule(form, &rows, top, (share, area.width), theme));
    fields::draw(form, fields, frame, below(rest, 1));
}

/// What is read. Where there are few rows none is left empty.
fn context(task: &Task, (width, height): (u16, u16), theme: &Theme) -> Vec<Row> {
    let mut rows = prose(&task.context, width, theme);
    rows.retain(|row| height >= AIRY || !row.plain().trim().is_empty());
    rows
}

/// Rows for what is read: all it needs where the fields leave room, else two fifths; nearly everything while it is read.
fn share(form: &Form, rows: u16, needed: u16, height: u16) -> u16 {
    let most = match form.field {
        None => height.saturating_sub(3),
        Some(_) => (height * 2 / 5).max(height.saturating_sub(needed + 1)),
    };
    rows.min(most)
}

/// The rule between the two, which says how much more there is to read.
fn rule(form: &Form, rows: &[Row], top: usize, (share, width): (u16, u16), theme: &Theme) -> Line<'static> {
    let more = rows.len().saturating_sub(top + usize::from(share));
    let told = match (form.field, more, top) {
        (_, 0, 0) => String::new(),
        (None, 0, _) => " the end ".to_owned(),
        (None, more, _) => format!(" {more} more {} ", theme.glyphs.down),
        (Some(_), 0, _) => format!(" Ctrl+Up {} ", theme.glyphs.up),
        (Some(_), more, _) => format!(" {more} more {} Ctrl+Down ", theme.glyphs.down),
    };
    let style = if form.field.is_none() { theme.focus } else { theme.rule };
    let line = theme.glyphs.thin_rule.repeat(usize::from(width).saturating_sub(told.width() + 2));
    Line::styled(cut(&format!("{line}{told}{}", theme.glyphs.thin_rule.repeat(2)), usize::from(width)), style)
}

/// How far the context of the open form can be scrolled, for [`Model::prepare`].
pub fn furthest(model: &Model, form: &Form) -> usize {
    let theme = &model.options.theme;
    let whole = Rect::new(0, 0, model.size.0, model.size.1);
    let inside = area(model, whole);
    let (width, height) = (inside.width.saturating_sub(2), inside.height.saturating_sub(2));
    let Some(task) = form.chosen() else { return 0 };
    let widest = form.tasks.iter().map(|t| one_line(&t.title).width()).max().unwrap_or(0) as u16;
    let beside = width >= BESIDE;
    let width = if beside { width.saturating_sub((widest + 4).clamp(16, width / 3) + 2) } else { width };
    let height = height.saturating_sub(u16::from(!beside)).saturating_sub(foot(form, width, theme).len() as u16);
    let rows = context(task, (width, height), theme).len();
    let needed: u16 = fields::lay_out(form, task, (width, height), theme).iter().map(fields::Laid::height).sum();
    rows.saturating_sub(usize::from(share(form, rows as u16, needed, height)))
}
