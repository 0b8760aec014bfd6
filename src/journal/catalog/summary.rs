//! What a session came to, from its events alone. No rule is checked here, so a list costs little and shows sessions
//! that a stricter version would no longer take up.

use super::super::error::{JournalError, Result};
use super::super::folder::JOURNAL;
use super::super::reader::Loaded;
use crate::protocol::event::{Cause, Opening, Outcome, Seat, Speaker, Usage};
use crate::protocol::{Digest, Event};
use chrono::{DateTime, Utc};
use std::path::Path;

/// One line of a list of sessions. Texts are as they were given: escape them to show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The session's id as its opening has it.
    pub session: String,
    /// The session it was forked from, if it was.
    pub forked_from: Option<String>,
    /// The question under debate.
    pub topic: String,
    /// Where it is, or how it ended.
    pub state: State,
    /// When it was opened.
    pub opened: DateTime<Utc>,
    /// The time of its last event.
    pub last: DateTime<Utc>,
    /// Entries in the log.
    pub entries: u32,
    /// Waves revealed, framing included.
    pub waves: u32,
    /// Calls that came back.
    pub calls: u32,
    /// The models, each once, the supervisor's first.
    pub models: Vec<String>,
    /// Tokens sent and received, of the calls that said so.
    pub tokens: u64,
    /// Money in billionths of a US dollar, of the calls that said so; none where none did.
    pub cost_nano: Option<u64>,
    /// The journal's digest.
    pub digest: Digest,
    /// Whether the last record was cut short.
    pub torn: bool,
}

/// Where a session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Neither stopped nor over: it runs in some process, or its process was killed.
    Open,
    /// Waits for a person.
    Escalated,
    /// Stopped for now, resumable.
    Suspended(Cause),
    /// Over.
    Closed(Outcome),
}

impl State {
    /// In a word or two, for people.
    pub fn told(&self) -> &'static str {
        match self {
            State::Open => "interrupted",
            State::Escalated => "escalated",
            State::Suspended(_) => "suspended",
            State::Closed(Outcome::Consensus { .. }) => "consensus",
            State::Closed(Outcome::NoConsensus { .. }) => "no consensus",
            State::Closed(Outcome::Aborted { .. }) => "aborted",
        }
    }
}

/// What the events in `loaded`, read from `folder`, come to.
///
/// # Errors
/// [`JournalError::Empty`] where there are none.
pub fn summarise(folder: &Path, loaded: &Loaded) -> Result<Summary> {
    let empty = || JournalError::Empty { path: folder.join(JOURNAL), torn: 0 };
    let opening = loaded.opening().ok_or_else(empty)?;
    let digest = loaded.digest().ok_or_else(empty)?;
    let mut summary = Summary {
        session: opening.session.clone(),
        forked_from: None,
        topic: opening.topic.clone(),
        state: State::Open,
        opened: opening.at,
        last: opening.at,
        entries: 0,
        waves: 0,
        calls: 0,
        models: models(opening),
        tokens: 0,
        cost_nano: None,
        digest: digest.clone(),
        torn: loaded.torn.is_some(),
    };
    let mut held = 0;
    for event in loaded.events() {
        summary.take(event, &mut held);
    }
    Ok(summary)
}

impl Summary {
    fn take(&mut self, event: &Event, held: &mut u32) {
        match event {
            Event::Opened(_) => {}
            Event::Asked { at, .. } | Event::Retried { at, .. } => self.tick(*at),
            Event::Replied { usage, timing, .. } => {
                *held += 1;
                self.spend(usage);
                self.tick(timing.ended);
            }
            Event::SentBack { usage, timing, .. } | Event::Looked { usage, timing, .. } => {
                self.spend(usage);
                self.tick(timing.ended);
            }
            Event::Revealed { at } => {
                self.entries += std::mem::take(held);
                self.waves += 1;
                self.tick(*at);
            }
            Event::Posted { at, .. } => {
                self.entries += 1;
                self.enter(State::Open, *at);
            }
            Event::Escalated { at, .. } => self.enter(State::Escalated, *at),
            Event::Lapsed { at } => self.enter(State::Open, *at),
            Event::Suspended { cause, at } => self.enter(State::Suspended(cause.clone()), *at),
            Event::Resumed { models, at, .. } => {
                for (_, model) in models {
                    add(&mut self.models, model);
                }
                self.enter(State::Open, *at);
            }
            Event::Forked { session, origin, table, at } => {
                self.session.clone_from(session);
                self.forked_from = Some(origin.session.clone());
                self.opened = *at;
                if let Some(table) = table {
                    self.models = table_models(&table.supervisor, &table.seats);
                }
                self.enter(State::Suspended(Cause::Forked), *at);
            }
            Event::Closed { outcome, at } => self.enter(State::Closed(outcome.clone()), *at),
        }
    }

    fn enter(&mut self, state: State, at: DateTime<Utc>) {
        self.state = state;
        self.tick(at);
    }

    fn tick(&mut self, at: DateTime<Utc>) {
        self.last = self.last.max(at);
    }

    fn spend(&mut self, usage: &Usage) {
        self.calls += 1;
        let tokens = [usage.prompt, usage.completion].into_iter().flatten();
        self.tokens = tokens.fold(self.tokens, u64::saturating_add);
        if let Some(cost) = usage.cost_nano {
            self.cost_nano = Some(self.cost_nano.unwrap_or_default().saturating_add(cost));
        }
    }
}

fn models(opening: &Opening) -> Vec<String> {
    table_models(&opening.supervisor, &opening.seats)
}

fn table_models(supervisor: &Speaker, seats: &[Seat]) -> Vec<String> {
    let mut models = Vec::new();
    add(&mut models, &supervisor.model);
    seats.iter().for_each(|seat| add(&mut models, &seat.speaker.model));
    models
}

fn add(models: &mut Vec<String>, model: &str) {
    if !models.iter().any(|m| m == model) {
        models.push(model.to_owned());
    }
}
