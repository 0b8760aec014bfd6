//! A network in front of a server that fails now and then: the same calls fail in the same way for the same seed, in
//! whatever order they come.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// 429, without a word on when to come back.
    TooMany,
    /// 500, without a word on why.
    Internal,
    /// The answer begins, and the connection is closed in the middle of it.
    Cut,
    /// The connection is reset before a byte has come.
    Reset,
}

/// The proxy; it stops when dropped.
pub struct Faulty {
    pub url: String,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

struct Shared {
    to: String,
    seed: u64,
    percent: u64,
    /// Calls so far, by who was asked for what.
    calls: Mutex<BTreeMap<String, u64>>,
    faults: Mutex<Vec<Fault>>,
}

impl Faulty {
    /// In front of the server at `url` (`http://host:port/v1`), with a chance of `percent` in a hundred for each call.
    pub fn before(url: &str, seed: u64, percent: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let to = url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let shared = Arc::new(Shared { to, seed, percent, calls: Mutex::default(), faults: Mutex::default() });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let serving = Arc::clone(&shared);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&serving)));
            }
        });
        Self { url, shared, _runtime: runtime }
    }

    /// The faults so far.
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.faults.lock().unwrap().clone()
    }
}

async fn serve(mut client: TcpStream, shared: Arc<Shared>) -> Option<()> {
    let request = read_request(&mut client).await?;
    let fault = shared.fate(&request);
    if let Some(fault) = fault {
        shared.faults.lock().unwrap().push(fault);
    }
    let refusal = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    match fault {
        Some(Fault::TooMany) => client.write_all(refusal("429 Too Many Requests").as_bytes()).await.ok(),
        Some(Fault::Internal) => client.write_all(refusal("500 Internal Server Error").as_bytes()).await.ok(),
        Some(Fault::Reset) => client.set_zero_linger().ok(),
        Some(Fault::Cut) => {
            let answer = shared.answer(&request).await?;
            client.write_all(&answer[..answer.len() / 2]).await.ok()
        }
        None => client.write_all(&shared.answer(&request).await?).await.ok(),
    }
}

impl Shared {
    fn fate(&self, request: &[u8]) -> Option<Fault> {
        let caller = caller(request)?;
        let mut calls = self.calls.lock().unwrap();
        let count = calls.entry(caller.clone()).or_default();
        *count += 1;
        let roll = mixed(format!("{} {caller} {count}", self.seed).as_bytes());
        let faults = [Fault::TooMany, Fault::Internal, Fault::Cut, Fault::Reset];
        (roll % 100 < self.percent).then(|| faults[(roll / 100 % 4) as usize])
    }

    /// What the server says, to its end.
    async fn answer(&self, request: &[u8]) -> Option<Vec<u8>> {
        let mut server = TcpStream::connect(&self.to).await.ok()?;
        // The server must close, or the end of the answer would not be seen.
        let text = String::from_utf8_lossy(request).into_owned();
        let (line, rest) = text.split_once("\r\n")?;
        server.write_all(format!("{line}\r\nconnection: close\r\n{rest}").as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await.ok()?;
        Some(answer)
    }
}

/// Who is asked for what, which is the same in every run; the log in a request holds times.
fn caller(request: &[u8]) -> Option<String> {
    let at = request.windows(4).position(|four| four == b"\r\n\r\n")?;
    let body: Value = serde_json::from_slice(&request[at + 4..]).ok()?;
    let user = body["messages"].as_array()?.last()?["content"].as_str()?;
    let seat = user.rsplit_once("You are [")?.1.split(']').next()?;
    Some(format!("{seat} {}", body["response_format"]["json_schema"]["name"].as_str().unwrap_or("less")))
}

/// FNV-1a and a last stir: small, and the same on every machine.
fn mixed(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(at) = bytes.windows(4).position(|four: &[u8]| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            if bytes.len() >= at + 4 + length.unwrap_or(0) {
                return Some(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
