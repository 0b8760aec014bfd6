//! What the screen looks like: every pane, whole screens at every size, and that drawing holds at any size whatever is done.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod any;
mod made_up;
mod screens;
mod still;

use super::draw;
use crate::agent::speaker::Piece;
use crate::door::News;
use crate::journal::Record;
use crate::protocol::Author;
use crate::replay::{Timeline, To};
use crate::room::Live as Heard;
use crate::tui::input::{Chord, Input};
use crate::tui::keymap::Keymap;
use crate::tui::model::live::Live;
use crate::tui::model::{Model, Options};
use crate::tui::theme::Theme;
use crate::tui::update::{Effect, Msg, update};
use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, CellWidth};
use std::path::Path;
use std::time::Duration;

/// A screen under test.
struct Screen {
    model: Model,
    now: DateTime<Utc>,
}

impl Screen {
    /// A running debate at its live edge.
    fn running(records: Vec<Record>) -> Self {
        Self::over(records, Some(Live::new(true)), options())
    }

    /// A saved one, at its end.
    fn saved(records: Vec<Record>) -> Self {
        let mut screen = Self::over(records, None, options());
        screen.model.player.seek(&screen.model.timeline, To::Share(1.0), Duration::ZERO);
        screen.look();
        screen
    }

    fn over(records: Vec<Record>, live: Option<Live>, options: Options) -> Self {
        let timeline = Timeline::of(records).unwrap();
        let now = timeline.time(timeline.len());
        Self { model: Model::new(timeline, live, options, now), now }.sized(120, 40)
    }

    fn sized(mut self, width: u16, height: u16) -> Self {
        self.tell(Msg::Input(Input::Resize(width, height)));
        self
    }

    fn look(&mut self) {
        self.model.prepare(self.now);
    }

    fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.model, msg, self.now);
        while self.model.reads() {
            update(&mut self.model, Msg::Idle, self.now);
        }
        self.look();
        effects
    }

    /// Presses keys, named as in the help, with a frame between any two.
    fn press(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            self.tell(Msg::Input(Input::Key(key.parse().unwrap())));
        }
        self
    }

    fn write(mut self, text: &str) -> Self {
        for c in text.chars() {
            self.tell(Msg::Input(Input::Key(Chord::plain(KeyCode::Char(c)))));
        }
        self
    }

    fn wait(mut self, seconds: i64) -> Self {
        self.now += TimeDelta::seconds(seconds);
        self.look();
        self
    }

    /// A piece of somebody's reply comes.
    fn piece(mut self, author: &str, text: &str) -> Self {
        let author: Author = author.parse().unwrap();
        self.tell(Msg::News(News::Live(Heard::Piece { author, piece: Piece::Text(text.to_owned()) })));
        self
    }

    /// What is drawn.
    fn drawn(&mut self) -> Buffer {
        self.look();
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(&self.model, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    fn text(&mut self) -> String {
        rows(&self.drawn()).join("\n")
    }
}

/// The rows as a reader sees them.
fn rows(buffer: &Buffer) -> Vec<String> {
    let row = |y: u16| {
        let (mut text, mut x) = (String::new(), 0);
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            x += symbol.cell_width().max(1);
        }
        text.trim_end().to_owned()
    };
    (0..buffer.area.height).map(row).collect()
}

fn options() -> Options {
    Options { keymap: Keymap::default(), theme: Theme::dark(), motion: true, mouse: true, notify: true }
}

/// A recorded session of the repository.
fn recorded() -> Vec<Record> {
    let sessions = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let listed = std::fs::read_to_string(sessions.join("recorded.txt")).unwrap();
    let name = listed.lines().find(|l| l.contains("sign-in")).unwrap().trim().to_owned();
    crate::journal::read(&sessions.join(name)).unwrap().records
}
