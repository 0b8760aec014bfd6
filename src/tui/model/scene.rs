//! What is on stage at the playhead: the state, who is doing what, and when it is.

use crate::protocol::event::Outcome;
use crate::protocol::metrics::{Spending, spending, spending_by_author};
use crate::protocol::session::Life;
use crate::protocol::{Author, Session};
use crate::replay::Writer;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was spent, summed up once for each number of calls.
#[derive(Debug, Default)]
pub struct Costs {
    calls: usize,
    /// By everybody.
    pub total: Spending,
    /// By each.
    pub by: BTreeMap<Author, Spending>,
}

impl Costs {
    /// Those of `session`: `known` if it is about as many calls of the same session.
    pub fn of(session: &Session, known: &Arc<Self>) -> Arc<Self> {
        let calls = session.calls().len();
        if known.calls == calls {
            return Arc::clone(known);
        }
        Arc::new(Self { calls, total: spending(session), by: spending_by_author(session) })
    }
}

/// Everything that the panes show, at one moment.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The state.
    pub session: Arc<Session>,
    /// Who has been asked and is not revealed yet, in the order of the table.
    pub writers: Vec<Writer>,
    /// What was spent.
    pub costs: Arc<Costs>,
    /// The moment: now on a running debate, else the playhead's.
    pub now: DateTime<Utc>,
    /// Nothing lies after this.
    pub at_end: bool,
}

impl Scene {
    /// Whether the session is over or stopped here.
    pub fn ended(&self) -> bool {
        match self.session.life() {
            Life::Closed(_) | Life::Suspended(_) => self.at_end,
            Life::Running | Life::Escalated => false,
        }
    }

    /// What somebody is doing, if anything.
    pub fn writer(&self, author: &Author) -> Option<&Writer> {
        self.writers.iter().find(|w| w.author == *author)
    }

    /// A seat's place at the table; none for the supervisor and the person.
    pub fn place(&self, author: &Author) -> Option<usize> {
        place(&self.session, author)
    }

    /// How it ended, in a few words; none while it runs.
    pub fn outcome(&self) -> Option<&'static str> {
        outcome_of(&self.session)
    }
}

/// How a session ended or why it rests, in a few words; none while it runs.
pub fn outcome_of(session: &Session) -> Option<&'static str> {
    match session.life() {
        Life::Closed(Outcome::Consensus { .. }) => Some("CONSENSUS"),
        Life::Closed(Outcome::NoConsensus { .. }) => Some("NO CONSENSUS"),
        Life::Closed(Outcome::Aborted { .. }) => Some("ABORTED"),
        Life::Suspended(_) => Some("SUSPENDED"),
        Life::Escalated => Some("WAITS FOR A PERSON"),
        Life::Running => None,
    }
}

/// A seat's place at the table; none for the supervisor and the person.
pub fn place(session: &Session, author: &Author) -> Option<usize> {
    let tag = author.seat()?;
    session.seats().position(|t| t == tag)
}
