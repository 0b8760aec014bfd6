//! The fields of a task: labels, choices, editors.

use crate::export::visible::visible;
use crate::tui::model::form::Form;
use crate::tui::model::form::task::{Choice, Field, Input, Task};
use crate::tui::theme::Theme;
use crate::tui::view::entry::{Row, cut, one_line, prose};
use crate::tui::view::put;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

/// Most rows of an editor, while it has the focus and while it has not.
const EDITED: u16 = 10;
const SHOWN: u16 = 4;

/// A field, laid out.
pub struct Laid {
    rows: Vec<Line<'static>>,
    /// Its editor, and how many rows that has, below the rows.
    editor: Option<(String, u16)>,
    focused: bool,
    bar: Span<'static>,
    /// Empty rows below.
    gap: u16,
}

impl Laid {
    /// Rows, the empty ones below included.
    pub fn height(&self) -> u16 {
        self.rows.len() as u16 + self.editor.as_ref().map_or(0, |(_, rows)| *rows) + self.gap
    }
}

/// Lays out a task's fields, and above the first why the task was refused.
pub fn lay_out(form: &Form, task: &Task, (width, height): (u16, u16), theme: &Theme) -> Vec<Laid> {
    let whole: Vec<&str> = form.reasons_of(task).filter(|r| r.field.is_none()).map(|r| r.text.as_str()).collect();
    let mut reasons = Vec::new();
    for text in whole {
        let rows = prose(&one_line(&format!("{} {text}", theme.glyphs.failed)), width, theme);
        reasons.extend(rows.into_iter().map(|row| row.line.patch_style(theme.error)));
    }
    let mut laid: Vec<Laid> =
        task.fields.iter().enumerate().map(|(i, field)| lay(form, (i, field), (width, height), theme)).collect();
    match laid.first_mut() {
        Some(first) => drop(first.rows.splice(0..0, reasons)),
        None if reasons.is_empty() => {}
        None => laid.push(Laid { rows: reasons, editor: None, focused: false, bar: Span::raw(" "), gap: 0 }),
    }
    laid
}

fn lay(form: &Form, (i, field): (usize, &Field), (width, height): (u16, u16), theme: &Theme) -> Laid {
    let focused = form.field == Some(i);
    let mut rows = label(form, field, focused, width, theme);
    let mut editor = None;
    match &field.input {
        Input::One(choices) => rows.extend(options(form, field, (choices, focused, false), width, theme)),
        Input::Any(choices) => rows.extend(options(form, field, (choices, focused, true), width, theme)),
        Input::Line | Input::Text => {
            let lines = form.sheet.area(&field.key).map(|a| a.lines()).unwrap_or_default();
            let room = usize::from(width.saturating_sub(2).max(1));
            let needed: usize = lines.iter().map(|line| wrapped(line, room)).sum();
            let least = if focused && field.input == Input::Text { 3 } else { 1 };
            let most = if focused { EDITED } else { SHOWN };
            editor = Some((field.key.clone(), (needed as u16).clamp(least, most)));
        }
    }
    let bar = if focused {
        Span::styled(theme.glyphs.writing, theme.focus)
    } else {
        Span::styled(theme.glyphs.column, theme.border)
    };
    Laid { rows, editor, focused, bar, gap: u16::from(height >= super::AIRY) }
}

fn label(form: &Form, field: &Field, focused: bool, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let refused =
        form.reasons.iter().any(|r| r.field.as_ref() == Some(&field.key)) && !form.sheet.is_filled(&field.key);
    let (sign, style) = match (refused, focused) {
        (true, _) => (theme.glyphs.failed, theme.error),
        (false, true) => (theme.glyphs.current, theme.focus),
        (false, false) => (" ", theme.title),
    };
    let aside = if field.needed { "" } else { "  may stay empty" };
    let room = width.saturating_sub(2);
    let shown = prose(&one_line(&field.label), room, theme);
    let last = shown.len().saturating_sub(1);
    let row = |(i, row): (usize, Row)| {
        let mut line = row.line.patch_style(if focused { theme.focus } else { style });
        line.spans.insert(0, Span::styled(format!("{} ", if i == 0 { sign } else { " " }), style));
        if i == last && line.width() + aside.width() <= usize::from(width) {
            line.spans.push(Span::styled(aside, theme.dim));
        }
        line
    };
    shown.into_iter().enumerate().map(row).collect()
}

/// The options: side by side where they fit into two rows, else one below the other.
fn options(
    form: &Form,
    field: &Field,
    (choices, focused, several): (&[Choice], bool, bool),
    width: u16,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let shown: Vec<Span<'static>> = choices
        .iter()
        .enumerate()
        .map(|(i, choice)| {
            let chosen = form.sheet.has(&field.key, &choice.value);
            let mark = if chosen { theme.glyphs.done } else { theme.glyphs.open };
            let (open, close) = if several { ("[", "]") } else { ("(", ")") };
            let text = format!("{open}{mark}{close} {}", one_line(&choice.label));
            let here = focused && if several { i == form.spot } else { chosen };
            let style = match (here, chosen) {
                (true, _) => theme.selection,
                (false, true) => theme.good,
                (false, false) => theme.text,
            };
            Span::styled(cut(&text, usize::from(width.saturating_sub(2))), style)
        })
        .collect();
    let room = usize::from(width);
    let mut flowing: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for span in &shown {
        let wide = span.width() + 2;
        if used + wide > room && used > 0 {
            flowing.push(Vec::new());
            used = 0;
        }
        used += wide;
        if let Some(row) = flowing.last_mut() {
            row.extend([Span::raw("  "), span.clone()]);
        }
    }
    if flowing.len() <= 2 {
        return flowing.into_iter().map(Line::from).collect();
    }
    shown.into_iter().map(|span| Line::from(vec![Span::raw("  "), span])).collect()
}

/// Rows that a line takes, wrapped at words.
fn wrapped(line: &str, room: usize) -> usize {
    let (mut rows, mut used) = (1, 0);
    for word in line.split_inclusive(' ') {
        let wide = word.width();
        if used + wide.min(room) > room && used > 0 {
            rows += 1;
            used = 0;
        }
        rows += (used + wide).saturating_sub(1) / room.max(1);
        used = (used + wide) % room.max(1);
    }
    rows
}

/// Draws them; the focused one is in view, whole if it fits.
pub fn draw(form: &Form, fields: Vec<Laid>, frame: &mut Frame<'_>, area: Rect) {
    let at = fields.iter().position(|f| f.focused).unwrap_or(0);
    let mut first = at;
    let mut used = fields.get(at).map_or(0, Laid::height).saturating_sub(1);
    while let Some(before) = first.checked_sub(1).and_then(|i| fields.get(i)) {
        used += before.height();
        if used > area.height {
            break;
        }
        first -= 1;
    }
    let mut y = 0;
    for field in fields.into_iter().skip(first) {
        if y >= area.height {
            break;
        }
        let bottom = y + field.height();
        for line in field.rows {
            put(frame, area, y, line);
            y += 1;
        }
        if let Some((key, rows)) = &field.editor {
            let rows = (*rows).min(area.height.saturating_sub(y));
            let text = Rect { x: area.x + 2, y: area.y + y, width: area.width.saturating_sub(2), height: rows };
            for i in 0..rows {
                put(frame, area, y + i, Line::from(field.bar.clone()));
            }
            match form.sheet.area(key) {
                Some(editor) if field.focused => frame.render_widget(editor, text),
                // An editor shows where its cursor is; what one does not write in is read from its beginning.
                Some(editor) => {
                    let shown = visible(&editor.lines().join("\n"));
                    frame.render_widget(Paragraph::new(shown).wrap(Wrap { trim: false }), text);
                }
                None => {}
            }
        }
        y = bottom;
    }
}
