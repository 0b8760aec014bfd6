//! What can be read off a log, computed, no model asked (`docs/protocol.md`, section 8).

use super::docket::VerdictKind;
use super::entry::{How, Move};
use super::event::Usage;
use super::id::{Author, CriterionId, DecisionId, EntryNumber, IssueId, IssueKind, ProposalId, SeatTag, Target};
use super::issue::{End, Issue};
use super::session::{CallEnd, Session};
use std::collections::{BTreeMap, BTreeSet};

/// Calls, tokens and money. Sums over what is known; what is not is counted beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spending {
    /// Calls that came back: replies, accepted or not, and wishes to look first.
    pub calls: u32,
    /// Of these, replies that went back to their speaker.
    pub refused: u32,
    /// Of these, rounds of looks at the project, which come before a reply.
    pub looks: u32,
    /// Tokens sent.
    pub prompt: u64,
    /// Of these, tokens the endpoint had cached.
    pub cached: u64,
    /// Tokens received.
    pub completion: u64,
    /// Money, in billionths of a US dollar.
    pub cost_nano: u64,
    /// Calls whose tokens nobody told.
    pub unknown_tokens: u32,
    /// Calls whose price nobody knows.
    pub unknown_cost: u32,
}

impl Spending {
    fn add(&mut self, usage: &Usage, end: CallEnd) {
        self.calls += 1;
        self.refused += u32::from(end == CallEnd::SentBack);
        self.looks += u32::from(end == CallEnd::Looked);
        self.prompt += usage.prompt.unwrap_or(0);
        self.cached += usage.cached.unwrap_or(0);
        self.completion += usage.completion.unwrap_or(0);
        self.cost_nano += usage.cost_nano.unwrap_or(0);
        self.unknown_tokens += u32::from(usage.prompt.is_none() || usage.completion.is_none());
        self.unknown_cost += u32::from(usage.cost_nano.is_none());
    }

    /// Money in billionths of a US dollar, if the price of every call is known.
    pub fn known_cost(&self) -> Option<u64> {
        (self.unknown_cost == 0).then_some(self.cost_nano)
    }

    /// Tokens sent and received, if every call told them.
    pub fn known_tokens(&self) -> Option<u64> {
        (self.unknown_tokens == 0).then_some(self.prompt + self.completion)
    }
}

/// What the whole session cost so far.
pub fn spending(session: &Session) -> Spending {
    let mut total = Spending::default();
    session.calls().iter().for_each(|call| total.add(&call.usage, call.end));
    total
}

/// What each voice cost so far.
pub fn spending_by_author(session: &Session) -> BTreeMap<Author, Spending> {
    let mut by: BTreeMap<Author, Spending> = BTreeMap::new();
    for call in session.calls() {
        by.entry(call.author.clone()).or_default().add(&call.usage, call.end);
    }
    by
}

/// The seat whose sealed positions survived least: by what the owners of the decisions made of them (adopted, partly,
/// declined), and among equals by the share of their words that stands in the heads. Positions on one's own decisions do
/// not count; a seat without others counts as surviving whole. Ties go to the seat named first.
pub fn least_survived(session: &Session) -> Option<SeatTag> {
    let mut least: Option<((u64, u64), &SeatTag)> = None;
    for seat in session.seats() {
        let share = (taken_up(session, seat), survival(session, seat));
        if least.is_none_or(|(lowest, _)| share < lowest) {
            least = Some((share, seat));
        }
    }
    least.map(|(_, seat)| seat.clone())
}

/// What owners made of the seat's positions on average, in thousandths.
fn taken_up(session: &Session, seat: &SeatTag) -> u64 {
    let weighed: Vec<u64> = session
        .dockets()
        .filter_map(|d| d.weighed.get(seat))
        .map(|w| match w.how {
            How::Adopted => 1000,
            How::Partly => 500,
            How::Addressed { .. } | How::Reading { .. } | How::Declined | How::Moot | How::Risk => 0,
        })
        .collect();
    weighed.iter().sum::<u64>().checked_div(weighed.len() as u64).unwrap_or(1000)
}

/// In thousandths.
fn survival(session: &Session, seat: &SeatTag) -> u64 {
    let mut said = 0;
    let mut stands = 0;
    for docket in session.dockets() {
        let owned = session.decision(docket.id).is_some_and(|d| d.owner == *seat);
        let Some(head) = docket.head().filter(|_| !owned) else {
            continue;
        };
        let text: BTreeSet<String> = head.clauses.values().flat_map(|c| words(c)).collect();
        for (_, _, act) in session.positions_on(docket.id).filter(|(by, _, _)| *by == seat) {
            let Move::Position { choice, .. } = act else {
                continue;
            };
            let choice: BTreeSet<String> = words(choice).collect();
            said += choice.len() as u64;
            stands += choice.intersection(&text).count() as u64;
        }
    }
    (stands * 1000).checked_div(said).unwrap_or(1000)
}

/// The words of a text that carry meaning: four letters or more, lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() >= 4).map(str::to_lowercase)
}

/// How an objector came to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// Who.
    pub seat: SeatTag,
    /// On what.
    pub decision: DecisionId,
    /// In which entry.
    pub entry: EntryNumber,
    /// What it named as having resolved its objection.
    pub resolved_by: EntryNumber,
}

/// How long an issue lived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifetime {
    /// Which issue.
    pub issue: IssueId,
    /// The wave that raised it.
    pub raised: u32,
    /// The wave that ended it; none while it is open.
    pub ended: Option<u32>,
}

/// What a seat brought into the accord.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contribution {
    /// Sealed positions on others' decisions that their owners took up, whole or in part.
    pub positions: u32,
    /// Alternatives made the head.
    pub alternatives: u32,
    /// Objections that ended in agreement.
    pub objections: u32,
    /// Concerns met by a clause or a reading.
    pub concerns: u32,
}

/// What a finished log says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Criteria that no verdict ever rested on. A warning.
    pub unused_criteria: Vec<CriterionId>,
    /// Assumptions of the heads, which nobody in the room could check.
    pub assumptions: Vec<(ProposalId, String)>,
    /// How long each issue lived.
    pub lifetimes: Vec<Lifetime>,
    /// Objections open at the end without a disposition. After consensus there are none.
    pub vanished: Vec<IssueId>,
    /// Verdicts that turned to agreement, and what they cited.
    pub turned: Vec<Turned>,
    /// Decisions unanimous at first review although sealed positions differed. A warning.
    pub unanimous_at_once: Vec<DecisionId>,
    /// What each seat brought into the accord.
    pub contributions: BTreeMap<SeatTag, Contribution>,
    /// The model, if all seats share one. A warning.
    pub one_model: Option<String>,
    /// How often an objection blocked.
    pub objections: u32,
    /// Heads put on the table, first ones included.
    pub heads: u32,
}

/// Reads the report off the log.
pub fn report(session: &Session) -> Report {
    Report {
        unused_criteria: unused_criteria(session),
        assumptions: assumptions(session),
        lifetimes: session.issues().iter().map(|i| lifetime(session, i)).collect(),
        vanished: session
            .issues()
            .iter()
            .filter(|i| i.is_open() && i.id.kind == IssueKind::Objection)
            .map(|i| i.id)
            .collect(),
        turned: turned(session),
        unanimous_at_once: session.dockets().map(|d| d.id).filter(|id| agreed_at_once(session, *id)).collect(),
        contributions: session.seats().map(|s| (s.clone(), contribution(session, s))).collect(),
        one_model: one_model(session),
        objections: session.issues().iter().filter(|i| i.id.kind == IssueKind::Objection).count() as u32,
        heads: session.dockets().flat_map(|d| &d.proposals).filter(|p| !is_alternative(session, p.id)).count() as u32,
    }
}

fn is_alternative(session: &Session, id: ProposalId) -> bool {
    session
        .docket(id.decision)
        .is_some_and(|d| d.alternatives.get(&id).is_some_and(|w| w.as_ref().is_none_or(|w| w.how != How::Adopted)))
}

fn unused_criteria(session: &Session) -> Vec<CriterionId> {
    let moves = session.entries().iter().flat_map(|e| &e.moves);
    let used: BTreeSet<CriterionId> = moves
        .flat_map(|m| match &m.act {
            Move::Agree { criteria, .. } => criteria.clone(),
            Move::Object { criterion, .. } => vec![*criterion],
            _ => Vec::new(),
        })
        .collect();
    let all = session.framework().into_iter().flat_map(|f| &f.criteria).map(|c| c.id);
    all.filter(|c| !used.contains(c)).collect()
}

fn assumptions(session: &Session) -> Vec<(ProposalId, String)> {
    let heads = session.dockets().filter_map(|d| d.head());
    heads.flat_map(|h| h.assumptions.iter().map(|a| (h.id, a.clone()))).collect()
}

fn lifetime(session: &Session, issue: &Issue) -> Lifetime {
    let wave = |entry| session.entry(entry).map(|e| e.wave);
    Lifetime {
        issue: issue.id,
        raised: wave(issue.entry).unwrap_or(0),
        ended: issue.disposition.as_ref().and_then(|d| wave(d.entry)),
    }
}

/// Told by the objections that ended so, not by what an agreement claims: a seat may name an entry without having objected.
fn turned(session: &Session) -> Vec<Turned> {
    let mut turned: Vec<Turned> = Vec::new();
    for issue in session.issues() {
        let (Some(seat), Some(decision), Some(disposition)) =
            (issue.by.seat(), issue.about.decision(), &issue.disposition)
        else {
            continue;
        };
        if let End::Resolved(resolved_by) = disposition.end {
            let one = Turned { seat: seat.clone(), decision, entry: disposition.entry, resolved_by };
            if !turned.contains(&one) {
                turned.push(one);
            }
        }
    }
    turned.sort_by_key(|t| t.entry);
    turned
}

fn agreed_at_once(session: &Session, id: DecisionId) -> bool {
    let Some(docket) = session.docket(id) else {
        return false;
    };
    let differed = docket.weighed.values().any(|w| w.how != How::Adopted);
    let objected =
        session.issues().iter().any(|i| i.id.kind == IssueKind::Objection && i.about == Target::Decision(id));
    let agreed = session.seats().all(|s| docket.current_verdict(s).is_some_and(|v| v.kind == VerdictKind::Agree));
    differed && !objected && agreed && docket.head.is_some_and(|(head, _)| head.version == 1)
}

fn contribution(session: &Session, seat: &SeatTag) -> Contribution {
    let mut sum = Contribution::default();
    for docket in session.dockets() {
        let taken = docket.weighed.get(seat).is_some_and(|w| matches!(w.how, How::Adopted | How::Partly));
        sum.positions += u32::from(taken);
        let adopted = docket.alternatives.iter().filter(|(id, weighed)| {
            let own = docket.proposal(**id).is_some_and(|p| p.by.seat() == Some(seat));
            own && weighed.as_ref().is_some_and(|w| w.how == How::Adopted)
        });
        sum.alternatives += adopted.count() as u32;
    }
    for issue in session.issues().iter().filter(|i| i.by.seat() == Some(seat)) {
        match issue.disposition.as_ref().map(|d| &d.end) {
            Some(End::Resolved(_)) => sum.objections += 1,
            Some(End::Disposed(How::Addressed { .. } | How::Reading { .. })) => sum.concerns += 1,
            Some(End::Disposed(_) | End::Withdrawn | End::Answered | End::Ruled(_)) | None => {}
        }
    }
    sum
}

fn one_model(session: &Session) -> Option<String> {
    let mut models = session.opening().seats.iter().map(|s| &s.speaker.model);
    let first = models.next()?;
    models.all(|m| m == first).then(|| first.clone())
}
