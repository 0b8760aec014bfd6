//! The words in which the document speaks of what was done.

use crate::protocol::entry::Ruling;
use crate::protocol::issue::End;
use crate::protocol::{How, Stance};

/// `text` with a full stop where it has no end of its own, so that another sentence can follow.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.chars().last() {
        Some('.' | '!' | '?' | '…' | ':' | '。') | None => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}

/// Whether two texts say the same but for case, white space and a full stop at the end.
pub fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ").trim_end_matches('.').to_owned()
    };
    plain(one) == plain(other)
}

/// The beginning of a text, at most `limit` characters.
pub fn beginning(text: &str, limit: usize) -> String {
    let mut chars = text.trim().chars();
    let start: String = chars.by_ref().take(limit).collect();
    if chars.next().is_none() { start } else { format!("{}…", start.trim_end()) }
}

/// What became of something.
pub fn how(how: &How) -> String {
    match how {
        How::Addressed { clause: 0 } => "addressed by the text as a whole".to_owned(),
        How::Addressed { clause } => format!("addressed in clause {clause}"),
        How::Reading { clause, .. } => format!("met by a reading of clause {clause}"),
        How::Declined => "declined".to_owned(),
        How::Moot => "moot, written against a text that no longer stands".to_owned(),
        How::Risk => "accepted as a risk".to_owned(),
        How::Adopted => "adopted".to_owned(),
        How::Partly => "adopted in part".to_owned(),
    }
}

/// How an issue ended.
pub fn end(end: &End) -> String {
    match end {
        End::Disposed(by) => how(by),
        End::Resolved(_) => "resolved".to_owned(),
        End::Withdrawn => "withdrawn".to_owned(),
        End::Answered => "answered".to_owned(),
        End::Ruled(ruling) => ruled(*ruling).to_owned(),
    }
}

/// A ruling.
pub fn ruled(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::OutOfScope => "ruled out of scope",
        Ruling::Duplicate => "ruled a duplicate",
    }
}

/// A stance.
pub fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Agrees => "agrees",
        Stance::Stale => "agreed to an earlier text",
        Stance::Objects => "objects",
        Stance::Asks => "asks",
        Stance::Silent => "silent",
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `text` with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// `once`, `twice`, `3 times`.
pub fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// The clause an issue names, in words that can follow `on`.
pub fn clause(number: u16) -> String {
    if number == 0 { "the whole text".to_owned() } else { format!("clause {number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_keep_their_forms() {
        assert!(same("Add the  store.", "add the store") && !same("Add a store", "Add the store"));
        assert_eq!(beginning("äöü", 2), "äö…");
        assert_eq!(sentence("done"), "done.");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
