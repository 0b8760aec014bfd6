//! The supervisor's turns after framing: mediation, answers, and issues with the framework.

use super::answer::answer_to;
use super::catalogue::Choice;
use super::matter::{Matter, Text};
use super::table::Table;
use super::voice::{Voice, list, named};
use super::weigh::word;
use crate::protocol::docket::Content;
use crate::protocol::duty::Duty;
use crate::protocol::entry::{Draft, How, Item, Move, Reply};
use crate::protocol::id::{Author, DecisionId, IssueKind, Target};

/// Names the crux, and puts the text on the table that all seats together rate highest.
pub(super) fn mediate(table: &Table<'_>) -> Reply {
    let author = Author::Supervisor;
    let mut voice = Voice::new(table, &author);
    let session = table.session;
    let settled = list(session.dockets().map(|d| d.id).filter(|id| session.is_settled(*id)));
    let disputed = disputed(table);
    let mut moves = Vec::new();
    let issue = disputed.first().and_then(|id| {
        let about = Target::Decision(*id);
        session.open_issues(IssueKind::Objection, about).next()
    });
    let what = disputed.first().map_or_else(|| "the rest".to_owned(), ToString::to_string);
    let crux = match issue {
        Some(i) => format!(
            "Whether {} may stand on {} although {} holds: {}",
            what,
            i.criterion.map(|k| k.to_string()).unwrap_or_else(|| "its criterion".to_owned()),
            i.by,
            i.text
        ),
        None => format!("{what} lacks a verdict or an answer, not an argument."),
    };
    voice.say("mediate", &[("d", &what), ("settled", if settled.is_empty() { "nothing yet" } else { &settled })]);
    moves.push(Move::Mediate {
        agreed: if settled.is_empty() { "The framework.".to_owned() } else { format!("{settled}, and the framework.") },
        disputed: if disputed.is_empty() {
            "No text; a verdict is missing.".to_owned()
        } else {
            format!("{}.", list(&disputed))
        },
        crux,
        question: issue.map_or_else(
            || "Who has not judged, and what keeps it from judging?".to_owned(),
            |i| format!("What is the least that would satisfy {}? Named so far: {}", i.by, i.resolved_if),
        ),
    });
    for id in &disputed {
        if let Some(matter) = table.matters.get(id)
            && let Some(text) = common(table, matter)
        {
            propose(matter, &text, &mut voice, &mut moves);
        }
    }
    moves.extend(answers(table));
    Reply { kind: "MEDIATION".to_owned(), content: voice.finish(), moves }
}

fn disputed(table: &Table<'_>) -> Vec<DecisionId> {
    let session = table.session;
    let open = |id: &DecisionId| {
        let about = Target::Decision(*id);
        session.open_issues(IssueKind::Objection, about).next().is_some()
    };
    session.dockets().map(|d| d.id).filter(open).collect()
}

/// The text with the fewest breaches over all seats, then the best sum; none if it has been on the table.
fn common<'a>(table: &Table<'a>, matter: &Matter<'a>) -> Option<Text<'a>> {
    let docket = table.docket(matter.id)?;
    let mut best: Option<(usize, f64, Text<'a>)> = None;
    for text in table.texts(matter, None) {
        let digest = Content::of_draft(&draft(matter.id, &text)).digest();
        if docket.proposals.iter().any(|p| p.digest == digest) {
            continue;
        }
        let broken = table.bench.iter().map(|s| table.breaches(s, matter, &text).len()).sum();
        let sum: f64 = table.bench.iter().map(|s| table.score(s, matter, &text)).sum();
        let wins = best.as_ref().is_none_or(|(b, s, _)| broken < *b || (broken == *b && sum > *s));
        if wins {
            best = Some((broken, sum, text));
        }
    }
    best.map(|(_, _, text)| text)
}

fn draft(id: DecisionId, text: &Text<'_>) -> Draft {
    let option: &Choice = text.option;
    let clauses = option.clauses.iter().chain(text.added.iter().map(|m| &m.clause));
    Draft {
        decision: id,
        clauses: clauses.cloned().collect(),
        rationale: format!(
            "A mediator's draft: of the texts not tried yet, the one that leaves the fewest seats below their line. {}",
            option.rationale
        ),
        assumptions: option.assumes.clone(),
        rejected: Vec::new(),
        actions: Vec::new(),
    }
}

fn propose(matter: &Matter<'_>, text: &Text<'_>, voice: &mut Voice<'_, '_>, moves: &mut Vec<Move>) {
    let weakest = matter.keys().min_by_key(|k| text.rating(k)).unwrap_or_default();
    voice.say(
        "mediate-draft",
        &[
            ("option", &named(&text.option.name)),
            ("d", &matter.id.to_string()),
            ("criterion", &matter.named(weakest)),
            ("word", word(text.rating(weakest))),
        ],
    );
    moves.push(Move::Propose(draft(matter.id, text)));
}

/// Answers to every question that waits for the supervisor.
fn answers(table: &Table<'_>) -> Vec<Move> {
    let issues = table.session.issues().iter();
    let open = issues.filter(|i| i.is_open() && i.id.kind == IssueKind::Question && i.to == Some(Author::Supervisor));
    open.map(|i| Move::Answer { question: i.id, text: answer_to(table, i) }).collect()
}

/// What the supervisor owes in deliberation: answers, and what becomes of issues with the framework.
pub(super) fn turn(table: &Table<'_>, duties: &[Duty]) -> Reply {
    let author = Author::Supervisor;
    let mut voice = Voice::new(table, &author);
    let mut moves = Vec::new();
    for duty in duties {
        match duty {
            Duty::Answer(id) => {
                let Some(issue) = table.session.issue(*id) else { continue };
                voice.say(
                    "answer",
                    &[("q", &id.to_string()), ("by", &issue.by.to_string()), ("d", &issue.about.to_string())],
                );
                moves.push(Move::Answer { question: *id, text: answer_to(table, issue) });
            }
            Duty::Rule(id) => {
                let (how, why) = if id.kind == IssueKind::Concern {
                    (
                        How::Risk,
                        "Recorded as a risk to the framework: a rule-based supervisor sets it from the catalogue and does not rewrite it.",
                    )
                } else {
                    (
                        How::Declined,
                        "The framework follows from the topic and the catalogue of this rule-based supervisor; a person can direct another one, and proposals can state what they assume instead.",
                    )
                };
                voice.say("rule", &[("o", &id.to_string())]);
                moves.push(Move::Dispose { item: Item::Issue(*id), how, why: why.to_owned() });
            }
            _ => {}
        }
    }
    if voice.is_silent() {
        voice.say("nothing", &[]);
    }
    Reply { kind: "ANSWER".to_owned(), content: voice.finish(), moves }
}
