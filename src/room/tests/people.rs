//! People in a running room: what they say, a pause, an escalation, a seat they hold, the pace. All on virtual time.

use super::*;
use crate::agent::pace::{PaceChange, Pacer};
use crate::agent::panel::Panel;
use crate::agent::panel_voice::PanelVoice;
use crate::agent::person::person;
use crate::config::Pace;
use crate::protocol::tests::host::{Judge, dutiful, object};

/// A room with a person in it, where `script` speaks for the rest.
async fn with_person(stage: &Stage, script: Arc<Script>) -> Room {
    let opening = Opening { human: true, ..opening(&SEATS, Limits { waves: 60, ..Limits::default() }) };
    stage.open_with(opening, stage.voices(script)).await.0
}

/// SECURITY never agrees.
fn stubborn() -> Arc<Script> {
    Arc::new(|turn: &Turn<'_>| {
        let objects = |author: &Author, _| if author.to_string() == "SECURITY" { Judge::Object } else { Judge::Agree };
        Ok(dutiful(turn.session, turn.ask, 1, objects))
    })
}

fn direct(text: &str) -> Say {
    Say::Direct { text: text.to_owned() }
}

async fn after(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_direction_in_the_middle_of_a_wave_is_journaled_at_once_and_heeded_by_all_after_it() {
    let stage = Stage::new();
    let mut room = stage.open(agree()).await;
    let (floor, at) = (room.floor(), stage.at());
    // Framing takes the first second, positions the second, the first drafts the third.
    let said = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let granted = floor.say(direct("It must work offline.")).await;
        (granted, folded(&at).wave().posted.len())
    });
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
    assert_eq!(said.await.unwrap(), (Ok(Granted::Held), 1), "it is on the disk when it is answered");
    let session = folded(&stage.at());
    let direction = session.directions()[0];
    let entry = session.entry(direction).unwrap();
    assert_eq!((entry.author.clone(), entry.seen.0 + 1), (Author::Human, direction.0));
    let calls = stage.calls.lock().unwrap();
    let heeded =
        calls.iter().filter(|(a, kind, wave)| a.seat().is_some() && *kind == AskKind::Turn && *wave == entry.wave);
    assert_eq!(heeded.count(), 4, "everybody owes heed in the wave that follows");
    let log = std::fs::read_to_string(stage.at().join(journal::COMMUNICATION)).unwrap();
    assert!(log.contains("[HUMAN]") && log.contains("It must work offline."));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_said_comes_back_with_the_reasons() {
    let stage = Stage::new();
    let mut room = stage.open(agree()).await;
    let floor = room.floor();
    let early = room.say(&direct("Early.")).await.unwrap();
    assert_eq!(early, Ok(Granted::Held), "it waits for the framework");
    let said = tokio::spawn(async move {
        after(2).await;
        let mut refused = Vec::new();
        for say in [
            direct("  "),
            Say::Answer { question: "Q7".parse().unwrap(), text: "Yes.".into() },
            Say::Ask { to: "BACKEND".into(), about: "D9".parse().unwrap(), text: "Why?".into() },
            Say::Decide { text: "The second.".into() },
        ] {
            refused.push(floor.say(say).await.unwrap_err().to_string());
        }
        let seat = floor
            .reply("SECURITY".parse().unwrap(), Reply { kind: "REVIEW".into(), content: "x".into(), moves: vec![] });
        refused.push(seat.await.unwrap_err().to_string());
        (refused, floor)
    });
    room.run().await.unwrap();
    drop(room);
    let (refused, floor) = said.await.unwrap();
    for (refused, words) in
        refused.iter().zip(["needs words", "no Q7", "not on the agenda", "nobody waits", "not held by a person"])
    {
        assert!(refused.contains(words), "'{words}' is not in {refused}");
    }
    let over = floor.say(direct("Too late.")).await.unwrap_err();
    assert!(over.to_string().contains("does not run any more"));
}

#[tokio::test(start_paused = true)]
async fn a_question_of_a_person_is_answered_by_whom_it_names() {
    let stage = Stage::new();
    let mut room = stage.open(agree()).await;
    let floor = room.floor();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        let say = Say::Ask { to: "security".into(), about: "D1".parse().unwrap(), text: "Is it safe?".into() };
        floor.say(say).await.unwrap();
    });
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
    let session = folded(&stage.at());
    let question = session.issues().iter().find(|i| i.by == Author::Human).unwrap();
    let answer = question.disposition.as_ref().unwrap();
    assert_eq!((answer.by.to_string().as_str(), question.text.as_str()), ("SECURITY", "Is it safe?"));
}

#[tokio::test(start_paused = true)]
async fn a_pause_takes_effect_at_the_waves_end_and_what_is_said_in_it_is_in_the_log_at_once() {
    let stage = Stage::new();
    let limits = Limits { time_ms: Some(60_000), ..Limits::default() };
    let (mut room, _journal) = stage.open_with(opening(&SEATS, limits), stage.voices(agree())).await;
    let (floor, at) = (room.floor(), stage.at());
    let person = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        floor.pause(true);
        after(3_600).await;
        let (session, calls) = (folded(&at), folded(&at).calls().len());
        assert!(session.wave().is_untouched() && !session.wave().asked, "the wave in flight came to its end");
        let granted = floor.say(direct("Before we go on: think of costs.")).await.unwrap();
        assert_eq!(granted, Granted::Entry(folded(&at).last_entry()));
        after(3_600).await;
        assert_eq!(folded(&at).calls().len(), calls, "nobody was asked");
        floor.pause(false);
    });
    let ended = room.run().await.unwrap();
    assert!(matches!(ended, Ended::Closed(Outcome::Consensus { .. })), "{ended:?}: a pause is no running time");
    person.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_a_pause_suspends() {
    let stage = Stage::new();
    let mut room = stage.open(agree()).await;
    let floor = room.floor();
    floor.pause(true);
    tokio::spawn(async move {
        after(10).await;
        floor.stop();
    });
    assert!(matches!(room.run().await.unwrap(), Ended::Suspended { cause: Cause::Interrupted, .. }));
    assert!(stage.calls.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_escalation_waits_for_the_person_for_ever_and_its_answer_directs_all() {
    let stage = Stage::new();
    let mut room = with_person(&stage, stubborn()).await;
    room.wait_for_people(None);
    let (floor, at) = (room.floor(), stage.at());
    let person = tokio::spawn(async move {
        after(100_000).await;
        assert_eq!(*folded(&at).life(), Life::Escalated);
        let granted = floor.say(Say::Decide { text: "The risk is taken.".into() }).await.unwrap();
        assert!(matches!(granted, Granted::Entry(_)));
        // It did not help: the person is asked again, and stops.
        after(100_000).await;
        assert_eq!(*folded(&at).life(), Life::Escalated);
        floor.stop();
    });
    assert!(matches!(room.run().await.unwrap(), Ended::Suspended { cause: Cause::Interrupted, .. }));
    person.await.unwrap();
    assert_eq!(folded(&stage.at()).directions().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_escalation_lapses_when_patience_ends_and_at_once_where_there_is_none() {
    for (patience, least) in [(Duration::from_secs(600), 600), (Duration::ZERO, 0)] {
        let stage = Stage::new();
        let mut room = with_person(&stage, stubborn()).await;
        room.wait_for_people(Some(patience));
        assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::NoConsensus { .. })));
        let loaded = journal::read(&stage.at()).unwrap();
        let events: Vec<&Event> = loaded.events().collect();
        let (mut asked, mut waited) = (None, vec![]);
        for event in events {
            match event {
                Event::Escalated { at, .. } => asked = Some(*at),
                Event::Lapsed { at } => waited.push((*at - asked.unwrap()).num_seconds()),
                _ => {}
            }
        }
        assert_eq!(waited, [least]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_to_the_person_waits_until_it_is_answered() {
    let stage = Stage::new();
    let script = |turn: &Turn<'_>| {
        let mut reply = agreeable(turn.session, turn.ask);
        if turn.ask.author.to_string() == "BACKEND" && turn.ask.kind == AskKind::Position {
            let about = "D1".parse().unwrap();
            reply.moves.push(Move::Ask { to: "HUMAN".into(), about, text: "How many users are there?".into() });
        }
        Ok(reply)
    };
    let mut room = with_person(&stage, Arc::new(script)).await;
    room.wait_for_people(None);
    let (floor, at) = (room.floor(), stage.at());
    let person = tokio::spawn(async move {
        after(10_000).await;
        let session = folded(&at);
        assert_eq!(*session.life(), Life::Escalated);
        floor.say(Say::Decide { text: "Some four thousand.".into() }).await.unwrap();
    });
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
    person.await.unwrap();
    let session = folded(&stage.at());
    let answer = session.issues()[0].disposition.as_ref().unwrap();
    assert_eq!((answer.by.clone(), answer.why.as_str()), (Author::Human, "Some four thousand."));
}

/// A room in which a person holds ARCHITECT.
async fn with_a_seat(stage: &Stage) -> Room {
    let (voice, pen) = person();
    let mut voices = stage.voices(agree());
    voices.insert("ARCHITECT".parse().unwrap(), Arc::new(voice));
    let people = [("ARCHITECT".parse().unwrap(), pen)].into();
    let cast = Cast { voices, people, pacer: Pacer::new(Pace::OFF) };
    stage.open_with(opening(&SEATS, Limits::default()), cast).await.0
}

/// Plays the person: whenever ARCHITECT is asked, gives what `reply` says until it is taken. Returns the refusals.
async fn hold(floor: Floor, at: std::path::PathBuf, reply: impl Fn(&Session, &Ask, usize) -> Reply) -> Vec<String> {
    let me: Author = "ARCHITECT".parse().unwrap();
    let mut refusals = Vec::new();
    let mut tries = 0;
    loop {
        after(30).await;
        let session = folded(&at);
        if session.outcome().is_some() {
            return refusals;
        }
        let ask = session.asks().into_iter().find(|a| a.author == me);
        let Some(ask) = ask.filter(|_| session.wave().asked && !session.has_answered(&me)) else { continue };
        match floor.reply("ARCHITECT".parse().unwrap(), reply(&session, &ask, tries)).await {
            Ok(granted) => {
                assert_eq!(granted, Granted::Done);
                let now = folded(&at);
                assert!(now.has_answered(&me) || now.wave().number > session.wave().number, "it is on the disk");
            }
            Err(refused) => refusals.extend(refused.reasons),
        }
        tries += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_holds_a_seat_objects_and_agrees() {
    let stage = Stage::new();
    let mut room = with_a_seat(&stage).await;
    let objects = |session: &Session, ask: &Ask, _| {
        let mut reply = agreeable(session, ask);
        let first = !session.issues().iter().any(|i| i.by == ask.author);
        if let Some(agreed) = reply.moves.iter_mut().find(|m| matches!(m, Move::Agree { .. })).filter(|_| first) {
            let Move::Agree { decision, .. } = &*agreed else { unreachable!() };
            *agreed = object(session, *decision);
        }
        reply
    };
    let person = tokio::spawn(hold(room.floor(), stage.at(), objects));
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
    assert!(person.await.unwrap().is_empty());
    let session = folded(&stage.at());
    let mine: Vec<_> = session.issues().iter().filter(|i| i.by.to_string() == "ARCHITECT").collect();
    assert!(mine.len() == 1 && !mine[0].is_open(), "{mine:?}");
    assert!(session.ratification().signatures.contains_key(&"ARCHITECT".parse().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_persons_slips_come_back_with_reasons_as_often_as_it_takes_and_never_count_as_no_verdict() {
    let stage = Stage::new();
    let mut room = with_a_seat(&stage).await;
    let slips = |session: &Session, ask: &Ask, tries: usize| {
        let mut reply = agreeable(session, ask);
        if ask.kind == AskKind::Position && tries < 5 {
            reply.moves.clear();
        }
        reply
    };
    let person = tokio::spawn(hold(room.floor(), stage.at(), slips));
    assert!(matches!(room.run().await.unwrap(), Ended::Closed(Outcome::Consensus { .. })));
    let refusals = person.await.unwrap();
    assert!(refusals.len() == 5 && refusals[0].contains("give a position"), "{refusals:?}");
    let session = folded(&stage.at());
    assert_eq!(metrics::spending(&session).refused, 0);
    let has_position = |e: &Entry| e.moves.iter().any(|m| matches!(m.act, Move::Position { .. }));
    assert_eq!(session.entries().iter().filter(|e| has_position(e)).count(), 4);
}

/// The seconds that the built-in panel takes for its framework while `act` is done to its pacer.
async fn typed(pace: Pace, act: impl AsyncFnOnce(Pacer)) -> (f64, usize) {
    let stage = Stage::new();
    let pacer = Pacer::new(pace);
    let voice: Arc<dyn Speaker> = Arc::new(PanelVoice::new(Arc::new(Panel::builtin(0).unwrap()), pacer.clone()));
    let authors = std::iter::once(Author::Supervisor).chain(SEATS.iter().map(|t| t.parse().unwrap()));
    let voices = authors.map(|author| (author, Arc::clone(&voice))).collect();
    let cast = Cast { voices, people: Default::default(), pacer: pacer.clone() };
    let (mut room, _journal) = stage.open_with(opening(&SEATS, Limits { waves: 1, ..Limits::default() }), cast).await;
    let mut live = room.live();
    let (ended, ()) = tokio::join!(room.run(), act(pacer));
    assert!(matches!(ended.unwrap(), Ended::Suspended { cause: Cause::Waves { .. }, .. }));
    let text: String = std::iter::from_fn(|| live.try_recv().ok())
        .filter_map(|live| match live {
            Live::Piece { piece: Piece::Text(text), .. } => Some(text),
            _ => None,
        })
        .collect();
    let session = folded(&stage.at());
    let entry = &session.entries()[0];
    let reply: Reply = serde_json::from_str(&text).unwrap();
    assert_eq!(reply.content, entry.content, "the pieces come to the whole");
    let timing = entry.timing.as_ref().unwrap();
    ((timing.ended - timing.asked).num_milliseconds() as f64 / 1000.0, text.chars().count())
}

#[tokio::test(start_paused = true)]
async fn the_panel_types_at_its_pace_and_without_one_waits_for_nothing() {
    let (seconds, _) = typed(Pace::OFF, async |_| {}).await;
    assert_eq!(seconds, 0.0);
    for pace in ["7", "90", "1000"] {
        let (seconds, count) = typed(pace.parse().unwrap(), async |_| {}).await;
        let expected = count as f64 / pace.parse::<f64>().unwrap();
        assert!((seconds - expected).abs() < 0.2, "{count} characters at {pace}: {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn the_pace_can_be_changed_while_it_types() {
    let (whole, count) = typed(Pace::SLOW, async |_| {}).await;
    let faster = async |pacer: Pacer| {
        after(5).await;
        assert_eq!(pacer.change(PaceChange::Faster).per_second().unwrap().get(), 60);
    };
    let (seconds, _) = typed(Pace::SLOW, faster).await;
    let expected = 5.0 + (count as f64 - 200.0) / 60.0;
    assert!((seconds - expected).abs() < 0.3 && seconds < whole, "{seconds} s, not {expected}");
    let finish = async |pacer: Pacer| {
        after(5).await;
        assert_eq!(pacer.change(PaceChange::Finish), Pace::SLOW, "the pace stays");
    };
    let (seconds, _) = typed(Pace::SLOW, finish).await;
    assert!((seconds - 5.0).abs() < 0.2, "{seconds} s");
}
