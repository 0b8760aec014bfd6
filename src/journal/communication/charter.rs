//! What the definitions at the table asked for, in the log's header: who answers to which name, who is not here, who reviews.

use super::escape::title;
use crate::protocol::SeatTag;
use crate::protocol::charter::Meant;
use crate::protocol::event::Opening;

/// Most characters of a name.
const NAME: usize = 80;

/// Lines for the header; nothing for a table whose definitions asked for nothing.
pub(super) fn lines(opening: &Opening) -> String {
    let charter = &opening.charter;
    let mut out = String::new();
    let named = |how: Meant| -> Vec<String> {
        charter.names.iter().filter(|n| n.how == how).map(|n| title(&n.name, NAME)).collect()
    };
    let mapped: Vec<String> = charter
        .names
        .iter()
        .filter(|n| !n.seats.is_empty())
        .map(|n| format!("{} is {}", title(&n.name, NAME), tags(&n.seats, " or ")))
        .collect();
    if !mapped.is_empty() {
        out.push_str(&format!("- Names: {}\n", mapped.join("; ")));
    }
    for (names, told) in
        [(named(Meant::Lead), "led by SUPERVISOR"), (named(Meant::Absent), "not here, SUPERVISOR answers")]
    {
        if !names.is_empty() {
            out.push_str(&format!("- {}: {told}\n", names.join(", ")));
        }
    }
    if let [first, others @ ..] = charter.reviewers.as_slice() {
        let second = others.first().map(|s| format!("; what it owns itself: {s}")).unwrap_or_default();
        out.push_str(&format!("- Security review of sensitive decisions: {first}{second}\n"));
    }
    for (seat, charge) in charter.charges.iter().filter(|(_, c)| !c.checklist.is_empty()) {
        out.push_str(&format!(
            "- {seat} confirms a self-check list of {} points before it agrees\n",
            charge.checklist.len()
        ));
    }
    for (seat, charge) in charter.charges.iter().filter(|(_, c)| !c.contract_with.is_empty()) {
        out.push_str(&format!(
            "- Contract first: what {seat} implements counts once {} agreed to its text\n",
            tags(&charge.contract_with, " and ")
        ));
    }
    for (seat, charge) in charter.charges.iter().filter(|(_, c)| !c.refused_tools.is_empty()) {
        let tools: Vec<String> = charge.refused_tools.iter().map(|t| title(t, NAME)).collect();
        out.push_str(&format!("- {seat} asks for the tools {}: refused, none is run\n", tools.join(", ")));
    }
    out
}

fn tags(seats: &[SeatTag], between: &str) -> String {
    seats.iter().map(SeatTag::as_str).collect::<Vec<_>>().join(between)
}
