//! What a person types: one verb a file, and the one place where errors become words for people.
//!
//! `cli` introduces the floors to each other: settings become voices, voices and a journal become a room, the room's
//! journal becomes lines, a document, an exit code. Nothing below knows that there is a command line.

mod agents;
pub mod args;
mod browse;
mod debate;
mod diff;
mod doctor;
mod dress;
mod error;
mod export;
mod fork;
pub mod host;
mod inputs;
mod lines;
mod logfile;
pub mod logging;
mod outcome;
mod places;
mod plain;
mod post;
mod project;
mod projection;
mod replay;
mod resume;
mod screen;
mod sessions;
mod stage;
mod table;
mod verify;
mod voices;
mod watch;

pub use error::{CommandError, Exit};

use args::{Cli, Verb};

/// Carries out one command line and says how it ended.
pub fn run(cli: Cli) -> Exit {
    let json = cli.verb.wants_json();
    if cli.common.host {
        host::leave_terminal();
    }
    let done =
        match cli.verb {
            Verb::Debate(args) if on_screen(&cli.common, &args.output) => runtime()
                .and_then(|rt| rt.block_on(screen::hosted(&cli.common, &args.output.screen, screen::arguments()))),
            Verb::Resume(args) if on_screen(&cli.common, &args.output) => runtime()
                .and_then(|rt| rt.block_on(screen::hosted(&cli.common, &args.output.screen, screen::arguments()))),
            Verb::Watch(args) => runtime().and_then(|rt| rt.block_on(watch::run(&cli.common, &args))),
            Verb::Fork(args) if !args.no_run && on_screen(&cli.common, &args.output) => runtime()
                .and_then(|rt| rt.block_on(screen::hosted(&cli.common, &args.output.screen, screen::arguments()))),
            Verb::Fork(args) => runtime().and_then(|rt| rt.block_on(fork::run(&cli.common, *args))),
            Verb::Replay(args) => runtime().and_then(|rt| rt.block_on(replay::run(&cli.common, &args))),
            Verb::Diff(args) => diff::run(&cli.common, &args),
            Verb::Keys => keys(&cli.common),
            Verb::Debate(args) => runtime().and_then(|rt| rt.block_on(debate::run(&cli.common, *args))),
            Verb::Resume(args) => runtime().and_then(|rt| rt.block_on(resume::run(&cli.common, *args))),
            Verb::Agents(args) => agents::run(&cli.common, &args),
            Verb::Post(args) => runtime().and_then(|rt| rt.block_on(post::run(&cli.common, args))),
            Verb::Sessions(args) => sessions::run(&cli.common, &args),
            Verb::Export(args) => export::run(&cli.common, &args),
            Verb::Verify(args) => verify::run(&cli.common, &args),
            Verb::Doctor(args) => runtime().and_then(|rt| rt.block_on(doctor::run(&cli.common, *args))),
        };
    done.unwrap_or_else(|error| {
        error.print(json);
        error.exit()
    })
}

fn on_screen(common: &args::Common, output: &args::OutputArgs) -> bool {
    !common.host && screen::is_wanted(output)
}

fn keys(common: &args::Common) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let dress = dress::Dress::of(&settings, &args::ScreenArgs::default())?;
    lines::say(&crate::tui::keymap::page(&dress.options().keymap));
    Ok(Exit::Done)
}

/// Two workers: one for the debate, one for whoever writes to the terminal.
fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| CommandError::fault("the program cannot start its tasks").because(&e))
}
