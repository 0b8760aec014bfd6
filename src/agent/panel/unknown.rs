//! What a rule-based seat does with what its catalogue does not know: the legal minimum, and the reason said plainly.

use super::agree::resolution;
use super::catalogue::Choice;
use super::dispose::{Placed, dispose_all};
use super::matter::Matter;
use super::turn::Turn;
use super::voice::{list, named};
use crate::protocol::docket::Proposal;
use crate::protocol::entry::{Amendment, Change, Draft, How, Item, Move};
use crate::protocol::id::{CriterionId, DecisionId, IssueKind, Target};
use crate::protocol::issue::Issue;

/// Longest remedy that is taken into a text as it is, in characters.
const REMEDY: usize = 1200;

/// A first text on a decision of which the catalogue has nothing: what most others hold, tied to the criteria.
pub(super) fn draft(turn: &mut Turn<'_, '_>, id: DecisionId) {
    let table = turn.table;
    let session = table.session;
    let choices: Vec<&str> = session
        .positions_on(id)
        .filter(|(seat, _, _)| *seat != turn.seat.tag)
        .filter_map(|(_, _, act)| match act {
            Move::Position { choice, .. } => Some(choice.trim()),
            _ => None,
        })
        .filter(|c| !c.is_empty())
        .collect();
    let shared = |one: &&str| -> f64 { choices.iter().map(|c| super::words::overlap(one, c)).sum() };
    let common = choices.iter().copied().max_by(|a, b| shared(a).total_cmp(&shared(b)));
    let mut clauses: Vec<String> = common.map(|c| cut(c, REMEDY)).into_iter().collect();
    let framework = session.framework();
    let criteria = session.decision(id).map(|d| d.criteria.clone()).unwrap_or_default();
    for criterion in criteria.iter().filter_map(|k| framework?.criterion(*k)).take(4) {
        clauses.push(format!(
            "Before it is used by anybody outside the team, a test shows that {} holds: {}",
            criterion.id, criterion.text
        ));
    }
    if clauses.is_empty() {
        clauses.push(
            "The option with the fewest parts is built first and judged by the goals before anything is added."
                .to_owned(),
        );
    }
    turn.voice.say("unknown-draft", &[("d", &id.to_string())]);
    turn.moves.push(Move::Propose(Draft {
        decision: id,
        clauses,
        rationale: "The catalogue of this rule-based seat has no decision of this kind: the text takes up what the other positions share and ties it to the criteria.".to_owned(),
        assumptions: Vec::new(),
        rejected: Vec::new(),
        actions: Vec::new(),
    }));
    turn.proposed = true;
    dispose_all(turn, id, None, Placed::Whole);
}

/// A verdict on a text that resembles nothing in the catalogue.
pub(super) fn judge(turn: &mut Turn<'_, '_>, id: DecisionId, head: &Proposal) {
    let Some(resolved_by) = resolution(turn.table.session, turn.seat.tag, id) else {
        return insist(turn, id, head);
    };
    turn.voice.say("unknown-agree", &[("p", &head.id.to_string())]);
    let because = "No option and no failure in the catalogue of this rule-based seat matches the text, so it has nothing to hold against it.".to_owned();
    agree(turn, id, head, because, resolved_by);
}

/// A verdict on a text that resembles one of the catalogue's options: agreement, and at first the worst that may happen.
pub(super) fn judge_alike<'a>(turn: &mut Turn<'_, 'a>, matter: &Matter<'a>, head: &Proposal, option: &'a Choice) {
    let table = turn.table;
    let id = matter.id;
    let Some(resolved_by) = resolution(table.session, turn.seat.tag, id) else {
        return insist(turn, id, head);
    };
    let text: Vec<&str> = head.clauses.values().map(String::as_str).collect();
    let text = text.join(" ");
    let met = |clause: &str| super::words::overlap(&text, clause) >= 0.25;
    let failure = option.failures.iter().find(|f| {
        let axis = matter.axis(&f.criterion);
        let low = option.rating(&[], &f.criterion) < turn.seat.floor(axis);
        let open = option.fix(f).is_none_or(|m| !met(&m.clause)) && !met(&f.remedy);
        turn.seat.watches(axis) && low && open
    });
    let before = table.docket(id).is_some_and(|d| d.verdicts.contains_key(turn.seat.tag));
    let issues = table.session.issues();
    let failure = failure.filter(|f| !before && !issues.iter().any(|i| i.text.contains(f.scenario.as_str())));
    let (p, name) = (head.id.to_string(), named(&option.name));
    turn.voice.say("unknown-alike", &[("p", &p), ("option", &name)]);
    let because =
        format!("It comes nearest to '{}' in the catalogue of this rule-based seat: {}", option.name, option.rationale);
    agree(turn, id, head, because, resolved_by);
    if let Some(failure) = failure.filter(|_| !table.owns(turn.seat.tag, id)) {
        turn.voice.say("unknown-concern", &[("p", &p), ("criterion", &matter.named(&failure.criterion))]);
        turn.moves.push(Move::Concern {
            about: Target::Decision(id),
            clause: 0,
            criterion: matter.criterion(&failure.criterion),
            text: format!("{} {}", failure.scenario, failure.remedy),
        });
    }
}

fn agree(
    turn: &mut Turn<'_, '_>,
    id: DecisionId,
    head: &Proposal,
    because: String,
    resolved_by: Option<crate::protocol::id::EntryNumber>,
) {
    let criteria = turn.table.session.decision(id).and_then(|d| d.criteria.first());
    turn.moves.push(Move::Agree {
        decision: id,
        digest: head.digest.short().to_owned(),
        criteria: vec![criteria.copied().unwrap_or(CriterionId(1))],
        because,
        resolved_by,
        confirms: Vec::new(),
        security: None,
    });
}

/// An objection that nobody has answered yet stays as it is: it is named again.
pub(super) fn insist(turn: &mut Turn<'_, '_>, id: DecisionId, head: &Proposal) {
    let own: Vec<&Issue> = turn.table.session.own_objections(turn.seat.tag, id).collect();
    let Some((issue, criterion)) = own.first().and_then(|i| Some((*i, i.criterion?))) else {
        return;
    };
    turn.voice.say("unknown-insist", &[("o", &issue.id.to_string())]);
    turn.moves.push(Move::Object {
        about: Target::Decision(id),
        digest: head.digest.short().to_owned(),
        clause: issue.clause,
        criterion,
        fails_when: issue.text.clone(),
        resolved_if: issue.resolved_if.clone(),
        rests_on: None,
    });
}

/// Answers objections that the catalogue cannot weigh: what would resolve them is taken into the text, as they said it.
pub(super) fn revise(turn: &mut Turn<'_, '_>, id: DecisionId, head: &Proposal) {
    let session = turn.table.session;
    let open = session.open_issues(IssueKind::Objection, Target::Decision(id)).filter(|i| i.met.is_none());
    let mut changes: Vec<Change> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    let mut moves = Vec::new();
    for issue in open {
        let remedy = cut(issue.resolved_if.trim(), REMEDY);
        let stands = head.clauses.values().any(|c| *c == remedy);
        let again = changes.iter().any(|c| matches!(c, Change::Add { text } if *text == remedy));
        let full = head.clauses.len() + changes.len() >= 36;
        let (how, why) = if remedy.is_empty() || stands || again || full {
            (How::Declined, "The catalogue of this rule-based seat has no answer to it, and its remedy is in the text or cannot be added.".to_owned())
        } else {
            let clause = head.next_clause + changes.len() as u16;
            changes.push(Change::Add { text: remedy });
            taken.push(issue.id.to_string());
            (
                How::Addressed { clause },
                format!("Clause {clause} is the remedy in the objector's own words; the catalogue has no better one."),
            )
        };
        moves.push(Move::Dispose { item: Item::Issue(issue.id), how, why });
    }
    if changes.is_empty() {
        turn.voice.say("unknown-rebut", &[("p", &head.id.to_string())]);
    } else {
        turn.voice.say("unknown-revise", &[("items", &list(&taken)), ("p", &head.id.to_string())]);
        turn.moves.push(Move::Amend(Amendment {
            decision: id,
            base: head.id,
            changes,
            rationale: "Takes up what the objectors named as the remedy; the catalogue of this rule-based seat does not weigh it.".to_owned(),
            assumptions: None,
            rejected: Vec::new(),
            actions: Vec::new(),
        }));
        turn.proposed = true;
    }
    turn.moves.extend(moves);
    let placed = if turn.proposed { Placed::Added(head) } else { Placed::Stays(head) };
    dispose_all(turn, id, None, placed);
}

/// The first `limit` characters.
pub(super) fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}
