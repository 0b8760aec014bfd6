//! Positions, answers, what comes of a direction, the seat's own words, and what it may add unasked.

use super::closing::targets;
use super::desk::Desk;
use super::review::concern;
use super::task::{Choice, Field, Task};
use super::{charges, context};
use crate::protocol::{AskKind, DecisionId, Duty, EntryNumber, IssueId, Move, Target};

/// The steps in which a confidence is given.
const CONFIDENCE: [u8; 11] = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

/// The task of a sealed position on one decision.
pub fn position(desk: &Desk<'_>, id: DecisionId) -> Task {
    let context = format!("{}\n\n{}", context::decision(desk, id), context::framework(desk));
    let mut task = Task::new(format!("{id}/position"), format!("{id} your position"), context).named([id]);
    let choices = vec![Choice::new("yes", "take a position"), Choice::new("no", "leave it to the others")];
    task.fields.push(Field::one(format!("{id}/takes"), "on this decision", choices));
    if desk.sheet.has(&format!("{id}/takes"), "yes") {
        let steps = CONFIDENCE.iter().map(|c| Choice::new(c, c.to_string())).collect();
        task.fields.extend([
            Field::text(format!("{id}/choice"), "what you would choose"),
            Field::text(format!("{id}/instead"), "what you reject, and why"),
            Field::text(format!("{id}/rests"), "the criterion or fact it rests on"),
            Field::one(format!("{id}/confidence"), "how sure you are, of 100 (never shown to the others)", steps),
        ]);
    }
    task.fields.extend(charges::claim_fields(desk, id));
    task
}

/// The position itself.
pub fn position_move(desk: &Desk<'_>, id: DecisionId) -> Option<Move> {
    desk.sheet.has(&format!("{id}/takes"), "yes").then(|| Move::Position {
        decision: id,
        choice: desk.text(&format!("{id}/choice")),
        rejected: desk.text(&format!("{id}/instead")),
        rests_on: desk.text(&format!("{id}/rests")),
        confidence: desk.chosen(&format!("{id}/confidence")).unwrap_or(0),
    })
}

/// The task of answering a question.
pub fn answer(desk: &Desk<'_>, id: IssueId) -> Task {
    let question = desk.session.issue(id);
    let mut context = question.map(|q| context::issue(desk, q)).unwrap_or_default();
    if let Some(decision) = question.and_then(|q| q.about.decision()) {
        context.push_str("\n\n---\n\n");
        context.push_str(&context::head(desk, decision));
    }
    let mut task = Task::new(id.to_string(), format!("{id} answer"), context).named([id]);
    task.fields.push(Field::text(format!("{id}/answer"), "your answer"));
    task
}

/// The answer itself.
pub fn answer_move(desk: &Desk<'_>, id: IssueId) -> Move {
    Move::Answer { question: id, text: desk.text(&format!("{id}/answer")) }
}

/// The task of heeding a person's direction.
pub fn heed(desk: &Desk<'_>, entry: EntryNumber) -> Task {
    let said = desk.session.entry(entry);
    let context = said.map(|e| format!("**{entry}** {}\n\n{}", e.author, e.content)).unwrap_or_default();
    let mut task = Task::new(entry.to_string(), format!("{entry} direction"), context).named([entry]);
    task.fields.push(Field::text(format!("{entry}/heed"), "what it comes to for you"));
    task
}

/// The task of saying it in one's own words.
pub fn own(desk: &Desk<'_>) -> Task {
    let lead = "What the others read. Nothing in it counts as a verdict: that is what the other tasks are for.";
    let mut task = Task::new("words", "in your own words", lead).named(["content", "type"]);
    let kinds: Vec<Choice> = vocabulary(desk).map(|kind| Choice::new(kind, kind)).collect();
    let heeds = desk
        .ask
        .duties
        .iter()
        .any(|d| matches!(d, Duty::Heed(entry) if desk.sheet.is_filled(&format!("{entry}/heed"))));
    task.fields = vec![
        Field::text("words/content", "in your own words").needed_if(!heeds),
        Field::one("words/kind", "what it is", kinds).with(likely(desk)),
    ];
    task
}

fn vocabulary<'a>(desk: &Desk<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let (session, tag) = (desk.session, desk.seat);
    let seat = session.opening().seats.iter().find(|s| s.tag == *tag);
    seat.into_iter().flat_map(|s| s.kinds.iter().map(String::as_str))
}

/// The word that fits what is owed, where the seat has it; else its first.
fn likely(desk: &Desk<'_>) -> String {
    let drafts = desk.ask.duties.iter().any(|d| matches!(d, Duty::Draft(_) | Duty::Revise(_)));
    let wanted = match desk.ask.kind {
        AskKind::Position => "ANALYSIS",
        _ if drafts => "PROPOSAL",
        _ => "REVIEW",
    };
    let found = vocabulary(desk).find(|kind| *kind == wanted).or_else(|| vocabulary(desk).next());
    found.unwrap_or_default().to_owned()
}

/// The entry's type and its content.
pub fn said(desk: &Desk<'_>) -> (String, String) {
    let mut parts = vec![desk.text("words/content")];
    for duty in &desk.ask.duties {
        if let Duty::Heed(entry) = duty {
            let heed = desk.text(&format!("{entry}/heed"));
            parts.push(if heed.is_empty() { heed } else { format!("On the direction in {entry}: {heed}") });
        }
    }
    parts.retain(|p| !p.is_empty());
    let kind = desk.sheet.one("words/kind").map_or_else(|| likely(desk), str::to_owned);
    (kind, parts.join("\n\n"))
}

/// Questions and concerns that a reply may hold beyond those of its reviews (`docs/protocol.md`, section 4).
fn most(desk: &Desk<'_>) -> (usize, usize) {
    match desk.ask.kind {
        AskKind::Position => (1, 3),
        _ => (2, 2),
    }
}

/// The task of adding something unasked; none where nothing may be added.
pub fn more(desk: &Desk<'_>) -> Option<Task> {
    if !matches!(desk.ask.kind, AskKind::Position | AskKind::Turn) {
        return None;
    }
    let lead = "You may add what nothing above asks for.";
    let mut task = Task::new("more", "anything else", lead).named(["question", "concern", "concerns", "questions"]);
    let (asks, escalates) = (desk.sheet.has("more/what", "ask"), desk.sheet.has("more/what", "escalate"));
    let mut choices = vec![
        Choice::new("ask", "a question"),
        Choice::new("concern", "a concern, which does not block"),
        Choice::new("escalate", "a choice for whoever leads"),
    ];
    // A sealed position holds one question, and an escalation is one.
    let either = desk.ask.kind == AskKind::Position;
    choices.retain(|c| !either || c.value != "escalate" || !asks);
    choices.retain(|c| !either || c.value != "ask" || !escalates);
    task.fields.push(Field::any("more/what", "add", choices).optional());
    let (questions, concerns) = most(desk);
    if asks {
        for i in 0..Desk::groups(questions, |i| desk.begun(&format!("more/ask/{i}"), &["text"])) {
            let at = format!("more/ask/{i}");
            let needed = i == 0 || desk.begun(&at, &["text"]);
            task.fields.push(Field::text(format!("{at}/text"), "the question").needed_if(needed));
            task.fields.push(Field::one(format!("{at}/to"), "whom", desk.addressees()).needed_if(needed));
            task.fields.push(Field::one(format!("{at}/about"), "it is about", targets(desk)).needed_if(needed));
        }
    }
    if escalates {
        task.fields.push(Field::one("more/escalate/about", "it is about", targets(desk)));
        task.fields.extend(charges::escalation_fields(desk, "more/escalate"));
    }
    if desk.sheet.has("more/what", "concern") {
        for i in 0..Desk::groups(concerns, |i| desk.begun(&format!("more/concern/{i}"), &["text"])) {
            task.fields.extend(concern_fields(desk, i));
        }
    }
    Some(task)
}

fn concern_fields(desk: &Desk<'_>, i: usize) -> Vec<Field> {
    let at = format!("more/concern/{i}");
    let needed = i == 0 || desk.begun(&at, &["text"]);
    let free = |c: &Choice| {
        // What is under review has its concerns there; and there may be nothing left that one could name.
        let id = c.value.parse().ok();
        id.is_none_or(|id| !desk.owes(&Duty::Review(id)) && !desk.concern_clauses(id).is_empty())
    };
    let about: Vec<Choice> = targets(desk).into_iter().filter(free).collect();
    let target = desk.chosen(&format!("{at}/about")).unwrap_or(Target::Framework);
    let mut fields = vec![
        Field::text(format!("{at}/text"), "concern: what may go wrong, and what would help").needed_if(needed),
        Field::one(format!("{at}/about"), "it is about", about).needed_if(needed),
    ];
    if let Some(id) = target.decision().filter(|id| desk.head(*id).is_some()) {
        fields.push(
            Field::one(format!("{at}/clause"), "the clause it is about", desk.concern_clauses(id)).needed_if(needed),
        );
    }
    let criteria = desk.criterion_choices(target);
    fields.push(Field::one(format!("{at}/criterion"), "the criterion at stake", criteria).needed_if(needed));
    fields
}

/// What is added unasked.
pub fn more_moves(desk: &Desk<'_>) -> Vec<Move> {
    let (questions, concerns) = most(desk);
    let mut moves = Vec::new();
    if desk.sheet.has("more/what", "ask") {
        moves.extend((0..questions).filter_map(|i| question(desk, &format!("more/ask/{i}"))));
    }
    if desk.sheet.has("more/what", "escalate") {
        let about = desk.chosen("more/escalate/about").unwrap_or(Target::Framework);
        moves.push(charges::escalation(desk, about, "more/escalate"));
    }
    if desk.sheet.has("more/what", "concern") {
        moves.extend((0..concerns).filter_map(|i| {
            let at = format!("more/concern/{i}");
            concern(desk, desk.chosen(&format!("{at}/about"))?, &at)
        }));
    }
    moves
}

fn question(desk: &Desk<'_>, at: &str) -> Option<Move> {
    let text = desk.text(&format!("{at}/text"));
    let to = desk.sheet.one(&format!("{at}/to")).unwrap_or_default().to_owned();
    (!text.is_empty()).then(|| Some(Move::Ask { to, about: desk.chosen(&format!("{at}/about"))?, text }))?
}
