//! Which text an owner puts forward when its head was objected to.

use super::catalogue::Mitigation;
use super::draft::{holders, whole};
use super::matter::{Matter, Text};
use super::turn::Turn;
use crate::protocol::docket::{Content, Proposal};
use crate::protocol::entry::{Amendment, Change};
use crate::protocol::id::{IssueKind, ProposalId, Target};
use crate::protocol::issue::Issue;

/// From this many texts on, the owner looks at every seat's floors and not only at what was objected to.
const TEXTS_BEFORE_CARE: usize = 3;

/// An objection as ratings: which criterion must reach which rating.
pub(super) struct Demand<'t, 'a> {
    pub issue: &'t Issue,
    pub key: Option<&'a str>,
    pub target: i32,
    pub fix: Option<&'a Mitigation>,
}

pub(super) fn demands<'t, 'a>(turn: &Turn<'t, 'a>, matter: &Matter<'a>, text: &Text<'a>) -> Vec<Demand<'t, 'a>> {
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
pub(super) fn better<'a>(
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

/// Another seat's text that does at least as well as the best of the owner's own, where that is another option as well.
pub(super) fn offered<'a>(
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

pub(super) fn amendment(matter: &Matter<'_>, head: &Proposal, next: &Text<'_>, rationale: String) -> Amendment {
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

pub(super) fn stands(head: &Proposal, clause: &str) -> bool {
    head.clauses.values().any(|c| c == clause.trim())
}
