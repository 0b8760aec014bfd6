//! What applies and where it was set, for `conclave doctor`. Keys are named, never shown.

use std::fmt::Display;
use std::time::Duration;

use super::error::clean;
use super::key::ApiKey;
use super::origin::{Origin, Sourced};
use super::partial::SeatSettings;
use super::settings::Settings;

/// One setting, ready to print: control characters escaped, secrets left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// The key as it stands in a settings file, dotted.
    pub key: String,
    /// What applies.
    pub value: String,
    /// Where it was set.
    pub origin: Origin,
}

impl Settings {
    /// Every setting that applies, in the order of the settings file; what is not set and has no default is left out.
    pub fn report(&self) -> Vec<ReportLine> {
        let mut lines = Lines::default();
        lines.maybe("model", self.model.as_ref(), String::clone);
        lines.maybe("base_url", self.base_url.as_ref(), ToString::to_string);
        lines.maybe("api_key", self.api_key.as_ref(), key_kind);
        lines.maybe("sessions", self.sessions.as_ref(), |path| path.display().to_string());
        lines.maybe("project", self.project.as_ref(), |path| path.display().to_string());
        lines.maybe("prompts", self.prompts.as_ref(), |path| path.display().to_string());
        lines.maybe("log", self.log.as_ref(), String::clone);
        lines.one("seats", &self.seats, |seats| seats.join(", "));
        lines.one("seed", &self.seed, shown);
        lines.maybe("probe", self.probe.as_ref(), |urls| match urls.as_slice() {
            [] => "off".to_owned(),
            urls => urls.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        });
        lines.maybe("pace", self.pace.as_ref(), shown);
        lines.seat("supervisor", &self.supervisor);
        for (tag, seat) in &self.seat {
            lines.seat(&format!("seat.{tag}"), seat);
        }
        lines.limits(self);
        lines.endpoint(self);
        for (name, roster) in &self.rosters {
            lines.one(&format!("roster.{name}"), roster, |r| match &r.supervisor {
                Some(supervisor) => format!("{}; supervisor {supervisor}", r.seats.join(", ")),
                None => r.seats.join(", "),
            });
        }
        for (model, price) in &self.prices {
            lines.one(&format!("price.\"{model}\""), price, |price| {
                format!("prompt {}, cached {}, completion {}", price.prompt, price.cached, price.completion)
            });
        }
        for (model, context) in &self.contexts {
            lines.one(&format!("context.\"{model}\""), context, shown);
        }
        lines.0
    }
}

#[derive(Default)]
struct Lines(Vec<ReportLine>);

impl Lines {
    fn one<T>(&mut self, key: &str, setting: &Sourced<T>, show: impl FnOnce(&T) -> String) {
        let value = clean(&show(&setting.value));
        self.0.push(ReportLine { key: clean(key), value, origin: setting.origin.clone() });
    }

    fn maybe<T>(&mut self, key: &str, setting: Option<&Sourced<T>>, show: impl FnOnce(&T) -> String) {
        if let Some(setting) = setting {
            self.one(key, setting, show);
        }
    }

    fn seat(&mut self, prefix: &str, seat: &SeatSettings) {
        self.maybe(&format!("{prefix}.model"), seat.model.as_ref(), String::clone);
        self.maybe(&format!("{prefix}.base_url"), seat.base_url.as_ref(), ToString::to_string);
        self.maybe(&format!("{prefix}.api_key"), seat.api_key.as_ref(), key_kind);
        self.maybe(&format!("{prefix}.agent"), seat.agent.as_ref(), String::clone);
    }

    fn limits(&mut self, settings: &Settings) {
        let limits = &settings.limits;
        self.one("limits.max_waves", &limits.max_waves, shown);
        self.maybe("limits.max_tokens", limits.max_tokens.as_ref(), shown);
        self.maybe("limits.max_cost", limits.max_cost.as_ref(), shown);
        self.maybe("limits.max_time", limits.max_time.as_ref(), seconds);
        self.one("limits.max_mediations", &limits.max_mediations, shown);
        self.maybe("limits.escalation_timeout", limits.escalation_timeout.as_ref(), seconds);
    }

    fn endpoint(&mut self, settings: &Settings) {
        let endpoint = &settings.endpoint;
        self.one("endpoint.max_parallel", &endpoint.max_parallel, shown);
        self.one("endpoint.retries", &endpoint.retries, shown);
        self.one("endpoint.timeouts.first_token", &endpoint.timeouts.first_token, seconds);
        self.one("endpoint.timeouts.idle", &endpoint.timeouts.idle, seconds);
        self.one("endpoint.timeouts.whole", &endpoint.timeouts.whole, seconds);
        self.one("endpoint.max_output_tokens", &endpoint.max_output_tokens, shown);
        self.maybe("endpoint.context", endpoint.context.as_ref(), shown);
        self.maybe("endpoint.temperature", endpoint.temperature.as_ref(), |t| t.get().to_string());
    }
}

fn shown(value: &impl Display) -> String {
    value.to_string()
}

fn seconds(time: &Duration) -> String {
    format!("{}s", time.as_secs())
}

fn key_kind(key: &ApiKey) -> String {
    match key {
        ApiKey::Given(_) => "set".into(),
        ApiKey::Variable { name, value: Some(_) } => format!("set in {name}"),
        ApiKey::Variable { name, value: None } => format!("{name} is not set"),
        ApiKey::Command(_) => "printed by a command".into(),
    }
}
