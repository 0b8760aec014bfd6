//! Does a fork share with its origin what it says?
//!
//! Its own chain proves that nothing in the shared part was changed since it was forked. Where the origin lies beside it, the
//! digests of both are compared too.

use super::ground::Ground;
use super::report::{Check, Report, tame};
use crate::journal::{self, JournalError, Record};
use crate::protocol::session::Fork;
use std::path::{Component, Path, PathBuf};

const ORIGIN: &str = "origin";

/// Adds the check for a session that was forked; nothing for any other.
pub(super) fn check(folder: &Path, ground: &Ground, report: &mut Report) {
    let Some(Fork { origin, entry, .. }) = ground.session.forks().last() else { return };
    let name = tame(&origin.session);
    let Some(records) = beside(folder, &origin.session).and_then(|folder| records(&folder)) else {
        report.notes.push(format!("it was forked from {name} at {entry}, which is not here to compare with"));
        return;
    };
    let there = usize::try_from(origin.records).ok().and_then(|n| records.get(n.checked_sub(1)?));
    report.checks.push(if there.is_some_and(|record| record.digest == origin.digest) {
        Check::ok(ORIGIN, format!("its first {} records, up to {entry}, are those of {name}", origin.records))
    } else {
        Check::failed(ORIGIN, format!("{name} does not have the {} records that it says it shares", origin.records))
    });
}

/// The folder of the session called `name` beside `folder`. The name comes from a journal: it may not lead anywhere else.
fn beside(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut parts = Path::new(name).components();
    let plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    let above = std::fs::canonicalize(folder).ok()?.parent()?.to_owned();
    plain.then(|| above.join(name)).filter(|there| there.is_dir())
}

/// The records that are sound.
fn records(folder: &Path) -> Option<Vec<Record>> {
    match journal::read(folder) {
        Ok(loaded) => Some(loaded.records),
        Err(JournalError::Damaged { before, .. } | JournalError::Later { before, .. }) => Some(before.records.clone()),
        Err(_) => None,
    }
}
