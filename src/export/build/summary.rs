//! One sentence a decision, put together from what was signed.

use super::super::document::{Statement, Status};
use super::{framing, front, words};
use crate::protocol::docket::{Docket, Proposal};
use crate::protocol::{Decision, EntryNumber, Framework, Session, Target};

/// A sentence a decision.
pub fn summary(session: &Session) -> Vec<Statement> {
    let Some(framework) = session.framework() else {
        return Vec::new();
    };
    let decisions = framework.decisions.iter();
    decisions
        .filter_map(|decision| Some(sentence(session, framework, decision, session.docket(decision.id)?)))
        .collect()
}

fn sentence(session: &Session, framework: &Framework, decision: &Decision, docket: &Docket) -> Statement {
    let mut entries = framing(session);
    let criteria: Vec<String> = decision
        .criteria
        .iter()
        .filter_map(|id| framework.criterion(*id))
        .map(|c| format!("{} ({})", c.id, words::first_sentence(&c.text)))
        .collect();
    let mut text = format!(
        "{}: in the context of {}, facing {}, ",
        decision.id,
        words::first_sentence(&framework.title),
        words::list(&criteria)
    );
    let Some((head, (_, since))) = docket.head().zip(docket.head) else {
        text.push_str("nothing was put on the table.");
        return Statement::new(text, entries);
    };
    entries.push(since);
    entries.push(head.entry);
    text.push_str(&chosen(session, head));
    let over: Vec<String> = head.rejected.iter().map(|r| words::first_sentence(&r.option)).collect();
    if !over.is_empty() {
        text.push_str(&format!(", over {}", words::list(&over)));
    }
    if let Some(accepted) = accepting(session, docket, &mut entries) {
        text.push_str(&accepted);
    }
    text.push('.');
    Statement::new(text, entries)
}

fn chosen(session: &Session, head: &Proposal) -> String {
    let first = head.clauses.values().next().map(|c| words::first_sentence(c)).unwrap_or_default();
    let more = match head.clauses.len() {
        0 | 1 => String::new(),
        2 => " (and one clause more)".to_owned(),
        n => format!(" (and {} clauses more)", n - 1),
    };
    if front::status(session) == Status::Accepted {
        return format!("we chose: {first}{more}");
    }
    let objectors = session.seats().filter(|s| session.own_objections(s, head.id.decision).next().is_some());
    let objectors: Vec<String> = objectors.map(ToString::to_string).collect();
    let agree = if objectors.is_empty() {
        let settled = session.is_settled(head.id.decision);
        if settled { "to which every seat agrees" } else { "not yet agreed to by every seat" }.to_owned()
    } else {
        format!("to which {} objects", words::list(&objectors))
    };
    format!("nothing is decided; the text on the table, {agree}, is: {first}{more}")
}

/// The risks that follow from this decision and the reservations of those who signed it.
fn accepting(session: &Session, docket: &Docket, entries: &mut Vec<EntryNumber>) -> Option<String> {
    let mut accepted = Vec::new();
    for risk in session.risks().iter().filter(|r| r.about == Target::Decision(docket.id)) {
        accepted.push(format!("{} ({})", risk.id, words::first_sentence(&risk.scenario)));
        entries.push(risk.entry);
    }
    let digest = session.accord_digest()?;
    for (seat, signature) in &session.ratification().signatures {
        if signature.reservation.is_some() && session.has_signed(seat, &digest) {
            accepted.push(format!("the reservation of {seat}"));
            entries.push(signature.entry);
        }
    }
    (!accepted.is_empty()).then(|| format!(", accepting {}", words::list(&accepted)))
}
