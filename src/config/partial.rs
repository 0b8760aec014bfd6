//! One layer of settings: what one source said, and silence about the rest.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

use super::key::ApiKey;
use super::origin::Sourced;
use super::pace::Pace;
use super::price::{MicroDollars, Price};
use super::roster::Roster;
use super::value::{BaseUrl, SeatFlag, Temperature};

/// Everything that can be set, all of it optional. The command line hands in one of these; environment and files are
/// read into the same form.
#[derive(Debug, Clone, Default)]
pub struct Partial {
    /// The model for whoever has none of their own.
    pub model: Option<Sourced<String>>,
    /// The server for whoever has none of their own.
    pub base_url: Option<Sourced<BaseUrl>>,
    /// The key for that server.
    pub api_key: Option<Sourced<ApiKey>>,
    /// The folder that holds sessions.
    pub sessions: Option<Sourced<PathBuf>>,
    /// The folder of the code that is debated, which seats may look at.
    pub project: Option<Sourced<PathBuf>>,
    /// The folder whose prompts replace the built-in ones.
    pub prompts: Option<Sourced<PathBuf>>,
    /// What the program's own log records, in the words of `tracing`'s filter.
    pub log: Option<Sourced<String>>,
    /// Who sits down: names of agent definitions.
    pub seats: Option<Sourced<Vec<String>>>,
    /// What single seats have of their own, by upper-case tag.
    pub seat: BTreeMap<String, SeatSettings>,
    /// What the supervisor has of its own.
    pub supervisor: SeatSettings,
    /// When a session ends without consensus.
    pub limits: PartialLimits,
    /// How servers are called.
    pub endpoint: PartialEndpoint,
    /// Who sits down together, by the roster's name.
    pub rosters: BTreeMap<String, Sourced<Roster>>,
    /// What models cost, by name.
    pub prices: BTreeMap<String, Sourced<Price>>,
    /// How many tokens models hold, by name.
    pub contexts: BTreeMap<String, Sourced<NonZeroU32>>,
    /// The seed of every random choice.
    pub seed: Option<Sourced<u64>>,
    /// Where to look for a server when no model is set; from the environment alone.
    pub probe: Option<Sourced<Vec<BaseUrl>>>,
    /// How fast the built-in panel types where somebody watches.
    pub pace: Option<Sourced<Pace>>,
    /// Keys given to the screen's actions, by the action's name. The screen says which names there are.
    pub keys: BTreeMap<String, Sourced<Vec<String>>>,
}

/// What one seat, or the supervisor, has of its own.
#[derive(Debug, Clone, Default)]
pub struct SeatSettings {
    /// Its model.
    pub model: Option<Sourced<String>>,
    /// Its server.
    pub base_url: Option<Sourced<BaseUrl>>,
    /// Its key, from `api_key_env`.
    pub api_key: Option<Sourced<ApiKey>>,
    /// Its agent definition: a name or a file.
    pub agent: Option<Sourced<String>>,
}

/// Limits, as far as one layer sets them. See [`super::Limits`] for what they mean.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the fields are those of `Limits`
pub struct PartialLimits {
    pub max_waves: Option<Sourced<NonZeroU32>>,
    pub max_tokens: Option<Sourced<NonZeroU64>>,
    pub max_cost: Option<Sourced<MicroDollars>>,
    pub max_time: Option<Sourced<Duration>>,
    pub max_mediations: Option<Sourced<u32>>,
    pub escalation_timeout: Option<Sourced<Duration>>,
}

/// How servers are called, as far as one layer says. See [`super::EndpointSettings`] for what the fields mean.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the fields are those of `EndpointSettings`
pub struct PartialEndpoint {
    pub max_parallel: Option<Sourced<NonZeroU32>>,
    pub retries: Option<Sourced<u32>>,
    pub timeouts: PartialTimeouts,
    pub max_output_tokens: Option<Sourced<NonZeroU32>>,
    pub context: Option<Sourced<NonZeroU32>>,
    pub temperature: Option<Sourced<Temperature>>,
}

/// Time-outs, as far as one layer sets them. See [`super::Timeouts`] for what they mean.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the fields are those of `Timeouts`
pub struct PartialTimeouts {
    pub first_token: Option<Sourced<Duration>>,
    pub idle: Option<Sourced<Duration>>,
    pub whole: Option<Sourced<Duration>>,
}

impl Partial {
    /// Takes one `--seat` flag in. Of several for one seat the last stands, and only the last.
    pub fn add_seat_flag(&mut self, flag: SeatFlag) {
        let seat = self.seat.entry(flag.tag).or_default();
        seat.model = Some(Sourced::flag("--seat", flag.model));
        seat.base_url = flag.base_url.map(|url| Sourced::flag("--seat", url));
    }

    /// This layer laid over a lower one: what it is silent about, the lower one says. Seats, prices and keys are
    /// laid over each other one by one. Taken apart in full, so that a new setting cannot be forgotten here.
    pub(super) fn over(self, lower: Self) -> Self {
        let Self {
            model,
            base_url,
            api_key,
            sessions,
            project,
            prompts,
            log,
            seats,
            seat,
            supervisor,
            limits,
            endpoint,
            rosters,
            prices,
            contexts,
            seed,
            probe,
            pace,
            keys,
        } = self;
        let mut seat_tables = lower.seat;
        for (tag, higher) in seat {
            let below = seat_tables.remove(&tag).unwrap_or_default();
            seat_tables.insert(tag, higher.over(below));
        }
        let mut price_list = lower.prices;
        price_list.extend(prices);
        let mut context_list = lower.contexts;
        context_list.extend(contexts);
        let mut roster_list = lower.rosters;
        roster_list.extend(rosters);
        let mut key_list = lower.keys;
        key_list.extend(keys);
        Self {
            model: model.or(lower.model),
            base_url: base_url.or(lower.base_url),
            api_key: api_key.or(lower.api_key),
            sessions: sessions.or(lower.sessions),
            project: project.or(lower.project),
            prompts: prompts.or(lower.prompts),
            log: log.or(lower.log),
            seats: seats.or(lower.seats),
            seat: seat_tables,
            supervisor: supervisor.over(lower.supervisor),
            limits: limits.over(lower.limits),
            endpoint: endpoint.over(lower.endpoint),
            rosters: roster_list,
            prices: price_list,
            contexts: context_list,
            seed: seed.or(lower.seed),
            probe: probe.or(lower.probe),
            pace: pace.or(lower.pace),
            keys: key_list,
        }
    }
}

impl SeatSettings {
    fn over(self, lower: Self) -> Self {
        let Self { model, base_url, api_key, agent } = self;
        Self {
            model: model.or(lower.model),
            base_url: base_url.or(lower.base_url),
            api_key: api_key.or(lower.api_key),
            agent: agent.or(lower.agent),
        }
    }
}

impl PartialLimits {
    fn over(self, lower: Self) -> Self {
        let Self { max_waves, max_tokens, max_cost, max_time, max_mediations, escalation_timeout } = self;
        Self {
            max_waves: max_waves.or(lower.max_waves),
            max_tokens: max_tokens.or(lower.max_tokens),
            max_cost: max_cost.or(lower.max_cost),
            max_time: max_time.or(lower.max_time),
            max_mediations: max_mediations.or(lower.max_mediations),
            escalation_timeout: escalation_timeout.or(lower.escalation_timeout),
        }
    }
}

impl PartialEndpoint {
    fn over(self, lower: Self) -> Self {
        let Self { max_parallel, retries, timeouts, max_output_tokens, context, temperature } = self;
        Self {
            max_parallel: max_parallel.or(lower.max_parallel),
            retries: retries.or(lower.retries),
            timeouts: timeouts.over(lower.timeouts),
            max_output_tokens: max_output_tokens.or(lower.max_output_tokens),
            context: context.or(lower.context),
            temperature: temperature.or(lower.temperature),
        }
    }
}

impl PartialTimeouts {
    fn over(self, lower: Self) -> Self {
        let Self { first_token, idle, whole } = self;
        Self { first_token: first_token.or(lower.first_token), idle: idle.or(lower.idle), whole: whole.or(lower.whole) }
    }
}
