//! A session of every kind that can be exported.

use super::builder::{Setting, Table, agreed, blocked, drafted, frame, propose, reply};
use super::hostile;
use crate::protocol::event::{Cause, Outcome, Usage};
use crate::protocol::{Author, Event, Move, Session};

/// The four of which every format is kept as a snapshot.
pub fn snapshots() -> Vec<(&'static str, Session)> {
    let mut suspended = drafted(Setting::default(), "Checkout sessions", "A signed token in a cookie.");
    suspended.suspend(Cause::Waves { limit: 3 });
    vec![
        ("consensus", agreed(Setting::default()).session),
        ("no_consensus", blocked().session),
        ("suspended", suspended.session),
        ("hostile", hostile::session()),
    ]
}

/// All kinds.
pub fn all() -> Vec<(&'static str, Session)> {
    let mut all = snapshots();
    let framed = || {
        let mut table = Table::open(Setting::default());
        table.wave(vec![("SUPERVISOR", frame("Only a frame"))]);
        table
    };
    let panel = "built-in panel (rule-based, no language model)";
    let untold = Setting { models: [panel; 3], usage: Usage::default(), ..Setting::default() };
    let mut aborted = framed();
    let at = aborted.tick();
    aborted.apply(Event::Closed { outcome: Outcome::Aborted { cause: "the key was revoked".to_owned() }, at });
    all.extend([
        ("opened", Table::open(Setting::default()).session),
        ("framed", framed().session),
        ("running", drafted(Setting::default(), "Checkout sessions", "A token.").session),
        ("panel", agreed(untold).session),
        ("aborted", aborted.session),
        ("visited", visited().session),
    ]);
    all
}

/// An alternative, a question to somebody absent, and a person in the room.
fn visited() -> Table {
    let mut table = drafted(Setting::default(), "Checkout sessions", "A signed token in a cookie.");
    let ask = Move::Ask { to: "LEGAL".to_owned(), about: "D1".parse().unwrap(), text: "May we set it?".to_owned() };
    let review = |moves| reply("REVIEW", "Reviewed.", moves);
    let (first, second) = (super::builder::agree(&table, 1, None), super::builder::agree(&table, 2, None));
    let frontend = review(vec![first.clone(), second.clone(), propose(1, &["A token in memory."]), ask]);
    table.wave(vec![("BACKEND", review(vec![second])), ("FRONTEND", frontend), ("SECURITY", review(vec![first]))]);
    let said = reply("DIRECTION", "Mind the auditors.", vec![Move::Direct { text: "Mind the auditors.".to_owned() }]);
    let at = table.tick();
    table.apply(Event::Posted { author: Author::Human, reply: said, at });
    table
}
