//! Answers to questions, and what a person's direction changes.

use super::dispose::{Placed, dispose_all};
use super::draft::whole;
use super::subject::bindings;
use super::table::{Table, directions};
use super::turn::Turn;
use super::voice::{inline, list, named};
use super::words::{contains, overlap, words};
use crate::protocol::docket::Content;
use crate::protocol::duty::Duty;
use crate::protocol::entry::Move;
use crate::protocol::id::{EntryNumber, IssueId, Target};
use crate::protocol::issue::Issue;

/// A question that shares less than this with one of the catalogue's is another question.
const ALIKE: f64 = 0.35;

/// Answers a question that was asked of this seat.
pub(super) fn answer(turn: &mut Turn<'_, '_>, id: IssueId) {
    let table = turn.table;
    let Some(issue) = table.session.issue(id) else {
        return;
    };
    let text = answer_to(table, issue);
    turn.voice.pause();
    turn.voice.say("answer", &[("q", &id.to_string()), ("by", &issue.by.to_string()), ("d", &issue.about.to_string())]);
    turn.moves.push(Move::Answer { question: id, text });
}

/// The catalogue's answer to a question; else what the text on the table says that comes nearest.
pub(super) fn answer_to(table: &Table<'_>, issue: &Issue) -> String {
    let matter = issue.about.decision().and_then(|id| table.matters.get(&id));
    let known = matter.into_iter().chain(table.matters.values());
    let questions = known.flat_map(|m| &m.decision.questions);
    let near = questions
        .map(|q| (if q.text == issue.text { 1.0 } else { overlap(&q.text, &issue.text) }, q))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, question)) = near {
        return question.answer.clone();
    }
    let head = issue.about.decision().and_then(|id| table.head(id));
    if let Some((head, _)) = head {
        let clauses = head.clauses.iter();
        let nearest = clauses.max_by(|a, b| overlap(a.1, &issue.text).total_cmp(&overlap(b.1, &issue.text)));
        if let Some((number, clause)) = nearest {
            let assumed = head.assumptions.first().map(|a| format!(" It takes for granted: {a}"));
            return format!(
                "The text on the table says in clause {number}: {clause}{} More than the text and the catalogue hold, a rule-based seat cannot know.",
                assumed.unwrap_or_default()
            );
        }
    }
    let assumed = matter.and_then(|m| m.decision.options.iter().flat_map(|o| &o.assumes).next());
    match assumed {
        Some(assumption) => format!(
            "Nothing is on the table yet and the topic does not say. Taken for granted until somebody knows better: {assumption}"
        ),
        None => "The topic does not say, and a rule-based seat knows no more than the topic and its catalogue: whoever drafts states it as an assumption.".to_owned(),
    }
}

/// Acknowledges a person's direction, and says what it changes here.
pub(super) fn heed(turn: &mut Turn<'_, '_>, entry: EntryNumber, duties: &[Duty]) {
    let table = turn.table;
    let said: Vec<&str> =
        directions(table.session).into_iter().filter(|(number, _)| *number == entry).map(|(_, text)| text).collect();
    let text = said.join(" ");
    let found = bindings(table.shelf, &text);
    let at = entry.to_string();
    if found.is_empty() {
        turn.voice.say("heed", &[("entry", &at)]);
    } else {
        let quotes = list(found.iter().map(|b| format!("\"{}\"", b.quote)));
        let argument = found.first().map(|b| b.argument()).unwrap_or_default();
        turn.voice.say("heed-constraint", &[("entry", &at), ("quotes", &quotes), ("argument", &argument)]);
    }
    take_up(turn, &text, entry, duties);
}

/// Puts the option that a direction names on the table, where this seat owns the decision.
fn take_up(turn: &mut Turn<'_, '_>, direction: &str, entry: EntryNumber, duties: &[Duty]) {
    let table = turn.table;
    let spoken = words(direction);
    for matter in table.matters.values().filter(|m| table.owns(turn.seat.tag, m.id)) {
        let busy = duties.iter().any(|d| match d {
            Duty::Draft(id) | Duty::Revise(id) | Duty::Dispose(id) => *id == matter.id,
            _ => false,
        });
        let named_option = matter
            .decision
            .options
            .iter()
            .find(|o| contains(&spoken, &words(&o.name)) || overlap(direction, &o.name) >= 0.6);
        let (Some(option), Some((head, Some(read)))) = (named_option, table.head(matter.id)) else {
            continue;
        };
        if busy || head.entry > entry || read.option.key == option.key {
            continue;
        }
        let plan = table.plan(turn.seat, matter, option);
        let rationale = format!("{} It is what {entry} asks for.", option.rationale);
        let draft = whole(turn, matter, &plan.text, rationale);
        let digest = Content::of_draft(&draft).digest();
        let docket = table.docket(matter.id);
        if docket.is_some_and(|d| d.proposals.iter().any(|p| p.digest == digest)) {
            continue;
        }
        turn.voice.say(
            "heed-option",
            &[
                ("entry", &entry.to_string()),
                ("option", &named(&option.name)),
                ("d", &Target::Decision(matter.id).to_string()),
                ("for", &option.pros.first().map(|p| inline(p)).unwrap_or_default()),
            ],
        );
        turn.moves.push(Move::Propose(draft));
        turn.proposed = true;
        dispose_all(turn, matter.id, Some((matter, &plan.text)), Placed::Whole);
    }
}
