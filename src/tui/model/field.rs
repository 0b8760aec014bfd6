//! A line of text that a person types: a search, a filter, a number.

use crate::tui::input::Chord;
use crossterm::event::KeyCode;
use unicode_segmentation::UnicodeSegmentation;

/// Longest line, in bytes.
const LONGEST: usize = 1024;

/// One line with a cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// In bytes, at the edge of a character as people see it.
    cursor: usize,
}

impl Field {
    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or(&self.text)
    }

    /// Takes a key; says whether the text changed.
    pub fn key(&mut self, chord: Chord) -> bool {
        match chord.key {
            KeyCode::Backspace => self.take_before(),
            KeyCode::Delete => self.take_after(),
            KeyCode::Left => self.step(false),
            KeyCode::Right => self.step(true),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(self.text.len()),
            KeyCode::Char('u') if chord.ctrl => self.clear(),
            _ => chord.typed().is_some_and(|c| self.insert(c.encode_utf8(&mut [0; 4]))),
        }
    }

    /// Puts text in at the cursor: its first line, without control characters.
    pub fn insert(&mut self, text: &str) -> bool {
        let line: String = text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
        if line.is_empty() || self.text.len() + line.len() > LONGEST {
            return false;
        }
        self.text.insert_str(self.cursor, &line);
        self.cursor += line.len();
        true
    }

    fn take_before(&mut self) -> bool {
        let Some(last) = self.before().graphemes(true).next_back().map(str::len) else { return false };
        let from = self.cursor - last;
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
        true
    }

    fn take_after(&mut self) -> bool {
        let after = self.text.get(self.cursor..).unwrap_or_default();
        let Some(next) = after.graphemes(true).next().map(str::len) else { return false };
        self.text.replace_range(self.cursor..self.cursor + next, "");
        true
    }

    fn step(&mut self, on: bool) -> bool {
        if on {
            let after = self.text.get(self.cursor..).unwrap_or_default();
            self.cursor += after.graphemes(true).next().map_or(0, str::len);
        } else {
            self.cursor -= self.before().graphemes(true).next_back().map_or(0, str::len);
        }
        false
    }

    fn go(&mut self, to: usize) -> bool {
        self.cursor = to;
        false
    }

    fn clear(&mut self) -> bool {
        *self = Self::default();
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn characters_are_taken_as_people_see_them() {
        let mut field = Field::default();
        field.insert("a👩‍💻é\u{1b}[31m\nsecond line");
        assert_eq!(field.text(), "a👩‍💻é[31m");
        for _ in 0..5 {
            field.key("Left".parse().unwrap());
        }
        field.key("Backspace".parse().unwrap());
        assert_eq!(field.text(), "aé[31m");
        field.key("Delete".parse().unwrap());
        assert_eq!((field.text(), field.before()), ("a[31m", "a"));
        field.key("Ctrl+U".parse().unwrap());
        assert_eq!(field, Field::default());
    }
}
