//! The browser's keys: one table makes its dispatch, its bottom line, its help and a part of `docs/keys.md`.

use crate::tui::input::Chord;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    /// What it does.
    pub action: Action,
    /// Its keys.
    pub keys: &'static [&'static str],
    /// What it does, for the help.
    pub help: &'static str,
    /// One or two words for the line at the bottom; empty where it is not shown there.
    pub short: &'static str,
}

/// Something the browser can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Replays the session.
    Replay,
    /// Carries it on.
    Resume,
    /// Writes its document.
    Export,
    /// Makes another session from it.
    Fork,
    /// Moves it to the trash.
    Remove,
    /// Types the filter.
    Filter,
    /// Sorts by the next column.
    Sort,
    /// Turns the order round.
    Reverse,
    /// A session down.
    Down,
    /// A session up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// The first.
    First,
    /// The last.
    Last,
    /// Reads on in the preview.
    ReadOn,
    /// Reads back in it.
    ReadBack,
    /// Reads the folder of sessions anew.
    Again,
    /// Shows the keys.
    Help,
    /// Ends the filter.
    Cancel,
    /// Draws anew.
    Redraw,
    /// Puts the screen to sleep.
    Suspend,
    /// Leaves.
    Quit,
}

/// The table. Its keys cannot be changed.
pub const DEEDS: &[Deed] = &[
    deed(Action::Replay, &["Enter"], "Replay the session; q comes back here", "replay"),
    deed(Action::Resume, &["r"], "Carry it on; one that runs is watched", "resume"),
    deed(Action::Export, &["e"], "Write its document to a file", "export"),
    deed(Action::Fork, &["F"], "A new session from its end; r goes on with that", "fork"),
    deed(Action::Remove, &["D", "Delete"], "Move it to the trash, after asking", "remove"),
    deed(Action::Filter, &["/"], "Filter by what is typed, fuzzily: topic, outcome, date, models, name", "filter"),
    deed(Action::Sort, &["s"], "Sort by the next column", "sort"),
    deed(Action::Reverse, &["S"], "The other way round", ""),
    deed(Action::Down, &["j", "Down"], "Down", ""),
    deed(Action::Up, &["k", "Up"], "Up", ""),
    deed(Action::PageDown, &["PgDn"], "A page down", ""),
    deed(Action::PageUp, &["PgUp"], "A page up", ""),
    deed(Action::First, &["g", "Home"], "The first", ""),
    deed(Action::Last, &["G", "End"], "The last", ""),
    deed(Action::ReadOn, &["Space", "Ctrl+D"], "Read on in the preview of its document", "read on"),
    deed(Action::ReadBack, &["b", "Ctrl+U"], "Read back in it", ""),
    deed(Action::Again, &["R"], "Look for sessions again", ""),
    deed(Action::Help, &["?", "F1"], "These keys", "help"),
    deed(Action::Cancel, &["Esc"], "End the filter", ""),
    deed(Action::Redraw, &["Ctrl+L"], "Draw the screen anew", ""),
    deed(Action::Suspend, &["Ctrl+Z"], "Put the screen to sleep", ""),
    deed(Action::Quit, &["q", "Ctrl+C"], "Leave", "quit"),
];

const fn deed(action: Action, keys: &'static [&'static str], help: &'static str, short: &'static str) -> Deed {
    Deed { action, keys, help, short }
}

/// What `chord` does.
pub fn action(chord: Chord) -> Option<Action> {
    let name = chord.to_string();
    DEEDS.iter().find(|deed| deed.keys.contains(&name.as_str())).map(|deed| deed.action)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn every_key_is_one_and_does_what_its_row_says() {
        for deed in DEEDS {
            for key in deed.keys {
                assert_eq!(action(key.parse().unwrap()), Some(deed.action), "{key}");
            }
        }
    }
}
