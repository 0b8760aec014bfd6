//! The one task that owns a journal's file.
//!
//! Everybody else holds a [`Journal`], a cheap handle. [`Journal::append`] answers once its record is on the disk;
//! appends that wait together share one sync. The first failure of the disk is the last word: what was half written is
//! cut off again, and every later append fails with the same cause, so that nothing is ever built on a record that may
//! not be there. The room then suspends the debate, and a person who has freed the disk resumes it.

mod disk;
mod feed;
mod owner;

pub use feed::Feed;

use super::error::{JournalError, Result};
use super::folder::{self, JOURNAL};
use super::line::{Chain, Record};
use super::reader::{self, Loaded};
use crate::protocol::{Digest, Event};
use disk::Disk;
use owner::{Owner, Request};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// Appends that may wait before a further caller has to.
const QUEUE: usize = 64;

/// A handle to a session's journal, open for writing. Clone it freely; the task ends, and the lock is given back, with
/// [`Journal::close`] or after the last handle.
#[derive(Debug, Clone)]
pub struct Journal {
    folder: Arc<Path>,
    queue: mpsc::Sender<Request>,
    records: watch::Receiver<Vec<Record>>,
}

/// A record is written and synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// Its number, from 1.
    pub n: u64,
    /// The journal's digest up to and with it.
    pub digest: Digest,
}

impl Journal {
    /// Makes `folder` (0700, with those above it) and a journal in it (0600) whose first record is `first`, an
    /// [`Event::Opened`]. When this returns, file and folder are on the disk. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError::Exists`], `Unwritable` where `first` is no opening, `Io`.
    pub async fn create(folder: &Path, first: Event) -> Result<Self> {
        let at = folder.to_owned();
        let (file, loaded) = blocking(folder, move || start(&at, first)).await?;
        Ok(Self::run(folder, Box::new(file), loaded))
    }

    /// Opens the journal in `folder` to go on. A torn last record is cut off; `Loaded::torn` then says so.
    ///
    /// # Errors
    /// [`JournalError::Held`] where another writer has it; else as [`reader::read`].
    pub async fn open(folder: &Path) -> Result<(Self, Loaded)> {
        let at = folder.to_owned();
        let (file, loaded) = blocking(folder, move || go_on(&at)).await?;
        Ok((Self::run(folder, Box::new(file), loaded.clone()), loaded))
    }

    /// Appends an event. Answers once it is written and synced; records have the order in which they were handed over.
    /// A caller who stops waiting does not take its event back.
    ///
    /// # Errors
    /// [`JournalError::Unwritable`] for this event alone; `Io`, now and ever after, once the disk failed; `Closed`.
    pub async fn append(&self, event: Event) -> Result<Acknowledged> {
        let (done, answer) = oneshot::channel();
        let event = Box::new(event);
        self.queue.send(Request::Append { event, done }).await.map_err(|_| self.closed())?;
        answer.await.map_err(|_| self.closed())?
    }

    /// All records so far, then live ones: see [`Feed`].
    pub fn subscribe(&self) -> Feed {
        Feed::new(self.records.clone())
    }

    /// The digest of everything acknowledged so far.
    pub fn digest(&self) -> Option<Digest> {
        self.records.borrow().last().map(|r| r.digest.clone())
    }

    /// The session's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes what waits, then gives file and lock back. Handles that are left find the journal closed.
    ///
    /// # Errors
    /// [`JournalError::Closed`] where it was closed before.
    pub async fn close(self) -> Result<()> {
        let (done, answer) = oneshot::channel();
        self.queue.send(Request::Close { done }).await.map_err(|_| self.closed())?;
        answer.await.map_err(|_| self.closed())
    }

    fn run(folder: &Path, disk: Box<dyn Disk>, loaded: Loaded) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (live, records) = watch::channel(loaded.records);
        let owner = Owner::new(&folder.join(JOURNAL), disk, live, loaded.bytes);
        tokio::spawn(owner.run(requests));
        Self { folder: folder.into(), queue, records }
    }

    fn closed(&self) -> JournalError {
        JournalError::Closed { folder: self.folder.to_path_buf() }
    }
}

/// Runs file work where it may block.
async fn blocking<T: Send + 'static>(folder: &Path, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| JournalError::io("work in", folder, io::Error::other(e)))?
}

fn start(folder: &Path, first: Event) -> Result<(File, Loaded)> {
    let (line, record) = Chain::default().encode(first)?;
    folder::make(folder)?;
    let path = folder.join(JOURNAL);
    let opened = folder::private().append(true).read(true).create_new(true).open(&path);
    let mut file = opened.map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => JournalError::Exists { folder: folder.to_owned() },
        _ => JournalError::io("create", &path, e),
    })?;
    let begun = lock(&file, folder).and_then(|()| {
        let write = file.write_all(&line).and_then(|()| file.sync_all());
        write.and_then(|()| settle(folder)).map_err(|e| JournalError::io("write", &path, e))
    });
    if let Err(error) = begun {
        // A journal without a first record is no session: leave nothing behind.
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(folder);
        return Err(error);
    }
    let loaded = Loaded { records: vec![record], bytes: line.len() as u64, torn: None };
    Ok((file, loaded))
}

/// Makes the new names durable: the file in its folder, and the folder in the one above it.
fn settle(folder: &Path) -> io::Result<()> {
    folder::sync(folder)?;
    // The folder above may be one that this user can pass but not read.
    let above = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match folder::sync(above) {
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        done => done,
    }
}

fn go_on(folder: &Path) -> Result<(File, Loaded)> {
    let path = folder.join(JOURNAL);
    // Tells what is missing or no plain file before anything is opened for writing.
    reader::Reader::open(folder)?;
    let file =
        fs::OpenOptions::new().append(true).read(true).open(&path).map_err(|e| JournalError::io("open", &path, e))?;
    lock(&file, folder)?;
    let loaded = reader::read(folder)?;
    if loaded.torn.is_some() {
        file.set_len(loaded.bytes).and_then(|()| file.sync_all()).map_err(|e| JournalError::io("repair", &path, e))?;
    }
    Ok((file, loaded))
}

/// One writer at a time. The lock is on the journal itself and goes with the file handle, so a crash leaves none behind.
fn lock(file: &File, folder: &Path) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(JournalError::Held { folder: folder.to_owned() }),
        Err(TryLockError::Error(e)) => Err(JournalError::io("lock", &folder.join(JOURNAL), e)),
    }
}

#[cfg(test)]
mod tests;
