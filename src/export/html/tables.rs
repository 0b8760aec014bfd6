//! Action items, figures, sign-off, provenance.

use super::super::document::{ActionItem, Document, Ownership, Process, SignOff, Source, Status};
use super::super::money::dollars;
use super::page::{Page, cited, link};
use super::text::escape;
use super::{grouped, one_line};
use crate::protocol::{Digest, EntryNumber};
use chrono::{DateTime, Utc};

/// Section 8.
pub fn actions(page: &mut Page, actions: &[ActionItem], none: &str) {
    if actions.is_empty() {
        return page.none(none);
    }
    let row = |a: &ActionItem| {
        let scope = format!("<a href=\"#{0}\">{0}</a>", a.scope);
        [a.id.clone(), text(&a.owner), scope, text(&a.what), text(&a.done_when), link(a.entry)]
    };
    let rows: Vec<[String; 6]> = actions.iter().map(row).collect();
    page.table("Action items", ["Id", "Owner", "Scope", "What", "Done when", "Entry"], &rows);
}

/// Whose files are touched is settled by who owns them.
pub fn ownership(page: &mut Page, ownership: &[Ownership]) {
    if ownership.is_empty() {
        return;
    }
    page.paragraph("Files by owner, as the seats' definitions have it:");
    let files = |o: &Ownership| o.files.iter().map(|f| format!("<code>{}</code>", escape(f))).collect::<Vec<_>>();
    let items: Vec<String> = ownership.iter().map(|o| format!("{}: {}", o.seat, files(o).join(", "))).collect();
    page.list("files", &items, "");
}

/// The code that is quoted, with where it can be read.
pub fn sources(page: &mut Page, sources: &[Source]) {
    if sources.is_empty() {
        return;
    }
    page.section("code", "Code quoted");
    page.paragraph("Places that entries name and whose lines were on record when they were written.");
    let row = |s: &Source| {
        let commit = s.revision.as_ref().map_or_else(
            || "—".to_owned(),
            |r| format!("<code>{}</code>", escape(&r.chars().take(8).collect::<String>())),
        );
        // The page makes a link of the place.
        [format!("<code>{}</code>", escape(&s.place)), commit, cited(&s.entries), cited(&s.trace)]
    };
    let rows: Vec<[String; 4]> = sources.iter().map(row).collect();
    page.table("Code quoted", ["Place", "Commit", "Quoted in", "Looked at before"], &rows);
}

/// Section 10.
pub fn process(page: &mut Page, process: &Process, status: Status) {
    page.section("process", status.process());
    if status != Status::Accepted {
        page.paragraph("There is no consensus. These figures say how far the debate came.");
    }
    let rows: Vec<[String; 2]> = process.figures.iter().map(|f| [escape(f.name), text(&f.value)]).collect();
    page.table("Figures", ["Figure", "Value"], &rows);
    page.heading(3, "Warnings");
    let warnings: Vec<String> =
        process.warnings.iter().map(|w| format!("{} {}", escape(w.warning.trim()), cited(&w.entries))).collect();
    page.list("statements", &warnings, "None.");
    page.heading(3, "Verdicts that turned to agreement");
    page.statements(&process.turned, "None.");
    page.heading(3, "Shares");
    let unknown = || "unknown".to_owned();
    let rows: Vec<[String; 6]> = process
        .seats
        .iter()
        .map(|s| {
            [
                s.author.to_string(),
                s.calls.to_string(),
                s.refused.to_string(),
                s.tokens.map_or_else(unknown, grouped),
                s.cost_nano.map_or_else(unknown, dollars),
                text(&s.brought_in),
            ]
        })
        .collect();
    page.table("Shares", ["Voice", "Calls", "Sent back", "Tokens", "Cost", "Reached the accord"], &rows);
}

/// Section 11.
pub fn signoff(page: &mut Page, signoff: &[SignOff]) {
    page.section("signoff", "11. Sign-off");
    let row = |s: &SignOff| {
        [
            s.seat.to_string(),
            text(&s.model),
            text(&s.verdict),
            s.digest.as_ref().map(digest).unwrap_or_default(),
            entry(s.entry),
            s.at.map(time).unwrap_or_default(),
            s.reservation.as_deref().map_or_else(|| "none".to_owned(), text),
        ]
    };
    let rows: Vec<[String; 7]> = signoff.iter().map(row).collect();
    page.table("Sign-off", ["Seat", "Model", "Verdict", "Accord", "Entry", "Time", "Reservation"], &rows);
}

/// Where this comes from and how to verify it.
pub fn provenance(page: &mut Page, document: &Document) {
    page.section("provenance", "Provenance and how to verify");
    let (from, front) = (&document.provenance, &document.front);
    let signed = if front.status == Status::Accepted { "signed by every seat" } else { "not signed by every seat" };
    let full = |d: Option<&Digest>, none: &str| {
        d.map_or_else(|| none.to_owned(), |d| format!("<code class=\"digest\">{d}</code>"))
    };
    let models: Vec<String> = front.models.iter().map(|m| text(m)).collect();
    let mut items = vec![
        format!("Session: <code>{}</code>", text(&from.session)),
        format!(
            "Accord digest (SHA-256), {signed}: {}",
            full(front.accord.as_ref(), "none, not every decision has a text")
        ),
        format!("Journal digest: {}", full(front.journal.as_ref(), "unknown")),
        format!("Written by: {}", text(&from.program)),
    ];
    items.extend(from.exported_at.map(|at| format!("Exported at: {}", time(at))));
    items.push(format!("Models: {}", models.join("; ")));
    if !front.rule_based.is_empty() {
        let who: Vec<String> = front.rule_based.iter().map(ToString::to_string).collect();
        items.push(format!("Rule-based, no language model: {}", who.join(", ")));
    }
    page.list("statements", &items, "");
    page.paragraph(
        "Every statement names the entries it was made from. Sections 1 to 9 are put together from moves in the log; no \
         model wrote them. What was signed is the topic, the framework and each decision's clauses, assumptions and \
         readings. To check digests, references and signatures against the journal:",
    );
    page.html(super::prose::code(&format!("conclave verify {}\n", argument(&from.session))).trim_end());
}

/// A session's id as one argument of a shell.
fn argument(session: &str) -> &str {
    let tame = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_tame = !session.is_empty() && !session.starts_with('-') && session.chars().all(tame);
    if is_tame { session } else { "SESSION" }
}

/// The first digits of a digest, with all of them as a title.
pub fn digest(digest: &Digest) -> String {
    format!("<code title=\"{digest}\">{}</code>", digest.short())
}

/// A time in UTC, to the second, in a form that `time` takes without saying it twice.
pub fn time(at: DateTime<Utc>) -> String {
    format!("<time>{}</time>", at.format("%Y-%m-%d %H:%M:%SZ"))
}

fn text(text: &str) -> String {
    escape(&one_line(text))
}

fn entry(number: Option<EntryNumber>) -> String {
    number.map(link).unwrap_or_default()
}
