//! What is left of a debate for those who were not there: the consensus document.
//!
//! [`Document::of`] folds a session into one document model, and each format is one file that renders that model. So
//! Markdown, JSON and whatever follows say the same thing, and none of them looks at the log by itself. No model writes
//! a word here: sections are put together from the moves that were made, and every statement names the entries it came
//! from. [`dangling`] proves that before anything is written; a document that cites what is not there is not exported.
//!
//! All text that came from a model, a person or a file is data. The model keeps it as it was given; a format escapes it
//! so that it can neither forge structure (a heading, a table row, a signature) nor reach a terminal as a control code.

mod build;
pub mod document;
mod fences;
mod github;
mod html;
mod json;
mod madr;
mod markdown;
mod money;
pub mod projection;
mod quoted;
mod references;
#[cfg(test)]
mod tests;
pub mod verify;
pub mod visible;

pub use crate::protocol::secrets::redact;
pub use document::{Document, Provenance, Statement, Status};
pub use github::GitHub;
pub use html::Html;
pub use json::Json;
pub use madr::{Record, extended, index, madr, session_line};
pub use markdown::{Markdown, markdown};
pub use references::dangling;

use crate::protocol::Session;

/// One format of the document.
pub trait Exporter {
    /// The name by which it is chosen: `md`, `html`, `json`, `github`.
    fn name(&self) -> &'static str;

    /// The document in this format. `session` must be the one that `document` was made of.
    ///
    /// # Errors
    /// When a statement cites nothing, or an entry that is not in the log; or when the format cannot hold it.
    fn export(&self, document: &Document, session: &Session) -> Result<Vec<u8>, ExportError>;
}

/// Why a document was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// References that lead nowhere, or statements without any. Nothing is written.
    #[error("the document cites what the log does not hold: {}", .0.join("; "))]
    Dangling(Vec<String>),
    /// The document could not be written as JSON.
    #[error("the document could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// A folder of records is full: its numbers have four digits.
    #[error("records cannot be numbered from {0} on with four digits")]
    Numbers(u32),
    /// No such format.
    #[error("there is no format '{name}': choose among {}", known.join(", "))]
    Format {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
}

/// The name of the format that is a folder of files, by [`madr()`].
pub const FOLDER: &str = "madr";

/// Every format that is one file.
pub fn exporters() -> Vec<Box<dyn Exporter>> {
    vec![Box::new(Markdown), Box::new(Html), Box::new(Json), Box::new(GitHub)]
}

/// The format called `name`.
///
/// # Errors
/// [`ExportError::Format`], with the names there are.
pub fn exporter(name: &str) -> Result<Box<dyn Exporter>, ExportError> {
    let known: Vec<&'static str> = exporters().iter().map(|e| e.name()).chain([FOLDER]).collect();
    let found = exporters().into_iter().find(|e| e.name() == name);
    found.ok_or_else(|| ExportError::Format {
        name: name.chars().take(40).flat_map(char::escape_debug).collect(),
        known,
    })
}
