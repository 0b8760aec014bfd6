//! A reply read while it is written.
//!
//! Replies are JSON, and people watch them arrive. [`Draft`] takes the pieces as they come and gives at any time what can be
//! shown: the content as prose, the moves so far. It decides nothing: whether a reply holds is for
//! [`super::reply`] to say, when it is whole. So it is lenient where that is strict, and shows what it has of a reply that
//! will be refused.

mod json;
mod sheet;
#[cfg(test)]
mod tests;

use json::{Reader, Token};
use sheet::Sheet;
use std::fmt;

/// Bytes of a reply that are read; what follows is not shown.
pub const LONGEST: usize = 1024 * 1024;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// A reply that is being written. Feed it every piece with [`Draft::push`]; a retry needs a new one.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    taken: usize,
    is_full: bool,
    phase: Phase,
    /// What stands before the reply, the text of a reply that is not yet sure included.
    preface: String,
    /// Where in it that begins.
    candidate: Option<usize>,
    thoughts: String,
    sheet: Sheet,
    tokens: Vec<Token>,
}

/// A move that is being written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftMove {
    /// What it does, in the word of the reply schema: `object`, `agree`; empty until known.
    pub act: String,
    /// The ids and tags it names, with blanks between: `D2`, `O4`, `SECURITY D2`.
    pub target: String,
    /// Its other fields as Markdown, in the order in which they came. Only ever grows.
    pub text: String,
    /// Whether nothing more comes.
    pub is_complete: bool,
}

/// As Markdown, in the form of the log: `OBJECT D2 — …`.
impl fmt::Display for DraftMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A model may name the move last.
        f.write_str(if self.act.is_empty() { "…" } else { &self.act }.to_uppercase().as_str())?;
        if !self.target.is_empty() {
            write!(f, " {}", self.target)?;
        }
        if !self.text.is_empty() {
            write!(f, " — {}", self.text)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
enum Phase {
    /// Nothing but blanks, or the beginning of a mark, so far.
    #[default]
    Start,
    Thinking,
    /// Looking for the reply.
    Looking,
    Reading(Box<Reader>),
    /// The reply is whole, or cannot be read on.
    Over,
}

impl Draft {
    /// Takes the next piece of the text.
    pub fn push(&mut self, piece: &str) {
        for c in piece.chars() {
            if self.is_full || self.taken + c.len_utf8() > LONGEST {
                self.is_full = true;
                return;
            }
            self.taken += c.len_utf8();
            self.step(c);
        }
    }

    /// The reply's type, once it is whole.
    pub fn kind(&self) -> Option<&str> {
        self.sheet.is_kind_known.then_some(self.sheet.kind.as_str())
    }

    /// The content so far, decoded.
    pub fn content(&self) -> &str {
        &self.sheet.content
    }

    /// Whether the content is whole.
    pub fn is_content_complete(&self) -> bool {
        self.sheet.is_content_whole
    }

    /// The moves so far. Only the last can be incomplete.
    pub fn moves(&self) -> &[DraftMove] {
        &self.sheet.moves
    }

    /// Thoughts that came before the reply between `<think>` marks.
    pub fn thoughts(&self) -> &str {
        &self.thoughts
    }

    /// What stands before the reply; all of a text in which there is none.
    pub fn preface(&self) -> &str {
        self.candidate.and_then(|start| self.preface.get(..start)).unwrap_or(&self.preface)
    }

    /// Whether the reply is whole.
    pub fn is_complete(&self) -> bool {
        self.sheet.is_closed
    }

    /// Whether the reply is longer than is read.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    fn step(&mut self, c: char) {
        match &mut self.phase {
            Phase::Start => self.start(c),
            Phase::Thinking => {
                self.thoughts.push(c);
                if c == '>' && self.thoughts.ends_with(CLOSE) {
                    self.thoughts.truncate(self.thoughts.len() - CLOSE.len());
                    self.phase = Phase::Looking;
                }
            }
            Phase::Looking => self.look(c),
            Phase::Reading(reader) => {
                let outcome = reader.push(c, &mut self.tokens);
                let is_done = reader.is_done();
                for token in self.tokens.drain(..) {
                    self.sheet.take(token);
                }
                self.read(c, outcome.is_err(), is_done);
            }
            Phase::Over => {}
        }
    }

    /// The first characters: do they open thoughts?
    fn start(&mut self, c: char) {
        self.preface.push(c);
        let begun = self.preface.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
        if begun == OPEN {
            self.preface.clear();
            self.phase = Phase::Thinking;
        } else if !OPEN.starts_with(begun) || self.preface.len() > 256 {
            self.phase = Phase::Looking;
            let text = std::mem::take(&mut self.preface);
            text.chars().for_each(|c| self.step(c));
        }
    }

    fn look(&mut self, c: char) {
        if c == '{' {
            self.candidate = Some(self.preface.len());
            self.sheet = Sheet::new();
            self.phase = Phase::Reading(Box::new(Reader::new()));
        }
        self.preface.push(c);
        if c == '>' && self.preface.ends_with(CLOSE) {
            // The opening mark was in the prompt.
            self.preface.truncate(self.preface.len() - CLOSE.len());
            self.thoughts.push_str(&self.preface);
            self.preface.clear();
        }
    }

    /// What a character of the reply, or of what may be one, came to.
    fn read(&mut self, c: char, is_broken: bool, is_done: bool) {
        if self.sheet.is_closed {
            self.phase = Phase::Over;
        }
        if self.sheet.is_reply {
            if let Some(start) = self.candidate.take() {
                self.preface.truncate(start);
            }
            if is_broken {
                self.phase = Phase::Over;
            }
            return;
        }
        if is_broken {
            // It was no reply: its text is text.
            self.reject();
            self.look(c);
            return;
        }
        self.preface.push(c);
        if is_done {
            self.reject();
        }
    }

    fn reject(&mut self) {
        self.candidate = None;
        self.sheet = Sheet::default();
        self.phase = Phase::Looking;
    }
}
