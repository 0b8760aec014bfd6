#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod catalogue;
mod debate;
mod drive;
mod mixed;
mod stranger;
mod subject;
