//! What a verification found, check by check.

use super::super::visible::visible;
use crate::protocol::{Digest, EntryNumber};
use serde::Serialize;

/// Most characters of a finding's text. Reasons quote what a journal or a file says, which is anybody's text.
const DETAIL: usize = 700;

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It holds.
    Ok,
    /// It does not.
    Failed,
    /// There is nothing it could be applied to.
    NotApplicable,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked, in a word or two.
    pub name: &'static str,
    /// How it came out.
    pub finding: Finding,
    /// What was seen, in one line that is safe to show.
    pub detail: String,
    /// The file that it fails in.
    pub file: Option<String>,
    /// The line of that file, from 1.
    pub line: Option<u64>,
    /// The entry of the log that it fails in.
    pub entry: Option<EntryNumber>,
}

impl Check {
    pub(super) fn ok(name: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(name, Finding::Ok, detail.as_ref())
    }

    pub(super) fn failed(name: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(name, Finding::Failed, detail.as_ref())
    }

    pub(super) fn not_applicable(name: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(name, Finding::NotApplicable, detail.as_ref())
    }

    fn new(name: &'static str, finding: Finding, detail: &str) -> Self {
        Self { name, finding, detail: tame(detail), file: None, line: None, entry: None }
    }

    pub(super) fn at(mut self, file: &str, line: Option<u64>) -> Self {
        self.file = Some(tame(file));
        self.line = line;
        self
    }

    pub(super) fn in_entry(mut self, entry: Option<EntryNumber>) -> Self {
        self.entry = entry;
        self
    }

    /// Where it fails, in words: file, line, entry, as far as they are known.
    pub fn place(&self) -> Option<String> {
        let file = self.file.clone();
        let line = self.line.map(|n| format!("line {n}"));
        let entry = self.entry.map(|n| format!("entry {n}"));
        let parts: Vec<String> = [file, line, entry].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// All that a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The session's id, where its opening could be read.
    pub session: Option<String>,
    /// What the session is, in words: `consensus on 1f2e3d4c`, `suspended: …`.
    pub state: String,
    /// The digest that the journal ends in. Compare it with one that was noted elsewhere: whoever writes a whole journal
    /// anew, by the rules, is found out in no other way.
    pub journal: Option<Digest>,
    /// The digest of the accord, recomputed from the log.
    pub accord: Option<Digest>,
    /// The checks, in order.
    pub checks: Vec<Check>,
    /// What a reader should know although nothing fails.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether no check failed.
    pub fn holds(&self) -> bool {
        self.first_failure().is_none()
    }

    /// The first check that failed.
    pub fn first_failure(&self) -> Option<&Check> {
        self.checks.iter().find(|c| c.finding == Finding::Failed)
    }
}

/// `text` in one line of bounded length, with nothing in it that a terminal would obey.
pub(super) fn tame(text: &str) -> String {
    let words = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= DETAIL {
        return words;
    }
    words.chars().take(DETAIL).chain(['…']).collect()
}
