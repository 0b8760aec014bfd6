//! The task: takes what waits, writes it at once, syncs once, answers each.

use super::super::error::{JournalError, Result};
use super::super::line::{Chain, Record};
use super::Acknowledged;
use super::disk::Disk;
use crate::protocol::Event;
use std::io;
use std::path::{Path, PathBuf};
use tokio::sync::{mpsc, oneshot, watch};

/// Requests taken together. Their records are written with one call and share one sync.
const BATCH: usize = 64;

pub(super) enum Request {
    Append { event: Box<Event>, done: oneshot::Sender<Result<Acknowledged>> },
    Close { done: oneshot::Sender<()> },
}

pub(super) struct Owner {
    path: PathBuf,
    /// Gone after a failure or the closing; the lock goes with it.
    disk: std::result::Result<Box<dyn Disk>, JournalError>,
    chain: Chain,
    live: watch::Sender<Vec<Record>>,
    /// Bytes that were acknowledged.
    len: u64,
}

type Waiting = Vec<(oneshot::Sender<Result<Acknowledged>>, Record)>;

impl Owner {
    pub fn new(path: &Path, disk: Box<dyn Disk>, live: watch::Sender<Vec<Record>>, len: u64) -> Self {
        let chain = live.borrow().last().map(Chain::after).unwrap_or_default();
        Self { path: path.to_owned(), disk: Ok(disk), chain, live, len }
    }

    /// Serves until closed, or until nobody can ask any more.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut batch, BATCH).await > 0 {
            let mut appends = Vec::new();
            for request in batch.drain(..) {
                match request {
                    Request::Append { event, done } => appends.push((event, done)),
                    Request::Close { done } => {
                        self.commit(appends).await;
                        // What else waits is dropped, which tells its callers that the journal is closed.
                        drop(self);
                        let _ = done.send(());
                        return;
                    }
                }
            }
            self.commit(appends).await;
        }
    }

    async fn commit(&mut self, appends: Vec<(Box<Event>, oneshot::Sender<Result<Acknowledged>>)>) {
        let mut chain = self.chain.clone();
        let mut bytes = Vec::new();
        let mut waiting: Waiting = Vec::new();
        for (event, done) in appends {
            match chain.encode(*event) {
                Ok((line, record)) => {
                    bytes.extend_from_slice(&line);
                    waiting.push((done, record));
                }
                Err(error) => answer(done, Err(error)),
            }
        }
        if waiting.is_empty() {
            return;
        }
        let added = bytes.len() as u64;
        match self.write(bytes).await {
            Ok(()) => {
                self.chain = chain;
                self.len += added;
                self.live.send_modify(|all| all.extend(waiting.iter().map(|(_, r)| r.clone())));
                for (done, Record { n, digest, .. }) in waiting {
                    answer(done, Ok(Acknowledged { n, digest }));
                }
            }
            Err(error) => {
                for (done, _) in waiting {
                    answer(done, Err(error.clone()));
                }
            }
        }
    }

    /// Writes and syncs, or takes back what was half written and fails from now on.
    async fn write(&mut self, bytes: Vec<u8>) -> Result<()> {
        let lost = JournalError::io("write", &self.path, io::Error::other("the writer was lost"));
        let mut disk = match std::mem::replace(&mut self.disk, Err(lost.clone())) {
            Ok(disk) => disk,
            Err(failed) => {
                self.disk = Err(failed.clone());
                return Err(failed);
            }
        };
        let len = self.len;
        let work = move || {
            let outcome = disk.append(&bytes).and_then(|()| disk.sync());
            if outcome.is_err() {
                // Best effort: what cannot be cut off is a torn tail, or a record nobody built on.
                let _ = disk.cut(len);
            }
            (disk, outcome)
        };
        let (disk, outcome) = tokio::task::spawn_blocking(work).await.map_err(|_| lost)?;
        match outcome {
            Ok(()) => {
                self.disk = Ok(disk);
                Ok(())
            }
            Err(e) => {
                let failed = JournalError::io("write", &self.path, e);
                self.disk = Err(failed.clone());
                Err(failed)
            }
        }
    }
}

/// Answers a caller, who may have stopped waiting.
fn answer(done: oneshot::Sender<Result<Acknowledged>>, result: Result<Acknowledged>) {
    let _ = done.send(result);
}
