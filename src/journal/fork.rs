//! A new journal that begins as a copy of another's.

use super::error::{JournalError, Result};
use super::folder::{self, JOURNAL};
use super::line::Chain;
use super::reader;
use crate::protocol::Event;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Makes the folder `to` (0700) and a journal in it (0600): the first `records` lines of the journal in `from`, byte for byte,
/// and then `event`, an [`Event::Forked`]. What stands after those lines in `from` may be damaged. The chain runs on from the
/// copied lines to the new one, so the copy proves itself as the original does. When this returns, it is on the disk.
///
/// # Errors
/// As [`reader::read`] for the lines that are copied; [`JournalError::Exists`], `Unwritable` where `event` does not fit
/// behind them or there are not so many, `Io`.
pub fn fork(from: &Path, records: u64, to: &Path, event: Event) -> Result<()> {
    let (mut bytes, last) = reader::first_lines(from, records)?;
    let (line, _) = Chain::after(&last).encode(event)?;
    bytes.extend_from_slice(&line);
    folder::make(to)?;
    let path = to.join(JOURNAL);
    let mut file = folder::private().append(true).create_new(true).open(&path).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => JournalError::Exists { folder: to.to_owned() },
        _ => JournalError::io("create", &path, e),
    })?;
    let written = file.write_all(&bytes).and_then(|()| file.sync_all()).and_then(|()| folder::sync(to));
    written.map_err(|e| {
        // Half a journal is no session: leave nothing behind.
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(to);
        JournalError::io("write", &path, e)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::journal::{self, Fault};
    use crate::protocol::event::Origin;
    use crate::protocol::{Digest, Session};

    fn origin(n: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(JOURNAL), fixture::lines()[..n].concat()).unwrap();
        folder
    }

    fn forked(folder: &Path, records: usize) -> Event {
        let loaded = journal::read(folder).unwrap();
        Event::Forked {
            session: "20261121-000000-other-0000".to_owned(),
            origin: Origin {
                session: loaded.opening().unwrap().session.clone(),
                records: records as u64,
                digest: loaded.records[records - 1].digest.clone(),
            },
            table: None,
            at: fixture::at(1000),
        }
    }

    #[test]
    fn a_fork_shares_the_lines_before_it_byte_for_byte_and_folds() {
        let from = origin(7);
        let to = tempfile::tempdir().unwrap().path().join("fork");
        fork(from.path(), 3, &to, forked(from.path(), 3)).unwrap();
        let bytes = fs::read(to.join(JOURNAL)).unwrap();
        assert!(bytes.starts_with(&fixture::lines()[..3].concat()));
        let loaded = journal::read(&to).unwrap();
        let session = Session::fold(loaded.events()).unwrap();
        assert_eq!((loaded.records.len(), session.opening().session.as_str()), (4, "20261121-000000-other-0000"));
        assert_eq!(session.entries().len(), 1);
        let again = fork(from.path(), 3, &to, forked(from.path(), 3)).unwrap_err();
        assert!(matches!(again, JournalError::Exists { .. }));
        assert_eq!(fs::read(to.join(JOURNAL)).unwrap(), bytes, "nothing is written over");
    }

    #[test]
    fn an_origin_that_is_not_what_stands_before_is_refused() {
        let from = origin(7);
        let at = |name: &str| from.path().join(name);
        assert!(matches!(fork(from.path(), 9, &at("a"), forked(from.path(), 3)), Err(JournalError::Unwritable { .. })));
        assert!(matches!(fork(from.path(), 5, &at("b"), forked(from.path(), 3)), Err(JournalError::Unwritable { .. })));
        let mut event = forked(from.path(), 3);
        let Event::Forked { origin, .. } = &mut event else { panic!() };
        origin.digest = Digest::of(b"another");
        assert!(matches!(fork(from.path(), 3, &at("c"), event), Err(JournalError::Unwritable { .. })));
        assert!(!at("a").exists() && !at("b").exists() && !at("c").exists(), "nothing is left behind");
    }

    #[test]
    fn what_stands_before_damage_can_be_forked_and_an_edited_copy_is_refused() {
        let from = origin(7);
        let mut bytes = fixture::lines()[..7].concat();
        let last = bytes.len() - 2;
        bytes[last] = b'x';
        let event = forked(from.path(), 3);
        fs::write(from.path().join(JOURNAL), &bytes).unwrap();
        let to = from.path().join("fork");
        fork(from.path(), 3, &to, event).unwrap();
        let whole = fs::read_to_string(to.join(JOURNAL)).unwrap();
        fs::write(to.join(JOURNAL), whole.replacen("One question.", "Two questions.", 1)).unwrap();
        match journal::read(&to) {
            Err(JournalError::Damaged { line: 2, fault: Fault::Sum, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}
