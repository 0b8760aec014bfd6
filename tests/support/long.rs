//! A debate as long as it is wanted, through the protocol's own rules: four seats, eight decisions, of which three
//! are in dispute to the end; objections, amendments, concerns, mediations, and then consensus.

use chrono::{DateTime, TimeDelta, Utc};
use conclave::protocol::entry::{Action, Amendment, Change, DEFAULT_KINDS, Draft, Rejected, Timing};
use conclave::protocol::event::{Limits, Opening, Seat, Speaker, Usage, VERSION};
use conclave::protocol::{
    Ask, AskKind, Author, Criterion, CriterionId, Decision, DecisionId, Duty, EntryNumber, Event, Framework, How, Item,
    Move, Reply, SeatTag, Session, Step, Target, VerdictKind, rules,
};

const SEATS: [&str; 4] = ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"];
const DECISIONS: u16 = 8;
/// The first of them are in dispute to the end, the others settled early.
const DISPUTED: u16 = 3;
const SENTENCE: &str = "The queue keeps `order_id` as its key, so a retry lands on the same partition & is dropped there. Whoever \
                        reads the log later sees one line for each order, and can tell a late try from a second order of the same goods. ";
const CODE: &str = "```rust\nfn retry(order: &Order) -> Result<(), Refused> {\n    queue.push(order.id, order)?;\n    Ok(())\n}\n```\n";

/// The events of a debate that goes on until its log holds `entries` entries and then comes to agreement. Each entry's
/// content has about `bytes` bytes.
pub fn debate(entries: usize, bytes: usize) -> Vec<Event> {
    debate_in(entries, "How do orders reach the warehouse?", |entry| content(entry, bytes))
}

/// The same on another topic, which also stands in every clause, and with contents of one's own.
pub fn debate_in(entries: usize, topic: &str, content: impl Fn(usize) -> String) -> Vec<Event> {
    let mut events = vec![Event::Opened(opening(topic))];
    let mut session = Session::open(&events[0]).unwrap();
    let mut now = session.clock().opened;
    let mut put = |session: &mut Session, event: Event| {
        session.apply(&event).unwrap_or_else(|e| panic!("{e}\n{event:?}"));
        events.push(event);
    };
    loop {
        now += TimeDelta::seconds(7);
        match session.step(now) {
            Step::Ask(asks) => {
                for ask in asks {
                    let disputed = session.entries().len() < entries.saturating_sub(20);
                    let reply = Reply { content: content(session.entries().len()), ..answer(&session, &ask, disputed) };
                    let checked = rules::check(&session, &ask.author, &reply);
                    assert_eq!(checked, Ok(()), "{ask:?}\n{reply:#?}");
                    let timing = Timing { asked: now, first: None, ended: now + TimeDelta::seconds(3) };
                    let usage = Usage {
                        prompt: Some(9000),
                        cached: Some(8000),
                        completion: Some(400),
                        cost_nano: Some(900_000),
                    };
                    put(&mut session, Event::Replied { author: ask.author, reply, repairs: vec![], timing, usage });
                }
            }
            Step::Reveal => put(&mut session, Event::Revealed { at: now }),
            Step::Close(outcome) => put(&mut session, Event::Closed { outcome, at: now }),
            Step::Idle => break,
            other => panic!("{other:?}"),
        }
    }
    events
}

fn opening(topic: &str) -> Opening {
    let speaker = |name: &str| Speaker {
        name: name.to_lowercase(),
        definition: format!("You are {name}."),
        heart: String::new(),
        model: format!("model-{}@host", name.to_lowercase()),
    };
    let seat = |tag: &&str| Seat {
        tag: tag.parse().unwrap(),
        kinds: DEFAULT_KINDS.map(str::to_owned).to_vec(),
        speaker: speaker(tag),
    };
    Opening {
        version: VERSION,
        session: "20261120-100000-how-do-orders-reach-the-warehouse-0000".to_owned(),
        topic: topic.to_owned(),
        supervisor: speaker("SUPERVISOR"),
        seats: SEATS.iter().map(seat).collect(),
        context: vec![],
        human: false,
        limits: Limits { waves: u32::MAX, mediations: u32::MAX, ..Limits::default() },
        seed: 0,
        charter: Default::default(),
        project: None,
        at: DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap(),
    }
}

fn framework() -> Framework {
    let criterion = |n| Criterion {
        id: CriterionId(n),
        text: format!("Criterion {n}: no order is lost or sent twice, as a test of part {n} shows."),
    };
    let decision = |n: u16| Decision {
        id: DecisionId(n),
        question: format!("Question {n}: which of the two ways does part {n} take?"),
        criteria: vec![CriterionId(n), CriterionId(n % DECISIONS + 1)],
        owner: SEATS[(n as usize - 1) % SEATS.len()].parse().unwrap(),
        after: vec![],
        open: false,
    };
    Framework {
        title: "Orders and the warehouse".to_owned(),
        goals: vec!["Every order reaches the warehouse once.".to_owned()],
        non_goals: vec!["A new warehouse".to_owned()],
        constraints: vec![],
        unknowns: vec![],
        criteria: (1..=DECISIONS).map(criterion).collect(),
        decisions: (1..=DECISIONS).map(decision).collect(),
    }
}

/// Prose of about the length wanted, a list and now and then a block of code.
fn content(entry: usize, bytes: usize) -> String {
    let mut text = format!("After {entry} entries it comes to this:\n\n- First, the log.\n- Then, the rest.\n\n");
    if entry.is_multiple_of(3) {
        text.push_str(CODE);
    }
    let mut words = SENTENCE.split_inclusive(' ').cycle();
    while text.len() < bytes {
        text.extend(words.next());
    }
    text
}

fn answer(session: &Session, ask: &Ask, disputed: bool) -> Reply {
    let mut moves = Vec::new();
    let mut kind = "REVIEW";
    for duty in &ask.duties {
        match duty {
            Duty::Frame => moves.push(Move::Frame { framework: framework() }),
            Duty::Position => moves.extend((1..=DECISIONS).map(|n| position(DecisionId(n)))),
            Duty::Draft(id) => {
                kind = "IMPLEMENTATION";
                moves.push(draft(*id, &session.opening().topic));
                dispose(session, *id, &mut moves);
            }
            Duty::Revise(id) => {
                kind = "PROPOSAL";
                moves.push(amend(session, *id));
                dispose(session, *id, &mut moves);
            }
            Duty::Dispose(id) => dispose(session, *id, &mut moves),
            Duty::Review(id) => judge(session, ask.author.seat().unwrap(), *id, disputed, &mut moves),
            Duty::Stand(issue) => {
                let about = session.issue(*issue).unwrap().about.decision().unwrap();
                if !ask.duties.contains(&Duty::Review(about)) {
                    moves.push(agree(session, ask.author.seat().unwrap(), about));
                }
            }
            Duty::Answer(question) => {
                moves.push(Move::Answer { question: *question, text: "Yes, within a second.".to_owned() })
            }
            Duty::Mediate => moves.push(Move::Mediate {
                agreed: "The rest.".to_owned(),
                disputed: "Clause 1.".to_owned(),
                crux: "Whether a second try may win.".to_owned(),
                question: "How often does it happen?".to_owned(),
            }),
            Duty::Premortem => moves.push(Move::Risk {
                about: Target::Decision(DecisionId(1)),
                scenario: "The queue was full and nobody saw it.".to_owned(),
                sign: "Its age grows.".to_owned(),
                mitigation: "An alarm at one minute.".to_owned(),
            }),
            Duty::Sign => moves
                .push(Move::Sign { digest: session.accord_digest().unwrap().short().to_owned(), reservation: None }),
            Duty::Rule(_) | Duty::Heed(_) => panic!("{duty:?} is not scripted"),
        }
    }
    let kind = match (&ask.author, ask.kind) {
        (Author::Supervisor, AskKind::Framework) => "FRAMEWORK",
        (Author::Supervisor, AskKind::Mediation) => "MEDIATION",
        (Author::Supervisor, _) => "ANSWER",
        (_, AskKind::Position) => "ANALYSIS",
        _ => kind,
    };
    Reply { kind: kind.to_owned(), content: String::new(), moves }
}

fn position(decision: DecisionId) -> Move {
    Move::Position {
        decision,
        choice: "A queue keyed by order, drained by one consumer a partition".to_owned(),
        rejected: "A nightly file, because it is a day late".to_owned(),
        rests_on: format!("K{}", decision.0),
        confidence: 70,
    }
}

fn draft(decision: DecisionId, topic: &str) -> Move {
    Move::Propose(Draft {
        decision,
        clauses: vec![
            "Orders go into a queue keyed by their id.".to_owned(),
            format!("A consumer acknowledges after the write. That answers: {topic}"),
        ],
        rationale: "A key makes a retry harmless.".to_owned(),
        assumptions: vec!["The queue keeps a day of orders.".to_owned()],
        rejected: vec![Rejected { option: "A nightly file".to_owned(), why: "It is a day late.".to_owned() }],
        actions: vec![Action {
            owner: "BACKEND".to_owned(),
            what: format!("Build part {}", decision.0),
            done_when: "The test passes".to_owned(),
        }],
    })
}

fn amend(session: &Session, decision: DecisionId) -> Move {
    let wave = session.wave().number;
    Move::Amend(Amendment {
        decision,
        base: session.docket(decision).unwrap().head().unwrap().id,
        changes: vec![Change::Replace {
            clause: 1,
            text: format!(
                "Orders go into a queue keyed by their id; a try of wave {wave} that comes late is refused with 409."
            ),
        }],
        rationale: format!("It meets the objection of wave {wave}."),
        assumptions: None,
        rejected: vec![],
        actions: vec![],
    })
}

fn dispose(session: &Session, decision: DecisionId, moves: &mut Vec<Move>) {
    for item in rules::outstanding(session, decision) {
        let how = match &item {
            Item::Issue(id) if id.number % 2 == 0 => How::Addressed { clause: 1 },
            _ => How::Declined,
        };
        moves.push(Move::Dispose { item, how, why: "It was weighed against the first criterion.".to_owned() });
    }
}

/// A verdict: one seat after the other objects while the decision is in dispute, and the next has a concern.
fn judge(session: &Session, seat: &SeatTag, decision: DecisionId, disputed: bool, moves: &mut Vec<Move>) {
    let docket = session.docket(decision).unwrap();
    let seats: Vec<&SeatTag> = session.seats().collect();
    let owner = &session.decision(decision).unwrap().owner;
    let (owner, at) = (seats.iter().position(|s| *s == owner).unwrap(), seats.iter().position(|s| *s == seat).unwrap());
    // From 0 to 2, the next seat's turn with each text.
    let turn = ((at + 4 - owner - 1) % 4 + docket.proposals.len()) % 3;
    let about = Target::Decision(decision);
    let mine = disputed && decision.0 <= DISPUTED && docket.changed_since_judged(seat).contains(&1);
    if mine && turn == 0 {
        moves.push(Move::Object {
            about,
            digest: docket.head().unwrap().digest.short().to_owned(),
            clause: 1,
            criterion: CriterionId(decision.0),
            fails_when: "A client times out, tries again, and the second try wins while the first is still in flight."
                .to_owned(),
            resolved_if: "The second try is refused.".to_owned(),
            rests_on: None,
        });
        return;
    }
    moves.push(agree(session, seat, decision));
    if mine && turn == 1 {
        let text = "A customer sees the refusal and calls the support.".to_owned();
        moves.push(Move::Concern { about, clause: 1, criterion: CriterionId(decision.0), text });
    }
}

fn agree(session: &Session, seat: &SeatTag, decision: DecisionId) -> Move {
    let docket = session.docket(decision).unwrap();
    let objected = docket.verdicts.get(seat).filter(|v| v.kind == VerdictKind::Object);
    let head: Option<EntryNumber> = docket.head.map(|(_, entry)| entry);
    Move::Agree {
        decision,
        digest: docket.head().unwrap().digest.short().to_owned(),
        criteria: vec![CriterionId(decision.0)],
        because: "Clause 1 refuses the late try, and K1 holds under the test.".to_owned(),
        resolved_by: objected.and(head),
        confirms: vec![],
        security: None,
    }
}
