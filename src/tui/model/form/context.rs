//! What a person reads before it fills something in: questions, texts, issues, in Markdown.

use super::desk::Desk;
use crate::protocol::docket::{Docket, Reading};
use crate::protocol::issue::Issue;
use crate::protocol::{Author, DecisionId, EntryNumber, How, Item, Move, Proposal, Target};
use std::fmt::Write;

/// The question of a decision, and its criteria.
pub fn decision(desk: &Desk<'_>, id: DecisionId) -> String {
    format!("{}{}", question(desk, id), criteria(desk, id))
}

fn question(desk: &Desk<'_>, id: DecisionId) -> String {
    let Some(decision) = desk.session.decision(id) else { return String::new() };
    format!("**{id}** {} (owner {})", said(&decision.question), decision.owner)
}

fn criteria(desk: &Desk<'_>, id: DecisionId) -> String {
    let bearing = desk.session.decision(id).map(|d| d.criteria.as_slice()).unwrap_or_default();
    let all = desk.session.framework().map(|f| f.criteria.as_slice()).unwrap_or_default();
    all.iter().filter(|c| bearing.contains(&c.id)).map(|c| format!("\n\n{} {}", c.id, said(&c.text))).collect()
}

/// The question and the head; for a seat that judged it before, what changed since comes first.
pub fn head(desk: &Desk<'_>, id: DecisionId) -> String {
    let Some(docket) = desk.session.docket(id) else { return question(desk, id) };
    let Some(head) = docket.head() else { return decision(desk, id) };
    let mut parts = vec![question(desk, id)];
    parts.push(format!("**{}** @{} by {} in {}", head.id, head.digest.short(), head.by, head.entry));
    let judged = docket.verdicts.get(desk.seat).and_then(|v| docket.proposal(v.on));
    match judged {
        None => parts.push(clauses(head, &docket.readings)),
        Some(judged) => parts.extend(compared(desk, docket, (head, judged))),
    }
    parts.extend(head.assumptions.iter().map(|a| format!("Assumes: {}", said(a))));
    parts.push(format!("Why (not binding): {}", said(&head.rationale)));
    parts.join("\n\n") + &criteria(desk, id)
}

/// What changed in the head since the seat judged `judged`, then the rest of it.
fn compared(desk: &Desk<'_>, docket: &Docket, (head, judged): (&Proposal, &Proposal)) -> Vec<String> {
    let changed = docket.changed_since_judged(desk.seat);
    let mut news = Vec::new();
    for (number, text) in head.clauses.iter().filter(|(n, _)| changed.contains(n)) {
        news.push(clause(*number, text, &docket.readings));
        news.push(match judged.clauses.get(number) {
            Some(before) if before == text => "*(a reading is new)*".to_owned(),
            Some(before) => format!("*(changed; it was:)* {}", said(before)),
            None => "*(new)*".to_owned(),
        });
    }
    for (number, struck) in judged.clauses.iter().filter(|(n, _)| !head.clauses.contains_key(n)) {
        news.push(format!("**{number}.** *(struck)* {}", said(struck)));
    }
    if head.assumptions != judged.assumptions {
        news.push("*(what it assumes changed)*".to_owned());
    }
    let title =
        if news.is_empty() { "Nothing in it changed since you judged it." } else { "Changed since you judged it:" };
    let mut parts = vec![title.to_owned()];
    parts.append(&mut news);
    let same = head.clauses.iter().filter(|(n, _)| !changed.contains(n));
    let rest: Vec<String> = same.map(|(n, text)| clause(*n, text, &docket.readings)).collect();
    if !rest.is_empty() && !changed.is_empty() {
        parts.push("As it was:".to_owned());
    }
    parts.extend(rest);
    parts
}

/// A text's clauses with their readings.
fn clauses(text: &Proposal, readings: &[Reading]) -> String {
    let each: Vec<String> = text.clauses.iter().map(|(number, text)| clause(*number, text, readings)).collect();
    each.join("\n\n")
}

fn clause(number: u16, text: &str, readings: &[Reading]) -> String {
    let read = readings.iter().filter(|r| r.clause == number);
    let read: String = read.map(|r| format!("\n\n{} (reading): {}", r.id, said(&r.text))).collect();
    format!("**{number}.** {}{read}", said(text))
}

/// An issue, as whoever must speak to it reads it.
pub fn issue(desk: &Desk<'_>, issue: &Issue) -> String {
    let mut out = format!("**{}** of {} on {}, in {}", issue.id, issue.by, issue.about, issue.entry);
    if issue.clause > 0 {
        let _ = write!(out, ", clause {}", issue.clause);
    }
    if let Some(criterion) = issue.criterion {
        let text = desk.session.framework().and_then(|f| f.criterion(criterion)).map(|c| c.text.as_str());
        let _ = write!(out, "\n\n{criterion} {}", said(text.unwrap_or_default()));
    }
    let _ = write!(out, "\n\n{}", said(&issue.text.replace('\n', "\n\n")));
    if !issue.resolved_if.is_empty() {
        let _ = write!(out, "\n\nResolved if: {}", said(&issue.resolved_if));
    }
    if !issue.still.is_empty() {
        let _ = write!(out, "\n\nStill missing, {} said: {}", issue.by, said(&issue.still));
    }
    out
}

/// What was done about an objection, for the seat that raised it.
pub fn met(desk: &Desk<'_>, issue: &Issue) -> String {
    let Some((how, entry)) = &issue.met else { return String::new() };
    let Some(answer) = desk.session.entry(*entry) else { return String::new() };
    let why = answer.moves.iter().find_map(|m| match &m.act {
        Move::Dispose { item: Item::Issue(id), why, .. } if *id == issue.id => Some(why.as_str()),
        _ => None,
    });
    let what = match how {
        How::Addressed { clause: 0 } => "a new text".to_owned(),
        How::Addressed { clause } => format!("clause {clause}"),
        How::Reading { clause, reading } => format!("a reading of clause {clause}: {}", said(reading)),
        How::Declined => "declined".to_owned(),
        How::Moot => "moot".to_owned(),
        How::Risk => "recorded as a risk".to_owned(),
        How::Adopted | How::Partly => "taken up".to_owned(),
    };
    let why = why.map(|w| format!("\n\nWhy: {}", said(w))).unwrap_or_default();
    format!("\n\nAnswered by {} in {entry}: {what}{why}", answer.author)
}

/// Another seat's text, beside the one on the table.
pub fn alternative(docket: &Docket, proposal: &Proposal) -> String {
    let mut parts = vec![format!("**{}** by {} in {}", proposal.id, proposal.by, proposal.entry)];
    for (number, text) in &proposal.clauses {
        parts.push(clause(*number, text, &[]));
        if docket.head().and_then(|h| h.clauses.get(number)) == Some(text) {
            parts.push("*(as on the table)*".to_owned());
        }
    }
    parts.extend(proposal.assumptions.iter().map(|a| format!("Assumes: {}", said(a))));
    parts.push(format!("Why: {}", said(&proposal.rationale)));
    parts.join("\n\n")
}

/// The sealed positions on a decision, this seat's own left out.
pub fn positions(desk: &Desk<'_>, id: DecisionId) -> String {
    let others = desk.session.positions_on(id).filter(|(seat, ..)| *seat != desk.seat);
    others.map(|(seat, entry, act)| format!("\n\n{}", position(&Author::Seat(seat.clone()), entry, act))).collect()
}

/// One sealed position.
pub fn position(seat: &Author, entry: EntryNumber, act: &Move) -> String {
    let Move::Position { choice, rejected, rests_on, .. } = act else { return String::new() };
    format!("**{seat}** in {entry}: {}\n\nRejects: {}\n\nRests on: {}", said(choice), said(rejected), said(rests_on))
}

/// What binds everybody, before anything lies on the table.
pub fn framework(desk: &Desk<'_>) -> String {
    let Some(framework) = desk.session.framework() else { return String::new() };
    let mut out = format!("**{}**", said(&framework.title));
    let lists = [
        ("Goals", &framework.goals),
        ("Not goals", &framework.non_goals),
        ("Constraints", &framework.constraints),
        ("Unknowns", &framework.unknowns),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let items: String = list.iter().map(|item| format!("\n\n{}", said(item))).collect();
        let _ = write!(out, "\n\n{name}:{items}");
    }
    out
}

/// Everything that is signed, the recorded risks, and what was decided on the way.
pub fn accord(desk: &Desk<'_>) -> String {
    let mut out = String::new();
    for docket in desk.session.dockets() {
        let Some(head) = docket.head() else { continue };
        let question = desk.session.decision(docket.id).map(|d| d.question.as_str()).unwrap_or_default();
        let _ = write!(out, "**{}** {}\n\n{}", docket.id, said(question), clauses(head, &docket.readings));
        for assumption in &head.assumptions {
            let _ = write!(out, "\n\nAssumes: {}", said(assumption));
        }
        out.push_str("\n\n---\n\n");
    }
    if !desk.session.risks().is_empty() {
        out.push_str("Risks");
    }
    for risk in desk.session.risks() {
        let _ = write!(out, "\n\n{} on {}: {}", risk.id, risk.about, said(&risk.scenario));
        for (name, text) in [("Sign", &risk.sign), ("Mitigation", &risk.mitigation)] {
            if !text.is_empty() {
                let _ = write!(out, "\n\n{name}: {}", said(text));
            }
        }
    }
    for issue in desk.session.issues().iter() {
        if let Some(end) = &issue.disposition {
            let _ = write!(
                out,
                "\n\n{} of {}: {} — dealt with in {}: {}",
                issue.id,
                issue.by,
                said(&issue.text),
                end.entry,
                said(&end.why)
            );
        }
    }
    format!("{out}\n\n---\n\n{}", framework(desk))
}

/// Concerns and questions about a decision that its drafter should know of.
pub fn open_on(desk: &Desk<'_>, id: DecisionId) -> String {
    let about = Target::Decision(id);
    let open = desk.session.issues().iter().filter(|i| i.is_open() && i.about == about);
    open.map(|i| format!("\n\n{}", issue(desk, i))).collect()
}

/// A text of somebody else, as part of a page: where it has several lines it is quoted, so that nothing in it can pass for a
/// clause, a verdict or a heading of the page.
fn said(text: &str) -> String {
    let text = text.trim();
    if !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    text.lines().fold(String::from("\n"), |out, line| format!("{out}\n> {line}"))
}
