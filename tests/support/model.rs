//! A server that plays the models: it reads nothing but the prompt, as a model would, and answers what is owed.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub system: String,
    pub user: String,
    pub body: Value,
    /// The `Authorization` header, as sent.
    pub authorization: Option<String>,
}

impl Seen {
    /// Who is asked.
    pub fn seat(&self) -> &str {
        let tail = self.tail();
        let start = tail.find("You are [").unwrap() + "You are [".len();
        &tail[start..start + tail[start..].find(']').unwrap()]
    }

    /// What comes before the part that is this seat's alone.
    pub fn shared(&self) -> &str {
        &self.user[..self.user.rfind("\n# Now\n").unwrap()]
    }

    /// What comes before the texts that are on the table in this wave.
    pub fn log(&self) -> &str {
        let shared = self.shared();
        &shared[..shared.rfind("\n# On the table\n").unwrap_or(shared.len())]
    }

    pub fn tail(&self) -> &str {
        &self.user[self.user.rfind("\n# Now\n").unwrap()..]
    }

    /// The schema's name: as it was sent, or as the lower rungs word it.
    pub fn kind(&self) -> &str {
        let worded = || self.user.rsplit_once("of the schema `")?.1.split('`').next();
        self.body["response_format"]["json_schema"]["name"].as_str().or_else(worded).unwrap_or("none")
    }
}

/// What the server does with a request: an answer's text, or a status with a body.
pub enum Act {
    Say(String),
    /// Functions that are called in place of an answer, with their arguments.
    Call(Vec<(&'static str, Value)>),
    Fail(u16, Vec<(&'static str, String)>, String),
    /// Never answers.
    Hang,
}

type Behaviour = dyn Fn(&Seen) -> Act + Send + Sync;

/// A running server; it stops when dropped.
pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    most: Arc<Mutex<(usize, usize)>>,
    listed: Arc<AtomicUsize>,
    _runtime: Runtime,
}

struct Shared {
    behaviour: Box<Behaviour>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Requests in flight, and the most there were.
    flight: Arc<Mutex<(usize, usize)>>,
    pause: Duration,
}

impl Server {
    /// A server of agreeable models.
    pub fn agreeable() -> Self {
        Self::start(Duration::from_millis(1), |seen| Act::Say(dutiful(seen)))
    }

    /// A server that does as `behaviour` says, each answer taking `pause`.
    pub fn start(pause: Duration, behaviour: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (seen, most, listed) = (Arc::default(), Arc::default(), Arc::<AtomicUsize>::default());
        let count = Arc::clone(&listed);
        let list = move || {
            count.fetch_add(1, Ordering::SeqCst);
            async { json!({ "data": [{ "id": "scripted" }] }).to_string() }
        };
        let shared =
            Shared { behaviour: Box::new(behaviour), seen: Arc::clone(&seen), flight: Arc::clone(&most), pause };
        let app = Router::new()
            .route("/v1/chat/completions", post(complete))
            .route("/v1/models", get(list))
            .with_state(Arc::new(shared));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { url, seen, most, listed, _runtime: runtime }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How often the models were listed.
    pub fn listed(&self) -> usize {
        self.listed.load(Ordering::SeqCst)
    }

    /// The most requests that were in flight at once.
    pub fn most_at_once(&self) -> usize {
        self.most.lock().unwrap().1
    }
}

async fn complete(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap();
    let text = |role: &str| {
        let messages = body["messages"].as_array().unwrap();
        let found = messages.iter().find(|m| m["role"] == role);
        found.and_then(|m| m["content"].as_str()).unwrap_or_default().to_owned()
    };
    let authorization = headers.get("authorization").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let seen = Seen { system: text("system"), user: text("user"), body: body.clone(), authorization };
    shared.seen.lock().unwrap().push(seen.clone());
    {
        let mut flight = shared.flight.lock().unwrap();
        flight.0 += 1;
        flight.1 = flight.1.max(flight.0);
    }
    tokio::time::sleep(shared.pause).await;
    let act = (shared.behaviour)(&seen);
    shared.flight.lock().unwrap().0 -= 1;
    match act {
        Act::Say(text) => stream(&text),
        Act::Call(calls) => stream_calls(&calls),
        Act::Hang => std::future::pending().await,
        Act::Fail(status, headers, body) => {
            let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
    }
}

/// An answer as a stream of a few pieces, with usage.
fn stream(text: &str) -> Response {
    let mut events = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let cut = (40.min(rest.len())..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap();
        let (piece, left) = rest.split_at(cut);
        rest = left;
        events
            .push_str(&format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": { "content": piece } }] })));
    }
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": { "cached_tokens": 600 } } });
    events.push_str(&format!("data: {end}\n\ndata: {usage}\n\ndata: [DONE]\n\n"));
    Response::builder().header("content-type", "text/event-stream").body(Body::from(events)).unwrap()
}

/// Calls of functions as a stream: the arguments of each come in two pieces.
fn stream_calls(calls: &[(&str, Value)]) -> Response {
    let mut events = String::new();
    let mut send = |delta: Value, finish: Value| {
        let chunk = json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] });
        events.push_str(&format!("data: {chunk}\n\n"));
    };
    for (index, (name, arguments)) in calls.iter().enumerate() {
        let text = arguments.to_string();
        let (first, rest) = text.split_at(text.len() / 2);
        let call = |function: Value| json!({ "tool_calls": [{ "index": index, "id": format!("call_{index}"), "function": function }] });
        send(call(json!({ "name": name, "arguments": first })), Value::Null);
        send(json!({ "tool_calls": [{ "index": index, "function": { "arguments": rest } }] }), Value::Null);
    }
    send(json!({}), json!("tool_calls"));
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 1000, "completion_tokens": 100 } });
    events.push_str(&format!("data: {usage}\n\ndata: [DONE]\n\n"));
    Response::builder().header("content-type", "text/event-stream").body(Body::from(events)).unwrap()
}

/// Does everything that the prompt says is owed, and agrees to every head.
pub fn dutiful(seen: &Seen) -> String {
    let moves = match seen.kind() {
        "framework" => vec![framework()],
        "position" => vec![
            json!({"move":"position","decision":"D1","choice":"passkeys","rejected":"passwords, phished","rests_on":"K1","confidence":60}),
        ],
        "premortem" => vec![
            json!({"move":"risk","about":"D1","scenario":"nobody enrols","sign":"few enrolments","mitigation":"ask at sign-in"}),
        ],
        "signature" => vec![json!({"move":"sign","digest":accord(seen),"reservation":null})],
        "mediation" => vec![
            json!({"move":"mediate","agreed":"most","disputed":"clause 1","crux":"whether it holds","question":"does it?"}),
        ],
        _ => owed(seen),
    };
    reply("What I looked at and why.", moves)
}

pub fn reply(content: &str, moves: Vec<Value>) -> String {
    json!({ "type": "REVIEW", "content": content, "moves": moves }).to_string()
}

fn framework() -> Value {
    json!({"move":"frame","framework":{"title":"Sign-in","goals":["People get in."],"non_goals":[],"constraints":[],"unknowns":[],
        "criteria":[{"id":"K1","text":"No takeover by phishing, tested."},{"id":"K2","text":"Sign-in under 10 seconds."}],
        "decisions":[{"id":"D1","question":"Passwords or passkeys?","criteria":["K1","K2"],"owner":"BACKEND","after":[]},
                     {"id":"D2","question":"Cookie or token?","criteria":["K1"],"owner":"FRONTEND","after":[]}]}})
}

fn owed(seen: &Seen) -> Vec<Value> {
    let mut moves = Vec::new();
    for line in seen.tail().lines() {
        if let Some(rest) = line.strip_prefix("- **draft** ") {
            let decision = &rest[..2];
            moves.push(
                json!({"move":"propose","decision":decision,"clauses":["The first clause.","The second clause."],
                "rationale":"It meets K1.","assumptions":[],"rejected":[],"actions":[]}),
            );
            moves.extend(dispositions(rest));
        } else if let Some(rest) = line.strip_prefix("- **revise or rebut** ") {
            let decision = &rest[..2];
            let base = head(seen, decision).0;
            let text = format!("The first clause, changed after {base}.");
            moves.push(json!({"move":"amend","decision":decision,"base":base,"changes":[{"change":"replace","clause":1,"text":text}],
                "rationale":"It meets the objection.","assumptions":null,"rejected":[],"actions":[]}));
            moves.extend(dispositions(rest));
        } else if let Some(rest) = line.strip_prefix("- **dispose** on ") {
            moves.extend(dispositions(rest));
        } else if let Some(rest) = line.strip_prefix("- **review** ") {
            let decision = &rest[..2];
            let resolved_by = rest.contains("You objected in").then(|| last_entry(seen));
            moves.push(json!({"move":"agree","decision":decision,"digest":head(seen, decision).1,"criteria":["K1"],
                "because":"clause 1 holds under K1","resolved_by":resolved_by}));
        }
    }
    moves
}

/// Declines everything listed after `Dispose of:`.
fn dispositions(line: &str) -> Vec<Value> {
    let Some((_, items)) = line.split_once("Dispose of: ") else { return Vec::new() };
    let items = items.trim_end_matches('.').split(", ");
    items.map(|item| json!({"move":"dispose","item":item,"how":"declined","why":"weighed and not followed"})).collect()
}

/// The head of `decision` as the table shows it: id and digest.
pub fn head(seen: &Seen, decision: &str) -> (String, String) {
    let table = &seen.user[seen.user.rfind(&format!("\n## On the table for {decision}\n")).unwrap()..];
    let line = table.lines().find(|l| l.starts_with(&format!("{decision}."))).unwrap();
    let (id, rest) = line.split_once('@').unwrap();
    (id.to_owned(), rest[..8].to_owned())
}

fn accord(seen: &Seen) -> String {
    let tail = seen.tail();
    let start = tail.find("The accord's digest is ").unwrap() + "The accord's digest is ".len();
    tail[start..start + 8].to_owned()
}

/// The number of the last entry in the log that was sent.
fn last_entry(seen: &Seen) -> String {
    let number = seen.shared().rsplit("**Entry**: #").next().unwrap();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    format!("#{digits}")
}
