//! What a person has filled in, by the key of its field.
//!
//! Nothing is taken off a sheet while its turn lasts: a field that is not asked for any more keeps its answer for the case
//! that it is asked for again.

use super::task::{Field, Input};
use crate::tui::input::Chord;
use crate::tui::model::say::type_into;
use ratatui::style::{Modifier, Style};
use ratatui_textarea::{TextArea, WrapMode};
use std::collections::{BTreeMap, BTreeSet};

/// An answer.
#[derive(Debug, Clone)]
enum Answer {
    One(String),
    Any(BTreeSet<String>),
    Written(Box<TextArea<'static>>),
}

/// All answers.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    answers: BTreeMap<String, Answer>,
}

impl Sheet {
    /// What was chosen.
    pub fn one(&self, key: &str) -> Option<&str> {
        match self.answers.get(key) {
            Some(Answer::One(value)) => Some(value),
            _ => None,
        }
    }

    /// Whether this option was chosen, alone or among others.
    pub fn has(&self, key: &str, value: &str) -> bool {
        match self.answers.get(key) {
            Some(Answer::One(chosen)) => chosen == value,
            Some(Answer::Any(chosen)) => chosen.contains(value),
            Some(Answer::Written(_)) | None => false,
        }
    }

    /// What was written, without white space around it; none where nobody was asked yet.
    pub fn text(&self, key: &str) -> Option<String> {
        match self.answers.get(key) {
            Some(Answer::Written(area)) => Some(area.lines().join("\n").trim().to_owned()),
            _ => None,
        }
    }

    /// The editor of a text.
    pub fn area(&self, key: &str) -> Option<&TextArea<'static>> {
        match self.answers.get(key) {
            Some(Answer::Written(area)) => Some(area),
            _ => None,
        }
    }

    /// Whether anything was answered.
    pub fn is_filled(&self, key: &str) -> bool {
        match self.answers.get(key) {
            Some(Answer::One(_)) => true,
            Some(Answer::Any(chosen)) => !chosen.is_empty(),
            Some(Answer::Written(area)) => area.lines().iter().any(|line| !line.trim().is_empty()),
            None => false,
        }
    }

    /// Makes room for an answer; says whether that changed anything. What was chosen and cannot be chosen any more is
    /// dropped.
    pub fn ask(&mut self, field: &Field) -> bool {
        let can = |value: &str| field.choices().iter().any(|c| c.value == value);
        let answer = match (&field.input, self.answers.get_mut(&field.key)) {
            (Input::One(_), Some(Answer::One(chosen))) if can(chosen) => return false,
            (Input::One(_), _) if can(&field.initial) => Answer::One(field.initial.clone()),
            (Input::One(_), _) => return self.answers.remove(&field.key).is_some(),
            (Input::Any(_), Some(Answer::Any(chosen))) => {
                let before = chosen.len();
                chosen.retain(|value| can(value));
                return chosen.len() != before;
            }
            (Input::Any(_), _) => Answer::Any(BTreeSet::new()),
            (Input::Line | Input::Text, Some(Answer::Written(_))) => return false,
            (Input::Line | Input::Text, _) => Answer::Written(Box::new(editor(&field.initial))),
        };
        self.answers.insert(field.key.clone(), answer);
        true
    }

    /// Chooses one.
    pub fn choose(&mut self, key: &str, value: &str) {
        self.answers.insert(key.to_owned(), Answer::One(value.to_owned()));
    }

    /// Adds one to those chosen, or takes it away.
    pub fn toggle(&mut self, key: &str, value: &str) {
        if let Some(Answer::Any(chosen)) = self.answers.get_mut(key)
            && !chosen.remove(value)
        {
            chosen.insert(value.to_owned());
        }
    }

    /// Types a chord.
    pub fn type_in(&mut self, key: &str, chord: Chord) {
        if let Some(Answer::Written(area)) = self.answers.get_mut(key) {
            type_into(area, chord);
        }
    }

    /// Pastes text.
    pub fn paste(&mut self, key: &str, text: &str) {
        if let Some(Answer::Written(area)) = self.answers.get_mut(key) {
            area.insert_str(text);
        }
    }

    /// Shows the cursor in this text and in no other.
    pub fn focus(&mut self, focused: Option<&str>) {
        for (key, answer) in &mut self.answers {
            if let Answer::Written(area) = answer {
                let shown = focused == Some(key.as_str());
                let style = Style::default();
                area.set_cursor_style(if shown { style.add_modifier(Modifier::REVERSED) } else { style });
            }
        }
    }
}

fn editor(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    // Signs of its own would be colours that the theme does not know.
    area.set_cursor_line_style(Style::default());
    area.set_selection_style(Style::default().add_modifier(Modifier::REVERSED));
    area
}
