//! The built-in panel behind the trait that models stand behind: same duties, same rules, same JSON.

use super::pace::Pacer;
use super::panel::{Panel, PanelError};
use super::speaker::{Piece, SpeakError, Speaker, Spoken, Turn};
use crate::protocol::event::Usage;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often a typing panel says a piece: as often as a screen could show it.
const PIECES_A_SECOND: u32 = 20;
/// Largest catalogue file that is read, in bytes.
const MAX_BYTES: u64 = 512 * 1024;

/// A catalogue in a folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file or the folder cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What it says cannot be used.
    #[error(transparent)]
    Panel(#[from] PanelError),
}

/// The built-in panel as a speaker. It knows its whole reply at once and costs nothing; for those who watch, it types.
pub struct PanelVoice {
    panel: Arc<Panel>,
    pacer: Pacer,
}

impl PanelVoice {
    /// A voice of `panel` that types as `pacer` says; one panel speaks for any number of seats.
    pub fn new(panel: Arc<Panel>, pacer: Pacer) -> Self {
        Self { panel, pacer }
    }

    /// Says `text` in pieces, at a pace that may change meanwhile, or be over at once.
    async fn type_out(&self, text: &str, pieces: &(dyn Fn(Piece) + Send + Sync)) {
        let mut tempo = self.pacer.watch();
        let begun = tempo.borrow().finishes;
        let mut rest = text;
        // In characters times pieces a second, so that slow paces lose nothing to rounding.
        let mut due = 0;
        while !rest.is_empty() {
            let now = *tempo.borrow_and_update();
            let Some(pace) = now.pace.per_second().filter(|_| now.finishes == begun) else { break };
            tokio::select! {
                Ok(()) = tempo.changed() => continue,
                () = tokio::time::sleep(Duration::from_secs(1) / PIECES_A_SECOND) => {}
            }
            due += pace.get();
            let count = usize::try_from(due / PIECES_A_SECOND).unwrap_or(usize::MAX);
            due %= PIECES_A_SECOND;
            let end = rest.char_indices().nth(count).map_or(rest.len(), |(at, _)| at);
            let (piece, left) = rest.split_at(end);
            if !piece.is_empty() {
                pieces(Piece::Text(piece.to_owned()));
            }
            rest = left;
        }
        if !rest.is_empty() {
            pieces(Piece::Text(rest.to_owned()));
        }
    }
}

/// The panel with the built-in catalogue, and with the files in `prompts`/panel in place of those of the same name.
///
/// # Errors
/// When a file there cannot be read or used.
pub fn load(seed: u64, prompts: Option<&Path>) -> Result<Panel, CatalogueError> {
    let Some(folder) = prompts.map(|p| p.join("panel")).filter(|f| f.is_dir()) else {
        return Ok(Panel::builtin(seed)?);
    };
    let unreadable = |path: &Path, source| CatalogueError::Unreadable { path: path.display().to_string(), source };
    let mut texts = Vec::new();
    for found in std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, e))? {
        let path = found.map_err(|e| unreadable(&folder, e))?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| n.ends_with(".toml")) else { continue };
        let size = std::fs::metadata(&path).map_err(|e| unreadable(&path, e))?.len();
        if size > MAX_BYTES {
            return Err(unreadable(&path, std::io::Error::other(format!("it is {size} bytes: at most {MAX_BYTES}"))));
        }
        texts.push((name.to_owned(), std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?));
    }
    texts.sort();
    Ok(Panel::from_texts(seed, texts)?)
}

impl Speaker for PanelVoice {
    fn speak<'a>(
        &'a self,
        turn: Turn<'a>,
        pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Spoken, SpeakError>> {
        async move {
            let reply = self.panel.reply(turn.session, turn.ask);
            let text = serde_json::to_string(&reply).map_err(|e| SpeakError {
                reason: format!("the built-in panel gave no JSON: {e}"),
                hint: "this is a fault in conclave: please report it".to_owned(),
            })?;
            self.type_out(&text, pieces).await;
            Ok(Spoken { text, flaw: None, usage: Usage::default(), looked: None })
        }
        .boxed()
    }
}
