//! Verdicts: agree or object, stand or give way.

use super::agree::{agree, resolution};
use super::matter::{Matter, Text};
use super::object::{object, standing};
use super::turn::{Owed, Turn};
use super::unknown;
use super::voice::inline;
use super::weigh::word;
use crate::protocol::docket::Proposal;
use crate::protocol::entry::Move;
use crate::protocol::id::{CriterionId, DecisionId, IssueId};
use crate::protocol::issue::Issue;

/// A head and what the catalogue reads in it.
pub(super) struct Judged<'t, 'a> {
    pub matter: &'t Matter<'a>,
    pub head: &'a Proposal,
    pub text: Text<'a>,
}

/// Gives the verdict that is owed on `id`.
pub(super) fn judge(turn: &mut Turn<'_, '_>, id: DecisionId, owed: &Owed) {
    let table = turn.table;
    let Some((head, read)) = table.head(id) else {
        return;
    };
    let own: Vec<&Issue> = table.session.own_objections(turn.seat.tag, id).collect();
    if table.owns(turn.seat.tag, id) && !own.is_empty() && head.by == *turn.author {
        // Its own text answered its own objection.
        for issue in &own {
            withdraw(turn, issue.id, "My own text now holds what I had missed in the one before.");
        }
        return;
    }
    if owed.review && own.is_empty() && table.owns(turn.seat.tag, id) && head.by == *turn.author {
        // Nothing to find in one's own text; it is owed because a check list goes with it.
        return own_text(turn, id, head);
    }
    let (Some(matter), Some(text)) = (table.matters.get(&id), read) else {
        return unknown::judge(turn, id, head);
    };
    let judged = Judged { matter, head, text };
    if !judged.text.exact {
        return unknown::judge_alike(turn, matter, head, judged.text.option);
    }
    if let Some(issue) = own.first() {
        return reconsider(turn, &judged, issue, owed);
    }
    match standing(turn, &judged) {
        Some((breach, act)) => object(turn, &judged, breach, act),
        None => agree(turn, &judged),
    }
}

fn own_text(turn: &mut Turn<'_, '_>, id: DecisionId, head: &Proposal) {
    let criteria = turn.table.session.decision(id).and_then(|d| d.criteria.first());
    turn.voice.say("review-own", &[("p", &head.id.to_string())]);
    turn.moves.push(Move::Agree {
        decision: id,
        digest: head.digest.short().to_owned(),
        criteria: vec![criteria.copied().unwrap_or(CriterionId(1))],
        because: "It is my own text, and I stand by each of its clauses.".to_owned(),
        // It may have been an alternative, put up against the text it had objected to.
        resolved_by: resolution(turn.table.session, turn.seat.tag, id).flatten(),
        confirms: Vec::new(),
        security: None,
    });
}

/// The objection was met by a new head or a rebuttal: is it answered?
fn reconsider<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, issue: &Issue, owed: &Owed) {
    let Judged { matter, head, text } = judged;
    let key = issue.criterion.and_then(|id| matter.key(id));
    let floor = key.map_or(2, |k| turn.table.floor(turn.seat, matter, text, k) - turn.table.patience(matter.id));
    let rating = key.map_or(3, |k| text.rating(k));
    let rebutted = !owed.review;
    let first = issue.stood.is_empty();
    let stays = rating < floor && first && owed.stand.contains(&issue.id) && (!rebutted || rating <= 1);
    if let (true, Some(key)) = (stays, key) {
        let missing = text.weakness(key).map(|f| f.remedy.clone());
        let why = format!(
            "{} is still {}: {}",
            matter.named(key),
            word(rating),
            missing.map_or_else(|| "nothing in the text answers the case".to_owned(), |m| inline(&m))
        );
        turn.voice.pause();
        turn.voice.say(
            "review-stand",
            &[("o", &issue.id.to_string()), ("p", &head.id.to_string()), ("criterion", &matter.named(key))],
        );
        turn.moves.push(Move::Stand { issue: issue.id, digest: head.digest.short().to_owned(), why });
        return;
    }
    if let Some((breach, act)) = standing(turn, judged).filter(|(b, _)| Some(b.key) != key) {
        let why = format!("{} is answered in {}; what now stands against it is another matter.", issue.id, head.id);
        for id in turn.table.session.own_objections(turn.seat.tag, matter.id).map(|i| i.id) {
            withdraw(turn, id, &why);
        }
        return object(turn, judged, breach, act);
    }
    agree(turn, judged);
}

pub(super) fn withdraw(turn: &mut Turn<'_, '_>, issue: IssueId, why: &str) {
    turn.moves.push(Move::Withdraw { issue, why: why.to_owned() });
}
