//! The pre-mortem and the signature.

use super::context;
use super::desk::Desk;
use super::review::{object, object_fields};
use super::task::{Choice, Field, Task};
use crate::protocol::{DecisionId, Move, Target};

/// Most risks that a form takes.
const RISKS: usize = 12;
/// The fields of a risk.
const RISK: [(&str, &str); 3] = [
    ("scenario", "a way in which it failed: what happened"),
    ("sign", "the early sign"),
    ("mitigation", "what would have helped"),
];

/// A year has passed and the accord has failed: why?
pub fn premortem(desk: &Desk<'_>) -> Task {
    let lead = "Imagine that a year has passed and this accord has failed. In which ways? Object only where the text itself must \
                change.";
    let context = format!("{lead}\n\n{}", context::accord(desk));
    let mut task = Task::new("premortem", "pre-mortem", context).named(decisions(desk));
    let mut choices = vec![Choice::new("risks", "record risks"), Choice::new("object", "object to a text")];
    if !desk.session.risks().is_empty() {
        choices.push(Choice::new("nothing", "nothing that is not recorded"));
    }
    task.fields.push(Field::one("premortem/what", "what comes of it", choices));
    match desk.sheet.one("premortem/what") {
        Some("risks") => {
            let begun = |i: usize| desk.begun(&risk_at(i), &RISK.map(|(key, _)| key));
            for i in 0..Desk::groups(RISKS, begun) {
                task.fields.extend(desk.group(&risk_at(i), &RISK, i == 0));
                let needed = i == 0 || begun(i);
                task.fields.push(
                    Field::one(format!("{}/about", risk_at(i)), "it follows from", targets(desk)).needed_if(needed),
                );
            }
        }
        Some("object") => task.fields.extend(objection(desk)),
        _ => {}
    }
    task
}

fn risk_at(i: usize) -> String {
    format!("risk/{i}")
}

/// What the pre-mortem comes to.
pub fn premortem_moves(desk: &Desk<'_>) -> Vec<Move> {
    match desk.sheet.one("premortem/what") {
        Some("risks") => (0..RISKS).filter_map(|i| risk(desk, &risk_at(i))).collect(),
        Some("object") => objected(desk).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn risk(desk: &Desk<'_>, at: &str) -> Option<Move> {
    let [scenario, sign, mitigation] = RISK.map(|(key, _)| desk.text(&format!("{at}/{key}")));
    if [&scenario, &sign, &mitigation].iter().all(|t| t.is_empty()) {
        return None;
    }
    let about = desk.chosen(&format!("{at}/about")).unwrap_or(Target::Framework);
    Some(Move::Risk { about, scenario, sign, mitigation })
}

/// The accord, from a fresh reading.
pub fn sign(desk: &Desk<'_>) -> Task {
    let digest = desk.session.accord_digest();
    let name = digest.as_ref().map(|d| d.short()).unwrap_or_default();
    let context = format!("The accord @{name}, as it will be signed.\n\n{}", context::accord(desk));
    let mut task = Task::new("sign", "sign the accord", context).named(decisions(desk));
    let choices = vec![
        Choice::new("sign", "sign"),
        Choice::new("reserve", "sign, with a reservation"),
        Choice::new("object", "object"),
    ];
    let key = format!("{name}/sign");
    task.fields.push(Field::one(&key, "your signature", choices));
    match desk.sheet.one(&key) {
        Some("reserve") => {
            task.fields.push(Field::text("sign/reservation", "what is published with it; it blocks nothing"));
        }
        Some("object") => task.fields.extend(objection(desk)),
        _ => {}
    }
    task
}

/// The signature, or the objection in its place.
pub fn sign_moves(desk: &Desk<'_>) -> Vec<Move> {
    let Some(digest) = desk.session.accord_digest() else { return Vec::new() };
    let name = digest.short().to_owned();
    let reservation = || Some(desk.text("sign/reservation"));
    match desk.sheet.one(&format!("{name}/sign")) {
        Some("sign") => vec![Move::Sign { digest: name, reservation: None }],
        Some("reserve") => vec![Move::Sign { digest: name, reservation: reservation() }],
        Some("object") => objected(desk).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// An objection to one of the heads.
fn objection(desk: &Desk<'_>) -> Vec<Field> {
    let heads = desk.session.dockets().map(|d| {
        let question = desk.session.decision(d.id).map(|x| x.question.as_str()).unwrap_or_default();
        Choice::new(d.id, format!("{} {}", d.id, super::desk::gist(question)))
    });
    let mut fields = vec![Field::one("closing/decision", "to which text", heads.collect())];
    if let Some(id) = desk.chosen::<DecisionId>("closing/decision") {
        fields.extend(object_fields(desk, id));
    }
    fields
}

fn objected(desk: &Desk<'_>) -> Option<Move> {
    object(desk, desk.chosen("closing/decision")?)
}

/// Every decision, and the framework.
pub fn targets(desk: &Desk<'_>) -> Vec<Choice> {
    let each = desk.session.dockets().map(|d| Choice::new(d.id, d.id.to_string()));
    each.chain([Choice::new(Target::Framework, "the framework")]).collect()
}

fn decisions(desk: &Desk<'_>) -> Vec<DecisionId> {
    desk.session.dockets().map(|d| d.id).collect()
}
