//! Code: whole lines behind a bar.

use super::super::content::lines_of;
use super::super::highlight::Highlighter;
use super::super::text::{Kind, Text};
use super::super::wrap::Mode;
use super::Layout;
use std::ops::Range;

/// Columns of a row of code; a longer line goes on in the next. No person reads that far to the right.
const WIDEST_CODE: usize = 4096;

/// A code block inside a quotation or an item, or an indented one.
#[derive(Default)]
pub(super) struct Code {
    info: String,
    lines: Vec<(String, Range<usize>)>,
    is_open: bool,
}

impl Code {
    pub(super) fn new(info: String) -> Self {
        Self { info, ..Self::default() }
    }

    pub(super) fn take(&mut self, text: &str, range: Range<usize>) {
        let is_exact = text.len() == range.len();
        let mut at = range.start;
        for piece in text.split_inclusive('\n') {
            let source = if is_exact { at..at + piece.trim_end_matches('\n').len() } else { range.clone() };
            at += piece.len();
            let line = piece.trim_end_matches(['\r', '\n']);
            match self.lines.last_mut().filter(|_| self.is_open) {
                Some((open, so_far)) => {
                    open.push_str(line);
                    so_far.end = source.end;
                }
                None => self.lines.push((line.to_owned(), source)),
            }
            self.is_open = !piece.ends_with('\n');
        }
    }
}

/// Code.
impl Layout<'_> {
    /// Begins fenced code: how it is highlighted. What stands behind the fence is shown unless the colours say it.
    pub(super) fn code_start(&mut self, info: &str, budget: usize) -> Option<Highlighter> {
        let language = info.split([' ', ',', '{']).next().unwrap_or_default();
        let is_said = info.is_empty() || info == "text" || (info == language && Highlighter::knows(language));
        if !is_said {
            self.bar(self.theme.glyphs.code, self.theme.rule);
            self.push(info, 0..self.source.len(), (self.theme.dim, Kind::Code));
            self.flush();
            self.frames.pop();
        }
        Highlighter::new(language, budget)
    }

    pub(super) fn code_block(&mut self, budget: &mut usize) {
        let Some(code) = self.code.take() else { return };
        let mut highlighter = self.code_start(&code.info, *budget);
        self.bar(self.theme.glyphs.code, self.theme.rule);
        for (line, source) in code.lines {
            self.code_line(&line, source, highlighter.as_mut(), budget);
        }
        self.frames.pop();
    }

    pub(super) fn code_line(
        &mut self,
        line: &str,
        source: Range<usize>,
        highlighter: Option<&mut Highlighter>,
        budget: &mut usize,
    ) {
        let styles = match highlighter {
            Some(highlighter) => highlighter.line(line, budget, self.theme),
            None => vec![(0..line.len(), self.theme.code_block)],
        };
        let is_exact = source.len() == line.len();
        let mut text = Text::default();
        for (range, style) in styles {
            let piece = line.get(range.clone()).unwrap_or_default();
            let from = if is_exact { source.start + range.start..source.start + range.end } else { source.clone() };
            text.push(piece, self.base + from.start..self.base + from.end, (style, Kind::Code), self.theme);
        }
        for mut content in lines_of(&text, WIDEST_CODE, Mode::Anywhere, self.theme) {
            content.source.get_or_insert(self.base + source.start..self.base + source.end);
            self.put(content);
            if let Some(row) = self.rows.last_mut() {
                row.unbroken = true;
            }
        }
    }
}

/// `line` without the blanks at its start that its fence has too.
pub(super) fn unindented(line: &str, columns: usize) -> &str {
    let blanks = line.bytes().take(columns).take_while(|byte| *byte == b' ').count();
    line.get(blanks..).unwrap_or_default()
}
