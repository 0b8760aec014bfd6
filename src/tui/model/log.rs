//! The log as it is read: what is in view, what follows, what was not read yet.
//!
//! Keys only say what is wanted ([`Want`]); [`Log::prepare`] carries it out when the size and the state of the frame are
//! known, and leaves a [`Page`] that drawing only copies. Laying out is the expensive part, so entries are laid out when
//! they come into view, kept for a while, and never laid out again at the same width; of what is being written only the
//! tail is.

use super::filter::Filter;
use super::scene::Scene;
use super::tails::Tails;
use crate::protocol::{Author, EntryNumber};
use crate::replay::Doing;
use crate::tui::theme::Theme;
use crate::tui::view::entry::{self, Row};
use std::collections::HashMap;
use std::rc::Rc;

/// Layouts that are kept. More than a screen holds, few enough to stay small: an entry of 2 kB takes some 10 kB laid out.
const KEPT: usize = 256;

/// One thing in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// A wave begins.
    Wave(u32),
    /// An entry.
    Entry(EntryNumber),
    /// What follows was not read yet.
    Unread,
    /// Somebody who is writing, by place in the scene.
    Writer(usize),
    /// How it ended.
    End,
}

/// What a key wants of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// This many rows down, or up.
    Rows(isize),
    /// This many half pages down, or up.
    Halves(isize),
    /// This entry in view, its head near the top.
    Show(EntryNumber),
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
    layouts: HashMap<EntryNumber, Rc<[Rc<Row>]>>,
    width: u16,
    tails: Tails,
    look: u64,
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
            top: (Item::Wave(0), 0),
            top_author: None,
            want: Vec::new(),
            items: Vec::new(),
            layouts: HashMap::new(),
            width: 0,
            tails: Tails::default(),
            look: 0,
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
        self.look += 1;
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

    /// Carries out what is wanted and lays out what is in view.
    pub fn prepare(&mut self, scene: &Scene, theme: &Theme, (width, height): (u16, u16)) {
        if self.width != width || self.layouts.len() > KEPT {
            self.layouts.clear();
            self.width = width;
        }
        self.tails.take(&scene.writers, theme);
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

    fn itemise(&mut self, scene: &Scene) {
        self.items.clear();
        let mut wave = None;
        for entry in scene.session.entries() {
            if !self.filter.shows(&scene.session, entry) {
                continue;
            }
            if wave != Some(entry.wave) && self.filter.is_off() {
                self.items.push(Item::Wave(entry.wave));
            }
            wave = Some(entry.wave);
            if self.rule.is_some_and(|read| entry.number.0 == read.0 + 1) && entry.number.0 > 1 {
                self.items.push(Item::Unread);
            }
            self.items.push(Item::Entry(entry.number));
        }
        if self.filter.is_off() {
            // Whoever is only in the queue stands among the seats.
            let at_work = scene.writers.iter().enumerate().filter(|(_, w)| w.doing != Doing::Queued);
            self.items.extend(at_work.map(|(i, _)| Item::Writer(i)));
        }
        if scene.ended() {
            self.items.push(Item::End);
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

/// The log with what a layout needs.
struct Place<'a> {
    log: &'a mut Log,
    scene: &'a Scene,
    theme: &'a Theme,
}

impl Place<'_> {
    fn rows(&mut self, item: Item) -> Rc<[Rc<Row>]> {
        let width = self.log.width;
        let one = |row: Row| Rc::from(vec![Rc::new(row)]);
        match item {
            Item::Entry(number) => {
                if let Some(known) = self.log.layouts.get(&number) {
                    return Rc::clone(known);
                }
                let rows: Rc<[Rc<Row>]> = match self.scene.session.entry(number) {
                    Some(entry) => {
                        entry::lay_out(&self.scene.session, entry, width, self.theme).into_iter().map(Rc::new).collect()
                    }
                    None => Rc::from(Vec::new()),
                };
                self.log.layouts.insert(number, Rc::clone(&rows));
                rows
            }
            Item::Wave(number) => one(entry::wave_rule(&self.scene.session, number, width, self.theme)),
            Item::Unread => {
                let read = self.log.rule.map_or(0, |n| n.0);
                let unread = self.scene.session.last_entry().0.saturating_sub(read);
                one(entry::unread_rule(unread, width, self.theme))
            }
            Item::Writer(i) => match self.scene.writers.get(i) {
                Some(writer) => {
                    let body = self.log.tails.rows(&writer.author, width);
                    entry::writer(self.scene, writer, (&body, width), self.theme).into_iter().map(Rc::new).collect()
                }
                None => Rc::from(Vec::new()),
            },
            Item::End => entry::end(&self.scene.session, width, self.theme).into_iter().map(Rc::new).collect(),
        }
    }

    /// Where an item is; where it is gone (filtered away, rewound), the nearest before it.
    fn index(&self, item: Item) -> usize {
        let items = &self.log.items;
        let same = |i: &Item| match (i, &self.log.top_author) {
            // Places among the writers shift from wave to wave; whose text it was does not.
            (Item::Writer(at), Some(author)) if *i == item => {
                self.scene.writers.get(*at).is_some_and(|w| w.author == *author)
            }
            _ => *i == item,
        };
        if let Some(at) = items.iter().position(same) {
            return at;
        }
        let number = match item {
            Item::Entry(n) => n,
            Item::Wave(_) | Item::Unread => return 0,
            Item::Writer(_) => self.became(),
            Item::End => EntryNumber(u32::MAX),
        };
        items.iter().rposition(|i| matches!(i, Item::Entry(n) if *n <= number)).unwrap_or(0)
    }

    /// The entry that became of what somebody was writing at the top.
    fn became(&self) -> EntryNumber {
        let author = self.log.top_author.as_ref();
        let read = self.log.rule.unwrap_or(EntryNumber(0));
        let mut since = self.scene.session.entries().iter().filter(|e| e.number > read);
        since.find(|e| Some(&e.author) == author).map_or(EntryNumber(u32::MAX), |e| e.number)
    }

    fn carry_out(&mut self, want: Want, height: usize) {
        match want {
            Want::Rows(rows) => self.scroll(rows),
            Want::Halves(halves) => self.scroll(halves.saturating_mul((height / 2).max(1) as isize)),
            Want::Top => {
                self.log.top = (self.log.items.first().copied().unwrap_or(Item::Wave(0)), 0);
                self.log.cursor = None;
            }
            Want::Show(number) => self.show(number),
            Want::Reveal(number) => {
                let rows = self.log.page.rows.iter().filter(|(item, _)| *item == Item::Entry(number)).count();
                if rows < self.rows(Item::Entry(number)).len().min(height) {
                    self.show(number);
                }
                self.log.cursor = Some(number);
            }
        }
    }

    fn show(&mut self, number: EntryNumber) {
        self.log.top = (Item::Entry(number), 0);
        self.log.cursor = Some(number);
        // A little of what stands before it, for the reader's bearings.
        self.scroll(-2);
    }

    fn scroll(&mut self, rows: isize) {
        let (item, skip) = self.log.top;
        let mut at = self.index(item);
        let mut skip = skip as isize + rows;
        while skip < 0 && at > 0 {
            at -= 1;
            skip += self.height_of(at) as isize;
        }
        while at + 1 < self.log.items.len() && skip >= self.height_of(at) as isize {
            skip -= self.height_of(at) as isize;
            at += 1;
        }
        let most = self.height_of(at).saturating_sub(1);
        if let Some(item) = self.log.items.get(at) {
            self.log.top = (*item, (skip.max(0) as usize).min(most));
        }
    }

    fn height_of(&mut self, at: usize) -> usize {
        self.log.items.get(at).copied().map_or(0, |item| self.rows(item).len())
    }

    /// Fills the page: from the top on, or, when following or when too little is left below, up from the end.
    fn fill(&mut self, height: usize) {
        let from = self.index(self.log.top.0);
        // What stood at the top may have become something else: an entry what was being written.
        if let Some(item) = self.log.items.get(from).copied() {
            let most = self.rows(item).len().saturating_sub(1);
            self.log.top = (item, self.log.top.1.min(most));
        }
        let mut page = Vec::with_capacity(height);
        if !self.log.follow {
            page = self.down(from, height);
        }
        if page.len() < height {
            page = self.up(height);
            if let Some((item, skip, _)) = page.first() {
                self.log.top = (*item, *skip);
            }
        }
        if let (Item::Writer(i), _) = self.log.top {
            self.log.top_author = self.scene.writers.get(i).map(|w| w.author.clone());
        }
        let many = self.log.items.len().max(1) as f64;
        let first = page.first().map_or(0, |(item, ..)| self.index(*item)) as f64;
        let last = page.last().map_or(0, |(item, ..)| self.index(*item)) as f64;
        self.log.page.from = first / many;
        self.log.page.to = ((last + 1.0) / many).min(1.0);
        self.log.page.rows = page.into_iter().map(|(item, _, row)| (item, row)).collect();
    }

    fn down(&mut self, from: usize, height: usize) -> Vec<(Item, usize, Rc<Row>)> {
        let mut page = Vec::with_capacity(height);
        let mut skip = self.log.top.1;
        for at in from..self.log.items.len() {
            let Some(item) = self.log.items.get(at).copied() else { break };
            let rows = self.rows(item);
            for (i, row) in rows.iter().enumerate().skip(skip).take(height - page.len()) {
                page.push((item, i, Rc::clone(row)));
            }
            skip = 0;
            if page.len() >= height {
                break;
            }
        }
        page
    }

    fn up(&mut self, height: usize) -> Vec<(Item, usize, Rc<Row>)> {
        let mut page = Vec::with_capacity(height);
        for at in (0..self.log.items.len()).rev() {
            let Some(item) = self.log.items.get(at).copied() else { break };
            let rows = self.rows(item);
            for (i, row) in rows.iter().enumerate().rev().take(height - page.len()) {
                page.push((item, i, Rc::clone(row)));
            }
            if page.len() >= height {
                break;
            }
        }
        page.reverse();
        page
    }
}
