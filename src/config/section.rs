//! One table of a settings file, read key by key. It knows which keys belong there and on which line each stands, and
//! tells both to whoever wrote something else. Values are never quoted, numbers apart.

use std::path::Path;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, clean};
use super::origin::Sourced;
use super::value::BadValue;

/// The file a table stands in.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The line, from 1, of a byte offset.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// A table whose keys are all known.
pub(super) struct Section<'a> {
    source: &'a Source<'a>,
    table: &'a DeTable<'a>,
    /// The names of the tables above, dotted, with a dot at the end; empty at the top.
    prefix: String,
}

impl<'a> Section<'a> {
    /// Takes a table in and refuses the first key, in the file's order, that is not among `known`.
    ///
    /// `elsewhere` finds the table that a key belongs to when it was put into the wrong one.
    pub(super) fn new(
        source: &'a Source<'a>,
        table: &'a DeTable<'a>,
        prefix: String,
        known: &[&str],
        elsewhere: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Self, ConfigError> {
        let stranger =
            table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())).min_by_key(|key| key.span().start);
        let Some(stranger) = stranger else { return Ok(Self { source, table, prefix }) };
        let name = stranger.get_ref().as_ref();
        Err(ConfigError::UnknownKey {
            path: source.path.to_owned(),
            line: source.line(stranger.span().start),
            key: format!("{prefix}{}", shown_key(name)),
            suggestion: suggest(name, known, elsewhere(name)),
        })
    }

    /// The value of a key, read by `read`; none where the key is absent.
    pub(super) fn value<T>(
        &self,
        key: &str,
        read: impl FnOnce(&DeValue<'_>) -> Result<T, BadValue>,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        let Some(found) = self.table.get(key) else { return Ok(None) };
        match read(found.get_ref()) {
            Ok(value) => Ok(Some(Sourced::file(self.source.path, value))),
            Err(bad) => Err(self.wrong(key, found, bad)),
        }
    }

    /// The value of a key that holds text.
    pub(super) fn text<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, BadValue>,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        self.value(key, |value| parse(value.as_str().ok_or(BadValue::new("a text in quotes"))?))
    }

    /// The value of a key that holds a whole number of the type `T`, which refuses what it cannot hold, such as a zero.
    pub(super) fn whole<T: FromStr>(
        &self,
        key: &str,
        expected: &'static str,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        self.value(key, |value| {
            whole_number(value).and_then(|number| number.to_string().parse().ok()).ok_or(BadValue::new(expected))
        })
    }

    /// The table below a key.
    pub(super) fn table(&self, key: &str) -> Result<Option<&'a DeTable<'a>>, ConfigError> {
        let Some(found) = self.table.get(key) else { return Ok(None) };
        let bad = BadValue::new("a table, with its name in brackets on a line of its own");
        found.get_ref().as_table().map(Some).ok_or_else(|| self.wrong(key, found, bad))
    }

    /// The line of a key's value, from 1; 1 where the key is absent.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.table.get(key).map_or(1, |found| self.source.line(found.span().start))
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn wrong(&self, key: &str, found: &Spanned<DeValue<'_>>, bad: BadValue) -> ConfigError {
        ConfigError::Value {
            path: self.source.path.to_owned(),
            line: self.source.line(found.span().start),
            key: format!("{}{}", self.prefix, shown_key(key)),
            expected: bad.expected,
            found: kind_of(key, found.get_ref()),
        }
    }
}

/// A number from 0 on, in whichever base it is written.
pub(super) fn whole_number(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A decimal number as it is written, so that nothing is lost on the way through a binary fraction.
pub(super) fn decimal_text<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    let decimal = value.as_integer().filter(|number| number.radix() == 10);
    decimal.map(|number| number.as_str()).or_else(|| value.as_float().map(|number| number.as_str()))
}

/// A key as an error shows it: quoted and escaped where it is no bare key.
pub(super) fn shown_key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) { clean(key) } else { format!("\"{}\"", clean(key)) }
}

/// What stands there. A number is shown, because the number is the mistake; a key that is all digits is not.
fn kind_of(key: &str, value: &DeValue<'_>) -> String {
    match decimal_text(value) {
        Some(number) if !key.contains("key") => clean(number),
        _ if value.is_str() => "this text".into(),
        _ if value.is_integer() || value.is_array() => format!("an {}", value.type_str()),
        _ => format!("a {}", value.type_str()),
    }
}

/// What to write in place of an unknown key.
fn suggest(name: &str, known: &[&str], elsewhere: Option<&'static str>) -> String {
    if let Some(table) = elsewhere {
        return format!("`{name}` belongs into the table [{table}]");
    }
    match known.iter().min_by_key(|candidate| distance(name, candidate)) {
        Some(nearest) if distance(name, nearest) <= 1 + nearest.len() / 3 => format!("did you mean `{nearest}`?"),
        _ => format!("the keys that may stand here are {}", known.join(", ")),
    }
}

/// How many letters must be added, dropped or changed to make one word of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().take(100).enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for ((y, above_left), above) in b.chars().zip(&row).zip(row.iter().skip(1)) {
            left = (above_left + usize::from(x != y)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_letters() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("max", "max", 0)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn suggestions_name_the_near_and_list_the_far() {
        assert_eq!(suggest("modle", &["model", "seats"], None), "did you mean `model`?");
        assert!(suggest("colour", &["model", "seats"], None).contains("model, seats"));
        assert!(suggest("max_waves", &["model"], Some("limits")).contains("[limits]"));
    }
}
