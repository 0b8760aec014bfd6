//! Texts: a first one, a changed one, and one put beside the head.
//!
//! A clause is a field of its own once it has a number, so that what changed needs no guessing: an emptied clause is struck,
//! another text replaces it, and what is written under "further clauses" is added.

use super::context;
use super::desk::Desk;
use super::task::{Choice, Field, Task};
use crate::protocol::docket::tidy;
use crate::protocol::entry::{Action, Amendment, Change, Draft, Rejected};
use crate::protocol::{DecisionId, Duty, Move, Proposal, ProposalId, duty};
use std::collections::BTreeMap;

/// Most options or pieces of work that a form takes for one text.
const MOST: usize = 8;

/// What a form puts on the table of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Puts {
    /// The head stays.
    Nothing,
    /// A first text.
    Draft,
    /// The head, changed.
    Change,
    /// Another seat's text.
    Adopts(ProposalId),
}

/// What the owner's form puts on the table of `id`, as it is filled in now.
pub fn puts(desk: &Desk<'_>, id: DecisionId) -> Puts {
    if !desk.owns(id) {
        return Puts::Nothing;
    }
    let alternatives = desk.session.docket(id).into_iter().flat_map(|d| d.open_alternatives());
    if let Some(adopted) = alternatives.into_iter().find(|a| desk.sheet.has(&format!("{a}/how"), "adopted")) {
        return Puts::Adopts(adopted);
    }
    if desk.owes(&Duty::Draft(id)) {
        return Puts::Draft;
    }
    let (text, verdict) = (format!("{id}/text"), super::review::verdict_key(desk, id));
    if desk.sheet.has(&text, "new") || desk.sheet.has(&verdict, "revise") { Puts::Change } else { Puts::Nothing }
}

/// The clauses that would lie on the table of `id` after this reply.
pub fn clauses_after(desk: &Desk<'_>, id: DecisionId) -> BTreeMap<u16, String> {
    let head = desk.head(id);
    match puts(desk, id) {
        Puts::Nothing => head.map(|h| h.clauses.clone()).unwrap_or_default(),
        Puts::Draft => (1..).zip(paragraphs(&desk.text(&format!("{id}/clauses")))).collect(),
        Puts::Change => head.map(|h| changed_clauses(desk, h, "head")).unwrap_or_default(),
        Puts::Adopts(other) => {
            let adopted = desk.session.docket(id).and_then(|d| d.proposal(other));
            adopted.map(|p| p.clauses.clone()).unwrap_or_default()
        }
    }
}

/// The task of a first text.
pub fn draft(desk: &Desk<'_>, id: DecisionId) -> Task {
    let around =
        format!("{}{}{}", context::decision(desk, id), context::positions(desk, id), context::open_on(desk, id));
    let mut task = Task::new(format!("{id}/draft"), format!("{id} first text"), around).named([id]);
    if let Puts::Adopts(other) = puts(desk, id) {
        task.context = format!("{other} becomes the text on the table.\n\n{}", task.context);
        return task;
    }
    task.fields = vec![
        Field::text(format!("{id}/clauses"), "binding clauses, one a paragraph"),
        Field::text(format!("{id}/rationale"), "why (not binding, shown to signers)"),
        Field::text(format!("{id}/assumptions"), "what it takes for granted, one a line").optional(),
    ];
    task.fields.extend(extras(desk, &id.to_string()));
    task
}

/// The task of changing the head, where an objection is open.
pub fn revise(desk: &Desk<'_>, id: DecisionId) -> Task {
    let around = format!("{}{}", context::head(desk, id), context::open_on(desk, id));
    let mut task = Task::new(format!("{id}/revise"), format!("{id} revise or rebut"), around).named([id]);
    task.fields = change_or_keep(desk, id, false);
    task
}

/// Decisions whose head the seat may change although it does not owe that.
pub fn may_revise<'a>(desk: &'a Desk<'_>) -> impl Iterator<Item = DecisionId> + 'a {
    let owed = |id| desk.owes(&Duty::Revise(id)) || desk.owes(&Duty::Review(id));
    let headed = desk.session.dockets().filter(|d| d.head.is_some()).map(|d| d.id);
    headed.filter(move |id| desk.owns(*id) && !owed(*id) && duty::may_revise(desk.session, *id))
}

/// The task of changing the head, where nobody demands it.
pub fn may(desk: &Desk<'_>, id: DecisionId) -> Task {
    let why = "You may put a new text on the table: a direction, a mediation, a changed framework or an answer to your question \
               came after this one.";
    let around = format!("{why}\n\n{}", context::head(desk, id));
    let mut task = Task::new(format!("{id}/may"), format!("{id} you may revise"), around).named([id]);
    task.fields = change_or_keep(desk, id, true);
    task
}

fn change_or_keep(desk: &Desk<'_>, id: DecisionId, free: bool) -> Vec<Field> {
    if let Puts::Adopts(_) = puts(desk, id) {
        return Vec::new();
    }
    let choices =
        vec![Choice::new("new", "change the text"), Choice::new("keep", "keep the text: answer below, item by item")];
    let choice = Field::one(format!("{id}/text"), "the text on the table", choices);
    let mut fields = vec![if free { choice.with("keep").optional() } else { choice }];
    if puts(desk, id) == Puts::Change
        && let Some(head) = desk.head(id)
    {
        fields.extend(change(desk, head, "head"));
    }
    fields
}

/// The fields in which `base` is changed; `into` tells a new head from an alternative.
pub fn change(desk: &Desk<'_>, base: &Proposal, into: &str) -> Vec<Field> {
    let prefix = prefix(base, into);
    let clause = |(n, text): (&u16, &String)| {
        Field::text(format!("{prefix}/clause/{n}"), format!("clause {n} (empty: struck)")).with(text).optional()
    };
    let mut fields: Vec<Field> = base.clauses.iter().map(clause).collect();
    fields.extend([
        Field::text(format!("{prefix}/added"), "further clauses, one a paragraph").optional(),
        Field::text(format!("{prefix}/assumptions"), "what it takes for granted, one a line")
            .with(base.assumptions.join("\n"))
            .optional(),
        Field::text(format!("{prefix}/rationale"), "what changed, and why"),
    ]);
    fields.extend(extras(desk, &prefix));
    fields
}

fn prefix(base: &Proposal, into: &str) -> String {
    format!("{}/{into}", base.id)
}

/// The first text as a move.
pub fn draft_move(desk: &Desk<'_>, id: DecisionId) -> Move {
    let prefix = id.to_string();
    Move::Propose(Draft {
        decision: id,
        clauses: paragraphs(&desk.text(&format!("{id}/clauses"))),
        rationale: desk.text(&format!("{id}/rationale")),
        assumptions: desk.lines(&format!("{id}/assumptions")),
        rejected: rejected(desk, &prefix),
        actions: actions(desk, &prefix),
    })
}

/// The changes to `base` as a move.
pub fn change_move(desk: &Desk<'_>, base: &Proposal, into: &str) -> Move {
    let prefix = prefix(base, into);
    let mut changes = Vec::new();
    for (number, before) in &base.clauses {
        let text = tidy(&desk.text_or(&format!("{prefix}/clause/{number}"), before));
        if text.is_empty() {
            changes.push(Change::Strike { clause: *number });
        } else if text != tidy(before) {
            changes.push(Change::Replace { clause: *number, text });
        }
    }
    changes.extend(paragraphs(&desk.text(&format!("{prefix}/added"))).into_iter().map(|text| Change::Add { text }));
    let (key, before) = (format!("{prefix}/assumptions"), base.assumptions.join("\n"));
    let untouched = desk.text_or(&key, &before) == before.trim();
    Move::Amend(Amendment {
        decision: base.id.decision,
        base: base.id,
        changes,
        rationale: desk.text(&format!("{prefix}/rationale")),
        assumptions: (!untouched).then(|| desk.lines(&key)),
        rejected: rejected(desk, &prefix),
        actions: actions(desk, &prefix),
    })
}

fn changed_clauses(desk: &Desk<'_>, base: &Proposal, into: &str) -> BTreeMap<u16, String> {
    let prefix = prefix(base, into);
    let kept = base.clauses.iter().map(|(n, text)| (*n, desk.text_or(&format!("{prefix}/clause/{n}"), text)));
    let added = paragraphs(&desk.text(&format!("{prefix}/added")));
    kept.filter(|(_, text)| !text.is_empty()).chain((base.next_clause..).zip(added)).collect()
}

/// What may go with a text, asked for only by those who want it.
fn extras(desk: &Desk<'_>, prefix: &str) -> Vec<Field> {
    let key = format!("{prefix}/extras");
    let choices =
        vec![Choice::new("rejected", "options weighed and not taken"), Choice::new("actions", "first pieces of work")];
    let mut fields = vec![Field::any(&key, "with it go", choices).optional()];
    if desk.sheet.has(&key, "rejected") {
        for i in 0..Desk::groups(MOST, |i| desk.begun(&rejected_at(prefix, i), &["option", "why"])) {
            let names = [("option", "option not taken"), ("why", "why it lost")];
            fields.extend(desk.group(&rejected_at(prefix, i), &names, false));
        }
    }
    if desk.sheet.has(&key, "actions") {
        for i in 0..Desk::groups(MOST, |i| desk.begun(&action_at(prefix, i), &["what", "done"])) {
            let at = action_at(prefix, i);
            fields.extend(desk.group(&at, &[("what", "work to do"), ("done", "done when")], false));
            let mut owners: Vec<Choice> = desk.session.seats().map(|s| Choice::new(s, s.to_string())).collect();
            owners.push(Choice::new("nobody", "nobody yet"));
            fields.push(Field::one(format!("{at}/owner"), "who does it", owners).optional());
        }
    }
    fields
}

fn rejected_at(prefix: &str, i: usize) -> String {
    format!("{prefix}/rejected/{i}")
}

fn action_at(prefix: &str, i: usize) -> String {
    format!("{prefix}/action/{i}")
}

fn rejected(desk: &Desk<'_>, prefix: &str) -> Vec<Rejected> {
    if !desk.sheet.has(&format!("{prefix}/extras"), "rejected") {
        return Vec::new();
    }
    let each = (0..MOST)
        .map(|i| rejected_at(prefix, i))
        .map(|at| Rejected { option: desk.text(&format!("{at}/option")), why: desk.text(&format!("{at}/why")) });
    each.filter(|r| !r.option.is_empty()).collect()
}

fn actions(desk: &Desk<'_>, prefix: &str) -> Vec<Action> {
    if !desk.sheet.has(&format!("{prefix}/extras"), "actions") {
        return Vec::new();
    }
    let owner = |at: &str| desk.sheet.one(&format!("{at}/owner")).filter(|o| *o != "nobody").unwrap_or_default();
    let each = (0..MOST).map(|i| action_at(prefix, i)).map(|at| Action {
        owner: owner(&at).to_owned(),
        what: desk.text(&format!("{at}/what")),
        done_when: desk.text(&format!("{at}/done")),
    });
    each.filter(|a| !a.what.is_empty()).collect()
}

/// A text's paragraphs: what empty lines part.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    for line in text.lines() {
        match parts.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                last.push_str(line);
                last.push('\n');
            }
            Some(last) if !last.is_empty() => parts.push(String::new()),
            _ => {}
        }
    }
    parts.into_iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}
