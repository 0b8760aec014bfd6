//! Conclave.

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
