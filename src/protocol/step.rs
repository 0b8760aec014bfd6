//! What the host must do next.

use super::duty::{self, Duty};
use super::event::{Cause, Limits, Outcome};
use super::id::{Author, IssueKind, SeatTag};
use super::metrics;
use super::session::{Life, Phase, STALL_WAVES, Session};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// The host's next move.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Ask these, all at once, on the same log. Whoever has answered in this wave is no longer among them.
    Ask(Vec<Ask>),
    /// Everybody has answered: append [`super::Event::Revealed`].
    Reveal,
    /// Ask the person in the room: append [`super::Event::Escalated`].
    Escalate(String),
    /// Append [`super::Event::Closed`] with this outcome.
    Close(Outcome),
    /// A limit is reached: append [`super::Event::Suspended`].
    Rest(Cause),
    /// Nothing: the session is over, suspended, or waits for a person.
    Idle,
}

/// One call to make.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ask {
    /// Who is asked.
    pub author: Author,
    /// For which kind of reply, and so with which task and schema.
    pub kind: AskKind,
    /// What it owes. Never empty.
    pub duties: Vec<Duty>,
}

/// The kinds of reply, one schema each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// The supervisor's framework.
    Framework,
    /// A seat's sealed position.
    Position,
    /// A turn in deliberation.
    Turn,
    /// The supervisor's mediation.
    Mediation,
    /// A pre-mortem.
    Premortem,
    /// A signature.
    Signature,
}

/// Who is asked, once somebody wanted to know. It follows from the rest of a session, so it makes no two of them differ.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked(OnceLock<Arc<[Ask]>>);

impl Asked {
    fn get_or(&self, work_out: impl FnOnce() -> Vec<Ask>) -> Arc<[Ask]> {
        Arc::clone(self.0.get_or_init(|| work_out().into()))
    }

    /// To be called wherever the log, the phase or whether it runs may have changed.
    pub(super) fn forget(&mut self) {
        self.0.take();
    }

    pub(super) fn is_true(&self, work_out: impl FnOnce() -> Vec<Ask>) -> bool {
        self.0.get().is_none_or(|known| **known == *work_out())
    }
}

impl PartialEq for Asked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Asked {}

impl Hash for Asked {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Session {
    /// What must happen next, at the time `now` (which only the time limit looks at).
    pub fn step(&self, now: DateTime<Utc>) -> Step {
        match &self.life {
            Life::Running => {}
            Life::Escalated | Life::Suspended(_) | Life::Closed(_) => return Step::Idle,
        }
        if let Some(ending) = self.ending() {
            return ending;
        }
        let asks = self.asked();
        if let (true, Some(question)) = (asks.is_empty(), self.asked_of_a_person()) {
            return Step::Escalate(question);
        }
        if asks.is_empty() {
            // No rule leads here; were one to, the session must end as what it is and not hang.
            return Step::Close(Outcome::Aborted { cause: "nobody owes anything, yet nothing is agreed".to_owned() });
        }
        let pending: Vec<Ask> = asks.iter().filter(|a| !self.has_answered(&a.author)).cloned().collect();
        if pending.is_empty() {
            return Step::Reveal;
        }
        if self.wave.is_untouched()
            && let Some(cause) = self.limit_reached(now)
        {
            return Step::Rest(cause);
        }
        Step::Ask(pending)
    }

    /// Whether `author` needs no further call in this wave.
    pub fn has_answered(&self, author: &Author) -> bool {
        self.wave.held.contains_key(author) || self.wave.has_passed(author)
    }

    /// How the session ends now, if it does.
    fn ending(&self) -> Option<Step> {
        if !self.wave.is_untouched() {
            return None;
        }
        if let Some(digest) = self.consensus() {
            return Some(Step::Close(Outcome::Consensus { digest }));
        }
        if self.framework.is_none() && self.wave.number > 0 {
            let cause = "the supervisor gave no valid framework".to_owned();
            return Some(Step::Close(Outcome::Aborted { cause }));
        }
        let stuck = self.progress.stalled >= STALL_WAVES && self.progress.spent >= self.limits.mediations;
        if !stuck {
            return None;
        }
        if self.opening.human && !self.progress.lapsed {
            return Some(Step::Escalate(self.crux().unwrap_or_else(|| self.deadlock())));
        }
        Some(Step::Close(Outcome::NoConsensus {
            reason: self.deadlock(),
            crux: self.crux(),
            crux_entry: self.progress.mediations.last().copied(),
        }))
    }

    /// A question that only the person in the room can answer, and on which everything waits.
    fn asked_of_a_person(&self) -> Option<String> {
        let waits = self.opening.human && !self.progress.lapsed;
        let mut open = self.issues.open().filter(|i| i.to == Some(Author::Human));
        open.next().filter(|_| waits).map(|i| i.text.clone())
    }

    /// Everybody who is asked in this wave, whether or not they have answered.
    pub fn asks(&self) -> Vec<Ask> {
        self.asked().to_vec()
    }

    /// The same, shared: a fold comes by here with every reply.
    pub(super) fn asked(&self) -> Arc<[Ask]> {
        self.asked.get_or(|| self.work_out_asks())
    }

    pub(super) fn work_out_asks(&self) -> Vec<Ask> {
        match self.phase {
            Phase::Framing => {
                vec![Ask { author: Author::Supervisor, kind: AskKind::Framework, duties: vec![Duty::Frame] }]
            }
            Phase::Positions => self.ask_seats(AskKind::Position, Duty::Position, |_| true),
            Phase::Deliberation | Phase::Ratification if self.calls_mediator() => {
                vec![Ask { author: Author::Supervisor, kind: AskKind::Mediation, duties: vec![Duty::Mediate] }]
            }
            Phase::Deliberation => duty::owed(self)
                .into_iter()
                .map(|(author, duties)| Ask { author, kind: AskKind::Turn, duties })
                .collect(),
            Phase::Ratification => self.ratification_asks(),
        }
    }

    fn ask_seats(&self, kind: AskKind, duty: Duty, which: impl Fn(&SeatTag) -> bool) -> Vec<Ask> {
        let asked = self.seats().filter(|s| which(s));
        asked.map(|s| Ask { author: Author::Seat(s.clone()), kind, duties: vec![duty.clone()] }).collect()
    }

    fn ratification_asks(&self) -> Vec<Ask> {
        let Some(digest) = self.accord_digest() else {
            return Vec::new();
        };
        // Held once: what a reopening changes is judged in its reviews, and every signer reads the whole afresh.
        if self.ratification.premortem.is_none() {
            let seat = metrics::least_survived(self);
            return self.ask_seats(AskKind::Premortem, Duty::Premortem, |s| Some(s) == seat.as_ref());
        }
        self.ask_seats(AskKind::Signature, Duty::Sign, |s| !self.has_signed(s, &digest))
    }

    /// Whether the supervisor is called to mediate: two waves without progress, or an objection raised anew on the same
    /// clause and criterion. (A head that returns to an earlier text cannot happen: such a proposal is refused.)
    fn calls_mediator(&self) -> bool {
        let called = self.progress.stalled >= STALL_WAVES || self.progress.anew.is_some();
        called && self.progress.spent < self.limits.mediations
    }

    fn limit_reached(&self, now: DateTime<Utc>) -> Option<Cause> {
        let Limits { waves, .. } = self.limits;
        if self.wave.number >= waves {
            return Some(Cause::Waves { limit: waves });
        }
        self.budget_reached().or_else(|| self.time_reached(now))
    }

    /// The limit on tokens or money, if it is used up.
    pub(super) fn budget_reached(&self) -> Option<Cause> {
        let Limits { tokens, cost_nano, .. } = self.limits;
        if tokens.is_none() && cost_nano.is_none() {
            return None;
        }
        let spent = metrics::spending(self);
        if let Some(limit) = tokens.filter(|limit| spent.prompt + spent.completion >= *limit) {
            return Some(Cause::Tokens { limit });
        }
        cost_nano.filter(|limit| spent.cost_nano >= *limit).map(|limit_nano| Cause::Cost { limit_nano })
    }

    fn time_reached(&self, now: DateTime<Utc>) -> Option<Cause> {
        self.limits.time_ms.filter(|limit| self.ran_ms(now) >= *limit).map(|limit_ms| Cause::Time { limit_ms })
    }

    /// The time spent running until `now`, in milliseconds, suspensions not counted.
    pub fn ran_ms(&self, now: DateTime<Utc>) -> u64 {
        let running = (now - self.clock.running_since).num_milliseconds();
        self.clock.ran_ms + u64::try_from(running).unwrap_or(0)
    }

    /// What the last mediator named as the crux.
    pub fn crux(&self) -> Option<String> {
        let entry = self.entry(*self.progress.mediations.last()?)?;
        entry.moves.iter().find_map(|m| match &m.act {
            super::Move::Mediate { crux, .. } => Some(crux.clone()),
            _ => None,
        })
    }

    /// What stands in the way, in one sentence.
    pub fn deadlock(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for issue in self.issues.open().filter(|i| i.id.kind != IssueKind::Concern) {
            parts.push(format!("{} of {} on {} is open", issue.id, issue.by, issue.about));
        }
        for docket in self.docket.values() {
            let silent: Vec<&str> =
                self.seats().filter(|s| !self.has_judged(s, docket.id)).map(SeatTag::as_str).collect();
            match docket.head {
                None => parts.push(format!("{} has no proposal", docket.id)),
                Some((head, _)) if !silent.is_empty() => {
                    parts.push(format!("{head} has no verdict of {}", silent.join(", ")))
                }
                Some(_) => {}
            }
        }
        if parts.is_empty() {
            let unsigned: Vec<&str> = match self.accord_digest() {
                Some(digest) => self.seats().filter(|s| !self.has_signed(s, &digest)).map(SeatTag::as_str).collect(),
                None => Vec::new(),
            };
            parts.push(format!("the accord is not signed by {}", unsigned.join(", ")));
        }
        format!("mediation did not help: {}", parts.join("; "))
    }
}
