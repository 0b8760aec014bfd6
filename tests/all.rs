//! Every end-to-end test, as one binary: one link instead of many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod cli;
mod endpoint;
mod faults;
mod floors;
mod host;
mod html;
mod recorded;
mod replay;
mod support;
mod verify;
