//! The screen with scripted keys: what a person presses, and what then is where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::agent::speaker::Piece;
use crate::config::Pace;
use crate::door::{News, Request};
use crate::protocol::{Author, EntryNumber, Event};
use crate::replay::{Timeline, To};
use crate::room::{Live as Heard, Say};
use crate::tui::keymap::Keymap;
use crate::tui::model::Options;
use crate::tui::model::live::Live;
use crate::tui::model::log::Item;
use crate::tui::theme::Theme;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn recorded() -> Vec<Record> {
    let sessions = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let listed = std::fs::read_to_string(sessions.join("recorded.txt")).unwrap();
    let name = listed.lines().find(|l| l.contains("sign-in")).unwrap().trim().to_owned();
    let folder: PathBuf = sessions.join(name);
    crate::journal::read(&folder).unwrap().records
}

fn options() -> Options {
    Options { keymap: Keymap::default(), theme: Theme::dark(), motion: true, mouse: true, notify: true }
}

/// A screen under test: a model, and the time.
struct Screen {
    model: Model,
    now: DateTime<Utc>,
}

impl Screen {
    /// A saved session, at its end.
    fn saved() -> Self {
        let mut screen = Self::over(recorded(), None);
        screen.model.player.seek(&screen.model.timeline, To::Share(1.0), Duration::ZERO);
        screen.look();
        screen
    }

    /// A running debate of which the first `records` records have happened.
    fn running(records: usize, owner: bool) -> Self {
        let mut all = recorded();
        all.truncate(records);
        Self::over(all, Some(Live::new(owner)))
    }

    fn over(records: Vec<Record>, live: Option<Live>) -> Self {
        let timeline = Timeline::of(records).unwrap();
        let now = timeline.time(timeline.len());
        let mut model = Model::new(timeline, live, options(), now);
        model.size = (120, 40);
        let mut screen = Self { model, now };
        screen.look();
        screen
    }

    fn look(&mut self) {
        self.model.prepare(self.now);
    }

    fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.model, msg, self.now);
        self.look();
        effects
    }

    /// Presses keys, named as in the help, with a frame between any two.
    fn press(&mut self, keys: &str) -> Vec<Effect> {
        keys.split_whitespace().flat_map(|k| self.tell(Msg::Input(Input::Key(k.parse().unwrap())))).collect()
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.tell(Msg::Input(Input::Key(Chord::plain(KeyCode::Char(c)))));
        }
    }

    fn cursor(&self) -> u32 {
        self.model.log.cursor.map_or(0, |n| n.0)
    }

    fn rows(&self) -> Vec<String> {
        self.model.log.page.rows.iter().map(|(_, row)| row.line.to_string()).collect()
    }

    fn toast(&self) -> &str {
        self.model.toast.as_ref().map_or("", |(word, _)| word)
    }
}

#[test]
fn a_reader_who_holds_the_log_is_never_moved() {
    let all = recorded();
    let some = all.len() / 2;
    let mut screen = Screen::running(some, true);
    screen.press("PgUp PgUp");
    assert!(!screen.model.log.follow);
    let before = screen.rows();
    for record in &all[some..] {
        screen.tell(Msg::Records(vec![record.clone()]));
        assert_eq!(screen.rows(), before);
    }
    let missed = screen.model.log.page.new_below;
    assert!(missed > 0);
    let first = screen.model.log.first_unread().unwrap();
    screen.press("u");
    assert_eq!(screen.model.log.cursor, Some(first));
    assert!(screen.model.log.page.rows.iter().any(|(item, _)| *item == Item::Unread), "{:#?}", screen.rows());
    screen.press("G");
    assert!(screen.model.log.follow);
    assert_eq!(screen.model.log.page.new_below, 0);
}

#[test]
fn a_place_that_is_not_there_is_told_and_nobody_moves() {
    let mut screen = Screen::saved();
    let place = screen.model.player.records();
    for (typed, told) in
        [("#999", "this session has no #999: its last entry is #"), ("wave 99", "no wave 99: its last wave")]
    {
        screen.press(":");
        screen.write(typed);
        screen.press("Enter");
        assert!(screen.toast().contains(told), "{}", screen.toast());
        assert_eq!(screen.model.player.records(), place);
    }
}

#[test]
fn several_lines_are_pasted_into_what_a_person_says() {
    let mut screen = Screen::running(recorded().len() / 2, true);
    screen.press("i");
    screen.tell(Msg::Input(Input::Paste("First.\nSecond.\n\nThird.".to_owned())));
    assert_eq!(screen.model.composer.as_ref().unwrap().text(), "First.\nSecond.\n\nThird.");
}

#[test]
fn the_pace_is_told_where_there_is_one() {
    let mut screen = Screen::running(recorded().len() / 2, true);
    assert!(
        matches!(screen.press(">")[..], [Effect::Ask { request: Request::Pace(_), .. }]),
        "it is the panel's session"
    );
    let pace = |screen: &mut Screen, pace| screen.tell(Msg::News(News::Pace(pace)));
    pace(&mut screen, Pace::READING);
    assert_eq!(screen.toast(), "", "what was so before is no news");
    pace(&mut screen, Pace::FAST);
    assert_eq!(screen.toast(), "the built-in panel types: fast");
    let mut opened = (*recorded()[0].event).clone();
    let Event::Opened(opening) = &mut opened else { panic!("no opening") };
    for speaker in opening.seats.iter_mut().map(|s| &mut s.speaker).chain([&mut opening.supervisor]) {
        speaker.model = "gpt-x@host".to_owned();
    }
    let record = Record { event: opened.into(), ..recorded()[0].clone() };
    let mut models = Screen::over(vec![record], Some(Live::new(true)));
    assert_eq!(models.press("<"), []);
    assert!(models.toast().starts_with("models write as fast as they do"), "{}", models.toast());
}

/// The host's last records and its word that it ended, with no frame between them.
fn ends(screen: &mut Screen, from: usize) {
    let ended = crate::door::Ended { exit: 0, what: None, causes: Vec::new(), hint: None };
    for msg in [Msg::Records(recorded()[from..].to_vec()), Msg::News(News::Ended(ended)), Msg::HostGone] {
        update(&mut screen.model, msg, screen.now);
    }
    screen.look();
}

#[test]
fn who_follows_a_debate_sees_how_it_ended() {
    let all = recorded().len();
    for records in [all - 1, all / 2] {
        let mut screen = Screen::running(records, true);
        ends(&mut screen, records);
        assert!(screen.model.scene.at_end && screen.model.log.follow);
        assert_eq!(screen.model.scene.outcome(), Some("CONSENSUS"));
        assert_eq!(screen.toast(), "");
    }
    // What is read after the word that it ended belongs to the end, too.
    let mut screen = Screen::running(all - 1, true);
    ends(&mut screen, all);
    assert_eq!(screen.model.scene.outcome(), None);
    screen.tell(Msg::Records(recorded()[all - 1..].to_vec()));
    assert_eq!(screen.model.scene.outcome(), Some("CONSENSUS"));
}

#[test]
fn who_reads_elsewhere_when_a_debate_ends_is_not_moved_but_told() {
    let some = recorded().len() / 2;
    let mut holds = Screen::running(some, true);
    holds.press("PgUp PgUp");
    let before = holds.rows();
    ends(&mut holds, some);
    assert_eq!(holds.rows(), before);
    assert_eq!(holds.toast(), "the debate has stopped (CONSENSUS); G goes to its end");
    holds.press("G");
    assert!(holds.model.scene.at_end);
    let mut back = Screen::running(some, true);
    back.press("Left");
    let place = back.model.player.records();
    ends(&mut back, some);
    assert_eq!(back.model.player.records(), place);
    assert!(back.toast().contains("(CONSENSUS)"), "{}", back.toast());
}

#[test]
fn what_somebody_was_writing_is_still_there_when_it_has_become_an_entry() {
    let all = recorded();
    let mut revealed = all.iter().enumerate().filter(|(_, r)| matches!(*r.event, Event::Revealed { .. }));
    let held = revealed.nth(1).unwrap().0 - 1;
    let mut screen = Screen::running(held + 1, true);
    screen.press("k");
    let top = |s: &Screen| match s.model.log.page.rows[0].0 {
        Item::Writer(i) => s.model.scene.writers[i].author.clone(),
        Item::Entry(n) => s.model.scene.session.entry(n).unwrap().author.clone(),
        other => panic!("{other:?}"),
    };
    let before = top(&screen);
    assert!(matches!(screen.model.log.page.rows[0].0, Item::Writer(_)), "{:#?}", screen.rows());
    screen.tell(Msg::Records(all[held + 1..].to_vec()));
    assert_eq!(top(&screen), before);
}

#[test]
fn scrolling_reaches_every_row_and_ends_at_the_ends() {
    let mut screen = Screen::saved();
    screen.press("g");
    let top = screen.rows();
    screen.press("k PgUp");
    assert_eq!(screen.rows(), top);
    let mut seen: Vec<u32> = Vec::new();
    for _ in 0..2000 {
        let last = screen.rows();
        screen.press("j");
        seen.extend(screen.model.log.page.rows.iter().filter_map(|(item, _)| match item {
            Item::Entry(n) => Some(n.0),
            _ => None,
        }));
        if screen.rows() == last {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    let entries = screen.model.scene.session.last_entry().0;
    assert_eq!(seen, (1..=entries).collect::<Vec<_>>());
    assert!(matches!(screen.model.log.page.rows.last(), Some((Item::End, _))));
}

#[test]
fn entries_are_gone_through_one_by_one() {
    let mut screen = Screen::saved();
    screen.press("g } }");
    let at = screen.cursor();
    screen.press("}");
    assert_eq!(screen.cursor(), at + 1);
    screen.press("{ {");
    assert_eq!(screen.cursor(), at - 1);
}

#[test]
fn a_search_counts_goes_on_and_goes_back() {
    let mut screen = Screen::saved();
    screen.press("g } }");
    let from = screen.cursor();
    screen.press("/");
    screen.write("revoke");
    let search = screen.model.search.as_ref().unwrap();
    let found = search.found.clone();
    assert!(found.len() > 2, "{found:?}");
    for n in &found {
        let entry = screen.model.scene.session.entry(*n).unwrap();
        let text = crate::journal::communication::render_entry(&screen.model.scene.session, entry).to_lowercase();
        assert!(text.contains("revoke"));
    }
    screen.press("Enter n");
    let here = screen.cursor();
    let counted = screen.model.search.as_ref().unwrap().counted(screen.model.log.cursor);
    let place = found.iter().position(|n| n.0 == here).unwrap() + 1;
    assert_eq!(counted, format!("{place}/{}", found.len()));
    screen.press("N");
    assert_ne!(screen.cursor(), here);
    screen.press("Esc");
    assert!(screen.model.search.is_none());
    screen.press("/");
    screen.write("nothing has this");
    assert_eq!(screen.model.search.as_ref().unwrap().found, []);
    screen.press("Esc /");
    let origin = screen.cursor();
    screen.write("revoke");
    screen.press("Esc");
    assert_eq!(screen.cursor(), origin);
    assert!(from > 0);
}

#[test]
fn a_search_takes_the_case_of_capitals_seriously() {
    let mut screen = Screen::saved();
    let mut count = |text: &str| {
        screen.press("/");
        screen.write(text);
        let found = screen.model.search.as_ref().unwrap().found.len();
        screen.press("Esc");
        found
    };
    assert!(count("security") > count("Security"));
    assert!(count("SECURITY") > 0);
}

#[test]
fn a_filter_shows_what_it_says_and_a_jump_takes_it_off() {
    let mut screen = Screen::saved();
    screen.press("&");
    screen.write("by SECURITY");
    screen.press("Enter Esc g");
    let shown = |screen: &Screen| -> Vec<String> {
        let numbers = screen.model.log.page.rows.iter().filter_map(|(item, _)| match item {
            Item::Entry(n) => screen.model.scene.session.entry(*n),
            _ => None,
        });
        numbers.map(|e| e.author.to_string()).collect()
    };
    assert!(!shown(&screen).is_empty());
    assert!(shown(&screen).iter().all(|a| a == "SECURITY"), "{:?}", shown(&screen));
    screen.press(":");
    screen.write("#1");
    screen.press("Enter");
    assert!(screen.model.scene.session.entries().len() < 3, "the playhead went to #1");
}

#[test]
fn a_statement_leads_to_its_entry_and_back() {
    let mut screen = Screen::saved();
    screen.press("d");
    assert_eq!(screen.model.focus, Pane::Document);
    let row = (0..400).find(|_| {
        screen.press("j");
        !screen.model.paper.rows[screen.model.paper.cursor].references.is_empty()
    });
    assert!(row.is_some());
    let at = screen.model.paper.cursor;
    screen.press("Enter");
    if matches!(screen.model.mode, Mode::Choosing(_)) {
        screen.press("Enter");
    }
    assert_eq!(screen.model.focus, Pane::Log);
    assert!(screen.cursor() > 0);
    screen.press("Backspace");
    assert_eq!(screen.model.focus, Pane::Document);
    assert_eq!(screen.model.paper.cursor, at);
}

#[test]
fn a_cell_of_the_board_leads_to_the_verdict() {
    let mut screen = Screen::saved();
    screen.press("3 g l l Enter");
    let session = screen.model.scene.session.clone();
    let docket = session.dockets().next().unwrap();
    let seat = session.seats().nth(1).unwrap();
    assert_eq!(screen.model.log.cursor, Some(docket.verdicts[seat].entry));
    screen.press("Backspace");
    assert_eq!(screen.model.focus, Pane::Board);
}

#[test]
fn an_entry_leads_to_what_it_refers_to() {
    let mut screen = Screen::saved();
    let agree = screen
        .model
        .scene
        .session
        .entries()
        .iter()
        .find(|e| e.moves.iter().any(|m| matches!(m.act, crate::protocol::Move::Agree { .. })));
    let number = agree.unwrap().number;
    screen.model.log.want(crate::tui::model::log::Want::Show(number));
    screen.look();
    screen.press("1 Enter");
    let Mode::Choosing(list) = &screen.model.mode else { panic!("one reference only") };
    assert!(list.shown().count() > 1);
    screen.press("Enter");
    assert_ne!(screen.model.log.cursor, Some(number));
    screen.press("Backspace");
    assert_eq!(screen.model.log.cursor, Some(number));
}

#[test]
fn help_filters_and_does() {
    let mut screen = Screen::saved();
    screen.press("?");
    screen.write("chapters");
    screen.press("Enter");
    let Mode::Choosing(list) = &screen.model.mode else { panic!("no list") };
    assert_eq!(list.title, "Chapters");
    screen.press("Esc");
    assert!(matches!(screen.model.mode, Mode::Reading));
}

#[test]
fn the_palette_takes_places_and_says_what_is_none() {
    let mut screen = Screen::saved();
    screen.press(":");
    screen.write("50%");
    screen.press("Enter");
    let share = screen.model.player.share();
    assert!((share - 0.5).abs() < 0.01, "{share}");
    screen.press(":");
    screen.write("zzzzqq");
    screen.press("Enter");
    assert!(matches!(screen.model.mode, Mode::Choosing(_)), "nothing matches: it stays open");
    screen.press("Esc");
}

#[test]
fn a_bookmark_is_a_marker_until_it_is_taken_away() {
    let mut screen = Screen::saved();
    screen.press("g } } m");
    let marks = |s: &Screen| {
        s.model.timeline.markers().iter().filter(|m| m.kind == crate::replay::MarkerKind::Bookmark).count()
    };
    assert_eq!(marks(&screen), 1);
    assert!(screen.toast().contains("bookmark on #"));
    screen.press("m");
    assert_eq!(marks(&screen), 0);
}

#[test]
fn an_entry_is_copied_to_a_file() {
    let mut screen = Screen::saved();
    screen.press("g } }");
    let effects = screen.press("w");
    let [Effect::Write { name, text }] = effects.as_slice() else { panic!("{effects:?}") };
    let number = screen.model.log.cursor.unwrap();
    assert!(name.ends_with(&format!("-{}.md", number.0)) && name.starts_with("2026"), "{name}");
    assert!(text.contains(&format!("**Entry**: {number}")), "{text}");
}

/// A debate in which a person has said a great deal.
fn long(posts: usize) -> Vec<Record> {
    use crate::protocol::{Move, Reply};
    let all = recorded();
    // After the sealed positions, with nothing in flight.
    let mut revealed = (0..all.len()).filter(|i| matches!(*all[*i].event, Event::Revealed { .. }));
    let revealed = revealed.nth(1).unwrap();
    let at = Timeline::of(all.clone()).unwrap().time(revealed);
    let said = (0..posts).map(|i| {
        let text = format!("Mind the Budget of item {i}.");
        let moves = vec![Move::Direct { text: text.clone() }];
        Event::Posted { author: Author::Human, reply: Reply { kind: "DIRECTION".to_owned(), content: text, moves }, at }
    });
    let mut chain = crate::journal::line::Chain::default();
    let events = all[..=revealed].iter().map(|r| (*r.event).clone()).chain(said);
    events.map(|event| chain.encode(event).unwrap().1).collect()
}

#[test]
fn a_search_of_many_entries_reads_them_in_slices_and_then_goes_to_the_nearest() {
    use crate::tui::model::search::SLICE;
    let mut screen = Screen::over(long(3 * SLICE), Some(Live::new(true)));
    screen.press("/");
    screen.write("Budget of item");
    let found = |screen: &Screen| screen.model.search.as_ref().unwrap().found.len();
    assert!(screen.model.reads() && found(&screen) < SLICE, "a key reads one slice: {}", found(&screen));
    let before = screen.model.log.cursor;
    let mut slices = 0;
    while screen.model.reads() {
        assert_eq!(screen.model.log.cursor, before, "nothing moves before all is read");
        screen.tell(Msg::Idle);
        slices += 1;
    }
    assert_eq!((slices, found(&screen)), (3, 3 * SLICE));
    assert_eq!(screen.model.log.cursor, before, "the last entry has a match");
    // A capital letter wants that case; small letters match both.
    screen.press("Backspace");
    assert_eq!(found(&screen), 3 * SLICE);
    screen.press("Esc /");
    screen.write("budget of item 7.");
    assert_eq!(found(&screen), 1);
    screen.press("Esc /");
    screen.write("BUDGET");
    assert_eq!(found(&screen), 0);
    screen.press("Esc");
    assert!(!screen.model.reads(), "without a search nothing is read");
}

#[test]
fn copying_hands_over_the_entry_or_its_reference() {
    let mut screen = Screen::saved();
    screen.press("g } }");
    let number = screen.cursor();
    let effects = screen.press("y");
    let [Effect::Copy(text, "entry")] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains(&format!("**Entry**: #{number}")), "{text}");
    let effects = screen.press("Y");
    let [Effect::Copy(text, "reference")] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.ends_with(&format!(" #{number}")), "{text}");
    assert!(matches!(screen.press("b").as_slice(), [Effect::Bare(text)] if text.contains(&format!("#{number}"))));
    assert_eq!(screen.press("x"), [Effect::Redraw]);
}

#[test]
fn a_running_debate_is_not_left_by_accident() {
    let mut screen = Screen::running(40, true);
    assert_eq!(screen.press("q"), []);
    assert_eq!(screen.press("Enter"), [], "the first choice is to stay");
    let effects = screen.press("q Down Enter");
    let detach = Effect::Ask { request: Request::Detach, heard: false };
    assert_eq!(effects, [detach, Effect::Leave(Left::Detached)]);
    let effects = screen.press("q Down Down Enter");
    let stop = Effect::Ask { request: Request::Stop, heard: false };
    assert_eq!(effects, [stop.clone(), Effect::Leave(Left::Stopped)]);
    assert_eq!(screen.press("Ctrl+C"), []);
    assert!(screen.toast().contains("again"));
    screen.now += TimeDelta::seconds(3);
    assert_eq!(screen.press("Ctrl+C"), [], "the warning has run out");
    screen.now += TimeDelta::seconds(1);
    assert_eq!(screen.press("Ctrl+C"), [stop, Effect::Leave(Left::Stopped)]);
}

#[test]
fn who_only_watches_neither_speaks_nor_stops() {
    let mut screen = Screen::running(40, false);
    assert_eq!(screen.press("i"), []);
    assert!(matches!(screen.model.mode, Mode::Reading));
    assert!(screen.toast().contains("conclave post"));
    assert_eq!(screen.press("p > ."), []);
    assert_eq!(screen.press("q"), [Effect::Leave(Left::Closed)]);
    assert_eq!(screen.press("Ctrl+C"), [Effect::Leave(Left::Closed)]);
}

#[test]
fn what_the_person_writes_is_sent_and_kept_when_refused() {
    let mut screen = Screen::running(40, true);
    screen.press("i");
    screen.write("No new vendor.");
    assert_eq!(screen.press("Esc"), []);
    screen.press("i");
    let effects = screen.press("Ctrl+S");
    let say = Say::Direct { text: "No new vendor.".to_owned() };
    assert_eq!(effects, [Effect::Ask { request: Request::Say(say), heard: true }]);
    screen.tell(Msg::Answered(Err(Refused { reasons: vec!["too short".to_owned()] })));
    assert_eq!(screen.model.composer.as_ref().unwrap().text(), "No new vendor.");
    assert_eq!(screen.press("Ctrl+S").len(), 1);
    screen.tell(Msg::Answered(Ok(Granted::Entry(EntryNumber(9)))));
    assert!(screen.model.composer.is_none() && screen.toast().contains("#9"));
}

#[test]
fn pieces_are_shown_as_prose_until_the_entry_is_there() {
    let all = recorded();
    let asked = all.iter().position(|r| matches!(*r.event, Event::Asked { .. })).unwrap();
    let mut screen = Screen::running(asked + 1, true);
    let piece = |text: &str| {
        let heard = Heard::Piece { author: Author::Supervisor, piece: Piece::Text(text.to_owned()) };
        Msg::News(News::Live(heard))
    };
    screen.tell(piece(r#"{"type":"FRAMEWORK","content":"First the \u00abgoals\u00bb"#));
    screen.tell(piece(r#", then **why**"#));
    let shown = screen.rows().join("\n");
    assert!(shown.contains("First the «goals», then why") && !shown.contains('{'), "{shown}");
    screen.tell(Msg::Records(all[asked + 1..=asked + 2].to_vec()));
    assert_eq!(screen.model.scene.writers.len(), screen.model.scene.session.seats().count());
}

#[test]
fn the_past_of_a_running_debate_is_gone_through_while_it_runs_on() {
    let all = recorded();
    let some = all.len() - 8;
    let mut screen = Screen::running(some, true);
    let edge = screen.model.scene.session.entries().len();
    screen.press("Left Left Left");
    assert!(!screen.model.at_live_edge());
    let back = screen.model.scene.session.entries().len();
    assert!(back < edge);
    screen.tell(Msg::Records(all[some..].to_vec()));
    assert_eq!(screen.model.scene.session.entries().len(), back, "the playhead stays");
    screen.press("G");
    assert!(screen.model.at_live_edge());
    assert!(screen.model.scene.session.entries().len() > edge);
}

#[test]
fn a_host_that_is_gone_is_told_once_with_what_to_do() {
    let mut screen = Screen::running(40, true);
    screen.tell(Msg::HostGone);
    assert!(screen.toast().contains("conclave resume"));
    assert_eq!(screen.press("q"), [Effect::Leave(Left::Closed)]);
}

#[test]
fn the_mouse_selects_scrolls_and_scrubs() {
    let mut screen = Screen::saved();
    screen.press("g");
    let before = screen.rows();
    let log = screen.model.map.log.unwrap();
    screen.tell(Msg::Input(Input::Mouse(Mouse::Down(log.x + 4, log.y + 4))));
    assert_ne!(screen.rows(), before);
    let board = screen.model.map.board.unwrap();
    screen.tell(Msg::Input(Input::Mouse(Mouse::Press(board.x + 3, board.y + 3))));
    assert_eq!((screen.model.focus, screen.model.cell.decision), (Pane::Board, 1));
    let timeline = screen.model.map.timeline.unwrap();
    let (from, width) = crate::tui::view::timeline::track(timeline);
    screen.tell(Msg::Input(Input::Mouse(Mouse::Press(from + width / 4, timeline.y))));
    let share = screen.model.player.share();
    assert!((share - 0.25).abs() < 0.02, "{share}");
    screen.tell(Msg::Input(Input::Mouse(Mouse::Press(from + width - 1, timeline.y))));
    assert_eq!(screen.model.player.records(), screen.model.timeline.len(), "the last column is the end");
    assert_eq!(screen.press("M"), [Effect::Mouse(false)]);
}
