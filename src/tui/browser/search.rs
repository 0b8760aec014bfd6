//! The filter of the list: fuzzy, but not so fuzzy that any long topic matches any word.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The words that are looked for.
pub(super) struct Search {
    words: Vec<Pattern>,
    matcher: Matcher,
}

impl Search {
    /// The words of `text`; a text without any matches everything.
    pub fn of(text: &str) -> Self {
        let pattern = |word| Pattern::new(word, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
        Self { words: text.split_whitespace().map(pattern).collect(), matcher: Matcher::new(Config::DEFAULT) }
    }

    /// How well `fields` match, more being better; none where a word is in none of them. Each word may be found in another
    /// field, but none across two.
    pub fn score(&mut self, fields: &[String]) -> Option<u32> {
        let Self { words, matcher } = self;
        let mut total = 0_u32;
        for word in words {
            let best = fields.iter().filter_map(|field| one(word, field, matcher)).max()?;
            total = total.saturating_add(best);
        }
        Some(total)
    }
}

/// How well one word is found in one field.
fn one(word: &Pattern, field: &str, matcher: &mut Matcher) -> Option<u32> {
    let (mut buffer, mut at) = (Vec::new(), Vec::new());
    let field = Utf32Str::new(field, &mut buffer);
    let score = word.indices(field, matcher, &mut at)?;
    at.sort_unstable();
    at.dedup();
    is_close(field, &at).then_some(score)
}

/// Whether letters found at `at` belong together: fewer than half as many others lie between them, or each run of them begins a
/// word. In a whole sentence nearly any few letters are found in order.
fn is_close(field: Utf32Str<'_>, at: &[u32]) -> bool {
    let (Some(first), Some(last)) = (at.first(), at.last()) else { return true };
    let between = (last - first + 1) as usize - at.len();
    let begins = |i: u32| i == 0 || !field.get(i - 1).is_alphanumeric();
    let mut runs = at.iter().enumerate().filter(|(n, i)| {
        let before = n.checked_sub(1).and_then(|n| at.get(n));
        before.is_none_or(|before| before + 1 != **i)
    });
    between * 2 < at.len() || runs.all(|(_, i)| begins(*i))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

    fn score(text: &str, field: &str) -> Option<u32> {
        Search::of(text).score(&[field.to_owned()])
    }

    #[test]
    fn slips_and_beginnings_of_words_match_and_letters_scattered_over_a_sentence_do_not() {
        for text in ["sign-in", "sessns", "b2b saas", "sises", "SaaS", ""] {
            assert!(score(text, TOPIC).is_some(), "{text}");
        }
        for text in ["cache", "wishes", "hound", "in1", "queue", "^How", "!queue", "saas queue", "roof", "inks"] {
            assert_eq!(score(text, TOPIC), None, "{text}");
        }
    }

    #[test]
    fn the_closer_match_scores_more() {
        assert!(score("upload", "Uploads").unwrap() > score("upload", "Up to the load").unwrap_or_default());
        assert!(score("sessions", "Sessions").unwrap() > score("sessns", "Sessions").unwrap());
    }
}
