//! The sessions side by side: new names, finding one, and a list of all with what each came to.
//!
//! A folder is a session if it holds a journal. One that cannot be read is listed with its fault and hides no other.

mod summary;
mod trash;

pub use summary::{State, Summary, summarise};
pub use trash::{TRASH, is_held, trash};

use super::communication::escape::one_line;
use super::error::{JournalError, Result};
use super::folder::JOURNAL;
use super::reader;
use crate::protocol::Digest;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use std::cmp::Reverse;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Most letters of a topic in a session's name.
const SLUG: usize = 40;
/// Most folders that are looked at.
const MOST: usize = 10_000;
/// Most names in an error.
const NAMED: usize = 8;

/// A session found in a folder of sessions.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The folder's name, escaped for showing.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// What it came to, or why that cannot be told.
    pub summary: Result<Summary>,
    /// Somebody writes it at this moment.
    pub running: bool,
}

impl Listed {
    /// Where it is, in a word or two for people: `consensus`, `running`, `unreadable`.
    pub fn state(&self) -> &'static str {
        match &self.summary {
            Ok(_) if self.running => "running",
            Ok(summary) => summary.state.told(),
            Err(_) => "unreadable",
        }
    }
}

/// A new session's name: `20261120-101403-sign-in-sessions-b2b-3fa1`. Sorts by time, says the topic, and ends in four
/// digits that tell sessions of the same second apart. Lower-case ASCII, at most 61 characters.
pub fn new_id(topic: &str, at: DateTime<Utc>) -> String {
    let slug = slug(topic);
    let seed = format!("{topic}\n{}", at.to_rfc3339());
    let digest = Digest::of(seed.as_bytes());
    let short = digest.short().get(..4).unwrap_or_default();
    format!("{}-{slug}-{short}", at.format("%Y%m%d-%H%M%S"))
}

/// Where sessions are kept: `sessions` in the working folder `here` if there is such a folder, else `sessions` in
/// `data`, Conclave's own folder for data.
pub fn default_dir(here: &Path, data: &Path) -> PathBuf {
    let local = here.join("sessions");
    if local.is_dir() { local } else { data.join("sessions") }
}

/// The folder of the session that `text` names: its id, the beginning of one, a path to its folder or its journal, or,
/// where there is no text, the one opened last.
///
/// # Errors
/// [`JournalError::Unknown`], [`JournalError::Ambiguous`] with the names, [`JournalError::NoSessions`], `Io`.
pub fn resolve(dir: &Path, text: Option<&str>) -> Result<PathBuf> {
    let Some(text) = text else {
        return newest(dir);
    };
    let names = folders(dir)?;
    let exact = names.iter().find(|(name, _)| name == text);
    if let Some((_, folder)) = exact {
        return Ok(folder.clone());
    }
    if let Some(folder) = by_path(Path::new(text)) {
        return Ok(folder);
    }
    let begin: Vec<&(String, PathBuf)> =
        names.iter().filter(|(name, _)| !text.is_empty() && name.starts_with(text)).collect();
    match begin.as_slice() {
        [(_, folder)] => Ok(folder.clone()),
        [] => Err(JournalError::Unknown { text: text.to_owned(), dir: dir.to_owned() }),
        many => {
            let mut matches: Vec<String> = many.iter().take(NAMED).map(|(n, _)| one_line(n)).collect();
            if many.len() > NAMED {
                matches.push(format!("and {} more", many.len() - NAMED));
            }
            Err(JournalError::Ambiguous { text: text.to_owned(), matches })
        }
    }
}

/// Every session in `dir`, the one opened last first; those that cannot be read come at the end. A folder that does not
/// exist has none.
///
/// # Errors
/// [`JournalError::Io`] where `dir` itself cannot be read.
pub fn list(dir: &Path) -> Result<Vec<Listed>> {
    let mut all: Vec<Listed> = folders(dir)?
        .into_iter()
        .map(|(name, folder)| {
            let summary = reader::read(&folder).and_then(|loaded| summarise(&folder, &loaded));
            // One that was stopped, or is over, is let go of; the others are asked.
            let open = summary.as_ref().is_ok_and(|s| matches!(s.state, State::Open | State::Escalated));
            Listed { name: one_line(&name), running: open && is_held(&folder), summary, folder }
        })
        .collect();
    let key = |l: &Listed| Reverse(l.summary.as_ref().ok().map(|s| s.opened));
    all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| b.name.cmp(&a.name)));
    Ok(all)
}

fn newest(dir: &Path) -> Result<PathBuf> {
    let begun = folders(dir)?.into_iter().filter_map(|(name, folder)| {
        // A fork's journal begins with the opening of its origin; when it was made, its name says to the second.
        let opened = reader::read_opening(&folder).ok()?.at;
        Some((named_at(&name).map_or(opened, |at| at.max(opened)), folder))
    });
    let mut begun: Vec<(DateTime<Utc>, PathBuf)> = begun.collect();
    let last = begun.iter().map(|(at, _)| *at).max();
    let last = last.ok_or_else(|| JournalError::NoSessions { dir: dir.to_owned() })?;
    begun.retain(|(at, _)| last - *at <= TimeDelta::seconds(1));
    if begun.len() > 1 {
        // Made within a second of each other: their records say it to the millisecond.
        for (at, folder) in &mut begun {
            let summary = reader::read(folder).and_then(|loaded| summarise(folder, &loaded));
            *at = summary.map_or(*at, |s| s.opened);
        }
    }
    begun.into_iter().max().map(|(_, folder)| folder).ok_or_else(|| JournalError::NoSessions { dir: dir.to_owned() })
}

/// The time, to the second, in a name that [`new_id`] gave.
fn named_at(name: &str) -> Option<DateTime<Utc>> {
    let time = NaiveDateTime::parse_from_str(name.get(..15)?, "%Y%m%d-%H%M%S").ok()?;
    Some(time.and_utc())
}

fn by_path(path: &Path) -> Option<PathBuf> {
    if path.is_dir() && path.join(JOURNAL).exists() {
        return Some(path.to_owned());
    }
    let is_journal = path.is_file() && path.file_name() == Some(JOURNAL.as_ref());
    let folder = path.parent().filter(|_| is_journal)?;
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
}

/// The folders in `dir` that hold a journal, by name.
fn folders(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let inside = match fs::read_dir(dir) {
        Ok(inside) => inside,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(JournalError::io("read", dir, e)),
    };
    let mut found: Vec<(String, PathBuf)> = inside
        .flatten()
        .take(MOST)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(_, path)| path.join(JOURNAL).exists())
        .collect();
    found.sort();
    Ok(found)
}

/// The topic's words in lower-case ASCII, as many as fit.
fn slug(topic: &str) -> String {
    let lower = topic.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .map(|w| w.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|w| !w.is_empty());
    let mut slug = String::new();
    for word in words {
        let gap = usize::from(!slug.is_empty());
        if slug.len() + gap + word.len() > SLUG {
            break;
        }
        if gap == 1 {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    if slug.is_empty() {
        slug.push_str("session");
    }
    slug
}

#[cfg(test)]
mod tests;
