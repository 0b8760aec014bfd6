//! A scripted HTTP server: it reads a request, notes it, and plays acts. Bytes are written as they are, so it can do all
//! that a broken server does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, watch};

/// One thing the server does. After the last act it closes the connection.
#[derive(Clone)]
pub enum Act {
    /// Writes bytes at once.
    Send(Vec<u8>),
    /// Writes these bytes again and again until the client leaves.
    Drip(&'static [u8]),
    /// Says no more, but stays.
    Hang,
    /// Answers only once as many requests as the barrier counts have arrived.
    Meet(Arc<Barrier>),
    /// Lets everybody else run, so that calls that may overlap do.
    Dawdle,
    /// Goes on after a while, but ends the stream in order as soon as the next request arrives.
    UntilNext,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Request line and headers, as sent.
    pub head: String,
    /// The JSON body; null if there is none.
    pub body: Value,
}

/// A running server; ends with its runtime.
pub struct Server {
    port: u16,
    state: Arc<State>,
}

struct State {
    scripts: Vec<Vec<Act>>,
    seen: Mutex<Vec<Seen>>,
    now: AtomicUsize,
    most: AtomicUsize,
    arrivals: watch::Sender<usize>,
}

impl Server {
    /// Answers each request by the next script, and the last one for ever.
    pub async fn start(scripts: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            scripts,
            seen: Mutex::default(),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            arrivals: watch::channel(0).0,
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// The bodies of all requests.
    pub fn bodies(&self) -> Vec<Value> {
        self.seen().into_iter().map(|seen| seen.body).collect()
    }

    /// The most requests that were waiting for their answer at once.
    pub fn most_at_once(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) -> Option<()> {
    let seen = read_request(&mut stream).await?;
    let number = {
        let mut all = state.seen.lock().unwrap();
        all.push(seen);
        all.len() - 1
    };
    state.arrivals.send_modify(|n| *n += 1);
    let mut arrivals = state.arrivals.subscribe();
    let now = state.now.fetch_add(1, Ordering::SeqCst) + 1;
    state.most.fetch_max(now, Ordering::SeqCst);
    let mut waiting = true;
    let script = &state.scripts[number.min(state.scripts.len() - 1)];
    for act in script {
        if waiting && !matches!(act, Act::Meet(_) | Act::Dawdle) {
            waiting = false;
            state.now.fetch_sub(1, Ordering::SeqCst);
        }
        if matches!(act, Act::UntilNext)
            && tokio::time::timeout(Duration::from_millis(60), arrivals.changed()).await.is_ok()
        {
            stream.write_all(b"data: [DONE]\n\n").await.ok()?;
            break;
        }
        play(act, &mut stream).await?;
    }
    stream.shutdown().await.ok()
}

async fn play(act: &Act, stream: &mut TcpStream) -> Option<()> {
    match act {
        Act::Send(bytes) => stream.write_all(bytes).await.ok()?,
        Act::Drip(bytes) => loop {
            stream.write_all(bytes).await.ok()?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        },
        Act::Hang => std::future::pending().await,
        Act::Meet(barrier) => {
            barrier.wait().await;
        }
        Act::UntilNext => {}
        Act::Dawdle => {
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
        }
    }
    Some(())
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = header(&head, "content-length").map_or(0, |text| text.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = serde_json::from_slice(&bytes[end..]).unwrap_or(Value::Null);
    Some(Seen { head, body })
}

/// The value of a header in a request's head.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(": ")?;
        field.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The head of a 200 stream whose end is the end of the connection.
pub fn head() -> Act {
    send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
}

pub fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

/// One event of a stream.
pub fn event(value: &Value) -> Act {
    send(&format!("data: {value}\n\n"))
}

pub fn done() -> Act {
    send("data: [DONE]\n\n")
}

/// A chunk with text.
pub fn delta(text: &str) -> Value {
    json!({"id": "1", "object": "chat.completion.chunk", "model": "served-model",
           "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]})
}

/// The chunk that says why it ended.
pub fn finish(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

/// A good stream with this text.
pub fn answer(text: &str) -> Vec<Act> {
    stream_of(&[delta(text), finish("stop")])
}

/// A stream of these chunks, properly ended.
pub fn stream_of(chunks: &[Value]) -> Vec<Act> {
    let events = chunks.iter().map(event);
    std::iter::once(head()).chain(events).chain([done()]).collect()
}

/// A whole answer with a status, more headers (each ending in CR LF), and a body.
pub fn status(code: u16, headers: &str, body: &str) -> Vec<Act> {
    let length = body.len();
    vec![send(&format!("HTTP/1.1 {code} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"))]
}
