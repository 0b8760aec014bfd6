//! The texts that are being written, laid out: of each only the tail again as it grows.

use super::scene::Scene;
use crate::protocol::Author;
use crate::replay::{Doing, Writer};
use crate::tui::markdown::Growing;
use crate::tui::theme::Theme;
use crate::tui::view::entry::{self, Row};
use ratatui::text::{Line, Span};
use std::collections::BTreeMap;
use std::rc::Rc;

/// One growing text for each writer.
#[derive(Debug, Default)]
pub struct Tails {
    by: BTreeMap<Author, Tail>,
}

#[derive(Debug)]
struct Tail {
    text: String,
    growing: Growing,
    /// Rows that no later text changes, and what they were made for.
    kept: Vec<Rc<Row>>,
    made_for: (u16, bool),
    /// Each move with its rows: all but the last stay what they are.
    moves: Vec<(String, Vec<Rc<Row>>)>,
}

impl Tail {
    fn new(theme: &Theme) -> Self {
        let growing = Growing::new(theme.clone());
        Self { text: String::new(), growing, kept: Vec::new(), made_for: (0, false), moves: Vec::new() }
    }

    /// What stands left of the text: a bar while it grows.
    fn lead(writer: &Writer, scene: &Scene, theme: &Theme) -> Vec<Span<'static>> {
        if grows(writer) {
            let style = entry::author_style(&scene.session, &writer.author, theme);
            return vec![Span::styled(theme.glyphs.writing, style), Span::raw(" ")];
        }
        vec![Span::raw(" ".repeat(usize::from(entry::INDENT)))]
    }

    fn body(&mut self, width: u16, lead: &[Span<'static>]) -> Vec<Rc<Row>> {
        let led = |row: &Row| Rc::new(entry::led(row.clone(), lead.to_vec()));
        let (settled, open) = self.growing.parted(entry::measure(width));
        self.kept.truncate(settled.len());
        let fresh = settled.iter().skip(self.kept.len()).map(led);
        self.kept.extend(fresh);
        self.kept.iter().cloned().chain(open.iter().map(led)).collect()
    }

    fn acts(&mut self, moves: &[String], width: u16, theme: &Theme) -> impl Iterator<Item = Rc<Row>> {
        self.moves.truncate(moves.len());
        for (i, text) in moves.iter().enumerate() {
            if self.moves.get(i).is_some_and(|(known, _)| known == text) {
                continue;
            }
            let rows = entry::act(text, width, theme).into_iter().map(Rc::new).collect();
            self.moves.truncate(i);
            self.moves.push((text.clone(), rows));
        }
        self.moves.iter().flat_map(|(_, rows)| rows.iter().cloned())
    }
}

impl Tails {
    /// Takes in what the writers have written by now.
    pub fn take(&mut self, writers: &[Writer], theme: &Theme) {
        self.by.retain(|author, _| writers.iter().any(|w| w.author == *author));
        for writer in writers {
            let tail = self.by.entry(writer.author.clone()).or_insert_with(|| Tail::new(theme));
            if !writer.text.starts_with(tail.text.as_str()) {
                // Begun again, or seeked back.
                *tail = Tail::new(theme);
            }
            let more = writer.text.get(tail.text.len()..).unwrap_or_default();
            tail.growing.push(more);
            tail.text.push_str(more);
        }
    }

    /// What somebody has written so far, as the log shows it.
    pub fn rows(&mut self, scene: &Scene, writer: &Writer, width: u16, theme: &Theme) -> Vec<Rc<Row>> {
        let mut rows = vec![Rc::new(entry::writer_head(scene, writer, width, theme))];
        if let Some(tail) = self.by.get_mut(&writer.author) {
            let made_for = (width, grows(writer));
            if tail.made_for != made_for {
                tail.kept.clear();
                tail.moves.clear();
                tail.made_for = made_for;
            }
            rows.extend(tail.body(width, &Tail::lead(writer, scene, theme)));
            rows.extend(tail.acts(&writer.moves, width, theme));
        }
        if let Some(last) = rows.last_mut().filter(|row| grows(writer) && row.width() < width) {
            // A caret where it grows.
            let mut row = Row::clone(last);
            row.line.push_span(Span::styled(theme.glyphs.caret, theme.accent));
            *last = Rc::new(row);
        }
        rows.push(Rc::new(Row { line: Line::default(), ..Row::default() }));
        rows
    }
}

fn grows(writer: &Writer) -> bool {
    matches!(writer.doing, Doing::Writing { .. })
}
