//! Reads a journal, once or over and over while somebody else writes it.
//!
//! A line that lacks its line feed is *torn*: the writer was stopped while writing it and never acknowledged it. It is
//! dropped and reported. Anything else that is not as it was written is damage, and an error that names the line.

use super::ahead;
use super::error::{JournalError, Result};
use super::folder::JOURNAL;
use super::line::{self, Chain, Fault, MAX_LINE, Record};
use crate::protocol::event::Opening;
use crate::protocol::{ApplyError, Digest, Event, Session};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest journal that is read, in bytes. A long debate has a few megabytes.
pub const MAX_JOURNAL: u64 = 512 * 1024 * 1024;

/// What a journal holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Every sound record, in order.
    pub records: Vec<Record>,
    /// How many bytes they take up: where the next record belongs.
    pub bytes: u64,
    /// The last record, if it was cut short.
    pub torn: Option<Torn>,
}

/// A last record that was cut short and never acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Torn {
    /// Its line, from 1.
    pub line: u64,
    /// How many bytes of it there are.
    pub bytes: u64,
}

impl Loaded {
    /// The events, in order.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator {
        self.records.iter().map(|r| r.event.as_ref())
    }

    /// The journal's digest; none where there is no record.
    pub fn digest(&self) -> Option<&Digest> {
        self.records.last().map(|r| &r.digest)
    }

    /// What the session started from.
    pub fn opening(&self) -> Option<&Opening> {
        self.records.first().and_then(|r| line::opening(&r.event))
    }
}

/// Reads the journal in `folder`. It need not be still: what is complete is read.
///
/// # Errors
/// [`JournalError::Missing`], `Empty`, `Foreign`, `TooLarge`, `Io`; `Damaged` and `Later` give what stands before.
pub fn read(folder: &Path) -> Result<Loaded> {
    let mut reader = Reader::open(folder)?;
    let mut loaded = Loaded::default();
    let outcome = reader.advance(&mut loaded.records);
    loaded.bytes = reader.sound;
    if let Err(stop) = outcome {
        return Err(reader.error(stop, loaded));
    }
    loaded.torn = reader.end()?;
    Ok(loaded)
}

/// A session as its journal tells it, without the records: those of a long debate take as much memory again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// What the events come to.
    pub session: Session,
    /// The journal's digest.
    pub digest: Digest,
    /// The last record, if it was cut short.
    pub torn: Option<Torn>,
}

/// Reads the journal in `folder` and folds it as it goes. It need not be still: what is complete is read.
///
/// # Errors
/// As [`read`], but nothing of what stands before damage is given; within, the first event that breaks the rules.
pub fn fold(folder: &Path) -> Result<std::result::Result<Folded, ApplyError>> {
    let mut folded: Option<(Session, Digest)> = None;
    let mut broken = None;
    let torn = ahead::each(folder, |record| {
        let applied = match &mut folded {
            Some((session, digest)) => {
                *digest = record.digest;
                session.apply(&record.event)
            }
            None => Session::open(&record.event).map(|session| folded = Some((session, record.digest))),
        };
        match applied {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                broken = Some(why);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(broken) = broken {
        return Ok(Err(broken));
    }
    // A journal without a record is an error before this.
    let (session, digest) = folded.ok_or_else(|| JournalError::Empty { path: folder.join(JOURNAL), torn: 0 })?;
    Ok(Ok(Folded { session, digest, torn }))
}

/// Reads the first record alone.
///
/// # Errors
/// As [`read`].
pub fn read_opening(folder: &Path) -> Result<Opening> {
    let mut reader = Reader::open(folder)?;
    match reader.next_record() {
        Ok(Some(record)) => {
            line::opening(&record.event).cloned().ok_or_else(|| JournalError::Foreign { path: reader.path.clone() })
        }
        Ok(None) => Err(reader.nothing()),
        Err(stop) => Err(reader.error(stop, Loaded::default())),
    }
}

/// The session's id: its opening's, or that of the last fork, whose journal begins with its origin's opening. Of a damaged
/// journal, as far as it is sound.
///
/// # Errors
/// As [`read_opening`].
pub fn read_id(folder: &Path) -> Result<String> {
    let mut id = read_opening(folder)?.session;
    let mut reader = Reader::open(folder)?;
    while let Ok(Some(record)) = reader.next_record() {
        if let Event::Forked { session, .. } = &*record.event {
            id.clone_from(session);
        }
    }
    Ok(id)
}

/// The first `count` lines as they lie in the file, and the record on the last of them.
pub(super) fn first_lines(folder: &Path, count: u64) -> Result<(Vec<u8>, Record)> {
    let mut reader = Reader::open(folder)?;
    let mut last = None;
    while reader.chain.len() < count {
        match reader.next_record() {
            Ok(Some(record)) => last = Some(record),
            Ok(None) => break,
            Err(stop) => return Err(reader.error(stop, Loaded::default())),
        }
    }
    let Some(last) = last.filter(|record| record.n == count) else {
        let why = format!("there are {} records before it, not {count}", reader.chain.len());
        return Err(JournalError::Unwritable { why });
    };
    let mut bytes = Vec::new();
    let again = File::open(&reader.path).and_then(|file| file.take(reader.sound).read_to_end(&mut bytes));
    again.map_err(|e| JournalError::io("read", &reader.path, e))?;
    Ok((bytes, last))
}

/// Follows a journal that somebody else writes: each [`Reader::poll`] gives what has come since the last.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    chain: Chain,
    /// Bytes of complete, sound lines.
    sound: u64,
    /// The line that has no line feed yet.
    partial: Vec<u8>,
}

/// Why reading stopped.
pub(super) enum Stop {
    Fault(Fault),
    Io(io::Error),
}

impl Reader {
    /// Opens the journal in `folder` for reading.
    ///
    /// # Errors
    /// [`JournalError::Missing`], `Foreign` where it is no plain file, `TooLarge`, `Io`.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(JOURNAL);
        // Asked before opening: opening a pipe would wait for its other end.
        let about = fs::metadata(&path).map_err(|e| {
            let absent = matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
            if absent {
                JournalError::Missing { folder: folder.to_owned() }
            } else {
                JournalError::io("read", &path, e)
            }
        })?;
        if !about.is_file() {
            return Err(JournalError::Foreign { path });
        }
        if about.len() > MAX_JOURNAL {
            return Err(JournalError::TooLarge { path, bytes: about.len(), limit: MAX_JOURNAL });
        }
        let file = File::open(&path).map_err(|e| JournalError::io("read", &path, e))?;
        Ok(Self { path, file: BufReader::new(file), chain: Chain::default(), sound: 0, partial: Vec::new() })
    }

    /// The records that have been completed since the last call; none if there are none. A line still being written is
    /// given once it is whole.
    ///
    /// # Errors
    /// As [`read`]; the error gives the records of this call that stand before the damage.
    pub fn poll(&mut self) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        match self.advance(&mut records) {
            Ok(()) => Ok(records),
            Err(stop) => {
                let before = Loaded { records, bytes: self.sound, torn: None };
                Err(self.error(stop, before))
            }
        }
    }

    fn advance(&mut self, records: &mut Vec<Record>) -> std::result::Result<(), Stop> {
        while let Some(record) = self.next_record()? {
            records.push(record);
        }
        Ok(())
    }

    pub(super) fn next_record(&mut self) -> std::result::Result<Option<Record>, Stop> {
        let room = (MAX_LINE + 1).saturating_sub(self.partial.len()) as u64;
        (&mut self.file).take(room).read_until(b'\n', &mut self.partial).map_err(Stop::Io)?;
        let Some(line) = self.partial.strip_suffix(b"\n") else {
            let over = self.partial.len() > MAX_LINE;
            return if over { Err(Stop::Fault(Fault::TooLong)) } else { Ok(None) };
        };
        let record = self.chain.decode(line).map_err(Stop::Fault)?;
        self.sound += self.partial.len() as u64;
        self.partial.clear();
        Ok(Some(record))
    }

    /// What was torn, once there is nothing more to read; an error where there was nothing at all.
    pub(super) fn end(&self) -> Result<Option<Torn>> {
        if self.chain.is_empty() {
            return Err(self.nothing());
        }
        let bytes = self.partial.len() as u64;
        Ok((bytes > 0).then_some(Torn { line: self.chain.len() + 1, bytes }))
    }

    pub(super) fn error(&self, stop: Stop, before: Loaded) -> JournalError {
        let path = self.path.clone();
        let line = self.chain.len() + 1;
        let before = Arc::new(before);
        match stop {
            Stop::Io(e) => JournalError::io("read", &path, e),
            Stop::Fault(_) if self.is_foreign() => JournalError::Foreign { path },
            Stop::Fault(Fault::Later(what)) => JournalError::Later { path, line, what, before },
            Stop::Fault(fault) => JournalError::Damaged { path, line, fault, before },
        }
    }

    /// The error for a file without a single complete line.
    fn nothing(&self) -> JournalError {
        let path = self.path.clone();
        if self.is_foreign() {
            return JournalError::Foreign { path };
        }
        JournalError::Empty { path, torn: self.partial.len() as u64 }
    }

    fn is_foreign(&self) -> bool {
        let line = self.partial.strip_suffix(b"\n").unwrap_or(&self.partial);
        self.chain.is_empty() && !line::looks_like_a_first_line(line)
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
