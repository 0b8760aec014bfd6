//! The loop.

use super::clock::Clock;
use super::floor::{self, Floor, Mailbox};
use super::live::{BACKLOG, Live};
use super::turn::Wires;
use crate::agent::pace::Pacer;
use crate::agent::person::Pen;
use crate::agent::speaker::Speaker;
use crate::config::Pace;
use crate::journal::{Journal, JournalError, Log};
use crate::protocol::event::{Cause, Event, Limits, Outcome};
use crate::protocol::session::Life;
use crate::protocol::{Author, SeatTag, Session, Step};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};

/// Who drives each voice.
pub type Voices = BTreeMap<Author, Arc<dyn Speaker>>;

/// Everybody who speaks, and what people need to take part.
pub struct Cast {
    /// Who drives each voice.
    pub voices: Voices,
    /// The pens of the seats that people hold; their voices are among `voices`.
    pub people: BTreeMap<SeatTag, Pen>,
    /// What sets the pace of voices that type.
    pub pacer: Pacer,
}

impl From<Voices> for Cast {
    fn from(voices: Voices) -> Self {
        Self { voices, people: BTreeMap::new(), pacer: Pacer::new(Pace::OFF) }
    }
}

/// A session that runs.
///
/// The caller's contract: [`Room::new`]; [`Room::resume`] where the session was interrupted; hand out [`Room::floor`] and
/// [`Room::live`]; then [`Room::run`] once, to the end. Whoever holds the floor can act from then on.
pub struct Room {
    pub(super) session: Session,
    journal: Journal,
    log: Log,
    pub(super) voices: Voices,
    pub(super) people: BTreeMap<SeatTag, Pen>,
    pub(super) wires: Wires,
    pub(super) retries: mpsc::UnboundedReceiver<Event>,
    floor: Floor,
    pub(super) mailbox: Mailbox,
    /// Replies of people that were handed to their voices; answered once they are in the journal.
    pub(super) handed: BTreeMap<Author, oneshot::Sender<floor::Answer>>,
    /// How long an escalation waits for a person; for ever where it is none.
    pub(super) patience: Option<Duration>,
    /// Time in which nobody could be asked because a person was awaited. It does not count against the time limit.
    pub(super) waited: TimeDelta,
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
    /// A room for `session`, whose events are all in `journal` and whose entries are all in `log`. An escalation lapses
    /// at once; see [`Room::wait_for_people`].
    pub fn new(session: Session, journal: Journal, log: Log, cast: impl Into<Cast>, clock: Arc<dyn Clock>) -> Self {
        let Cast { voices, people, pacer } = cast.into();
        let (live, _) = broadcast::channel(BACKLOG);
        let (sender, retries) = mpsc::unbounded_channel();
        let (floor, mailbox) = Floor::open(pacer);
        Self {
            session,
            journal,
            log,
            voices,
            people,
            wires: Wires { live, retries: sender, clock },
            retries,
            floor,
            mailbox,
            handed: BTreeMap::new(),
            patience: Some(Duration::ZERO),
            waited: TimeDelta::zero(),
        }
    }

    /// Has escalations wait so long for a person before they lapse; for ever where it is none.
    pub fn wait_for_people(&mut self, patience: Option<Duration>) {
        self.patience = patience;
    }

    /// The handle by which people act in this room.
    pub fn floor(&self) -> Floor {
        self.floor.clone()
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
        let at = self.now();
        self.append(Event::Resumed { limits, models, at }).await
    }

    /// Runs until the session ends or stops. [`Floor::stop`] stops it at once, with nothing lost.
    ///
    /// # Errors
    /// When the journal cannot be kept, or on a fault in this program.
    pub async fn run(&mut self) -> Result<Ended, RoomError> {
        loop {
            // What was said since the last wave counts before anybody is asked again.
            self.read_mail().await?;
            let at = self.now();
            let ended = match self.session.step(at - self.waited) {
                Step::Ask(_) if self.is_paused() => self.pause().await?,
                Step::Ask(asks) => self.wave(asks).await?,
                Step::Reveal => self.append(Event::Revealed { at }).await.map(|()| None)?,
                Step::Close(outcome) => {
                    self.append(Event::Closed { outcome: outcome.clone(), at }).await?;
                    return Ok(Ended::Closed(outcome));
                }
                Step::Rest(cause) => return self.suspend(cause, None).await,
                Step::Escalate(question) => self.append(Event::Escalated { question, at }).await.map(|()| None)?,
                Step::Idle if *self.session.life() == Life::Escalated => self.await_person().await?,
                Step::Idle => return Ok(self.as_it_stands()),
            };
            if let Some(ended) = ended {
                return Ok(ended);
            }
        }
    }

    fn as_it_stands(&self) -> Ended {
        match self.session.life() {
            Life::Closed(outcome) => Ended::Closed(outcome.clone()),
            Life::Suspended(cause) => Ended::Suspended { cause: cause.clone(), hint: None },
            Life::Running | Life::Escalated => Ended::Suspended { cause: Cause::Interrupted, hint: None },
        }
    }

    pub(super) async fn suspend(&mut self, cause: Cause, hint: Option<String>) -> Result<Ended, RoomError> {
        let at = self.now();
        self.append(Event::Suspended { cause: cause.clone(), at }).await?;
        Ok(Ended::Suspended { cause, hint })
    }

    /// The journal first; what it has acknowledged becomes the state; then the shared log is kept up.
    pub(super) async fn append(&mut self, event: Event) -> Result<(), RoomError> {
        // Tried on a copy first: what the protocol refuses must not reach the disk, where every later fold would meet it.
        let mut next = self.session.clone();
        next.apply(&event)?;
        self.journal.append(event).await?;
        self.session = next;
        self.log.catch_up(&self.session)?;
        Ok(())
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.wires.clock.now()
    }
}
