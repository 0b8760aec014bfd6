//! A voice against servers whose context is short, hidden, or not what they say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::library::Library;
use super::speaker::{Piece, SpeakError, Speaker, Spoken, Turn};
use super::voice::ModelVoice;
use crate::llm::{EndpointSpec, Endpoints, RetryPolicy};
use crate::protocol::event::{ContextFile, Event, Limits};
use crate::protocol::tests::host::{Host, Judge, SEATS, dutiful, opening};
use crate::protocol::{Ask, Session};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a server meets a request that is longer than it takes.
#[derive(Clone, Copy)]
enum Manner {
    /// 400 with the figures.
    Figures,
    /// 500 without any.
    Words,
    /// 200 with nothing in it.
    Empty,
    /// Reads the end of it and answers as if nothing were.
    Cut,
}

/// A server with a context of `tokens` (four bytes each), which tells `pages` at the addresses it knows.
struct Server {
    tokens: u64,
    manner: Manner,
    pages: Vec<(&'static str, Value)>,
    /// Tokens of the requests it saw, and the caps on their answers.
    seen: Mutex<Vec<(u64, u64)>>,
    asked: Mutex<Vec<String>>,
}

async fn serve(server: Server) -> (Arc<Server>, String) {
    let server = Arc::new(server);
    let app = Router::new().fallback(answer).with_state(Arc::clone(&server));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (server, url)
}

async fn answer(State(server): State<Arc<Server>>, uri: Uri, body: String) -> Response {
    if uri.path() != "/v1/chat/completions" {
        server.asked.lock().unwrap().push(uri.path().to_owned());
        let page = server.pages.iter().find(|(path, _)| *path == uri.path());
        return page.map_or(StatusCode::NOT_FOUND.into_response(), |(_, page)| page.to_string().into_response());
    }
    let body: Value = serde_json::from_str(&body).unwrap();
    let bytes: usize = body["messages"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().len()).sum();
    let (tokens, cap) = (bytes as u64 / 4, body["max_tokens"].as_u64().unwrap());
    server.seen.lock().unwrap().push((tokens, cap));
    let too_long = tokens + cap > server.tokens;
    let said = |text: &str, prompt: u64, completion: u64| {
        json!({ "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": prompt, "completion_tokens": completion } })
        .to_string()
        .into_response()
    };
    match (too_long, server.manner) {
        (false, _) => said("{\"type\":\"REVIEW\",\"content\":\"x\",\"moves\":[]}", tokens, 10),
        (true, Manner::Figures) => {
            let words = format!(
                "This model's maximum context length is {} tokens. However, you requested {} tokens ({tokens} in the messages, \
                 {cap} in the completion).",
                server.tokens,
                tokens + cap
            );
            (StatusCode::BAD_REQUEST, json!({ "error": { "message": words } }).to_string()).into_response()
        }
        (true, Manner::Words) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "the input exceeds the context of the model").into_response()
        }
        (true, Manner::Empty) => said("", tokens, 0),
        (true, Manner::Cut) => said("{\"type\":\"REVIEW\"", server.tokens, 10),
    }
}

fn server(tokens: u64, manner: Manner, pages: &[(&'static str, Value)]) -> Server {
    Server { tokens, manner, pages: pages.to_vec(), seen: Mutex::default(), asked: Mutex::default() }
}

fn voice(endpoints: &Endpoints, url: &str, context: Option<u64>) -> ModelVoice {
    let mut spec = EndpointSpec::new(url, "m");
    spec.context = context;
    spec.max_output_tokens = 1_000;
    spec.retry = RetryPolicy {
        attempts: 2,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    let endpoint = endpoints.open(spec).unwrap();
    ModelVoice::new(Arc::new(endpoint), Arc::new(Library::load(None).unwrap()), None)
}

/// A debate in its middle, whose log has some 60 kB.
fn middle() -> Session {
    let mut host = Host::with(opening(&SEATS, Limits { waves: 500, mediations: 500, ..Limits::default() }));
    let speak = |session: &Session, ask: &Ask| {
        let mut reply =
            dutiful(
                session,
                ask,
                2,
                |author, _| {
                    if author.to_string() == "SECURITY" { Judge::Object } else { Judge::Agree }
                },
            );
        reply.content = format!("{} {}", session.wave().number, "word ".repeat(200));
        reply
    };
    host.run_until(speak, |s| s.entries().len() > 60);
    host.session
}

async fn say(voice: &ModelVoice, session: &Session) -> (Result<Spoken, SpeakError>, Vec<Piece>) {
    let ask = session.asks().remove(0);
    let pieces = Mutex::new(Vec::new());
    let hear = |piece| pieces.lock().unwrap().push(piece);
    let spoken = voice.speak(Turn { session, ask: &ask, refused: &[], looks: Default::default() }, &hear).await;
    (spoken, pieces.into_inner().unwrap())
}

#[tokio::test]
async fn an_overflow_is_learnt_from_and_asked_again_at_once() {
    for (name, manner) in
        [("figures", Manner::Figures), ("words", Manner::Words), ("empty", Manner::Empty), ("cut", Manner::Cut)]
    {
        // It claims sixteen times what it takes.
        let props = json!({ "default_generation_settings": { "n_ctx": 131_072 } });
        let (server, url) = serve(server(8_192, manner, &[("/props", props)])).await;
        let endpoints = Endpoints::new();
        let (voice, session) = (voice(&endpoints, &url, None), middle());
        let (spoken, pieces) = say(&voice, &session).await;
        let spoken = spoken.unwrap();
        assert_eq!(spoken.flaw, None);
        assert!(spoken.text.contains("moves"), "{}", spoken.text);
        assert!(pieces.iter().any(|p| matches!(p, Piece::Retry { wait: Duration::ZERO, .. })), "the journal is told");
        let first = server.seen.lock().unwrap().drain(..).collect::<Vec<_>>();
        assert!(first[0].0 > 8_192 && first.last().unwrap().0 < 7_000, "{first:?}");
        // Remembered: the next request fits at once.
        say(&voice, &session).await.0.unwrap();
        let again = server.seen.lock().unwrap().clone();
        // Without figures the limit is closed in upon.
        let most = if name == "words" { 2 } else { 1 };
        assert!(again.len() <= most && again[0].0 < first[0].0 / 2, "{name}: {first:?} {again:?}");
    }
}

#[tokio::test]
async fn the_server_is_asked_once_and_believed() {
    for (path, page) in [
        ("/props", json!({ "default_generation_settings": { "n_ctx": 8192 } })),
        ("/v1/models", json!({ "data": [{ "id": "m", "max_model_len": 8192 }] })),
        ("/api/ps", json!({ "models": [{ "name": "m:latest", "context_length": 8192 }] })),
        ("/api/show", json!({ "parameters": "num_ctx 8192" })),
        (
            "/api/v0/models",
            json!({ "data": [{ "id": "m", "loaded_context_length": 8192, "max_context_length": 131_072 }] }),
        ),
    ] {
        let (server, url) = serve(server(8_192, Manner::Figures, &[(path, page)])).await;
        let endpoints = Endpoints::new();
        let (voice, session) = (voice(&endpoints, &url, None), middle());
        let both = futures::join!(say(&voice, &session), say(&voice, &session));
        assert!(both.0.0.is_ok() && both.1.0.is_ok());
        assert_eq!(server.seen.lock().unwrap().len(), 2, "{path}: both fitted at once");
        let asked = server.asked.lock().unwrap().clone();
        assert_eq!(asked.iter().filter(|p| *p == "/v1/models").count(), 1, "{path}: {asked:?}");
    }
}

#[tokio::test]
async fn what_is_set_is_kept_to_without_asking() {
    let (server, url) = serve(server(100_000, Manner::Figures, &[])).await;
    let endpoints = Endpoints::new();
    say(&voice(&endpoints, &url, Some(8_192)), &middle()).await.0.unwrap();
    let seen = server.seen.lock().unwrap().clone();
    assert!(seen.len() == 1 && seen[0].0 < 7_000 && seen[0].1 == 1_000, "{seen:?}");
    assert!(server.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_topic_that_cannot_fit_is_refused_before_it_is_sent_with_figures_and_what_to_do() {
    let mut first = opening(&SEATS, Limits::default());
    first.topic = "which way? ".repeat(2_800);
    first.context.push(ContextFile { name: "notes.md".into(), text: "fact ".repeat(6_000) });
    let session = Session::open(&Event::Opened(first)).unwrap();
    let (server, url) = serve(server(8_192, Manner::Figures, &[])).await;
    let endpoints = Endpoints::new();
    let error = say(&voice(&endpoints, &url, Some(8_192)), &session).await.0.unwrap_err();
    assert!(server.seen.lock().unwrap().is_empty(), "nothing was paid for");
    insta::assert_snapshot!(format!("{}\n{}", error.reason.split_once(": ").unwrap().1, error.hint));
}

#[tokio::test]
async fn a_model_that_just_says_nothing_is_not_asked_for_ever() {
    let (server, url) = serve(server(0, Manner::Empty, &[])).await;
    let endpoints = Endpoints::new();
    let voice = voice(&endpoints, &url, None);
    match say(&voice, &middle()).await.0 {
        Ok(spoken) => assert!(spoken.flaw.unwrap().contains("empty")),
        Err(error) => assert!(error.reason.contains("context"), "{}", error.reason),
    }
    let seen = server.seen.lock().unwrap().clone();
    assert!(seen.len() <= 12, "{seen:?}");
}
