//! Keys: one table ([`DEEDS`]) makes dispatch, the line at the bottom, the help, the palette and `docs/keys.md`.
//!
//! A person can give an action other keys in `conclave.toml`:
//!
//! ```toml
//! [keys]
//! next-entry = ["}", "Ctrl+N"]
//! bookmark = "B"
//! ```

mod action;
mod page;

pub use action::{Action, DEEDS, Deed};
pub use page::page;

use super::input::{Chord, key_names};
use std::collections::BTreeMap;

/// Where a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Always,
    /// While watching a running debate at its live edge.
    Live,
    /// While looking at what was: a replay, or the past of a running debate.
    Replay,
}

/// Which keys do what.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    keys: Vec<(Action, Vec<Chord>)>,
}

/// A mistake in `[keys]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// An action that is not there.
    #[error("[keys] names {name:?}, which is no action")]
    Action {
        /// What was written.
        name: String,
        /// The nearest action there is.
        nearest: &'static str,
    },
    /// A key that is not there.
    #[error("[keys] {action}: {key:?} is no key")]
    Key {
        /// Whose.
        action: String,
        /// What was written.
        key: String,
        /// The nearest name there is.
        nearest: &'static str,
    },
    /// Two actions would share a key where both work.
    #[error("[keys] {key} would mean both {one} and {other}")]
    Twice {
        /// The key.
        key: String,
        /// An action.
        one: &'static str,
        /// Another.
        other: &'static str,
    },
}

impl KeyError {
    /// The name in `[keys]` at which it was found, of two the first.
    pub fn named(&self) -> &str {
        match self {
            KeyError::Action { name, .. } => name,
            KeyError::Key { action, .. } => action,
            KeyError::Twice { one, .. } => one,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            KeyError::Action { nearest, .. } => format!("did you mean {nearest}? `conclave keys` lists them all"),
            KeyError::Key { nearest, .. } => {
                format!("did you mean {nearest}? Keys are written as x, X, Ctrl+P, Shift+Left, F1, PgUp, Space")
            }
            KeyError::Twice { one, other, .. } => format!("give {one} or {other} another key too"),
        }
    }
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = DEEDS.iter().map(|deed| {
            // The table's own names are tested to be keys.
            let chords = deed.keys.iter().filter_map(|k| k.parse().ok()).collect();
            (deed.action, chords)
        });
        Self { keys: keys.collect() }
    }
}

impl Keymap {
    /// The table with some actions' keys replaced.
    ///
    /// # Errors
    /// When a name is no action or no key, or a key would mean two things.
    pub fn with(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, KeyError> {
        let mut map = Self::default();
        for (name, keys) in changes {
            let deed = DEEDS.iter().find(|d| d.name == name).ok_or_else(|| KeyError::Action {
                name: shown(name),
                nearest: nearest(name, DEEDS.iter().map(|d| d.name)),
            })?;
            let chords = keys.iter().map(|key| {
                key.parse::<Chord>().map_err(|_| KeyError::Key {
                    action: deed.name.to_owned(),
                    key: shown(key),
                    nearest: nearest(key, key_names().chain(["Ctrl+P", "Shift+Left", "F1", "Alt+Enter"])),
                })
            });
            let chords = chords.collect::<Result<Vec<_>, _>>()?;
            if let Some(slot) = map.keys.iter_mut().find(|(action, _)| *action == deed.action) {
                slot.1 = chords;
            }
        }
        map.unambiguous()?;
        Ok(map)
    }

    /// What `chord` does; `live` tells whether the screen stands at the live edge of a running debate.
    pub fn action(&self, chord: Chord, live: bool) -> Option<Action> {
        let here = if live { Scope::Live } else { Scope::Replay };
        let found = |wanted: &dyn Fn(Scope) -> bool| {
            DEEDS.iter().find(|d| wanted(d.scope) && self.keys_of(d.action).contains(&chord)).map(|d| d.action)
        };
        found(&|scope| scope == here).or_else(|| found(&|scope| scope == Scope::Always))
    }

    /// The keys of an action.
    pub fn keys_of(&self, action: Action) -> &[Chord] {
        self.keys.iter().find(|(a, _)| *a == action).map_or(&[], |(_, chords)| chords)
    }

    /// The keys of an action, for people: `g Home`.
    pub fn shown(&self, action: Action) -> String {
        let keys: Vec<String> = self.keys_of(action).iter().map(ToString::to_string).collect();
        keys.join(" ")
    }

    fn unambiguous(&self) -> Result<(), KeyError> {
        for (at, one) in DEEDS.iter().enumerate() {
            for other in DEEDS.iter().skip(at + 1).filter(|other| meet(one.scope, other.scope)) {
                let shared = self.keys_of(one.action).iter().find(|k| self.keys_of(other.action).contains(k));
                if let Some(key) = shared {
                    return Err(KeyError::Twice { key: key.to_string(), one: one.name, other: other.name });
                }
            }
        }
        Ok(())
    }
}

fn meet(one: Scope, other: Scope) -> bool {
    one == other || one == Scope::Always || other == Scope::Always
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// The word most like `text`, by the fewest letters to change.
fn nearest(text: &str, words: impl Iterator<Item = &'static str>) -> &'static str {
    let text = text.to_lowercase();
    words.min_by_key(|word| distance(&text, &word.to_lowercase())).unwrap_or_default()
}

/// Letters to change, add or take away to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let [here, above, left] =
                [row.get(j), row.get(j + 1), next.get(j)].map(|v| v.copied().unwrap_or(usize::MAX));
            next.push((here + usize::from(a != *b)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn changes(name: &str, keys: &[&str]) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(name.to_owned(), keys.iter().map(|k| (*k).to_owned()).collect())])
    }

    #[test]
    fn the_table_names_keys_and_no_key_means_two_things() {
        for deed in DEEDS {
            for key in deed.keys {
                assert!(key.parse::<Chord>().is_ok(), "{}: {key}", deed.name);
            }
        }
        let map = Keymap::with(&BTreeMap::new()).unwrap();
        let of = |key: &str, live| map.action(key.parse().unwrap(), live);
        assert_eq!(of("Space", true), Some(Action::ToggleHold));
        assert_eq!(of("Space", false), Some(Action::PlayPause));
        assert_eq!(of("Ctrl+P", false), Some(Action::Palette));
        assert_eq!(of("F9", true), None);
    }

    #[test]
    fn an_action_takes_other_keys() {
        let map = Keymap::with(&changes("bookmark", &["B", "Ctrl+B"])).unwrap();
        assert_eq!(map.action("Ctrl+B".parse().unwrap(), true), Some(Action::Bookmark));
        assert_eq!(map.action("m".parse().unwrap(), true), None);
        assert_eq!(map.shown(Action::Bookmark), "B Ctrl+B");
    }

    #[test]
    fn mistakes_are_told_with_what_comes_nearest() {
        let wrong = Keymap::with(&changes("bokmark", &["B"])).unwrap_err();
        assert!(wrong.hint().contains("bookmark"), "{}", wrong.hint());
        let wrong = Keymap::with(&changes("bookmark", &["Entr"])).unwrap_err();
        assert!(wrong.to_string().contains("\"Entr\"") && wrong.hint().contains("Enter"), "{wrong} {}", wrong.hint());
        let wrong = Keymap::with(&changes("bookmark", &["x"])).unwrap_err();
        assert!(matches!(wrong, KeyError::Twice { .. }), "{wrong}");
    }
}
