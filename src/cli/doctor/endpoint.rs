//! A checkup's figures, judged: what they mean for a debate, and what to do where they are bad.

use super::row::Row;
use super::seats::Asked;
use crate::cli::error::CommandError;
use crate::config::Origin;
use crate::llm::{Answer, Checkup, EndpointError, Listed, Rung, Together, ToolForm};
use std::time::Duration;

/// A context below this many tokens makes even a short debate drop its older prose early.
const SMALL_CONTEXT: u64 = 16_384;
/// Two calls that took less than this tell nothing of whether one waited for the other.
const TELLING: Duration = Duration::from_secs(1);
/// Models named to who has misnamed theirs.
const NAMED: usize = 5;

/// For the built-in panel there is nothing to check.
pub(super) fn panel() -> Vec<Row> {
    vec![Row {
        hint: Some("to have language models debate: conclave debate \"…\" --model MODEL --base-url URL".to_owned()),
        ..Row::ok("model", "the built-in panel: rule-based and no language model; it needs nothing")
    }]
}

/// Whoever holds a seat needs a screen, and that is a debate's to say.
pub(super) fn person() -> Vec<Row> {
    vec![Row::ok("seat", "held by a person, who needs a full screen to write at")]
}

/// Settings, or a server that should have named a model, are in the way.
pub(super) fn refused(error: &CommandError) -> Vec<Row> {
    let hint = error.next().unwrap_or("name the model with --model");
    vec![Row::fail("settings", error.in_a_line(), hint)]
}

/// Not even a call could be made.
pub(super) fn unusable(error: &EndpointError) -> Vec<Row> {
    vec![Row::fail("settings", error.to_string(), error.hint())]
}

/// One row for each thing looked at.
pub(super) fn rows(asked: &Asked, checkup: &Checkup) -> Vec<Row> {
    let Some(answer) = &checkup.answer else {
        let error = checkup.listed.as_ref().err();
        let hint = error.map(EndpointError::hint).unwrap_or_default();
        return vec![Row::fail("reachable", error.map(ToString::to_string).unwrap_or_default(), hint)];
    };
    let mut rows = vec![reachable(checkup), key(asked, checkup, answer), model(asked, checkup, answer)];
    match answer {
        Err(error) if is_of_key(error) || is_of_model(error) => {}
        Err(error) => rows.push(Row::fail("answer", error.to_string(), error.hint())),
        Ok(answer) => {
            rows.push(latency(answer));
            rows.push(streaming(answer));
            rows.push(structured(answer));
            if !answer.concessions.is_empty() {
                rows.push(Row::ok("fields", format!("adapted to: {}", answer.concessions.join(", "))));
            }
            rows.push(usage(answer));
        }
    }
    rows.extend(checkup.tools.as_ref().map(tools));
    rows.push(context(asked, checkup));
    rows.extend(checkup.together.as_ref().map(|together| parallel(asked, answer, together)));
    rows
}

fn reachable(checkup: &Checkup) -> Row {
    match &checkup.listed {
        Ok((models, time)) => {
            Row::ok("reachable", format!("lists {} in {}", count(models.len(), "model"), shown(*time)))
        }
        Err(EndpointError::Unreadable { .. }) if matches!(checkup.answer, Some(Err(_))) => Row::fail(
            "reachable",
            "something answers there, but it is no server for models",
            "check the base URL: it usually ends in /v1; name the right one with --base-url",
        ),
        Err(_) => Row::ok("reachable", "it answers, but does not list its models"),
    }
}

fn key(asked: &Asked, checkup: &Checkup, answer: &Result<Answer, EndpointError>) -> Row {
    let from = |origin: &Origin| format!("from {origin}");
    let list_refused = matches!(&checkup.listed, Err(error) if is_of_key(error));
    match (answer, &asked.key) {
        (Err(error), None) if is_of_key(error) => Row::fail(
            "key",
            format!("none is set, and {error}"),
            "export OPENAI_API_KEY=…, or set api_key_env in conclave.toml",
        ),
        (Err(error), Some(origin)) if is_of_key(error) => {
            Row::fail("key", format!("{error}; it came {}", from(origin)), error.hint())
        }
        (Ok(_), Some(origin)) if list_refused => {
            Row::ok("key", format!("accepted for calls, not for the list; {}", from(origin)))
        }
        (Ok(_), Some(origin)) => Row::ok("key", format!("accepted, {}", from(origin))),
        (Ok(_), None) => Row::ok("key", "none is set and none was wanted"),
        // LiteLLM's proxy fails like this on a request without a key.
        (Err(EndpointError::Server { status: 500, .. }), None) if checkup.listed.is_err() => Row::warn(
            "key",
            "none is set, and neither list nor call worked: some servers fail like this without one",
            "export OPENAI_API_KEY=…, or set api_key_env in conclave.toml",
        ),
        (Err(_), Some(origin)) => Row::unknown("key", format!("sent, {}", from(origin))),
        (Err(_), None) => Row::unknown("key", "none is set"),
    }
}

fn model(asked: &Asked, checkup: &Checkup, answer: &Result<Answer, EndpointError>) -> Row {
    let name = &asked.spec.model;
    let listed = checkup.listed.as_ref().ok().map(|(models, _)| models.as_slice());
    let has = listed.is_some_and(|models| entry(models, name).is_some());
    match (answer, listed) {
        (Err(error), _) if is_of_model(error) => {
            let names: Vec<&str> = listed.unwrap_or_default().iter().take(NAMED).map(|m| m.name.as_str()).collect();
            let hint = match names.first() {
                Some(first) => format!("name one that it lists ({}): --model {first}", names.join(", ")),
                None => error.hint(),
            };
            Row::fail("model", error.to_string(), hint)
        }
        (_, Some(_)) if has => Row::ok("model", format!("{name} is listed")),
        (Ok(_), Some(_)) => Row::warn(
            "model",
            format!("{name} is not listed, yet something answered: the server may take any name"),
            "look at which model really answers, in the server's own log",
        ),
        (Ok(_), None) => Row::ok("model", format!("{name} answered")),
        (Err(_), Some(_)) => Row::unknown("model", format!("{name} is not listed")),
        (Err(_), None) => Row::unknown("model", format!("{name}: the server lists none")),
    }
}

fn latency(answer: &Answer) -> Row {
    let first = answer.first.map_or(String::new(), |first| format!("first token after {}, ", shown(first)));
    let detail = format!("{first}whole after {}", shown(answer.whole));
    if answer.cut {
        return Row {
            detail: format!("{detail}; thoughts used up the few tokens of this check"),
            ..Row::ok("latency", "")
        };
    }
    Row::ok("latency", detail)
}

fn streaming(answer: &Answer) -> Row {
    if answer.streamed {
        return Row::ok("streaming", "yes");
    }
    Row::warn(
        "streaming",
        "no: replies come whole, and nothing is seen before",
        "set a longer first_token under [endpoint.timeouts] in conclave.toml: it has to last for a whole reply",
    )
}

fn structured(answer: &Answer) -> Row {
    const CHECK: &str = "structured";
    if answer.cut {
        return Row::unknown(CHECK, "thoughts used up the few tokens of this check");
    }
    let lower = "the debate goes on like this; more replies may be sent back to be put into form";
    match (answer.rung, answer.is_object) {
        (Rung::Schema, true) => Row::ok(CHECK, "JSON schema, kept to"),
        (Rung::Object, true) => Row::warn(CHECK, "JSON object: a schema is refused or ignored", lower),
        (Rung::Text, true) => Row::warn(CHECK, "plain text: neither schema nor JSON object is taken or kept to", lower),
        (_, false) => Row::warn(
            CHECK,
            "none: the answer was no JSON, however it was asked for",
            "a small model may be unable to debate: try another with --model",
        ),
    }
}

/// Whether the model can look at a project (`--project`).
fn tools(called: &Result<Option<ToolForm>, EndpointError>) -> Row {
    const CHECK: &str = "tools";
    match called {
        Ok(Some(ToolForm::Functions)) => Row::ok(CHECK, "function calling: seats can look at a --project"),
        Ok(Some(ToolForm::Text)) => {
            Row::ok(CHECK, "in plain text, without function calling: seats can look at a --project")
        }
        Ok(None) => Row::unknown(CHECK, "offered one, and it was not called: seats may not look at a --project"),
        Err(error) => Row::unknown(CHECK, format!("not found out: {error}")),
    }
}

fn usage(answer: &Answer) -> Row {
    match (answer.usage.prompt, answer.usage.completion) {
        (Some(prompt), Some(completion)) => {
            let cached = answer.usage.cached.map_or("not told".to_owned(), |n| n.to_string());
            Row::ok("usage", format!("reported: {prompt} + {completion} tokens, cached {cached}"))
        }
        _ => Row::warn(
            "usage",
            "not reported: tokens and cost stay unknown",
            "--max-tokens and --max-cost cannot hold here: limit a debate with --max-waves and --max-time",
        ),
    }
}

fn context(asked: &Asked, checkup: &Checkup) -> Row {
    let listed = checkup.listed.as_ref().ok().and_then(|(models, _)| entry(models, &asked.spec.model)?.context);
    match listed {
        None => Row::unknown("context", "the server does not tell; it is learnt when a request does not fit"),
        Some(tokens) if tokens < SMALL_CONTEXT => Row::warn(
            "context",
            format!("{tokens} tokens: little for a debate"),
            "start the server with a larger context, or seat fewer agents with --seats",
        ),
        Some(tokens) => Row::ok("context", format!("{tokens} tokens")),
    }
}

fn parallel(asked: &Asked, alone: &Result<Answer, EndpointError>, together: &Result<Together, EndpointError>) -> Row {
    const CHECK: &str = "parallel";
    let one = "conclave finds out by itself and then makes one call at a time; to begin like that: max_parallel = 1 under [endpoint] in conclave.toml";
    let limit = asked.spec.max_parallel;
    match together {
        Err(error) => Row::warn(CHECK, format!("of two calls at once one failed: {error}"), one),
        Ok(_) if limit == 1 => Row::ok(CHECK, "one call at a time, as is set"),
        Ok(both) if both.retries > 0 => {
            Row::warn(CHECK, "of two calls at once one was dropped, and answered only when it was asked again", one)
        }
        Ok(both) if both.overlapped => {
            Row::ok(CHECK, format!("two calls at once, both after {}; at most {limit} are made", shown(both.whole)))
        }
        // Below that a busy machine is as likely a cause, and nobody waits for long.
        Ok(both) if both.whole > TELLING && alone.as_ref().is_ok_and(|one| both.whole > one.whole.mul_f32(1.7)) => {
            Row::warn(
                CHECK,
                format!("one call after the other: two took {}", shown(both.whole)),
                "seats wait for each other; start the server with more slots, or set max_parallel = 1 under [endpoint]",
            )
        }
        Ok(both) => Row::ok(CHECK, format!("two calls after {}; at most {limit} are made at once", shown(both.whole))),
    }
}

fn is_of_key(error: &EndpointError) -> bool {
    matches!(error, EndpointError::Unauthorized { .. })
}

fn is_of_model(error: &EndpointError) -> bool {
    matches!(error, EndpointError::ModelNotFound { .. })
}

/// Ollama lists a model with a tag that need not be typed.
fn entry<'a>(models: &'a [Listed], name: &str) -> Option<&'a Listed> {
    models.iter().find(|m| m.name == name || m.name.strip_suffix(":latest") == Some(name))
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn shown(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f32())
    }
}
