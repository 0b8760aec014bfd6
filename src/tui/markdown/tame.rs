//! The gate through which every character of somebody else's text passes on its way to a cell.
//!
//! Controls and characters that hide or reorder are shown by sign or number. Joiners, variation selectors, tags and
//! combining marks are kept where scripts and emoji need them, and shown where they could only deceive: behind nothing,
//! behind a plain letter, or in numbers that no writing uses.

use crate::export::visible::is_hidden;
use crate::tui::theme::Glyphs;
use std::cmp::Ordering;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Most marks on one letter; more are shown as one sign.
const MOST_MARKS: u8 = 8;
/// Most tag characters behind a flag: a region's code has at most six, and an end.
const MOST_TAGS: u8 = 8;
/// Carries a mark that has no letter.
pub(super) const CIRCLE: char = '◌';

/// What becomes of a character.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    Keep,
    /// It is left out, since blanks before it say the same, or a sign before it says so.
    Drop,
    /// This stands in its place, as an escape.
    Escape(String),
    /// It stays behind a circle that carries it.
    Carried,
}

/// The gate's memory: what the last character was.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate {
    /// The last character that something may join, if there is one.
    base: Option<char>,
    /// The last character that was kept.
    last: Option<char>,
    /// How many marks or tags followed a base.
    marks: u8,
    is_blank: bool,
}

impl Gate {
    /// Whether `text` has nothing in it that the gate would touch.
    pub(super) fn is_plain(text: &str) -> bool {
        text.bytes().all(|byte| (0x21..0x7f).contains(&byte))
    }

    /// Tells the gate that a plain text went past it.
    pub(super) fn passed(&mut self, plain: &str) {
        if let Some(last) = plain.chars().next_back() {
            self.based(last);
        }
    }

    /// Tells the gate that nothing joins what comes to what came.
    pub(super) fn part(&mut self) {
        self.base = None;
        self.marks = 0;
    }

    /// Tells the gate that something else was written meanwhile.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// What becomes of `c`. Runs of blanks become one where `collapses`. Line ends and tabs are the caller's.
    pub(super) fn admit(&mut self, c: char, collapses: bool, glyphs: &Glyphs) -> Fate {
        match c {
            ' ' => {
                let again = std::mem::replace(&mut self.is_blank, true);
                self.base = None;
                if again && collapses { Fate::Drop } else { Fate::Keep }
            }
            '!'..='~' => self.based(c),
            _ if is_tag(c) => self.tag(c, glyphs),
            _ if is_selector(c) => self.selector(c, glyphs),
            '\u{200c}' | '\u{200d}' => self.joiner(c, glyphs),
            _ if is_hidden(c) || is_filler(c) => self.escape(c, glyphs),
            _ if c.width().unwrap_or(0) == 0 => self.mark(c, glyphs),
            _ => self.based(c),
        }
    }

    fn based(&mut self, c: char) -> Fate {
        *self = Self { base: Some(c), last: Some(c), marks: 0, is_blank: false };
        Fate::Keep
    }

    fn escape(&mut self, c: char, glyphs: &Glyphs) -> Fate {
        self.reset();
        Fate::Escape(shown(c, glyphs))
    }

    /// A zero-width joiner or non-joiner: kept between characters of scripts that use them.
    fn joiner(&mut self, c: char, glyphs: &Glyphs) -> Fate {
        match self.base {
            Some(base) if !base.is_ascii() && base != c && self.marks < MOST_MARKS => {
                // What follows a joiner may join, but a second joiner may not.
                self.base = Some(c);
                self.last = Some(c);
                self.marks += 1;
                Fate::Keep
            }
            _ => self.escape(c, glyphs),
        }
    }

    /// A variation selector: one behind an emoji, an ideograph or a key's digit.
    fn selector(&mut self, c: char, glyphs: &Glyphs) -> Fate {
        let emoji = matches!(c, '\u{fe0e}' | '\u{fe0f}');
        let fits = match self.base {
            Some(base) if base.is_ascii() => emoji && matches!(base, '0'..='9' | '#' | '*'),
            Some(base) => !is_selector(base) && !is_joiner(base) && (emoji || base.is_alphabetic()),
            None => false,
        };
        if !fits || self.marks > MOST_MARKS {
            return self.escape(c, glyphs);
        }
        self.base = Some(c);
        self.last = Some(c);
        Fate::Keep
    }

    /// A tag character: only behind the black flag.
    fn tag(&mut self, c: char, glyphs: &Glyphs) -> Fate {
        let behind_flag = self.base == Some('\u{1f3f4}') || self.base.is_some_and(is_tag);
        if !behind_flag || self.marks >= MOST_TAGS {
            return self.escape(c, glyphs);
        }
        self.base = Some(c);
        self.last = Some(c);
        self.marks += 1;
        Fate::Keep
    }

    /// A combining mark, or another character without a width of its own.
    fn mark(&mut self, c: char, glyphs: &Glyphs) -> Fate {
        let carrier = self.last.filter(|_| self.base.is_some());
        if !joins(carrier.unwrap_or(CIRCLE), c) {
            return self.escape(c, glyphs);
        }
        self.last = Some(c);
        if carrier.is_none() {
            *self = Self { base: Some(CIRCLE), last: Some(c), marks: 1, is_blank: false };
            return Fate::Carried;
        }
        self.marks = self.marks.saturating_add(1);
        match self.marks.cmp(&(MOST_MARKS + 1)) {
            Ordering::Less => Fate::Keep,
            Ordering::Equal => Fate::Escape(glyphs.ellipsis.to_owned()),
            Ordering::Greater => Fate::Drop,
        }
    }
}

/// Whether two characters are one grapheme.
fn joins(before: char, after: char) -> bool {
    [before, after].iter().collect::<String>().graphemes(true).count() == 1
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that are blank or nothing and pass for something else.
fn is_filler(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{180b}'..='\u{180f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A hidden character by its sign or number.
fn shown(c: char, glyphs: &Glyphs) -> String {
    let code = u32::from(c);
    let is_ascii = glyphs.open_escape.is_ascii();
    match code {
        0..=0x1f if is_ascii => format!("^{}", char::from(code as u8 + b'@')),
        0x7f if is_ascii => "^?".to_owned(),
        0..=0x1f => char::from_u32(0x2400 + code).map(String::from).unwrap_or_default(),
        0x7f => "␡".to_owned(),
        _ => format!("{}U+{code:04X}{}", glyphs.open_escape, glyphs.close_escape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tamed(text: &str) -> String {
        let mut gate = Gate::default();
        let mut out = String::new();
        for c in text.chars() {
            match gate.admit(c, true, &Glyphs::UNICODE) {
                Fate::Keep => out.push(c),
                Fate::Drop => {}
                Fate::Escape(shown) => out.push_str(&shown),
                Fate::Carried => out.extend([CIRCLE, c]),
            }
        }
        out
    }

    #[test]
    fn what_acts_or_hides_is_shown() {
        assert_eq!(tamed("\u{1b}[31m\u{7}\u{7f}"), "␛[31m␇␡");
        assert_eq!(tamed("a\u{202e}b\u{9b}c\u{200b}"), "a‹U+202E›b‹U+009B›c‹U+200B›");
        assert_eq!(tamed("pass\u{200d}word\u{fe01}"), "pass‹U+200D›word‹U+FE01›");
        assert_eq!(tamed("x\u{e0041}\u{3164}"), "x‹U+E0041›‹U+3164›");
    }

    #[test]
    fn what_scripts_and_emoji_need_is_kept() {
        for text in [
            "👩\u{200d}💻",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "e\u{301}",
            "葛\u{e0100}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "👍🏽",
            "🇩🇪",
            "각",
            "שלום",
            "مرحبا",
        ] {
            assert_eq!(tamed(text), text);
        }
    }

    #[test]
    fn marks_need_a_letter_and_have_an_end() {
        assert_eq!(tamed("\u{301}a"), "◌\u{301}a");
        assert_eq!(tamed(&format!("a{}b", "\u{301}".repeat(50))), format!("a{}…b", "\u{301}".repeat(8)));
        assert_eq!(tamed("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}‹U+FE0F›");
    }

    #[test]
    fn ascii_escapes_are_ascii() {
        let mut gate = Gate::default();
        for (c, shown) in [('\u{1b}', "^["), ('\u{7f}', "^?"), ('\u{202e}', "<U+202E>")] {
            assert_eq!(gate.admit(c, true, &Glyphs::ASCII), Fate::Escape(shown.to_owned()));
        }
    }
}
