//! Sessions are put aside, never deleted.

use super::super::error::{JournalError, Result};
use super::super::folder::{self, JOURNAL};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folder beside sessions into which removed ones go. It holds no journal itself, so that no list shows it.
pub const TRASH: &str = ".trash";
/// Most sessions of one name in the trash.
const SAME: u32 = 1000;

/// Whether somebody writes the session in `folder` at this moment. Where that cannot be told, nobody does.
pub fn is_held(folder: &Path) -> bool {
    File::open(folder.join(JOURNAL)).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Moves the session in `folder` into the trash beside it, whatever state its journal is in, and says where it is now.
/// To have it back, move it back.
///
/// # Errors
/// [`JournalError::Held`] while somebody writes it, `Missing` where there is none, `Io`.
pub fn trash(session: &Path) -> Result<PathBuf> {
    let missing = || JournalError::Missing { folder: session.to_owned() };
    let journal = session.join(JOURNAL);
    let file = File::open(&journal).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => missing(),
        _ => JournalError::io("read", &journal, e),
    })?;
    // Held until it is moved: nobody takes it up meanwhile.
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(JournalError::Held { folder: session.to_owned() }),
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    // A link is put aside itself; what it leads to lies elsewhere and is somebody else's to remove.
    let whole = match (session.is_symlink(), session.parent(), session.file_name()) {
        (true, Some(above), Some(name)) => {
            let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
            above.canonicalize().map(|above| above.join(name))
        }
        _ => session.canonicalize(),
    };
    let whole = whole.map_err(|e| JournalError::io("read", session, e))?;
    let (name, above) = whole.file_name().zip(whole.parent()).ok_or_else(missing)?;
    let bin = above.join(TRASH);
    folder::make(&bin)?;
    let to =
        free(&bin, name.to_string_lossy().as_ref()).ok_or_else(|| JournalError::Exists { folder: bin.join(name) })?;
    fs::rename(&whole, &to).map_err(|e| JournalError::io("move to the trash", session, e))?;
    let synced = folder::sync(&bin).and_then(|()| folder::sync(above));
    synced.map_err(|e| JournalError::io("write", &bin, e))?;
    Ok(to)
}

/// A name that nothing in `bin` has.
fn free(bin: &Path, name: &str) -> Option<PathBuf> {
    let names = std::iter::once(name.to_owned()).chain((2..SAME).map(|n| format!("{name}.{n}")));
    names.map(|name| bin.join(name)).find(|path| path.symlink_metadata().is_err())
}
