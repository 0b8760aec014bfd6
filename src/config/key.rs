//! API keys: given, held in a variable, or printed by a command when it is first needed.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use super::error::ConfigError;
use super::value::BadValue;

/// Longest key, in bytes.
const LONGEST_KEY: usize = 4096;
/// How often a running command is looked at.
const TICK: Duration = Duration::from_millis(50);
/// How many looks a command gets: 10 seconds' worth. Counted, so that no clock is read here.
const PATIENCE: u32 = 200;

/// An API key, or the way to it. Its `Debug` shows neither key nor command.
#[derive(Debug, Clone)]
pub enum ApiKey {
    /// The key itself, from a file or from one of Conclave's own variables.
    Given(SecretString),
    /// The variable that `api_key_env` names, and what it held when settings were loaded.
    Variable {
        /// The variable's name.
        name: String,
        /// Its value, where it is set.
        value: Option<SecretString>,
    },
    /// A command that prints the key. Clones share one run.
    Command(Arc<KeyCommand>),
}

impl ApiKey {
    /// A key given as text. Blanks around it are dropped; what remains must be visible ASCII, because it becomes a header.
    pub fn given(text: &str) -> Result<Self, BadValue> {
        parse_key(text).map(Self::Given)
    }

    /// A command for the system's shell, to be run when the key is first asked for.
    pub fn command(line: &str) -> Self {
        Self::Command(Arc::new(KeyCommand { line: SecretString::from(line), known: Mutex::new(None) }))
    }

    /// The key. Runs the command if there is one and it has not succeeded yet, and then blocks for up to 10 seconds:
    /// call it off the async threads.
    ///
    /// # Errors
    /// [`ConfigError::KeyUnset`] for a variable that is not set, and the `KeyCommand…` errors for a command.
    pub fn resolve(&self) -> Result<SecretString, ConfigError> {
        match self {
            Self::Given(key) => Ok(key.clone()),
            Self::Variable { name, value } => value.clone().ok_or_else(|| ConfigError::KeyUnset { name: name.clone() }),
            Self::Command(command) => command.key(PATIENCE),
        }
    }
}

/// A command whose first line of output is an API key.
pub struct KeyCommand {
    // The command line may hold a secret of its own, so it is kept like one.
    line: SecretString,
    known: Mutex<Option<SecretString>>,
}

impl KeyCommand {
    fn key(&self, patience: u32) -> Result<SecretString, ConfigError> {
        // Held while the command runs: four seats that ask at once must not ask a password store four times.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.as_ref() {
            return Ok(key.clone());
        }
        let key = run(shell(&self.line), patience)?;
        *known = Some(key.clone());
        Ok(key)
    }
}

impl fmt::Debug for KeyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCommand([REDACTED])")
    }
}

/// A key as it can go into a header.
pub(super) fn parse_key(text: &str) -> Result<SecretString, BadValue> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_KEY || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(BadValue::new("an API key: one line of visible ASCII characters"));
    }
    Ok(SecretString::from(text))
}

fn shell(line: &SecretString) -> Command {
    use secrecy::ExposeSecret;
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(program);
    command.arg(option).arg(line.expose_secret());
    command
}

/// Runs the command until it has printed its first line and ended well. What else it prints goes nowhere.
fn run(mut command: Command, patience: u32) -> Result<SecretString, ConfigError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|source| ConfigError::KeyCommandStart { source })?;
    let printed = first_line(&mut child);
    let outcome = await_end(&mut child, &printed, patience);
    if outcome.is_err() {
        // It may have ended by itself; either way nothing is left running under our name.
        let _ = child.kill();
        let _ = child.wait();
    }
    let line = outcome?;
    let text = String::from_utf8_lossy(&line);
    parse_key(&text).map_err(|source| ConfigError::KeyCommandOutput { source })
}

/// Reads on another thread, because a pipe cannot be read with a time limit. The thread ends with the pipe.
fn first_line(child: &mut Child) -> Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut line = Vec::new();
            // One byte more than a key may have, so that a longer line is refused and not cut.
            let _ = stdout.by_ref().take(LONGEST_KEY as u64 + 1).read_until(b'\n', &mut line);
            let _ = send.send(line);
            // Drained, so that a command with more to say does not die of a closed pipe.
            let _ = io::copy(&mut stdout, &mut io::sink());
        });
    }
    receive
}

fn await_end(child: &mut Child, printed: &Receiver<Vec<u8>>, patience: u32) -> Result<Vec<u8>, ConfigError> {
    let mut line = None;
    for _ in 0..patience {
        match (child.try_wait(), line.take()) {
            (Err(source), _) => return Err(ConfigError::KeyCommandStart { source }),
            (Ok(Some(status)), _) if !status.success() => return Err(ConfigError::KeyCommandFailed),
            (Ok(Some(_)), Some(done)) => return Ok(done),
            (Ok(None), Some(waiting)) => {
                line = Some(waiting);
                std::thread::sleep(TICK);
            }
            (Ok(_), None) => match printed.recv_timeout(TICK) {
                Ok(first) => line = Some(first),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(ConfigError::KeyCommandFailed),
            },
        }
    }
    Err(ConfigError::KeyCommandSlow { seconds: u64::from(patience) * TICK.as_millis() as u64 / 1000 })
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn key_of(line: &str) -> Result<SecretString, ConfigError> {
        ApiKey::command(line).resolve()
    }

    #[test]
    fn a_command_gives_its_first_line() {
        assert_eq!(key_of("printf ' sk-one \\r\\nsecond\\n'").unwrap().expose_secret(), "sk-one");
        assert_eq!(key_of("printf sk-two").unwrap().expose_secret(), "sk-two");
    }

    #[test]
    fn a_command_that_fails_or_prints_no_key_is_refused_without_its_output() {
        let failed = key_of("echo sk-secret; exit 3").unwrap_err();
        assert!(matches!(failed, ConfigError::KeyCommandFailed), "{failed:?}");
        for line in ["true", "echo", "echo 'two words'", "head -c 5000 /dev/zero | tr '\\0' k"] {
            let error = key_of(line).unwrap_err();
            assert!(matches!(error, ConfigError::KeyCommandOutput { .. }), "{line}: {error:?}");
            assert!(!format!("{error} {error:?} {}", error.hint()).contains("two words"));
        }
    }

    #[test]
    fn a_command_that_hangs_is_given_up_and_killed() {
        // `exec`, so that the child killed is the one that hangs.
        let slow = KeyCommand { line: SecretString::from("exec sleep 600"), known: Mutex::new(None) };
        assert!(matches!(slow.key(2), Err(ConfigError::KeyCommandSlow { .. })));
    }

    #[test]
    fn clones_share_one_run() {
        let folder = tempfile::tempdir().unwrap();
        let trace = folder.path().join("runs");
        let key = ApiKey::command(&format!("echo run >> '{}'; echo sk-once", trace.display()));
        let again = key.clone();
        assert_eq!(key.resolve().unwrap().expose_secret(), again.resolve().unwrap().expose_secret());
        assert_eq!(std::fs::read_to_string(&trace).unwrap(), "run\n");
    }

    #[test]
    fn debug_shows_neither_key_nor_command() {
        let shown = format!(
            "{:?} {:?} {:?}",
            ApiKey::given("sk-secret").unwrap(),
            ApiKey::command("echo sk-secret"),
            ApiKey::Variable { name: "A_KEY".into(), value: Some(SecretString::from("sk-secret")) },
        );
        assert!(!shown.contains("secret\""), "{shown}");
        assert!(!shown.contains("sk-"), "{shown}");
    }
}
