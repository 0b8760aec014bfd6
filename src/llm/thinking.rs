//! Splits `<think>…</think>` off the start of an answer, also when the marks come in pieces.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// A piece of content, told apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Reasoning(String),
}

/// Where the reader is. Feed it every piece of content in order, then call [`ThinkSplitter::finish`].
#[derive(Debug, Default)]
pub(super) struct ThinkSplitter {
    place: Place,
    /// What may be part of a mark and is held back; never longer than a mark and the white space before it.
    held: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Start,
    Thinking,
    /// Behind the closing mark; white space is dropped.
    Behind,
    Text,
}

impl ThinkSplitter {
    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &str) -> Vec<Part> {
        self.held.push_str(piece);
        let mut parts = Vec::new();
        while self.step(&mut parts) {}
        parts
    }

    /// Gives out what is still held back at the end.
    pub(super) fn finish(&mut self) -> Option<Part> {
        let rest = std::mem::take(&mut self.held);
        if rest.is_empty() {
            return None;
        }
        Some(match self.place {
            Place::Thinking => Part::Reasoning(rest),
            Place::Start | Place::Behind | Place::Text => Part::Text(rest),
        })
    }

    /// One move; `false` if more input is needed.
    fn step(&mut self, parts: &mut Vec<Part>) -> bool {
        match self.place {
            Place::Start => {
                let begun = self.held.trim_start();
                if let Some(rest) = begun.strip_prefix(OPEN) {
                    self.held = rest.to_owned();
                    self.place = Place::Thinking;
                } else if OPEN.starts_with(begun) && self.held.len() < 256 {
                    return false;
                } else {
                    self.place = Place::Text;
                }
                true
            }
            Place::Thinking => {
                if let Some((thought, rest)) = self.held.split_once(CLOSE) {
                    let (thought, rest) = (thought.to_owned(), rest.to_owned());
                    self.held = rest;
                    self.place = Place::Behind;
                    if !thought.is_empty() {
                        parts.push(Part::Reasoning(thought));
                    }
                    return true;
                }
                let keep = partial_mark(&self.held);
                let tail = self.held.split_off(self.held.len() - keep);
                let thought = std::mem::replace(&mut self.held, tail);
                if !thought.is_empty() {
                    parts.push(Part::Reasoning(thought));
                }
                false
            }
            Place::Behind => {
                self.held = self.held.trim_start().to_owned();
                if self.held.is_empty() {
                    return false;
                }
                self.place = Place::Text;
                true
            }
            Place::Text => {
                if !self.held.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut self.held)));
                }
                false
            }
        }
    }
}

/// What stands behind the last closing mark, if there is one.
pub(super) fn behind_thoughts(text: &str) -> Option<&str> {
    text.rsplit_once(CLOSE).map(|(_, tail)| tail.trim_start())
}

/// Length of the longest end of `text` that begins the closing mark.
fn partial_mark(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|len| CLOSE.get(..*len).is_some_and(|start| text.ends_with(start))).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(pieces: &[&str]) -> (String, String) {
        let mut splitter = ThinkSplitter::default();
        let mut parts: Vec<Part> = pieces.iter().flat_map(|p| splitter.push(p)).collect();
        parts.extend(splitter.finish());
        let (mut text, mut reasoning) = (String::new(), String::new());
        for part in parts {
            match part {
                Part::Text(more) => text.push_str(&more),
                Part::Reasoning(more) => reasoning.push_str(&more),
            }
        }
        (text, reasoning)
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(at in proptest::collection::btree_set(1_usize..37, 0..12)) {
            let whole = "\n<think>a < b </thin k</think>\n\n{\"x\":1}";
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in at.into_iter().filter(|cut| *cut < whole.len()).chain([whole.len()]) {
                pieces.push(&whole[from..cut]);
                from = cut;
            }
            prop_assert_eq!(split(&pieces), ("{\"x\":1}".to_owned(), "a < b </thin k".to_owned()));
        }

        #[test]
        fn text_without_marks_is_kept_to_the_letter(text in "[^<]{0,40}[a-z<>/]{0,20}") {
            prop_assume!(!text.trim_start().starts_with(OPEN));
            prop_assert_eq!(split(&[&text]).0, text);
        }
    }

    #[test]
    fn marks_in_the_middle_are_text() {
        let text = "{\"say\":\"<think>no</think>\"}";
        assert_eq!(split(&[text]), (text.to_owned(), String::new()));
    }

    #[test]
    fn thoughts_without_an_end_are_thoughts() {
        assert_eq!(split(&["<think>", "hm</th"]), (String::new(), "hm</th".to_owned()));
    }
}
