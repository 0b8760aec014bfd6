//! The browser with scripted keys over the recorded sessions, and some that are made up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::journal::{JournalError, State, Summary, catalog};
use crate::protocol::Digest;
use crate::protocol::event::{Cause, Outcome};
use crate::tui::input::{Input, Mouse};
use crate::tui::keymap::Keymap;
use crate::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::path::Path;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000 + second, 0).unwrap()
}

fn listed(name: &str, topic: &str, state: State, (entries, cost): (u32, Option<u64>)) -> Listed {
    let opened = at(i64::from(entries));
    let summary = Summary {
        session: name.to_owned(),
        forked_from: None,
        topic: topic.to_owned(),
        state,
        opened,
        last: opened,
        entries,
        waves: entries / 4,
        calls: entries,
        models: vec![format!("model-of-{name}")],
        tokens: 1200,
        cost_nano: cost,
        digest: Digest::of(b""),
        torn: false,
    };
    Listed { name: name.to_owned(), folder: PathBuf::from(name), summary: Ok(summary), running: false }
}

/// Four sessions: over, suspended, running, unreadable.
fn four() -> Vec<Listed> {
    let missing = JournalError::Missing { folder: PathBuf::from("d") };
    let running = Listed { running: true, ..listed("c", "Queues \u{1b}[31mhere", State::Open, (30, Some(7_000_000))) };
    vec![
        listed("a", "Sign-in", State::Closed(Outcome::Consensus { digest: Digest::of(b"x") }), (40, None)),
        running,
        listed("b", "Uploads", State::Suspended(Cause::Waves { limit: 5 }), (20, Some(2_500_000_000))),
        Listed { name: "d".to_owned(), folder: PathBuf::from("d"), summary: Err(missing), running: false },
    ]
}

fn browser(size: (u16, u16), all: Vec<Listed>) -> Browser {
    let options = Options { keymap: Keymap::default(), theme: Theme::dark(), motion: true, mouse: true, notify: false };
    let mut browser = Browser::new(options, at(100));
    browser.size = size;
    update(&mut browser, Msg::Listed(Ok(all)), at(100));
    browser
}

/// Presses keys, written as in the table; gives what the last one asked for, previews left out.
fn press(browser: &mut Browser, keys: &[&str]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys {
        effects = update(browser, Msg::Input(Input::Key(key.parse().unwrap())), at(101));
        effects.retain(|e| !matches!(e, Effect::Preview(_)));
    }
    effects
}

fn names(browser: &Browser) -> Vec<&str> {
    browser.shown().map(|(_, l)| l.name.as_str()).collect::<Vec<_>>()
}

fn chosen(browser: &Browser) -> &str {
    &browser.chosen().unwrap().name
}

fn screen(browser: &mut Browser) -> String {
    let (width, height) = browser.size;
    browser.prepare(at(101));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(browser, frame)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let row = |y: u16| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_column_sorts_both_ways_and_the_unreadable_stay_last() {
    let mut browser = browser((120, 40), four());
    let expected = [
        (Sort::Date, "acb"),
        (Sort::Outcome, "acb"),
        (Sort::Entries, "acb"),
        (Sort::Waves, "acb"),
        (Sort::Cost, "bca"),
        (Sort::Models, "abc"),
        (Sort::Topic, "cab"),
    ];
    press(&mut browser, &["j", "j"]);
    assert_eq!(chosen(&browser), "b");
    for (sort, order) in expected {
        assert_eq!((browser.sort, names(&browser).concat()), (sort, format!("{order}d")));
        press(&mut browser, &["S"]);
        let back: String = order.chars().rev().collect();
        assert_eq!(names(&browser).concat(), format!("{back}d"));
        assert_eq!(chosen(&browser), "b", "what is chosen stays chosen");
        press(&mut browser, &["s"]);
    }
    assert_eq!(browser.sort, Sort::Date);
}

#[test]
fn the_filter_is_fuzzy_and_looks_at_topic_outcome_models_and_name() {
    let mut browser = browser((120, 40), four());
    for (typed, found) in [
        ("uplds", "b"),
        ("consens", "a"),
        ("running", "c"),
        ("model-of-b", "b"),
        ("unread", "d"),
        ("upl susp", "b"),
        ("upl consens", ""),
    ] {
        press(&mut browser, &["/"]);
        update(&mut browser, Msg::Input(Input::Paste(typed.to_owned())), at(101));
        assert_eq!(names(&browser).concat(), found, "{typed}");
        press(&mut browser, &["Enter"]);
        assert_eq!((browser.mode, names(&browser).concat()), (Mode::Browsing, found.to_owned()), "it is kept");
        press(&mut browser, &["Esc"]);
        assert_eq!(names(&browser).len(), 4);
    }
    // The best match comes first, until a column is sorted by.
    let topics =
        ["Uploads of plans", "Up to the load balancer: limits on adjacent sessions", "The plan of uploads", "Plans"];
    let all = topics.iter().zip(1..).map(|(topic, n)| listed(&format!("s{n}"), topic, State::Open, (n, None)));
    update(&mut browser, Msg::Listed(Ok(all.collect())), at(101));
    press(&mut browser, &["/"]);
    update(&mut browser, Msg::Input(Input::Paste("uploads plans".to_owned())), at(101));
    assert_eq!((names(&browser), chosen(&browser)), (vec!["s1"], "s1"), "letters strewn over a sentence are no match");
    (0..6).for_each(|_| drop(press(&mut browser, &["Backspace"])));
    update(&mut browser, Msg::Input(Input::Paste(" plan".to_owned())), at(101));
    assert_eq!(names(&browser), ["s3", "s1"], "the same by the date");
    update(&mut browser, Msg::Input(Input::Paste("s".to_owned())), at(101));
    press(&mut browser, &["Enter"]);
    assert!(screen(&mut browser).contains("the best match first"));
    press(&mut browser, &["S"]);
    assert!(screen(&mut browser).contains("by opened, reversed"));
    press(&mut browser, &["S", "Esc"]);
    update(&mut browser, Msg::Listed(Ok(four())), at(101));
    // What is a command elsewhere is text here.
    press(&mut browser, &["/", "q", "D"]);
    assert_eq!((browser.mode, browser.field.text()), (Mode::Filtering, "qD"));
}

#[test]
fn what_went_wrong_stays_until_a_key_is_pressed_and_what_went_well_does_not() {
    let mut browser = browser((120, 40), four());
    browser.say("written");
    browser.prepare(at(300));
    assert!(!screen(&mut browser).contains("written"));
    browser.complain("no model is configured");
    browser.prepare(at(9000));
    assert!(screen(&mut browser).contains("no model is configured"));
    press(&mut browser, &["j"]);
    assert!(!screen(&mut browser).contains("no model is configured"));
}

#[test]
fn nothing_is_removed_without_a_yes() {
    let mut browser = browser((120, 40), four());
    press(&mut browser, &["D"]);
    assert_eq!(browser.mode, Mode::Removing);
    assert!(screen(&mut browser).contains("Move a to the trash?"));
    for no in ["Enter", "Esc", "n", "Y", "D"] {
        assert_eq!(press(&mut browser, &[no]), [], "{no}");
        press(&mut browser, &["D"]);
    }
    assert_eq!(press(&mut browser, &["y"]), [Effect::Remove(PathBuf::from("a"))]);
    let mut left = four();
    left.remove(0);
    update(&mut browser, Msg::Listed(Ok(left)), at(102));
    assert_eq!((names(&browser).concat(), chosen(&browser)), ("cbd".to_owned(), "c"));
}

#[test]
fn a_session_is_replayed_carried_on_exported_and_forked() {
    let mut browser = browser((120, 40), four());
    assert_eq!(press(&mut browser, &["Enter"]), [Effect::Leave(Chosen::Replay(PathBuf::from("a")))]);
    assert_eq!(press(&mut browser, &["r"]), [], "it is over");
    assert!(screen(&mut browser).contains("F forks it"));
    assert_eq!(press(&mut browser, &["e", "h"]), [Effect::Export(PathBuf::from("a"), "html")]);
    assert_eq!(press(&mut browser, &["e", "Esc"]), []);
    assert_eq!(press(&mut browser, &["F"]), [Effect::Fork(PathBuf::from("a"))]);
    // The fork is chosen as soon as it is listed.
    let done = update::Done { told: "forked".to_owned(), made: Some(PathBuf::from("e")) };
    assert_eq!(update(&mut browser, Msg::Done(Ok(done)), at(102))[0], Effect::List);
    let mut all = four();
    let mut fork = listed("e", "Sign-in", State::Suspended(Cause::Forked), (1, None));
    fork.summary.as_mut().unwrap().forked_from = Some("a".to_owned());
    all.push(fork);
    update(&mut browser, Msg::Listed(Ok(all)), at(102));
    assert_eq!(chosen(&browser), "e");
    let drawn = screen(&mut browser);
    assert!(drawn.contains("fork: Sign-in") && drawn.contains("e · a fork of a"), "{drawn}");
    assert_eq!(press(&mut browser, &["r"]), [Effect::Leave(Chosen::Resume(PathBuf::from("e")))]);
    assert_eq!(press(&mut browser, &["q"]), [Effect::Leave(Chosen::Nothing)]);
    // A session of which nothing can be shown is not left for.
    press(&mut browser, &["G"]);
    assert_eq!(chosen(&browser), "d");
    let fault = Msg::Previewed { folder: PathBuf::from("d"), text: Err("line 1 is damaged".to_owned()) };
    update(&mut browser, fault, at(102));
    assert_eq!(press(&mut browser, &["Enter"]), []);
    assert!(screen(&mut browser).contains("line 1 is damaged"));
}

#[test]
fn a_fork_stays_chosen_wherever_it_comes_and_whatever_was_chosen_before() {
    for (typed, expected) in [("", "e"), ("up", "b")] {
        let mut browser = browser((120, 40), four());
        press(&mut browser, &["/"]);
        update(&mut browser, Msg::Input(Input::Paste(typed.to_owned())), at(101));
        press(&mut browser, &["Enter"]);
        while chosen(&browser) != "b" {
            press(&mut browser, &["j"]);
        }
        let done = update::Done { told: "forked".to_owned(), made: Some(PathBuf::from("e")) };
        update(&mut browser, Msg::Done(Ok(done)), at(102));
        // It is the newest, and so the first: what was chosen by its place is another now.
        let mut all = four();
        all.push(listed("e", "Sign-in", State::Suspended(Cause::Forked), (50, None)));
        update(&mut browser, Msg::Listed(Ok(all)), at(102));
        assert_eq!(chosen(&browser), expected, "{typed}");
    }
}

#[test]
fn documents_are_made_one_at_a_time_of_what_is_chosen_then() {
    let mut browser = browser((120, 40), four());
    assert_eq!(browser.loading, Some(PathBuf::from("a")));
    let down = || Msg::Input(Input::Key("j".parse().unwrap()));
    assert_eq!(update(&mut browser, down(), at(101)), [], "one is being made");
    assert_eq!(update(&mut browser, down(), at(101)), []);
    let made = Msg::Previewed { folder: PathBuf::from("a"), text: Ok("# A".to_owned()) };
    assert_eq!(update(&mut browser, made, at(101)), [Effect::Preview(PathBuf::from("b"))]);
    assert!(!screen(&mut browser).contains("# A"), "another's document is not shown");
    let long: String = (0..90).map(|n| format!("line {n}\n\n")).collect();
    update(&mut browser, Msg::Previewed { folder: PathBuf::from("b"), text: Ok(long) }, at(101));
    assert!(screen(&mut browser).contains("line 0"));
    (0..40).for_each(|_| drop(press(&mut browser, &["Space"])));
    assert!(screen(&mut browser).contains("line 89"), "and no further than its end");
    press(&mut browser, &["b"]);
    assert!(!screen(&mut browser).contains("line 89"));
}

#[test]
fn every_size_shows_what_it_can_and_hostile_topics_stay_text() {
    for size in [(120, 40), (80, 24), (40, 12), (20, 3), (1, 1)] {
        let mut browser = browser(size, four());
        let shown = screen(&mut browser);
        assert!(!shown.contains('\u{1b}'), "{shown}");
        if size.1 >= 12 {
            assert!(
                shown.contains("consensus") && shown.contains("Sign-in") && shown.contains("unreadable"),
                "{shown}"
            );
        }
        if size.0 >= 80 {
            assert!(shown.contains("2026-11-18") && shown.contains("$2.50") && shown.contains("--"), "{shown}");
        }
        press(&mut browser, &["?"]);
        screen(&mut browser);
    }
    let mut browser = browser((120, 40), four());
    update(&mut browser, Msg::Input(Input::Mouse(Mouse::Press(3, 4))), at(101));
    assert_eq!(chosen(&browser), "b");
}

#[test]
fn what_is_moved_to_the_trash_is_listed_no_more_and_can_be_had_back() {
    let dir = tempfile::tempdir().unwrap();
    let session = dir.path().join("s");
    let put = || {
        std::fs::create_dir_all(&session).unwrap();
        std::fs::write(session.join("journal.jsonl"), "damaged\n").unwrap();
    };
    put();
    let first = catalog::trash(&session).unwrap();
    assert_eq!(first, dir.path().canonicalize().unwrap().join(catalog::TRASH).join("s"));
    assert!(catalog::list(dir.path()).unwrap().is_empty() && first.join("journal.jsonl").exists());
    put();
    let second = catalog::trash(&session).unwrap();
    assert!(second != first && first.exists() && second.exists(), "neither replaces the other");
    assert!(matches!(catalog::trash(&session), Err(JournalError::Missing { .. })));
    // One that is being written stays.
    put();
    let writer = std::fs::File::open(session.join("journal.jsonl")).unwrap();
    writer.lock().unwrap();
    assert!(catalog::is_held(&session));
    assert!(matches!(catalog::trash(&session), Err(JournalError::Held { .. })));
    drop(writer);
    assert!(!catalog::is_held(&session) && Path::exists(&session));
}

#[test]
fn a_link_to_a_session_elsewhere_is_put_aside_and_the_session_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (elsewhere, link) = (dir.path().join("elsewhere/s"), dir.path().join("here/s"));
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::fs::create_dir_all(dir.path().join("here")).unwrap();
    std::fs::write(elsewhere.join("journal.jsonl"), "damaged\n").unwrap();
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    let aside = catalog::trash(&link).unwrap();
    assert!(elsewhere.join("journal.jsonl").exists() && !link.is_symlink());
    assert!(aside.is_symlink() && aside.starts_with(dir.path().canonicalize().unwrap().join("here")));
}
