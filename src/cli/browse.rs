//! The browser of sessions, and what is done with the one that is chosen there.

use super::args::{Common, ReplayArgs, WatchArgs};
use super::dress::Dress;
use super::error::{CommandError, Exit};
use super::{places, replay, screen};
use crate::config::Settings;
use crate::door::Visitor;
use crate::journal::{JournalError, catalog};
use crate::room::{Clock, SystemClock};
use crate::tui::background;
use crate::tui::browser::run::{Shelf, Stage, run as browse};
use crate::tui::browser::{Browser, Chosen};
use crate::tui::run::Hands;
use crate::tui::terminal::Terminal;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `conclave replay` at a terminal, where no session is named: one is chosen, again and again until the browser is left.
pub(super) async fn run(common: &Common, args: &ReplayArgs, settings: &Settings) -> Result<Exit, CommandError> {
    let sessions = places::sessions(settings)?;
    // Where there is none, that is said as everywhere.
    catalog::resolve(&sessions, None).or_else(|e| match e {
        JournalError::NoSessions { .. } if any(&sessions) => Ok(PathBuf::new()),
        e => Err(super::stage::journal_error(e)),
    })?;
    let mut dress = Dress::of(settings, &args.screen)?;
    let stage = Stage { sessions: sessions.clone(), shelf: Arc::new(Writing), clock: Arc::new(SystemClock) };
    let mut browser = Browser::new(dress.options(), SystemClock.now());
    loop {
        match choose(&mut browser, &stage, &mut dress).await? {
            Chosen::Nothing => return Ok(Exit::Done),
            Chosen::Resume(folder) => match go_on(common, args, &sessions, &folder).await {
                Ok(exit) => return Ok(exit),
                Err(error) => browser.complain(error.words()),
            },
            Chosen::Replay(folder) => {
                if let Err(error) = replay::on_screen(&folder, args, &dress).await {
                    browser.complain(error.words());
                }
            }
        }
    }
}

/// Whether there is any session, readable or not.
fn any(sessions: &Path) -> bool {
    catalog::list(sessions).is_ok_and(|all| !all.is_empty())
}

async fn choose(browser: &mut Browser, stage: &Stage, dress: &mut Dress) -> Result<Chosen, CommandError> {
    let failed =
        |e: std::io::Error| CommandError::fault("the terminal cannot be used").because(&e).hint("--plain needs none");
    let mut terminal = Terminal::take(browser.options.mouse).map_err(failed)?;
    if dress.asks() {
        dress.know(background::ask());
        browser.options.theme = dress.theme(None);
    }
    let chosen = browse(browser, stage, &mut terminal).await;
    terminal.leave();
    chosen.map_err(failed)
}

/// Carries a session on as `conclave resume` does; one that runs is watched.
async fn go_on(common: &Common, args: &ReplayArgs, sessions: &Path, folder: &Path) -> Result<Exit, CommandError> {
    if Visitor::knock(folder).await.is_ok() {
        let watch = WatchArgs {
            session: Some(folder.to_string_lossy().into_owned()),
            join: false,
            json: false,
            plain: false,
            screen: args.screen.clone(),
        };
        return screen::watch(common, &watch).await;
    }
    let mut arguments: Vec<OsString> = vec!["resume".into(), folder.into(), "--sessions".into(), sessions.into()];
    if let Some(level) = common.log_level {
        arguments.extend(["--log-level".into(), level.to_string().into()]);
    }
    screen::hosted(common, &args.screen, arguments).await
}

/// Writes what the browser asks for, in the folder where one is.
struct Writing;

impl Shelf for Writing {
    fn export(&self, folder: &Path, format: &str) -> Result<String, String> {
        screen::Writing { folder: folder.to_owned() }.export(format, usize::MAX)
    }

    fn fork(&self, folder: &Path) -> Result<(String, PathBuf), String> {
        let (entry, made) = screen::Writing { folder: folder.to_owned() }.forked(usize::MAX)?;
        Ok((format!("forked at {entry}; r goes on with {}", made.name), made.folder))
    }
}
