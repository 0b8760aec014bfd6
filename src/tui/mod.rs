//! What a person watches: one screen for a running debate and a saved one.
//!
//! The screen reads a journal and what comes through the door of a running session; it never touches the room. It is the
//! usual loop: what happened ([`update::Msg`]) changes the [`model::Model`] and asks for [`update::Effect`]s; the model is
//! laid out for the frame, and `view` copies that to the terminal. Time comes in with the messages.
//!
//! - [`terminal`], [`background`]: the terminal taken and given back, and what colour it has;
//! - [`input`], [`keymap`]: what was pressed, and what that means;
//! - [`model`], [`update`]: everything the screen knows, and how it changes;
//! - [`theme`], [`markdown`]: what things look like;
//! - [`view`]: one file a pane; [`view::layout`] has the map of the screen;
//! - [`run`]: the loop;
//! - [`browser`]: the sessions that are kept, to choose one from.

pub mod background;
pub mod browser;
pub mod input;
pub mod keymap;
pub mod markdown;
pub mod model;
pub mod run;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod view;
