//! The session's folder: names of its files, permissions, and writes that are there whole or not at all.

use super::error::{JournalError, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// The truth.
pub const JOURNAL: &str = "journal.jsonl";
/// The shared log in Markdown.
pub const COMMUNICATION: &str = "communication.md";
/// What was agreed. Written by others.
pub const CONSENSUS: &str = "consensus.md";

/// Makes `folder`, and those above it, for this user alone.
pub(super) fn make(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| JournalError::io("create the folder", folder, e))
}

/// Options under which a new file is for this user alone.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder's list of names durable. A no-op where folders cannot be opened.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Puts `bytes` in place of `folder/name`: readers see the old file or the new one, never a part.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    let aside = folder.join(format!(".{name}.new"));
    let swap = || -> io::Result<()> {
        // Left behind by a crash, or a link somebody laid there: never written through.
        match fs::remove_file(&aside) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
        let mut file = private().write(true).create_new(true).open(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, &path)?;
        sync(folder)
    };
    swap().map_err(|e| {
        let _ = fs::remove_file(&aside);
        JournalError::io("write", &path, e)
    })
}
