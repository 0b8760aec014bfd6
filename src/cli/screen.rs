//! The full screen: for a debate that a host runs, for one that is watched, and for a saved one.

use super::args::{Common, OutputArgs, ScreenArgs, WatchArgs};
use super::dress::Dress;
use super::error::{CommandError, Exit};
use super::export as write;
use super::fork;
use super::host::{self, Hosted};
use super::lines::note;
use super::places;
use super::plain::Show;
use super::stage::{self, journal_error};
use super::watch::knock;
use crate::door::{Ended, News, Request, Visitor};
use crate::export;
use crate::journal::{Reader, catalog};
use crate::protocol::session::Life;
use crate::protocol::{EntryNumber, Session};
use crate::replay::{Source, Timeline, To};
use crate::room::{Clock, SystemClock};
use crate::tui::background;
use crate::tui::model::Model;
use crate::tui::model::live::Live;
use crate::tui::run::{Hands, Stage};
use crate::tui::terminal::Terminal;
use crate::tui::update::Left;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a host that was told to stop may take to say how it ended.
const FAREWELL: Duration = Duration::from_secs(10);

/// Whether the full screen can be shown, and is wanted where nothing is said.
pub(super) fn is_wanted(output: &OutputArgs) -> bool {
    let set = |name: &str| std::env::var_os(name);
    let dumb = set("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let accessible = set("ACCESSIBLE").is_some_and(|v| v == "1");
    !output.json && !output.plain && !dumb && !accessible && std::io::stdout().is_terminal()
}

/// What was typed after the program's name.
pub(super) fn arguments() -> Vec<OsString> {
    std::env::args_os().skip(1).collect()
}

/// `conclave debate` and `conclave resume` at a terminal, by the arguments of such a command: a host runs it, and this process shows it.
pub(super) async fn hosted(
    common: &Common,
    screen: &ScreenArgs,
    arguments: Vec<OsString>,
) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let dress = Dress::of(&settings, screen)?;
    let Hosted { mut child, folder, notes, visitor } = match host::start(arguments).await {
        Ok(hosted) => hosted,
        Err(failed) => {
            eprint!("{}", failed.told);
            return Ok(failed.exit);
        }
    };
    // Whoever looks at the end of a debate for an hour keeps no dead process about.
    std::thread::spawn(move || child.wait());
    let look = Look { notes, owner: true, folder: &folder };
    let shown = show(look, Some(visitor), &dress).await?;
    farewell(shown, &folder).await
}

/// `conclave watch` at a terminal: a running session, read only unless it is joined; one that does not run is shown as it ended.
pub(super) async fn watch(common: &Common, args: &WatchArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let folder = catalog::resolve(&places::sessions(&settings)?, args.session.as_deref()).map_err(journal_error)?;
    let dress = Dress::of(&settings, &args.screen)?;
    let visitor = knock(&folder).await?;
    let owner = args.join && visitor.is_some();
    if let (true, Some(visitor)) = (owner, &visitor) {
        let refused = |e| CommandError::fault("the session cannot be joined").because(&e);
        visitor.line().ask(Request::Own).await.map_err(refused)?;
    }
    let notes = if args.join && !owner { "nobody runs it now: `conclave resume` carries it on" } else { "" };
    let look = Look { notes: notes.to_owned(), owner, folder: &folder };
    let shown = show(look, visitor, &dress).await?;
    if owner { farewell(shown, &folder).await } else { Ok(Exit::Done) }
}

/// `conclave replay` at a terminal.
pub(super) async fn replay(
    source: Source,
    folder: &Path,
    dress: &Dress,
    prepare: impl FnOnce(&mut Model),
) -> Result<Exit, CommandError> {
    let mut model = Model::new(source.timeline, None, dress.options(), SystemClock.now());
    prepare(&mut model);
    if let Some(notice) = source.notices.first() {
        model.say(format!("{}: {}", notice.what, notice.hint));
    }
    run(&mut model, dress, Stage { reader: None, visitor: None, ..empty_stage(folder) }).await?;
    Ok(Exit::Done)
}

/// What is looked at.
struct Look<'a> {
    notes: String,
    owner: bool,
    folder: &'a Path,
}

/// How a screen was left, and what it knew then.
struct Shown {
    left: Left,
    visitor: Option<Visitor>,
    ended: Option<Ended>,
}

async fn show(look: Look<'_>, visitor: Option<Visitor>, dress: &Dress) -> Result<Shown, CommandError> {
    let mut reader = Reader::open(look.folder).map_err(journal_error)?;
    let records = reader.poll().map_err(journal_error)?;
    let timeline = Timeline::of(records).map_err(|e| CommandError::fault("the journal cannot be shown").because(&e))?;
    let runs = visitor.is_some();
    let live = runs.then(|| Live::new(look.owner));
    let mut model = Model::new(timeline, live, dress.options(), SystemClock.now());
    if !runs {
        model.player.seek(&model.timeline, To::Share(1.0), Duration::ZERO);
    }
    if let Some(first) = look.notes.lines().find(|l| !l.trim().is_empty()) {
        model.say(first);
    }
    let stage = Stage { reader: runs.then_some(reader), visitor, ..empty_stage(look.folder) };
    let (left, visitor) = run(&mut model, dress, stage).await?;
    let ended = model.live.as_ref().and_then(|live| live.ended.clone());
    Ok(Shown { left, visitor, ended })
}

/// A stage with nobody on it.
fn empty_stage(folder: &Path) -> Stage {
    let hands = Box::new(Writing { folder: folder.to_owned() });
    Stage { reader: None, visitor: None, hands, clock: Arc::new(SystemClock) }
}

async fn run(model: &mut Model, dress: &Dress, mut stage: Stage) -> Result<(Left, Option<Visitor>), CommandError> {
    let failed =
        |e: std::io::Error| CommandError::fault("the terminal cannot be used").because(&e).hint("--plain needs none");
    let mut terminal = Terminal::take(model.options.mouse).map_err(failed)?;
    if dress.asks() {
        model.options.theme = dress.theme(background::ask());
    }
    let left = crate::tui::run::run(model, &mut stage, &mut terminal).await;
    terminal.leave();
    left.map(|left| (left, stage.visitor)).map_err(failed)
}

/// What is said after the screen is gone, and how the program ends.
async fn farewell(shown: Shown, folder: &Path) -> Result<Exit, CommandError> {
    let Shown { left, visitor, ended } = shown;
    if left == Left::Detached {
        let id = folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        note(&format!(
            "The debate goes on in the background. Come back with: conclave watch {id} (--join to take part)"
        ));
        return Ok(Exit::Done);
    }
    let ended = match (ended, visitor) {
        (Some(ended), _) => Some(ended),
        (None, Some(visitor)) => {
            if left == Left::Closed {
                // A signal closed the screen: the debate goes with its owner, and says how it ended.
                let _ = visitor.line().ask(Request::Stop).await;
            }
            last_word(visitor).await
        }
        (None, None) => None,
    };
    let session = crate::journal::read(folder).ok().and_then(|l| Session::fold(l.events()).ok());
    if let Some(session) = &session {
        Show::new(false, 0).summary(session, folder);
        if ended.is_none() && matches!(session.life(), Life::Running | Life::Escalated) {
            let id = &session.opening().session;
            note(&format!("The debate's process is gone, and nothing is lost. Carry on with: conclave resume {id}"));
        }
    }
    match ended {
        Some(ended) => CommandError::told(&ended),
        None => Ok(Exit::Interrupted),
    }
}

async fn last_word(mut visitor: Visitor) -> Option<Ended> {
    let heard = async {
        while let Some(news) = visitor.next().await {
            if let News::Ended(ended) = news {
                return Some(ended);
            }
        }
        None
    };
    tokio::time::timeout(FAREWELL, heard).await.ok().flatten()
}

/// Writes what the screen asks for.
pub(super) struct Writing {
    /// The session's folder.
    pub folder: PathBuf,
}

impl Hands for Writing {
    fn export(&mut self, format: &str, records: usize) -> Result<String, String> {
        let loaded = crate::journal::read(&self.folder).map_err(|e| e.to_string())?;
        let events: Vec<_> = loaded.events().take(records.max(1)).collect();
        let session = Session::fold(events).map_err(|e| e.to_string())?;
        let whole = records >= loaded.records.len();
        let document = stage::document(&session, loaded.digest().cloned().filter(|_| whole));
        let exporter = export::exporter(format).map_err(|e| e.to_string())?;
        let bytes = exporter.export(&document, &session).map_err(|e| e.to_string())?;
        let name = format!("{}.{}", session.opening().session, extension(format));
        let ours = write::is_ours(Path::new(&name), &self.folder);
        let text = String::from_utf8_lossy(&bytes);
        leave(&name, &text, ours).map_err(|left| match left {
            Unwritten::There => format!("{name} is there already: `conclave export --force` replaces it"),
            Unwritten::Failed(e) => format!("{name} cannot be written: {e}"),
        })
    }

    fn write(&mut self, name: &str, text: &str) -> Result<String, String> {
        // What a foreign journal calls its session is no path.
        let name = name.replace(['/', '\\'], "-");
        leave(&name, text, false).map_err(|left| match left {
            Unwritten::There => format!("{name} is there already, and is left as it is"),
            Unwritten::Failed(e) => format!("{name} cannot be written: {e}"),
        })
    }

    fn fork(&mut self, records: usize) -> Result<String, String> {
        let (entry, made) = self.forked(records)?;
        Ok(format!("forked at {entry}; go on with: conclave resume {}", made.name))
    }
}

impl Writing {
    /// Makes another session from the first `records` records; says which entry is the last one shared.
    pub fn forked(&self, records: usize) -> Result<(EntryNumber, fork::Made), String> {
        let source = crate::replay::open(&self.folder).map_err(|e| e.to_string())?;
        let fork = fork::plan(&source.timeline, records, None).map_err(|e| e.words())?;
        let beside = self.folder.parent().unwrap_or(Path::new("."));
        let made = fork::make(&self.folder, beside, &fork).map_err(|e| e.words())?;
        Ok((fork.entry, made))
    }
}

/// Why a file was not written.
enum Unwritten {
    /// There is one of this name.
    There,
    Failed(std::io::Error),
}

/// Writes a text without what looks like a secret; a file that is there is replaced only where told.
fn leave(name: &str, text: &str, replace: bool) -> Result<String, Unwritten> {
    let (masked, count) = export::redact(text);
    write::put(Path::new(name), masked.as_bytes(), replace).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Unwritten::There,
        _ => Unwritten::Failed(e),
    })?;
    let told = if count == 0 { String::new() } else { format!(", {count} texts that look like secrets masked") };
    Ok(format!("written: {name}{told}"))
}

fn extension(format: &str) -> &str {
    match format {
        "github" => "comment.md",
        other => other,
    }
}
