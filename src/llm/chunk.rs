//! Reads what servers send, typed by us and leniently: every field may be absent, unknown ones are ignored, numbers may
//! be strings, and a field of the wrong type is an absent one.

use serde_json::Value;

use super::Usage;
use super::tools::{CallPiece, pieces};

/// One chunk of a stream, or a whole completion: the parts of it that matter here.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chunk {
    /// An error object in place of, or beside, the answer.
    pub error: Option<Value>,
    pub model: Option<String>,
    pub text: String,
    pub reasoning: String,
    pub refusal: String,
    /// Parts of calls of tools.
    pub calls: Vec<CallPiece>,
    /// Why it ended, once it has.
    pub finish: Option<String>,
    pub usage: Usage,
    /// A whole completion and not a part of one.
    pub whole: bool,
}

impl Chunk {
    /// Reads one JSON document.
    pub(super) fn read(value: &Value) -> Self {
        let choice = value.get("choices").and_then(|choices| choices.get(0));
        let error = error_in(value).or_else(|| choice.and_then(error_in));
        let mut chunk = Self { error, model: words(value.get("model")), usage: usage_in(value), ..Self::default() };
        let Some(choice) = choice else { return chunk };
        chunk.finish = words(choice.get("finish_reason"));
        let (said, whole) = match (choice.get("message"), choice.get("delta")) {
            (Some(message), None | Some(Value::Null)) => (message, true),
            (_, Some(delta)) => (delta, false),
            (None, None) => (choice, false),
        };
        chunk.whole = whole;
        let (text, thoughts) = content(said.get("content").or_else(|| said.get("text")));
        chunk.text = text;
        // Some servers send both names with the same words.
        chunk.reasoning = ["reasoning_content", "reasoning", "thinking"]
            .iter()
            .find_map(|name| words(said.get(name)))
            .unwrap_or(thoughts);
        chunk.calls = pieces(said);
        chunk.refusal = words(said.get("refusal")).unwrap_or_default();
        chunk
    }
}

/// The code and the words of an error object, whatever its shape.
pub(super) fn error_code(error: &Value) -> Option<u16> {
    ["code", "status", "status_code", "http_code"]
        .iter()
        .find_map(|name| number(error.get(name)))
        .and_then(|code| u16::try_from(code).ok())
        .filter(|code| (400..600).contains(code))
}

fn error_in(value: &Value) -> Option<Value> {
    let marked = value.get("object").and_then(Value::as_str) == Some("error")
        || value.get("type").and_then(Value::as_str) == Some("error");
    match value.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::String(text)) if text.is_empty() => {}
        Some(Value::Object(fields)) if fields.is_empty() => {}
        Some(error) => return Some(error.clone()),
    }
    let bare = value.get("detail").is_some() && value.get("choices").is_none();
    (marked || bare).then(|| value.clone())
}

/// A text, or a list of parts of which some are text and some thoughts.
fn content(value: Option<&Value>) -> (String, String) {
    match value {
        Some(Value::String(text)) => (text.clone(), String::new()),
        Some(Value::Array(parts)) => {
            let (mut text, mut thoughts) = (String::new(), String::new());
            for part in parts {
                if let Some(more) = part.get("thinking") {
                    thoughts.push_str(&content(Some(more)).0);
                } else if let Some(more) = words(part.get("text")) {
                    text.push_str(&more);
                }
            }
            (text, thoughts)
        }
        _ => (String::new(), String::new()),
    }
}

fn usage_in(value: &Value) -> Usage {
    let nested = || value.get("x_groq").and_then(|groq| groq.get("usage"));
    let Some(usage) = value.get("usage").filter(|u| u.is_object()).or_else(nested) else {
        return Usage::default();
    };
    let any = |names: &[&str]| names.iter().find_map(|name| number(usage.get(name)));
    let detail = |name: &str| number(usage.get(name).and_then(|d| d.get("cached_tokens")));
    Usage {
        prompt: any(&["prompt_tokens", "input_tokens"]),
        cached: detail("prompt_tokens_details")
            .or_else(|| detail("input_tokens_details"))
            .or_else(|| any(&["prompt_cache_hit_tokens", "cached_tokens"])),
        completion: any(&["completion_tokens", "output_tokens"]),
    }
}

fn words(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn number(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    }
}

/// A float that counts something. Counts stay far below 2^53, where a float is exact.
fn whole(float: f64) -> Option<u64> {
    let fits = (0.0..9.0e15).contains(&float);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fits.then_some(float as u64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn odd_chunks_are_read() {
        let odd = json!({"created": 1.5, "choices": null, "usage": {}, "service_tier": 7, "error": null});
        assert_eq!(Chunk::read(&odd), Chunk::default());
        for value in [json!(null), json!([]), json!("x"), json!({"choices": "x"}), json!({"choices": [3]})] {
            assert_eq!(Chunk::read(&value), Chunk::default(), "{value}");
        }
    }

    #[test]
    fn usage_has_many_shapes() {
        let read = |usage: Value| Chunk::read(&json!({"choices": [], "usage": usage})).usage;
        let usage = |prompt, cached, completion| Usage { prompt, cached, completion };
        assert_eq!(
            read(json!({"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 3}})),
            usage(Some(9), Some(3), Some(4))
        );
        assert_eq!(
            read(json!({"prompt_tokens": "9", "completion_tokens": 4.0, "prompt_cache_hit_tokens": 2})),
            usage(Some(9), Some(2), Some(4))
        );
        assert_eq!(
            read(json!({"prompt_tokens": 9, "completion_tokens": null, "prompt_tokens_details": null, "cost": 0.1})),
            usage(Some(9), None, None)
        );
        assert_eq!(read(json!({"prompt_tokens": -1})), Usage::default());
        let groq = json!({"choices": [], "x_groq": {"usage": {"prompt_tokens": 5}}});
        assert_eq!(Chunk::read(&groq).usage.prompt, Some(5));
    }

    #[test]
    fn parts_of_content_are_joined() {
        let chunk = Chunk::read(&json!({"choices": [{"delta": {"content": [
            {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
            {"type": "text", "text": "yes"}]}}]}));
        assert_eq!((chunk.text.as_str(), chunk.reasoning.as_str()), ("yes", "hm"));
    }

    #[test]
    fn thoughts_under_two_names_are_read_once() {
        let delta = json!({"choices": [{"delta": {"reasoning": "a", "reasoning_content": "a"}}]});
        assert_eq!(Chunk::read(&delta).reasoning, "a");
    }

    #[test]
    fn errors_have_many_shapes() {
        let code = |value: Value| error_code(&Chunk::read(&value).error.unwrap());
        assert_eq!(code(json!({"error": {"code": 429}})), Some(429));
        assert_eq!(code(json!({"error": {"code": "503", "message": "x"}})), Some(503));
        assert_eq!(code(json!({"error": {"code": "rate_limit"}})), None);
        assert_eq!(code(json!({"object": "error", "code": 400, "message": "x"})), Some(400));
        assert_eq!(code(json!({"error": "plain"})), None);
        assert_eq!(code(json!({"detail": "x"})), None);
        assert_eq!(code(json!({"choices": [{"error": {"code": 502}}]})), Some(502));
    }
}
