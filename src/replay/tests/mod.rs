//! Replays of debates in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod diffs;
mod journeys;
#[path = "../../../benches/support/long.rs"]
mod long;
mod people;
mod players;
mod states;
mod writers;

use crate::journal::Record;
use crate::protocol::event::Event;
use crate::protocol::tests::host::{Host, SEATS, agreeable};
use crate::protocol::{Digest, Session};
use crate::replay::Timeline;
use std::sync::Arc;

/// Records with these events; their digests are made up, since nothing here looks at them.
pub(super) fn records(events: &[Event]) -> Vec<Record> {
    let digest = Digest::of(b"");
    (1..).zip(events).map(|(n, e)| Record { n, digest: digest.clone(), event: Arc::new(e.clone()) }).collect()
}

/// A debate in which everybody agrees at once.
pub(super) fn short() -> Vec<Event> {
    let mut host = Host::new(&SEATS);
    host.run(agreeable);
    host.events
}

pub(super) fn timeline(events: &[Event]) -> Timeline {
    Timeline::of(records(events)).unwrap()
}

pub(super) fn prefix(events: &[Event], n: usize) -> Session {
    Session::fold(&events[..n]).unwrap()
}
