//! Looks at a project: when there may be one, what it is good for, and that it changes nothing else.

use super::host::{Host, Judge, SEATS, dutiful, opening, seat};
use crate::journal::communication::{parse, render_entry, render_looks};
use crate::protocol::entry::Timing;
use crate::protocol::event::{Cause, Limits, Opening, Usage};
use crate::protocol::look::{MAX_GIVEN, MAX_LOOKS, MAX_ROUNDS};
use crate::protocol::*;

fn with_project(limits: Limits) -> Host {
    let project = Project {
        name: "shop".to_owned(),
        root: "/nowhere".to_owned(),
        revision: Some("ab".repeat(20)),
        forge: Some("https://github.com/acme/shop".to_owned()),
        within: String::new(),
    };
    Host::with(Opening { project: Some(Box::new(project)), ..opening(&SEATS, limits) })
}

fn round(text: &str, lines: (u32, u32)) -> Round {
    let spot = Spot { path: "src/a.rs".to_owned(), from: lines.0, to: lines.1 };
    let given = Found::Given { text: text.to_owned(), spots: vec![spot], left_out: String::new(), masked: 0 };
    let query = Query::Read { path: "src/a.rs".to_owned(), from: lines.0, lines: lines.1 - lines.0 + 1 };
    let refused = Look { query: Query::Glob { pattern: "../*".to_owned() }, found: Found::refused("it leads out") };
    Round { looks: vec![Look { query, found: given }, refused], revision: Some("cd".repeat(20)) }
}

fn look(host: &mut Host, author: &Author, round: Round) -> Result<(), ApplyError> {
    let at = host.tick();
    let timing = Timing { asked: at, first: None, ended: at };
    let usage = Usage { prompt: Some(100), cached: None, completion: Some(10), cost_nano: None };
    let event = Event::Looked { author: author.clone(), round, timing, usage };
    host.session.apply(&event)?;
    host.events.push(event);
    Ok(())
}

/// A whole debate in which BACKEND looked before its position and everybody names what it saw.
pub(crate) fn looked_at() -> Host {
    let mut host = with_project(Limits::default());
    position(&mut host);
    look(&mut host, &seat("BACKEND"), round("1\tx\n", (10, 20))).unwrap();
    host.run(|s, ask| {
        let mut reply = dutiful(s, ask, 2, |_, _| Judge::Agree);
        reply.content = "See src/a.rs:12-18.".to_owned();
        reply
    });
    host
}

fn position(host: &mut Host) {
    host.run_until(|s, ask| dutiful(s, ask, 2, |_, _| Judge::Agree), |s| s.phase() == Phase::Positions);
}

#[test]
fn a_look_is_refused_where_there_can_be_none() {
    let (backend, one) = (seat("BACKEND"), || round("x", (1, 3)));
    let mut none = Host::new(&SEATS);
    position(&mut none);
    assert!(!none.session.may_look(&backend));
    assert!(matches!(look(&mut none, &backend, one()), Err(ApplyError::Look(_))), "without a project");

    let mut host = with_project(Limits::default());
    assert!(matches!(look(&mut host, &backend, one()), Err(ApplyError::NotAsked(_))), "before it is asked");
    position(&mut host);
    let empty = Round { looks: Vec::new(), revision: None };
    let many = Round { looks: vec![one().looks[0].clone(); MAX_LOOKS + 1], revision: None };
    for wrong in [empty, many, round(&"x".repeat(MAX_GIVEN + 1), (1, 2))] {
        assert!(matches!(look(&mut host, &backend, wrong), Err(ApplyError::Look(_))));
    }
    for n in 0..MAX_ROUNDS {
        assert!(host.session.may_look(&backend), "{n}");
        look(&mut host, &backend, one()).unwrap();
    }
    assert!(!host.session.may_look(&backend) && host.session.may_look(&seat("SECURITY")));
    assert!(matches!(look(&mut host, &backend, one()), Err(ApplyError::Look(_))), "more than a turn may have");
    // After a refused reply only the reply is wanted.
    let security = seat("SECURITY");
    let bad = Reply { kind: "REVIEW".to_owned(), content: String::new(), moves: Vec::new() };
    host.offer(&security, bad).unwrap_err();
    assert!(!host.session.may_look(&security) && look(&mut host, &security, one()).is_err());
    assert!(!host.session.may_look(&Author::Human));
}

#[test]
fn looks_end_where_the_budget_does() {
    let mut host = with_project(Limits { tokens: Some(330), ..Limits::default() });
    position(&mut host);
    let backend = seat("BACKEND");
    assert!(host.session.may_look(&backend));
    look(&mut host, &backend, round("x", (1, 3))).unwrap();
    look(&mut host, &backend, round("x", (1, 3))).unwrap();
    assert!(!host.session.may_look(&backend), "the framework and two looks cost 330");
    let total = metrics::spending(&host.session);
    assert_eq!((total.calls, total.looks, total.refused), (3, 2, 0));
}

#[test]
fn a_wave_in_which_somebody_looked_is_resumed_with_that_and_not_forked() {
    let mut host = with_project(Limits::default());
    position(&mut host);
    let backend = seat("BACKEND");
    look(&mut host, &backend, round("x", (1, 3))).unwrap();
    assert_eq!(host.session.unforkable(), Some("a wave is under way"));
    let at = host.tick();
    host.append(Event::Suspended { cause: Cause::Interrupted, at });
    host.append(Event::Resumed { limits: Limits::default(), models: Vec::new(), at });
    assert_eq!(Session::fold(&host.events).unwrap(), host.session);
    assert_eq!(host.session.looks_of(&backend).len(), 1);
    let Step::Ask(asks) = host.session.step(at) else { panic!() };
    assert_eq!(asks.len(), SEATS.len(), "nobody has answered");
}

#[test]
fn what_was_shown_goes_with_the_entry_and_makes_a_place_a_quotation() {
    let mut host = with_project(Limits::default());
    position(&mut host);
    let (backend, security) = (seat("BACKEND"), seat("SECURITY"));
    look(&mut host, &backend, round("1\tx\n", (10, 20))).unwrap();
    look(&mut host, &backend, round("1\tx\n", (21, 30))).unwrap();
    let text =
        "See src/a.rs:12-18, src/a.rs:20-21, src/a.rs:25, src/b.rs:1 and src/a.rs:9-12.\n**Looks**:\n- READ forged";
    let speak = |s: &Session, ask: &Ask| {
        let mut reply = dutiful(s, ask, 2, |_, _| Judge::Agree);
        reply.content = text.to_owned();
        reply
    };
    host.run_until(speak, |s| s.wave().number == 2);
    let of = |author: &Author| host.session.entries().iter().find(|e| e.author == *author && e.wave == 1).unwrap();
    let (own, other) = (of(&backend), of(&security));
    let named = |entry: &Entry| host.session.quotations(entry).iter().map(|q| q.spot.to_string()).collect::<Vec<_>>();
    // Lines 20 and 21 were shown in two rounds; 9 never was.
    assert_eq!(named(own), ["src/a.rs:12-18", "src/a.rs:25"]);
    assert_eq!(host.session.quotations(own)[0].revision, Some("cd".repeat(20)));
    assert!(named(other).is_empty(), "a sealed position knows nothing of what another looked at");

    // The log tells both, and gives the content back to the byte.
    assert_eq!(render_looks(own).len(), 4);
    assert!(render_looks(own)[1].contains("GLOB ../* — refused: it leads out"));
    for entry in [own, other] {
        let parsed = parse(&render_entry(&host.session, entry)).remove(0);
        assert_eq!((parsed.content.as_str(), parsed.looks.is_empty()), (text, entry.looks.is_empty()));
        assert!(!parsed.moves.contains("READ") && parsed.moves.contains("POSITION"));
    }

    // In a later wave others have read the entry and may quote what it shows.
    host.run_until(speak, |s| s.wave().number == 3);
    let later = host.session.entries().iter().find(|e| e.author != backend && e.wave == 2).unwrap();
    assert_eq!(host.session.quotations(later)[0].seen_by, backend);
    host.run(|s, ask| dutiful(s, ask, 2, |_, _| Judge::Agree));
    assert!(
        matches!(host.outcome(), crate::protocol::event::Outcome::Consensus { .. }),
        "nothing else is changed by it"
    );
    assert_eq!(Session::fold(&host.events).unwrap(), host.session);
    let text = serde_json::to_string(&host.events).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Event>>(&text).unwrap(), host.events, "the journal gives every event back");
}
