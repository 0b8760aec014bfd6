//! Session and duties become two messages, in the order that lets a provider's prefix cache serve every seat from one
//! cache: the protocol (the same bytes for everybody, always); topic, table, context and log (the same for everybody,
//! only ever growing); and last, short, what is this seat's alone (`docs/protocol.md`, section 6).

mod now;
mod table;

use super::library::Library;
use super::speaker::Turn;
use crate::protocol::{AskKind, Session};

/// Definitions longer than this in all, in bytes, move from the shared part to each seat's own tail: some 8,000 tokens
/// at four bytes each.
pub const SHARED_DEFINITIONS: usize = 32 * 1024;

/// One system and one user message; many chat templates refuse anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    /// The protocol for agents.
    pub system: String,
    /// Everything else.
    pub user: String,
}

/// The messages for one call.
pub fn messages(library: &Library, turn: &Turn<'_>) -> Messages {
    let session = turn.session;
    let mut user = table::shared(session);
    match turn.ask.kind {
        // A signer reads afresh: not the debate, and not who agreed.
        AskKind::Signature => table::accord(session, &mut user),
        AskKind::Framework | AskKind::Position | AskKind::Turn | AskKind::Mediation | AskKind::Premortem => {
            table::log(session, &mut user);
        }
    }
    now::tail(library, turn, &mut user);
    Messages { system: library.protocol().trim().to_owned(), user }
}

/// Whether the definitions are short enough to be shown to everybody.
fn shares_definitions(session: &Session) -> bool {
    let opening = session.opening();
    let seats = opening.seats.iter().map(|s| s.speaker.definition.len());
    seats.chain([opening.supervisor.definition.len()]).sum::<usize>() <= SHARED_DEFINITIONS
}

/// A text from elsewhere between two lines that it cannot contain, so that nothing in it passes for ours.
fn enclosed(name: &str, text: &str) -> String {
    let mut mark = "=====".to_owned();
    while text.contains(&mark) {
        mark.push('=');
    }
    format!("{mark} begin {name} {mark}\n{}\n{mark} end {name} {mark}\n", text.trim_end())
}
