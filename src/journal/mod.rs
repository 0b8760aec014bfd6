//! One session's folder on disk, and the folders side by side.
//!
//! A debate is worth keeping only if it can be trusted afterwards and taken up again after a crash. So there is one
//! truth, `journal.jsonl`, to which one task appends, and which proves itself line by line ([`mod@line`]). An event counts
//! once it is on the disk and not before: [`Journal::append`] answers after the sync. Whatever else lies in the folder
//! is a projection that can be thrown away and made again, above all `communication.md`, the log in the form that
//! people and file-based agents read ([`communication`]).
//!
//! ```text
//! sessions/20261120-101403-sign-in-sessions-b2b-3fa1/    0700
//!   journal.jsonl       the truth: one event a line, chained by digests; locked while a writer has it
//!   communication.md    the shared log in Markdown, kept up while the debate runs
//!   consensus.md        what was agreed; written by others
//!   door.sock, door     while it runs: the socket for watchers, or the file that says where it is
//!   host.log            what a host said that had no terminal, if it said anything
//! ```
//!
//! - [`mod@line`]: event and JSON line, the digest chain;
//! - [`reader`]: reads and follows a journal, tells a torn tail from damage;
//! - [`each`]: reads a long one while its records are being folded;
//! - [`writer`]: the one task that owns the file, and feeds for late watchers;
//! - [`communication`]: entries and the Markdown log;
//! - [`fork()`]: a new journal that begins as a copy of another's;
//! - [`catalog`]: names, finds and lists sessions.

mod ahead;
pub mod catalog;
pub mod communication;
mod error;
mod folder;
mod fork;
pub mod line;
pub mod reader;
pub mod writer;

#[cfg(test)]
mod fixture;

pub use ahead::each;
pub use catalog::{Listed, State, Summary};
pub use communication::{Form, Log, ParsedEntry};
pub use error::{JournalError, Result};
pub use folder::{COMMUNICATION, CONSENSUS, JOURNAL};
pub use fork::fork;
pub use line::{Fault, Record};
pub use reader::{Folded, Loaded, Reader, Torn, fold, read};
pub use writer::{Acknowledged, Feed, Journal};
