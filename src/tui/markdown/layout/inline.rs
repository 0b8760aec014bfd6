//! Inline text on its way into rows, and links.

use super::super::content::lines_of;
use super::super::row::Row;
use super::super::text::Kind;
use super::super::wrap::Mode;
use super::Layout;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;
use std::ops::Range;

/// Stands for the colon of `]:` while a block is parsed, so that no link definition takes text away. One byte, too.
const COLON: char = '\u{1}';
/// Stands for that character, where a text really has it.
const OTHER: &str = "\u{2}";

/// Inline text and links.
impl Layout<'_> {
    pub(super) fn restyle(&mut self, change: Style) {
        self.styles.push(self.style().patch(change));
    }

    pub(super) fn push(&mut self, text: &str, range: Range<usize>, look: (Style, Kind)) {
        let source = self.base + range.start..self.base + range.end;
        self.inline.push(text, source, look, self.theme);
    }

    /// `text` with its colons.
    pub(super) fn restored<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_swapped && text.contains(COLON) { text.replace(COLON, ":").into() } else { text.into() }
    }

    pub(super) fn link(&mut self, url: &str, title: &str) {
        let (url, title) = (self.restored(url), self.restored(title));
        let to = if title.is_empty() { url.into_owned() } else { format!("{url} \"{title}\"") };
        self.links.push((to, self.inline.text.len()));
    }

    /// Shows where a link leads, unless its text says so.
    pub(super) fn unlink(&mut self, range: &Range<usize>) {
        let Some((url, start)) = self.links.pop() else { return };
        let text = self.inline.text.get(start..).unwrap_or_default();
        if url.is_empty() || text == url || url.strip_prefix("mailto:") == Some(text) {
            return;
        }
        let style = self.style().patch(self.theme.url);
        let end = range.end..range.end;
        self.push(" ", end.clone(), (style, Kind::Prose));
        self.push(&format!("({url})"), end, (style, Kind::Literal));
    }

    /// Begins a block: what was open goes to its rows, and a blank line in the text becomes a blank row.
    pub(super) fn open(&mut self, range: &Range<usize>) {
        self.flush();
        let Some(line_end) = self.line_end_before(range.start) else { return };
        if self.gapped == Some(line_end) || self.rows.len() == self.first_row {
            return;
        }
        let line = self.source.get(..line_end).unwrap_or_default();
        let line = line.rsplit('\n').next().unwrap_or_default();
        if line.trim_matches([' ', '\t', '\r', '>']).is_empty() {
            self.gapped = Some(line_end);
            let mut spans: Vec<Span<'static>> = self.frames.iter().map(|frame| frame.rest.clone()).collect();
            while spans.pop_if(|span| span.content.trim().is_empty()).is_some() {}
            let at = self.base + range.start;
            self.rows.push(Row { line: Line::from(spans), source: at..at, ..Row::default() });
        }
    }

    /// The last line end before `at`. Blocks begin one behind the other, so that nothing is searched twice.
    fn line_end_before(&mut self, at: usize) -> Option<usize> {
        let (searched, found) = self.line_end;
        let more = self.source.get(searched..at);
        let from = if more.is_some() { searched } else { 0 };
        let part = more.or(self.source.get(..at)).unwrap_or_default();
        let line_end = part.rfind('\n').map(|end| from + end).or(found.filter(|end| *end < at));
        self.line_end = (at, line_end);
        line_end
    }

    pub(super) fn flush(&mut self) {
        if self.inline.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.inline);
        for content in lines_of(&text, self.room(), Mode::Words, self.theme) {
            self.put(content);
        }
    }
}

/// `source` in which no `[label]: address` is a definition, byte for byte as long. Definitions show nothing, and what
/// they would serve may stand in a block that was laid out long before.
pub(super) fn without_definitions(source: &str) -> Cow<'_, str> {
    if !source.contains("]:") {
        return source.into();
    }
    let mut swapped = source.replace(COLON, OTHER);
    let mut colon = [0; 1];
    let colon: &str = COLON.encode_utf8(&mut colon);
    swapped = swapped.replace("]:", &format!("]{colon}"));
    swapped.into()
}
