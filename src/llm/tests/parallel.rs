//! How many calls are under way at once.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Barrier;

use serde_json::json;

use super::server::{Act, Server, answer, delta, event, finish, head, status};
use super::{ask, open, retries_in, spec};
use crate::llm::{Endpoints, Piece};

fn behind(first: Act) -> Vec<Act> {
    std::iter::once(first).chain(answer("x")).collect()
}

#[tokio::test]
async fn four_calls_are_really_in_parallel() {
    // Nobody gets an answer before all four have arrived.
    let server = Server::start(vec![behind(Act::Meet(Arc::new(Barrier::new(4))))]).await;
    let endpoint = open(spec(&server));
    for (done, _) in join_all((0..4).map(|_| ask(&endpoint))).await {
        assert_eq!(done.unwrap().text, "x");
    }
    assert_eq!(server.most_at_once(), 4);
}

#[tokio::test]
async fn a_limit_of_one_makes_them_wait_for_each_other() {
    let server = Server::start(vec![behind(Act::Dawdle)]).await;
    let endpoints = Endpoints::new();
    let open = |model: &str| {
        let mut spec = spec(&server);
        model.clone_into(&mut spec.model);
        spec.max_parallel = 1;
        endpoints.open(spec).unwrap()
    };
    // Two models, one server: one line.
    let (a, b) = (open("a"), open("b"));
    let calls = [&a, &b, &a, &b];
    for (done, _) in join_all(calls.map(ask)).await {
        done.unwrap();
    }
    assert_eq!(server.seen().len(), 4);
    assert_eq!(server.most_at_once(), 1);
}

#[tokio::test]
async fn a_limit_of_two_lets_two_through() {
    let server = Server::start(vec![behind(Act::Meet(Arc::new(Barrier::new(2))))]).await;
    let mut spec = spec(&server);
    spec.max_parallel = 2;
    let endpoint = open(spec);
    for (done, _) in join_all((0..6).map(|_| ask(&endpoint))).await {
        done.unwrap();
    }
    assert_eq!(server.most_at_once(), 2);
}

/// llama-cpp-python ends the stream it is writing, in order, when the next request comes.
#[tokio::test]
async fn a_server_that_drops_a_stream_for_the_next_call_is_called_once_at_a_time() {
    let script = vec![head(), event(&delta("whole")), Act::UntilNext, event(&finish("stop"))];
    let server = Server::start(vec![script]).await;
    let mut spec = spec(&server);
    spec.retry.attempts = 6;
    let endpoint = open(spec);
    assert_eq!(endpoint.parallel(), 4);
    let asked = join_all((0..4).map(|_| ask(&endpoint))).await;
    let mut told = 0;
    for (done, pieces) in asked {
        assert_eq!(done.unwrap().text, "whole");
        told += pieces.iter().filter(|piece| matches!(piece, Piece::Adapted { .. })).count();
    }
    assert_eq!((told, endpoint.parallel()), (1, 1));
    let before = server.seen().len();
    for (done, pieces) in join_all((0..4).map(|_| ask(&endpoint))).await {
        done.unwrap();
        assert_eq!(retries_in(&pieces), 0);
    }
    assert_eq!(server.seen().len(), before + 4);
}

#[tokio::test]
async fn a_server_that_complains_of_other_calls_gets_fewer_at_once() {
    let busy = json!({"error": {"message": "too many concurrent requests", "code": 429}}).to_string();
    for code in [429, 503] {
        let server = Server::start(vec![status(code, "", &busy), answer("x")]).await;
        let endpoint = open(spec(&server));
        let (done, pieces) = ask(&endpoint).await;
        assert_eq!((done.unwrap().text.as_str(), retries_in(&pieces)), ("x", 1));
        assert_eq!(endpoint.parallel(), 2);
    }
    let server = Server::start(vec![status(429, "", "{\"error\":\"rate limit\"}"), answer("x")]).await;
    let endpoint = open(spec(&server));
    ask(&endpoint).await.0.unwrap();
    assert_eq!(endpoint.parallel(), 4, "a rate is no crowd");
}
