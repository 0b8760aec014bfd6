//! The state after any number of records.

use super::*;
use crate::replay::Misfit;

#[test]
fn the_state_after_any_number_of_records_is_their_fold() {
    let events = short();
    let timeline = timeline(&events);
    for n in (1..=events.len()).rev().chain(1..=events.len()) {
        assert_eq!(*timeline.at(n), prefix(&events, n), "{n}");
    }
    assert_eq!(timeline.at(0), timeline.at(1));
    assert_eq!(timeline.at(events.len() + 5), *timeline.latest());
}

#[test]
fn a_record_that_does_not_fit_changes_nothing() {
    let events = short();
    let all = records(&events);
    let mut timeline = Timeline::of(all[..4].to_vec()).unwrap();
    let before = Session::clone(timeline.latest());
    assert_eq!(timeline.push(all[5].clone()), Err(Misfit::Order { expected: 5, found: 6 }));
    let mut twice = all[0].clone();
    twice.n = 5;
    assert!(matches!(timeline.push(twice), Err(Misfit::Refused { n: 5, .. })));
    assert_eq!((timeline.len(), &**timeline.latest()), (4, &before));
    timeline.push(all[4].clone()).unwrap();
    assert!(matches!(Timeline::of(Vec::new()), Err(Misfit::Order { .. })));
}
