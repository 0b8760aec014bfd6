//! A key is nowhere but where the user put it: not in a file, not on the screen, whatever happens and however much is
//! logged.

use crate::support::model::{Act, Server, dutiful};
use crate::support::{Ran, Scratch};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Looks like no provider's key, so that only knowing it can mask it.
const KEY: &str = "correct-horse-battery";

/// Where a key may come from: what is set up in the scratch, and on the command.
const SOURCES: [&str; 5] = ["variable", "own variable", "file", "api_key_env", "api_key_cmd"];

fn give_key(source: &str, scratch: &Scratch, command: &mut Command) {
    let own = scratch.path().join(".config/conclave");
    std::fs::create_dir_all(&own).unwrap();
    let file = own.join("conclave.toml");
    let settings = match source {
        "variable" => {
            command.env("OPENAI_API_KEY", KEY);
            return;
        }
        "own variable" => {
            command.env("CONCLAVE_API_KEY", KEY);
            return;
        }
        "file" => format!("api_key = \"{KEY}\"\n"),
        "api_key_env" => {
            command.env("SOME_TOKEN", KEY);
            "api_key_env = \"SOME_TOKEN\"\n".to_owned()
        }
        // The command is in the file, the key is not: the file is searched like any other.
        _ => "api_key_cmd = \"printf 'correct-%s-battery' horse\"\n".to_owned(),
    };
    std::fs::write(file, settings).unwrap();
    command.env("PATH", "/usr/bin:/bin");
}

/// Every file below `folder` but the settings that hold the key by intention.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Fails if the key, or most of it, is in an output or a file. Gives the log back.
fn assert_hidden(what: &str, scratch: &Scratch, ran: &Ran, key_in_settings: bool) -> String {
    let needle = "horse-battery";
    assert!(!ran.out.contains(needle), "{what}: standard output\n{}", ran.out);
    assert!(!ran.err.contains(needle), "{what}: standard error\n{}", ran.err);
    for file in files(scratch.path()) {
        if key_in_settings && file.ends_with(".config/conclave/conclave.toml") {
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains(needle), "{what}: {}\n{text}", file.display());
    }
    let log = scratch.path().join(".local/state/conclave/conclave.log");
    assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::read_to_string(log).unwrap()
}

/// A server that repeats the key in everything it refuses with, as some do: in one failure of each kind, `broken`
/// streams included, and then for ever or not.
fn tell_tale(broken: bool, forever: bool) -> Server {
    let count = AtomicU32::new(0);
    Server::start(Duration::ZERO, move |seen| {
        let said = format!("bad key {KEY}; Authorization: Bearer {KEY}");
        let error = json!({ "error": { "message": said, "code": KEY } }).to_string();
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => Act::Fail(429, vec![("retry-after", "0".to_owned()), ("x-request-id", KEY.to_owned())], error),
            1 => Act::Fail(400, vec![], json!({ "error": format!("stream_options: {KEY}") }).to_string()),
            2 if broken => Act::Fail(200, vec![], format!("<html>{KEY}</html>")),
            3 if broken => {
                Act::Fail(200, vec![("content-type", "text/event-stream".to_owned())], format!("data: {error}\n\n"))
            }
            _ if forever => Act::Fail(401, vec![], error),
            _ => Act::Say(dutiful(seen)),
        }
    })
}

#[test]
fn a_key_is_in_no_file_and_no_output_of_any_run_even_at_trace_level() {
    for (at, source) in SOURCES.into_iter().enumerate() {
        for (forever, code) in [(false, 0), (true, 4)] {
            let scratch = Scratch::new();
            let server = tell_tale(at == 0, forever);
            let mut args = vec!["debate", "How should sign-in work?", "--model", "scripted", "--base-url", &server.url];
            args.extend(["--trace-bodies", "--log-level", "trace"]);
            if at % 2 == 0 {
                args.push("--json");
            }
            let mut command = scratch.conclave(&args);
            give_key(source, &scratch, &mut command);
            let ran = Ran::of(command.output().unwrap()).exits(code);
            let what = format!("{source}, exit code {code}");
            let log = assert_hidden(&what, &scratch, &ran, source == "file");
            let bearer = format!("Bearer {KEY}");
            assert!(server.seen().iter().all(|s| s.authorization.as_deref() == Some(&bearer)), "{what}: it was sent");
            for part in ["request", "reply", "refusal", "[key]", "How should sign-in work?"] {
                assert!(log.contains(part), "{what}: '{part}' is not in the log:\n{log}");
            }
        }
    }
}

#[test]
fn no_library_logs_the_key_either() {
    let (scratch, server) = (Scratch::new(), tell_tale(true, false));
    let mut command = scratch.conclave(&["debate", "Topic?", "--model", "scripted", "--base-url", &server.url]);
    command.env("CONCLAVE_LOG", "conclave=trace,trace").env("OPENAI_API_KEY", KEY);
    let ran = Ran::of(command.output().unwrap()).exits(0);
    assert_hidden("every target at trace", &scratch, &ran, false);
}

#[test]
fn bodies_are_logged_only_when_asked_for_and_the_usual_log_tells_of_retries() {
    let (scratch, server) = (Scratch::new(), tell_tale(false, false));
    let topic = "A topic that is nobody else's business?";
    let args = ["debate", topic, "--model", "scripted", "--base-url", &server.url, "--log-level", "trace"];
    let run =
        |scratch: &Scratch, args: &[&str]| Ran::of(scratch.conclave(args).env("OPENAI_API_KEY", KEY).output().unwrap());
    let ran = run(&scratch, &args).exits(0);
    let log = assert_hidden("no bodies", &scratch, &ran, false);
    assert!(!log.contains("nobody else's business"), "{log}");

    let (scratch, server) = (Scratch::new(), tell_tale(true, false));
    let ran = run(&scratch, &["debate", topic, "--model", "scripted", "--base-url", &server.url]).exits(0);
    let log = assert_hidden("the usual log", &scratch, &ran, false);
    assert!(log.contains("trying again") && log.contains("the debate stops") && !log.contains("DEBUG"), "{log}");
    assert!(!ran.err.contains("INFO"), "the terminal is the debate's: {}", ran.err);

    let quiet = Scratch::new();
    quiet.run(&["debate", topic, "--model", "builtin", "--log-level", "off"]).exits(0);
    assert!(!quiet.path().join(".local").exists(), "nothing to log leaves no file");
}
