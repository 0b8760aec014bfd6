//! Lines on standard output and standard error, with nothing in them that a terminal would obey.

use std::io::Write;

/// A line on standard output. A reader that went away is no fault of the debate.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A line on standard error, with nothing in it that a terminal would obey.
pub(super) fn note(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", tame(line));
}

/// A text that may hold what a server or a file said, without anything a terminal would obey.
pub(super) fn tame(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
