//! How long a model's context is, asked of its server.
//!
//! There is no standard for it. What servers tell, and where:
//!
//! | server | where | field |
//! | --- | --- | --- |
//! | vLLM | `/v1/models` | `max_model_len` |
//! | OpenRouter, Together | `/v1/models` | `context_length` |
//! | Groq | `/v1/models` | `context_window` |
//! | Mistral | `/v1/models` | `max_context_length` |
//! | llama.cpp | `/props` | `default_generation_settings.n_ctx`, one slot's share |
//! | LM Studio | `/api/v0/models` | `loaded_context_length`, `max_context_length` |
//! | Ollama | `/api/ps` for a loaded model, else `/api/show` | `context_length`; `parameters` with `num_ctx`, `model_info` |
//!
//! A model's greatest context is not the one it runs with: Ollama and LM Studio load with less unless told otherwise, so
//! such a figure is a ceiling, not firm, and asked for again once the model runs. Everything read here is a stranger's:
//! bounded, and believed only within reason (`room`).

use std::time::Duration;

use futures::StreamExt;
use reqwest::Response;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::address::Access;
use super::registry::Site;
use async_openai::config::Config;

/// How long the server is asked, in all.
const ASKING_TIME: Duration = Duration::from_secs(3);

/// Largest answer that is read, bytes. The largest public list of models is under 1 MiB.
const ANSWER_LIMIT: usize = 4 << 20;

/// What a server says of a model's context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// Tokens.
    pub tokens: u64,
    /// Whether it speaks of the model as it runs, and not of what it could do.
    pub firm: bool,
}

impl Told {
    fn firm(tokens: u64) -> Self {
        Self { tokens, firm: true }
    }

    fn ceiling(tokens: u64) -> Self {
        Self { tokens, firm: false }
    }
}

/// Asks the server of `site` for the context of `model`, for at most three seconds. What cannot be had is no error.
pub(super) async fn ask(site: &Site, access: &Access, model: &str) -> Option<Told> {
    timeout(ASKING_TIME, everywhere(site, access, model)).await.ok().flatten()
}

async fn everywhere(site: &Site, access: &Access, model: &str) -> Option<Told> {
    let listed = get(site, access, &access.url("/models")).await;
    if let Some(told) = listed.as_ref().and_then(|list| of_list(list, model)).filter(|told| told.firm) {
        return Some(told);
    }
    // Addresses of single programs: a provider in the cloud is none of them, and need not see odd requests.
    if !site.base.is_plain {
        return listed.as_ref().and_then(|list| of_list(list, model));
    }
    let root = site.base.url.strip_suffix("/v1").unwrap_or(&site.base.url);
    let [props, studio, running] = [format!("{root}/props"), format!("{root}/api/v0/models"), format!("{root}/api/ps")];
    let show = format!("{root}/api/show");
    let (props, studio, running, shown) = futures::join!(
        get(site, access, &props),
        get(site, access, &studio),
        get(site, access, &running),
        post(site, access, &show, json!({ "model": model })),
    );
    let told = [
        props.as_ref().and_then(of_props),
        studio.as_ref().and_then(|list| of_list(list, model)),
        running.as_ref().and_then(|list| of_list(list, model)),
        shown.as_ref().and_then(of_show),
        listed.as_ref().and_then(|list| of_list(list, model)),
    ];
    let told = told.into_iter().flatten();
    told.clone().find(|told| told.firm).or_else(|| told.min_by_key(|told| told.tokens))
}

async fn get(site: &Site, access: &Access, url: &str) -> Option<Value> {
    read(site.http.get(url).headers(access.headers()).send().await.ok()?).await
}

async fn post(site: &Site, access: &Access, url: &str, body: Value) -> Option<Value> {
    let request = site.http.post(url).headers(access.headers()).header("content-type", "application/json");
    read(request.body(body.to_string()).send().await.ok()?).await
}

async fn read(response: Response) -> Option<Value> {
    if !response.status().is_success() {
        return None;
    }
    let mut bytes = Box::pin(response.bytes_stream());
    let mut body = Vec::new();
    while let Some(more) = bytes.next().await {
        body.extend_from_slice(&more.ok()?);
        if body.len() > ANSWER_LIMIT {
            return None;
        }
    }
    serde_json::from_slice(&body).ok()
}

/// In a list of models: `{"data": […]}`, `{"models": […]}` or a bare list.
fn of_list(list: &Value, model: &str) -> Option<Told> {
    let items = list.get("data").or_else(|| list.get("models")).unwrap_or(list).as_array()?;
    let is_it = |item: &&Value| {
        let names = ["id", "name", "model"].iter().filter_map(|field| item.get(*field)?.as_str());
        names.into_iter().any(|name| name == model || name.strip_suffix(":latest") == Some(model))
    };
    of_model(items.iter().find(is_it)?)
}

fn of_model(item: &Value) -> Option<Told> {
    let tokens = |field: &str| number(item.get(field)?);
    if let Some(loaded) = tokens("loaded_context_length") {
        return Some(Told::firm(loaded));
    }
    let provider = item.get("top_provider").and_then(|p| number(p.get("context_length")?));
    let named = ["max_model_len", "context_length", "context_window"].iter().find_map(|field| tokens(field));
    if let Some(named) = named {
        return Some(Told::firm(provider.map_or(named, |p| p.min(named))));
    }
    let ceiling = tokens("max_context_length").or_else(|| number(item.get("meta")?.get("n_ctx_train")?));
    ceiling.map(Told::ceiling)
}

/// llama.cpp's own page.
fn of_props(props: &Value) -> Option<Told> {
    let inner = props.get("default_generation_settings").and_then(|s| number(s.get("n_ctx")?));
    inner.or_else(|| number(props.get("n_ctx")?)).map(Told::firm)
}

/// Ollama's page of one model: `num_ctx` among its parameters is what it is loaded with; the architecture's figure is
/// only a ceiling.
fn of_show(shown: &Value) -> Option<Told> {
    let parameters = shown.get("parameters").and_then(Value::as_str).unwrap_or_default();
    let set = parameters.lines().find_map(|line| line.trim().strip_prefix("num_ctx")?.trim().parse().ok());
    if let Some(set) = set {
        return Some(Told::firm(set));
    }
    let info = shown.get("model_info")?.as_object()?;
    info.iter().find(|(key, _)| key.ends_with(".context_length")).and_then(|(_, v)| number(v)).map(Told::ceiling)
}

/// A whole number, also where it is written as text.
fn number(value: &Value) -> Option<u64> {
    let as_text = || value.as_str()?.trim().parse().ok();
    let as_float = || value.as_f64().filter(|n| n.is_finite() && *n >= 0.0 && *n < 1e15).map(|n| n as u64);
    value.as_u64().or_else(as_float).or_else(as_text).filter(|n| *n > 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_server_is_read() {
        let list = |item: Value| of_list(&json!({ "data": [{"id": "other", "context_length": 1}, item] }), "m");
        for (item, told) in [
            (json!({"id": "m", "max_model_len": 4096}), Told::firm(4096)),
            (
                json!({"id": "m", "context_length": 200_000, "top_provider": {"context_length": 128_000}}),
                Told::firm(128_000),
            ),
            (json!({"id": "m", "context_window": "131072"}), Told::firm(131_072)),
            (json!({"id": "m", "max_context_length": 32_768, "loaded_context_length": 4096}), Told::firm(4096)),
            (json!({"id": "m", "max_context_length": 32_768}), Told::ceiling(32_768)),
            (json!({"id": "m", "meta": {"n_ctx_train": 40_960.0}}), Told::ceiling(40_960)),
            (json!({"name": "m:latest", "context_length": 8192}), Told::firm(8192)),
        ] {
            assert_eq!(list(item.clone()), Some(told), "{item}");
        }
        assert_eq!(list(json!({"id": "m", "context_length": null})), None);
        assert_eq!(list(json!({"id": "n", "context_length": 5})), None);
        assert_eq!(of_props(&json!({"default_generation_settings": {"n_ctx": 16_384}})), Some(Told::firm(16_384)));
        assert_eq!(
            of_show(
                &json!({"parameters": "stop  \"<eos>\"\nnum_ctx                        8192", "model_info": {"llama.context_length": 131_072}})
            ),
            Some(Told::firm(8192))
        );
        assert_eq!(
            of_show(&json!({"model_info": {"general.x": 1, "llama.context_length": 131_072}})),
            Some(Told::ceiling(131_072))
        );
    }

    proptest! {
        #[test]
        fn no_answer_is_too_odd(text in r#"[\[\]{}:,"a-z0-9._-]{0,60}"#) {
            let value: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            let _ = (of_list(&value, "m"), of_props(&value), of_show(&value));
        }
    }
}
