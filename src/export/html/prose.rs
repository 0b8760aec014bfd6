//! The prose of entries: a small, safe part of Markdown. Paragraphs, headings as bold lines, flat lists, quotations,
//! fenced code and code spans; everything else, links and HTML and tables included, stays the text it is.

use super::text::{escape, verbatim};

/// What a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paragraph,
    Bullet,
    Number,
    Quote,
}

/// A block under way.
struct Open {
    kind: Kind,
    /// Items of a list, or the one text of another block; lines keep their ends.
    items: Vec<String>,
}

/// A fence that is open: its mark, its length, its indentation.
struct Fence {
    mark: char,
    length: usize,
    indent: usize,
}

/// `markdown` as HTML blocks.
pub fn html(markdown: &str) -> String {
    let text = markdown.replace("\r\n", "\n");
    let mut out = String::new();
    let mut open: Option<Open> = None;
    let mut fence: Option<(Fence, String)> = None;
    for line in text.lines() {
        if let Some((within, body)) = &mut fence {
            if closes(line, within) {
                out.push_str(&code(body));
                fence = None;
            } else {
                let spaces = line.len() - line.trim_start_matches(' ').len();
                body.push_str(line.get(spaces.min(within.indent)..).unwrap_or(line));
                body.push('\n');
            }
        } else if let Some(opened) = opens(line) {
            flush(&mut out, &mut open);
            fence = Some((opened, String::new()));
        } else {
            plain(line, &mut out, &mut open);
        }
    }
    flush(&mut out, &mut open);
    if let Some((_, body)) = fence {
        out.push_str(&code(&body));
    }
    out
}

/// `body` as a block of code that a keyboard can scroll.
pub fn code(body: &str) -> String {
    format!("<pre tabindex=\"0\"><code>{}</code></pre>\n", verbatim(body))
}

fn plain(line: &str, out: &mut String, open: &mut Option<Open>) {
    let bare = line.trim();
    if bare.is_empty() {
        return flush(out, open);
    }
    let marks = bare.len() - bare.trim_start_matches('#').len();
    if (1..=6).contains(&marks) && bare.get(marks..).is_some_and(|t| t.starts_with(' ')) {
        flush(out, open);
        let title = bare.trim_start_matches('#').trim_end_matches('#').trim();
        return out.push_str(&format!("<p class=\"sub\">{}\n", spans(title)));
    }
    let (kind, text) = marked(bare);
    match open {
        Some(block) if block.kind == kind && matches!(kind, Kind::Paragraph | Kind::Quote) => {
            block.items.iter_mut().for_each(|t| *t = format!("{t}\n{text}"));
        }
        Some(block) if block.kind == kind => block.items.push(text.to_owned()),
        // A list's item or a quotation goes on until a blank line.
        Some(block) if kind == Kind::Paragraph => {
            if let Some(last) = block.items.last_mut() {
                *last = format!("{last}\n{text}");
            }
        }
        _ => {
            flush(out, open);
            *open = Some(Open { kind, items: vec![text.to_owned()] });
        }
    }
}

fn marked(bare: &str) -> (Kind, &str) {
    if let Some(text) = bare.strip_prefix("> ") {
        return (Kind::Quote, text);
    }
    if let Some(text) = ["- ", "* ", "+ "].iter().find_map(|m| bare.strip_prefix(m)) {
        return (Kind::Bullet, text.trim_start());
    }
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let numbered = (1..=3).contains(&digits) && bare.get(digits..).is_some_and(|t| t.starts_with(". "));
    // The number stays part of the text: it may be referred to, and lists here are not counted anew.
    if numbered { (Kind::Number, bare) } else { (Kind::Paragraph, bare) }
}

fn flush(out: &mut String, open: &mut Option<Open>) {
    let Some(block) = open.take() else { return };
    let items: Vec<String> = block.items.iter().map(|t| spans(t)).collect();
    let html = match block.kind {
        Kind::Paragraph => format!("<p>{}\n", items.join("\n")),
        Kind::Quote => format!("<blockquote><p>{}</p></blockquote>\n", items.join("\n")),
        Kind::Bullet => format!("<ul>\n<li>{}\n</ul>\n", items.join("\n<li>")),
        Kind::Number => format!("<ul class=\"numbered\">\n<li>{}\n</ul>\n", items.join("\n<li>")),
    };
    out.push_str(&html);
}

/// One text with its code spans: what stands between two single back-ticks on a line.
pub fn spans(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(line_spans).collect();
    lines.join("\n")
}

fn line_spans(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    // Marks that do not pair, or that come in runs, are left as they are.
    if parts.len().is_multiple_of(2) || line.contains("``") {
        return escape(line);
    }
    let shown = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    shown.collect()
}

fn opens(line: &str) -> Option<Fence> {
    let bare = line.trim_start_matches(' ');
    let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = bare.trim_start_matches(mark);
    let length = bare.len() - info.len();
    let opens = length >= 3 && !(mark == '`' && info.contains('`'));
    opens.then_some(Fence { mark, length, indent: line.len() - bare.len() })
}

fn closes(line: &str, fence: &Fence) -> bool {
    let bare = line.trim();
    bare.len() >= fence.length && bare.chars().all(|c| c == fence.mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_part_of_markdown_is_rendered() {
        let text = "# Title\nOne\ntwo `a<b`.\n\n- x\n- y\n  more\n\n1. first\n2. second\n\n> said\n> so\n";
        let expected = "<p class=\"sub\">Title\n<p>One\ntwo <code>a&lt;b</code>.\n<ul>\n<li>x\n\
                        <li>y\nmore\n</ul>\n<ul class=\"numbered\">\n<li>1. first\n<li>2. second\n</ul>\n\
                        <blockquote><p>said\nso</p></blockquote>\n";
        assert_eq!(html(text), expected);
    }

    #[test]
    fn fences_hold_their_lines() {
        let pre = |body: &str| format!("<pre tabindex=\"0\"><code>{body}</code></pre>\n");
        assert_eq!(html("```js\n</script>\n\n\tx\n```\n"), pre("&lt;/script&gt;\n\n\tx\n"));
        assert_eq!(html("~~~~\n```\n~~~\n~~~~"), pre("```\n~~~\n"));
        assert_eq!(html("  ```\n  a\n   b"), pre("a\n b\n"));
    }

    #[test]
    fn everything_else_is_text() {
        for text in ["[a](javascript:x)", "| a | b |", "<b>x</b>", "``x`` and `y", "#tag", "![i](http://x)"] {
            assert_eq!(html(text), format!("<p>{}\n", escape(text)));
        }
    }
}
