//! Two sessions side by side, decision by decision: what each came to, who stands where, what it took.
//!
//! Computed from the two folds alone. Where both begin with the same records, as a fork and its origin do, decisions are
//! matched by their ids and issues are told apart by whether both have them; else decisions are matched by what they ask.

mod matching;
mod texts;

pub use texts::{Clause, Part, compare as compare_texts};

use super::timeline::Timeline;
use crate::protocol::metrics::{self, Spending};
use crate::protocol::session::Life;
use crate::protocol::{
    Author, DecisionId, Docket, EntryNumber, Issue, IssueId, ProposalId, RiskId, SeatTag, Session, Stance,
};

/// Two sessions, compared. The first is the one that is compared with, the second the one that differs from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What both share, where they begin alike.
    pub shared: Option<Shared>,
    /// What each came to, as a whole.
    pub sides: [Side; 2],
    /// The decisions, in the order of the first's agenda, then those that only the second has.
    pub decisions: Vec<Matched>,
    /// Risks that only one of them recorded.
    pub risks: [Vec<Note<RiskId>>; 2],
    /// What people said in only one of them.
    pub people: [Vec<Note<EntryNumber>>; 2],
}

/// What two sessions share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// Records, from the first one on.
    pub records: usize,
    /// The last entry that both have.
    pub entry: EntryNumber,
}

/// One session as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Its id.
    pub session: String,
    /// What it argues.
    pub topic: String,
    /// How it stands or ended, in a few words.
    pub outcome: String,
    /// The models of supervisor and seats, each once.
    pub models: Vec<String>,
    /// Waves revealed.
    pub waves: u32,
    /// Entries.
    pub entries: u32,
    /// Calls, tokens and money.
    pub spending: Spending,
}

/// A decision in one or both sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// What is to be decided, as the first that has it asks.
    pub question: String,
    /// How it stands on each side; none where it is not on the agenda.
    pub sides: [Option<Standing>; 2],
    /// The texts on the table, clause by clause; empty where neither has one.
    pub text: Vec<Clause>,
    /// Seats at both tables that do not stand in the same place, and where they do.
    pub moved: Vec<(SeatTag, Stance, Stance)>,
    /// Issues that only one side has.
    pub issues: [Vec<Note<IssueId>>; 2],
}

/// A decision in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its id there.
    pub id: DecisionId,
    /// The text on the table.
    pub head: Option<ProposalId>,
    /// Whether it is settled.
    pub settled: bool,
    /// Issues raised on it.
    pub raised: usize,
    /// Of these, issues that are open.
    pub open: usize,
}

/// Something recorded: its id, who said it, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<Id> {
    /// Its id.
    pub id: Id,
    /// Who said it. Shown as it is: an author's tag is tame.
    pub by: String,
    /// What. Untrusted.
    pub text: String,
    /// In which entry.
    pub entry: EntryNumber,
}

impl Comparison {
    /// Compares two sessions as they stand at the end of their journals.
    pub fn of(a: &Timeline, b: &Timeline) -> Self {
        let shared = shared(a, b);
        let (one, two) = (a.latest(), b.latest());
        let by_id = shared.is_some_and(|s| a.at(s.records).framework().is_some());
        let pairs = matching::pairs(one, two, by_id);
        let since = shared.map_or(EntryNumber(0), |s| s.entry);
        Self {
            shared,
            sides: [side(one), side(two)],
            decisions: pairs.into_iter().map(|pair| matched(one, two, pair, since)).collect(),
            risks: [risks(one, two, since), risks(two, one, since)],
            people: [people(one, since), people(two, since)],
        }
    }

    /// Whether nothing differs but what it took.
    pub fn is_same(&self) -> bool {
        let texts = self
            .decisions
            .iter()
            .all(|d| d.moved.is_empty() && d.text.iter().all(Clause::is_same) && d.issues.iter().all(Vec::is_empty));
        let [one, two] = &self.sides;
        texts && self.risks.iter().all(Vec::is_empty) && one.outcome == two.outcome && one.topic == two.topic
    }
}

/// The records with which both begin. Their digests tell: equal ones have everything before them in common.
fn shared(a: &Timeline, b: &Timeline) -> Option<Shared> {
    let most = a.len().min(b.len());
    let records = (1..=most).take_while(|n| a.digest(*n) == b.digest(*n)).count();
    (records > 0).then(|| Shared { records, entry: EntryNumber(a.entries_at(records)) })
}

fn side(session: &Session) -> Side {
    let opening = session.opening();
    let mut models: Vec<String> = Vec::new();
    for speaker in std::iter::once(&opening.supervisor).chain(opening.seats.iter().map(|s| &s.speaker)) {
        if !models.contains(&speaker.model) {
            models.push(speaker.model.clone());
        }
    }
    Side {
        session: opening.session.clone(),
        topic: opening.topic.clone(),
        outcome: outcome(session),
        models,
        waves: session.wave().number,
        entries: session.last_entry().0,
        spending: metrics::spending(session),
    }
}

fn outcome(session: &Session) -> String {
    use crate::protocol::event::Outcome;
    match session.life() {
        Life::Closed(Outcome::Consensus { digest }) => format!("consensus on {}", digest.short()),
        Life::Closed(Outcome::NoConsensus { reason, .. }) => format!("no consensus: {reason}"),
        Life::Closed(Outcome::Aborted { cause }) => format!("aborted: {cause}"),
        Life::Suspended(cause) => format!("suspended: {cause}"),
        Life::Running | Life::Escalated => "not over".to_owned(),
    }
}

fn matched(a: &Session, b: &Session, pair: matching::Pair, since: EntryNumber) -> Matched {
    let one = pair[0].and_then(|id| a.docket(id));
    let two = pair[1].and_then(|id| b.docket(id));
    let question = |session: &Session, id: Option<DecisionId>| session.decision(id?).map(|d| d.question.clone());
    let moved = match pair {
        [Some(x), Some(y)] => a
            .seats()
            .filter(|seat| b.has_seat(seat))
            .map(|seat| (seat.clone(), a.stance(seat, x), b.stance(seat, y)))
            .filter(|(_, before, after)| before != after)
            .collect(),
        _ => Vec::new(),
    };
    Matched {
        question: question(a, pair[0]).or_else(|| question(b, pair[1])).unwrap_or_default(),
        sides: [one.map(|d| standing(a, d)), two.map(|d| standing(b, d))],
        text: texts::compare(one.and_then(Docket::head), two.and_then(Docket::head)),
        moved,
        issues: [own_issues((a, one), (b, two), since), own_issues((b, two), (a, one), since)],
    }
}

fn standing(session: &Session, docket: &Docket) -> Standing {
    let own = || issues_on(session, docket.id);
    Standing {
        id: docket.id,
        head: docket.head.map(|(id, _)| id),
        settled: session.is_settled(docket.id),
        raised: own().count(),
        open: own().filter(|i| i.is_open()).count(),
    }
}

fn issues_on(session: &Session, id: DecisionId) -> impl Iterator<Item = &Issue> {
    session.issues().iter().map(AsRef::as_ref).filter(move |i: &&Issue| i.about.decision() == Some(id))
}

/// Issues that were raised after what both share, and that nobody raised in the same words on the other side.
fn own_issues(
    (session, docket): (&Session, Option<&Docket>),
    (other, their): (&Session, Option<&Docket>),
    since: EntryNumber,
) -> Vec<Note<IssueId>> {
    let Some(docket) = docket else { return Vec::new() };
    let theirs: Vec<&Issue> = their.map(|d| issues_on(other, d.id).collect()).unwrap_or_default();
    let same = |i: &Issue| theirs.iter().any(|t| t.by == i.by && t.id.kind == i.id.kind && t.text == i.text);
    issues_on(session, docket.id)
        .filter(|i| i.entry > since && !same(i))
        .map(|i| Note { id: i.id, by: i.by.to_string(), text: i.text.clone(), entry: i.entry })
        .collect()
}

/// Risks of `session` that came after what both share and whose scenario the other does not have.
fn risks(session: &Session, other: &Session, since: EntryNumber) -> Vec<Note<RiskId>> {
    let known = |text: &str| other.risks().iter().any(|r| r.scenario == text);
    session
        .risks()
        .iter()
        .filter(|r| r.entry > since && !known(&r.scenario))
        .map(|r| Note { id: r.id, by: r.by.to_string(), text: r.scenario.clone(), entry: r.entry })
        .collect()
}

/// What people said after what both share.
fn people(session: &Session, since: EntryNumber) -> Vec<Note<EntryNumber>> {
    let later = session.entries().iter().filter(|e| e.number > since && e.author == Author::Human);
    later.map(|e| Note { id: e.number, by: e.author.to_string(), text: e.content.clone(), entry: e.number }).collect()
}
