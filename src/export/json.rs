//! The document for programs: the model as it is, the signed text, and the entries in full. Its form is told by
//! `docs/document.schema.json`, which a test holds it against.

use super::document::Document;
use super::references::checked;
use super::{ExportError, Exporter};
use crate::protocol::{Author, Digest, Entry, EntryNumber, Found, Query, Recorded, Session};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// The version of this format. It grows when a reader of the last one would be misled.
const VERSION: u16 = 1;

/// JSON, indented, with a final line end.
#[derive(Debug, Clone, Copy)]
pub struct Json;

#[derive(Serialize)]
struct File<'a> {
    format: &'static str,
    version: u16,
    document: &'a Document,
    /// What was signed: its digest is SHA-256 over this value printed with sorted keys and no white space.
    accord: Option<Value>,
    entries: Vec<FullEntry<'a>>,
}

#[derive(Serialize)]
struct FullEntry<'a> {
    number: EntryNumber,
    author: &'a Author,
    at: DateTime<Utc>,
    wave: u32,
    seen: EntryNumber,
    model: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    content: &'a str,
    moves: &'a [Recorded],
    /// What its speaker looked at before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    looks: Vec<FullLook<'a>>,
}

/// A look at the project. What was given is told by its digest: the journal has it.
#[derive(Serialize)]
struct FullLook<'a> {
    asked: &'a Query,
    revision: Option<&'a str>,
    given: Option<Given<'a>>,
    refused: Option<&'a str>,
}

#[derive(Serialize)]
struct Given<'a> {
    places: Vec<String>,
    bytes: usize,
    digest: Digest,
    left_out: &'a str,
    masked: u32,
}

fn looks(entry: &Entry) -> Vec<FullLook<'_>> {
    let rounds = entry.looks.iter();
    rounds
        .flat_map(|round| {
            round.looks.iter().map(|look| {
                let (given, refused) = match &look.found {
                    Found::Refused { reason } => (None, Some(reason.as_str())),
                    Found::Given { text, spots, left_out, masked } => {
                        let places = spots.iter().map(ToString::to_string).collect();
                        let digest = Digest::of(text.as_bytes());
                        (Some(Given { places, bytes: text.len(), digest, left_out, masked: *masked }), None)
                    }
                };
                FullLook { asked: &look.query, revision: round.revision.as_deref(), given, refused }
            })
        })
        .collect()
}

impl Exporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn export(&self, document: &Document, session: &Session) -> Result<Vec<u8>, ExportError> {
        let entries = session.entries().iter().map(|e| FullEntry {
            number: e.number,
            author: &e.author,
            at: e.at,
            wave: e.wave,
            seen: e.seen,
            model: e.model.as_deref(),
            kind: &e.kind,
            content: &e.content,
            moves: &e.moves,
            looks: looks(e),
        });
        let file = File {
            format: "conclave-document",
            version: VERSION,
            document,
            accord: session.accord(),
            entries: entries.collect(),
        };
        let mut bytes = checked(document, session, || serde_json::to_vec_pretty(&file))??;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
