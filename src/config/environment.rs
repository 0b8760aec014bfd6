//! The environment as a layer of settings.

use std::ffi::OsString;
use std::path::PathBuf;

use super::error::ConfigError;
use super::key::ApiKey;
use super::origin::Sourced;
use super::partial::Partial;
use super::value::{BadValue, parse_model, parse_probe, parse_seat_names};

/// How a variable is looked up: `&|name| std::env::var_os(name)` in the program, a map in tests.
pub type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// Every variable that is read as a setting. Of two for the same thing Conclave's own comes first.
pub const VARIABLES: [&str; 11] = [
    "CONCLAVE_MODEL",
    "CONCLAVE_BASE_URL",
    "OPENAI_BASE_URL",
    "CONCLAVE_API_KEY",
    "OPENAI_API_KEY",
    "CONCLAVE_SESSIONS",
    "CONCLAVE_PROJECT",
    "CONCLAVE_PROMPTS",
    "CONCLAVE_SEATS",
    "CONCLAVE_LOG",
    "CONCLAVE_PROBE",
];

/// Reads the layer. A variable that is set to nothing or to blanks counts as not set.
pub(super) fn read(env: &Environment<'_>) -> Result<Partial, ConfigError> {
    Ok(Partial {
        model: first(env, &["CONCLAVE_MODEL"], parse_model)?,
        base_url: first(env, &["CONCLAVE_BASE_URL", "OPENAI_BASE_URL"], str::parse)?,
        api_key: first(env, &["CONCLAVE_API_KEY", "OPENAI_API_KEY"], ApiKey::given)?,
        sessions: folder(env, "CONCLAVE_SESSIONS"),
        project: folder(env, "CONCLAVE_PROJECT"),
        prompts: folder(env, "CONCLAVE_PROMPTS"),
        log: first(env, &["CONCLAVE_LOG"], |text| Ok(text.to_owned()))?,
        seats: first(env, &["CONCLAVE_SEATS"], parse_seat_names)?,
        probe: first(env, &["CONCLAVE_PROBE"], parse_probe)?,
        ..Partial::default()
    })
}

/// The text of a variable, trimmed; none where it is not set or blank.
pub(super) fn text_of(env: &Environment<'_>, name: &str) -> Result<Option<String>, ConfigError> {
    let Some(raw) = env(name) else { return Ok(None) };
    let text = raw
        .into_string()
        .map_err(|_| ConfigError::Variable { name: name.to_owned(), source: BadValue::new("valid Unicode text") })?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn first<T>(
    env: &Environment<'_>,
    names: &[&'static str],
    parse: impl Fn(&str) -> Result<T, BadValue>,
) -> Result<Option<Sourced<T>>, ConfigError> {
    for &name in names {
        if let Some(text) = text_of(env, name)? {
            let value = parse(&text).map_err(|source| ConfigError::Variable { name: name.to_owned(), source })?;
            return Ok(Some(Sourced::env(name, value)));
        }
    }
    Ok(None)
}

/// Folders may have names that are no Unicode, so they do not pass through text.
fn folder(env: &Environment<'_>, name: &'static str) -> Option<Sourced<PathBuf>> {
    env(name).filter(|path| !path.is_empty()).map(|path| Sourced::env(name, PathBuf::from(path)))
}
