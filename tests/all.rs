//! Every end-to-end test, as one binary: one link instead of many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod browser;
mod cli;
mod endpoint;
mod faults;
mod floors;
mod html;
mod recorded;
mod support;
mod verify;
