//! One block's Markdown becomes rows: pulldown-cmark's events, folded.

mod code;
mod frame;
mod inline;
mod tables;

use super::blocks::{Block, BlockKind};
use super::highlight::{self, Highlighter};
use super::row::Row;
use super::table::Table;
use super::text::{Kind, Text};
use crate::tui::theme::Theme;
use code::{Code, unindented};
use frame::Frame;
use inline::without_definitions;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::Style;
use ratatui::text::Span;
use std::borrow::Cow;
use std::ops::Range;

/// What is carried from block to block.
#[derive(Debug, Clone)]
pub(super) struct Painter {
    /// Bytes of code that will still be highlighted.
    budget: usize,
    highlighter: Option<Highlighter>,
}

impl Default for Painter {
    fn default() -> Self {
        Self { budget: highlight::BUDGET, highlighter: None }
    }
}

impl Painter {
    /// Adds the rows of `block` of `text`.
    pub(super) fn block(&mut self, text: &str, block: &Block, (theme, width): (&Theme, u16), rows: &mut Vec<Row>) {
        if block.gap && !rows.is_empty() {
            let at = block.range.start;
            rows.push(Row { source: at..at, ..Row::default() });
        }
        let source = text.get(block.range.clone()).unwrap_or_default();
        let mut layout = Layout::new(source, block.range.start, (theme, width), rows);
        match &block.kind {
            BlockKind::Prose { number } => {
                layout.number = *number;
                layout.prose(&mut self.budget);
            }
            BlockKind::CodeStart { info } => {
                self.highlighter = layout.code_start(info, self.budget);
            }
            BlockKind::CodeLine { indent } => {
                layout.bar(theme.glyphs.code, theme.rule);
                let code = unindented(source, *indent);
                let start = source.len() - code.len();
                layout.code_line(code, start..source.len(), self.highlighter.as_mut(), &mut self.budget);
            }
            BlockKind::CodeEnd => self.highlighter = None,
        }
    }
}

/// A block being laid out.
struct Layout<'a> {
    theme: &'a Theme,
    width: usize,
    source: &'a str,
    base: usize,
    rows: &'a mut Vec<Row>,
    first_row: usize,
    /// The number of the list item that the block is.
    number: Option<u64>,
    frames: Vec<Frame>,
    inline: Text,
    styles: Vec<Style>,
    lists: Vec<Option<u64>>,
    /// Links and images that are open: where they lead, and where their text begins.
    links: Vec<(String, usize)>,
    code: Option<Code>,
    table: Option<Table>,
    /// The line before which a blank row was put last.
    gapped: Option<usize>,
    /// How far line ends were looked for, and the last one found.
    line_end: (usize, Option<usize>),
    is_swapped: bool,
}

impl<'a> Layout<'a> {
    fn new(source: &'a str, base: usize, (theme, width): (&'a Theme, u16), rows: &'a mut Vec<Row>) -> Self {
        let first_row = rows.len();
        Self {
            theme,
            width: usize::from(width),
            source,
            base,
            rows,
            first_row,
            number: None,
            frames: Vec::new(),
            inline: Text::default(),
            styles: Vec::new(),
            lists: Vec::new(),
            links: Vec::new(),
            code: None,
            table: None,
            gapped: None,
            line_end: (0, None),
            is_swapped: false,
        }
    }

    fn prose(&mut self, budget: &mut usize) {
        let source = without_definitions(self.source);
        self.is_swapped = matches!(source, Cow::Owned(_));
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for (event, range) in Parser::new_ext(&source, options).into_offset_iter() {
            match event {
                Event::Start(tag) => self.start(tag, &range),
                Event::End(tag) => self.end(tag, &range, budget),
                other => self.leaf(other, range),
            }
        }
        self.flush();
        if self.rows.len() == self.first_row && !self.source.trim().is_empty() {
            // Markdown that shows nothing is shown as it was written.
            self.push(self.source, 0..self.source.len(), (self.theme.dim, Kind::Code));
            self.flush();
        }
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or(self.theme.text)
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let theme = self.theme;
        match tag {
            Tag::Paragraph => self.open(range),
            Tag::Heading { level, .. } => {
                self.open(range);
                let is_great = matches!(level, HeadingLevel::H1 | HeadingLevel::H2);
                self.restyle(if is_great { theme.heading } else { theme.subheading });
            }
            Tag::BlockQuote(_) => {
                self.open(range);
                self.bar(theme.glyphs.quote, theme.rule);
                self.restyle(theme.quote);
            }
            Tag::CodeBlock(kind) => {
                self.open(range);
                self.code = Some(Code::new(match kind {
                    CodeBlockKind::Fenced(info) => self.restored(&info).into_owned(),
                    CodeBlockKind::Indented => String::new(),
                }));
            }
            Tag::HtmlBlock => self.open(range),
            Tag::List(first) => {
                self.flush();
                // The block is an item of a list that began earlier.
                let own = if self.lists.is_empty() { self.number } else { None };
                self.lists.push(first.map(|number| own.unwrap_or(number)));
            }
            Tag::Item => {
                self.open(range);
                self.item();
            }
            Tag::Table(alignments) => {
                self.open(range);
                self.table = Some(Table { alignments, rows: Vec::new() });
            }
            Tag::TableHead => {
                self.restyle(theme.strong);
                self.table_row();
            }
            Tag::TableRow => self.table_row(),
            inline => self.start_inline(inline, range),
        }
    }

    fn start_inline(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let theme = self.theme;
        match tag {
            Tag::Emphasis => self.restyle(theme.emphasis),
            Tag::Strong => self.restyle(theme.strong),
            Tag::Strikethrough => self.restyle(theme.strike),
            Tag::Link { dest_url, title, .. } => {
                self.link(&dest_url, &title);
                self.restyle(theme.link);
            }
            Tag::Image { dest_url, title, .. } => {
                self.push("image: ", range.clone(), (theme.dim, Kind::Prose));
                self.link(&dest_url, &title);
            }
            // A cell needs no beginning, and the rest belongs to extensions that are not on.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>, budget: &mut usize) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::Heading(_) => {
                self.flush();
                self.styles.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.frames.pop();
                self.styles.pop();
            }
            TagEnd::CodeBlock => self.code_block(budget),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => self.end_item(range),
            TagEnd::Table => self.finish_table(),
            TagEnd::TableRow => self.rescue(range),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableHead | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link => {
                self.styles.pop();
                self.unlink(range);
            }
            TagEnd::Image => self.unlink(range),
            // Ends of extensions that are not on.
            _ => {}
        }
    }

    fn leaf(&mut self, event: Event<'_>, range: Range<usize>) {
        let theme = self.theme;
        match event {
            Event::Text(text) => {
                let text = self.restored(&text).into_owned();
                match &mut self.code {
                    Some(code) => code.take(&text, range),
                    None => self.push(&text, range, (self.style(), Kind::Prose)),
                }
            }
            Event::Code(text) => {
                let text = self.restored(&text).into_owned();
                // The text stands between backticks and maybe blanks.
                let found = self.source.get(range.clone()).and_then(|source| source.find(&text));
                let start = range.start + found.unwrap_or(0);
                let within = if found.is_some() { start..start + text.len() } else { range };
                self.push(&text, within, (self.style().patch(theme.code), Kind::Code));
            }
            Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let text = self.restored(&text).replace("\r\n", "\n");
                self.push(&text, range, (self.style().patch(theme.dim), Kind::Code));
            }
            Event::SoftBreak => self.push(" ", range, (self.style(), Kind::Prose)),
            Event::HardBreak => self.push("\n", range, (self.style(), Kind::Prose)),
            Event::Rule => {
                self.open(&range);
                let spans = vec![Span::styled(theme.glyphs.rule.repeat(self.room()), theme.rule)];
                self.put_from(spans, &range);
            }
            Event::TaskListMarker(done) => {
                let sign = if done { theme.glyphs.done } else { theme.glyphs.open };
                let style = if done { theme.good } else { theme.dim };
                self.push(&format!("[{sign}]"), range.clone(), (style, Kind::Code));
                self.push(" ", range, (self.style(), Kind::Prose));
            }
            Event::FootnoteReference(name) => self.push(&name, range, (self.style(), Kind::Prose)),
            Event::Start(_) | Event::End(_) => {}
        }
    }
}
