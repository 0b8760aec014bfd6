//! Definitions become seats with unique tags, in the order given, and what they ask for becomes the table's charter.
//!
//! Who sits down is named in one form everywhere, in `--seats`, in a saved roster, in a settings file: a name that the
//! search answers, or a file, with a tag before it or not ([`Wanted`]).

mod charter;
mod fill;

pub use fill::fill;

use super::definition::{Definition, Value, naming};
use super::search::{Agents, Found, Outcome, scan};
use crate::protocol::charter::Charter;
use crate::protocol::entry::DEFAULT_KINDS;
use crate::protocol::event::{Seat, Speaker};
use crate::protocol::id::SeatTag;
use std::path::{Path, PathBuf};

/// Fewest and most seats at one table.
pub const SEATS: std::ops::RangeInclusive<usize> = 2..=16;
/// The definition that leads where nobody names another.
pub const SUPERVISOR: &str = "supervisor";

/// A roster that cannot sit down.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// Too few or too many.
    #[error("a debate needs 2 to 16 seats, not {0}")]
    Count(usize),
    /// Nobody answers to a name.
    #[error("there is no agent called '{name}'")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A file that is no definition.
    #[error("{shown}, line {line}: {reason}")]
    Unreadable {
        /// The file.
        shown: String,
        /// Where.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A tag given twice, or one that no seat may have.
    #[error("{0}")]
    Tag(String),
}

impl RosterError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            RosterError::Count(_) => "name them with --seats backend,frontend,security,architect".to_owned(),
            RosterError::Unknown { known, .. } => {
                let shown = known.iter().take(30).cloned().collect::<Vec<_>>().join(", ");
                format!("there are: {shown}; `conclave agents` lists them with their files")
            }
            RosterError::Unreadable { .. } => "`conclave agents check FILE` says what is wrong with it".to_owned(),
            RosterError::Tag(_) => {
                "a tag is upper case and unique, such as BACKEND: --seat TAG=FILE gives one".to_owned()
            }
        }
    }
}

/// Somebody asked to sit down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The tag it is to have, where one is given.
    pub tag: Option<SeatTag>,
    /// Its definition.
    pub who: Who,
}

/// Where a definition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A name that the search answers.
    Name(String),
    /// A file, whatever its ending.
    File(PathBuf),
}

impl Who {
    /// A file where `text` is a path: it ends in `.md` or `.toml`, or has a separator in it. Else a name.
    pub fn of(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let path = text.contains(['/', '\\']) || [".md", ".markdown", ".toml"].iter().any(|e| lower.ends_with(e));
        if path { Who::File(PathBuf::from(text)) } else { Who::Name(text.to_owned()) }
    }
}

impl std::str::FromStr for Wanted {
    type Err = RosterError;

    /// `NAME`, `FILE`, `TAG=NAME` or `TAG=FILE`.
    fn from_str(text: &str) -> Result<Self, RosterError> {
        let text = text.trim();
        let tagged = text.split_once('=').filter(|(tag, _)| !tag.contains(['/', '.', ' ']));
        let (tag, who) = match tagged {
            None => (None, text),
            Some((tag, who)) => {
                let tag = tag.to_ascii_uppercase().parse().map_err(|e| RosterError::Tag(format!("{e}")))?;
                (Some(tag), who.trim())
            }
        };
        if who.is_empty() {
            return Err(RosterError::Tag(format!("'{text}' names nobody")));
        }
        Ok(Self { tag, who: Who::of(who) })
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(tag) = &self.tag {
            write!(f, "{tag}=")?;
        }
        match &self.who {
            Who::Name(name) => f.write_str(name),
            Who::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Who sits down, and by which promises.
#[derive(Debug, Clone)]
pub struct Table {
    /// The supervisor.
    pub supervisor: Speaker,
    /// The seats in order.
    pub seats: Vec<Seat>,
    /// What their definitions ask for.
    pub charter: Charter,
    /// What is to be said of the files: repairs, missing includes.
    pub notes: Vec<String>,
}

/// Somebody on the way to the table.
struct Guest {
    definition: Definition,
    body: String,
    is_built_in: bool,
}

/// The table for `wanted`, in their order, led by `supervisor`. Models are filled in by whoever connects them.
///
/// # Errors
/// When there are too few or too many, somebody is not to be found or not readable, or a tag is given twice.
pub fn table(agents: &Agents, wanted: &[Wanted], supervisor: &Who, here: &Path) -> Result<Table, RosterError> {
    if wanted.len() > *SEATS.end() {
        return Err(RosterError::Count(wanted.len()));
    }
    let mut notes = Vec::new();
    let lead = guest(agents, supervisor, here, &mut notes)?;
    let mut tags: Vec<SeatTag> = wanted.iter().filter_map(|w| w.tag.clone()).collect();
    if let Some(twice) =
        tags.iter().enumerate().find_map(|(at, t)| tags.iter().skip(at + 1).any(|o| o == t).then_some(t))
    {
        return Err(RosterError::Tag(format!("two seats are to be called {twice}")));
    }
    let mut seats: Vec<Seat> = Vec::new();
    let mut guests: Vec<(SeatTag, Guest)> = Vec::new();
    for want in wanted {
        let guest = guest(agents, &want.who, here, &mut notes)?;
        let tag = want.tag.clone().unwrap_or_else(|| {
            let asked = guest.definition.tag.clone().unwrap_or_else(|| naming::tag(&guest.definition.name));
            let free = free(&asked, &tags);
            tags.push(free.clone());
            free
        });
        seats.push(Seat { tag: tag.clone(), kinds: kinds(&guest.definition), speaker: speaker(&guest) });
        guests.push((tag, guest));
    }
    // A file that is not there is the better reason why there are too few.
    if seats.len() < *SEATS.start() {
        return Err(RosterError::Count(seats.len()));
    }
    let charter = charter::of(&lead, &guests);
    Ok(Table { supervisor: speaker(&lead), seats, charter, notes })
}

fn guest(agents: &Agents, who: &Who, here: &Path, notes: &mut Vec<String>) -> Result<Guest, RosterError> {
    let named_file;
    let found: &Found = match who {
        Who::Name(name) => agents
            .named(name)
            .map_err(|nobody| RosterError::Unknown { name: name.chars().take(60).collect(), known: nobody.known })?,
        Who::File(path) => {
            named_file = scan::file(&here.join(path), here);
            &named_file
        }
    };
    let loaded = match &found.outcome {
        Outcome::Loaded(loaded) => loaded,
        Outcome::Skipped { line, reason } => {
            let (shown, line, reason) = (found.shown.clone(), *line, reason.clone());
            return Err(RosterError::Unreadable { shown, line, reason });
        }
    };
    if !loaded.repairs.is_empty() {
        notes.push(format!("{} was repaired to be read (conclave agents check says how)", found.shown));
    }
    notes.extend(loaded.warnings.iter().map(|w| format!("{}, {w}", found.shown)));
    let (body, missing) = found.body_with_includes();
    notes.extend(missing);
    Ok(Guest { definition: loaded.definition.clone(), body, is_built_in: found.path.is_none() })
}

fn speaker(guest: &Guest) -> Speaker {
    let Definition { name, heart, .. } = &guest.definition;
    Speaker { name: name.clone(), definition: guest.body.clone(), heart: heart.clone(), model: String::new() }
}

/// The types of the definition's own format, else the default.
fn kinds(definition: &Definition) -> Vec<String> {
    if definition.kinds.is_empty() { DEFAULT_KINDS.map(str::to_owned).to_vec() } else { definition.kinds.clone() }
}

/// A second BACKEND becomes BACKEND-2.
fn free(wanted: &SeatTag, taken: &[SeatTag]) -> SeatTag {
    let numbered = (2..).filter_map(|n| format!("{:.28}-{n}", wanted.as_str()).parse().ok());
    std::iter::once(wanted.clone()).chain(numbered).find(|tag| !taken.contains(tag)).unwrap_or_else(|| wanted.clone())
}

/// The model that a definition names for the program it was written for. It is not used: who speaks is the user's choice.
pub fn named_model(definition: &Definition) -> Option<&str> {
    definition.fields.iter().find(|f| f.key == "model").and_then(|f| match &f.value {
        Value::Text(text) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
