//! What a model wrote as Markdown, laid out in rows of a given width.
//!
//! Rendering a whole text is the easy half. While an entry streams, its text grows a few bytes at a time and is drawn
//! thirty times a second, so the layout must not begin anew each time. [`blocks`] therefore cuts the text, line by line,
//! into top-level blocks whose ends no later text can move; each is laid out once, by itself, and only what may still
//! change is laid out again. [`render`] is the same machine fed at once: whole and growing texts cannot differ.
//!
//! The text is untrusted. Nothing in it reaches a cell as a control character, hides, or is wider than it was measured;
//! [`tame`] is the one gate. A row is never wider than asked for, except a line of code, which is given whole and marked,
//! because a diagram that is wrapped is no diagram.

mod blocks;
mod content;
mod growing;
mod highlight;
mod layout;
mod marker;
mod references;
mod row;
mod table;
mod tame;
#[cfg(test)]
mod tests;
mod text;
mod wrap;

pub use growing::Growing;
pub use highlight::warm_up;
pub use references::Named;
pub use row::{Reference, Row};

use super::theme::Theme;

/// `text` in rows at most `width` columns wide; empty for a width of 0.
pub fn render(text: &str, width: u16, theme: &Theme) -> Vec<Row> {
    let mut growing = Growing::new(theme.clone());
    growing.push(text);
    growing.into_rows(width)
}
