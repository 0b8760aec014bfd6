#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod caching;
mod debate;
mod fitting;
mod wording;
