//! How the browser changes: a message in, the model changed, effects out.

use super::keys::{self, Action};
use super::{Browser, Mode, Preview};
use crate::journal::{Listed, State};
use crate::tui::input::{Chord, Input, Mouse};
use crate::tui::view::entry::one_line;
use chrono::{DateTime, Utc};
use crossterm::event::KeyCode;
use std::path::{Path, PathBuf};

/// The formats a document can be exported in from here: key, name, what it is.
pub const FORMATS: [(char, &str, &str); 4] = [
    ('m', "md", "Markdown"),
    ('h', "html", "HTML"),
    ('j', "json", "JSON"),
    ('g', "github", "a pull request's comment"),
];

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A person did something.
    Input(Input),
    /// The folder of sessions was read, or cannot be.
    Listed(Result<Vec<Listed>, String>),
    /// A session's document was made, or cannot be.
    Previewed {
        /// Whose.
        folder: PathBuf,
        /// Its Markdown, or why there is none.
        text: Result<String, String>,
    },
    /// Something was carried out: what to tell, or what went wrong.
    Done(Result<Done, String>),
    /// Time has passed.
    Tick,
}

/// What was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What to tell.
    pub told: String,
    /// A session that is to be chosen now.
    pub made: Option<PathBuf>,
}

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the folder of sessions.
    List,
    /// Make the document of this session.
    Preview(PathBuf),
    /// Write it in a format.
    Export(PathBuf, &'static str),
    /// Make another session of it.
    Fork(PathBuf),
    /// Move it to the trash.
    Remove(PathBuf),
    /// Draw everything anew.
    Redraw,
    /// Put the screen to sleep.
    Suspend,
    /// Close the browser.
    Leave(Chosen),
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// Replay this session.
    Replay(PathBuf),
    /// Carry this one on, or watch it where it runs.
    Resume(PathBuf),
    /// Nothing.
    Nothing,
}

/// Changes the browser for a message.
pub fn update(browser: &mut Browser, msg: Msg, now: DateTime<Utc>) -> Vec<Effect> {
    browser.now = now.max(browser.now);
    let mut effects = match msg {
        Msg::Input(Input::Resize(width, height)) => {
            browser.size = (width, height);
            vec![Effect::Redraw]
        }
        Msg::Input(Input::Key(chord)) => key(browser, chord),
        Msg::Input(Input::Paste(text)) => {
            if browser.mode == Mode::Filtering && browser.field.insert(&text) {
                searched(browser);
            }
            Vec::new()
        }
        Msg::Input(Input::Mouse(mouse)) => self::mouse(browser, mouse),
        Msg::Listed(Ok(all)) => {
            browser.take(all);
            Vec::new()
        }
        Msg::Previewed { folder, text } => {
            browser.loading = None;
            browser.preview = Some(Preview { folder, text, rows: Vec::new(), top: 0, width: 0 });
            Vec::new()
        }
        Msg::Done(Ok(Done { told, made })) => {
            browser.say(told);
            browser.wanted = made;
            vec![Effect::List]
        }
        Msg::Listed(Err(word)) | Msg::Done(Err(word)) => {
            browser.read = true;
            browser.say(word);
            Vec::new()
        }
        Msg::Tick => Vec::new(),
    };
    effects.extend(browser.missing());
    effects
}

impl Browser {
    /// The document that is to be made next: one at a time, of what is chosen then.
    fn missing(&mut self) -> Option<Effect> {
        let folder = self.chosen()?.folder.clone();
        if self.loading.is_some() || self.preview.as_ref().is_some_and(|p| p.folder == folder) {
            return None;
        }
        self.loading = Some(folder.clone());
        Some(Effect::Preview(folder))
    }

    fn go(&mut self, to: usize) {
        self.at = to.min(self.found.len().saturating_sub(1));
    }

    fn read_on(&mut self, rows: isize) {
        if let Some(preview) = &mut self.preview {
            preview.top = preview.top.saturating_add_signed(rows);
        }
    }
}

fn key(browser: &mut Browser, chord: Chord) -> Vec<Effect> {
    let action = keys::action(chord);
    // These work wherever the keys go.
    match (action, chord.ctrl) {
        (Some(Action::Quit), true) => return vec![Effect::Leave(Chosen::Nothing)],
        (Some(Action::Suspend), _) => return vec![Effect::Suspend],
        (Some(Action::Redraw), _) => return vec![Effect::Redraw],
        _ => {}
    }
    browser.toast = None;
    match browser.mode {
        Mode::Browsing => action.map(|action| act(browser, action)).unwrap_or_default(),
        Mode::Filtering => filtering(browser, chord),
        Mode::Exporting => exporting(browser, chord),
        Mode::Removing => removing(browser, chord),
        Mode::Helping => {
            browser.mode = Mode::Browsing;
            Vec::new()
        }
    }
}

fn act(browser: &mut Browser, action: Action) -> Vec<Effect> {
    let page = usize::from(super::view::list_rows(browser)).max(1);
    let half = isize::from(i16::try_from(super::view::preview_area(browser).height).unwrap_or(2)) / 2;
    match action {
        Action::Replay => return replay(browser),
        Action::Resume => return resume(browser),
        Action::Export if browser.chosen().is_some() => browser.mode = Mode::Exporting,
        Action::Remove if browser.chosen().is_some() => browser.mode = Mode::Removing,
        Action::Fork => return browser.chosen().map(|l| Effect::Fork(l.folder.clone())).into_iter().collect(),
        Action::Export | Action::Remove => {}
        Action::Filter => browser.mode = Mode::Filtering,
        Action::Sort => {
            browser.sort = browser.sort.next();
            browser.reversed = false;
            browser.ranked = false;
            browser.arrange();
        }
        Action::Reverse => {
            browser.reversed = !browser.reversed;
            browser.ranked = false;
            browser.arrange();
        }
        Action::Down => browser.go(browser.at + 1),
        Action::Up => browser.go(browser.at.saturating_sub(1)),
        Action::PageDown => browser.go(browser.at + page),
        Action::PageUp => browser.go(browser.at.saturating_sub(page)),
        Action::First => browser.go(0),
        Action::Last => browser.go(usize::MAX),
        Action::ReadOn => browser.read_on(half.max(1)),
        Action::ReadBack => browser.read_on(-half.max(1)),
        Action::Again => {
            // Its document may have grown.
            browser.preview = None;
            return vec![Effect::List];
        }
        Action::Help => browser.mode = Mode::Helping,
        Action::Cancel => {
            browser.field = Default::default();
            browser.arrange();
        }
        Action::Quit => return vec![Effect::Leave(Chosen::Nothing)],
        // These were taken before.
        Action::Redraw | Action::Suspend => {}
    }
    Vec::new()
}

fn replay(browser: &mut Browser) -> Vec<Effect> {
    let Some(listed) = browser.chosen() else { return Vec::new() };
    let folder = listed.folder.clone();
    // A damaged one is shown as far as it is sound, which only its preview knows.
    let hopeless = browser.preview.as_ref().filter(|p| p.folder == folder).and_then(|p| p.text.as_ref().err());
    if let Some(fault) = hopeless {
        let fault = fault.clone();
        browser.say(fault);
        return Vec::new();
    }
    vec![Effect::Leave(Chosen::Replay(folder))]
}

fn resume(browser: &mut Browser) -> Vec<Effect> {
    let Some(listed) = browser.chosen() else { return Vec::new() };
    let word = match &listed.summary {
        Ok(summary) if matches!(summary.state, State::Closed(_)) => {
            format!("it is over ({}): Enter replays it, F forks it", listed.state())
        }
        Ok(_) => return vec![Effect::Leave(Chosen::Resume(listed.folder.clone()))],
        Err(fault) => format!("it cannot be carried on: {fault}"),
    };
    browser.say(word);
    Vec::new()
}

fn filtering(browser: &mut Browser, chord: Chord) -> Vec<Effect> {
    match chord.key {
        KeyCode::Enter => browser.mode = Mode::Browsing,
        KeyCode::Esc => {
            browser.mode = Mode::Browsing;
            browser.field = Default::default();
            browser.arrange();
        }
        KeyCode::Down => browser.go(browser.at + 1),
        KeyCode::Up => browser.go(browser.at.saturating_sub(1)),
        _ => {
            if browser.field.key(chord) {
                searched(browser);
            }
        }
    }
    Vec::new()
}

/// Something else is looked for: what matches it best is chosen.
fn searched(browser: &mut Browser) {
    browser.ranked = true;
    browser.arrange();
    browser.go(0);
}

fn exporting(browser: &mut Browser, chord: Chord) -> Vec<Effect> {
    browser.mode = Mode::Browsing;
    let format = FORMATS.iter().find(|(key, ..)| chord.typed() == Some(*key));
    let chosen = browser.chosen().map(|l| l.folder.clone());
    format.zip(chosen).map(|((_, name, _), folder)| Effect::Export(folder, name)).into_iter().collect()
}

fn removing(browser: &mut Browser, chord: Chord) -> Vec<Effect> {
    browser.mode = Mode::Browsing;
    if chord.typed() != Some('y') {
        browser.say("nothing was removed");
        return Vec::new();
    }
    browser.chosen().map(|l| Effect::Remove(l.folder.clone())).into_iter().collect()
}

fn mouse(browser: &mut Browser, mouse: Mouse) -> Vec<Effect> {
    let (Mouse::Up(x, y) | Mouse::Down(x, y) | Mouse::Press(x, y)) = mouse;
    let preview = super::view::preview_area(browser);
    let over_preview = preview.contains((x, y).into());
    match mouse {
        Mouse::Up(..) if over_preview => browser.read_on(-3),
        Mouse::Down(..) if over_preview => browser.read_on(3),
        Mouse::Up(..) => browser.go(browser.at.saturating_sub(1)),
        Mouse::Down(..) => browser.go(browser.at + 1),
        Mouse::Press(..) => {
            if let Some(at) = super::view::row_at(browser, y) {
                browser.go(at);
            }
        }
    }
    Vec::new()
}

/// What is told of a session that was moved to the trash.
pub fn removed(to: &Path) -> String {
    format!("in the trash: {} (move it back to have it again)", one_line(&to.to_string_lossy()))
}
