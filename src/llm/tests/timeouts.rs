//! Each time-out, and that what is no token does not count as one.

use std::time::Duration;

use super::server::{Act, Server, answer, delta, event, finish, head, send};
use super::{ask, open, retries_in, spec};
use crate::llm::{EndpointError, Waited};

const SHORT: Duration = Duration::from_millis(50);

async fn waited(script: Vec<Act>, set: fn(&mut crate::llm::Timeouts)) -> (Waited, usize) {
    let server = Server::start(vec![script]).await;
    let mut spec = spec(&server);
    spec.retry.attempts = 2;
    set(&mut spec.timeouts);
    match ask(&open(spec)).await.0 {
        Err(EndpointError::Timeout { which, .. }) => (which, server.seen().len()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_first_token_is_waited_for_only_so_long() {
    for script in [
        vec![Act::Hang],
        vec![head(), Act::Hang],
        vec![head(), Act::Drip(b": keep-alive\n\n")],
        vec![head(), Act::Drip(b"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n")],
    ] {
        let seen = waited(script, |times| times.first_token = SHORT).await;
        assert_eq!(seen, (Waited::FirstToken, 2));
    }
}

#[tokio::test]
async fn a_stalled_stream_is_given_up() {
    for rest in [Act::Hang, Act::Drip(b": keep-alive\n\n")] {
        let seen = waited(vec![head(), event(&delta("x")), rest], |times| times.idle = SHORT).await;
        assert_eq!(seen, (Waited::Idle, 2));
    }
}

#[tokio::test]
async fn a_whole_call_ends_and_is_not_tried_again() {
    let endless = b"data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n";
    let seen = waited(vec![head(), Act::Drip(endless)], |times| times.whole = SHORT).await;
    assert_eq!(seen, (Waited::Whole, 1));
}

#[tokio::test]
async fn thoughts_count_as_tokens() {
    let thought = b"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"x\"}}]}\n\n";
    let seen = waited(vec![head(), Act::Drip(thought)], |times| {
        times.first_token = SHORT;
        times.idle = SHORT;
        times.whole = 6 * SHORT;
    })
    .await;
    assert_eq!(seen.0, Waited::Whole);
}

#[tokio::test]
async fn a_timed_out_attempt_is_tried_again() {
    let server = Server::start(vec![vec![Act::Hang], answer("late")]).await;
    let mut spec = spec(&server);
    spec.timeouts.first_token = SHORT;
    let (done, pieces) = ask(&open(spec)).await;
    assert_eq!(done.unwrap().text, "late");
    assert_eq!(retries_in(&pieces), 1);
}

#[tokio::test]
async fn a_stream_left_open_after_the_answer_still_ends() {
    let script = vec![head(), event(&delta("x")), event(&finish("stop")), Act::Drip(b": still here\n\n")];
    let server = Server::start(vec![script]).await;
    let mut spec = spec(&server);
    spec.timeouts.idle = SHORT;
    assert_eq!(ask(&open(spec)).await.0.unwrap().text, "x");
}

#[tokio::test]
async fn a_refusal_whose_body_is_cut_is_still_a_refusal() {
    let script = vec![send("HTTP/1.1 401 X\r\ncontent-length: 99999\r\n\r\nwrong key")];
    let server = Server::start(vec![script]).await;
    let error = ask(&open(spec(&server))).await.0.unwrap_err();
    assert!(matches!(error, EndpointError::Unauthorized { .. }), "{error:?}");
    assert!(error.to_string().contains("wrong key"));
}

#[tokio::test]
async fn a_dropped_call_frees_its_place() {
    let server = Server::start(vec![vec![Act::Hang], answer("next")]).await;
    let mut spec = spec(&server);
    spec.max_parallel = 1;
    let endpoint = open(spec);
    assert!(tokio::time::timeout(SHORT, ask(&endpoint)).await.is_err());
    assert_eq!(ask(&endpoint).await.0.unwrap().text, "next");
}
