//! What the room does about people: it opens their mail, pauses for them, and waits for them when it asked for help.

use super::floor::{self, Granted, Mail, Refused, Say, stopped};
use super::run::{Ended, Room, RoomError};
use super::turn;
use crate::protocol::event::{Cause, Event};
use crate::protocol::session::Life;
use crate::protocol::{Author, Reply, SeatTag};
use tokio::sync::oneshot;

impl Room {
    /// Says something as the person in the room, before or while it runs.
    ///
    /// # Errors
    /// When the journal cannot be kept. What the rules refuse is the inner error.
    pub async fn say(&mut self, say: &Say) -> Result<Result<Granted, Refused>, RoomError> {
        let event = match floor::posted(&self.session, say, self.now()) {
            Ok(event) => event,
            Err(refused) => return Ok(Err(refused)),
        };
        let before = self.session.last_entry();
        self.append(event).await?;
        let last = self.session.last_entry();
        Ok(Ok(if last > before { Granted::Entry(last) } else { Granted::Held }))
    }

    /// Opens what lies in the mailbox, without waiting.
    pub(super) async fn read_mail(&mut self) -> Result<(), RoomError> {
        while let Ok(mail) = self.mailbox.mail.try_recv() {
            self.open(mail).await?;
        }
        Ok(())
    }

    pub(super) async fn open(&mut self, mail: Mail) -> Result<(), RoomError> {
        match mail {
            Mail::Say(say, done) => {
                let answer = self.say(&say).await?;
                // Who asked may have left; what was said stays said.
                let _ = done.send(answer);
            }
            Mail::Reply(seat, reply, done) => self.hand(seat, &reply, done),
        }
        Ok(())
    }

    /// Hands a person's reply to the seat's voice, if the rules allow it; else the person gets the reasons.
    fn hand(&mut self, seat: SeatTag, reply: &Reply, done: oneshot::Sender<floor::Answer>) {
        let author = Author::Seat(seat.clone());
        let handed = match self.people.get(&seat) {
            None => Err(Refused::because(format!("{seat} is not held by a person"))),
            Some(pen) => self.acceptable(&author, reply).and_then(|text| {
                let taken = Refused::because("your last reply is still being taken in");
                if pen.write(text) { Ok(()) } else { Err(taken) }
            }),
        };
        match handed {
            Err(refused) => drop(done.send(Err(refused))),
            // Answered once the reply is in the journal.
            Ok(()) => drop(self.handed.insert(author, done)),
        }
    }

    /// The reply as its voice will say it, or why it cannot be accepted.
    fn acceptable(&self, author: &Author, reply: &Reply) -> Result<String, Refused> {
        let asked = self.session.wave().asked && self.session.asks().iter().any(|a| a.author == *author);
        if !asked || self.session.has_answered(author) {
            return Err(Refused::because(format!("{author} is not asked now")));
        }
        let text = serde_json::to_string(reply).map_err(|e| Refused::because(e.to_string()))?;
        match turn::read(&self.session, author, &text) {
            Ok(_) => Ok(text),
            Err(reasons) => Err(Refused { reasons }),
        }
    }

    pub(super) fn is_paused(&self) -> bool {
        *self.mailbox.pause.borrow()
    }

    /// Waits until the pause is over or somebody stops the session. What is said meanwhile is in the log at once.
    pub(super) async fn pause(&mut self) -> Result<Option<Ended>, RoomError> {
        let since = self.now();
        while self.is_paused() {
            tokio::select! {
                biased;
                () = stopped(&mut self.mailbox.stop) => return self.suspend(Cause::Interrupted, None).await.map(Some),
                Some(mail) = self.mailbox.mail.recv() => self.open(mail).await?,
                // The room itself holds the other end, so this does not fail.
                _ = self.mailbox.pause.changed() => {}
            }
        }
        self.waited += self.now() - since;
        Ok(None)
    }

    /// Waits for the person who was asked for help, as long as patience lasts.
    pub(super) async fn await_person(&mut self) -> Result<Option<Ended>, RoomError> {
        let since = self.now();
        let patience = self.patience;
        let lapse = async {
            match patience {
                Some(patience) => tokio::time::sleep(patience).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(lapse);
        while *self.session.life() == Life::Escalated {
            tokio::select! {
                biased;
                () = stopped(&mut self.mailbox.stop) => return self.suspend(Cause::Interrupted, None).await.map(Some),
                Some(mail) = self.mailbox.mail.recv() => self.open(mail).await?,
                () = &mut lapse => {
                    let at = self.now();
                    self.append(Event::Lapsed { at }).await?;
                }
            }
        }
        self.waited += self.now() - since;
        Ok(None)
    }
}
