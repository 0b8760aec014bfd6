//! A model's text becomes a reply, or reasons why it cannot.
//!
//! Lenient in form, strict in meaning: a fence around the JSON, a lower-case id or a number written as text is mended and
//! noted; a missing scenario is not invented. What was mended goes into the journal beside the reply.

use crate::protocol::entry::SUPERVISOR_KINDS;
use crate::protocol::{Author, EntryNumber, Move, ProposalId, Reply, Session};
use serde_json::{Map, Value};

/// Most moves looked at; the rules say how many are allowed.
const MAX_MOVES: usize = 256;

/// A reply, and what had to be mended to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The reply.
    pub reply: Reply,
    /// What was mended, one sentence each.
    pub repairs: Vec<String>,
}

/// Reads `text` as a reply of `author`.
///
/// # Errors
/// Everything that is wrong with it, in words that its author can act on.
pub fn parse(session: &Session, author: &Author, text: &str) -> Result<Parsed, Vec<String>> {
    let mut repairs = Vec::new();
    let Value::Object(mut fields) = find_json(text, &mut repairs)? else {
        return Err(vec![
            "the reply is JSON, but not an object: {\"type\": …, \"content\": …, \"moves\": […]}".to_owned(),
        ]);
    };
    let mut reasons = Vec::new();
    let mut moves = read_moves(fields.remove("moves"), &mut repairs, &mut reasons);
    let content = match fields.remove("content") {
        // Empty lines at either end are no part of what is said, and the log would have to spell them out.
        Some(Value::String(content)) => content.trim_start_matches(['\n', '\r']).trim_end().to_owned(),
        Some(_) | None => {
            reasons.push("'content' is missing, or not a text".to_owned());
            String::new()
        }
    };
    let kind = fields.remove("type").and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    if !reasons.is_empty() {
        return Err(reasons);
    }
    for act in &mut moves {
        name_digest(session, act, &mut repairs);
    }
    let kind = fitting_kind(session, author, &kind, &moves, &mut repairs);
    Ok(Parsed { reply: Reply { kind, content, moves }, repairs })
}

/// The one JSON value in a text: the whole of it, a fenced block, or what stands between the first brace and its match.
fn find_json(text: &str, repairs: &mut Vec<String>) -> Result<Value, Vec<String>> {
    let text = text.trim().trim_start_matches('\u{feff}');
    let whole = serde_json::from_str::<Value>(text);
    if let Ok(value) = whole {
        return Ok(value);
    }
    for (start, _) in text.match_indices('{') {
        let rest = text.get(start..).unwrap_or_default();
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        if let Some(Ok(value @ Value::Object(_))) = stream.next()
            && value.get("moves").or_else(|| value.get("content")).is_some()
        {
            repairs.push("the JSON stood in other text, which was left out".to_owned());
            return Ok(value);
        }
        // An outer object that does not parse is the reply with a fault in it; what lies within it is not a reply.
        if rest.trim_start_matches('{').trim_start().starts_with("\"type\"") {
            break;
        }
    }
    let fault = whole.err().map(|e| e.to_string()).unwrap_or_default();
    Err(vec![format!(
        "the reply is not one JSON object ({fault}): send {{\"type\": …, \"content\": …, \"moves\": […]}} and nothing else"
    )])
}

fn read_moves(value: Option<Value>, repairs: &mut Vec<String>, reasons: &mut Vec<String>) -> Vec<Move> {
    let items = match value {
        Some(Value::Array(items)) => items,
        Some(Value::Object(one)) => {
            repairs.push("a single move was taken as a list of one".to_owned());
            vec![Value::Object(one)]
        }
        Some(Value::Null) | None => Vec::new(),
        Some(_) => {
            reasons.push("'moves' is not a list".to_owned());
            return Vec::new();
        }
    };
    let mut moves = Vec::new();
    for (index, item) in items.into_iter().take(MAX_MOVES).enumerate() {
        match read_move(item, repairs) {
            Ok(act) => moves.push(act),
            Err(reason) => reasons.push(format!("move {}: {reason}", index + 1)),
        }
    }
    moves
}

fn read_move(item: Value, repairs: &mut Vec<String>) -> Result<Move, String> {
    let Value::Object(mut fields) = item else { return Err("is not an object with a field 'move'".to_owned()) };
    let name = fields.get("move").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    fields.insert("move".to_owned(), Value::String(name.clone()));
    // In a position `rests_on` is a criterion or a fact, elsewhere an entry.
    let of_position = name == "position";
    for (key, value) in &mut fields {
        tidy_field(key, value, of_position, repairs);
    }
    if fields.get("how").is_some_and(|h| h == "addressed") && !fields.contains_key("clause") {
        fields.insert("clause".to_owned(), Value::from(0));
    }
    drop_nulls(&mut fields);
    serde_json::from_value(Value::Object(fields)).map_err(|e| {
        let name: String = name.chars().take(20).flat_map(char::escape_debug).collect();
        let fault: String = e.to_string().chars().take(240).collect();
        format!("({name}) {fault}")
    })
}

/// A text named by its id where its digest was asked for: both are as exact, since a proposal never changes.
fn name_digest(session: &Session, act: &mut Move, repairs: &mut Vec<String>) {
    let (Move::Agree { digest, .. } | Move::Object { digest, .. } | Move::Stand { digest, .. }) = act else {
        return;
    };
    let id = digest.parse::<ProposalId>().ok().filter(|_| !digest.contains('@'));
    let text = id.and_then(|id| session.docket(id.decision)?.proposal(id));
    if let Some(text) = text {
        repairs.push(format!("{} was named by its id in place of its digest", text.id));
        *digest = text.digest.short().to_owned();
    }
}

/// Fields that hold ids, which people write in either case.
const IDS: [&str; 9] = ["decision", "about", "criterion", "criteria", "base", "issue", "question", "item", "owner"];

fn tidy_field(key: &str, value: &mut Value, of_position: bool, repairs: &mut Vec<String>) {
    match (key, &mut *value) {
        ("clause" | "confidence", Value::String(text)) => {
            // The last number: "D1.2, clause 3" is clause 3.
            let digits = text.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
            if let Some(number) = digits.and_then(|d| d.parse::<u16>().ok()) {
                repairs.push(format!("{key} was given as text"));
                *value = Value::from(number);
            }
        }
        ("confidence", Value::Number(number)) if number.is_f64() => {
            let share = number.as_f64().unwrap_or(0.0);
            let percent = if share <= 1.0 { share * 100.0 } else { share };
            *value = Value::from(percent.round().clamp(0.0, 100.0) as u8);
        }
        ("resolved_by" | "rests_on", Value::Number(number)) => *value = Value::String(format!("#{number}")),
        ("resolved_by" | "rests_on", Value::String(text)) if text.parse::<EntryNumber>().is_err() && !of_position => {
            if !text.trim().is_empty() {
                repairs.push(format!("{key} named no entry and was left out"));
            }
            *value = Value::Null;
        }
        ("criteria", Value::String(text)) => {
            repairs.push(format!("{key} was given as text"));
            *value = text.split([',', ' ']).filter(|t| !t.is_empty()).collect();
            tidy_field(key, value, of_position, repairs);
        }
        ("assumptions", Value::String(text)) => *value = Value::from(vec![std::mem::take(text)]),
        ("confirms", Value::Array(points)) => {
            for (key, value) in points.iter_mut().filter_map(Value::as_object_mut).flatten() {
                let number = value.as_str().filter(|_| key == "item").and_then(|t| t.trim().parse::<u16>().ok());
                if let Some(number) = number {
                    *value = Value::from(number);
                }
            }
        }
        ("changes", Value::Array(changes)) => {
            for (key, value) in changes.iter_mut().filter_map(Value::as_object_mut).flatten() {
                tidy_field(key, value, of_position, repairs);
            }
        }
        ("decision", Value::String(text)) => *text = upper_id(text.split(['.', '@']).next().unwrap_or_default()),
        ("question", Value::String(text)) if text.len() > 6 => {}
        (_, Value::String(text)) if IDS.contains(&key) => *text = upper_id(text),
        (_, Value::Array(items)) if IDS.contains(&key) => {
            for item in items {
                if let Value::String(text) = item {
                    *text = upper_id(text);
                }
            }
        }
        ("framework", Value::Object(framework)) => tidy_framework(framework, repairs),
        _ => {}
    }
}

fn tidy_framework(framework: &mut Map<String, Value>, repairs: &mut Vec<String>) {
    for list in ["criteria", "decisions"] {
        let items = framework.get_mut(list).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
            for (key, value) in item.iter_mut() {
                match (key.as_str(), &mut *value) {
                    ("id" | "owner", Value::String(text)) => *text = upper_id(text),
                    ("criteria", _) => tidy_field("criteria", value, false, repairs),
                    ("after", Value::Array(ids)) => {
                        ids.iter_mut().for_each(|id| tidy_field("decision", id, false, repairs));
                    }
                    _ => {}
                }
            }
            drop_nulls(item);
        }
    }
    drop_nulls(framework);
}

/// Ids and tags, without brackets and in upper case; a digest after `@` keeps its case.
fn upper_id(text: &str) -> String {
    let bare = text.trim().trim_matches(['[', ']', '(', ')']);
    match bare.split_once('@') {
        Some((id, digest)) => format!("{}@{digest}", id.to_uppercase()),
        None => bare.to_uppercase(),
    }
}

/// `null` where a field may be absent means that it is.
fn drop_nulls(fields: &mut Map<String, Value>) {
    fields.retain(|_, value| !value.is_null());
}

/// The reply's type, if it is a word the speaker has; else the word that fits its moves.
fn fitting_kind(session: &Session, author: &Author, kind: &str, moves: &[Move], repairs: &mut Vec<String>) -> String {
    let words: Vec<String> = match author {
        Author::Supervisor => SUPERVISOR_KINDS.map(str::to_owned).to_vec(),
        Author::Human => vec!["DIRECTION".to_owned()],
        Author::Seat(tag) => {
            session.opening().seats.iter().find(|s| s.tag == *tag).map(|s| s.kinds.clone()).unwrap_or_default()
        }
    };
    let given = kind.trim().trim_matches(['[', ']']).to_uppercase();
    if words.contains(&given) {
        return given;
    }
    let does = |which: fn(&Move) -> bool| moves.iter().any(which);
    let fitting = if does(|m| matches!(m, Move::Frame { .. })) {
        "FRAMEWORK"
    } else if does(|m| matches!(m, Move::Mediate { .. })) {
        "MEDIATION"
    } else if does(|m| matches!(m, Move::Propose(_) | Move::Amend(_))) {
        "PROPOSAL"
    } else if does(|m| matches!(m, Move::Position { .. })) {
        "ANALYSIS"
    } else if *author == Author::Supervisor {
        "ANSWER"
    } else {
        "REVIEW"
    };
    let chosen = words.iter().find(|w| *w == fitting).or(words.first()).cloned().unwrap_or_else(|| fitting.to_owned());
    let shown: String = kind.chars().take(30).flat_map(char::escape_debug).collect();
    repairs.push(format!("type '{shown}' is not in the vocabulary, taken as {chosen}"));
    chosen
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::agent::schema;
    use crate::protocol::AskKind;
    use crate::protocol::entry::{Change, How};
    use crate::protocol::tests::host::{Host, SEATS};
    use serde_json::json;

    fn read(text: &str) -> Result<Parsed, Vec<String>> {
        parse(&Host::new(&SEATS).session, &"SECURITY".parse().unwrap(), text)
    }

    fn one(act: Value) -> Move {
        let text = json!({ "type": "REVIEW", "content": "x", "moves": [act] }).to_string();
        read(&text).unwrap().reply.moves.remove(0)
    }

    #[test]
    fn what_stands_around_the_object_is_left_out_and_noted() {
        let plain = r#"{"type":"REVIEW","content":"a {b} c","moves":[]}"#;
        assert!(read(plain).unwrap().repairs.is_empty());
        for text in [
            format!("```json\n{plain}\n```"),
            format!("Here is my reply {{as asked}}:\n\n{plain}\n\nI hope it helps."),
            format!("\u{feff}{plain}"),
        ] {
            assert_eq!(read(&text).unwrap().reply.content, "a {b} c", "{text}");
        }
    }

    #[test]
    fn empty_lines_around_what_is_said_are_no_part_of_it() {
        let text = json!({ "type": "REVIEW", "content": "\n\n    code\n\nwords\n", "moves": [] }).to_string();
        assert_eq!(read(&text).unwrap().reply.content, "    code\n\nwords");
    }

    #[test]
    fn form_is_mended_and_meaning_is_not() {
        let object = one(json!({"move":"OBJECT","about":"d1","digest":"7F3C2A1B","clause":"clause 2","criterion":"k1",
            "fails_when":"s","resolved_if":"r","rests_on":12}));
        let Move::Object { about, clause, rests_on, digest, .. } = object else { panic!("{object:?}") };
        assert_eq!((about.to_string().as_str(), clause, digest.as_str()), ("D1", 2, "7F3C2A1B"));
        assert_eq!(rests_on.unwrap().to_string(), "#12");
        let agree = one(
            json!({"move":"agree","decision":"D1","digest":"x","criteria":"K1, K2","because":"b","resolved_by":""}),
        );
        assert!(matches!(agree, Move::Agree { criteria, resolved_by: None, .. } if criteria.len() == 2));
        let position =
            json!({"move":"position","decision":"D1","choice":"c","rejected":"r","rests_on":"K1","confidence":0.7});
        assert!(matches!(one(position), Move::Position { confidence: 70, .. }));
        let missing = json!({"type":"REVIEW","content":"x","moves":[{"move":"object","about":"D1","criterion":"K1","resolved_if":"r"}]});
        let reasons = read(&missing.to_string()).unwrap_err();
        assert!(reasons[0].contains("move 1: (object)") && reasons[0].contains("fails_when"), "{reasons:?}");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let text = json!({"moves":[{"move":"applaud"}, 7, {"move":"withdraw","issue":"K1","why":"w"}]}).to_string();
        let reasons = read(&text).unwrap_err();
        assert_eq!(reasons.len(), 4, "{reasons:?}");
        assert!(reasons[0].contains("applaud") && reasons[2].contains("K1") && reasons[3].contains("content"));
        for text in ["", "I agree.", "[]", "42", "{\"type\":\"REVIEW\",\"content\":\"cut off"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_type_outside_the_vocabulary_becomes_the_one_that_fits() {
        let parsed = read(&json!({"type":"[opinion]","content":"x","moves":[]}).to_string()).unwrap();
        assert_eq!(parsed.reply.kind, "REVIEW");
        assert!(parsed.repairs[0].contains("not in the vocabulary"));
    }

    #[test]
    fn dispositions_and_changes_read_in_each_of_their_shapes() {
        for (how, expected) in [
            (json!({"how":"addressed","clause":2}), How::Addressed { clause: 2 }),
            (
                json!({"how":"reading","clause":1,"reading":"It means this."}),
                How::Reading { clause: 1, reading: "It means this.".into() },
            ),
            (json!({"how":"declined","clause":null}), How::Declined),
        ] {
            let mut act = json!({"move":"dispose","item":"d2/security","why":"w"});
            act.as_object_mut().unwrap().extend(how.as_object().unwrap().clone());
            let read = one(act);
            assert!(matches!(&read, Move::Dispose { how, .. } if *how == expected), "{read:?}");
        }
        let amend = one(
            json!({"move":"amend","decision":"D1","base":"d1.1@7f3c2a1b","rationale":"r","assumptions":null,"rejected":[],"actions":[],
            "changes":[{"change":"replace","clause":1,"text":"t"},{"change":"add","text":"t"},{"change":"strike","clause":3}]}),
        );
        let Move::Amend(amend) = amend else { panic!("{amend:?}") };
        assert!(matches!(amend.changes[2], Change::Strike { clause: 3 }) && amend.assumptions.is_none());
    }

    /// A value for every field of a schema, as a server that enforces it would let a model write.
    fn filled(schema: &Value, name: &str) -> Value {
        if let Some(first) = schema.pointer("/enum/0").or_else(|| schema.get("const")) {
            return first.clone();
        }
        if let Some(first) = schema.pointer("/anyOf/0") {
            return filled(first, name);
        }
        match schema["type"].as_str().unwrap_or("string") {
            "object" => {
                let fields = schema["properties"].as_object().unwrap();
                fields.iter().map(|(key, inner)| (key.clone(), filled(inner, key))).collect()
            }
            "array" => json!([filled(&schema["items"], name)]),
            "integer" => json!(1),
            _ => json!(match name {
                "decision" | "about" | "after" => "D1",
                "base" => "D1.1",
                "issue" | "item" => "O1",
                "question" if schema["type"] == "string" => "Q1",
                "criterion" | "criteria" => "K1",
                "id" => "K1",
                "owner" => "BACKEND",
                "resolved_by" | "rests_on" if schema["type"] != "string" => "#1",
                _ => "text",
            }),
        }
    }

    #[test]
    fn whatever_a_schema_allows_can_be_read() {
        for kind in [AskKind::Position, AskKind::Turn, AskKind::Mediation, AskKind::Premortem, AskKind::Signature] {
            let shapes =
                schema::of(kind).json.pointer("/properties/moves/items/anyOf").unwrap().as_array().unwrap().clone();
            for shape in shapes.iter().filter(|s| s.pointer("/properties/move/enum/0") != Some(&json!("frame"))) {
                one(filled(shape, ""));
            }
        }
    }
}
