//! A session's folder to a timeline. What is sound is shown, and what is not is said.

use super::timeline::{Misfit, Timeline};
use crate::journal::{self, JournalError, Torn};
use std::ops::ControlFlow;
use std::path::Path;

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
    /// Whether there is more behind what can be shown.
    pub more: bool,
}

/// Reads the session in `folder`. A torn last record is dropped and told; where a line is damaged, written by a later
/// version, or no event that can follow, what stands before it is given, with a notice that names the line.
///
/// # Errors
/// Where nothing can be shown: no journal, an empty one, a foreign file, damage in the first line, a later version.
pub fn open(folder: &Path) -> journal::Result<Source> {
    let mut timeline: Option<Timeline> = None;
    let mut misfit = None;
    let read = journal::each(folder, |record| {
        let line = record.n;
        let taken = match &mut timeline {
            Some(timeline) => timeline.push(record),
            None => Timeline::open(record).map(|first| timeline = Some(first)),
        };
        match taken {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                misfit = Some((line, why));
                ControlFlow::Break(())
            }
        }
    });
    let Some(timeline) = timeline else {
        return Err(read.err().unwrap_or_else(|| JournalError::Foreign { path: folder.join(journal::JOURNAL) }));
    };
    let notice = match (read, misfit) {
        (_, Some((line, why))) => Some(unfit(line, &why)),
        (Ok(torn), None) => torn.map(torn_off),
        (Err(error), None) => Some(damage(error)?),
    };
    Ok(Source { timeline, notices: notice.into_iter().collect() })
}

fn torn_off(torn: Torn) -> Notice {
    Notice {
        what: format!("the last record, line {}, was torn ({} bytes) and is left out", torn.line, torn.bytes),
        hint: "nothing that was acknowledged is lost".to_owned(),
        more: false,
    }
}

fn unfit(line: u64, why: &Misfit) -> Notice {
    let cause = std::error::Error::source(why).map(|e| format!(": {e}")).unwrap_or_default();
    Notice {
        what: format!("line {line} cannot follow upon those before it{cause}; what stands before it is shown"),
        hint: "the file was changed after it was written: restore it from a copy".to_owned(),
        more: true,
    }
}

/// Damage that something stands before; any other error is one.
fn damage(error: JournalError) -> journal::Result<Notice> {
    match &error {
        JournalError::Damaged { .. } | JournalError::Later { .. } => {
            let what = format!("{error}; what stands before it is shown");
            Ok(Notice { what, hint: error.hint().to_owned(), more: true })
        }
        _ => Err(error),
    }
}
