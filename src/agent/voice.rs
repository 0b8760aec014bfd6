//! A language model behind an endpoint, as a speaker.

use super::library::Library;
use super::prompt::{self, Messages, TooLong};
use super::schema;
use super::speaker::{Piece, SpeakError, Speaker, Spoken, Turn};
use super::workbench::{ROUND_TIME, Workbench, exchange, llm_tools, query};
use crate::config::Price;
use crate::llm::{self, Completion, Endpoint, EndpointError, Exchange, Request, Room, calls_in};
use crate::protocol::event::Usage;
use crate::protocol::look::MAX_GIVEN;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

/// How often a request is sent, each time cut to what was learnt, before it is given up.
const MOST_CUTS: u32 = 6;

/// A model that speaks for a seat or for the supervisor.
pub struct ModelVoice {
    endpoint: Arc<dyn Endpoint>,
    library: Arc<Library>,
    price: Option<Price>,
    workbench: Option<Arc<Workbench>>,
}

impl ModelVoice {
    /// A voice that asks `endpoint`, worded by `library`; `price` makes money out of tokens where it is known.
    pub fn new(endpoint: Arc<dyn Endpoint>, library: Arc<Library>, price: Option<Price>) -> Self {
        Self { endpoint, library, price, workbench: None }
    }

    /// The same, with a project to look at.
    #[must_use]
    pub fn at(self, workbench: Option<Arc<Workbench>>) -> Self {
        Self { workbench, ..self }
    }

    async fn ask(&self, turn: Turn<'_>, pieces: &(dyn Fn(Piece) + Send + Sync)) -> Result<Spoken, SpeakError> {
        let relay = |piece: llm::Piece| {
            if let Some(piece) = translated(piece) {
                pieces(piece);
            }
        };
        let bench = self.workbench.as_deref().filter(|_| turn.looks.more);
        let tools = if bench.is_some() { llm_tools() } else { &[] };
        let mut attempt = 1;
        loop {
            let room = self.endpoint.room().await;
            let (messages, exchanges) = self.worded(&turn, room)?;
            let schema = Some(schema::of(turn.ask.kind));
            let (system, user) = (&messages.system, &messages.user);
            let request = Request { system, user, schema, tools, exchanges: &exchanges };
            match self.endpoint.complete(request, &relay).await {
                Ok(done) => return Ok(self.taken(done, &turn, bench, room).await),
                // The endpoint has learnt from it, so the next request is smaller.
                Err(error @ EndpointError::ContextOverflow { .. }) if attempt < MOST_CUTS => {
                    pieces(Piece::Retry { attempt, of: MOST_CUTS, cause: error.to_string(), wait: Duration::ZERO });
                    attempt += 1;
                }
                Err(error) => return self.flawed(error),
            }
        }
    }

    /// The request, with what was looked at; where that does not fit, what the looks gave is left out first.
    fn worded(&self, turn: &Turn<'_>, room: Room) -> Result<(Messages, Vec<Exchange>), SpeakError> {
        let of = |short: bool| {
            let exchanges: Vec<Exchange> = turn.looks.rounds.iter().map(|round| exchange(round, short)).collect();
            let bytes: usize = exchanges.iter().map(Exchange::bytes).sum();
            let most = room.prompt_bytes().map(|most| most.saturating_sub(bytes));
            prompt::messages(&self.library, turn, most).map(|messages| (messages, exchanges))
        };
        of(false).or_else(|_| of(true)).map_err(|long| self.too_long(long, room))
    }

    /// What a complete answer comes to: a look at the project, or a reply.
    async fn taken(&self, done: Completion, turn: &Turn<'_>, bench: Option<&Workbench>, room: Room) -> Spoken {
        let usage = self.usage(done.usage);
        let Some(bench) = bench.filter(|_| !done.calls.is_empty()) else {
            let asks = turn.session.opening().project.is_some() && !calls_in(&done.text).is_empty();
            let flaw = asks.then(|| "no look is left in this turn: give the reply itself".to_owned());
            return Spoken { text: done.text, flaw, usage, looked: None };
        };
        let before: usize = turn.looks.rounds.iter().map(|round| round.given()).sum();
        // In a small context a quarter of it is for what is looked at.
        let most = room.prompt_bytes().map_or(MAX_GIVEN, |bytes| MAX_GIVEN.min(bytes / 4));
        let queries = done.calls.iter().map(query).collect();
        let round = bench.round(queries, most.saturating_sub(before), ROUND_TIME).await;
        Spoken { text: done.text, flaw: None, usage, looked: Some(round) }
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
                Ok(Spoken { text, flaw: Some(flaw), usage: self.usage(usage), looked: None })
            }
            EndpointError::Refused { text, usage } => {
                let flaw = "the reply was a refusal: this is a technical debate, answer the task".to_owned();
                Ok(Spoken { text, flaw: Some(flaw), usage: self.usage(usage), looked: None })
            }
            EndpointError::EmptyReply { usage, .. } => {
                let flaw = "the reply was empty: put the JSON object into the answer itself".to_owned();
                Ok(Spoken { text: String::new(), flaw: Some(flaw), usage: self.usage(usage), looked: None })
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

fn translated(piece: llm::Piece) -> Option<Piece> {
    match piece {
        llm::Piece::Text(text) => Some(Piece::Text(text)),
        llm::Piece::Reasoning(text) => Some(Piece::Thought(text)),
        llm::Piece::Retry { attempt, of, cause, wait } => {
            tracing::info!(attempt, of, cause, ?wait, "trying again");
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
