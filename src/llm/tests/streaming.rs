//! What a stream can look like and still be an answer.

use serde_json::json;

use super::server::{Act, Server, answer, delta, done, event, finish, head, header, send, status, stream_of};
use super::{ask, once, open, reasoning_of, retries_in, spec, text_of};
use crate::llm::{Endpoint, Finish, Piece, Usage};

#[tokio::test]
async fn a_plain_stream_is_an_answer() {
    let (done, pieces, server) = once(vec![stream_of(&[
        delta("Hello "),
        delta("world"),
        finish("stop"),
        json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2,
               "prompt_tokens_details": {"cached_tokens": 4}}}),
    ])])
    .await;
    let done = done.unwrap();
    assert_eq!(done.text, "Hello world");
    assert_eq!(text_of(&pieces), "Hello world");
    assert_eq!(done.finish, Finish::Stop);
    assert_eq!(done.model.as_deref(), Some("served-model"));
    assert_eq!(done.retries, 0);
    let (prompt, cached, completion) = (Some(9), Some(4), Some(2));
    assert_eq!(done.usage, Usage { prompt, cached, completion });

    let sent = &server.bodies()[0];
    assert_eq!(sent["stream"], true);
    assert_eq!(sent["stream_options"]["include_usage"], true);
    assert_eq!(sent["max_tokens"], 8192);
    assert_eq!(sent["model"], "test-model");
    assert_eq!(
        sent["messages"],
        json!([{"role": "system", "content": "be brief"}, {"role": "user", "content": "the topic"}])
    );
    assert!(sent.get("temperature").is_none() && sent.get("response_format").is_none());
}

#[tokio::test]
async fn the_key_and_the_agent_are_sent_and_no_key_sends_none() {
    let server = Server::start(vec![answer("x")]).await;
    let mut keyed = spec(&server);
    keyed.base_url.push_str("//");
    keyed.api_key = Some("sk-test-1234".to_owned().into());
    let keyed = open(keyed);
    assert!(!format!("{keyed:?} {}", keyed.label()).contains("sk-test"));
    ask(&keyed).await.0.unwrap();
    ask(&open(spec(&server))).await.0.unwrap();
    let heads: Vec<String> = server.seen().into_iter().map(|seen| seen.head).collect();
    assert!(heads[0].starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{}", heads[0]);
    assert_eq!(header(&heads[0], "authorization"), Some("Bearer sk-test-1234"));
    assert!(header(&heads[0], "user-agent").unwrap().starts_with("conclave/"));
    assert_eq!(header(&heads[1], "authorization"), None);
}

#[tokio::test]
async fn comments_ids_and_names_are_passed_over() {
    let (done, pieces, _) = once(vec![vec![
        head(),
        send(": keep-alive\n\nid: 4\nretry: 10\nevent: message\n"),
        event(&delta("a")),
        send("event: keepalive\ndata: {}\n\n:\r\n\r\n"),
        event(&delta("b")),
        event(&finish("stop")),
    ]])
    .await;
    assert_eq!(done.unwrap().text, "ab");
    assert_eq!(text_of(&pieces), "ab");
}

#[tokio::test]
async fn characters_may_be_cut_anywhere() {
    let text = "grün \u{1f600} 中文";
    let bytes = format!("data: {}\n\ndata: {}\n\n", delta(text), finish("stop"));
    let mut acts = vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")];
    for byte in bytes.as_bytes().chunks(1) {
        let mut chunk = b"1\r\n".to_vec();
        chunk.extend_from_slice(byte);
        chunk.extend_from_slice(b"\r\n");
        acts.push(Act::Send(chunk));
    }
    acts.push(send("0\r\n\r\n"));
    assert_eq!(once(vec![acts]).await.0.unwrap().text, text);
}

#[tokio::test]
async fn an_end_mark_is_not_needed_after_a_finish_reason() {
    let script = vec![head(), event(&delta("x")), event(&finish("stop"))];
    let (done, pieces, _) = once(vec![script]).await;
    assert_eq!(done.unwrap().text, "x");
    assert_eq!(retries_in(&pieces), 0);
}

#[tokio::test]
async fn nothing_is_waited_for_after_the_end_mark() {
    let mut script = answer("x");
    script.push(Act::Hang);
    assert_eq!(once(vec![script]).await.0.unwrap().text, "x");
}

#[tokio::test]
async fn a_fault_after_the_finish_reason_costs_nothing() {
    let script =
        vec![send("HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n"), event(&delta("x")), event(&finish("stop"))];
    let (done, pieces, _) = once(vec![script]).await;
    assert_eq!(done.unwrap().text, "x");
    assert_eq!(retries_in(&pieces), 0);
}

#[tokio::test]
async fn a_promised_keep_alive_that_is_closed_does_no_harm() {
    let body = format!("data: {}\n\ndata: {}\n\n", delta("x"), finish("stop"));
    let script = vec![send(&format!(
        "HTTP/1.1 200 OK\r\nconnection: keep-alive\r\nkeep-alive: timeout=5\r\ncontent-length: {}\r\n\r\n{body}data: [DONE]\n\n",
        body.len() + "data: [DONE]\n\n".len()
    ))];
    let server = Server::start(vec![script]).await;
    let endpoint = open(spec(&server));
    for _ in 0..20 {
        let (done, pieces) = ask(&endpoint).await;
        assert_eq!(done.unwrap().text, "x");
        assert_eq!(retries_in(&pieces), 0);
    }
    assert_eq!(server.seen().len(), 20);
}

#[tokio::test]
async fn a_connection_is_used_once() {
    // Read to its end, so that a pool would take the connection back; but nobody answers on it any more.
    let body = format!("data: {}\n\ndata: {}\n\n", delta("x"), finish("stop"));
    let length = body.len();
    let whole = send(&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"));
    let server = Server::start(vec![vec![whole, Act::Hang]]).await;
    let mut spec = spec(&server);
    spec.timeouts.whole = std::time::Duration::from_secs(3);
    let endpoint = open(spec);
    for _ in 0..5 {
        assert_eq!(ask(&endpoint).await.0.unwrap().text, "x");
    }
}

#[tokio::test]
async fn a_whole_document_in_place_of_a_stream_is_an_answer() {
    let body = json!({"model": "m2", "choices": [{"message": {"role": "assistant",
        "content": "<think>hm</think>\nwhole", "refusal": null}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "prompt_cache_hit_tokens": 1}});
    let (done, pieces, _) =
        once(vec![status(200, "content-type: application/json\r\n", &serde_json::to_string_pretty(&body).unwrap())])
            .await;
    let done = done.unwrap();
    assert_eq!((done.text.as_str(), done.model.as_deref()), ("whole", Some("m2")));
    assert_eq!(done.usage.cached, Some(1));
    assert_eq!(reasoning_of(&pieces), "hm");
}

#[tokio::test]
async fn a_whole_document_needs_no_finish_reason() {
    let body = json!({"choices": [{"message": {"content": "x"}}]}).to_string();
    let (done, ..) = once(vec![status(200, "", &body)]).await;
    assert_eq!(done.unwrap().finish, Finish::Other(String::new()));
}

#[tokio::test]
async fn thoughts_are_told_apart() {
    let thought = |name: &str| json!({"choices": [{"delta": {name: "deep "}}]});
    for chunks in [
        vec![thought("reasoning_content"), delta("answer"), finish("stop")],
        vec![thought("reasoning"), delta("answer"), finish("stop")],
        vec![delta("<th"), delta("ink>deep </"), delta("think>\n"), delta("\nanswer"), finish("stop")],
    ] {
        let (done, pieces, _) = once(vec![stream_of(&chunks)]).await;
        assert_eq!(done.unwrap().text, "answer");
        assert_eq!(text_of(&pieces), "answer");
        assert_eq!(reasoning_of(&pieces), "deep ");
    }
}

#[tokio::test]
async fn odd_fields_do_no_harm() {
    let odd = json!({"created": 1.5, "service_tier": {"a": 1}, "usage": {}, "choices": null});
    let tool = json!({"choices": [{"delta": {"content": null, "tool_calls": [{"id": 1}]}, "logprobs": 3}]});
    let (done, pieces, _) = once(vec![stream_of(&[odd, tool, delta("x"), finish("weird")])]).await;
    let done = done.unwrap();
    assert_eq!(done.finish, Finish::Other("weird".to_owned()));
    assert_eq!(done.usage, Usage::default());
    assert_eq!(pieces, [Piece::Text("x".to_owned())]);
}

#[tokio::test]
async fn two_answers_after_each_other_do_not_mix() {
    let server = Server::start(vec![answer("one"), answer("two")]).await;
    let endpoint = open(spec(&server));
    assert_eq!(ask(&endpoint).await.0.unwrap().text, "one");
    assert_eq!(ask(&endpoint).await.0.unwrap().text, "two");
}

#[tokio::test]
async fn usage_may_come_with_the_last_choice() {
    let last = json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": "7", "completion_tokens": 1}});
    let script = vec![head(), event(&delta("x")), event(&last), done()];
    assert_eq!(once(vec![script]).await.0.unwrap().usage.prompt, Some(7));
}

#[tokio::test]
async fn usage_may_come_in_a_chunk_of_its_own_that_has_choices_or_never() {
    let late = json!({"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": null}],
                      "usage": {"prompt_tokens": 7, "completion_tokens": 1}});
    let (done, ..) = once(vec![stream_of(&[delta("x"), finish("stop"), late])]).await;
    let done = done.unwrap();
    assert_eq!((done.text.as_str(), done.usage.prompt, done.finish), ("x", Some(7), Finish::Stop));
    let (done, ..) = once(vec![stream_of(&[delta("x"), finish("stop")])]).await;
    assert_eq!(done.unwrap().usage, Usage::default());
}

#[tokio::test]
async fn roles_may_be_null_or_missing_or_odd() {
    let said = |delta: serde_json::Value| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]});
    let chunks = [
        said(json!({"role": null, "content": "a"})),
        said(json!({"content": "b"})),
        said(json!({"role": 3, "content": "c"})),
        said(json!({"role": "", "content": null})),
        finish("stop"),
    ];
    let (done, ..) = once(vec![stream_of(&chunks)]).await;
    assert_eq!(done.unwrap().text, "abc");
    let body = json!({"choices": [{"message": {"role": null, "content": "x"}, "finish_reason": "stop"}]}).to_string();
    assert_eq!(once(vec![status(200, "", &body)]).await.0.unwrap().text, "x");
}

#[tokio::test]
async fn an_event_may_be_cut_into_packets_anywhere() {
    let whole = format!("data: {}\r\n\r\ndata: {}\r\n\r\n", delta("one event"), finish("stop"));
    for at in [1, 5, 6, 20, whole.len() / 2, whole.len() - 3, whole.len() - 1] {
        let (left, right) = whole.split_at(at);
        let script = vec![head(), send(left), Act::Dawdle, send(right), done()];
        assert_eq!(once(vec![script]).await.0.unwrap().text, "one event", "{at}");
    }
}

#[tokio::test]
async fn an_answer_that_is_all_in_the_thoughts_is_found() {
    let thought = |text: &str| json!({"choices": [{"delta": {"content": "", "reasoning_content": text}}]});
    let (done, pieces, server) = once(vec![stream_of(&[thought("{\"a\""), thought(":1}"), finish("stop")])]).await;
    assert_eq!(done.unwrap().text, "{\"a\":1}");
    assert_eq!(text_of(&pieces), "", "it was shown as thoughts");
    assert_eq!(server.seen().len(), 1);
    let (done, ..) = once(vec![stream_of(&[delta("<think>{\"a\":1}"), finish("stop")])]).await;
    assert_eq!(done.unwrap().text, "{\"a\":1}");
}
