//! Every end-to-end test, as one binary: one link instead of many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod agents;
mod browser;
mod cli;
mod doctor;
mod endpoint;
mod faults;
mod floors;
mod host;
mod html;
mod local;
mod picture;
mod recorded;
mod replay;
mod secrets;
mod support;
mod terminal;
mod transient;
mod verify;
mod workbench;
