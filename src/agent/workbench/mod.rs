//! What seats may see of the project they argue about: three read-only tools, confined to one folder.
//!
//! A seat asks in a turn to read some lines, to search, or to list files; the host looks and gives back text. Nothing is ever
//! written or executed, and whatever a look is refused for is said to the seat and recorded. What stands between a model and
//! the machine:
//!
//! - *the folder*: paths are relative and have no `..`; what they lead to, links resolved, lies in the folder (`project`);
//! - *the kind of file*: what git ignores, what looks like a secret by its name (`names`), what is not text, what is too large,
//!   and where sessions are kept, since a journal holds the sealed positions of others;
//! - *the amount*: bytes, lines, matches, files, rounds and looks in a turn, and time;
//! - *the words*: what looks like a secret is masked ([`crate::protocol::secrets`]).
//!
//! Everything found is material to be judged, as the log is. Time comes in as a limit: whoever calls waits so long and no longer.

mod exchange;
mod git;
mod glob;
mod grep;
mod guide;
mod names;
mod project;
mod read;
#[cfg(test)]
mod tests;
mod tools;

pub use exchange::exchange;
pub use git::Checkout;
pub use guide::{GUIDES, guides};
pub(super) use names::secret as secret_name;
pub use project::{Folder, ProjectError};
pub use tools::{TOOLS, llm_tools, query};

use crate::protocol::look::{MAX_GIVEN, MAX_LOOKS};
use crate::protocol::secrets::redact;
use crate::protocol::{Found, Look, Query, Round};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longest time that one round of looks may take.
pub const ROUND_TIME: Duration = Duration::from_secs(5);
/// Most bytes that one look gives.
const MAX_LOOK: usize = 16 * 1024;
/// Longest line that is given, in characters.
const MAX_LINE: usize = 400;

/// The project on the table. One for all seats; cheap to share.
#[derive(Debug)]
pub struct Workbench {
    folder: Arc<Folder>,
}

/// Raised when time is up; every loop over files or lines looks at it.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<AtomicBool>);

impl Bell {
    /// Ends whatever looks at it.
    pub fn ring(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether time is up.
    pub fn rang(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What was found, before it is bounded and masked.
struct Raw {
    text: String,
    spots: Vec<crate::protocol::Spot>,
    left_out: String,
}

impl Workbench {
    /// A workbench for `folder`.
    pub fn new(folder: Folder) -> Self {
        Self { folder: Arc::new(folder) }
    }

    /// Carries out one round of looks, of which all together give at most `room` bytes. Those for which time or room is over
    /// are refused; so are those beyond what a round may have, which the last look names.
    pub async fn round(&self, queries: Vec<Query>, room: usize, time: Duration) -> Round {
        let bell = Bell::default();
        let (folder, heard) = (Arc::clone(&self.folder), bell.clone());
        let mut work = tokio::task::spawn_blocking(move || looks(&folder, queries, room.min(MAX_GIVEN), &heard));
        let done = match tokio::time::timeout(time, &mut work).await {
            Ok(done) => done,
            Err(_) => {
                bell.ring();
                // It ends at its next file or line; what it has found by then is kept.
                work.await
            }
        };
        let mut looks = done.unwrap_or_default();
        if looks.is_empty() {
            let query = Query::Other { name: "look".to_owned(), arguments: String::new() };
            looks.push(Look { query, found: Found::refused("the look failed") });
        }
        Round { looks, revision: Checkout::of(self.folder.root()).and_then(|checkout| checkout.commit) }
    }

    /// Looks once, without a limit on time.
    #[cfg(test)]
    fn look(&self, query: Query) -> Look {
        looks(&self.folder, vec![query], MAX_GIVEN, &Bell::default()).remove(0)
    }
}

fn looks(folder: &Folder, queries: Vec<Query>, room: usize, bell: &Bell) -> Vec<Look> {
    let mut left = room;
    let mut looks = Vec::new();
    let mut queries = queries.into_iter();
    for query in queries.by_ref().take(MAX_LOOKS) {
        let found = if bell.rang() {
            Found::refused("the time for this round of looks was over")
        } else if left == 0 {
            Found::refused("what may be given in one turn was used up")
        } else {
            found(folder, &query, left.min(MAX_LOOK), bell)
        };
        left = left.saturating_sub(found.text().len());
        looks.push(Look { query, found });
    }
    if let Some(last) = looks.last_mut() {
        tell_refused(&mut last.found, queries.as_slice());
    }
    looks
}

/// Most looks beyond a round's that are named; the others are counted.
const MAX_TOLD: usize = 8;
/// Most characters of each.
const MAX_TOLD_EACH: usize = 80;

/// Says with the last look of a round which others were refused, so that the seat knows and the journal shows it: a round has
/// no place for more.
fn tell_refused(last: &mut Found, refused: &[Query]) {
    if refused.is_empty() {
        return;
    }
    let mut named: Vec<String> = refused.iter().take(MAX_TOLD).map(|query| short(&query.to_string())).collect();
    if refused.len() > MAX_TOLD {
        named.push(format!("{} others", refused.len() - MAX_TOLD));
    }
    let (count, named) = (refused.len(), named.join("; "));
    let looks = if count == 1 { "look" } else { "looks" };
    let told = format!("{count} more {looks} of this round refused, since {MAX_LOOKS} are the most in one: {named}");
    match last {
        Found::Given { left_out, .. } if left_out.is_empty() => *left_out = told,
        Found::Given { left_out: said, .. } | Found::Refused { reason: said } => *said = format!("{said}; {told}"),
    }
}

fn short(query: &str) -> String {
    let (masked, _) = redact(query);
    let mut text: String = line(&masked).chars().take(MAX_TOLD_EACH).collect();
    if text.len() < masked.len() {
        text.push('…');
    }
    text
}

fn found(folder: &Folder, query: &Query, most: usize, bell: &Bell) -> Found {
    let raw = match query {
        Query::Read { path, from, lines } => read::read(folder, path, (*from, *lines), most),
        Query::Grep { .. } => grep::grep(folder, query, most, bell),
        Query::Glob { pattern } => glob::glob(folder, pattern, most, bell),
        Query::Other { name, .. } => Err(tools::why_not(name)),
    };
    match raw {
        Err(reason) => Found::Refused { reason },
        Ok(Raw { text, spots, left_out }) => {
            let (masked_text, masked) = redact(&text);
            let mut text = masked_text.into_owned();
            // A mask may be longer than what it hides.
            text.truncate((0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
            Found::Given { text, spots, left_out, masked: u32::try_from(masked).unwrap_or(u32::MAX) }
        }
    }
}

/// A line as it is given: without what could steer a terminal, and not longer than lines may be.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_LINE));
    for (nth, c) in text.trim_end_matches(['\r', '\n']).chars().enumerate() {
        if nth == MAX_LINE {
            out.push_str(" …");
            break;
        }
        if c.is_control() && c != '\t' { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}
