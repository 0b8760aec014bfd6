//! What can be wrong with settings.

use std::io;
use std::path::PathBuf;

use super::origin::Origin;
use super::value::BadValue;

/// Why no settings, or no key, could be had. No message quotes a value or a line of a file: either may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A settings file exists and cannot be read as text.
    #[error("cannot read the settings file {}", clean(&path.to_string_lossy()))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A settings file cannot be written.
    #[error("cannot write the settings file {}", clean(&path.to_string_lossy()))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A settings file is larger than any settings file needs to be.
    #[error("the settings file {} is larger than {limit} bytes", clean(&path.to_string_lossy()))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// A settings file is not TOML. The parser's own error is not kept as a source, because it quotes the line.
    #[error("{}, line {line}: not valid TOML: {message}", clean(&path.to_string_lossy()))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser expected.
        message: String,
    },
    /// A key that means nothing here.
    #[error("{}, line {line}: unknown key `{key}`", clean(&path.to_string_lossy()))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key with the tables above it, dotted.
        key: String,
        /// What to write in its place.
        suggestion: String,
    },
    /// A key whose value has the wrong type or lies out of range.
    #[error("{}, line {line}: `{key}` must be {expected}, not {found}", clean(&path.to_string_lossy()))]
    Value {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key with the tables above it, dotted.
        key: String,
        /// What would have been right.
        expected: &'static str,
        /// The kind of value found; for a number, the number.
        found: String,
    },
    /// More than one of `api_key`, `api_key_env` and `api_key_cmd` in one table.
    #[error("{}, line {line}: more than one of api_key, api_key_env and api_key_cmd", clean(&path.to_string_lossy()))]
    SeveralKeys {
        /// The file.
        path: PathBuf,
        /// The line of one of them, from 1.
        line: usize,
    },
    /// `api_key_cmd` in the working folder's file, which may be a stranger's.
    #[error("{}, line {line}: api_key_cmd is not allowed in a project's file", clean(&path.to_string_lossy()))]
    CommandInProject {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable whose value cannot be used.
    #[error("the environment variable {name} must be {}", source.expected)]
    Variable {
        /// The variable.
        name: String,
        /// What would have been right.
        source: BadValue,
    },
    /// The variable that `api_key_env` names is not set.
    #[error("the environment variable {name}, which should hold the API key, is not set")]
    KeyUnset {
        /// The variable.
        name: String,
    },
    /// A key would go to a server that only the working folder's file names.
    #[error("the API key ({key}) would be sent to {base_url}, which {} chose", clean(&path.to_string_lossy()))]
    KeyWouldLeave {
        /// Where the key was set.
        key: Origin,
        /// Where it would go.
        base_url: String,
        /// The file that names the server.
        path: PathBuf,
    },
    /// The command of `api_key_cmd` could not be started.
    #[error("the command of api_key_cmd could not be started")]
    KeyCommandStart {
        /// What the system said.
        source: io::Error,
    },
    /// The command of `api_key_cmd` ended with a failure.
    #[error("the command of api_key_cmd failed")]
    KeyCommandFailed,
    /// The command of `api_key_cmd` gave no answer in time.
    #[error("the command of api_key_cmd gave no key within {seconds} seconds")]
    KeyCommandSlow {
        /// How long it was given.
        seconds: u64,
    },
    /// The first line that the command of `api_key_cmd` printed is not a key.
    #[error("the first line that the command of api_key_cmd printed is not {}", source.expected)]
    KeyCommandOutput {
        /// What would have been right.
        source: BadValue,
    },
}

impl ConfigError {
    /// What to do about it, as a sentence to print after `Hint:`.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "check that it is a UTF-8 text file that you may read, or move it away".into(),
            Self::Write { .. } => "check that you may write to the file and its folder".into(),
            Self::TooLarge { .. } => "this is hardly a settings file; move it away".into(),
            Self::Syntax { .. } => "texts stand in quotes (model = \"gpt-5\") and tables in brackets ([limits])".into(),
            Self::UnknownKey { suggestion, .. } => suggestion.clone(),
            Self::Value { key, expected, .. } => format!("set `{key}` to {expected}, or remove the line"),
            Self::SeveralKeys { .. } => "keep one of the three and remove the others".into(),
            Self::CommandInProject { .. } => {
                "put api_key_cmd into conclave/conclave.toml in your own configuration folder".into()
            }
            Self::Variable { name, source } => format!("set {name} to {}, or unset it", source.expected),
            Self::KeyUnset { name } => format!("set {name}, or change api_key_env in the settings file"),
            Self::KeyWouldLeave { .. } => "if you trust that server, name it yourself: --base-url, CONCLAVE_BASE_URL, \
                 or your own configuration folder; for a seat, the flag --seat TAG=MODEL@URL"
                .into(),
            Self::KeyCommandStart { .. } | Self::KeyCommandFailed | Self::KeyCommandOutput { .. } => {
                "run the command in a terminal: it must print the key, alone, on its first line and end with success"
                    .into()
            }
            Self::KeyCommandSlow { .. } => {
                "if it waits for a password, unlock it first, or set OPENAI_API_KEY for this run".into()
            }
        }
    }
}

/// A text from outside as it may be shown: control characters escaped, no longer than a line.
pub(super) fn clean(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}
