//! Session and duties become two messages, in the order that lets a provider's prefix cache serve every seat from one
//! cache: the protocol (the same bytes for everybody, always); topic, table, context and log (the same for everybody,
//! only ever growing); the texts on the table (the same for everybody who is asked in a wave); and last, short, what is
//! this seat's alone (`docs/protocol.md`, section 6).
//!
//! A text stands once: a draft in its log entry, an amended text in full only where it is to be judged or revised now.
//! What does not fit the model's context is cut by state, never by a model (`fit`, `digest`). Topic, context files and
//! definitions are never cut: who gave them must know what was read.

mod charter;
mod digest;
mod fit;
mod heads;
mod now;
mod table;
#[cfg(test)]
mod tests;

use super::library::Library;
use super::speaker::Turn;
use crate::protocol::{AskKind, Session};
use fit::{Cut, Detail};

/// Definitions longer than this in all, in bytes, move from the shared part to each seat's own tail: some 8,000 tokens
/// at four bytes each. In a small context it is a sixth of it.
pub const SHARED_DEFINITIONS: usize = 32 * 1024;

/// One system and one user message; many chat templates refuse anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    /// The protocol for agents.
    pub system: String,
    /// Everything else.
    pub user: String,
}

impl Messages {
    /// Bytes of both.
    pub fn bytes(&self) -> usize {
        self.system.len() + self.user.len()
    }
}

/// A request that does not fit in its shortest form, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shortest form of the request has {needed} bytes, and {most} fit")]
pub struct TooLong {
    /// What it needs.
    pub needed: usize,
    /// What there is room for.
    pub most: usize,
    /// How much of it is topic and context files, which are never cut.
    pub given: usize,
}

/// The messages for one call, of at most `most` bytes; `None` where no limit is known.
///
/// # Errors
/// Where the topic, the context files and what is open and on the table are longer than that.
pub fn messages(library: &Library, turn: &Turn<'_>, most: Option<usize>) -> Result<Messages, TooLong> {
    let system = system(library, turn.session);
    let limit = most.unwrap_or(usize::MAX);
    let mut shortest = usize::MAX;
    for user in forms(library, turn, limit.saturating_sub(system.len())) {
        let messages = Messages { system: system.clone(), user };
        if messages.bytes() <= limit {
            return Ok(messages);
        }
        shortest = shortest.min(messages.bytes());
    }
    let opening = turn.session.opening();
    let given = opening.topic.len() + opening.context.iter().map(|file| file.text.len()).sum::<usize>();
    Err(TooLong { needed: shortest, most: limit, given })
}

/// The protocol, and how to look at the project where there is one: the same bytes for every call of a session.
fn system(library: &Library, session: &Session) -> String {
    let protocol = library.protocol().trim();
    match session.opening().project {
        Some(_) => format!("{protocol}\n\n{}", library.project().trim()),
        None => protocol.to_owned(),
    }
}

/// The user message in ever shorter forms, each made only if the one before did not fit.
fn forms<'a>(library: &'a Library, turn: &'a Turn<'_>, most: usize) -> impl Iterator<Item = String> + 'a {
    let session = turn.session;
    let shares = shares_definitions(session, most);
    let base = table::shared(session, shares);
    let last = session.entries().last().map(|e| e.number).unwrap_or_default();
    let everything = Detail::ALL.map(|detail| Cut { last, detail });
    // A quarter is kept for the texts on the table and the tail, whoever is asked, so that all cut at the same place.
    let room = (most / 4 * 3).saturating_sub(base.len());
    let cuts: Vec<Cut> = match turn.ask.kind {
        // Read afresh: not the debate, and not who agreed.
        AskKind::Premortem | AskKind::Signature => everything.to_vec(),
        AskKind::Framework | AskKind::Position | AskKind::Turn | AskKind::Mediation => {
            let cut = if most == usize::MAX { Cut::NONE } else { fit::cut(session, room) };
            std::iter::once(cut).chain(everything).collect()
        }
    };
    cuts.into_iter().map(move |cut| {
        let mut user = base.clone();
        match turn.ask.kind {
            AskKind::Premortem | AskKind::Signature => table::accord(session, cut.detail, &mut user),
            AskKind::Framework | AskKind::Position | AskKind::Turn | AskKind::Mediation => {
                let shown = table::log(session, cut, &mut user);
                heads::on_table(session, &shown, &mut user);
            }
        }
        now::tail(library, turn, shares, &mut user);
        user
    })
}

/// Whether the definitions are short enough to be shown to everybody.
fn shares_definitions(session: &Session, most: usize) -> bool {
    let opening = session.opening();
    let seats = opening.seats.iter().map(|s| s.speaker.definition.len());
    seats.chain([opening.supervisor.definition.len()]).sum::<usize>() <= SHARED_DEFINITIONS.min(most / 6)
}

/// A text from elsewhere between two lines that it cannot contain, so that nothing in it passes for ours.
fn enclosed(name: &str, text: &str) -> String {
    let mut mark = "=====".to_owned();
    while text.contains(&mark) {
        mark.push('=');
    }
    format!("{mark} begin {name} {mark}\n{}\n{mark} end {name} {mark}\n", text.trim_end())
}

/// A text of a model's within a line of ours: its further lines are indented and its control characters shown, so that
/// nothing in it can stand where a heading, a clause or an order of ours stands.
fn inset(text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push_str("\n      "),
            '\t' => out.push(' '),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}
