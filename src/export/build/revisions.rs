//! How a text came to be the next one: which clauses changed, and why.

use super::super::document::{ConsideredOption, Statement};
use super::gist::gist;
use super::words;
use crate::protocol::docket::{Docket, Proposal};

/// Most characters of the reason for a change.
const REASON: usize = 200;
/// Most characters of a text of another author than its successor's.
const OTHER: usize = 150;

/// A text that lay on the table and was replaced, told as what changed. Its clauses stand in its entry.
pub fn earlier(docket: &Docket, proposal: &Proposal) -> ConsideredOption {
    let label = format!("Earlier text {} of {}", proposal.id, proposal.by);
    let Some(next) = next(docket, proposal) else {
        let gone = Statement::new("Not on the table any more.", [proposal.entry]);
        return ConsideredOption {
            label,
            brief: gone.clone(),
            statement: gone.clone(),
            arguments: Vec::new(),
            fate: gone,
        };
    };
    let entries = [proposal.entry, next.entry];
    let mut told = format!("In {}, {}", next.id, changed(proposal, next));
    if proposal.by != next.by {
        let first = proposal.clauses.values().next().map(|c| gist(c, OTHER)).unwrap_or_default();
        told.push_str(&format!(". It began: {}", first.trim_end_matches('.')));
    }
    let why = next.rationale.trim();
    let brief = format!("{told}, because: {}", gist(why, REASON));
    ConsideredOption {
        label,
        brief: Statement::new(brief, entries),
        statement: Statement::new(format!("{told}."), entries),
        arguments: Vec::new(),
        fate: Statement::new(format!("Because: {}", words::sentence(why)), entries),
    }
}

/// The text that replaced `proposal` on the table: one that amends it, else the next that was no alternative.
fn next<'a>(docket: &'a Docket, proposal: &Proposal) -> Option<&'a Proposal> {
    // Versions are given in order, from 1.
    let later = || docket.proposals.iter().map(AsRef::as_ref).skip(proposal.id.version.into());
    let on_table = |p: &&Proposal| !docket.alternatives.contains_key(&p.id);
    let amends = later().filter(on_table).find(|p| p.base == Some(proposal.id));
    amends.or_else(|| later().find(on_table)).or_else(|| docket.head().filter(|h| h.id != proposal.id))
}

/// `clauses 1 and 3 were changed, clause 12 was added, clause 4 was struck`.
fn changed(from: &Proposal, to: &Proposal) -> String {
    let replaced = from.clauses.iter().filter(|(n, text)| to.clauses.get(n).is_some_and(|t| t != *text));
    let added = to.clauses.keys().filter(|n| !from.clauses.contains_key(n));
    let struck = from.clauses.keys().filter(|n| !to.clauses.contains_key(n));
    let mut parts: Vec<String> = [
        (replaced.map(|(n, _)| n.to_string()).collect(), "changed"),
        (added.map(u16::to_string).collect(), "added"),
        (struck.map(u16::to_string).collect(), "struck"),
    ]
    .into_iter()
    .filter_map(|(numbers, verb): (Vec<String>, _)| match numbers.as_slice() {
        [] => None,
        [one] => Some(format!("clause {one} was {verb}")),
        several => Some(format!("clauses {} were {verb}", words::list(several))),
    })
    .collect();
    if from.assumptions != to.assumptions {
        parts.push("the assumptions were changed".to_owned());
    }
    if parts.is_empty() { "no binding text was changed".to_owned() } else { words::list(&parts) }
}
