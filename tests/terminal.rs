//! The full screen in a real pseudo-terminal.

use crate::support::model::{Act, Server, dutiful};
use crate::support::terminal::Terminal;
use crate::support::{Ran, Scratch, fold};
use conclave::protocol::EntryNumber;
use conclave::replay::Timeline;
use std::path::Path;
use std::time::Duration;

const TOPIC: &str = "How should sign-in work for our B2B product?";

/// A recorded session of the repository.
fn recorded() -> String {
    let sessions = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let listed = std::fs::read_to_string(sessions.join("recorded.txt")).unwrap();
    sessions.join(listed.lines().next().unwrap()).display().to_string()
}

#[test]
fn a_whole_debate_is_watched_searched_and_left() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["debate", TOPIC, "--pace", "fast"], (120, 40));
    screen.until("somebody writes", |s| s.contents().contains("SUPERVISOR") && s.contents().contains("writing"));
    screen.until("the log follows", |s| s.contents().contains("LIVE  FOLLOW"));
    // Held while it streams: the reader stays where they are.
    screen.send(" ");
    screen.shows("HOLD");
    screen.send("G");
    screen.shows("FOLLOW");
    screen.send(":");
    screen.shows("A command, or");
    screen.send("\x1b");
    screen.until("the list closes", |s| !s.contents().contains("A command, or"));
    let mut turns = 0;
    while !screen.screen().contains("CONSENSUS  FOLLOW") {
        turns += 1;
        assert!(turns < 400, "{}", screen.screen());
        let before = screen.bytes_len();
        screen.send(".");
        screen.after("something happens", before);
    }
    screen.shows("Every seat has signed");
    screen.send("/K1\r");
    screen.shows("/K1");
    screen.send("d");
    screen.shows("1. Summary");
    screen.send("q");
    let (code, told) = screen.ends();
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("CONSENSUS on "), "{told}");
    Ran::of(scratch.conclave(&["verify"]).output().unwrap()).exits(0);
}

#[test]
fn who_only_watches_sees_how_the_debate_ended() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["debate", TOPIC, "--model", "builtin", "--pace", "off"], (120, 40));
    screen.shows("CONSENSUS  FOLLOW");
    screen.shows("Every seat has signed");
    assert!(!screen.screen().contains("PAUSED"), "{}", screen.screen());
    screen.send("q");
    assert_eq!(screen.ends().0, 0);
}

#[test]
fn every_size_has_a_screen_and_a_debate_runs_through_all_of_them() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["debate", TOPIC, "--pace", "slow"], (120, 40));
    screen.shows("2 SEATS");
    screen.resize(80, 24);
    screen.until("no frames at 80×24", |s| s.contents().contains("SUPERVISOR") && !s.contents().contains("2 SEATS"));
    screen.resize(40, 12);
    screen.shows("no objection is open");
    screen.resize(20, 3);
    screen.until("one line", |s| s.contents().trim().lines().count() == 1 && s.contents().contains("LIVE"));
    screen.resize(200, 60);
    screen.shows("4 DETAIL");
    screen.send("\x03");
    screen.shows("Ctrl+C again");
    screen.send("\x03");
    let (code, told) = screen.ends();
    assert_eq!(code, 130, "{told}");
    assert!(told.contains("conclave resume"), "{told}");
    Ran::of(scratch.conclave(&["resume", "--plain"]).output().unwrap()).exits(0);
    Ran::of(scratch.conclave(&["verify"]).output().unwrap()).exits(0);
}

#[test]
fn a_debate_goes_on_when_it_is_left_to_and_is_found_again() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["debate", TOPIC, "--pace", "slow"], (100, 30));
    screen.shows("LIVE");
    screen.send("q");
    screen.shows("The debate is running");
    screen.send("\x1b[B\r");
    let (code, told) = screen.ends();
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("conclave watch"), "{told}");
    let mut watching = Terminal::start(&scratch, &["watch"], (100, 30));
    watching.shows("watching only");
    watching.send("i");
    watching.shows("conclave post");
    watching.send("q");
    assert_eq!(watching.ends().0, 0);
    // Whoever joins takes part as the one who started it did.
    let mut joined = Terminal::start(&scratch, &["watch", "--join"], (100, 30));
    joined.shows("LIVE");
    joined.send("i");
    joined.shows("SAY, as HUMAN");
    joined.send("\x1b");
    joined.until("the composer closes", |s| !s.contents().contains("SAY, as HUMAN"));
    // Somebody speaks who has no screen. (While the debate is watched: left alone it does not type, and is soon over.)
    let posted = Ran::of(
        scratch.conclave(&["post", &scratch.session().display().to_string(), "Mind the budget."]).output().unwrap(),
    );
    posted.exits(0);
    joined.send("q");
    joined.shows("The debate is running");
    joined.send("\x1b[B\r");
    assert_eq!(joined.ends().0, 0);
}

#[test]
fn a_screen_that_is_put_to_sleep_comes_back() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["watch", &recorded()], (100, 30));
    screen.shows("CONSENSUS");
    screen.send("\x1a");
    screen.until("the terminal is given back", |s| !s.alternate_screen() && !s.hide_cursor());
    // It may not sleep yet: waking it is repeated until it is there again.
    let mut woken = 0;
    while !screen.wakes() {
        woken += 1;
        assert!(woken < 600, "{}", screen.screen());
    }
    screen.shows("CONSENSUS");
    screen.send("q");
    assert_eq!(screen.ends().0, 0);
}

#[test]
fn a_debate_goes_on_while_its_screen_sleeps() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["debate", TOPIC, "--pace", "slow"], (120, 40));
    screen.shows("LIVE  FOLLOW");
    for key in [true, false] {
        if key {
            screen.send("\x1a")
        } else {
            screen.signal("TSTP")
        }
        screen
            .until("the terminal is given back", |s| !s.alternate_screen() && !s.hide_cursor() && !s.bracketed_paste());
        // Its host sleeps not: it takes in what somebody says.
        let folder = scratch.session();
        scratch.run(&["post", folder.file_name().unwrap().to_str().unwrap(), "Two engineers."]).exits(0);
        let mut woken = 0;
        while !screen.wakes() {
            woken += 1;
            assert!(woken < 600, "{}", screen.screen());
        }
        screen.shows("LIVE  FOLLOW");
    }
    screen.send("q");
    screen.shows("Stop: it can be carried on later");
    screen.send("Stop\r");
    let (code, told) = screen.ends();
    assert_eq!(code, 130, "{told}");
    scratch.run(&["resume", "--plain"]).exits(0);
    let session = fold(&scratch.session());
    assert_eq!(session.directions().len(), 2);
}

#[test]
fn who_scrolls_back_while_it_streams_is_not_moved() {
    let scratch = Scratch::new();
    let mut screen = Terminal::start(&scratch, &["debate", TOPIC, "--pace", "fast"], (120, 40));
    screen.shows("LIVE  FOLLOW");
    // "." ends a turn at once.
    while !screen.screen().contains("5 entries") {
        let before = screen.bytes_len();
        screen.send(".");
        screen.after("something happens", before);
    }
    screen.shows("writing");
    screen.send("\x1b[5~");
    screen.shows("HOLD");
    let read = |s: &vt100::Screen| -> Vec<String> {
        // The middle of the log: above it titles count, below it others write.
        s.rows(2, 60).skip(6).take(12).collect()
    };
    let before = screen.with(read);
    assert!(before.iter().filter(|row| !row.trim().is_empty()).count() > 6, "{before:#?}");
    for _ in 0..20 {
        let bytes = screen.bytes_len();
        screen.after("it streams on", bytes);
        assert_eq!(screen.with(read), before);
    }
    screen.send("G");
    screen.shows("FOLLOW");
    screen.send("q");
    screen.shows("Stop: it can be carried on later");
    screen.send("Stop\r");
    screen.ends();
}

/// Not a test: a screen of which a task dies, in a process of its own.
#[tokio::test]
#[ignore = "the next test runs it"]
async fn a_screen_of_which_a_task_dies() {
    if std::env::var_os("CONCLAVE_TEST_FOLDER").is_none() {
        return;
    }
    let _terminal = conclave::tui::terminal::Terminal::take(true).unwrap();
    tokio::spawn(async { panic!("a task has died") });
    std::future::pending::<()>().await;
}

#[test]
fn a_panic_in_a_task_gives_the_terminal_back_and_is_told() {
    let scratch = Scratch::new();
    let args = ["--exact", "terminal::a_screen_of_which_a_task_dies", "--ignored", "--nocapture"];
    let env = [("CONCLAVE_TEST_FOLDER", scratch.path().to_str().unwrap())];
    let program = std::env::current_exe().unwrap();
    let screen = Terminal::start_program(&program, &scratch, &args, (80, 24), &env);
    screen.shows("a task has died");
    let bytes = screen.bytes();
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    assert!(has(b"\x1b[?1049h") && has(b"\x1b[?1049l"), "it had the other screen and left it");
    assert_eq!(screen.ends().0, 1);
}

#[test]
fn signals_leave_the_terminal_whole_and_the_session_resumable() {
    for signal in ["TERM", "HUP"] {
        let scratch = Scratch::new();
        let screen = Terminal::start(&scratch, &["debate", TOPIC, "--pace", "slow"], (100, 30));
        screen.shows("LIVE");
        screen.signal(signal);
        screen.ends();
        // The host notices that its owner is gone; only then may another writer have the journal.
        let folder = scratch.session();
        let resumed = (0..200)
            .map(|_| Ran::of(scratch.conclave(&["resume", "--plain"]).output().unwrap()))
            .find(|r| r.code == Some(0));
        assert!(resumed.is_some(), "{signal}: {}", folder.display());
    }
}

#[test]
fn what_a_model_writes_reaches_the_terminal_as_text_only() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}]52;c;b3duZWQ=\u{7}\u{1b}[31mred\u{1b}[2J\u{1b}[H\u{1b}[201~ \u{9b}2J \u{202e}desrever";
    let model = Server::start(Duration::ZERO, move |seen| {
        let honest = dutiful(seen);
        Act::Say(honest.replacen(
            "\"content\":\"",
            &format!("\"content\":{}", &serde_json::to_string(evil).unwrap().trim_end_matches('"')),
            1,
        ))
    });
    let scratch = Scratch::new();
    let args = ["debate", TOPIC, "--model", "m", "--base-url", &model.url];
    let mut screen = Terminal::start(&scratch, &args, (120, 40));
    screen.shows("CONSENSUS  FOLLOW");
    screen.send("g");
    screen.shows("owned");
    screen.send("q");
    let bytes = screen.bytes();
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    for sequence in ["\u{1b}]0;", "\u{1b}]52", "\u{1b}[201~", "\u{9b}", "\u{202e}", "\u{1b}[31m"] {
        assert!(!has(sequence.as_bytes()), "{sequence:?} reached the terminal");
    }
    assert_eq!(screen.ends().0, 0);
}

#[test]
fn a_hundred_times_opened_resized_and_left_the_terminal_is_as_it_was() {
    let scratch = Scratch::new();
    let session = recorded();
    for round in 0..100_u16 {
        let mut screen = Terminal::start_with(&scratch, &["watch", &session], (120, 40), &[("COLORFGBG", "15;0")]);
        screen.shows("CONSENSUS");
        screen.resize(40 + round, 12 + round / 3);
        screen.send("q");
        assert_eq!(screen.ends().0, 0);
    }
}

/// What the title of the log's pane says after so many records.
fn logged(timeline: &Timeline, records: usize) -> String {
    let entries = timeline.entries_at(records);
    format!("1 LOG  {entries} {}", if entries == 1 { "entry" } else { "entries" })
}

#[test]
fn a_saved_debate_is_played_sought_through_and_left() {
    let scratch = Scratch::new();
    let timeline = conclave::replay::open(Path::new(&recorded())).unwrap().timeline;
    let (of, all) = (|entry| timeline.of_entry(EntryNumber(entry)).unwrap(), timeline.len());
    let mut screen = Terminal::start(&scratch, &["replay", &recorded(), "--speed", "4"], (120, 40));
    screen.shows("PLAY 4");
    screen.until("it plays by itself", |s| s.contents().contains(&logged(&timeline, of(1))));
    screen.send(" ");
    screen.shows("PAUSED 4");
    // Sought, stepped there and back, by entry and by wave.
    let next = timeline.of_entry(EntryNumber(timeline.entries_at(of(9)) + 1)).unwrap();
    screen.send(":");
    screen.shows("A command, or");
    screen.send("#9\r");
    screen.shows(&logged(&timeline, of(9)));
    screen.send("\x1b[C");
    screen.shows(&logged(&timeline, next));
    screen.send("\x1b[D");
    screen.shows(&logged(&timeline, of(9)));
    screen.send("\x1b[1;2D");
    screen.send("\x1b[1;2D");
    screen.until("an earlier wave", |s| !s.contents().contains(&logged(&timeline, of(9))));
    // The scrubber is the third row from below; its last column is the end.
    screen.send("\x1b[<0;93;38M");
    screen.until("far on", |s| s.contents().contains(&logged(&timeline, all)));
    // Every size, while it plays.
    screen.send(":");
    screen.shows("A command, or");
    screen.send("start\r");
    screen.shows("1 LOG  0 entries");
    screen.send(" ");
    screen.shows("PLAY 4");
    for (columns, rows) in [(80, 24), (40, 12), (20, 3)] {
        screen.resize(columns, rows);
        screen.until("no frames", |s| !s.contents().contains("2 SEATS") && s.contents().contains("PLAY"));
    }
    screen.resize(120, 40);
    screen.shows("4 DETAIL");
    screen.send(" ");
    screen.shows("PAUSED 4");
    screen.send(":");
    screen.shows("A command, or");
    screen.send("end\r");
    screen.shows(&logged(&timeline, all));
    screen.send("/K1\r");
    screen.shows("/K1");
    screen.send("\x1b");
    screen.until("the search is over", |s| !s.contents().contains("/K1"));
    // From a statement of the document to its entry, and back.
    screen.send("d");
    screen.shows("1. Summary");
    screen.send("jjjjjjjjj\r");
    // A statement that rests on several entries asks which; one entry is gone to at once.
    screen.until("where it leads", |s| s.contents().contains("┏ Follow ") || s.contents().contains("HOLD"));
    if screen.with(|s| s.contents().contains("┏ Follow ")) {
        screen.send("\r");
    }
    screen.until("the entry", |s| s.contents().contains("HOLD") && !s.contents().contains("┏ Follow "));
    screen.send("\x7f");
    screen.until("the document again", |s| s.contents().contains("┏ d DOCUMENT"));
    screen.send("q");
    let (code, told) = screen.ends();
    assert_eq!(code, 0, "{told}");
}

#[test]
fn a_replay_on_the_screen_stops_where_it_is_told_to() {
    let scratch = Scratch::new();
    let timeline = conclave::replay::open(Path::new(&recorded())).unwrap().timeline;
    let until = timeline.of_wave(2).unwrap();
    let args = ["replay", &recorded(), "--speed", "0", "--until", "wave 2"];
    let mut screen = Terminal::start(&scratch, &args, (120, 40));
    screen.until("it stops", |s| s.contents().contains("PAUSED") && s.contents().contains(&logged(&timeline, until)));
    screen.send(" ");
    screen.shows("CONSENSUS  FOLLOW");
    screen.send("q");
    assert_eq!(screen.ends().0, 0);
}

#[test]
fn a_fork_goes_on_at_a_terminal_and_is_found_again() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--plain"]).exits(0);
    let args = ["fork", "--at", "#1", "--say", "Mind the budget.", "--model", "builtin", "--pace", "slow"];
    let mut screen = Terminal::start(&scratch, &args, (100, 30));
    screen.shows("LIVE");
    let mut watching = Terminal::start(&scratch, &["watch"], (100, 30));
    watching.shows("watching only");
    watching.send("q");
    assert_eq!(watching.ends().0, 0);
    // The past of a debate that runs, and its live edge again.
    screen.send("\x1b[D");
    screen.shows("LIVE -");
    screen.send("G");
    screen.until("the live edge", |s| s.contents().contains("LIVE  FOLLOW"));
    screen.send("\x03");
    screen.shows("Ctrl+C again");
    screen.send("\x03");
    let (code, told) = screen.ends();
    assert_eq!(code, 130, "{told}");
    let mut list = Terminal::start(&scratch, &["replay"], (100, 30));
    list.shows("2 sessions");
    list.send("r");
    list.shows("LIVE");
    list.send("\x03");
    list.shows("Ctrl+C again");
    list.send("\x03");
    assert_eq!(list.ends().0, 130);
}

#[test]
fn a_session_is_chosen_replayed_forked_and_removed_in_the_list() {
    let scratch = Scratch::new();
    let sessions = scratch.path().join("sessions");
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--plain"]).exits(0);
    scratch.run(&["debate", "How do customers upload large video files?", "--model", "builtin", "--plain"]).exits(0);
    let mut screen = Terminal::start(&scratch, &["replay"], (120, 40));
    screen.shows("2 sessions");
    screen.send("/signin\r");
    screen.shows("1 of 2 sessions");
    screen.shows("1. Summary");
    screen.send("\r");
    screen.shows("1 LOG");
    screen.send("q");
    screen.shows("1 of 2 sessions");
    screen.send("F");
    screen.shows("forked at #");
    screen.shows("2 of 3 sessions");
    screen.send("D");
    screen.shows("to the trash? y does");
    screen.send("n");
    screen.shows("nothing was removed");
    screen.send("Dy");
    screen.shows("in the trash:");
    screen.shows("1 of 2 sessions");
    screen.send("em");
    screen.shows("written: ");
    screen.send("q");
    assert_eq!(screen.ends().0, 0);
    assert_eq!(std::fs::read_dir(sessions.join(".trash")).unwrap().count(), 1);
    // There is nothing to choose where there is none.
    std::fs::rename(&sessions, scratch.path().join("elsewhere")).unwrap();
    std::fs::create_dir(&sessions).unwrap();
    let (code, told) = Terminal::start(&scratch, &["replay"], (120, 40)).ends();
    assert!(code == 2 && told.contains("there is no session in"), "{code} {told}");
}

#[test]
fn where_no_screen_can_be_shown_lines_are() {
    for env in [("TERM", "dumb"), ("ACCESSIBLE", "1")] {
        let scratch = Scratch::new();
        let screen = Terminal::start_with(&scratch, &["debate", TOPIC], (100, 30), &[env]);
        let (code, told) = screen.ends();
        assert_eq!(code, 0, "{told}");
        assert!(told.contains("Document"), "{told}");
    }
}
