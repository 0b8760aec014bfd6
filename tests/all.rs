//! All end-to-end tests in one binary: one link instead of many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod floors;
