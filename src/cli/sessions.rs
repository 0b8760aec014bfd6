//! `conclave sessions`: what there is.

use super::args::{Common, SessionsArgs};
use super::error::{CommandError, Exit, tame};
use super::places;
use super::stage::{journal_error, note, say};
use crate::journal::{Listed, catalog};

pub(super) fn run(common: &Common, args: &SessionsArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let folder = places::sessions(&settings)?;
    let listed = catalog::list(&folder).map_err(journal_error)?;
    if args.json {
        let json = serde_json::to_string_pretty(&listed).map_err(|e| CommandError::fault("the list cannot be written as JSON").because(&e))?;
        say(&json);
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
            let topic: String = summary.topic.chars().map(|c| if c == '\n' { ' ' } else { c }).take(70).collect();
            format!(
                "{}  {:<12} {:>3} entries {:>2} waves {cost:>7}  {}\n    {topic}",
                summary.opened.format("%Y-%m-%d %H:%M"),
                summary.state.as_str(),
                summary.entries,
                summary.waves,
                session.id,
            )
        }
        Err(fault) => format!("????-??-?? ??:??  unreadable   {}\n    {fault}", session.id),
    }
}
