//! Where a model is and how it is to be called.

use std::time::Duration;

use secrecy::SecretString;

use super::RetryPolicy;

/// Everything needed to call one model.
#[derive(Debug, Clone)]
pub struct EndpointSpec {
    /// The URL before `/chat/completions`, usually ending in `/v1`. Slashes at its end are dropped.
    pub base_url: String,
    /// Sent as a bearer token; `None` sends no authorization at all.
    pub api_key: Option<SecretString>,
    /// The model's name as the server knows it.
    pub model: String,
    /// Calls under way at once to this base URL, over all its models; at least 1. The smallest of all specs holds.
    pub max_parallel: usize,
    /// Sampling temperature; `None` leaves it to the server.
    pub temperature: Option<f32>,
    /// Cap on the answer's tokens. Without one some models run on for thousands of tokens.
    pub max_output_tokens: u32,
    /// Tokens of the model's context, request and answer together; `None` asks the server and learns from its errors.
    pub context: Option<u64>,
    /// When to stop waiting.
    pub timeouts: Timeouts,
    /// When and how often to try again.
    pub retry: RetryPolicy,
    /// Whether requests and replies are written into the program's log, keys masked, under [`super::BODIES`].
    pub trace_bodies: bool,
}

impl EndpointSpec {
    /// A spec with every default: 4 calls in parallel, 8192 tokens of output, no key, the server's temperature.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            api_key: None,
            model: model.into(),
            max_parallel: 4,
            temperature: None,
            max_output_tokens: 8192,
            context: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            trace_bodies: false,
        }
    }
}

/// When to stop waiting for a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection. Endpoints of one base URL share the first one's.
    pub connect: Duration,
    /// From sending to the first piece of text or thought. Keep-alives do not count. A server that does not stream
    /// answers as a whole and needs it to be long.
    pub first_token: Duration,
    /// Between two pieces.
    pub idle: Duration,
    /// For one call with its retries and their waits, but without the time in line for a free place.
    pub whole: Duration,
}

impl Default for Timeouts {
    /// 10 s, 180 s, 120 s, 900 s: a long-thinking server may send nothing for minutes.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_token: Duration::from_secs(180),
            idle: Duration::from_secs(120),
            whole: Duration::from_secs(900),
        }
    }
}

/// Splits `model@http://host/v1` into the model and its base URL.
///
/// Only `@http://` and `@https://` split, because a model's name may hold an `@` of its own; the last such place wins.
#[must_use]
pub fn parse_model_at(text: &str) -> (String, Option<String>) {
    let at = ["@http://", "@https://"].iter().filter_map(|mark| text.rfind(mark)).max();
    match at.and_then(|at| text.split_at_checked(at)) {
        Some((model, rest)) => (model.to_owned(), Some(rest.trim_start_matches('@').to_owned())),
        None => (text.to_owned(), None),
    }
}
