//! Names what a server meant by its refusal. Servers agree on few codes, so their words are read, too.

use std::time::Duration;

use serde_json::Value;

use super::excerpt::Excerpt;
use super::{EndpointError, Usage};

/// Words for a wrong key, where the status is a plain 400.
const UNAUTHORIZED: [&str; 7] = [
    "authentication error",
    "authentication_error",
    "invalid api key",
    "invalid_api_key",
    "incorrect api key",
    "api key not valid",
    // LiteLLM's proxy without a database knows one key, and looks up any other in the database it has not.
    "no_db_connection",
];

/// Words of a filter that looked at the request.
const REFUSED: [&str; 4] = ["content_filter", "content_policy", "flagged", "content management policy"];

/// Words for an account without means, where the status is that of too many requests.
const EXHAUSTED: [&str; 3] = ["insufficient_quota", "insufficient balance", "insufficient credit"];

/// A refusal as it came: an answer that is not a 2xx, or an error object within one that is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rejection {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub request_id: Option<String>,
    /// The body, bounded.
    pub body: String,
}

/// A failed attempt: the error for people, and the server's words for adapting to it.
#[derive(Debug)]
pub(super) struct Setback {
    pub error: EndpointError,
    /// All that the server said, in lower case; empty if it said nothing.
    pub words: String,
    /// The server had accepted the request before it failed.
    pub begun: bool,
    /// The stream was ended, not broken: the server closed it in order, without saying why.
    pub orderly: bool,
}

impl From<EndpointError> for Setback {
    fn from(error: EndpointError) -> Self {
        Self { error, words: String::new(), begun: false, orderly: false }
    }
}

/// Names a refusal. `key` is masked in what is shown.
pub(super) fn classify(rejection: &Rejection, model: &str, key: Option<&str>) -> Setback {
    let said = words_of(&rejection.body);
    let words = said.to_lowercase();
    let error = name(rejection, &words, model, excerpt(&said, rejection, key));
    Setback { error, words, begun: false, orderly: false }
}

/// A status for an error object under 200: its own code, else what its words suggest.
pub(super) fn status_under_200(code: Option<u16>, body: &str) -> u16 {
    if let Some(code) = code {
        return code;
    }
    let words = words_of(body).to_lowercase();
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if overflows(&words) {
        return 400;
    }
    if any(&["rate limit", "rate_limit", "too many requests"]) {
        return 429;
    }
    if any(&["invalid_api_key", "authentication"]) {
        return 401;
    }
    if any(&["invalid_request", "invalid request", "content_filter"]) {
        return 400;
    }
    500
}

fn name(rejection: &Rejection, words: &str, model: &str, said: Excerpt) -> EndpointError {
    let status = rejection.status;
    let retry_after = rejection.retry_after;
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let exhausted = any(&EXHAUSTED);
    match status {
        400 | 413 | 422 | 500 if overflows(words) => {
            EndpointError::ContextOverflow { limit: context_limit(words), counted: counted(words), said }
        }
        400 | 403 if any(&REFUSED) => EndpointError::Refused { text: said.to_string(), usage: Usage::default() },
        401 | 403 => EndpointError::Unauthorized { status, said },
        400 if any(&UNAUTHORIZED) => EndpointError::Unauthorized { status, said },
        402 => EndpointError::RateLimited { status, exhausted: true, retry_after, said },
        404 => unknown_model(status, model, said),
        400 | 422 if names_no_model(words) => unknown_model(status, model, said),
        429 => EndpointError::RateLimited { status, exhausted, retry_after, said },
        // 501 and 505 say that trying again is of no use.
        501 | 505 => EndpointError::BadRequest { status, said },
        408 | 409 | 425 | 500.. => EndpointError::Server { status, retry_after, said },
        _ => EndpointError::BadRequest { status, said },
    }
}

fn unknown_model(status: u16, model: &str, said: Excerpt) -> EndpointError {
    EndpointError::ModelNotFound { status, model: model.to_owned(), said }
}

fn names_no_model(words: &str) -> bool {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    any(&["model_not_found", "invalid model", "unknown model", "not a valid model"])
        || (words.contains("model") && any(&["does not exist", "not found"]))
}

/// Whether the words speak of a request that is too long. A cap on output that is too high is not meant.
fn overflows(words: &str) -> bool {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    any(&[
        "context length",
        "context_length",
        "maximum context",
        "context window",
        "context size",
        "context_size",
        "too many tokens",
        "prompt is too long",
        "input is too long",
        "maximum number of tokens allowed",
    ]) || (words.contains("exceed") && any(&["context", "input token", "prompt token"]))
}

/// The number of tokens that the words name as the limit.
fn context_limit(words: &str) -> Option<u64> {
    [
        "n_ctx: ",
        "context length is ",
        "context length of ",
        "context length (",
        "context window of ",
        "context window is ",
        "context window (",
        "available context size (",
        "context size of ",
        "context size is ",
        "max_model_len (",
        "max_model_len=",
        "tokens allowed (",
        "maximum of ",
        " tokens > ",
        "limit of ",
        "limit is ",
    ]
    .iter()
    .find_map(|mark| number_at(words.split_once(mark)?.1))
}

/// The number of tokens that the words count in the request.
fn counted(words: &str) -> Option<u64> {
    let behind = [
        "n_prompt_tokens: ",
        "request (",
        "requested tokens (",
        "token count (",
        "prompt is too long: ",
        "your request has ",
    ]
    .iter()
    .find_map(|mark| number_at(words.split_once(mark)?.1));
    // `you requested 9000 tokens (8000 in the messages, 1000 in the completion)`: the completion is not the request's.
    let before = || {
        let before = words.split_once(" in the messages")?.0;
        before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    behind.or_else(before)
}

fn number_at(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .skip_while(|c| *c == ' ')
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '_'))
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

fn excerpt(said: &str, rejection: &Rejection, key: Option<&str>) -> Excerpt {
    Excerpt::with_id(said, rejection.request_id.as_deref(), key)
}

/// What the body says, without the dressing and without a request that it repeats; all of it if it is not JSON.
fn words_of(body: &str) -> String {
    let mut out = Vec::new();
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        gather(&value, 0, &mut out);
    }
    if out.is_empty() {
        return body.trim().to_owned();
    }
    out.join("; ")
}

fn gather(value: &Value, depth: usize, out: &mut Vec<String>) {
    const TELLING: [&str; 13] = [
        "message", "msg", "detail", "details", "error", "errors", "reason", "raw", "param", "loc", "code", "type",
        "metadata",
    ];
    if depth > 6 || out.len() > 100 {
        return;
    }
    let mut say = |text: String| {
        if !text.trim().is_empty() && !out.contains(&text) {
            out.push(text);
        }
    };
    match value {
        Value::String(text) => say(text.clone()),
        Value::Number(number) => say(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, depth + 1, out)),
        Value::Object(fields) => {
            if let Some(size) = fields.get("n_ctx") {
                say(format!("n_ctx: {size}"));
            }
            if let Some(size) = fields.get("n_prompt_tokens") {
                say(format!("n_prompt_tokens: {size}"));
            }
            for field in TELLING.iter().filter_map(|name| fields.get(*name)) {
                gather(field, depth + 1, out);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(status: u16, body: &str) -> EndpointError {
        let rejection = Rejection { status, body: body.to_owned(), ..Rejection::default() };
        classify(&rejection, "m", Some("my-secret-key")).error
    }

    #[test]
    fn a_wrong_key_may_be_a_400() {
        for body in [
            r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#,
            r#"{"error":{"message":"Authentication Error, Invalid proxy server token passed"}}"#,
        ] {
            assert!(matches!(named(400, body), EndpointError::Unauthorized { status: 400, .. }), "{body}");
        }
    }

    #[test]
    fn overflow_is_named_with_its_figures() {
        for (status, body, limit, counted) in [
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion).","code":"context_length_exceeded"}}"#,
                Some(8192),
                Some(8000),
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"the request exceeds the available context size. try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#,
                Some(4096),
                Some(9000),
            ),
            (
                400,
                r#"{"error":{"message":"request (9000 tokens) exceeds the available context size (4096 tokens)"}}"#,
                Some(4096),
                Some(9000),
            ),
            (500, "Requested tokens (2038) exceed context window of 512", Some(512), Some(2038)),
            (
                400,
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                Some(1_048_576),
                Some(1_200_000),
            ),
            (400, "prompt is too long: 210,000 tokens > 200,000 maximum", Some(200_000), Some(210_000)),
            (
                400,
                "'max_tokens' is too large: 8192. This model's maximum context length is 8192 tokens and your request has 1200 input tokens",
                Some(8192),
                Some(1200),
            ),
            (413, "Too many tokens", None, None),
        ] {
            match named(status, body) {
                EndpointError::ContextOverflow { limit: found, counted: sent, .. } => {
                    assert_eq!((found, sent), (limit, counted), "{body}")
                }
                other => panic!("{body}: {other:?}"),
            }
        }
        let cap = named(400, "max_tokens is too large: 100000. This model supports at most 16384 completion tokens");
        assert!(matches!(cap, EndpointError::BadRequest { .. }), "{cap:?}");
        let rate = named(429, "Request too large: tokens per minute exceeded for input tokens");
        assert!(matches!(rate, EndpointError::RateLimited { exhausted: false, .. }), "{rate:?}");
    }

    #[test]
    fn words_win_over_a_vague_status() {
        use EndpointError as E;
        assert!(matches!(
            named(400, r#"{"error":{"message":"Authentication Error, invalid token"}}"#),
            E::Unauthorized { status: 400, .. }
        ));
        assert!(matches!(
            named(400, r#"{"error":{"message":"Invalid model name passed in model=x"}}"#),
            E::ModelNotFound { .. }
        ));
        assert!(matches!(
            named(429, r#"{"error":{"code":"insufficient_quota"}}"#),
            E::RateLimited { exhausted: true, .. }
        ));
        assert!(matches!(named(402, "pay"), E::RateLimited { exhausted: true, .. }));
        assert!(matches!(named(403, "input was flagged"), E::Refused { .. }));
        assert!(matches!(named(400, r#"{"error":{"code":"content_filter"}}"#), E::Refused { .. }));
        assert!(matches!(named(408, ""), E::Server { .. }));
        assert!(matches!(named(501, ""), E::BadRequest { .. }));
        assert!(matches!(named(302, ""), E::BadRequest { .. }));
    }

    #[test]
    fn a_repeated_request_is_not_listened_to() {
        let body = r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"temperature":1}}]}"#;
        let words = words_of(body);
        assert!(words.contains("stream_options") && !words.contains("temperature"), "{words}");
    }

    #[test]
    fn an_error_without_a_code_gets_one_from_its_words() {
        assert_eq!(status_under_200(Some(503), "rate limit"), 503);
        assert_eq!(status_under_200(None, r#"{"message":"Rate limit reached"}"#), 429);
        assert_eq!(status_under_200(None, r#""prompt is too long""#), 400);
        assert_eq!(status_under_200(None, r#"{"type":"invalid_request_error"}"#), 400);
        assert_eq!(status_under_200(None, "overloaded"), 500);
    }

    #[test]
    fn the_request_id_is_kept_beside_a_long_body() {
        let rejection = Rejection {
            status: 500,
            request_id: Some("req_42".to_owned()),
            body: "x ".repeat(999),
            ..Rejection::default()
        };
        let shown = classify(&rejection, "m", None).error.to_string();
        assert!(shown.contains("(request req_42)"), "{shown}");
    }

    proptest! {
        #[test]
        fn the_key_is_never_shown(status in 300_u16..600, before in "(content_filter|n_ctx|.{0,40})", after in ".{0,40}") {
            let error = named(status, &format!("{before}my-secret-key{after}"));
            let shown = format!("{error} {error:?} {}", error.hint());
            prop_assert!(!shown.contains("my-secret-key"));
        }
    }
}
