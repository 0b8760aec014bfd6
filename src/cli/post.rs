//! `conclave post`: says something to a session that runs, whoever watches it.

use super::args::{Common, PostArgs};
use super::error::{CommandError, Exit};
use super::lines::{say, tame};
use super::places;
use super::stage::journal_error;
use crate::door::{Closed, Request, Visitor};
use crate::journal::catalog;
use crate::protocol::Target;
use crate::room::{Granted, Refused, Say};
use serde_json::json;
use std::path::Path;

pub(super) async fn run(common: &Common, args: PostArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let sessions = places::sessions(&settings)?;
    let folder = catalog::resolve(&sessions, Some(&args.session)).map_err(journal_error)?;
    let visitor = Visitor::knock(&folder).await.map_err(|closed| nobody_opens(&folder, &closed))?;
    let json = args.json;
    let granted = visitor.line().ask(Request::Say(in_words(args))).await.map_err(|refused| unsayable(&refused))?;
    let entry = match granted {
        Granted::Entry(number) => Some(number),
        Granted::Held | Granted::Done => None,
    };
    if json {
        say(&json!({ "posted": { "folder": folder, "entry": entry, "held": entry.is_none() } }).to_string());
    } else {
        let told = entry.map(|number| format!("It is {number} in the log."));
        say(&tame(&told.unwrap_or_else(|| "It comes into the log when the turn that is under way ends.".to_owned())));
    }
    Ok(Exit::Done)
}

fn in_words(args: PostArgs) -> Say {
    let PostArgs { text, to, about, answer, decide, session: _, json: _ } = args;
    match (to, answer, decide) {
        (Some(to), ..) => Say::Ask { to, about: about.unwrap_or(Target::Framework), text },
        (None, Some(question), _) => Say::Answer { question, text },
        (None, None, true) => Say::Decide { text },
        (None, None, false) => Say::Direct { text },
    }
}

/// The error for a session whose door nobody opens.
pub(super) fn nobody_opens(folder: &Path, closed: &Closed) -> CommandError {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match closed {
        Closed::Nobody { .. } => CommandError::usage(format!("nobody runs {name} now"))
            .hint(format!("go on with it and say it first: conclave resume {name} --say \"…\"")),
        Closed::Stranger { .. } | Closed::Io { .. } => CommandError::fault(format!("{name} cannot be spoken to"))
            .because(closed)
            .hint("see whether it still runs: conclave sessions"),
    }
}

fn unsayable(refused: &Refused) -> CommandError {
    let mut error = CommandError::usage("this cannot be said now");
    for reason in &refused.reasons {
        error = error.cause(reason);
    }
    error.hint("conclave post --help tells what can be said; the log tells which questions are open")
}
