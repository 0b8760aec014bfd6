//! Who sits down: flags, rosters and settings become a list of definitions, and the definitions a table.

use super::args::{AgentArgs, DebateArgs};
use super::error::CommandError;
use super::lines::note;
use crate::agent::roster::{self, RosterError, Table, Wanted, Who};
use crate::agent::search::{self, Agents};
use crate::config::{Roster, SeatArg, Settings};
use crate::protocol::SeatTag;
use std::path::{Path, PathBuf};

/// The folder that relative paths start at.
pub(super) fn here() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

/// Every definition that can be named.
pub(super) fn agents(settings: &Settings, args: &AgentArgs) -> Result<Agents, CommandError> {
    if let Some(folder) = args.agents_dir.iter().find(|f| !f.is_dir()) {
        return Err(CommandError::usage(format!("there is no folder {}", folder.display()))
            .hint("--agents-dir takes a folder of agent definitions"));
    }
    let home = std::env::var_os("HOME").filter(|h| !h.is_empty()).map(PathBuf::from);
    let prompts = settings.prompts.as_ref().map(|p| p.value.as_path());
    let here = here();
    let given: Vec<PathBuf> = args.agents_dir.iter().map(|dir| here.join(dir)).collect();
    Ok(Agents::look(&search::places(&given, prompts, &here, home.as_deref())))
}

/// The table of a debate.
pub(super) fn set(settings: &Settings, args: &DebateArgs) -> Result<Table, CommandError> {
    let agents = agents(settings, &args.agents)?;
    let roster = args.roster.as_deref().map(|name| named_roster(settings, name)).transpose()?;
    let wanted = wanted(settings, args.seats.as_ref().map(|s| s.0.as_slice()), roster, &args.models.seat)?;
    let supervisor = supervisor(settings, args.supervisor.as_deref(), roster);
    let table = roster::table(&agents, &wanted, &supervisor, &here()).map_err(refused)?;
    for line in table.notes.iter().chain(&hidden(&agents, &wanted)) {
        note(line);
    }
    Ok(table)
}

/// A table of names and files alone, without a roster.
pub(super) fn of_names(
    settings: &Settings,
    seats: Option<&[String]>,
    files: &[SeatArg],
) -> Result<Table, CommandError> {
    let agents = agents(settings, &AgentArgs::default())?;
    let wanted = wanted(settings, seats, None, files)?;
    roster::table(&agents, &wanted, &supervisor(settings, None, None), &here()).map_err(refused)
}

pub(super) fn refused(error: RosterError) -> CommandError {
    CommandError::usage("this table cannot be set").because(&error).hint(error.hint())
}

/// The roster of a name.
pub(super) fn named_roster<'a>(settings: &'a Settings, name: &str) -> Result<&'a Roster, CommandError> {
    settings.rosters.get(name).map(|r| &r.value).ok_or_else(|| {
        let known: Vec<&str> = settings.rosters.keys().map(String::as_str).collect();
        let hint = match known.as_slice() {
            [] => "save one: conclave agents save NAME --seats backend,security".to_owned(),
            known => format!("there are: {}", known.join(", ")),
        };
        CommandError::usage(format!("there is no roster called '{name}'")).hint(hint)
    })
}

/// Who leads: the flag, else the roster, else the settings, else the built-in one.
pub(super) fn supervisor(settings: &Settings, flag: Option<&str>, roster: Option<&Roster>) -> Who {
    let of_roster = roster.and_then(|r| r.supervisor.as_deref());
    let of_settings = settings.supervisor.agent.as_ref().map(|a| a.value.as_str());
    Who::of(flag.or(of_roster).or(of_settings).unwrap_or(roster::SUPERVISOR))
}

/// Who is asked to sit down.
///
/// `--seats` or a roster says who; else the files given with `--seat`, unless each of them only replaces the definition of
/// somebody the settings name; else the settings. Files beyond that are added, in the order given.
pub(super) fn wanted(
    settings: &Settings,
    flag: Option<&[String]>,
    roster: Option<&Roster>,
    files: &[SeatArg],
) -> Result<Vec<Wanted>, CommandError> {
    let parsed =
        |names: &[String]| names.iter().map(|n| n.parse()).collect::<Result<Vec<Wanted>, _>>().map_err(refused);
    let files: Vec<(Option<SeatTag>, &Path)> =
        files.iter().filter_map(file).collect::<Result<_, _>>().map_err(refused)?;
    let usual = parsed(&settings.seats.value)?;
    let replaces =
        |(tag, _): &(Option<SeatTag>, &Path)| tag.as_ref().is_some_and(|t| usual.iter().any(|w| bears(w, t)));
    let mut table = match (flag, roster) {
        (Some(names), _) => parsed(names)?,
        (None, Some(roster)) => parsed(&roster.seats)?,
        (None, None) if files.is_empty() || files.iter().all(replaces) => usual,
        (None, None) => Vec::new(),
    };
    for want in &mut table {
        let of_settings =
            settings.seat.iter().find(|(tag, s)| s.agent.is_some() && tag.parse().is_ok_and(|t| bears(want, &t)));
        if let Some((tag, agent)) = of_settings.and_then(|(tag, s)| Some((tag.parse().ok()?, s.agent.as_ref()?))) {
            *want = Wanted { tag: Some(tag), who: Who::of(&agent.value) };
        }
    }
    let mut given: Vec<SeatTag> = Vec::new();
    for (tag, file) in files {
        let who = Who::File(file.to_owned());
        // A tag given to two files is refused when the table is set, and no second file takes the first one's place.
        let is_new = tag.as_ref().is_some_and(|t| !given.contains(t));
        given.extend(tag.clone());
        match table.iter_mut().find(|w| is_new && tag.as_ref().is_some_and(|t| bears(w, t))) {
            Some(seat) => *seat = Wanted { tag, who },
            None => table.push(Wanted { tag, who }),
        }
    }
    Ok(table)
}

fn file(seat: &SeatArg) -> Option<Result<(Option<SeatTag>, &Path), RosterError>> {
    let SeatArg::File { tag, file } = seat else { return None };
    let tag = tag.as_ref().map(|t| t.parse().map_err(|e| RosterError::Tag(format!("{e}")))).transpose();
    Some(tag.map(|tag| (tag, file.as_path())))
}

/// Whether somebody has this tag, or a name that is one.
fn bears(want: &Wanted, tag: &SeatTag) -> bool {
    match (&want.tag, &want.who) {
        (Some(own), _) => own == tag,
        (None, Who::Name(name)) => search::slug(name) == search::slug(tag.as_str()),
        (None, Who::File(_)) => false,
    }
}

/// Definitions of a name that was asked for, of which another won: worth a line, since both were meant by somebody. What is
/// built in is meant to be replaced.
fn hidden(agents: &Agents, wanted: &[Wanted]) -> Vec<String> {
    let asked =
        |name: &str| wanted.iter().any(|w| matches!(&w.who, Who::Name(n) if search::slug(n) == search::slug(name)));
    let all = agents.duplicates().into_iter().filter(|d| asked(&d.name));
    all.map(|d| format!("Two agents are called {}: {} sits down, {} does not.", d.name, d.won, d.lost)).collect()
}
