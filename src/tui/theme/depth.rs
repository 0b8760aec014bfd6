//! How many colours a terminal has, and a theme's colours brought down to them.

use super::color::Rgb;
use ratatui::style::{Color, Style};

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Any RGB colour.
    True,
    /// The 256 indexed ones.
    Indexed,
    /// The 16 that every user's settings may change.
    Basic,
    /// None: modifiers only.
    Colourless,
}

impl Depth {
    /// What the environment says: the values of `NO_COLOR`, `COLORTERM` and `TERM`, where they are set.
    ///
    /// `NO_COLOR` counts when it is not empty (no-color.org).
    pub fn of(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        if no_color.is_some_and(|value| !value.is_empty()) || term == "dumb" {
            return Depth::Colourless;
        }
        let colorterm = colorterm.unwrap_or_default();
        if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") || term.ends_with("-truecolor") {
            Depth::True
        } else if term.contains("256color") || !colorterm.is_empty() {
            Depth::Indexed
        } else {
            Depth::Basic
        }
    }
}

/// What the foreground is read against where a style gives no background of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    /// The background's colour.
    pub back: Rgb,
    /// Whether it is dark.
    pub is_dark: bool,
}

/// Contrast that a mapped foreground keeps, if the exact one had it.
const READABLE: f64 = 4.5;

/// `style` with RGB colours replaced by ones that the terminal has.
pub(super) fn reduced(style: Style, depth: Depth, ground: Ground) -> Style {
    match depth {
        Depth::True => style,
        Depth::Indexed => indexed(style, ground),
        Depth::Basic => basic(style, ground),
        Depth::Colourless => Style { fg: None, bg: None, ..style },
    }
}

fn rgb(color: Option<Color>) -> Option<Rgb> {
    match color {
        Some(Color::Rgb(r, g, b)) => Some(Rgb(r, g, b)),
        _ => None,
    }
}

fn indexed(style: Style, ground: Ground) -> Style {
    let back = rgb(style.bg).and_then(|exact| nearest(exact, fixed()));
    let behind = back.map_or(ground.back, |(_, shown)| shown);
    let front = rgb(style.fg).and_then(|exact| {
        let needed = READABLE.min(exact.contrast(rgb(style.bg).unwrap_or(ground.back)));
        nearest(exact, fixed().filter(|(_, shown)| shown.contrast(behind) >= needed))
    });
    with(style, front, back)
}

fn with(style: Style, front: Option<(u8, Rgb)>, back: Option<(u8, Rgb)>) -> Style {
    let color = |found: Option<(u8, Rgb)>, old| found.map_or(old, |(index, _)| Some(Color::Indexed(index)));
    Style { fg: color(front, style.fg), bg: color(back, style.bg), ..style }
}

fn nearest(exact: Rgb, from: impl Iterator<Item = (u8, Rgb)>) -> Option<(u8, Rgb)> {
    from.min_by(|a, b| exact.distance(a.1).total_cmp(&exact.distance(b.1)))
}

/// The 240 indexed colours that are the same everywhere: the cube and the greys.
fn fixed() -> impl Iterator<Item = (u8, Rgb)> {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    (16..=255_u8).map(move |index| {
        let shown = match index.checked_sub(232) {
            Some(grey) => Rgb(8 + 10 * grey, 8 + 10 * grey, 8 + 10 * grey),
            None => Rgb(level((index - 16) / 36), level((index - 16) / 6 % 6), level((index - 16) % 6)),
        };
        (index, shown)
    })
}

/// The 16 basic colours as a PC's text mode had them. Users change them, so only the hue can be relied on.
const BASIC: [Rgb; 16] = [
    Rgb::hex(0x00_0000),
    Rgb::hex(0xaa_0000),
    Rgb::hex(0x00_aa00),
    Rgb::hex(0xaa_5500),
    Rgb::hex(0x00_00aa),
    Rgb::hex(0xaa_00aa),
    Rgb::hex(0x00_aaaa),
    Rgb::hex(0xaa_aaaa),
    Rgb::hex(0x55_5555),
    Rgb::hex(0xff_5555),
    Rgb::hex(0x55_ff55),
    Rgb::hex(0xff_ff55),
    Rgb::hex(0x55_55ff),
    Rgb::hex(0xff_55ff),
    Rgb::hex(0x55_ffff),
    Rgb::hex(0xff_ffff),
];

/// Foregrounds on a dark background: bright ones, and no dark grey, which some palettes paint as the background.
const ON_DARK: [u8; 8] = [7, 9, 10, 11, 12, 13, 14, 15];
/// Foregrounds on a light one.
const ON_LIGHT: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 8];

fn basic(style: Style, ground: Ground) -> Style {
    let named = |index: u8| BASIC.get(usize::from(index)).map(|shown| (index, *shown));
    let back = rgb(style.bg).and_then(|exact| nearest(exact, (0..16).filter_map(named)));
    let front = rgb(style.fg).and_then(|exact| match back {
        // Black or white, whichever can be read on it.
        Some((_, behind)) => {
            [0, 15].into_iter().filter_map(named).max_by(|a, b| a.1.contrast(behind).total_cmp(&b.1.contrast(behind)))
        }
        None => {
            let choice = if ground.is_dark { ON_DARK } else { ON_LIGHT };
            nearest(exact, choice.into_iter().filter_map(named))
        }
    });
    with(style, front, back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        for (no_color, colorterm, term, depth) in [
            (None, Some("truecolor"), Some("xterm-256color"), Depth::True),
            (None, Some("24bit"), Some("screen"), Depth::True),
            (None, None, Some("xterm-direct"), Depth::True),
            (None, None, Some("tmux-256color"), Depth::Indexed),
            (None, None, Some("linux"), Depth::Basic),
            (None, None, None, Depth::Basic),
            (None, None, Some("dumb"), Depth::Colourless),
            (Some("1"), Some("truecolor"), Some("xterm-256color"), Depth::Colourless),
            (Some(""), Some("truecolor"), None, Depth::True),
        ] {
            assert_eq!(Depth::of(no_color, colorterm, term), depth, "{no_color:?} {colorterm:?} {term:?}");
        }
    }

    #[test]
    fn indexed_colours_are_the_nearest() {
        let ground = Ground { back: Rgb::hex(0), is_dark: true };
        for (exact, index) in [(0xff_ffff, 231), (0xff_d700, 220), (0x80_8080, 244), (0x5f_d7ff, 81)] {
            let style = reduced(Style::new().fg(Rgb::hex(exact).into()), Depth::Indexed, ground);
            assert_eq!(style.fg, Some(Color::Indexed(index)), "{exact:06x}");
        }
    }
}
