//! A text cut into top-level blocks, line by line, so that what is cut off never changes.
//!
//! Feed the lines in order with [`Splitter::line`]; each gives the blocks that it completes. [`Splitter::finish`], on a
//! clone, gives what is open as if the text ended here. Blocks are cut a little more finely than CommonMark's: every item of a
//! list is one, and so is every line of fenced code, since later items and lines do not move them. A block that
//! outgrows [`LARGEST`] is cut off there, so that no text makes the work on its end unbounded.

use super::marker::{Fence, Item, Start, indent, read};
use std::ops::Range;

/// Bytes after which a block is cut. A paragraph of 2,500 words.
pub(super) const LARGEST: usize = 16 * 1024;

/// A piece of the text that is laid out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether a blank line stands before it.
    pub gap: bool,
    /// What it is.
    pub kind: BlockKind,
}

/// The kinds of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Markdown. An item of an ordered list has the number that it bears.
    Prose { number: Option<u64> },
    /// A fence, with what stands behind it; code follows.
    CodeStart { info: String },
    /// A line of fenced code without its end. So many columns of blanks at its start are not code.
    CodeLine { indent: usize },
    /// The end of the code.
    CodeEnd,
}

/// The cutter. Give it every line once, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Splitter {
    open: Option<Open>,
    /// Whether a blank line came since the last block, and any block at all.
    gap: bool,
    is_begun: bool,
    /// The sign and number of the ordered item before, if nothing but items came since.
    item: Option<(char, u64)>,
}

/// The block that goes on.
#[derive(Debug, Clone)]
struct Open {
    start: usize,
    end: usize,
    gap: bool,
    kind: OpenKind,
}

#[derive(Debug, Clone)]
enum OpenKind {
    Paragraph,
    Quote,
    /// A paragraph that was underlined: nothing follows.
    Heading,
    Indented,
    Item {
        content: usize,
        number: Option<u64>,
        blank: bool,
        fence: Option<Fence>,
    },
    Code(Fence),
}

impl Splitter {
    /// Takes the line `range` of `text`, its end included. `continues` says that the line's start was cut off.
    pub(super) fn line(&mut self, text: &str, range: Range<usize>, continues: bool, out: &mut Vec<Block>) {
        let line = text.get(range.clone()).unwrap_or_default();
        if let Some(OpenKind::Code(fence)) = self.open.as_ref().map(|open| &open.kind) {
            let fence = *fence;
            return self.code(line, range, (fence, continues), out);
        }
        let start = if continues { Start::Words } else { read(line) };
        if !self.goes_on(line, &start, range.end) {
            self.close(out);
            self.begin(&start, range, out);
        }
        let is_code = self.open.as_ref().is_some_and(|open| matches!(open.kind, OpenKind::Code(_)));
        if !is_code && self.open.as_ref().is_some_and(|open| open.end - open.start >= LARGEST) {
            self.close(out);
        }
    }

    /// What is open, as if the text ended.
    pub(super) fn finish(mut self, out: &mut Vec<Block>) {
        self.close(out);
    }

    fn code(&mut self, line: &str, range: Range<usize>, (fence, continues): (Fence, bool), out: &mut Vec<Block>) {
        if !continues && fence.is_closed_by(line) {
            out.push(Block { range, gap: false, kind: BlockKind::CodeEnd });
            self.open = None;
            return;
        }
        let length = line.strip_suffix('\n').map_or(line.len(), |l| l.strip_suffix('\r').unwrap_or(l).len());
        let indent = if continues { 0 } else { fence.indent };
        out.push(Block { range: range.start..range.start + length, gap: false, kind: BlockKind::CodeLine { indent } });
    }

    /// Takes the line into the open block, if it belongs there.
    fn goes_on(&mut self, line: &str, start: &Start<'_>, end: usize) -> bool {
        let Some(open) = &mut self.open else { return false };
        let is_blank = *start == Start::Blank;
        let belongs = match &mut open.kind {
            OpenKind::Paragraph => !is_blank && !interrupts(start, line),
            OpenKind::Quote => *start == Start::Quote || !is_blank && !interrupts(start, line),
            OpenKind::Indented => is_blank || *start == Start::Indented,
            OpenKind::Item { content, blank, fence, .. } => {
                let (columns, inner) = indent(line);
                let is_within = columns >= *content;
                let is_lazy =
                    !*blank && fence.is_none() && !interrupts(start, line) && !matches!(start, Start::Item(_));
                if !is_blank && is_within {
                    toggle(fence, inner);
                }
                *blank = is_blank;
                is_blank || is_within || is_lazy
            }
            OpenKind::Heading | OpenKind::Code(_) => false,
        };
        if !belongs {
            return false;
        }
        // Blank lines at the end are between blocks.
        self.gap = is_blank;
        if !is_blank {
            open.end = end;
        }
        if matches!(open.kind, OpenKind::Paragraph) && is_underline(line) {
            open.kind = OpenKind::Heading;
        }
        true
    }

    fn close(&mut self, out: &mut Vec<Block>) {
        let Some(open) = self.open.take() else { return };
        let number = match open.kind {
            OpenKind::Item { number, .. } => number,
            OpenKind::Code(_) => return,
            OpenKind::Paragraph | OpenKind::Quote | OpenKind::Heading | OpenKind::Indented => None,
        };
        out.push(Block { range: open.start..open.end, gap: open.gap, kind: BlockKind::Prose { number } });
    }

    fn begin(&mut self, start: &Start<'_>, range: Range<usize>, out: &mut Vec<Block>) {
        if *start == Start::Blank {
            self.gap = true;
            return;
        }
        let gap = std::mem::take(&mut self.gap) && self.is_begun;
        self.is_begun = true;
        let before = self.item.take();
        let kind = match start {
            Start::Blank => return,
            Start::Heading | Start::Rule => {
                out.push(Block { range, gap, kind: BlockKind::Prose { number: None } });
                return;
            }
            Start::Fence(fence, info) => {
                let info = (*info).to_owned();
                out.push(Block { range: range.clone(), gap, kind: BlockKind::CodeStart { info } });
                OpenKind::Code(*fence)
            }
            Start::Indented => OpenKind::Indented,
            Start::Quote => OpenKind::Quote,
            Start::Words => OpenKind::Paragraph,
            Start::Item(item) => self.item(item, before),
        };
        self.open = Some(Open { start: range.start, end: range.end, gap, kind });
    }

    fn item(&mut self, item: &Item, before: Option<(char, u64)>) -> OpenKind {
        // Only the first number of a list counts; models like to number all items 1.
        let number = item.number.map(|own| match before {
            Some((sign, last)) if sign == item.sign => last.saturating_add(1),
            _ => own,
        });
        self.item = number.map(|number| (item.sign, number));
        OpenKind::Item { content: item.content, number, blank: false, fence: item.fence }
    }
}

/// Whether a line ends an open paragraph.
fn interrupts(start: &Start<'_>, line: &str) -> bool {
    match start {
        Start::Blank => true,
        Start::Indented | Start::Words => false,
        Start::Rule => !is_underline(line),
        Start::Fence(..) | Start::Heading | Start::Quote => true,
        Start::Item(item) => !item.is_empty && item.number.is_none_or(|number| number == 1),
    }
}

/// Whether a line makes a heading of the paragraph before it.
fn is_underline(line: &str) -> bool {
    let (columns, rest) = indent(line);
    let rest = rest.trim_end();
    let all = |mark: char| !rest.is_empty() && rest.chars().all(|c| c == mark);
    columns < 4 && (all('=') || all('-'))
}

/// Follows code fences inside an item, where lines look like anything.
fn toggle(fence: &mut Option<Fence>, inner: &str) {
    match fence {
        Some(open) if open.is_closed_by(inner) => *fence = None,
        Some(_) => {}
        None => {
            if let Start::Fence(open, _) = read(inner) {
                *fence = Some(open);
            }
        }
    }
}
