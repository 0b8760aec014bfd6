//! Whom a definition names: `expert-database-agent`, "the product manager agent", "Work with Security experts", `@frontend`.

use super::naming::{self, role};
use super::text::one_line;
use std::borrow::Cow;

/// Most names that are kept.
const MAX_NAMES: usize = 40;
/// Most words of a text that are looked at.
const MAX_WORDS: usize = 30_000;

/// Words that make a person of a trade.
const PEOPLE: [&str; 20] = [
    "agent",
    "developer",
    "engineer",
    "dev",
    "expert",
    "specialist",
    "lead",
    "manager",
    "architect",
    "reviewer",
    "tester",
    "designer",
    "analyst",
    "owner",
    "writer",
    "scientist",
    "auditor",
    "team",
    "administrator",
    "teammate",
];

/// Words after which a trade with a capital letter is somebody: "with DevOps", "consult frontend".
const TOWARDS: [&str; 3] = ["with", "to", "consult"];

/// What makes nobody of the word after it: `User-Agent`, `ssh-agent`, `multi-agent`, `non-expert`.
const NOBODY: [&str; 12] =
    ["user", "ssh", "gpg", "multi", "single", "cross", "inter", "non", "sub", "per", "co", "every"];

/// A word as it stands in the text.
struct Word<'a> {
    text: &'a str,
    lower: Cow<'a, str>,
    /// Whether a sentence or a clause ends after it.
    ends: bool,
}

/// The names in description and body, in the order of their first use, its own left out.
pub(super) fn read(own: &str, description: &str, body: &str) -> Vec<String> {
    let own_key = naming::key(own);
    let own_role = naming::role_of(own, body);
    let mut names: Vec<String> = Vec::new();
    for name in named(description).into_iter().chain(named(body)) {
        let key = naming::key(&name);
        let is_own = key == own_key || (role(&key).is_some() && role(&key) == own_role);
        if !key.is_empty() && !is_own && !names.contains(&key) {
            names.push(key);
        }
    }
    names.truncate(MAX_NAMES);
    names
}

/// The trades that a line names, whether or not as people.
pub(super) fn roles_in(line: &str) -> Vec<String> {
    let words = words_of(line);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match trade(&words, at) {
            Some(length) => {
                found.push(joined(&words, at, at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn named(text: &str) -> Vec<String> {
    let words = words_of(text);
    let mut names = Vec::new();
    let mut at = 0;
    // Within a list after "with" or "to" each trade is somebody: "to Frontend, Security, and Architect proposals".
    let mut listing = false;
    while at < words.len() {
        let Some(word) = words.get(at) else { break };
        if let Some(name) = at_sign(word.text).or_else(|| hyphened(&word.lower)) {
            names.push(name);
            at += 1;
            continue;
        }
        let Some(length) = trade(&words, at) else {
            listing = TOWARDS.contains(&word.lower.as_ref())
                || (listing && matches!(word.lower.as_ref(), "and" | "or" | "the" | "a"));
            at += 1;
            continue;
        };
        let end = at + length;
        let person = words.get(end).filter(|_| !words.get(end - 1).is_some_and(|w| w.ends));
        let is_person = person.is_some_and(|w| PEOPLE.contains(&singular(&w.lower)));
        let spelled = joined(&words, at, end);
        let capital = word.text.starts_with(|c: char| c.is_uppercase());
        // A single word in lower case may be a verb: "to architect a service".
        let alone = length == 1 && !capital;
        let itself = (PEOPLE.iter().any(|p| spelled.ends_with(p)) && !alone) || role(&spelled) == Some(naming::LEAD);
        let consulted = at > 0 && words.get(at - 1).is_some_and(|w| w.lower == "consult");
        if is_person {
            names.push(joined(&words, at, end + 1));
        } else if itself || (listing && (capital || consulted)) {
            names.push(spelled);
        }
        listing = listing && (capital || consulted);
        at = end + usize::from(is_person);
    }
    names
}

/// How many words from `at` on name a trade; the most that do, within one clause.
fn trade(words: &[Word<'_>], at: usize) -> Option<usize> {
    let (length, _) = naming::trade(words.iter().skip(at).map(|w| singular(&w.lower)))?;
    let before = words.get(at..at + length - 1).unwrap_or_default();
    (!before.iter().any(|w| w.ends)).then_some(length)
}

fn joined(words: &[Word<'_>], from: usize, to: usize) -> String {
    let part = words.get(from..to).unwrap_or_default();
    part.iter().map(|w| singular(&w.lower)).collect::<Vec<_>>().join("-")
}

fn singular(word: &str) -> &str {
    if word.len() > 4 && !word.ends_with("ss") && !word.ends_with("ops") {
        word.strip_suffix('s').unwrap_or(word)
    } else {
        word
    }
}

/// `frontend` of `@frontend`; an address, a package or a path is nobody.
fn at_sign(word: &str) -> Option<String> {
    let name = word.strip_prefix('@')?;
    let shaped = name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_lowercase());
    let tame = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (shaped && tame && role(name).is_some()).then(|| name.to_owned())
}

/// `expert-database-agent`: hyphens between words, the last of which is a person.
fn hyphened(word: &str) -> Option<String> {
    if !word.contains('-') {
        return None;
    }
    let parts: Vec<&str> = word.split('-').collect();
    let alphabetic = parts.iter().all(|p| p.len() > 1 && p.chars().all(char::is_alphabetic));
    let person = parts.last().is_some_and(|p| PEOPLE.contains(&singular(p)));
    let somebody = !parts.first().is_some_and(|first| parts.len() == 2 && NOBODY.contains(first));
    (somebody && parts.len() > 1 && parts.len() <= 6 && alphabetic && person && word.len() <= 60)
        .then(|| one_line(word, 60))
}

fn words_of(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(text.len() / 8);
    for line in text.lines() {
        // Nearly every line is ASCII, where words are found much faster.
        if line.is_ascii() {
            line.split_ascii_whitespace().for_each(|raw| add(raw, &mut words));
        } else {
            line.split_whitespace().for_each(|raw| add(raw, &mut words));
        }
        if words.len() > MAX_WORDS {
            words.truncate(MAX_WORDS);
            break;
        }
    }
    words
}

fn add<'a>(raw: &'a str, words: &mut Vec<Word<'a>>) {
    if raw.bytes().any(|b| matches!(b, b'/' | b'|')) {
        words.extend(raw.split_inclusive(['/', '|']).filter_map(word));
    } else {
        words.extend(word(raw));
    }
}

fn word(raw: &str) -> Option<Word<'_>> {
    let open = raw.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
    // A path is nobody, whatever stands in it; `@resources/x.md` is an include.
    let text = open.trim_end_matches(|c: char| !c.is_alphanumeric());
    let ends = open.len() > text.len() && open.ends_with(['.', ',', ';', ':', ')', '!', '?', '*', '`', '"', '/', '|']);
    (!text.is_empty()).then(|| Word { text, lower: lower(text), ends })
}

/// In lower case; most words are already, and folders have a great many of them.
fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}
