//! The settings that apply.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;

use super::environment::{self, Environment};
use super::error::ConfigError;
use super::file::{self, Owner};
use super::key::ApiKey;
use super::origin::{Origin, Sourced};
use super::pace::Pace;
use super::partial::{Partial, PartialEndpoint, PartialLimits, PartialTimeouts, SeatSettings};
use super::price::{MicroDollars, Price};
use super::roster::Roster;
use super::value::{BaseUrl, Temperature};

/// The name of a settings file, in either folder.
pub const FILE: &str = "conclave.toml";
/// Who sits down when nothing is said.
const SEATS: [&str; 4] = ["backend", "frontend", "security", "architect"];

/// Everything that was set, and the defaults for the rest. For the model, server and key of one seat ask
/// [`Settings::access`], which puts a seat's own settings before the general ones and minds where keys go.
#[derive(Debug, Clone)]
pub struct Settings {
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
    pub seats: Sourced<Vec<String>>,
    /// What single seats have of their own, by upper-case tag; also for seats that do not sit down.
    pub seat: BTreeMap<String, SeatSettings>,
    /// What the supervisor has of its own.
    pub supervisor: SeatSettings,
    /// When a session ends without consensus.
    pub limits: Limits,
    /// How servers are called.
    pub endpoint: EndpointSettings,
    /// Who sits down together, by the roster's name.
    pub rosters: BTreeMap<String, Sourced<Roster>>,
    /// What models cost, by name.
    pub prices: BTreeMap<String, Sourced<Price>>,
    /// How many tokens models hold, by name.
    pub contexts: BTreeMap<String, Sourced<NonZeroU32>>,
    /// The seed of every random choice.
    pub seed: Sourced<u64>,
    /// Where to look for a server when no model is set; none stands for the usual ports of this machine.
    pub probe: Option<Sourced<Vec<BaseUrl>>>,
    /// How fast the built-in panel types where somebody watches; reading pace if none.
    pub pace: Option<Sourced<Pace>>,
    /// Keys given to the screen's actions, by the action's name. The screen says which names there are.
    pub keys: BTreeMap<String, Sourced<Vec<String>>>,
    /// The working folder's file, whether it exists or not; none where it is the user's own.
    pub(super) project_file: Option<PathBuf>,
}

/// When a session ends without consensus. None means no limit.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Waves of deliberation.
    pub max_waves: Sourced<NonZeroU32>,
    /// Tokens sent and written, all seats together.
    pub max_tokens: Option<Sourced<NonZeroU64>>,
    /// Money, all seats together.
    pub max_cost: Option<Sourced<MicroDollars>>,
    /// Time from the opening on.
    pub max_time: Option<Sourced<Duration>>,
    /// Mediations.
    pub max_mediations: Sourced<u32>,
    /// How long an escalation waits for a person before the debate goes on without; for ever if none.
    pub escalation_timeout: Option<Sourced<Duration>>,
}

/// How servers are called.
#[derive(Debug, Clone)]
pub struct EndpointSettings {
    /// Most calls that run at the same time.
    pub max_parallel: Sourced<NonZeroU32>,
    /// How often a call that failed for a passing reason is tried again.
    pub retries: Sourced<u32>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Most tokens that one reply may have, thinking included.
    pub max_output_tokens: Sourced<NonZeroU32>,
    /// Tokens that a model without a figure of its own holds, request and answer together; none asks its server.
    pub context: Option<Sourced<NonZeroU32>>,
    /// How freely words are chosen; none leaves it to the server.
    pub temperature: Option<Sourced<Temperature>>,
}

/// How long to wait for a server.
#[derive(Debug, Clone)]
pub struct Timeouts {
    /// From the request to the first piece of the reply. A local server reads a long prompt for minutes.
    pub first_token: Sourced<Duration>,
    /// From one piece to the next.
    pub idle: Sourced<Duration>,
    /// From the request to the end of the reply.
    pub whole: Sourced<Duration>,
}

/// Where settings files are looked for.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The working folder. Folders above it are not searched.
    pub project: PathBuf,
    /// The user's folder for Conclave's settings.
    pub user: Option<PathBuf>,
}

impl Folders {
    /// The given working folder, and `conclave` in the folder where this system keeps users' settings:
    /// `$XDG_CONFIG_HOME` or `~/.config`, on Windows the roaming application data.
    pub fn of_system(working_folder: impl Into<PathBuf>) -> Self {
        let user = etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("conclave"));
        Self { project: working_folder.into(), user }
    }
}

impl Settings {
    /// Reads environment and files and lays the flags over them.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing found that cannot be used, in the order environment, working folder's file,
    /// user's file. A file that is not there is no error.
    pub fn load(flags: Partial, env: &Environment<'_>, folders: &Folders) -> Result<Self, ConfigError> {
        let project_file = folders.project.join(FILE);
        let user_file = folders.user.as_ref().map(|folder| folder.join(FILE));
        let same = user_file.as_deref().is_some_and(|user_file| is_same(user_file, &project_file));

        let environment = environment::read(env)?;
        let project = if same { Partial::default() } else { file::read(&project_file, Owner::Project, env)? };
        let user = match &user_file {
            Some(path) => file::read(path, Owner::User, env)?,
            None => Partial::default(),
        };
        let settings = Self::settle(flags.over(environment).over(project).over(user));
        Ok(Self { project_file: (!same).then_some(project_file), ..settings })
    }

    /// What a model costs, where that was set.
    pub fn price(&self, model: &str) -> Option<&Price> {
        self.prices.get(model).map(|price| &price.value)
    }

    /// How many tokens a model holds, where that was set: by its name, by the flag, or for all.
    pub fn context(&self, model: &str) -> Option<u64> {
        let all = self.endpoint.context.as_ref();
        // A flag is meant for this run, so it goes before a file's figure for one model.
        let by_flag = all.filter(|set| matches!(set.origin, Origin::Flag(_)));
        let set = by_flag.or_else(|| self.contexts.get(model)).or(all);
        set.map(|set| u64::from(set.value.get()))
    }

    /// Fills in the defaults.
    fn settle(partial: Partial) -> Self {
        let Partial {
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
        } = partial;
        Self {
            model,
            base_url,
            api_key,
            sessions,
            project,
            prompts,
            log,
            seats: seats.unwrap_or_else(|| Sourced::default(SEATS.map(str::to_owned).to_vec())),
            seat,
            supervisor,
            limits: Limits::settle(limits),
            endpoint: EndpointSettings::settle(endpoint),
            rosters,
            prices,
            contexts,
            seed: seed.unwrap_or(Sourced::default(0)),
            probe,
            pace,
            keys,
            project_file: None,
        }
    }
}

impl Limits {
    fn settle(partial: PartialLimits) -> Self {
        let PartialLimits { max_waves, max_tokens, max_cost, max_time, max_mediations, escalation_timeout } = partial;
        Self {
            max_waves: max_waves.unwrap_or(Sourced::default(const { NonZeroU32::new(24).unwrap() })),
            max_tokens,
            max_cost,
            max_time,
            max_mediations: max_mediations.unwrap_or(Sourced::default(3)),
            escalation_timeout,
        }
    }
}

impl EndpointSettings {
    fn settle(partial: PartialEndpoint) -> Self {
        let PartialEndpoint { max_parallel, retries, timeouts, max_output_tokens, context, temperature } = partial;
        Self {
            max_parallel: max_parallel.unwrap_or(Sourced::default(const { NonZeroU32::new(8).unwrap() })),
            retries: retries.unwrap_or(Sourced::default(5)),
            timeouts: Timeouts::settle(timeouts),
            max_output_tokens: max_output_tokens.unwrap_or(Sourced::default(const { NonZeroU32::new(8192).unwrap() })),
            context,
            temperature,
        }
    }
}

impl Timeouts {
    fn settle(partial: PartialTimeouts) -> Self {
        let PartialTimeouts { first_token, idle, whole } = partial;
        let or =
            |set: Option<Sourced<Duration>>, seconds| set.unwrap_or(Sourced::default(Duration::from_secs(seconds)));
        Self { first_token: or(first_token, 300), idle: or(idle, 120), whole: or(whole, 1200) }
    }
}

/// Whether two paths lead to one file: whoever works inside the settings folder has one file, not two.
fn is_same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
