//! What becomes of positions, issues and alternatives, each with the reason by ratings.

use super::catalogue::{Failure, Mitigation};
use super::matter::{Matter, Text, number_of};
use super::turn::Turn;
use super::voice::{inline, list};
use super::weigh::word;
use super::words::overlap;
use crate::protocol::docket::Proposal;
use crate::protocol::entry::{How, Item, Move};
use crate::protocol::id::{DecisionId, IssueKind, ProposalId, SeatTag};
use crate::protocol::issue::Issue;
use crate::protocol::rules::outstanding;

/// A clause and an issue that share this much speak of the same thing.
const SPEAKS: f64 = 0.3;

/// Where the text that the dispositions speak of stands.
#[derive(Clone, Copy)]
pub(super) enum Placed<'p> {
    /// It is put forward whole in this reply.
    Whole,
    /// It is this head with clauses added in this reply.
    Added(&'p Proposal),
    /// It is this head, unchanged.
    Stays(&'p Proposal),
}

/// Disposes of everything outstanding on `id`. `on` is the text after this reply, as far as the catalogue reads it.
pub(super) fn dispose_all<'a>(
    turn: &mut Turn<'_, 'a>,
    id: DecisionId,
    on: Option<(&Matter<'a>, &Text<'a>)>,
    placed: Placed<'_>,
) {
    for item in outstanding(turn.table.session, id) {
        let given = |m: &Move| matches!(m, Move::Dispose { item: done, .. } if *done == item);
        if turn.moves.iter().any(given) {
            continue;
        }
        let (how, why) = match (&item, on) {
            (Item::Position(_, seat), Some((matter, text))) => position(turn, matter, text, seat),
            (Item::Issue(issue), Some((matter, text))) => match turn.table.session.issue(*issue) {
                Some(issue) => answered(turn, matter, text, issue, placed),
                None => continue,
            },
            (Item::Alternative(other), Some((matter, text))) => alternative(turn, matter, text, *other),
            (_, None) => (How::Declined, unread()),
        };
        turn.moves.push(Move::Dispose { item, how, why });
    }
}

fn unread() -> String {
    "No option or failure in the catalogue of this rule-based seat matches it, so it cannot be weighed here.".to_owned()
}

fn position(turn: &Turn<'_, '_>, matter: &Matter<'_>, text: &Text<'_>, seat: &SeatTag) -> (How, String) {
    let Some(other) = matter.sealed(turn.table.session, seat) else {
        return (How::Declined, unread());
    };
    if other.key == text.option.key {
        let first = text.option.clauses.len() + 1;
        let why = match text.added.len() {
            0 => "It is the text, clause for clause.".to_owned(),
            1 => format!("It is the text, with clause {first} added to it."),
            more => format!("It is the text, with clauses {first} to {} added to it.", first + more - 1),
        };
        return (How::Adopted, why);
    }
    if let Some(same) = same_before(turn, matter, other.key.as_str()) {
        return (How::Declined, format!("The same choice as {same}'s, declined for the same reason."));
    }
    let theirs = Text { option: other, added: Vec::new(), exact: true };
    let gain = turn.table.deciding(turn.seat, matter, text, &theirs);
    let loss = turn.table.deciding(turn.seat, matter, &theirs, text);
    let compared =
        |key: &str| format!("{}, {} against {}", matter.named(key), word(text.rating(key)), word(theirs.rating(key)));
    // What the other option did better, and an added clause now does as well, is taken up.
    let taken = loss.is_none() && text.added.iter().any(|m| !m.raises.is_empty());
    let how = if taken { How::Partly } else { How::Declined };
    let why = match (gain, loss) {
        (Some(gain), Some(loss)) => format!(
            "It loses on {}; that it is ahead on {} does not outweigh this.",
            compared(gain),
            matter.named(loss)
        ),
        (Some(gain), None) => format!("It loses on {} and is ahead on nothing.", compared(gain)),
        (None, _) => format!(
            "Close: the criteria weigh even for {}, and the text on the table needs fewer changes to hold.",
            turn.seat.tag
        ),
    };
    (how, why)
}

/// The seat whose like choice this reply has declined already.
fn same_before(turn: &Turn<'_, '_>, matter: &Matter<'_>, option: &str) -> Option<SeatTag> {
    let declined = turn.moves.iter().filter_map(|m| match m {
        Move::Dispose { item: Item::Position(id, seat), how: How::Declined, .. } if *id == matter.id => Some(seat),
        _ => None,
    });
    let session = turn.table.session;
    let chose = |seat: &&SeatTag| matter.sealed(session, seat).is_some_and(|o| o.key == option);
    declined.into_iter().find(chose).cloned()
}

fn answered<'a>(
    turn: &Turn<'_, 'a>,
    matter: &Matter<'a>,
    text: &Text<'a>,
    issue: &Issue,
    placed: Placed<'_>,
) -> (How, String) {
    let objection = issue.id.kind == IssueKind::Objection;
    if let Some(failure) = matter.failure(text.option, issue) {
        return of_failure(turn, matter, text, failure, (placed, objection));
    }
    let others = matter.decision.options.iter().filter(|o| o.key != text.option.key);
    let other = others.into_iter().find(|o| o.failures.iter().any(|f| issue.text.contains(f.scenario.as_str())));
    if let Some(other) = other {
        let how = match placed {
            Placed::Stays(_) => How::Declined,
            _ if objection => How::Addressed { clause: 1 },
            _ => How::Moot,
        };
        let why =
            format!("It follows from '{}'; the text is '{}', which has no such clause.", other.name, text.option.name);
        return (how, why);
    }
    by_likeness(matter, text, issue, placed)
}

/// An issue that is one of the catalogue's failures of the text's own option.
fn of_failure<'a>(
    turn: &Turn<'_, 'a>,
    matter: &Matter<'a>,
    text: &Text<'a>,
    failure: &Failure,
    (placed, objection): (Placed<'_>, bool),
) -> (How, String) {
    let key = failure.criterion.as_str();
    let rating = text.rating(key);
    let fix = text.option.fix(failure);
    if let Some(fix) = fix.filter(|m| text.has(m)) {
        let clause = number(text, placed, &fix.clause);
        return (How::Addressed { clause }, format!("Clause {clause} is there for it: {}.", inline(&fix.because)));
    }
    if let Some(fix) = fix.filter(|m| m.lowers.is_empty() && !objection)
        && let Placed::Stays(head) = placed
    {
        let clause = super::matter::clause_of(head, text.option, failure);
        if clause > 0 {
            let reading = fix.clause.clone();
            return (
                How::Reading { clause, reading },
                format!("It costs nothing to say so: {}.", inline(&fix.because)),
            );
        }
    }
    if rating >= 4 && !objection {
        let support = text.support(key);
        let why = match support {
            Some(m) => format!("{} is {} as the text stands: {}.", matter.named(key), word(rating), inline(&m.because)),
            None => format!("{} is {} even so; the case is rarer than the rule.", matter.named(key), word(rating)),
        };
        return (How::Declined, why);
    }
    let price = fix
        .map(|m| price(turn, matter, text, m))
        .unwrap_or_else(|| "Only another option would end it, and none weighs as much in all.".to_owned());
    match placed {
        Placed::Stays(_) if !objection => (How::Risk, format!("Accepted and recorded. {price}")),
        _ => (How::Declined, price),
    }
}

/// What a clause would cost, in words.
pub(super) fn price<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: &Text<'a>, fix: &'a Mitigation) -> String {
    let mut with = text.clone();
    with.added.push(fix);
    let costs = fix
        .lowers
        .keys()
        .map(|key| format!("{} from {} to {}", matter.named(key), word(text.rating(key)), word(with.rating(key))));
    let costs = list(costs);
    if costs.is_empty() {
        return "A further clause would end it; for a first text I keep to what must be there.".to_owned();
    }
    let mine = fix.lowers.keys().any(|k| turn.seat.watches(matter.axis(k)));
    let who = if mine { "which is what I answer for" } else { "which is not mine alone to spend" };
    format!(
        "The clause that would end it takes {costs}, {who}; whoever holds that the text fails without it should object."
    )
}

/// An issue in other words than the catalogue's: met by a clause that speaks of it, else declined by the ratings.
fn by_likeness(matter: &Matter<'_>, text: &Text<'_>, issue: &Issue, placed: Placed<'_>) -> (How, String) {
    let said = format!("{} {}", issue.text, issue.resolved_if);
    let clauses = text.option.clauses.iter().chain(text.added.iter().map(|m| &m.clause));
    let near = clauses
        .map(|c| (overlap(&said, c), c))
        .filter(|(likeness, _)| *likeness >= SPEAKS)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, clause)) = near {
        let clause = number(text, placed, clause);
        if clause > 0 {
            return (How::Addressed { clause }, format!("Clause {clause} speaks of the same thing."));
        }
    }
    let rated = issue.criterion.and_then(|id| matter.key(id));
    let why = match rated {
        Some(key) => format!(
            "No failure in the catalogue of this rule-based seat matches it; on {} the text is {}. {} can object if the text must change.",
            matter.named(key),
            word(text.rating(key)),
            issue.by
        ),
        None => unread(),
    };
    (How::Declined, why)
}

fn alternative(turn: &Turn<'_, '_>, matter: &Matter<'_>, text: &Text<'_>, id: ProposalId) -> (How, String) {
    let docket = turn.table.docket(id.decision);
    let read = docket.and_then(|d| matter.read(d, d.proposal(id)?));
    let Some(other) = read else {
        return (How::Declined, unread());
    };
    let why = match turn.table.deciding(turn.seat, matter, text, &other) {
        Some(key) => format!(
            "On {} the head is {} and this is {}.",
            matter.named(key),
            word(text.rating(key)),
            word(other.rating(key))
        ),
        None => "By the ratings it is no better than the head, and the head has been judged.".to_owned(),
    };
    (How::Declined, why)
}

/// The number that `clause` has in the text after this reply.
pub(super) fn number(text: &Text<'_>, placed: Placed<'_>, clause: &str) -> u16 {
    let in_order = || {
        let all = text.option.clauses.iter().chain(text.added.iter().map(|m| &m.clause));
        let at = all.into_iter().position(|c| c == clause);
        at.map_or(0, |at| at as u16 + 1)
    };
    match placed {
        Placed::Whole => in_order(),
        Placed::Stays(head) => number_of(head, clause),
        Placed::Added(head) => match number_of(head, clause) {
            0 => {
                let new = text.added.iter().filter(|m| number_of(head, &m.clause) == 0);
                let at = new.into_iter().position(|m| m.clause == clause);
                at.map_or(0, |at| head.next_clause + at as u16)
            }
            stands => stands,
        },
    }
}
