//! `conclave resume`: carry on after any interruption, asking again only what was in flight.

use super::args::{Common, LimitArgs, ResumeArgs};
use super::debate::{self, library};
use super::error::{CommandError, Exit};
use super::lines::note;
use super::places;
use super::plain::Show;
use super::project;
use super::stage::{self, View, journal_error};
use super::voices::{self, Casting, Tools};
use crate::config::{SeatArg, Settings};
use crate::journal::{Journal, Log, catalog};
use crate::protocol::event::{Event, Limits, Outcome};
use crate::protocol::session::Life;
use crate::protocol::{Author, Session};
use crate::room::{Clock, Refused, Room, Say, SystemClock, posted};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) async fn run(common: &Common, args: ResumeArgs) -> Result<Exit, CommandError> {
    go_on(common, args, None).await
}

/// Carries a session on. One that was `made` for this just now, with so many calls in it, is not left behind where nobody could
/// be reached.
pub(super) async fn go_on(common: &Common, args: ResumeArgs, made: Option<usize>) -> Result<Exit, CommandError> {
    if args.models.seat.iter().any(|s| matches!(s, SeatArg::File { .. })) {
        return Err(CommandError::usage("nobody new can sit down in a debate under way")
            .hint("--seat TAG=MODEL changes who speaks for a seat; a definition stays what it was"));
    }
    let settings = places::settings(common, Some(&args.models), Some(&args.limits))?;
    let sessions = places::sessions(&settings)?;
    let folder = catalog::resolve(&sessions, args.session.as_deref()).map_err(journal_error)?;
    let (journal, loaded) = Journal::open(&folder).await.map_err(journal_error)?;
    if let Some(torn) = &loaded.torn {
        note(&format!(
            "The last record was torn ({} bytes) and was dropped; nothing acknowledged is lost.",
            torn.bytes
        ));
    }
    let session = Session::fold(loaded.events()).map_err(|e| {
        CommandError::fault(format!("the session in {} cannot be carried on", folder.display())).because(&e)
    })?;
    if let Life::Closed(outcome) = session.life() {
        return already_over(&folder, &session, outcome);
    }
    debate::unknown_tags(&settings, &session.opening().seats)?;
    if let Some(text) = &args.say {
        may_say(&session, text)?;
    }
    let kept: Vec<PathBuf> = std::iter::once(sessions).chain(folder.parent().map(Path::to_owned)).collect();
    let workbench = project::again(session.opening(), &settings, &kept)?;
    let library = Arc::new(library(&settings)?);
    let mut casting = Casting::new(&settings, common.host).tracing_bodies(args.models.trace_bodies);
    let mut choices = Vec::new();
    let mut changed = Vec::new();
    for (author, before) in speakers(&session) {
        let choice = casting.choose(&author, Some(&before)).await?;
        if choice.label() != before {
            changed.push((author.clone(), choice.label()));
        }
        choices.push((author, choice));
    }
    let pace = stage::pace(common, &args.output, &settings);
    let tools = Tools { library, workbench, pace };
    let cast = voices::voices(&settings, &tools, session.opening(), choices)?;
    let limits = raised(&session, &settings, &args.limits);
    let log = Log::open(&folder, &session).map_err(journal_error)?;
    let shown = loaded.records.len() as u64;
    let mut room = Room::new(session, journal.clone(), log, cast, Arc::new(SystemClock));
    room.wait_for_people(stage::patience(common, &args.limits, &settings));
    room.resume(limits, changed)
        .await
        .map_err(|e| CommandError::fault("the session cannot be carried on").because(&e))?;
    if let Some(text) = args.say {
        let said = room.say(&Say::Direct { text }).await.map_err(stage::room_error)?;
        // It was asked before whether it may be said.
        said.map_err(|refused| unsayable(&refused))?;
    }
    let view = if common.host { View::Door } else { View::Lines(Box::new(Show::new(args.output.json, shown))) };
    stage::play(room, journal, view, made).await
}

/// Tells before anything is written whether the direction can be given once the session goes on.
pub(super) fn may_say(session: &Session, text: &str) -> Result<(), CommandError> {
    let at = SystemClock.now();
    let mut resumed = session.clone();
    let event = Event::Resumed { limits: session.limits().clone(), models: Vec::new(), at };
    resumed.apply(&event).map_err(|e| CommandError::fault("the session cannot be carried on").because(&e))?;
    let said = posted(&resumed, &Say::Direct { text: text.to_owned() }, at);
    said.map(|_| ()).map_err(|refused| unsayable(&refused))
}

pub(super) fn unsayable(refused: &Refused) -> CommandError {
    CommandError::usage("the direction cannot be given")
        .because(refused)
        .hint("leave --say out, and say it while the debate runs: conclave post SESSION TEXT")
}

/// Who may be asked, each with what speaks for it so far.
pub(super) fn speakers(session: &Session) -> Vec<(Author, String)> {
    let opening = session.opening();
    let seats = opening.seats.iter().map(|s| (Author::Seat(s.tag.clone()), s.speaker.model.clone()));
    std::iter::once((Author::Supervisor, opening.supervisor.model.clone())).chain(seats).collect()
}

/// The session's own limits, with what was typed in their place; a limit on waves that is reached is raised by as many again.
pub(super) fn raised(session: &Session, settings: &Settings, typed: &LimitArgs) -> Limits {
    let set = debate::limits(settings);
    let mut limits = session.limits().clone();
    if session.wave().number >= limits.waves && typed.max_waves.is_none() {
        limits.waves = limits.waves.saturating_add(set.waves);
    }
    if typed.max_waves.is_some() {
        limits.waves = set.waves;
    }
    if typed.max_tokens.is_some() {
        limits.tokens = set.tokens;
    }
    if typed.max_cost.is_some() {
        limits.cost_nano = set.cost_nano;
    }
    if typed.max_time.is_some() {
        limits.time_ms = set.time_ms;
    }
    limits
}

fn already_over(folder: &Path, session: &Session, outcome: &Outcome) -> Result<Exit, CommandError> {
    stage::finish(folder, session)?;
    let (how, exit) = match outcome {
        Outcome::Consensus { digest } => (format!("in consensus on {}", digest.short()), Exit::Done),
        Outcome::NoConsensus { .. } => ("without consensus".to_owned(), Exit::NoConsensus),
        Outcome::Aborted { .. } => ("aborted".to_owned(), Exit::Fault),
    };
    note(&format!(
        "{} is over: it ended {how}. Its document is {}.",
        session.opening().session,
        folder.join(crate::journal::CONSENSUS).display()
    ));
    Ok(exit)
}
