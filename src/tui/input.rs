//! What the terminal sends, in the screen's own words: chords, the mouse, pasted text, a new size.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use std::fmt;
use std::str::FromStr;

/// Longest pasted text that is taken, in bytes.
const PASTE: usize = 64 * 1024;

/// Something a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key, with what was held down.
    Key(Chord),
    /// Pasted text: bounded, its lines ended by line feeds, with no other control character but tabs.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// The window has this many columns and rows now.
    Resize(u16, u16),
}

/// What the mouse did, and in which cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The left button went down, or moved while down.
    Press(u16, u16),
    /// The wheel, up.
    Up(u16, u16),
    /// The wheel, down.
    Down(u16, u16),
}

/// A key and what was held down with it. Shift is part of a character already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd)]
pub struct Chord {
    /// The key.
    pub key: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift, for keys that are no character.
    pub shift: bool,
}

impl Chord {
    /// A key by itself.
    pub const fn plain(key: KeyCode) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// The character it types, if it types one.
    pub fn typed(&self) -> Option<char> {
        match self.key {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// Reads an event of the terminal library; none where it means nothing here.
pub fn read(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => chord(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(pasted(text))),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        Event::Mouse(mouse) => read_mouse(mouse).map(Input::Mouse),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn chord(key: KeyEvent) -> Option<Chord> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let held = |m| key.modifiers.contains(m);
    let (code, shift) = match key.code {
        KeyCode::BackTab => (KeyCode::Tab, true),
        KeyCode::Char(c) => (KeyCode::Char(c), false),
        other => (other, held(KeyModifiers::SHIFT)),
    };
    Some(Chord { key: code, ctrl: held(KeyModifiers::CONTROL), alt: held(KeyModifiers::ALT), shift })
}

fn read_mouse(mouse: MouseEvent) -> Option<Mouse> {
    let (x, y) = (mouse.column, mouse.row);
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left) => Some(Mouse::Press(x, y)),
        MouseEventKind::ScrollUp => Some(Mouse::Up(x, y)),
        MouseEventKind::ScrollDown => Some(Mouse::Down(x, y)),
        _ => None,
    }
}

/// Pasted text as an editor takes it: bounded, its lines ended by line feeds (terminals send carriage returns), without any other
/// character that a terminal would obey.
fn pasted(mut text: String) -> String {
    let cut = (0..=PASTE.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(cut);
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Names of keys that are no character, as people write them.
const NAMES: [(&str, KeyCode); 14] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
];

/// Other names that people have for them.
const ALIASES: [(&str, KeyCode); 7] = [
    ("Return", KeyCode::Enter),
    ("Escape", KeyCode::Esc),
    ("Del", KeyCode::Delete),
    ("PageUp", KeyCode::PageUp),
    ("PgDown", KeyCode::PageDown),
    ("PageDown", KeyCode::PageDown),
    ("Spacebar", KeyCode::Char(' ')),
];

/// The names a key may have, for hints.
pub fn key_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, key)| *key == self.key) {
            return f.write_str(name);
        }
        match self.key {
            KeyCode::Char(c) if self.ctrl => write!(f, "{}", c.to_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            _ => f.write_str("?"),
        }
    }
}

/// A word that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key")]
pub struct NoKey(pub String);

impl FromStr for Chord {
    type Err = NoKey;

    /// `x`, `Ctrl+P`, `Shift+Left`, `F1`, `PgUp`: names as in the help, in any case.
    fn from_str(text: &str) -> Result<Self, NoKey> {
        let wrong = || NoKey(text.chars().take(40).collect());
        let (mut rest, mut chord) = (text, Chord::plain(KeyCode::Null));
        loop {
            let lower = rest.to_ascii_lowercase();
            let held = [("ctrl+", 0), ("alt+", 1), ("shift+", 2)].into_iter().find(|(p, _)| lower.starts_with(p));
            let Some((prefix, which)) = held else { break };
            match which {
                0 => chord.ctrl = true,
                1 => chord.alt = true,
                _ => chord.shift = true,
            }
            rest = rest.get(prefix.len()..).ok_or_else(wrong)?;
        }
        chord.key = key(rest).ok_or_else(wrong)?;
        if let KeyCode::Char(c) = chord.key {
            let c = if chord.shift { c.to_uppercase().next().unwrap_or(c) } else { c };
            // A terminal sends Ctrl with a letter as the small one.
            chord.key = KeyCode::Char(if chord.ctrl { c.to_ascii_lowercase() } else { c });
            chord.shift = false;
        }
        Ok(chord)
    }
}

fn key(text: &str) -> Option<KeyCode> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let mut named = NAMES.iter().chain(&ALIASES);
    if let Some((_, key)) = named.find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*key);
    }
    let number = text.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn names_are_read_back_as_they_are_written() {
        for name in ["x", "X", "Ctrl+P", "Shift+Left", "F1", "PgUp", "Space", "{", "+", "Ctrl++", "Alt+Enter"] {
            assert_eq!(name.parse::<Chord>().unwrap().to_string(), name);
        }
        assert_eq!("ctrl+shift+p".parse::<Chord>().unwrap(), "Ctrl+P".parse().unwrap());
        assert_eq!("PgDown".parse::<Chord>().unwrap(), "PgDn".parse().unwrap());
        assert_eq!("shift+x".parse::<Chord>().unwrap(), "X".parse().unwrap());
    }

    #[test]
    fn what_is_pasted_is_text_with_line_feeds_and_nothing_to_obey() {
        let paste = |text: &str| match read(Event::Paste(text.to_owned())) {
            Some(Input::Paste(text)) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(paste("a\r\nb\rc\nd\te"), "a\nb\nc\nd\te");
        assert_eq!(paste("\u{1b}[31mred\u{7}\u{9b}2J\u{0}"), "[31mred2J");
        assert_eq!(paste(&"ä".repeat(PASTE)).len(), PASTE);
    }

    #[test]
    fn what_names_no_key_is_refused() {
        for name in ["", "Ctrl+", "F0", "F13", "Enterr", "\u{7}"] {
            assert!(name.parse::<Chord>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_a_terminal_sends_is_what_the_table_names() {
        let sent = |code, modifiers| chord(KeyEvent::new(code, modifiers)).unwrap();
        assert_eq!(sent(KeyCode::Char('G'), KeyModifiers::SHIFT), "G".parse().unwrap());
        assert_eq!(sent(KeyCode::BackTab, KeyModifiers::SHIFT), "Shift+Tab".parse().unwrap());
        assert_eq!(sent(KeyCode::Char('c'), KeyModifiers::CONTROL), "Ctrl+C".parse().unwrap());
        assert_eq!(sent(KeyCode::Left, KeyModifiers::SHIFT), "Shift+Left".parse().unwrap());
    }
}
