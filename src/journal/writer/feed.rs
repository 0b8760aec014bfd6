//! Snapshot first, then live: what a watcher reads, whenever it comes.

use super::super::line::Record;
use tokio::sync::watch;

/// A place in the journal. It gives every record from the first on, in order, none missed and none twice, however late
/// it was opened and however slowly it reads: it reads from the records themselves and keeps nothing waiting, so the
/// writer never waits for it.
#[derive(Debug, Clone)]
pub struct Feed {
    records: watch::Receiver<Vec<Record>>,
    next: usize,
}

impl Feed {
    pub(super) fn new(records: watch::Receiver<Vec<Record>>) -> Self {
        Self { records, next: 0 }
    }

    /// Everything that is there and was not given yet; the first call gives the snapshot. Does not wait.
    pub fn ready(&mut self) -> Vec<Record> {
        let all = self.records.borrow_and_update();
        let new = all.get(self.next..).unwrap_or_default().to_vec();
        self.next = all.len();
        new
    }

    /// The next record, as soon as there is one; none once the journal is closed and everything was given. May be
    /// dropped while it waits; nothing is lost.
    pub async fn next(&mut self) -> Option<Record> {
        loop {
            let found = self.records.borrow_and_update().get(self.next).cloned();
            if let Some(record) = found {
                self.next += 1;
                return Some(record);
            }
            if self.records.changed().await.is_err() {
                // The writer may have added its last records just before it went.
                let last = self.records.borrow().get(self.next).cloned()?;
                self.next += 1;
                return Some(last);
            }
        }
    }
}
