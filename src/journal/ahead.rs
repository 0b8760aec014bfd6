//! Reads a journal ahead of whoever takes its records.
//!
//! To check and decode a line takes about as long as to fold its event, so a long journal is decoded on a thread of its own
//! while its records are taken on the caller's. Nothing is held but a few batches: whoever folds a long session has no use
//! for all its records at once.

use super::error::{JournalError, Result};
use super::line::Record;
use super::reader::{Loaded, Reader, Stop, Torn};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc;

/// Records that are handed over at once. One at a time, the handing over would cost more than it saves.
const BATCH: usize = 128;
/// Batches that lie ready at most.
const READY: usize = 4;

/// Reads the journal in `folder` and gives its records to `take`, in order, until there are no more or `take` breaks off. It
/// need not be still: what is complete is read. Says what was torn at its end, if it came to the end.
///
/// # Errors
/// As [`super::read`]. `Damaged` and `Later` come after the records that stand before the damage have been taken, and do not
/// give them again.
pub fn each(folder: &Path, mut take: impl FnMut(Record) -> ControlFlow<()>) -> Result<Option<Torn>> {
    let reader = Reader::open(folder)?;
    std::thread::scope(|scope| {
        let (give, come) = mpsc::sync_channel(READY);
        let work = move || read(reader, &give);
        let reading = std::thread::Builder::new().name("journal".to_owned()).spawn_scoped(scope, work);
        let reading = reading.map_err(|e| JournalError::io("read", folder, e))?;
        let broken = come.iter().flatten().try_for_each(&mut take).is_break();
        // Whoever reads ahead of a taker that is gone stops at the next batch.
        drop(come);
        let (reader, outcome) = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match outcome {
            Err(stop) if !broken => Err(reader.error(stop, Loaded::default())),
            Ok(()) if !broken => reader.end(),
            _ => Ok(None),
        }
    })
}

fn read(mut reader: Reader, give: &mpsc::SyncSender<Vec<Record>>) -> (Reader, std::result::Result<(), Stop>) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        let outcome = fill(&mut reader, &mut batch);
        let gone = !batch.is_empty() && give.send(batch).is_err();
        match outcome {
            Ok(true) if !gone => {}
            outcome => return (reader, outcome.map(|_| ())),
        }
    }
}

/// Whether the batch was filled, so that there may be more.
fn fill(reader: &mut Reader, batch: &mut Vec<Record>) -> std::result::Result<bool, Stop> {
    while batch.len() < BATCH {
        match reader.next_record()? {
            Some(record) => batch.push(record),
            None => return Ok(false),
        }
    }
    Ok(true)
}
