//! Does it hold? A session, or a document that left the house, held against its journal.
//!
//! A consensus is worth what can be checked of it by somebody who was not there and trusts nobody. So nothing that was
//! written down is believed: the journal's chain is digested again, every event is put before the rules again, consensus
//! is worked out a second time from the entries' moves alone (`consensus`), and whatever is a projection
//! (`communication.md`, the documents) is made anew and compared byte for byte. Each check is one line of a [`Report`];
//! the first that fails is named with its file and line or entry.
//!
//! What no check here can see is a history written anew from end to end, by the rules, with a chain of its own. It has
//! another digest: compare the report's with the one that an earlier document of the same session bears.

mod consensus;
mod difference;
mod document;
mod facts;
mod foreign;
mod ground;
mod origin;
mod report;
#[cfg(test)]
mod tests;
mod texts;
mod walk;

pub use document::named_session;
pub use report::{Check, Finding, Report};

use crate::journal::communication::render_log;
use crate::journal::{COMMUNICATION, CONSENSUS, JOURNAL, JournalError};
use crate::protocol::Session;
use document::Paper;
use ground::Ground;
use std::io::{self, Read as _};
use std::path::Path;

/// Name and version of this program, as they stand in the documents it writes.
pub const PROGRAM: &str = concat!("conclave ", env!("CARGO_PKG_VERSION"));

/// The largest log or document that is read, in bytes.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// Verifies the session in `folder`: journal, rules, consensus, `communication.md`, `consensus.md`.
///
/// # Errors
/// Where there is nothing to verify: [`JournalError::Missing`], `Io`. A journal that is damaged is no error, but a check
/// that fails.
pub fn session(folder: &Path) -> Result<Report, JournalError> {
    // Before the journal: of a session that is still written, the projections must not be ahead of what is read of it.
    let log = projection(folder, COMMUNICATION)?;
    let document = projection(folder, CONSENSUS)?;
    let (ground, mut report) = Ground::lay(folder)?;
    let Some(ground) = ground else {
        report.checks.push(Check::not_applicable(COMMUNICATION, "what the log should be cannot be told"));
        report.checks.push(Check::not_applicable(CONSENSUS, "what the document should be cannot be told"));
        return Ok(report);
    };
    origin::check(folder, &ground, &mut report);
    let label = |name: &str| folder.join(name).display().to_string();
    communication(log.as_deref(), &ground, &label(COMMUNICATION), &mut report);
    match &document {
        None => report.checks.push(Check::not_applicable(CONSENSUS, "there is none")),
        Some(bytes) => {
            let paper = Paper { label: &label(CONSENSUS), bytes, format: Some("md"), stays: true };
            document::check(&paper, &ground, &mut report);
        }
    }
    Ok(report)
}

/// Verifies a document, whose bytes are given with the name to call it by, against the session in `folder`. The session
/// itself is verified first, without its own files, since nothing can be proved by a journal that does not hold.
///
/// # Errors
/// As [`session`].
pub fn document(label: &str, bytes: &[u8], folder: &Path) -> Result<Report, JournalError> {
    let (ground, mut report) = Ground::lay(folder)?;
    match ground {
        Some(ground) => {
            document::check(&Paper { label, bytes, format: None, stays: false }, &ground, &mut report);
        }
        None => report.checks.push(Check::not_applicable("document", "what it should say cannot be told")),
    }
    Ok(report)
}

/// The bytes of a file that may be missing.
fn projection(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
    // Without a journal it is no session, whatever else lies there: reading the journal says so.
    if !folder.join(JOURNAL).exists() {
        return Ok(None);
    }
    let path = folder.join(name);
    match read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(JournalError::Io { doing: "read", path, source: e.into() }),
    }
}

/// Reads a plain file of at most [`MAX_FILE`] bytes.
///
/// # Errors
/// What the system says; `InvalidInput` for what is no plain file, `FileTooLarge`.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {MAX_FILE} bytes")));
    }
    Ok(bytes)
}

/// Is the shared log what the entries give?
fn communication(found: Option<&[u8]>, ground: &Ground, label: &str, report: &mut Report) {
    let Some(found) = found else {
        return report.checks.push(Check::not_applicable(COMMUNICATION, "there is none"));
    };
    let expected = render_log(&ground.session);
    let Some(difference) = difference::first(found, expected.as_bytes()) else {
        let entries = ground.session.entries().len();
        return report.checks.push(Check::ok(COMMUNICATION, format!("it is what the {entries} entries give")));
    };
    if ground.session.outcome().is_none() && expected.as_bytes().starts_with(found) {
        report.notes.push(format!("{COMMUNICATION} is behind the journal; resuming the session brings it up to date"));
        return report.checks.push(Check::ok(COMMUNICATION, "as far as it goes it is what the entries give"));
    }
    let at = usize::try_from(difference.line).unwrap_or(usize::MAX);
    let entry = entry_at(&ground.session, &expected, at);
    let failed = Check::failed(COMMUNICATION, difference.told).at(label, Some(difference.line)).in_entry(entry);
    report.checks.push(failed);
}

/// The entry whose text holds line `line` of the log; none within its header.
fn entry_at(session: &Session, log: &str, line: usize) -> Option<crate::protocol::EntryNumber> {
    // Only an entry's own heading begins like this: within a content it is escaped.
    let before = log.lines().take(line).filter(|l| l.starts_with("### [")).count();
    session.entries().get(before.checked_sub(1)?).map(|e| e.number)
}
