//! The host: this program again, in a session of its own, where the room runs while a screen visits it.

use super::error::Exit;
use crate::door::Visitor;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Child;

/// A host that runs, and the owning visitor of its session.
#[derive(Debug)]
pub struct Hosted {
    /// The process. It is in a session of its own and lives on after this one detaches.
    pub child: Child,
    /// The session's folder.
    pub folder: PathBuf,
    /// What it said on standard error before its door was open: which model it found, a torn record.
    pub notes: String,
    /// The visitor that owns the session.
    pub visitor: Visitor,
}

/// A host that ended before its door was open.
#[derive(Debug)]
pub struct Failed {
    /// How the program should exit.
    pub exit: Exit,
    /// What it told on standard error, ready to be printed.
    pub told: String,
}

/// Starts the host with this program's own arguments (`args` is what stands after the program's name), waits until its
/// door is open, and owns the session.
///
/// # Errors
/// When it ended, or could not be reached, before its door was open.
pub async fn start(args: Vec<OsString>) -> Result<Hosted, Failed> {
    drop(args);
    Err(Failed { exit: Exit::Fault, told: "Error: the host is not built yet\n".to_owned() })
}
