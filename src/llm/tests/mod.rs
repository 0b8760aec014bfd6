//! Against a real server in this process, odd as servers are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod detecting;
mod errors;
mod ladder;
mod parallel;
mod retries;
mod server;
mod streaming;
mod timeouts;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::{
    Completion, Endpoint, EndpointError, EndpointSpec, Endpoints, OpenAiEndpoint, Piece, ReplySchema, Request,
    RetryPolicy,
};
use server::Server;

/// A spec for a test server: no waits worth the name, and an end to every test that hangs.
fn spec(server: &Server) -> EndpointSpec {
    let mut spec = EndpointSpec::new(server.base_url(), "test-model");
    spec.retry = RetryPolicy {
        attempts: 3,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(2),
        longest_asked: Duration::from_millis(3),
    };
    spec.timeouts.whole = Duration::from_secs(20);
    spec
}

fn open(spec: EndpointSpec) -> OpenAiEndpoint {
    Endpoints::new().open(spec).unwrap()
}

fn schema() -> ReplySchema {
    ReplySchema { name: "turn", json: json!({"type": "object", "properties": {}, "additionalProperties": false}) }
}

/// Asks for free text, and keeps the pieces.
async fn ask(endpoint: &OpenAiEndpoint) -> (Result<Completion, EndpointError>, Vec<Piece>) {
    ask_for(endpoint, None).await
}

async fn ask_for(
    endpoint: &OpenAiEndpoint,
    schema: Option<&ReplySchema>,
) -> (Result<Completion, EndpointError>, Vec<Piece>) {
    let pieces = Mutex::new(Vec::new());
    let hear = |piece| pieces.lock().unwrap().push(piece);
    let request = Request { system: "be brief", user: "the topic", schema };
    let answer = endpoint.complete(request, &hear).await;
    let pieces = pieces.into_inner().unwrap_or_else(PoisonError::into_inner);
    (answer, pieces)
}

/// One call to a server that answers each request by the next script, and the last one for ever.
async fn once(scripts: Vec<Vec<server::Act>>) -> (Result<Completion, EndpointError>, Vec<Piece>, Server) {
    let server = Server::start(scripts).await;
    let (answer, pieces) = ask(&open(spec(&server))).await;
    (answer, pieces, server)
}

fn text_of(pieces: &[Piece]) -> String {
    let text = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        _ => None,
    });
    text.collect()
}

fn reasoning_of(pieces: &[Piece]) -> String {
    let text = pieces.iter().filter_map(|piece| match piece {
        Piece::Reasoning(text) => Some(text.as_str()),
        _ => None,
    });
    text.collect()
}

fn retries_in(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| matches!(piece, Piece::Retry { .. })).count()
}
