//! The log as it is read: what is in view, what follows, what was not read yet.
//!
//! Keys only say what is wanted ([`Want`]); [`Log::prepare`] carries it out when the size and the state of the frame are
//! known, and leaves a [`Page`] that drawing only copies. Laying out is the expensive part, so entries are laid out when
//! they come into view, kept for a while, and never laid out again at the same width; of what is being written only the
//! tail is.

mod place;

use super::filter::Filter;
use super::scene::Scene;
use super::tails::Tails;
use crate::protocol::{Author, EntryNumber};
use crate::replay::Doing;
use crate::tui::theme::Theme;
use crate::tui::view::entry::Row;
use place::Place;
use std::collections::HashMap;
use std::rc::Rc;

/// Layouts that are kept. More than a screen holds, few enough to stay small: an entry of 2 kB takes some 10 kB laid out.
const KEPT: usize = 256;

/// Columns from which on the text keeps clear of what stands at its right.
const MARGIN: u16 = 60;

/// One thing in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// What the debate is about.
    Opening,
    /// A wave begins.
    Wave(u32),
    /// An entry.
    Entry(EntryNumber),
    /// What follows was not read yet.
    Unread,
    /// Somebody who is writing, by place in the scene.
    Writer(usize),
    /// Everybody who is at work and has written nothing yet.
    AtWork,
    /// How it ended.
    End,
}

/// What a key wants of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// This many rows down, or up.
    Rows(isize),
    /// This many half pages down, or up.
    Halves(isize),
    /// This entry in view, its head near the top.
    Show(EntryNumber),
    /// The first row of this entry with this text in view; its head where no row has it.
    Find(EntryNumber, String),
    /// This entry in view, moving as little as possible.
    Reveal(EntryNumber),
    /// The beginning.
    Top,
}

/// Rows in view, for drawing.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Each with the item it is of.
    pub rows: Vec<(Item, Rc<Row>)>,
    /// Entries below the last row that are new since the reader left the end.
    pub new_below: usize,
    /// How far down the first row is, 0 to 1.
    pub from: f64,
    /// How far down the last row is.
    pub to: f64,
}

/// The reader's place in the log.
#[derive(Debug)]
pub struct Log {
    /// The newest is kept in view.
    pub follow: bool,
    /// The entry that keys act on.
    pub cursor: Option<EntryNumber>,
    /// Columns that wide rows are moved to the left.
    pub shift: usize,
    /// The last entry that was in view while the end was.
    pub read: EntryNumber,
    /// Which entries are shown.
    pub filter: Filter,
    /// What drawing copies.
    pub page: Page,
    /// The unread rule stands before the entry after this one, while the log is held.
    rule: Option<EntryNumber>,
    top: (Item, usize),
    /// Who was writing what stands at the top, to find it again once it is an entry.
    top_author: Option<Author>,
    want: Vec<Want>,
    items: Vec<Item>,
    /// How many of the items are of the log itself, and what they were made from.
    settled: usize,
    made_from: Option<(usize, Option<EntryNumber>, Filter)>,
    layouts: HashMap<EntryNumber, Rc<[Rc<Row>]>>,
    /// The writers' rows, for this frame.
    growing: HashMap<usize, Rc<[Rc<Row>]>>,
    width: u16,
    tails: Tails,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            follow: true,
            cursor: None,
            shift: 0,
            read: EntryNumber(0),
            filter: Filter::default(),
            page: Page::default(),
            rule: None,
            top: (Item::Opening, 0),
            top_author: None,
            want: Vec::new(),
            items: Vec::new(),
            settled: 0,
            made_from: None,
            layouts: HashMap::new(),
            growing: HashMap::new(),
            width: 0,
            tails: Tails::default(),
        }
    }
}

impl Log {
    /// Notes what a key wants; the reader's own scrolling holds the log.
    pub fn want(&mut self, want: Want) {
        self.hold();
        self.want.push(want);
    }

    /// Holds the log still.
    pub fn hold(&mut self) {
        if self.follow {
            self.follow = false;
            self.rule = Some(self.read);
        }
    }

    /// Follows the newest again.
    pub fn follow(&mut self) {
        self.follow = true;
        self.rule = None;
        self.want.clear();
        self.cursor = None;
    }

    /// The first entry that was not read when the log was held.
    pub fn first_unread(&self) -> Option<EntryNumber> {
        self.rule.map(|read| EntryNumber(read.0 + 1))
    }

    /// Forgets every layout: the look has changed.
    pub fn forget(&mut self) {
        self.layouts.clear();
        self.tails = Tails::default();
    }

    /// The entry before or after the cursor that is shown.
    pub fn neighbour(&self, on: bool) -> Option<EntryNumber> {
        let mut entries = self.items.iter().filter_map(|i| match i {
            Item::Entry(n) => Some(*n),
            _ => None,
        });
        match (self.cursor, on) {
            (Some(at), true) => entries.find(|n| *n > at),
            (Some(at), false) => entries.take_while(|n| *n < at).last(),
            (None, _) => entries.next_back(),
        }
    }

    /// The item in the row at `y` of the page.
    pub fn item_at(&self, y: usize) -> Option<Item> {
        self.page.rows.get(y).map(|(item, _)| *item)
    }

    /// Carries out what is wanted and lays out what is in view. The first column is left for the cursor, and the last one
    /// free where there is room.
    pub fn prepare(&mut self, scene: &Scene, theme: &Theme, (width, height): (u16, u16)) {
        let width = width.saturating_sub(if width > MARGIN { 2 } else { 1 });
        if self.width != width || self.layouts.len() > KEPT {
            self.layouts.clear();
            self.width = width;
        }
        self.tails.take(&scene.writers, theme);
        self.growing.clear();
        self.itemise(scene);
        let height = usize::from(height);
        let mut at = Place { log: self, scene, theme };
        let wants = std::mem::take(&mut at.log.want);
        for want in wants {
            at.carry_out(want, height);
        }
        at.fill(height);
        self.look_around(scene);
    }

    /// What there is to show. The log's own items are made anew only when it has changed: it may have thousands.
    fn itemise(&mut self, scene: &Scene) {
        let entries = scene.session.entries();
        let rule = self.rule;
        let same = |(many, read, filter): &(usize, Option<EntryNumber>, Filter)| {
            *many == entries.len() && *read == rule && *filter == self.filter
        };
        if self.made_from.as_ref().is_some_and(same) {
            self.items.truncate(self.settled);
        } else {
            self.itemise_entries(scene);
            self.settled = self.items.len();
            self.made_from = Some((entries.len(), rule, self.filter.clone()));
        }
        if self.filter.is_off() {
            // Whoever is only in the queue stands among the seats.
            let at_work = || scene.writers.iter().enumerate().filter(|(_, w)| w.doing != Doing::Queued);
            self.items.extend(at_work().filter(|(_, w)| w.has_written()).map(|(i, _)| Item::Writer(i)));
            self.items.extend(at_work().any(|(_, w)| !w.has_written()).then_some(Item::AtWork));
        }
        if scene.ended() {
            self.items.push(Item::End);
        }
    }

    fn itemise_entries(&mut self, scene: &Scene) {
        self.items.clear();
        let whole = self.filter.is_off();
        self.items.extend(whole.then_some(Item::Opening));
        let mut wave = None;
        for entry in scene.session.entries() {
            if !self.filter.shows(&scene.session, entry) {
                continue;
            }
            if wave != Some(entry.wave) && whole {
                self.items.push(Item::Wave(entry.wave));
            }
            wave = Some(entry.wave);
            if self.rule.is_some_and(|read| entry.number.0 == read.0 + 1) && entry.number.0 > 1 {
                self.items.push(Item::Unread);
            }
            self.items.push(Item::Entry(entry.number));
        }
    }

    /// After the page is laid out: what has been read, and where the cursor is.
    fn look_around(&mut self, scene: &Scene) {
        let last = scene.session.last_entry();
        let shows_end = self.page.rows.last().is_none_or(|(item, _)| Some(item) == self.items.last());
        if shows_end || self.read > last {
            self.read = last;
        }
        self.page.new_below = (last.0.saturating_sub(self.read.0)) as usize;
        if self.follow {
            self.cursor = None;
        }
        let entries = || {
            self.page.rows.iter().filter_map(|(item, _)| match item {
                Item::Entry(n) => Some(*n),
                _ => None,
            })
        };
        let in_view = |n: EntryNumber| entries().any(|e| e == n);
        let lost = self.cursor.is_none_or(|c| !in_view(c));
        if lost {
            self.cursor = if self.follow { entries().next_back() } else { entries().next() }.or(self.cursor);
        }
    }
}
