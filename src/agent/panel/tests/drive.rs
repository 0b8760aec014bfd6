//! A whole debate in memory: the panel in every seat, no clock, no file.

use crate::agent::panel::Panel;
use crate::protocol::entry::{DEFAULT_KINDS, Entry, Timing};
use crate::protocol::event::{ContextFile, Event, Limits, Opening, Outcome, Seat, Speaker, Usage, VERSION};
use crate::protocol::id::IssueKind;
use crate::protocol::rules;
use crate::protocol::session::Session;
use crate::protocol::step::Step;
use chrono::{DateTime, Utc};
use std::sync::OnceLock;

pub const FOUR: [&str; 4] = ["backend", "frontend", "security", "architect"];

/// A moment for those who need one; the panel never asks.
pub fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000 + second, 0).unwrap()
}

pub fn timing() -> Timing {
    Timing { asked: at(0), first: None, ended: at(0) }
}

fn speaker(name: &str) -> Speaker {
    Speaker {
        name: name.to_owned(),
        definition: String::new(),
        heart: String::new(),
        model: "built-in panel (rule-based, no language model)".to_owned(),
    }
}

/// An opening with one seat for each of `names`.
pub fn opening(topic: &str, names: &[&str]) -> Opening {
    let seat = |name: &&str| Seat {
        tag: name.to_uppercase().parse().unwrap(),
        kinds: DEFAULT_KINDS.map(str::to_owned).to_vec(),
        speaker: speaker(name),
    };
    Opening {
        version: VERSION,
        session: "test".to_owned(),
        topic: topic.to_owned(),
        supervisor: speaker("supervisor"),
        seats: names.iter().map(seat).collect(),
        context: Vec::<ContextFile>::new(),
        human: false,
        seed: 0,
        charter: crate::protocol::Charter::default(),
        project: None,
        limits: Limits::default(),
        at: at(0),
    }
}

pub fn open(opening: Opening) -> Session {
    Session::open(&Event::Opened(opening)).unwrap()
}

/// Runs a debate until it closes. Every reply must be legal before any fallback.
pub fn run(panel: &Panel, session: &mut Session) -> Outcome {
    for _ in 0..2000 {
        match session.step(at(0)) {
            Step::Ask(asks) => {
                for ask in asks {
                    let reply = panel.unchecked(session, &ask);
                    if let Err(reasons) = rules::check(session, &ask.author, &reply) {
                        panic!("{ask:?} was answered with what is refused: {reasons:#?}\n{reply:#?}");
                    }
                    reply_as(session, ask.author, reply);
                }
            }
            Step::Reveal => session.apply(&Event::Revealed { at: at(0) }).unwrap(),
            Step::Close(outcome) => return outcome,
            other => panic!("the debate stopped with {other:?}\n{}", session.deadlock()),
        }
    }
    panic!("the debate does not end");
}

pub fn reply_as(session: &mut Session, author: crate::protocol::id::Author, reply: crate::protocol::entry::Reply) {
    session
        .apply(&Event::Replied { author, reply, repairs: Vec::new(), timing: timing(), usage: Usage::default() })
        .unwrap();
}

/// The panel with this seed, its areas parsed once for all tests.
fn panel(seed: u64) -> &'static Panel {
    static PANELS: [OnceLock<Panel>; 8] = [const { OnceLock::new() }; 8];
    PANELS[seed as usize].get_or_init(|| Panel::builtin(seed).unwrap())
}

pub fn debate(topic: &str, names: &[&str], seed: u64) -> (Session, Outcome) {
    let mut session = open(opening(topic, names));
    let outcome = run(panel(seed), &mut session);
    (session, outcome)
}

/// Whether an objection was followed by another text for its decision.
pub fn changed_by_objection(session: &Session) -> bool {
    session.issues().iter().any(|i| {
        let docket = i.about.decision().and_then(|d| session.docket(d));
        i.id.kind == IssueKind::Objection && docket.is_some_and(|d| d.head.is_some_and(|(_, entry)| entry > i.entry))
    })
}

pub fn words(entry: &Entry) -> usize {
    let prose = entry.content.split("```").step_by(2);
    prose.map(|p| p.split_whitespace().count()).sum()
}
