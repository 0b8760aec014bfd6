//! Verdicts: agree, object, ask first; and for an objector whether it stands by what it raised.

use super::desk::Desk;
use super::task::{Choice, Field, Task};
use super::texts::{change, change_move};
use super::{charges, context};
use crate::protocol::{AskKind, DecisionId, Duty, IssueId, Move, Target, duty};

/// Concerns that one review may hold (`docs/protocol.md`, section 4).
const CONCERNS: usize = 2;

/// Where the verdict lies on the sheet. It is given anew for each text: the words about it are kept, the verdict is not.
pub fn verdict_key(desk: &Desk<'_>, id: DecisionId) -> String {
    let head = desk.head(id).map(|h| h.id.to_string()).unwrap_or_default();
    format!("{head}/verdict")
}

/// The task of judging a head.
pub fn review(desk: &Desk<'_>, id: DecisionId) -> Task {
    let context = format!("{}{}", limits(desk, id), context::head(desk, id));
    let mut task = Task::new(format!("{id}/review"), format!("{id} review"), context).named([id]);
    match stance(desk, id) {
        Stance::Stands(issue) => {
            task.context = format!("You stand by {issue}: that is your verdict.\n\n{}", task.context);
        }
        Stance::Agrees => task.fields = agree_fields(desk, id),
        Stance::Free => {
            let key = verdict_key(desk, id);
            task.fields.push(Field::one(&key, "your verdict", verdicts(desk, id)));
            match desk.sheet.one(&key) {
                Some("agree") => task.fields.extend(agree_fields(desk, id)),
                Some("object") => task.fields.extend(object_fields(desk, id)),
                Some("ask") => task.fields.extend(ask_fields(desk, id)),
                Some("escalate") => task.fields.extend(charges::escalation_fields(desk, &format!("{id}/escalate"))),
                Some("revise") => {
                    task.fields.extend(desk.head(id).map(|h| change(desk, h, "head")).unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    task.fields.extend(besides(desk, id));
    task
}

/// What the seat's answers to its own objections leave open.
enum Stance {
    Stands(IssueId),
    Agrees,
    Free,
}

fn stance(desk: &Desk<'_>, id: DecisionId) -> Stance {
    let says = |issue: &IssueId, word| desk.sheet.has(&format!("{issue}/stand"), word);
    if let Some(issue) = desk.stands_on(id).find(|i| says(i, "stand")) {
        return Stance::Stands(issue);
    }
    if desk.stands_on(id).any(|i| says(&i, "agree")) { Stance::Agrees } else { Stance::Free }
}

/// What a second review may rest on, told before it is judged.
fn limits(desk: &Desk<'_>, id: DecisionId) -> String {
    if desk.judged(id).is_none() {
        return String::new();
    }
    let pass = if desk.session.has_late_pass(desk.seat) {
        "one objection in this session may do without"
    } else {
        "else it is recorded as a concern and is no verdict"
    };
    format!(
        "You judged an earlier state: an objection now rests on what changed or on an entry you had not seen; {pass}.\n\n"
    )
}

fn verdicts(desk: &Desk<'_>, id: DecisionId) -> Vec<Choice> {
    let mut choices = vec![
        Choice::new("agree", "agree"),
        Choice::new("object", "object"),
        Choice::new("ask", "ask first"),
        Choice::new("escalate", "put it to whoever leads"),
    ];
    if desk.owns(id) && duty::may_revise(desk.session, id) {
        choices.push(Choice::new("revise", "put a new text in its place"));
    }
    choices
}

fn agree_fields(desk: &Desk<'_>, id: DecisionId) -> Vec<Field> {
    let mut fields = vec![
        Field::any(format!("{id}/agree/criteria"), "it rests on", desk.criterion_choices(Target::Decision(id))),
        Field::text(format!("{id}/agree/because"), "why you agree: a fact, or the clause that convinced you"),
    ];
    fields.extend(charges::security_field(desk, id));
    if let Some(since) = desk.objected_in(id) {
        let seen = desk.session.entry(since).map(|e| e.seen).unwrap_or_default();
        let head = desk.session.docket(id).and_then(|d| d.head).map(|(_, entry)| entry).filter(|e| *e > seen);
        let mut choices: Vec<Choice> = head.map(|e| desk.entry_choice(e)).into_iter().collect();
        let first = choices.first().map(|c| c.value.clone());
        choices.extend(desk.entries_since(seen).into_iter().filter(|c| Some(&c.value) != first.as_ref()));
        let initial = choices.first().map(|c| c.value.clone()).unwrap_or_default();
        let label = format!("what resolved your objection in {since}");
        fields.push(Field::one(format!("{id}/agree/resolved"), label, choices).with(initial));
    }
    fields
}

fn agree(desk: &Desk<'_>, id: DecisionId) -> Move {
    let resolved = desk.objected_in(id).and_then(|_| desk.chosen(&format!("{id}/agree/resolved")));
    Move::Agree {
        decision: id,
        digest: desk.digest(id),
        criteria: desk.criteria(&format!("{id}/agree/criteria")),
        because: desk.text(&format!("{id}/agree/because")),
        resolved_by: resolved,
        confirms: Vec::new(),
        security: charges::security(desk, id),
    }
}

/// The fields of an objection to a head.
pub fn object_fields(desk: &Desk<'_>, id: DecisionId) -> Vec<Field> {
    let at = |name: &str| format!("{id}/object/{name}");
    let mut fields = vec![
        Field::one(at("clause"), "the clause that fails", Desk::clause_choices(&desk.nameable(id))),
        Field::one(at("criterion"), "the criterion it harms", desk.criterion_choices(Target::Decision(id))),
        Field::text(at("fails"), "how it fails: who does what, and what breaks"),
        Field::text(at("resolved"), "what would resolve it"),
    ];
    if let Some(seen) = desk.judged(id) {
        let mut choices = vec![Choice::new("none", "on the text alone")];
        choices.extend(desk.entries_since(seen));
        fields.push(Field::one(at("rests"), "it rests on", choices).with("none").optional());
    }
    fields
}

/// The objection itself.
pub fn object(desk: &Desk<'_>, id: DecisionId) -> Option<Move> {
    let at = |name: &str| format!("{id}/object/{name}");
    Some(Move::Object {
        about: Target::Decision(id),
        digest: desk.digest(id),
        clause: desk.chosen(&at("clause"))?,
        criterion: desk.chosen(&at("criterion"))?,
        fails_when: desk.text(&at("fails")),
        resolved_if: desk.text(&at("resolved")),
        rests_on: desk.chosen(&at("rests")),
    })
}

fn ask_fields(desk: &Desk<'_>, id: DecisionId) -> Vec<Field> {
    vec![
        Field::one(format!("{id}/ask/to"), "whom", desk.addressees()),
        Field::text(format!("{id}/ask/text"), "the question whose answer decides it"),
    ]
}

/// What may go with a verdict: concerns, and a text put beside the head.
fn besides(desk: &Desk<'_>, id: DecisionId) -> Vec<Field> {
    let key = format!("{id}/besides");
    let clauses = desk.concern_clauses(id);
    let mut choices = Vec::new();
    if !clauses.is_empty() {
        choices.push(Choice::new("concern", "a concern, which does not block"));
    }
    if !desk.owns(id) && desk.ask.kind == AskKind::Turn {
        choices.push(Choice::new("alternative", "a text of your own beside it"));
    }
    if choices.is_empty() {
        return Vec::new();
    }
    let mut fields = vec![Field::any(&key, "besides", choices).optional()];
    if desk.sheet.has(&key, "concern") {
        for i in 0..Desk::groups(CONCERNS, |i| desk.begun(&concern_at(id, i), &["text"])) {
            let at = concern_at(id, i);
            let needed = i == 0 || desk.begun(&at, &["text"]);
            let criteria = desk.criterion_choices(Target::Decision(id));
            fields.push(
                Field::text(format!("{at}/text"), "concern: what may go wrong, and what would help").needed_if(needed),
            );
            fields
                .push(Field::one(format!("{at}/clause"), "the clause it is about", clauses.clone()).needed_if(needed));
            fields.push(Field::one(format!("{at}/criterion"), "the criterion at stake", criteria).needed_if(needed));
        }
    }
    if desk.sheet.has(&key, "alternative") {
        fields.extend(desk.head(id).map(|h| change(desk, h, "beside")).unwrap_or_default());
    }
    fields
}

fn concern_at(id: DecisionId, i: usize) -> String {
    format!("{id}/concern/{i}")
}

/// Everything that the review of `id` comes to.
pub fn moves(desk: &Desk<'_>, id: DecisionId) -> Vec<Move> {
    let verdict = desk.sheet.one(&verdict_key(desk, id));
    let mut moves: Vec<Move> = match (stance(desk, id), verdict) {
        (Stance::Stands(_), _) => Vec::new(),
        (Stance::Agrees, _) | (Stance::Free, Some("agree")) => vec![agree(desk, id)],
        (Stance::Free, Some("object")) => object(desk, id).into_iter().collect(),
        (Stance::Free, Some("ask")) => vec![Move::Ask {
            to: desk.sheet.one(&format!("{id}/ask/to")).unwrap_or_default().to_owned(),
            about: Target::Decision(id),
            text: desk.text(&format!("{id}/ask/text")),
        }],
        (Stance::Free, Some("escalate")) => {
            vec![charges::escalation(desk, Target::Decision(id), &format!("{id}/escalate"))]
        }
        (Stance::Free, Some("revise")) => desk.head(id).map(|h| change_move(desk, h, "head")).into_iter().collect(),
        (Stance::Free, _) => Vec::new(),
    };
    let key = format!("{id}/besides");
    if desk.sheet.has(&key, "concern") {
        moves.extend((0..CONCERNS).filter_map(|i| concern(desk, Target::Decision(id), &concern_at(id, i))));
    }
    if desk.sheet.has(&key, "alternative") {
        moves.extend(desk.head(id).map(|h| change_move(desk, h, "beside")));
    }
    moves
}

/// A concern out of the group of fields at `at`; none where nothing is written there.
pub fn concern(desk: &Desk<'_>, about: Target, at: &str) -> Option<Move> {
    let text = desk.text(&format!("{at}/text"));
    if text.is_empty() {
        return None;
    }
    let criterion = desk.chosen(&format!("{at}/criterion"))?;
    Some(Move::Concern { about, clause: desk.chosen(&format!("{at}/clause")).unwrap_or(0), criterion, text })
}

/// The task of an objector whose objection was answered.
pub fn stand(desk: &Desk<'_>, id: IssueId) -> Task {
    let Some(issue) = desk.session.issue(id) else { return Task::new(id.to_string(), id.to_string(), "") };
    let context = format!("{}{}", context::issue(desk, issue), context::met(desk, issue));
    let mut task = Task::new(id.to_string(), format!("{id} your objection"), context).named([id]);
    let Some(decision) = issue.about.decision() else { return task };
    let reviewed = desk.owes(&Duty::Review(decision));
    if reviewed
        && desk.sheet.has(&verdict_key(desk, decision), "agree")
        && desk.sheet.one(&format!("{id}/stand")).is_none()
    {
        task.context = format!("Your agreement to {decision} says that it is resolved.\n\n{}", task.context);
    }
    let choices = vec![
        Choice::new("stand", "stand by it"),
        Choice::new("agree", format!("it is resolved: agree to {decision}")),
        Choice::new("withdraw", "take it back"),
    ];
    let met_by_review = reviewed && desk.sheet.has(&verdict_key(desk, decision), "agree");
    task.fields.push(Field::one(format!("{id}/stand"), "do you stand by it", choices).needed_if(!met_by_review));
    match desk.sheet.one(&format!("{id}/stand")) {
        Some("stand") => task.fields.push(Field::text(format!("{id}/still"), "what is still missing")),
        Some("withdraw") => task.fields.push(Field::text(format!("{id}/withdrawn"), "why you take it back")),
        // The review asks for the rest where there is one; of several objections the first does.
        Some("agree") if !reviewed && first_to_agree(desk, decision) == Some(id) => {
            task.fields.extend(agree_fields(desk, decision));
        }
        _ => {}
    }
    task
}

fn first_to_agree(desk: &Desk<'_>, decision: DecisionId) -> Option<IssueId> {
    desk.stands_on(decision).find(|i| desk.sheet.has(&format!("{i}/stand"), "agree"))
}

/// What an objector's answer comes to.
pub fn stand_moves(desk: &Desk<'_>, id: IssueId) -> Vec<Move> {
    let decision = desk.session.issue(id).and_then(|i| i.about.decision());
    let Some(decision) = decision else { return Vec::new() };
    match desk.sheet.one(&format!("{id}/stand")) {
        Some("stand") => {
            vec![Move::Stand { issue: id, digest: desk.digest(decision), why: desk.text(&format!("{id}/still")) }]
        }
        Some("withdraw") => vec![Move::Withdraw { issue: id, why: desk.text(&format!("{id}/withdrawn")) }],
        Some("agree") if !desk.owes(&Duty::Review(decision)) && first_to_agree(desk, decision) == Some(id) => {
            vec![agree(desk, decision)]
        }
        _ => Vec::new(),
    }
}
