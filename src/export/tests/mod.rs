//! Sessions driven in memory by scripted replies, and what the document says of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

pub(in crate::export) mod builder;
mod formats;
mod hostile;
pub(in crate::export) mod kinds;
mod model;
mod schema;
mod whole;

use super::{Document, Provenance, Status, dangling, exporter};
use crate::protocol::{Digest, Session};

fn provenance() -> Provenance {
    Provenance {
        session: "2026-11-20-checkout".to_owned(),
        journal: Some(Digest::of(b"journal")),
        program: "conclave 0.1.0".to_owned(),
        exported_at: None,
    }
}

fn document(session: &Session) -> Document {
    Document::of(session, &provenance())
}

fn markdown(session: &Session) -> String {
    let bytes = exporter("md").unwrap().export(&document(session), session).unwrap();
    String::from_utf8(bytes).unwrap()
}
