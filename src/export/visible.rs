//! Characters that act on a terminal or hide from a reader, made to be seen.

/// Whether a character does something other than stand there: controls, direction marks, invisible separators, tags.
/// Joiners are none of these: scripts and emoji need them.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with such characters shown: ASCII controls as their pictures (`␛`), others by number (`⟨U+202E⟩`). Line ends
/// become `\n` and tabs blanks.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    // Nearly all of any text stands for itself and is copied in whole runs.
    while let Some(at) = rest.bytes().position(|b| b != b'\n' && !(b' '..=b'~').contains(&b)) {
        let (run, odd) = rest.split_at(at);
        shown.push_str(run);
        let mut chars = odd.chars();
        match chars.next() {
            Some('\r') if odd.starts_with("\r\n") => {}
            Some('\t') => shown.push(' '),
            Some('\u{7f}') => shown.push('␡'),
            Some(c @ '\0'..='\u{1f}') => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            Some(hidden) if is_hidden(hidden) => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(hidden))),
            plain => shown.extend(plain),
        }
        rest = chars.as_str();
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_reads_is_kept() {
        assert_eq!(visible("\u{1b}[2J\r\n\rx\0"), "␛[2J\n␍x␀");
        assert_eq!(visible("a\u{202e}b\u{9b}"), "a⟨U+202E⟩b⟨U+009B⟩");
        assert_eq!(visible("👩\u{200d}💻 naïve"), "👩\u{200d}💻 naïve");
    }
}
