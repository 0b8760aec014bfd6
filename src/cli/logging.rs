//! The program's own log: a private file in the user's state folder, never the terminal, which belongs to the debate.
//!
//! What it records by default is what a person would ask for after a debate that went wrong: retries, what an endpoint
//! was found unable to do, how a session ended, a panic. Requests and replies are in it only with `--trace-bodies`.
//! Keys are masked where bodies are written (`llm`) and once more on the way into the file.

use super::logfile::{LIMIT, LogFile};
use crate::llm::BODIES;
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// What is recorded where nobody said.
const USUAL: &str = "info";

/// The one log of this process.
static LOG: OnceLock<LogFile> = OnceLock::new();

/// How much is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[allow(missing_docs)] // the names are the levels that every log has
pub enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl std::fmt::Display for LogLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        })
    }
}

/// Where the log is; none where this user has no folder for such things.
pub(super) fn path() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let base = etcetera::choose_base_strategy().ok()?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    Some(state.join("conclave").join("conclave.log"))
}

/// Turns the log on. `level` is one of [`LogLevel`]'s words or a filter as `tracing` has it; a second start in one
/// process changes nothing.
pub(super) fn start(level: Option<&str>, bodies: bool) {
    let Some(path) = path() else { return };
    let filter = filter(level.unwrap_or(USUAL), bodies).or_else(|| {
        let level = level.unwrap_or_default();
        super::lines::note(&format!(
            "Warning: '{level}' is no log level (off, error, warn, info, debug, trace), so {USUAL} is taken"
        ));
        filter(USUAL, bodies)
    });
    let log = LOG.get_or_init(|| LogFile::at(path, LIMIT)).clone();
    let writer = move || log.clone();
    // `log_internal_errors` off: a log that cannot be kept must not write into a debate's screen.
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_default())
        .with_ansi(false)
        .log_internal_errors(false);
    if subscriber.with_writer(writer).try_init().is_ok() {
        record_panics();
    }
}

/// Masks a key in everything that is logged from now on.
pub(super) fn hide(key: &SecretString) {
    if let Some(log) = LOG.get() {
        log.hide(key);
    }
}

/// The filter for a level; none for what is neither a level nor a filter. A plain level is for this program alone: what
/// libraries say at `trace` is theirs to know.
fn filter(level: &str, bodies: bool) -> Option<EnvFilter> {
    let level = level.trim().to_lowercase();
    let plain = matches!(level.as_str(), "off" | "error" | "warn" | "info" | "debug" | "trace");
    let own = if plain { format!("conclave={level}") } else { level };
    // One word is a target to the filter's own parser: a slip like `verbose` would silence everything.
    if !own.contains('=') {
        return None;
    }
    let bodies = if bodies { "trace" } else { "off" };
    // The client library logs whole bodies when it cannot read one, so it is always silenced.
    EnvFilter::try_new(format!("{own},{BODIES}={bodies},async_openai=off")).ok()
}

/// A panic is in the log, too, before whatever else happens to it.
fn record_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let payload = info.payload();
        let said = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        let said = said.unwrap_or("(no words)");
        tracing::error!(place, said, "panic");
        before(info);
    }));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_level_is_for_this_program_and_bodies_are_asked_for_apart() {
        let of = |level, bodies| filter(level, bodies).map(|filter| filter.to_string());
        let has = |level, bodies, part: &str| of(level, bodies).is_some_and(|f| f.split(',').any(|d| d == part));
        assert!(has("TRACE", false, "conclave=trace") && has("TRACE", false, "conclave::bodies=off"));
        assert!(has("debug", true, "conclave=debug") && has("debug", true, "conclave::bodies=trace"));
        assert!(has("hyper=trace,conclave::bodies=trace", false, "conclave::bodies=off"));
        assert!(has("async_openai=trace", true, "async_openai=off"));
        for slip in ["verbose", "no level at all!", "conclave=loud", ""] {
            assert_eq!(of(slip, false), None, "{slip}");
        }
    }

    /// Run by the test below in a process of its own, because a hook and a log are a process's.
    #[test]
    #[ignore = "part of a_panic_is_in_the_log"]
    fn panics() {
        start(None, false);
        hide(&"very-private-key".to_owned().into());
        let _ = std::thread::spawn(|| panic!("the roof fell on very-private-key")).join();
    }

    #[test]
    fn a_panic_is_in_the_log_without_the_key() {
        let state = tempfile::tempdir().unwrap();
        let mut own = std::process::Command::new(std::env::current_exe().unwrap());
        own.args(["--exact", "--ignored", "cli::logging::tests::panics"]).env("XDG_STATE_HOME", state.path());
        own.env_remove("CONCLAVE_LOG");
        assert!(own.output().unwrap().status.success());
        let log = std::fs::read_to_string(state.path().join("conclave/conclave.log")).unwrap();
        assert!(log.contains("ERROR") && log.contains("the roof fell on [key]") && log.contains("logging.rs"), "{log}");
    }
}
