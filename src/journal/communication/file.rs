//! `communication.md`, kept up while the debate runs.

use super::super::error::{JournalError, Result};
use super::super::folder::{self, COMMUNICATION};
use super::render::{render_entry, render_header, render_log};
use crate::protocol::Session;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The log of one session as a file that grows entry by entry, so that `tail -f` shows the debate. A projection: where
/// it is missing, behind or damaged it is made again. Files only, no runtime; the writes are small and not synced.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    file: File,
    /// Entries written.
    written: usize,
    /// Bytes written.
    len: u64,
    /// What the header says; models may change when a session is resumed.
    header: String,
}

impl Log {
    /// Opens the log in `folder` and brings it up to `session`: appends what is missing, or puts a whole new file in
    /// its place where it says anything else.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn open(folder: &Path, session: &Session) -> Result<Self> {
        let path = folder.join(COMMUNICATION);
        let whole = render_log(session);
        let missing = present(&path, whole.len())
            .ok()
            .flatten()
            .and_then(|there| whole.as_bytes().strip_prefix(there.as_slice()));
        let failed = |e| JournalError::io("write", &path, e);
        if missing.is_none() {
            folder::replace(folder, COMMUNICATION, whole.as_bytes())?;
        }
        let mut file = folder::private().append(true).open(&path).map_err(failed)?;
        file.write_all(missing.unwrap_or_default()).map_err(failed)?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            written: session.entries().len(),
            len: whole.len() as u64,
            header: render_header(session.opening()),
        })
    }

    /// Appends the entries that `session` has and the file has not. A file that somebody else changed, or a header that
    /// is no longer true, is put right first.
    ///
    /// # Errors
    /// [`JournalError::Io`]; a later call tries again.
    pub fn catch_up(&mut self, session: &Session) -> Result<()> {
        let path = self.folder.join(COMMUNICATION);
        let there = fs::metadata(&path).map(|m| m.len()).ok();
        if there != Some(self.len) || self.header != render_header(session.opening()) {
            *self = Self::open(&self.folder, session)?;
            return Ok(());
        }
        let mut text = String::new();
        for entry in session.entries().get(self.written..).unwrap_or_default() {
            text.push('\n');
            text.push_str(&render_entry(session, entry));
        }
        if text.is_empty() {
            return Ok(());
        }
        self.file.write_all(text.as_bytes()).map_err(|e| JournalError::io("write", &path, e))?;
        self.written = session.entries().len();
        self.len += text.len() as u64;
        Ok(())
    }
}

/// The file's bytes, if it is a plain file of at most `most` bytes (a longer one cannot be right).
fn present(path: &Path, most: usize) -> io::Result<Option<Vec<u8>>> {
    let about = fs::symlink_metadata(path)?;
    if !about.is_file() || about.len() > most as u64 {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
