//! How less is asked of a server that refuses, and that this is remembered.

use serde_json::{Value, json};

use super::server::{Act, Server, answer, status};
use super::{ask, ask_for, open, retries_in, schema, spec};
use crate::llm::{EndpointError, Endpoints, OpenAiEndpoint, Piece, Rung};

const OBJECT: &str = "{\"a\":1}";

async fn against(scripts: Vec<Vec<Act>>) -> (Server, OpenAiEndpoint) {
    let server = Server::start(scripts).await;
    let mut spec = spec(&server);
    spec.temperature = Some(0.5);
    (server, open(spec))
}

fn refusal(code: u16, message: &str) -> Vec<Act> {
    status(code, "", &json!({"error": {"message": message}}).to_string())
}

fn format_of(body: &Value) -> &str {
    body["response_format"]["type"].as_str().unwrap_or("none")
}

fn downgrades(pieces: &[Piece]) -> Vec<Rung> {
    let to = pieces.iter().filter_map(|piece| match piece {
        Piece::Downgraded { to, .. } => Some(*to),
        _ => None,
    });
    to.collect()
}

#[tokio::test]
async fn a_schema_is_asked_for_first() {
    let (server, endpoint) = against(vec![answer(OBJECT)]).await;
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    assert_eq!(done.unwrap().text, OBJECT);
    assert!(downgrades(&pieces).is_empty());
    let format = server.bodies()[0]["response_format"].clone();
    assert_eq!(
        format,
        json!({"type": "json_schema", "json_schema": {"name": "turn", "strict": true, "schema": schema().json}})
    );
}

#[tokio::test]
async fn each_refusal_is_one_step_down_and_is_remembered() {
    let (server, endpoint) = against(vec![
        refusal(400, "response_format.type json_schema is unsupported"),
        refusal(422, "unknown grammar"),
        answer(OBJECT),
    ])
    .await;
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    assert_eq!(done.unwrap().retries, 0);
    assert_eq!(downgrades(&pieces), [Rung::Object, Rung::Text]);
    assert_eq!(retries_in(&pieces), 0);
    assert_eq!(endpoint.rung(), Rung::Text);

    ask_for(&endpoint, Some(&schema())).await.0.unwrap();
    let bodies = server.bodies();
    let formats: Vec<&str> = bodies.iter().map(format_of).collect();
    assert_eq!(formats, ["json_schema", "json_object", "none", "none"]);
    let user = bodies[2]["messages"][1]["content"].as_str().unwrap();
    assert!(user.starts_with("the topic\n") && user.contains("`turn`") && user.contains("```json"), "{user}");
    assert_eq!(bodies[2]["messages"][0], bodies[0]["messages"][0]);
}

#[tokio::test]
async fn the_memory_is_shared_by_endpoints_of_one_model() {
    let server = Server::start(vec![refusal(400, "json_schema not supported"), answer(OBJECT)]).await;
    let endpoints = Endpoints::new();
    let first = endpoints.open(spec(&server)).unwrap();
    ask_for(&first, Some(&schema())).await.0.unwrap();
    assert_eq!(endpoints.open(spec(&server)).unwrap().rung(), Rung::Object);
    let mut other = spec(&server);
    other.model = "other".to_owned();
    assert_eq!(endpoints.open(other).unwrap().rung(), Rung::Schema);
}

#[tokio::test]
async fn a_second_bare_500_on_a_schema_is_a_step_down_that_counts_if_it_helps() {
    let bare = refusal(500, "Internal Server Error");
    let (server, endpoint) = against(vec![bare.clone(), bare, answer(OBJECT)]).await;
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    done.unwrap();
    // Both failures show: nobody can tell yet that they were no chance.
    assert_eq!((downgrades(&pieces), retries_in(&pieces)), (vec![Rung::Object], 2));
    assert_eq!(endpoint.rung(), Rung::Object);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn one_bare_500_may_be_chance_and_costs_no_rung() {
    let (_server, endpoint) = against(vec![refusal(500, "Internal Server Error"), answer(OBJECT)]).await;
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    assert_eq!(done.unwrap().retries, 1);
    assert_eq!((downgrades(&pieces), endpoint.rung()), (vec![], Rung::Schema));
}

#[tokio::test]
async fn a_500_that_speaks_of_the_schema_is_not_tried_again() {
    let (server, endpoint) = against(vec![refusal(500, "failed to parse grammar"), answer(OBJECT)]).await;
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    done.unwrap();
    assert_eq!((downgrades(&pieces), retries_in(&pieces), server.seen().len()), (vec![Rung::Object], 0, 2));
}

#[tokio::test]
async fn an_unknown_field_is_dropped_whether_it_is_named_or_not() {
    let loc = json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]});
    let bare = json!({"detail": "Unexpected keys in the request"});
    for body in [loc, bare] {
        let (server, endpoint) = against(vec![status(422, "", &body.to_string()), answer("x")]).await;
        ask(&endpoint).await.0.unwrap();
        ask(&endpoint).await.0.unwrap();
        assert!(server.bodies()[1..].iter().all(|body| body.get("stream_options").is_none()));
        assert_eq!(endpoint.concessions(), ["usage is not asked for"]);
    }
}

#[tokio::test]
async fn a_cap_that_is_too_high_is_lowered_and_remembered() {
    let (server, endpoint) =
        against(vec![refusal(400, "max_tokens is too large: 8192. This model supports at most 4096"), answer("x")])
            .await;
    ask(&endpoint).await.0.unwrap();
    ask(&endpoint).await.0.unwrap();
    let caps: Vec<Value> = server.bodies().iter().map(|body| body["max_tokens"].clone()).collect();
    assert_eq!(caps, [8192, 4096, 4096]);
}

#[tokio::test]
async fn a_server_that_is_down_is_not_blamed_for_the_schema() {
    let (server, endpoint) = against(vec![refusal(500, "Internal Server Error")]).await;
    let (error, _) = ask_for(&endpoint, Some(&schema())).await;
    assert!(matches!(error, Err(EndpointError::Server { status: 500, .. })));
    assert_eq!(endpoint.rung(), Rung::Schema);
    // Two at the top and one on each rung below.
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_schema_that_has_worked_is_not_blamed_for_a_bare_500() {
    let bare = refusal(500, "Internal Server Error");
    let (server, endpoint) = against(vec![answer(OBJECT), bare, answer(OBJECT)]).await;
    ask_for(&endpoint, Some(&schema())).await.0.unwrap();
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    assert_eq!(done.unwrap().retries, 1);
    assert_eq!((downgrades(&pieces), retries_in(&pieces)), (vec![], 1));
    assert!(server.bodies().iter().all(|body| format_of(body) == "json_schema"));
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_passed_on_and_reported() {
    let (server, endpoint) = against(vec![answer("I would rather talk.")]).await;
    let (done, pieces) = ask_for(&endpoint, Some(&schema())).await;
    assert_eq!(done.unwrap().text, "I would rather talk.");
    assert_eq!(downgrades(&pieces), [Rung::Object]);
    assert_eq!(endpoint.rung(), Rung::Object);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn without_a_schema_nothing_is_asked_or_learnt() {
    let (server, endpoint) = against(vec![answer("words")]).await;
    let (done, pieces) = ask(&endpoint).await;
    done.unwrap();
    assert_eq!(pieces.len(), 1);
    assert_eq!(endpoint.rung(), Rung::Schema);
    assert_eq!(format_of(&server.bodies()[0]), "none");
}

#[tokio::test]
async fn refused_fields_are_dropped_or_swapped_and_remembered() {
    let (server, endpoint) = against(vec![
        refusal(400, "Unrecognized request argument supplied: stream_options"),
        refusal(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
        refusal(400, "Unsupported value: 'temperature' does not support 0.5 with this model."),
        answer("x"),
    ])
    .await;
    let (done, pieces) = ask(&endpoint).await;
    assert_eq!(done.unwrap().retries, 0);
    let adapted = pieces.iter().filter(|piece| matches!(piece, Piece::Adapted { .. }));
    assert_eq!(adapted.count(), 3);
    ask(&endpoint).await.0.unwrap();
    let bodies = server.bodies();
    assert_eq!(bodies.len(), 5);
    assert_eq!(bodies[0]["temperature"], 0.5);
    for body in &bodies[3..] {
        assert_eq!(body["max_completion_tokens"], 8192);
        for gone in ["max_tokens", "stream_options", "temperature"] {
            assert!(body.get(gone).is_none(), "{gone}");
        }
    }
}

#[tokio::test]
async fn the_cap_is_swapped_only_once_a_call() {
    let (server, endpoint) = against(vec![refusal(400, "unknown fields max_tokens max_completion_tokens")]).await;
    let (error, _) = ask(&endpoint).await;
    assert!(matches!(error, Err(EndpointError::BadRequest { status: 400, .. })));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_refused_system_role_is_folded_into_the_user_message() {
    for (code, message) in [
        (400, "System role not supported"),
        (500, "Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/..."),
    ] {
        let (server, endpoint) = against(vec![refusal(code, message), answer("x")]).await;
        ask(&endpoint).await.0.unwrap();
        ask(&endpoint).await.0.unwrap();
        let bodies = server.bodies();
        assert_eq!(bodies.len(), 3);
        for body in &bodies[1..] {
            assert_eq!(body["messages"], json!([{"role": "user", "content": "be brief\n\nthe topic"}]));
        }
    }
}
