//! One thing in the log, laid out: an entry, a wave's rule, somebody writing, the end.
//!
//! ```text
//! ▌ 12:03:58 #43 [SECURITY] REVIEW  OBJECT D2 O4  AGREE D3                          re BACKEND #41
//!     Rotation alone does not stop fixation on the login redirect.
//!     OBJECT D2.3@7f3c2a1b clause 2 (O4) harms K1 — fails when …
//! ```

use super::gist;
use crate::export::visible::visible;
use crate::journal::communication::{Form, render_looks, render_moves};
use crate::protocol::event::Outcome;
use crate::protocol::session::Life;
use crate::protocol::{Author, Entry, Move, Phase, Recorded, Session, Target};
use crate::replay::{Doing, Writer};
use crate::tui::markdown;
pub use crate::tui::markdown::Row;
use crate::tui::model::form::is_person;
use crate::tui::model::scene::{Scene, place};
use crate::tui::theme::Theme;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Columns before a body.
pub const INDENT: u16 = 2;
/// Columns from which on a head has room for the time and the kind too.
const ROOMY: u16 = 60;
/// Columns of what an entry does that go before whom it answers.
const GIST: usize = 26;
/// Most columns of prose: longer lines are hard to read. Tables and diagrams may be wider.
const MEASURE: u16 = 100;

/// A row without anything to scroll.
fn plain(line: impl Into<Line<'static>>) -> Row {
    Row { line: line.into(), ..Row::default() }
}

/// An entry, for a pane of `width` columns.
pub fn lay_out(session: &Session, entry: &Entry, width: u16, theme: &Theme) -> Vec<Row> {
    let mut rows = vec![plain(fitted(head(session, entry, width, theme), width, theme))];
    rows.extend(body(&written(entry), width, theme));
    for (bullet, recorded) in render_moves(session, entry, Form::FILE).iter().zip(&entry.moves) {
        if !says_no_more(entry, recorded) {
            rows.extend(act(bullet, width, theme));
        }
    }
    rows.extend(render_looks(entry).iter().flat_map(|look| looked(look, width, theme)));
    rows.push(plain(Line::default()));
    rows
}

/// What an entry says, as Markdown. A person ends lines where they are meant to end.
fn written(entry: &Entry) -> Cow<'_, str> {
    match entry.author {
        Author::Human => Cow::Owned(entry.content.replace('\n', "  \n")),
        _ => Cow::Borrowed(&entry.content),
    }
}

/// Whether a person's move only repeats what stands above it: the head says what it is.
fn says_no_more(entry: &Entry, recorded: &Recorded) -> bool {
    let text = match &recorded.act {
        Move::Direct { text } | Move::Answer { text, .. } => text,
        Move::Ask { about: Target::Framework, text, .. } => text,
        _ => return false,
    };
    entry.author == Author::Human && *text == entry.content
}

/// Who speaks, what the entry does, and at the right whom it answers. Where there is little room the time gives way, and
/// the kind of entry to what it does.
fn head(session: &Session, entry: &Entry, width: u16, theme: &Theme) -> Vec<Span<'static>> {
    let acts = gist::gist(entry);
    let roomy = width >= ROOMY;
    let mut head = Vec::new();
    if roomy {
        head.push(Span::styled(entry.at.format("%H:%M:%S ").to_string(), theme.dim));
    }
    head.push(Span::styled(entry.number.to_string(), theme.reference));
    head.push(Span::raw(" "));
    head.push(tag(session, &entry.author, theme));
    if roomy || acts.is_empty() {
        let look = if acts.is_empty() { theme.title } else { theme.dim };
        head.push(Span::styled(format!(" {}", one_line(&entry.kind)), look));
    }
    let used = columns(&head);
    let mut left = usize::from(width).saturating_sub(used);
    let answers = answers(session, entry, left.saturating_sub(gist::columns(&acts).min(GIST) + 4), theme);
    let after = columns(&answers);
    left = left.saturating_sub(if after == 0 { 0 } else { after + 2 });
    if !acts.is_empty() && left > 2 {
        head.push(Span::raw("  ".get(..if roomy { 2 } else { 1 }).unwrap_or_default()));
        head.extend(gist::shown(&acts, left.saturating_sub(2), theme));
    }
    if after > 0 {
        let gap = usize::from(width).saturating_sub(columns(&head) + after);
        head.push(Span::raw(" ".repeat(gap)));
        head.extend(answers);
    }
    head
}

/// `re SECURITY #12`, without the name where there is no room for one: as many of those it answers as fit, and how many
/// more there are.
fn answers(session: &Session, entry: &Entry, room: usize, theme: &Theme) -> Vec<Span<'static>> {
    let answered = gist::answers(session, entry);
    let told = |named: bool| {
        let mut spans = vec![Span::styled("re", theme.dim)];
        for (i, number) in answered.iter().enumerate() {
            let author = session.entry(*number).map(|e| &e.author).filter(|_| named);
            let name = author.map(|a| Span::styled(format!(" {a}"), author_style(session, a, theme)));
            let one: Vec<_> = name.into_iter().chain([Span::styled(format!(" {number}"), theme.reference)]).collect();
            let rest = answered.len() - i - 1;
            if columns(&spans) + columns(&one) + if rest == 0 { 0 } else { 3 } > room {
                let count = Span::styled(format!(" +{}", rest + 1), theme.dim);
                spans.extend((i > 0).then_some(count));
                break;
            }
            spans.extend(one);
        }
        (spans.len() > 1).then_some(spans)
    };
    told(true).or_else(|| told(false)).unwrap_or_default()
}

fn columns(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

/// `[BACKEND]` in its colour, with a mark where two seats share one.
pub fn tag(session: &Session, author: &Author, theme: &Theme) -> Span<'static> {
    let style = author_style(session, author, theme).patch(theme.strong);
    Span::styled(format!("[{author}]{}", mark(session, author, theme)), style)
}

/// The colour of somebody's tag.
pub fn author_style(session: &Session, author: &Author, theme: &Theme) -> Style {
    match author {
        Author::Supervisor => theme.supervisor,
        Author::Human => theme.human,
        Author::Seat(_) => place(session, author).map_or(theme.text, |at| theme.seat(at)),
    }
}

fn mark(session: &Session, author: &Author, theme: &Theme) -> &'static str {
    place(session, author).map_or("", |at| theme.seat_mark(at))
}

/// Columns of an entry's prose in a pane of `width`.
pub fn measure(width: u16) -> u16 {
    width.saturating_sub(INDENT).clamp(1, MEASURE)
}

fn body(text: &str, width: u16, theme: &Theme) -> Vec<Row> {
    prose(text, measure(width), theme).into_iter().map(|row| led(row, indent())).collect()
}

/// Markdown, as rows.
pub fn prose(text: &str, width: u16, theme: &Theme) -> Vec<Row> {
    markdown::render(text, width.max(1), theme)
}

/// A move as a bullet whose verb stands out.
pub fn act(bullet: &str, width: u16, theme: &Theme) -> Vec<Row> {
    let text = bullet.trim_start_matches("- ");
    let verb = text.split(' ').next().unwrap_or(text);
    let style = verb_style(verb, theme);
    // Nested points of a move keep their own indentation.
    let mut rows = prose(&text.replace("\n  ", "\n"), width.saturating_sub(INDENT + 2).min(MEASURE - 2), theme);
    if let Some(first) = rows.first_mut() {
        first.line = restyled(std::mem::take(&mut first.line), verb, style);
    }
    let sign = theme.glyphs.bullets.first().copied().unwrap_or("-");
    let bullet = |i: usize| if i == 0 { Span::styled(format!("{sign} "), theme.rule) } else { Span::raw("  ") };
    let lead = |i: usize| indent().into_iter().chain([bullet(i)]).collect();
    rows.into_iter().enumerate().map(|(i, row)| led(row, lead(i))).collect()
}

/// A look, which holds paths and patterns: nothing in it is Markdown.
fn looked(bullet: &str, width: u16, theme: &Theme) -> Vec<Row> {
    let text = bullet.trim_start_matches("- ");
    let literal: String =
        text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect();
    let rows = prose(&literal, width.saturating_sub(INDENT + 2).min(MEASURE - 2), theme);
    let lead = |i: usize| indent().into_iter().chain([Span::styled(if i == 0 { "- " } else { "  " }, theme.dim)]);
    let dim = |row: Row| Row { line: row.line.patch_style(theme.dim), ..row };
    rows.into_iter().enumerate().map(|(i, row)| led(dim(row), lead(i).collect())).collect()
}

/// The same line with the word it begins with in another style.
fn restyled(line: Line<'static>, word: &str, style: Style) -> Line<'static> {
    let mut spans = line.spans.into_iter();
    let Some(first) = spans.next() else { return Line::default() };
    let Some(rest) = first.content.strip_prefix(word) else {
        return Line { spans: std::iter::once(first).chain(spans).collect(), ..Line::default() };
    };
    let split = [Span::styled(word.to_owned(), style), Span::styled(rest.to_owned(), first.style)];
    Line { spans: split.into_iter().chain(spans).collect(), ..Line::default() }
}

/// What a verb means, as a colour.
pub fn verb_style(verb: &str, theme: &Theme) -> Style {
    match verb {
        "AGREE" | "SIGN" | "ADOPTED" | "ADDRESSED" => theme.good,
        "OBJECT" | "STAND" => theme.error,
        "CONCERN" | "ASK" | "DECLINED" | "RISK" | "PARTLY" => theme.warn,
        "DIRECT" => theme.human,
        _ => theme.accent,
    }
}

/// The columns before a body.
fn indent() -> Vec<Span<'static>> {
    vec![Span::raw(" ".repeat(usize::from(INDENT)))]
}

/// A row behind `lead`, which stays when the row is scrolled sideways.
pub fn led(row: Row, lead: Vec<Span<'static>>) -> Row {
    let before: usize = lead.iter().map(Span::width).sum();
    let spans = lead.into_iter().chain(row.line.spans).collect();
    Row { line: Line { spans, ..row.line }, fixed: row.fixed + before as u16, ..row }
}

/// The rule above a wave.
pub fn wave_rule(session: &Session, number: u32, width: u16, theme: &Theme) -> Row {
    let entries = session.entries();
    let begin = entries.partition_point(|e| e.wave < number);
    // A person may speak at any time, which tells nothing about the phase.
    let mut own = entries.iter().skip(begin).take_while(|e| e.wave == number).filter(|e| e.author != Author::Human);
    let name = own.next().map_or_else(|| phase(session.phase()), |e| phase_of(session, e));
    let title = if number == 0 { name.to_owned() } else { format!("wave {number} {} {name}", theme.glyphs.separator) };
    plain(rule(&title, width, theme.rule, theme))
}

/// The phase in which an entry was written: what its moves can only be in.
fn phase_of(session: &Session, entry: &Entry) -> &'static str {
    let has = |test: fn(&Move) -> bool| entry.moves.iter().any(|m| test(&m.act));
    if has(|m| matches!(m, Move::Frame { .. })) && entry.number.0 == 1 {
        phase(Phase::Framing)
    } else if has(|m| matches!(m, Move::Position { .. })) {
        phase(Phase::Positions)
    } else if has(|m| matches!(m, Move::Sign { .. }))
        || session.ratification().premortem.as_ref().is_some_and(|(_, n)| *n == entry.number)
    {
        phase(Phase::Ratification)
    } else {
        phase(Phase::Deliberation)
    }
}

/// What the debate is about and who sits down to it: what stands above the first entry.
pub fn opening(session: &Session, width: u16, theme: &Theme) -> Vec<Row> {
    let opening = session.opening();
    let at = opening.at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    let mut rows = vec![plain(fitted(vec![Span::styled(at, theme.dim)], width, theme))];
    rows.extend(body(&opening.topic, width, theme));
    rows.push(plain(Line::default()));
    let voices = opening.seats.iter().map(|seat| (Author::Seat(seat.tag.clone()), seat.speaker.model.as_str()));
    for (author, model) in std::iter::once((Author::Supervisor, opening.supervisor.model.as_str())).chain(voices) {
        let spans = vec![
            Span::raw(" ".repeat(usize::from(INDENT))),
            Span::styled(format!("{:<12} ", author.to_string()), author_style(session, &author, theme)),
            Span::styled(one_line(model), theme.dim),
        ];
        rows.push(plain(fitted(spans, width, theme)));
    }
    rows.push(plain(Line::default()));
    rows
}

/// A phase, in one word.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Framing => "framing",
        Phase::Positions => "positions",
        Phase::Deliberation => "deliberation",
        Phase::Ratification => "ratification",
    }
}

/// The rule above what was not read.
pub fn unread_rule(unread: u32, width: u16, theme: &Theme) -> Row {
    plain(rule(&format!("{unread} unread"), width, theme.unread, theme))
}

fn rule(title: &str, width: u16, style: Style, theme: &Theme) -> Line<'static> {
    let line = theme.glyphs.thin_rule;
    let room = usize::from(width).saturating_sub(title.width() + 4);
    let (left, right) = (room / 2, room - room / 2);
    Line::from(Span::styled(format!(" {} {title} {} ", line.repeat(left), line.repeat(right)), style))
}

/// The line above what somebody is writing.
pub fn writer_head(scene: &Scene, writer: &Writer, width: u16, theme: &Theme) -> Row {
    let (mut words, style) = doing(writer, scene, theme);
    if writer.doing == Doing::Done {
        words.push_str(", waits for the others");
    }
    let mut head = Vec::new();
    if width >= ROOMY {
        head.push(Span::styled(writer.since.format("%H:%M:%S ").to_string(), theme.dim));
    }
    head.extend([tag(&scene.session, &writer.author, theme), Span::raw(" "), Span::styled(words, style)]);
    plain(fitted(head, width, theme))
}

/// Everybody who is at work and has written nothing yet, one after the other.
pub fn at_work(scene: &Scene, width: u16, theme: &Theme) -> Vec<Row> {
    let mut lines: Vec<Vec<Span<'static>>> = Vec::new();
    let mut used = usize::from(width);
    let quiet = scene.writers.iter().filter(|w| w.doing != Doing::Queued && !w.has_written());
    for writer in quiet {
        let (words, style) = doing(writer, scene, theme);
        let spans = [tag(&scene.session, &writer.author, theme), Span::raw(" "), Span::styled(words, style)];
        let columns: usize = spans.iter().map(Span::width).sum();
        if used + 2 + columns > usize::from(width) {
            lines.push(Vec::new());
            used = 0;
        } else if let Some(line) = lines.last_mut() {
            line.push(Span::raw("  "));
            used += 2;
        }
        used += columns;
        if let Some(line) = lines.last_mut() {
            line.extend(spans);
        }
    }
    lines.into_iter().map(|spans| plain(fitted(spans, width, theme))).collect()
}

/// What somebody is doing, in words and as a colour.
pub fn doing(writer: &Writer, scene: &Scene, theme: &Theme) -> (String, Style) {
    let seconds = (scene.now - writer.since).num_seconds().max(0);
    match &writer.doing {
        Doing::Queued | Doing::Thinking if is_person(&scene.session, &writer.author) => {
            (format!("a person's turn {seconds}s"), theme.human)
        }
        Doing::Queued => ("queued".to_owned(), theme.dim),
        Doing::Thinking if writer.sent_back > 0 => (format!("sent back {seconds}s"), theme.warn),
        Doing::Thinking => (format!("thinking {seconds}s"), theme.thought),
        Doing::Looking { what } => (looking(what), theme.accent),
        Doing::Writing { .. } => (format!("writing {seconds}s"), theme.accent),
        Doing::Retrying { attempt, of, cause, .. } => {
            (format!("retry {attempt}/{of} {}", short_cause(cause)), theme.warn)
        }
        Doing::Done => ("done".to_owned(), theme.good),
        Doing::Refused { times } => (format!("sent back {times} times: no verdict"), theme.warn),
        Doing::Person => ("a person's turn".to_owned(), theme.human),
    }
}

/// A look as something that goes on.
fn looking(what: &str) -> String {
    let what = one_line(what);
    match what.split_once(' ') {
        Some(("read", rest)) => format!("reading {rest}"),
        Some(("grep", rest)) => format!("searching for {rest}"),
        Some(("glob", rest)) => format!("listing {rest}"),
        _ => format!("looking: {what}"),
    }
}

/// The cause of a retry with the status first, if there was one, and then what the server said: a narrow pane shows the beginning.
fn short_cause(cause: &str) -> String {
    let cause = one_line(cause);
    let Some((what, rest)) = cause.split_once(" (status ") else {
        return cause.strip_prefix("HTTP ").unwrap_or(&cause).to_owned();
    };
    let (status, said) = rest.split_once(')').unwrap_or((rest, ""));
    let said = said.trim_start_matches(':').trim();
    format!("{status}: {}", if said.is_empty() { what } else { said })
}

/// How it ended.
pub fn end(session: &Session, width: u16, theme: &Theme) -> Vec<Row> {
    let (title, text, style) = match session.life() {
        Life::Closed(Outcome::Consensus { digest }) => {
            ("CONSENSUS", format!("Every seat has signed the accord {}.", digest.short()), theme.good)
        }
        Life::Closed(Outcome::NoConsensus { reason, .. }) => {
            ("NO CONSENSUS", format!("Because {reason}."), theme.error)
        }
        Life::Closed(Outcome::Aborted { cause }) => ("ABORTED", cause.clone(), theme.error),
        Life::Suspended(cause) => ("SUSPENDED", format!("Because {cause}. It can be resumed."), theme.warn),
        Life::Running | Life::Escalated => return Vec::new(),
    };
    let mut rows = vec![plain(rule(title, width, style, theme))];
    rows.extend(body(&text, width, theme));
    rows
}

/// The spans that fit, with an ellipsis where something was cut.
pub fn fitted(spans: Vec<Span<'static>>, width: u16, theme: &Theme) -> Line<'static> {
    let width = usize::from(width);
    let all: usize = spans.iter().map(Span::width).sum();
    if all <= width {
        return Line::from(spans);
    }
    let (mut out, mut left) = (Vec::new(), width.saturating_sub(1));
    for span in spans {
        if span.width() <= left {
            left -= span.width();
            out.push(span);
            continue;
        }
        out.push(Span::styled(cut(&span.content, left), span.style));
        break;
    }
    out.push(Span::styled(theme.glyphs.ellipsis, theme.dim));
    Line::from(out)
}

/// The beginning of `text` that fits into so many columns.
pub fn cut(text: &str, columns: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > columns {
            break;
        }
        out.push_str(grapheme);
    }
    out
}

/// The same with an ellipsis where something was cut off.
pub fn clip(text: &str, columns: usize, theme: &Theme) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    format!("{}{}", cut(text, columns - 1).trim_end(), theme.glyphs.ellipsis)
}

/// Text of a model on one line, with what does not print made visible.
pub fn one_line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::{Theme, looked, short_cause};

    #[test]
    fn a_look_is_shown_whole_and_word_for_word() {
        let look = "- GREP `a*b_c*` in src/**/*.rs \\d+ <b> — 3 lines, 120 bytes, sha256 1f2e3d4c; at 0a1b2c3d";
        let rows: Vec<String> = looked(look, 40, &Theme::dark()).iter().map(|row| row.plain()).collect();
        assert!(rows.len() > 1 && rows.iter().all(|row| row.chars().count() <= 40), "{rows:#?}");
        let said: Vec<&str> = rows.iter().map(|row| row.trim()).collect();
        assert_eq!(said.join(" "), look);
    }

    #[test]
    fn the_status_of_a_failed_call_comes_first() {
        for (cause, told) in [
            ("the server limits the rate of requests (status 429): slow down", "429: slow down"),
            ("the server failed (status 500): ", "500: the server failed"),
            ("no first token within 60 s", "no first token within 60 s"),
        ] {
            assert_eq!(short_cause(cause), told);
        }
    }
}
