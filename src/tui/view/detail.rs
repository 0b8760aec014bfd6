//! The selected decision: who blocks it since when, who has yet to judge, options, issues.

use super::entry::{Row, clip, prose};
use super::layout::Pane;
use super::{frame_of, put};
use crate::protocol::{Docket, Issue, IssueKind, Session, Stance, Target};
use crate::tui::model::scene::Scene;
use crate::tui::model::{Cell, Model};
use crate::tui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let id = model.scene.session.dockets().nth(model.cell.decision).map(|d| format!(" {}", d.id)).unwrap_or_default();
    let title = Line::from(vec![Span::styled(" 4 ", theme.dim), Span::styled(format!("DETAIL{id} "), theme.title)]);
    let inside = frame_of(model, Pane::Detail, title, frame, area);
    let rows = rows(&model.scene, model.cell, theme, inside.width);
    let top = model.detail_top.min(rows.len().saturating_sub(usize::from(inside.height)));
    for (y, line) in rows.into_iter().skip(top).take(usize::from(inside.height)).enumerate() {
        put(frame, inside, y as u16, line);
    }
}

/// Its rows, for a pane of `width` columns.
pub fn rows(scene: &Scene, cell: Cell, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let session = &scene.session;
    let Some(docket) = session.dockets().nth(cell.decision) else {
        let mut rows = Vec::new();
        push_words(&mut rows, "no decision yet: the supervisor sets the framework", theme.dim, width);
        return rows;
    };
    let mut rows = Vec::new();
    if let Some(decision) = session.decision(docket.id) {
        push_prose(&mut rows, &format!("**{}**", decision.question), theme, width);
        rows.push(Line::styled(format!(" owner {}", decision.owner), theme.dim));
    }
    rows.extend(blocks(scene, docket, theme, width));
    waits(&mut rows, session, docket, (theme, width));
    rows.extend(issues(session, docket, theme, width));
    rows.extend(head(docket, theme, width));
    rows
}

fn push_prose(rows: &mut Vec<Line<'static>>, text: &str, theme: &Theme, width: u16) {
    rows.extend(prose(text, width.saturating_sub(2), theme).into_iter().map(indented));
}

/// Words of our own, in one style, broken where they must be.
fn push_words(rows: &mut Vec<Line<'static>>, text: &str, style: Style, width: u16) {
    let room = usize::from(width).saturating_sub(1);
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            rows.push(Line::styled(std::mem::take(&mut line), style));
        }
        line.push(' ');
        line.push_str(word);
    }
    rows.push(Line::styled(line, style));
}

fn indented(row: Row) -> Line<'static> {
    let mut line = row.line;
    line.spans.insert(0, Span::raw(" "));
    line
}

fn open(session: &Session, docket: &Docket, kind: IssueKind) -> Vec<Issue> {
    session.open_issues(kind, Target::Decision(docket.id)).cloned().collect()
}

fn blocks(scene: &Scene, docket: &Docket, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let mut rows = Vec::new();
    for issue in open(&scene.session, docket, IssueKind::Objection) {
        let since = scene.session.entry(issue.entry).map(|e| (scene.now - e.at).num_seconds().max(0));
        let since = since.map(|s| format!("  {}m{:02}s", s / 60, s % 60)).unwrap_or_default();
        let text = format!(" blocked by {} {} {}{since}", issue.entry, issue.by, issue.id);
        push_words(&mut rows, text.trim_start(), theme.error, width);
        push_prose(&mut rows, &issue.text, theme, width);
        if !issue.resolved_if.is_empty() {
            push_prose(&mut rows, &format!("*resolved by:* {}", issue.resolved_if), theme, width);
        }
    }
    rows
}

fn waits(rows: &mut Vec<Line<'static>>, session: &Session, docket: &Docket, (theme, width): (&Theme, u16)) {
    if session.is_settled(docket.id) {
        return push_words(rows, "settled: every seat agrees, nothing is open", theme.good, width);
    }
    let waiting: Vec<String> = session
        .seats()
        .filter_map(|tag| match session.stance(tag, docket.id) {
            Stance::Silent => Some(tag.to_string()),
            Stance::Stale => Some(format!("{tag} again")),
            Stance::Asks => Some(format!("{tag} (asks)")),
            Stance::Agrees | Stance::Objects => None,
        })
        .collect();
    if !waiting.is_empty() {
        push_words(rows, &format!("waiting for {}", waiting.join(", ")), theme.warn, width);
    }
}

fn issues(session: &Session, docket: &Docket, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let mut rows = Vec::new();
    for kind in [IssueKind::Question, IssueKind::Concern] {
        for issue in open(session, docket, kind) {
            let name = if kind == IssueKind::Question { "question" } else { "concern" };
            let to = issue.to.as_ref().map(|to| format!(" to {to}")).unwrap_or_default();
            push_words(&mut rows, &format!("{name} {} {} {}{to}", issue.id, issue.entry, issue.by), theme.warn, width);
            push_prose(&mut rows, &issue.text, theme, width);
        }
    }
    let alternatives: Vec<String> = docket
        .open_alternatives()
        .filter_map(|id| docket.proposal(id))
        .map(|p| format!("{} by {} {}", p.id, p.by, p.entry))
        .collect();
    if !alternatives.is_empty() {
        push_words(&mut rows, &format!("alternatives: {}", alternatives.join(", ")), theme.accent, width);
    }
    // The latest matter most: a long debate has dealt with thousands.
    let closed = session.issues().iter().rev().filter(|i| !i.is_open() && i.about == Target::Decision(docket.id));
    let closed: Vec<String> = closed.take(usize::from(width) / 3).map(|i| i.id.to_string()).collect();
    if !closed.is_empty() {
        let text = clip(&format!(" dealt with: {}", closed.join(" ")), usize::from(width), theme);
        rows.push(Line::styled(text, theme.dim));
    }
    rows
}

fn head(docket: &Docket, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let Some(head) = docket.head() else {
        return vec![Line::styled(" no text on the table yet", theme.dim)];
    };
    let by = format!(" {} @{} by {} {}", head.id, head.digest.short(), head.by, head.entry);
    let mut rows = Vec::new();
    push_words(&mut rows, by.trim_start(), theme.title, width);
    for (number, clause) in &head.clauses {
        push_prose(&mut rows, &format!("{number}. {clause}"), theme, width);
    }
    if !head.assumptions.is_empty() {
        rows.push(Line::styled(" assuming", theme.dim));
        for assumption in &head.assumptions {
            push_prose(&mut rows, &format!("- {assumption}"), theme, width);
        }
    }
    rows
}
