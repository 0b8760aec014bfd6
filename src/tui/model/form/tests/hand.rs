//! A hand that fills in forms: every key is one that a person could press.

use crate::protocol::tests::host::{Host, Judge, dutiful};
use crate::protocol::*;
use crate::tui::input::Chord;
use crate::tui::model::form::task::{Field, Input};
use crate::tui::model::form::{Form, Reason};

/// What stands where nothing else is wished for.
pub const WORDS: &str = "Because clause 1 holds under load, as the criterion asks.";

/// A form, and how keys reach it.
pub trait Hand {
    fn form(&self) -> &Form;
    fn press(&mut self, chord: Chord);
    fn paste(&mut self, text: &str);

    fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.press(key.parse().unwrap());
        }
    }

    /// Goes to a field as a person would.
    fn reach(&mut self, key: &str) {
        let task = |form: &Form| form.tasks.iter().position(|t| t.fields.iter().any(|f| f.key == key)).unwrap();
        while self.form().task < task(self.form()) {
            self.keys("PgDn");
        }
        while self.form().task > task(self.form()) {
            self.keys("PgUp");
        }
        let field = self.form().chosen().unwrap().fields.iter().position(|f| f.key == key).unwrap();
        while self.form().field.is_none_or(|at| at < field) {
            self.keys("Tab");
        }
        while self.form().field.is_some_and(|at| at > field) {
            self.keys("Shift+Tab");
        }
        assert_eq!(self.form().focused().unwrap().key, key);
    }

    /// Answers one field.
    fn answer(&mut self, field: &Field, wish: Option<&str>) {
        self.reach(&field.key);
        match &field.input {
            Input::One(choices) => {
                let value = wish.unwrap_or(&choices[0].value);
                for _ in 0..=choices.len() {
                    if self.form().sheet.one(&field.key) == Some(value) {
                        return;
                    }
                    self.keys("Right");
                }
                panic!("{} cannot be {value}: {choices:?}", field.key);
            }
            Input::Any(choices) => {
                let value = wish.unwrap_or(&choices[0].value);
                self.keys(&"Left ".repeat(choices.len()));
                let at = choices.iter().position(|c| c.value == value).unwrap();
                self.keys(&"Right ".repeat(at));
                self.keys("Space");
                assert!(self.form().sheet.has(&field.key, value), "{}", field.key);
            }
            Input::Line | Input::Text => {
                self.keys("Alt+<");
                let there = self.form().sheet.area(&field.key).unwrap().lines().len();
                self.keys(&"Ctrl+K ".repeat(there * 2));
                let text = wish.unwrap_or(WORDS);
                let (first, rest) = text.split_at(text.len().min(3));
                for c in first.chars() {
                    self.press(Chord::plain(crossterm::event::KeyCode::Char(c)));
                }
                if !rest.is_empty() {
                    self.paste(rest);
                }
            }
        }
    }

    /// Fills in everything that is needed, and everything that is wished for by the end of a field's key.
    fn fill_in(&mut self, wishes: &[(&str, &str)]) {
        for _ in 0..400 {
            let fields = self.form().tasks.iter().flat_map(|t| &t.fields);
            let next = fields.clone().find_map(|f| Some((f.clone(), Some(unmet(self.form(), f, wishes)?))));
            let missing = || fields.clone().find(|f| f.needed && !self.form().sheet.is_filled(&f.key)).cloned();
            let Some((field, wish)) = next.or_else(|| missing().map(|f| (f, None))) else { return };
            self.answer(&field, wish);
        }
        panic!("the form has no end: {:#?}", self.form().tasks);
    }
}

/// What is wished for in a field and is not there yet.
fn unmet<'a>(form: &Form, field: &Field, wishes: &[(&str, &'a str)]) -> Option<&'a str> {
    let fits = |value: &str| field.is_written() || field.choices().iter().any(|c| c.value == value);
    let wished = wishes.iter().filter(|(end, _)| field.key.ends_with(end)).map(|(_, value)| *value);
    let there = |value: &str| match field.input {
        Input::One(_) | Input::Any(_) => form.sheet.has(&field.key, value),
        Input::Line | Input::Text => form.sheet.text(&field.key).as_deref() == Some(value),
    };
    wished.filter(|value| fits(value)).find(|value| !there(value))
}

/// A form by itself.
pub struct Alone<'a> {
    pub form: Form,
    pub session: &'a Session,
}

impl<'a> Alone<'a> {
    pub fn of(session: &'a Session, ask: &Ask) -> Self {
        let seat = ask.author.seat().unwrap().clone();
        Self { form: Form::of(session, seat, ask.clone()), session }
    }

    pub fn reply(&self) -> Result<Reply, Vec<Reason>> {
        self.form.reply(self.session)
    }
}

impl Hand for Alone<'_> {
    fn form(&self) -> &Form {
        &self.form
    }

    fn press(&mut self, chord: Chord) {
        self.form.key(chord, self.session);
    }

    fn paste(&mut self, text: &str) {
        self.form.paste(text, self.session);
    }
}

/// The reply that a form with these wishes comes to; it must be one that the rules accept.
pub fn written(session: &Session, ask: &Ask, wishes: &[(&str, &str)]) -> Reply {
    let mut hand = Alone::of(session, ask);
    hand.fill_in(wishes);
    match hand.reply() {
        Ok(reply) => reply,
        Err(reasons) => panic!("{ask:?}\n{reasons:#?}\n{:#?}", hand.form.tasks),
    }
}

/// Everybody but ARCHITECT speaks by rule; with four decisions ARCHITECT owns the last.
pub fn others(session: &Session, ask: &Ask) -> Reply {
    dutiful(session, ask, 4, |_, _| Judge::Agree)
}

/// Runs until ARCHITECT owes `duty`; gives the host and what it is asked.
pub fn until(mut host: Host, speak: impl FnMut(&Session, &Ask) -> Reply, duty: impl Fn(&Duty) -> bool) -> (Host, Ask) {
    let architect: Author = "ARCHITECT".parse().unwrap();
    let owes = |s: &Session| {
        let asked = s.asks().into_iter().find(|a| a.author == architect && !s.has_answered(&a.author));
        asked.filter(|a| a.duties.iter().any(&duty))
    };
    host.run_until(speak, |s| owes(s).is_some());
    let ask = owes(&host.session).unwrap();
    (host, ask)
}
