//! The fold: what a session's events come to.

use super::docket::{Docket, Stance, VerdictKind};
use super::entry::{Entry, Move, Reply, Timing};
use super::event::{Cause, Limits, Opening, Origin, Outcome, Usage};
use super::framework::{Decision, Framework};
use super::id::{Author, DecisionId, Digest, EntryNumber, IssueId, IssueKind, RiskId, SeatTag, Target};
use super::issue::{Issue, Issues};
use super::look::Round;
use super::step::Asked;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How often a reply may go back before its turn counts as no verdict (`docs/protocol.md`, section 4).
pub const MAX_SENT_BACK: usize = 2;
/// Waves without progress after which the supervisor is called (`docs/protocol.md`, section 2).
pub const STALL_WAVES: u32 = 2;

/// One debate as its log tells it.
///
/// The host's contract, in order: [`Session::open`] with the first event; then over and over [`Session::step`],
/// carry it out, and [`Session::apply`] each event once the journal has acknowledged it. Reading is free at any time.
/// A reply that was accepted is *held*: nobody is shown it, and nothing is derived from it, until its wave is revealed.
///
/// A copy shares everything that is large with what it was copied from, and is parted from it piece by piece as it changes:
/// states of one session can be kept side by side.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Session {
    pub(super) opening: Arc<Opening>,
    pub(super) limits: Limits,
    pub(super) phase: Phase,
    pub(super) life: Life,
    pub(super) entries: Vec<Arc<Entry>>,
    pub(super) framework: Option<Arc<Framework>>,
    pub(super) docket: BTreeMap<DecisionId, Arc<Docket>>,
    pub(super) issues: Issues,
    pub(super) risks: Vec<Arc<Risk>>,
    pub(super) readings_given: u16,
    pub(super) wave: Wave,
    pub(super) ratification: Ratification,
    pub(super) late_passes: BTreeSet<SeatTag>,
    pub(super) progress: Progress,
    pub(super) directions: Vec<EntryNumber>,
    pub(super) calls: Vec<Arc<Call>>,
    pub(super) forks: Vec<Fork>,
    pub(super) confirmed: BTreeSet<SeatTag>,
    pub(super) clock: Clock,
    pub(super) asked: Asked,
}

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The supervisor alone speaks.
    Framing,
    /// Every seat gives a sealed position.
    Positions,
    /// Heads are drafted, judged and revised, in waves.
    Deliberation,
    /// Pre-mortem and signatures.
    Ratification,
}

/// Whether a session runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Life {
    /// It does.
    Running,
    /// A person is asked for help and it waits.
    Escalated,
    /// Stopped for now, resumable.
    Suspended(Cause),
    /// Over.
    Closed(Outcome),
}

/// The wave under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wave {
    /// How many waves have been revealed.
    pub number: u32,
    /// Replies accepted and not yet shown.
    pub held: BTreeMap<Author, Held>,
    /// Replies that went back in this wave, with the reasons.
    pub sent_back: BTreeMap<Author, Vec<SentBack>>,
    /// Whether its speakers have been asked. Nobody in it sees what people say from then on, so that waits for its end.
    pub asked: bool,
    /// What people said since it was asked, or before the framework; entered once it is revealed.
    pub posted: Vec<Posted>,
    /// What those who have not answered yet looked at, round by round; of those who have, it goes with the reply.
    pub looked: BTreeMap<Author, Vec<Arc<Round>>>,
}

/// What a person said while a wave was in flight.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Posted {
    /// Who.
    pub author: Author,
    /// What.
    pub reply: Reply,
}

impl Wave {
    /// Whether `author`'s reply was refused so often that its turn counts as no verdict.
    pub fn has_passed(&self, author: &Author) -> bool {
        self.sent_back.get(author).is_some_and(|replies| replies.len() > MAX_SENT_BACK)
    }

    /// Whether nothing of this wave has come back yet.
    pub fn is_untouched(&self) -> bool {
        self.held.is_empty() && self.sent_back.is_empty() && self.looked.is_empty()
    }
}

/// A reply accepted and not yet shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Held {
    /// The reply.
    pub reply: Reply,
    /// What gave it, as the session called it then.
    pub model: String,
    /// When it was asked for and written.
    pub timing: Timing,
    /// What was looked at before.
    pub looks: Vec<Arc<Round>>,
}

/// A reply that went back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SentBack {
    /// What came.
    pub text: String,
    /// Why it could not be accepted.
    pub reasons: Vec<String>,
}

/// Pre-mortem and signatures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Ratification {
    /// The pre-mortem, held once: on which accord, in which entry.
    pub premortem: Option<(Digest, EntryNumber)>,
    /// Each seat's latest signature.
    pub signatures: BTreeMap<SeatTag, Signature>,
    /// The last entry that did anything but sign, agree or record a risk: signatures before it are void.
    pub settled: EntryNumber,
}

/// A seat's explicit agreement to an accord.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The accord.
    pub digest: Digest,
    /// In which entry.
    pub entry: EntryNumber,
    /// What is published with it.
    pub reservation: Option<String>,
}

/// A recorded risk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Risk {
    /// Its id.
    pub id: RiskId,
    /// What it follows from.
    pub about: Target,
    /// What may happen.
    pub scenario: String,
    /// The early sign, if one was named.
    pub sign: String,
    /// What would help, or why it is accepted.
    pub mitigation: String,
    /// Who recorded it.
    pub by: Author,
    /// In which entry.
    pub entry: EntryNumber,
    /// The concern it came from, if it came from one.
    pub from: Option<IssueId>,
}

/// How far the debate has come, measured and not judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Φ after each wave from the positions on.
    pub phi: Vec<(u32, u32)>,
    /// The lowest measure so far: Φ, then what ratification still lacks.
    pub lowest: Option<(u32, u32)>,
    /// Waves since that did not come below it. Mediations are not counted, and a wave that puts a head on the table is not
    /// (its verdicts are missing by its own doing: the wave that judges it counts), but never two of those in a row.
    pub stalled: u32,
    /// The last wave was not counted because it put a new head on the table.
    pub excused: bool,
    /// An objection was raised anew on the same clause and criterion, and no mediation has followed.
    pub anew: Option<EntryNumber>,
    /// The mediations, by entry.
    pub mediations: Vec<EntryNumber>,
    /// Mediations that count against the limit: those since a person last helped.
    pub spent: u32,
    /// How often a ratification was reopened. Each seat may do so once without its counting as a stall.
    pub reopened: u32,
    /// A person was asked and did not come.
    pub lapsed: bool,
}

/// What one call of a speaker cost.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// Who.
    pub author: Author,
    /// In which wave.
    pub wave: u32,
    /// What came back.
    pub end: CallEnd,
    /// What it cost.
    pub usage: Usage,
}

/// What came back from a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallEnd {
    /// A reply that was accepted.
    Accepted,
    /// A reply that went back.
    SentBack,
    /// A wish to look at the project first.
    Looked,
}

/// Where a session was forked from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fork {
    /// What it was forked from.
    pub origin: Origin,
    /// The last entry that both share.
    pub entry: EntryNumber,
    /// When.
    pub at: DateTime<Utc>,
}

/// The session's own times, taken from its events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clock {
    /// When it opened.
    pub opened: DateTime<Utc>,
    /// When it last began to run.
    pub running_since: DateTime<Utc>,
    /// The time of the last event.
    pub last: DateTime<Utc>,
    /// Time run before `running_since`, in milliseconds.
    pub ran_ms: u64,
}

impl Session {
    /// What the session starts from.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Where it is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether it runs.
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.life {
            Life::Closed(outcome) => Some(outcome),
            Life::Running | Life::Escalated | Life::Suspended(_) => None,
        }
    }

    /// The shared log. Entries are shared between the states of a session: a copy of a state costs a pointer for each.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The entry with this number.
    pub fn entry(&self, number: EntryNumber) -> Option<&Entry> {
        self.entries.get((number.0 as usize).checked_sub(1)?).map(Arc::as_ref)
    }

    /// The number of the last entry; `#0` before the first.
    pub fn last_entry(&self) -> EntryNumber {
        EntryNumber(self.entries.len() as u32)
    }

    /// The framework, once there is one.
    pub fn framework(&self) -> Option<&Framework> {
        self.framework.as_deref()
    }

    /// The decisions' files, in order.
    pub fn dockets(&self) -> impl Iterator<Item = &Docket> {
        self.docket.values().map(Arc::as_ref)
    }

    /// One decision's file.
    pub fn docket(&self, id: DecisionId) -> Option<&Docket> {
        self.docket.get(&id).map(Arc::as_ref)
    }

    /// The decision with this id.
    pub fn decision(&self, id: DecisionId) -> Option<&Decision> {
        self.framework.as_ref()?.decision(id)
    }

    /// Every issue ever raised.
    pub fn issues(&self) -> &[Arc<Issue>] {
        self.issues.all()
    }

    /// One issue.
    pub fn issue(&self, id: IssueId) -> Option<&Issue> {
        self.issues.get(id)
    }

    /// Every issue of which nothing has become yet.
    pub fn all_open_issues(&self) -> impl Iterator<Item = &Issue> {
        self.issues.open()
    }

    /// Open issues of one kind on one target.
    pub fn open_issues(&self, kind: IssueKind, about: Target) -> impl Iterator<Item = &Issue> {
        self.issues.open().filter(move |i| i.is_open_on(kind, about))
    }

    /// Recorded risks.
    pub fn risks(&self) -> &[Arc<Risk>] {
        &self.risks
    }

    /// The wave under way.
    pub fn wave(&self) -> &Wave {
        &self.wave
    }

    /// Pre-mortem and signatures.
    pub fn ratification(&self) -> &Ratification {
        &self.ratification
    }

    /// How far the debate has come.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Every call that came back, in order.
    pub fn calls(&self) -> &[Arc<Call>] {
        &self.calls
    }

    /// Where it was forked from another session, the last time last; nowhere for one that was not.
    pub fn forks(&self) -> &[Fork] {
        &self.forks
    }

    /// The session's own times.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Entries in which a person gave a direction.
    pub fn directions(&self) -> &[EntryNumber] {
        &self.directions
    }

    /// Whether `seat` may still block once without resting on anything new.
    pub fn has_late_pass(&self, seat: &SeatTag) -> bool {
        !self.late_passes.contains(seat)
    }

    /// The seats' tags, in the order of the table.
    pub fn seats(&self) -> impl Iterator<Item = &SeatTag> + Clone {
        self.opening.seats.iter().map(|s| &s.tag)
    }

    /// Whether `tag` sits at the table.
    pub fn has_seat(&self, tag: &SeatTag) -> bool {
        self.seats().any(|t| t == tag)
    }

    /// Where `seat` stands on `decision`.
    pub fn stance(&self, seat: &SeatTag, decision: DecisionId) -> Stance {
        let Some(docket) = self.docket.get(&decision) else {
            return Stance::Silent;
        };
        let objecting = self.own_objections(seat, decision).next().is_some();
        match docket.current_verdict(seat) {
            _ if objecting => return Stance::Objects,
            Some(_) if self.agreement_counts(seat, decision) => return Stance::Agrees,
            Some(_) | None => {}
        }
        if self.asks_on(seat, decision) {
            return Stance::Asks;
        }
        match docket.verdicts.get(seat) {
            Some(verdict) if verdict.kind == VerdictKind::Agree => Stance::Stale,
            Some(_) | None => Stance::Silent,
        }
    }

    /// Whether `seat` has an open question on `decision`.
    pub fn asks_on(&self, seat: &SeatTag, decision: DecisionId) -> bool {
        self.open_issues(IssueKind::Question, Target::Decision(decision)).any(|i| i.by.seat() == Some(seat))
    }

    /// Whether every seat agrees to the head of `decision` and nothing on it is open.
    pub fn is_settled(&self, decision: DecisionId) -> bool {
        let Some(docket) = self.docket.get(&decision) else {
            return false;
        };
        let about = Target::Decision(decision);
        docket.head.is_some()
            && self.seats().all(|s| self.agreement_counts(s, decision))
            && docket.open_alternatives().next().is_none()
            && !self.issues.open().any(|i| i.about == about)
    }

    /// Whether `seat`'s verdict on the head of `decision` is in: it agrees, or it objects and its objection is open.
    /// An objector whose objection was withdrawn or ruled out has no verdict until it gives another.
    pub fn has_judged(&self, seat: &SeatTag, decision: DecisionId) -> bool {
        let verdict = self.docket.get(&decision).and_then(|d| d.current_verdict(seat));
        match verdict.map(|v| v.kind) {
            Some(VerdictKind::Agree) => self.agreement_counts(seat, decision),
            Some(VerdictKind::Object) => self.own_objections(seat, decision).next().is_some(),
            None => false,
        }
    }

    /// Whether `seat` agrees to the head of `decision` in a way that counts: its own check list, if it has one, is confirmed,
    /// and where it is to review a sensitive decision it says what that came to.
    pub fn agreement_counts(&self, seat: &SeatTag, decision: DecisionId) -> bool {
        let verdict = self.docket.get(&decision).and_then(|d| d.current_verdict(seat));
        let Some(verdict) = verdict.filter(|v| v.kind == VerdictKind::Agree) else {
            return false;
        };
        !self.owes_checklist(seat) && (verdict.reviewed || self.security_reviewer(decision) != Some(seat))
    }

    /// Whether every seat's verdict on the head of `decision` is in.
    pub fn all_judged(&self, decision: DecisionId) -> bool {
        self.seats().all(|s| self.has_judged(s, decision))
    }

    /// `seat`'s own open objections on `decision`.
    pub fn own_objections(&self, seat: &SeatTag, decision: DecisionId) -> impl Iterator<Item = &Issue> {
        self.open_issues(IssueKind::Objection, Target::Decision(decision)).filter(move |i| i.by.seat() == Some(seat))
    }

    /// The sealed positions on `decision`: who, in which entry, and the move.
    pub fn positions_on(&self, decision: DecisionId) -> impl Iterator<Item = (&SeatTag, EntryNumber, &Move)> {
        // Positions are given in the second wave, and the log has its waves in order.
        let early = self.entries.iter().take_while(|e| e.wave <= 1);
        early.filter_map(|e| e.author.seat().map(|s| (s, e))).flat_map(move |(seat, entry)| {
            entry.moves.iter().filter_map(move |m| match &m.act {
                Move::Position { decision: on, .. } if *on == decision => Some((seat, entry.number, &m.act)),
                _ => None,
            })
        })
    }

    /// Φ: decisions without a settled head, open objections, open questions, and seats whose verdict on a head is
    /// missing or stale (a decision without a head lacks them all, so that drafting counts as progress).
    pub fn phi(&self) -> u32 {
        let unsettled = self.docket.keys().filter(|id| !self.is_settled(**id)).count();
        let blocking = self.issues.open().filter(|i| i.id.kind != IssueKind::Concern).count();
        let missing: usize = self.docket.keys().map(|d| self.seats().filter(|s| !self.has_judged(s, *d)).count()).sum();
        (unsettled + blocking + missing) as u32
    }
}
