//! Moves that carry whole texts: the framework, proposals and amendments; and how any text stands within a move.
//!
//! A text of several lines must not look like several clauses or several moves, so every line after its first is
//! indented below it and may not begin with a list's or a quotation's mark.

use super::escape::{guard_all, reveal, title};
use super::refs::named;
use super::render::Form;
use crate::protocol::entry::{Action, Amendment, Change, Draft, Rejected};
use crate::protocol::{Framework, Proposal, Session};

/// Most characters of a name that a model made up, such as the addressee of a question.
pub(super) const NAME: usize = 60;

pub(super) fn propose(draft: &Draft, becomes: &str) -> String {
    let mut out = format!("PROPOSE {becomes} — {}", say(&draft.rationale));
    assumed(&mut out, &draft.assumptions);
    for (number, clause) in (1..).zip(&draft.clauses) {
        quote(&mut out, &format!("({number}) "), clause);
    }
    extras(&mut out, &draft.rejected, &draft.actions);
    out
}

pub(super) fn amend(session: &Session, amendment: &Amendment, becomes: &str, form: Form) -> String {
    let base = named(session, amendment.base);
    let mut out = format!("AMEND {base} to {becomes} — {}", say(&amendment.rationale));
    match amendment.assumptions.as_deref() {
        Some([]) => quote(&mut out, "", "Assumes nothing any more."),
        Some(assumptions) => assumed(&mut out, assumptions),
        None => {}
    }
    let docket = session.docket(amendment.decision);
    let before = docket.and_then(|d| d.proposal(amendment.base));
    let mut next = before.map_or(0, |p| p.next_clause);
    for change in &amendment.changes {
        match change {
            Change::Replace { clause, text } => quote(&mut out, &format!("({clause}) → "), text),
            Change::Add { text } => {
                quote(&mut out, &format!("(+{next}) "), text);
                next = next.saturating_add(1);
            }
            Change::Strike { clause } => quote(&mut out, &format!("({clause}) "), "struck"),
        }
    }
    if let Some(kept) = before.filter(|_| form.kept).and_then(|p| kept(p, amendment)) {
        quote(&mut out, "Unchanged: ", &kept);
    }
    extras(&mut out, &amendment.rejected, &amendment.actions);
    out
}

/// The clauses of `before` that stay, as a list.
fn kept(before: &Proposal, amendment: &Amendment) -> Option<String> {
    let touched = |number: &u16| {
        amendment.changes.iter().any(|change| match change {
            Change::Replace { clause, .. } | Change::Strike { clause } => clause == number,
            Change::Add { .. } => false,
        })
    };
    let kept: Vec<String> = before.clauses.keys().filter(|n| !touched(n)).map(|n| format!("({n})")).collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

fn assumed(out: &mut String, assumptions: &[String]) {
    for assumption in assumptions {
        quote(out, "Assumes: ", assumption);
    }
}

fn extras(out: &mut String, rejected: &[Rejected], actions: &[Action]) {
    let mut item = |text: String| {
        out.push_str("\n  - ");
        out.push_str(&text.replace('\n', "\n  "));
    };
    for Rejected { option, why } in rejected {
        item(format!("rejected: {} — {}", say(option), say(why)));
    }
    for Action { owner, what, done_when } in actions {
        let by = if owner.trim().is_empty() { String::new() } else { format!(" ({})", title(owner, NAME)) };
        item(format!("action{by}: {} — done when {}", say(what), say(done_when)));
    }
}

pub(super) fn frame(framework: &Framework, form: Form) -> String {
    let mut out = format!("FRAME — {}", say(&framework.title));
    if !form.framework {
        return out;
    }
    let says = |texts: &[String]| texts.iter().map(|t| guard_first(&say(t))).collect::<Vec<_>>();
    list(&mut out, "Goals", &says(&framework.goals));
    list(&mut out, "Non-goals", &says(&framework.non_goals));
    list(&mut out, "Constraints", &says(&framework.constraints));
    list(&mut out, "Unknowns", &says(&framework.unknowns));
    let criteria = framework.criteria.iter().map(|c| format!("{}: {}", c.id, say(&c.text)));
    list(&mut out, "Criteria", &criteria.collect::<Vec<_>>());
    let decisions = framework.decisions.iter().map(|d| {
        let criteria: Vec<String> = d.criteria.iter().map(ToString::to_string).collect();
        let after: Vec<String> = d.after.iter().map(ToString::to_string).collect();
        let after = if after.is_empty() { String::new() } else { format!("; after {}", after.join(", ")) };
        let open = if d.open { ", open to be claimed" } else { "" };
        format!("{} (owner {}{open}; {}{after}): {}", d.id, d.owner, criteria.join(", "), say(&d.question))
    });
    list(&mut out, "Decisions", &decisions.collect::<Vec<_>>());
    out
}

fn list(out: &mut String, name: &str, items: &[String]) {
    if !items.is_empty() {
        out.push_str(&format!("\n  - {name}"));
    }
    for item in items {
        out.push_str("\n    - ");
        out.push_str(&item.replace('\n', "\n    "));
    }
}

/// A text as quoted lines below its move.
fn quote(out: &mut String, lead: &str, text: &str) {
    let shown = reveal(text);
    for (at, line) in shown.split('\n').enumerate() {
        out.push_str(&match (at, line) {
            (0, first) => format!("\n  > {lead}{first}"),
            (_, "") => "\n  >".to_owned(),
            (_, more) => format!("\n  >    {}", within(more)),
        });
    }
}

/// A text within a move's line.
pub(super) fn say(text: &str) -> String {
    let shown = reveal(text);
    let lines = shown.split('\n').enumerate().map(|(at, line)| match (at, line) {
        (0, first) => first.to_owned(),
        (_, "") => String::new(),
        (_, more) => format!("  {}", within(more)),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text that begins its item: its first line may not be structure either.
fn guard_first(said: &str) -> String {
    let (first, more) = said.split_at(said.find('\n').unwrap_or(said.len()));
    within(first) + more
}

/// A further line of a text: harmless, and neither a list's item nor a quotation.
fn within(line: &str) -> String {
    let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
    let bare = rest.trim_start_matches('\\');
    let item = bare.strip_prefix(['-', '*', '+']).is_some_and(|b| b.starts_with([' ', '\t']));
    if item || bare.starts_with('>') { format!("{indent}\\{rest}") } else { guard_all(line) }
}
