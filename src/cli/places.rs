//! Where sessions are, and what the settings say.

use super::args::{Common, LimitArgs, ModelArgs};
use super::error::CommandError;
use crate::config::{ConfigError, Folders, Partial, SeatArg, Settings, Sourced};
use crate::journal::catalog;
use std::path::PathBuf;

/// The settings with the flags laid over them.
pub(super) fn settings(
    common: &Common,
    models: Option<&ModelArgs>,
    limits: Option<&LimitArgs>,
) -> Result<Settings, CommandError> {
    let mut flags = Partial {
        sessions: common.sessions.clone().map(|v| Sourced::flag("--sessions", v)),
        log: common.log_level.map(|v| Sourced::flag("--log-level", v.to_string())),
        ..Partial::default()
    };
    if let Some(models) = models {
        flags.model = models.model.clone().map(|v| Sourced::flag("--model", v));
        flags.base_url = models.base_url.clone().map(|v| Sourced::flag("--base-url", v));
        flags.endpoint.context = models.context_tokens.map(|v| Sourced::flag("--context-tokens", v));
        flags.project = models.project.clone().map(|v| Sourced::flag("--project", v));
        flags.prompts = models.prompts.clone().map(|v| Sourced::flag("--prompts", v));
        for seat in &models.seat {
            if let SeatArg::Model(flag) = seat {
                flags.add_seat_flag(flag.clone());
            }
        }
    }
    if let Some(limits) = limits {
        flags.limits.max_waves = limits.max_waves.map(|v| Sourced::flag("--max-waves", v));
        flags.limits.max_tokens = limits.max_tokens.map(|v| Sourced::flag("--max-tokens", v));
        flags.limits.max_cost = limits.max_cost.map(|v| Sourced::flag("--max-cost", v));
        flags.limits.max_time = limits.max_time.map(|v| Sourced::flag("--max-time", v));
        flags.limits.escalation_timeout = limits.escalation_timeout.map(|v| Sourced::flag("--escalation-timeout", v));
    }
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let settings = Settings::load(flags, &|name| std::env::var_os(name), &Folders::of_system(here));
    let settings = settings.map_err(config_error)?;
    // Only the screen needs them, but whoever wrote them wants to know of a slip now.
    super::dress::keymap(&settings)?;
    let bodies = models.is_some_and(|m| m.trace_bodies);
    super::logging::start(settings.log.as_ref().map(|l| l.value.as_str()), bodies);
    Ok(settings)
}

/// A settings error for people.
pub(super) fn config_error(error: ConfigError) -> CommandError {
    let hint = error.hint();
    CommandError::usage("the settings cannot be used").because(&error).hint(hint)
}

/// The folder in which sessions are kept.
pub(super) fn sessions(settings: &Settings) -> Result<PathBuf, CommandError> {
    if let Some(given) = &settings.sessions {
        return Ok(given.value.clone());
    }
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let data = etcetera::choose_base_strategy().map(|base| etcetera::BaseStrategy::data_dir(&base).join("conclave"));
    let data = data.map_err(|e| {
        CommandError::fault("there is no home folder to keep sessions in")
            .because(&e)
            .hint("name a folder with --sessions DIR")
    })?;
    Ok(catalog::default_dir(&here, &data))
}
