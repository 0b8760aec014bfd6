//! What definitions ask of a seat beyond its duties: its check list before its first agreement, a security review, and what
//! it may do with what it cannot decide: claim it, or put it to whoever leads.

use super::desk::Desk;
use super::task::{Field, Task};
use crate::protocol::entry::{Choice, Confirmed};
use crate::protocol::{DecisionId, Move, Target};

/// Ways out that an escalation names, at least and at most.
const OPTIONS: (usize, usize) = (2, 5);

/// The check list of the seat, where its reply agrees to something and it has not gone through the list yet.
pub fn checklist(desk: &Desk<'_>, moves: &[Move]) -> Option<Task> {
    let agrees = moves.iter().any(|m| matches!(m, Move::Agree { .. }));
    if !agrees || !desk.session.owes_checklist(desk.seat) {
        return None;
    }
    let lead =
        "This seat's definition has a check list. Its first agreement counts once every point of it is gone through.";
    let mut task = Task::new("checklist", "your check list", lead).named(["point", "confirms"]);
    for (n, point) in (1..).zip(desk.session.checklist(desk.seat)) {
        let label = format!("{n}. {point}: where it is met, or why it does not apply");
        task.fields.push(Field::text(point_at(n), label));
    }
    Some(task)
}

/// Puts the check list into the first agreement.
pub fn confirm(desk: &Desk<'_>, moves: &mut [Move]) {
    if !desk.session.owes_checklist(desk.seat) {
        return;
    }
    let points = (1..).zip(desk.session.checklist(desk.seat)).map(|(item, _)| item);
    let gone_through = points.map(|item| Confirmed { item, how: desk.text(&point_at(item)) }).collect();
    if let Some(Move::Agree { confirms, .. }) = moves.iter_mut().find(|m| matches!(m, Move::Agree { .. })) {
        *confirms = gone_through;
    }
}

fn point_at(item: u16) -> String {
    format!("checklist/{item}")
}

/// What the security review came to, where the seat owes one with its agreement.
pub fn security_field(desk: &Desk<'_>, id: DecisionId) -> Option<Field> {
    let reviews = desk.session.security_reviewer(id) == Some(desk.seat);
    let label = "your security review of it: what you looked for, and what you found";
    reviews.then(|| Field::text(format!("{id}/agree/security"), label))
}

/// The review's result.
pub fn security(desk: &Desk<'_>, id: DecisionId) -> Option<String> {
    security_field(desk, id).map(|field| desk.text(&field.key))
}

/// The fields of an escalation, by the prefix of their keys.
pub fn escalation_fields(desk: &Desk<'_>, at: &str) -> Vec<Field> {
    let mut fields = vec![Field::text(format!("{at}/text"), "what stands in the way")];
    let (least, most) = OPTIONS;
    let begun = |i: usize| desk.begun(&way_at(at, i), &["option", "trade"]);
    for i in 0..Desk::groups(most, begun).max(least) {
        let names = [("option", "a way out"), ("trade", "what it gains, and what it gives up")];
        fields.extend(desk.group(&way_at(at, i), &names, i < least));
    }
    fields
}

fn way_at(at: &str, i: usize) -> String {
    format!("{at}/way/{i}")
}

/// The escalation itself.
pub fn escalation(desk: &Desk<'_>, about: Target, at: &str) -> Move {
    let ways = (0..OPTIONS.1).map(|i| way_at(at, i)).map(|way| Choice {
        option: desk.text(&format!("{way}/option")),
        trade_off: desk.text(&format!("{way}/trade")),
    });
    let options = ways.filter(|w| !w.option.is_empty()).collect();
    Move::Escalate { about, text: desk.text(&format!("{at}/text")), options }
}

/// With a position on a decision that is open to be claimed: whether the seat takes it over, and why.
pub fn claim_fields(desk: &Desk<'_>, id: DecisionId) -> Vec<Field> {
    if !desk.session.decision(id).is_some_and(|d| d.open && d.owner != *desk.seat) {
        return Vec::new();
    }
    let choices = vec![super::task::Choice::new("claim", "it belongs to this seat: claim it")];
    let mut fields = vec![Field::any(format!("{id}/claim"), "its owner is not settled", choices).optional()];
    if desk.sheet.has(&format!("{id}/claim"), "claim") {
        fields.push(Field::text(format!("{id}/claim/why"), "why it belongs to this seat"));
    }
    fields
}

/// The claim itself.
pub fn claim(desk: &Desk<'_>, id: DecisionId) -> Option<Move> {
    let open = desk.session.decision(id).is_some_and(|d| d.open && d.owner != *desk.seat);
    let claims = open && desk.sheet.has(&format!("{id}/claim"), "claim");
    claims.then(|| Move::Claim { decision: id, why: desk.text(&format!("{id}/claim/why")) })
}
