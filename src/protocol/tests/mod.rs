//! The core's main test: whole debates in memory, on a virtual clock, driven until idle.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod charter;
mod debates;
pub(crate) mod host;
mod hostile;
mod invariants;
pub(crate) mod looks;
mod model_check;
mod rules;
