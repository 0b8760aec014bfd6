//! A language model behind an endpoint, as a speaker.

use super::library::Library;
use super::prompt::{self, TooLong};
use super::schema;
use super::speaker::{Piece, SpeakError, Speaker, Spoken, Turn};
use crate::config::Price;
use crate::llm::{self, Endpoint, EndpointError, Request, Room};
use crate::protocol::event::Usage;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

/// How often a request is sent, each time cut to what was learnt, before it is given up.
const MOST_CUTS: u32 = 6;

/// An empty answer to a request shorter than this, in tokens, has another cause than its length.
const LONG: u64 = 2_000;

/// A model that speaks for a seat or for the supervisor.
pub struct ModelVoice {
    endpoint: Arc<dyn Endpoint>,
    library: Arc<Library>,
    price: Option<Price>,
}

impl ModelVoice {
    /// A voice that asks `endpoint`, worded by `library`; `price` makes money out of tokens where it is known.
    pub fn new(endpoint: Arc<dyn Endpoint>, library: Arc<Library>, price: Option<Price>) -> Self {
        Self { endpoint, library, price }
    }

    async fn ask(&self, turn: Turn<'_>, pieces: &(dyn Fn(Piece) + Send + Sync)) -> Result<Spoken, SpeakError> {
        let relay = |piece: llm::Piece| {
            if let Some(piece) = translated(piece) {
                pieces(piece);
            }
        };
        // An empty answer may be an overflow that the server did not own up to: then a smaller request helps, or it was not.
        let mut suspected: Option<usize> = None;
        let mut last = None;
        for attempt in 1..=MOST_CUTS {
            let room = self.endpoint.room().await;
            let most = [room.prompt_bytes(), suspected].into_iter().flatten().min();
            let messages = match prompt::messages(&self.library, &turn, most) {
                Ok(messages) => messages,
                // Not shorter than it was: then its length is not what is wrong.
                Err(long) => match last {
                    Some(empty) if suspected.is_some() => return self.flawed(empty),
                    _ => return Err(self.too_long(long, room)),
                },
            };
            let bytes = messages.bytes();
            let request =
                Request { system: &messages.system, user: &messages.user, schema: Some(schema::of(turn.ask.kind)) };
            let error = match self.endpoint.complete(request, &relay).await {
                Ok(done) => {
                    if suspected.is_some() {
                        self.endpoint.outgrown(bytes.saturating_mul(5) / 4);
                    }
                    return Ok(Spoken { text: done.text, flaw: None, usage: self.usage(done.usage) });
                }
                Err(error) => error,
            };
            match &error {
                // The endpoint has learnt from it, so the next request is smaller.
                EndpointError::ContextOverflow { .. } if attempt < MOST_CUTS => {}
                EndpointError::EmptyReply { reasoned: false, usage }
                    if is_suspect(usage, room.tokens(bytes), attempt) =>
                {
                    suspected = Some(bytes / 5 * 3);
                }
                _ => return self.flawed(error),
            }
            pieces(Piece::Retry { attempt, of: MOST_CUTS, cause: error.to_string(), wait: Duration::ZERO });
            last = Some(error);
        }
        self.flawed(last.unwrap_or(EndpointError::EmptyReply { reasoned: false, usage: llm::Usage::default() }))
    }

    /// Nothing of the log is left to cut, and it is still too long.
    fn too_long(&self, long: TooLong, room: Room) -> SpeakError {
        let tokens = |bytes: usize| room.tokens(bytes);
        let reason = format!(
            "{}: the request needs about {} tokens in its shortest form, and {} fit (a context of {}, of which {} are kept for \
             the answer)",
            self.endpoint.label(),
            tokens(long.needed),
            tokens(long.most),
            room.context.unwrap_or_default(),
            room.output,
        );
        let hint = format!(
            "Topic and context files take about {} tokens and are never cut: shorten them, seat fewer, or give this seat a model \
             with a larger context; if the server takes more than that, say so with --context-tokens or `context` in conclave.toml.",
            tokens(long.given)
        );
        SpeakError { reason, hint }
    }

    /// What the model itself got wrong goes back to it with the reason; what lies between us and it is an error.
    fn flawed(&self, error: EndpointError) -> Result<Spoken, SpeakError> {
        let (reason, hint) = (error.to_string(), error.hint());
        match error {
            EndpointError::CutAtLimit { text, limit, usage } => {
                let flaw =
                    format!("the reply was cut off at the limit of {limit} tokens: be briefer, and close the JSON");
                Ok(Spoken { text, flaw: Some(flaw), usage: self.usage(usage) })
            }
            EndpointError::Refused { text, usage } => {
                let flaw = "the reply was a refusal: this is a technical debate, answer the task".to_owned();
                Ok(Spoken { text, flaw: Some(flaw), usage: self.usage(usage) })
            }
            EndpointError::EmptyReply { usage, .. } => {
                let flaw = "the reply was empty: put the JSON object into the answer itself".to_owned();
                Ok(Spoken { text: String::new(), flaw: Some(flaw), usage: self.usage(usage) })
            }
            EndpointError::Unreachable { .. }
            | EndpointError::Unauthorized { .. }
            | EndpointError::ModelNotFound { .. }
            | EndpointError::BadRequest { .. }
            | EndpointError::RateLimited { .. }
            | EndpointError::Server { .. }
            | EndpointError::Cut { .. }
            | EndpointError::Unreadable { .. }
            | EndpointError::Timeout { .. }
            | EndpointError::TooLarge { .. }
            | EndpointError::ContextOverflow { .. }
            | EndpointError::BadKey { .. }
            | EndpointError::BadUrl { .. }
            | EndpointError::NoClient { .. } => {
                Err(SpeakError { reason: format!("{}: {reason}", self.endpoint.label()), hint })
            }
        }
    }

    fn usage(&self, counted: llm::Usage) -> Usage {
        let cost_nano = match (&self.price, counted.prompt, counted.completion) {
            (Some(price), Some(prompt), Some(completion)) => {
                let cached = counted.cached.unwrap_or(0).min(prompt);
                Some(price.cost(prompt, cached, completion).0.saturating_mul(1_000))
            }
            _ => None,
        };
        Usage { prompt: counted.prompt, cached: counted.cached, completion: counted.completion, cost_nano }
    }
}

impl Speaker for ModelVoice {
    fn speak<'a>(
        &'a self,
        turn: Turn<'a>,
        pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Spoken, SpeakError>> {
        self.ask(turn, pieces).boxed()
    }
}

/// Whether an empty answer may come of a request that was too long: the model wrote nothing at all, and there was much to
/// read.
fn is_suspect(usage: &llm::Usage, tokens: u64, attempt: u32) -> bool {
    attempt <= 2 && tokens >= LONG && usage.completion.unwrap_or(0) == 0
}

fn translated(piece: llm::Piece) -> Option<Piece> {
    match piece {
        llm::Piece::Text(text) => Some(Piece::Text(text)),
        llm::Piece::Reasoning(text) => Some(Piece::Thought(text)),
        llm::Piece::Retry { attempt, of, cause, wait } => {
            Some(Piece::Retry { attempt: attempt.saturating_sub(1), of, cause, wait })
        }
        llm::Piece::Downgraded { to, cause } => {
            tracing::info!(?to, cause, "asking less of the endpoint");
            None
        }
        llm::Piece::Adapted { what, cause } => {
            tracing::info!(what, cause, "adapting to the endpoint");
            None
        }
    }
}
