//! The strict reading. YAML turns `007` into 7 and `yes` into true; a definition's fields are texts, and must come back as
//! they were written. So the shape is read first, and then every scalar as a text.

use super::model::Value;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Deepest nesting that is read. Real front matter has three levels.
const DEPTH: usize = 12;

/// Why it is no YAML of the form that front matter has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct YamlError {
    /// The line within the front matter, from 1.
    pub line: usize,
    pub reason: String,
}

/// The fields of a front matter, in their order; none of an empty one.
///
/// # Errors
/// When it is no YAML, not a mapping, nests too deeply, or has a key twice.
pub(super) fn read(text: &str) -> Result<Vec<(String, Value)>, YamlError> {
    if text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
        return Ok(Vec::new());
    }
    // Anchors are rare in front matter, and a few lines of them can stand for millions.
    let options = || serde_saphyr::options! { with_snippet: false, alias_limits: aliases() };
    let shape =
        serde_saphyr::with_deserializer_from_str_with_options(text, options(), |de| ShapeSeed(DEPTH).deserialize(de));
    let shape = shape.map_err(|e| told(&e))?;
    let Shape::Map(_) = shape else {
        return Err(YamlError { line: 1, reason: "it is no list of keys with values".to_owned() });
    };
    let value =
        serde_saphyr::with_deserializer_from_str_with_options(text, options(), |de| Texts(&shape).deserialize(de));
    match value.map_err(|e| told(&e))? {
        Value::Map(fields) => Ok(fields),
        Value::Text(_) | Value::List(_) => Ok(Vec::new()),
    }
}

/// How much anchors may repeat: each use is the parser's work again.
fn aliases() -> serde_saphyr::options::AliasLimits {
    serde_saphyr::alias_limits! {
        max_total_replayed_events: 2_000,
        max_replay_stack_depth: 8,
        max_alias_expansions_per_anchor: 200,
    }
}

fn told(error: &serde_saphyr::Error) -> YamlError {
    let line = error.location().map_or(1, |l| usize::try_from(l.line()).unwrap_or(1)).max(1);
    let whole = error.to_string();
    // The parser's own place counts from the front matter's first line; ours, from the file's, is told beside it.
    let first = whole.lines().next().unwrap_or_default().split(" at line ").next().unwrap_or_default();
    YamlError { line, reason: super::text::one_line(plain(first), 160) }
}

/// The parser's words for what people meet, in ours; others as they are.
fn plain(reason: &str) -> &str {
    const TOLD: [(&str, &str); 2] = [
        ("mapping values are not allowed", "a value without quotes has ': ' in it"),
        ("alias replay limit", "its anchors repeat too much"),
    ];
    TOLD.iter().find(|(theirs, _)| reason.contains(theirs)).map_or(reason, |(_, ours)| ours)
}

/// The form of a value, scalars left out.
enum Shape {
    Scalar,
    Nothing,
    List(Vec<Shape>),
    Map(Vec<Shape>),
}

struct ShapeSeed(usize);

impl<'de> DeserializeSeed<'de> for ShapeSeed {
    type Value = Shape;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Every kind of scalar has the same shape.
macro_rules! scalars {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E: serde::de::Error>(self, _: $type) -> Result<Shape, E> {
            Ok(Shape::Scalar)
        })*
    };
}

impl<'de> Visitor<'de> for ShapeSeed {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a table")
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64, visit_str: &str);

    fn visit_unit<E: serde::de::Error>(self) -> Result<Shape, E> {
        Ok(Shape::Nothing)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Shape, E> {
        Ok(Shape::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        let deeper = self.0.checked_sub(1).ok_or_else(|| A::Error::custom("it nests too deeply"))?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(ShapeSeed(deeper))? {
            items.push(item);
        }
        Ok(Shape::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let deeper = self.0.checked_sub(1).ok_or_else(|| A::Error::custom("it nests too deeply"))?;
        let mut values = Vec::new();
        while map.next_key::<String>()?.is_some() {
            values.push(map.next_value_seed(ShapeSeed(deeper))?);
        }
        Ok(Shape::Map(values))
    }
}

/// Reads a value of a known shape, every scalar as a text.
struct Texts<'s>(&'s Shape);

impl<'de> DeserializeSeed<'de> for Texts<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.0 {
            Shape::Scalar => deserializer.deserialize_string(self),
            Shape::Nothing => deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Text(String::new())),
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Texts<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same text, list or table as before")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let Shape::List(shapes) = self.0 else { return Err(A::Error::custom("it is no list")) };
        let mut items = Vec::new();
        for shape in shapes {
            items.extend(seq.next_element_seed(Texts(shape))?);
        }
        // The end of the list must be asked for, or the parser stays within it.
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let Shape::Map(shapes) = self.0 else { return Err(A::Error::custom("it is no table")) };
        let mut fields = Vec::new();
        for shape in shapes {
            let Some(key) = map.next_key::<String>()? else { break };
            fields.push((key, map.next_value_seed(Texts(shape))?));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Map(fields))
    }
}
