//! The little that the owner asks of a file, so that a test can have it fail.

use std::fs::File;
use std::io::{self, Write as _};

/// An append-only file.
pub(super) trait Disk: Send + 'static {
    /// Puts bytes behind the last ones.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Answers once they are durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Takes back what lies beyond `len` bytes.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

impl Disk for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)?;
        self.sync_data()
    }
}
