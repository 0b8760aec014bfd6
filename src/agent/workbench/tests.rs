#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::protocol::look::MAX_ASKED;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A project beside something that must not be read.
struct Site {
    dir: tempfile::TempDir,
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let site = Self { dir };
        site.write("outside/secret.txt", "OUTSIDE");
        site.write("project/src/main.rs", "fn main() {\n    println!(\"hi\");\n}\n");
        for (path, text) in files {
            site.write(&format!("project/{path}"), text);
        }
        site
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("project")
    }

    fn bench(&self) -> Workbench {
        Workbench::new(Folder::open(&self.root(), &[]).unwrap())
    }
}

fn read_at(path: &str) -> Query {
    Query::Read { path: path.to_owned(), from: 0, lines: 0 }
}

fn grep_for(pattern: &str) -> Query {
    Query::Grep { pattern: pattern.to_owned(), path: String::new(), glob: String::new(), ignore_case: false }
}

fn listed(pattern: &str) -> Query {
    Query::Glob { pattern: pattern.to_owned() }
}

fn given(bench: &Workbench, query: Query) -> String {
    match bench.look(query.clone()).found {
        Found::Given { text, .. } => text,
        Found::Refused { reason } => panic!("{query}: {reason}"),
    }
}

#[track_caller]
fn refused(bench: &Workbench, query: Query) -> String {
    match bench.look(query.clone()).found {
        Found::Refused { reason } => reason,
        Found::Given { text, .. } => panic!("{query} was given: {text}"),
    }
}

#[test]
fn a_file_is_read_by_lines_with_their_numbers() {
    let site = Site::new(&[("a.txt", "one\r\ntwo\nthree"), ("empty.txt", "")]);
    let bench = site.bench();
    assert_eq!(given(&bench, read_at("./src/main.rs")), "1\tfn main() {\n2\t    println!(\"hi\");\n3\t}\n");
    let part = bench.look(Query::Read { path: "a.txt".into(), from: 2, lines: 1 });
    assert_eq!((part.found.text(), part.found.spots()[0].to_string()), ("2\ttwo\n", "a.txt:2".to_owned()));
    assert!(matches!(&part.found, Found::Given { left_out, .. } if left_out == "lines from 3 on"));
    assert_eq!(given(&bench, read_at("empty.txt")), "");
    assert!(refused(&bench, Query::Read { path: "a.txt".into(), from: 9, lines: 1 }).contains("3 lines"));
}

#[test]
fn nothing_outside_the_project_is_read_by_any_way() {
    let site = Site::new(&[("a/x.txt", "inside")]);
    let outside = site.dir.path().join("outside");
    symlink(outside.join("secret.txt"), site.root().join("link.txt")).unwrap();
    symlink(&outside, site.root().join("folder")).unwrap();
    symlink("../outside", site.root().join("up")).unwrap();
    symlink("loop-b", site.root().join("loop-a")).unwrap();
    symlink("loop-a", site.root().join("loop-b")).unwrap();
    symlink("a/x.txt", site.root().join("within.txt")).unwrap();
    symlink(".", site.root().join("self")).unwrap();
    let bench = site.bench();
    let absolute = outside.join("secret.txt").to_string_lossy().into_owned();
    let ways = [
        "../outside/secret.txt",
        "a/../../outside/secret.txt",
        "src/../../outside/secret.txt",
        "..",
        &absolute,
        "/etc/passwd",
        "~/.profile",
        "..\\outside\\secret.txt",
        "link.txt",
        "folder/secret.txt",
        "up/secret.txt",
        "loop-a",
        "a\0b",
    ];
    for way in ways {
        assert!(!refused(&bench, read_at(way)).contains("OUTSIDE"), "{way}");
        let search = Query::Grep { pattern: "OUT".into(), path: way.into(), glob: String::new(), ignore_case: false };
        refused(&bench, search);
    }
    for pattern in ["../**", "/etc/*", "a/../../**", "~/*"] {
        refused(&bench, listed(pattern));
    }
    assert_eq!(given(&bench, grep_for("OUTSIDE")), "", "walks follow no link");
    assert!(!given(&bench, listed("**")).contains("secret"));
    assert_eq!(
        given(&bench, read_at("within.txt")),
        "1\tinside\n",
        "a link within the project is a path to what it names"
    );
    let spot = bench.look(read_at("self/a/x.txt")).found.spots()[0].to_string();
    assert_eq!(spot, "a/x.txt:1", "and is told by that");
}

#[test]
fn a_project_is_a_folder_that_can_be_entered() {
    let site = Site::new(&[]);
    for (path, words) in [("nowhere", "cannot be opened"), ("project/src/main.rs", "is no folder")] {
        let error = Folder::open(&site.dir.path().join(path), &[]).unwrap_err();
        assert!(error.to_string().contains(words) && error.hint().contains("--project"), "{error}");
    }
    assert!(matches!(Folder::open(Path::new("/"), &[]), Err(ProjectError::Root { .. })));
}

#[test]
fn what_git_ignores_and_what_looks_like_a_secret_is_not_there() {
    let site = Site::new(&[
        (".gitignore", "target/\n*.log\n!keep.log\n"),
        ("sub/.gitignore", "local.txt\n"),
        ("target/debug/out.txt", "NEEDLE"),
        ("a.log", "NEEDLE"),
        ("keep.log", "NEEDLE"),
        ("sub/local.txt", "NEEDLE"),
        ("sub/shared.txt", "NEEDLE"),
        (".env", "NEEDLE"),
        (".env.local", "NEEDLE"),
        ("tls/server.pem", "NEEDLE"),
        ("id_rsa", "NEEDLE"),
        ("config/credentials.json", "NEEDLE"),
        (".git/config", "NEEDLE"),
        (".github/ci.yml", "NEEDLE"),
    ]);
    let bench = site.bench();
    let found = given(&bench, grep_for("NEEDLE"));
    assert_eq!(found, ".github/ci.yml:1:NEEDLE\nkeep.log:1:NEEDLE\nsub/shared.txt:1:NEEDLE\n");
    for path in ["target/debug/out.txt", "a.log", "sub/local.txt"] {
        assert!(refused(&bench, read_at(path)).contains("ignored by git"), "{path}");
    }
    for path in [".env", ".env.local", "tls/server.pem", "id_rsa", "config/credentials.json", ".git/config"] {
        assert!(refused(&bench, read_at(path)).contains("place of secrets"), "{path}");
    }
    // A link's harmless name does not help.
    symlink(".env", site.root().join("settings.txt")).unwrap();
    assert!(refused(&bench, read_at("settings.txt")).contains("place of secrets"));
    let list = given(&bench, listed("**"));
    assert!(!list.contains("env") && !list.contains("target") && !list.contains(".git/"), "{list}");
}

#[test]
fn where_sessions_are_kept_nobody_reads() {
    let site = Site::new(&[("sessions/one/journal.jsonl", "SEALED")]);
    let open = |hidden: &str| Workbench::new(Folder::open(&site.root(), &[site.root().join(hidden)]).unwrap());
    let bench = open("sessions");
    assert!(refused(&bench, read_at("sessions/one/journal.jsonl")).contains("not revealed"));
    assert_eq!(given(&bench, grep_for("SEALED")), "");
    assert!(!given(&bench, listed("**")).contains("journal"));
    // A folder that is made only later is hidden already.
    let later = open("new/deep");
    site.write("project/new/deep/journal.jsonl", "SEALED");
    refused(&later, read_at("new/deep/journal.jsonl"));
}

#[test]
fn what_is_no_text_or_too_large_is_refused() {
    let site = Site::new(&[("bin", "a\0b"), ("latin.txt", "x")]);
    fs::write(site.root().join("latin.txt"), b"caf\xe9\n").unwrap();
    let huge = fs::File::create(site.root().join("huge.txt")).unwrap();
    huge.set_len(read::MAX_FILE + 1).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, site.root().join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    let bench = site.bench();
    assert!(refused(&bench, read_at("bin")).contains("no text"));
    assert!(refused(&bench, read_at("huge.txt")).contains("8 MiB"));
    assert!(refused(&bench, read_at("pipe")).contains("no plain file"), "a pipe is not waited for");
    assert!(refused(&bench, read_at("src")).contains("is a folder"));
    assert!(refused(&bench, read_at("no.rs")).contains("there is no no.rs"));
    assert_eq!(given(&bench, read_at("latin.txt")), "1\tcaf\u{fffd}\n");
    assert!(!given(&bench, grep_for("b")).contains("bin"), "nor searched");
}

#[test]
fn every_look_is_bounded_and_says_what_it_left_out() {
    let many: String = (0..5_000).map(|n| format!("line {n}\n")).collect();
    let site = Site::new(&[("many.txt", &many), ("long.txt", &"x".repeat(1_000_000))]);
    for n in 0..300 {
        site.write(&format!("project/files/{n:03}.md"), "x");
    }
    let bench = site.bench();
    for query in [read_at("many.txt"), grep_for("line"), listed("files/*.md")] {
        let Found::Given { text, left_out, .. } = bench.look(query.clone()).found else { panic!("{query}") };
        assert!(text.len() <= MAX_LOOK && !left_out.is_empty(), "{query}: {}", text.len());
    }
    assert_eq!(given(&bench, read_at("many.txt")).lines().count(), 400);
    let matched = given(&bench, grep_for("line")).lines().filter(|l| l.starts_with("many.txt:")).count();
    assert_eq!(matched, 100);
    assert_eq!(given(&bench, listed("*.md")).lines().count(), 200, "a name alone is found in every folder");
    assert!(given(&bench, read_at("long.txt")).len() < 1_000, "a line is cut");
}

#[test]
fn expressions_cannot_take_for_ever() {
    let site = Site::new(&[("a.txt", &format!("{}!\n", "a".repeat(100_000)))]);
    let bench = site.bench();
    for bomb in ["((a{0,1000}){0,1000}){0,1000}", &"(".repeat(200), &"a".repeat(9_999), "(?P<x>", ""] {
        refused(&bench, grep_for(bomb));
    }
    // What would take a backtracking engine longer than the world lasts.
    assert_eq!(given(&bench, grep_for("(a+)+$")), "");
    assert_eq!(given(&bench, grep_for("(a|a)*b")), "");
    for bomb in [&"{a,".repeat(200), &"[".repeat(300), &"x".repeat(MAX_ASKED)] {
        refused(&bench, listed(bomb));
    }
}

#[test]
fn what_looks_like_a_secret_is_masked_in_what_is_given() {
    let key = format!("sk-{}", "a1B2".repeat(8));
    let site = Site::new(&[("src/config.rs", &format!("const KEY: &str = \"{key}\";\n"))]);
    let bench = site.bench();
    for query in [read_at("src/config.rs"), grep_for("KEY")] {
        let Found::Given { text, masked, .. } = bench.look(query).found else { panic!() };
        assert!(text.contains("[redacted]") && !text.contains(&key) && masked == 1, "{text}");
    }
}

#[test]
fn what_is_given_cannot_steer_a_terminal() {
    let site = Site::new(&[("a.txt", "\u{1b}[31mred\n")]);
    assert_eq!(given(&site.bench(), read_at("a.txt")), "1\t\\u{1b}[31mred\n");
}

#[test]
fn there_is_no_other_tool() {
    let bench = Site::new(&[]).bench();
    let other = Query::Other { name: "bash".into(), arguments: "{\"command\":\"id\"}".into() };
    assert!(refused(&bench, other).contains("there is no tool \"bash\""));
    let torn = Query::Other { name: "Read".into(), arguments: "{\"pa".into() };
    assert_eq!(refused(&bench, torn), "its arguments cannot be read: read needs a path");
}

#[tokio::test(start_paused = true)]
async fn a_round_is_bounded_in_looks_bytes_and_time() {
    let site = Site::new(&[("a.txt", &"0123456789\n".repeat(300))]);
    let bench = site.bench();
    let round = bench.round(vec![read_at("a.txt"); 20], 5_000, ROUND_TIME).await;
    assert_eq!(round.looks.len(), MAX_LOOKS);
    let Found::Refused { reason } = &round.looks[MAX_LOOKS - 1].found else { panic!("there was no room left for it") };
    assert!(reason.contains("12 more looks of this round refused") && reason.ends_with("; 4 others"), "{reason}");
    let mut asked = vec![read_at("a.txt"); MAX_LOOKS];
    asked.push(read_at("beyond.txt"));
    let round = bench.round(asked, MAX_GIVEN, ROUND_TIME).await;
    let Found::Given { left_out, .. } = &round.looks[MAX_LOOKS - 1].found else { panic!() };
    assert!(
        left_out.contains("1 more look of this round refused") && left_out.contains("read beyond.txt"),
        "{left_out}"
    );
    let round = bench.round(vec![read_at("a.txt"); MAX_LOOKS], 5_000, ROUND_TIME).await;
    assert!(round.given() <= 5_000 && round.given() > 3_000, "{}", round.given());
    let bell = Bell::default();
    bell.ring();
    let late = looks(&bench.folder, vec![grep_for("1")], MAX_GIVEN, &bell);
    assert!(matches!(&late[0].found, Found::Refused { reason } if reason.contains("time")));
    let Found::Given { left_out, .. } = found(&bench.folder, &listed("**"), MAX_LOOK, &bell) else { panic!() };
    assert!(left_out.contains("time"));
}

#[test]
fn a_guide_is_given_bounded_and_only_from_within() {
    let site = Site::new(&[("AGENTS.md", "Use tabs."), ("CLAUDE.md", "Use tabs.")]);
    let folder = Folder::open(&site.root(), &[]).unwrap();
    let names = |folder: &Folder| guides(folder).0.into_iter().map(|f| f.name).collect::<Vec<_>>();
    assert_eq!(names(&folder), ["AGENTS.md of the project"], "one of two that say the same");
    site.write("project/CLAUDE.md", &"x".repeat(100_000));
    let found = guides(&folder).0;
    assert!(found.len() == 2 && found[1].text.len() < 40_000 && found[1].text.contains("left out"));
    fs::remove_file(site.root().join("AGENTS.md")).unwrap();
    symlink(site.dir.path().join("outside/secret.txt"), site.root().join("AGENTS.md")).unwrap();
    let (found, refused) = guides(&folder);
    assert!(found.iter().all(|f| !f.text.contains("OUTSIDE")) && refused[0].contains("leads out of the project"));
    assert!(found[0].text.starts_with("(Host: it is not given: ") && found[0].text.contains("leads out"), "on record");
}
