//! Which models a server has, and which server answers on this machine when none is named.

use std::time::Duration;

use async_openai::config::Config;
use async_openai::middleware::HttpRequestFactory;
use futures::StreamExt;
use futures::future::join_all;
use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::timeout;

use super::address::{Access, Base};
use super::classify::classify;
use super::excerpt::Excerpt;
use super::transport::{Broken, name_fault, send};
use super::{EndpointError, Waited};

/// How long a list of models may take.
const LIST_TIME: Duration = Duration::from_secs(5);

/// How long all probes together may take: nobody should notice that they were made.
const PROBE_TIME: Duration = Duration::from_millis(150);

/// Largest list of models, bytes. The largest public one is under 1 MiB.
const LIST_LIMIT: usize = 4 << 20;

/// A program that serves models, and the base URL it has unless told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownServer {
    /// What people call it.
    pub name: &'static str,
    /// Where it listens by default.
    pub base_url: &'static str,
}

/// The servers looked for, in order of preference. Ports are their documented defaults.
pub const KNOWN_SERVERS: [KnownServer; 4] = [
    KnownServer { name: "Ollama", base_url: "http://127.0.0.1:11434/v1" },
    KnownServer { name: "LM Studio", base_url: "http://127.0.0.1:1234/v1" },
    KnownServer { name: "llama.cpp", base_url: "http://127.0.0.1:8080/v1" },
    KnownServer { name: "vLLM", base_url: "http://127.0.0.1:8000/v1" },
];

/// A server that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The program that usually listens there.
    pub server: String,
    /// Its base URL.
    pub base_url: String,
    /// Its first model that looks able to talk.
    pub model: String,
}

/// Looks for a server on this machine, for at most 150 ms.
pub async fn detect() -> Option<Detected> {
    let known = KNOWN_SERVERS.map(|server| (server.name, server.base_url));
    detect_among(&known).await
}

/// The first of these (name, base URL) that has a model. All are asked at once, for at most 150 ms.
pub async fn detect_among(servers: &[(&str, &str)]) -> Option<Detected> {
    let probes = servers.iter().map(|(name, base_url)| async move {
        let models = timeout(PROBE_TIME, list(base_url, None, PROBE_TIME)).await;
        let model = first_talker(names(models.ok()?.ok()?))?;
        Some(Detected { server: (*name).to_owned(), base_url: (*base_url).to_owned(), model })
    });
    join_all(probes).await.into_iter().flatten().next()
}

/// A model as a server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its context, in tokens, where the list tells.
    pub context: Option<u64>,
}

/// The names of the models a server has, in its order.
///
/// # Errors
/// As of a call, within 5 s.
pub async fn list_models(base_url: &str, key: Option<&SecretString>) -> Result<Vec<String>, EndpointError> {
    Ok(names(listed(base_url, key).await?))
}

/// The models a server has, in its order.
///
/// # Errors
/// As of a call, within 5 s.
pub async fn listed(base_url: &str, key: Option<&SecretString>) -> Result<Vec<Listed>, EndpointError> {
    match timeout(LIST_TIME, list(base_url, key, LIST_TIME)).await {
        Ok(models) => models,
        Err(_) => Err(EndpointError::Timeout { which: Waited::Whole, after: LIST_TIME }),
    }
}

fn names(models: Vec<Listed>) -> Vec<String> {
    models.into_iter().map(|model| model.name).collect()
}

async fn list(base_url: &str, key: Option<&SecretString>, connect: Duration) -> Result<Vec<Listed>, EndpointError> {
    let base = Base::parse(base_url)?;
    let access = Access::new(&base, key)?;
    let http = base.connect(connect)?;
    let factory = get(http.clone(), access.url("/models"), access.headers());
    let name = |error| name_fault(error, &base.url, connect);
    let answer = match send(http, factory).await {
        Ok(answer) => answer,
        Err(error) => {
            return Err(match Broken::from_library(error)? {
                Broken::Rejected(rejection) => classify(&rejection, "", access.key()).error,
                Broken::Connection(error) => name(error),
            });
        }
    };
    let mut bytes = Box::pin(answer.bytes_stream());
    let mut body = Vec::new();
    while let Some(more) = bytes.next().await {
        body.extend_from_slice(&more.map_err(name)?);
        if body.len() > LIST_LIMIT {
            return Err(EndpointError::TooLarge { what: "a list of models", limit: LIST_LIMIT });
        }
    }
    read_list(&body).ok_or_else(|| EndpointError::Unreadable {
        what: "something other than a list of models",
        said: Excerpt::of(&String::from_utf8_lossy(&body), access.key()),
    })
}

fn get(http: reqwest::Client, url: String, headers: HeaderMap) -> HttpRequestFactory {
    HttpRequestFactory::new(move || {
        let request = http.get(&url).headers(headers.clone()).build();
        async move { Ok(request?) }
    })
}

/// The models in `{"data": […]}`, `{"models": […]}` or a bare list.
fn read_list(body: &[u8]) -> Option<Vec<Listed>> {
    let value: Value = serde_json::from_slice(body).ok()?;
    // A server without any model may say null.
    let items = match value.get("data").or_else(|| value.get("models")) {
        Some(Value::Null) => return Some(Vec::new()),
        Some(items) => items,
        None => &value,
    };
    let model = |item: &Value| {
        let fields = ["id", "name", "model"].iter().find_map(|field| item.get(field));
        let name = fields.unwrap_or(item).as_str()?.to_owned();
        Some(Listed { name, context: context_in(item) })
    };
    Some(items.as_array()?.iter().filter_map(model).collect())
}

/// vLLM, OpenRouter, Groq and LM Studio each have a name of their own for it; llama.cpp tells one slot's share.
fn context_in(item: &Value) -> Option<u64> {
    let fields = ["loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length"];
    let share = || item.get("meta")?.get("n_ctx")?.as_u64();
    fields.iter().find_map(|field| item.get(field)?.as_u64()).or_else(share).filter(|tokens| *tokens > 0)
}

/// Lists mix models that talk with ones that embed, rank or hear.
fn first_talker(models: Vec<String>) -> Option<String> {
    let talks = |model: &String| {
        let name = model.to_lowercase();
        !["embed", "rerank", "whisper", "tts", "bge-"].iter().any(|other| name.contains(other))
    };
    let at = models.iter().position(talks).unwrap_or(0);
    models.into_iter().nth(at)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_three_shapes() {
        for body in [
            r#"{"object":"list","data":[{"id":"a"},{"id":"b"},{"odd":1}]}"#,
            r#"{"models":[{"name":"a"},{"model":"b"}]}"#,
            r#"[{"id":"a"},"b"]"#,
        ] {
            assert_eq!(names(read_list(body.as_bytes()).unwrap()), ["a", "b"], "{body}");
        }
        assert_eq!(read_list(b"{\"data\":null}"), Some(Vec::new()));
        assert_eq!(read_list(b"{\"hello\":1}"), None);
        assert_eq!(read_list(b"<html>"), None);
        let list =
            br#"[{"id":"a","max_model_len":4096},{"id":"b","context_length":"x"},{"id":"c","meta":{"n_ctx":8192}}]"#;
        let contexts: Vec<Option<u64>> = read_list(list).unwrap().iter().map(|model| model.context).collect();
        assert_eq!(contexts, [Some(4096), None, Some(8192)]);
    }

    #[test]
    fn the_first_that_talks_is_taken() {
        let first = |models: &[&str]| first_talker(models.iter().map(|m| (*m).to_owned()).collect());
        assert_eq!(first(&["nomic-embed-text", "qwen3"]).as_deref(), Some("qwen3"));
        assert_eq!(first(&["nomic-embed-text"]).as_deref(), Some("nomic-embed-text"));
        assert_eq!(first(&[]), None);
    }
}
