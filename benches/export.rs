//! What an export costs, as a whole process: a session of 10,000 entries is written to a folder, and the program exports it
//! in each format. The issue asks for less than a second and 200 MiB. Run with `cargo bench --bench export`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, missing_docs)]

#[path = "../tests/support/long.rs"]
mod long;

use conclave::journal::line::Chain;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ENTRIES: usize = 10_000;
/// Bytes of content an entry, as in the recorded sessions.
const CONTENT: usize = 900;
const RUNS: usize = 5;
const VERBS: [&[&str]; 6] = [
    &["export", "--format", "md"],
    &["export", "--format", "html"],
    &["export", "--format", "json"],
    &["export", "--format", "github"],
    &["export", "--format", "madr"],
    &["verify"],
];

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let events = long::debate(ENTRIES, CONTENT);
    let built = begun.elapsed();
    let mut chain = Chain::default();
    let lines: Vec<u8> = events.iter().flat_map(|e| chain.encode(e.clone()).unwrap().0).collect();
    let session = folder.path().join("session");
    std::fs::create_dir(&session).unwrap();
    std::fs::write(session.join("journal.jsonl"), &lines).unwrap();
    println!(
        "{} events, a journal of {:.1} MB; debated in {:.2} s",
        events.len(),
        lines.len() as f64 / 1e6,
        built.as_secs_f64()
    );
    drop((events, lines));
    println!("{:<24} {:>10} {:>10} {:>10} {:>12}", "", "median ms", "of it CPU", "peak MiB", "bytes");
    for verb in VERBS {
        let mut runs: Vec<Run> = (0..RUNS).map(|n| run(folder.path(), &session, verb, n)).collect();
        runs.sort_by_key(|r| r.time);
        let (median, peak) = (&runs[RUNS / 2], runs.iter().map(|r| r.peak_kib).max().unwrap());
        println!(
            "{:<24} {:>10.0} {:>10.0} {:>10.1} {:>12}",
            verb.join(" "),
            median.time.as_secs_f64() * 1e3,
            median.cpu_ms,
            peak as f64 / 1024.0,
            median.written
        );
    }
}

struct Run {
    time: Duration,
    /// Of user and system together: on a machine that others use, too, it says more than the time.
    cpu_ms: f64,
    peak_kib: u64,
    written: u64,
}

fn run(folder: &Path, session: &Path, verb: &[&str], n: usize) -> Run {
    let output = folder.join(format!("{}-{n}", verb.join("-")));
    let mut command = Command::new(env!("CARGO_BIN_EXE_conclave"));
    command.arg(verb[0]).arg(session).args(&verb[1..]).stdout(Stdio::null()).stderr(Stdio::piped());
    if verb[0] == "export" {
        command.arg("-o").arg(&output);
    }
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut ticks) = (0, 0.0);
    let code = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        peak = peak.max(line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0));
        ticks = cpu_ticks(child.id()).unwrap_or(ticks);
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let time = begun.elapsed();
    assert!(code.success(), "{verb:?} failed");
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let written = match std::fs::read_dir(&output) {
        Ok(files) => files.map(|f| size(&f.unwrap().path())).sum(),
        Err(_) => size(&output),
    };
    // A hundred ticks a second on every Linux.
    Run { time, cpu_ms: ticks * 10.0, peak_kib: peak, written }
}

/// Ticks spent in user and system mode: fields 14 and 15 of `/proc/PID/stat`, counted after the name in brackets.
fn cpu_ticks(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(next()? + next()?)
}
