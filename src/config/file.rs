//! `conclave.toml` as a layer of settings.
//!
//! ```toml
//! model = "gpt-5"
//! seats = ["backend", "security"]
//! [limits]
//! max_time = "30m"
//! [seat.SECURITY]
//! model = "o4"
//! [price."gpt-5"]
//! prompt = 1.25
//! completion = 10
//! [context]
//! "qwen3:8b" = 16384
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::{Environment, text_of};
use super::error::ConfigError;
use super::key::{ApiKey, parse_key};
use super::origin::Sourced;
use super::pace::Pace;
use super::partial::{Partial, PartialEndpoint, PartialLimits, PartialTimeouts, SeatSettings};
use super::price::{MicroDollars, Price};
use super::roster::{Roster, parse_roster_name, parse_seat};
use super::section::{Section, Source, decimal_text, shown_key, whole_number};
use super::value::{BadValue, Temperature, parse_duration, parse_model, parse_tag, seat_names};

/// Whose file it is, and with that what it may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The working folder's: perhaps a stranger's.
    Project,
    /// The user's own.
    User,
}

/// Largest file that is read, in bytes.
pub(super) const LIMIT: u64 = 256 * 1024;

const TOP: &[&str] = &[
    "model",
    "base_url",
    "api_key",
    "api_key_env",
    "api_key_cmd",
    "sessions",
    "project",
    "prompts",
    "log",
    "seats",
    "seed",
    "pace",
    "seat",
    "supervisor",
    "limits",
    "endpoint",
    "roster",
    "price",
    "context",
    "keys",
];
const SEAT: &[&str] = &["model", "base_url", "api_key_env", "agent"];
const LIMITS: &[&str] = &["max_waves", "max_tokens", "max_cost", "max_time", "max_mediations", "escalation_timeout"];
const ENDPOINT: &[&str] = &["max_parallel", "retries", "timeouts", "max_output_tokens", "context", "temperature"];
const TIMEOUTS: &[&str] = &["first_token", "idle", "whole"];
const ROSTER: &[&str] = &["seats", "supervisor"];
const PRICE: &[&str] = &["prompt", "cached", "completion"];

const TABLE: &str = "a table, with its name in brackets on a line of its own";
const SEAT_LIST: &str = "a list of names, such as [\"backend\", \"security\"]";
const COUNT: &str = "a whole number, 1 or more";
const COUNT_OR_NONE: &str = "a whole number, 0 or more";

/// Reads the layer; an empty one where there is no such file.
pub(super) fn read(path: &Path, owner: Owner, env: &Environment<'_>) -> Result<Partial, ConfigError> {
    let Some(text) = text_at(path)? else { return Ok(Partial::default()) };
    let source = Source { path, text: &text };
    let table = DeTable::parse(&text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: source.line(error.span().map_or(0, |span| span.start)),
        // Only the message: the error's full text quotes the line, and the line may hold a key.
        message: error.message().replace('\n', ", "),
    })?;
    Reader { source: &source, owner, env }.top(table.get_ref())
}

fn text_at(path: &Path) -> Result<Option<String>, ConfigError> {
    let failed = |source| ConfigError::Read { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut text = String::new();
    file.take(LIMIT + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LIMIT {
        return Err(ConfigError::TooLarge { path: path.to_owned(), limit: LIMIT });
    }
    Ok(Some(text))
}

struct Reader<'a> {
    source: &'a Source<'a>,
    owner: Owner,
    env: &'a Environment<'a>,
}

impl<'a> Reader<'a> {
    fn top(&self, table: &'a DeTable<'a>) -> Result<Partial, ConfigError> {
        let top = self.section(table, String::new(), TOP)?;
        Ok(Partial {
            model: top.text("model", parse_model)?,
            base_url: top.text("base_url", str::parse)?,
            api_key: self.api_key(&top)?,
            sessions: top.text("sessions", |text| self.folder(text))?,
            project: top.text("project", |text| self.project(text))?,
            prompts: top.text("prompts", |text| self.folder(text))?,
            log: top.text("log", |text| Ok(text.trim().to_owned()))?,
            seats: top.value("seats", seat_list)?,
            seat: self.seats(&top)?,
            supervisor: match top.table("supervisor")? {
                Some(table) => self.seat(table, "supervisor.".into())?,
                None => SeatSettings::default(),
            },
            limits: self.limits(&top)?,
            endpoint: self.endpoint(&top)?,
            rosters: self.rosters(&top)?,
            prices: self.prices(&top)?,
            contexts: self.contexts(&top)?,
            seed: top.whole("seed", COUNT_OR_NONE)?,
            probe: None,
            pace: top.value("pace", pace)?,
            keys: self.keys(&top)?,
        })
    }

    fn section(&self, table: &'a DeTable<'a>, prefix: String, known: &[&str]) -> Result<Section<'a>, ConfigError> {
        Section::new(self.source, table, prefix, known, table_for)
    }

    fn seats(&self, top: &Section<'a>) -> Result<BTreeMap<String, SeatSettings>, ConfigError> {
        let mut seats = BTreeMap::new();
        let Some(tables) = top.table("seat")? else { return Ok(seats) };
        for (key, value) in tables {
            let wrong =
                |expected, found: &str| self.wrong(&format!("seat.{}", shown_key(key.get_ref())), key, expected, found);
            let tag = parse_tag(key.get_ref()).map_err(|bad| wrong(bad.expected, "this name"))?;
            let table = value.get_ref().as_table().ok_or_else(|| wrong(TABLE, value.get_ref().type_str()))?;
            let seat = self.seat(table, format!("seat.{tag}."))?;
            if seats.insert(tag, seat).is_some() {
                return Err(wrong("the only table for its seat", "one of two that differ in case"));
            }
        }
        Ok(seats)
    }

    fn seat(&self, table: &'a DeTable<'a>, prefix: String) -> Result<SeatSettings, ConfigError> {
        let seat = self.section(table, prefix, SEAT)?;
        Ok(SeatSettings {
            model: seat.text("model", parse_model)?,
            base_url: seat.text("base_url", str::parse)?,
            api_key: self.key_variable(&seat)?,
            agent: seat.text("agent", parse_model)?,
        })
    }

    /// Which actions there are is the screen's to know: a name that is none is told when the screen reads them.
    fn keys(&self, top: &Section<'a>) -> Result<BTreeMap<String, Sourced<Vec<String>>>, ConfigError> {
        let Some(table) = top.table("keys")? else { return Ok(BTreeMap::new()) };
        let names: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
        let section = self.section(table, "keys.".into(), &names)?;
        let mut keys = BTreeMap::new();
        for name in names {
            if let Some(given) = section.value(name, key_list)? {
                keys.insert(name.to_owned(), given);
            }
        }
        Ok(keys)
    }

    fn limits(&self, top: &Section<'a>) -> Result<PartialLimits, ConfigError> {
        let Some(table) = top.table("limits")? else { return Ok(PartialLimits::default()) };
        let limits = self.section(table, "limits.".into(), LIMITS)?;
        Ok(PartialLimits {
            max_waves: limits.whole("max_waves", COUNT)?,
            max_tokens: limits.whole("max_tokens", COUNT)?,
            max_cost: limits.value("max_cost", dollars)?,
            max_time: limits.text("max_time", parse_duration)?,
            max_mediations: limits.whole("max_mediations", COUNT_OR_NONE)?,
            escalation_timeout: limits.text("escalation_timeout", parse_duration)?,
        })
    }

    fn endpoint(&self, top: &Section<'a>) -> Result<PartialEndpoint, ConfigError> {
        let Some(table) = top.table("endpoint")? else { return Ok(PartialEndpoint::default()) };
        let endpoint = self.section(table, "endpoint.".into(), ENDPOINT)?;
        Ok(PartialEndpoint {
            max_parallel: endpoint.whole("max_parallel", COUNT)?,
            retries: endpoint.whole("retries", COUNT_OR_NONE)?,
            timeouts: self.timeouts(&endpoint)?,
            max_output_tokens: endpoint.whole("max_output_tokens", COUNT)?,
            context: endpoint.whole("context", COUNT)?,
            temperature: endpoint
                .value("temperature", |value| decimal_text(value).ok_or(Temperature::BAD)?.parse::<Temperature>())?,
        })
    }

    fn timeouts(&self, endpoint: &Section<'a>) -> Result<PartialTimeouts, ConfigError> {
        let Some(table) = endpoint.table("timeouts")? else { return Ok(PartialTimeouts::default()) };
        let timeouts = self.section(table, "endpoint.timeouts.".into(), TIMEOUTS)?;
        Ok(PartialTimeouts {
            first_token: timeouts.value("first_token", seconds)?,
            idle: timeouts.value("idle", seconds)?,
            whole: timeouts.value("whole", seconds)?,
        })
    }

    fn rosters(&self, top: &Section<'a>) -> Result<BTreeMap<String, Sourced<Roster>>, ConfigError> {
        let mut rosters = BTreeMap::new();
        let Some(tables) = top.table("roster")? else { return Ok(rosters) };
        for (key, value) in tables {
            let shown = format!("roster.{}", shown_key(key.get_ref()));
            let name =
                parse_roster_name(key.get_ref()).map_err(|bad| self.wrong(&shown, key, bad.expected, "this name"))?;
            let table = value.get_ref().as_table();
            let table = table.ok_or_else(|| self.wrong(&shown, key, TABLE, value.get_ref().type_str()))?;
            let section = self.section(table, format!("{shown}."), ROSTER)?;
            let seats = section.value("seats", seat_list)?;
            let seats = seats.ok_or_else(|| self.wrong(&format!("{shown}.seats"), key, SEAT_LIST, "left out"))?.value;
            let supervisor = section.text("supervisor", parse_seat)?.map(|s| s.value);
            rosters.insert(name, Sourced::file(self.source.path, Roster { seats, supervisor }));
        }
        Ok(rosters)
    }

    fn prices(&self, top: &Section<'a>) -> Result<BTreeMap<String, Sourced<Price>>, ConfigError> {
        let mut prices = BTreeMap::new();
        let Some(tables) = top.table("price")? else { return Ok(prices) };
        for (key, value) in tables {
            let name = format!("price.{}", shown_key(key.get_ref()));
            let model = parse_model(key.get_ref()).map_err(|bad| self.wrong(&name, key, bad.expected, "this name"))?;
            let table = value.get_ref().as_table();
            let table = table.ok_or_else(|| self.wrong(&name, key, TABLE, value.get_ref().type_str()))?;
            let section = self.section(table, format!("{name}."), PRICE)?;
            let amount = |part: &str| Ok(section.value(part, dollars)?.map(|amount| amount.value));
            let missing =
                |part: &str| self.wrong(&format!("{name}.{part}"), key, MicroDollars::BAD.expected, "left out");
            let prompt = amount("prompt")?.ok_or_else(|| missing("prompt"))?;
            let completion = amount("completion")?.ok_or_else(|| missing("completion"))?;
            let cached = amount("cached")?.unwrap_or(prompt);
            prices.insert(model, Sourced::file(self.source.path, Price { prompt, cached, completion }));
        }
        Ok(prices)
    }

    /// How many tokens models hold: a model's name and a number each.
    fn contexts(&self, top: &Section<'a>) -> Result<BTreeMap<String, Sourced<NonZeroU32>>, ConfigError> {
        let mut contexts = BTreeMap::new();
        let Some(table) = top.table("context")? else { return Ok(contexts) };
        for (key, value) in table {
            let name = format!("context.{}", shown_key(key.get_ref()));
            let model = parse_model(key.get_ref()).map_err(|bad| self.wrong(&name, key, bad.expected, "this name"))?;
            let tokens = whole_number(value.get_ref()).and_then(|n| NonZeroU32::new(u32::try_from(n).ok()?));
            let tokens = tokens.ok_or_else(|| self.wrong(&name, key, COUNT, value.get_ref().type_str()))?;
            contexts.insert(model, Sourced::file(self.source.path, tokens));
        }
        Ok(contexts)
    }

    /// The key of the top table, in whichever of its three forms.
    fn api_key(&self, top: &Section<'a>) -> Result<Option<Sourced<ApiKey>>, ConfigError> {
        let path = || self.source.path.to_owned();
        let forms = ["api_key", "api_key_env", "api_key_cmd"].into_iter().filter(|form| top.has(form)).count();
        if forms > 1 {
            let form = if top.has("api_key") { "api_key" } else { "api_key_env" };
            return Err(ConfigError::SeveralKeys { path: path(), line: top.line_of(form) });
        }
        if self.owner == Owner::Project && top.has("api_key_cmd") {
            return Err(ConfigError::CommandInProject { path: path(), line: top.line_of("api_key_cmd") });
        }
        if let Some(key) = top.text("api_key", ApiKey::given)? {
            return Ok(Some(key));
        }
        if let Some(command) = top.text("api_key_cmd", parse_command)? {
            return Ok(Some(command));
        }
        self.key_variable(top)
    }

    /// The key in the variable that `api_key_env` names. Whether the variable is set matters only when it is used.
    fn key_variable(&self, section: &Section<'a>) -> Result<Option<Sourced<ApiKey>>, ConfigError> {
        let Some(name) = section.text("api_key_env", parse_variable_name)? else { return Ok(None) };
        let text = text_of(self.env, &name.value)?;
        let value = text.map(|text| parse_key(&text)).transpose();
        let value = value.map_err(|source| ConfigError::Variable { name: name.value.clone(), source })?;
        Ok(Some(name.map(|name| ApiKey::Variable { name, value })))
    }

    /// A folder named in the file: `~/` is the home folder, anything else relative starts at the file's own folder.
    fn folder(&self, text: &str) -> Result<PathBuf, BadValue> {
        let text = text.trim();
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(BadValue::new("the path of a folder"));
        }
        if let Some(below) = text.strip_prefix("~/") {
            let home = (self.env)("HOME").filter(|home| !home.is_empty());
            return home
                .map(|home| Path::new(&home).join(below))
                .ok_or(BadValue::new("a path without ~, as HOME is not set"));
        }
        Ok(self.source.path.parent().unwrap_or(Path::new("")).join(text))
    }

    /// The folder that seats may look at. A stranger's file may only open its own folder to them, not the user's home.
    fn project(&self, text: &str) -> Result<PathBuf, BadValue> {
        let folder = self.folder(text)?;
        let own = self.source.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let within = match (folder.canonicalize(), own.canonicalize()) {
            (Ok(folder), Ok(own)) => folder.starts_with(own),
            // It is not there, and opening it will say so.
            _ => folder.starts_with(own) && !text.contains(".."),
        };
        match self.owner {
            Owner::Project if !within => {
                Err(BadValue::new("a folder within that of this file (another: --project DIR)"))
            }
            Owner::Project | Owner::User => Ok(folder),
        }
    }

    fn wrong<T>(&self, key: &str, at: &Spanned<T>, expected: &'static str, found: &str) -> ConfigError {
        ConfigError::Value {
            path: self.source.path.to_owned(),
            line: self.source.line(at.span().start),
            key: key.to_owned(),
            expected,
            found: found.to_owned(),
        }
    }
}

/// The table a key belongs to, for those who put it into another. Names that several tables have are left out.
fn table_for(key: &str) -> Option<&'static str> {
    [("limits", LIMITS), ("endpoint", ENDPOINT), ("endpoint.timeouts", TIMEOUTS)]
        .into_iter()
        .find_map(|(table, keys)| keys.contains(&key).then_some(table))
}

fn dollars(value: &DeValue<'_>) -> Result<MicroDollars, BadValue> {
    decimal_text(value).ok_or(MicroDollars::BAD)?.parse()
}

/// A pace: one of its words, or a whole number of characters a second.
fn pace(value: &DeValue<'_>) -> Result<Pace, BadValue> {
    let number = whole_number(value).map(|number| number.to_string());
    number.as_deref().or(value.as_str()).unwrap_or_default().parse()
}

/// A time-out: a whole number of seconds, or a text with a unit.
fn seconds(value: &DeValue<'_>) -> Result<Duration, BadValue> {
    const BAD: BadValue = BadValue::new("a number of seconds, 1 or more, or a text such as \"2m\"");
    let text = whole_number(value).map(|number| format!("{number}s"));
    parse_duration(text.as_deref().or(value.as_str()).ok_or(BAD)?).map_err(|_| BAD)
}

fn seat_list(value: &DeValue<'_>) -> Result<Vec<String>, BadValue> {
    let bad = BadValue::new(SEAT_LIST);
    let items = value.as_array().ok_or(bad)?;
    let names: Vec<&str> = items.iter().map(|item| item.get_ref().as_str().ok_or(bad)).collect::<Result<_, _>>()?;
    seat_names(names.into_iter())
}

/// One key, or a list of them.
fn key_list(value: &DeValue<'_>) -> Result<Vec<String>, BadValue> {
    let bad = BadValue::new("a key, or a list of keys, such as [\"}\", \"Ctrl+N\"]");
    if let Some(one) = value.as_str() {
        return Ok(vec![one.to_owned()]);
    }
    let items = value.as_array().ok_or(bad)?;
    items.iter().map(|item| item.get_ref().as_str().map(str::to_owned).ok_or(bad)).collect()
}

fn parse_command(text: &str) -> Result<ApiKey, BadValue> {
    if text.trim().is_empty() || text.contains('\0') {
        return Err(BadValue::new("a command that prints the key"));
    }
    Ok(ApiKey::command(text))
}

/// The name of a variable. Upper case only: a key put here by mistake is then refused, and not shown as a missing name.
fn parse_variable_name(text: &str) -> Result<String, BadValue> {
    let shaped = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !shaped || text.len() > 100 || !text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') {
        return Err(BadValue::new("the name of a variable, such as MY_API_KEY, and not the key itself"));
    }
    Ok(text.to_owned())
}
