//! What the first characters of a line say about the block that it belongs to, by CommonMark's rules.

/// A line without its end, read as the start of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start<'a> {
    /// Nothing but blanks.
    Blank,
    /// Four columns in: code, where no paragraph is open.
    Indented,
    /// A code fence.
    Fence(Fence, &'a str),
    /// `# Heading`.
    Heading,
    /// `***`, `---`, `___`.
    Rule,
    /// `>`.
    Quote,
    /// A bullet or a number.
    Item(Item),
    /// Anything else.
    Words,
}

/// An opened code fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    mark: char,
    length: usize,
    /// Columns before it, which its lines lose too.
    pub indent: usize,
}

/// A list item's beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// The bullet, or the sign behind the number.
    pub sign: char,
    /// The number, for an ordered list.
    pub number: Option<u64>,
    /// The column at which its text stands; later lines that reach it belong to the item.
    pub content: usize,
    /// Whether nothing follows the marker.
    pub is_empty: bool,
    /// The code fence that follows it.
    pub fence: Option<Fence>,
}

/// Columns of blanks at the start, and what follows. Tabs reach to the next multiple of four.
pub(super) fn indent(line: &str) -> (usize, &str) {
    let mut columns = 0;
    for (at, c) in line.char_indices() {
        match c {
            ' ' => columns += 1,
            '\t' => columns += 4 - columns % 4,
            _ => return (columns, line.get(at..).unwrap_or_default()),
        }
    }
    (columns, "")
}

/// Reads the start of `line`.
pub(super) fn read(line: &str) -> Start<'_> {
    let (columns, rest) = indent(line);
    let rest = rest.trim_end_matches(['\r', '\n']);
    if rest.trim().is_empty() {
        return Start::Blank;
    }
    if columns >= 4 {
        return Start::Indented;
    }
    if let Some((fence, info)) = fence(rest, columns) {
        return Start::Fence(fence, info);
    }
    if is_heading(rest) {
        return Start::Heading;
    }
    if is_rule(rest) {
        return Start::Rule;
    }
    if rest.starts_with('>') {
        return Start::Quote;
    }
    item(rest, columns).map_or(Start::Words, Start::Item)
}

impl Fence {
    /// Whether `line` closes the fence.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        let (columns, rest) = indent(line.trim_end_matches(['\r', '\n']));
        let run = rest.chars().take_while(|c| *c == self.mark).count();
        columns < 4 && run >= self.length && rest.get(run..).is_some_and(|tail| tail.trim().is_empty())
    }
}

fn fence(rest: &str, indent: usize) -> Option<(Fence, &str)> {
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.chars().take_while(|c| *c == mark).count();
    let info = rest.get(length..)?.trim();
    let is_fence = length >= 3 && (mark == '~' || !info.contains('`'));
    is_fence.then_some((Fence { mark, length, indent }, info))
}

fn is_heading(rest: &str) -> bool {
    let level = rest.bytes().take_while(|b| *b == b'#').count();
    (1..=6).contains(&level) && rest.get(level..).is_some_and(|tail| tail.is_empty() || tail.starts_with([' ', '\t']))
}

fn is_rule(rest: &str) -> bool {
    let Some(mark) = rest.chars().next().filter(|c| matches!(c, '*' | '-' | '_')) else { return false };
    rest.chars().all(|c| c == mark || c == ' ' || c == '\t') && rest.chars().filter(|c| *c == mark).count() >= 3
}

fn item(rest: &str, indent: usize) -> Option<Item> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = match digits {
        0 => None,
        1..=9 => Some(rest.get(..digits)?.parse().ok()?),
        _ => return None,
    };
    let sign = rest.get(digits..)?.chars().next()?;
    let fits = if number.is_some() { matches!(sign, '.' | ')') } else { matches!(sign, '-' | '*' | '+') };
    if !fits {
        return None;
    }
    let marker = digits + 1;
    let (blanks, text) = self::indent(rest.get(marker..)?);
    let is_empty = text.is_empty();
    if blanks == 0 && !is_empty {
        return None;
    }
    // Five blanks or more are one, and code begins behind it.
    let gap = if is_empty || blanks > 4 { 1 } else { blanks };
    let fence = fence(text, 0).map(|(fence, _)| fence);
    Some(Item { sign, number, content: indent + marker + gap, is_empty, fence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_it_begins() {
        for (line, start) in [
            (" \t", Start::Blank),
            ("    x", Start::Indented),
            ("\tx", Start::Indented),
            ("## two", Start::Heading),
            ("#two", Start::Words),
            ("####### x", Start::Words),
            ("- - -", Start::Rule),
            ("***", Start::Rule),
            ("**x**", Start::Words),
            ("> q", Start::Quote),
            ("-x", Start::Words),
            ("1234567890. x", Start::Words),
            ("`` `x", Start::Words),
            ("```a`b", Start::Words),
        ] {
            assert_eq!(read(line), start, "{line}");
        }
        assert!(matches!(read("  ~~~~ rust x"), Start::Fence(Fence { length: 4, indent: 2, .. }, "rust x")));
    }

    #[test]
    fn items_know_where_their_text_stands() {
        for (line, number, content) in [
            ("- x", None, 2),
            ("  *  x", None, 5),
            ("1. x", Some(1), 3),
            ("10) x", Some(10), 4),
            ("-", None, 2),
            ("-      x", None, 2),
        ] {
            let Start::Item(item) = read(line) else { panic!("{line}") };
            assert_eq!((item.number, item.content), (number, content), "{line}");
        }
    }

    #[test]
    fn a_fence_is_closed_by_its_own_kind() {
        let Start::Fence(fence, _) = read("````") else { panic!() };
        assert!(fence.is_closed_by("````") && fence.is_closed_by("  `````  \r\n"));
        assert!(!fence.is_closed_by("```") && !fence.is_closed_by("~~~~") && !fence.is_closed_by("    ````"));
        assert!(!fence.is_closed_by("```` x"));
    }
}
