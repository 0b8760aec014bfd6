//! What goes wrong is named, shown without harm, and says what to do.

use serde_json::json;

use super::server::{Act, Server, delta, event, finish, head, send, status, stream_of};
use super::{ask, once, open, spec};
use crate::llm::{EndpointError, Endpoints};

const KEY: &str = "very-private-key-1234";

async fn error_of(script: Vec<Act>) -> EndpointError {
    once(vec![script]).await.0.unwrap_err()
}

#[tokio::test]
async fn statuses_have_their_kinds() {
    use EndpointError as E;
    let of = |code, body: &'static str| error_of(status(code, "", body));
    assert!(matches!(of(401, "{}").await, E::Unauthorized { status: 401, .. }));
    assert!(matches!(of(403, "no").await, E::Unauthorized { status: 403, .. }));
    assert!(matches!(of(404, "<html>").await, E::ModelNotFound { status: 404, model, .. } if model == "test-model"));
    assert!(matches!(of(400, "{\"detail\":\"bad\"}").await, E::BadRequest { status: 400, .. }));
    assert!(matches!(of(422, "[]").await, E::BadRequest { status: 422, .. }));
    assert!(matches!(
        of(429, "{\"error\":{\"code\":\"insufficient_quota\"}}").await,
        E::RateLimited { exhausted: true, .. }
    ));
    let overflow = of(400, "{\"error\":{\"message\":\"maximum context length is 4096 tokens\"}}").await;
    assert!(matches!(overflow, E::ContextOverflow { limit: Some(4096), .. }));
    let in_stream =
        error_of(vec![head(), event(&json!({"error": {"code": 400, "message": "context length exceeded"}}))]).await;
    assert!(matches!(in_stream, E::ContextOverflow { limit: None, .. }));
}

#[tokio::test]
async fn codes_are_read_as_numbers_and_as_words() {
    use EndpointError as E;
    let of = async |code: serde_json::Value| {
        error_of(vec![head(), event(&json!({"error": {"code": code, "message": "x"}}))]).await
    };
    for code in [json!(429), json!("429"), json!(429.0)] {
        assert!(matches!(of(code).await, E::RateLimited { status: 429, .. }));
    }
    assert!(matches!(of(json!("400")).await, E::BadRequest { status: 400, .. }));
    assert!(matches!(of(json!("server_error")).await, E::Server { status: 500, .. }));
    let (number, word) =
        ("{\"error\":{\"code\":401,\"message\":\"no\"}}", "{\"error\":{\"code\":\"invalid_api_key\"}}");
    for body in [number, word] {
        assert!(matches!(error_of(status(401, "", body)).await, E::Unauthorized { status: 401, .. }));
    }
    assert!(matches!(error_of(status(400, "", word)).await, E::Unauthorized { status: 400, .. }));
}

/// A request that does not fit may be answered with nothing, in good order.
#[tokio::test]
async fn an_overflow_as_an_empty_200_is_named() {
    let nothing = json!({"choices": [], "usage": {"prompt_tokens": 4096, "completion_tokens": 0}});
    let (error, _, server) = once(vec![stream_of(&[delta(""), finish("length"), nothing.clone()])]).await;
    assert!(matches!(error, Err(EndpointError::ContextOverflow { limit: None, .. })), "{error:?}");
    assert_eq!(server.seen().len(), 1, "the same again would end the same");

    let server = Server::start(vec![stream_of(&[delta(""), finish("stop"), nothing])]).await;
    let endpoint = open(spec(&server));
    let (short, _) = ask(&endpoint).await;
    assert!(matches!(short, Err(EndpointError::EmptyReply { .. })), "{short:?}");
    let user = "a long log ".repeat(2_000);
    let request = crate::llm::Request { system: "be brief", user: &user, ..Default::default() };
    let long = crate::llm::Endpoint::complete(&endpoint, request, &|_| ()).await.unwrap_err();
    assert!(matches!(long, EndpointError::ContextOverflow { limit: None, .. }), "{long:?}");
    assert!(long.to_string().contains("5502 tokens") && long.hint().contains("context"), "{long}");
}

#[tokio::test]
async fn an_answer_cut_at_the_limit_carries_its_text_and_usage() {
    let usage = json!({"choices": [], "usage": {"completion_tokens": 8192}});
    let (error, _, server) = once(vec![stream_of(&[delta("so far"), finish("length"), usage])]).await;
    match error.unwrap_err() {
        EndpointError::CutAtLimit { text, limit, usage } => {
            assert_eq!((text.as_str(), limit, usage.completion), ("so far", 8192, Some(8192)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn refusals_carry_their_text_and_are_not_tried_again() {
    let refusal = json!({"choices": [{"delta": {"refusal": "I will not."}}]});
    for (chunks, said) in
        [(vec![refusal, finish("stop")], "I will not."), (vec![delta("Well"), finish("content_filter")], "Well")]
    {
        let (error, _, server) = once(vec![stream_of(&chunks)]).await;
        assert!(matches!(error, Err(EndpointError::Refused { text, .. }) if text == said));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn the_key_is_in_no_error() {
    let says = json!({"error": {"message": format!("Incorrect API key provided: {KEY}, header Bearer {KEY}")}});
    let echo = format!("oops \u{1b}[31m {KEY}");
    let scripts = [
        status(401, "", &says.to_string()),
        status(400, "", &echo),
        status(500, &format!("x-request-id: {KEY}\r\n"), &echo),
        status(429, "", &echo),
        status(404, "", &echo),
        status(403, "", &format!("flagged {echo}")),
        status(200, "", &format!("<html>{echo}")),
        status(200, "", &echo),
        vec![head(), event(&says)],
        vec![head(), send(&format!("data: {{{KEY}\n\n"))],
        vec![],
    ];
    for script in scripts {
        let server = Server::start(vec![script]).await;
        let mut spec = spec(&server);
        spec.api_key = Some(KEY.to_owned().into());
        let (error, pieces) = ask(&open(spec)).await;
        let error = error.unwrap_err();
        let shown = format!("{error} {error:?} {} {pieces:?}", error.hint());
        assert!(!shown.contains(KEY), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
        assert!(error.to_string().chars().count() < 500);
        assert!(!error.to_string().contains('\n'));
    }
}

#[tokio::test]
async fn bodies_lines_and_answers_are_bounded() {
    let refusal = error_of(status(400, "", &"x ".repeat(1 << 20))).await;
    assert!(refusal.to_string().len() < 500);
    let line = error_of(vec![head(), Act::Drip(&[b'x'; 1 << 18])]).await;
    assert!(!matches!(line, EndpointError::Timeout { .. }), "{line:?}");
    let long = format!("data: {}\n\n", delta(&"x".repeat(700_000)));
    let text = error_of(vec![head(), send(&long), send(&long)]).await;
    assert!(matches!(text, EndpointError::TooLarge { what: "text", .. }), "{text:?}");
    let one = error_of(vec![head(), send(&format!("data: {}\n\n", delta(&"x".repeat(1 << 20))))]).await;
    assert!(matches!(one, EndpointError::TooLarge { what: "one line", .. }), "{one:?}");
}

#[test]
fn what_cannot_be_sent_is_refused_on_opening() {
    let server_less = |url: &str, key: Option<&str>| {
        let mut spec = crate::llm::EndpointSpec::new(url, "m");
        spec.api_key = key.map(|key| key.to_owned().into());
        Endpoints::new().open(spec)
    };
    let error = server_less("http://h/v1", Some("hunter2\nx")).unwrap_err();
    assert!(matches!(error, EndpointError::BadKey { .. }));
    assert!(error.to_string().contains("line break") && !format!("{error:?}").contains("hunter2"));
    let error = server_less("localhost:11434", None).unwrap_err();
    assert!(matches!(error, EndpointError::BadUrl { .. }));
    assert!(error.hint().contains("http://localhost:11434/v1"));
}

#[test]
fn a_model_may_name_its_base_url() {
    let split = crate::llm::parse_model_at;
    let both = |model: &str, url: &str| (model.to_owned(), Some(url.to_owned()));
    assert_eq!(split("qwen3@http://h:1/v1"), both("qwen3", "http://h:1/v1"));
    assert_eq!(split("a@b@https://h/v1"), both("a@b", "https://h/v1"));
    assert_eq!(split("claude@20250101"), ("claude@20250101".to_owned(), None));
    assert_eq!(split("m@httpx"), ("m@httpx".to_owned(), None));
    assert_eq!(split(""), (String::new(), None));
}
