//! An error for people: what happened, what caused it, what to type next, and the exit code.

use super::lines::{note, say};
use crate::door::Ended;
use std::error::Error;

/// How a command ends. The numbers are a promise to scripts (README).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Consensus, or done.
    Done = 0,
    /// A fault.
    Fault = 1,
    /// A command that makes no sense.
    Usage = 2,
    /// Ended without consensus.
    NoConsensus = 3,
    /// The endpoint could not be used.
    Endpoint = 4,
    /// Interrupted and resumable.
    Interrupted = 130,
}

impl Exit {
    /// The exit that a process's code means; a fault where it means none.
    pub fn of(code: u8) -> Self {
        let all = [Self::Done, Self::Usage, Self::NoConsensus, Self::Endpoint, Self::Interrupted];
        all.into_iter().find(|exit| *exit as u8 == code).unwrap_or(Self::Fault)
    }
}

/// What went wrong, for the person who typed the command.
#[derive(Debug)]
pub struct CommandError {
    exit: Exit,
    what: String,
    causes: Vec<String>,
    hint: Option<String>,
}

impl CommandError {
    /// A fault of the machine or of this program.
    pub fn fault(what: impl Into<String>) -> Self {
        Self::new(Exit::Fault, what)
    }

    /// A command that makes no sense.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// An endpoint that could not be used.
    pub fn endpoint(what: impl Into<String>) -> Self {
        Self::new(Exit::Endpoint, what)
    }

    fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// Adds an error and all it came from as causes.
    #[must_use]
    pub fn because(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            let text = error.to_string();
            // A transparent wrapper says the same as what it wraps.
            if self.causes.last() != Some(&text) && self.what != text {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Adds a cause in words.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What happened and what caused it, on one line.
    pub fn in_a_line(&self) -> String {
        std::iter::once(&self.what).chain(&self.causes).cloned().collect::<Vec<_>>().join(": ")
    }

    /// What to do next.
    pub fn next(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The same, for whoever visits the session.
    pub(super) fn as_ended(&self) -> Ended {
        let (what, causes, hint) = (Some(self.what.clone()), self.causes.clone(), self.hint.clone());
        Ended { exit: self.exit as u8, what, causes, hint }
    }

    /// What a host said about its end, said here.
    pub(super) fn told(ended: &Ended) -> Result<Exit, Self> {
        let exit = Exit::of(ended.exit);
        match &ended.what {
            None => Ok(exit),
            Some(what) => {
                Err(Self { exit, what: what.clone(), causes: ended.causes.clone(), hint: ended.hint.clone() })
            }
        }
    }

    /// In one line, for a screen.
    pub(super) fn words(&self) -> String {
        let causes = self.causes.iter().map(|cause| format!(": {cause}"));
        let hint = self.hint.iter().map(|hint| format!(" ({hint})"));
        std::iter::once(self.what.clone()).chain(causes).chain(hint).collect()
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Prints it to standard error; for programs as one JSON object on standard output too.
    pub fn print(&self, json: bool) {
        note(&format!("Error: {}", self.what));
        if let [only] = self.causes.as_slice() {
            note(&format!("Caused by: {only}"));
        } else if !self.causes.is_empty() {
            note("Caused by:");
            self.causes.iter().for_each(|cause| note(&format!("  - {cause}")));
        }
        if let Some(hint) = &self.hint {
            note(&format!("Hint: {hint}"));
        }
        if json {
            let error = serde_json::json!({ "what": self.what, "causes": self.causes, "hint": self.hint, "exit": self.exit as u8 });
            say(&serde_json::json!({ "error": error }).to_string());
        }
    }
}
