//! Action items, figures, sign-off and the appendix.

use super::super::document::{ActionItem, Document, LogLine, Ownership, Process, SignOff, Source, StanceRow, Status};
use super::super::money::dollars;
use super::escape::{code, line};
use super::page::{Page, cited};
use crate::protocol::EntryNumber;
use chrono::{DateTime, Utc};

/// Nothing to show in a cell.
const DASH: &str = "—";

/// Where every seat stands.
pub fn stances(page: &mut Page, rows: &[StanceRow]) {
    if rows.is_empty() {
        return;
    }
    page.block("Where every seat stands:");
    let row = |r: &StanceRow| {
        let head = r.head.map_or_else(|| "no text".to_owned(), |h| h.to_string());
        [r.decision.to_string(), head, r.seat.to_string(), r.stance.to_owned(), entry(r.entry)]
    };
    page.table(["Decision", "Text", "Seat", "Stance", "Last verdict"], &rows.iter().map(row).collect::<Vec<_>>());
}

/// Section 8.
pub fn actions(page: &mut Page, actions: &[ActionItem], none: &str) {
    if actions.is_empty() {
        return page.block(none);
    }
    let row = |a: &ActionItem| {
        let scope: Vec<String> = std::iter::once(&a.scope).chain(&a.also).map(ToString::to_string).collect();
        [a.id.clone(), line(&a.owner), scope.join(", "), line(&a.what), line(&a.done_when), entry(Some(a.entry))]
    };
    page.table(["Id", "Owner", "Scope", "What", "Done when", "Entry"], &actions.iter().map(row).collect::<Vec<_>>());
}

/// Whose files are touched is settled by who owns them.
pub fn ownership(page: &mut Page, ownership: &[Ownership]) {
    if ownership.is_empty() {
        return;
    }
    page.block("Files by owner, as the seats' definitions have it:");
    let item = |o: &Ownership| {
        let files: Vec<String> = o.files.iter().map(|f| code(f)).collect();
        format!("{}: {}", o.seat, files.join(", "))
    };
    page.list(&ownership.iter().map(item).collect::<Vec<_>>(), DASH);
}

/// Section 10.
pub fn process(page: &mut Page, process: &Process, status: Status) {
    if status != Status::Accepted {
        page.block("There is no consensus. These figures say how far the debate came.");
    }
    let rows: Vec<[String; 2]> = process.figures.iter().map(|f| [f.name.to_owned(), line(&f.value)]).collect();
    page.table(["Figure", "Value"], &rows);
    page.heading(3, "Warnings");
    let warnings: Vec<String> = process
        .warnings
        .iter()
        .map(|w| format!("{} {}", line(&w.warning), cited(&w.entries)).trim_end().to_owned())
        .collect();
    page.list(&warnings, "None.");
    page.heading(3, "Verdicts that turned to agreement");
    page.statements(&process.turned, "None.");
    page.heading(3, "Shares");
    let rows: Vec<[String; 6]> = process
        .seats
        .iter()
        .map(|s| {
            let unknown = || "unknown".to_owned();
            [
                s.author.to_string(),
                s.calls.to_string(),
                s.refused.to_string(),
                s.tokens.map_or_else(unknown, |t| t.to_string()),
                s.cost_nano.map_or_else(unknown, dollars),
                line(&s.brought_in),
            ]
        })
        .collect();
    page.table(["Voice", "Calls", "Sent back", "Tokens", "Cost", "Reached the accord"], &rows);
}

/// Section 11.
pub fn signoff(page: &mut Page, signoff: &[SignOff]) {
    let row = |s: &SignOff| {
        [
            s.seat.to_string(),
            line(&s.model),
            line(&s.verdict),
            s.digest.as_ref().map_or_else(|| DASH.to_owned(), |d| code(d.short())),
            entry(s.entry),
            s.at.map_or_else(|| DASH.to_owned(), time),
            s.reservation.as_ref().map_or("none", |_| "in section 5").to_owned(),
        ]
    };
    page.table(
        ["Seat", "Model", "Verdict", "Accord", "Entry", "Time (UTC)", "Reservation"],
        &signoff.iter().map(row).collect::<Vec<_>>(),
    );
}

/// The code that is quoted, with where it can be read.
pub fn sources(page: &mut Page, sources: &[Source]) {
    if sources.is_empty() {
        return;
    }
    page.heading(2, "Appendix: code quoted");
    page.block("Places that entries name and whose lines were on record when they were written.");
    let row = |s: &Source| {
        let place = code(&s.place).replace('|', "\\|");
        let place = s.link.as_ref().map_or(place.clone(), |link| format!("[{place}]({link})"));
        let commit = s.revision.as_ref().map_or_else(|| DASH.to_owned(), |r| code(&short(r)));
        [place, commit, cited(&s.entries), cited(&s.trace)]
    };
    page.table(["Place", "Commit", "Quoted in", "Looked at before"], &sources.iter().map(row).collect::<Vec<_>>());
}

/// The same for formats that have no room for a table: each in a line.
pub fn source(source: &Source) -> String {
    let place = code(&source.place);
    let place = source.link.as_ref().map_or(place.clone(), |link| format!("[{place}]({link})"));
    let commit = source.revision.as_ref().map(|r| format!(" at commit {}", code(&short(r)))).unwrap_or_default();
    format!("{place}{commit}, quoted in {}, looked at before {}", cited(&source.entries), cited(&source.trace))
}

/// The first eight characters of a commit.
fn short(commit: &str) -> String {
    commit.chars().take(8).collect()
}

/// The log, a line an entry, and how to verify.
pub fn appendix(page: &mut Page, document: &Document) {
    page.heading(2, "Appendix: discussion log");
    let mut day = None;
    let row = |l: &LogLine| {
        let date = l.at.date_naive();
        // The day stands where it begins.
        let at = if day.replace(date) == Some(date) { l.at.format("%H:%M:%S").to_string() } else { time(l.at) };
        [entry(Some(l.entry)), at, l.author.to_string(), line(&l.kind), line(&l.line)]
    };
    if document.log.is_empty() {
        page.block("The log is empty.");
    } else {
        let rows: Vec<_> = document.log.iter().map(row).collect();
        page.table(["Entry", "Time (UTC)", "Author", "Type", "What"], &rows);
    }
    page.heading(2, "Appendix: provenance and how to verify");
    let (from, front) = (&document.provenance, &document.front);
    let signed = if front.status == Status::Accepted { "signed by every seat" } else { "not signed by every seat" };
    let digest =
        |d: Option<&crate::protocol::Digest>, none: &str| d.map_or_else(|| none.to_owned(), |d| code(d.as_str()));
    let mut items = vec![
        format!("Session: {}", code(&from.session)),
        format!(
            "Accord digest (SHA-256), {signed}: {}",
            digest(front.accord.as_ref(), "none, not every decision has a text")
        ),
        format!("Journal digest: {}", digest(from.journal.as_ref(), "unknown")),
        format!("Written by: {}", line(&from.program)),
    ];
    items.extend(from.exported_at.map(|at| format!("Exported at: {} UTC", time(at))));
    items.push(format!("Models: {}", front.models.iter().map(|m| line(m)).collect::<Vec<_>>().join("; ")));
    if !front.rule_based.is_empty() {
        let who: Vec<String> = front.rule_based.iter().map(ToString::to_string).collect();
        items.push(format!("Rule-based, no language model: {}", who.join(", ")));
    }
    page.list(&items, DASH);
    page.block(
        "Every statement names the entries it was made from. Sections 1 to 9 are put together from moves in the log; no \
         model wrote them. What was signed is the topic, the framework and each decision's clauses, assumptions and \
         readings. To check digests, references and signatures against the journal:",
    );
    page.fence("sh", &format!("conclave verify {}\n", shell(&from.session)));
}

/// A session's id as one argument of a shell, in one line.
fn shell(text: &str) -> String {
    let tame = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(tame) {
        text.to_owned()
    } else {
        "SESSION".to_owned()
    }
}

fn entry(number: Option<EntryNumber>) -> String {
    number.map_or_else(|| DASH.to_owned(), |n| format!("[{n}]"))
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}
