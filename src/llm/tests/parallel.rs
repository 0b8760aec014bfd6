//! How many calls are under way at once.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Barrier;

use super::server::{Act, Server, answer};
use super::{ask, open, spec};
use crate::llm::Endpoints;

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
