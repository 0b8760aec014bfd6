//! Does every statement lead somewhere? Asked before anything is written.

use super::ExportError;
use super::document::Document;
use crate::protocol::{EntryNumber, Session};
use serde::Serialize;
use serde_json::Value;

/// Names every reference of `document` to an entry that `session` does not hold, and every statement that cites none;
/// empty when all is well.
///
/// It walks the document as JSON, so that a part added to the model later cannot be forgotten here: `entries` and
/// `trace` are lists of references, `entry` is one, and an object with `text` and `entries` is a statement.
pub fn dangling(document: &Document, session: &Session) -> Vec<String> {
    // Part by part: the whole of a long document would take more memory as JSON values than the session does.
    let Document {
        title,
        front,
        notices,
        standing,
        summary,
        context,
        framework,
        decisions,
        dissent,
        risks,
        contracts,
        actions,
        ownership,
        questions,
        process,
        signoff,
        sources,
        log,
        provenance,
    } = document;
    let mut faults = Vec::new();
    let mut part = Part { session, faults: &mut faults };
    part.examine("title", title);
    part.examine("front", front);
    part.examine("notices", notices);
    part.examine("standing", standing);
    part.examine("summary", summary);
    part.examine("context", context);
    part.examine("framework", framework);
    part.each("decisions", decisions);
    part.examine("dissent", dissent);
    part.examine("risks", risks);
    part.examine("contracts", contracts);
    part.examine("actions", actions);
    part.examine("ownership", ownership);
    part.examine("questions", questions);
    part.examine("process", process);
    part.examine("signoff", signoff);
    part.each("sources", sources);
    part.each("log", log);
    part.examine("provenance", provenance);
    faults
}

/// What `render` makes of the document, if every statement of it leads somewhere. Both take their time with a long document
/// and neither needs the other, so they are done side by side.
///
/// # Errors
/// [`ExportError::Dangling`] with what [`dangling`] names.
pub(super) fn checked<T>(document: &Document, session: &Session, render: impl FnOnce() -> T) -> Result<T, ExportError> {
    let (faults, rendered) = std::thread::scope(|scope| {
        let examined = scope.spawn(|| dangling(document, session));
        let rendered = render();
        (examined.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), rendered)
    });
    if faults.is_empty() { Ok(rendered) } else { Err(ExportError::Dangling(faults)) }
}

struct Part<'a> {
    session: &'a Session,
    faults: &'a mut Vec<String>,
}

impl Part<'_> {
    fn examine(&mut self, name: &str, part: &impl Serialize) {
        match serde_json::to_value(part) {
            Ok(value) => walk(&value, &format!("document.{name}"), self.session, self.faults),
            Err(error) => self.faults.push(format!("the document's {name} cannot be examined: {error}")),
        }
    }

    fn each(&mut self, name: &str, parts: &[impl Serialize]) {
        parts.iter().enumerate().for_each(|(at, part)| self.examine(&format!("{name}[{at}]"), part));
    }
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
