//! `conclave fork`: go on from a point of a session as another one.

use super::args::{Common, ForkArgs, ModelArgs, ResumeArgs, SeatNames};
use super::debate;
use super::error::{CommandError, Exit};
use super::lines::{note, say};
use super::replay::tell;
use super::stage::journal_error;
use super::voices::Casting;
use super::{places, resume, table};
use crate::config::Settings;
use crate::journal::{self, Log, catalog};
use crate::protocol::event::{Opening, Table};
use crate::replay::{self, At, Player, Timeline, To};
use crate::room::{Clock, SystemClock};
use std::path::{Path, PathBuf};

pub(super) async fn run(common: &Common, args: ForkArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, Some(&args.models), Some(&args.limits))?;
    let sessions = places::sessions(&settings)?;
    let from = catalog::resolve(&sessions, args.session.as_deref()).map_err(journal_error)?;
    let source = replay::open(&from).map_err(journal_error)?;
    tell(&source.notices);
    let timeline = source.timeline;
    let at = args.at.unwrap_or(At::End);
    let records = Player::new(&timeline).place_of(&timeline, To::At(at)).records;
    let table = match &args.seats {
        Some(names) => Some(another(common, &settings, &timeline, (names, &args.models)).await?),
        None => None,
    };
    let fork = plan(&timeline, records, table)?;
    if let Some(text) = &args.say {
        resume::may_say(&fork.session, text)?;
    }
    let made = make(&from, &sessions, &fork)?;
    let Made { name, folder } = &made;
    let shared = if fork.entry.0 == 0 { "the opening".to_owned() } else { fork.entry.to_string() };
    note(&format!("Forked at {shared}: {name}"));
    if let Some(moved) = moved(&timeline, records, fork.records) {
        note(&moved);
    }
    if args.no_run {
        if args.output.json {
            let shares = serde_json::json!({ "session": timeline.at(1).opening().session, "records": fork.records, "entry": fork.entry });
            say(&serde_json::json!({ "fork": { "session": name, "folder": folder, "shares": shares } }).to_string());
        } else {
            note(&format!("Carry on with: conclave resume {name}"));
        }
        return Ok(Exit::Done);
    }
    let (say, models, limits, output) = (args.say, args.models, args.limits, args.output);
    let session = Some(folder.to_string_lossy().into_owned());
    resume::run(common, ResumeArgs { session, say, models, limits, output }).await
}

/// A fork on disk.
pub(super) struct Made {
    /// Its id.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
}

/// Plans a fork with a new name.
pub(super) fn plan(
    timeline: &Timeline,
    records: usize,
    table: Option<Table>,
) -> Result<replay::fork::Fork, CommandError> {
    let now = SystemClock.now();
    let name = catalog::new_id(&timeline.latest().opening().topic, now);
    replay::fork::fork(timeline, records, &name, table, now).map_err(|e| {
        CommandError::usage("the session cannot be forked so")
            .because(&e)
            .hint("another table can only be set before the framework: --at start")
    })
}

/// Puts a fork of the session in `from` on disk, among `sessions`.
pub(super) fn make(from: &Path, sessions: &Path, fork: &replay::fork::Fork) -> Result<Made, CommandError> {
    let name = fork.session.opening().session.clone();
    let folder = sessions.join(&name);
    journal::fork(from, fork.records as u64, &folder, fork.event.clone()).map_err(journal_error)?;
    Log::open(&folder, &fork.session).map_err(journal_error)?;
    Ok(Made { name, folder })
}

/// Says that a fork begins earlier than was asked for, and why.
fn moved(timeline: &Timeline, asked: usize, records: usize) -> Option<String> {
    let why = timeline.at(asked).unforkable()?;
    let wave = timeline.wave_at(records);
    Some(format!("At the place asked for {why}; the fork begins before that, where wave {wave} does."))
}

/// Another table: who sits at it, and what speaks for each.
async fn another(
    common: &Common,
    settings: &Settings,
    timeline: &Timeline,
    (names, models): (&SeatNames, &ModelArgs),
) -> Result<Table, CommandError> {
    let set = table::of_names(settings, Some(&names.0), &models.seat)?;
    set.notes.iter().for_each(|line| note(line));
    let mut casting = Casting::new(settings, common.host);
    let topic = timeline.latest().opening().topic.clone();
    let (Opening { supervisor, seats, charter, .. }, _) = debate::open(&mut casting, settings, set, topic).await?;
    Ok(Table { supervisor, seats, charter })
}
