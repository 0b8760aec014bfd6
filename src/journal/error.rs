//! What can go wrong with a session's folder.

use super::communication::escape::one_line;
use super::line::Fault;
use super::reader::Loaded;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Short for results of this floor.
pub type Result<T, E = JournalError> = std::result::Result<T, E>;

/// Why a journal, a log or a catalogue could not be read or written. Cheap to clone: a writer that failed gives the
/// same cause to everybody who asks later.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// The folder holds no journal.
    #[error("there is no session in {}", shown(.folder))]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// A new session would overwrite another.
    #[error("there is a session in {} already", shown(.folder))]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// Another writer has the journal.
    #[error("the session in {} is being written by somebody else", shown(.folder))]
    Held {
        /// The folder.
        folder: PathBuf,
    },
    /// Nothing in the journal was ever acknowledged: no bytes, or a first record cut short.
    #[error("the journal {} is empty", shown(.path))]
    Empty {
        /// The file.
        path: PathBuf,
        /// Bytes of a first record that was never finished.
        torn: u64,
    },
    /// The file is something else.
    #[error("{} is not a Conclave journal", shown(.path))]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A record is not as it was written.
    #[error("line {line} of {} is damaged: {fault}", shown(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
        /// What stands before it, which is sound.
        before: Arc<Loaded>,
    },
    /// A record of a vocabulary that this program does not know.
    #[error("line {line} of {} was written by a later version of Conclave: {what}", shown(.path))]
    Later {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is not known here.
        what: String,
        /// What stands before it.
        before: Arc<Loaded>,
    },
    /// More than this program takes into memory.
    #[error("{} has {bytes} bytes; at most {limit} are read", shown(.path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
    /// An event that would make a line nobody reads. The writer goes on.
    #[error("the event cannot be written: {why}")]
    Unwritable {
        /// Why.
        why: String,
    },
    /// The journal was closed.
    #[error("the journal in {} is closed", shown(.folder))]
    Closed {
        /// The folder.
        folder: PathBuf,
    },
    /// The system refused.
    #[error("cannot {doing} {}", shown(.path))]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// No session goes by that name.
    #[error("no session in {} is called '{}'", shown(.dir), one_line(.text))]
    Unknown {
        /// What was looked for.
        text: String,
        /// Where.
        dir: PathBuf,
    },
    /// Several sessions go by that name.
    #[error("'{}' may be any of: {}", one_line(.text), .matches.join(", "))]
    Ambiguous {
        /// What was looked for.
        text: String,
        /// What it may be, escaped.
        matches: Vec<String>,
    },
    /// There is no session yet.
    #[error("there is no session in {} yet", shown(.dir))]
    NoSessions {
        /// Where.
        dir: PathBuf,
    },
}

impl JournalError {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            JournalError::Missing { .. } | JournalError::Unknown { .. } | JournalError::NoSessions { .. } => {
                "list the sessions, or name one by its folder"
            }
            JournalError::Exists { .. } => "choose another name, or resume that session",
            JournalError::Held { .. } => "wait for the other Conclave to end, or stop it",
            JournalError::Empty { .. } => "nothing was recorded before it stopped: delete the folder",
            JournalError::Foreign { .. } => "name a session's folder; its journal is called journal.jsonl",
            JournalError::Damaged { line: 1, .. } => {
                "the file was changed after it was written, and nothing stands before that line: restore it from a copy"
            }
            JournalError::Damaged { .. } => {
                "the file was changed after it was written: restore it from a copy; what stands before that line can \
                 still be shown"
            }
            JournalError::Later { .. } => "update Conclave to read it",
            JournalError::TooLarge { .. } | JournalError::Unwritable { .. } => "shorten the context files or the texts",
            JournalError::Closed { .. } => "open the session again",
            JournalError::Io { source, .. } => io_hint(source.kind()),
            JournalError::Ambiguous { .. } => "give more of the name",
        }
    }

    pub(super) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        JournalError::Io { doing, path: path.to_owned(), source: Arc::new(source) }
    }
}

fn io_hint(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, then resume the session: nothing that was acknowledged is lost"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose a folder you may write to",
        io::ErrorKind::Unsupported => "this file system cannot lock files: choose a folder on another",
        _ => "check the folder and its file system",
    }
}

/// A path that is safe to show: file names are anybody's text.
pub(super) fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_tame_and_hints_fit_the_cause() {
        let path = Path::new("a\u{1b}[2J\nb");
        let error = JournalError::io("create", path, io::Error::from(io::ErrorKind::ReadOnlyFilesystem));
        assert_eq!(error.to_string(), "cannot create a\\u{1b}[2J\\u{a}b");
        assert_eq!(error.hint(), "choose a folder you may write to");
        let full = JournalError::io("write", path, io::Error::from(io::ErrorKind::StorageFull));
        assert!(full.hint().starts_with("free some space"));
    }
}
