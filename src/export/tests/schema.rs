//! JSON against `docs/document.schema.json`.

use super::*;
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/document.schema.json"));

struct Validator {
    schemas: Schemas,
    root: SchemaIndex,
}

impl Validator {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("document.schema.json", serde_json::from_str(SCHEMA).unwrap()).unwrap();
        let root = compiler.compile("document.schema.json", &mut schemas).unwrap();
        Self { schemas, root }
    }

    fn faults(&self, file: &Value) -> Option<String> {
        self.schemas.validate(file, self.root).err().map(|e| format!("{e:#}"))
    }
}

fn exported(session: &Session) -> Value {
    let bytes = exporter("json").unwrap().export(&document(session), session).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn every_kind_of_session_is_valid_json_of_the_schema() {
    let validator = Validator::new();
    for (name, session) in kinds::all() {
        assert_eq!(validator.faults(&exported(&session)), None, "{name}");
    }
}

#[test]
fn looks_and_quotations_are_valid_and_bound_too() {
    let validator = Validator::new();
    let whole = exported(&crate::protocol::tests::looks::looked_at().session);
    assert_eq!(validator.faults(&whole), None);
    let link = format!("https://github.com/acme/shop/blob/{}/src/a.rs#L12-L18", "cd".repeat(20));
    assert_eq!(whole["document"]["sources"][0]["link"], json!(link));
    assert_eq!(whole["entries"][1]["looks"][0]["given"]["places"], json!(["src/a.rs:10-20"]));
    for (place, value) in [
        ("/document/sources/0/trace/0", json!(1)),
        ("/document/context/project/revision", json!("main")),
        ("/entries/1/looks/0/asked/look", json!("bash")),
        ("/entries/1/looks/0/given/digest", json!("ab")),
    ] {
        let mut file = whole.clone();
        *file.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value;
        assert!(validator.faults(&file).is_some(), "{place}");
    }
}

/// The names of the properties of every object that the schema tells of.
fn properties(schema: &Value, found: &mut Vec<BTreeSet<String>>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Object(named)) = fields.get("properties") {
                found.push(named.keys().cloned().collect());
            }
            fields.values().for_each(|inner| properties(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| properties(inner, found)),
        _ => {}
    }
}

/// A field that is left out where it is empty is in no exported file of these tests, so the model itself is read.
#[test]
fn every_part_of_the_model_is_in_the_schema_with_every_field() {
    let mut told = Vec::new();
    properties(&serde_json::from_str(SCHEMA).unwrap(), &mut told);
    let model = include_str!("../document.rs");
    let parts = |source: &'static str| {
        let parts = source.split("\npub struct ").skip(1);
        parts.filter_map(|part| part.split("\n}").next()?.split_once(" {\n")).collect::<Vec<_>>()
    };
    assert!(parts(model).len() > 20, "the model was not read");
    let framework = parts(include_str!("../../protocol/framework.rs"));
    assert_eq!(framework.len(), 3, "the framework was not read");
    for (name, body) in parts(model).into_iter().chain(framework) {
        let field = |line: &str| Some(line.trim().strip_prefix("pub ")?.split_once(':')?.0.to_owned());
        let fields: BTreeSet<String> = body.lines().filter_map(field).collect();
        assert!(told.contains(&fields), "no object of the schema has exactly the fields of {name}: {fields:?}");
    }
    for variant in ["Issue", "Demoted", "Stood", "Redirected", "Proposal", "Reading", "Risk", "Owner"] {
        assert!(told.contains(&BTreeSet::from([variant.to_owned()])), "{variant}");
    }
    // A move has its fields and its name.
    let moves = include_str!("../../protocol/entry.rs").split_once("pub enum Move {\n").unwrap().1;
    let moves = moves.split("\n}").next().unwrap();
    let mut read = 0;
    for variant in moves.split("\n    },").filter(|part| part.contains(" {\n")) {
        let (head, body) = variant.split_once(" {\n").unwrap();
        let field = |line: &str| Some(line.trim().split_once(": ")?.0.to_owned());
        let named = body.lines().filter(|l| !l.trim_start().starts_with(['/', '#'])).filter_map(field);
        let fields: BTreeSet<String> = named.chain(["move".to_owned()]).collect();
        assert!(told.contains(&fields), "no object of the schema has exactly the fields of{head}: {fields:?}");
        read += 1;
    }
    assert!(read > 15, "{read} moves were read");
}

#[test]
fn what_a_charter_adds_is_valid() {
    use crate::protocol::tests::host::{Host, Judge, SEATS, chartered, dutiful};
    let validator = Validator::new();
    let mut host = Host::with(chartered(&SEATS, crate::protocol::event::Limits::default()));
    host.run(|session, ask| dutiful(session, ask, 2, |_, _| Judge::Agree));
    let whole = exported(&host.session);
    assert!(whole["entries"].to_string().contains("\"open\":true"), "a decision was open");
    assert!(whole["entries"].to_string().contains("\"claim\""), "it was claimed");
    assert!(validator.faults(&whole).is_none());
}

#[test]
fn the_recorded_sessions_are_valid() {
    let validator = Validator::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let listed = std::fs::read_to_string(root.join("recorded.txt")).unwrap();
    for name in listed.lines().filter(|l| !l.is_empty()) {
        let session = Session::fold(crate::journal::read(&root.join(name)).unwrap().events()).unwrap();
        assert_eq!(validator.faults(&exported(&session)), None, "{name}");
    }
}

#[test]
fn the_files_that_owners_claim_are_valid_and_bound_too() {
    let validator = Validator::new();
    let session = super::builder::agreed(super::builder::Setting::default()).session;
    let mut document = super::document(&session);
    document.ownership = vec![crate::export::document::Ownership {
        seat: "BACKEND".parse().unwrap(),
        files: vec!["src/api/**".to_owned()],
    }];
    let bytes = exporter("json").unwrap().export(&document, &session).unwrap();
    let mut file: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(validator.faults(&file), None);
    *file.pointer_mut("/document/ownership/0/files").unwrap() = json!("src");
    assert!(validator.faults(&file).is_some());
}

#[test]
fn a_spoiled_document_is_not_valid() {
    let validator = Validator::new();
    let whole = exported(&super::builder::agreed(super::builder::Setting::default()).session);
    let spoiled = [
        ("/version", json!(2)),
        ("/format", json!("other")),
        ("/document/front/status", json!("decided")),
        ("/document/front/date", json!("yesterday")),
        ("/document/front/accord", json!("cc72113e")),
        ("/document/front/tokens", json!(-1)),
        ("/document/summary/0/entries", json!([])),
        ("/document/summary/0/entries/0", json!("1")),
        ("/document/decisions/0/id", json!("1")),
        ("/document/decisions/0/head", json!("D1")),
        ("/document/decisions/0/issues/0/id", json!("X1")),
        ("/document/signoff/0/at", json!("10:04")),
        ("/accord/decisions/0/clauses", json!({ "first": "No number." })),
        ("/entries/0/number", json!("#0")),
        ("/entries/0/moves/0/act/move", json!("declare_consensus")),
        ("/entries/1/moves/0/act/confidence", json!(101)),
        ("/entries/4/moves/0/made/Proposal/head", json!("yes")),
    ];
    for (place, value) in spoiled {
        let mut file = whole.clone();
        *file.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value;
        assert!(validator.faults(&file).is_some(), "{place}");
    }
}

/// The places of objects, one for each shape of place: indices do not count.
fn objects(value: &Value, place: &str, found: &mut std::collections::BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            // Moves differ by what they are, not by where they stand.
            let kind = fields.get("move").or(fields.get("how")).and_then(Value::as_str).unwrap_or_default();
            let shape = place.split('/').filter(|p| p.parse::<usize>().is_err()).collect::<Vec<_>>().join("/");
            found.entry(format!("{shape} {kind}")).or_insert_with(|| place.to_owned());
            fields.iter().for_each(|(key, inner)| objects(inner, &format!("{place}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, inner)| objects(inner, &format!("{place}/{at}"), found));
        }
        _ => {}
    }
}

#[test]
fn no_key_may_be_missing_and_none_may_be_added() {
    let validator = Validator::new();
    let whole = exported(&super::builder::agreed(super::builder::Setting::default()).session);
    let mut places = std::collections::BTreeMap::new();
    objects(&whole, "", &mut places);
    assert!(places.len() > 60, "{}", places.len());
    for place in places.values() {
        let keys: Vec<String> = whole.pointer(place).unwrap().as_object().unwrap().keys().cloned().collect();
        let mut file = whole.clone();
        file.pointer_mut(place).unwrap().as_object_mut().unwrap().insert("extra".to_owned(), Value::Null);
        assert!(validator.faults(&file).is_some(), "{place}: a key more");
        // A text may have any clauses.
        for key in keys.iter().filter(|_| !place.ends_with("/clauses")) {
            let mut file = whole.clone();
            file.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(key);
            assert!(validator.faults(&file).is_some(), "{place}: {key} is missing");
        }
    }
}
