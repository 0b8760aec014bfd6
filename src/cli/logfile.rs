//! The file that the program's own log goes to: private, bounded, and without any key that is known.

use secrecy::{ExposeSecret, SecretString};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Largest log, in bytes. The one before it is kept beside it, so that twice as much is on the disk at most.
pub(super) const LIMIT: u64 = 4 << 20;
/// Shortest key that is masked wherever it stands. Shorter ones are what people type where a server wants none, and
/// masking `none` or `ollama` would only make the log unreadable.
const SHORTEST: usize = 8;

/// Where log lines go. Clones write to the same file.
#[derive(Clone)]
pub(super) struct LogFile(Arc<Mutex<Inner>>);

struct Inner {
    path: PathBuf,
    limit: u64,
    /// Opened with the first line: a command that has nothing to log leaves no file.
    open: Option<(File, u64)>,
    hidden: Vec<SecretString>,
}

impl LogFile {
    /// A log at `path` of at most `limit` bytes. Nothing is created yet.
    pub(super) fn at(path: PathBuf, limit: u64) -> Self {
        Self(Arc::new(Mutex::new(Inner { path, limit, open: None, hidden: Vec::new() })))
    }

    /// From now on this key is masked in every line, whoever writes it.
    pub(super) fn hide(&self, key: &SecretString) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = key.expose_secret();
        if text.len() >= SHORTEST && !inner.hidden.iter().any(|known| known.expose_secret() == text) {
            inner.hidden.push(key.clone());
        }
    }
}

impl Inner {
    fn masked(&self, line: &[u8]) -> Vec<u8> {
        let mut text = String::from_utf8_lossy(line).into_owned();
        for key in &self.hidden {
            text = text.replace(key.expose_secret(), "[key]");
            // As it stands within a quoted text.
            let quoted = format!("{:?}", key.expose_secret());
            let quoted = quoted.trim_matches('"');
            text = text.replace(quoted, "[key]");
        }
        text.into_bytes()
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let line = self.masked(line);
        let size = line.len() as u64;
        if self.open.as_ref().is_some_and(|(_, held)| *held > 0 && held + size > self.limit) {
            self.open = None;
            std::fs::rename(&self.path, self.path.with_extension("log.1"))?;
        }
        let (file, held) = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(opened(&self.path)?),
        };
        file.write_all(&line)?;
        *held += size;
        Ok(())
    }
}

impl Write for LogFile {
    /// Takes one line. A log that cannot be kept must not stop a debate, so the failure is only the caller's to see.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens the log for its owner alone, and says how long it is.
fn opened(path: &Path) -> io::Result<(File, u64)> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // An older one may have been made by hand.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let held = file.metadata()?.len();
    Ok((file, held))
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_is_private_and_bounded_and_made_with_the_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/conclave.log");
        let mut log = LogFile::at(path.clone(), 100);
        assert!(!path.exists());
        for n in 0..50 {
            log.write_all(format!("line {n} of a log that is longer than it may be\n").as_bytes()).unwrap();
        }
        let old = path.with_extension("log.1");
        for file in [&path, &old] {
            assert!(file.metadata().unwrap().len() <= 100);
            assert_eq!(mode(file), 0o600);
        }
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert!(std::fs::read_to_string(&path).unwrap().contains("line 49"));
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
    }

    #[test]
    fn an_older_one_is_carried_on_and_made_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conclave.log");
        std::fs::write(&path, "old\n").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        LogFile::at(path.clone(), 100).write_all(b"new\n").unwrap();
        assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("old\nnew\n", 0o600));
    }

    #[test]
    fn keys_are_masked_and_placeholders_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conclave.log");
        let mut log = LogFile::at(path.clone(), 1000);
        for key in ["long-private-key", "odd\"key\\1234", "ollama"] {
            log.hide(&key.to_owned().into());
        }
        log.write_all(b"a=long-private-key b=odd\"key\\1234 c=\"odd\\\"key\\\\1234\" d=ollama\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a=[key] b=[key] c=\"[key]\" d=ollama\n");
    }
}
