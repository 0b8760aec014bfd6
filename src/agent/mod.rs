//! Who speaks: definitions become seats, sessions become prompts, texts become replies.
//!
//! A seat is an agent definition plus whatever drives it: a language model, the built-in panel, a person. All of them
//! stand behind one trait, [`speaker::Speaker`], and are bound by the same rules; nothing above this floor knows which
//! of them it asks.

pub mod definition;
pub mod draft;
pub mod library;
pub mod pace;
pub mod panel;
pub mod panel_voice;
pub mod person;
pub mod prompt;
pub mod reply;
pub mod roster;
pub mod schema;
pub mod search;
pub mod speaker;
pub mod voice;
#[cfg(test)]
mod voice_tests;
pub mod workbench;
