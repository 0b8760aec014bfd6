//! The picture of the screen in the README: drawn from what the program shows in a real pseudo-terminal.
//!
//! Where the screen has changed, `INSTA_UPDATE=always cargo test --test all picture` draws it anew.

use crate::support::Scratch;
use crate::support::terminal::Terminal;
use std::fmt::Write;
use std::path::Path;

/// Columns and rows of the terminal.
const SIZE: (u16, u16) = (120, 40);
/// Width and height of a cell, and how far below its top text stands, in the picture's units.
const CELL: (f64, f64) = (8.4, 18.0);
const BASELINE: f64 = 13.5;
/// Room around the screen.
const MARGIN: f64 = 14.0;
/// The terminal's own colours.
const PAPER: &str = "#1a1b1e";
const INK: &str = "#d6d6d6";

#[test]
fn the_picture_in_the_readme_is_what_the_program_shows() {
    let sessions = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let listed = std::fs::read_to_string(sessions.join("recorded.txt")).unwrap();
    let session = sessions.join(listed.lines().find(|l| l.ends_with("8adf")).unwrap()).display().to_string();
    let scratch = Scratch::new();
    // A replay shows the same whenever it is drawn: a debate of the built-in panel, just when the texts were amended for
    // three objections and their reviews begin.
    let args = ["replay", session.as_str(), "--at", "50%", "--pacing", "text"];
    let mut screen = Terminal::start_with(&scratch, &args, SIZE, &[("COLORFGBG", "15;0")]);
    screen.shows("PLAY");
    screen.send(" ");
    screen.shows("PAUSED");
    screen.send(":");
    screen.shows("A command, or");
    screen.send("#16\r");
    screen.until("the playhead stands there", |s| {
        s.contents().contains("LOG  16 entries") && !s.contents().contains("A command, or")
    });
    screen.send("..............");
    screen.shows("AGREE D1.3@b314ef0e (K4, K3) — Clause 4,");
    screen.send("3jj");
    screen.shows("DETAIL D3");
    screen.send("1");
    // The last cell that this changes.
    screen.until("the log has the focus", |s| s.contents().lines().any(|l| l.starts_with('┗') && l.contains('┛')));
    let drawn = screen.with(draw);
    screen.send("q");
    assert_eq!(screen.ends().0, 0);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screen.svg");
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept == drawn, "docs/screen.svg shows another screen: INSTA_UPDATE=always cargo test --test all picture");
}

/// What a cell looks like.
#[derive(Clone, PartialEq)]
struct Look {
    ink: String,
    paper: Option<String>,
    bold: bool,
    italic: bool,
    underlined: bool,
}

fn draw(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f64::from(columns.get()) * CELL.0, f64::from(rows.get()) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" \
         aria-label=\"The screen of a debate\">\n<rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"{PAPER}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\" font-size=\"14\" xml:space=\"preserve\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace\">\n",
        width + 2.0 * MARGIN,
        height + 2.0 * MARGIN
    );
    for y in 0..rows.get() {
        row(screen, y, columns.get(), &mut out);
    }
    out + "</g>\n</svg>\n"
}

fn row(screen: &vt100::Screen, y: u16, columns: u16, out: &mut String) {
    let cells: Vec<&vt100::Cell> = (0..columns).map(|x| screen.cell(y, x).unwrap()).collect();
    let looks: Vec<Look> = cells.iter().map(|cell| look(cell)).collect();
    let mut from = 0;
    for run in looks.chunk_by(|a, b| a.paper == b.paper) {
        if let Some(paper) = &run[0].paper {
            let (x, top, width) = (left(from), f64::from(y) * CELL.1, left(run.len()));
            writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{paper}\"/>",
                CELL.1
            )
            .unwrap();
        }
        from += run.len();
    }
    let mut x = 0;
    while x < cells.len() {
        let symbol = cells[x].contents();
        if let Some(path) = line(symbol, x, y) {
            // Lines are drawn, not written: so they meet in every font.
            let same = |at: usize| looks[at] == looks[x] && cells[at].contents() == symbol;
            let end = (x + 1..cells.len()).find(|at| !same(*at) || !level(symbol)).unwrap_or(cells.len());
            let path = if end > x + 1 { path.replacen(&corner(x + 1), &corner(end), 1) } else { path };
            writeln!(out, "<path d=\"{path}\" fill=\"{}\"/>", looks[x].ink).unwrap();
            x = end;
            continue;
        }
        // A run ends where the look changes, at a line, or where two blanks follow each other.
        let text = |at: usize| cells[at].contents();
        let blank = |at: usize| text(at).trim().is_empty() && !cells[at].is_wide_continuation();
        if blank(x) {
            x += 1;
            continue;
        }
        let ends = |at: usize| {
            looks[at] != looks[x]
                || line(text(at), at, y).is_some()
                || (blank(at) && (at + 1 == cells.len() || blank(at + 1)))
        };
        let mut end = (x + 1..cells.len()).find(|at| ends(*at)).unwrap_or(cells.len());
        while blank(end - 1) {
            end -= 1;
        }
        let words: String = (x..end)
            .filter(|at| !cells[*at].is_wide_continuation())
            .map(|at| if text(at).is_empty() { " " } else { text(at) })
            .collect();
        write_text(&words, &looks[x], (x, end, y), out);
        x = end;
    }
}

fn write_text(words: &str, look: &Look, (from, to, y): (usize, usize, u16), out: &mut String) {
    let mut style = String::new();
    if look.bold {
        style.push_str(" font-weight=\"700\"");
    }
    if look.italic {
        style.push_str(" font-style=\"italic\"");
    }
    if look.underlined {
        style.push_str(" text-decoration=\"underline\"");
    }
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{style}>{escaped}</text>",
        left(from),
        f64::from(y) * CELL.1 + BASELINE,
        left(to - from),
        look.ink,
    )
    .unwrap();
}

fn left(column: usize) -> f64 {
    column as f64 * CELL.0
}

/// The right end of what is drawn up to `column`, as a path names it.
fn corner(column: usize) -> String {
    format!("H{:.1}", left(column))
}

fn level(symbol: &str) -> bool {
    matches!(symbol, "─" | "━")
}

/// A sign made of lines or blocks as a path that fills its cell as far as it does.
fn line(symbol: &str, x: usize, y: u16) -> Option<String> {
    let (w, h) = CELL;
    let (x0, y0) = (left(x), f64::from(y) * h);
    let (mx, my) = (x0 + w / 2.0, y0 + h / 2.0);
    let bar = |from: (f64, f64), to: (f64, f64)| {
        format!("M{:.1} {:.1}H{:.1}V{:.1}H{:.1}Z", from.0, from.1, to.0, to.1, from.0)
    };
    // Which arms leave the middle (left, right, up, down), and how thick they are.
    let arms = |arms: [bool; 4], thick: f64| {
        let t = thick / 2.0;
        let level = bar((if arms[0] { x0 } else { mx - t }, my - t), (if arms[1] { x0 + w } else { mx + t }, my + t));
        let upright = bar((mx - t, if arms[2] { y0 } else { my - t }), (mx + t, if arms[3] { y0 + h } else { my + t }));
        match (arms[0] || arms[1], arms[2] || arms[3]) {
            (true, true) => level + &upright,
            (true, false) => level,
            (false, _) => upright,
        }
    };
    let (thin, thick) = (1.2, 2.4);
    let lower = |eighths: f64| bar((x0, y0 + h * (1.0 - eighths / 8.0)), (x0 + w, y0 + h));
    Some(match symbol {
        "─" => arms([true, true, false, false], thin),
        "━" => arms([true, true, false, false], thick),
        "│" => arms([false, false, true, true], thin),
        "┃" => arms([false, false, true, true], thick),
        "┌" => arms([false, true, false, true], thin),
        "┐" => arms([true, false, false, true], thin),
        "└" => arms([false, true, true, false], thin),
        "┘" => arms([true, false, true, false], thin),
        "┏" => arms([false, true, false, true], thick),
        "┓" => arms([true, false, false, true], thick),
        "┗" => arms([false, true, true, false], thick),
        "┛" => arms([true, false, true, false], thick),
        "┄" => bar((x0 + w * 0.15, my - 0.6), (x0 + w * 0.7, my + 0.6)),
        "▌" => bar((x0, y0), (x0 + w * 0.5, y0 + h)),
        "▏" => bar((x0, y0), (x0 + w / 8.0, y0 + h)),
        "▓" => bar((x0 + w * 0.25, y0), (x0 + w, y0 + h)),
        "▁" => lower(1.0),
        "▂" => lower(2.0),
        "▃" => lower(3.0),
        "▄" => lower(4.0),
        "▅" => lower(5.0),
        "▆" => lower(6.0),
        "▇" => lower(7.0),
        "█" => lower(8.0),
        _ => return None,
    })
}

fn look(cell: &vt100::Cell) -> Look {
    let (mut ink, mut paper) = (color(cell.fgcolor()), color(cell.bgcolor()));
    if cell.inverse() {
        (ink, paper) = (paper.or(Some(PAPER.to_owned())), ink.or(Some(INK.to_owned())));
    }
    Look {
        ink: ink.unwrap_or(INK.to_owned()),
        paper,
        bold: cell.bold(),
        italic: cell.italic(),
        underlined: cell.underline(),
    }
}

/// The screen names its colours in full; none of the palette's is in use.
fn color(color: vt100::Color) -> Option<String> {
    match color {
        vt100::Color::Default => None,
        vt100::Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        vt100::Color::Idx(index) => panic!("colour {index} of the palette"),
    }
}
