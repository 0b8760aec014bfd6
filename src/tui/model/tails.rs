//! The texts that are being written, laid out: of each only the tail again as it grows.

use crate::protocol::Author;
use crate::replay::Writer;
use crate::tui::markdown::Growing;
use crate::tui::theme::Theme;
use crate::tui::view::entry::Row;
use std::collections::BTreeMap;

/// One growing text for each writer.
#[derive(Debug, Default)]
pub struct Tails {
    by: BTreeMap<Author, Tail>,
}

#[derive(Debug)]
struct Tail {
    text: String,
    growing: Growing,
}

impl Tails {
    /// Takes in what the writers have written by now.
    pub fn take(&mut self, writers: &[Writer], theme: &Theme) {
        let fresh = || Tail { text: String::new(), growing: Growing::new(theme.clone()) };
        self.by.retain(|author, _| writers.iter().any(|w| w.author == *author));
        for writer in writers {
            let tail = self.by.entry(writer.author.clone()).or_insert_with(fresh);
            match writer.text.strip_prefix(tail.text.as_str()) {
                Some("") => {}
                Some(more) => {
                    tail.growing.push(more);
                    tail.text.push_str(more);
                }
                // Begun again, or seeked back.
                None => {
                    *tail = fresh();
                    tail.growing.push(&writer.text);
                    tail.text.push_str(&writer.text);
                }
            }
        }
    }

    /// Somebody's text, laid out.
    pub fn rows(&mut self, author: &Author, width: u16) -> Vec<Row> {
        let Some(tail) = self.by.get_mut(author) else { return Vec::new() };
        tail.growing.lines(width.saturating_sub(3).max(1)).to_vec()
    }
}
