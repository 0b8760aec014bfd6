//! A session on stage: the room runs, its journal is shown as lines, signals stop it, and the document is left behind.

use super::error::{CommandError, Exit};
use super::outcome;
use super::plain::Show;
use crate::export::{self, Document, Exporter, Markdown, Provenance};
use crate::journal::{COMMUNICATION, CONSENSUS, JOURNAL, Journal, JournalError};
use crate::protocol::{Digest, Session};
use crate::room::{Room, RoomError};
use std::io::Write;
use std::path::Path;
use tokio::sync::watch;

/// Runs `room` to its end, showing it, and says how it ended. A `fresh` session in which nobody ever spoke leaves nothing.
pub(super) async fn play(mut room: Room, journal: Journal, mut show: Show, fresh: bool) -> Result<Exit, CommandError> {
    let (stopper, stop) = watch::channel(false);
    let signals = tokio::spawn(async move {
        interrupted().await;
        let _ = stopper.send(true);
        // A closed channel would read as 'nobody can stop it any more'.
        std::future::pending::<()>().await;
    });
    let mut feed = journal.subscribe();
    let shown = tokio::spawn(async move {
        while let Some(record) = feed.next().await {
            show.record(&record);
        }
        show
    });
    let ended = room.run(stop).await;
    signals.abort();
    let session = room.session().clone();
    let folder = journal.folder().to_owned();
    drop(room);
    let digest = journal.digest();
    journal.close().await.map_err(journal_error)?;
    let show = shown.await.map_err(|e| CommandError::fault("showing the debate failed").because(&e))?;
    let ended = ended.map_err(room_error)?;
    if let (true, Some(early)) = (fresh, outcome::never_began(&session, &ended)) {
        for file in [JOURNAL, COMMUNICATION] {
            let _ = std::fs::remove_file(folder.join(file));
        }
        let _ = std::fs::remove_dir(&folder);
        return Err(early);
    }
    leave_document(&folder, &document(&session, digest), &session)?;
    show.summary(&session, &folder);
    outcome::exit(&session, ended)
}

/// Leaves the document of a session that is over, in case it was stopped before it could be written.
pub(super) fn finish(folder: &Path, session: &Session) -> Result<(), CommandError> {
    let loaded = crate::journal::read(folder).map_err(journal_error)?;
    leave_document(folder, &document(session, loaded.digest().cloned()), session)
}

/// The document of `session`, whose journal ends in `journal`.
pub(super) fn document(session: &Session, journal: Option<Digest>) -> Document {
    let provenance = Provenance {
        session: session.opening().session.clone(),
        journal,
        program: concat!("conclave ", env!("CARGO_PKG_VERSION")).to_owned(),
        exported_at: None,
    };
    Document::of(session, &provenance)
}

fn leave_document(folder: &Path, document: &Document, session: &Session) -> Result<(), CommandError> {
    let path = folder.join(CONSENSUS);
    let failed =
        |e: &dyn std::error::Error| CommandError::fault(format!("{} cannot be written", path.display())).because(e);
    let bytes = Markdown.export(document, session).map_err(|e| failed(&e))?;
    write_private(&path, &bytes).map_err(|e| failed(&e))
}

/// Writes a file whole or not at all, readable by its owner alone.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|e| e.error)
}

/// Resolves at SIGINT, SIGTERM or SIGHUP.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (int, term, hup) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup()));
    let (Ok(mut int), Ok(mut term), Ok(mut hup)) = (int, term, hup) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = int.recv() => {}
        _ = term.recv() => {}
        _ = hup.recv() => {}
    }
}

/// A journal's error for people.
pub(super) fn journal_error(error: JournalError) -> CommandError {
    let hint = error.hint();
    let told = match error {
        JournalError::Unknown { .. } | JournalError::Ambiguous { .. } | JournalError::NoSessions { .. } => {
            CommandError::usage(error.to_string())
        }
        _ => CommandError::fault(error.to_string()),
    };
    told.because(&error).hint(hint)
}

fn room_error(error: RoomError) -> CommandError {
    match error {
        RoomError::Journal(error) => journal_error(error),
        RoomError::Refused(_) | RoomError::NoVoice(_) => CommandError::fault(error.to_string())
            .hint("this is a fault in conclave: please report it with the session's journal; the session is whole and can be resumed"),
    }
}

/// An export's error for people.
pub(super) fn export_error(error: &export::ExportError) -> CommandError {
    match error {
        export::ExportError::Format { .. } => {
            CommandError::usage(error.to_string()).hint("formats: md, html, json, github, madr")
        }
        export::ExportError::Dangling(_) | export::ExportError::Json(_) | export::ExportError::Numbers(_) => {
            CommandError::fault(error.to_string())
        }
    }
}
