//! One wave: everybody who owes something is asked at once, and what comes is taken in as it comes.

use super::floor::{Granted, stopped};
use super::live::Live;
use super::run::{Ended, Room, RoomError};
use super::turn::{self, Answer, Past};
use crate::agent::speaker::SpeakError;
use crate::protocol::event::{AskRecord, Cause, Event};
use crate::protocol::{Ask, Author, Session};
use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use std::sync::Arc;

impl Room {
    /// Asks everybody at once and takes in what comes, in the order in which it comes.
    pub(super) async fn wave(&mut self, asks: Vec<Ask>) -> Result<Option<Ended>, RoomError> {
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
                () = stopped(&mut self.mailbox.stop) => {
                    // What is complete already was paid for: it is kept.
                    while let Some(Some(Answer { ask, outcome: Ok(event) })) = calls.next().now_or_never() {
                        self.take(&ask.author, event).await?;
                    }
                    return self.suspend(Cause::Interrupted, None).await.map(Some);
                }
                Some(retried) = self.retries.recv() => self.append(retried).await?,
                answer = calls.next() => {
                    let Some(Answer { ask, outcome }) = answer else { break };
                    match outcome {
                        Ok(event) => {
                            let again = matches!(event, Event::SentBack { .. } | Event::Looked { .. });
                            self.take(&ask.author, event).await?;
                            if again && !self.session.has_answered(&ask.author) {
                                calls.push(self.call(ask, &seen)?);
                            }
                        }
                        Err(error) => {
                            tracing::warn!(author = %ask.author, %error, "cannot be reached");
                            self.is_over(&ask.author);
                            failed.get_or_insert((ask.author, error));
                        }
                    }
                }
                Some(mail) = self.mailbox.mail.recv() => self.open(mail).await?,
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
        let at = self.now();
        self.append(Event::Asked { asks: records.collect(), at }).await
    }

    fn call(&self, ask: Ask, seen: &Arc<Session>) -> Result<impl Future<Output = Answer> + use<>, RoomError> {
        let speaker = self.voices.get(&ask.author).cloned().ok_or_else(|| RoomError::NoVoice(ask.author.clone()))?;
        let past = Past {
            refused: self.session.wave().sent_back.get(&ask.author).cloned().unwrap_or_default(),
            looked: self.session.looks_of(&ask.author).to_vec(),
            may_look: self.session.may_look(&ask.author),
        };
        Ok(turn::take(speaker, Arc::clone(seen), ask, past, self.wires.clone()))
    }

    /// Takes in a reply, accepted or sent back, and tells whoever waits for that.
    async fn take(&mut self, author: &Author, event: Event) -> Result<(), RoomError> {
        self.append(event).await?;
        self.is_over(author);
        if let Some(done) = self.handed.remove(author) {
            // A person who left no longer waits for the answer.
            let _ = done.send(Ok(Granted::Done));
        }
        Ok(())
    }

    fn is_over(&self, author: &Author) {
        // Nobody may be watching.
        let _ = self.wires.live.send(Live::Over { author: author.clone() });
    }
}
