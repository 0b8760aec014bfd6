//! Forms filled in with keys, on sessions that a host in memory drives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod duties;
pub mod hand;
mod places;
mod random;
mod screen;
