//! What becomes of each objection, concern, alternative and sealed position: a task each, and none forgotten.

use super::context;
use super::desk::Desk;
use super::task::{Choice, Field, Task};
use super::texts::{Puts, clauses_after, puts};
use crate::protocol::{Author, DecisionId, How, Issue, IssueKind, Item, Move, rules};

/// A task for each thing on `id` that the owner must speak to.
pub fn tasks(desk: &Desk<'_>, id: DecisionId) -> Vec<Task> {
    rules::outstanding(desk.session, id).iter().map(|item| task(desk, id, item)).collect()
}

/// The dispositions.
pub fn moves(desk: &Desk<'_>, id: DecisionId) -> Vec<Move> {
    let each = rules::outstanding(desk.session, id).into_iter().filter_map(|item| {
        let (how, why) = (how(desk, &item)?, desk.text(&format!("{item}/why")));
        Some(Move::Dispose { item, how, why })
    });
    each.collect()
}

fn task(desk: &Desk<'_>, id: DecisionId, item: &Item) -> Task {
    let docket = desk.session.docket(id);
    let (who, context) = match item {
        Item::Issue(issue) => match desk.session.issue(*issue) {
            Some(issue) => (issue.by.to_string(), context::issue(desk, issue)),
            None => Default::default(),
        },
        Item::Alternative(other) => match docket.and_then(|d| Some((d, d.proposal(*other)?))) {
            Some((docket, proposal)) => (proposal.by.to_string(), context::alternative(docket, proposal)),
            None => Default::default(),
        },
        Item::Position(on, seat) => {
            let found = desk.session.positions_on(*on).find(|(by, ..)| *by == seat);
            let told = found.map(|(by, entry, act)| context::position(&Author::Seat(by.clone()), entry, act));
            (seat.to_string(), told.unwrap_or_default())
        }
    };
    let what = match item {
        Item::Issue(issue) => format!("{issue} of {who}"),
        Item::Alternative(other) => format!("{other} of {who}"),
        Item::Position(on, _) => format!("{on} position of {who}"),
    };
    let mut task = Task::new(item.to_string(), what, context).named([item.to_string()]);
    task.fields.push(Field::one(format!("{item}/how"), "what becomes of it", choices(desk, id, item)));
    let how = format!("{item}/how");
    if desk.sheet.has(&how, "addressed") || desk.sheet.has(&how, "reading") {
        let mut clauses = Desk::clause_choices(&clauses_after(desk, id));
        // A reading is of a clause.
        clauses.retain(|c| c.value != "0" || desk.sheet.has(&how, "addressed"));
        task.fields.push(Field::one(format!("{item}/clause"), "which clause", clauses));
    }
    if desk.sheet.has(&how, "reading") {
        let label = "the sentence that fixes how the clause is to be understood; it is signed with it";
        task.fields.push(Field::text(format!("{item}/reading"), label));
    }
    task.fields.push(Field::text(format!("{item}/why"), "why"));
    task
}

fn choices(desk: &Desk<'_>, id: DecisionId, item: &Item) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice::new(value, label);
    match item {
        Item::Position(..) => {
            vec![choice("adopted", "taken up"), choice("partly", "taken up in part"), choice("declined", "declined")]
        }
        Item::Alternative(_) => {
            vec![choice("adopted", "it becomes the text on the table"), choice("declined", "declined")]
        }
        Item::Issue(issue) => {
            let mut choices = vec![
                choice("addressed", "met by a clause"),
                choice("reading", "met by a reading of a clause"),
                choice("declined", "declined"),
                choice("risk", "accepted as a risk"),
            ];
            if issue.kind == IssueKind::Concern && desk.session.issue(*issue).is_some_and(|i| may_be_moot(desk, id, i))
            {
                choices.push(choice("moot", "moot: the text it meant is gone"));
            }
            choices
        }
    }
}

/// A concern about a text that does not lie on the table any more, or will not.
fn may_be_moot(desk: &Desk<'_>, id: DecisionId, issue: &Issue) -> bool {
    let head = desk.session.docket(id).and_then(|d| d.head);
    head.is_some_and(|(_, entry)| issue.entry < entry || puts(desk, id) != Puts::Nothing)
}

fn how(desk: &Desk<'_>, item: &Item) -> Option<How> {
    let clause = || desk.chosen(&format!("{item}/clause"));
    Some(match desk.sheet.one(&format!("{item}/how"))? {
        "addressed" => How::Addressed { clause: clause()? },
        "reading" => How::Reading { clause: clause()?, reading: desk.text(&format!("{item}/reading")) },
        "risk" => How::Risk,
        "moot" => How::Moot,
        "adopted" => How::Adopted,
        "partly" => How::Partly,
        _ => How::Declined,
    })
}
