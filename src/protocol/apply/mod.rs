//! The one way in which a session changes.
//!
//! `apply` trusts nobody: every event is checked against the state it meets, replies against all the rules again. A
//! journal that was tampered with, or a host with a fault, is refused here and cannot bring about an agreement.

mod fork;
mod moves;
mod past;
mod reveal;

pub(in crate::protocol) use moves::addressee;

use super::event::{Event, Opening, Outcome, Usage, VERSION};
use super::id::Author;
use super::issue::Issues;
use super::rules;
use super::session::{Call, CallEnd, Clock, Held, Life, Phase, Progress, Ratification, SentBack, Session, Wave};
use super::step::{Ask, Asked, Step};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Why an event cannot follow upon the state it met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The first event is not the opening, or an opening comes later.
    #[error("a session begins with its opening, and only there")]
    Opening,
    /// The opening itself is not valid.
    #[error("the opening is not valid: {0}")]
    BadOpening(String),
    /// Written by a later version of the program.
    #[error("the session was written in format {found}; this program reads up to format {VERSION}")]
    Future {
        /// The version found.
        found: u16,
    },
    /// The event makes no sense while the session is suspended or over.
    #[error("{0} cannot happen here: the session does not run")]
    NotRunning(&'static str),
    /// A reply of somebody who was not asked, or has answered.
    #[error("{0} was not asked, or has answered already")]
    NotAsked(Author),
    /// A reply that breaks the rules.
    #[error("the reply of {author} breaks the rules: {}", reasons.join("; "))]
    Refused {
        /// Whose reply.
        author: Author,
        /// Which rules, in words.
        reasons: Vec<String>,
    },
    /// The wave is revealed before everybody has answered.
    #[error("the wave is revealed before everybody has answered")]
    Early,
    /// A round of looks where there can be none.
    #[error("such a look cannot be: {0}")]
    Look(String),
    /// A fork where there can be none.
    #[error("it cannot be forked here: {0}")]
    Fork(String),
    /// The outcome is not what the log comes to.
    #[error("the outcome is not what the log comes to: {0}")]
    Outcome(String),
}

impl Session {
    /// A session from its first event.
    ///
    /// # Errors
    /// When the event is no valid [`Event::Opened`], or of a later version.
    pub fn open(first: &Event) -> Result<Self, ApplyError> {
        let Event::Opened(opening) = first else {
            return Err(ApplyError::Opening);
        };
        if opening.version > VERSION {
            return Err(ApplyError::Future { found: opening.version });
        }
        check_opening(opening)?;
        Ok(Self::blank(opening))
    }

    /// Nobody has spoken yet.
    fn blank(opening: &Opening) -> Self {
        Self {
            limits: opening.limits.clone(),
            phase: Phase::Framing,
            life: Life::Running,
            entries: Vec::new(),
            framework: None,
            docket: Default::default(),
            issues: Issues::default(),
            risks: Vec::new(),
            readings_given: 0,
            wave: Wave::default(),
            ratification: Ratification::default(),
            late_passes: Default::default(),
            progress: Progress::default(),
            directions: Vec::new(),
            calls: Vec::new(),
            forks: Vec::new(),
            confirmed: Default::default(),
            clock: Clock { opened: opening.at, running_since: opening.at, last: opening.at, ran_ms: 0 },
            asked: Asked::default(),
            opening: Arc::new(opening.clone()),
        }
    }

    /// A session from all its events.
    ///
    /// # Errors
    /// At the first event that cannot follow.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, ApplyError> {
        let mut events = events.into_iter();
        let mut session = Self::open(events.next().ok_or(ApplyError::Opening)?)?;
        events.try_for_each(|event| session.apply(event))?;
        Ok(session)
    }

    /// Takes in one event that the journal has acknowledged.
    ///
    /// # Errors
    /// When the event cannot follow upon this state; the state is then unchanged.
    pub fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        // What comes in while a wave is under way changes nothing about who was asked.
        let within = matches!(
            event,
            Event::Asked { .. }
                | Event::Retried { .. }
                | Event::Looked { .. }
                | Event::Replied { .. }
                | Event::SentBack { .. }
        );
        let applied = self.take_in(event);
        if !within {
            self.asked.forget();
        }
        debug_assert!(self.asked.is_true(|| self.work_out_asks()), "who is asked was not worked out anew");
        applied
    }

    fn take_in(&mut self, event: &Event) -> Result<(), ApplyError> {
        match event {
            Event::Opened(_) => Err(ApplyError::Opening),
            Event::Asked { at, .. } => {
                self.running("asking")?;
                self.wave.asked = true;
                self.tick(*at);
                Ok(())
            }
            Event::Retried { at, .. } => self.running("a retry").map(|()| self.tick(*at)),
            Event::Looked { author, round, timing, usage } => {
                self.expect_answer(author, "a look")?;
                self.check_looks(author, round)?;
                self.wave.looked.entry(author.clone()).or_default().push(Arc::new(round.clone()));
                self.called(author, CallEnd::Looked, usage);
                self.tick(timing.ended);
                Ok(())
            }
            Event::Replied { author, reply, timing, usage, .. } => {
                let ask = self.expect_answer(author, "a reply")?;
                rules::check_answer(self, &ask, reply)
                    .map_err(|reasons| ApplyError::Refused { author: author.clone(), reasons })?;
                let model = self.model_of(author).to_owned();
                let looks = self.wave.looked.remove(author).unwrap_or_default();
                let held = Held { reply: reply.clone(), model, timing: timing.clone(), looks };
                self.wave.held.insert(author.clone(), held);
                self.called(author, CallEnd::Accepted, usage);
                self.tick(timing.ended);
                Ok(())
            }
            Event::SentBack { author, text, reasons, timing, usage } => {
                self.expect_answer(author, "a reply")?;
                let refused = SentBack { text: text.clone(), reasons: reasons.clone() };
                self.wave.sent_back.entry(author.clone()).or_default().push(refused);
                self.called(author, CallEnd::SentBack, usage);
                self.tick(timing.ended);
                Ok(())
            }
            Event::Revealed { at } => self.apply_revealed(*at),
            Event::Posted { author, reply, at } => self.apply_posted(author, reply, *at),
            Event::Escalated { at, .. } => {
                if !matches!(self.step(self.clock.last), Step::Escalate(_)) {
                    return Err(ApplyError::Outcome(
                        "mediation is not exhausted, or no person is in the room".to_owned(),
                    ));
                }
                self.life = Life::Escalated;
                self.tick(*at);
                Ok(())
            }
            Event::Lapsed { at } => {
                if self.life != Life::Escalated {
                    return Err(ApplyError::NotRunning("a lapse"));
                }
                self.life = Life::Running;
                self.progress.lapsed = true;
                self.tick(*at);
                Ok(())
            }
            Event::Suspended { cause, at } => {
                if !matches!(self.life, Life::Running | Life::Escalated) {
                    return Err(ApplyError::NotRunning("a suspension"));
                }
                self.clock.ran_ms = self.ran_ms(*at);
                self.life = Life::Suspended(cause.clone());
                self.clock.running_since = *at;
                self.tick(*at);
                Ok(())
            }
            Event::Resumed { limits, models, at } => self.apply_resumed(limits, models, *at),
            Event::Forked { session, origin, table, at } => self.apply_forked(session, origin, table.as_deref(), *at),
            Event::Closed { outcome, at } => self.apply_closed(outcome, *at),
        }
    }

    /// What speaks for `author` now.
    fn model_of(&self, author: &Author) -> &str {
        match author {
            Author::Supervisor => &self.opening.supervisor.model,
            Author::Human => "",
            Author::Seat(tag) => self.opening.seats.iter().find(|s| s.tag == *tag).map_or("", |s| &s.speaker.model),
        }
    }

    fn called(&mut self, author: &Author, end: CallEnd, usage: &Usage) {
        let (author, usage) = (author.clone(), usage.clone());
        self.calls.push(Arc::new(Call { author, wave: self.wave.number, end, usage }));
    }

    fn running(&self, what: &'static str) -> Result<(), ApplyError> {
        if self.life == Life::Running { Ok(()) } else { Err(ApplyError::NotRunning(what)) }
    }

    fn tick(&mut self, at: DateTime<Utc>) {
        self.clock.last = self.clock.last.max(at);
    }

    fn expect_answer(&self, author: &Author, what: &'static str) -> Result<Ask, ApplyError> {
        self.running(what)?;
        let ask = self.asked().iter().find(|a| a.author == *author).cloned();
        ask.filter(|_| !self.has_answered(author)).ok_or_else(|| ApplyError::NotAsked(author.clone()))
    }

    fn apply_resumed(
        &mut self,
        limits: &super::event::Limits,
        models: &[(Author, String)],
        at: DateTime<Utc>,
    ) -> Result<(), ApplyError> {
        match &self.life {
            Life::Closed(_) => return Err(ApplyError::NotRunning("a resumption")),
            // After a kill nobody wrote a suspension: the time until the last event counts, the gap does not.
            Life::Running | Life::Escalated => self.clock.ran_ms = self.ran_ms(self.clock.last),
            Life::Suspended(_) => {}
        }
        self.limits = limits.clone();
        for (author, model) in models {
            let opening = Arc::make_mut(&mut self.opening);
            let speaker = match author {
                Author::Supervisor => Some(&mut opening.supervisor),
                Author::Human => None,
                Author::Seat(tag) => opening.seats.iter_mut().find(|s| s.tag == *tag).map(|s| &mut s.speaker),
            };
            if let Some(speaker) = speaker {
                speaker.model.clone_from(model);
            }
        }
        self.life = Life::Running;
        self.clock.running_since = at;
        self.tick(at);
        if self.wave.is_untouched() {
            // Nothing of the wave came back, so it is asked anew, and on a log in which people have spoken.
            self.wave.asked = false;
            self.enter_posts(at);
        }
        Ok(())
    }

    fn apply_closed(&mut self, outcome: &Outcome, at: DateTime<Utc>) -> Result<(), ApplyError> {
        match (outcome, &self.life) {
            (_, Life::Closed(_)) => return Err(ApplyError::NotRunning("a second closing")),
            (Outcome::Aborted { .. }, _) => {}
            (Outcome::Consensus { .. } | Outcome::NoConsensus { .. }, _) => {
                if self.step(self.clock.last) != Step::Close(outcome.clone()) {
                    return Err(ApplyError::Outcome(format!("the log does not lead to {}", named(outcome))));
                }
            }
        }
        self.clock.ran_ms = self.ran_ms(at);
        self.clock.running_since = at;
        self.life = Life::Closed(outcome.clone());
        self.tick(at);
        Ok(())
    }
}

fn named(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Consensus { .. } => "consensus on that digest",
        Outcome::NoConsensus { .. } => "an end without consensus, or not for that reason",
        Outcome::Aborted { .. } => "an abortion",
    }
}

fn check_opening(opening: &Opening) -> Result<(), ApplyError> {
    let bad = |why: String| Err(ApplyError::BadOpening(why));
    if opening.topic.trim().is_empty() {
        return bad("the topic is empty".to_owned());
    }
    if opening.seats.len() < 2 || opening.seats.len() > 16 {
        return bad(format!("{} seats: a debate needs 2 to 16", opening.seats.len()));
    }
    let mut tags: Vec<_> = opening.seats.iter().map(|s| &s.tag).collect();
    tags.sort();
    if let Some(twice) = tags.windows(2).find_map(|w| if let [a, b] = w { (a == b).then_some(*a) } else { None }) {
        return bad(format!("two seats are called {twice}"));
    }
    Ok(())
}
