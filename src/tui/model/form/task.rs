//! What a form puts before a person: tasks with something to read and fields to fill in.
//!
//! Tasks hold no answers. They are made anew from the session and the [`Sheet`] after each change, so that what a choice
//! brings with it (the fields of an objection, the clauses of a text that is being changed) needs no rule of its own.

use super::sheet::Sheet;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it is called from wave to wave, so that the form stays where it was.
    pub key: String,
    /// In a few words, for the list.
    pub title: String,
    /// What one must read to do it, in Markdown.
    pub context: String,
    /// What is to be filled in.
    pub fields: Vec<Field>,
    /// The ids that a refusal of it would name, the most telling first.
    pub names: Vec<String>,
}

/// Whether a task is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Something that is needed is missing.
    Open,
    /// Nothing is missing.
    Done,
    /// Nothing is needed and nothing was given.
    Free,
}

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where its answer lies on the sheet.
    pub key: String,
    /// What is asked.
    pub label: String,
    /// How it is answered.
    pub input: Input,
    /// It cannot be left out.
    pub needed: bool,
    /// What stands there before anybody touches it: a text, or the option that is chosen.
    pub initial: String,
}

/// How a field is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One of these.
    One(Vec<Choice>),
    /// Any of these.
    Any(Vec<Choice>),
    /// A text on one line.
    Line,
    /// A text.
    Text,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is meant.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// Means `value` and shows `label`.
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into() }
    }
}

impl Task {
    /// A task without fields yet.
    pub fn new(key: impl Into<String>, title: impl Into<String>, context: impl Into<String>) -> Self {
        Self { key: key.into(), title: title.into(), context: context.into(), fields: Vec::new(), names: Vec::new() }
    }

    /// The same, with the ids that a refusal of it would name.
    pub fn named(mut self, names: impl IntoIterator<Item = impl ToString>) -> Self {
        self.names.extend(names.into_iter().map(|n| n.to_string()));
        self
    }

    /// The fields that are needed and empty.
    pub fn missing<'a>(&'a self, sheet: &'a Sheet) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(|f| f.needed && !sheet.is_filled(&f.key))
    }

    /// Whether it is done.
    pub fn standing(&self, sheet: &Sheet) -> Standing {
        if self.missing(sheet).next().is_some() {
            return Standing::Open;
        }
        let given = self.fields.iter().any(|f| sheet.is_filled(&f.key) && (f.needed || f.initial.is_empty()));
        if given || self.fields.is_empty() { Standing::Done } else { Standing::Free }
    }
}

impl Field {
    fn new(key: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self { key: key.into(), label: label.into(), input, needed: true, initial: String::new() }
    }

    /// One of several.
    pub fn one(key: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(key, label, Input::One(choices))
    }

    /// Any of several.
    pub fn any(key: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(key, label, Input::Any(choices))
    }

    /// A line.
    pub fn line(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(key, label, Input::Line)
    }

    /// A text.
    pub fn text(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(key, label, Input::Text)
    }

    /// It may be left out.
    pub fn optional(mut self) -> Self {
        self.needed = false;
        self
    }

    /// It cannot be left out if `needed`.
    pub fn needed_if(mut self, needed: bool) -> Self {
        self.needed = needed;
        self
    }

    /// With something there already.
    pub fn with(mut self, initial: impl Into<String>) -> Self {
        self.initial = initial.into();
        self
    }

    /// The options, where there are any.
    pub fn choices(&self) -> &[Choice] {
        match &self.input {
            Input::One(choices) | Input::Any(choices) => choices,
            Input::Line | Input::Text => &[],
        }
    }

    /// Whether letters go into it.
    pub fn is_written(&self) -> bool {
        matches!(self.input, Input::Line | Input::Text)
    }
}
