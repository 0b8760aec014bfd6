//! What the table's definitions asked for, as its seats are told: who answers to which name, and what is owed beyond the
//! verdict.

use super::inset;
use crate::protocol::charter::{Meant, Named, reviewer_of};
use crate::protocol::{Author, DecisionId, SeatTag, Session};
use std::fmt::Write;

/// Names that definitions use, and who answers to them: the same for everybody.
pub(super) fn names(session: &Session, out: &mut String) {
    let names = &session.opening().charter.names;
    if names.is_empty() {
        return;
    }
    out.push_str("\nNames that the definitions use, and who answers to them here:\n");
    let of = |which: fn(&Named) -> bool| names.iter().filter(move |n| which(n));
    for named in of(|n| !n.seats.is_empty()) {
        let seats: Vec<&str> = named.seats.iter().map(SeatTag::as_str).collect();
        let _ = writeln!(out, "- {}: {}", inset(&named.name), seats.join(" or "));
    }
    let lead: Vec<String> = of(|n| n.how == Meant::Lead).map(|n| inset(&n.name)).collect();
    if !lead.is_empty() {
        let _ = writeln!(out, "- {}: SUPERVISOR", lead.join(", "));
    }
    let absent: Vec<String> = of(|n| matches!(n.how, Meant::Absent | Meant::Again)).map(|n| inset(&n.name)).collect();
    if !absent.is_empty() {
        let _ = writeln!(
            out,
            "- not here: {}. Nobody waits for them; a question to one of them goes to SUPERVISOR. What only they could know is an \
             assumption.",
            absent.join(", ")
        );
    }
}

/// What a seat's own definition asks of it, in its tail.
pub(super) fn charge(session: &Session, seat: &SeatTag, out: &mut String) {
    if session.owes_checklist(seat) {
        out.push_str("Your self-check list; your first `agree` confirms every point in `confirms`:\n");
        for (number, point) in (1..).zip(session.checklist(seat)) {
            let _ = writeln!(out, "  {number}. {}", inset(point));
        }
    }
    let Some(charge) = session.opening().charter.charges.get(seat) else { return };
    if !charge.scopes.is_empty() {
        let scopes: Vec<String> = charge.scopes.iter().map(|s| inset(s)).collect();
        let _ = writeln!(out, "Files that are yours: {}.", scopes.join(", "));
    }
    if !charge.contract_with.is_empty() {
        let with: Vec<&str> = charge.contract_with.iter().map(SeatTag::as_str).collect();
        let _ = writeln!(
            out,
            "An IMPLEMENTATION of yours counts once {} agreed to the text it goes with.",
            with.join(" and ")
        );
    }
}

/// What a review owes beyond a verdict; empty for most.
pub(super) fn review(session: &Session, author: &Author, id: DecisionId) -> String {
    let Some(seat) = author.seat() else { return String::new() };
    let mut out = String::new();
    if session.security_reviewer(id) == Some(seat) {
        out.push_str(" You review it for security: an `agree` says in `security` what you looked for and found.");
    }
    let own = session.docket(id).and_then(|d| d.head()).is_some_and(|h| h.by == *author);
    if own && session.owes_checklist(seat) {
        out.push_str(" It is your own text: your agreement counts once your self-check list is confirmed.");
    }
    out
}

/// Decisions that can be claimed with a sealed position, and who reviews what for security.
pub(super) fn open(session: &Session, out: &mut String) {
    let Some(framework) = session.framework() else { return };
    for decision in framework.decisions.iter().filter(|d| d.open) {
        let _ = writeln!(
            out,
            "\n{} is open: {} owns it unless another seat, whose trade bears more of its consequence, takes it over with `claim` in its position.",
            decision.id, decision.owner
        );
    }
    let charter = &session.opening().charter;
    if charter.reviewers.is_empty() {
        return;
    }
    out.push_str("\nDecisions on authentication or sensitive data are reviewed for security:");
    for decision in &framework.decisions {
        if let Some(reviewer) = reviewer_of(charter, &decision.owner) {
            let _ = write!(out, " {} by {reviewer};", decision.id);
        }
    }
    out.push('\n');
}
