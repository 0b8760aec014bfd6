//! `conclave verify`: does a session, or a document that left the house, hold?

use super::args::{Common, VerifyArgs};
use super::error::{CommandError, Exit};
use super::lines::{note, say, tame};
use super::places;
use super::stage::journal_error;
use crate::export::verify::{self, Finding, Report};
use crate::journal::{JOURNAL, catalog};
use std::path::{Path, PathBuf};

/// As wide as the widest name of a check, and a space.
const NAME: usize = 18;

pub(super) fn run(common: &Common, args: &VerifyArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let sessions = places::sessions(&settings)?;
    let what = args.what.as_deref();
    let file = what.map(Path::new).filter(|path| path.is_file() && path.file_name() != Some(JOURNAL.as_ref()));
    let report = match (file, &args.session) {
        (Some(file), session) => document(&sessions, file, session.as_deref())?,
        (None, Some(_)) => {
            return Err(CommandError::usage(format!("{} is no file", what.unwrap_or_default()))
                .hint("--session goes with a document: conclave verify FILE --session SESSION"));
        }
        (None, None) => {
            if what.is_none() {
                passed_over(&sessions)?;
            }
            let folder = catalog::resolve(&sessions, what).map_err(journal_error)?;
            verify::session(&folder).map_err(journal_error)?
        }
    };
    if args.json {
        say(&json(&report));
        return Ok(if report.holds() { Exit::Done } else { Exit::Fault });
    }
    lines(&report).iter().for_each(|line| say(&tame(line)));
    report.notes.iter().for_each(|line| note(&format!("Note: {line}")));
    failure(&report).map_or(Ok(Exit::Done), Err)
}

/// The newest session is the newest that can be read: one that cannot must not go unsaid here.
fn passed_over(sessions: &Path) -> Result<(), CommandError> {
    for listed in catalog::list(sessions).map_err(journal_error)?.iter().filter(|l| l.summary.is_err()) {
        note(&format!("Note: {} cannot be read and is passed over; verify it by its name", listed.name));
    }
    Ok(())
}

fn document(sessions: &Path, file: &Path, session: Option<&str>) -> Result<Report, CommandError> {
    let bytes = verify::read(file).map_err(|e| {
        CommandError::usage(format!("{} cannot be read", file.display()))
            .because(&e)
            .hint("name a document that export wrote, or a session")
    })?;
    let folder = match session {
        Some(session) => catalog::resolve(sessions, Some(session)).map_err(journal_error)?,
        None => of_document(sessions, file, &bytes)?,
    };
    verify::document(&file.display().to_string(), &bytes, &folder).map_err(journal_error)
}

/// The session that a document is of: the one in whose folder it lies, or the one it names.
fn of_document(sessions: &Path, file: &Path, bytes: &[u8]) -> Result<PathBuf, CommandError> {
    let above = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if above.join(JOURNAL).is_file() {
        return Ok(above.to_owned());
    }
    let hint = "name its session: conclave verify FILE --session SESSION";
    let Some(id) = verify::named_session(bytes) else {
        return Err(CommandError::usage(format!("{} does not say of which session it is", file.display())).hint(hint));
    };
    // Only a plain name among the sessions: a document must not choose the journal it is held against.
    let folder = sessions.join(&id);
    if folder.join(JOURNAL).is_file() {
        return Ok(folder);
    }
    let what = format!("{} is of the session {id}, which is not in {}", file.display(), sessions.display());
    Err(CommandError::usage(what).hint(hint))
}

fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report
        .checks
        .iter()
        .map(|check| {
            let word = match check.finding {
                Finding::Ok => "ok",
                Finding::Failed => "FAILED",
                Finding::NotApplicable => "not applicable",
            };
            let place = check.place().map(|p| format!("{p}: ")).unwrap_or_default();
            format!("{word:<15} {:<NAME$}{place}{}", check.name, check.detail)
        })
        .collect();
    let journal = report.journal.as_ref().map_or("unknown", |d| d.as_str());
    lines.push(format!("Session {}: {}", report.session.as_deref().unwrap_or("unknown"), report.state));
    lines.push(format!("Journal digest {journal}"));
    lines
}

fn failure(report: &Report) -> Option<CommandError> {
    let first = report.first_failure()?;
    let place = first.place().map(|p| format!("{p}: ")).unwrap_or_default();
    let hint = match first.name {
        "journal whole" => "compare the journal with a copy; a torn last record is dropped when the session is resumed",
        "rules" | "digests" | "outcome" => "the journal was changed after it was written: restore it from a copy",
        "communication.md" => "read the debate from the journal: this copy of it was changed",
        _ => "the journal is the truth: write the document anew with conclave export",
    };
    Some(
        CommandError::fault(format!("'{}' does not hold", first.name))
            .cause(format!("{place}{}", first.detail))
            .hint(hint),
    )
}

fn json(report: &Report) -> String {
    let checks = serde_json::json!({
        "session": report.session,
        "state": report.state,
        "holds": report.holds(),
        "journal_digest": report.journal,
        "accord_digest": report.accord,
        "checks": report.checks,
        "notes": report.notes,
    });
    format!("{checks:#}")
}
