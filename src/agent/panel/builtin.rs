//! The catalogue that is built in: every file of `prompts/panel/`, named once. A test compares the list with the folder.

/// One built-in file: its name and its text.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../prompts/panel/", $name)))),*]
    };
}

/// Every built-in file, by name.
pub(super) const FILES: &[(&str, &str)] = files![
    "api-style.toml",
    "authorization.toml",
    "background-work.toml",
    "caching.toml",
    "constraints.toml",
    "data-store.toml",
    "general.toml",
    "migration.toml",
    "notifications.toml",
    "observability.toml",
    "offline-sync.toml",
    "payments.toml",
    "phrases.toml",
    "rate-limiting.toml",
    "real-time.toml",
    "reporting.toml",
    "roles.toml",
    "rollout.toml",
    "search.toml",
    "sessions.toml",
    "sign-in.toml",
    "tenancy.toml",
    "uploads.toml",
];
