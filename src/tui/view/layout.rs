//! Which pane goes where: the map of the screen at its sizes.
//!
//! ```text
//! ≥ 110×30                                      ≥ 60×16                     ≥ 40×12
//! ┌ header ───────────────────────────┐         ┌ header ────────────┐      ┌ header ──────┐
//! │ log               │ seats         │         │ seats, two lines   │      │ blocked by   │
//! │                   ├ agreement     │         │ agreement, lines   │      │ log          │
//! │                   ├ detail        │         │ log                │      │              │
//! ├ timeline ─────────┴───────────────┤         ├ timeline           │      │              │
//! │ status                            │         │ status             │      │ status       │
//! └ keys ─────────────────────────────┘         └ keys ──────────────┘      └──────────────┘
//! ```
//!
//! Below that one status line is left, and the debate runs on. Zooming gives one pane everything between header and
//! timeline; the document stands beside the log where there is room, else in its place.

use ratatui::layout::Rect;

/// How much of the screen there is to share out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// One status line.
    Line,
    /// Phase, the open objection and the log.
    Small,
    /// Seats and board in lines above the log.
    Medium,
    /// Every pane.
    Wide,
}

/// The panes that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The log.
    Log,
    /// Who is doing what.
    Seats,
    /// Decision by seat.
    Board,
    /// The selected decision.
    Detail,
    /// The document as it stands.
    Document,
}

/// Where everything is; what is not shown has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Map {
    /// Title, phases, wave.
    pub header: Option<Rect>,
    /// The log.
    pub log: Option<Rect>,
    /// The seats.
    pub seats: Option<Rect>,
    /// The agreement board.
    pub board: Option<Rect>,
    /// The selected decision.
    pub detail: Option<Rect>,
    /// The document.
    pub document: Option<Rect>,
    /// Who blocks, where there is no board.
    pub blocked: Option<Rect>,
    /// Markers and Φ.
    pub timeline: Option<Rect>,
    /// Follow, time, budgets.
    pub status: Option<Rect>,
    /// The keys.
    pub keys: Option<Rect>,
}

/// What the map depends on besides the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Seats at the table, the supervisor included.
    pub seats: u16,
    /// Decisions on the board.
    pub decisions: u16,
    /// The pane that has the focus.
    pub focus: Pane,
    /// It fills the screen.
    pub zoom: bool,
    /// The document is open.
    pub document: bool,
}

/// Width of the column beside the log, borders included.
const SIDE: u16 = 42;

/// How much room a screen of this size has.
pub fn room(width: u16, height: u16) -> Room {
    match (width, height) {
        (110.., 30..) => Room::Wide,
        (60.., 16..) => Room::Medium,
        (40.., 12..) => Room::Small,
        _ => Room::Line,
    }
}

/// The map for this size and wish.
pub fn map(width: u16, height: u16, wish: Wish) -> Map {
    let whole = Rect::new(0, 0, width, height);
    match room(width, height) {
        Room::Line => Map { status: Some(Rect { height: height.min(1), ..whole }), ..Map::default() },
        Room::Small => small(whole, wish),
        Room::Medium => medium(whole, wish),
        Room::Wide => wide(whole, wish),
    }
}

fn small(whole: Rect, wish: Wish) -> Map {
    let mut cut = Cut(whole);
    let header = cut.top(1);
    let status = cut.bottom(1);
    let mut map = Map { header, status, ..Map::default() };
    if !wish.zoom && !wish.document && wish.focus == Pane::Log {
        map.blocked = cut.top(1);
    }
    alone(&mut map, cut.0, wish);
    map
}

fn medium(whole: Rect, wish: Wish) -> Map {
    let mut cut = Cut(whole);
    let header = cut.top(1);
    let keys = cut.bottom(1);
    let status = cut.bottom(1);
    let timeline = cut.bottom(1);
    let mut map = Map { header, keys, status, timeline, ..Map::default() };
    if !wish.zoom {
        // As many lines as there are rows to spare; more seats or decisions than fit are counted at the end of the line.
        let lines = |items: u16, each: u16| items.saturating_mul(each).div_ceil(whole.width.max(1)).clamp(1, 3);
        map.seats = cut.top(lines(wish.seats, 26).min(2));
        map.board = cut.top(lines(wish.decisions, 20));
    }
    alone(&mut map, cut.0, wish);
    map
}

/// One pane has the middle: the document, a pane that was asked for and is not shown otherwise, or the log.
fn alone(map: &mut Map, rest: Rect, wish: Wish) {
    match wish.focus {
        Pane::Document => map.document = Some(rest),
        _ if wish.document && wish.focus == Pane::Log && !wish.zoom => map.document = Some(rest),
        Pane::Log => map.log = Some(rest),
        Pane::Seats if wish.zoom || map.seats.is_none() => map.seats = Some(rest),
        Pane::Board if wish.zoom || map.board.is_none() => map.board = Some(rest),
        Pane::Detail => map.detail = Some(rest),
        Pane::Seats | Pane::Board => map.log = Some(rest),
    }
}

fn wide(whole: Rect, wish: Wish) -> Map {
    let mut cut = Cut(whole);
    let header = cut.top(1);
    let keys = cut.bottom(1);
    let status = cut.bottom(1);
    let timeline = cut.bottom(1);
    let mut map = Map { header, keys, status, timeline, ..Map::default() };
    if wish.zoom {
        alone(&mut map, cut.0, Wish { document: false, ..wish });
        return map;
    }
    if wish.document {
        let half = cut.0.width / 2;
        map.document = cut.right(half);
        map.log = Some(cut.0);
        return map;
    }
    // A column of the board for each seat, and still the decisions' names.
    let crowd = wish.seats.saturating_sub(5).min(6);
    let side = cut.right(SIDE.max(whole.width / 3).min(56).max(SIDE + crowd));
    map.log = Some(cut.0);
    let mut side = Cut(side.unwrap_or_default());
    let height = side.0.height;
    map.seats = side.top((wish.seats + 2).min(height / 3).max(4));
    // A heading, the decisions, and the accord's line.
    map.board = side.top((wish.decisions + 4).min(height / 2).max(5));
    map.detail = Some(side.0);
    map
}

/// What is left of an area while pieces are cut off it.
struct Cut(Rect);

impl Cut {
    fn top(&mut self, rows: u16) -> Option<Rect> {
        let rows = rows.min(self.0.height);
        let piece = Rect { height: rows, ..self.0 };
        self.0.y += rows;
        self.0.height -= rows;
        (rows > 0).then_some(piece)
    }

    fn bottom(&mut self, rows: u16) -> Option<Rect> {
        let rows = rows.min(self.0.height);
        self.0.height -= rows;
        (rows > 0).then_some(Rect { y: self.0.y + self.0.height, height: rows, ..self.0 })
    }

    fn right(&mut self, columns: u16) -> Option<Rect> {
        let columns = columns.min(self.0.width);
        self.0.width -= columns;
        (columns > 0).then_some(Rect { x: self.0.x + self.0.width, width: columns, ..self.0 })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn panes(map: &Map) -> Vec<Rect> {
        [
            map.header,
            map.log,
            map.seats,
            map.board,
            map.detail,
            map.document,
            map.blocked,
            map.timeline,
            map.status,
            map.keys,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn wishes() -> impl Strategy<Value = Wish> {
        let pane = prop::sample::select(vec![Pane::Log, Pane::Seats, Pane::Board, Pane::Detail, Pane::Document]);
        (2..17_u16, 0..13_u16, pane, any::<bool>(), any::<bool>())
            .prop_map(|(seats, decisions, focus, zoom, document)| Wish { seats, decisions, focus, zoom, document })
    }

    proptest! {
        #[test]
        fn panes_lie_on_the_screen_and_never_on_each_other(w in 0..200_u16, h in 0..80_u16, wish in wishes()) {
            let panes = panes(&map(w, h, wish));
            for (i, one) in panes.iter().enumerate() {
                prop_assert!(one.right() <= w && one.bottom() <= h, "{one:?} on {w}×{h}");
                for other in panes.iter().skip(i + 1) {
                    prop_assert!(!one.intersects(*other), "{one:?} {other:?}");
                }
            }
        }

        #[test]
        fn the_pane_with_the_focus_is_shown(w in 40..200_u16, h in 12..80_u16, wish in wishes()) {
            let map = map(w, h, wish);
            let beside = wish.document && !wish.zoom;
            let shown = match wish.focus {
                Pane::Log => map.log.or(map.document),
                Pane::Seats => map.seats.or(map.document),
                Pane::Board => map.board.or(map.document),
                Pane::Detail => map.detail.or(map.document),
                Pane::Document if beside || wish.zoom || room(w, h) != Room::Wide => map.document,
                Pane::Document => map.log,
            };
            prop_assert!(shown.is_some_and(|r| r.height > 0), "{wish:?} {map:?}");
        }
    }
}
