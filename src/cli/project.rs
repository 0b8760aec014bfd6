//! The project that seats may look at: opened, named in the opening, found again by a resumption.

use super::error::CommandError;
use super::lines::note;
use super::voices::Choice;
use crate::agent::workbench::{Checkout, Folder, Workbench, guides};
use crate::config::{Origin, Settings};
use crate::protocol::event::{ContextFile, Opening};
use crate::protocol::{Author, Project};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A project, ready to be looked at.
pub(super) struct Bench {
    /// What the opening says of it.
    pub project: Box<Project>,
    /// Its own words to agents, for all seats.
    pub guides: Vec<ContextFile>,
    /// What voices look with.
    pub workbench: Arc<Workbench>,
}

/// The project that the settings name, if they name one. `sessions` is never shown.
pub(super) fn open(settings: &Settings, sessions: &Path) -> Result<Option<Bench>, CommandError> {
    let Some(given) = &settings.project else { return Ok(None) };
    let folder = folder(&given.value, &[sessions.to_owned()])?;
    let checkout = Checkout::of(folder.root()).unwrap_or_default();
    let project = Box::new(Project {
        name: folder.name(),
        root: folder.root().to_string_lossy().into_owned(),
        revision: checkout.commit,
        forge: checkout.forge,
        within: checkout.within,
    });
    let (guides, refused) = guides(&folder);
    refused.iter().for_each(|told| note(told));
    Ok(Some(Bench { project, guides, workbench: Arc::new(Workbench::new(folder)) }))
}

/// The project of a session that goes on: where it was, or where a flag says that it is now.
pub(super) fn again(
    opening: &Opening,
    settings: &Settings,
    sessions: &[PathBuf],
) -> Result<Option<Arc<Workbench>>, CommandError> {
    let typed = settings.project.as_ref().filter(|p| matches!(p.origin, Origin::Flag(_)));
    let Some(project) = &opening.project else {
        return match typed {
            None => Ok(None),
            Some(_) => {
                Err(CommandError::usage("this session was opened without a project, and its seats know of none")
                    .hint("begin another one with --project, or leave it out"))
            }
        };
    };
    let at = typed.map_or_else(|| PathBuf::from(&project.root), |typed| typed.value.clone());
    let folder = folder(&at, sessions)
        .map_err(|error| if typed.is_some() { error } else { error.hint("say where it is now: --project DIR") })?;
    Ok(Some(Arc::new(Workbench::new(folder))))
}

fn folder(at: &Path, sessions: &[PathBuf]) -> Result<Folder, CommandError> {
    // The program's log can hold what was sent to others, word for word (--trace-bodies).
    let log = super::logging::path().and_then(|log| log.parent().map(Path::to_owned));
    let hidden: Vec<PathBuf> = sessions.iter().cloned().chain(log).collect();
    let folder = Folder::open(at, &hidden)
        .map_err(|e| CommandError::usage("the project cannot be looked at").because(&e).hint(e.hint()))?;
    // A journal holds what others have not revealed yet.
    let kept = |s: &PathBuf| s.canonicalize().is_ok_and(|s| folder.root().starts_with(s));
    if sessions.iter().any(kept) {
        return Err(
            CommandError::usage("the project lies where sessions are kept").hint("keep them elsewhere: --sessions DIR")
        );
    }
    Ok(folder)
}

/// The built-in panel argues from its catalogue and looks at nothing.
pub(super) fn tell_panel(choices: &[(Author, Choice)]) {
    if choices.iter().any(|(_, choice)| matches!(choice, Choice::Panel)) {
        note("The built-in panel does not look at the project: it argues from its catalogue.");
    }
}
