//! A person who holds a seat, as a speaker.
//!
//! The voice waits for as long as it takes: a seat whose person is silent stays in the count, like one whose model cannot
//! be reached. What the person writes is held against the rules before it is given to the voice, and goes back to the
//! person with the reasons. So a slip of the hand never counts as one of the refusals after which a turn is no verdict.

use super::speaker::{Piece, SpeakError, Speaker, Spoken, Turn};
use crate::protocol::event::Usage;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Mutex, mpsc};

/// How a person is called where others have the name of their model.
pub const LABEL: &str = "human";

/// A seat's voice that says what a person writes with its [`Pen`].
#[derive(Debug)]
pub struct PersonVoice {
    written: Mutex<mpsc::Receiver<String>>,
}

/// The other end of a [`PersonVoice`].
#[derive(Debug)]
pub struct Pen {
    paper: mpsc::Sender<String>,
}

/// A voice, and the pen it is written with.
pub fn person() -> (PersonVoice, Pen) {
    let (paper, written) = mpsc::channel(1);
    (PersonVoice { written: Mutex::new(written) }, Pen { paper })
}

impl Pen {
    /// Gives the whole reply, in JSON. False where the last one was not taken yet.
    pub fn write(&self, reply: String) -> bool {
        self.paper.try_send(reply).is_ok()
    }
}

impl Speaker for PersonVoice {
    fn speak<'a>(
        &'a self,
        _turn: Turn<'a>,
        _pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Spoken, SpeakError>> {
        async move {
            let text = self.written.lock().await.recv().await.ok_or_else(|| SpeakError {
                reason: "the person who holds this seat has left".to_owned(),
                hint: "give the seat to a model with --seat TAG=MODEL".to_owned(),
            })?;
            Ok(Spoken { text, flaw: None, usage: Usage::default(), looked: None })
        }
        .boxed()
    }
}
