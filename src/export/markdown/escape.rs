//! Untrusted text into Markdown that shows it and does nothing else.
//!
//! Every character that could begin a structure is escaped with a back-slash (CommonMark 0.31, section 2.4; tables,
//! strikethrough and bare links of GitHub's dialect included). What the text meant as Markdown is shown as it was
//! written: emphasis in a clause is not worth a forged signature.

use super::super::visible::visible;

/// `text` in one line, for where something stands before it on that line: headings, table cells, sentences.
pub fn line(text: &str) -> String {
    let shown = visible(text);
    let words: Vec<&str> = shown.split_whitespace().collect();
    escaped(&words.join(" "), false)
}

/// `text` as lines, blank ones dropped, each escaped.
pub fn lines(text: &str) -> Vec<String> {
    let shown = visible(text);
    let tidy = |l: &str| l.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept = shown.lines().map(tidy).filter(|l| !l.is_empty());
    kept.map(|l| escaped(&l, true)).collect()
}

/// `text` in a code span, in one line.
pub fn code(text: &str) -> String {
    let shown = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if shown.is_empty() {
        return "—".to_owned();
    }
    let ticks = "`".repeat(super::super::fences::longest_run(&shown) + 1);
    let pad = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{shown}{pad}{ticks}")
}

/// `text` as a double-quoted YAML scalar, in one line.
pub fn yaml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in visible(text).chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            // Not printable for YAML 1.2, section 5.1.
            '\u{fffe}' | '\u{ffff}' => quoted.push('\u{fffd}'),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// One line of text; `starts` says that it may stand at the start of a line, where more characters make structure. Code
/// spans stay code spans.
fn escaped(text: &str, starts: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut starts = starts;
    while let Some((before, span, after)) = next_span(rest) {
        out.push_str(&escaped_text(before, starts, false));
        out.push_str(span);
        starts = false;
        rest = after;
    }
    out.push_str(&escaped_text(rest, starts, true));
    out
}

/// The first code span of one line that can stay as it is, with what is before and after it: a run of one or two
/// back-ticks, closed by the next run of the same length (CommonMark 0.31, section 6.1). Left to be escaped are spans that
/// would break a table (`|`), look like a reference (`[#`), begin or end with a blank, or stand beside a `$`, which makes
/// mathematics of them on GitHub.
fn next_span(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find('`') {
        let start = from + found;
        let ticks = run(text, start);
        let Some(close) = closing(text, start + ticks, ticks) else {
            from = start + ticks;
            continue;
        };
        let body = text.get(start + ticks..close)?;
        let (before, after) = (text.get(..start)?, text.get(close + ticks..)?);
        let tame = ticks <= 2
            && !body.is_empty()
            && body.trim() == body
            && !body.contains('|')
            && !body.contains("[#")
            && !before.ends_with('$')
            && !after.starts_with('$');
        if tame {
            return Some((before, text.get(start..close + ticks)?, after));
        }
        from = close + ticks;
    }
    None
}

/// The length of the run of back-ticks at `at`.
fn run(text: &str, at: usize) -> usize {
    text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches('`').len())
}

/// Where the next run of exactly `ticks` back-ticks begins, from `from` on.
fn closing(text: &str, mut from: usize, ticks: usize) -> Option<usize> {
    while let Some(found) = text.get(from..)?.find('`') {
        let at = from + found;
        let length = run(text, at);
        if length == ticks {
            return Some(at);
        }
        from = at + length;
    }
    None
}

/// One line of text that is no code; `ends` says that nothing follows it on its line.
fn escaped_text(text: &str, starts: bool, ends: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut rest = text.chars().peekable();
    let marker = list_number(text).filter(|_| starts);
    let mut at = 0;
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let anywhere = match c {
            '\\' | '`' | '*' | '[' | '<' | '|' | '~' | '$' => true,
            // Within a word it is none; at a word's edge it may be emphasis.
            '_' => !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
            '&' => next.is_some_and(|n| n == '#' || n.is_ascii_alphabetic()),
            // Bare addresses become links: `https://`, `www.`, `a@b`.
            ':' => next == Some('/'),
            '@' => rest.clone().take_while(|n| !n.is_whitespace()).any(|n| n == '.'),
            '.' => out.len() >= 3 && out.get(out.len() - 3..).is_some_and(|w| w.eq_ignore_ascii_case("www")),
            _ => false,
        };
        let leading = starts && at == 0 && matches!(c, '#' | '>' | '-' | '+' | '=' | ':');
        // A heading may be closed by trailing marks.
        let trailing = c == '#' && ((next.is_none() && ends) || next == Some('#') || before == Some('#'));
        if anywhere || leading || trailing || marker == Some(at) {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
        at += 1;
    }
    out
}

/// Where the mark of an ordered list item stands at the start of `text`, counted in characters.
fn list_number(text: &str) -> Option<usize> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let mark = text.chars().nth(digits);
    ((1..=9).contains(&digits) && matches!(mark, Some('.' | ')'))).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_is_shown_and_not_made() {
        let cases = [
            ("# Heading #", "\\# Heading \\#"),
            ("> quote", "\\> quote"),
            ("- [x] done", "\\- \\[x] done"),
            ("12. item", "12\\. item"),
            ("a | b", "a \\| b"),
            ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
            ("[a](http://b)", "\\[a](http\\://b)"),
            ("www.example.org x@y.z", "www\\.example.org x\\@y.z"),
            ("snake_case _em_ **b**", "snake_case \\_em\\_ \\*\\*b\\*\\*"),
            ("`code` ~~gone~~ &lt;", "`code` \\~\\~gone\\~\\~ \\&lt;"),
            ("# `<a>*` `b|c` ` d` `` e`f ``", "\\# `<a>*` \\`b\\|c\\` \\` d\\` \\`\\` e\\`f \\`\\`"),
            ("``a`b`` `x \\`", "``a`b`` `x \\`"),
            ("`[#46]` $`x`$ `open", "\\`\\[#46]\\` \\$\\`x\\`\\$ \\`open"),
            ("`1`. `---`", "`1`. `---`"),
            ("two\nlines\t end \\", "two lines end \\\\"),
            ("---", "\\---"),
            ("C# and F#", "C# and F\\#"),
        ];
        for (text, expected) in cases {
            assert_eq!(lines(text).join(" "), expected);
        }
        assert_eq!(line("1. a\n# b #"), "1. a # b \\#");
        assert_eq!(lines("a\n\n  - b\r\n=== \n"), ["a", "\\- b", "\\==="]);
    }

    #[test]
    fn code_and_yaml_hold_what_they_are_given() {
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(yaml("a\"b\\c\nd: \u{1b}\n---"), "\"a\\\"b\\\\c\\nd: ␛\\n---\"");
    }
}
