//! Where things are in the log: rows of items, scrolling, the page in view.

use super::{Item, Log, Want};
use crate::protocol::EntryNumber;
use crate::tui::model::scene::Scene;
use crate::tui::model::search::matches;
use crate::tui::theme::Theme;
use crate::tui::view::entry::{self, Row};
use std::rc::Rc;

/// The log with what a layout needs.
pub(super) struct Place<'a> {
    pub log: &'a mut Log,
    pub scene: &'a Scene,
    pub theme: &'a Theme,
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
            Item::Writer(i) => {
                if let Some(known) = self.log.growing.get(&i) {
                    return Rc::clone(known);
                }
                let rows: Rc<[Rc<Row>]> = match self.scene.writers.get(i) {
                    Some(writer) => self.log.tails.rows(self.scene, writer, width, self.theme).into(),
                    None => Rc::from(Vec::new()),
                };
                self.log.growing.insert(i, Rc::clone(&rows));
                rows
            }
            Item::AtWork => entry::at_work(self.scene, width, self.theme).into_iter().map(Rc::new).collect(),
            Item::Opening => entry::opening(&self.scene.session, width, self.theme).into_iter().map(Rc::new).collect(),
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
            Item::Opening | Item::Wave(_) | Item::Unread => return 0,
            Item::Writer(_) => self.became(),
            Item::AtWork | Item::End => EntryNumber(u32::MAX),
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

    pub fn carry_out(&mut self, want: Want, height: usize) {
        match want {
            Want::Rows(rows) => self.scroll(rows),
            Want::Halves(halves) => self.scroll(halves.saturating_mul((height / 2).max(1) as isize)),
            Want::Top => {
                self.log.top = (self.log.items.first().copied().unwrap_or(Item::Opening), 0);
                self.log.cursor = None;
            }
            Want::Show(number) => self.show(number),
            Want::Find(number, text) => self.find(number, &text, height),
            Want::Reveal(number) => {
                let rows = self.log.page.rows.iter().filter(|(item, _)| *item == Item::Entry(number)).count();
                if rows < self.rows(Item::Entry(number)).len().min(height) {
                    self.show(number);
                }
                self.log.cursor = Some(number);
            }
        }
    }

    /// A match far down in a long entry is brought into view with it.
    fn find(&mut self, number: EntryNumber, text: &str, height: usize) {
        self.show(number);
        let rows = self.rows(Item::Entry(number));
        let has = |row: &Rc<Row>| !matches(&row.plain(), text).is_empty();
        let Some(row) = rows.iter().position(has) else { return };
        // What is above it is in view too where there is room for both.
        let below = row.saturating_sub(height.saturating_sub(6));
        if below > 0 {
            self.log.top = (Item::Entry(number), row.saturating_sub(height / 3));
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
    pub fn fill(&mut self, height: usize) {
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
