//! Everything a key can do on the screen, in one table.

use super::Scope;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    /// What it does.
    pub action: Action,
    /// Its name in `conclave.toml`.
    pub name: &'static str,
    /// The keys it has unless told otherwise.
    pub keys: &'static [&'static str],
    /// Where it works.
    pub scope: Scope,
    /// What it does, for the help.
    pub help: &'static str,
    /// One or two words for the line at the bottom; empty where it is not shown there.
    pub short: &'static str,
}

macro_rules! deeds {
    ($($action:ident $name:literal [$($key:literal),*] $scope:ident $help:literal $short:literal;)*) => {
        /// Something the screen can be told to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $help] $action,)*
        }

        /// The table: dispatch, the line at the bottom, the help, the palette and `docs/keys.md` are made from it.
        pub const DEEDS: &[Deed] = &[
            $(Deed {
                action: Action::$action,
                name: $name,
                keys: &[$($key),*],
                scope: Scope::$scope,
                help: $help,
                short: $short,
            },)*
        ];
    };
}

deeds! {
    Help "help" ["?", "F1"] Always "Show every key; type to filter" "help";
    Palette "palette" [":", "Ctrl+P"] Always "Commands, and places such as #46, 12:05 or 50%" "";
    Search "search" ["/"] Always "Search the log; small letters match both cases" "search";
    NextMatch "next-match" ["n"] Always "Next match" "";
    PreviousMatch "previous-match" ["N"] Always "Previous match" "";
    Filter "filter" ["&"] Always "Show only entries by seat, type or decision" "";
    Cancel "cancel" ["Esc"] Always "Close what is open; then end the search and the filter" "";
    ToggleHold "hold" ["Space"] Live "Hold the log still, or follow it again" "hold";
    PlayPause "play" ["Space"] Replay "Play or pause" "play";
    NextEntry "next-entry" ["}"] Always "Next entry" "entry";
    PreviousEntry "previous-entry" ["{"] Always "Previous entry" "";
    NextMarker "next-marker" ["]"] Always "Go to the next marker" "marker";
    PreviousMarker "previous-marker" ["["] Always "Go to the previous marker" "";
    NextObjection "next-objection" ["x"] Always "Next open objection" "objection";
    PreviousObjection "previous-objection" ["X"] Always "Previous open objection" "";
    FirstUnread "first-unread" ["u"] Always "First entry not read yet" "";
    Open "open" ["Enter"] Always "Follow the reference under the cursor" "open";
    Back "back" ["Backspace"] Always "Go back to where the reference was followed from" "";
    FocusNext "next-pane" ["Tab"] Always "Next pane" "";
    FocusPrevious "previous-pane" ["Shift+Tab"] Always "Previous pane" "";
    FocusLog "log" ["1"] Always "The log" "";
    FocusSeats "seats" ["2"] Always "The seats" "";
    FocusBoard "board" ["3"] Always "The agreement board" "";
    FocusDetail "detail" ["4"] Always "The selected decision" "";
    Zoom "zoom" ["f"] Always "Let the pane fill the screen, or give the room back" "";
    ScrollDown "down" ["j", "Down"] Always "Down" "";
    ScrollUp "up" ["k", "Up"] Always "Up" "";
    ScrollLeft "scroll-left" ["h"] Always "Wide code and diagrams: to the left" "";
    ScrollRight "scroll-right" ["l"] Always "Wide code and diagrams: to the right" "";
    PageDown "page-down" ["PgDn"] Always "A page down" "";
    PageUp "page-up" ["PgUp"] Always "A page up" "";
    HalfDown "half-down" ["Ctrl+D"] Always "Half a page down" "";
    HalfUp "half-up" ["Ctrl+U"] Always "Half a page up" "";
    Top "top" ["g", "Home"] Always "The beginning" "";
    Newest "newest" ["G", "End"] Always "The newest, and follow it; on a running debate back to the live edge" "";
    Document "document" ["d"] Always "The document as it stands, beside the log where there is room" "document";
    Chapters "chapters" ["c"] Always "Chapters: phases, waves, decisions opened and settled" "";
    Bookmark "bookmark" ["m"] Always "Set or take away a bookmark on the entry" "";
    CopyEntry "copy-entry" ["y"] Always "Copy the entry" "";
    CopyReference "copy-reference" ["Y"] Always "Copy the entry's reference" "";
    WriteEntry "write-entry" ["w"] Always "Copy the entry to a file" "";
    Bare "bare" ["b"] Always "The bare text, for the terminal's own selection" "";
    Mouse "mouse" ["M"] Always "The mouse on or off" "";
    Export "export" ["e"] Always "Write the document to a file" "export";
    SaveMarkdown "save" ["Ctrl+S"] Always "Write the document as Markdown at once" "";
    Say "say" ["i"] Live "What a person's seat owes, if it is asked; else say something as the person in the room" "say";
    Speak "speak" ["I"] Live "Say something as the person in the room, whatever is owed" "";
    Pause "pause" ["p"] Live "Pause the debate at the turn's end, or let it go on" "";
    FinishTurn "finish-turn" ["."] Live "The built-in panel: finish this turn at once" "";
    EntryBack "entry-back" ["Left"] Always "An entry back; on a running debate it leaves the live edge" "";
    EntryOn "entry-on" ["Right"] Always "An entry on" "";
    WaveBack "wave-back" ["Shift+Left"] Always "A wave back" "";
    WaveOn "wave-on" ["Shift+Right"] Always "A wave on" "";
    PieceBack "piece-back" [","] Replay "A piece of typing back" "";
    PieceOn "piece-on" ["."] Replay "A piece of typing on" "";
    Slower "slower" ["<"] Always "Slower: the replay, or the built-in panel's typing" "";
    Faster "faster" [">"] Always "Faster: the replay, or the built-in panel's typing" "";
    NormalSpeed "normal-speed" ["="] Always "Normal speed" "";
    IdleCap "idle-cap" ["I"] Replay "Longest pause that is played: 0.5, 2, 5 seconds, or as it was" "";
    Pacing "pacing" ["T"] Replay "Real times, or paced by the length of the text" "";
    PauseOnMarkers "pause-on-markers" ["P"] Replay "Pause at every marker" "";
    Fork "fork" ["F"] Always "A new session from this point" "";
    Redraw "redraw" ["Ctrl+L"] Always "Draw the screen anew" "";
    Suspend "suspend" ["Ctrl+Z"] Always "Put the screen to sleep; the debate goes on" "";
    Quit "quit" ["q"] Always "Leave; a running debate can be left to go on, or be stopped" "quit";
    Interrupt "interrupt" ["Ctrl+C"] Always "First warns, the second within two seconds stops" "";
}
