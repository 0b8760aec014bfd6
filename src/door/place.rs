//! Where the socket is.
//!
//! It belongs into the session's folder. A socket's path is short by the kernel's rule, though, and some file systems hold
//! no sockets; then it lies in a private folder for run-time files, and a file in the session's folder says where. A session's folder may come from a stranger, so such
//! a path is followed only to where a host of this user would have put it.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tokio::net::UnixListener;

/// The socket.
const SOCKET: &str = "door.sock";
/// The file that says where the socket is, where it is not beside it.
pub(super) const POINTER: &str = "door";
/// What private folders are called, at the beginning.
const PREFIX: &str = "conclave-";
/// Longest path of a socket, in bytes: 104 with its final zero on macOS and the BSDs, 108 on Linux.
const LONGEST: usize = 103;

/// A socket that is listened at. Dropping it removes what was made for it.
#[derive(Debug)]
pub(super) struct Place {
    socket: PathBuf,
    pointer: Option<PathBuf>,
    _private: Option<tempfile::TempDir>,
}

impl Place {
    /// Makes the socket for the session in `folder`, in place of one that a dead host left. Only whoever writes the
    /// journal may call this: its lock is what tells that no other host lives.
    pub fn make(folder: &Path) -> io::Result<(UnixListener, Self)> {
        let folder = folder.canonicalize()?;
        clear(&folder);
        let beside = folder.join(SOCKET);
        if fits(&beside)
            && let Ok(listener) = listen(&beside)
        {
            return Ok((listener, Self { socket: beside, pointer: None, _private: None }));
        }
        let mut private = tempfile::Builder::new();
        let private = private.prefix(PREFIX).permissions(Permissions::from_mode(0o700)).tempdir_in(runtime())?;
        let socket = private.path().canonicalize()?.join(SOCKET);
        if !fits(&socket) {
            let why = format!("{} is too long a path for a socket", socket.display());
            return Err(io::Error::new(io::ErrorKind::InvalidFilename, why));
        }
        let listener = listen(&socket)?;
        let pointer = folder.join(POINTER);
        let place = Self { socket, pointer: Some(pointer.clone()), _private: Some(private) };
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(place.socket.as_os_str().as_encoded_bytes())?;
        file.persist(&pointer)?;
        Ok((listener, place))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.socket);
        if let Some(pointer) = &self.pointer {
            let _ = fs::remove_file(pointer);
        }
    }
}

/// The sockets at which a host of the session in `folder` may be found.
pub(super) fn find(folder: &Path) -> Vec<PathBuf> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let beside = Some(folder.join(SOCKET)).filter(|path| fits(path) && is_socket(path));
    beside.into_iter().chain(pointed(&folder)).collect()
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() <= LONGEST
}

fn is_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket())
}

fn listen(path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    if let Err(error) = fs::set_permissions(path, Permissions::from_mode(0o600)) {
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(listener)
}

/// The folder for run-time files of this user, or that for temporary ones.
fn runtime() -> PathBuf {
    let set = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    set.filter(|dir| dir.is_absolute() && dir.is_dir()).unwrap_or_else(std::env::temp_dir)
}

/// Removes what a host that died left.
fn clear(folder: &Path) {
    let beside = folder.join(SOCKET);
    if is_socket(&beside) {
        let _ = fs::remove_file(beside);
    }
    if let Some(socket) = pointed(folder) {
        let _ = fs::remove_file(&socket);
        let _ = socket.parent().map(fs::remove_dir);
    }
}

/// The socket that the pointer in `folder` names, if a host of this user can have put it there.
fn pointed(folder: &Path) -> Option<PathBuf> {
    let pointer = folder.join(POINTER);
    fs::symlink_metadata(&pointer).ok().filter(Metadata::is_file)?;
    let mut text = String::new();
    fs::File::open(&pointer).ok()?.take(4096).read_to_string(&mut text).ok()?;
    let socket = PathBuf::from(text);
    let private = socket.parent()?;
    let named = private.file_name()?.to_str()?.starts_with(PREFIX) && socket.file_name()? == SOCKET;
    let about = fs::symlink_metadata(private).ok()?;
    let own = about.is_dir() && about.uid() == rustix::process::getuid().as_raw() && about.mode() & 0o077 == 0;
    (named && own && socket.is_absolute() && is_socket(&socket)).then_some(socket)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn the_socket_lies_beside_the_journal_and_goes_with_its_host() {
        let folder = tempfile::tempdir().unwrap();
        let (_listener, place) = Place::make(folder.path()).unwrap();
        assert_eq!(find(folder.path()), [folder.path().canonicalize().unwrap().join(SOCKET)]);
        assert_eq!(mode(&folder.path().join(SOCKET)), 0o600);
        drop(place);
        assert!(find(folder.path()).is_empty() && fs::read_dir(folder.path()).unwrap().next().is_none());
    }

    #[tokio::test]
    async fn where_the_path_is_too_long_it_lies_in_a_private_folder() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("x".repeat(LONGEST));
        fs::create_dir(&folder).unwrap();
        let (_listener, place) = Place::make(&folder).unwrap();
        let found = find(&folder);
        assert_eq!((found.len(), mode(found[0].parent().unwrap())), (1, 0o700));
        // A host that died: the next one clears away what it left.
        std::mem::forget(place);
        let (_listener, place) = Place::make(&folder).unwrap();
        assert!(!found[0].exists() && !found[0].parent().unwrap().exists());
        let again = find(&folder);
        drop(place);
        assert!(!again[0].parent().unwrap().exists() && !folder.join(POINTER).exists());
    }

    #[test]
    fn a_pointer_is_followed_only_to_where_a_host_would_be() {
        let top = tempfile::tempdir().unwrap();
        let private = top.path().join("conclave-x");
        fs::create_dir(&private).unwrap();
        let _bound = std::os::unix::net::UnixListener::bind(private.join(SOCKET)).unwrap();
        let _other = std::os::unix::net::UnixListener::bind(private.join("other.sock")).unwrap();
        let pointer = top.path().join(POINTER);
        let point = |to: &Path| fs::write(&pointer, to.as_os_str().as_encoded_bytes()).unwrap();
        fs::set_permissions(&private, Permissions::from_mode(0o755)).unwrap();
        point(&private.join(SOCKET));
        assert_eq!(pointed(top.path()), None, "a folder open to others");
        fs::set_permissions(&private, Permissions::from_mode(0o700)).unwrap();
        assert!(pointed(top.path()).is_some());
        for to in ["other.sock", "missing.sock", "../conclave-x/other.sock"] {
            point(&private.join(to));
            assert_eq!(pointed(top.path()), None, "{to}");
        }
        fs::remove_file(&pointer).unwrap();
        std::os::unix::fs::symlink(private.join(SOCKET), &pointer).unwrap();
        assert_eq!(pointed(top.path()), None, "a link");
    }
}
