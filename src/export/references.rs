//! Does every statement lead somewhere? Asked before anything is written.

use super::document::Document;
use crate::protocol::{EntryNumber, Session};
use serde_json::Value;

/// Names every reference of `document` to an entry that `session` does not hold, and every statement that cites none;
/// empty when all is well.
///
/// It walks the document as JSON, so that a part added to the model later cannot be forgotten here: `entries` and
/// `trace` are lists of references, `entry` is one, and an object with `text` and `entries` is a statement.
pub fn dangling(document: &Document, session: &Session) -> Vec<String> {
    let mut faults = Vec::new();
    match serde_json::to_value(document) {
        Ok(value) => walk(&value, "document", session, &mut faults),
        Err(error) => faults.push(format!("the document cannot be examined: {error}")),
    }
    faults
}

fn walk(value: &Value, path: &str, session: &Session, faults: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let uncited = fields.get("entries").and_then(Value::as_array).is_some_and(Vec::is_empty);
            if uncited && fields.contains_key("text") {
                faults.push(format!("{path} cites no entry"));
            }
            for (key, inner) in fields {
                let path = format!("{path}.{key}");
                match (key.as_str(), inner) {
                    ("entries" | "trace", Value::Array(numbers)) => {
                        numbers.iter().for_each(|n| exists(n, &path, session, faults));
                    }
                    ("entry", Value::String(_)) => exists(inner, &path, session, faults),
                    _ => walk(inner, &path, session, faults),
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                walk(inner, &format!("{path}[{index}]"), session, faults);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn exists(number: &Value, path: &str, session: &Session, faults: &mut Vec<String>) {
    let entry = number.as_str().and_then(|n| n.parse::<EntryNumber>().ok());
    if entry.is_none_or(|n| session.entry(n).is_none()) {
        let named = number.as_str().unwrap_or("a reference that is no entry");
        faults.push(format!("{path} cites {named}, which is not in the log"));
    }
}
