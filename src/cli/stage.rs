//! A session on stage: the room runs, its journal is shown as lines, signals stop it, and the document is left behind.

use super::args::{Common, LimitArgs, OutputArgs};
use super::error::{CommandError, Exit};
use super::lines::note;
use super::plain::Show;
use super::{host, outcome, projection};
use crate::config::{Pace, Settings};
use crate::door::{self, Door};
use crate::export::{self, Document, Exporter, Markdown, Provenance};
use crate::journal::{COMMUNICATION, CONSENSUS, JOURNAL, Journal, JournalError};
use crate::protocol::{Digest, Session};
use crate::room::{Room, RoomError};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Where a session is shown.
pub(super) enum View {
    /// As lines, here.
    Lines(Box<Show>),
    /// By whoever knocks at its door: this process is a host.
    Door,
}

/// Runs `room` to its end, showing it, and says how it ended. A `fresh` session, made just now with so many
/// calls in it, leaves nothing where no other came back.
pub(super) async fn play(room: Room, journal: Journal, view: View, fresh: Option<usize>) -> Result<Exit, CommandError> {
    let folder = journal.folder().to_owned();
    let hosting = matches!(view, View::Door);
    let door = match door::open(&room, &journal) {
        Ok(door) => Some(door),
        Err(error) if hosting => return Err(CommandError::fault("the session's door cannot be opened").because(&error)),
        Err(error) => {
            note(&format!("Warning: nobody can watch this session from elsewhere: {error}"));
            None
        }
    };
    if hosting {
        host::announce(&folder)?;
    }
    let done = perform(room, journal, view, Staged { door: door.as_ref(), fresh }).await;
    if let Some(door) = door {
        door.close(host::ended(&done)).await;
    }
    let leaves_nothing = !folder.join(JOURNAL).exists();
    if hosting {
        host::tidy(&folder, leaves_nothing);
    }
    if leaves_nothing {
        let _ = std::fs::remove_dir(&folder);
    }
    done
}

/// How a session is put on stage.
struct Staged<'a> {
    /// Its door, if it has one.
    door: Option<&'a Door>,
    /// How many calls it has where it was just made, and must leave nothing if no other comes back.
    fresh: Option<usize>,
}

async fn perform(mut room: Room, journal: Journal, view: View, staged: Staged<'_>) -> Result<Exit, CommandError> {
    let floor = room.floor();
    let signals = tokio::spawn(async move {
        interrupted().await;
        floor.stop();
    });
    let id = room.session().opening().session.clone();
    tracing::info!(session = id, version = env!("CARGO_PKG_VERSION"), pid = std::process::id(), "the debate runs");
    let shown = match (view, staged.door) {
        (View::Lines(show), _) => Some(tokio::spawn(show.follow(journal.subscribe()))),
        (View::Door, Some(door)) => {
            // Not a call is made before somebody is there to see it; if nobody comes, whoever started this is gone.
            if !door.claimed(host::CLAIM).await {
                room.floor().stop();
            }
            None
        }
        (View::Door, None) => None,
    };
    let ended = room.run().await;
    match &ended {
        Ok(how) => tracing::info!(session = id, ?how, "the debate stops"),
        Err(error) => tracing::error!(session = id, %error, "the debate stops"),
    }
    signals.abort();
    let session = room.session().clone();
    let folder = journal.folder().to_owned();
    drop(room);
    let digest = journal.digest();
    journal.close().await.map_err(journal_error)?;
    let show = match shown {
        Some(shown) => Some(shown.await.map_err(|e| CommandError::fault("showing the debate failed").because(&e))?),
        None => None,
    };
    let ended = ended.map_err(room_error)?;
    if let Some(early) = staged.fresh.and_then(|calls| outcome::never_began(&session, calls, &ended)) {
        for file in [JOURNAL, COMMUNICATION] {
            let _ = std::fs::remove_file(folder.join(file));
        }
        return Err(early);
    }
    leave_document(&folder, &document(&session, digest), &session)?;
    projection::leave(&folder, &session);
    if let Some(show) = show {
        show.summary(&session, &folder);
    }
    outcome::exit(&session, ended)
}

/// The pace of the built-in panel: at a screen what is set, or for reading; elsewhere only what was typed.
pub(super) fn pace(common: &Common, output: &OutputArgs, settings: &Settings) -> Pace {
    let set = settings.pace.as_ref().map_or(Pace::READING, |pace| pace.value);
    output.pace.unwrap_or(if common.host { set } else { Pace::OFF })
}

/// How long an escalation waits for a person: at a screen as long as is set, or for ever; elsewhere not at all, unless
/// it was typed how long.
pub(super) fn patience(common: &Common, limits: &LimitArgs, settings: &Settings) -> Option<Duration> {
    let set = settings.limits.escalation_timeout.as_ref().map(|time| time.value);
    if common.host || limits.escalation_timeout.is_some() { set } else { Some(Duration::ZERO) }
}

/// Leaves the document of a session that is over, in case it was stopped before it could be written.
pub(super) fn finish(folder: &Path, session: &Session) -> Result<(), CommandError> {
    let loaded = crate::journal::read(folder).map_err(journal_error)?;
    leave_document(folder, &document(session, loaded.digest().cloned()), session)?;
    projection::leave(folder, session);
    Ok(())
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

pub(super) fn room_error(error: RoomError) -> CommandError {
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
