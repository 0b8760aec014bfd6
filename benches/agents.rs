//! How long folders of definitions take to load: shaped like the common ones, with every file accounted for. Run with
//! `cargo bench --bench agents`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, missing_docs)]

use conclave::agent::search::{Agents, Place};
use std::path::Path;
use std::time::Instant;

const RUNS: usize = 15;
const VALID: &str = "---\nname: NAME\ndescription: Looks after one part.\nmodel: opus\ntools: Read, Grep\n---\n";
const INVALID: &str =
    "---\nname: NAME\ndescription: Use it so: here.\\n\\n<example>\\nuser: \"Do it\"\\n</example>\nmodel: opus\n---\n";
const NAMELESS: &str = "---\ndescription: \"Backend specialist\"\nmode: subagent\n---\n";

fn main() {
    println!("medians of {RUNS}; built-in definitions included");
    measure("240 files, every other one no YAML", 240, |n| if n % 2 == 0 { VALID } else { INVALID });
    measure("60 files, none of them YAML", 60, |_| INVALID);
    measure("60 files without a name", 60, |_| NAMELESS);
    measure("120 files, each name twice, includes missing", 120, |_| VALID);
}

fn measure(what: &str, count: usize, front: impl Fn(usize) -> &'static str) {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..count {
        let twice = what.contains("twice");
        let name = format!("worker-{}", if twice { n / 2 } else { n });
        std::fs::write(folder.path().join(format!("{n:03}.md")), front(n).replace("NAME", &name) + &body(twice))
            .unwrap();
    }
    let mut times: Vec<f64> = (0..RUNS).map(|_| once(folder.path())).collect();
    times.sort_by(f64::total_cmp);
    let found = Agents::look(&[Place::given(folder.path(), folder.path())]).found;
    let repaired = found.iter().filter(|f| f.loaded().is_some_and(|l| !l.repairs.is_empty())).count();
    let loaded = found.iter().filter(|f| f.loaded().is_some()).count() - repaired - 10;
    println!("{what:<46} {:6.1} ms   {loaded} loaded, {repaired} repaired", times[RUNS / 2]);
}

fn once(folder: &Path) -> f64 {
    let begun = Instant::now();
    let agents = Agents::look(&[Place::given(folder, folder)]);
    assert!(agents.found.len() > 10 && agents.duplicates().len() < 1_000);
    begun.elapsed().as_secs_f64() * 1e3
}

/// Some 8 kB, as real ones have.
fn body(includes: bool) -> String {
    let mut body =
        "# Part Developer\n\nYou are a developer who works with the frontend developer agent.\n\n".to_owned();
    if includes {
        body.push_str("See @resources/none.md.\n\n");
    }
    for n in 0..60 {
        body.push_str(&format!(
            "- Point {n}: coordinate with the database agent on contracts before anything is built, and write a test for it.\n"
        ));
    }
    body + "\n**Self-check:**\n- amounts have a currency\n- retries book once\n"
}
