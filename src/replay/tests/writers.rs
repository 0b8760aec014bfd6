//! Who is doing what, and the text so far.

use super::*;
use crate::protocol::{Author, Duty};
use crate::replay::{Doing, Pacing, Player, Step, To, Writer};
use std::collections::BTreeMap;
use std::time::Duration;

const NOW: Duration = Duration::ZERO;

fn doing<'a>(writers: &'a [Writer], author: &Author) -> &'a Doing {
    &writers.iter().find(|w| w.author == *author).unwrap().doing
}

#[test]
fn typing_grows_and_comes_to_the_reply_that_was_recorded() {
    let timeline = timeline(&long::events(30));
    for pacing in [Pacing::Recorded, Pacing::Text] {
        let mut player = Player::new(&timeline);
        player.set_pacing(&timeline, pacing, Some(Duration::from_secs(2)), NOW);
        let mut so_far: BTreeMap<(u32, Author), (usize, usize)> = BTreeMap::new();
        let mut writing = 0;
        while player.step(&timeline, Step::Piece, false, NOW) {
            let session = player.session(&timeline);
            let wave = session.wave().number;
            for writer in player.writers(&timeline) {
                let said = (writer.text.len(), writer.moves.iter().map(String::len).sum::<usize>());
                let before = so_far.entry((wave, writer.author.clone())).or_default();
                // What is sent back starts anew.
                if matches!(writer.doing, Doing::Writing { .. }) && writer.sent_back == 0 {
                    assert!(said.0 >= before.0 && said.1 >= before.1, "{pacing} {} {said:?} {before:?}", writer.author);
                    writing += 1;
                }
                *before = said;
                if writer.doing == Doing::Done {
                    let held = &session.wave().held[&writer.author];
                    assert_eq!((&writer.text, writer.moves.len()), (&held.reply.content, held.reply.moves.len()));
                }
                if let Doing::Writing { done } = writer.doing {
                    assert!((0.0..=1.0).contains(&done));
                    assert!(writer.moves.is_empty() || writer.text.len() > 100, "moves come after the content");
                }
            }
        }
        assert!(writing > 300, "{writing}");
    }
}

#[test]
fn several_write_at_the_same_time_when_they_did() {
    let timeline = timeline(&long::events(30));
    let mut player = Player::new(&timeline);
    let mut most = 0;
    while player.step(&timeline, Step::Piece, false, NOW) {
        let writers = player.writers(&timeline);
        most = most.max(writers.iter().filter(|w| matches!(w.doing, Doing::Writing { .. })).count());
    }
    assert_eq!(most, 4);
}

#[test]
fn asked_thinking_retrying_refused_and_done_are_told_apart() {
    let mut events = short();
    events.truncate(4);
    let Event::Replied { timing, .. } = &events[1] else { panic!("no asked records in this host") };
    let begun = timing.ended + chrono::TimeDelta::seconds(1);
    let at = |s: i64| begun + chrono::TimeDelta::seconds(s);
    events.truncate(3);
    let session = Session::fold(&events).unwrap();
    let asks = session.asks();
    let (one, two) = (asks[0].author.clone(), asks[1].author.clone());
    let recorded = asks.iter().map(|a| crate::protocol::event::AskRecord {
        author: a.author.clone(),
        kind: a.kind,
        duties: a.duties.clone(),
    });
    let timing = |from: i64, to: i64| crate::protocol::entry::Timing {
        asked: at(from),
        first: Some(at(from + 1)),
        ended: at(to),
    };
    let mut timeline = timeline(&events);
    let push = |timeline: &mut Timeline, event: Event| {
        let record =
            Record { n: timeline.len() as u64 + 1, digest: crate::protocol::Digest::of(b""), event: Arc::new(event) };
        timeline.push(record).unwrap();
        let mut player = Player::live(timeline);
        player.set_pacing(timeline, Pacing::Recorded, None, NOW);
        player.writers(timeline)
    };
    let writers = Player::live(&timeline).writers(&timeline);
    assert!(writers.iter().all(|w| w.doing == Doing::Queued && w.duties == [Duty::Position]));
    let writers = push(&mut timeline, Event::Asked { asks: recorded.collect(), at: at(0) });
    assert!(writers.iter().all(|w| w.doing == Doing::Thinking && w.since == at(0)) && writers.len() == 4);
    let retried =
        Event::Retried { author: one.clone(), attempt: 1, of: 5, cause: "429".to_owned(), wait_ms: 3000, at: at(2) };
    let writers = push(&mut timeline, retried);
    let expected = Doing::Retrying { attempt: 1, of: 5, cause: "429".to_owned(), until: at(5) };
    assert_eq!((doing(&writers, &one), doing(&writers, &two)), (&expected, &Doing::Thinking));
    let reply = agreeable(timeline.latest(), &asks[1]);
    let replied =
        Event::Replied { author: two.clone(), reply, repairs: vec![], timing: timing(0, 9), usage: Default::default() };
    let writers = push(&mut timeline, replied);
    assert_eq!((doing(&writers, &one), doing(&writers, &two)), (&Doing::Thinking, &Doing::Done), "its wait is over");
    for n in 1..=3 {
        let sent_back = Event::SentBack {
            author: one.clone(),
            text: "{\"content\": \"broken 👩‍👩‍👧".to_owned(),
            reasons: vec!["it is not JSON".to_owned()],
            timing: timing(10 * n, 10 * n + 9),
            usage: Default::default(),
        };
        let writers = push(&mut timeline, sent_back);
        let expected = if n < 3 { Doing::Thinking } else { Doing::Refused { times: 3 } };
        assert_eq!(doing(&writers, &one), &expected);
        assert_eq!(writers[0].sent_back, n as u32);
    }
    // Played again, the refused reply is seen being written.
    let mut player = Player::new(&timeline);
    player.seek(&timeline, To::Recorded(at(15)), NOW);
    let writers = player.writers(&timeline);
    assert!(matches!(doing(&writers, &one), Doing::Writing { done } if (0.4..0.6).contains(done)), "{writers:?}");
    assert!("{\"content\": \"broken 👩‍👩‍👧".starts_with(&writers[0].text) && !writers[0].text.is_empty());
}

#[test]
fn whoever_looks_at_the_project_is_seen_doing_so() {
    let events = crate::protocol::tests::looks::looked_at().events;
    let at = events.iter().position(|e| matches!(e, Event::Looked { .. })).unwrap() + 1;
    let timeline = timeline(&events[..at]);
    let backend: Author = "BACKEND".parse().unwrap();
    let writers = Player::live(&timeline).writers(&timeline);
    assert_eq!(doing(&writers, &backend), &Doing::Looking { what: "glob ../*".to_owned() });
}

#[test]
fn nobody_writes_when_it_is_over_and_a_person_is_waited_for() {
    let timeline = timeline(&short());
    let mut player = Player::new(&timeline);
    player.seek(&timeline, To::Records(timeline.len()), NOW);
    assert_eq!(player.writers(&timeline), []);
}
