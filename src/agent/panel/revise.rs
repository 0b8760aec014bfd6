//! An owner's one answer to all objections: clauses added, another option, or a rebuttal.

use super::better::{Demand, amendment, better, demands, offered, stands};
use super::catalogue::Mitigation;
use super::dispose::{Placed, dispose_all};
use super::draft::whole;
use super::matter::{Matter, Text};
use super::turn::Turn;
use super::unknown;
use super::voice::{inline, list, named};
use super::weigh::word;
use crate::protocol::docket::Proposal;
use crate::protocol::entry::{How, Item, Move};
use crate::protocol::id::{DecisionId, ProposalId};

/// What is said of an objection in words that the catalogue does not have.
const UNWEIGHED: &str = "No option and no failure in the catalogue of this rule-based seat matches it; stand by it and its \
                         remedy is taken into the text.";

/// Answers every open objection on `id`.
pub(super) fn revise(turn: &mut Turn<'_, '_>, id: DecisionId) {
    let table = turn.table;
    let Some((head, read)) = table.head(id) else {
        return;
    };
    let (Some(matter), Some(text)) = (table.matters.get(&id), read.filter(|t| t.exact)) else {
        return unknown::revise(turn, id, head);
    };
    let demands = demands(turn, matter, &text);
    let better = better(turn, matter, (head, &text), &demands);
    if let Some((id, next)) = offered(turn, matter, &text, (&demands, better.as_ref())) {
        return adopt(turn, matter, id, (&text, &next), &demands);
    }
    match better {
        Some(next) if next.option.key == text.option.key => amend(turn, matter, head, &next, &demands),
        Some(next) => replace(turn, matter, head, (&text, &next), &demands),
        None if demands.iter().any(|d| d.fix.is_none() && !d.issue.stood.is_empty()) => unknown::revise(turn, id, head),
        None => rebut(turn, matter, head, &text, &demands),
    }
}

fn amend<'a>(
    turn: &mut Turn<'_, 'a>,
    matter: &Matter<'a>,
    head: &Proposal,
    next: &Text<'a>,
    demands: &[Demand<'_, 'a>],
) {
    let before = next.added.iter().filter(|m| stands(head, &m.clause)).copied().collect();
    let before = Text { added: before, ..next.clone() };
    let new: Vec<&Mitigation> = next.added.iter().filter(|m| !before.has(m)).copied().collect();
    let reasons: Vec<String> = new.iter().map(|m| inline(&m.because)).collect();
    let rationale = format!("Added so that the text holds where it was shown to fail: {}.", reasons.join("; "));
    turn.voice.pause();
    for (mitigation, clause) in new.iter().zip(head.next_clause..) {
        let met = demands.iter().filter(|d| d.key.is_some_and(|k| mitigation.raises.contains_key(k)));
        let objectors: Vec<String> = met.map(|d| format!("{} of {}", d.issue.id, d.issue.by)).collect();
        let objectors = if objectors.is_empty() { "what my own reading shows".to_owned() } else { list(objectors) };
        turn.voice.say(
            "revise-add",
            &[
                ("clause", &clause.to_string()),
                ("objections", &objectors),
                ("because", &inline(&mitigation.because)),
                ("d", &matter.id.to_string()),
            ],
        );
        price(turn, matter, (&before, next), mitigation);
    }
    turn.moves.push(Move::Amend(amendment(matter, head, next, rationale)));
    turn.proposed = true;
    answer_objections(turn, matter, (&before, next), demands, Placed::Added(head));
    dispose_all(turn, matter.id, Some((matter, next)), Placed::Added(head));
}

/// Says what an added clause costs, where it costs something.
fn price<'a>(
    turn: &mut Turn<'_, 'a>,
    matter: &Matter<'a>,
    (before, next): (&Text<'a>, &Text<'a>),
    mitigation: &Mitigation,
) {
    let fallen = mitigation.lowers.keys().find(|k| next.rating(k) < before.rating(k));
    match fallen {
        Some(key) => turn.voice.say(
            "revise-price",
            &[
                ("criterion", &matter.named(key)),
                ("before", word(before.rating(key))),
                ("word", word(next.rating(key))),
            ],
        ),
        None => turn.voice.say("revise-free", &[("d", &matter.id.to_string())]),
    }
}

fn replace<'a>(
    turn: &mut Turn<'_, 'a>,
    matter: &Matter<'a>,
    head: &Proposal,
    (text, next): (&Text<'a>, &Text<'a>),
    demands: &[Demand<'_, 'a>],
) {
    let criteria = list(demands.iter().filter_map(|d| d.key).map(|k| matter.named(k)));
    turn.voice.pause();
    turn.voice.say(
        "revise-switch",
        &[
            ("p", &head.id.to_string()),
            ("option", &named(&text.option.name)),
            ("next", &named(&next.option.name)),
            ("criteria", &criteria),
        ],
    );
    if let Some(pro) = turn.voice.fresh(&next.option.pros).map(inline) {
        turn.voice.say("revise-switch-for", &[("for", &pro)]);
    }
    let rationale = format!(
        "{} It takes the place of '{}', which no added clause brings up on {criteria}.",
        next.option.rationale, text.option.name
    );
    let draft = whole(turn, matter, next, rationale);
    turn.moves.push(Move::Propose(draft));
    turn.proposed = true;
    answer_objections(turn, matter, (text, next), demands, Placed::Whole);
    dispose_all(turn, matter.id, Some((matter, next)), Placed::Whole);
}

/// Makes another seat's text the head.
fn adopt<'a>(
    turn: &mut Turn<'_, 'a>,
    matter: &Matter<'a>,
    id: ProposalId,
    (text, next): (&Text<'a>, &Text<'a>),
    demands: &[Demand<'_, 'a>],
) {
    let docket = turn.table.docket(matter.id);
    let by = docket.and_then(|d| d.proposal(id)).map(|p| p.by.to_string());
    let by = by.unwrap_or_default();
    let criteria = list(demands.iter().filter_map(|d| d.key).map(|k| matter.named(k)));
    turn.voice.pause();
    turn.voice.say(
        "revise-adopt",
        &[
            ("p", &id.to_string()),
            ("by", &by),
            ("option", &named(&text.option.name)),
            ("next", &named(&next.option.name)),
            ("criteria", &criteria),
        ],
    );
    if let Some(pro) = turn.voice.fresh(&next.option.pros).map(inline) {
        turn.voice.say("revise-switch-for", &[("for", &pro)]);
    }
    turn.moves.push(Move::Dispose {
        item: Item::Alternative(id),
        how: How::Adopted,
        why: format!(
            "It meets what was objected to on {criteria}, and no clause of mine does at a price I could carry."
        ),
    });
    turn.proposed = true;
    answer_objections(turn, matter, (text, next), demands, Placed::Whole);
    dispose_all(turn, matter.id, Some((matter, next)), Placed::Whole);
}

/// The head stays; each objection gets the reason why.
fn rebut<'a>(
    turn: &mut Turn<'_, 'a>,
    matter: &Matter<'a>,
    head: &Proposal,
    text: &Text<'a>,
    demands: &[Demand<'_, 'a>],
) {
    turn.voice.pause();
    let objections = list(demands.iter().map(|d| format!("{} of {}", d.issue.id, d.issue.by)));
    let strong = dearest(turn, matter, text);
    turn.voice.say(
        "revise-rebut",
        &[
            ("p", &head.id.to_string()),
            ("objections", &objections),
            ("criterion", &matter.named(strong)),
            ("word", word(text.rating(strong))),
        ],
    );
    answer_objections(turn, matter, (text, text), demands, Placed::Stays(head));
    dispose_all(turn, matter.id, Some((matter, text)), Placed::Stays(head));
}

/// The criterion that the owner would give up last.
fn dearest<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: &Text<'a>) -> &'a str {
    let worth = |key: &str| turn.table.weight(turn.seat, matter.axis(key)) * f64::from(text.rating(key));
    matter.keys().max_by(|a, b| worth(a).total_cmp(&worth(b))).unwrap_or_default()
}

fn answer_objections<'a>(
    turn: &mut Turn<'_, 'a>,
    matter: &Matter<'a>,
    (before, next): (&Text<'a>, &Text<'a>),
    demands: &[Demand<'_, 'a>],
    placed: Placed<'_>,
) {
    for demand in demands {
        let (how, why) = objection_answered(turn, matter, (before, next), demand, placed);
        let item = Item::Issue(demand.issue.id);
        turn.moves.push(Move::Dispose { item, how, why });
    }
}

fn objection_answered<'a>(
    turn: &Turn<'_, 'a>,
    matter: &Matter<'a>,
    (before, next): (&Text<'a>, &Text<'a>),
    demand: &Demand<'_, 'a>,
    placed: Placed<'_>,
) -> (How, String) {
    let switched = before.option.key != next.option.key;
    let added = next.added.iter().filter(|m| switched || !before.has(m));
    let key = demand.key;
    // What another option is good at from the start is no merit of a clause added to it.
    let native = key.is_some_and(|k| switched && next.option.rating(&[], k) > before.rating(k));
    let raising = added
        .filter(|_| !native)
        .find(|m| key.is_some_and(|k| m.raises.contains_key(k)) || demand.fix.is_some_and(|f| f.key == m.key));
    if let Some(mitigation) = raising {
        let clause = super::dispose::number(next, placed, &mitigation.clause);
        let lifted = key.filter(|k| next.rating(k) > before.rating(k)).map(|k| {
            let (low, high) = (word(before.rating(k)), word(next.rating(k)));
            format!("; it takes {} from {low} to {high}", matter.named(k))
        });
        let why = format!("Clause {clause} is added for it{}.", lifted.unwrap_or_default());
        return (How::Addressed { clause }, why);
    }
    match key {
        Some(key) if next.rating(key) > before.rating(key) => {
            let (now, then) = (word(next.rating(key)), word(before.rating(key)));
            let (name, old) = (&next.option.name, &before.option.name);
            (
                How::Addressed { clause: 1 },
                format!("'{name}' is {now} on {} where '{old}' was {then}.", matter.named(key)),
            )
        }
        Some(key) => (How::Declined, kept(turn, matter, next, key)),
        None => (How::Declined, UNWEIGHED.to_owned()),
    }
}

/// Why a criterion is left where it is.
fn kept<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: &Text<'a>, key: &str) -> String {
    let best = dearest(turn, matter, text);
    format!(
        "{} stays {}: nothing in the catalogue lifts it without taking more from {}, which is {} here and weighs more for {}.",
        matter.named(key),
        word(text.rating(key)),
        matter.named(best),
        word(text.rating(best)),
        turn.seat.tag
    )
}
