//! What the page says, that it holds whatever is put into it, and that its boards are the session's own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
