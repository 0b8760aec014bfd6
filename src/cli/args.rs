//! The command line, as types.

mod past;

pub use past::*;

use super::logging::LogLevel;
use crate::config::{
    BadValue, BaseUrl, MicroDollars, Pace, SeatArg, parse_duration, parse_model, parse_roster_name, parse_seat_names,
};
use crate::protocol::{IssueId, Target};
use clap::{Args, Parser, Subcommand};
use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

/// Lets language models argue a design question out until every one of them has agreed to the same text.
///
/// Without a model configured, the built-in panel debates: it is rule-based and no language model.
#[derive(Debug, Parser)]
#[command(name = "conclave", version, max_term_width = 100)]
pub struct Cli {
    /// Flags of every verb.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Flags of every verb.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Where sessions are kept [default: ./sessions if it exists, else the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub sessions: Option<PathBuf>,
    /// How much goes into the program's own log, a private file in the user's state folder [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,
    /// Run the room of this debate in the background, for a screen that visits it. Not meant to be typed
    #[arg(long, global = true, hide = true)]
    pub host: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run a debate
    Debate(Box<DebateArgs>),
    /// Carry on an interrupted or unfinished debate
    Resume(Box<ResumeArgs>),
    /// Show who could sit down, and from which file
    Agents(Box<AgentsArgs>),
    /// Say something to a session that runs in another terminal
    Post(PostArgs),
    /// Attach a screen to a running session: it watches and says nothing
    Watch(WatchArgs),
    /// Replay a saved session
    Replay(ReplayArgs),
    /// Go on from a point of a session as another one, with other models or a direction
    Fork(Box<ForkArgs>),
    /// Compare two sessions, decision by decision
    Diff(DiffArgs),
    /// List the screen's keys, as they are set
    Keys,
    /// List sessions
    Sessions(SessionsArgs),
    /// Write the consensus document of a session
    Export(ExportArgs),
    /// Check a session, or a document that was exported, against its journal
    Verify(VerifyArgs),
    /// Check endpoints, keys, models and the terminal: what works, what does not, what to do
    Doctor(Box<DoctorArgs>),
}

impl Verb {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Verb::Debate(args) => args.output.json,
            Verb::Resume(args) => args.output.json,
            Verb::Agents(args) => args.json,
            Verb::Post(args) => args.json,
            Verb::Replay(args) => args.json,
            Verb::Fork(args) => args.output.json,
            Verb::Diff(args) => args.json,
            Verb::Watch(_) | Verb::Keys => false,
            Verb::Sessions(args) => args.json,
            Verb::Export(_) => false,
            Verb::Verify(args) => args.json,
            Verb::Doctor(args) => args.json,
        }
    }
}

/// `conclave debate`
#[derive(Debug, Args)]
pub struct DebateArgs {
    /// The question to argue out
    #[arg(required_unless_present = "topic_file")]
    pub topic: Option<String>,
    /// Read the question from a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "topic")]
    pub topic_file: Option<PathBuf>,
    /// Text files given to all seats; put them after the topic
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub context: Vec<PathBuf>,
    /// Who sits at the table, by names or files, each with TAG= before it or not [default: backend,frontend,security,architect]
    #[arg(long, value_name = "A,B,C")]
    pub seats: Option<SeatNames>,
    /// Who sits at the table, by the name of a roster in a settings file
    #[arg(long, value_name = "NAME", conflicts_with = "seats", value_parser = parse_roster_name)]
    pub roster: Option<String>,
    /// Who leads the debate, by name or file
    #[arg(long, value_name = "NAME|FILE", value_parser = parse_model)]
    pub supervisor: Option<String>,
    /// Where definitions are looked for.
    #[command(flatten)]
    pub agents: AgentArgs,
    /// What the built-in panel draws its small differences from
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Models and where they are.
    #[command(flatten)]
    pub models: ModelArgs,
    /// When to stop.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// How to show it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `conclave resume`
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// Id, unique prefix or path; the newest if left out
    pub session: Option<String>,
    /// Give a direction first, which all seats must heed
    #[arg(long, value_name = "TEXT")]
    pub say: Option<String>,
    /// Models and where they are.
    #[command(flatten)]
    pub models: ModelArgs,
    /// When to stop.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// How to show it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Where definitions are looked for.
#[derive(Debug, Clone, Default, Args)]
pub struct AgentArgs {
    /// A folder of agent definitions, before all others; can be given more than once
    #[arg(long, global = true, value_name = "DIR")]
    pub agents_dir: Vec<PathBuf>,
}

/// `conclave agents`
#[derive(Debug, Args)]
pub struct AgentsArgs {
    /// What to do with them; without it they are listed.
    #[command(subcommand)]
    pub what: Option<AgentsVerb>,
    /// A JSON object with every field instead of lines
    #[arg(long, global = true)]
    pub json: bool,
    /// Where definitions are looked for.
    #[command(flatten)]
    pub agents: AgentArgs,
}

/// What `conclave agents` does.
#[derive(Debug, Subcommand)]
pub enum AgentsVerb {
    /// Say of every file whether it is loaded, repaired or skipped, with reason and line
    Check(CheckArgs),
    /// Save a roster in ./conclave.toml, for --roster
    Save(SaveArgs),
}

/// `conclave agents check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Definitions, or folders of them [default: every place that is searched]
    pub paths: Vec<PathBuf>,
}

/// `conclave agents save`
#[derive(Debug, Args)]
pub struct SaveArgs {
    /// The roster's name
    #[arg(value_parser = parse_roster_name)]
    pub name: String,
    /// Who is on it, by names or files, each with TAG= before it or not
    #[arg(long, value_name = "A,B,C")]
    pub seats: Option<SeatNames>,
    /// A definition that is on it: FILE or TAG=FILE
    #[arg(long, value_name = "[TAG=]FILE")]
    pub seat: Vec<SeatArg>,
    /// Who leads, by name or file
    #[arg(long, value_name = "NAME|FILE", value_parser = parse_model)]
    pub supervisor: Option<String>,
}

/// Models and where they are.
#[derive(Debug, Clone, Default, Args)]
pub struct ModelArgs {
    /// The model for every seat and the supervisor; `builtin` is the built-in panel
    #[arg(long, value_name = "MODEL", value_parser = parse_model)]
    pub model: Option<String>,
    /// The server's base URL, usually ending in /v1
    #[arg(long, value_name = "URL")]
    pub base_url: Option<BaseUrl>,
    /// A model for one seat: TAG=MODEL or TAG=MODEL@URL; TAG=human is a person at the screen; FILE or TAG=FILE is a
    /// definition that sits down
    #[arg(long, value_name = "TAG=MODEL[@URL]|[TAG=]FILE")]
    pub seat: Vec<SeatArg>,
    /// Tokens that the models hold, request and answer together [default: asked of the server]
    #[arg(long, value_name = "N")]
    pub context_tokens: Option<NonZeroU32>,
    /// The folder of the code that is debated: seats may read, grep and glob in it, and nothing else
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// A folder whose files replace the built-in prompts of the same name
    #[arg(long, value_name = "DIR")]
    pub prompts: Option<PathBuf>,
    /// Write requests and replies into the program's log as well, keys masked
    #[arg(long)]
    pub trace_bodies: bool,
}

/// When to stop. A limit suspends a session; it can be resumed with more.
#[derive(Debug, Clone, Default, Args)]
pub struct LimitArgs {
    /// Waves, all phases counted [default: 24]
    #[arg(long, value_name = "N")]
    pub max_waves: Option<NonZeroU32>,
    /// Tokens, sent and received together
    #[arg(long, value_name = "N")]
    pub max_tokens: Option<NonZeroU64>,
    /// Money, in US dollars
    #[arg(long, value_name = "DOLLARS")]
    pub max_cost: Option<MicroDollars>,
    /// Time spent running: 90s, 30m, 2h
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub max_time: Option<Duration>,
    /// How long a person who is asked for help is waited for [default: for ever at a screen, not at all without]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub escalation_timeout: Option<Duration>,
}

/// How to show it.
#[derive(Debug, Clone, Default, Args)]
pub struct OutputArgs {
    /// One JSON event a line, a summary object last
    #[arg(long)]
    pub json: bool,
    /// Plain lines; the default where standard output is no terminal
    #[arg(long, conflicts_with = "json")]
    pub plain: bool,
    /// How fast the built-in panel types: slow, reading, fast, off or characters a second [default: reading on the screen, else off]
    #[arg(long, value_name = "PACE")]
    pub pace: Option<Pace>,
    /// What the screen looks like.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// What the screen looks like and listens to.
#[derive(Debug, Clone, Default, Args)]
pub struct ScreenArgs {
    /// Colours for a dark or a light background; auto asks the terminal
    #[arg(long, value_name = "SHADE", default_value = "auto")]
    pub theme: Shading,
    /// Borders and signs in ASCII
    #[arg(long)]
    pub ascii: bool,
    /// Nothing moves by itself; words stand in for signs
    #[arg(long)]
    pub reduced_motion: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
    /// Notify through the terminal (OSC 9 and a bell) when a person is waited for
    #[arg(long)]
    pub notify: bool,
}

/// Which background the colours are made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Shading {
    /// The terminal is asked.
    #[default]
    Auto,
    /// A dark one.
    Dark,
    /// A light one.
    Light,
}

/// `conclave watch`
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Id, unique prefix or path; the newest if left out
    pub session: Option<String>,
    /// Take part as the one who started it: speak, fill in what a person's seat owes, pause, stop
    #[arg(long)]
    pub join: bool,
    /// One JSON event a line, a summary object last
    #[arg(long)]
    pub json: bool,
    /// Plain lines; the default where standard output is no terminal
    #[arg(long, conflicts_with = "json")]
    pub plain: bool,
    /// What the screen looks like.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// `conclave post`
#[derive(Debug, Args)]
pub struct PostArgs {
    /// Id, unique prefix or path
    pub session: String,
    /// What to say: a direction, which all seats must heed, unless a flag makes it something else
    pub text: String,
    /// Ask this seat, or SUPERVISOR
    #[arg(long, value_name = "TAG", conflicts_with_all = ["answer", "decide"])]
    pub to: Option<String>,
    /// What the question is about: a decision such as D2 [default: the framework]
    #[arg(long, value_name = "D2", requires = "to")]
    pub about: Option<Target>,
    /// Answer this open question
    #[arg(long, value_name = "Q3", conflicts_with = "decide")]
    pub answer: Option<IssueId>,
    /// Answer what the debate waits for a person to decide
    #[arg(long)]
    pub decide: bool,
    /// A JSON object instead of a line
    #[arg(long)]
    pub json: bool,
}

/// `conclave sessions`
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// A JSON array instead of a table
    #[arg(long)]
    pub json: bool,
}

/// `conclave export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Id, unique prefix or path; the newest if left out
    pub session: Option<String>,
    /// md, html (one offline file), json, github (a comment with folded details) or madr (a folder of decision records)
    #[arg(long, default_value = "md")]
    pub format: String,
    /// The file to write, - prints [default: -]; for madr the folder, in which numbers are continued
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Mask what looks like a key or a password, and tell how often: on or off
    #[arg(long, value_name = "ON|OFF", num_args = 0..=1, default_value = "on", default_missing_value = "on", require_equals = true)]
    pub redact: Redact,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Whether secrets are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Redact {
    /// What has the shape of a secret is masked.
    On,
    /// Everything stays as it is.
    Off,
}

/// `conclave verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A session by id, unique prefix or path (the newest if left out), or a document that was exported
    #[arg(value_name = "SESSION|FILE")]
    pub what: Option<String>,
    /// The session of a document that does not lead to it by itself
    #[arg(long, value_name = "SESSION", requires = "what")]
    pub session: Option<String>,
    /// A JSON object instead of lines
    #[arg(long)]
    pub json: bool,
}

/// `conclave doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Whose endpoints are checked [default: backend,frontend,security,architect]
    #[arg(long, value_name = "A,B,C")]
    pub seats: Option<SeatNames>,
    /// Models and where they are.
    #[command(flatten)]
    pub models: ModelArgs,
    /// How long one call may take [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// A JSON object instead of lines
    #[arg(long)]
    pub json: bool,
}

/// `a,b,c`, as one value.
#[derive(Debug, Clone)]
pub struct SeatNames(pub Vec<String>);

impl std::str::FromStr for SeatNames {
    type Err = BadValue;
    fn from_str(text: &str) -> Result<Self, BadValue> {
        parse_seat_names(text).map(Self)
    }
}
