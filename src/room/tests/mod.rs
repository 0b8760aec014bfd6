//! The pump with scripted speakers and a real journal, on virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod people;

use super::*;
use crate::agent::speaker::{Piece, SpeakError, Speaker, Spoken, Turn};
use crate::journal::{self, Journal, Log};
use crate::protocol::event::*;
use crate::protocol::session::Life;
use crate::protocol::tests::host::{SEATS, agreeable, opening};
use crate::protocol::*;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Goes with tokio's time, which stands still in tests but for sleeps, from `from` on.
struct Virtual {
    from: DateTime<Utc>,
    since: tokio::time::Instant,
}

impl Virtual {
    #[allow(clippy::disallowed_methods)] // it is a clock
    fn new(from: DateTime<Utc>) -> Arc<Self> {
        Arc::new(Self { from, since: tokio::time::Instant::now() })
    }
}

impl Clock for Virtual {
    fn now(&self) -> DateTime<Utc> {
        self.from + TimeDelta::from_std(self.since.elapsed()).unwrap()
    }
}

/// What a scripted voice does with a call.
pub(crate) type Script = dyn Fn(&Turn<'_>) -> Result<Reply, SpeakError> + Send + Sync;

/// A voice by script, which takes a second of virtual time and counts how many speak at once.
struct Scripted {
    script: Arc<Script>,
    speaking: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    calls: Arc<Mutex<Vec<(Author, AskKind, u32)>>>,
    pieces: usize,
}

impl Speaker for Scripted {
    fn speak<'a>(
        &'a self,
        turn: Turn<'a>,
        pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Spoken, SpeakError>> {
        async move {
            self.calls.lock().unwrap().push((turn.ask.author.clone(), turn.ask.kind, turn.session.wave().number));
            let now = self.speaking.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            for said in 0..self.pieces {
                pieces(Piece::Text("{".into()));
                if said % 100 == 99 {
                    // Others get their turn, as they do between pieces from a network.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.speaking.fetch_sub(1, Ordering::SeqCst);
            let reply = (self.script)(&turn)?;
            Ok(Spoken {
                text: serde_json::to_string(&reply).unwrap(),
                flaw: None,
                usage: Usage::default(),
                looked: None,
            })
        }
        .boxed()
    }
}

/// A folder to debate in, and what is seen of the voices there.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    calls: Arc<Mutex<Vec<(Author, AskKind, u32)>>>,
    most: Arc<AtomicUsize>,
    pieces: AtomicUsize,
}

impl Stage {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            calls: Arc::default(),
            most: Arc::default(),
            pieces: AtomicUsize::new(1),
        }
    }

    /// Has every voice say so many pieces.
    pub fn chatter(&self, pieces: usize) {
        self.pieces.store(pieces, Ordering::SeqCst);
    }

    pub fn at(&self) -> std::path::PathBuf {
        self.folder.path().join("session")
    }

    pub fn voices(&self, script: Arc<Script>) -> Voices {
        let speaking = Arc::new(AtomicUsize::new(0));
        let authors = std::iter::once(Author::Supervisor).chain(SEATS.iter().map(|t| t.parse().unwrap()));
        authors
            .map(|author| {
                let (most, calls) = (Arc::clone(&self.most), Arc::clone(&self.calls));
                let voice = Scripted {
                    script: Arc::clone(&script),
                    speaking: Arc::clone(&speaking),
                    most,
                    calls,
                    pieces: self.pieces.load(Ordering::SeqCst),
                };
                (author, Arc::new(voice) as Arc<dyn Speaker>)
            })
            .collect()
    }

    async fn open(&self, script: Arc<Script>) -> Room {
        self.open_with(opening(&SEATS, Limits::default()), self.voices(script)).await.0
    }

    pub async fn open_with(&self, opening: Opening, cast: impl Into<Cast>) -> (Room, Journal) {
        let clock = Virtual::new(opening.at);
        let event = Event::Opened(opening);
        let session = Session::open(&event).unwrap();
        let journal = Journal::create(&self.at(), event).await.unwrap();
        let log = Log::open(&self.at(), &session).unwrap();
        (Room::new(session, journal.clone(), log, cast, clock), journal)
    }

    async fn reopen(&self, script: Arc<Script>) -> Room {
        let (journal, loaded) = Journal::open(&self.at()).await.unwrap();
        let session = Session::fold(loaded.events()).unwrap();
        let clock = Virtual::new(session.clock().last);
        let log = Log::open(&self.at(), &session).unwrap();
        let mut room = Room::new(session, journal, log, self.voices(script), clock);
        room.resume(Limits::default(), vec![]).await.unwrap();
        room
    }
}

pub(crate) fn folded(folder: &Path) -> Session {
    Session::fold(journal::read(folder).unwrap().events()).unwrap()
}

pub(crate) fn agree() -> Arc<Script> {
    Arc::new(|turn: &Turn<'_>| Ok(agreeable(turn.session, turn.ask)))
}

#[tokio::test(start_paused = true)]
async fn a_debate_runs_to_consensus_and_the_journal_tells_the_same() {
    let stage = Stage::new();
    let mut room = stage.open(agree()).await;
    let mut live = room.live();
    let ended = room.run().await.unwrap();
    assert!(matches!(ended, Ended::Closed(Outcome::Consensus { .. })));
    assert_eq!(folded(&stage.at()), *room.session());
    assert_eq!(stage.most.load(Ordering::SeqCst), 4, "the seats of a wave speak at the same time");
    assert!(live.try_recv().is_ok(), "pieces could be seen");
    let log = std::fs::read_to_string(stage.at().join(journal::COMMUNICATION)).unwrap();
    assert_eq!(journal::communication::parse(&log).len(), room.session().entries().len());
}

#[tokio::test(start_paused = true)]
async fn a_refused_reply_goes_back_with_the_reasons_and_counts_as_no_verdict_the_third_time() {
    let stage = Stage::new();
    let seen: Arc<Mutex<Vec<usize>>> = Arc::default();
    let told = Arc::clone(&seen);
    let mut room = stage
        .open(Arc::new(move |turn: &Turn<'_>| {
            let mut reply = agreeable(turn.session, turn.ask);
            if turn.ask.author == "SECURITY".parse().unwrap() && turn.ask.kind == AskKind::Position {
                told.lock().unwrap().push(turn.refused.len());
                reply.moves.clear();
            }
            Ok(reply)
        }))
        .await;
    let ended = room.run().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [0, 1, 2]);
    assert!(matches!(ended, Ended::Closed(Outcome::Consensus { .. })), "a missing position does not block");
    assert_eq!(metrics::spending(room.session()).refused, 3);
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_cannot_be_reached_suspends_the_session_and_nothing_of_the_others_is_asked_again() {
    let stage = Stage::new();
    let down = || SpeakError { reason: "connection refused".into(), hint: "start the server".into() };
    let script = move |turn: &Turn<'_>| {
        let fails = turn.ask.author == "FRONTEND".parse().unwrap() && turn.ask.kind == AskKind::Position;
        if fails { Err(down()) } else { Ok(agreeable(turn.session, turn.ask)) }
    };
    let mut room = stage.open(Arc::new(script)).await;
    let ended = room.run().await.unwrap();
    let Ended::Suspended { cause: Cause::Unreachable { author, .. }, hint } = ended else { panic!("{ended:?}") };
    assert_eq!((author.to_string().as_str(), hint.as_deref()), ("FRONTEND", Some("start the server")));
    assert_eq!(room.session().wave().held.len(), 3, "the others' replies are kept");
    drop(room);
    // The lock is given back once the journal's task has ended.
    tokio::time::sleep(Duration::from_secs(1)).await;
    stage.calls.lock().unwrap().clear();
    let mut room = stage.reopen(agree()).await;
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
    let again: Vec<String> = {
        let calls = stage.calls.lock().unwrap();
        calls.iter().filter(|(_, kind, _)| *kind == AskKind::Position).map(|(a, _, _)| a.to_string()).collect()
    };
    assert_eq!(again, ["FRONTEND"], "only what was in flight is asked again");
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_the_middle_of_a_wave_loses_nothing() {
    let stage = Stage::new();
    let mut room = stage.open(agree()).await;
    let floor = room.floor();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        floor.stop();
    });
    let ended = room.run().await.unwrap();
    assert!(matches!(ended, Ended::Suspended { cause: Cause::Interrupted, .. }));
    assert!(matches!(folded(&stage.at()).life(), Life::Suspended(Cause::Interrupted)));
    drop(room);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut room = stage.reopen(agree()).await;
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
}
