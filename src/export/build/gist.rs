//! Long texts in short: whole sentences while they fit, and a mark where something is left out.
//!
//! What was signed is never shortened where it is set down. These short forms stand where a text is only mentioned, and
//! the entry beside them leads to the whole.

use super::words;

/// Words that end in a full stop and end no sentence.
const ABBREVIATIONS: [&str; 7] = ["e.g", "i.e", "cf", "vs", "approx", "no", "resp"];
/// Words that a shortened text does not end with.
const WEAK: [&str; 24] = [
    "a", "an", "and", "are", "as", "at", "by", "can", "for", "from", "in", "is", "its", "no", "of", "on", "or", "than",
    "that", "the", "their", "to", "with", "within",
];
/// A first sentence of fewer words than this is a label and says too little alone.
const LABEL: usize = 6;

/// The sentences of `text`, trimmed, with their marks. A line's end ends a sentence, too; a full stop within a code span,
/// within brackets or after an abbreviation does not.
pub fn sentences(text: &str) -> Vec<&str> {
    text.lines().flat_map(line_sentences).filter(|s| !s.is_empty()).collect()
}

fn line_sentences(line: &str) -> Vec<&str> {
    let (mut found, mut start, mut ticks, mut depth) = (Vec::new(), 0, 0_usize, 0_usize);
    for (at, c) in line.char_indices() {
        match c {
            '`' => ticks += 1,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '.' | '!' | '?' if ticks % 2 == 0 && depth == 0 => {
                let end = at + c.len_utf8();
                let follows = line.get(end..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
                let sentence = line.get(start..at).unwrap_or_default();
                if follows && !(c == '.' && abbreviated(sentence)) {
                    found.push(line.get(start..end).unwrap_or_default().trim());
                    start = end;
                }
            }
            _ => {}
        }
    }
    found.push(line.get(start..).unwrap_or_default().trim());
    found
}

fn abbreviated(before: &str) -> bool {
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    ABBREVIATIONS.iter().any(|a| a.eq_ignore_ascii_case(last))
}

/// `text` in at most about `limit` characters: its first sentences that fit, else the beginning of the first. Ends with a
/// full stop or the like; ` …` says that something is left out.
pub fn gist(text: &str, limit: usize) -> String {
    let all = sentences(text);
    let mut kept = String::new();
    for (taken, sentence) in all.iter().enumerate() {
        let length = kept.chars().count() + sentence.chars().count();
        if taken > 0 && length >= limit {
            return format!("{} …", words::sentence(&kept));
        }
        if length > limit {
            return cut(sentence, limit);
        }
        let joined =
            if kept.is_empty() { (*sentence).to_owned() } else { format!("{} {sentence}", words::sentence(&kept)) };
        kept = joined;
    }
    words::sentence(&kept)
}

/// The beginning of `text` up to a word's end within `limit` characters, with ` …` after it.
fn cut(text: &str, limit: usize) -> String {
    let mut kept = String::new();
    for word in text.split_whitespace() {
        if kept.chars().count() + word.chars().count() >= limit {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    if kept.is_empty() {
        kept = text.chars().take(limit).collect();
    }
    // A preposition before the mark reads as if a word were missing.
    while let Some((before, last)) = kept.rsplit_once(' ') {
        if !WEAK.contains(&last) || !before.contains(' ') {
            break;
        }
        kept.truncate(before.len());
    }
    // A code span that is cut open reads as a stray mark.
    let whole = if kept.matches('`').count() % 2 == 1 { kept.rfind('`') } else { None };
    let kept = whole.and_then(|at| kept.get(..at)).filter(|k| !k.trim().is_empty()).unwrap_or(&kept);
    format!("{} …", kept.trim_end_matches([',', ';', ':', ' ', '(', '-', '–']))
}

/// A name for a longer text, to stand within a sentence: what comes before its first colon, semicolon or bracket or its
/// sentence's end; cut at a word if that is longer than `limit` characters.
pub fn short(text: &str, limit: usize) -> String {
    let first = sentences(text).first().copied().unwrap_or_default();
    let end = [": ", "; ", " ("].iter().filter_map(|mark| first.find(mark)).min();
    let name = end.and_then(|at| first.get(..at)).unwrap_or(first).trim_end_matches(['.', ':', ';']);
    if name.chars().count() > limit { cut(name, limit) } else { name.to_owned() }
}

/// What a question asks first, to stand in quotation marks: without its first sentence's asides in brackets, and without
/// what follows a colon if that is too long.
pub fn question(text: &str, limit: usize) -> String {
    let asked = without_brackets(sentences(text).first().copied().unwrap_or_default());
    if asked.chars().count() <= limit {
        return asked;
    }
    let before =
        asked.split(": ").next().filter(|b| b.split_whitespace().count() >= LABEL && b.chars().count() <= limit);
    before.map_or_else(|| cut(&asked, limit), str::to_owned)
}

fn without_brackets(text: &str) -> String {
    let (mut kept, mut depth) = (String::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            // What followed a bracket follows the word before it.
            ' ' | ',' | ';' | ':' | '?' | '.' if kept.ends_with(' ') => {
                kept.pop();
                kept.push(c);
            }
            plain => kept.push(plain),
        }
    }
    kept.trim().to_owned()
}

/// What a clause says first: its first sentence, and the next where the first is a mere label.
pub fn opening(clause: &str) -> String {
    let all = sentences(clause);
    let [first, rest @ ..] = all.as_slice() else {
        return String::new();
    };
    match rest.first() {
        Some(next) if first.split_whitespace().count() < LABEL => format!("{} {next}", words::sentence(first)),
        _ => (*first).to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let text = "Use v1.2 (not 1.1. Really) now. Keys, e.g. `a. b`, go! Why?\nNext line";
        assert_eq!(sentences(text), ["Use v1.2 (not 1.1. Really) now.", "Keys, e.g. `a. b`, go!", "Why?", "Next line"]);
    }

    #[test]
    fn a_gist_keeps_whole_sentences_and_says_what_it_leaves() {
        assert_eq!(gist("One. Two.", 40), "One. Two.");
        assert_eq!(gist("One. Two is longer.", 8), "One. …");
        assert_eq!(gist("a long sentence, without an end", 17), "a long sentence …");
        assert_eq!(gist("reads `a b c d` out", 12), "reads …");
        assert_eq!(gist("the door of the house that we built", 23), "the door of the house …");
        assert_eq!(gist("the door of the house that we built", 19), "the door …");
        assert_eq!(gist("ooooooooooooooo", 4), "oooo …");
        assert_eq!(gist("", 4), "");
    }

    #[test]
    fn a_short_form_is_a_name() {
        assert_eq!(short("No loss on create: if a client repeats", 60), "No loss on create");
        assert_eq!(short("p95 stays under 300 ms.", 60), "p95 stays under 300 ms");
        assert_eq!(short("What of it?", 60), "What of it?");
        let asked = "Is it pushed (a. b) or pulled (c)? State all.";
        assert_eq!(question(asked, 60), "Is it pushed or pulled?");
        assert_eq!(question("With what does a server log in: keys or tokens?", 40), "With what does a server log in");
        assert_eq!(question("It breaks: who is told and how does it go on?", 24), "It breaks: who is told …");
        assert_eq!(opening("Boundary:\nno principal gets in. More."), "Boundary: no principal gets in.");
        assert_eq!(opening("A key expires after a year of disuse. More."), "A key expires after a year of disuse.");
    }
}
