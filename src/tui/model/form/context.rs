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
    format!("**{id}** {} (owner {})", decision.question, decision.owner)
}

fn criteria(desk: &Desk<'_>, id: DecisionId) -> String {
    let bearing = desk.session.decision(id).map(|d| d.criteria.as_slice()).unwrap_or_default();
    let all = desk.session.framework().map(|f| f.criteria.as_slice()).unwrap_or_default();
    all.iter().filter(|c| bearing.contains(&c.id)).map(|c| format!("\n\n{} {}", c.id, c.text)).collect()
}

/// The question, the head, and what changed in it since the seat last judged.
pub fn head(desk: &Desk<'_>, id: DecisionId) -> String {
    let mut out = question(desk, id);
    let Some(docket) = desk.session.docket(id) else { return out };
    let Some(head) = docket.head() else { return decision(desk, id) };
    let _ = write!(out, "\n\n**{}** @{} by {} in {}\n\n", head.id, head.digest.short(), head.by, head.entry);
    let judged = docket.verdicts.get(desk.seat).and_then(|v| docket.proposal(v.on));
    let changed = judged.map(|_| docket.changed_since_judged(desk.seat)).unwrap_or_default();
    out.push_str(&clauses(head, &docket.readings, |number| {
        let judged = judged.filter(|_| changed.contains(&number))?;
        Some(match judged.clauses.get(&number) {
            Some(before) if head.clauses.get(&number) == Some(before) => "*(a reading is new)*".to_owned(),
            Some(before) => format!("*(changed; it was:)* {before}"),
            None => "*(new)*".to_owned(),
        })
    }));
    if let Some(judged) = judged {
        for (number, struck) in judged.clauses.iter().filter(|(n, _)| !head.clauses.contains_key(n)) {
            let _ = write!(out, "\n\n**{number}.** *(struck)* {struck}");
        }
        if changed.is_empty() {
            out.push_str("\n\nNothing in it changed since you last judged it.");
        }
    }
    let _ = write!(out, "\n\nWhy (not binding): {}", head.rationale);
    out.push_str(&criteria(desk, id));
    out
}

/// A text's clauses with their readings, and what it assumes.
fn clauses(text: &Proposal, readings: &[Reading], note: impl Fn(u16) -> Option<String>) -> String {
    let mut parts = Vec::new();
    for (number, clause) in &text.clauses {
        parts.push(format!("**{number}.** {clause}"));
        parts.extend(note(*number));
        for reading in readings.iter().filter(|r| r.clause == *number) {
            parts.push(format!("{} (reading): {}", reading.id, reading.text));
        }
    }
    parts.extend(text.assumptions.iter().map(|a| format!("Assumes: {a}")));
    parts.join("\n\n")
}

/// An issue, as whoever must speak to it reads it.
pub fn issue(desk: &Desk<'_>, issue: &Issue) -> String {
    let mut out = format!("**{}** of {} on {}, in {}", issue.id, issue.by, issue.about, issue.entry);
    if issue.clause > 0 {
        let _ = write!(out, ", clause {}", issue.clause);
    }
    if let Some(criterion) = issue.criterion {
        let text = desk.session.framework().and_then(|f| f.criterion(criterion)).map(|c| c.text.as_str());
        let _ = write!(out, "\n\n{criterion} {}", text.unwrap_or_default());
    }
    let _ = write!(out, "\n\n{}", issue.text.replace('\n', "\n\n"));
    if !issue.resolved_if.is_empty() {
        let _ = write!(out, "\n\nResolved if: {}", issue.resolved_if);
    }
    if !issue.still.is_empty() {
        let _ = write!(out, "\n\nStill missing, {} said: {}", issue.by, issue.still);
    }
    out
}

/// What was done about an objection, for the seat that raised it.
pub fn met(desk: &Desk<'_>, issue: &Issue) -> String {
    let Some((how, entry)) = &issue.met else { return String::new() };
    let Some(said) = desk.session.entry(*entry) else { return String::new() };
    let why = said.moves.iter().find_map(|m| match &m.act {
        Move::Dispose { item: Item::Issue(id), why, .. } if *id == issue.id => Some(why.as_str()),
        _ => None,
    });
    let what = match how {
        How::Addressed { clause: 0 } => "a new text".to_owned(),
        How::Addressed { clause } => format!("clause {clause}"),
        How::Reading { clause, reading } => format!("a reading of clause {clause}: {reading}"),
        How::Declined => "declined".to_owned(),
        How::Moot => "moot".to_owned(),
        How::Risk => "recorded as a risk".to_owned(),
        How::Adopted | How::Partly => "taken up".to_owned(),
    };
    let why = why.map(|w| format!("\n\n{w}")).unwrap_or_default();
    format!("\n\nAnswered by {} in {entry}: {what}{why}", said.author)
}

/// Another seat's text, beside the one on the table.
pub fn alternative(docket: &Docket, proposal: &Proposal) -> String {
    let head = docket.head();
    let note = |number: u16| {
        let (new, old) = (proposal.clauses.get(&number), head?.clauses.get(&number));
        (new == old).then(|| "*(as on the table)*".to_owned())
    };
    let title = format!("**{}** by {} in {}", proposal.id, proposal.by, proposal.entry);
    format!("{title}\n\n{}\n\nWhy: {}", clauses(proposal, &[], note), proposal.rationale)
}

/// The sealed positions on a decision, this seat's own left out.
pub fn positions(desk: &Desk<'_>, id: DecisionId) -> String {
    let others = desk.session.positions_on(id).filter(|(seat, ..)| *seat != desk.seat);
    others.map(|(seat, entry, act)| format!("\n\n{}", position(&Author::Seat(seat.clone()), entry, act))).collect()
}

/// One sealed position.
pub fn position(seat: &Author, entry: EntryNumber, act: &Move) -> String {
    let Move::Position { choice, rejected, rests_on, .. } = act else { return String::new() };
    format!("**{seat}** in {entry}: {choice}\n\nRejects: {rejected}\n\nRests on: {rests_on}")
}

/// What binds everybody, before anything lies on the table.
pub fn framework(desk: &Desk<'_>) -> String {
    let Some(framework) = desk.session.framework() else { return String::new() };
    let mut out = format!("**{}**", framework.title);
    let lists = [
        ("Goals", &framework.goals),
        ("Not goals", &framework.non_goals),
        ("Constraints", &framework.constraints),
        ("Unknowns", &framework.unknowns),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let items: String = list.iter().map(|item| format!("\n- {item}")).collect();
        let _ = write!(out, "\n\n{name}\n{items}");
    }
    out
}

/// Everything that is signed, the recorded risks, and what was decided on the way.
pub fn accord(desk: &Desk<'_>) -> String {
    let mut out = framework(desk);
    for docket in desk.session.dockets() {
        let Some(head) = docket.head() else { continue };
        let question = desk.session.decision(docket.id).map(|d| d.question.as_str()).unwrap_or_default();
        let _ = write!(out, "\n\n---\n\n**{}** {question}\n\n", docket.id);
        out.push_str(&clauses(head, &docket.readings, |_| None));
    }
    if !desk.session.risks().is_empty() {
        out.push_str("\n\n---\n\nRisks");
    }
    for risk in desk.session.risks() {
        let _ = write!(out, "\n\n{} on {}: {}", risk.id, risk.about, risk.scenario);
        for (name, text) in [("Sign", &risk.sign), ("Mitigation", &risk.mitigation)] {
            if !text.is_empty() {
                let _ = write!(out, " {name}: {text}");
            }
        }
    }
    for issue in desk.session.issues().iter() {
        if let Some(end) = &issue.disposition {
            let _ = write!(
                out,
                "\n\n{} of {}: {} — dealt with in {}: {}",
                issue.id, issue.by, issue.text, end.entry, end.why
            );
        }
    }
    out
}

/// Concerns and questions about a decision that its drafter should know of.
pub fn open_on(desk: &Desk<'_>, id: DecisionId) -> String {
    let about = Target::Decision(id);
    let open = desk.session.issues().iter().filter(|i| i.is_open() && i.about == about);
    open.map(|i| format!("\n\n{}", issue(desk, i))).collect()
}
