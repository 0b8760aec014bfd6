//! Rules that the definitions at the table asked for: a check list gone through before the first agreement, and a security
//! review of what is sensitive.

use super::case::Case;
use super::verdicts::MIN_WORDS;
use crate::protocol::entry::{Confirmed, Move};
use crate::protocol::id::{DecisionId, SeatTag};
use std::collections::BTreeSet;

impl Case<'_> {
    /// A seat with a check list confirms every point of it in its first reply that agrees; what it confirms must be on it.
    pub fn checklist(&mut self, seat: &SeatTag, confirms: &[Confirmed]) {
        let points = self.session.checklist(seat).len();
        for confirmed in confirms {
            if confirmed.item == 0 || usize::from(confirmed.item) > points {
                self.refuse(format!("confirms names point {}, and your check list has {points}", confirmed.item));
            }
            if confirmed.how.trim().is_empty() {
                self.refuse(format!(
                    "point {} is confirmed without saying how: where it is met, or why it does not apply",
                    confirmed.item
                ));
            }
        }
        if !self.session.owes_checklist(seat) {
            return;
        }
        // One list for the whole reply: several agreements may share it out.
        let given: BTreeSet<u16> = self.reply.moves.iter().flat_map(confirmed).map(|c| c.item).collect();
        let missing: Vec<String> = (1..=points)
            .filter(|n| !u16::try_from(*n).is_ok_and(|n| given.contains(&n)))
            .map(|n| n.to_string())
            .collect();
        if !missing.is_empty() {
            self.refuse(format!(
                "your first agreement counts only with your self-check list of {points} points confirmed in its confirms: missing {}",
                missing.join(", ")
            ));
        }
    }

    /// Whoever reviews a sensitive decision says what the review came to.
    pub fn security_review(&mut self, seat: &SeatTag, decision: DecisionId, security: Option<&str>) {
        let said = security.map(str::trim).unwrap_or_default();
        if security.is_some() && said.len() < MIN_WORDS {
            return self
                .refuse(format!("security on {decision} says nothing: what was looked for, and what was found"));
        }
        if said.is_empty() && self.session.security_reviewer(decision) == Some(seat) {
            self.refuse(format!(
                "{decision} touches authentication or sensitive data and you review it for security: say in security what you looked \
                 for and what you found"
            ));
        }
    }
}

fn confirmed(act: &Move) -> &[Confirmed] {
    match act {
        Move::Agree { confirms, .. } => confirms,
        _ => &[],
    }
}
