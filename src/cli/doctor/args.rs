//! What is typed behind `conclave doctor`.

use crate::cli::args::{ModelArgs, SeatNames};
use crate::config::parse_duration;
use clap::Args;
use std::time::Duration;

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
