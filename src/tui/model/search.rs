//! Searching the log: every entry as it is shown, small letters for both cases.
//!
//! The texts are made when a search begins, a slice at a time between frames: a long debate has thousands, and no key waits
//! for all of them.

use super::field::Field;
use crate::journal::communication::render_entry;
use crate::protocol::{EntryNumber, Session};
use grep_matcher::Matcher;
use grep_regex::RegexMatcherBuilder;

/// Entries whose texts are made at a time: a millisecond or two.
pub const SLICE: usize = 128;

/// A search under way or done.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What is typed.
    pub field: Field,
    /// Entries with a match, in order.
    pub found: Vec<EntryNumber>,
    /// Every entry was looked at.
    pub whole: bool,
    /// Where the search began, to go back to.
    pub from: Option<EntryNumber>,
}

/// The entries' texts, made when a search begins and kept up while it lasts.
#[derive(Debug, Default)]
pub struct Haystack {
    texts: Vec<Box<str>>,
    /// Whose texts these are; another session's are made anew.
    session: String,
}

impl Haystack {
    /// Takes in at most a [`SLICE`] of the entries it does not have yet.
    pub fn keep_up(&mut self, session: &Session) {
        if self.session != session.opening().session {
            *self = Self { texts: Vec::new(), session: session.opening().session.clone() };
        }
        for entry in session.entries().iter().skip(self.texts.len()).take(SLICE) {
            self.texts.push(render_entry(session, entry).into());
        }
    }

    /// Whether it has every entry.
    pub fn is_whole(&self, session: &Session) -> bool {
        self.session == session.opening().session && self.texts.len() >= session.entries().len()
    }

    /// The entries up to the session's last that hold `query`. A query with a capital letter wants that case.
    pub fn find(&self, session: &Session, query: &str) -> Vec<EntryNumber> {
        if query.is_empty() {
            return Vec::new();
        }
        let exact = query.chars().any(char::is_uppercase);
        let mut matcher = RegexMatcherBuilder::new();
        let Ok(matcher) = matcher.fixed_strings(true).case_insensitive(!exact).build(query) else {
            // Too long to be found anywhere.
            return Vec::new();
        };
        let holds = |text: &str| matcher.is_match(text.as_bytes()).unwrap_or(false);
        let hits = self.texts.iter().zip(session.entries()).filter(|(text, _)| holds(text));
        hits.map(|(_, entry)| entry.number).collect()
    }
}

impl Search {
    /// The match at or after `at`, else the first.
    pub fn at_or_after(&self, at: Option<EntryNumber>) -> Option<EntryNumber> {
        let later = self.found.iter().find(|n| at.is_none_or(|at| **n >= at));
        later.or(self.found.first()).copied()
    }

    /// The match after, or before, `at`, around the ends.
    pub fn next(&self, at: Option<EntryNumber>, on: bool) -> Option<EntryNumber> {
        let Some(at) = at else { return self.found.first().copied() };
        if on {
            self.found.iter().find(|n| **n > at).or(self.found.first()).copied()
        } else {
            self.found.iter().rfind(|n| **n < at).or(self.found.last()).copied()
        }
    }

    /// `3/17`, for the entry at the cursor; `3/17+` while not every entry was looked at.
    pub fn counted(&self, at: Option<EntryNumber>) -> String {
        let place = self.found.iter().position(|n| Some(*n) == at).map_or("-".to_owned(), |i| (i + 1).to_string());
        format!("{place}/{}{}", self.found.len(), if self.whole { "" } else { "+" })
    }
}

/// Where `query` stands in `text`, in bytes. Both cases match unless it has a capital letter.
pub fn matches(text: &str, query: &str) -> Vec<(usize, usize)> {
    if query.is_empty() {
        return Vec::new();
    }
    let exact = query.chars().any(char::is_uppercase);
    if exact {
        return text.match_indices(query).map(|(at, hit)| (at, at + hit.len())).collect();
    }
    let small: Vec<char> = query.chars().flat_map(char::to_lowercase).collect();
    let mut hits = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        match prefix(rest, &small) {
            Some(len) => {
                hits.push((at, at + len));
                at += len;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    hits
}

/// How many bytes of `text` make up `small`, if it begins with it in any case.
fn prefix(text: &str, small: &[char]) -> Option<usize> {
    let mut wanted = small.iter();
    let mut bytes = 0;
    for c in text.chars() {
        if wanted.len() == 0 {
            break;
        }
        for lower in c.to_lowercase() {
            if wanted.next() != Some(&lower) {
                return None;
            }
        }
        bytes += c.len_utf8();
    }
    (wanted.len() == 0).then_some(bytes)
}
