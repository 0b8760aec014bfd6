//! `conclave fork`: go on from a point of a session as another one.

use super::args::{Common, ForkArgs, ModelArgs, ResumeArgs, SeatNames};
use super::debate;
use super::error::{CommandError, Exit};
use super::lines::{note, say};
use super::replay::{places_are_in, tell};
use super::stage::journal_error;
use super::voices::{Casting, Choice};
use super::{places, resume, table};
use crate::config::Settings;
use crate::journal::{self, Journal, Log, catalog};
use crate::protocol::Session;
use crate::protocol::event::{Cause, Event, Opening, Table};
use crate::replay::{self, At, Player, Timeline, To};
use crate::room::{Clock, Say, SystemClock, posted};
use std::path::{Path, PathBuf};

pub(super) async fn run(common: &Common, args: ForkArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, Some(&args.models), Some(&args.limits))?;
    let sessions = places::sessions(&settings)?;
    let from = catalog::resolve(&sessions, args.session.as_deref()).map_err(journal_error)?;
    let source = replay::open(&from).map_err(journal_error)?;
    tell(&source.notices);
    let timeline = source.timeline;
    places_are_in(&timeline, [args.at])?;
    let at = args.at.unwrap_or(At::End);
    let records = Player::new(&timeline).place_of(&timeline, To::At(at)).records;
    let table = match &args.seats {
        Some(names) => Some(another(common, &settings, &timeline, (names, &args.models)).await?),
        None => None,
    };
    let fork = plan(&timeline, records, table)?;
    debate::unknown_tags(&settings, &fork.session.opening().seats)?;
    if let Some(text) = &args.say {
        resume::may_say(&fork.session, text)?;
    }
    let kept = if args.no_run { kept(common, &args, &settings, &fork.session).await? } else { Vec::new() };
    let made = make(&from, &sessions, &fork)?;
    let Made { name, folder } = &made;
    let shared = if fork.entry.0 == 0 { "the opening".to_owned() } else { fork.entry.to_string() };
    note(&format!("Forked at {shared}: {name}"));
    if let Some(moved) = moved(&timeline, records, fork.records) {
        note(&moved);
    }
    if args.no_run {
        keep(folder, fork.session, kept).await?;
        if args.output.json {
            let shares = serde_json::json!({ "session": timeline.at(1).opening().session, "records": fork.records, "entry": fork.entry });
            say(&serde_json::json!({ "fork": { "session": name, "folder": folder, "shares": shares } }).to_string());
        } else {
            note(&format!("Carry on with: conclave resume {name}{}", again(&args.models)));
        }
        return Ok(Exit::Done);
    }
    let (say, models, limits, output) = (args.say, args.models, args.limits, args.output);
    let session = Some(folder.to_string_lossy().into_owned());
    let calls = fork.session.calls().len();
    let done = resume::go_on(common, ResumeArgs { session, say, models, limits, output }, Some(calls)).await;
    if done.is_err() {
        discard(folder, fork.records);
    }
    done
}

/// The flags a session does not keep, to be typed once more: where and with what it goes on.
fn again(models: &ModelArgs) -> String {
    let path = |p: &PathBuf| {
        let text: String = p.to_string_lossy().chars().filter(|c| !c.is_control()).collect();
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-~".contains(c));
        if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    let given = [
        ("--base-url", models.base_url.as_ref().map(ToString::to_string)),
        ("--context-tokens", models.context_tokens.map(|n| n.to_string())),
        ("--project", models.project.as_ref().map(path)),
        ("--prompts", models.prompts.as_ref().map(path)),
    ];
    given.into_iter().filter_map(|(flag, value)| Some(format!(" {flag} {}", value?))).collect()
}

/// Removes a fork that could not go on: nothing was added to the records it was made with.
fn discard(folder: &Path, shared: usize) {
    if journal::read(folder).is_ok_and(|loaded| loaded.records.len() == shared + 1) {
        for file in [journal::JOURNAL, journal::COMMUNICATION] {
            let _ = std::fs::remove_file(folder.join(file));
        }
        let _ = std::fs::remove_dir(folder);
    }
    if !folder.exists() {
        note("Nothing is left of the fork, since it could not go on.");
    }
}

/// What a fork that does not go on yet has to remember of what was typed: who speaks, how far, and what is said first.
async fn kept(
    common: &Common,
    args: &ForkArgs,
    settings: &Settings,
    session: &Session,
) -> Result<Vec<Event>, CommandError> {
    let mut models = Vec::new();
    // Another table was set with them already.
    if args.seats.is_none() && (args.models.model.is_some() || !args.models.seat.is_empty()) {
        let mut casting = Casting::new(settings, common.host);
        for (author, before) in resume::speakers(session) {
            let choice = casting.choose(&author, Some(&before)).await?;
            if choice.label() == before {
                continue;
            }
            if matches!(choice, Choice::Model(..)) {
                return Err(CommandError::usage(format!("--no-run cannot keep what speaks for {author}"))
                    .cause("a session holds a model's name, and neither its address nor its key")
                    .hint("leave --model and --seat out here, and give them to conclave resume"));
            }
            models.push((author, choice.label()));
        }
    }
    let typed = &args.limits;
    let any = typed.max_waves.is_some() || typed.max_tokens.is_some();
    let any = any || typed.max_cost.is_some() || typed.max_time.is_some();
    // What is not typed is settled when it goes on.
    let limits = if any { resume::raised(session, settings, typed) } else { session.limits().clone() };
    if models.is_empty() && args.say.is_none() && limits == *session.limits() {
        return Ok(Vec::new());
    }
    let at = SystemClock.now();
    let mut after = session.clone();
    let mut events = vec![Event::Resumed { limits, models, at }];
    for event in &events {
        after.apply(event).map_err(|e| CommandError::fault("the fork cannot be made so").because(&e))?;
    }
    if let Some(text) = &args.say {
        let said = posted(&after, &Say::Direct { text: text.clone() }, at);
        events.push(said.map_err(|refused| resume::unsayable(&refused))?);
    }
    // It still has not gone on.
    events.push(Event::Suspended { cause: Cause::Forked, at });
    Ok(events)
}

/// Appends them to the fork in `folder`, which stands at `session`.
async fn keep(folder: &Path, mut session: Session, events: Vec<Event>) -> Result<(), CommandError> {
    if events.is_empty() {
        return Ok(());
    }
    let (journal, _) = Journal::open(folder).await.map_err(journal_error)?;
    for event in events {
        session.apply(&event).map_err(|e| CommandError::fault("the fork cannot be made so").because(&e))?;
        journal.append(event).await.map_err(journal_error)?;
    }
    journal.close().await.map_err(journal_error)?;
    Log::open(folder, &session).map_err(journal_error)?;
    Ok(())
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
