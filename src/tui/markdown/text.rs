//! A piece of inline text on its way to rows: tamed characters, in runs of one style, that know where they came from.

use super::tame::{CIRCLE, Fate, Gate};
use crate::tui::theme::Theme;
use ratatui::style::Style;
use std::ops::Range;

/// What a run is, as far as wrapping and references care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words.
    Prose,
    /// Code within a line: blanks count, and hyphens do not part it.
    Code,
    /// An address or an escape: names nothing in the log.
    Literal,
}

/// Text in one style.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// Where it ends in the text.
    pub end: usize,
    /// Its style.
    pub style: Style,
    /// What it is.
    pub kind: Kind,
    /// The bytes it came from.
    pub source: Range<usize>,
    /// Whether they were taken over as they are.
    pub is_exact: bool,
}

/// Tamed text. A line end in it is a break that was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    /// The characters.
    pub text: String,
    /// The runs, in order, without gaps.
    pub runs: Vec<Run>,
    gate: Gate,
    /// Up to where columns were counted for tabs, and how many there are since the last line end.
    tab: (usize, usize),
}

/// How far tabs reach.
const TAB: usize = 4;

impl Text {
    /// Takes `piece` in, which came from `source`.
    pub(super) fn push(&mut self, piece: &str, source: Range<usize>, (style, kind): (Style, Kind), theme: &Theme) {
        if self.runs.last().is_some_and(|last| last.style != style) {
            // What is drawn in another style is drawn for itself, and nothing joins over that border.
            self.gate.part();
        }
        let is_exact = source.len() == piece.len();
        let from = |range: Range<usize>| {
            if is_exact { source.start + range.start..source.start + range.end } else { source.clone() }
        };
        if Gate::is_plain(piece) {
            self.gate.passed(piece);
            return self.add(piece, from(0..piece.len()), (style, kind));
        }
        let mut kept = 0;
        for (at, c) in piece.char_indices() {
            let next = at + c.len_utf8();
            let fate = match c {
                '\n' => {
                    self.gate.reset();
                    Fate::Keep
                }
                '\t' if kind == Kind::Prose => self.gate.admit(' ', true, &theme.glyphs),
                '\t' => Fate::Keep,
                _ => self.gate.admit(c, kind == Kind::Prose, &theme.glyphs),
            };
            if fate == Fate::Keep && c != '\t' {
                continue;
            }
            self.add(piece.get(kept..at).unwrap_or_default(), from(kept..at), (style, kind));
            kept = next;
            match fate {
                Fate::Keep if kind == Kind::Prose => self.add(" ", from(at..next), (style, kind)),
                Fate::Keep => self.add_tab(from(at..next), (style, kind)),
                Fate::Drop => {}
                Fate::Escape(shown) => self.add(&shown, from(at..next), (theme.escape, Kind::Literal)),
                Fate::Carried => {
                    self.add(&format!("{CIRCLE}{c}"), from(at..next), (style, kind));
                }
            }
        }
        self.add(piece.get(kept..).unwrap_or_default(), from(kept..piece.len()), (style, kind));
    }

    /// Adds all of `other`, which was tamed by itself.
    pub(super) fn join(&mut self, other: &Text) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.runs.extend(other.runs.iter().map(|run| Run { end: run.end + start, ..run.clone() }));
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Blanks up to the next stop.
    fn add_tab(&mut self, source: Range<usize>, look: (Style, Kind)) {
        let since = self.text.get(self.tab.0..).unwrap_or_default();
        let column = match since.rsplit_once('\n') {
            Some((_, line)) => super::wrap::width_of(line),
            None => self.tab.1 + super::wrap::width_of(since),
        };
        let blanks = TAB - column % TAB;
        self.add("    ".get(..blanks).unwrap_or(" "), source, look);
        self.gate.reset();
        self.tab = (self.text.len(), column + blanks);
    }

    fn add(&mut self, piece: &str, source: Range<usize>, (style, kind): (Style, Kind)) {
        if piece.is_empty() {
            return;
        }
        self.text.push_str(piece);
        let end = self.text.len();
        let is_exact = source.len() == piece.len();
        match self.runs.last_mut() {
            Some(last)
                if last.style == style
                    && last.kind == kind
                    && (last.is_exact && is_exact)
                    && last.source.end == source.start =>
            {
                last.end = end;
                last.source.end = source.end;
            }
            _ => self.runs.push(Run { end, style, kind, source, is_exact }),
        }
    }

    /// The parts of the text that are drawn in one piece each, because they are in one style.
    pub(super) fn stretches(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        let mut runs = self.runs.iter().peekable();
        std::iter::from_fn(move || {
            let first = runs.next()?;
            let mut end = first.end;
            while let Some(run) = runs.next_if(|run| run.style == first.style) {
                end = run.end;
            }
            self.text.get(std::mem::replace(&mut start, end)..end)
        })
    }

    /// The runs that touch `range`, each with the part of it that they cover.
    pub(super) fn runs_in(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, &Run)> {
        let first = self.runs.partition_point(|run| run.end <= range.start);
        let mut start = range.start;
        self.runs.iter().skip(first).map_while(move |run| {
            let part = start..run.end.min(range.end);
            start = part.end;
            (!part.is_empty()).then_some((part, run))
        })
    }

    /// The bytes of the source that `part`, a part of `run`, came from.
    pub(super) fn source_of(part: &Range<usize>, run: &Run, run_start: usize) -> Range<usize> {
        if !run.is_exact {
            return run.source.clone();
        }
        let shift = run.source.start;
        part.start - run_start + shift..part.end - run_start + shift
    }

    /// Where the run that covers `at` begins.
    pub(super) fn run_start(&self, at: usize) -> usize {
        let index = self.runs.partition_point(|run| run.end <= at);
        index.checked_sub(1).and_then(|before| self.runs.get(before)).map_or(0, |run| run.end)
    }

    /// The same with every grapheme wider than `width` replaced by a sign that fits.
    pub(super) fn narrowed(&self, width: usize) -> Self {
        let mut narrow = Self::default();
        let mut start = 0;
        for run in &self.runs {
            let mut piece = String::new();
            for grapheme in super::wrap::graphemes(self.text.get(start..run.end).unwrap_or_default()) {
                piece.push_str(if super::wrap::width_of(grapheme) > width { "\u{fffd}" } else { grapheme });
            }
            narrow.text.push_str(&piece);
            narrow.runs.push(Run { end: narrow.text.len(), is_exact: false, ..run.clone() });
            start = run.end;
        }
        narrow
    }
}
