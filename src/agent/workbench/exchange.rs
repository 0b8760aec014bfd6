//! Rounds of looks as a model had them: its calls, with what they gave. Made from the journal's record alone, so that a resumed
//! turn goes on where it was.

use crate::llm::{Answered, Exchange};
use crate::protocol::{Found, Look, Query, Round};
use serde_json::{Value, json};

/// Put in place of what was given where a request would not fit otherwise.
const DROPPED: &str = "[left out now, because the request would not fit: look again for less if it matters]";

/// A round as calls and answers; without what was given where it must be `short`.
pub fn exchange(round: &Round, short: bool) -> Exchange {
    Exchange { calls: round.looks.iter().map(|look| answered(look, short)).collect() }
}

fn answered(look: &Look, short: bool) -> Answered {
    let (name, arguments) = call(&look.query);
    let answer = match &look.found {
        Found::Refused { reason } => format!("Refused: {reason}."),
        Found::Given { text, .. } if short && text.len() > DROPPED.len() => DROPPED.to_owned(),
        Found::Given { text, left_out, .. } => {
            let text = if text.is_empty() { "Nothing found.\n" } else { text };
            let rest = if left_out.is_empty() { String::new() } else { format!("[left out: {left_out}]\n") };
            format!("{text}{rest}")
        }
    };
    Answered { name, arguments, answer }
}

fn call(query: &Query) -> (String, String) {
    if let Query::Other { name, arguments } = query {
        // Some servers refuse a history in which arguments are no object.
        let read: Option<Value> = serde_json::from_str(arguments).ok();
        let object = read.filter(Value::is_object).unwrap_or_else(|| json!({ "input": arguments }));
        let name: String =
            name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(64).collect();
        return (if name.is_empty() { "unknown".to_owned() } else { name }, object.to_string());
    }
    let mut fields = serde_json::to_value(query).unwrap_or_default();
    let name = fields.as_object_mut().and_then(|fields| fields.remove("look"));
    (name.as_ref().and_then(Value::as_str).unwrap_or("unknown").to_owned(), fields.to_string())
}
