//! One call: ask a speaker, read its reply, hold it against the rules.

use super::clock::Clock;
use super::live::Live;
use crate::agent::reply::{self, Parsed};
use crate::agent::speaker::{Looks, Piece, SpeakError, Speaker, Spoken, Turn};
use crate::protocol::entry::Timing;
use crate::protocol::event::Event;
use crate::protocol::session::SentBack;
use crate::protocol::{Ask, Author, Round, Session, rules};
use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, mpsc};

/// Longest refused reply that is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// Where pieces and retries go while a speaker speaks.
#[derive(Clone)]
pub(super) struct Wires {
    pub live: broadcast::Sender<Live>,
    pub retries: mpsc::UnboundedSender<Event>,
    pub clock: Arc<dyn Clock>,
}

/// What came of a turn so far: its speaker may have looked, or been refused.
pub(super) struct Past {
    pub refused: Vec<SentBack>,
    pub looked: Vec<Arc<Round>>,
    pub may_look: bool,
}

/// How a call came out.
pub(super) struct Answer {
    pub ask: Ask,
    pub outcome: Result<Event, SpeakError>,
}

/// Asks once. The event is a reply accepted or sent back, or a look before it; an error means that the speaker could not be reached.
pub(super) async fn take(
    speaker: Arc<dyn Speaker>,
    session: Arc<Session>,
    ask: Ask,
    past: Past,
    wires: Wires,
) -> Answer {
    let asked = wires.clock.now();
    let first: Mutex<Option<DateTime<Utc>>> = Mutex::new(None);
    let author = ask.author.clone();
    let heard = |piece: Piece| hear(&wires, &author, &first, piece);
    let looks = Looks { rounds: &past.looked, more: past.may_look };
    let turn = Turn { session: &session, ask: &ask, refused: &past.refused, looks };
    let spoken = speaker.speak(turn, &heard).await;
    let first = first.lock().map(|f| *f).unwrap_or_default();
    let timing = Timing { asked, first, ended: wires.clock.now() };
    let outcome = spoken.map(|spoken| judged(&session, &author, spoken, timing));
    Answer { ask, outcome }
}

fn hear(wires: &Wires, author: &Author, first: &Mutex<Option<DateTime<Utc>>>, piece: Piece) {
    match &piece {
        Piece::Text(_) => {
            if let Ok(mut first) = first.lock() {
                first.get_or_insert_with(|| wires.clock.now());
            }
        }
        Piece::Thought(_) => {}
        Piece::Retry { attempt, of, cause, wait } => {
            if let Ok(mut first) = first.lock() {
                *first = None;
            }
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            let (author, cause, at) = (author.clone(), cause.clone(), wires.clock.now());
            let event = Event::Retried { author, attempt: *attempt, of: *of, cause, wait_ms, at };
            // The room listens as long as it waits for this call.
            let _ = wires.retries.send(event);
        }
    }
    // Nobody may be watching.
    let _ = wires.live.send(Live::Piece { author: author.clone(), piece });
}

fn judged(session: &Session, author: &Author, spoken: Spoken, timing: Timing) -> Event {
    let Spoken { text, flaw, usage, looked } = spoken;
    if let Some(round) = looked {
        return Event::Looked { author: author.clone(), round, timing, usage };
    }
    let checked = match flaw {
        Some(flaw) => Err(vec![flaw]),
        None => read(session, author, &text),
    };
    let author = author.clone();
    match checked {
        Ok(Parsed { reply, repairs }) => Event::Replied { author, reply, repairs, timing, usage },
        Err(reasons) => Event::SentBack { author, text: bounded(text), reasons, timing, usage },
    }
}

/// The reply that `text` holds, if it may be accepted.
pub(super) fn read(session: &Session, author: &Author, text: &str) -> Result<Parsed, Vec<String>> {
    let parsed = reply::parse(session, author, text)?;
    rules::check(session, author, &parsed.reply).map(|()| parsed)
}

fn bounded(mut text: String) -> String {
    if text.len() > KEPT {
        let cut = (0..=KEPT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(cut);
        text.push('…');
    }
    text
}
