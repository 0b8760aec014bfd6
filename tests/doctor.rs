//! `conclave doctor` against servers that are well, odd, wrong and absent.

use crate::support::model::{Act, Server};
use crate::support::{Ran, Scratch};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A server that keeps to the schema.
fn healthy() -> Server {
    Server::start(Duration::from_millis(5), |_| Act::Say("{\"ok\": true}".to_owned()))
}

fn doctor(scratch: &Scratch, server: &str, more: &[&str]) -> Ran {
    scratch.run(&[&["doctor", "--model", "scripted", "--base-url", server], more].concat())
}

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}\n{}", ran.out))
}

/// Status and detail of one check at the first endpoint.
fn check<'a>(report: &'a Value, name: &str) -> (&'a str, &'a str) {
    let checks = report["endpoints"][0]["checks"].as_array().unwrap();
    let check = checks.iter().find(|c| c["check"] == name).unwrap_or_else(|| panic!("no {name} in {checks:#?}"));
    (check["status"].as_str().unwrap(), check["detail"].as_str().unwrap())
}

fn no_failure_without_a_hint(report: &Value) {
    let endpoints = report["endpoints"].as_array().unwrap();
    for check in endpoints.iter().flat_map(|e| e["checks"].as_array().unwrap()) {
        let bad = check["status"] == "fail" || check["status"] == "warn";
        assert!(!bad || check["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{check}");
    }
}

#[test]
fn a_healthy_endpoint_is_checked_once_for_all_its_seats_with_a_few_small_calls() {
    let (scratch, server) = (Scratch::new(), healthy());
    let ran = doctor(&scratch, &server.url, &["--json"]).exits(0);
    let report = report(&ran);
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 1);
    assert_eq!(report["endpoints"][0]["seats"], json!(["SUPERVISOR", "BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"]));
    for name in ["reachable", "key", "model", "latency", "streaming", "structured", "usage", "parallel"] {
        assert_eq!(check(&report, name).0, "ok", "{name}: {report:#}");
    }
    assert!(check(&report, "structured").1.contains("JSON schema"));
    assert_eq!(check(&report, "context").0, "unknown");
    let seen = server.seen();
    assert_eq!((seen.len(), server.listed()), (4, 1));
    assert!(seen.iter().all(|s| s.body["max_tokens"].as_u64().unwrap() <= 64), "every answer is capped");
    let sent: usize = seen.iter().map(|s| s.system.len() + s.user.len()).sum();
    assert!(sent < 1_000, "{sent} bytes");
    // The server says 1,000 + 100 of each.
    assert_eq!(report["tokens"], json!({ "spent": 4400, "estimated": false }));
    let terminal = report["terminal"].as_array().unwrap();
    assert!(
        terminal.iter().any(|row| row["check"] == "output" && row["detail"].as_str().unwrap().contains("plain lines"))
    );
    let model = report["settings"].as_array().unwrap().iter().find(|s| s["key"] == "model").unwrap();
    assert_eq!((&model["value"], &model["origin"]), (&json!("scripted"), &json!("--model")));
    assert!(scratch.found().is_empty(), "no session is left");
}

#[test]
fn people_get_a_table_that_ends_in_a_verdict_and_the_cost() {
    let (scratch, server) = (Scratch::new(), healthy());
    let ran = doctor(&scratch, &server.url, &[]).exits(0);
    for part in [
        "scripted at http://127.0.0.1",
        "SUPERVISOR, BACKEND",
        "ok      structured",
        "Terminal",
        "Settings",
        "(--model)",
    ] {
        assert!(ran.out.contains(part), "'{part}' is not in:\n{}", ran.out);
    }
    assert_eq!(ran.out.lines().last().unwrap(), "A debate can be held. This check spent 4400 tokens.");
}

#[test]
fn each_model_and_server_is_checked_for_itself() {
    let (scratch, common, own) = (Scratch::new(), healthy(), healthy());
    let seat = format!("SECURITY=other@{}", own.url);
    let ran = doctor(&scratch, &common.url, &["--json", "--seat", "BACKEND=second", "--seat", &seat]).exits(0);
    let report = report(&ran);
    let of: Vec<(Value, Value)> =
        report["endpoints"].as_array().unwrap().iter().map(|e| (e["model"].clone(), e["seats"].clone())).collect();
    assert_eq!(
        of,
        [
            (json!("scripted"), json!(["SUPERVISOR", "FRONTEND", "ARCHITECT"])),
            (json!("second"), json!(["BACKEND"])),
            (json!("other"), json!(["SECURITY"])),
        ]
    );
    assert_eq!((common.seen().len(), own.seen().len()), (8, 4));
    assert!(
        report["endpoints"][1]["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["check"] == "model" && c["status"] == "warn")
    );
}

#[test]
fn how_a_model_calls_tools_is_shown() {
    let scratch = Scratch::new();
    let told = |server: Server| {
        let report = report(&doctor(&scratch, &server.url, &["--json"]).exits(0));
        let (status, detail) = check(&report, "tools");
        format!("{status}: {detail}")
    };
    let functions = Server::start(Duration::ZERO, |seen| match seen.body.get("tools") {
        Some(_) => Act::Call(vec![("clock", json!({}))]),
        None => Act::Say("{\"ok\": true}".to_owned()),
    });
    assert!(told(functions).starts_with("ok: function calling"));
    let none = Server::start(Duration::ZERO, |seen| match seen.body.get("tools") {
        Some(_) => Act::Fail(400, vec![], json!({"error": "scripted does not support tools"}).to_string()),
        None if seen.user.contains("# Tools") => Act::Say("{\"look\": [{\"clock\": {}}]}".to_owned()),
        None => Act::Say("{\"ok\": true}".to_owned()),
    });
    assert!(told(none).starts_with("ok: in plain text"));
    assert!(told(healthy()).starts_with("unknown: offered one"));
}

#[test]
fn the_rung_and_the_dropped_fields_are_shown() {
    for (refused, rung) in [("json_schema", "JSON object"), ("json_", "plain text")] {
        let scratch = Scratch::new();
        let server = Server::start(Duration::ZERO, move |seen| {
            let kind = seen.body["response_format"]["type"].as_str().unwrap_or_default();
            if seen.body.get("stream_options").is_some() {
                return Act::Fail(
                    422,
                    vec![],
                    "{\"detail\":\"stream_options: extra inputs are not permitted\"}".to_owned(),
                );
            }
            if kind.starts_with(refused) {
                return Act::Fail(
                    400,
                    vec![],
                    json!({"error": {"message": format!("{kind} is not supported")}}).to_string(),
                );
            }
            Act::Say("{\"ok\": true}".to_owned())
        });
        let report = report(&doctor(&scratch, &server.url, &["--json"]).exits(0));
        let (status, detail) = check(&report, "structured");
        assert!(status == "warn" && detail.contains(rung), "{detail}");
        assert!(check(&report, "fields").1.contains("usage is not asked for"));
        no_failure_without_a_hint(&report);
    }
    // Taken without a word and ignored: seen by the answer.
    let (scratch, talker) = (Scratch::new(), Server::start(Duration::ZERO, |_| Act::Say("yes".to_owned())));
    let report = report(&doctor(&scratch, &talker.url, &["--json"]).exits(0));
    assert!(check(&report, "structured").1.contains("no JSON"), "{report:#}");
    no_failure_without_a_hint(&report);
}

#[test]
fn what_makes_a_debate_impossible_fails_with_exit_code_4_and_a_hint() {
    let key =
        || Server::start(Duration::ZERO, |_| Act::Fail(401, vec![], "{\"error\":{\"message\":\"no\"}}".to_owned()));
    let model = || {
        let body = "{\"error\":{\"code\":\"model_not_found\",\"message\":\"no such model\"}}";
        Server::start(Duration::ZERO, move |_| Act::Fail(404, vec![], body.to_owned()))
    };
    let down = || Server::start(Duration::ZERO, |_| Act::Fail(501, vec![], "down".to_owned()));
    for (server, name, hint) in
        [(key(), "key", "OPENAI_API_KEY"), (model(), "model", "--model scripted"), (down(), "answer", "doctor")]
    {
        let scratch = Scratch::new();
        let report = report(&doctor(&scratch, &server.url, &["--json"]).exits(4));
        assert_eq!(check(&report, name).0, "fail", "{name}: {report:#}");
        assert!(report.to_string().contains(hint), "{hint}: {report:#}");
        no_failure_without_a_hint(&report);
    }
    let scratch = Scratch::new();
    let absent = doctor(&scratch, "http://127.0.0.1:9/v1", &[]).exits(4);
    assert!(absent.out.contains("FAIL    reachable") && absent.out.contains("Hint: "), "{}", absent.out);
    assert!(
        absent.out.ends_with("No debate can be held like this: see FAIL. No tokens were spent.\n"),
        "{}",
        absent.out
    );
}

#[test]
fn a_server_that_hangs_is_given_up_in_time() {
    let (scratch, server) = (Scratch::new(), Server::start(Duration::ZERO, |_| Act::Hang));
    let report = report(&doctor(&scratch, &server.url, &["--json", "--timeout", "1s"]).exits(4));
    let (status, detail) = check(&report, "answer");
    assert!(status == "fail" && detail.contains("within 1 s"), "{detail}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_call_that_fails_beside_another_is_a_warning() {
    let count = AtomicU32::new(0);
    let server = Server::start(Duration::ZERO, move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Act::Say("{\"ok\": true}".to_owned()),
        _ => Act::Fail(400, vec![], "{\"error\":\"no\"}".to_owned()),
    });
    let failed = report(&doctor(&Scratch::new(), &server.url, &["--json"]).exits(0));
    assert_eq!(check(&failed, "parallel").0, "warn");
    no_failure_without_a_hint(&failed);

    // llama-cpp-python ends the stream of one call in order when another comes.
    let count = AtomicU32::new(0);
    let server = Server::start(Duration::ZERO, move |_| match count.fetch_add(1, Ordering::SeqCst) {
        1 => Act::Fail(
            200,
            vec![("content-type", "text/event-stream".to_owned())],
            "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: [DONE]\n\n".to_owned(),
        ),
        _ => Act::Say("{\"ok\": true}".to_owned()),
    });
    let dropped = report(&doctor(&Scratch::new(), &server.url, &["--json"]).exits(0));
    assert!(check(&dropped, "parallel").1.contains("dropped"), "{dropped:#}");
}

#[test]
fn nothing_set_is_no_failure_and_settings_that_stand_in_the_way_are_one() {
    let scratch = Scratch::new();
    let ran = Ran::of(scratch.conclave(&["doctor"]).env("CONCLAVE_PROBE", "off").output().unwrap()).exits(0);
    assert!(ran.out.contains("Built-in panel") && ran.out.contains("no language model"), "{}", ran.out);
    assert!(ran.out.ends_with("A debate can be held. No tokens were spent.\n"), "{}", ran.out);

    std::fs::write(scratch.path().join("conclave.toml"), "api_key_env = \"NOT_SET\"\nmodel = \"m\"\n").unwrap();
    let report = report(&scratch.run(&["doctor", "--json"]).exits(4));
    assert!(check(&report, "settings").1.contains("NOT_SET"));
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 1, "said once, not for each seat");
    no_failure_without_a_hint(&report);
    scratch.run(&["doctor", "--seats", "backend,astrologer"]).exits(2).complains(&["astrologer"]);
}

#[test]
fn keys_are_told_apart_and_never_shown() {
    let (scratch, server) = (Scratch::new(), healthy());
    std::fs::write(scratch.path().join("conclave.toml"), "[seat.SECURITY]\napi_key_env = \"SECURITY_KEY\"\n").unwrap();
    let args = [
        "doctor",
        "--model",
        "scripted",
        "--base-url",
        &server.url,
        "--json",
        "--log-level",
        "trace",
        "--trace-bodies",
    ];
    let mut command = scratch.conclave(&args);
    command.env("OPENAI_API_KEY", "correct-horse-one").env("SECURITY_KEY", "correct-horse-two");
    let ran = Ran::of(command.output().unwrap()).exits(0);
    let report = report(&ran);
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 2);
    assert!(check(&report, "key").1.contains("OPENAI_API_KEY"));
    let log = std::fs::read_to_string(scratch.path().join(".local/state/conclave/conclave.log")).unwrap();
    for text in [&ran.out, &ran.err, &log] {
        assert!(!text.contains("correct-horse"), "{text}");
    }
    let sent: Vec<_> = server.seen().iter().filter_map(|s| s.authorization.clone()).collect();
    assert_eq!(sent.iter().filter(|a| a.ends_with("-two")).count(), 4);
}
