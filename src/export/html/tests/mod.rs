//! What the page says, that it holds whatever is put into it, and that its boards are the session's own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod boards;
mod colours;
mod pages;

use crate::export::{Document, Exporter, Html, Provenance};
use crate::protocol::{Digest, Session};

fn page(session: &Session) -> String {
    let provenance = Provenance {
        session: session.opening().session.clone(),
        journal: Some(Digest::of(b"journal")),
        program: "conclave 0.1.0".to_owned(),
        exported_at: None,
    };
    let bytes = Html.export(&Document::of(session, &provenance), session).unwrap();
    String::from_utf8(bytes).unwrap()
}
