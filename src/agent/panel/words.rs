//! Words of a text: singular, lower case, with their places, so that phrases are found and quoted.

use std::collections::BTreeSet;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, singular.
    pub stem: String,
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The words of `text`. `sign-in` is two words, `24/7`, `99.9` and `1,000` are one each.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, c)| *c);
        let joins = matches!(c, '.' | ',' | '/') && before.is_ascii_digit() && next.is_ascii_digit();
        if c.is_alphanumeric() || joins {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            push(text, from, at, &mut found);
        }
        before = c;
    }
    if let Some(from) = start {
        push(text, from, text.len(), &mut found);
    }
    found
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Word>) {
    if let Some(word) = text.get(start..end) {
        let stem = singular(&word.to_lowercase());
        found.push(Word { stem, start, end });
    }
}

/// `policies` to `policy`, `boxes` to `box`, `users` to `user`; what is no plural mostly stays.
fn singular(word: &str) -> String {
    if word.len() > 4
        && let Some(stem) = word.strip_suffix("ies")
    {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word.strip_suffix("es").unwrap_or(word).to_owned();
        }
    }
    let kept = ["ss", "us", "is"].iter().any(|e| word.ends_with(e));
    match word.strip_suffix('s') {
        Some(stem) if word.len() > 3 && !kept => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether `phrase` stands in `words`, as whole words in a row.
pub(super) fn contains(words: &[Word], phrase: &[Word]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|w| w.iter().zip(phrase).all(|(a, b)| a.stem == b.stem))
}

/// The words of a text that carry meaning.
pub(super) fn meaning(text: &str) -> BTreeSet<String> {
    words(text).into_iter().map(|w| w.stem).filter(|s| s.len() > 3 && !EMPTY.contains(&s.as_str())).collect()
}

/// How much two texts speak of the same thing, from 0 to 1.
pub(super) fn overlap(a: &str, b: &str) -> f64 {
    let (a, b) = (meaning(a), meaning(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let shared = a.intersection(&b).count() as f64;
    shared / ((a.len() * b.len()) as f64).sqrt()
}

const EMPTY: [&str; 48] = [
    "that", "with", "from", "this", "they", "them", "their", "there", "have", "been", "each", "every", "which", "what",
    "when", "where", "than", "then", "into", "only", "must", "will", "would", "should", "could", "about", "after",
    "before", "between", "does", "more", "most", "such", "same", "other", "another", "whose", "within", "without",
    "never", "always", "also", "because", "while", "under", "over", "long", "both",
];

/// What an element of a pattern stands for.
enum Element {
    Stem(String),
    Number,
    Any,
    Month,
    Nines,
}

/// A pattern such as `{n} engineer` or `by {month}`.
pub(super) struct Pattern(Vec<Element>);

/// Where a pattern was found, and the number in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub number: Option<f64>,
}

impl Pattern {
    pub fn new(text: &str) -> Self {
        let elements = text.split_whitespace().flat_map(|part| match part {
            "{n}" => vec![Element::Number],
            "{month}" => vec![Element::Month],
            "{nines}" => vec![Element::Nines],
            "*" => vec![Element::Any],
            literal => words(literal).into_iter().map(|w| Element::Stem(w.stem)).collect(),
        });
        Self(elements.collect())
    }

    /// Every place in `words` where the pattern stands.
    pub fn find<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = Found> + 'a {
        words.windows(self.0.len().max(1)).filter_map(|window| self.fits(window))
    }

    fn fits(&self, window: &[Word]) -> Option<Found> {
        let mut number = None;
        for (element, word) in self.0.iter().zip(window) {
            let fits = match element {
                Element::Stem(stem) => *stem == word.stem,
                Element::Any => true,
                Element::Month => MONTHS.contains(&word.stem.as_str()),
                Element::Nines => word.stem.starts_with("99."),
                Element::Number => {
                    number = value(&word.stem);
                    number.is_some()
                }
            };
            if !fits {
                return None;
            }
        }
        let (first, last) = (window.first()?, window.last()?);
        Some(Found { start: first.start, end: last.end, number })
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The number that a word means: `6`, `six`, `10k`, `1,000`, `dozen`.
fn value(stem: &str) -> Option<f64> {
    if let Some(at) = NUMBERS.iter().position(|n| *n == stem) {
        return Some(at as f64);
    }
    match stem {
        "couple" => return Some(2.0),
        "few" => return Some(3.0),
        "several" => return Some(5.0),
        "dozen" => return Some(12.0),
        "fifty" => return Some(50.0),
        "hundred" => return Some(100.0),
        "thousand" => return Some(1000.0),
        _ => {}
    }
    let (digits, factor) = match stem.strip_suffix('k') {
        Some(digits) => (digits, 1e3),
        None => stem.strip_suffix('m').map_or((stem, 1.0), |d| (d, 1e6)),
    };
    let plain: String = digits.chars().filter(|c| *c != ',').collect();
    let number: f64 = plain.parse().ok()?;
    plain.starts_with(|c: char| c.is_ascii_digit()).then_some(number * factor)
}
