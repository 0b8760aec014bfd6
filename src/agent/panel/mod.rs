//! The built-in panel: the speaker that needs no language model.
//!
//! It exists so that the program does something real on a machine that has no model: a debate under the very rules that
//! bind a model ([`crate::protocol::rules::check`]), about the user's own topic. It is rule-based and says so. Nothing it
//! says is fixed beforehand: `subject` reads areas and constraints from the topic, `framing` makes an agenda of the
//! catalogue's decisions, `weigh` scores their options by each role's weights, `object` blocks where a rating falls
//! below a role's floor, `revise` adds the clauses that lift it, and `voice` words it. The catalogue is
//! `prompts/panel/*.toml`; which seat wants what follows from it, from the topic, the roster, the seed and the log.
//!
//! [`Panel::reply`] is a pure function of catalogue, seed, session and ask: no clock, no file, no chance. A session
//! resumed elsewhere with the same seed goes on as if it had never stopped.

mod agree;
mod answer;
mod bench;
mod better;
mod builtin;
mod catalogue;
mod chance;
mod check;
mod closing;
mod dispose;
mod draft;
mod fallback;
mod framing;
mod judge;
mod matter;
mod mediation;
mod object;
mod position;
mod promises;
mod revise;
mod settle;
mod shelf;
mod subject;
mod table;
#[cfg(test)]
mod tests;
mod turn;
mod unknown;
mod voice;
mod weigh;
mod words;

use crate::protocol::entry::Reply;
use crate::protocol::id::Author;
use crate::protocol::rules;
use crate::protocol::session::Session;
use crate::protocol::step::{Ask, AskKind};
use shelf::Shelf;
use std::borrow::Cow;
use std::collections::BTreeMap;
use table::Table;

/// What the log calls it where a model's name stands.
pub const LABEL: &str = "built-in panel (rule-based, no language model)";

/// Whether a label of the log is the panel's; earlier versions may have worded it otherwise after the name.
pub fn is_panel(label: &str) -> bool {
    label.starts_with("built-in panel")
}

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PanelError {
    /// A file is no TOML of the catalogue's form.
    #[error("{file} cannot be read as part of the panel's catalogue")]
    Parse {
        /// The file's name.
        file: String,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A file's references lead nowhere, or ratings are missing.
    #[error("{file} is not consistent: {}", faults.join("; "))]
    Inconsistent {
        /// The file's name.
        file: String,
        /// What is wrong, one sentence each.
        faults: Vec<String>,
    },
    /// A part that every catalogue needs is not there.
    #[error("the panel's catalogue lacks {name}")]
    Missing {
        /// The part.
        name: String,
    },
}

/// The rule-based speaker: a catalogue and a seed.
pub struct Panel {
    seed: u64,
    shelf: Shelf,
}

impl Panel {
    /// The panel with the catalogue that is built in. `seed` settles near-ties and wording, nothing else.
    ///
    /// Only the heads of the areas are read here; an area is parsed when a topic first needs it.
    ///
    /// # Errors
    /// When the built-in catalogue is broken, which its tests rule out.
    pub fn builtin(seed: u64) -> Result<Self, PanelError> {
        let files = builtin::FILES.iter();
        let shelf = Shelf::new(files.map(|(name, text)| ((*name).to_owned(), Cow::Borrowed(*text))))?;
        Ok(Self { seed, shelf })
    }

    /// The panel with some files (name such as `uploads.toml`, text) in place of the built-in ones of the same name, or
    /// beside them. Every file given is checked in full.
    ///
    /// # Errors
    /// When a file cannot be read, or is not consistent.
    pub fn from_texts(seed: u64, files: impl IntoIterator<Item = (String, String)>) -> Result<Self, PanelError> {
        let mut all: BTreeMap<String, Cow<'static, str>> =
            builtin::FILES.iter().map(|(name, text)| ((*name).to_owned(), Cow::Borrowed(*text))).collect();
        let mut given = Vec::new();
        for (name, text) in files {
            given.push(name.clone());
            all.insert(name, Cow::Owned(text));
        }
        let shelf = Shelf::new(all)?;
        for area in shelf.areas.iter().filter(|a| given.contains(&a.file)) {
            area.check()?;
        }
        Ok(Self { seed, shelf })
    }

    /// The names of the built-in catalogue's files.
    pub fn builtin_files() -> impl Iterator<Item = &'static str> {
        builtin::FILES.iter().map(|(name, _)| *name)
    }

    /// What `ask.author` says. The role of a seat is taken from the name of its definition, else from its tag.
    ///
    /// The reply passes [`rules::check`] on this session, for every ask that the session derives for a seat or the
    /// supervisor. Where the panel's own reply would not, which only speakers other than the panel can bring about, the
    /// least that is legal is given instead.
    pub fn reply(&self, session: &Session, ask: &Ask) -> Reply {
        let table = Table::new(&self.shelf, self.seed, session);
        let reply = promises::kept(&table, ask, compose(&table, ask));
        if rules::check(session, &ask.author, &reply).is_ok() {
            return reply;
        }
        let least = promises::kept(&table, ask, fallback::minimal(&table, ask));
        if rules::check(session, &ask.author, &least).is_ok() {
            return least;
        }
        // Neither is legal: the host sends this one back with the reasons, and the seat passes.
        reply
    }

    /// The reply before it is checked, for tests that must see whether the check was needed.
    #[cfg(test)]
    fn unchecked(&self, session: &Session, ask: &Ask) -> Reply {
        let table = Table::new(&self.shelf, self.seed, session);
        promises::kept(&table, ask, compose(&table, ask))
    }
}

fn compose(table: &Table<'_>, ask: &Ask) -> Reply {
    let seat = ask.author.seat().and_then(|tag| table.sitting(tag));
    match (seat, ask.kind) {
        (Some(seat), AskKind::Position) => position::position(table, seat, &ask.author),
        (Some(seat), AskKind::Turn) => turn::turn(table, seat, &ask.author, &ask.duties),
        (Some(seat), AskKind::Premortem) => closing::premortem(table, seat, &ask.author),
        (Some(seat), AskKind::Signature) => closing::sign(table, seat, &ask.author),
        (None, AskKind::Framework) if ask.author == Author::Supervisor => framing::frame(table),
        (None, AskKind::Mediation) => mediation::mediate(table),
        (None, AskKind::Turn) => mediation::turn(table, &ask.duties),
        _ => fallback::minimal(table, ask),
    }
}
