//! One event, one JSON line, and a chain of digests from line to line.
//!
//! ```text
//! {"n":2,"prev":"<sum of line 1>","event":{…},"sum":"<SHA-256 of everything before ,"sum" on this line>"}
//! ```
//!
//! `prev` of the first line is 64 zeros. The `sum` of the last line is the journal's digest: it fixes every byte of
//! every line before it. Each line proves itself, so damage is found and named even in the last one. White space counts:
//! the sums are over the bytes as they lie in the file.
//!
//! A person checks line 2 with what every system has (`shasum -a 256` where there is no `sha256sum`):
//!
//! ```sh
//! sed -n 2p journal.jsonl | sed 's/,"sum":"[0-9a-f]*"}$//' | tr -d '\n' | sha256sum    # prints the sum of line 2 …
//! sed -n 3p journal.jsonl | cut -c 1-90                                               # … the prev of line 3
//! ```
//!
//! What the chain cannot tell: that whole lines were taken from the end, or that somebody wrote all lines anew. For
//! that, compare the digest with one that was noted elsewhere.

use super::error::{JournalError, Result};
use crate::protocol::event::{Opening, VERSION};
use crate::protocol::{Digest, Event};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// The longest line that is written or read, in bytes, without its line feed.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

const SUM: &str = ",\"sum\":\"";
const END: &str = "\"}";
const DIGITS: usize = 64;
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 1; also its line.
    pub n: u64,
    /// The journal's digest up to and with this record.
    pub digest: Digest,
    /// The event.
    pub event: Arc<Event>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Longer than [`MAX_LINE`].
    #[error("it is longer than {MAX_LINE} bytes")]
    TooLong,
    /// Not JSON, or not text at all.
    #[error("it is not JSON")]
    NotJson,
    /// JSON, but no record.
    #[error("it does not end in a checksum as a record does")]
    Form,
    /// The bytes are not those that were written.
    #[error("its checksum does not fit its bytes")]
    Sum,
    /// Sound in itself, but it does not follow upon the line before it.
    #[error("the chain is broken: it does not follow upon the line before it")]
    Chain,
    /// A record is missing, doubled or out of place.
    #[error("it is record {found} where record {expected} belongs")]
    Number {
        /// The number that belongs here.
        expected: u64,
        /// The number found.
        found: u64,
    },
    /// Sound and in place, but no event. Only a fault in a program does this.
    #[error("it holds no event: {0}")]
    Event(String),
    /// Of a vocabulary that this program does not know.
    #[error("it was written by a later version: {0}")]
    Later(String),
}

/// Where a chain stands: what the next line must follow upon.
#[derive(Debug, Clone)]
pub struct Chain {
    last: u64,
    prev: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self { last: 0, prev: ZEROS.to_owned() }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    n: u64,
    prev: &'a str,
    event: &'a Event,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read<'a, E> {
    n: u64,
    prev: Cow<'a, str>,
    event: E,
    #[allow(dead_code)] // looked at as bytes
    sum: serde::de::IgnoredAny,
}

impl Chain {
    /// How many records the chain has.
    pub fn len(&self) -> u64 {
        self.last
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.last == 0
    }

    /// The chain that ends in this record.
    pub fn after(record: &Record) -> Self {
        Self { last: record.n, prev: record.digest.to_string() }
    }

    /// The next line, line feed included, and its record. The chain moves on only if that goes well.
    ///
    /// # Errors
    /// [`JournalError::Unwritable`] when the line would be too long or would not read back as the same event.
    pub fn encode(&mut self, event: Event) -> Result<(Vec<u8>, Record)> {
        let unwritable = |why: String| JournalError::Unwritable { why };
        let head = Written { n: self.last + 1, prev: &self.prev, event: &event };
        let mut line = serde_json::to_vec(&head).map_err(|e| unwritable(e.to_string()))?;
        line.pop();
        let sum = Digest::of(&line);
        line.extend_from_slice(SUM.as_bytes());
        line.extend_from_slice(sum.as_str().as_bytes());
        line.extend_from_slice(END.as_bytes());
        // A journal that cannot be read is the worst of outcomes, and debates are small: read it at once.
        let mut after = self.clone();
        let record = after.decode(&line).map_err(|fault| unwritable(fault.to_string()))?;
        if *record.event != event {
            return Err(unwritable("it does not read back as it was written".to_owned()));
        }
        *self = after;
        line.push(b'\n');
        Ok((line, record))
    }

    /// The record on the next line, given without its line feed. The chain moves on only if that goes well.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn decode(&mut self, line: &[u8]) -> std::result::Result<Record, Fault> {
        if line.len() > MAX_LINE {
            return Err(Fault::TooLong);
        }
        let Some((body, sum)) = split(line) else {
            let json = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
            return Err(if json { Fault::Form } else { Fault::NotJson });
        };
        if Digest::of(body).as_str() != sum {
            return Err(Fault::Sum);
        }
        // Nearly always it is an event of this version, and read at once. What is wrong is worked out only where something is.
        let event = match serde_json::from_slice::<Read<'_, Event>>(line) {
            Ok(read) if !is_later(&read.event) => {
                self.follows(read.n, &read.prev)?;
                read.event
            }
            _ => {
                let read: Read<'_, serde_json::Value> = serde_json::from_slice(line).map_err(|_| Fault::NotJson)?;
                self.follows(read.n, &read.prev)?;
                event(read.event)?
            }
        };
        if self.last == 0 && !matches!(event, Event::Opened(_)) {
            return Err(Fault::Event("the first record is not an opening".to_owned()));
        }
        if let Event::Forked { origin, .. } = &event
            && (origin.records != self.last || origin.digest.as_str() != self.prev)
        {
            return Err(Fault::Event("it names another origin than the records before it".to_owned()));
        }
        let digest: Digest = sum.parse().map_err(|_| Fault::Form)?;
        *self = Self { last: self.last + 1, prev: sum.to_owned() };
        Ok(Record { n: self.last, digest, event: Arc::new(event) })
    }

    fn follows(&self, n: u64, prev: &str) -> std::result::Result<(), Fault> {
        if n != self.last + 1 {
            return Err(Fault::Number { expected: self.last + 1, found: n });
        }
        if prev == self.prev { Ok(()) } else { Err(Fault::Chain) }
    }
}

/// Whether these bytes, the first of a file, are a journal's first line, or part of one, or one that was damaged.
pub(super) fn looks_like_a_first_line(bytes: &[u8]) -> bool {
    let head = format!("{{\"n\":1,\"prev\":\"{ZEROS}\",\"event\":{{");
    let start = bytes.get(..head.len()).unwrap_or(bytes);
    head.as_bytes().starts_with(start) || split(bytes).is_some()
}

/// A line's body and its sum, if it ends in one.
fn split(line: &[u8]) -> Option<(&[u8], &str)> {
    let rest = line.strip_suffix(END.as_bytes())?;
    let (rest, sum) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let body = rest.strip_suffix(SUM.as_bytes())?;
    let sum = std::str::from_utf8(sum).ok()?;
    Some((body, sum))
}

fn is_later(event: &Event) -> bool {
    opening(event).is_some_and(|o| o.version > VERSION)
}

fn event(value: serde_json::Value) -> std::result::Result<Event, Fault> {
    let opened = value.get("event").and_then(|e| e.as_str()) == Some("opened");
    let version = value.get("version").and_then(serde_json::Value::as_u64);
    if let (true, Some(found)) = (opened, version)
        && found > u64::from(VERSION)
    {
        return Err(Fault::Later(format!("format {found} is needed, and this program reads up to format {VERSION}")));
    }
    serde_json::from_value(value).map_err(|e| {
        let why: String = e.to_string().chars().take(200).flat_map(tame).collect();
        match unknown(&why) {
            Some(name) => Fault::Later(format!(
                "it says '{name}', for which format {} or a later one is needed, and this program reads up to format {VERSION}",
                VERSION + 1
            )),
            None => Fault::Event(why),
        }
    })
}

/// The word that is not in the vocabulary, where that is what serde complains of: every format so far is read here, so a later one
/// brought it.
fn unknown(why: &str) -> Option<&str> {
    let rest = why.strip_prefix("unknown variant `").or_else(|| why.strip_prefix("unknown field `"))?;
    rest.split('`').next()
}

fn tame(c: char) -> impl Iterator<Item = char> {
    let hidden = c.is_control();
    let shown = if hidden { '·' } else { c };
    std::iter::once(shown)
}

/// The opening that the first of `events` is.
pub(super) fn opening(event: &Event) -> Option<&Opening> {
    if let Event::Opened(opening) = event { Some(opening) } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn every_event_reads_back_and_the_sum_is_what_sha256sum_prints() {
        let mut write = Chain::default();
        let mut read = Chain::default();
        for event in fixture::events() {
            let (line, record) = write.encode(event.clone()).unwrap();
            assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1);
            // Everything but the checksum and the line feed.
            assert_eq!(Digest::of(&line[..line.len() - 75]), record.digest);
            let again = read.decode(&line[..line.len() - 1]).unwrap();
            assert_eq!(*again.event, event);
            assert_eq!(again, record);
        }
        assert_eq!(read.len(), fixture::events().len() as u64);
    }

    #[test]
    fn a_sound_line_in_the_wrong_place_is_told_from_a_changed_one() {
        let lines = fixture::lines();
        let body = |i: usize| lines[i].strip_suffix(b"\n").unwrap();
        let mut chain = Chain::default();
        chain.decode(body(0)).unwrap();
        assert_eq!(chain.decode(body(2)), Err(Fault::Number { expected: 2, found: 3 }));
        let mut changed = body(1).to_vec();
        changed.insert(changed.len() - 75, b' ');
        assert_eq!(chain.decode(&changed), Err(Fault::Sum));
        assert_eq!(chain.decode(b"{\"n\":2}"), Err(Fault::Form));
        assert_eq!(chain.decode(b"\xff\x00"), Err(Fault::NotJson));
        // Another journal's second line, sound and with the right number.
        let mut other = Chain { last: 1, prev: "1".repeat(64) };
        let (line, _) = other.encode(fixture::events()[1].clone()).unwrap();
        assert_eq!(chain.decode(&line[..line.len() - 1]), Err(Fault::Chain));
        assert!(chain.decode(body(1)).is_ok(), "a refused line moves nothing");
    }

    #[test]
    fn what_a_later_version_wrote_is_called_that() {
        let sealed = |event: &str| {
            let body = format!("{{\"n\":1,\"prev\":\"{ZEROS}\",\"event\":{event}");
            let sum = Digest::of(body.as_bytes());
            format!("{body}{SUM}{sum}{END}")
        };
        let unknown = sealed(r#"{"event":"danced","at":"2026-11-20T10:00:00Z"}"#);
        let Err(Fault::Later(what)) = Chain::default().decode(unknown.as_bytes()) else {
            panic!("not called later");
        };
        assert!(what.contains("'danced'") && what.contains(&format!("format {}", VERSION + 1)), "{what}");
        assert!(!what.contains("variant") && !what.contains("expected"), "told in a person's words: {what}");
        let future = sealed(r#"{"event":"opened","version":9,"shape":"other"}"#);
        assert!(matches!(Chain::default().decode(future.as_bytes()), Err(Fault::Later(_))));
        let broken = sealed(r#"{"event":"lapsed"}"#);
        assert!(matches!(Chain::default().decode(broken.as_bytes()), Err(Fault::Event(_))));
    }

    #[test]
    fn an_event_too_long_to_read_is_not_written() {
        let Event::Opened(mut opening) = fixture::events()[0].clone() else {
            panic!("no opening");
        };
        opening.topic = "x".repeat(MAX_LINE);
        let mut chain = Chain::default();
        assert!(matches!(chain.encode(Event::Opened(opening)), Err(JournalError::Unwritable { .. })));
        assert!(chain.is_empty());
    }
}
