//! Where a value came from.

use std::fmt;
use std::path::{Path, PathBuf};

use super::error::clean;

/// The place a value was set in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag on the command line, as typed: `--model`.
    Flag(&'static str),
    /// An environment variable, by name.
    Env(&'static str),
    /// A settings file.
    File(PathBuf),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => f.write_str(&clean(&path.to_string_lossy())),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and the place it was set in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// What applies.
    pub value: T,
    /// Where it was set.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value from the flag `flag`, which is written as people type it, dashes included.
    pub fn flag(flag: &'static str, value: T) -> Self {
        Self { value, origin: Origin::Flag(flag) }
    }

    /// A value from the environment variable `name`.
    pub fn env(name: &'static str, value: T) -> Self {
        Self { value, origin: Origin::Env(name) }
    }

    /// A value from the settings file at `path`.
    pub fn file(path: &Path, value: T) -> Self {
        Self { value, origin: Origin::File(path.to_owned()) }
    }

    /// A value that applies because nobody set another.
    pub fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }

    /// Another value with the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }
}
