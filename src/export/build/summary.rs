//! One sentence a decision, put together from what was signed.

use super::super::document::{Statement, Status};
use super::decisions::said_in;
use super::gist::{opening, question, short};
use super::{framing, front, options, words};
use crate::protocol::docket::{Docket, Proposal};
use crate::protocol::{Decision, EntryNumber, Framework, Session, Target};

/// Most words of clauses in a sentence, unless the first clause's first sentence is longer.
const WORDS: usize = 60;
/// Most characters of a question, a criterion and a rejected option in short.
const QUESTION: usize = 140;
const NAME: usize = 50;
/// Most rejected options that are named.
const OVER: usize = 3;

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
    let mut text = format!("{}: in the context of “{}”, ", decision.id, question(&decision.question, QUESTION));
    let Some((head, (_, since))) = docket.head().zip(docket.head) else {
        text.push_str("nothing was put on the table.");
        return Statement::new(text, entries);
    };
    entries.push(since);
    text.push_str(&standing(session, head));
    text.push_str(&gist(docket, head, &mut entries));
    let criteria = decision.criteria.iter().filter_map(|id| framework.criterion(*id));
    let facing: Vec<String> = criteria.map(|c| format!("{} ({})", c.id, short(&c.text, NAME))).collect();
    let mut parts = vec![format!("faces {}", words::list(&facing))];
    parts.extend(over(session, head));
    parts.extend(accepting(session, docket, &mut entries));
    text.push_str(&format!(" This {}.", clauses(&parts)));
    Statement::new(text, entries)
}

/// Parts of a sentence, which may hold commas of their own: `a`, `a, and b`, `a, b, and c`.
fn clauses(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// How the text on the table stands, in words that its gist can follow.
fn standing(session: &Session, head: &Proposal) -> String {
    if front::status(session) == Status::Accepted {
        return "we chose: ".to_owned();
    }
    let objectors = session.seats().filter(|s| session.own_objections(s, head.id.decision).next().is_some());
    let objectors: Vec<String> = objectors.map(ToString::to_string).collect();
    let agree = if objectors.is_empty() {
        let settled = session.is_settled(head.id.decision);
        if settled { "to which every seat agrees" } else { "not yet agreed to by every seat" }.to_owned()
    } else {
        format!("to which {} objects", words::list(&objectors))
    };
    format!("nothing is decided; the text on the table, {agree}, is: ")
}

/// What the clauses say first, as many as fit, and where that comes from. Cites the entries of those it quotes.
fn gist(docket: &Docket, head: &Proposal, entries: &mut Vec<EntryNumber>) -> String {
    let (mut said, mut quoted): (Vec<String>, Vec<u16>) = (Vec::new(), Vec::new());
    let mut total = 0;
    for (number, clause) in &head.clauses {
        let first = opening(clause);
        total += first.split_whitespace().count();
        if !quoted.is_empty() && total > WORDS {
            break;
        }
        said.push(words::sentence(&first));
        quoted.push(*number);
        entries.push(said_in(docket, |p| p.clauses.get(number) == Some(clause)));
    }
    let all = head.clauses.len();
    let from = match quoted.as_slice() {
        [one] if all > 1 => format!(" (From clause {one} of {all}.)"),
        [one, two] if all > 2 => format!(" (From clauses {one} and {two} of {all}.)"),
        [first, .., last] if quoted.len() < all => format!(" (From clauses {first} to {last} of {all}.)"),
        _ => String::new(),
    };
    format!("{}{from}", said.join(" "))
}

/// The first options that the text names as not taken.
fn over(session: &Session, head: &Proposal) -> Option<String> {
    let rejected = options::rejected_once(head);
    let mut names: Vec<String> = rejected.iter().take(OVER).map(|r| short(&r.option, NAME)).collect();
    match rejected.len().saturating_sub(OVER) {
        0 => {}
        1 => names.push("one more".to_owned()),
        n => names.push(format!("{n} more")),
    }
    let chosen = if front::status(session) == Status::Accepted { "was chosen over" } else { "was put before" };
    (!names.is_empty()).then(|| format!("{chosen} {}", words::list(&names)))
}

/// The risks that follow from this decision, in short, and the reservations of those who signed it, by name.
fn accepting(session: &Session, docket: &Docket, entries: &mut Vec<EntryNumber>) -> Option<String> {
    let mut accepted = Vec::new();
    for risk in session.risks().iter().filter(|r| r.about == Target::Decision(docket.id)) {
        accepted.push(format!("{} ({})", risk.id, short(&risk.scenario, NAME)));
        entries.push(risk.entry);
    }
    let mut reserved = Vec::new();
    if let Some(digest) = session.accord_digest() {
        for (seat, signature) in &session.ratification().signatures {
            if signature.reservation.is_some() && session.has_signed(seat, &digest) {
                reserved.push(seat.to_string());
                entries.push(signature.entry);
            }
        }
    }
    match reserved.as_slice() {
        [] => {}
        [one] => accepted.push(format!("the reservation of {one}")),
        several => accepted.push(format!("the reservations of {}", words::list(several))),
    }
    (!accepted.is_empty()).then(|| format!("accepts {}", words::list(&accepted)))
}
