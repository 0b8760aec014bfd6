//! `conclave export`: the consensus document, as a file or on standard output.

use super::args::{Common, ExportArgs};
use super::error::{CommandError, Exit};
use super::lines::note;
use super::places;
use super::stage::{self, export_error, journal_error};
use crate::export;
use crate::journal::{self, catalog};
use crate::protocol::Session;
use std::io::Write;
use std::path::Path;

pub(super) fn run(common: &Common, args: &ExportArgs) -> Result<Exit, CommandError> {
    let exporter = export::exporter(&args.format).map_err(|e| export_error(&e))?;
    let settings = places::settings(common, None, None)?;
    let folder = catalog::resolve(&places::sessions(&settings)?, args.session.as_deref()).map_err(journal_error)?;
    let loaded = journal::read(&folder).map_err(journal_error)?;
    if let Some(torn) = &loaded.torn {
        note(&format!("The last record is torn ({} bytes) and is left out.", torn.bytes));
    }
    let session = Session::fold(loaded.events()).map_err(|e| {
        CommandError::fault(format!("the journal in {} does not hold together", folder.display())).because(&e)
    })?;
    let document = stage::document(&session, loaded.digest().cloned());
    let bytes = exporter.export(&document, &session).map_err(|e| export_error(&e))?;
    match args.output.as_deref() {
        None => print(&bytes),
        Some(path) if path == Path::new("-") => print(&bytes),
        Some(path) => write(path, &bytes, args.force),
    }
}

fn print(bytes: &[u8]) -> Result<Exit, CommandError> {
    // Whoever closed the pipe has read enough.
    let _ = std::io::stdout().lock().write_all(bytes);
    Ok(Exit::Done)
}

fn write(path: &Path, bytes: &[u8], force: bool) -> Result<Exit, CommandError> {
    if path.exists() && !force {
        return Err(CommandError::usage(format!("{} is there already", path.display()))
            .hint("replace it with --force, or name another file"));
    }
    if let Some(above) = path.parent() {
        std::fs::create_dir_all(above)
            .map_err(|e| CommandError::fault(format!("the folder {} cannot be made", above.display())).because(&e))?;
    }
    stage::write_public(path, bytes).map_err(|e| {
        CommandError::fault(format!("{} cannot be written", path.display()))
            .because(&e)
            .hint("choose a folder you may write to")
    })?;
    note(&format!("Wrote {}", path.display()));
    Ok(Exit::Done)
}
