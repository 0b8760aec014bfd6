//! A debate as long as one wishes, valid by every rule: for benches and for tests of long sessions.
//!
//! Four seats own a decision each. In turn they object to each other's heads, the owners amend, and nobody tires until
//! there are enough entries; then all agree and the debate ends in consensus. Times are those of language models: seconds to
//! think, seconds to write, all seats of a wave at the same time, now and then a retry or a reply that is sent back.
#![allow(dead_code)]

use chrono::{DateTime, TimeDelta, Utc};
use conclave::journal::Record;
use conclave::journal::line::Chain;
use conclave::protocol::entry::{Amendment, Change, Draft, Timing};
use conclave::protocol::event::{AskRecord, Limits, Opening, Seat, Speaker, Usage, VERSION};
use conclave::protocol::framework::{Criterion, Decision, Framework};
use conclave::protocol::session::Session;
use conclave::protocol::{
    Ask, AskKind, Author, CriterionId, DecisionId, Duty, EntryNumber, Event, How, Move, Reply, SeatTag, Step, Target,
    VerdictKind, rules,
};
use std::path::Path;

const SEATS: [&str; 4] = ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"];

/// The events of a debate with at least `entries` entries, closed in consensus.
pub fn events(entries: usize) -> Vec<Event> {
    let opening = opening();
    let now = opening.at;
    let first = Event::Opened(opening);
    let session = Session::open(&first).unwrap();
    let mut host = Host { session, events: vec![first], now, entries };
    while host.turn() {}
    host.events
}

/// The same as records, with the digests that a journal would give them.
pub fn records(entries: usize) -> Vec<Record> {
    let mut chain = Chain::default();
    events(entries).into_iter().map(|event| chain.encode(event).unwrap().1).collect()
}

/// Writes the same as a session's journal into `folder`, and says how many bytes it has.
pub fn write(folder: &Path, entries: usize) -> u64 {
    let mut chain = Chain::default();
    let mut bytes = Vec::new();
    for event in events(entries) {
        bytes.extend(chain.encode(event).unwrap().0);
    }
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(conclave::journal::JOURNAL), &bytes).unwrap();
    bytes.len() as u64
}

struct Host {
    session: Session,
    events: Vec<Event>,
    now: DateTime<Utc>,
    entries: usize,
}

impl Host {
    fn turn(&mut self) -> bool {
        let at = self.now + TimeDelta::milliseconds(3);
        match self.session.step(at) {
            Step::Ask(asks) => self.wave(asks),
            Step::Reveal => self.append(Event::Revealed { at }),
            Step::Close(outcome) => self.append(Event::Closed { outcome, at }),
            Step::Rest(_) | Step::Escalate(_) => unreachable!("no limits, and nobody in the room"),
            Step::Idle => return false,
        }
        true
    }

    fn wave(&mut self, asks: Vec<Ask>) {
        let at = self.now + TimeDelta::milliseconds(2);
        let records =
            asks.iter().map(|a| AskRecord { author: a.author.clone(), kind: a.kind, duties: a.duties.clone() });
        self.append(Event::Asked { asks: records.collect(), at });
        let trouble = self.session.wave().number % 16;
        for (i, ask) in (1..).zip(&asks) {
            let author = ask.author.clone();
            let first = at + TimeDelta::milliseconds(1500 * i);
            if trouble == 7 && i == 1 {
                let cause = "429 too many requests".to_owned();
                self.append(Event::Retried {
                    author: author.clone(),
                    attempt: 1,
                    of: 5,
                    cause,
                    wait_ms: 800,
                    at: first,
                });
            }
            if trouble == 11 && i == 1 {
                let timing = Timing { asked: at, first: None, ended: first };
                let (text, reasons) = ("I agree with everything.".to_owned(), vec!["it is not JSON".to_owned()]);
                self.append(Event::SentBack { author: author.clone(), text, reasons, timing, usage: usage() });
            }
            let reply = reply(&self.session, ask, self.session.entries().len() < self.entries);
            let ended = first + TimeDelta::milliseconds(4000 + 10 * (reply.content.len() as i64));
            let timing = Timing { asked: at, first: Some(first), ended };
            self.append(Event::Replied { author, reply, repairs: Vec::new(), timing, usage: usage() });
        }
    }

    fn append(&mut self, event: Event) {
        if let Err(error) = self.session.apply(&event) {
            panic!("{error}: {event:?}");
        }
        self.now = self.session.clock().last;
        self.events.push(event);
    }
}

fn usage() -> Usage {
    Usage { prompt: Some(9000), cached: Some(8000), completion: Some(300), cost_nano: Some(4_500_000) }
}

fn opening() -> Opening {
    let speaker = |name: &str| Speaker {
        name: name.to_lowercase(),
        definition: "I build things that last and can say why.".to_owned(),
        heart: String::new(),
        model: "scripted".to_owned(),
    };
    let kinds = ["ANALYSIS", "PROPOSAL", "IMPLEMENTATION", "REVIEW"].map(str::to_owned).to_vec();
    let seat = |tag: &&str| Seat { tag: tag.parse().unwrap(), kinds: kinds.clone(), speaker: speaker(tag) };
    Opening {
        version: VERSION,
        session: "20261120-101403-a-long-debate-0000".to_owned(),
        topic: "How do we keep a long debate short?".to_owned(),
        supervisor: speaker("supervisor"),
        seats: SEATS.iter().map(seat).collect(),
        context: Vec::new(),
        human: false,
        limits: Limits { waves: u32::MAX, mediations: u32::MAX, ..Limits::default() },
        seed: 0,
        charter: Default::default(),
        project: None,
        at: DateTime::from_timestamp(1_795_169_643, 0).unwrap(),
    }
}

/// What is owed; some seat objects to every head as long as the debate is to be `kept_up`.
fn reply(session: &Session, ask: &Ask, kept_up: bool) -> Reply {
    let mut moves = Vec::new();
    for duty in &ask.duties {
        match duty {
            Duty::Frame => moves.push(Move::Frame { framework: framework() }),
            Duty::Position => moves.extend(session.dockets().map(|d| position(d.id))),
            Duty::Draft(id) => {
                moves.push(draft(*id));
                dispose(session, *id, &mut moves);
            }
            Duty::Revise(id) => {
                moves.push(amend(session, *id));
                dispose(session, *id, &mut moves);
            }
            Duty::Dispose(id) => dispose(session, *id, &mut moves),
            Duty::Review(id) => review(session, &ask.author, *id, kept_up, &mut moves),
            // Whoever objected reviews the new head in the same reply, and agrees.
            Duty::Stand(_) | Duty::Heed(_) => {}
            Duty::Mediate => moves.push(mediate()),
            Duty::Premortem => moves.push(risk()),
            Duty::Sign => {
                let digest = session.accord_digest().unwrap().short().to_owned();
                moves.push(Move::Sign { digest, reservation: None });
            }
            Duty::Answer(_) | Duty::Rule(_) => unreachable!("nobody asks, nobody objects to the framework"),
        }
    }
    let kind = match ask.kind {
        AskKind::Framework => "FRAMEWORK",
        AskKind::Mediation => "MEDIATION",
        AskKind::Position => "ANALYSIS",
        AskKind::Turn | AskKind::Premortem | AskKind::Signature => "REVIEW",
    };
    let wave = session.wave().number;
    let content = format!(
        "Wave {wave}. What I looked at: the clause that changed, what rests on it, and what an attacker or a tired operator \
         makes of it at three in the morning.\n\n- It holds where the load is what we assume.\n- It fails where a retry meets \
         a `409` that nobody reads.\n\nSo I say below what I do, and on which criterion it rests."
    );
    Reply { kind: kind.to_owned(), content, moves }
}

fn framework() -> Framework {
    let decision = |n: u16| Decision {
        id: DecisionId(n),
        question: format!("Which of the ways do we take in matter {n}?"),
        criteria: vec![CriterionId(1), CriterionId(2)],
        owner: SEATS[usize::from(n) - 1].parse().unwrap(),
        after: Vec::new(),
        open: false,
    };
    Framework {
        title: "A long debate".to_owned(),
        goals: vec!["It ends.".to_owned()],
        non_goals: Vec::new(),
        constraints: Vec::new(),
        unknowns: Vec::new(),
        criteria: (1..=2).map(|n| Criterion { id: CriterionId(n), text: format!("criterion {n} holds") }).collect(),
        decisions: (1..=4).map(decision).collect(),
    }
}

fn position(decision: DecisionId) -> Move {
    Move::Position {
        decision,
        choice: "the simple way, with a way back".to_owned(),
        rejected: "the clever way, which nobody can undo".to_owned(),
        rests_on: "K1".to_owned(),
        confidence: 70,
    }
}

fn draft(decision: DecisionId) -> Move {
    Move::Propose(Draft {
        decision,
        clauses: vec!["One table holds it.".to_owned(), "Thirty minutes, sliding.".to_owned()],
        rationale: "It meets K1.".to_owned(),
        assumptions: vec!["PostgreSQL is there.".to_owned()],
        rejected: Vec::new(),
        actions: Vec::new(),
    })
}

/// A whole new text now and then, so that rationales of amendments do not pile up.
fn amend(session: &Session, decision: DecisionId) -> Move {
    let docket = session.docket(decision).unwrap();
    let version = docket.proposals.len() + 1;
    let text = format!("One table holds it, kept for {version} minutes after the last sign of life.");
    if version.is_multiple_of(8) {
        let clauses = vec![text, "Thirty minutes, sliding.".to_owned()];
        let Move::Propose(before) = draft(decision) else { unreachable!() };
        return Move::Propose(Draft { clauses, ..before });
    }
    Move::Amend(Amendment {
        decision,
        base: docket.head().unwrap().id,
        changes: vec![Change::Replace { clause: 1, text }],
        rationale: "It meets the objection.".to_owned(),
        assumptions: None,
        rejected: Vec::new(),
        actions: Vec::new(),
    })
}

fn dispose(session: &Session, decision: DecisionId, moves: &mut Vec<Move>) {
    for item in rules::outstanding(session, decision) {
        let position = matches!(item, conclave::protocol::Item::Position(..));
        let how = if position { How::Declined } else { How::Addressed { clause: 1 } };
        moves.push(Move::Dispose { item, how, why: "clause 1 now says how long".to_owned() });
    }
}

fn review(session: &Session, author: &Author, id: DecisionId, kept_up: bool, moves: &mut Vec<Move>) {
    let seat = author.seat().unwrap();
    let docket = session.docket(id).unwrap();
    let head = docket.head().unwrap();
    let digest = head.digest.short().to_owned();
    let place = |tag: &SeatTag| SEATS.iter().position(|s| *s == tag.as_str()).unwrap();
    let owner = place(&session.decision(id).unwrap().owner);
    let turn = usize::from(head.id.version);
    let whose = |offset: usize| (owner + 1 + (turn + offset) % 3) % 4 == place(seat);
    if kept_up && whose(0) && session.own_objections(seat, id).next().is_none() {
        return moves.push(Move::Object {
            about: Target::Decision(id),
            digest,
            clause: 1,
            criterion: CriterionId(1),
            fails_when: "a user signs in twice and the second try wins".to_owned(),
            resolved_if: "the first try is refused".to_owned(),
            rests_on: None,
        });
    }
    if kept_up && turn.is_multiple_of(5) && whose(1) {
        moves.push(Move::Concern {
            about: Target::Decision(id),
            clause: 1,
            criterion: CriterionId(2),
            text: "the minutes are a guess; measure them".to_owned(),
        });
    }
    let verdict = docket.verdicts.get(seat);
    let objected = verdict.is_some_and(|v| v.kind == VerdictKind::Object);
    let resolved_by: Option<EntryNumber> = docket.head.map(|(_, entry)| entry).filter(|_| objected);
    moves.push(Move::Agree {
        decision: id,
        digest,
        criteria: vec![CriterionId(1), CriterionId(2)],
        because: "clause 1 holds under K1".to_owned(),
        resolved_by,
        confirms: Vec::new(),
        security: None,
    });
}

fn mediate() -> Move {
    Move::Mediate {
        agreed: "The table.".to_owned(),
        disputed: "How long.".to_owned(),
        crux: "How long a form takes.".to_owned(),
        question: "How long does a form take?".to_owned(),
    }
}

fn risk() -> Move {
    Move::Risk {
        about: Target::Decision(DecisionId(1)),
        scenario: "Nobody measured the minutes.".to_owned(),
        sign: "Complaints on Mondays.".to_owned(),
        mitigation: "Measure them.".to_owned(),
    }
}
