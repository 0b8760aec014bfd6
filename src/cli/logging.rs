//! The program's own log: to standard error, off unless asked for, and never with a request or a reply in it.

use tracing_subscriber::EnvFilter;

/// Turns logging on at the level that `CONCLAVE_LOG` or the settings name (`info`, `debug`, or a filter).
///
/// The client library logs whole bodies when it cannot read one, so it is always silenced.
pub(super) fn start(level: Option<&str>) {
    let Some(level) = level else { return };
    let filter = EnvFilter::try_new(format!("{level},async_openai=off,hyper=off,h2=off,rustls=warn"));
    let Ok(filter) = filter else {
        super::lines::note(&format!("Warning: '{level}' is no log level: error, warn, info, debug or trace"));
        return;
    };
    // A second start in one process (tests) changes nothing.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
