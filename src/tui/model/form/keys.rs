//! How a form is filled in: what each key does in a field, and how the focus moves.

use super::Form;
use super::task::Input;
use crate::protocol::Session;
use crate::tui::input::Chord;
use crossterm::event::KeyCode;

/// The furthest a context can be scrolled before it is laid out.
const FAR: usize = 1 << 16;

impl Form {
    /// Takes a key that neither hands in nor closes.
    pub fn key(&mut self, chord: Chord, session: &Session) {
        if self.sent {
            return;
        }
        let held = chord.ctrl || chord.alt;
        match chord.key {
            KeyCode::Tab => self.step(!chord.shift),
            KeyCode::PageDown => self.go(self.task + 1),
            KeyCode::PageUp => self.go(self.task.saturating_sub(1)),
            KeyCode::Down if held => self.scroll(1),
            KeyCode::Up if held => self.scroll(-1),
            _ => self.fill_in(chord),
        }
        self.renew(session);
    }

    /// Takes pasted text; on a line its lines become words of one.
    pub fn paste(&mut self, text: &str, session: &Session) {
        let Some(field) = self.focused().filter(|f| f.is_written() && !self.sent) else { return };
        let text = match field.input {
            Input::Line => text.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => text.to_owned(),
        };
        let key = field.key.clone();
        self.sheet.paste(&key, &text);
        self.renew(session);
    }

    /// Chooses a task; its first field gets the focus.
    pub fn go(&mut self, task: usize) {
        let task = task.min(self.tasks.len().saturating_sub(1));
        if task == self.task {
            return;
        }
        self.task = task;
        (self.top, self.spot) = (0, 0);
        let empty = self.chosen().is_none_or(|t| t.fields.is_empty());
        self.field = (!empty).then_some(0);
        self.settle();
    }

    /// Moves the context.
    pub fn scroll(&mut self, rows: isize) {
        self.top = self.top.saturating_add_signed(rows).min(FAR);
    }

    /// The next field, or the one before; beyond the last is the next task, before the first the context.
    fn step(&mut self, on: bool) {
        let many = self.chosen().map_or(0, |t| t.fields.len());
        self.spot = 0;
        match (on, self.field) {
            (true, None) if many > 0 => self.field = Some(0),
            (true, Some(at)) if at + 1 < many => self.field = Some(at + 1),
            (true, _) => self.go(self.task + 1),
            (false, Some(0)) => self.field = None,
            (false, Some(at)) => self.field = Some(at - 1),
            (false, None) if self.task > 0 => {
                self.go(self.task - 1);
                self.field = self.chosen().and_then(|t| t.fields.len().checked_sub(1));
            }
            (false, None) => {}
        }
        self.settle();
    }

    fn fill_in(&mut self, chord: Chord) {
        let Some(field) = self.focused().cloned() else {
            return match chord.key {
                KeyCode::Down => self.scroll(1),
                KeyCode::Up => self.scroll(-1),
                KeyCode::Char(' ') => self.scroll(8),
                KeyCode::Home => self.top = 0,
                KeyCode::End => self.top = FAR,
                KeyCode::Enter => self.step(true),
                _ => {}
            };
        };
        match &field.input {
            Input::Line if chord.key == KeyCode::Enter => self.step(true),
            Input::Line | Input::Text => self.sheet.type_in(&field.key, chord),
            Input::One(_) | Input::Any(_) if chord.key == KeyCode::Enter => self.step(true),
            Input::One(choices) => {
                let at = choices.iter().position(|c| self.sheet.has(&field.key, &c.value));
                let to = match chord.key {
                    KeyCode::Right | KeyCode::Down | KeyCode::Char(' ') => at.map_or(0, |at| at + 1),
                    KeyCode::Left | KeyCode::Up => {
                        at.map_or(choices.len(), |at| at + choices.len()) + choices.len() - 1
                    }
                    _ => return,
                };
                if let Some(choice) = choices.get(to.checked_rem(choices.len()).unwrap_or(0)) {
                    self.sheet.choose(&field.key, &choice.value);
                }
            }
            Input::Any(choices) => match chord.key {
                KeyCode::Right | KeyCode::Down => self.spot = (self.spot + 1).min(choices.len().saturating_sub(1)),
                KeyCode::Left | KeyCode::Up => self.spot = self.spot.saturating_sub(1),
                KeyCode::Char(' ' | 'x') => {
                    if let Some(choice) = choices.get(self.spot) {
                        self.sheet.toggle(&field.key, &choice.value);
                    }
                }
                _ => {}
            },
        }
    }

    /// The cursor is where the focus is.
    pub(super) fn settle(&mut self) {
        let many = self.focused().map_or(0, |f| f.choices().len());
        let field = self.focused().map(|f| f.key.clone());
        self.spot = self.spot.min(many.saturating_sub(1));
        self.sheet.focus(field.as_deref());
    }
}
