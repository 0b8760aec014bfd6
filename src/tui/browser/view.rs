//! What the browser draws: the list, what there is to know of the chosen session, its document, the keys.

use super::keys::DEEDS;
use super::update::FORMATS;
use super::{Browser, Mode, Sort};
use crate::journal::Listed;
use crate::journal::catalog::Summary;
use crate::tui::theme::Theme;
use crate::tui::view::entry::{clip, one_line};
use crate::tui::view::put;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns from which on everything has a column of its own.
const WIDE: u16 = 110;
/// Columns below which only outcome and topic are listed.
const NARROW: u16 = 70;
/// Rows below which there is no preview.
const LOW: u16 = 16;

/// Rows of the list: two fifths of the screen, or as many as there are sessions.
pub fn list_rows(browser: &Browser) -> u16 {
    let height = browser.size.1;
    // The header, the columns' names, the line about the chosen one, the two at the bottom.
    let room = height.saturating_sub(5);
    let many = u16::try_from(browser.all.len()).unwrap_or(u16::MAX);
    if height < LOW { room } else { (room * 2 / 5).max(5).min(many.max(3)) }
}

/// Where the preview is; empty where there is no room for it.
pub fn preview_area(browser: &Browser) -> Rect {
    let (width, height) = browser.size;
    if height < LOW {
        return Rect::default();
    }
    let y = 3 + list_rows(browser);
    Rect { x: 0, y, width, height: height.saturating_sub(y + 2) }
}

/// Which session is listed in row `y` of the screen.
pub fn row_at(browser: &Browser, y: u16) -> Option<usize> {
    let rows = list_rows(browser);
    let row = y.checked_sub(2).filter(|row| *row < rows)?;
    let at = top(browser, usize::from(rows)) + usize::from(row);
    (at < browser.found.len()).then_some(at)
}

/// The first session in view: the chosen one is always in view.
fn top(browser: &Browser, rows: usize) -> usize {
    (browser.at + 1).saturating_sub(rows)
}

/// Draws it, as it was prepared.
pub fn draw(browser: &Browser, frame: &mut Frame<'_>) {
    let whole = frame.area();
    let line = |y: u16| Rect { y, height: 1, ..whole }.intersection(whole);
    put(frame, line(0), 0, header(browser, whole.width));
    let last = whole.height.saturating_sub(1);
    if browser.mode == Mode::Helping {
        help(browser, frame, Rect { y: 2, height: whole.height.saturating_sub(4), ..whole });
    } else {
        list(browser, frame, whole);
        preview(browser, frame, preview_area(browser));
    }
    if whole.height > 2 {
        status(browser, frame, line(last - 1));
        put(frame, line(last), 0, footer(browser, whole.width));
    }
}

fn header(browser: &Browser, width: u16) -> Line<'static> {
    let theme = &browser.options.theme;
    let (all, found) = (browser.all.len(), browser.found.len());
    let many = if all == found { format!("{all} sessions") } else { format!("{found} of {all} sessions") };
    let order = if browser.reversed { ", reversed" } else { "" };
    let right = if browser.is_ranked() {
        "the best match first ".to_owned()
    } else {
        format!("by {}{order} ", browser.sort.name())
    };
    let left = format!(" conclave {} {many}", theme.glyphs.separator);
    let gap = usize::from(width).saturating_sub(left.width() + right.width());
    Line::styled(format!("{left}{}{right}", " ".repeat(gap)), theme.bar)
}

/// A cell of the list: its text, its columns, whether it is a number, how it looks.
struct Cell(String, usize, bool, Style);

/// The columns: names where there is no session.
fn cells(browser: &Browser, listed: Option<&Listed>) -> Vec<Cell> {
    let theme = &browser.options.theme;
    let (width, height) = browser.size;
    let summary = listed.and_then(|l| l.summary.as_ref().ok());
    let cell = |sort: Sort, columns: usize, number: bool, text: Option<String>, style: Style| {
        let name = if browser.sort == sort { sort.name().to_uppercase() } else { sort.name().to_owned() };
        let unknown = if listed.is_some() { "--".to_owned() } else { name };
        Cell(text.unwrap_or(unknown), columns, number, if listed.is_some() { style } else { theme.dim })
    };
    let date = if width >= WIDE { ("%Y-%m-%d %H:%M", 16) } else { ("%Y-%m-%d", 10) };
    let mut cells = Vec::new();
    if width >= NARROW {
        let opened = summary.map(|s| s.opened.format(date.0).to_string());
        cells.push(cell(Sort::Date, date.1, false, opened, theme.dim));
    }
    let state = listed.map(Listed::state);
    let look = state.map_or(theme.dim, |state| outcome_style(state, theme));
    cells.push(cell(Sort::Outcome, 12, false, state.map(ToOwned::to_owned), look));
    if width >= NARROW {
        let number = |n: u32| Some(n.to_string());
        cells.push(cell(Sort::Entries, 7, true, summary.and_then(|s| number(s.entries)), theme.text));
        cells.push(cell(Sort::Waves, 5, true, summary.and_then(|s| number(s.waves)), theme.text));
        cells.push(cell(Sort::Cost, 8, true, summary.and_then(|s| s.cost_nano).map(cost), theme.text));
    }
    if width >= WIDE && height > 0 {
        let models = summary.map(|s| one_line(&short_models(&s.models)));
        cells.push(cell(Sort::Models, 22, false, models, theme.dim));
    }
    let topic = listed.map(|l| l.summary.as_ref().map_or_else(|_| l.name.clone(), titled));
    cells.push(cell(Sort::Topic, usize::from(width), false, topic, theme.text));
    cells
}

/// The topic; a fork has its origin's, and says that it is one.
fn titled(summary: &Summary) -> String {
    let fork = if summary.forked_from.is_some() { "fork: " } else { "" };
    format!("{fork}{}", one_line(&summary.topic))
}

fn outcome_style(state: &str, theme: &Theme) -> Style {
    match state {
        "consensus" => theme.good,
        "running" => theme.accent,
        "unreadable" | "aborted" => theme.error,
        _ => theme.warn,
    }
}

fn cost(nano: u64) -> String {
    format!("${:.2}", nano as f64 / 1e9)
}

/// One model by its name, several by their number.
fn short_models(models: &[String]) -> String {
    match models {
        [one] => one.split(" (").next().unwrap_or(one).to_owned(),
        many => format!("{} models", many.len()),
    }
}

/// A row of the list, over the whole width.
fn row(browser: &Browser, cells: Vec<Cell>, lead: &str) -> Line<'static> {
    let theme = &browser.options.theme;
    let mut spans = vec![Span::styled(format!("{lead} "), theme.focus)];
    let mut left = usize::from(browser.size.0).saturating_sub(3);
    for Cell(text, columns, number, style) in cells {
        let columns = columns.min(left);
        let text = clip(&text, columns, theme);
        let gap = " ".repeat(columns.saturating_sub(text.width()));
        let text = if number { format!("{gap}{text}  ") } else { format!("{text}{gap}  ") };
        left = left.saturating_sub(columns + 2);
        spans.push(Span::styled(text, style));
    }
    Line::from(spans)
}

fn list(browser: &Browser, frame: &mut Frame<'_>, whole: Rect) {
    let theme = &browser.options.theme;
    let rows = list_rows(browser);
    let area = Rect { y: 1, height: rows + 2, ..whole }.intersection(whole);
    put(frame, area, 0, row(browser, cells(browser, None), " "));
    let word = match (browser.read, browser.all.is_empty()) {
        (false, _) => Some("reading the sessions"),
        (true, true) => Some("there are no sessions here: conclave debate \"TOPIC\" begins one"),
        (true, false) if browser.found.is_empty() => Some("nothing matches; Esc ends the filter"),
        (true, false) => None,
    };
    if let Some(word) = word {
        put(frame, area, 1, Line::styled(format!("  {word}"), theme.dim));
        return;
    }
    let top = top(browser, usize::from(rows));
    for (y, (chosen, listed)) in browser.shown().skip(top).take(usize::from(rows)).enumerate() {
        let lead = if chosen { theme.glyphs.current } else { " " };
        let line = row(browser, cells(browser, Some(listed)), lead);
        put(frame, area, y as u16 + 1, if chosen { line.style(theme.selection) } else { line });
    }
    let rule = Rect { y: area.y + rows + 1, height: 1, ..whole }.intersection(whole);
    put(frame, rule, 0, about(browser, usize::from(whole.width)));
}

/// The rule below the list, with what the list has no room for.
fn about(browser: &Browser, width: usize) -> Line<'static> {
    let theme = &browser.options.theme;
    let sign = theme.glyphs.rule;
    let told = browser.chosen().map(|listed| match &listed.summary {
        Ok(s) => {
            let models: Vec<String> = s.models.iter().map(|m| one_line(m)).collect();
            let torn = if s.torn { " · the last record is torn" } else { "" };
            let tokens = if s.tokens == 0 { String::new() } else { format!(" · {}k tokens", s.tokens.div_ceil(1000)) };
            let fork =
                s.forked_from.as_ref().map(|from| format!(" · a fork of {}", one_line(from))).unwrap_or_default();
            format!("{}{fork}{tokens} · {}{torn}", listed.name, models.join(", "))
        }
        Err(fault) => format!("{} · {}", listed.name, one_line(&fault.to_string())),
    });
    let told = clip(&told.unwrap_or_default(), width.saturating_sub(6), theme);
    let rest = width.saturating_sub(told.width() + 4);
    let spans = [
        Span::styled(sign.repeat(2), theme.rule),
        Span::styled(format!(" {told} "), theme.title),
        Span::styled(sign.repeat(rest), theme.rule),
    ];
    Line::from_iter(spans)
}

fn preview(browser: &Browser, frame: &mut Frame<'_>, area: Rect) {
    let theme = &browser.options.theme;
    let Some(chosen) = browser.chosen() else { return };
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let Some(preview) = browser.preview.as_ref().filter(|p| p.folder == chosen.folder) else {
        put(frame, inside, 0, Line::styled("reading its document", theme.dim));
        return;
    };
    if let Err(fault) = &preview.text {
        put(frame, inside, 0, Line::styled(clip(&one_line(fault), usize::from(inside.width), theme), theme.warn));
        return;
    }
    let rows = preview.rows.iter().skip(preview.top).take(usize::from(inside.height));
    for (y, row) in rows.enumerate() {
        put(frame, inside, y as u16, row.line.clone());
    }
}

fn help(browser: &Browser, frame: &mut Frame<'_>, area: Rect) {
    let theme = &browser.options.theme;
    for (y, deed) in DEEDS.iter().enumerate() {
        let line = [Span::styled(format!("  {:<14}", deed.keys.join(" ")), theme.key), Span::raw(deed.help)];
        put(frame, area, y as u16, Line::from_iter(line));
    }
}

fn status(browser: &Browser, frame: &mut Frame<'_>, area: Rect) {
    let theme = &browser.options.theme;
    let width = usize::from(area.width).saturating_sub(2);
    let name = || browser.chosen().map(|l| l.name.clone()).unwrap_or_default();
    let line = match browser.mode {
        Mode::Removing => {
            Line::styled(clip(&format!(" Move {} to the trash? y does", name()), width, theme), theme.warn)
        }
        Mode::Exporting => {
            let formats: Vec<String> = FORMATS.iter().map(|(key, _, what)| format!("{key} {what}")).collect();
            Line::styled(clip(&format!(" Write its document as: {}", formats.join("   ")), width, theme), theme.accent)
        }
        Mode::Filtering => {
            let before = 2 + browser.field.before().width() as u16;
            frame.set_cursor_position((area.x + before.min(area.width.saturating_sub(1)), area.y));
            Line::raw(format!(" /{}", browser.field.text()))
        }
        Mode::Browsing | Mode::Helping => match &browser.toast {
            Some((word, _)) => Line::styled(clip(&format!(" {}", one_line(word)), width, theme), theme.accent),
            None if browser.field.text().is_empty() => Line::default(),
            None => Line::styled(format!(" /{}", browser.field.text()), theme.found),
        },
    };
    put(frame, area, 0, line);
}

fn footer(browser: &Browser, width: u16) -> Line<'static> {
    let theme = &browser.options.theme;
    let of_table = || {
        let shown = DEEDS.iter().filter(|d| !d.short.is_empty());
        shown.filter_map(|d| Some((*d.keys.first()?, d.short))).collect::<Vec<_>>()
    };
    let hints = match browser.mode {
        Mode::Browsing => of_table(),
        Mode::Filtering => vec![("Enter", "keep"), ("Up Down", "choose"), ("Esc", "end")],
        Mode::Exporting => vec![("m h j g", "write"), ("any other key", "not")],
        Mode::Removing => vec![("y", "remove"), ("any other key", "not")],
        Mode::Helping => vec![("any key", "back")],
    };
    // The way out is told last and always.
    let columns = |(key, word): &(&str, &str)| key.width() + word.width() + 3;
    let mut left = usize::from(width).saturating_sub(hints.last().map_or(0, columns));
    let mut spans = Vec::new();
    for (i, hint) in hints.iter().enumerate() {
        let last = i + 1 == hints.len();
        if !last && columns(hint) > left {
            left = 0;
            continue;
        }
        left = left.saturating_sub(if last { 0 } else { columns(hint) });
        spans.push(Span::styled(format!(" {} ", hint.0), theme.key));
        spans.push(Span::styled(format!("{} ", hint.1), theme.dim));
    }
    Line::from(spans)
}
