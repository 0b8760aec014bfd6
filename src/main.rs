//! The program: parse, dispatch, exit code.

use clap::Parser;
use conclave::cli::{self, args::Cli};

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(cli::run(Cli::parse()) as u8)
}
