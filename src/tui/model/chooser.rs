//! A list to choose from, filtered by what is typed: the help, the palette, chapters, references, the export, leaving.

use super::field::Field;
use super::place::Place;
use crate::tui::input::Chord;
use crate::tui::keymap::Action;
use crossterm::event::KeyCode;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What choosing does.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// As if its key had been pressed.
    Do(Action),
    /// Go to a place.
    Go(Place),
    /// Go to a record: a chapter.
    Seek(usize),
    /// Turn a part of the filter on or off; the list stays.
    Filter(super::filter::Part),
    /// Show everything again.
    Unfilter,
    /// Write the document in this format.
    Export(&'static str),
    /// Leave a running debate in this way.
    Leave(Leave),
    /// Close the list.
    Nothing,
}

/// Ways to leave a running debate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// The debate goes on in the background.
    Detach,
    /// It is stopped; it can be resumed.
    Stop,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What is shown.
    pub label: String,
    /// What is shown at the right: keys, a time.
    pub aside: String,
    /// What it does.
    pub choice: Choice,
}

/// The list.
#[derive(Debug, Clone)]
pub struct Chooser {
    /// What it is about.
    pub title: String,
    /// What is typed to filter it.
    pub field: Field,
    /// The filter's text may itself be a place to go to.
    pub takes_places: bool,
    rows: Vec<Row>,
    /// Rows that match, best first, by index.
    found: Vec<usize>,
    /// Which of these is chosen.
    at: usize,
}

impl Chooser {
    /// A list with nothing typed yet.
    pub fn new(title: impl Into<String>, rows: Vec<Row>) -> Self {
        let found = (0..rows.len()).collect();
        Self { title: title.into(), field: Field::default(), takes_places: false, rows, found, at: 0 }
    }

    /// The same list, with the row at `at` chosen.
    pub fn at(mut self, at: usize) -> Self {
        self.at = at.min(self.found.len().saturating_sub(1));
        self
    }

    /// The rows that match, each with whether it is chosen.
    pub fn shown(&self) -> impl Iterator<Item = (bool, &Row)> {
        let rows = self.found.iter().filter_map(|i| self.rows.get(*i));
        rows.enumerate().map(|(i, row)| (i == self.at, row))
    }

    /// How many rows match, and which of them is chosen.
    pub fn place(&self) -> (usize, usize) {
        (self.found.len(), self.at)
    }

    /// The row that is chosen.
    pub fn chosen(&self) -> Option<&Row> {
        self.rows.get(*self.found.get(self.at)?)
    }

    /// Replaces the rows, keeping what is typed and chosen.
    pub fn renew(&mut self, rows: Vec<Row>) {
        let at = self.at;
        self.rows = rows;
        self.filter();
        self.at = at.min(self.found.len().saturating_sub(1));
    }

    /// Takes a key that neither chooses nor closes.
    pub fn key(&mut self, chord: Chord) {
        let last = self.found.len().saturating_sub(1);
        match chord.key {
            KeyCode::Down => self.at = (self.at + 1).min(last),
            KeyCode::Char('n') if chord.ctrl => self.at = (self.at + 1).min(last),
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Char('p') if chord.ctrl => self.at = self.at.saturating_sub(1),
            KeyCode::PageDown => self.at = (self.at + 10).min(last),
            KeyCode::PageUp => self.at = self.at.saturating_sub(10),
            _ => {
                if self.field.key(chord) {
                    self.filter();
                }
            }
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if self.field.insert(text) {
            self.filter();
        }
    }

    fn filter(&mut self) {
        self.at = 0;
        if self.field.text().trim().is_empty() {
            self.found = (0..self.rows.len()).collect();
            return;
        }
        let pattern = Pattern::parse(self.field.text(), CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let scored = self.rows.iter().enumerate().filter_map(|(i, row)| {
            let text = format!("{} {}", row.label, row.aside);
            Some((pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?, i))
        });
        let mut scored: Vec<(u32, usize)> = scored.collect();
        scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        self.found = scored.into_iter().map(|(_, i)| i).collect();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn rows(labels: &[&str]) -> Vec<Row> {
        let row = |label: &&str| Row { label: (*label).to_owned(), aside: String::new(), choice: Choice::Nothing };
        labels.iter().map(row).collect()
    }

    #[test]
    fn typing_narrows_and_the_best_comes_first() {
        let mut list = Chooser::new("t", rows(&["Next entry", "Next marker", "Pause the debate"]));
        for key in ["m", "a", "r", "k"] {
            list.key(key.parse().unwrap());
        }
        assert_eq!(list.chosen().unwrap().label, "Next marker");
        list.key("Ctrl+U".parse().unwrap());
        list.key("Down".parse().unwrap());
        list.key("Down".parse().unwrap());
        list.key("Down".parse().unwrap());
        assert_eq!(list.chosen().unwrap().label, "Pause the debate");
        list.paste("zzz");
        assert!(list.chosen().is_none());
    }
}
