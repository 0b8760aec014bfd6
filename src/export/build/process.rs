//! Section 10: what can be read off the log about how it went. No model asked.

use super::super::document::{Figure, Process, SeatFigures, Statement, Warning};
use super::super::money::dollars;
use super::words;
use crate::protocol::metrics::{self, Contribution, Report, Spending, Turned};
use crate::protocol::{Author, DecisionId, EntryNumber, IssueKind, SeatTag, Session};
use std::collections::BTreeMap;

/// Figures, warnings, turned verdicts, shares.
pub fn process(session: &Session) -> Process {
    let report = metrics::report(session);
    let spent = metrics::spending(session);
    Process {
        figures: figures(session, &report, &spent),
        warnings: warnings(session, &report),
        turned: turned(session, &report),
        seats: seats(session, &report),
    }
}

/// Verdicts that turned to agreement, those of one seat on one decision together.
fn turned(session: &Session, report: &Report) -> Vec<Statement> {
    let mut together: BTreeMap<(DecisionId, &SeatTag), Vec<&Turned>> = BTreeMap::new();
    for turned in report.turned.iter().filter(|t| objected(session, t)) {
        together.entry((turned.decision, &turned.seat)).or_default().push(turned);
    }
    let told = |((decision, seat), turned): (&(DecisionId, &SeatTag), &Vec<&Turned>)| {
        let cited: Vec<String> = turned.iter().map(|t| t.resolved_by.to_string()).collect();
        let often = if turned.len() > 1 { format!(" {}", words::times(turned.len())) } else { String::new() };
        let text = format!("{seat} objected to {decision} and came to agree{often}, citing {}.", words::list(&cited));
        Statement::new(text, turned.iter().flat_map(|t| [t.entry, t.resolved_by]))
    };
    together.iter().map(told).collect()
}

/// Whether there was an objection to turn from: a seat may name what resolved one that it never raised.
fn objected(session: &Session, turned: &Turned) -> bool {
    session.entry(turned.resolved_by).is_some()
        && session.issues().iter().any(|i| {
            i.id.kind == IssueKind::Objection
                && i.about.decision() == Some(turned.decision)
                && i.by.seat() == Some(&turned.seat)
                && i.entry < turned.entry
        })
}

fn figures(session: &Session, report: &Report, spent: &Spending) -> Vec<Figure> {
    let phi: Vec<String> = session.progress().phi.iter().map(|(wave, phi)| format!("{wave}: {phi}")).collect();
    let lives: Vec<String> = report
        .lifetimes
        .iter()
        .map(|l| match l.ended {
            Some(ended) => format!("{} {}–{ended}", l.issue, l.raised),
            None => format!("{} {}– (open)", l.issue, l.raised),
        })
        .collect();
    let figure = |name, value| Figure { name, value };
    vec![
        figure("Entries", session.entries().len().to_string()),
        figure("Waves", session.wave().number.to_string()),
        figure("Calls", spent.calls.to_string()),
        figure("Replies sent back", spent.refused.to_string()),
        figure("Objections", report.objections.to_string()),
        figure("Texts put on the table", report.heads.to_string()),
        figure("Mediations", session.progress().mediations.len().to_string()),
        figure("Tokens sent", partly(spent.prompt, spent.unknown_tokens, spent.calls)),
        figure("Tokens received", partly(spent.completion, spent.unknown_tokens, spent.calls)),
        figure("Cost", money(spent)),
        figure("Time running", format!("{} s", session.ran_ms(session.clock().last) / 1000)),
        figure("Φ by wave", or_none(phi.join(", "))),
        figure("Issues by wave, from–to", or_none(lives.join(", "))),
    ]
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".to_owned() } else { text }
}

/// A sum over calls of which some told nothing.
fn partly(known: u64, unknown: u32, calls: u32) -> String {
    match unknown {
        0 => known.to_string(),
        n if n == calls => "unknown".to_owned(),
        n => format!("at least {known} ({n} of {calls} calls did not tell)"),
    }
}

fn money(spent: &Spending) -> String {
    let known = dollars(spent.cost_nano);
    match spent.unknown_cost {
        0 => known,
        n if n == spent.calls => "unknown".to_owned(),
        n => format!("at least {known} ({n} of {} calls have no known price)", spent.calls),
    }
}

fn warnings(session: &Session, report: &Report) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |warning: String, entries: Vec<EntryNumber>| warnings.push(Warning { warning, entries });
    if let Some(model) = &report.one_model {
        warn(
            format!("All seats were spoken for by the same model, {model}: their agreement may be one opinion."),
            Vec::new(),
        );
    }
    if !report.unused_criteria.is_empty() {
        let ids: Vec<String> = report.unused_criteria.iter().map(ToString::to_string).collect();
        warn(format!("No verdict ever rested on {}.", words::list(&ids)), super::framing(session));
    }
    for id in &report.unanimous_at_once {
        let entry = session.docket(*id).and_then(|d| d.head).map(|(_, entry)| entry);
        warn(
            format!("{id} was unanimous at the first review, although the sealed positions differed."),
            entry.into_iter().collect(),
        );
    }
    for id in &report.vanished {
        let entry = session.issue(*id).map(|i| i.entry);
        warn(format!("{id} is open: it has no disposition."), entry.into_iter().collect());
    }
    warnings
}

fn seats(session: &Session, report: &Report) -> Vec<SeatFigures> {
    let spent = metrics::spending_by_author(session);
    let voices = std::iter::once(Author::Supervisor).chain(session.seats().cloned().map(Author::Seat));
    let row = |author: Author| {
        let share = spent.get(&author).cloned().unwrap_or_default();
        let brought_in = author.seat().and_then(|s| report.contributions.get(s)).map(brought_in);
        SeatFigures {
            calls: share.calls,
            refused: share.refused,
            tokens: share.known_tokens(),
            cost_nano: share.known_cost(),
            brought_in: brought_in.unwrap_or_default(),
            author,
        }
    };
    voices.map(row).collect()
}

fn brought_in(share: &Contribution) -> String {
    let counted = |count: u32, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts: Vec<String> = [
        counted(share.positions, "position taken up", "positions taken up"),
        counted(share.alternatives, "alternative adopted", "alternatives adopted"),
        counted(share.objections, "objection resolved", "objections resolved"),
        counted(share.concerns, "concern met", "concerns met"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "nothing counted".to_owned() } else { words::list(&parts) }
}
