//! How a session's end becomes an exit code, or an error with a hint.

use super::error::{CommandError, Exit};
use crate::protocol::Session;
use crate::protocol::event::{Cause, Outcome};
use crate::room::Ended;

/// The error for a session that could not even begin: the first call after the `calls` that it was made with never came back.
pub(super) fn never_began(session: &Session, calls: usize, ended: &Ended) -> Option<CommandError> {
    match ended {
        Ended::Suspended { cause: Cause::Unreachable { author, reason }, hint } if session.calls().len() == calls => {
            let step = if calls == 0 { "begin" } else { "go on" };
            let error = CommandError::endpoint(format!("the debate could not {step}: {author} could not be reached"))
                .cause(reason);
            Some(match hint {
                Some(hint) => error.hint(hint),
                None => error,
            })
        }
        Ended::Suspended { .. } | Ended::Closed(_) => None,
    }
}

/// The exit code, with what the person should know where the endpoint was the trouble.
pub(super) fn exit(session: &Session, ended: Ended) -> Result<Exit, CommandError> {
    match ended {
        Ended::Closed(Outcome::Consensus { .. }) => Ok(Exit::Done),
        Ended::Closed(Outcome::NoConsensus { .. }) => Ok(Exit::NoConsensus),
        Ended::Closed(Outcome::Aborted { cause }) => Err(CommandError::fault("the debate was aborted")
            .cause(cause)
            .hint("a stronger model may frame it; the log says what was refused and why")),
        Ended::Suspended { cause: Cause::Interrupted | Cause::Forked, .. } => Ok(Exit::Interrupted),
        Ended::Suspended { cause: Cause::Unreachable { author, reason }, hint } => {
            let next = format!("then: conclave resume {}", session.opening().session);
            let hint = hint.map_or(next.clone(), |hint| format!("{hint} {next}"));
            Err(CommandError::endpoint(format!("the debate is suspended: {author} could not be reached"))
                .cause(reason)
                .hint(hint))
        }
        Ended::Suspended {
            cause: Cause::Waves { .. } | Cause::Tokens { .. } | Cause::Cost { .. } | Cause::Time { .. },
            ..
        } => Ok(Exit::NoConsensus),
    }
}
