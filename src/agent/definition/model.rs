//! What a definition is made of.

use super::asks::Asks;
use crate::protocol::id::SeatTag;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::fmt;

/// Longest definition, in bytes. Real ones stay below 30 kB.
pub const MAX_BYTES: usize = 256 * 1024;

/// What a file says of whom it describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Its name, one line: from the front matter, else a heading, else its first sentence, else its file.
    pub name: String,
    /// Whether its front matter gives that name.
    pub is_named: bool,
    /// What it looks after.
    pub description: String,
    /// The tag it asks for: from its own communication format, or from the front matter.
    pub tag: Option<SeatTag>,
    /// The types its own communication format names; empty where it names none.
    pub kinds: Vec<String>,
    /// The heart of its checklist, repeated at the end of each prompt; may be empty.
    pub heart: String,
    /// The text that a model is given.
    #[serde(skip)]
    pub body: String,
    /// For which program it was written.
    pub dialect: Dialect,
    /// The tools it asks for. None are run.
    pub tools: Vec<String>,
    /// The files it includes, as it names them: `resources/patterns.md`.
    pub includes: Vec<String>,
    /// What it expects of the program that runs it.
    pub asks: Asks,
    /// Whether it says that it is not to be used (`disable: true`).
    pub disabled: bool,
    /// Every field of its front matter, known or not, in its order.
    #[serde(serialize_with = "as_map")]
    pub fields: Vec<Field>,
}

/// One field of the front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key as written.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// A value of the front matter. A scalar stays the text it is written as: `007`, `yes`, `1.10`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A scalar; empty where nothing stands after the key.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A table, in its order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The scalar, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(fields) => serializer.collect_map(fields.iter().map(|(key, value)| (key, value))),
        }
    }
}

fn as_map<S: Serializer>(fields: &[Field], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for field in fields {
        map.serialize_entry(&field.key, &field.value)?;
    }
    map.end()
}

/// For which program a definition was written, as far as one can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// This one: `tag`, `heart`, `axes`.
    Conclave,
    /// Claude Code.
    ClaudeCode,
    /// OpenCode.
    OpenCode,
    /// Copilot's `.agent.md`.
    Copilot,
    /// Codex, in TOML.
    Codex,
    /// Front matter of no known kind.
    Other,
    /// No front matter.
    Plain,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dialect::Conclave => "conclave",
            Dialect::ClaudeCode => "claude-code",
            Dialect::OpenCode => "opencode",
            Dialect::Copilot => "copilot",
            Dialect::Codex => "codex",
            Dialect::Other => "other",
            Dialect::Plain => "plain",
        })
    }
}

impl Serialize for Dialect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something worth saying of a file, with the line it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// In a sentence.
    pub text: String,
}

impl Note {
    /// A note on one line.
    pub fn new(line: usize, text: impl Into<String>) -> Self {
        Self { line, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

/// A definition, and what it took to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loaded {
    /// The definition.
    pub definition: Definition,
    /// What had to be mended; nothing where the strict reading held.
    pub repairs: Vec<Note>,
    /// What is not as its author may think, though it was read.
    pub warnings: Vec<Note>,
}

/// A text that is no definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}, line {line}: {reason}")]
pub struct DefinitionError {
    /// The file.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// Why it is none.
    pub reason: String,
}

impl DefinitionError {
    pub(super) fn new(name: &str, line: usize, reason: impl Into<String>) -> Self {
        Self { name: name.to_owned(), line, reason: reason.into() }
    }
}
