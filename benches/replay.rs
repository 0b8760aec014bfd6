//! What it costs to open a long session for replay and to move through it. Run with `cargo bench --bench replay`; a
//! number after `--` is the number of entries (else 10,000 and 100,000, each in a process of its own, so that peak memory
//! is its own).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, missing_docs)]

#[path = "support/long.rs"]
mod long;

use conclave::protocol::EntryNumber;
use conclave::replay::{self, Player, To};
use std::time::{Duration, Instant};

const SEEKS: usize = 200;

fn main() {
    let entries = std::env::args().skip(1).find_map(|a| a.parse::<usize>().ok());
    let folder = std::env::args().skip(1).find(|a| a.starts_with('/'));
    match (entries, folder) {
        (Some(_), Some(folder)) => measure(folder.as_ref()),
        (Some(entries), None) => prepare(entries),
        (None, _) => [10_000, 100_000].into_iter().for_each(prepare),
    }
}

/// Writes the session here, measures it in a process that has done nothing else.
fn prepare(entries: usize) {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let bytes = long::write(folder.path(), entries);
    println!(
        "{entries} entries, {:.1} MB of journal (made in {:.1} s)",
        bytes as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    );
    let me = std::env::current_exe().unwrap();
    let status = std::process::Command::new(me).arg(entries.to_string()).arg(folder.path()).status().unwrap();
    assert!(status.success());
}

fn measure(folder: &std::path::Path) {
    // What `conclave replay` does: the journal is decoded on another thread while its records are folded on this one.
    let (source, whole, folding) = timed(|| replay::open(folder).unwrap());
    assert!(source.notices.is_empty());
    let timeline = source.timeline;
    println!("  open    {:8.1} ms; {} records", ms(whole), timeline.len());
    println!("    fold  {:8.1} ms on the processor of the thread that folds", ms(folding));
    let (mut player, made, making) = timed(|| Player::new(&timeline));
    println!("  player  {:8.1} ms, {:.1} ms on the processor", ms(made), ms(making));
    let last = timeline.latest().entries().len() as u64;
    let mut place = 1u64;
    let mut times: Vec<Duration> = (0..SEEKS)
        .map(|_| {
            place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let entry = EntryNumber(((place >> 33) % last) as u32 + 1);
            let begun = Instant::now();
            player.seek(&timeline, To::Entry(entry), Duration::ZERO);
            let session = player.session(&timeline);
            let took = begun.elapsed();
            assert!(session.last_entry() >= entry);
            took
        })
        .collect();
    times.sort();
    println!("  seek    {:8.2} ms  median, {:.2} ms worst of {SEEKS}", ms(times[SEEKS / 2]), ms(times[SEEKS - 1]));
    player.seek(&timeline, To::Records(timeline.len() / 2), Duration::ZERO);
    let mut steps: Vec<Duration> = (0..SEEKS)
        .map(|_| {
            let begun = Instant::now();
            player.step(&timeline, replay::Step::Entry, false, Duration::ZERO);
            let _ = (player.session(&timeline), player.writers(&timeline));
            begun.elapsed()
        })
        .collect();
    steps.sort();
    println!("  step    {:8.2} ms  median, writers included", ms(steps[SEEKS / 2]));
    println!("  memory  {:8.1} MiB peak, {:.1} MiB now", resident("VmHWM:"), resident("VmRSS:"));
}

/// Memory of this process as the system counts it, in MiB.
fn resident(which: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(which)).unwrap_or("0 kB").trim().trim_end_matches(" kB");
    kib.trim().parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// Time that this thread has spent on a processor: what the work costs on a machine that others use too.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// Time that passes, and time on the processor, while `work` is done.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration, Duration) {
    let (begun, spent) = (Instant::now(), processor());
    let done = work();
    (done, begun.elapsed(), processor().saturating_sub(spent))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
