//! An owner's first text on its decision.

use super::catalogue::{Choice, Failure};
use super::dispose::{Placed, dispose_all};
use super::matter::{Matter, Text};
use super::turn::Turn;
use super::unknown;
use super::voice::{inline, list, named};
use super::weigh::{Plan, word};
use crate::protocol::entry::{self, Move, Rejected};
use crate::protocol::id::{DecisionId, IssueKind, SeatTag, Target};

/// What another seat's like choice adds to an option's score: little, so that drafting stays the owner's own judgement.
const VOTE: f64 = 0.07;

/// Puts the first text on the table.
pub(super) fn draft(turn: &mut Turn<'_, '_>, id: DecisionId) {
    let table = turn.table;
    let Some(matter) = table.matters.get(&id) else {
        return unknown::draft(turn, id);
    };
    let Some((plan, rival)) = chosen(turn, matter) else {
        return unknown::draft(turn, id);
    };
    let text = with_cheap_answers(turn, matter, plan.text);
    tell(turn, matter, &text, rival.as_ref());
    let reason = reason(turn, matter, &text, rival.as_ref());
    turn.moves.push(Move::Propose(whole(turn, matter, &text, reason)));
    turn.proposed = true;
    dispose_all(turn, id, Some((matter, &text)), Placed::Whole);
}

/// The seat's best option, the positions of others weighed in lightly, and the runner-up.
fn chosen<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>) -> Option<(Plan<'a>, Option<Plan<'a>>)> {
    let mut plans = turn.table.ranked(turn.seat, matter);
    for plan in &mut plans {
        plan.score += VOTE * holders(turn, matter, plan.text.option).len() as f64;
    }
    plans.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut plans = plans.into_iter();
    Some((plans.next()?, plans.next()))
}

/// The other seats whose sealed position chose `option`.
pub(super) fn holders<'t>(turn: &Turn<'t, '_>, matter: &Matter<'_>, option: &Choice) -> Vec<&'t SeatTag> {
    let session = turn.table.session;
    let others = turn.table.bench.iter().map(|s| s.tag).filter(|tag| *tag != turn.seat.tag);
    let alike = |tag: &&SeatTag| matter.sealed(session, tag).is_some_and(|o| o.key == option.key);
    others.filter(alike).collect()
}

/// The text with the clauses added that answer a concern raised beforehand and cost nothing. What has a price is left to
/// whoever holds that the text fails without it: that is what an objection is for.
fn with_cheap_answers<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: Text<'a>) -> Text<'a> {
    let about = Target::Decision(matter.id);
    let concerns = turn.table.session.open_issues(IssueKind::Concern, about);
    let option = text.option;
    let asked: Vec<&Failure> = concerns.filter_map(|c| matter.failure(option, c)).collect();
    let mut text = text;
    for fix in asked.into_iter().filter_map(|f| option.fix(f)) {
        if !text.has(fix) && fix.lowers.is_empty() {
            text.added.push(fix);
        }
    }
    text
}

/// The whole text as a draft.
pub(super) fn whole(turn: &Turn<'_, '_>, matter: &Matter<'_>, text: &Text<'_>, rationale: String) -> entry::Draft {
    let option = text.option;
    let clauses = option.clauses.iter();
    let added = text.added.iter().map(|m| &m.clause);
    let others = matter.decision.options.iter().filter(|o| o.key != option.key);
    let rejected = others.map(|other| {
        let con = other.cons.last().cloned().unwrap_or_default();
        let holders = holders(turn, matter, other);
        let held = match holders.as_slice() {
            [] => String::new(),
            seats => format!(" Held by {}.", list(seats)),
        };
        Rejected { option: other.name.clone(), why: format!("{con}{held}") }
    });
    let owner = turn.table.session.decision(matter.id).map(|d| d.owner.to_string());
    let actions = option.actions.iter().map(|work| entry::Action {
        owner: owner.clone().unwrap_or_default(),
        what: work.what.clone(),
        done_when: work.done_when.clone(),
    });
    entry::Draft {
        decision: matter.id,
        clauses: clauses.chain(added).cloned().collect(),
        rationale,
        assumptions: option.assumes.clone(),
        rejected: rejected.collect(),
        actions: actions.collect(),
    }
}

/// The rationale: the option's own, and on which criterion it beat the runner-up.
fn reason(turn: &Turn<'_, '_>, matter: &Matter<'_>, text: &Text<'_>, rival: Option<&Plan<'_>>) -> String {
    let own = &text.option.rationale;
    let by = rival.and_then(|r| {
        let key = turn.table.deciding(turn.seat, matter, text, &r.text)?;
        Some(format!(
            " On {} it is {} where '{}' is {}.",
            matter.named(key),
            word(text.rating(key)),
            r.text.option.name,
            word(r.text.rating(key))
        ))
    });
    format!("{own}{}", by.unwrap_or_default())
}

/// What the entry says in words: the choice, who held it, what it costs, and what was put in or left out.
fn tell(turn: &mut Turn<'_, '_>, matter: &Matter<'_>, text: &Text<'_>, rival: Option<&Plan<'_>>) {
    let option = text.option;
    let id = matter.id.to_string();
    let pro = turn.voice.fresh(&option.pros).map(inline).unwrap_or_default();
    let name = named(&option.name);
    turn.voice.say("draft-choice", &[("d", &id), ("option", &name), ("for", &pro)]);
    let sealed = matter.sealed(turn.table.session, turn.seat.tag);
    if let Some(before) = sealed.filter(|o| o.key != option.key) {
        turn.voice.say("draft-changed", &[("own", &named(&before.name)), ("d", &id)]);
    }
    let with_me = holders(turn, matter, option);
    if !with_me.is_empty() {
        let seats = list(&with_me);
        turn.voice.say("draft-company", &[("seats", &seats), ("d", &id)]);
    }
    let against = rival.map(|r| (r.text.option, holders(turn, matter, r.text.option)));
    if let Some((other, seats)) = against.filter(|(_, seats)| !seats.is_empty()) {
        let con = turn.voice.fresh(&other.cons).map(inline).unwrap_or_default();
        let with = [("seats", list(&seats)), ("rival", named(&other.name)), ("against", con)];
        let with: Vec<(&str, &str)> = with.iter().map(|(k, v)| (*k, v.as_str())).collect();
        turn.voice.say("draft-rival", &with);
    }
    let count = option.clauses.len();
    for (at, added) in text.added.iter().enumerate().take(2) {
        let clause = (count + at + 1).to_string();
        let because = inline(&added.because);
        turn.voice.say("draft-added", &[("clause", &clause), ("because", &because)]);
    }
    let weakest = matter.keys().min_by_key(|k| text.rating(k));
    if let Some(key) = weakest.filter(|k| text.rating(k) <= 3) {
        let with = [("criterion", matter.named(key)), ("word", word(text.rating(key)).to_owned())];
        let with: Vec<(&str, &str)> = with.iter().map(|(k, v)| (*k, v.as_str())).collect();
        turn.voice.say("draft-weak", &with);
    }
}
