//! Looks at the project under debate: what a speaker asked to see before it replied, and what it was given.
//!
//! A look is part of a turn and comes before its reply. Each round of looks is one call of the speaker and one event, so
//! that it is paid for once and a resumed session goes on with what was seen. What was given stands in the journal word for
//! word: files change, and a replayed, resumed or verified session must have what the speaker had. Nothing here reads a
//! file; whoever does is [`crate::agent::workbench`].

use super::apply::ApplyError;
use super::id::{Author, EntryNumber};
use super::session::Session;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Most rounds of looks in one turn.
pub const MAX_ROUNDS: usize = 6;
/// Most looks in one round.
pub const MAX_LOOKS: usize = 8;
/// Most bytes that all looks of one turn are given.
pub const MAX_GIVEN: usize = 64 * 1024;
/// Most bytes of a path, a pattern or arguments that are kept.
pub const MAX_ASKED: usize = 1024;

/// The project under debate, as the opening names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Project {
    /// What it is called: the name of its folder.
    pub name: String,
    /// Where it lies on the host's machine, for a resumption. Never shown to a speaker and never exported.
    pub root: String,
    /// The commit that was checked out, if it is under git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The address of its pages at a forge, without credentials: `https://github.com/owner/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forge: Option<String>,
    /// Where the project's folder lies within its repository; empty for the top.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub within: String,
}

/// One round of looks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Round {
    /// The looks, in the order in which they were asked for.
    pub looks: Vec<Look>,
    /// The commit that was checked out then, if the project is under git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

impl Round {
    /// Bytes given in all its looks.
    pub fn given(&self) -> usize {
        self.looks.iter().map(|look| look.found.text().len()).sum()
    }
}

/// One look: what was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Look {
    /// What was asked for.
    #[serde(flatten)]
    pub query: Query,
    /// What came of it.
    pub found: Found,
}

/// What somebody asks to see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "look", rename_all = "snake_case")]
pub enum Query {
    /// Lines of one file.
    Read {
        /// The file, from the top of the project.
        path: String,
        /// The first line, from 1; 0 begins at the first.
        #[serde(default)]
        from: u32,
        /// How many; 0 for as many as may be given.
        #[serde(default)]
        lines: u32,
    },
    /// Lines that match a pattern.
    Grep {
        /// A regular expression.
        pattern: String,
        /// The file or folder to search; empty for the whole project.
        #[serde(default)]
        path: String,
        /// Which files, as a pattern of paths; empty for all.
        #[serde(default)]
        glob: String,
        /// Whether upper and lower case are the same.
        #[serde(default)]
        ignore_case: bool,
    },
    /// The files whose paths match a pattern.
    Glob {
        /// The pattern: `src/**/*.rs`.
        pattern: String,
    },
    /// Anything else. There is no such tool, so it is refused.
    Other {
        /// What was called for.
        name: String,
        /// With what, bounded.
        arguments: String,
    },
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Read { path, from: 0 | 1, lines: 0 } => write!(f, "read {path}"),
            Query::Read { path, from, lines: 0 } => write!(f, "read {path} from line {from}"),
            Query::Read { path, from, lines } => {
                let from = (*from).max(1);
                write!(f, "read {path}:{from}-{}", from.saturating_add(lines - 1))
            }
            Query::Grep { pattern, path, glob, ignore_case } => {
                write!(f, "grep {pattern:?}")?;
                if !path.is_empty() {
                    write!(f, " in {path}")?;
                }
                if !glob.is_empty() {
                    write!(f, " among {glob}")?;
                }
                f.write_str(if *ignore_case { ", any case" } else { "" })
            }
            Query::Glob { pattern } => write!(f, "glob {pattern}"),
            Query::Other { name, arguments } if arguments.is_empty() => f.write_str(name),
            Query::Other { name, arguments } => write!(f, "{name} {arguments}"),
        }
    }
}

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Something was shown.
    Given {
        /// What, word for word, with what looks like a secret masked.
        text: String,
        /// The lines of files that are in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        spots: Vec<Spot>,
        /// What was left out, in words; empty where nothing was.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        left_out: String,
        /// How many texts were masked.
        #[serde(default, skip_serializing_if = "is_zero")]
        masked: u32,
    },
    /// It was refused.
    Refused {
        /// Why, in words.
        reason: String,
    },
}

impl Found {
    /// A refusal.
    pub fn refused(reason: impl Into<String>) -> Self {
        Found::Refused { reason: reason.into() }
    }

    /// What was shown; nothing where it was refused.
    pub fn text(&self) -> &str {
        match self {
            Found::Given { text, .. } => text,
            Found::Refused { .. } => "",
        }
    }

    /// The lines of files that were shown.
    pub fn spots(&self) -> &[Spot] {
        match self {
            Found::Given { spots, .. } => spots,
            Found::Refused { .. } => &[],
        }
    }
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Some lines of a file, both ends included: `src/main.rs:12-20`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// The file, from the top of the project, with `/`.
    pub path: String,
    /// The first line, from 1.
    pub from: u32,
    /// The last line.
    pub to: u32,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spot { path, from, to } = self;
        if from == to { write!(f, "{path}:{from}") } else { write!(f, "{path}:{from}-{to}") }
    }
}

impl Session {
    /// The rounds of looks of `author` in the wave under way, oldest first; taken over by its entry.
    pub fn looks_of(&self, author: &Author) -> &[Arc<Round>] {
        self.wave().looked.get(author).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `author` may look at the project once more before it replies: there is one, a round is left, its reply was
    /// not sent back (then only the reply is to be mended), and neither tokens nor money are used up.
    pub fn may_look(&self, author: &Author) -> bool {
        let rounds = self.looks_of(author);
        let given: usize = rounds.iter().map(|round| round.given()).sum();
        self.opening().project.is_some()
            && *author != Author::Human
            && rounds.len() < MAX_ROUNDS
            && given < MAX_GIVEN
            && !self.wave().sent_back.contains_key(author)
            && self.budget_reached().is_none()
    }

    /// Every round of looks in the log, with the entry it came before and who looked.
    pub fn looks(&self) -> impl Iterator<Item = (EntryNumber, &Author, &Round)> {
        let of = |e: &'_ Arc<super::Entry>| (e.number, e.looks.len());
        self.entries().iter().filter(move |e| of(e).1 > 0).flat_map(|e| {
            let entry: &super::Entry = e;
            entry.looks.iter().map(move |round| (entry.number, &entry.author, round.as_ref()))
        })
    }

    /// Whether a round of looks may follow upon this state.
    pub(super) fn check_looks(&self, author: &Author, round: &Round) -> Result<(), ApplyError> {
        let refuse = |why: &str| Err(ApplyError::Look(why.to_owned()));
        let before = self.looks_of(author);
        if self.opening().project.is_none() {
            return refuse("the session has no project");
        }
        if before.len() >= MAX_ROUNDS || round.looks.is_empty() || round.looks.len() > MAX_LOOKS {
            return refuse("more looks than a turn may have, or none");
        }
        if self.wave().sent_back.contains_key(author) {
            return refuse("its reply was sent back, and only that is to be mended");
        }
        if before.iter().map(|r| r.given()).sum::<usize>() + round.given() > MAX_GIVEN {
            return refuse("more was given than a turn may have");
        }
        Ok(())
    }
}
