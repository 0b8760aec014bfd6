//! Agreement: decision by seat.
//!
//! `A` agrees, `a` agreed to a text that has changed since, `X` objects, `?` asks, `·` has not judged. The letters carry the
//! meaning; colour only repeats it.

use super::entry::{author_style, clip, one_line};
use super::layout::Pane;
use super::{frame_of, put};
use crate::protocol::{Author, Docket, IssueKind, SeatTag, Session, Stance};
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// A stance's letter and look.
pub fn letter(stance: Stance, theme: &Theme) -> (&'static str, Style) {
    match stance {
        Stance::Agrees => ("A", theme.good),
        Stance::Stale => ("a", theme.stale),
        Stance::Objects => ("X", theme.error),
        Stance::Asks => ("?", theme.warn),
        Stance::Silent => (theme.glyphs.pending, theme.dim),
    }
}

/// Draws it: a table where there is room, else words in lines.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let title = Line::from(vec![
        Span::styled(" 3 ", theme.dim),
        Span::styled("AGREEMENT ", theme.title),
        Span::styled(progress(&model.scene.session, usize::from(area.width).saturating_sub(15)), theme.dim),
    ]);
    let inside = frame_of(model, Pane::Board, title, frame, area);
    if model.framed() || model.zoom || inside.height > 3 {
        table(model, frame, inside);
    } else {
        words(model, frame, inside);
    }
}

/// How near the end is: `2/4 settled, 1 objection `; nothing before there is a framework.
fn progress(session: &Session, room: usize) -> String {
    let all = session.dockets().count();
    if all == 0 {
        return String::new();
    }
    let settled = session.dockets().filter(|d| session.is_settled(d.id)).count();
    let open = session.issues().iter().filter(|i| i.is_open() && i.id.kind == IssueKind::Objection).count();
    let settled = format!("{settled}/{all} settled");
    let against = match open {
        0 => String::new(),
        1 => ", 1 objection".to_owned(),
        many => format!(", {many} objections"),
    };
    if settled.width() + against.width() < room { format!("{settled}{against} ") } else { settled + " " }
}

/// Columns of a name at which the word at the end of a row gives way to a sign.
const CROWDED: usize = 18;

/// One or two letters by which seats are told apart at the head of a column.
pub(super) fn initials(session: &Session) -> Vec<String> {
    let tags: Vec<&str> = session.seats().map(SeatTag::as_str).collect();
    let short = |tag: &str, n: usize| tag.chars().take(n).collect::<String>();
    let first_free = |i: usize, tag: &str| {
        let others = || tags.iter().enumerate().filter(move |(j, _)| *j != i);
        if others().all(|(_, t)| short(t, 1) != short(tag, 1)) {
            return short(tag, 1);
        }
        // A letter further on that no other begins with: SECURITY beside SUPPORT is still told apart.
        let mut later = tag.chars().skip(1).filter(|c| c.is_alphanumeric());
        let free =
            later.find(|c| others().all(|(_, t)| !t.starts_with(*c)) && tags.iter().take(i).all(|t| !t.contains(*c)));
        free.map_or_else(|| short(tag, 2), |c| c.to_string())
    };
    tags.iter().enumerate().map(|(i, tag)| first_free(i, tag)).collect()
}

fn table(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let names = initials(session);
    let columns: usize = names.iter().map(|n| n.width().max(1) + 1).sum();
    let room = usize::from(area.width).saturating_sub(columns + 7);
    // The word for what is settled, where the names do not need its room.
    let worded = room >= CROWDED + 7;
    let name_width = if worded { room - 7 } else { room }.max(4);
    let mut head = vec![Span::styled(format!("{:<w$} ", " decision", w = name_width + 1), theme.dim)];
    for (tag, name) in session.seats().zip(&names) {
        head.push(Span::styled(format!("{name} "), author_style(session, &Author::Seat(tag.clone()), theme)));
    }
    head.push(Span::styled("head", theme.dim));
    put(frame, area, 0, Line::from(head));
    let rows = usize::from(area.height).saturating_sub(2);
    let top = (model.cell.decision + 1).saturating_sub(rows);
    for (row, (i, docket)) in session.dockets().enumerate().skip(top).take(rows).enumerate() {
        let line = decision(model, i, docket, (&names, name_width, worded));
        put(frame, area, row as u16 + 1, line);
    }
    let shown = session.dockets().count().saturating_sub(top).min(rows) as u16;
    put(frame, area, shown + 1, accord(model, &names, name_width));
}

fn decision(
    model: &Model,
    i: usize,
    docket: &Docket,
    (names, width, worded): (&[String], usize, bool),
) -> Line<'static> {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let chosen = i == model.cell.decision;
    let focused = chosen && model.focus == Pane::Board;
    let title = session.decision(docket.id).map(|d| d.question.as_str()).unwrap_or_default();
    let name = clip(&format!("{} {}", docket.id, one_line(title)), width, theme);
    let pad = " ".repeat(width.saturating_sub(name.width()));
    let sign = if chosen { theme.glyphs.current } else { " " };
    let mut spans = vec![Span::styled(sign, theme.focus), Span::raw(format!("{name}{pad} "))];
    for (at, (tag, column)) in session.seats().zip(names).enumerate() {
        let (letter, style) = letter(session.stance(tag, docket.id), theme);
        let here = focused && model.cell.seat == Some(at);
        let style = if here { style.patch(theme.reference_here) } else { style };
        spans.push(Span::styled(letter, style));
        spans.push(Span::raw(" ".repeat(column.width().max(1))));
    }
    let head = docket.head.map_or("--".to_owned(), |(id, _)| format!(".{}", id.version));
    spans.push(Span::styled(format!("{head:<4}"), theme.dim));
    if session.is_settled(docket.id) {
        spans.push(Span::styled(if worded { "settled" } else { theme.glyphs.done }, theme.good));
    }
    let line = Line::from(spans);
    if focused && model.cell.seat.is_none() { line.style(theme.selection) } else { line }
}

/// Who has signed.
fn accord(model: &Model, names: &[String], width: usize) -> Line<'static> {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let told = session.outcome().is_some() || !session.ratification().signatures.is_empty();
    let digest = told.then(|| session.accord_digest()).flatten();
    let mut spans = vec![Span::styled(format!(" {:<width$} ", "ACCORD"), theme.title)];
    for (tag, column) in session.seats().zip(names) {
        let signature = session.ratification().signatures.get(tag);
        let valid = digest.as_ref().is_some_and(|d| session.has_signed(tag, d));
        let (letter, style) = match signature {
            Some(_) if valid => ("S", theme.good),
            Some(_) => ("s", theme.stale),
            None => (theme.glyphs.pending, theme.dim),
        };
        spans.push(Span::styled(letter, style));
        spans.push(Span::raw(" ".repeat(column.width().max(1))));
    }
    if let Some(digest) = digest {
        spans.push(Span::styled(digest.short().to_owned(), theme.dim));
    }
    Line::from(spans)
}

fn words(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for (i, docket) in session.dockets().enumerate() {
        let chosen = model.focus == Pane::Board && i == model.cell.decision;
        let style = if chosen { theme.title.patch(theme.selection) } else { theme.title };
        let mut spans = vec![Span::styled(format!(" {} ", docket.id), style)];
        spans.extend(session.seats().enumerate().map(|(at, tag)| {
            let (letter, style) = letter(session.stance(tag, docket.id), theme);
            let here = chosen && model.cell.seat == Some(at);
            Span::styled(letter, if here { style.patch(theme.reference_here) } else { style })
        }));
        let settled = session.is_settled(docket.id);
        spans.push(Span::styled(if settled { " settled " } else { "  " }, theme.good));
        let width: usize = spans.iter().map(Span::width).sum();
        if used + width > usize::from(area.width) {
            lines.push(Vec::new());
            used = 0;
        }
        used += width;
        if let Some(line) = lines.last_mut() {
            line.extend(spans);
        }
    }
    let left_out = lines.len() > usize::from(area.height);
    for (y, mut spans) in lines.into_iter().take(usize::from(area.height)).enumerate() {
        if left_out && y + 1 == usize::from(area.height) {
            spans.push(Span::styled(theme.glyphs.ellipsis, theme.dim));
        }
        put(frame, area, y as u16, Line::from(spans));
    }
}

/// On the smallest screen: what blocks, in one line.
pub fn draw_blocked(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let session = &model.scene.session;
    let mut open = session.issues().iter().filter(|i| i.is_open() && i.id.kind == IssueKind::Objection);
    let line = match open.next() {
        Some(issue) => {
            let more = open.count();
            let more = if more == 0 { String::new() } else { format!(" +{more}") };
            let text = format!(" {} {} {}: {}", issue.id, issue.by, issue.about, one_line(&issue.text));
            let room = usize::from(area.width).saturating_sub(more.width());
            Line::styled(format!("{}{more}", clip(&text, room, theme)), theme.error)
        }
        None => Line::styled(" no objection is open", theme.dim),
    };
    frame.render_widget(line, area);
}
