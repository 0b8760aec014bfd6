//! `conclave agents`: who could sit down, from which file; what was repaired or skipped, and why.

use super::args::{AgentsArgs, AgentsVerb, CheckArgs, Common, SaveArgs};
use super::error::{CommandError, Exit};
use super::lines::{note, say, tame};
use super::places::{self, config_error};
use super::table;
use crate::agent::definition::{Loaded, naming};
use crate::agent::roster::{self, Wanted};
use crate::agent::search::{self, Agents, Duplicate, Found, Outcome};
use crate::config::{Roster, save_roster};
use serde_json::{Value, json};
use std::path::Path;

/// Longest description in the table, in characters.
const SHOWN: usize = 60;

pub(super) fn run(common: &Common, args: &AgentsArgs) -> Result<Exit, CommandError> {
    match &args.what {
        None => list(common, args),
        Some(AgentsVerb::Check(check)) => self::check(common, args, check),
        Some(AgentsVerb::Save(save)) => self::save(common, args, save),
    }
}

fn list(common: &Common, args: &AgentsArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let agents = table::agents(&settings, &args.agents)?;
    let duplicates = agents.duplicates();
    if args.json {
        let files: Vec<Value> = agents.found.iter().map(as_json).collect();
        let rosters: serde_json::Map<String, Value> = settings
            .rosters
            .iter()
            .map(|(n, r)| (n.clone(), json!({ "seats": r.value.seats, "supervisor": r.value.supervisor })))
            .collect();
        say(&format!("{:#}", json!({ "agents": files, "duplicates": duplicates, "rosters": rosters })));
        return Ok(Exit::Done);
    }
    for line in rows(&agents.found, &duplicates) {
        say(&tame(&line));
    }
    for duplicate in &duplicates {
        note(&format!(
            "{} is there twice: {} answers to it, {} does not",
            duplicate.name, duplicate.won, duplicate.lost
        ));
    }
    let skipped: Vec<&Found> = agents.found.iter().filter(|f| f.loaded().is_none()).collect();
    if !skipped.is_empty() {
        note(&format!("{} files were skipped; conclave agents check says why", skipped.len()));
    }
    who_sits_down(&settings, &agents);
    Ok(Exit::Done)
}

/// The table that a debate would have with these settings, and the rosters beside it.
fn who_sits_down(settings: &crate::config::Settings, agents: &Agents) {
    let wanted = table::wanted(settings, None, None, &[]);
    let supervisor = table::supervisor(settings, None, None);
    let set = wanted.and_then(|w| roster::table(agents, &w, &supervisor, &table::here()).map_err(table::refused));
    match set {
        Ok(set) => {
            let seats: Vec<String> = set.seats.iter().map(|s| format!("{} ({})", s.tag, s.speaker.name)).collect();
            note(&format!("A debate would be between {}; led by {}.", seats.join(", "), set.supervisor.name));
        }
        Err(error) => error.print(false),
    }
    for (name, roster) in &settings.rosters {
        note(&format!("--roster {name}: {}", roster.value.seats.join(", ")));
    }
}

fn rows(found: &[Found], duplicates: &[Duplicate]) -> Vec<String> {
    let usable: Vec<(&Found, &Loaded)> = found.iter().filter_map(|f| f.loaded().map(|l| (f, l))).collect();
    let width = |text: &dyn Fn(&(&Found, &Loaded)) -> usize| usable.iter().map(text).max().unwrap_or(0).min(48);
    let names = width(&|(_, l)| l.definition.name.chars().count());
    let files = width(&|(f, _)| f.shown.chars().count());
    let row = |(found, loaded): &(&Found, &Loaded)| {
        let definition = &loaded.definition;
        let hidden = duplicates.iter().any(|d| d.lost == found.shown);
        let state = match (definition.disabled, hidden, loaded.repairs.is_empty()) {
            (true, _, _) => "disabled",
            (_, true, _) => "hidden",
            (_, _, false) => "repaired",
            _ => "loaded",
        };
        let about: String =
            definition.description.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
        format!("{:<names$}  {:<16} {state:<9} {:<files$}  {about}", definition.name, tag(loaded), found.shown)
    };
    usable.iter().map(row).collect()
}

/// The tag it would have, were nobody else there.
fn tag(loaded: &Loaded) -> String {
    let definition = &loaded.definition;
    if definition.name == roster::SUPERVISOR {
        return "(leads)".to_owned();
    }
    definition.tag.clone().unwrap_or_else(|| naming::tag(&definition.name)).to_string()
}

fn check(common: &Common, args: &AgentsArgs, check: &CheckArgs) -> Result<Exit, CommandError> {
    if let Some(missing) = check.paths.iter().find(|p| !p.exists()) {
        return Err(CommandError::usage(format!("there is no file and no folder {}", missing.display()))
            .hint("conclave agents check takes definitions, or folders of them; without any it checks every place it searches"));
    }
    let (found, duplicates) = if check.paths.is_empty() {
        let settings = places::settings(common, None, None)?;
        let agents = table::agents(&settings, &args.agents)?;
        let duplicates = agents.duplicates();
        (agents.found, duplicates)
    } else {
        let agents = Agents { found: search::check(&check.paths, &table::here()) };
        let duplicates = agents.duplicates();
        (agents.found, duplicates)
    };
    if args.json {
        let files: Vec<Value> = found.iter().map(as_json).collect();
        say(&format!("{:#}", json!({ "files": files, "duplicates": duplicates })));
        return Ok(Exit::Done);
    }
    found.iter().flat_map(lines).for_each(|line| say(&tame(&line)));
    for duplicate in &duplicates {
        say(&tame(&format!("duplicate {}: {} wins, {} is hidden", duplicate.name, duplicate.won, duplicate.lost)));
    }
    let repaired = found.iter().filter(|f| f.loaded().is_some_and(|l| !l.repairs.is_empty())).count();
    let skipped = found.iter().filter(|f| f.loaded().is_none()).count();
    let loaded = found.len() - repaired - skipped;
    note(&format!(
        "{} files: {loaded} loaded, {repaired} repaired, {skipped} skipped; {} duplicate names",
        found.len(),
        duplicates.len()
    ));
    Ok(Exit::Done)
}

/// What became of one file, with all that is to be said of it.
fn lines(found: &Found) -> Vec<String> {
    match &found.outcome {
        Outcome::Skipped { line, reason } => {
            vec![format!("skipped   {}", found.shown), format!("            line {line}: {reason}")]
        }
        Outcome::Loaded(loaded) => {
            let state = if loaded.repairs.is_empty() { "loaded" } else { "repaired" };
            let definition = &loaded.definition;
            let mut lines = vec![format!(
                "{state:<9} {}  {} → {} ({})",
                found.shown,
                definition.name,
                tag(loaded),
                definition.dialect
            )];
            lines.extend(loaded.repairs.iter().map(|n| format!("            {n}")));
            lines.extend(loaded.warnings.iter().map(|n| format!("            warning, {n}")));
            let (_, missing) = found.body_with_includes();
            lines.extend(missing.iter().map(|m| format!("            warning: {m}")));
            if definition.disabled {
                lines.push("            it says disable: true and sits down only when its file is named".to_owned());
            }
            if let Some(model) = roster::named_model(definition) {
                lines.push(format!("            its model '{model}' is not used: --model and --seat say who speaks"));
            }
            lines
        }
    }
}

fn as_json(found: &Found) -> Value {
    let file = json!({ "file": found.shown, "built_in": found.path.is_none() });
    let more = match &found.outcome {
        Outcome::Skipped { line, reason } => json!({ "status": "skipped", "line": line, "reason": reason }),
        Outcome::Loaded(loaded) => json!({
            "status": if loaded.repairs.is_empty() { "loaded" } else { "repaired" },
            "seat": tag(loaded),
            "definition": loaded.definition,
            "repairs": loaded.repairs,
            "warnings": loaded.warnings,
            "missing": found.body_with_includes().1,
        }),
    };
    match (file, more) {
        (Value::Object(mut file), Value::Object(more)) => {
            file.extend(more);
            Value::Object(file)
        }
        (file, _) => file,
    }
}

fn save(common: &Common, args: &AgentsArgs, save: &SaveArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let agents = table::agents(&settings, &args.agents)?;
    let wanted = table::wanted(&settings, save.seats.as_ref().map(|s| s.0.as_slice()), None, &save.seat)?;
    let supervisor = table::supervisor(&settings, save.supervisor.as_deref(), None);
    // What is saved must be able to sit down.
    let set = roster::table(&agents, &wanted, &supervisor, &table::here()).map_err(table::refused)?;
    let roster = Roster { seats: wanted.iter().map(Wanted::to_string).collect(), supervisor: save.supervisor.clone() };
    let path = Path::new(crate::config::FILE);
    let replaced = save_roster(path, &save.name, &roster).map_err(config_error)?;
    let tags: Vec<&str> = set.seats.iter().map(|s| s.tag.as_str()).collect();
    let how = if replaced { "replaced" } else { "saved" };
    note(&format!("The roster {} is {how} in {}: {}.", save.name, path.display(), tags.join(", ")));
    note(&format!("Use it: conclave debate \"…\" --roster {}", save.name));
    Ok(Exit::Done)
}
