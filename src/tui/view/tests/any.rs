//! Drawing holds at any size, in any mode, after anything that is done.

use super::made_up::{self, Until};
use super::{Screen, options, recorded};
use crate::journal::Record;
use crate::tui::input::{Input, Mouse};
use crate::tui::keymap::DEEDS;
use crate::tui::model::Mode;
use crate::tui::model::live::Live;
use crate::tui::update::Msg;
use chrono::TimeDelta;
use proptest::prelude::*;
use ratatui::buffer::CellWidth;
use std::sync::LazyLock;

/// Something that happens to a screen.
#[derive(Debug, Clone)]
enum Deed {
    /// A key of the table.
    Key(&'static str),
    /// Typing, wherever it goes.
    Type(String),
    Paste(String),
    Mouse(Mouse),
    Resize(u16, u16),
    /// So many more records.
    Records(usize),
    /// A piece of a reply, of the one at this place.
    Piece(usize, String),
    Wait(i64),
    HostGone,
}

fn deeds() -> impl Strategy<Value = Deed> {
    let keys: Vec<&'static str> =
        DEEDS.iter().flat_map(|d| d.keys.iter().copied()).chain(["Enter", "Esc", "Delete"]).collect();
    let text =
        prop::sample::select(vec!["#3", "50%", "K1", "支払い", "by S", "👩‍💻 e\u{301}", "\u{202e}x\u{7}", " ", "e"]);
    let size = || prop_oneof![3 => 1..140_u16, 1 => 1..8_u16];
    prop_oneof![
        12 => prop::sample::select(keys).prop_map(Deed::Key),
        2 => text.clone().prop_map(|t| Deed::Type(t.to_owned())),
        1 => text.clone().prop_map(|t| Deed::Paste(t.repeat(3))),
        1 => (0..140_u16, 0..60_u16, 0..3).prop_map(|(x, y, which)| Deed::Mouse(match which {
            0 => Mouse::Press(x, y),
            1 => Mouse::Up(x, y),
            _ => Mouse::Down(x, y),
        })),
        2 => (size(), size()).prop_map(|(w, h)| Deed::Resize(w, h.min(60))),
        3 => (1..6_usize).prop_map(Deed::Records),
        2 => (0..9_usize, text).prop_map(|(who, t)| Deed::Piece(who, format!("{{\"content\":\"{}", t.repeat(9)))),
        2 => (0..90_i64).prop_map(Deed::Wait),
        1 => Just(Deed::HostGone),
    ]
}

static RECORDED: LazyLock<Vec<Record>> = LazyLock::new(recorded);
static STALE: LazyLock<Vec<Record>> = LazyLock::new(|| made_up::records(Until::Stale));
static ENDED: LazyLock<Vec<Record>> = LazyLock::new(|| made_up::records(Until::NoConsensus));

fn doings(screen: &mut Screen, coming: &mut impl Iterator<Item = Record>, deed: &Deed) {
    let msg = match deed {
        Deed::Key(key) => Msg::Input(Input::Key(key.parse().unwrap())),
        Deed::Type(text) => {
            for c in text.chars() {
                let chord = crate::tui::input::Chord::plain(crossterm::event::KeyCode::Char(c));
                screen.tell(Msg::Input(Input::Key(chord)));
            }
            return;
        }
        Deed::Paste(text) => Msg::Input(Input::Paste(text.clone())),
        Deed::Mouse(mouse) => Msg::Input(Input::Mouse(*mouse)),
        Deed::Resize(width, height) => Msg::Input(Input::Resize(*width, *height)),
        Deed::Records(many) => Msg::Records(coming.take(*many).collect()),
        Deed::Piece(who, text) => {
            let Some(author) = screen.model.scene.writers.get(*who).map(|w| w.author.clone()) else { return };
            let piece = crate::agent::speaker::Piece::Text(text.clone());
            Msg::News(crate::door::News::Live(crate::room::Live::Piece { author, piece }))
        }
        Deed::Wait(seconds) => {
            screen.now += TimeDelta::seconds(*seconds);
            Msg::Tick
        }
        Deed::HostGone => Msg::HostGone,
    };
    screen.tell(msg);
}

/// What spills over where it may not: a wide sign over the edge of the screen, or anything over a pane's border.
fn spilled(screen: &mut Screen) -> Vec<String> {
    let buffer = screen.drawn();
    let (width, height) = screen.model.size;
    let mut wrong = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            if x + symbol.cell_width().max(1) > width || symbol.chars().any(char::is_control) {
                wrong.push(format!("{symbol:?} at {x},{y}"));
            }
        }
    }
    if !screen.model.framed() || !matches!(screen.model.mode, Mode::Reading | Mode::Searching) {
        return wrong;
    }
    let map = &screen.model.map;
    let theme = &screen.model.options.theme.glyphs;
    for area in [map.log, map.seats, map.board, map.detail, map.document].into_iter().flatten() {
        let edge = |x: u16, y: u16| {
            let symbol = buffer[(x, y)].symbol();
            let borders = [theme.border.vertical_left, theme.focus_border.vertical_left, theme.full];
            (!borders.contains(&symbol)).then(|| format!("{symbol:?} on the border at {x},{y}"))
        };
        let rows = area.y + 1..area.bottom().saturating_sub(1);
        wrong.extend(rows.flat_map(|y| [edge(area.x, y), edge(area.right() - 1, y)]).flatten());
    }
    wrong
}

/// Every pane's rows fit: no line of the log is wider than its pane.
fn too_wide(screen: &Screen) -> Option<String> {
    let area = screen.model.map.log?;
    let (width, _) = super::super::inner(area, screen.model.framed());
    let rows = screen.model.log.page.rows.iter().filter(|(_, row)| !row.unbroken);
    rows.map(|(_, row)| row).find(|row| row.width() > width.saturating_sub(1).max(1)).map(|row| row.plain())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn drawing_never_panics_and_never_leaves_its_screen(
        which in 0..4_usize,
        (width, height) in (1..140_u16, 1..50_u16),
        motion in any::<bool>(),
        deeds in prop::collection::vec(deeds(), 1..40),
    ) {
        let mut options = options();
        options.motion = motion;
        let (records, live): (&Vec<Record>, _) = match which {
            0 => (&RECORDED, Some(Live::new(true))),
            1 => (&RECORDED, None),
            2 => (&STALE, Some(Live::new(true))),
            _ => (&ENDED, Some(Live::new(false))),
        };
        let cut = records.len() * 2 / 3;
        let mut coming = records[cut..].iter().cloned();
        let mut screen = Screen::over(records[..cut].to_vec(), live, options).sized(width, height);
        for deed in &deeds {
            doings(&mut screen, &mut coming, deed);
            prop_assert_eq!(spilled(&mut screen), Vec::<String>::new(), "after {:?}", deed);
            let size = screen.model.size;
            if size.0 >= 40 && size.1 >= 12 {
                prop_assert_eq!(too_wide(&screen), None, "at {:?} after {:?}", size, deed);
            }
            if let Some(wake) = screen.model.next_wakeup(screen.now) {
                prop_assert!(!wake.is_zero(), "it would wake for ever");
            }
        }
    }
}
