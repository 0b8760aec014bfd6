//! `conclave sessions`: what there is.

use super::args::{Common, SessionsArgs};
use super::error::{CommandError, Exit};
use super::lines::tame;
use super::lines::{note, say};
use super::places;
use super::stage::journal_error;
use crate::journal::{Listed, catalog};
use serde_json::{Value, json};

pub(super) fn run(common: &Common, args: &SessionsArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let folder = places::sessions(&settings)?;
    let listed = catalog::list(&folder).map_err(journal_error)?;
    if args.json {
        let json = serde_json::Value::from(listed.iter().map(as_json).collect::<Vec<_>>());
        say(&format!("{json:#}"));
        return Ok(Exit::Done);
    }
    if listed.is_empty() {
        note(&format!("There are no sessions in {}. Begin one: conclave debate \"…\"", folder.display()));
    }
    for session in &listed {
        say(&tame(&line(session)));
    }
    Ok(Exit::Done)
}

fn line(session: &Listed) -> String {
    match &session.summary {
        Ok(summary) => {
            let cost = summary.cost_nano.map_or("--".to_owned(), |nano| format!("${:.2}", nano as f64 / 1e9));
            let fork = summary.forked_from.as_ref().map(|from| format!(" (a fork of {from})")).unwrap_or_default();
            let topic: String = summary.topic.chars().map(|c| if c == '\n' { ' ' } else { c }).take(70).collect();
            format!(
                "{}  {:<12} {:>3} entries {:>2} waves {cost:>7}  {}{fork}\n    {topic}",
                summary.opened.format("%Y-%m-%d %H:%M"),
                session.state(),
                summary.entries,
                summary.waves,
                session.name,
            )
        }
        Err(fault) => format!("????-??-?? ??:??  unreadable   {}\n    {fault}", session.name),
    }
}

fn as_json(session: &Listed) -> Value {
    let summary = match &session.summary {
        Ok(summary) => summary,
        Err(fault) => return json!({ "session": session.name, "folder": session.folder, "fault": fault.to_string() }),
    };
    json!({
        "session": summary.session,
        "folder": session.folder,
        "forked_from": summary.forked_from,
        "topic": summary.topic,
        "state": session.state().replace(' ', "_"),
        "opened": summary.opened,
        "last": summary.last,
        "entries": summary.entries,
        "waves": summary.waves,
        "calls": summary.calls,
        "models": summary.models,
        "tokens": summary.tokens,
        "cost": summary.cost_nano.map(|nano| nano as f64 / 1e9),
        "journal_digest": summary.digest,
        "torn": summary.torn,
    })
}
