//! Leaves the folders of messages, tasks and results beside the journal: read-only, and made anew from it.

use super::lines::note;
use crate::export::projection::{FOLDERS, files};
use crate::protocol::Session;
use std::io;
use std::path::Path;

/// Makes the folders anew. A session is whole without them, so trouble is told and nothing more.
pub(super) fn leave(folder: &Path, session: &Session) {
    if let Err(error) = write(folder, session) {
        note(&format!("The folders {} in {} cannot be written: {error}", FOLDERS.join(", "), folder.display()));
    }
}

fn write(folder: &Path, session: &Session) -> io::Result<()> {
    let aside = tempfile::Builder::new().prefix(".projection").tempdir_in(folder)?;
    for (path, text) in files(session) {
        let full = aside.path().join(path);
        if let Some(above) = full.parent() {
            std::fs::create_dir_all(above)?;
        }
        std::fs::write(&full, text)?;
        let mut permissions = std::fs::metadata(&full)?.permissions();
        permissions.set_readonly(true);
        #[cfg(unix)]
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o400);
        std::fs::set_permissions(&full, permissions)?;
    }
    for name in FOLDERS {
        let old = folder.join(name);
        // A link that somebody laid there is taken away, never followed.
        match std::fs::symlink_metadata(&old) {
            Ok(about) if about.is_dir() => std::fs::remove_dir_all(&old)?,
            Ok(_) => std::fs::remove_file(&old)?,
            Err(_) => {}
        }
        let new = aside.path().join(name);
        if new.is_dir() {
            std::fs::rename(&new, &old)?;
        }
    }
    Ok(())
}
