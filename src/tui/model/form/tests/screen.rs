//! A person at the screen: a debate in memory in which one seat speaks through forms alone, and what that looks like.

use super::hand::{Hand, others};
use crate::door::{News, Request};
use crate::journal::Record;
use crate::protocol::event::{Limits, Outcome};
use crate::protocol::tests::host::{Host, Judge, SEATS, dutiful, mediate, opening, reply, seat};
use crate::protocol::*;
use crate::replay::Timeline;
use crate::room::{Granted, Refused, Say};
use crate::tui::input::{Chord, Input, Mouse};
use crate::tui::keymap::Keymap;
use crate::tui::model::form::Form;
use crate::tui::model::live::Live;
use crate::tui::model::say::About;
use crate::tui::model::{Mode, Model, Options};
use crate::tui::theme::Theme;
use crate::tui::update::{Effect, Msg, update};
use crate::tui::view;
use chrono::TimeDelta;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::sync::Arc;

/// A host in memory, a screen over it, and the person in front of it, who holds ARCHITECT.
struct Table {
    host: Host,
    model: Model,
    told: usize,
    seat: SeatTag,
    /// How long the host takes before the screen hears of what it did.
    pause: TimeDelta,
}

impl Table {
    fn new() -> Self {
        let mut opening = opening(&SEATS, Limits::default());
        opening.human = true;
        opening.seats[3].speaker.model = "human".to_owned();
        let host = Host::with(opening);
        let timeline = Timeline::of(records(&host.events, 0)).unwrap();
        let theme = Theme::dark();
        let options = Options { keymap: Keymap::default(), theme, motion: true, mouse: true, notify: true };
        let model = Model::new(timeline, Some(Live::new(true)), options, host.now);
        let mut table = Self { host, model, told: 1, seat: "ARCHITECT".parse().unwrap(), pause: TimeDelta::seconds(5) };
        table.resize(120, 40);
        table
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.tell(Msg::Input(Input::Resize(width, height)));
    }

    fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.model, msg, self.host.now);
        self.model.prepare(self.host.now);
        effects
    }

    /// What the host has written since reaches the screen.
    fn feed(&mut self) -> Vec<Effect> {
        let new = records(&self.host.events, self.told);
        self.told = self.host.events.len();
        if !new.is_empty() {
            self.host.now += self.pause;
        }
        self.tell(Msg::Records(new))
    }

    /// One step of the host, everybody but ARCHITECT speaking by `speak`; false once the person is all that is waited for,
    /// or nothing is left to do.
    fn step(&mut self, speak: &mut impl FnMut(&Session, &Ask) -> Reply) -> bool {
        let at = self.host.tick();
        let Step::Ask(asks) = self.host.session.step(at) else {
            let going = self.host.turn_once(speak);
            self.feed();
            return going;
        };
        if !self.host.session.wave().asked {
            self.host.append(Event::Asked { asks: Vec::new(), at });
        }
        let mine: Vec<Ask> = asks.iter().filter(|a| a.author.seat() == Some(&self.seat)).cloned().collect();
        let others: Vec<Ask> = asks.into_iter().filter(|a| !mine.contains(a)).collect();
        for ask in &others {
            let reply = speak(&self.host.session, ask);
            self.host.offer(&ask.author, reply).unwrap();
        }
        self.feed();
        !others.is_empty() || mine.is_empty()
    }

    /// Runs until the person's seat owes `duty`, its form handed in with `wishes` for everything before.
    fn until(&mut self, mut speak: impl FnMut(&Session, &Ask) -> Reply, duty: impl Fn(&Duty) -> bool) {
        loop {
            while self.step(&mut speak) {}
            let owed: Vec<Duty> = self.asked();
            assert!(!owed.is_empty(), "{:?}", self.host.session.life());
            if owed.iter().any(&duty) {
                return;
            }
            self.fill_in(&[]);
            self.hand_in();
        }
    }

    fn asked(&self) -> Vec<Duty> {
        let asked = super::super::asked(&self.host.session);
        asked.into_iter().flat_map(|(_, ask)| ask.duties).collect()
    }

    /// Ctrl+S, and the host takes it.
    fn hand_in(&mut self) {
        let effects = self.press_all("Ctrl+S");
        let [Effect::Ask { request: Request::Reply { seat, reply }, heard: true }] = &effects[..] else {
            panic!("{effects:?} {:#?}", self.form().reasons);
        };
        self.host.offer(&Author::Seat(seat.clone()), reply.clone()).unwrap();
        self.tell(Msg::Answered(Ok(Granted::Held)));
        self.feed();
    }

    fn press_all(&mut self, keys: &str) -> Vec<Effect> {
        keys.split_whitespace().flat_map(|k| self.tell(Msg::Input(Input::Key(k.parse().unwrap())))).collect()
    }

    fn write(&mut self, text: &str) {
        self.tell(Msg::Input(Input::Paste(text.to_owned())));
    }

    fn filling(&self) -> bool {
        matches!(&self.model.mode, Mode::Filling(seat) if *seat == self.seat)
    }

    fn toast(&self) -> &str {
        self.model.toast.as_ref().map_or("", |(word, _)| word)
    }

    fn picture(&mut self, width: u16, height: u16) -> String {
        self.resize(width, height);
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view::draw(&self.model, frame)).unwrap();
        terminal.backend().to_string()
    }
}

impl Hand for Table {
    fn form(&self) -> &Form {
        &self.model.forms[&self.seat]
    }

    fn press(&mut self, chord: Chord) {
        assert_eq!(self.tell(Msg::Input(Input::Key(chord))), []);
    }

    fn paste(&mut self, text: &str) {
        self.tell(Msg::Input(Input::Paste(text.to_owned())));
    }
}

fn records(events: &[Event], from: usize) -> Vec<Record> {
    let digest = Digest::of(b"");
    let each = (1..).zip(events).skip(from);
    each.map(|(n, e)| Record { n, digest: digest.clone(), event: Arc::new(e.clone()) }).collect()
}

fn reviews(table: &mut Table) {
    table.until(others, |duty| matches!(duty, Duty::Review(_)));
}

#[test]
fn a_whole_debate_with_one_seat_at_the_screen_reaches_consensus() {
    let mut table = Table::new();
    let mut speak = |session: &Session, ask: &Ask| {
        dutiful(session, ask, 4, |author, id| {
            let judged = author.seat().and_then(|s| session.docket(id)?.verdicts.get(s)).is_some();
            let objects = id == DecisionId(4) && *author == seat("SECURITY") && !judged;
            if objects { Judge::Object } else { Judge::Agree }
        })
    };
    let wishes = [
        ("D1.1/verdict", "object"),
        ("D1/object/clause", "1"),
        ("O1/stand", "agree"),
        ("O2/stand", "agree"),
        ("D4/text", "new"),
        ("D4.1/head/clause/1", "Refused at once."),
    ];
    let mut turns = 0;
    loop {
        while table.step(&mut speak) {}
        if table.host.session.outcome().is_some() {
            break;
        }
        assert!(table.filling(), "the form is before the person: {:?}", table.model.mode);
        table.fill_in(&wishes);
        table.hand_in();
        assert!(!table.filling());
        turns += 1;
    }
    assert!(matches!(table.host.outcome(), Outcome::Consensus { .. }));
    assert!(turns >= 5, "{turns}");
    let ours = table.host.session.entries().iter().filter(|e| e.author.seat() == Some(&table.seat)).count();
    assert_eq!(ours, turns);
    assert!(table.model.forms.is_empty());
}

#[test]
fn the_form_comes_by_itself_only_to_who_is_free() {
    let mut table = Table::new();
    reviews(&mut table);
    assert!(table.filling() && table.toast().contains("ARCHITECT is asked"), "{}", table.toast());

    for busy in ["PgUp", "d", "f", "/", "?"] {
        let mut table = Table::new();
        table.until(others, |duty| *duty == Duty::Draft(DecisionId(4)));
        table.fill_in(&[]);
        table.hand_in();
        table.press_all("g j j");
        table.press_all(busy);
        reviews(&mut table);
        assert!(!table.filling(), "{busy}");
        assert!(table.toast().contains("i opens"), "{}", table.toast());
        table.press_all("Esc Esc Esc i");
        assert!(table.filling(), "{busy}");
    }
}

#[test]
fn a_key_pressed_a_moment_ago_keeps_the_form_away() {
    for (pause, opens) in [(1, false), (3, true)] {
        let mut table = Table::new();
        table.until(others, |duty| *duty == Duty::Draft(DecisionId(4)));
        table.fill_in(&[]);
        table.hand_in();
        // The wave is revealed, and the next one asks.
        table.step(&mut others);
        let at = table.host.tick();
        table.host.append(Event::Asked { asks: Vec::new(), at });
        table.press_all("m");
        table.pause = TimeDelta::seconds(pause);
        table.feed();
        assert_eq!(super::super::asked(&table.host.session).len(), 1);
        assert_eq!(table.filling(), opens, "{pause} s");
    }
}

#[test]
fn what_is_written_survives_esc_and_a_refusal() {
    let mut table = Table::new();
    reviews(&mut table);
    table.reach("words/content");
    table.write("I have read all three.");
    assert_eq!(table.press_all("Esc"), []);
    assert!(!table.filling() && table.toast().contains("kept"));
    table.press_all("i");
    assert_eq!(table.form().sheet.text("words/content").unwrap(), "I have read all three.");
    assert_eq!(table.press_all("Ctrl+S"), []);
    assert!(table.toast().contains("missing"), "{}", table.toast());
    assert_eq!(table.form().focused().unwrap().key, "D1.1/verdict");

    table.fill_in(&[]);
    let effects = table.press_all("Ctrl+S");
    assert_eq!(effects.len(), 1);
    // While the host reads, nothing changes.
    table.press_all("x Right");
    assert_eq!(table.press_all("Ctrl+S"), []);
    table.tell(Msg::Answered(Err(Refused::because("D2 was struck by lightning"))));
    assert!(table.filling() && table.toast().contains("lightning"));
    assert_eq!(table.form().chosen().unwrap().key, "D2/review");
    assert_eq!(table.form().sheet.text("words/content").unwrap(), "I have read all three.");
    table.hand_in();
    assert!(table.model.forms.is_empty());
}

#[test]
fn the_journal_may_be_faster_than_the_hosts_answer() {
    let mut table = Table::new();
    reviews(&mut table);
    table.press_all("Esc I");
    table.write("Half a thought");
    table.press_all("Esc i");
    table.fill_in(&[]);
    let effects = table.press_all("Ctrl+S");
    let [Effect::Ask { request: Request::Reply { reply, .. }, .. }] = &effects[..] else { panic!("{effects:?}") };
    let us = Author::Seat(table.seat.clone());
    table.host.offer(&us, reply.clone()).unwrap();
    table.feed();
    assert!(!table.filling() && table.model.forms.is_empty());
    // The next wave asks before the answer to the last one is here.
    let mut speak = others;
    while super::super::asked(&table.host.session).is_empty() {
        table.step(&mut speak);
    }
    assert!(table.filling(), "who has just handed in is free: {}", table.toast());
    table.fill_in(&[]);
    table.tell(Msg::Answered(Ok(Granted::Done)));
    assert!(table.filling(), "that was the answer to the form before");
    assert_eq!(table.model.composer.as_ref().unwrap().text(), "Half a thought");
    table.hand_in();
}

#[test]
fn a_host_that_goes_away_leaves_the_form_as_it_was() {
    let mut table = Table::new();
    reviews(&mut table);
    table.fill_in(&[]);
    table.press_all("Ctrl+S");
    table.tell(Msg::HostGone);
    assert!(!table.form().sent);
    table.tell(Msg::News(News::Grew));
    assert!(table.picture(120, 40).contains("D1"));
}

#[test]
fn the_person_speaks_as_human_too() {
    let mut table = Table::new();
    reviews(&mut table);
    table.press_all("Esc I");
    assert!(matches!(table.model.mode, Mode::Composing));
    table.write("No new vendor.");
    let effects = table.press_all("Ctrl+S");
    assert!(matches!(&effects[..], [Effect::Ask { request: Request::Say(Say::Direct { .. }), heard: true }]));
    // One thing at a time: the answer is the composer's.
    table.press_all("Esc i");
    table.fill_in(&[]);
    assert_eq!(table.press_all("Ctrl+S"), []);
    table.tell(Msg::Answered(Ok(Granted::Held)));
    assert!(table.model.composer.is_none() && table.filling());
    table.hand_in();
}

#[test]
fn a_question_is_about_the_decision_on_the_board_and_is_answered_below_its_text() {
    let mut table = Table::new();
    let ask = |session: &Session, ask: &Ask| {
        let mut reply = others(session, ask);
        if ask.author == seat("BACKEND") && ask.kind == AskKind::Position {
            let text = "Is there a second region?".to_owned();
            reply.moves.push(Move::Ask { to: "HUMAN".to_owned(), about: Target::Decision(DecisionId(1)), text });
        }
        reply
    };
    table.until(ask, |duty| matches!(duty, Duty::Review(_)));
    table.press_all("Esc 3 j I");
    let composer = table.model.composer.as_ref().unwrap();
    assert_eq!(composer.target, Target::Decision(DecisionId(2)));
    assert!(matches!(composer.about(), About::Answer(_)));
    assert!(table.picture(80, 24).contains("Is there a second region?"));
    table.press_all("Tab Tab");
    table.write("How often?");
    let effects = table.press_all("Ctrl+S");
    let said =
        Say::Ask { to: "BACKEND".to_owned(), about: Target::Decision(DecisionId(2)), text: "How often?".to_owned() };
    assert_eq!(effects, [Effect::Ask { request: Request::Say(said), heard: true }]);
    table.tell(Msg::Answered(Err(Refused::because("BACKEND does not know"))));
    assert_eq!(table.model.composer.as_ref().unwrap().text(), "How often?");
    assert!(table.picture(80, 24).contains("BACKEND does not know"));
    table.press_all("Ctrl+T Ctrl+T Ctrl+T");
    assert_eq!(table.model.composer.as_ref().unwrap().target, Target::Framework);
}

#[test]
fn an_escalation_is_shown_above_the_answer() {
    let mut table = Table::new();
    let mut speak = |session: &Session, ask: &Ask| match ask.kind {
        AskKind::Mediation => reply("MEDIATION", vec![mediate()]),
        _ => {
            dutiful(session, ask, 1, |author, _| if *author == seat("SECURITY") { Judge::Object } else { Judge::Agree })
        }
    };
    for _ in 0..400 {
        if *table.host.session.life() == crate::protocol::session::Life::Escalated {
            break;
        }
        if !table.step(&mut speak) {
            table.fill_in(&[]);
            table.hand_in();
        }
    }
    table.press_all("i");
    assert!(matches!(table.model.mode, Mode::Composing));
    assert_eq!(*table.model.composer.as_ref().unwrap().about(), About::Escalation);
    insta::assert_snapshot!("escalation_80x24", table.picture(80, 24));
}

#[test]
fn seats_and_status_say_whose_turn_it_is() {
    let mut table = Table::new();
    reviews(&mut table);
    table.press_all("Esc");
    table.host.now += TimeDelta::seconds(30);
    table.tell(Msg::Tick);
    let picture = table.picture(120, 40);
    assert!(picture.contains("a person's turn"), "{picture}");
    assert!(picture.contains("ARCHITECT's turn"), "{picture}");
}

#[test]
fn the_mouse_wheel_and_held_arrows_move_what_is_read() {
    let mut table = Table::new();
    table.until(others, |duty| *duty == Duty::Sign);
    table.resize(80, 24);
    table.press_all("Ctrl+Down Ctrl+Down");
    assert_eq!(table.form().top, 2);
    table.tell(Msg::Input(Input::Mouse(Mouse::Down(5, 5))));
    assert_eq!(table.form().top, 5);
    table.press_all(&"Ctrl+Down ".repeat(500));
    let furthest = table.form().top;
    table.press_all("Ctrl+Up");
    assert_eq!(table.form().top, furthest - 1);
    table.press_all("Shift+Tab End");
    assert!(table.form().top > 0 && table.form().top < 500);
}

#[test]
fn what_a_form_looks_like() {
    let mut table = Table::new();
    reviews(&mut table);
    insta::assert_snapshot!("form_opened_120x40", table.picture(120, 40));
    table.fill_in(&[("D1.1/verdict", "object"), ("D1/object/clause", "2"), ("D1/besides", "concern")]);
    table.reach("D1/object/fails");
    table.write(" And a second line of it, long enough to be wrapped at the edge of a narrow field, 漢字 included.");
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("form_{width}x{height}"), table.picture(width, height));
    }
    table.press_all("Shift+Tab Shift+Tab Shift+Tab Shift+Tab");
    insta::assert_snapshot!("form_read_40x12", table.picture(40, 12));
}

#[test]
fn what_a_refused_form_looks_like() {
    let mut table = Table::new();
    table.until(others, |duty| *duty == Duty::Draft(DecisionId(4)));
    table.fill_in(&[("D4/clauses", "One.\n\nTwo."), ("D4/extras", "actions"), ("action/0/what", "Do it")]);
    table.press_all("Ctrl+S");
    let reasons =
        ["the text for D4 is that of D4.1 to the letter", "D4/SECURITY is weighed too lightly", "the moon is full"];
    table.tell(Msg::Answered(Err(Refused { reasons: reasons.map(str::to_owned).to_vec() })));
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("refused_{width}x{height}"), table.picture(width, height));
    }
}

#[test]
fn every_size_is_drawn_and_hostile_text_stays_text() {
    let mut table = Table::new();
    let hostile = |session: &Session, ask: &Ask| {
        let mut reply = others(session, ask);
        for act in &mut reply.moves {
            if let Move::Propose(draft) = act {
                draft.clauses[0] = "\u{1b}[31mred\u{1b}]52;c;aGk=\u{7} \u{202e}right to left ﷽ 👩‍💻 漢字".repeat(20);
            }
        }
        reply
    };
    table.until(hostile, |duty| matches!(duty, Duty::Review(_)));
    table.fill_in(&[("D1/besides", "alternative"), ("D1.1/beside/clause/2", "Another."), ("D1.1/verdict", "object")]);
    table.reach("D1.1/beside/clause/1");
    for width in [1, 2, 5, 20, 39, 40, 60, 77, 80, 110, 200] {
        for height in [1, 2, 3, 5, 12, 16, 24, 30, 60] {
            let picture = table.picture(width, height);
            assert!(!picture.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{width}×{height}");
        }
    }
}
