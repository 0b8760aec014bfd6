//! The loop.

use super::clock::Clock;
use super::live::{BACKLOG, Live};
use super::turn::{self, Answer, Wires};
use crate::agent::speaker::{SpeakError, Speaker};
use crate::journal::{Journal, JournalError, Log};
use crate::protocol::event::{AskRecord, Cause, Event, Limits, Outcome};
use crate::protocol::{Ask, Author, Session, Step};
use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, watch};

/// Who drives each voice.
pub type Voices = BTreeMap<Author, Arc<dyn Speaker>>;

/// A session that runs.
pub struct Room {
    session: Session,
    journal: Journal,
    log: Log,
    voices: Voices,
    wires: Wires,
    retries: mpsc::UnboundedReceiver<Event>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The session is over.
    Closed(Outcome),
    /// It stopped and can be resumed.
    Suspended {
        /// Why.
        cause: Cause,
        /// What to do about it, where the trouble has a remedy.
        hint: Option<String>,
    },
}

/// A fault of the host, not of the debate.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// The journal cannot be kept, so nothing may go on.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An event that the protocol refuses: a fault in this program.
    #[error("the session refuses its own event (a fault in this program): {0}")]
    Refused(#[from] crate::protocol::ApplyError),
    /// A voice is called that nobody drives.
    #[error("nobody speaks for {0}")]
    NoVoice(Author),
}

impl Room {
    /// A room for `session`, whose events are all in `journal` and whose entries are all in `log`.
    pub fn new(session: Session, journal: Journal, log: Log, voices: Voices, clock: Arc<dyn Clock>) -> Self {
        let (live, _) = broadcast::channel(BACKLOG);
        let (sender, retries) = mpsc::unbounded_channel();
        Self { session, journal, log, voices, wires: Wires { live, retries: sender, clock }, retries }
    }

    /// The pieces of replies as they are written, from now on.
    pub fn live(&self) -> broadcast::Receiver<Live> {
        self.wires.live.subscribe()
    }

    /// The session as it stands.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Takes up an interrupted session: appends the resumption, with the limits and models from here on.
    ///
    /// # Errors
    /// When the session is over, or the journal cannot be kept.
    pub async fn resume(&mut self, limits: Limits, models: Vec<(Author, String)>) -> Result<(), RoomError> {
        let at = self.wires.clock.now();
        self.append(Event::Resumed { limits, models, at }).await
    }

    /// Runs until the session ends or stops; `stop` stops it at once, with nothing lost.
    ///
    /// # Errors
    /// When the journal cannot be kept, or on a fault in this program.
    pub async fn run(&mut self, mut stop: watch::Receiver<bool>) -> Result<Ended, RoomError> {
        loop {
            let at = self.wires.clock.now();
            match self.session.step(at) {
                Step::Ask(asks) => {
                    if let Some(ended) = self.wave(asks, &mut stop).await? {
                        return Ok(ended);
                    }
                }
                Step::Reveal => self.append(Event::Revealed { at }).await?,
                Step::Close(outcome) => {
                    self.append(Event::Closed { outcome: outcome.clone(), at }).await?;
                    return Ok(Ended::Closed(outcome));
                }
                Step::Rest(cause) => return self.suspend(cause, None).await,
                Step::Escalate(question) => {
                    self.append(Event::Escalated { question, at }).await?;
                    // Nobody can be asked yet but through the log: the debate goes on without.
                    self.append(Event::Lapsed { at }).await?;
                }
                Step::Idle => return Ok(self.as_it_stands()),
            }
        }
    }

    fn as_it_stands(&self) -> Ended {
        use crate::protocol::session::Life;
        match self.session.life() {
            Life::Closed(outcome) => Ended::Closed(outcome.clone()),
            Life::Suspended(cause) => Ended::Suspended { cause: cause.clone(), hint: None },
            Life::Running | Life::Escalated => Ended::Suspended { cause: Cause::Interrupted, hint: None },
        }
    }

    /// Asks everybody at once and takes in what comes, in the order in which it comes.
    async fn wave(&mut self, asks: Vec<Ask>, stop: &mut watch::Receiver<bool>) -> Result<Option<Ended>, RoomError> {
        self.announce(&asks).await?;
        // One snapshot for all: nobody in a wave sees what another says in it.
        let seen = Arc::new(self.session.clone());
        let mut calls = FuturesUnordered::new();
        for ask in asks {
            calls.push(self.call(ask, &seen)?);
        }
        let mut failed: Option<(Author, SpeakError)> = None;
        loop {
            tokio::select! {
                biased;
                _ = stopped(stop) => {
                    // What is complete already was paid for: it is kept.
                    while let Some(Some(Answer { outcome: Ok(event), .. })) = calls.next().now_or_never() {
                        self.append(event).await?;
                    }
                    return self.suspend(Cause::Interrupted, None).await.map(Some);
                }
                Some(retried) = self.retries.recv() => self.append(retried).await?,
                answer = calls.next() => {
                    let Some(Answer { ask, outcome }) = answer else { break };
                    match outcome {
                        Ok(event) => {
                            let refused = matches!(event, Event::SentBack { .. });
                            self.append(event).await?;
                            if refused && !self.session.has_answered(&ask.author) {
                                calls.push(self.call(ask, &seen)?);
                            }
                        }
                        Err(error) => {
                            tracing::warn!(author = %ask.author, %error, "cannot be reached");
                            failed.get_or_insert((ask.author, error));
                        }
                    }
                }
            }
        }
        match failed {
            None => Ok(None),
            Some((author, SpeakError { reason, hint })) => {
                self.suspend(Cause::Unreachable { author, reason }, Some(hint)).await.map(Some)
            }
        }
    }

    async fn announce(&mut self, asks: &[Ask]) -> Result<(), RoomError> {
        let records =
            asks.iter().map(|a| AskRecord { author: a.author.clone(), kind: a.kind, duties: a.duties.clone() });
        let at = self.wires.clock.now();
        self.append(Event::Asked { asks: records.collect(), at }).await
    }

    fn call(&self, ask: Ask, seen: &Arc<Session>) -> Result<impl Future<Output = Answer> + use<>, RoomError> {
        let speaker = self.voices.get(&ask.author).cloned().ok_or_else(|| RoomError::NoVoice(ask.author.clone()))?;
        let refused = self.session.wave().sent_back.get(&ask.author).cloned().unwrap_or_default();
        Ok(turn::take(speaker, Arc::clone(seen), ask, refused, self.wires.clone()))
    }

    async fn suspend(&mut self, cause: Cause, hint: Option<String>) -> Result<Ended, RoomError> {
        let at = self.wires.clock.now();
        self.append(Event::Suspended { cause: cause.clone(), at }).await?;
        Ok(Ended::Suspended { cause, hint })
    }

    /// The journal first; what it has acknowledged becomes the state; then the shared log is kept up.
    async fn append(&mut self, event: Event) -> Result<(), RoomError> {
        // Tried on a copy first: what the protocol refuses must not reach the disk, where every later fold would meet it.
        let mut next = self.session.clone();
        next.apply(&event)?;
        self.journal.append(event).await?;
        self.session = next;
        self.log.catch_up(&self.session)?;
        Ok(())
    }
}

/// Resolves when somebody said stop; never, if nobody can any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
