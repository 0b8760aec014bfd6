//! The visitor's side.

use super::news::{News, Request};
use crate::room::{Granted, Refused};
use std::path::{Path, PathBuf};

/// Why nobody opened.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// No host runs this session.
    #[error("nobody runs the session in {}", folder.display())]
    Nobody {
        /// The session's folder.
        folder: PathBuf,
    },
    /// Somebody answered, but no host of this session that this program understands.
    #[error("what answers at {} is no host of this session: {why}", path.display())]
    Stranger {
        /// The socket.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The system refused.
    #[error("cannot reach the host at {}", path.display())]
    Io {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A connection to the host of a running session. Dropping it leaves.
#[derive(Debug)]
pub struct Visitor {
    line: Line,
}

/// The way to ask for something, apart from [`Visitor::next`]. Clone it freely.
#[derive(Debug, Clone)]
pub struct Line {}

impl Visitor {
    /// Knocks at the door of the session in `folder`. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Closed::Nobody`] where no host runs, also where one died and left its socket; else why it cannot be reached.
    pub async fn knock(folder: &Path) -> Result<Self, Closed> {
        Err(Closed::Nobody { folder: folder.to_owned() })
    }

    /// The next news; none once the connection is gone, be it after [`News::Ended`] or because the host died. May be
    /// dropped while it waits; nothing is lost.
    pub async fn next(&mut self) -> Option<News> {
        None
    }

    /// The way to ask for something.
    pub fn line(&self) -> Line {
        self.line.clone()
    }
}

impl Line {
    /// Asks the host for something.
    ///
    /// # Errors
    /// The reasons why not, or that the host is gone.
    pub async fn ask(&self, _request: Request) -> Result<Granted, Refused> {
        Err(Refused { reasons: vec!["nobody runs this session any more".to_owned()] })
    }
}
