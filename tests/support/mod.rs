//! What the end-to-end tests share: a clean place to run the program in, and a server that plays the models.

pub mod faulty;
pub mod long;
pub mod model;
pub mod terminal;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An empty place with no settings but those given: nothing of the machine's own environment leaks in.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    pub fn new() -> Self {
        let scratch = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(scratch.sessions()).unwrap();
        scratch
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn sessions(&self) -> PathBuf {
        self.path().join("sessions")
    }

    /// The program, about to run here.
    pub fn conclave(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conclave"));
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path()).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.conclave(args).output().unwrap())
    }

    /// The folders of the sessions here.
    pub fn found(&self) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(self.sessions()).unwrap().map(|e| e.unwrap().path()).collect();
        found.sort();
        found
    }

    /// The one session here.
    pub fn session(&self) -> PathBuf {
        let found = self.found();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }
}

/// A run that has ended.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, showing everything where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    /// Asserts that an error with a hint was printed, and that it says all of `words`.
    #[track_caller]
    pub fn complains(self, words: &[&str]) -> Self {
        assert!(self.err.contains("Error: ") && self.err.contains("Hint: "), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "'{word}' is not in:\n{}", self.err);
        }
        self
    }
}

/// Puts a session with these events among those of `scratch`.
pub fn keep(scratch: &Scratch, events: &[conclave::protocol::Event]) -> PathBuf {
    let folder = scratch.sessions().join("20261120-100000-made-0000");
    std::fs::create_dir(&folder).unwrap();
    let mut chain = conclave::journal::line::Chain::default();
    let lines: Vec<u8> = events.iter().flat_map(|e| chain.encode(e.clone()).unwrap().0).collect();
    std::fs::write(folder.join("journal.jsonl"), lines).unwrap();
    folder
}

/// The session that a folder's journal tells.
pub fn fold(folder: &Path) -> conclave::protocol::Session {
    let loaded = conclave::journal::read(folder).unwrap();
    conclave::protocol::Session::fold(loaded.events()).unwrap()
}
