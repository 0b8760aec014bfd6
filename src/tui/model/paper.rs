//! The document as it stands at the playhead, to read beside the log.

use super::place::Place;
use crate::export::{Document, Exporter, Markdown, Provenance};
use crate::protocol::{EntryNumber, Session};
use crate::tui::theme::Theme;
use crate::tui::view::entry::{self, Row};

/// The document's place in view.
#[derive(Debug, Default)]
pub struct Paper {
    /// Its rows, at the width they were made for.
    pub rows: Vec<Row>,
    /// The first row in view.
    pub top: usize,
    /// The row that Enter acts on.
    pub cursor: usize,
    /// Why there is none, if there is none.
    pub trouble: Option<String>,
    made_for: Option<(String, EntryNumber, bool, u16)>,
    height: usize,
}

impl Paper {
    /// Makes it anew where the session or the width has changed.
    pub fn prepare(&mut self, session: &Session, theme: &Theme, (width, height): (u16, u16)) {
        let over = session.outcome().is_some();
        let wanted = (session.opening().session.clone(), session.last_entry(), over, width);
        if self.made_for.as_ref() != Some(&wanted) {
            match text(session) {
                Ok(text) => {
                    self.rows = entry::prose(&text, width.saturating_sub(1), theme);
                    self.trouble = None;
                }
                Err(trouble) => {
                    self.rows.clear();
                    self.trouble = Some(trouble);
                }
            }
            self.made_for = Some(wanted);
        }
        self.height = usize::from(height);
        self.keep_in_view();
    }

    /// Forgets the layout: the look has changed.
    pub fn forget(&mut self) {
        self.made_for = None;
    }

    /// Moves the cursor so many rows down, or up.
    pub fn step(&mut self, rows: isize) {
        self.cursor = self.cursor.saturating_add_signed(rows);
        self.keep_in_view();
    }

    /// Moves it by half pages.
    pub fn half_pages(&mut self, halves: isize) {
        self.step(halves * (self.height / 2).max(1) as isize);
    }

    /// To the beginning, or the end.
    pub fn ends(&mut self, end: bool) {
        self.cursor = if end { self.rows.len() } else { 0 };
        self.keep_in_view();
    }

    /// The places that the statement at the cursor names: of its row, else of the next rows that name any, up to the next
    /// empty one.
    pub fn places(&self) -> Vec<Place> {
        let rows = self.rows.iter().skip(self.cursor);
        let mut here = rows.take_while(|row| !row.plain().trim().is_empty());
        let row = here.find(|row| !row.references.is_empty());
        row.map(|row| row.references.iter().map(|r| r.to).collect()).unwrap_or_default()
    }

    /// Puts the cursor on the first row that cites `entry`; says whether there is one.
    pub fn cite(&mut self, entry: EntryNumber) -> bool {
        let cites = |row: &Row| row.references.iter().any(|r| r.to == Place::Entry(entry));
        let found = self.rows.iter().position(cites);
        if let Some(row) = found {
            self.cursor = row;
            self.top = row.saturating_sub(self.height / 3);
        }
        found.is_some()
    }

    fn keep_in_view(&mut self) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        self.top = self.top.min(self.cursor);
        if self.height > 0 && self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
    }
}

/// A session's document in Markdown, without the front matter and the log.
///
/// # Errors
/// Why there is none, in words.
pub fn text(session: &Session) -> Result<String, String> {
    let provenance = Provenance {
        session: session.opening().session.clone(),
        journal: None,
        program: concat!("conclave ", env!("CARGO_PKG_VERSION")).to_owned(),
        exported_at: None,
    };
    let document = Document::of(session, &provenance);
    let bytes = Markdown.export(&document, session).map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = text.strip_prefix("---\n").and_then(|t| t.split_once("\n---\n")).map_or(text.as_str(), |(_, body)| body);
    let end = body.find("\n## Appendix").unwrap_or(body.len());
    Ok(body.get(..end).unwrap_or(body).trim_start().to_owned())
}
