//! What a person in the room says and decides.
//!
//! A [`Floor`] is the one way in which people act on a running room, whether they sit at its terminal or knocked at its
//! door. What is *said* goes through the rules and into the journal, and its answer comes once it is there. What is
//! *steered* (pause, pace, stop) is no part of the debate and leaves no trace in it.

use crate::agent::pace::{PaceChange, Pacer};
use crate::config::Pace;
use crate::protocol::session::Life;
use crate::protocol::{Author, EntryNumber, Event, IssueId, Move, Reply, SeatTag, Session, Target};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};

/// How much mail may wait before a sender has to.
const QUEUE: usize = 16;

/// Something a person says. It becomes an entry tagged `HUMAN`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// A direction, which all seats must heed.
    Direct {
        /// In words.
        text: String,
    },
    /// A question to one seat or the supervisor.
    Ask {
        /// Whose: a tag or `SUPERVISOR`. A name that nobody bears goes to the supervisor, visibly.
        to: String,
        /// What it is about.
        about: Target,
        /// The question.
        text: String,
    },
    /// An answer to an open question, to whomever it was put.
    Answer {
        /// Which.
        question: IssueId,
        /// The answer.
        text: String,
    },
    /// What the person says to an escalation: it answers the question put to `HUMAN` if one is open, else it is a
    /// direction. Refused where nobody waits for a person.
    Decide {
        /// In words.
        text: String,
    },
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granted {
    /// It is done.
    Done,
    /// What was said is in the log under this number.
    Entry(EntryNumber),
    /// What was said is in the journal and becomes an entry when the wave in flight is revealed (or the framework is set).
    Held,
}

/// Why a request was not granted, in words for the person who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", reasons.join("; "))]
pub struct Refused {
    /// All the reasons, a sentence each.
    pub reasons: Vec<String>,
}

impl Refused {
    /// For one reason.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()] }
    }
}

/// What comes of mail.
pub(super) type Answer = Result<Granted, Refused>;

/// What a floor sends its room.
pub(super) enum Mail {
    Say(Say, oneshot::Sender<Answer>),
    Reply(SeatTag, Box<Reply>, oneshot::Sender<Answer>),
}

/// The room's side of its floor.
pub(super) struct Mailbox {
    pub mail: mpsc::Receiver<Mail>,
    pub stop: watch::Receiver<bool>,
    pub pause: watch::Receiver<bool>,
}

/// The handle by which people act in a running room. Clone it freely; it holds nothing up.
#[derive(Debug, Clone)]
pub struct Floor {
    mail: mpsc::Sender<Mail>,
    stop: watch::Sender<bool>,
    pause: watch::Sender<bool>,
    pacer: Pacer,
}

impl Floor {
    /// A floor and its mailbox.
    pub(super) fn open(pacer: Pacer) -> (Self, Mailbox) {
        let (mail, received) = mpsc::channel(QUEUE);
        let (stop, pause) = (watch::Sender::new(false), watch::Sender::new(false));
        let mailbox = Mailbox { mail: received, stop: stop.subscribe(), pause: pause.subscribe() };
        (Self { mail, stop, pause, pacer }, mailbox)
    }

    /// Says something. Answers once it is in the journal.
    ///
    /// # Errors
    /// The rules' reasons, or that the session does not run any more.
    pub async fn say(&self, say: Say) -> Result<Granted, Refused> {
        self.send(|done| Mail::Say(say, done)).await
    }

    /// Gives the reply of a seat that a person holds. Answers once it is in the journal.
    ///
    /// # Errors
    /// The rules' reasons (the turn stays open and nothing is journaled), or that the seat is not asked now.
    pub async fn reply(&self, seat: SeatTag, reply: Reply) -> Result<Granted, Refused> {
        self.send(|done| Mail::Reply(seat, Box::new(reply), done)).await
    }

    /// Pauses before the next wave is asked, or goes on.
    pub fn pause(&self, pause: bool) {
        self.pause.send_replace(pause);
    }

    /// Whether a pause is wanted, to be watched.
    pub fn paused(&self) -> watch::Receiver<bool> {
        self.pause.subscribe()
    }

    /// Changes the pace of the built-in panel and says what it is now.
    pub fn pace(&self, change: PaceChange) -> Pace {
        self.pacer.change(change)
    }

    /// The pacer itself, to watch the pace.
    pub fn pacer(&self) -> &Pacer {
        &self.pacer
    }

    /// Stops the session at once; it can be resumed.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    async fn send(&self, mail: impl FnOnce(oneshot::Sender<Answer>) -> Mail) -> Answer {
        let over = || Refused::because("the session does not run any more");
        let (done, answer) = oneshot::channel();
        self.mail.send(mail(done)).await.map_err(|_| over())?;
        answer.await.map_err(|_| over())?
    }
}

/// Resolves when somebody said stop; never, if nobody can any more.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Whether `say` may be said on `session` as it stands; the event, if so.
///
/// # Errors
/// All the reasons why not.
pub fn posted(session: &Session, say: &Say, at: DateTime<Utc>) -> Result<Event, Refused> {
    use crate::protocol::ApplyError;
    let reply = in_moves(session, say)?;
    let event = Event::Posted { author: Author::Human, reply, at };
    match session.clone().apply(&event) {
        Ok(()) => Ok(event),
        Err(ApplyError::Refused { reasons, .. }) => Err(Refused { reasons }),
        Err(other) => Err(Refused::because(other.to_string())),
    }
}

/// What is said, as an entry of the log has it.
fn in_moves(session: &Session, say: &Say) -> Result<Reply, Refused> {
    let reply = |kind: &str, text: &str, act: Move| Reply {
        kind: kind.to_owned(),
        content: text.trim().to_owned(),
        moves: vec![act],
    };
    Ok(match say {
        Say::Direct { text } => reply("DIRECTION", text, Move::Direct { text: text.trim().to_owned() }),
        Say::Ask { to, about, text } => {
            let act = Move::Ask { to: to.trim().to_owned(), about: *about, text: text.trim().to_owned() };
            reply("QUESTION", text, act)
        }
        Say::Answer { question, text } => {
            reply("ANSWER", text, Move::Answer { question: *question, text: text.trim().to_owned() })
        }
        Say::Decide { text } => {
            let asked = session.issues().iter().find(|i| i.is_open() && i.to == Some(Author::Human));
            return match (asked, session.life()) {
                (Some(question), _) => in_moves(session, &Say::Answer { question: question.id, text: text.clone() }),
                (None, Life::Escalated) => in_moves(session, &Say::Direct { text: text.clone() }),
                (None, Life::Running | Life::Suspended(_) | Life::Closed(_)) => {
                    Err(Refused::because("nobody waits for a person: give a direction instead"))
                }
            };
        }
    })
}
