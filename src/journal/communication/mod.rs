//! Entries and the Markdown log, in the form of `docs/protocol.md`, section 5.
//!
//! One renderer makes the file that people follow and the log that models read, so both see the same debate. What a
//! speaker wrote is untrusted: it is escaped so that nothing in it can pass for an entry, a field or a move, or swallow
//! what follows, and so that [`parse()`] gives every content back to the byte (see `escape.rs`).
//!
//! An entry's text depends on the entry and on what was fixed when it was written, never on what came of it later. That
//! keeps the file append-only, and the prefix that an endpoint caches.

mod charter;
pub(super) mod escape;
mod fence;
mod file;
mod looks;
mod moves;
mod parse;
mod refs;
mod render;
mod texts;

pub use file::Log;
pub use looks::{render_look, render_looks};
pub use moves::render_move;
pub use parse::{ParsedEntry, parse};
pub use render::{Form, render_entry, render_entry_as, render_header, render_log, render_moves, render_references};

#[cfg(test)]
mod tests;
