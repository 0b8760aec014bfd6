//! Lines on the socket: one JSON object each, and none longer than it may be.

use super::news::{News, Request};
use crate::room::{Granted, Refused};
use serde::{Deserialize, Serialize};
use std::io;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

/// The version of what goes through the door.
pub(super) const VERSION: u16 = 1;
/// Longest line of a visitor, in bytes: a reply with as many moves as the rules take in.
pub(super) const MAX_REQUEST: usize = 1024 * 1024;
/// Longest line of a host, in bytes: everything seen of sixteen replies in flight.
pub(super) const MAX_NEWS: usize = 16 * 1024 * 1024;

/// The first line of a host, before any visitor has said a word.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greeting {
    /// [`VERSION`]
    pub conclave_door: u16,
    /// The session's id.
    pub session: String,
}

/// Every line of a visitor.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    /// Chosen by the visitor; the answer bears it.
    pub id: u64,
    pub request: Request,
}

/// Every further line of a host.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    News(News),
    Answer {
        id: u64,
        /// In JSON `{"Ok": …}` or `{"Err": …}`.
        answer: Result<Granted, Refused>,
    },
}

/// A line with its line feed.
pub(super) fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes one line.
pub(super) async fn write(to: &mut OwnedWriteHalf, value: &impl Serialize) -> io::Result<()> {
    to.write_all(&line(value)?).await
}

/// Reads lines.
#[derive(Debug)]
pub(super) struct Lines {
    from: BufReader<OwnedReadHalf>,
    partial: Vec<u8>,
    limit: usize,
}

impl Lines {
    pub fn new(from: OwnedReadHalf, limit: usize) -> Self {
        Self { from: BufReader::new(from), partial: Vec::new(), limit }
    }

    /// The next line without its line feed; none at the end. May be dropped while it waits; what was read is kept.
    ///
    /// # Errors
    /// `InvalidData` for a line longer than the limit, after which nothing more can be read; else what the system said.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let room = (self.limit + 1).saturating_sub(self.partial.len());
        let room = u64::try_from(room).unwrap_or(u64::MAX);
        (&mut self.from).take(room).read_until(b'\n', &mut self.partial).await?;
        if self.partial.last() == Some(&b'\n') {
            self.partial.pop();
            return Ok(Some(std::mem::take(&mut self.partial)));
        }
        if self.partial.len() > self.limit {
            let why = format!("the line is longer than {} bytes", self.limit);
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        // Whoever went away in the middle of a line did not finish saying it.
        Ok(None)
    }
}
