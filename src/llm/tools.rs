//! Tools that a model may call before it answers: offered as functions, or in words where a server has none.
//!
//! What a tool does is not known here. A call comes out of a [`super::Completion`] as a name and arguments; whoever asked
//! carries it out, and hands it back with its answer as an [`Exchange`] of the next request. Servers stream calls in many
//! ways: without an index, without ids, with arguments in pieces, whole, as an object, or encoded twice. [`Calls`] folds
//! them all. A model that writes its calls into the text is understood, too.

use serde_json::{Map, Value, json};

use super::EndpointError;

/// Most calls that one answer may make.
const MOST_CALLS: usize = 32;
/// Most bytes of all their arguments.
const MOST_BYTES: usize = 256 << 10;
/// The key under which calls stand in a text.
const KEY: &str = "look";

/// How tools are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolForm {
    /// As functions, in the field `tools`.
    Functions,
    /// In words: the model answers with a JSON object that names the calls.
    Text,
}

impl std::fmt::Display for ToolForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Functions => "function calling",
            Self::Text => "plain text",
        })
    }
}

/// A tool as a model is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its name, `[a-z_]+`.
    pub name: &'static str,
    /// What it gives, in a sentence or two.
    pub description: &'static str,
    /// The JSON schema of its arguments.
    pub parameters: Value,
}

/// A call that a model makes.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The tool's name as the model has it; untrusted, and perhaps nobody's.
    pub name: String,
    /// Its arguments; a text where they are no JSON. Untrusted.
    pub arguments: Value,
}

/// Calls that were made at once, with what came of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Each call.
    pub calls: Vec<Answered>,
}

/// A call and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The tool's name.
    pub name: String,
    /// The arguments, as a JSON text.
    pub arguments: String,
    /// What came of it.
    pub answer: String,
}

impl Exchange {
    /// Bytes of all of it.
    pub fn bytes(&self) -> usize {
        self.calls.iter().map(|c| c.name.len() + c.arguments.len() + c.answer.len()).sum()
    }
}

/// The field `tools` of a request.
pub(super) fn field(tools: &[Tool]) -> Value {
    let one = |tool: &Tool| {
        json!({"type": "function", "function": {
            "name": tool.name, "description": tool.description, "parameters": tool.parameters}})
    };
    Value::Array(tools.iter().map(one).collect())
}

/// Earlier calls as messages. The ids are made here: a server's own may be missing, and a resumed session has none.
pub(super) fn messages(exchanges: &[Exchange]) -> Vec<Value> {
    let mut messages = Vec::new();
    for (round, exchange) in exchanges.iter().enumerate() {
        let id = |nth: usize| format!("call_{round}_{nth}");
        let calls = exchange.calls.iter().enumerate().map(|(nth, call)| {
            json!({"id": id(nth), "type": "function", "function": {"name": call.name, "arguments": call.arguments}})
        });
        messages.push(json!({"role": "assistant", "content": "", "tool_calls": calls.collect::<Vec<_>>()}));
        let answers = exchange.calls.iter().enumerate();
        messages.extend(
            answers.map(|(nth, call)| json!({"role": "tool", "tool_call_id": id(nth), "content": call.answer})),
        );
    }
    messages
}

/// Earlier calls, and how further ones are made, in words: what stands at the end of the user message where the server has
/// no functions.
pub(super) fn in_words(tools: &[Tool], exchanges: &[Exchange]) -> String {
    let mut out = String::new();
    for call in exchanges.iter().flat_map(|exchange| &exchange.calls) {
        let mark = fence(&call.answer);
        let said = format!("\n\n## {} {}\n\n{mark}\n{}\n{mark}", call.name, call.arguments, call.answer.trim_end());
        out.push_str(&said);
    }
    if !out.is_empty() {
        out.insert_str(0, "\n\n# What your tools gave you in this turn");
    }
    if tools.is_empty() {
        let over = "\n\nNo call of a tool is left: give your reply now.";
        return if out.is_empty() { out } else { out + over };
    }
    out.push_str("\n\n# Tools\n\nTo call tools before you reply, answer with this JSON object alone, with one call or several:\n\n");
    out.push_str(&format!("{{\"{KEY}\": [{{\"NAME\": {{ARGUMENTS}}}}]}}\n"));
    for tool in tools {
        out.push_str(&format!("\n- `{}`: {} Arguments: {}", tool.name, tool.description, tool.parameters));
    }
    out
}

/// A fence that `text` does not hold.
fn fence(text: &str) -> String {
    let mut mark = "=====".to_owned();
    while text.contains(&mark) {
        mark.push('=');
    }
    mark
}

/// The calls that stand in a text, if it is nothing but calls.
pub fn calls_in(text: &str) -> Vec<ToolCall> {
    let tagged: Vec<ToolCall> = text
        .split("<tool_call>")
        .skip(1)
        .filter_map(|rest| serde_json::from_str(rest.split("</tool_call>").next()?.trim()).ok())
        .filter_map(|value: Value| named(&value))
        .take(MOST_CALLS)
        .collect();
    if !tagged.is_empty() {
        return tagged;
    }
    let object = text.find('{').zip(text.rfind('}')).and_then(|(from, to)| text.get(from..=to));
    let Some(Value::Object(fields)) = object.and_then(|object| serde_json::from_str(object).ok()) else {
        return Vec::new();
    };
    // An object with moves is a reply, whatever else is in it.
    if fields.contains_key("moves") || fields.contains_key("content") {
        return Vec::new();
    }
    match fields.get(KEY).or_else(|| fields.get("tool_calls")) {
        Some(Value::Array(calls)) => calls.iter().flat_map(read).take(MOST_CALLS).collect(),
        Some(call @ Value::Object(_)) => read(call),
        _ => Vec::new(),
    }
}

/// `{"read": {…}}`, perhaps several in one object, or `{"name": "read", "arguments": {…}}`.
fn read(value: &Value) -> Vec<ToolCall> {
    if let Some(call) = named(value) {
        return vec![call];
    }
    let calls = value.as_object().into_iter().flatten();
    calls.map(|(name, arguments)| ToolCall { name: name.clone(), arguments: decoded(arguments.clone()) }).collect()
}

fn named(value: &Value) -> Option<ToolCall> {
    let value = value.get("function").filter(|f| f.is_object()).unwrap_or(value);
    let name = ["name", "tool"].iter().find_map(|key| value.get(*key)?.as_str())?;
    let arguments = ["arguments", "parameters", "args", "input"].iter().find_map(|key| value.get(*key));
    let arguments = arguments.cloned().unwrap_or_else(|| {
        let others =
            value.as_object().into_iter().flatten().filter(|(key, _)| !matches!(key.as_str(), "name" | "tool"));
        Value::Object(others.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>())
    });
    Some(ToolCall { name: name.to_owned(), arguments: decoded(arguments) })
}

/// Arguments that came as a text, read; twice, because some servers encode them twice.
fn decoded(mut value: Value) -> Value {
    for _ in 0..2 {
        let Value::String(text) = &value else { break };
        if text.trim().is_empty() {
            return json!({});
        }
        match serde_json::from_str(text) {
            Ok(inner) => value = inner,
            Err(_) => break,
        }
    }
    value
}

/// A part of a call, as a chunk has it.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct CallPiece {
    pub index: Option<u64>,
    pub id: Option<String>,
    pub name: Option<String>,
    /// More of the arguments' text; or all of it, if it came as an object.
    pub arguments: String,
    pub whole: bool,
}

/// Calls under construction.
#[derive(Debug, Default)]
pub(super) struct Calls {
    all: Vec<CallPiece>,
    bytes: usize,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes a part in, to the call it belongs to.
    pub(super) fn take(&mut self, piece: CallPiece) -> Result<(), EndpointError> {
        self.bytes += piece.arguments.len() + piece.name.as_ref().map_or(0, String::len);
        if self.bytes > MOST_BYTES {
            return Err(EndpointError::TooLarge { what: "calls of tools", limit: MOST_BYTES });
        }
        let Some(call) = self.place(&piece) else {
            if self.all.len() < MOST_CALLS {
                self.all.push(piece);
            }
            return Ok(());
        };
        call.id = call.id.take().or(piece.id);
        call.name = call.name.take().or(piece.name);
        // Some servers send all of it once more at the end.
        let again = is_object(&call.arguments) && (piece.whole || piece.arguments == call.arguments);
        if piece.whole && !again {
            call.arguments = piece.arguments;
        } else if !again {
            call.arguments.push_str(&piece.arguments);
        }
        Ok(())
    }

    /// The call that a piece goes on with; none if it begins one.
    fn place(&mut self, piece: &CallPiece) -> Option<&mut CallPiece> {
        let differs = |call: &CallPiece| {
            // Gemini's server gives every call the index 0, and each its own id.
            let other = call.id.as_ref().zip(piece.id.as_ref()).is_some_and(|(a, b)| a != b);
            other || (piece.name.is_some() && is_object(&call.arguments))
        };
        let found = match (piece.index, &piece.id) {
            (Some(_), _) => self.all.iter().rposition(|c| c.index == piece.index),
            (None, Some(id)) => self.all.iter().rposition(|c| c.id.as_ref() == Some(id)),
            (None, None) => self.all.len().checked_sub(1),
        };
        let same_id = |call: &CallPiece| piece.id.is_some() && call.id == piece.id;
        let call = self.all.get_mut(found?)?;
        (same_id(call) || !differs(call)).then_some(call)
    }

    /// The calls, whole.
    pub(super) fn finish(self) -> Vec<ToolCall> {
        let calls = self.all.into_iter();
        calls
            .map(|call| ToolCall {
                name: call.name.unwrap_or_default(),
                arguments: decoded(Value::String(call.arguments)),
            })
            .collect()
    }
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(text).is_ok()
}

/// The parts of calls in a message or a delta: a list, a single one, or the old `function_call`.
pub(super) fn pieces(said: &Value) -> Vec<CallPiece> {
    match said.get("tool_calls") {
        Some(Value::Array(calls)) => calls.iter().filter_map(piece).collect(),
        Some(call @ Value::Object(_)) => piece(call).into_iter().collect(),
        _ => said.get("function_call").and_then(piece).into_iter().collect(),
    }
}

fn piece(call: &Value) -> Option<CallPiece> {
    let fields = call.as_object()?;
    let words = |value: Option<&Value>| value?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let inner = call.get("function").filter(|f| f.is_object()).unwrap_or(call);
    let (arguments, whole) = match inner.get("arguments").or_else(|| inner.get("parameters")) {
        Some(Value::String(text)) => (text.clone(), false),
        Some(object @ Value::Object(_)) => (object.to_string(), true),
        _ => (String::new(), false),
    };
    let index = fields.get("index").and_then(Value::as_u64);
    Some(CallPiece { index, id: words(fields.get("id")), name: words(inner.get("name")), arguments, whole })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn folded(deltas: &[Value]) -> Vec<(String, Value)> {
        let mut calls = Calls::default();
        for delta in deltas {
            pieces(delta).into_iter().for_each(|piece| calls.take(piece).unwrap());
        }
        calls.finish().into_iter().map(|c| (c.name, c.arguments)).collect()
    }

    fn reads(paths: &[&str]) -> Vec<(String, Value)> {
        paths.iter().map(|path| ("read".to_owned(), json!({"path": path}))).collect()
    }

    #[test]
    fn calls_are_put_together_however_a_server_sends_them() {
        let call = |fields: Value| json!({"tool_calls": [fields]});
        let in_pieces = [
            call(json!({"index": 0, "id": "a", "type": "function", "function": {"name": "read", "arguments": ""}})),
            call(json!({"index": 1, "id": "b", "function": {"name": "read", "arguments": "{\"pa"}})),
            call(json!({"index": 0, "function": {"arguments": "{\"path\":\"x\"}"}})),
            call(json!({"index": 1, "function": {"arguments": "th\":\"y\"}"}})),
        ];
        assert_eq!(folded(&in_pieces), reads(&["x", "y"]));
        let no_index = [
            call(json!({"function": {"name": "read", "arguments": "{\"path\":"}})),
            call(json!({"function": {"arguments": "\"x\"}"}})),
            call(json!({"function": {"name": "read", "arguments": "{\"path\":\"y\"}"}})),
        ];
        assert_eq!(folded(&no_index), reads(&["x", "y"]), "without index and ids");
        let by_id = [
            call(json!({"id": "a", "function": {"name": "read", "arguments": "{\"path\":"}})),
            call(json!({"id": "b", "function": {"name": "read", "arguments": "{\"path\":\"y\"}"}})),
            call(json!({"id": "a", "function": {"arguments": "\"x\"}"}})),
        ];
        assert_eq!(folded(&by_id), reads(&["x", "y"]), "by id");
        let all_zero = [
            call(json!({"index": 0, "id": "a", "function": {"name": "read", "arguments": "{\"path\":\"x\"}"}})),
            call(json!({"index": 0, "id": "b", "function": {"name": "read", "arguments": "{\"path\":\"y\"}"}})),
        ];
        assert_eq!(folded(&all_zero), reads(&["x", "y"]), "every index is 0");
        let objects = json!({"tool_calls": [
            {"function": {"name": "read", "arguments": {"path": "x"}}},
            {"function": {"name": "read", "arguments": "\"{\\\"path\\\":\\\"y\\\"}\""}}]});
        assert_eq!(folded(&[objects]), reads(&["x", "y"]), "an object, and a text within a text");
        let old =
            [json!({"function_call": {"name": "read"}}), json!({"function_call": {"arguments": "{\"path\":\"x\"}"}})];
        assert_eq!(folded(&old), reads(&["x"]), "the old field");
        let again = [
            call(json!({"index": 0, "function": {"name": "read", "arguments": "{\"path\":\"x\"}"}})),
            call(json!({"index": 0, "function": {"arguments": "{\"path\":\"x\"}"}})),
        ];
        assert_eq!(folded(&again), reads(&["x"]), "all of it once more");
        let odd = [
            json!({"tool_calls": null}),
            json!({"tool_calls": [null, 3]}),
            call(json!({"function": {"name": "glob"}})),
        ];
        assert_eq!(folded(&odd), [("glob".to_owned(), json!({}))], "no arguments");
        let broken = [call(json!({"function": {"name": "read", "arguments": "{path"}}))];
        assert_eq!(folded(&broken), [("read".to_owned(), json!("{path"))], "no JSON");
    }

    #[test]
    fn calls_are_bounded() {
        let mut calls = Calls::default();
        let piece = |n: u64| CallPiece { index: Some(n), name: Some("read".into()), ..CallPiece::default() };
        (0..100).for_each(|n| calls.take(piece(n)).unwrap());
        assert_eq!(calls.finish().len(), MOST_CALLS);
        let long = CallPiece { arguments: "x".repeat(MOST_BYTES + 1), ..CallPiece::default() };
        assert!(matches!(Calls::default().take(long), Err(EndpointError::TooLarge { .. })));
    }

    #[test]
    fn calls_in_a_text_are_understood_and_replies_are_not_taken_for_them() {
        let read = |text: &str| calls_in(text).into_iter().map(|c| (c.name, c.arguments)).collect::<Vec<_>>();
        for text in [
            r#"{"look":[{"read":{"path":"x"}},{"read":{"path":"y"}}]}"#,
            "Let me see.\n```json\n{\"look\": [{\"read\": {\"path\": \"x\"}}, {\"tool\": \"read\", \"path\": \"y\"}]}\n```",
            r#"{"look":[{"name":"read","arguments":{"path":"x"}},{"name":"read","arguments":"{\"path\":\"y\"}"}]}"#,
            "<tool_call>{\"name\":\"read\",\"arguments\":{\"path\":\"x\"}}</tool_call>\n<tool_call>\n{\"name\":\"read\",\"arguments\":{\"path\":\"y\"}}\n</tool_call>",
        ] {
            assert_eq!(read(text), reads(&["x", "y"]), "{text}");
        }
        assert_eq!(read(r#"{"look":{"read":{"path":"x"}}}"#), reads(&["x"]));
        for text in [
            r#"{"type":"REVIEW","content":"{\"look\":[]}","moves":[]}"#,
            r#"{"moves":[],"look":[{"read":{"path":"x"}}]}"#,
            r#"{"look":[]}"#,
            "look at x",
            "",
        ] {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
