//! May this reply be accepted? If not, why, in words that a model can act on.
//!
//! The table of moves is section 4 of `docs/protocol.md`. A refused reply goes back with every reason at once, since each
//! round costs a call. What a reply may *not* bring about (agreement to a text that moved on, a verdict in somebody else's
//! name) is refused here and once more when the fold applies it.

mod admission;
mod case;
mod charter;
mod dispositions;
mod owed;
mod phases;
mod texts;
mod verdicts;

pub use admission::{Admission, admission};
pub use dispositions::outstanding;

use super::entry::{Move, Reply};
use super::id::Author;
use super::session::Session;
use super::step::{Ask, AskKind};
use case::Case;

/// Longest `content`, in bytes. Entries of some 300 words are usual; this is a guard, not a target.
pub const MAX_CONTENT: usize = 64 * 1024;
/// Longest text within a move, in bytes.
pub const MAX_TEXT: usize = 8 * 1024;
/// Most moves in one reply.
pub const MAX_MOVES: usize = 96;

/// Whether `author`'s reply may be accepted on the log as it stands.
///
/// # Errors
/// All the reasons why not, one sentence each.
pub fn check(session: &Session, author: &Author, reply: &Reply) -> Result<(), Vec<String>> {
    let Some(ask) = session.asks().into_iter().find(|a| a.author == *author) else {
        return Err(vec![format!("{author} is not asked now")]);
    };
    check_answer(session, &ask, reply)
}

/// Whether a reply to `ask`, one of [`Session::asks`], may be accepted.
///
/// # Errors
/// All the reasons why not.
pub(super) fn check_answer(session: &Session, ask: &Ask, reply: &Reply) -> Result<(), Vec<String>> {
    let author = &ask.author;
    let mut case = Case::new(session, author, reply);
    case.form();
    case.vocabulary();
    match ask.kind {
        AskKind::Framework => case.framework(),
        AskKind::Position => case.position(),
        AskKind::Turn => case.turn(&ask.duties),
        AskKind::Mediation => case.mediation(),
        AskKind::Premortem => case.premortem(),
        AskKind::Signature => case.signature(),
    }
    case.verdict()
}

/// Whether what a person in the room says may be appended.
///
/// # Errors
/// All the reasons why not.
pub fn check_post(session: &Session, author: &Author, reply: &Reply) -> Result<(), Vec<String>> {
    let mut case = Case::new(session, author, reply);
    case.form();
    if *author != Author::Human {
        case.refuse(format!("{author} speaks when it is asked"));
    }
    for act in &reply.moves {
        match act {
            Move::Direct { text } if text.trim().is_empty() => case.refuse("a direction needs words"),
            Move::Direct { .. } => {}
            Move::Ask { to, text, about } => case.ask(to, *about, text),
            Move::Answer { question, text } => case.answer(*question, text),
            _ => case.refuse("a person in the room directs, asks and answers; verdicts are the seats' own"),
        }
    }
    case.verdict()
}
