//! The verbs that look at what was: replay, fork, diff.

use super::{LimitArgs, ModelArgs, OutputArgs, ScreenArgs, SeatNames};
use crate::config::{BadValue, parse_duration};
use crate::replay::{At, Pacing, Speed};
use clap::Args;
use std::time::Duration;

/// `conclave replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Id, unique prefix or path; if left out, one is chosen from a list at a terminal, else it is the newest
    pub session: Option<String>,
    /// Where to begin: #46, 12:05 (UTC), 50%, wave 3, start or end
    #[arg(long, value_name = "PLACE")]
    pub at: Option<At>,
    /// Where to stop; the screen pauses there
    #[arg(long, value_name = "PLACE")]
    pub until: Option<At>,
    /// 0.25 to 16 times as fast, 0 for all at once [default: 1; 0 with --json and where standard output is no terminal]
    #[arg(long, value_name = "TIMES", value_parser = parse_speed)]
    pub speed: Option<Speed>,
    /// Cut idle time to this: 500ms, 2s, 5s, or off
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = parse_idle)]
    pub idle_limit: IdleLimit,
    /// Times as they were recorded, or by the length of the texts; auto takes the texts where nobody could have watched it
    #[arg(long, value_name = "auto|recorded|text", default_value = "auto", value_parser = parse_pacing)]
    pub pacing: Pacing,
    /// One JSON event a line
    #[arg(long)]
    pub json: bool,
    /// Plain lines; the default where standard output is no terminal
    #[arg(long, conflicts_with = "json")]
    pub plain: bool,
    /// What the screen looks like.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// The most idle time that is played; none is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleLimit(pub Option<Duration>);

fn parse_idle(text: &str) -> Result<IdleLimit, BadValue> {
    if text == "off" { Ok(IdleLimit(None)) } else { parse_duration(text).map(|limit| IdleLimit(Some(limit))) }
}

fn parse_speed(text: &str) -> Result<Speed, String> {
    text.parse()
}

fn parse_pacing(text: &str) -> Result<Pacing, String> {
    text.parse()
}

/// `conclave fork`
#[derive(Debug, Args)]
pub struct ForkArgs {
    /// Id, unique prefix or path; the newest if left out
    pub session: Option<String>,
    /// Where to fork: #46, 12:05 (UTC), 50%, wave 3, start or end [default: the end]
    #[arg(long, value_name = "PLACE")]
    pub at: Option<At>,
    /// Who sits at the table from here on; only with --at start, since the framework settles it
    #[arg(long, value_name = "A,B,C")]
    pub seats: Option<SeatNames>,
    /// Give a direction first, which all seats must heed
    #[arg(long, value_name = "TEXT")]
    pub say: Option<String>,
    /// Make the session and leave it there; conclave resume goes on with it
    #[arg(long)]
    pub no_run: bool,
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

/// `conclave diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Id, unique prefix or path
    pub a: String,
    /// Id, unique prefix or path
    pub b: String,
    /// text or md
    #[arg(long, default_value = "text", conflicts_with = "json")]
    pub format: DiffFormat,
    /// A JSON object
    #[arg(long)]
    pub json: bool,
}

/// How a comparison is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DiffFormat {
    /// For the terminal, in colour where it is one.
    Text,
    /// Markdown.
    Md,
}
