//! Finding a server and its models.

use super::server::{Act, Server, head, header, status};
use crate::llm::{EndpointError, KNOWN_SERVERS, detect_among, list_models};

const MODELS: &str = "{\"object\":\"list\",\"data\":[{\"id\":\"text-embed\"},{\"id\":\"qwen3\"}]}";

#[tokio::test]
async fn models_are_listed_with_the_key() {
    let server = Server::start(vec![status(200, "", MODELS)]).await;
    let key = "sk-list".to_owned().into();
    let models = list_models(&format!("{}/", server.base_url()), Some(&key)).await;
    assert_eq!(models.unwrap(), ["text-embed", "qwen3"]);
    let head = server.seen()[0].head.clone();
    assert!(head.starts_with("GET /v1/models HTTP/1.1\r\n"));
    assert_eq!(header(&head, "authorization"), Some("Bearer sk-list"));
}

#[tokio::test]
async fn a_list_that_fails_says_why() {
    let of = async |code, body: &str| {
        let server = Server::start(vec![status(code, "", body)]).await;
        list_models(&server.base_url(), None).await.unwrap_err()
    };
    assert!(matches!(of(401, "{}").await, EndpointError::Unauthorized { .. }));
    assert!(matches!(of(404, "").await, EndpointError::ModelNotFound { .. }));
    assert!(matches!(of(200, "<html>").await, EndpointError::Unreadable { .. }));
    let nowhere = list_models("http://127.0.0.1:1/v1", None).await.unwrap_err();
    assert!(matches!(nowhere, EndpointError::Unreachable { .. }), "{nowhere:?}");
}

#[tokio::test]
async fn the_first_server_with_a_model_is_found() {
    let silent = Server::start(vec![vec![Act::Hang]]).await;
    let empty = Server::start(vec![status(200, "", "{\"data\":[]}")]).await;
    let other =
        Server::start(vec![status(200, "content-type: text/html\r\n", "<!doctype html><title>wiki</title>")]).await;
    let good = Server::start(vec![status(200, "", MODELS)]).await;
    let urls = [&silent, &empty, &other, &good].map(Server::base_url);
    let servers: Vec<(&str, &str)> =
        ["silent", "empty", "other", "good"].into_iter().zip(urls.iter().map(String::as_str)).collect();
    let found = detect_among(&servers).await.unwrap();
    assert_eq!((found.server.as_str(), found.model.as_str()), ("good", "qwen3"));
    assert_eq!(found.base_url, good.base_url());
    assert_eq!(detect_among(&servers[..3]).await, None);
}

/// Virtual time: it moves only once everything waits, and then by exactly what was waited for.
#[tokio::test(start_paused = true)]
#[allow(clippy::disallowed_methods)] // the test's own clock, which is not the system's
async fn servers_that_hang_cost_150_ms_in_all() {
    let silent = Server::start(vec![vec![Act::Hang]]).await;
    let dripping = Server::start(vec![vec![head(), Act::Hang]]).await;
    let urls = [silent.base_url(), dripping.base_url()];
    let servers: Vec<(&str, &str)> = urls.iter().map(|url| ("x", url.as_str())).collect();
    let before = tokio::time::Instant::now();
    assert_eq!(detect_among(&[&servers[..], &servers[..]].concat()).await, None);
    assert_eq!(before.elapsed(), std::time::Duration::from_millis(150));
}

#[test]
fn known_servers_are_on_this_machine() {
    for server in KNOWN_SERVERS {
        assert!(server.base_url.starts_with("http://127.0.0.1:"), "{}", server.name);
    }
}
