//! The sessions that are kept, to choose from: what each was about and came to, with its document beside the list.
//!
//! A screen of its own, before the one that shows a session; the same loop in small. What happened ([`Msg`]) changes the
//! [`Browser`] and asks for [`Effect`]s; files are read and written by whoever runs it, aside, so that a thousand sessions or
//! a long one keep no key waiting.

pub mod keys;
pub mod run;
mod search;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use update::{Chosen, Effect, Msg, update};
pub use view::draw;

use super::model::Options;
use super::model::field::Field;
use super::view::entry::{self, Row, one_line};
use crate::journal::Listed;
use chrono::{DateTime, TimeDelta, Utc};
use search::Search;
use std::cmp::Ordering;
use std::path::PathBuf;
use std::time::Duration;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// When it was opened, the newest first.
    Date,
    /// The topic.
    Topic,
    /// Where it is, or how it ended.
    Outcome,
    /// Entries, the most first.
    Entries,
    /// Waves, the most first.
    Waves,
    /// Cost, the dearest first.
    Cost,
    /// The models.
    Models,
}

impl Sort {
    /// All, in the order in which the key goes through them.
    pub const ALL: [Self; 7] =
        [Sort::Date, Sort::Outcome, Sort::Entries, Sort::Waves, Sort::Cost, Sort::Models, Sort::Topic];

    /// The column's name.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Date => "opened",
            Sort::Topic => "topic",
            Sort::Outcome => "outcome",
            Sort::Entries => "entries",
            Sort::Waves => "waves",
            Sort::Cost => "cost",
            Sort::Models => "models",
        }
    }

    fn next(self) -> Self {
        let at = Self::ALL.iter().position(|s| *s == self).unwrap_or(0);
        Self::ALL.get((at + 1) % Self::ALL.len()).copied().unwrap_or(Sort::Date)
    }
}

/// What the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The list.
    Browsing,
    /// The filter.
    Filtering,
    /// Which format to export in.
    Exporting,
    /// Whether it is really to be removed.
    Removing,
    /// The keys are shown.
    Helping,
}

/// The document of one session.
#[derive(Debug)]
struct Preview {
    folder: PathBuf,
    /// Its Markdown, or why there is none.
    text: Result<String, String>,
    rows: Vec<Row>,
    top: usize,
    width: u16,
}

/// Everything the browser knows.
#[derive(Debug)]
pub struct Browser {
    /// How the screen behaves.
    pub options: Options,
    /// Columns and rows.
    pub size: (u16, u16),
    /// What the keys go to.
    pub mode: Mode,
    /// The filter.
    pub field: Field,
    /// What the list is sorted by.
    pub sort: Sort,
    /// The other way round.
    pub reversed: bool,
    /// What matches the filter best comes first.
    ranked: bool,
    all: Vec<Listed>,
    /// They were read once.
    read: bool,
    /// Those that match, in order, by index.
    found: Vec<usize>,
    /// Which of these is chosen.
    at: usize,
    preview: Option<Preview>,
    /// Whose document is being made.
    loading: Option<PathBuf>,
    /// What is to be chosen once the list has been read again.
    wanted: Option<PathBuf>,
    /// A word at the bottom, and until when; without a time it stays until a key is pressed.
    toast: Option<(String, Option<DateTime<Utc>>)>,
    now: DateTime<Utc>,
}

impl Browser {
    /// A browser that has read nothing yet.
    pub fn new(options: Options, now: DateTime<Utc>) -> Self {
        Self {
            options,
            size: (80, 24),
            mode: Mode::Browsing,
            field: Field::default(),
            sort: Sort::Date,
            reversed: false,
            ranked: true,
            all: Vec::new(),
            read: false,
            found: Vec::new(),
            at: 0,
            preview: None,
            loading: None,
            wanted: None,
            toast: None,
            now,
        }
    }

    /// The session that is chosen.
    pub fn chosen(&self) -> Option<&Listed> {
        self.all.get(*self.found.get(self.at)?)
    }

    /// Those that match, each with whether it is chosen.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = (bool, &Listed)> {
        let at = self.at;
        self.found
            .iter()
            .enumerate()
            .filter_map(move |(i, n)| Some((i == at, self.all.get(*n)?)))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Says a word at the bottom for a while.
    pub fn say(&mut self, word: impl Into<String>) {
        let until = self.now + TimeDelta::from_std(super::model::TOAST).unwrap_or_default();
        self.toast = Some((word.into(), Some(until)));
    }

    /// Says what went wrong. It stays until a key is pressed.
    pub fn complain(&mut self, word: impl Into<String>) {
        self.toast = Some((word.into(), None));
    }

    /// Lays out the next frame.
    pub fn prepare(&mut self, now: DateTime<Utc>) {
        self.now = now.max(self.now);
        if self.toast.as_ref().is_some_and(|(_, until)| until.is_some_and(|until| until <= self.now)) {
            self.toast = None;
        }
        let area = view::preview_area(self);
        let theme = &self.options.theme;
        if let Some(preview) = &mut self.preview {
            let width = area.width.saturating_sub(2).max(1);
            if preview.width != width {
                preview.rows = preview.text.as_ref().map_or_else(|_| Vec::new(), |t| entry::prose(t, width, theme));
                preview.width = width;
            }
            let last = preview.rows.len().saturating_sub(usize::from(area.height));
            preview.top = preview.top.min(last);
        }
    }

    /// In what time from `now` the screen changes by itself, if nothing happens; none if it does not.
    pub fn next_wakeup(&self, now: DateTime<Utc>) -> Option<Duration> {
        self.toast.as_ref().and_then(|(_, until)| *until).map(|until| (until - now).to_std().unwrap_or_default())
    }

    /// Takes in the sessions that there are, keeping what is chosen.
    fn take(&mut self, all: Vec<Listed>) {
        let (made, before) = (self.wanted.take(), self.chosen().map(|l| l.folder.clone()));
        let at = self.at;
        (self.all, self.read) = (all, true);
        // What was made may not match the filter: then what was chosen stays so.
        if !self.settle(made) && !self.settle(before) {
            // What was chosen is gone: its neighbour is.
            self.at = at.min(self.found.len().saturating_sub(1));
        }
    }

    /// Filters and sorts anew, keeping what is chosen where it still matches.
    fn arrange(&mut self) {
        let wanted = self.chosen().map(|l| l.folder.clone());
        self.settle(wanted);
    }

    /// Filters and sorts, and chooses `wanted`, or else the first. Says whether `wanted` is there.
    fn settle(&mut self, wanted: Option<PathBuf>) -> bool {
        let mut search = Search::of(self.field.text());
        let scored = self.all.iter().enumerate().filter_map(|(i, listed)| Some((search.score(&fields(listed))?, i)));
        let mut found: Vec<(u32, usize)> = scored.collect();
        found.sort_by(|(x, a), (y, b)| {
            let best = if self.is_ranked() { y.cmp(x) } else { Ordering::Equal };
            best.then_with(|| self.compare(*a, *b))
        });
        self.found = found.into_iter().map(|(_, i)| i).collect();
        let of =
            |folder: &PathBuf| self.found.iter().position(|i| self.all.get(*i).is_some_and(|l| l.folder == *folder));
        let at = wanted.as_ref().and_then(of);
        self.at = at.unwrap_or(0);
        at.is_some()
    }

    /// Whether those that match best come first: while there is a filter, until a column is sorted by.
    fn is_ranked(&self) -> bool {
        self.ranked && !self.field.text().trim().is_empty()
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let (Some(a), Some(b)) = (self.all.get(a), self.all.get(b)) else { return Ordering::Equal };
        let order = match (&a.summary, &b.summary) {
            (Ok(x), Ok(y)) => {
                let order = match self.sort {
                    Sort::Date => y.opened.cmp(&x.opened),
                    Sort::Topic => x.topic.to_lowercase().cmp(&y.topic.to_lowercase()),
                    Sort::Outcome => a.state().cmp(b.state()),
                    Sort::Entries => y.entries.cmp(&x.entries),
                    Sort::Waves => y.waves.cmp(&x.waves),
                    Sort::Cost => y.cost_nano.cmp(&x.cost_nano),
                    Sort::Models => x.models.cmp(&y.models),
                };
                order.then(y.opened.cmp(&x.opened)).then_with(|| b.name.cmp(&a.name))
            }
            // What cannot be read comes last, whichever way round.
            (Ok(_), Err(_)) => return Ordering::Less,
            (Err(_), Ok(_)) => return Ordering::Greater,
            (Err(_), Err(_)) => b.name.cmp(&a.name),
        };
        if self.reversed { order.reverse() } else { order }
    }
}

/// What the filter looks through.
fn fields(listed: &Listed) -> Vec<String> {
    let (state, name) = (listed.state().to_owned(), listed.name.clone());
    match &listed.summary {
        Ok(s) => {
            let models = s.models.iter().map(|m| one_line(m));
            [one_line(&s.topic), state, s.opened.format("%Y-%m-%d").to_string(), name]
                .into_iter()
                .chain(models)
                .collect()
        }
        Err(fault) => vec![state, name, fault.to_string()],
    }
}
