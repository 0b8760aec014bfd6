//! Whether a model can be used for a debate, found out by a few tiny calls.
//!
//! A debate adapts to a server by itself. This is for the person who wants to know beforehand, or why it is slow: the
//! list of models says whether server, key and name are right; one call with a schema says how far the server goes with
//! it, because what is asked for in words is not what the schema demands; two calls at once say whether seats will wait
//! for each other; a tool that is offered, whether and how the model can look at a project. Nothing is judged here: what the figures mean is for whoever shows them.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::join;
use serde_json::json;

use super::detect::{Listed, listed};
use super::structured::holds_no_object;
use super::{
    Completion, Endpoint, EndpointError, EndpointSpec, Endpoints, OpenAiEndpoint, Piece, ReplySchema, Request, Tool,
    ToolForm,
};
use super::{RetryPolicy, Rung, Usage};

/// Cap on the tokens of one answer. The object asked for has about eight.
const CAP: u32 = 48;

/// Most answers that the ladder can take: one on each rung.
const RUNGS: usize = 3;

/// How one time is read; nothing here has a clock of its own.
pub type Now<'a> = dyn Fn() -> DateTime<Utc> + Send + Sync + 'a;

/// What was found out about one model at one endpoint.
#[derive(Debug)]
pub struct Checkup {
    /// The models that the server lists, and how long it took to say so.
    pub listed: Result<(Vec<Listed>, Duration), EndpointError>,
    /// How a call went; `None` if there was nobody to call.
    pub answer: Option<Result<Answer, EndpointError>>,
    /// How two calls at once went; `None` if one alone did not go well.
    pub together: Option<Result<Together, EndpointError>>,
    /// How the model called a tool that was offered: as a function, in words, or not at all; `None` if it was not asked.
    pub tools: Option<Result<Option<ToolForm>, EndpointError>>,
    /// What it cost.
    pub spent: Spent,
}

/// How a call went.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How the shape of a reply is asked for, after all refusals.
    pub rung: Rung,
    /// Whether the last answer was a JSON object.
    pub is_object: bool,
    /// What is left out or sent otherwise because the server refused it.
    pub concessions: Vec<&'static str>,
    /// Whether it came as a stream.
    pub streamed: bool,
    /// What the server counted.
    pub usage: Usage,
    /// From the request to the first piece of text or thought.
    pub first: Option<Duration>,
    /// From the request to the end.
    pub whole: Duration,
    /// The answer ran into the cap on tokens: a model that thinks first has none left for the rest.
    pub cut: bool,
    /// Attempts that failed before it.
    pub retries: u32,
}

/// How two calls at once went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// From the requests to the end of the later one.
    pub whole: Duration,
    /// Whether the second began before the first had ended.
    pub overlapped: bool,
    /// Attempts that failed before both were answered.
    pub retries: u32,
}

/// Tokens used for a checkup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Tokens, requests and answers together.
    pub tokens: u64,
    /// Whether some of them are an estimate, because the server did not say.
    pub estimated: bool,
}

impl Spent {
    fn add(&mut self, bytes: usize, usage: Usage) {
        match (usage.prompt, usage.completion) {
            (Some(prompt), Some(completion)) => self.tokens = self.tokens.saturating_add(prompt + completion),
            // Four bytes are about one token, and a chat template adds some.
            _ => {
                self.tokens = self.tokens.saturating_add(bytes as u64 / 4 + 16 + u64::from(CAP) / 2);
                self.estimated = true;
            }
        }
    }
}

/// Checks one model. Every call ends after `patience`, each of six at most; a few hundred tokens are spent.
///
/// # Errors
/// Where not even a client can be made: [`EndpointError::BadUrl`], [`EndpointError::BadKey`] or
/// [`EndpointError::NoClient`].
pub async fn check_up(spec: &EndpointSpec, patience: Duration, now: &Now<'_>) -> Result<Checkup, EndpointError> {
    let endpoint = Endpoints::new().open(modest(spec, patience))?;
    let mut spent = Spent::default();
    let began = now();
    let listed = listed(&spec.base_url, spec.api_key.as_ref()).await.map(|models| (models, since(began, now)));
    let nobody = matches!(&listed, Err(EndpointError::Unreachable { .. } | EndpointError::Timeout { .. }));
    if nobody {
        return Ok(Checkup { listed, answer: None, together: None, tools: None, spent });
    }
    let answer = ladder(&endpoint, now, &mut spent).await;
    let together = match &answer {
        Ok(_) => Some(two(&endpoint, now, &mut spent).await),
        Err(_) => None,
    };
    let tools = match &answer {
        Ok(_) => Some(calling(&endpoint, &mut spent).await),
        Err(_) => None,
    };
    Ok(Checkup { listed, answer: Some(answer), together, tools, spent })
}

/// Whether the model calls a tool that it is asked to call, and how.
async fn calling(endpoint: &OpenAiEndpoint, spent: &mut Spent) -> Result<Option<ToolForm>, EndpointError> {
    static TOOLS: std::sync::LazyLock<[Tool; 1]> = std::sync::LazyLock::new(|| {
        let parameters = json!({ "type": "object", "properties": {} });
        [Tool { name: "clock", description: "Tells the time.", parameters }]
    });
    let request = Request {
        system: "You test a connection. Call the tool that you are asked to call, and say nothing else.",
        user: "Call the tool `clock`, which takes no arguments.",
        tools: TOOLS.as_slice(),
        ..Request::default()
    };
    match endpoint.complete(request, &|_| {}).await {
        Ok(done) => {
            spent.add(request.bytes(), done.usage);
            Ok((!done.calls.is_empty()).then(|| endpoint.tool_form()))
        }
        Err(EndpointError::CutAtLimit { usage, .. } | EndpointError::EmptyReply { usage, .. }) => {
            spent.add(request.bytes(), usage);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The same endpoint with short answers and little patience.
fn modest(spec: &EndpointSpec, patience: Duration) -> EndpointSpec {
    let mut spec = spec.clone();
    spec.max_output_tokens = CAP;
    spec.max_parallel = spec.max_parallel.max(2);
    spec.timeouts.connect = spec.timeouts.connect.min(Duration::from_secs(5));
    spec.timeouts.first_token = patience;
    spec.timeouts.idle = patience;
    spec.timeouts.whole = patience;
    spec.retry = RetryPolicy { attempts: 2, longest_asked: Duration::from_secs(2), ..RetryPolicy::default() };
    spec
}

/// Down the ladder until an answer is an object: a server may take the schema and not keep to it.
async fn ladder(endpoint: &OpenAiEndpoint, now: &Now<'_>, spent: &mut Spent) -> Result<Answer, EndpointError> {
    let mut answer = one(endpoint, now, spent).await?;
    for _ in 1..RUNGS {
        if answer.is_object || answer.cut || answer.rung == endpoint.rung() {
            break;
        }
        answer = one(endpoint, now, spent).await?;
    }
    Ok(Answer { rung: endpoint.rung(), concessions: endpoint.concessions(), ..answer })
}

async fn one(endpoint: &OpenAiEndpoint, now: &Now<'_>, spent: &mut Spent) -> Result<Answer, EndpointError> {
    let (began, first) = (now(), Mutex::new(None));
    let hear = |piece: Piece| {
        if let (Piece::Text(_) | Piece::Reasoning(_), Ok(mut first)) = (piece, first.lock()) {
            first.get_or_insert_with(|| since(began, now));
        }
    };
    let rung = endpoint.rung();
    let done = endpoint.complete(request(), &hear).await;
    let whole = since(began, now);
    let first = first.into_inner().unwrap_or_default();
    let base = Answer {
        rung,
        is_object: false,
        concessions: Vec::new(),
        streamed: true,
        usage: Usage::default(),
        first,
        whole,
        cut: false,
        retries: 0,
    };
    match done {
        Ok(Completion { text, usage, streamed, retries, .. }) => {
            spent.add(request_size(), usage);
            Ok(Answer { is_object: !holds_no_object(&text), streamed, usage, retries, ..base })
        }
        // It talks; only the cap of this check was too low for it.
        Err(EndpointError::CutAtLimit { usage, .. } | EndpointError::EmptyReply { reasoned: true, usage }) => {
            spent.add(request_size(), usage);
            Ok(Answer { usage, cut: true, ..base })
        }
        Err(error) => Err(error),
    }
}

async fn two(endpoint: &OpenAiEndpoint, now: &Now<'_>, spent: &mut Spent) -> Result<Together, EndpointError> {
    let (mut a, mut b) = (Spent::default(), Spent::default());
    let began = now();
    let (left, right) = join(one(endpoint, now, &mut a), one(endpoint, now, &mut b)).await;
    let whole = since(began, now);
    spent.tokens = spent.tokens.saturating_add(a.tokens).saturating_add(b.tokens);
    spent.estimated |= a.estimated || b.estimated;
    let (left, right) = (left?, right?);
    let begun = |answer: &Answer| answer.first.unwrap_or(answer.whole);
    let overlapped = begun(&left).max(begun(&right)) < left.whole.min(right.whole);
    Ok(Together { whole, overlapped, retries: left.retries + right.retries })
}

/// Nothing in it asks for JSON but the schema, or the line that the lower rungs add: a server that takes the schema and
/// ignores it shows by the word it answers with.
fn request() -> Request<'static> {
    static SCHEMA: std::sync::LazyLock<ReplySchema> = std::sync::LazyLock::new(|| ReplySchema {
        name: "check",
        json: json!({ "type": "object", "properties": { "ok": { "type": "boolean" } }, "required": ["ok"],
                      "additionalProperties": false }),
    });
    Request { system: SYSTEM, user: "Is this connection working?", schema: Some(&SCHEMA), ..Request::default() }
}

const SYSTEM: &str = "You test a connection. Where you are asked for the schema `check`, answer {\"ok\": true}; else answer with the one word yes.";

fn request_size() -> usize {
    let request = request();
    request.system.len() + request.user.len()
}

fn since(began: DateTime<Utc>, now: &Now<'_>) -> Duration {
    // A clock that was set back has no negative time.
    (now() - began).to_std().unwrap_or_default()
}
