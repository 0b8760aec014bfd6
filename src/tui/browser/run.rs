//! The browser's loop: wait for whatever happens first, change the browser, carry out effects, draw.

use super::{Browser, Chosen, Effect, Msg, draw, update};
use crate::replay;
use crate::room::Clock;
use crate::tui::browser::update::Done;
use crate::tui::input;
use crate::tui::model::paper;
use crate::tui::run::Signals;
use crate::tui::terminal::{self, Terminal};
use crossterm::event::EventStream;
use futures::StreamExt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::sleep;

/// What the browser cannot do itself. It may take its time: it is called where nobody waits.
pub trait Shelf: Send + Sync + 'static {
    /// Writes the document of the session in `folder`; says where it is.
    ///
    /// # Errors
    /// Why not, in words.
    fn export(&self, folder: &Path, format: &str) -> Result<String, String>;

    /// Makes another session of the one in `folder`; says what to tell, and where it is.
    ///
    /// # Errors
    /// Why not, in words.
    fn fork(&self, folder: &Path) -> Result<(String, PathBuf), String>;
}

/// What the browser is shown from.
pub struct Stage {
    /// The folder of sessions.
    pub sessions: PathBuf,
    /// What it cannot do itself.
    pub shelf: Arc<dyn Shelf>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Runs the browser until something is chosen.
///
/// # Errors
/// When the terminal cannot be read or written.
pub async fn run(browser: &mut Browser, stage: &Stage, terminal: &mut Terminal) -> io::Result<Chosen> {
    let (answers, mut inbox) = unbounded_channel();
    let mut signals = Signals::new()?;
    let mut keys = EventStream::new();
    let size = terminal.size();
    browser.size = (size.width, size.height);
    browser.loading = None;
    carry_out(stage, Effect::List, &answers);
    loop {
        let now = stage.clock.now();
        browser.prepare(now);
        terminal.draw(|frame| draw(browser, frame))?;
        let wake = browser.next_wakeup(now);
        let msg = tokio::select! {
            biased;
            _ = signals.term.recv() => return Ok(Chosen::Nothing),
            _ = signals.hup.recv() => return Ok(Chosen::Nothing),
            _ = signals.int.recv() => return Ok(Chosen::Nothing),
            _ = signals.tstp.recv() => suspend(terminal, true)?,
            _ = signals.cont.recv() => suspend(terminal, false)?,
            event = keys.next() => {
                let Some(event) = event else { return Ok(Chosen::Nothing) };
                match input::read(event?) {
                    Some(input) => Msg::Input(input),
                    None => continue,
                }
            }
            Some(msg) = inbox.recv() => msg,
            () = sleep(wake.unwrap_or_default()), if wake.is_some() => Msg::Tick,
        };
        for effect in update(browser, msg, stage.clock.now()) {
            match effect {
                Effect::Leave(chosen) => return Ok(chosen),
                Effect::Redraw => terminal.redraw_all()?,
                Effect::Suspend => drop(suspend(terminal, true)?),
                effect => carry_out(stage, effect, &answers),
            }
        }
    }
}

/// Sleeps, where it is to, and is there again.
fn suspend(terminal: &mut Terminal, sleeps: bool) -> io::Result<Msg> {
    if sleeps {
        terminal.leave();
        terminal::stop_here();
    }
    terminal.enter()?;
    let size = terminal.size();
    Ok(Msg::Input(input::Input::Resize(size.width, size.height)))
}

/// Does aside what takes time, and lets the answer come as a message.
fn carry_out(stage: &Stage, effect: Effect, answers: &UnboundedSender<Msg>) {
    let (shelf, sessions, answers) = (Arc::clone(&stage.shelf), stage.sessions.clone(), answers.clone());
    tokio::task::spawn_blocking(move || {
        let msg = match effect {
            Effect::List => Msg::Listed(crate::journal::catalog::list(&sessions).map_err(|e| e.to_string())),
            Effect::Preview(folder) => {
                let text = document(&folder);
                Msg::Previewed { folder, text }
            }
            Effect::Export(folder, format) => {
                Msg::Done(shelf.export(&folder, format).map(|told| Done { told, made: Some(folder) }))
            }
            Effect::Fork(folder) => Msg::Done(shelf.fork(&folder).map(|(told, made)| Done { told, made: Some(made) })),
            Effect::Remove(folder) => Msg::Done(remove(&folder)),
            Effect::Redraw | Effect::Suspend | Effect::Leave(_) => return,
        };
        // Nobody is there to hear it where the browser was left meanwhile.
        let _ = answers.send(msg);
    });
}

/// The document of a session as far as its journal is sound, with what is wrong with the rest before it.
fn document(folder: &Path) -> Result<String, String> {
    let source = replay::open(folder).map_err(|e| format!("{e}: {}", e.hint()))?;
    let notices = source.notices.iter().map(|n| format!("> {}: {}\n\n", n.what, n.hint));
    let text = paper::text(source.timeline.latest())?;
    Ok(notices.collect::<String>() + &text)
}

fn remove(folder: &Path) -> Result<Done, String> {
    let to = crate::journal::catalog::trash(folder).map_err(|e| format!("{e}: {}", e.hint()))?;
    Ok(Done { told: super::update::removed(&to), made: None })
}
