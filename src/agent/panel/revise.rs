//! An owner's one answer to all objections: clauses added, another option, or a rebuttal.

use super::catalogue::Mitigation;
use super::dispose::{Placed, dispose_all};
use super::draft::{holders, whole};
use super::matter::{Matter, Text};
use super::turn::Turn;
use super::unknown;
use super::voice::{inline, list, named};
use super::weigh::word;
use crate::protocol::docket::{Content, Proposal};
use crate::protocol::entry::{Amendment, Change, How, Item, Move};
use crate::protocol::id::{DecisionId, IssueKind, ProposalId, Target};
use crate::protocol::issue::Issue;

/// From this many texts on, the owner looks at every seat's floors and not only at what was objected to.
const TEXTS_BEFORE_CARE: usize = 3;

/// An objection as ratings: which criterion must reach which rating.
struct Demand<'t, 'a> {
    issue: &'t Issue,
    key: Option<&'a str>,
    target: i32,
    fix: Option<&'a Mitigation>,
}

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

fn demands<'t, 'a>(turn: &Turn<'t, 'a>, matter: &Matter<'a>, text: &Text<'a>) -> Vec<Demand<'t, 'a>> {
    let table = turn.table;
    let open = table.session.open_issues(IssueKind::Objection, Target::Decision(matter.id)).filter(|i| i.met.is_none());
    open.map(|issue| {
        let key = issue.criterion.and_then(|id| matter.key(id));
        let seat = issue.by.seat().and_then(|tag| table.sitting(tag));
        let now = key.map_or(3, |k| text.rating(k));
        let floor = key.zip(seat).map_or(now + 1, |(k, s)| table.floor(s, matter, text, k));
        let failure = matter.failure(text.option, issue);
        Demand { issue, key, target: floor.max(now + 1).min(5), fix: failure.and_then(|f| text.option.fix(f)) }
    })
    .collect()
}

/// The text that meets most objections at the least loss to this seat; none if no text meets more than the head.
fn better<'a>(
    turn: &Turn<'_, 'a>,
    matter: &Matter<'a>,
    (head, text): (&Proposal, &Text<'a>),
    demands: &[Demand<'_, 'a>],
) -> Option<Text<'a>> {
    let table = turn.table;
    let docket = table.docket(matter.id)?;
    let unmet = |t: &Text<'a>| demands.iter().filter(|d| !meets(d, text, t)).count();
    let known = |t: &Text<'a>| {
        let content = resulting(turn, matter, head, text, t);
        content.is_none_or(|c| docket.proposals.iter().any(|p| p.digest == c.digest()))
    };
    let mut best: Option<((usize, usize, usize), f64, Text<'a>)> = None;
    for next in table.texts(matter, Some(text)) {
        if unmet(&next) == demands.len() || known(&next) {
            continue;
        }
        let switch = usize::from(next.option.key != text.option.key);
        let rank = (harm(turn, matter, text, &next, demands), switch, if switch == 0 { next.added.len() } else { 0 });
        let score = worth(turn, matter, text, &next);
        let wins = best.as_ref().is_none_or(|(r, s, _)| rank < *r || (rank == *r && score > *s));
        if wins {
            best = Some((rank, score, next));
        }
    }
    best.map(|(_, _, text)| text)
}

/// What is wrong with a text: objections it does not meet and floors it breaks, the owner's own, and everybody's once
/// several texts have been tried.
fn harm<'a>(
    turn: &Turn<'_, 'a>,
    matter: &Matter<'a>,
    text: &Text<'a>,
    next: &Text<'a>,
    demands: &[Demand<'_, 'a>],
) -> usize {
    let table = turn.table;
    let unmet = demands.iter().filter(|d| !meets(d, text, next)).count();
    let heads = table.docket(matter.id).map_or(0, |d| {
        let alternatives = d.alternatives.len();
        d.proposals.len().saturating_sub(alternatives)
    });
    let careful = heads >= TEXTS_BEFORE_CARE;
    let seats = table.bench.iter().filter(|s| careful || s.tag == turn.seat.tag);
    unmet + seats.map(|s| table.breaches(s, matter, next).len()).sum::<usize>()
}

/// Another seat's text that does at least as well as the best of the owner's own, where that is another option as well.
fn offered<'a>(
    turn: &Turn<'_, 'a>,
    matter: &Matter<'a>,
    text: &Text<'a>,
    (demands, own): (&[Demand<'_, 'a>], Option<&Text<'a>>),
) -> Option<(ProposalId, Text<'a>)> {
    let docket = turn.table.docket(matter.id)?;
    let limit = own.map_or(demands.len(), |t| harm(turn, matter, text, t, demands) + 1);
    let mut best: Option<(usize, ProposalId, Text<'a>)> = None;
    for id in docket.open_alternatives() {
        let read = docket.proposal(id).and_then(|p| matter.read(docket, p));
        let Some(next) = read.filter(|t| t.exact) else {
            continue;
        };
        let harm = harm(turn, matter, text, &next, demands);
        // Its own text, amended, the owner gives up only for one that is better in the eyes of the table.
        let amended = own.filter(|t| t.option.key == text.option.key);
        if amended.is_some_and(|t| shared(turn, matter, &next) <= shared(turn, matter, t)) {
            continue;
        }
        // The first of two like texts is the one that a digest names.
        if harm < limit && best.as_ref().is_none_or(|(least, ..)| harm < *least) {
            best = Some((harm, id, next));
        }
    }
    best.map(|(_, id, text)| (id, text))
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
        why: format!("It meets what was objected to on {criteria}, and no clause of mine does at a price I could carry."),
    });
    turn.proposed = true;
    answer_objections(turn, matter, (text, next), demands, Placed::Whole);
    dispose_all(turn, matter.id, Some((matter, next)), Placed::Whole);
}

/// What a text is worth to the owner: its own score, and, once its own option has been refused, that of the table.
fn worth<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: &Text<'a>, next: &Text<'a>) -> f64 {
    if next.option.key == text.option.key {
        return turn.table.score(turn.seat, matter, next);
    }
    shared(turn, matter, next)
}

/// What a text is worth when the views of all seats count as much as the owner's.
fn shared<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, next: &Text<'a>) -> f64 {
    let table = turn.table;
    let own = table.score(turn.seat, matter, next);
    let all: f64 = table.bench.iter().map(|s| table.score(s, matter, next)).sum();
    let votes = holders(turn, matter, next.option).len() as f64;
    let size = 0.05 * next.added.len() as f64;
    (own + all / table.bench.len().max(1) as f64) / 2.0 + 0.1 * votes - size
}

fn meets(demand: &Demand<'_, '_>, before: &Text<'_>, after: &Text<'_>) -> bool {
    match demand.key {
        Some(key) => after.rating(key) >= demand.target,
        None => demand.fix.is_some_and(|m| after.has(m) && !before.has(m)),
    }
}

/// What would lie on the table.
fn resulting(
    turn: &Turn<'_, '_>,
    matter: &Matter<'_>,
    head: &Proposal,
    text: &Text<'_>,
    next: &Text<'_>,
) -> Option<Content> {
    if next.option.key == text.option.key {
        let amendment = amendment(matter, head, next, String::new());
        return Content::of_amendment(&amendment, turn.table.docket(matter.id)?).ok();
    }
    Some(Content::of_draft(&whole(turn, matter, next, String::new())))
}

fn amendment(matter: &Matter<'_>, head: &Proposal, next: &Text<'_>, rationale: String) -> Amendment {
    let new = next.added.iter().filter(|m| !stands(head, &m.clause));
    Amendment {
        decision: matter.id,
        base: head.id,
        changes: new.map(|m| Change::Add { text: m.clause.clone() }).collect(),
        rationale,
        assumptions: None,
        rejected: Vec::new(),
        actions: Vec::new(),
    }
}

fn stands(head: &Proposal, clause: &str) -> bool {
    head.clauses.values().any(|c| c == clause.trim())
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
    let strong = table_best(turn, matter, text);
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

fn table_best<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: &Text<'a>) -> &'a str {
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
            let clause = 1;
            let why = format!(
                "'{}' is {} on {} where '{}' was {}.",
                next.option.name,
                word(next.rating(key)),
                matter.named(key),
                before.option.name,
                word(before.rating(key))
            );
            (How::Addressed { clause }, why)
        }
        Some(key) => {
            let best = table_best(turn, matter, next);
            let why = format!(
                "{} stays {}: nothing in the catalogue lifts it without taking more from {}, which is {} here and weighs more for {}.",
                matter.named(key),
                word(next.rating(key)),
                matter.named(best),
                word(next.rating(best)),
                turn.seat.tag
            );
            (How::Declined, why)
        }
        None => (
            How::Declined,
            "No option and no failure in the catalogue of this rule-based seat matches it; stand by it and its remedy is \
             taken into the text."
                .to_owned(),
        ),
    }
}

/// Disposes of what is left when all agree; the head stays.
pub(super) fn settle(turn: &mut Turn<'_, '_>, id: DecisionId) {
    let table = turn.table;
    let Some((head, read)) = table.head(id) else {
        return;
    };
    let from = turn.moves.len();
    let on = table.matters.get(&id).zip(read.as_ref());
    dispose_all(turn, id, on, Placed::Stays(head));
    let mut said: Vec<&str> = Vec::new();
    let given: Vec<(String, How)> = turn
        .moves
        .iter()
        .skip(from)
        .filter_map(|m| match m {
            Move::Dispose { item, how, .. } => Some((item.to_string(), how.clone())),
            _ => None,
        })
        .collect();
    for (key, which) in [("settle-addressed", 0), ("settle-reading", 1), ("settle-risk", 2), ("settle-declined", 3)] {
        let fits = |how: &How| match how {
            How::Addressed { .. } => which == 0,
            How::Reading { .. } => which == 1,
            How::Risk => which == 2,
            _ => which == 3,
        };
        let items: Vec<&String> = given.iter().filter(|(_, h)| fits(h)).map(|(i, _)| i).collect();
        if !items.is_empty() && !said.contains(&key) {
            said.push(key);
            turn.voice.say(key, &[("items", &list(items)), ("p", &head.id.to_string())]);
        }
    }
}
