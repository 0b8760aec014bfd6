//! Conclave lets language models argue a design question out until every one of them has agreed to the same text.
//!
//! The floors of the house, lowest first; a file uses only floors below its own. `ARCHITECTURE.md` tells the ways through it.
//!
//! 1. [`protocol`]: how a debate works, pure;
//! 2. [`journal`], [`llm`], [`config`]: one session on disk, models behind endpoints, settings;
//! 3. [`agent`]: who speaks;
//! 4. [`room`]: the loop, and what people in it say;
//! 5. [`replay`], [`export`], [`door`]: a session played, as a document, and visited while it runs;
//! 6. [`tui`]: the screen;
//! 7. [`cli`]: what a person types.

// Tests share the generator of long debates with the benches, which know the crate by its name.
#[cfg(test)]
extern crate self as conclave;

pub mod agent;
pub mod cli;
pub mod config;
pub mod door;
pub mod export;
pub mod journal;
pub mod llm;
pub mod protocol;
pub mod replay;
pub mod room;
pub mod tui;
