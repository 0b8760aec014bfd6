//! A session goes on as another one.

use super::{ApplyError, check_opening};
use crate::protocol::event::{Cause, Opening, Origin, Table};
use crate::protocol::session::{Fork, Life, Session};
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Session {
    /// Why the session cannot be forked where it stands; nothing if it can. Between waves it can: within one, replies are
    /// held that the next wave's speakers must not see, and calls are in flight that nobody would answer.
    pub fn unforkable(&self) -> Option<&'static str> {
        if let Life::Closed(_) = self.life() {
            return Some("the session is over");
        }
        let between = self.wave.is_untouched() && !self.wave.asked && self.wave.posted.is_empty();
        (!between).then_some("a wave is under way")
    }

    pub(super) fn apply_forked(
        &mut self,
        session: &str,
        origin: &Origin,
        table: Option<&Table>,
        at: DateTime<Utc>,
    ) -> Result<(), ApplyError> {
        let refuse = |why: &str| Err(ApplyError::Fork(why.to_owned()));
        if let Some(why) = self.unforkable() {
            return refuse(why);
        }
        if origin.session != self.opening.session {
            return refuse("it names another session as its origin");
        }
        if session.trim().is_empty() || session == origin.session {
            return refuse("it needs a name of its own");
        }
        let mut opening = Opening { session: session.to_owned(), ..Opening::clone(&self.opening) };
        if let Some(Table { supervisor, seats, charter }) = table {
            if self.wave.number > 0 || !self.entries.is_empty() {
                return refuse("who sits at the table is settled once there is a framework");
            }
            (opening.supervisor, opening.seats) = (supervisor.clone(), seats.clone());
            opening.charter = charter.clone();
            check_opening(&opening)?;
        }
        if let Life::Running | Life::Escalated = self.life {
            self.clock.ran_ms = self.ran_ms(self.clock.last);
        }
        self.opening = Arc::new(opening);
        self.life = Life::Suspended(Cause::Forked);
        self.clock.running_since = at;
        self.forks.push(Fork { origin: origin.clone(), entry: self.last_entry(), at });
        self.tick(at);
        Ok(())
    }
}
