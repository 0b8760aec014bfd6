//! Conclave.

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
