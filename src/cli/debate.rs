//! `conclave debate`: from a topic to a consensus document.

use super::args::{Common, DebateArgs};
use super::error::{CommandError, Exit};
use super::lines::note;
use super::plain::Show;
use super::project::{self, Bench};
use super::stage::{self, View, journal_error};
use super::voices::{self, Casting, Choice, Tools};
use super::{inputs, places, table};
use crate::agent::library::Library;
use crate::agent::roster::{self, Table};
use crate::config::Settings;
use crate::journal::{Journal, Log, catalog};
use crate::protocol::event::{Event, Limits, Opening, VERSION};
use crate::protocol::{Author, Session};
use crate::room::{Clock, Room, SystemClock};
use std::sync::Arc;

pub(super) async fn run(common: &Common, args: DebateArgs) -> Result<Exit, CommandError> {
    let topic = inputs::topic(args.topic.as_deref(), args.topic_file.as_deref())?;
    let context = inputs::context(&args.context)?;
    let settings = places::settings(common, Some(&args.models), Some(&args.limits))?;
    let folder = places::sessions(&settings)?;
    let library = Arc::new(library(&settings)?);
    let table = table::set(&settings, &args)?;
    let mut casting = Casting::new(&settings, common.host).tracing_bodies(args.models.trace_bodies);
    let (opening, choices) = open(&mut casting, &settings, table, topic).await?;
    // A person is in the room at a screen, or where somebody says how long to wait for one.
    let human = common.host || args.limits.escalation_timeout.is_some();
    let seed = args.seed.unwrap_or(settings.seed.value);
    let bench = project::open(&settings, &folder)?;
    let (project, guides, workbench) = match bench {
        Some(Bench { project, guides, workbench }) => (Some(project), guides, Some(workbench)),
        None => (None, Vec::new(), None),
    };
    let context = context.into_iter().chain(guides).collect();
    let opening = Opening { context, human, seed, project, ..opening };
    let is_model = |(_, choice): &(Author, Choice)| matches!(choice, Choice::Model(..));
    // Where a screen is watching, its status line would keep what is told here; the document's warnings say it too.
    if !args.output.json && !common.host {
        one_model(&opening, &choices);
    }
    if !choices.iter().any(is_model) && !args.output.json {
        note(match settings.model {
            None => "No model is configured: the built-in panel debates. It is rule-based and no language model.",
            Some(_) => "The built-in panel debates. It is rule-based and no language model.",
        });
    }
    if workbench.is_some() && !args.output.json {
        project::tell_panel(&choices);
    }
    let pace = stage::pace(common, &args.output, &settings);
    let tools = Tools { library, workbench, pace };
    let cast = voices::voices(&settings, &tools, &opening, choices)?;
    let at = folder.join(&opening.session);
    let event = Event::Opened(opening);
    let session = Session::open(&event).map_err(|e| CommandError::usage("the debate cannot be opened").because(&e))?;
    let journal = Journal::create(&at, event).await.map_err(journal_error)?;
    let log = Log::open(&at, &session).map_err(journal_error)?;
    let mut room = Room::new(session, journal.clone(), log, cast, Arc::new(SystemClock));
    room.wait_for_people(stage::patience(common, &args.limits, &settings));
    let view = if common.host { View::Door } else { View::Lines(Box::new(Show::new(args.output.json, 0))) };
    stage::play(room, journal, view, Some(0)).await
}

pub(super) fn library(settings: &Settings) -> Result<Library, CommandError> {
    let folder = settings.prompts.as_ref().map(|p| p.value.as_path());
    if let Some(missing) = folder.filter(|f| !f.is_dir()) {
        return Err(CommandError::usage(format!("there is no folder {}", missing.display()))
            .hint("--prompts takes a folder of Markdown files"));
    }
    Library::load(folder).map_err(|e| CommandError::usage("the prompts cannot be read").because(&e).hint(e.hint()))
}

/// What speaks for each at the table.
pub(super) async fn open(
    casting: &mut Casting<'_>,
    settings: &Settings,
    table: Table,
    topic: String,
) -> Result<(Opening, Vec<(Author, Choice)>), CommandError> {
    let Table { mut supervisor, mut seats, charter, .. } = table;
    let lead = casting.choose(&Author::Supervisor, None).await?;
    supervisor.model = lead.label();
    let mut choices = vec![(Author::Supervisor, lead)];
    for seat in &mut seats {
        let author = Author::Seat(seat.tag.clone());
        let choice = casting.choose(&author, None).await?;
        seat.speaker.model = choice.label();
        choices.push((author, choice));
    }
    unknown_tags(settings, &seats)?;
    let at = SystemClock.now();
    let mut opening = Opening {
        version: VERSION,
        session: catalog::new_id(&topic, at),
        topic,
        supervisor,
        seats,
        context: Vec::new(),
        human: false,
        limits: limits(settings),
        seed: settings.seed.value,
        charter,
        project: None,
        at,
    };
    roster::fill(&mut opening);
    Ok((opening, choices))
}

/// Several seats on one model agree more easily than they should: they share its blind spots.
fn one_model(opening: &Opening, choices: &[(Author, Choice)]) {
    let panel = choices.iter().any(|(author, choice)| author.seat().is_some() && matches!(choice, Choice::Panel));
    let mut models = opening.seats.iter().map(|s| s.speaker.model.as_str());
    let first = models.next().unwrap_or_default();
    if !panel && models.all(|m| m == first) {
        note(&format!(
            "All {} seats share one model, {first}: they share its blind spots too. --seat TAG=MODEL gives a seat its own.",
            opening.seats.len()
        ));
    }
}

/// A model given to somebody who is not there is a slip of the pen.
pub(super) fn unknown_tags(settings: &Settings, seats: &[crate::protocol::event::Seat]) -> Result<(), CommandError> {
    let present: Vec<&str> = seats.iter().map(|s| s.tag.as_str()).collect();
    let flagged = settings.seat.iter().find(|(tag, seat)| {
        let by_flag = seat.model.as_ref().is_some_and(|m| matches!(m.origin, crate::config::Origin::Flag(_)));
        by_flag && !present.contains(&tag.as_str())
    });
    match flagged {
        None => Ok(()),
        Some((tag, _)) => Err(CommandError::usage(format!("--seat names {tag}, who does not sit at this table"))
            .hint(format!("the tags are: SUPERVISOR, {}", present.join(", ")))),
    }
}

/// The limits as the protocol has them.
pub(super) fn limits(settings: &Settings) -> Limits {
    let set = &settings.limits;
    Limits {
        waves: set.max_waves.value.get(),
        mediations: set.max_mediations.value,
        tokens: set.max_tokens.as_ref().map(|t| t.value.get()),
        cost_nano: set.max_cost.as_ref().map(|c| c.value.0.saturating_mul(1_000)),
        time_ms: set.max_time.as_ref().map(|t| u64::try_from(t.value.as_millis()).unwrap_or(u64::MAX)),
    }
}
