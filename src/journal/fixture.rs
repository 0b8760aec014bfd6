//! A short debate for tests, valid by every rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::line::Chain;
use crate::protocol::entry::{Amendment, Change, Draft, Rejected, Timing};
use crate::protocol::event::{Limits, Opening, Seat, Speaker, Usage};
use crate::protocol::{Author, Event, How, Move, Reply, Session};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::sync::LazyLock;

pub(super) fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_169_643 + second, 0).unwrap()
}

pub(super) fn opening(topic: &str) -> Opening {
    let speaker = |name: &str, model: &str| Speaker {
        name: name.to_owned(),
        definition: "You build things.".to_owned(),
        heart: String::new(),
        model: model.to_owned(),
    };
    let panel = "built-in panel (rule-based, no language model)";
    let seat = |tag: &str, model: &str| Seat {
        tag: tag.parse().unwrap(),
        kinds: vec!["ANALYSIS".to_owned(), "REVIEW".to_owned()],
        speaker: speaker(&tag.to_lowercase(), model),
    };
    Opening {
        // The first in which answers wait for their speaker has its own tests: here a seat is asked for one alone.
        version: 4,
        session: "20261120-101403-test-0000".to_owned(),
        topic: topic.to_owned(),
        supervisor: speaker("supervisor", panel),
        seats: vec![seat("BACKEND", "gpt-5@host"), seat("FRONTEND", panel)],
        context: Vec::new(),
        human: true,
        seed: 0,
        charter: crate::protocol::Charter::default(),
        project: None,
        limits: Limits::default(),
        at: at(0),
    }
}

struct Debate {
    session: Session,
    events: Vec<Event>,
    clock: i64,
}

impl Debate {
    fn take(&mut self, event: Event) {
        if let Err(e) = self.session.apply(&event) {
            panic!("{e} at {event:?}; {:?}", self.session.step(at(0)))
        }
        self.events.push(event);
    }

    fn reply(&mut self, author: &str, content: &str, moves: Vec<Move>) {
        self.clock += 7;
        let kind = match author {
            "SUPERVISOR" if self.clock > 20 => "MEDIATION",
            "SUPERVISOR" => "FRAMEWORK",
            _ => "REVIEW",
        };
        self.take(Event::Replied {
            author: author.parse().unwrap(),
            reply: Reply { kind: kind.to_owned(), content: content.to_owned(), moves },
            repairs: Vec::new(),
            timing: Timing { asked: at(self.clock - 5), first: None, ended: at(self.clock) },
            usage: Usage { prompt: Some(100), completion: Some(20), cost_nano: Some(1_000_000), cached: None },
        });
    }

    fn reveal(&mut self) {
        self.clock += 1;
        let at = at(self.clock);
        self.take(Event::Revealed { at });
    }

    fn head(&self) -> String {
        let docket = self.session.dockets().next().unwrap();
        docket.head().unwrap().digest.short().to_owned()
    }
}

fn act(value: serde_json::Value) -> Move {
    serde_json::from_value(value).unwrap()
}

fn position(choice: &str) -> Move {
    act(
        json!({"move": "position", "decision": "D1", "choice": choice, "rejected": "the other", "rests_on": "K1", "confidence": 80}),
    )
}

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let first = Event::Opened(opening("Where do sessions live?"));
    let mut debate = Debate { session: Session::open(&first).unwrap(), events: vec![first], clock: 0 };
    let frame = act(json!({"move": "frame", "framework": {
        "title": "Sessions", "goals": ["Nobody is logged out by a deploy."], "unknowns": ["The load."],
        "criteria": [{"id": "K1", "text": "A deploy ends no session."}],
        "decisions": [{"id": "D1", "question": "Where?", "criteria": ["K1"], "owner": "BACKEND"}]}}));
    debate.reply("SUPERVISOR", "One question.", vec![frame]);
    debate.reveal();
    debate.reply(
        "BACKEND",
        "Keep them\nin the database.",
        vec![
            position("The database."),
            act(json!({"move": "concern", "about": "D1", "criterion": "K1", "text": "Caches grow cold."})),
            act(json!({"move": "ask", "to": "FRONTEND", "about": "D1", "text": "Is a reload fine?"})),
        ],
    );
    debate.reply("FRONTEND", "Signed cookies.", vec![position("A signed cookie.")]);
    debate.reveal();
    let draft = Move::Propose(Draft {
        decision: "D1".parse().unwrap(),
        clauses: vec!["One table.".to_owned(), "Thirty minutes.\nSliding.".to_owned()],
        rationale: "One truth.".to_owned(),
        assumptions: vec!["PostgreSQL.".to_owned()],
        rejected: vec![Rejected { option: "Cookies".to_owned(), why: "No revocation.".to_owned() }],
        actions: Vec::new(),
    });
    let dispose =
        |item: &str, how: How, why: &str| Move::Dispose { item: item.parse().unwrap(), how, why: why.to_owned() };
    debate.reply(
        "BACKEND",
        "A text.",
        vec![
            draft,
            dispose("D1/FRONTEND", How::Declined, "A cookie cannot be revoked."),
            dispose("C1", How::Addressed { clause: 1 }, "The table is warm."),
        ],
    );
    debate.reply("FRONTEND", "Fine.", vec![act(json!({"move": "answer", "question": "Q1", "text": "Yes."}))]);
    debate.reveal();
    let head = debate.head();
    debate.reply(
        "FRONTEND",
        "Not so.",
        vec![act(json!({"move": "object", "about": "D1", "digest": head, "clause": 2, "criterion": "K1",
            "fails_when": "a form takes an hour", "resolved_if": "two hours"}))],
    );
    debate.reveal();
    let amend = Move::Amend(Amendment {
        decision: "D1".parse().unwrap(),
        base: "D1.1".parse().unwrap(),
        changes: vec![
            Change::Replace { clause: 2, text: "Two hours.".to_owned() },
            Change::Add { text: "Drafts stay.".to_owned() },
        ],
        rationale: "Longer.".to_owned(),
        assumptions: None,
        rejected: Vec::new(),
        actions: Vec::new(),
    });
    debate.reply("BACKEND", "Agreed.", vec![amend, dispose("O1", How::Addressed { clause: 2 }, "Two hours.")]);
    debate.reveal();
    let head = debate.head();
    debate.reply(
        "FRONTEND",
        "Not yet.",
        vec![act(json!({"move": "stand", "issue": "O1", "digest": head, "why": "a form may take three hours"}))],
    );
    debate.reveal();
    // Whoever stands by an answered objection calls the mediator.
    debate.reply(
        "SUPERVISOR",
        "Look at the new text.",
        vec![act(json!({"move": "mediate", "agreed": "A table.", "disputed": "How long.", "crux": "Forms.",
            "question": "How long does a form take?"}))],
    );
    debate.reveal();
    debate.reply(
        "BACKEND",
        "Drafts stay.",
        vec![dispose("O1", How::Addressed { clause: 3 }, "A draft outlives the session.")],
    );
    debate.reveal();
    let head = debate.head();
    debate.reply(
        "FRONTEND",
        "Good.",
        vec![act(json!({"move": "agree", "decision": "D1", "digest": head, "criteria": ["K1"],
            "because": "clause 3 keeps a form that took longer", "resolved_by": "#10"}))],
    );
    debate.reveal();
    debate.events
});

/// The debate's events.
pub(super) fn events() -> Vec<Event> {
    EVENTS.clone()
}

/// The session they come to.
pub(super) fn session() -> Session {
    Session::fold(&events()).unwrap()
}

/// The debate as the lines of a journal, line feeds included.
pub(super) fn lines() -> Vec<Vec<u8>> {
    let mut chain = Chain::default();
    events().into_iter().map(|e| chain.encode(e).unwrap().0).collect()
}

/// Something a person says, for filling a journal; no fold would take it.
pub(super) fn posted(text: &str) -> Event {
    Event::Posted {
        author: Author::Human,
        reply: Reply { kind: "DIRECTION".to_owned(), content: text.to_owned(), moves: Vec::new() },
        at: at(99),
    }
}
