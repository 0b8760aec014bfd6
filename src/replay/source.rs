//! A session's folder to a timeline. What is sound is shown, and what is not is said.

use super::timeline::Timeline;
use crate::journal::{self, JournalError, Loaded};
use std::path::Path;
use std::sync::Arc;

/// A session as far as its journal can be read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its records.
    pub timeline: Timeline,
    /// What is wrong with the rest, if anything is.
    pub notices: Vec<Notice>,
}

/// Something a person should know about a journal that is shown all the same. In words, safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// Reads the session in `folder`. A torn last record is dropped and told; where a line is damaged, written by a later
/// version, or no event that can follow, what stands before it is given, with a notice that names the line.
///
/// # Errors
/// Where nothing can be shown: no journal, an empty one, a foreign file, damage in the first line, a later version.
pub fn open(folder: &Path) -> journal::Result<Source> {
    let (loaded, mut notices) = match journal::read(folder) {
        Ok(loaded) => (loaded, Vec::new()),
        Err(error) => salvage(error)?,
    };
    if let Some(torn) = &loaded.torn {
        notices.push(Notice {
            what: format!("the last record, line {}, was torn ({} bytes) and is left out", torn.line, torn.bytes),
            hint: "nothing that was acknowledged is lost".to_owned(),
        });
    }
    let path = folder.join(journal::JOURNAL);
    let mut records = loaded.records.into_iter();
    let first = records.next().ok_or(JournalError::Empty { path: path.clone(), torn: 0 })?;
    let mut timeline = Timeline::open(first).map_err(|_| JournalError::Foreign { path })?;
    for record in records {
        let line = record.n;
        if let Err(misfit) = timeline.push(record) {
            let cause = std::error::Error::source(&misfit).map(|e| format!(": {e}")).unwrap_or_default();
            notices.push(Notice {
                what: format!("line {line} cannot follow upon those before it{cause}; what stands before it is shown"),
                hint: "the file was changed after it was written: restore it from a copy".to_owned(),
            });
            break;
        }
    }
    Ok(Source { timeline, notices })
}

/// What stands before a damaged line, if anything does.
fn salvage(error: JournalError) -> journal::Result<(Loaded, Vec<Notice>)> {
    let notice = Notice { what: format!("{error}; what stands before it is shown"), hint: error.hint().to_owned() };
    match &error {
        JournalError::Damaged { before, .. } | JournalError::Later { before, .. } if !before.records.is_empty() => {
            Ok((Loaded::clone(&Arc::clone(before)), vec![notice]))
        }
        _ => Err(error),
    }
}
