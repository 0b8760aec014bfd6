//! What can go wrong with a call, and what to do about it.

use std::time::Duration;

use thiserror::Error;

use super::Usage;
use super::excerpt::Excerpt;

/// The source of an error below this floor.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why no complete answer came. Every message is one plain sentence without secrets; [`EndpointError::hint`] says what
/// to do next.
#[derive(Debug, Error)]
#[allow(missing_docs)] // the messages say what each field is
pub enum EndpointError {
    /// No connection: nothing listens there, the name is unknown, TLS failed.
    #[error("no connection to {url}: {cause}")]
    Unreachable {
        url: String,
        cause: String,
        #[source]
        source: Option<Source>,
    },
    /// The key is missing, wrong, or not allowed to do this.
    #[error("the server did not accept the API key (status {status}): {said}")]
    Unauthorized { status: u16, said: Excerpt },
    /// The model, or the path of the URL, does not exist.
    #[error("the server does not know {}this address (status {status}): {said}", if model.is_empty() { String::new() } else { format!("the model {model:?} or ") })]
    ModelNotFound { status: u16, model: String, said: Excerpt },
    /// The server does not like the request and no adaptation helped.
    #[error("the server refused the request (status {status}): {said}")]
    BadRequest { status: u16, said: Excerpt },
    /// Too many requests, or (`exhausted`) no credit left.
    #[error("{} (status {status}): {said}", if *exhausted { "the account's credit or quota is used up" } else { "the server limits the rate of requests" })]
    RateLimited { status: u16, exhausted: bool, retry_after: Option<Duration>, said: Excerpt },
    /// The server failed, or asked to come back later.
    #[error("the server failed (status {status}): {said}")]
    Server { status: u16, retry_after: Option<Duration>, said: Excerpt },
    /// The connection or the stream ended before the answer did.
    #[error("the answer was cut off: {cause}")]
    Cut {
        cause: String,
        #[source]
        source: Option<Source>,
    },
    /// Status 200, but what came is not an answer.
    #[error("the server sent {what} in place of an answer: {said}")]
    Unreadable { what: &'static str, said: Excerpt },
    /// Waited long enough.
    #[error("no {which} within {} s", after.as_secs_f32())]
    Timeout { which: Waited, after: Duration },
    /// More than this program is willing to hold.
    #[error("the server sent more than {limit} bytes of {what}")]
    TooLarge { what: &'static str, limit: usize },
    /// The answer ran into the cap on output tokens.
    #[error("the answer was cut at the limit of {limit} output tokens, after {} characters", text.chars().count())]
    CutAtLimit { text: String, limit: u32, usage: Usage },
    /// The model or a filter refused to answer.
    #[error("the model or its filter refused to answer: {}", Excerpt::of(text, None))]
    Refused { text: String, usage: Usage },
    /// The request is longer than the model can take.
    #[error("the request does not fit the model's context{}: {said}", limit.map(|n| format!(" of {n} tokens")).unwrap_or_default())]
    ContextOverflow { limit: Option<u64>, counted: Option<u64>, said: Excerpt },
    /// The answer ended in order and holds nothing.
    #[error("the answer is empty{}", if *reasoned { ": the model only thought" } else { "" })]
    EmptyReply { reasoned: bool, usage: Usage },
    /// The key cannot be sent at all.
    #[error("the API key cannot be used: {cause}")]
    BadKey { cause: &'static str },
    /// The base URL cannot be used.
    #[error("the base URL {url:?} cannot be used: {cause}")]
    BadUrl { url: String, cause: String },
    /// No HTTP client could be made for this machine.
    #[error("no HTTPS client can be made on this machine: {cause}")]
    NoClient {
        cause: String,
        #[source]
        source: Option<Source>,
    },
}

/// What was waited for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The connection.
    Connect,
    /// The first piece of text or thought.
    FirstToken,
    /// The next piece.
    Idle,
    /// The end of the call.
    Whole,
}

impl std::fmt::Display for Waited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "connection",
            Self::FirstToken => "first token",
            Self::Idle => "further token",
            Self::Whole => "complete answer",
        })
    }
}

impl EndpointError {
    /// Whether the same request may succeed if it is simply sent again.
    ///
    /// True after all retries, too: it tells the caller that waiting may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Server { .. }
            | Self::Cut { .. }
            | Self::Unreadable { .. }
            | Self::EmptyReply { .. } => true,
            Self::RateLimited { exhausted, .. } => !exhausted,
            Self::Timeout { which, .. } => match which {
                Waited::Connect | Waited::FirstToken | Waited::Idle => true,
                Waited::Whole => false,
            },
            Self::Unauthorized { .. }
            | Self::ModelNotFound { .. }
            | Self::BadRequest { .. }
            | Self::TooLarge { .. }
            | Self::CutAtLimit { .. }
            | Self::Refused { .. }
            | Self::ContextOverflow { .. }
            | Self::BadKey { .. }
            | Self::BadUrl { .. }
            | Self::NoClient { .. } => false,
        }
    }

    /// How long the server asked to wait, if it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What to do next, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable { url, .. } => {
                format!("Check that the server is running and that {url} is its address.")
            }
            other => other.fixed_hint().to_owned(),
        }
    }

    fn fixed_hint(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "Check that the server is running.",
            Self::Unauthorized { .. } => {
                "Check the API key: the one in OPENAI_API_KEY, or where your settings take it from, must be this server's."
            }
            Self::ModelNotFound { .. } => {
                "Run `conclave doctor` to see which models there are; the base URL usually ends in /v1."
            }
            Self::BadRequest { status: 300..400, .. } => "The server redirects: set the base URL to the final address.",
            Self::BadRequest { .. } => {
                "Read the server's words; a lower max_output_tokens or no temperature under [endpoint] in conclave.toml may help, and `conclave doctor` shows what this server takes."
            }
            Self::RateLimited { exhausted: true, .. } => {
                "Look at the account's credit and quota, or use another model."
            }
            Self::RateLimited { .. } => {
                "Wait a little, or allow fewer calls at once: max_parallel = 1 under [endpoint] in conclave.toml."
            }
            Self::Server { .. } => "Try again later, and look at the server's own log.",
            Self::Cut { .. } => "Try again; if it happens often, the server or a proxy drops long answers.",
            Self::Unreadable { .. } => "Check the base URL: it usually ends in /v1; a proxy may answer in its place.",
            Self::Timeout { which, .. } => timeout_hint(*which),
            Self::TooLarge { .. } => {
                "Set a lower max_output_tokens under [endpoint] in conclave.toml, or use another model."
            }
            Self::CutAtLimit { .. } => {
                "Ask for a shorter answer, or raise max_output_tokens under [endpoint] in conclave.toml."
            }
            Self::Refused { .. } => "Word the topic differently, or use another model.",
            Self::ContextOverflow { .. } => {
                "Shorten the context files, use a model with a larger context, or set `context` to what the server really takes."
            }
            Self::EmptyReply { .. } => {
                "Raise max_output_tokens under [endpoint] in conclave.toml: a thinking model may have used all of it on thoughts."
            }
            Self::BadKey { .. } => "Set the key again without line breaks or spaces around it.",
            Self::BadUrl { .. } => "Use a form like http://localhost:11434/v1.",
            Self::NoClient { .. } => "Install the system's CA certificates, or use a local http:// server.",
        }
    }
}

fn timeout_hint(which: Waited) -> &'static str {
    match which {
        Waited::Connect => "Check the address, and whether a firewall or proxy is in between.",
        Waited::FirstToken => {
            "The server may still be loading the model, thinking, or busy with another call: try again, set a longer first_token under [endpoint.timeouts], or max_parallel = 1 under [endpoint] in conclave.toml."
        }
        Waited::Idle => "The server stalled: try again, or look at its load.",
        Waited::Whole => {
            "Set a longer whole under [endpoint.timeouts] or a lower max_output_tokens under [endpoint] in conclave.toml, or use a faster model."
        }
    }
}
