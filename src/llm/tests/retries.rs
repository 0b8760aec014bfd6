//! What is tried again, and what is not.

use std::time::Duration;

use serde_json::json;

use super::server::{Act, Server, answer, delta, done, event, finish, head, send, status, stream_of};
use super::{ask, once, open, retries_in, spec};
use crate::llm::{EndpointError, Piece};

/// The first answer fails like this, the second is good.
async fn recovers_from(name: &str, script: Vec<Act>) -> Vec<Piece> {
    let (done, pieces, server) = once(vec![script, answer("good")]).await;
    let done = done.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((done.text.as_str(), done.retries), ("good", 1), "{name}");
    assert_eq!(server.seen().len(), 2, "{name}");
    assert_eq!(retries_in(&pieces), 1, "{name}");
    pieces
}

#[tokio::test]
async fn statuses_that_pass_are_tried_again() {
    for code in [408, 409, 425, 429, 500, 502, 503, 504, 529] {
        recovers_from(&code.to_string(), status(code, "", "{\"error\":\"busy\"}")).await;
    }
}

#[tokio::test]
async fn broken_answers_are_tried_again() {
    let error = json!({"error": {"message": "overloaded", "code": 503}});
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let half = format!("data: {}\n\n", delta("half"));
    for (name, script) in [
        ("closed at once", vec![]),
        ("half a head", vec![send("HTTP/1.1 200")]),
        ("end of file", vec![head(), event(&delta("half"))]),
        ("end mark without a reason", vec![head(), event(&delta("half")), done()]),
        ("cut chunk", vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), send(&chunk(&half))]),
        ("cut line", vec![head(), event(&delta("half")), send("data: {\"choices\":[{\"del")]),
        ("error in the stream", stream_of(&[delta("half"), error.clone()])),
        ("error at once", vec![head(), event(&error)]),
        ("error document", status(200, "", &error.to_string())),
        ("error event", vec![head(), send("event: error\ndata: {\"message\":\"boom\"}\n\n")]),
        ("empty body", status(200, "", "")),
        ("only a comment", vec![head(), send(": hello\n\n")]),
        ("only an end mark", vec![head(), done()]),
        ("a page", status(200, "content-type: text/html\r\n", "<!doctype html><html>")),
        ("words", status(200, "", "Internal error")),
        ("not json", vec![head(), send("data: {oops\n\n")]),
        ("finish reason error", stream_of(&[delta("half"), finish("error")])),
        ("an empty answer", stream_of(&[finish("stop")])),
    ] {
        recovers_from(name, script).await;
    }
}

#[tokio::test]
async fn a_retry_says_why_and_how_often() {
    let pieces = recovers_from("503", status(503, "", "{\"error\":{\"message\":\"too busy\"}}")).await;
    let retry = pieces.iter().find(|piece| matches!(piece, Piece::Retry { .. }));
    let Some(Piece::Retry { attempt, of, cause, wait }) = retry else {
        panic!("{pieces:?}");
    };
    assert_eq!((*attempt, *of), (2, 3));
    assert!(cause.contains("503") && cause.contains("too busy"), "{cause}");
    assert!(*wait <= Duration::from_millis(1));
}

#[tokio::test]
async fn a_server_that_asks_for_time_gets_it_up_to_a_limit() {
    for name in ["retry-after", "llm_provider-retry-after"] {
        let pieces = recovers_from(name, status(429, &format!("{name}: 3600\r\n"), "{}")).await;
        let asked =
            pieces.iter().any(|piece| matches!(piece, Piece::Retry { wait, .. } if *wait == Duration::from_millis(3)));
        assert!(asked, "{pieces:?}");
    }
}

#[tokio::test]
async fn attempts_end_with_the_last_error() {
    let (error, pieces, server) = once(vec![status(503, "", "no")]).await;
    assert!(matches!(error, Err(EndpointError::Server { status: 503, .. })));
    assert_eq!(server.seen().len(), 3);
    assert_eq!(retries_in(&pieces), 2);
}

#[tokio::test]
async fn an_empty_answer_is_tried_again_only_once() {
    let (error, _, server) = once(vec![stream_of(&[delta("<think>hm</think>"), finish("stop")])]).await;
    assert!(matches!(error, Err(EndpointError::EmptyReply { reasoned: true, .. })), "{error:?}");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_the_call_is_not_begun() {
    let server = Server::start(vec![status(429, "retry-after: 3600\r\n", "{}")]).await;
    let mut spec = spec(&server);
    spec.retry.longest_asked = Duration::from_secs(120);
    let (error, _) = ask(&open(spec)).await;
    let Err(error) = error else { panic!() };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_stays_wrong_is_not_tried_again() {
    for code in [301, 400, 401, 402, 403, 404, 405, 413, 422, 501] {
        let (error, pieces, server) =
            once(vec![status(code, "location: /elsewhere\r\n", "{\"error\":{\"message\":\"no\"}}")]).await;
        assert!(!error.unwrap_err().is_retryable(), "{code}");
        assert_eq!((server.seen().len(), pieces.len()), (1, 0), "{code}");
    }
}

#[tokio::test]
async fn an_unreachable_server_is_named() {
    // Bound and dropped: nothing listens there now.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let server = Server::start(vec![answer("x")]).await;
    let mut spec = spec(&server);
    spec.base_url = format!("http://127.0.0.1:{port}/v1");
    let (error, pieces) = ask(&open(spec)).await;
    let error = error.unwrap_err();
    assert!(matches!(error, EndpointError::Unreachable { .. }), "{error:?}");
    assert!(error.hint().contains(&port.to_string()));
    assert!(error.to_string().contains("refused"), "{error}");
    assert_eq!(retries_in(&pieces), 2);
}
