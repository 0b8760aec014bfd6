//! The reply schemas: six, static, never built per call, because a changed schema voids a provider's cache. Strict mode
//! holds: every property required, none beyond. Ids are plain strings here and checked by the host.

use crate::llm::ReplySchema;
use crate::protocol::AskKind;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The schema for a kind of call.
pub fn of(kind: AskKind) -> &'static ReplySchema {
    static FRAMEWORK: LazyLock<ReplySchema> = LazyLock::new(|| schema("framework", vec![frame()]));
    static POSITION: LazyLock<ReplySchema> =
        LazyLock::new(|| schema("position", vec![position(), claim(), concern(), ask(), escalate()]));
    static TURN: LazyLock<ReplySchema> = LazyLock::new(|| schema("turn", turn()));
    static MEDIATION: LazyLock<ReplySchema> =
        LazyLock::new(|| schema("mediation", vec![mediate(), propose(), amend(), rule(), answer(), frame()]));
    static PREMORTEM: LazyLock<ReplySchema> = LazyLock::new(|| schema("premortem", vec![risk(), sign(), object()]));
    static SIGNATURE: LazyLock<ReplySchema> = LazyLock::new(|| schema("signature", vec![sign(), object()]));
    match kind {
        AskKind::Framework => &FRAMEWORK,
        AskKind::Position => &POSITION,
        AskKind::Turn => &TURN,
        AskKind::Mediation => &MEDIATION,
        AskKind::Premortem => &PREMORTEM,
        AskKind::Signature => &SIGNATURE,
    }
}

fn schema(name: &'static str, moves: Vec<Value>) -> ReplySchema {
    let json = object_of(&[
        ("type", text()),
        ("content", text()),
        ("moves", json!({ "type": "array", "items": { "anyOf": moves } })),
    ]);
    ReplySchema { name, json }
}

fn turn() -> Vec<Value> {
    let mut moves = vec![propose(), amend()];
    moves.extend(agree());
    moves.extend([object(), concern(), ask(), escalate(), answer()]);
    moves.extend(dispose());
    moves.extend([withdraw(), stand(), rule(), frame(), sign()]);
    moves
}

fn object_of(fields: &[(&str, Value)]) -> Value {
    let properties: serde_json::Map<String, Value> = fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    let required: Vec<&str> = fields.iter().map(|(k, _)| *k).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn act(name: &str, fields: &[(&str, Value)]) -> Value {
    let mut all = vec![("move", word(&[name]))];
    all.extend(fields.iter().cloned());
    object_of(&all)
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn maybe_text() -> Value {
    json!({ "type": ["string", "null"] })
}

fn number() -> Value {
    json!({ "type": "integer" })
}

fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn frame() -> Value {
    let criterion = object_of(&[("id", text()), ("text", text())]);
    let decision = object_of(&[
        ("id", text()),
        ("question", text()),
        ("criteria", list(text())),
        ("owner", text()),
        ("after", list(text())),
        ("open", json!({ "type": "boolean" })),
    ]);
    let framework = object_of(&[
        ("title", text()),
        ("goals", list(text())),
        ("non_goals", list(text())),
        ("constraints", list(text())),
        ("unknowns", list(text())),
        ("criteria", list(criterion)),
        ("decisions", list(decision)),
    ]);
    act("frame", &[("framework", framework)])
}

fn position() -> Value {
    act(
        "position",
        &[
            ("decision", text()),
            ("choice", text()),
            ("rejected", text()),
            ("rests_on", text()),
            ("confidence", number()),
        ],
    )
}

fn rejected() -> Value {
    list(object_of(&[("option", text()), ("why", text())]))
}

fn actions() -> Value {
    list(object_of(&[("owner", text()), ("what", text()), ("done_when", text())]))
}

fn propose() -> Value {
    act(
        "propose",
        &[
            ("decision", text()),
            ("clauses", list(text())),
            ("rationale", text()),
            ("assumptions", list(text())),
            ("rejected", rejected()),
            ("actions", actions()),
        ],
    )
}

fn amend() -> Value {
    let change = json!({ "anyOf": [
        object_of(&[("change", word(&["replace"])), ("clause", number()), ("text", text())]),
        object_of(&[("change", word(&["add"])), ("text", text())]),
        object_of(&[("change", word(&["strike"])), ("clause", number())]),
    ]});
    act(
        "amend",
        &[
            ("decision", text()),
            ("base", text()),
            ("changes", list(change)),
            ("rationale", text()),
            ("assumptions", json!({ "type": ["array", "null"], "items": text() })),
            ("rejected", rejected()),
            ("actions", actions()),
        ],
    )
}

/// Two shapes: most agreements say no more than why.
fn agree() -> Vec<Value> {
    let plain = [
        ("decision", text()),
        ("digest", text()),
        ("criteria", list(text())),
        ("because", text()),
        ("resolved_by", maybe_text()),
    ];
    let confirmed = object_of(&[("item", number()), ("how", text())]);
    let more = [("confirms", list(confirmed)), ("security", maybe_text())];
    vec![act("agree", &plain), act("agree", &[plain.as_slice(), &more].concat())]
}

fn claim() -> Value {
    act("claim", &[("decision", text()), ("why", text())])
}

fn escalate() -> Value {
    let option = object_of(&[("option", text()), ("trade_off", text())]);
    act("escalate", &[("about", text()), ("text", text()), ("options", list(option))])
}

fn object() -> Value {
    act(
        "object",
        &[
            ("about", text()),
            ("digest", text()),
            ("clause", number()),
            ("criterion", text()),
            ("fails_when", text()),
            ("resolved_if", text()),
            ("rests_on", maybe_text()),
        ],
    )
}

fn concern() -> Value {
    act("concern", &[("about", text()), ("clause", number()), ("criterion", text()), ("text", text())])
}

fn ask() -> Value {
    act("ask", &[("to", text()), ("about", text()), ("text", text())])
}

fn answer() -> Value {
    act("answer", &[("question", text()), ("text", text())])
}

fn dispose() -> Vec<Value> {
    let item = ("item", text());
    let why = ("why", text());
    let plain = word(&["declined", "moot", "risk", "adopted", "partly"]);
    vec![
        act("dispose", &[item.clone(), ("how", word(&["addressed"])), ("clause", number()), why.clone()]),
        act(
            "dispose",
            &[item.clone(), ("how", word(&["reading"])), ("clause", number()), ("reading", text()), why.clone()],
        ),
        act("dispose", &[item, ("how", plain), why]),
    ]
}

fn withdraw() -> Value {
    act("withdraw", &[("issue", text()), ("why", text())])
}

fn stand() -> Value {
    act("stand", &[("issue", text()), ("digest", text()), ("why", text())])
}

fn rule() -> Value {
    act("rule", &[("issue", text()), ("ruling", word(&["out_of_scope", "duplicate"])), ("why", text())])
}

fn mediate() -> Value {
    act("mediate", &[("agreed", text()), ("disputed", text()), ("crux", text()), ("question", text())])
}

fn risk() -> Value {
    act("risk", &[("about", text()), ("scenario", text()), ("sign", text()), ("mitigation", text())])
}

fn sign() -> Value {
    act("sign", &[("digest", text()), ("reservation", maybe_text())])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [AskKind; 6] = [
        AskKind::Framework,
        AskKind::Position,
        AskKind::Turn,
        AskKind::Mediation,
        AskKind::Premortem,
        AskKind::Signature,
    ];

    fn strict(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            let required = value.get("required").and_then(Value::as_array).map(Vec::len);
            assert_eq!(required, Some(properties.len()), "{path}: every property is required");
            assert_eq!(value.get("additionalProperties"), Some(&Value::Bool(false)), "{path}");
        }
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, inner)| strict(inner, &format!("{path}/{key}"))),
            Value::Array(items) => items.iter().for_each(|inner| strict(inner, path)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_schema_is_strict_and_the_same_each_time() {
        for kind in KINDS {
            strict(&of(kind).json, of(kind).name);
            assert!(std::ptr::eq(of(kind), of(kind)));
            assert!(!of(kind).json.to_string().contains("oneOf"));
        }
    }

    #[test]
    fn the_protocol_page_shows_every_move_a_schema_asks_for() {
        let page = include_str!("../../prompts/protocol.md");
        for kind in KINDS {
            let items = of(kind).json.pointer("/properties/moves/items/anyOf").and_then(Value::as_array).cloned();
            for act in items.unwrap_or_default() {
                let name = act.pointer("/properties/move/enum/0").and_then(Value::as_str).unwrap_or("?");
                assert!(page.contains(&format!("\"move\":\"{name}\"")), "{name} is not explained");
            }
        }
    }
}
