//! The state after any number of records.

use super::*;
use crate::protocol::{EntryNumber, Phase};
use crate::replay::{ChapterKind, MarkerKind, Misfit};
use proptest::prelude::*;
use std::sync::LazyLock;

/// A long debate, and the state after each of its records.
static LONG: LazyLock<(Timeline, Vec<Session>)> = LazyLock::new(|| {
    let events = long::events(400);
    let mut session = Session::open(&events[0]).unwrap();
    let mut states = vec![session.clone()];
    for event in &events[1..] {
        session.apply(event).unwrap();
        states.push(session.clone());
    }
    (timeline(&events), states)
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn seeking_is_exact_in_any_order(seeks in prop::collection::vec(1usize..2000, 1..12)) {
        let (timeline, states) = &*LONG;
        for n in seeks {
            let n = n.min(timeline.len());
            prop_assert!(*timeline.at(n) == states[n - 1], "after {n} records");
        }
    }
}

#[test]
fn every_state_of_a_long_debate_is_the_fold_of_its_prefix_forwards_and_backwards() {
    let (timeline, states) = &*LONG;
    assert!(timeline.len() > 600 && timeline.len() == states.len());
    for n in (1..=timeline.len()).chain((1..=timeline.len()).rev()) {
        assert!(*timeline.at(n) == states[n - 1], "after {n} records");
    }
}

#[test]
fn states_are_folds_and_not_only_copies_of_each_other() {
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

#[test]
fn entries_and_waves_are_where_the_states_say() {
    let (timeline, states) = &*LONG;
    for entry in 1..=timeline.latest().entries().len() as u32 {
        let n = timeline.of_entry(EntryNumber(entry)).unwrap();
        assert!(states[n - 1].entry(EntryNumber(entry)).is_some() && states[n - 2].entry(EntryNumber(entry)).is_none());
    }
    for wave in 0..timeline.waves() {
        let n = timeline.of_wave(wave).unwrap();
        assert_eq!(states[n - 1].wave().number, wave);
        assert!(n == 1 || states[n - 2].wave().number + 1 == wave);
    }
    for n in 1..=timeline.len() {
        let state = &states[n - 1];
        assert_eq!(timeline.entries_at(n) as usize, state.entries().len());
        assert_eq!((timeline.wave_at(n), timeline.time(n)), (state.wave().number, state.clock().last));
        assert!(timeline.by_time(timeline.time(n)) >= n);
    }
    assert_eq!((timeline.of_entry(EntryNumber(0)), timeline.of_wave(100_000)), (None, None));
}

#[test]
fn markers_and_chapters_say_what_the_states_say() {
    let (timeline, states) = &*LONG;
    let count = |kind| timeline.markers().iter().filter(|m| m.kind == kind).count();
    let last = timeline.latest();
    let texts: usize = last.dockets().map(|d| d.proposals.len()).sum();
    assert_eq!(count(MarkerKind::Proposal), texts);
    assert_eq!((count(MarkerKind::Framework), count(MarkerKind::Close)), (1, 1));
    assert_eq!(count(MarkerKind::Mediation), last.progress().mediations.len());
    let objections = last.issues().iter().filter(|i| i.id.kind == crate::protocol::IssueKind::Objection).count();
    assert!(count(MarkerKind::Objection) == objections && objections > 50);
    assert!(count(MarkerKind::Error) > 4, "retries and replies sent back");
    assert!(timeline.markers().windows(2).all(|w| w[0].records <= w[1].records));
    let mut settled: std::collections::BTreeSet<_> = Default::default();
    for chapter in timeline.chapters() {
        let (now, before) = (&states[chapter.records - 1], chapter.records.checked_sub(2).map(|i| &states[i]));
        match chapter.kind {
            ChapterKind::Phase(phase) => assert!(now.phase() == phase && before.is_none_or(|b| b.phase() != phase)),
            ChapterKind::Wave(wave) => assert_eq!(now.wave().number, wave),
            ChapterKind::Opened(id) => assert!(now.docket(id).is_some() && before.unwrap().docket(id).is_none()),
            ChapterKind::Settled(id) => {
                assert!(now.is_settled(id) && !before.unwrap().is_settled(id));
                settled.insert(id);
            }
            ChapterKind::Unsettled(id) => assert!(!now.is_settled(id) && before.unwrap().is_settled(id)),
            ChapterKind::Forked => panic!("nothing is forked"),
            ChapterKind::End => assert!(now.outcome().is_some()),
        }
    }
    assert_eq!(settled.len(), last.dockets().count());
    assert_eq!(timeline.chapters()[0].kind, ChapterKind::Phase(Phase::Framing));
}

#[test]
fn bookmarks_come_and_go_in_their_place() {
    let mut timeline = timeline(&short());
    let before = timeline.markers().to_vec();
    let last = timeline.latest().last_entry();
    for entry in [last, EntryNumber(2), EntryNumber(3)] {
        assert_eq!(timeline.toggle_bookmark(entry), Some(true));
    }
    let ordered = timeline.markers().windows(2).all(|w| (w[0].records, w[0].entry) <= (w[1].records, w[1].entry));
    assert!(ordered, "{:#?}", timeline.markers());
    let marked = timeline.markers().iter().filter(|m| m.kind == MarkerKind::Bookmark).map(|m| m.entry);
    assert_eq!(marked.collect::<Vec<_>>(), [EntryNumber(2), EntryNumber(3), last]);
    assert_eq!(timeline.toggle_bookmark(EntryNumber(last.0 + 1)), None);
    for entry in [EntryNumber(3), last, EntryNumber(2)] {
        assert_eq!(timeline.toggle_bookmark(entry), Some(false));
    }
    assert_eq!(timeline.markers(), before);
}
