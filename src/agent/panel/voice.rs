//! How an entry is worded: sentences from the catalogue's templates, none used twice by one speaker while others are left.

use super::chance::draw;
use super::table::Table;
use crate::protocol::id::Author;

/// The content of one entry as it is being put together.
pub(super) struct Voice<'t, 'a> {
    table: &'t Table<'a>,
    author: &'t Author,
    /// Where the speaker sits, so that seats which speak at the same time word things differently.
    offset: usize,
    paragraphs: Vec<Vec<String>>,
}

impl<'t, 'a> Voice<'t, 'a> {
    pub fn new(table: &'t Table<'a>, author: &'t Author) -> Self {
        let seat = author.seat().and_then(|tag| table.sitting(tag));
        Self {
            table,
            author,
            offset: seat.map_or(0, |s| s.index) + table.session.entries().len(),
            paragraphs: vec![Vec::new()],
        }
    }

    /// Adds a sentence by the templates of this name.
    pub fn say(&mut self, key: &str, with: &[(&str, &str)]) {
        if let Some(templates) = self.table.shelf.phrases.get(key) {
            self.say_one_of(key, templates, with);
        }
    }

    /// Adds a sentence by one of these templates.
    pub fn say_one_of(&mut self, key: &str, templates: &[String], with: &[(&str, &str)]) {
        let Some(template) = self.choose(key, templates) else {
            return;
        };
        self.add(&filled(template, with));
    }

    /// Adds a sentence as it is.
    pub fn add(&mut self, text: &str) {
        if let Some(last) = self.paragraphs.last_mut() {
            last.push(sentence(text));
        }
    }

    /// Adds Markdown of more than one line as a paragraph of its own.
    pub fn block(&mut self, text: &str) {
        self.paragraphs.push(vec![text.trim().to_owned()]);
        self.paragraphs.push(Vec::new());
    }

    /// Begins a new paragraph.
    pub fn pause(&mut self) {
        if self.paragraphs.last().is_some_and(|p| !p.is_empty()) {
            self.paragraphs.push(Vec::new());
        }
    }

    /// How many words there are so far.
    pub fn length(&self) -> usize {
        self.paragraphs.iter().flatten().map(|s| s.split_whitespace().count()).sum()
    }

    /// Whether nothing has been said yet.
    pub fn is_silent(&self) -> bool {
        self.paragraphs.iter().all(Vec::is_empty)
    }

    /// Whether this sentence, or the start of one, is in the entry already.
    pub fn has(&self, text: &str) -> bool {
        self.paragraphs.iter().flatten().any(|s| s.contains(text))
    }

    /// The content.
    pub fn finish(self) -> String {
        let paragraphs = self.paragraphs.iter().filter(|p| !p.is_empty());
        let joined: Vec<String> = paragraphs.map(|p| p.join(" ")).collect();
        joined.join("\n\n")
    }

    /// The first argument that nobody made yet; which is tried first depends on the seat.
    pub fn fresh<'s>(&self, arguments: &'s [String]) -> Option<&'s str> {
        let made = |a: &&str| {
            let bare = inline(a);
            let bare = bare.get(1..).unwrap_or(&bare);
            self.has(bare) || self.table.was_said(bare)
        };
        let seat = self.author.seat().and_then(|tag| self.table.sitting(tag));
        let start = seat.map_or(0, |s| s.index) % arguments.len().max(1);
        let mut turn = arguments.iter().cycle().skip(start).take(arguments.len());
        turn.clone().map(String::as_str).find(|a| !made(a)).or_else(|| turn.next().map(String::as_str))
    }

    fn choose<'s>(&self, key: &str, templates: &'s [String]) -> Option<&'s str> {
        let count = templates.len();
        let start = draw(self.table.seed, &[key]) as usize % count.max(1) + self.offset;
        let turn = || templates.iter().cycle().skip(start % count.max(1)).take(count);
        let unsaid = |t: &&String| !self.has(literal(t)) && !self.table.was_said(literal(t));
        let own = |t: &&String| !self.has(literal(t)) && !self.table.has_said(self.author, literal(t));
        let here = |t: &&String| !self.has(literal(t));
        let found =
            turn().find(unsaid).or_else(|| turn().find(own)).or_else(|| turn().find(here)).or_else(|| turn().next());
        found.map(String::as_str)
    }
}

/// The template with its braces filled in; what begins a sentence gets a capital.
fn filled(template: &str, with: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (at, part) in template.split('{').enumerate() {
        let (name, rest) = part.split_once('}').filter(|_| at > 0).unwrap_or(("", part));
        let value = with.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| *v);
        if text.ends_with(". ") {
            text.push_str(&capital(value));
        } else {
            text.push_str(value);
        }
        text.push_str(rest);
    }
    text
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str()
}

/// The longest part of a template that is the same each time.
fn literal(template: &str) -> &str {
    let parts = template.split('{').enumerate().map(|(at, part)| {
        let rest = part.split_once('}').filter(|_| at > 0);
        rest.map_or(part, |(_, rest)| rest)
    });
    parts.map(str::trim).max_by_key(|p| p.len()).unwrap_or("")
}

/// A text as a sentence of its own: a capital first, a stop last.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim().replace("..", ".").replace("?.", "?");
    if text.is_empty() {
        return text;
    }
    let capital = capital(&text);
    if capital.ends_with(['.', '?', '!', ':', '`']) { capital } else { format!("{capital}.") }
}

/// A text as part of a sentence: no stop last, and no capital first unless it is a name.
pub(super) fn inline(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let first = text.split_whitespace().next().unwrap_or("");
    let word = first.trim_matches(|c: char| !c.is_alphanumeric());
    let named =
        word == "I" || NAMES.contains(&word) || word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
    if named {
        return text.to_owned();
    }
    let mut chars = text.chars();
    let small: String = chars.next().into_iter().flat_map(char::to_lowercase).collect();
    small + chars.as_str()
}

/// Names that stay as they are written.
const NAMES: [&str; 16] = [
    "Redis", "Kafka", "Postgres", "Monday", "Saturday", "Sunday", "Friday", "Android", "Apple", "Chrome", "Safari",
    "Firefox", "European", "English", "Argon", "Unicode",
];

/// Things in a row: `a`, `a and b`, `a, b and c`.
pub(super) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|i| i.to_string()).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// An option's name as prose shows it.
pub(super) fn named(option: &str) -> String {
    format!("*{}*", option.trim_end_matches('.'))
}

/// The heart of a binding clause: its first part.
pub(super) fn essence(clause: &str) -> &str {
    let end = [";", ". ", ": "].iter().filter_map(|stop| clause.find(stop)).filter(|at| *at > 24).min();
    clause.get(..end.unwrap_or(clause.len())).unwrap_or(clause).trim_end_matches('.')
}
