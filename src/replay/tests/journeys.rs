//! A timeline that grows, and a player that follows it, leaves it, and comes back.

use super::*;
use crate::replay::{Pacing, Player, Speed, Step, To};
use std::time::Duration;

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn following_is_always_at_the_last_record() {
    let all = records(&long::events(60));
    let mut timeline = Timeline::open(all[0].clone()).unwrap();
    let mut player = Player::live(&timeline);
    for (n, record) in all.iter().enumerate().skip(1) {
        timeline.push(record.clone()).unwrap();
        assert!(player.tick(&timeline, secs(n as u64)));
        assert!(player.is_live_edge() && player.records() == timeline.len());
        assert_eq!(player.session(&timeline), *timeline.latest());
        assert_eq!(player.next_wakeup(&timeline, secs(n as u64)), None);
    }
}

#[test]
fn a_step_back_leaves_the_edge_while_the_debate_runs_on_and_to_live_returns() {
    let all = records(&long::events(60));
    let half = all.len() / 2;
    let mut timeline = Timeline::of(all[..half].to_vec()).unwrap();
    let mut player = Player::live(&timeline);
    assert!(player.step(&timeline, Step::Entry, true, secs(1)));
    assert!(!player.is_live_edge() && player.is_paused());
    let here = player.place();
    for record in &all[half..] {
        timeline.push(record.clone()).unwrap();
        player.tick(&timeline, secs(2));
        assert_eq!(player.records(), here.records, "reading is never disturbed");
    }
    player.to_live(&timeline);
    assert!(player.is_live_edge() && player.records() == all.len());
}

#[test]
fn playing_up_to_the_edge_of_a_running_debate_follows_it() {
    let all = records(&long::events(60));
    let half = all.len() / 2;
    let mut timeline = Timeline::of(all[..half].to_vec()).unwrap();
    let mut player = Player::live(&timeline);
    player.seek(&timeline, To::Records(half - 3), secs(1));
    assert!(player.is_paused());
    player.play(&timeline, secs(1));
    player.tick(&timeline, secs(100_000));
    assert!(player.is_live_edge());
    player.set_live(&timeline, false);
    assert!(!player.is_live_edge() && player.is_paused());
    player.set_live(&timeline, true);
    player.seek(&timeline, To::Records(2), secs(100_001));
    player.set_speed(&timeline, Speed::AtOnce, secs(100_001));
    player.play(&timeline, secs(100_001));
    player.tick(&timeline, secs(100_001));
    assert!(player.is_live_edge(), "at once is at once");
    timeline.push(all[half].clone()).unwrap();
    player.tick(&timeline, secs(100_002));
    assert_eq!(player.records(), half + 1);
}

#[test]
fn a_debate_that_is_over_at_once_is_read_at_reading_pace_while_it_grows() {
    let all = records(&short());
    let mut timeline = Timeline::open(all[0].clone()).unwrap();
    let mut player = Player::new(&timeline);
    player.set_live(&timeline, true);
    player.set_pacing(&timeline, Pacing::Text, None, secs(0));
    player.play(&timeline, secs(0));
    player.tick(&timeline, secs(50));
    assert!(!player.is_paused() && !player.is_live_edge(), "it waits for more");
    for record in &all[1..] {
        timeline.push(record.clone()).unwrap();
    }
    player.tick(&timeline, secs(50));
    assert!(player.records() < 3, "what was waited is not made up for: {}", player.records());
    let mut now = secs(50);
    while let Some(wait) = player.next_wakeup(&timeline, now) {
        now += wait;
        player.tick(&timeline, now);
    }
    assert_eq!(player.records(), timeline.len());
    let took = now - secs(50);
    assert!(took.abs_diff(player.total()) < secs(2), "{took:?} for {:?}", player.total());
    // Nothing more will come: it comes to rest.
    player.set_live(&timeline, false);
    player.tick(&timeline, now + secs(1));
    assert!(player.is_paused());
    player.play(&timeline, now + secs(2));
    assert_eq!(player.records(), 1, "from the beginning again");
}

#[test]
fn a_schedule_that_grew_equals_one_made_at_once() {
    let all = records(&long::events(80));
    for pacing in [Pacing::Recorded, Pacing::Text] {
        let mut timeline = Timeline::open(all[0].clone()).unwrap();
        let mut player = Player::live(&timeline);
        player.set_pacing(&timeline, pacing, Some(secs(2)), secs(0));
        for record in &all[1..] {
            timeline.push(record.clone()).unwrap();
            player.tick(&timeline, secs(1));
        }
        let mut whole = Player::new(&timeline);
        whole.set_pacing(&timeline, pacing, Some(secs(2)), secs(0));
        for n in 1..=all.len() {
            assert_eq!(player.schedule.slot(n), whole.schedule.slot(n), "{pacing} {n}");
            assert_eq!(player.schedule.wall(player.time_of(n)), timeline.time(n));
        }
    }
}

#[test]
fn times_that_run_backwards_or_to_the_end_of_time_do_no_harm() {
    let mut events = long::events(30);
    let far = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    let near = chrono::DateTime::<chrono::Utc>::MIN_UTC;
    for (i, event) in events.iter_mut().enumerate().skip(4) {
        match event {
            Event::Revealed { at } if i % 3 == 0 => *at = near,
            Event::Replied { timing, .. } => {
                (timing.asked, timing.first) = (far, Some(if i % 2 == 0 { far } else { near }))
            }
            Event::Closed { at, .. } => *at = far,
            _ => {}
        }
    }
    let timeline = timeline(&events);
    for pacing in [Pacing::Recorded, Pacing::Text] {
        let mut player = Player::new(&timeline);
        player.set_pacing(&timeline, pacing, None, secs(0));
        for n in 1..=timeline.len() {
            player.seek(&timeline, To::Records(n), secs(0));
            assert!(player.recorded() <= far && player.records() == n);
            let _ = player.writers(&timeline);
        }
        for share in [0.1, 0.5, 0.999, f64::NAN, f64::INFINITY, -3.0] {
            player.seek(&timeline, To::Share(share), secs(0));
            let _ = (player.recorded(), player.writers(&timeline), player.next_wakeup(&timeline, secs(0)));
        }
    }
}
