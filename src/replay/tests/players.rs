//! Playing times: exact, and never shifted against each other.

use super::*;
use crate::protocol::EntryNumber;
use crate::replay::pacing::IDLE_CAPS;
use crate::replay::{At, Pacing, Player, Speed, Step, To};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::Duration;

static LONG: LazyLock<Timeline> = LazyLock::new(|| timeline(&long::events(160)));
static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| long::events(160));
const NOW: Duration = Duration::from_secs(1000);

fn players() -> impl Iterator<Item = Player> {
    let pacings = [Pacing::Recorded, Pacing::Text];
    let all = pacings.into_iter().flat_map(|p| IDLE_CAPS.into_iter().map(move |idle| (p, idle)));
    all.map(|(pacing, idle)| {
        let mut player = Player::new(&LONG);
        player.set_pacing(&LONG, pacing, idle, NOW);
        player
    })
}

#[test]
fn every_record_has_one_playing_time_and_its_recorded_time_stands_beside_it() {
    for mut player in players() {
        let what = (player.pacing(), player.idle_cap());
        for n in 1..=LONG.len() {
            player.seek(&LONG, To::Records(n), NOW);
            assert_eq!(player.records(), n, "{what:?}");
            assert_eq!(player.recorded(), LONG.time(n), "{what:?} at {n}");
            assert!(n == 1 || player.time_of(n) >= player.time_of(n - 1));
            assert!((player.share() - player.share_of(n)).abs() < 1e-9);
            assert!((0.0..=1.0).contains(&player.share()));
            assert_eq!(*player.session(&LONG), *LONG.at(n));
        }
        assert!((player.share() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn seeking_by_entry_wave_clock_and_share_lands_where_the_thing_happened() {
    for mut player in players() {
        for entry in (1..=LONG.latest().entries().len() as u32).rev() {
            player.seek(&LONG, To::Entry(EntryNumber(entry)), NOW);
            assert_eq!(Some(player.records()), LONG.of_entry(EntryNumber(entry)));
        }
        for wave in 0..LONG.waves() {
            player.seek(&LONG, To::At(At::Wave(wave)), NOW);
            assert_eq!(Some(player.records()), LONG.of_wave(wave));
        }
        for n in 1..=LONG.len() {
            player.seek(&LONG, To::Recorded(LONG.time(n)), NOW);
            assert_eq!(player.records(), LONG.by_time(LONG.time(n)));
            assert_eq!(player.recorded(), LONG.time(n));
            player.seek(&LONG, To::Playing(player.time_of(n)), NOW);
            assert!(player.records() >= n && player.time() == player.time_of(n));
            // A click on the scrubber is as exact as a float.
            player.seek(&LONG, To::Share(player.share_of(n)), NOW);
            assert!(player.time().abs_diff(player.time_of(n)) < Duration::from_micros(10));
        }
        player.seek(&LONG, To::At(At::Start), NOW);
        assert_eq!((player.records(), player.time()), (1, Duration::ZERO));
        player.seek(&LONG, To::At("12:05".parse().unwrap()), NOW);
        player.seek(&LONG, To::At("100%".parse().unwrap()), NOW);
        assert_eq!(player.records(), LONG.len());
    }
}

#[test]
fn a_time_of_day_is_the_first_after_the_opening() {
    let mut player = Player::new(&LONG);
    player.set_pacing(&LONG, Pacing::Recorded, None, NOW);
    let opened = LONG.time(1);
    let later = opened + chrono::TimeDelta::minutes(2);
    let text = later.format("%H:%M:%S").to_string();
    player.seek(&LONG, To::At(text.parse().unwrap()), NOW);
    assert_eq!(player.recorded().format("%H:%M:%S").to_string(), text);
    assert_eq!(player.records(), LONG.by_time(player.recorded()));
    // Within the minute of the opening it is the opening, and a minute before it is the next day.
    player.seek(&LONG, To::At(opened.format("%H:%M").to_string().parse().unwrap()), NOW);
    assert_eq!(player.records(), 1);
    let before = opened - chrono::TimeDelta::minutes(2);
    player.seek(&LONG, To::At(before.format("%H:%M").to_string().parse().unwrap()), NOW);
    assert_eq!(player.records(), LONG.len());
}

#[test]
fn idle_time_is_cut_and_typing_is_not() {
    let of = |idle| {
        let mut player = Player::new(&LONG);
        player.set_pacing(&LONG, Pacing::Recorded, idle, NOW);
        player
    };
    let whole = (LONG.time(LONG.len()) - LONG.time(1)).to_std().unwrap();
    assert_eq!(of(None).total(), whole);
    let totals: Vec<Duration> = IDLE_CAPS.iter().map(|idle| of(*idle).total()).collect();
    assert!(totals.windows(2).all(|w| w[0] <= w[1]) && totals[0] < whole, "{totals:?}");
    let capped = of(Some(Duration::from_millis(500)));
    for n in 1..=LONG.len() {
        let slot = capped.schedule.slot(n);
        if let Event::Replied { timing, .. } = &*LONG.record(n - 1).unwrap().event {
            let typed = (timing.ended - timing.first.unwrap()).to_std().unwrap();
            assert_eq!(slot.at - slot.from, typed, "record {n}");
        }
    }
}

#[test]
fn sessions_that_nobody_could_have_watched_are_paced_by_their_texts() {
    assert_eq!(Pacing::Auto.resolved(&LONG), Pacing::Recorded);
    let mut quick = long::events(40);
    let opened = LONG.time(1);
    for event in &mut quick {
        if let Event::Replied { timing, .. } | Event::SentBack { timing, .. } = event {
            *timing = crate::protocol::entry::Timing { asked: opened, first: Some(opened), ended: opened };
        }
    }
    let quick = timeline(&quick);
    assert_eq!(Pacing::Auto.resolved(&quick), Pacing::Text);
    assert_eq!(Pacing::Recorded.resolved(&quick), Pacing::Recorded);
    let words = quick.records().map(|r| crate::replay::length::of_event(&r.event) as u64).sum::<u64>();
    let reading = Duration::from_secs(words / u64::from(crate::replay::pacing::READING));
    let player = Player::new(&quick);
    assert!(player.total() > reading && player.total() < reading * 2, "{:?} for {reading:?}", player.total());
}

#[test]
fn playing_stops_on_every_marker_at_every_speed_and_pacing() {
    let places: Vec<usize> = {
        let mut all: Vec<usize> = LONG.markers().iter().map(|m| m.records).collect();
        all.dedup();
        all
    };
    for mut player in players() {
        for speed in Speed::STEPS {
            player.seek(&LONG, To::At(At::Start), NOW);
            player.set_speed(&LONG, speed, NOW);
            player.set_pauses_on_markers(true);
            let mut now = NOW;
            let mut stopped = Vec::new();
            while player.records() < LONG.len() {
                player.play(&LONG, now);
                while !player.is_paused() {
                    now += Duration::from_secs(3600);
                    player.tick(&LONG, now);
                }
                stopped.push(player.records());
                assert_eq!(player.time(), player.time_of(player.records()));
            }
            assert_eq!(stopped, places, "{speed} {:?}", player.idle_cap());
        }
    }
}

#[test]
fn the_next_change_is_announced_and_nothing_changes_before() {
    for mut player in players() {
        player.set_speed(&LONG, Speed::Times(4.0), NOW);
        player.play(&LONG, NOW);
        let mut now = NOW;
        let mut seen = vec![player.records()];
        let mut wakes = 0;
        while let Some(wait) = player.next_wakeup(&LONG, now) {
            let before = (player.records(), player.writers(&LONG));
            if wait > Duration::from_millis(2) {
                let mut early = player.clone();
                early.tick(&LONG, now + wait - Duration::from_millis(2));
                assert_eq!(early.records(), before.0);
            }
            now += wait;
            player.tick(&LONG, now);
            wakes += 1;
            if Some(&player.records()) != seen.last() {
                seen.push(player.records());
            }
        }
        assert!(player.is_paused() && player.records() == LONG.len());
        assert!(wakes < 200 * LONG.len(), "{wakes} wake-ups");
        assert!(seen.windows(2).all(|w| w[0] < w[1]));
        let took = (now - NOW).as_secs_f64();
        let due = player.total().as_secs_f64() / 4.0;
        assert!((took - due).abs() < due * 0.05 + 0.1, "{took} for {due}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn changing_pacing_cap_or_speed_keeps_the_place(
        n in 1usize..250, share in 0.0f64..1.0, changes in prop::collection::vec((0usize..2, 0usize..4, 0usize..8), 1..6)
    ) {
        let mut player = Player::new(&LONG);
        let n = n.min(LONG.len() - 1);
        let gap = player.time_of(n + 1) - player.time_of(n);
        let place = player.place_of(&LONG, To::Playing(player.time_of(n) + gap.mul_f64(share)));
        player.seek(&LONG, To::Playing(place.time), NOW);
        let records = player.records();
        player.play(&LONG, NOW);
        for (pacing, idle, speed) in changes {
            player.set_pacing(&LONG, [Pacing::Recorded, Pacing::Text][pacing], IDLE_CAPS[idle], NOW);
            if let Speed::Times(_) = Speed::STEPS[speed] {
                player.set_speed(&LONG, Speed::STEPS[speed], NOW);
            }
            prop_assert_eq!(player.records(), records);
            let (from, to) = (player.time_of(records), player.time_of(records + 1));
            prop_assert!(player.time() >= from && player.time() <= to);
        }
    }

    #[test]
    fn the_state_after_seeking_is_the_fold_of_the_prefix_from_anywhere_and_no_marker_shifts(
        journey in prop::collection::vec((0usize..3, 0.0f64..1.0, 0usize..2, 0usize..4, 0usize..8), 1..10)
    ) {
        let mut player = Player::new(&LONG);
        let mut now = NOW;
        for (kind, share, pacing, idle, speed) in journey {
            let of = |many: usize| (share * many as f64) as usize;
            player.set_pacing(&LONG, [Pacing::Recorded, Pacing::Text][pacing], IDLE_CAPS[idle], now);
            player.set_speed(&LONG, Speed::STEPS[speed], now);
            let to = match kind {
                0 => To::Records(1 + of(LONG.len())),
                1 => To::Entry(EntryNumber(1 + of(LONG.latest().entries().len()) as u32)),
                _ => To::Share(share),
            };
            player.seek(&LONG, to, now);
            prop_assert_eq!(&*player.session(&LONG), &prefix(&EVENTS, player.records()), "{:?}", to);
            // On from there, as far as it comes.
            player.play(&LONG, now);
            now += Duration::from_secs(3);
            player.tick(&LONG, now);
            prop_assert_eq!(&*player.session(&LONG), &prefix(&EVENTS, player.records()), "{:?}, played on", to);
            player.pause(&LONG, now);
            let marker = &LONG.markers()[of(LONG.markers().len())];
            player.seek(&LONG, To::Playing(player.time_of(marker.records)), now);
            // Others may happen at the same playing time; none of them is before it.
            prop_assert!(player.records() >= marker.records);
            prop_assert_eq!(player.time(), player.time_of(marker.records));
            player.seek(&LONG, To::Records(marker.records), now);
            prop_assert_eq!(player.recorded(), LONG.time(marker.records));
        }
    }

    #[test]
    fn steps_go_on_and_back_and_never_skip_a_record_of_their_kind(
        start in 0.0f64..1.0, steps in prop::collection::vec((0usize..5, any::<bool>()), 1..20)
    ) {
        const STEPS: [Step; 5] = [Step::Entry, Step::Wave, Step::Piece, Step::Marker, Step::Chapter];
        for mut player in players().take(5) {
            player.seek(&LONG, To::Share(start), NOW);
            for (step, back) in &steps {
                let before = player.place();
                let moved = player.step(&LONG, STEPS[*step], *back, NOW);
                let after = player.place();
                prop_assert_eq!(moved, before != after);
                prop_assert!(!moved || (after < before) == *back, "{:?} to {:?}", before, after);
                prop_assert!(after.time >= player.time_of(after.records));
            }
        }
    }
}

#[test]
fn stepping_from_the_opening_visits_every_wave_entry_and_piece() {
    let mut player = Player::new(&LONG);
    let mut walk = |step: Step, back: bool| {
        player.seek(&LONG, To::At(if back { At::End } else { At::Start }), NOW);
        let mut places = vec![player.place()];
        while player.step(&LONG, step, back, NOW) {
            places.push(player.place());
        }
        places
    };
    for step in [Step::Entry, Step::Wave, Step::Piece] {
        let there = walk(step, false);
        let mut here = walk(step, true);
        here.reverse();
        assert_eq!(there.last().unwrap().records, LONG.len(), "{step:?}");
        assert_eq!(here[0].records, 1, "{step:?}");
        if step == Step::Piece {
            let records = |places: &[crate::replay::player::Place]| {
                let mut all: Vec<usize> = places.iter().map(|p| p.records).collect();
                all.dedup();
                all
            };
            assert_eq!(records(&there), (1..=LONG.len()).collect::<Vec<_>>());
            assert_eq!(records(&there), records(&here));
            assert!(there.len() > 5 * LONG.len(), "{} pieces", there.len());
        }
    }
    assert_eq!(walk(Step::Wave, false).len() as u32, LONG.waves() + 1, "every wave, and the end");
}

#[test]
fn places_are_read_as_people_write_them_and_nothing_else_is() {
    for (text, at) in [
        ("#46", At::Entry(EntryNumber(46))),
        ("50%", At::Share(0.5)),
        (" wave 3", At::Wave(3)),
        ("w3", At::Wave(3)),
        ("END", At::End),
    ] {
        assert_eq!(text.parse(), Ok(at), "{text}");
    }
    assert!(matches!("12:05".parse(), Ok(At::Clock(_))) && matches!("12:05:30".parse(), Ok(At::Clock(_))));
    assert!(matches!("2026-11-20 12:05".parse(), Ok(At::Moment(_))));
    assert!(matches!("2026-11-20T12:05:30Z".parse(), Ok(At::Moment(_))));
    for text in ["", "46", "#", "#0", "#x", "101%", "-1%", "NaN%", "25:00", "wave", "wave x", "soon", "50 %%"] {
        assert!(text.parse::<At>().is_err(), "{text}");
    }
    assert!("\u{1b}[2J".parse::<At>().unwrap_err().to_string().contains("\\u{1b}"));
}

#[test]
fn an_entry_or_a_wave_that_is_not_there_is_told_with_how_far_the_session_goes() {
    let (entries, waves) = (LONG.latest().entries().len() as u32, LONG.waves());
    for there in [At::Entry(EntryNumber(entries)), At::Wave(waves - 1), At::Start, At::End, At::Share(1.0)] {
        assert_eq!(there.is_in(&LONG), Ok(()), "{there}");
    }
    let told = |at: At| at.is_in(&LONG).map_err(|missing| (missing.to_string(), missing.hint())).unwrap_err();
    let (what, hint) = told(At::Entry(EntryNumber(entries + 1)));
    assert_eq!(what, format!("this session has no #{}", entries + 1));
    assert_eq!(hint, format!("its last entry is #{entries}"));
    let (what, hint) = told(At::Wave(waves));
    assert_eq!((what, hint), (format!("this session has no wave {waves}"), format!("its last wave is {}", waves - 1)));
}

#[test]
fn speeds_are_stepped_and_read() {
    let mut speed = Speed::Times(0.25);
    for step in &Speed::STEPS[1..] {
        speed = speed.faster();
        assert_eq!(speed, *step);
    }
    assert_eq!((speed.faster(), Speed::Times(0.25).slower()), (Speed::AtOnce, Speed::Times(0.25)));
    assert_eq!(Speed::Times(3.0).slower(), Speed::Times(2.0));
    assert_eq!(
        ("2".parse(), "0".parse(), "0.5x".parse()),
        (Ok(Speed::Times(2.0)), Ok(Speed::AtOnce), Ok(Speed::Times(0.5)))
    );
    for text in ["-1", "17", "0.1", "fast", "NaN", "inf", ""] {
        assert!(text.parse::<Speed>().is_err(), "{text}");
    }
}
