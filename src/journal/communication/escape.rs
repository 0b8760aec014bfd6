//! Makes untrusted text harmless in the Markdown log, so that it can be undone to the byte.
//!
//! Two layers, each with its own inverse:
//!
//! 1. [`reveal`]: characters that hide or move text (controls, unusual line separators, bidi overrides, tags) become
//!    `\u{1b}`. A text that already reads `\u{1b}` gets one more backslash; a run of backslashes right before a hidden
//!    character is written `\u{5c}` each. All other backslashes stay as they are.
//! 2. [`guard`]: a line that a reader could take for the log's own structure (an entry heading, a field such as
//!    `**Type**:`, an HTML block, a code fence that nobody closes) gets a backslash after its indentation and the marks
//!    of lists and quotations, and one more if it has some already. To undo it, one is taken away from every such line
//!    that has any; fences need not be understood for that.
//!
//! Why that is enough for CommonMark: an entry's heading begins its line and follows a blank one, so every list's item,
//! quotation and footnote has ended there, and every block but two: a fence, and an HTML block, that begin in no
//! container. Such an HTML block is guarded unless a fence surely holds it, and such a fence wherever its end is in any
//! doubt (`fence.rs`). A forged heading of level three is one line that, after the marks of its containers, begins with
//! `#`; its text can show `[` only where the line has `[` or an entity. Not covered: HTML tags within a line, which a
//! renderer that passes HTML through must sanitize.

use super::fence::{Place, places};

/// Shows hidden characters, one line.
pub(crate) fn one_line(text: &str) -> String {
    reveal_where(text, |_, c| hides(c) || c == '\n' || c == '\t')
}

/// One line of at most `most` characters, white space run together, for names and titles.
pub(super) fn title(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = words.chars().take(most).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    one_line(&short)
}

/// Shows hidden characters, and white space at either end, which editors take away.
pub(super) fn reveal(text: &str) -> String {
    let last = text.char_indices().next_back().map_or(0, |(at, _)| at);
    reveal_where(text, |at, c| {
        let end = at == 0 || at == last;
        hides(c) || (end && matches!(c, '\n' | '\t' | ' '))
    })
}

fn reveal_where(text: &str, hidden: impl Fn(usize, char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Up to here it is in `out`; what needs no change is copied in one piece.
    let mut copied = 0;
    let mut slashes = 0;
    for (at, c) in text.char_indices() {
        if c == '\\' {
            slashes += 1;
        } else if hidden(at, c) {
            out.push_str(text.get(copied..at - slashes).unwrap_or_default());
            (0..slashes).for_each(|_| out.push_str("\\u{5c}"));
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            (copied, slashes) = (at + c.len_utf8(), 0);
        } else if slashes > 0 {
            if text.get(at..).and_then(escape_after).is_some() {
                out.push_str(text.get(copied..at).unwrap_or_default());
                out.push('\\');
                copied = at;
            }
            slashes = 0;
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Undoes [`reveal`] and [`one_line`].
pub(super) fn conceal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut slashes = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '\\' {
            slashes += 1;
            rest = after;
            continue;
        }
        let found = escape_after(rest).filter(|_| slashes > 0);
        let single = found.filter(|_| slashes == 1);
        if let Some((character, len)) = single.and_then(|(code, len)| Some((char::from_u32(code)?, len))) {
            out.push(character);
            rest = rest.get(len..).unwrap_or_default();
        } else {
            let more = slashes - usize::from(found.is_some());
            (0..more).for_each(|_| out.push('\\'));
            out.push(c);
            rest = after;
        }
        slashes = 0;
    }
    (0..slashes).for_each(|_| out.push('\\'));
    out
}

/// The code and length of `u{1b}` at the start of `text`, which is what comes after a backslash.
fn escape_after(text: &str) -> Option<(u32, usize)> {
    let inner = text.strip_prefix("u{")?;
    let end = inner.bytes().take(7).position(|b| b == b'}')?;
    let digits = inner.get(..end)?;
    let hex = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| hex)?;
    Some((code, end + 3))
}

/// Whether a character hides, moves or breaks text: C0 except line feed and tab, DEL, C1 (with U+0085), line and
/// paragraph separators, bidi overrides and isolates, the byte order mark, and tags, which are text that nobody sees.
fn hides(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{feff}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Puts a backslash before every line that could be taken for structure. Expects text from [`reveal`].
pub(super) fn guard(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let guarded = lines.iter().zip(places(&lines)).map(|(line, place)| {
        let parts = parts(line);
        let risky = if parts.slashes.is_empty() {
            let html = is_html(parts.bare) && place == Place::Text;
            parts.is_structure() || html || place == Place::Unclosed
        } else {
            parts.is_risky()
        };
        parts.joined(if risky { "\\" } else { "" }, parts.slashes)
    });
    guarded.collect::<Vec<_>>().join("\n")
}

/// As [`guard`], for texts inside a list of moves, where no fence has a place.
pub(super) fn guard_all(line: &str) -> String {
    let parts = parts(line);
    parts.joined(if parts.is_risky() { "\\" } else { "" }, parts.slashes)
}

/// Undoes [`guard`].
pub(super) fn unguard(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let parts = parts(line);
        match parts.slashes.strip_prefix('\\') {
            Some(fewer) if parts.is_risky() => parts.joined("", fewer),
            Some(_) | None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line, cut where [`guard`] puts its backslash. What it adds changes `slashes` alone.
struct Parts<'a> {
    /// Whatever looks like nothing, and the marks of lists and quotations.
    indent: &'a str,
    slashes: &'a str,
    bare: &'a str,
    /// Whether `indent` has marks.
    marked: bool,
}

impl Parts<'_> {
    fn joined(&self, added: &str, slashes: &str) -> String {
        let Self { indent, bare, .. } = self;
        format!("{indent}{added}{slashes}{bare}")
    }

    /// What [`guard`] may ever put a backslash before. A fence behind a mark ends with its container.
    fn is_risky(&self) -> bool {
        let fence = self.bare.starts_with("```") || self.bare.starts_with("~~~");
        self.is_structure() || is_html(self.bare) || (fence && !self.marked)
    }

    /// An entry heading, or at the line's start a field, in any spelling that somebody might take for one.
    fn is_structure(&self) -> bool {
        is_heading(self.bare) || (!self.marked && is_field(self.bare))
    }
}

fn parts(line: &str) -> Parts<'_> {
    let mut rest = line.trim_start_matches(is_blank);
    let mut marked = false;
    while let Some(behind) = behind_mark(rest) {
        marked = true;
        rest = behind.trim_start_matches(is_blank);
    }
    let bare = rest.trim_start_matches('\\');
    let (indent, _) = line.split_at(line.len() - rest.len());
    let (slashes, _) = rest.split_at(rest.len() - bare.len());
    Parts { indent, slashes, bare, marked }
}

/// What comes after the mark of a quotation, a list's item or a definition.
fn behind_mark(text: &str) -> Option<&str> {
    if let Some(quoted) = text.strip_prefix('>') {
        return Some(quoted);
    }
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = if number.len() < text.len() {
        number.strip_prefix(['.', ')'])
    } else {
        text.strip_prefix(['-', '*', '+', ':'])
    };
    item.filter(|b| b.is_empty() || b.starts_with(is_blank))
}

/// White space, and characters without a width.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}

/// A heading that could show an entry's two brackets, there or in a footnote. An entity for one begins with `&#`, or is
/// `&lsqb;` or `&lbrack;`.
fn is_heading(bare: &str) -> bool {
    let text = match bare.strip_prefix("[^") {
        Some(note) => note.split_once('#').map(|(_, text)| text),
        None => bare.strip_prefix('#'),
    };
    text.is_some_and(|text| {
        let first = text.trim_start_matches(|c| c == '#' || is_blank(c));
        let brackets: usize = ["[", "&#", "&l"].iter().map(|b| text.matches(b).count()).sum();
        first.starts_with(['[', '\\']) || brackets > 1
    })
}

fn is_field(bare: &str) -> bool {
    let Some(field) = bare.strip_prefix("**").or_else(|| bare.strip_prefix("__")) else {
        return false;
    };
    let word: String = field
        .chars()
        .filter(|c| !is_blank(*c) && *c != '*' && *c != '_')
        .take(8)
        .flat_map(char::to_lowercase)
        .collect();
    ["type", "entry", "content", "moves", "looks"].iter().any(|name| word.starts_with(name))
}

/// The start of an HTML block: a comment or a `<script>` left open would swallow the rest of the file.
fn is_html(bare: &str) -> bool {
    let Some(tag) = bare.strip_prefix('<') else {
        return false;
    };
    let name = tag.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
    let link = name.len() < tag.len() && name.starts_with(':');
    !link && tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}
