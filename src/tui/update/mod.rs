//! How the screen changes: a message in, the model changed, effects out. Nothing here waits, reads or writes.

mod act;
mod choose;
mod fill;
mod listen;
mod lists;
mod play;
#[cfg(test)]
mod tests;
mod travel;

use super::input::{Chord, Input, Mouse};
use super::keymap::Action;
use super::model::chooser::Chooser;
use super::model::{Mode, Model};
use super::view::layout::Pane;
use crate::door::{News, Request};
use crate::journal::Record;
use crate::room::{Granted, Refused};
use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::KeyCode;
use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A person did something.
    Input(Input),
    /// The journal has these records more.
    Records(Vec<Record>),
    /// Something came through the door.
    News(News),
    /// The host is gone.
    HostGone,
    /// What was said in the room was taken in, or not.
    Answered(Result<Granted, Refused>),
    /// An effect was carried out: what to tell, or what went wrong.
    Done(Result<String, String>),
    /// Nothing else is to be done: there is time to read on for the search.
    Idle,
    /// Time has passed.
    Tick,
}

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the host.
    Ask {
        /// For what.
        request: Request,
        /// The composer or a form waits for the answer.
        heard: bool,
    },
    /// Write the document in this format.
    Export(&'static str),
    /// Put text into the clipboard; the second is what to call it.
    Copy(String, &'static str),
    /// Write text into a file of this name, here.
    Write {
        /// The file's name.
        name: String,
        /// What it will hold.
        text: String,
    },
    /// Listen to the mouse, or not.
    Mouse(bool),
    /// Tell the terminal that a person is waited for.
    Notify(String),
    /// A new session from this many records.
    Fork(usize),
    /// Show the bare text for the terminal's own selection.
    Bare(String),
    /// Draw everything anew.
    Redraw,
    /// Put the screen to sleep.
    Suspend,
    /// Close the screen.
    Leave(Left),
}

/// How the screen was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// There was nothing to leave behind, or it had ended.
    Closed,
    /// The debate goes on in the background.
    Detached,
    /// The debate is to be stopped.
    Stopped,
}

/// How long the first Ctrl+C counts.
const TWICE: TimeDelta = TimeDelta::seconds(2);

/// Changes the model for a message.
pub fn update(model: &mut Model, msg: Msg, now: DateTime<Utc>) -> Vec<Effect> {
    model.now = now.max(model.now);
    match msg {
        Msg::Input(input) => self::input(model, input),
        Msg::Records(records) => listen::records(model, records),
        Msg::News(news) => listen::news(model, news),
        Msg::HostGone => listen::host_gone(model),
        Msg::Answered(answer) => listen::answered(model, answer),
        Msg::Done(Ok(word) | Err(word)) => {
            model.say(word);
            Vec::new()
        }
        Msg::Idle => {
            travel::read_on(model);
            Vec::new()
        }
        Msg::Tick => Vec::new(),
    }
}

fn input(model: &mut Model, input: Input) -> Vec<Effect> {
    match input {
        Input::Resize(width, height) => {
            model.size = (width, height);
            vec![Effect::Redraw]
        }
        Input::Paste(text) => paste(model, &text),
        Input::Mouse(mouse) => self::mouse(model, mouse),
        Input::Key(chord) => key(model, chord),
    }
}

fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    match &mut model.mode {
        Mode::Searching => {
            if let Some(search) = &mut model.search {
                search.field.insert(text);
            }
            travel::search(model);
        }
        Mode::Choosing(chooser) => chooser.paste(text),
        Mode::Composing => {
            if let Some(composer) = &mut model.composer {
                composer.paste(text);
            }
        }
        Mode::Filling(seat) => {
            let seat = seat.clone();
            fill::paste(model, &seat, text);
        }
        Mode::Reading | Mode::Bare => {}
    }
    Vec::new()
}

fn key(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let action = model.options.keymap.action(chord, live_keys(model));
    // These work wherever the keys go.
    match action {
        Some(Action::Interrupt) => return interrupt(model),
        Some(Action::Suspend) => return vec![Effect::Suspend],
        Some(Action::Redraw) => return vec![Effect::Redraw],
        _ => {}
    }
    model.warned = None;
    model.touched = Some(model.now);
    match std::mem::replace(&mut model.mode, Mode::Reading) {
        Mode::Reading => action.map(|a| act::act(model, a)).unwrap_or_default(),
        Mode::Bare => vec![Effect::Redraw],
        Mode::Searching => searching(model, chord),
        Mode::Choosing(chooser) => choosing(model, chooser, chord),
        Mode::Composing => composing(model, chord),
        Mode::Filling(seat) => fill::key(model, seat, chord),
    }
}

/// On a running debate the keys that hold and speak work; in its past, and in a replay, those of the player.
pub(super) fn live_keys(model: &Model) -> bool {
    model.live.is_some() && model.player.is_live_edge()
}

fn interrupt(model: &mut Model) -> Vec<Effect> {
    if !model.may_speak() {
        return vec![Effect::Leave(Left::Closed)];
    }
    if model.warned.is_some_and(|at| model.now - at <= TWICE) {
        return vec![Effect::Ask { request: Request::Stop, heard: false }, Effect::Leave(Left::Stopped)];
    }
    model.warned = Some(model.now);
    model.say("Ctrl+C again within two seconds stops the debate; it can be resumed, nothing is lost");
    Vec::new()
}

fn searching(model: &mut Model, chord: Chord) -> Vec<Effect> {
    match chord.key {
        KeyCode::Enter => {
            if model.search.as_ref().is_some_and(|s| s.field.text().is_empty()) {
                model.search = None;
            }
        }
        KeyCode::Esc => travel::end_search(model, true),
        _ => {
            model.mode = Mode::Searching;
            let changed = model.search.as_mut().is_some_and(|s| s.field.key(chord));
            if changed {
                travel::search(model);
            }
        }
    }
    Vec::new()
}

fn choosing(model: &mut Model, mut chooser: Chooser, chord: Chord) -> Vec<Effect> {
    match chord.key {
        KeyCode::Esc => Vec::new(),
        KeyCode::Enter => choose::choose(model, chooser),
        _ => {
            chooser.key(chord);
            model.mode = Mode::Choosing(chooser);
            Vec::new()
        }
    }
}

fn composing(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let session = Arc::clone(model.timeline.latest());
    let Some(composer) = &mut model.composer else { return Vec::new() };
    model.mode = Mode::Composing;
    let sends = match chord.key {
        KeyCode::Char('s') => chord.ctrl,
        KeyCode::Enter => chord.alt || chord.ctrl,
        _ => false,
    };
    match chord.key {
        KeyCode::Esc => model.mode = Mode::Reading,
        _ if sends => return listen::send(model),
        KeyCode::Tab => composer.next(!chord.shift),
        KeyCode::Char('t') if chord.ctrl => composer.next_target(&session),
        _ => composer.key(chord),
    }
    Vec::new()
}

fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    if let Mode::Choosing(chooser) = &mut model.mode {
        let key = match mouse {
            Mouse::Up(..) => KeyCode::Up,
            Mouse::Down(..) => KeyCode::Down,
            Mouse::Press(..) => return Vec::new(),
        };
        chooser.key(Chord::plain(key));
        return Vec::new();
    }
    if let Mode::Filling(seat) = &model.mode {
        let rows = match mouse {
            Mouse::Up(..) => -3,
            Mouse::Down(..) => 3,
            Mouse::Press(..) => 0,
        };
        if let Some(form) = model.forms.get_mut(seat) {
            form.scroll(rows);
        }
        return Vec::new();
    }
    if !matches!(model.mode, Mode::Reading | Mode::Searching) {
        return Vec::new();
    }
    let (Mouse::Up(x, y) | Mouse::Down(x, y) | Mouse::Press(x, y)) = mouse;
    let Some(pane) = travel::pane_at(model, x, y) else {
        if let Mouse::Press(..) = mouse {
            travel::scrub(model, x, y);
        }
        return Vec::new();
    };
    match mouse {
        Mouse::Up(..) => act::scroll(model, pane, -3),
        Mouse::Down(..) => act::scroll(model, pane, 3),
        Mouse::Press(..) => {
            model.focus = pane;
            travel::press(model, pane, y);
        }
    }
    Vec::new()
}

/// The document cannot have the focus when it is closed.
pub(super) fn settle_focus(model: &mut Model) {
    if !model.document && model.focus == Pane::Document {
        model.focus = Pane::Log;
    }
}
