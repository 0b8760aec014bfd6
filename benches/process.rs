//! What the program itself costs, as a whole process and without model time.
//!
//! A server on this machine answers every call at once. Side by side with the program runs a bare client that posts the
//! very same requests, wave by wave, one connection each and nothing else: the ratio says what prompts, rules, journal
//! and log cost on top of talking to a server. Run with `cargo bench --bench process`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, missing_docs)]

#[path = "../tests/support/model.rs"]
#[allow(dead_code)]
mod model;

use model::{Act, Server, dutiful};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const RUNS: usize = 15;

struct Run {
    first_request: Duration,
    whole: Duration,
    bare: Duration,
    calls: usize,
    peak_kib: u64,
}

fn main() {
    let runs: Vec<Run> = (0..RUNS).map(|_| run()).collect();
    let median = |pick: &dyn Fn(&Run) -> f64| {
        let mut all: Vec<f64> = runs.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let ms = |d: Duration| d.as_secs_f64() * 1e3;
    println!("{RUNS} debates of {} calls each, medians", runs[0].calls);
    println!("start to first request   {:7.2} ms", median(&|r| ms(r.first_request)));
    println!("after it, per call       {:7.2} ms", median(&|r| ms(r.whole - r.first_request) / r.calls as f64));
    println!("a bare client, per call  {:7.2} ms", median(&|r| ms(r.bare) / r.calls as f64));
    println!(
        "ratio                    {:7.2}",
        median(&|r| (r.whole - r.first_request).as_secs_f64() / r.bare.as_secs_f64())
    );
    println!("peak resident memory     {:7.1} MiB", median(&|r| r.peak_kib as f64 / 1024.0));
}

fn run() -> Run {
    let folder = tempfile::tempdir().unwrap();
    let first: Arc<Mutex<Option<Instant>>> = Arc::default();
    let noted = Arc::clone(&first);
    let server = Server::start(Duration::ZERO, move |seen| {
        noted.lock().unwrap().get_or_insert_with(Instant::now);
        Act::Say(dutiful(seen))
    });
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_conclave"))
        .args(["debate", "How should sign-in work?", "--model", "scripted", "--base-url", &server.url, "--sessions"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let peak_kib = watch(&mut child);
    let whole = begun.elapsed();
    let first_request = first.lock().unwrap().unwrap() - begun;
    let seen = server.seen();
    let bodies: Vec<(String, String)> =
        seen.iter().map(|s| (s.kind().to_owned() + s.shared(), s.body.to_string())).collect();
    let address = server.url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let bare = bare(&address, &bodies);
    Run { first_request, whole, bare, calls: seen.len(), peak_kib }
}

/// Waits for the child, noting its peak memory while it runs.
fn watch(child: &mut std::process::Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(high_water(Path::new(&status)));
        std::thread::sleep(Duration::from_micros(300));
    }
    peak
}

fn high_water(status: &Path) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

/// Posts the same bodies, those of one wave at once.
fn bare(address: &str, bodies: &[(String, String)]) -> Duration {
    let begun = Instant::now();
    for wave in bodies.chunk_by(|a, b| a.0 == b.0) {
        std::thread::scope(|scope| {
            for (_, body) in wave {
                scope.spawn(move || post(address, body));
            }
        });
    }
    begun.elapsed()
}

fn post(address: &str, body: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
}
