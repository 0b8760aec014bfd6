//! Definitions in TOML, as Codex has them: `name`, `description`, `developer_instructions`, and settings beside them.

use super::fields;
use super::front::{Front, line_at};
use super::model::{DefinitionError, Field, Loaded, Value};
use toml::de::{DeTable, DeValue};

/// Keys that hold the text for the model, the usual one first.
const BODY: [&str; 4] = ["developer_instructions", "instructions", "prompt", "body"];

pub(super) fn read(file: &str, text: &str) -> Result<Loaded, DefinitionError> {
    let table = DeTable::parse(text).map_err(|e| {
        let line = line_at(text, e.span().map_or(0, |s| s.start));
        DefinitionError::new(file, line, format!("it is no TOML: {}", e.message().replace('\n', ", ")))
    })?;
    let mut fields: Vec<(usize, Field)> = Vec::new();
    let mut body = None;
    for (key, value) in table.get_ref() {
        let at = key.span().start;
        let line = line_at(text, at);
        let name = key.get_ref().to_string();
        let rank = BODY.iter().position(|b| *b == name);
        match (rank, value.get_ref().as_str()) {
            (Some(rank), Some(found)) => {
                if body.as_ref().is_none_or(|(best, _, _)| rank < *best) {
                    body = Some((rank, found.to_owned(), line));
                }
            }
            _ => fields.push((at, Field { key: name, value: read_value(value.get_ref()), line })),
        }
    }
    fields.sort_by_key(|(at, _)| *at);
    let fields = fields.into_iter().map(|(_, field)| field).collect();
    let Some((_, body, line)) = body else {
        return Err(DefinitionError::new(file, 1, "it has no developer_instructions: there is no text for a model"));
    };
    fields::definition(file, Front { fields, repairs: Vec::new() }, &body, line)
}

fn read_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Value::Text(yes.to_string()),
        DeValue::Datetime(when) => Value::Text(when.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|i| read_value(i.get_ref())).collect()),
        DeValue::Table(table) => {
            Value::Map(table.iter().map(|(k, v)| (k.get_ref().to_string(), read_value(v.get_ref()))).collect())
        }
    }
}
