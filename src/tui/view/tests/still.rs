//! What does not move: an idle screen asks for nothing, and reduced motion for little.

use super::made_up::{self, Until};
use super::{Screen, options, recorded};
use crate::protocol::Event;
use crate::tui::model::live::Live;
use crate::tui::update::Msg;
use chrono::TimeDelta;
use std::time::Duration;

#[test]
fn a_screen_on_which_nothing_runs_asks_for_no_wake_up() {
    let mut saved = Screen::saved(recorded());
    saved.look();
    assert_eq!(saved.model.next_wakeup(saved.now), None, "a saved debate at its end");
    let paused = Screen::saved(recorded()).press("g Left Left").wait(10);
    assert_eq!(paused.model.next_wakeup(paused.now), None, "a paused replay");
    let suspended = Screen::running(made_up::records(Until::Suspended));
    assert_eq!(suspended.model.next_wakeup(suspended.now), None, "a suspended debate");
    let mut gone = Screen::running(made_up::records(Until::Stale)).press("PgUp");
    gone.tell(Msg::HostGone);
    let gone = gone.wait(10);
    assert_eq!(gone.model.next_wakeup(gone.now), None, "a debate without its host");
    // A word at the bottom goes away, and then nothing is left to do.
    let mut told = Screen::saved(recorded()).press("m");
    assert!(told.model.next_wakeup(told.now).is_some());
    told = told.wait(10);
    assert_eq!(told.model.next_wakeup(told.now), None);
}

#[test]
fn seconds_are_counted_once_a_second() {
    let screen = Screen::running(made_up::records(Until::Stale)).wait(5);
    let wake = screen.model.next_wakeup(screen.now).unwrap();
    assert!(wake <= Duration::from_secs(1), "{wake:?}");
    let mut later = screen;
    later.now += TimeDelta::from_std(wake).unwrap();
    later.look();
    assert_eq!(later.now.timestamp_subsec_millis(), 0, "it wakes when the second is full");
}

#[test]
fn reduced_motion_wakes_at_most_once_a_second() {
    let mut options = options();
    options.motion = false;
    let mut screen = Screen::over(recorded(), None, options);
    screen = screen.press("Space > > >");
    let mut woken = 0;
    let begun = screen.now;
    while let Some(wake) = screen.model.next_wakeup(screen.now) {
        assert!(wake >= Duration::from_millis(900), "{wake:?}");
        screen.now += TimeDelta::from_std(wake).unwrap();
        screen.look();
        woken += 1;
        assert!(woken < 10_000);
    }
    assert!(woken > 10 && i64::from(woken) <= (screen.now - begun).num_seconds() + 1, "{woken} wake-ups");
}

#[test]
fn reduced_motion_has_words_and_no_spinner() {
    let mut options = options();
    options.motion = false;
    let all = made_up::records(Until::Stale);
    assert!(matches!(*all.last().unwrap().event, Event::SentBack { .. }));
    let mut screen = Screen::over(all, Some(Live::new(true)), options.clone());
    let first = screen.text();
    assert!(first.contains("thinking") && first.contains("retry 2/5"), "{first}");
    let spinners: Vec<&str> = options.theme.glyphs.spinner.to_vec();
    assert!(!spinners.iter().any(|s| first.contains(s)), "{first}");
    // Nothing moves with time but the seconds.
    let seconds = |text: String| text.replace(|c: char| c.is_ascii_digit(), "0");
    let first = seconds(first);
    for _ in 0..20 {
        screen.now += TimeDelta::milliseconds(100);
        assert_eq!(seconds(screen.text()), first);
    }
}
