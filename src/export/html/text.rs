//! Untrusted text into HTML that shows it and does nothing else, and the two encodings a page needs besides.

use super::super::visible::visible;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// `text` as HTML text or a quoted attribute's value. Characters that hide or act are shown by name.
pub fn escape(text: &str) -> String {
    escaped(&visible(text))
}

/// `text` as HTML text within `pre`: as [`escape`], with tabs kept.
pub fn verbatim(text: &str) -> String {
    let kept: Vec<String> = text.split('\t').map(escape).collect();
    kept.join("\t")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = text;
    // 0xef is the least byte that a noncharacter begins with in UTF-8.
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'&' | b'<' | b'>' | b'"' | b'\'' | 0xef..)) {
        let (run, odd) = rest.split_at(at);
        out.push_str(run);
        let mut chars = odd.chars();
        match chars.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some('\'') => out.push_str("&#39;"),
            // No characters of HTML (13.2.3.5): a parser would complain.
            Some(noncharacter) if is_noncharacter(noncharacter) => out.push('\u{fffd}'),
            plain => out.extend(plain),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// `value` as JSON for a data block. Nothing in it can end the block or begin a comment, whatever the parser's state:
/// what HTML could read is written as an escape of JSON.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let plain = serde_json::to_string(value)?;
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            // None of these can stand outside a string in JSON, so an escape is always right.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            plain => out.push(plain),
        }
    }
    Ok(out)
}

/// A script without its indentation, blank lines and lines that are comments. What goes over several lines and must not
/// change (a template, a long comment) may not stand in it.
pub fn compact(source: &str) -> String {
    let lines = source.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//"));
    let lines = lines.filter(|l| !(l.starts_with("/*") && l.ends_with("*/")));
    lines.collect::<Vec<_>>().join("\n")
}

/// A style sheet without white space that says nothing. None of these marks may stand in a quoted text of it.
pub fn compact_style(source: &str) -> String {
    let marks = [(": ", ":"), (", ", ","), ("; ", ";"), (" {", "{"), ("{ ", "{"), (" }", "}"), (";}", "}")];
    marks.iter().fold(compact(source), |style, (from, to)| style.replace(from, to))
}

/// The source expression by which a content security policy allows exactly this inline text.
pub fn source(inline: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(inline.as_bytes())))
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |sum, at| sum << 8 | chunk.get(at).map_or(0, |b| u32::from(*b)));
        for at in 0..4 {
            let digit = ALPHABET.get((group >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<a href='x' b=\"y\">&amp;"), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;");
        assert_eq!(escape("\u{1b}[2J\u{202e}\u{fdd0}\u{1fffe}"), "␛[2J⟨U+202E⟩\u{fffd}\u{fffd}");
        assert_eq!(verbatim("\ta\r\n\tb"), "\ta\n\tb");
    }

    #[test]
    fn json_cannot_leave_its_block() {
        let hostile = "</script><!--<script>&\u{2028}\u{2029}\"\\";
        let written = json(&[hostile]).unwrap();
        assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{written}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&written).unwrap(), [hostile]);
    }

    #[test]
    fn a_compact_source_lacks_only_what_nobody_runs() {
        assert_eq!(compact("\na {\n  b: c; /* d */\n\n}\n  // e\n  /** f */\n"), "a {\nb: c; /* d */\n}");
        assert_eq!(compact_style("a, b:hover > c { d: e f, g; h: i; }\n"), "a,b:hover > c{d:e f,g;h:i}");
    }

    #[test]
    fn base64_as_in_rfc_4648_section_10() {
        for (text, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
