//! The host: this program again, in a session of its own, where the room runs while a screen visits it.
//!
//! Whoever watches can then stop (Ctrl+Z), leave or die without the debate noticing more than it should. The host gets
//! the same arguments and `--host`. Until its door is open it speaks as any command does, on standard error and by its
//! exit code; then it says on standard output where its session is, and turns both away from the terminal. From there on
//! everything goes through the door.

use super::error::{CommandError, Exit};
use super::lines::say;
use crate::door::{Ended, Request, Visitor};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::Duration;

/// How long a host runs unowned before it stops: whoever started it is gone.
pub(super) const CLAIM: Duration = Duration::from_secs(15);
/// What the host says after its door was opened: warnings, its log. Removed where it said nothing.
const LOG: &str = "host.log";
/// Most that is taken in of what a host says on standard error, in bytes.
const MAX_TOLD: u64 = 64 * 1024;

/// What the host says on standard output when its door is open.
#[derive(Debug, Serialize, Deserialize)]
struct Opened {
    /// The session's folder.
    door: PathBuf,
}

/// A host that runs, and the visitor that owns its session.
#[derive(Debug)]
pub struct Hosted {
    /// The process. It is in a session of its own and lives on where the visitor detached.
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

fn failed(what: String) -> Failed {
    Failed { exit: Exit::Fault, told: format!("Error: {what}\n") }
}

/// Starts the host with this program's own arguments (`args` is what stands after the program's name), waits until its
/// door is open, and owns the session.
///
/// # Errors
/// When it ended, or could not be reached, before its door was open. Then no host is left behind.
pub async fn start(args: Vec<OsString>) -> Result<Hosted, Failed> {
    // Only `--topic-file -` reads standard input, and it may then be a pipe that somebody fills.
    let reads = args.iter().any(|arg| arg == "-" || arg == "--topic-file=-");
    let program = std::env::current_exe().map_err(|e| failed(format!("the program cannot find itself: {e}")))?;
    let mut command = Command::new(program);
    command.arg("--host").args(args).stdin(if reads { Stdio::inherit() } else { Stdio::null() });
    launch(command).await
}

/// As [`start`], for a command that is `conclave --host` with its arguments, its standard input set.
///
/// # Errors
/// As [`start`].
pub async fn launch(mut command: Command) -> Result<Hosted, Failed> {
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|e| failed(format!("the host cannot be started: {e}")))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let heard = tokio::task::spawn_blocking(move || hear(out, err)).await;
    let (opened, notes) = heard.map_err(|e| failed(format!("the host cannot be heard: {e}")))?;
    let Some(Opened { door: folder }) = opened else { return Err(ended_early(child, notes).await) };
    match enter(&folder).await {
        Ok(visitor) => Ok(Hosted { child, folder, notes, visitor }),
        Err(why) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(failed(format!("the host cannot be reached: {why}")))
        }
    }
}

async fn enter(folder: &Path) -> Result<Visitor, String> {
    let visitor = Visitor::knock(folder).await.map_err(|e| e.to_string())?;
    visitor.line().ask(Request::Own).await.map_err(|e| e.to_string())?;
    Ok(visitor)
}

/// What the host says until its door is open, or it ends.
fn hear(out: Option<ChildStdout>, err: Option<ChildStderr>) -> (Option<Opened>, String) {
    // Read at the same time: a host that tells much would else wait for a reader.
    let told = std::thread::spawn(move || {
        let mut told = Vec::new();
        if let Some(mut err) = err {
            let _ = (&mut err).take(MAX_TOLD).read_to_end(&mut told);
            // What is beyond the bound is not kept, but taken, or the host would wait.
            let _ = io::copy(&mut err, &mut io::sink());
        }
        String::from_utf8_lossy(&told).into_owned()
    });
    let mut line = String::new();
    if let Some(out) = out {
        let _ = BufReader::new(out.take(MAX_TOLD)).read_line(&mut line);
    }
    (serde_json::from_str(&line).ok(), told.join().unwrap_or_default())
}

async fn ended_early(mut child: Child, told: String) -> Failed {
    let status = tokio::task::spawn_blocking(move || child.wait()).await;
    let code = status.ok().and_then(Result::ok).and_then(|status| status.code());
    let exit = match code {
        Some(0) => Exit::Done,
        Some(2) => Exit::Usage,
        Some(3) => Exit::NoConsensus,
        Some(4) => Exit::Endpoint,
        Some(130) => Exit::Interrupted,
        Some(_) | None => Exit::Fault,
    };
    let told = if told.is_empty() && exit != Exit::Done {
        "Error: the host ended before its door was open\n".to_owned()
    } else {
        told
    };
    Failed { exit, told }
}

/// In the host: leaves the terminal's session, so that neither its keys nor its end reach this process.
pub(super) fn leave_terminal() {
    // A process that leads a group already cannot; then it was not started from a terminal's job either.
    let _ = rustix::process::setsid();
}

/// In the host: says that the door of the session in `folder` is open, and turns output away from whoever started it,
/// who may stop reading.
pub(super) fn announce(folder: &Path) -> Result<(), CommandError> {
    let failed = |e: &dyn std::error::Error| CommandError::fault("the host cannot leave its terminal").because(e);
    let folder = folder.canonicalize().map_err(|e| failed(&e))?;
    let log = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(folder.join(LOG));
    let log = log.map_err(|e| failed(&e))?;
    let nothing = fs::OpenOptions::new().write(true).open("/dev/null").map_err(|e| failed(&e))?;
    let opened = serde_json::to_string(&Opened { door: folder }).map_err(|e| failed(&e))?;
    say(&opened);
    rustix::stdio::dup2_stdout(&nothing).map_err(|e| failed(&e))?;
    rustix::stdio::dup2_stderr(&log).map_err(|e| failed(&e))
}

/// In the host: removes the log if nothing was said; in any case where the session leaves nothing behind.
pub(super) fn tidy(folder: &Path, leaves_nothing: bool) {
    let log = folder.join(LOG);
    if leaves_nothing || fs::metadata(&log).is_ok_and(|about| about.len() == 0) {
        let _ = fs::remove_file(log);
    }
}

/// How a command ended, for visitors.
pub(super) fn ended(done: &Result<Exit, CommandError>) -> Ended {
    match done {
        Ok(exit) => Ended { exit: *exit as u8, what: None, causes: Vec::new(), hint: None },
        Err(error) => error.as_ended(),
    }
}
