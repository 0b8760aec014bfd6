//! Everything the screen knows, changed by `update` and nothing else.
//!
//! A running debate and a saved one are the same thing here: a timeline, and a player that says how much of it has
//! happened. [`Model::prepare`] lays out what the next frame shows; drawing then only copies.

pub mod chooser;
pub mod field;
pub mod filter;
pub mod form;
pub mod live;
pub mod log;
pub mod paper;
pub mod place;
pub mod say;
pub mod scene;
pub mod search;
mod tails;

use super::keymap::Keymap;
use super::theme::Theme;
use super::view::layout::{self, Map, Pane, Wish};
use crate::protocol::{DecisionId, EntryNumber, SeatTag};
use crate::replay::{Player, Timeline};
use chooser::Chooser;
use chrono::{DateTime, Utc};
use form::Form;
use live::Live;
use log::Log;
use paper::Paper;
use say::Composer;
use scene::{Costs, Scene};
use search::{Haystack, Search};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a word at the bottom stays.
pub const TOAST: Duration = Duration::from_secs(4);

/// How the screen behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which keys do what.
    pub keymap: Keymap,
    /// Colours and signs.
    pub theme: Theme,
    /// Things may move by themselves; else words stand in for them, and it is drawn at most once a second by itself.
    pub motion: bool,
    /// The mouse is listened to.
    pub mouse: bool,
    /// The terminal is told when a person is waited for.
    pub notify: bool,
}

/// What the keys go to.
#[derive(Debug)]
pub enum Mode {
    /// The panes.
    Reading,
    /// The line in which a search is typed.
    Searching,
    /// A list.
    Choosing(Chooser),
    /// What the person in the room is writing.
    Composing,
    /// What this seat owes.
    Filling(SeatTag),
    /// The bare text of the log.
    Bare,
}

/// Where a reference was followed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// The pane.
    pub focus: Pane,
    /// The entry at the cursor.
    pub cursor: Option<EntryNumber>,
    /// The log was followed.
    pub follow: bool,
    /// The decision that was selected.
    pub decision: usize,
    /// The row of the document.
    pub row: usize,
}

/// What is selected on the board.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// The decision, by place.
    pub decision: usize,
    /// The seat, by place; none is the decision itself.
    pub seat: Option<usize>,
}

/// Everything the screen knows.
#[derive(Debug)]
pub struct Model {
    /// What happened.
    pub timeline: Timeline,
    /// How much of it.
    pub player: Player,
    /// The running debate, if this is one.
    pub live: Option<Live>,
    /// What is on stage, as of the last [`Model::prepare`].
    pub scene: Scene,
    /// The log.
    pub log: Log,
    /// The document.
    pub paper: Paper,
    /// The document is open.
    pub document: bool,
    /// What is selected on the board.
    pub cell: Cell,
    /// First row of the detail pane.
    pub detail_top: usize,
    /// First row of the seats pane, and the one selected.
    pub seat: usize,
    /// The pane with the focus.
    pub focus: Pane,
    /// It fills the screen.
    pub zoom: bool,
    /// What the keys go to.
    pub mode: Mode,
    /// The search, while its matches are marked.
    pub search: Option<Search>,
    /// What a search looks through.
    pub haystack: Haystack,
    /// What the person is writing; kept when the composer is closed.
    pub composer: Option<Composer>,
    /// What the seats that a person holds owe; kept when a form is closed.
    pub forms: BTreeMap<SeatTag, Form>,
    /// Answers of the host that are still to come for forms whose replies are in the journal already.
    pub settled: usize,
    /// When a key was last pressed.
    pub touched: Option<DateTime<Utc>>,
    /// Where references were followed from.
    pub trail: Vec<Footprint>,
    /// A word at the bottom, and until when.
    pub toast: Option<(String, DateTime<Utc>)>,
    /// When Ctrl+C was pressed.
    pub warned: Option<DateTime<Utc>>,
    /// How the screen behaves.
    pub options: Options,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Which pane is where, as of the last [`Model::prepare`].
    pub map: Map,
    /// The time of the last message.
    pub now: DateTime<Utc>,
    began: DateTime<Utc>,
}

impl Model {
    /// A screen over `timeline`, at its beginning, or at its live edge where `live` is given.
    pub fn new(timeline: Timeline, live: Option<Live>, options: Options, now: DateTime<Utc>) -> Self {
        let player = if live.is_some() { Player::live(&timeline) } else { Player::new(&timeline) };
        let session = player.session(&timeline);
        let costs = Costs::of(&session, &Arc::default());
        let scene = Scene { session, writers: Vec::new(), costs, now, at_end: false };
        Self {
            timeline,
            player,
            live,
            scene,
            log: Log::default(),
            paper: Paper::default(),
            document: false,
            cell: Cell::default(),
            detail_top: 0,
            seat: 0,
            focus: Pane::Log,
            zoom: false,
            mode: Mode::Reading,
            search: None,
            haystack: Haystack::default(),
            composer: None,
            forms: BTreeMap::new(),
            settled: 0,
            touched: None,
            trail: Vec::new(),
            toast: None,
            warned: None,
            options,
            size: (80, 24),
            map: Map::default(),
            now,
            began: now,
        }
    }

    /// The time since the screen began, for the player.
    pub fn clock(&self) -> Duration {
        (self.now - self.began).to_std().unwrap_or_default()
    }

    /// Whether this is a running debate at its live edge.
    pub fn at_live_edge(&self) -> bool {
        self.player.is_live_edge() && self.live.as_ref().is_some_and(Live::runs)
    }

    /// Whether this screen may speak in a running debate.
    pub fn may_speak(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.owner && live.runs())
    }

    /// The decision that is selected on the board.
    pub fn selected(&self) -> Option<DecisionId> {
        self.scene.session.dockets().nth(self.cell.decision).map(|d| d.id)
    }

    /// Says a word at the bottom for a while.
    pub fn say(&mut self, word: impl Into<String>) {
        let until = self.now + chrono::TimeDelta::from_std(TOAST).unwrap_or_default();
        self.toast = Some((word.into(), until));
    }

    /// Moves on to `now` and lays out the next frame.
    pub fn prepare(&mut self, now: DateTime<Utc>) {
        self.now = now.max(self.now);
        let clock = self.clock();
        self.player.tick(&self.timeline, clock);
        if self.toast.as_ref().is_some_and(|(_, until)| *until <= self.now) {
            self.toast = None;
        }
        self.set_stage();
        self.map = layout::map(self.size.0, self.size.1, self.wish());
        if let Mode::Filling(seat) = &self.mode
            && let Some(furthest) = self.forms.get(seat).map(|form| super::view::form::furthest(self, form))
            && let Some(form) = self.forms.get_mut(seat)
        {
            form.top = form.top.min(furthest);
        }
        if let Some(area) = self.map.log {
            let inner = super::view::inner(area, self.framed());
            self.log.prepare(&self.scene, &self.options.theme, inner);
        }
        if let Some(area) = self.map.document {
            let inner = super::view::inner(area, self.framed());
            self.paper.prepare(&self.scene.session, &self.options.theme, inner);
        }
    }

    fn set_stage(&mut self) {
        let edge = self.player.is_live_edge();
        let session = self.player.session(&self.timeline);
        let mut writers = self.player.writers(&self.timeline);
        if let (true, Some(live)) = (edge, &self.live) {
            live.fill(&mut writers);
        }
        let now = if self.at_live_edge() { self.now } else { self.player.recorded() };
        let at_end = self.player.records() >= self.timeline.len();
        let costs = Costs::of(&session, &self.scene.costs);
        self.scene = Scene { session, writers, costs, now, at_end };
        let decisions = self.scene.session.dockets().count();
        self.cell.decision = self.cell.decision.min(decisions.saturating_sub(1));
    }

    fn wish(&self) -> Wish {
        let session = &self.scene.session;
        Wish {
            seats: session.seats().count() as u16 + 1,
            decisions: session.dockets().count() as u16,
            focus: self.focus,
            zoom: self.zoom,
            document: self.document,
        }
    }

    /// Whether panes have borders: only where there is room for all of them.
    pub fn framed(&self) -> bool {
        layout::room(self.size.0, self.size.1) == layout::Room::Wide
    }

    /// Whether a search has entries yet to read.
    pub fn reads(&self) -> bool {
        self.search.is_some() && !self.haystack.is_whole(self.timeline.latest())
    }

    /// In what time from `now` the screen changes by itself, if nothing happens; none if it does not.
    pub fn next_wakeup(&self, now: DateTime<Utc>) -> Option<Duration> {
        let toast = self.toast.as_ref().map(|(_, until)| (*until - now).to_std().unwrap_or_default());
        let clock = (now - self.began).to_std().unwrap_or_default();
        let played = self.player.next_wakeup(&self.timeline, clock);
        // Seconds that are counted beside whoever is at work.
        let counted = (self.at_live_edge() && !self.scene.writers.is_empty()).then(|| {
            let millis = u64::from(now.timestamp_subsec_millis());
            Duration::from_millis(1000_u64.saturating_sub(millis).max(1))
        });
        let least = if self.options.motion { Duration::ZERO } else { Duration::from_secs(1) };
        [toast, played.map(|p| p.max(least)), counted].into_iter().flatten().min()
    }
}
