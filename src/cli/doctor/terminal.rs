//! What the terminal can do, as far as its environment tells. Nothing is asked of the terminal itself: an answer that
//! comes late would end up in somebody's shell.

use super::row::Row;
use std::io::IsTerminal;

/// What there is to go by.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Whether standard output is a terminal.
    pub is_terminal: bool,
    /// Columns and rows.
    pub size: Option<(u16, u16)>,
    /// The variables that matter and are set, not empty.
    pub variables: Vec<(&'static str, String)>,
}

/// The variables that are looked at.
const VARIABLES: [&str; 13] = [
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "NO_COLOR",
    "ACCESSIBLE",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "TMUX",
    "WT_SESSION",
    "KITTY_WINDOW_ID",
    "ALACRITTY_WINDOW_ID",
    "VTE_VERSION",
];

impl Facts {
    /// Those of this process.
    pub fn of_system() -> Self {
        let out = std::io::stdout();
        let size = rustix::termios::tcgetwinsize(&out).ok().map(|size| (size.ws_col, size.ws_row));
        let set = |name: &'static str| Some((name, std::env::var(name).ok().filter(|text| !text.is_empty())?));
        Self { is_terminal: out.is_terminal(), size, variables: VARIABLES.into_iter().filter_map(set).collect() }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }
}

/// One row for each ability.
pub(super) fn rows(facts: &Facts) -> Vec<Row> {
    vec![output(facts), size(facts), colour(facts), unicode(facts), synchronised(facts)]
}

fn output(facts: &Facts) -> Row {
    let term = facts.get("TERM").unwrap_or("not set");
    let plain = "debates are shown as plain lines";
    if !facts.is_terminal {
        return Row::ok("output", format!("standard output is no terminal: {plain}"));
    }
    match facts.get("TERM") {
        None | Some("dumb") => Row::warn(
            "output",
            format!("a terminal that says nothing of itself (TERM {term}): {plain}"),
            "export TERM=xterm-256color, if it is one like that",
        ),
        Some(_) if facts.get("ACCESSIBLE").is_some() => {
            Row::ok("output", format!("a terminal (TERM {term}); ACCESSIBLE is set: {plain}"))
        }
        Some(_) => Row::ok("output", format!("a terminal (TERM {term})")),
    }
}

fn size(facts: &Facts) -> Row {
    match facts.size.filter(|(columns, rows)| *columns > 0 && *rows > 0) {
        None => Row::unknown("size", "not told"),
        Some((columns, rows)) if columns < 40 || rows < 12 => Row::warn(
            "size",
            format!("{columns}×{rows}: only a status line fits"),
            "make the window larger, or use --plain",
        ),
        Some((columns, rows)) => Row::ok("size", format!("{columns}×{rows}")),
    }
}

fn colour(facts: &Facts) -> Row {
    if facts.get("NO_COLOR").is_some() {
        return Row::ok("colour", "none, because NO_COLOR is set");
    }
    let term = facts.get("TERM").unwrap_or("dumb");
    let full = facts.get("COLORTERM").is_some_and(|c| c == "truecolor" || c == "24bit")
        || term.ends_with("-direct")
        || ["WT_SESSION", "KITTY_WINDOW_ID"].iter().any(|name| facts.get(name).is_some())
        || matches!(facts.get("TERM_PROGRAM"), Some("iTerm.app" | "WezTerm" | "ghostty" | "vscode"));
    Row::ok(
        "colour",
        match term {
            "dumb" => "none",
            _ if full => "24 bits",
            _ if term.contains("256color") => "256 colours",
            _ => "16 colours",
        },
    )
}

fn unicode(facts: &Facts) -> Row {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| Some((*name, facts.get(name)?)));
    let Some((name, locale)) = set else {
        return Row::warn("characters", "no locale is set", "export LANG=C.UTF-8, or borders may come out wrong");
    };
    let lower = locale.to_lowercase();
    if lower.contains("utf-8") || lower.contains("utf8") {
        return Row::ok("characters", format!("UTF-8 ({name} {locale})"));
    }
    let hint = "export LANG=C.UTF-8, or borders may come out wrong";
    Row::warn("characters", format!("{name} is {locale}, which is not UTF-8"), hint)
}

/// Terminals known for it; where it is not there, the marks around a frame do nothing.
fn synchronised(facts: &Facts) -> Row {
    let named = ["KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID", "WT_SESSION"].iter().any(|name| facts.get(name).is_some())
        || matches!(facts.get("TERM_PROGRAM"), Some("iTerm.app" | "WezTerm" | "ghostty"))
        || facts.get("TERM").is_some_and(|term| term.starts_with("foot") || term.starts_with("contour"));
    match (facts.get("TMUX").is_some(), named) {
        (true, _) => Row::unknown("whole frames", "inside tmux, which has them from 3.4 on"),
        (false, true) => Row::ok("whole frames", "this terminal is known to draw them at once"),
        (false, false) => Row::unknown("whole frames", "not known of this terminal; without them a frame may flicker"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::super::row::Status;
    use super::*;

    fn facts(variables: &[(&'static str, &str)]) -> Facts {
        let variables = variables.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        Facts { is_terminal: true, size: Some((120, 40)), variables }
    }

    fn detail(row: Row) -> String {
        row.detail
    }

    #[test]
    fn colours_follow_the_variables() {
        let of = |variables: &[(&'static str, &str)]| detail(colour(&facts(variables)));
        assert_eq!(of(&[("TERM", "xterm-256color")]), "256 colours");
        assert_eq!(of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), "24 bits");
        assert_eq!(of(&[("TERM", "vt100")]), "16 colours");
        assert_eq!(of(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), "none");
        assert_eq!(of(&[]), "none");
        assert!(of(&[("TERM", "xterm"), ("NO_COLOR", "1")]).contains("NO_COLOR"));
    }

    #[test]
    fn the_first_locale_that_is_set_counts() {
        let of = |variables: &[(&'static str, &str)]| unicode(&facts(variables)).status;
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Status::Ok);
        assert_eq!(of(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]), Status::Warn);
        assert_eq!(of(&[]), Status::Warn);
    }

    #[test]
    fn what_a_person_will_see_is_said() {
        let mut pipe = facts(&[("TERM", "xterm")]);
        assert!(!detail(output(&pipe)).contains("plain lines"));
        pipe.is_terminal = false;
        assert!(detail(output(&pipe)).contains("plain lines"));
        assert_eq!(output(&facts(&[("TERM", "dumb")])).status, Status::Warn);
        let small = Facts { size: Some((30, 10)), ..facts(&[]) };
        assert_eq!((size(&small).status, size(&Facts::default()).status), (Status::Warn, Status::Unknown));
        assert_eq!(synchronised(&facts(&[("TERM", "foot")])).status, Status::Ok);
        assert_eq!(synchronised(&facts(&[("TERM", "foot"), ("TMUX", "x")])).status, Status::Unknown);
    }
}
