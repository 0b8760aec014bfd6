//! Sections 6 to 9: risks, contracts, action items, open questions.

use super::super::document::{ActionItem, Contract, Ownership, RiskItem, Statement};
use super::super::fences;
use super::super::visible::is_hidden;
use super::decisions::said_in;
use super::followed::Followed;
use super::issues::raised;
use super::{framing, words};
use crate::protocol::charter::IMPLEMENTATION;
use crate::protocol::entry::Action;
use crate::protocol::{Docket, Entry, EntryNumber, IssueKind, Made, Proposal, Session};

/// Risks recorded in the pre-mortem or accepted in place of a concern.
pub fn risks(session: &Session) -> Vec<RiskItem> {
    let item = |risk: &crate::protocol::session::Risk| {
        let mut text = words::sentence(&risk.scenario);
        if !risk.sign.trim().is_empty() {
            text.push_str(&format!(" Early sign: {}", words::sentence(&risk.sign)));
        }
        let label = if risk.from.is_some() { "Accepted because" } else { "Mitigation" };
        text.push_str(&format!(" {label}: {}", words::sentence(&risk.mitigation)));
        let from = risk.from.and_then(|id| session.issue(id));
        let origin = from.map(|i| format!(" (From {} of {}.)", i.id, i.by));
        text.push_str(&origin.unwrap_or_else(|| format!(" (Named by {}.)", risk.by)));
        RiskItem {
            id: risk.id,
            about: risk.about.to_string(),
            statement: Statement::new(text, from.map(|i| i.entry).into_iter().chain([risk.entry])),
        }
    };
    session.risks().iter().map(|r| item(r)).collect()
}

/// Fenced blocks of implementation entries, with whose they are and which text they came with. One whose seat wanted a
/// contract first counts once its partners have agreed; until then it is among the open questions.
pub fn contracts(session: &Session) -> Vec<Contract> {
    let mut contracts = Vec::new();
    let counts = |e: &Entry| session.implementation_waits_for(e).is_empty();
    for entry in session.entries().iter().filter(|e| e.kind == IMPLEMENTATION && counts(e)) {
        for block in fences::blocks(&entry.content) {
            contracts.push(Contract {
                source: source(session, entry),
                language: language(&block.language),
                hidden: block.body.chars().any(|c| is_hidden(c) && !matches!(c, '\n' | '\t')),
                body: block.body,
            });
        }
    }
    contracts
}

fn source(session: &Session, entry: &Entry) -> Statement {
    let with: Vec<String> = entry
        .moves
        .iter()
        .filter_map(|m| match &m.made {
            Some(Made::Proposal { id, .. }) => {
                let head = session.docket(id.decision).and_then(|d| d.head).is_some_and(|(head, _)| head == *id);
                Some(format!("{id}{}", if head { "" } else { ", which is not on the table now" }))
            }
            _ => None,
        })
        .collect();
    let with = if with.is_empty() { String::new() } else { format!(", given with {}", words::list(&with)) };
    Statement::new(format!("{}{with}", entry.author), [entry.number])
}

/// A language name that cannot be anything else in a fence's first line.
fn language(named: &str) -> String {
    let tame = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '.' | '_' | '-');
    let plain = !named.is_empty() && named.len() <= 24 && named.chars().all(tame);
    if plain { named.to_owned() } else { "text".to_owned() }
}

/// The pieces of work that the texts on the table name, each once. An amendment keeps its base's and adds its own; one that
/// names a piece again tells it anew.
pub fn actions(session: &Session) -> Vec<ActionItem> {
    let mut items: Vec<ActionItem> = Vec::new();
    for (docket, head) in session.dockets().filter_map(|d| Some((d, d.head()?))) {
        for action in &head.actions {
            let item = action_item(docket, head, action);
            let same = |i: &&mut ActionItem| words::same(&i.what, &item.what) && words::same(&i.owner, &item.owner);
            match items.iter_mut().find(same) {
                Some(earlier) if earlier.scope == item.scope => *earlier = item,
                Some(earlier) if words::same(&earlier.done_when, &item.done_when) => {
                    if !earlier.also.contains(&item.scope) {
                        earlier.also.push(item.scope);
                    }
                }
                Some(_) | None => items.push(item),
            }
        }
    }
    for (number, item) in (1..).zip(&mut items) {
        item.id = format!("A{number}");
    }
    items
}

/// The files that seats' definitions call their own.
pub fn ownership(session: &Session) -> Vec<Ownership> {
    let charges = session.opening().charter.charges.iter().filter(|(_, charge)| !charge.scopes.is_empty());
    charges.map(|(seat, charge)| Ownership { seat: seat.clone(), files: charge.scopes.clone() }).collect()
}

/// One piece of work, not yet numbered.
fn action_item(docket: &Docket, head: &Proposal, action: &Action) -> ActionItem {
    ActionItem {
        id: String::new(),
        owner: match action.owner.trim() {
            "" => "nobody named".to_owned(),
            owner => owner.to_owned(),
        },
        scope: head.id.decision,
        also: Vec::new(),
        what: action.what.clone(),
        done_when: action.done_when.clone(),
        entry: said_in(docket, |p| p.actions.contains(action)),
    }
}

/// What the texts on the table take for granted, each once.
fn assumed(session: &Session) -> Vec<Statement> {
    let mut all: Vec<(&str, Vec<String>, Vec<EntryNumber>)> = Vec::new();
    for (docket, head) in session.dockets().filter_map(|d| Some((d, d.head()?))) {
        for assumption in &head.assumptions {
            let entry = said_in(docket, |p| p.assumptions.contains(assumption));
            match all.iter_mut().find(|(text, ..)| words::same(text, assumption)) {
                Some((_, by, entries)) => {
                    by.push(head.id.to_string());
                    entries.push(entry);
                }
                None => all.push((assumption, vec![head.id.to_string()], vec![entry])),
            }
        }
    }
    let told = |(text, by, entries): (&str, Vec<String>, Vec<EntryNumber>)| {
        let text = format!("Assumed by {}, and checked by nobody: {}", words::list(&by), words::sentence(text));
        Statement::new(text, entries)
    };
    all.into_iter().map(told).collect()
}

/// Questions nobody answered or somebody answered for one who is absent, assumptions nobody in the room could check, and
/// facts the framework calls unknown.
pub fn questions(session: &Session, followed: &Followed<'_>) -> Vec<Statement> {
    let mut open = Vec::new();
    for issue in session.issues().iter().filter(|i| i.id.kind == IssueKind::Question) {
        let asked = raised(followed, issue);
        match &issue.disposition {
            None => open.push(asked),
            Some(end) if followed.redirected(issue.id).is_some() => {
                let text = format!("{} Answered by {}: {}", asked.text, end.by, words::sentence(&end.why));
                open.push(Statement::new(text, [issue.entry, end.entry]));
            }
            Some(_) => {}
        }
    }
    open.extend(assumed(session));
    for entry in session.entries() {
        for (decision, partner) in session.implementation_waits_for(entry) {
            let text =
                format!("What {} implemented does not count: {partner} has not agreed to {decision}.", entry.author);
            open.push(Statement::new(text, [entry.number]));
        }
    }
    // What a text on the table assumes is told with it.
    let heads = session.dockets().filter_map(Docket::head);
    let assumed: Vec<&str> = heads.flat_map(|h| &h.assumptions).map(|a| a.trim().trim_end_matches('.')).collect();
    let told = |unknown: &&String| assumed.iter().any(|a| !a.is_empty() && unknown.contains(a));
    let unknowns = session.framework().into_iter().flat_map(|f| &f.unknowns).filter(|u| !told(u));
    open.extend(
        unknowns.map(|u| Statement::new(format!("Unknown from the start: {}", words::sentence(u)), framing(session))),
    );
    open
}
