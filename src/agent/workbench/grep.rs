//! `grep`: lines that match a regular expression, with two around each.
//!
//! The engine is ripgrep's: it looks at every byte once, whatever the expression, and an expression that would need much memory
//! is refused when it is read.

use super::glob::{MAX_FILES, matcher, too_many};
use super::project::{Folder, Shown, open};
use super::{Bell, Raw, line};
use crate::protocol::{Query, Spot};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkMatch};
use std::io;

/// Most lines that match.
const MAX_MATCHES: u32 = 100;
/// Lines around a match.
const AROUND: usize = 2;
/// Longest expression, in bytes.
const MAX_PATTERN: usize = 512;
/// Most memory of a compiled expression, in bytes.
const MAX_REGEX: usize = 1 << 20;
/// Deepest nesting of an expression.
const MAX_NEST: u32 = 50;
/// Largest file that is searched, in bytes.
const MAX_FILE: u64 = 4 << 20;
/// Longest line that is held in memory, in bytes.
const MAX_HEAP: usize = 8 << 20;

/// The lines that match.
pub(super) fn grep(folder: &Folder, query: &Query, most: usize, bell: &Bell) -> Result<Raw, String> {
    let Query::Grep { pattern, path, glob, ignore_case } = query else { return Err("this is no search".to_owned()) };
    let regex = regex(pattern, *ignore_case)?;
    let among = if glob.is_empty() { None } else { Some(matcher(glob)?) };
    let start = folder.place(path)?;
    let mut hits = Hits { text: String::new(), spots: Vec::new(), left_out: String::new(), matches: 0, most, bell };
    let mut searcher = searcher();
    let (mut files, mut large) = (0, 0);
    let mut search = |shown: Shown| {
        files += 1;
        if files > MAX_FILES {
            hits.left_out = too_many();
            return false;
        }
        if among.as_ref().is_some_and(|glob| !glob.is_match(&shown.path)) {
            return true;
        }
        let Ok(file) = open(&shown) else { return true };
        if file.metadata().map_or(true, |about| about.len() > MAX_FILE) {
            large += 1;
            return true;
        }
        let sink = InFile { path: shown.path, hits: &mut hits, last: 0 };
        // A file that cannot be read to its end gives what it gave.
        let _ = searcher.search_file(&regex, &file, sink);
        hits.left_out.is_empty()
    };
    if start.at.is_file() {
        search(start);
    } else {
        folder.walk(&start.at, search);
    }
    let Hits { text, spots, mut left_out, .. } = hits;
    if large > 0 {
        let gap = if left_out.is_empty() { "" } else { ", and " };
        left_out.push_str(&format!("{gap}{large} files larger than {} MiB", MAX_FILE >> 20));
    }
    Ok(Raw { text, spots, left_out })
}

fn regex(pattern: &str, ignore_case: bool) -> Result<RegexMatcher, String> {
    if pattern.is_empty() || pattern.len() > MAX_PATTERN {
        return Err(format!("an expression has 1 to {MAX_PATTERN} bytes"));
    }
    let mut builder = RegexMatcherBuilder::new();
    builder
        .case_insensitive(ignore_case)
        .line_terminator(Some(b'\n'))
        .size_limit(MAX_REGEX)
        .dfa_size_limit(MAX_REGEX)
        .nest_limit(MAX_NEST);
    builder.build(pattern).map_err(|e| {
        let said: String = e.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        format!("the expression cannot be used: {}", said.chars().take(200).collect::<String>())
    })
}

fn searcher() -> Searcher {
    SearcherBuilder::new()
        .binary_detection(BinaryDetection::quit(0))
        .line_number(true)
        .before_context(AROUND)
        .after_context(AROUND)
        .heap_limit(Some(MAX_HEAP))
        .build()
}

/// What was found in all files.
struct Hits<'a> {
    text: String,
    spots: Vec<Spot>,
    left_out: String,
    matches: u32,
    most: usize,
    bell: &'a Bell,
}

/// What is found in one file.
struct InFile<'a, 'b> {
    path: String,
    hits: &'a mut Hits<'b>,
    /// The last line that was given.
    last: u32,
}

impl InFile<'_, '_> {
    /// Gives a line; false where no more may be given.
    fn give(&mut self, number: Option<u64>, bytes: &[u8], mark: char) -> bool {
        let number = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX);
        let path = &self.path;
        let gap = if self.last > 0 && number > self.last + 1 { "--\n" } else { "" };
        let told = format!("{gap}{path}{mark}{number}{mark}{}\n", line(&String::from_utf8_lossy(bytes)));
        if self.hits.text.len() + told.len() > self.hits.most {
            self.hits.left_out = format!("what came after {} matches: ask for less", self.hits.matches);
            return false;
        }
        self.hits.text.push_str(&told);
        match self.hits.spots.last_mut().filter(|s| s.path == *path && s.to.checked_add(1) == Some(number)) {
            Some(spot) => spot.to = number,
            None => self.hits.spots.push(Spot { path: path.clone(), from: number, to: number }),
        }
        self.last = number;
        true
    }
}

impl Sink for InFile<'_, '_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        if self.hits.bell.rang() {
            self.hits.left_out = "what came after the time was over".to_owned();
            return Ok(false);
        }
        if self.hits.matches == MAX_MATCHES {
            self.hits.left_out = format!("what came after the first {MAX_MATCHES} matches: ask for less");
            return Ok(false);
        }
        self.hits.matches += 1;
        Ok(self.give(found.line_number(), found.bytes(), ':'))
    }

    fn context(&mut self, _: &Searcher, found: &SinkContext<'_>) -> Result<bool, io::Error> {
        Ok(self.give(found.line_number(), found.bytes(), '-'))
    }

    fn begin(&mut self, _: &Searcher) -> Result<bool, io::Error> {
        if self.hits.bell.rang() {
            self.hits.left_out = "what came after the time was over".to_owned();
        }
        Ok(!self.hits.bell.rang())
    }
}
