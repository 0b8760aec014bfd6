//! A table in memory: replies are scripted, times are counted, and every event goes through the real protocol.

use crate::protocol::entry::{Action, Amendment, Change, Draft, Rejected, Timing};
use crate::protocol::event::{Cause, ContextFile, Limits, Opening, Seat, Speaker, Usage};
use crate::protocol::{
    Author, Criterion, Decision, DecisionId, Event, Framework, How, Move, Reply, Session, Step, rules,
};
use chrono::{DateTime, Duration, TimeZone, Utc};

/// A session under way.
pub struct Table {
    pub session: Session,
    now: DateTime<Utc>,
    usage: Usage,
}

/// What varies from table to table.
pub struct Setting<'a> {
    pub topic: &'a str,
    pub models: [&'a str; 3],
    pub limits: Limits,
    pub usage: Usage,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self {
            topic: "How do we keep a checkout's session?\nThe current one leaks into logs.",
            models: ["model-a@host", "model-b@host", "model-c@host"],
            limits: Limits::default(),
            usage: Usage { prompt: Some(1000), cached: Some(400), completion: Some(50), cost_nano: Some(1_250_000) },
        }
    }
}

const TAGS: [&str; 3] = ["BACKEND", "FRONTEND", "SECURITY"];

impl Table {
    pub fn open(setting: Setting<'_>) -> Self {
        let at = Utc.with_ymd_and_hms(2026, 11, 20, 10, 0, 0).unwrap();
        let speaker = |name: &str, model: &str| Speaker {
            name: name.to_owned(),
            definition: "A definition.".to_owned(),
            heart: String::new(),
            model: model.to_owned(),
        };
        let seats = TAGS.iter().zip(setting.models).map(|(tag, model)| Seat {
            tag: tag.parse().unwrap(),
            kinds: crate::protocol::entry::DEFAULT_KINDS.map(str::to_owned).to_vec(),
            speaker: speaker(tag, model),
        });
        let opening = Opening {
            // Owners are asked for dispositions in a wave of their own, as in the formats before 3.
            version: 2,
            session: "2026-11-20-checkout".to_owned(),
            topic: setting.topic.to_owned(),
            supervisor: speaker("supervisor", setting.models[0]),
            seats: seats.collect(),
            context: vec![ContextFile { name: "notes`1`.md".to_owned(), text: "x".to_owned() }],
            human: false,
            limits: setting.limits,
            seed: 0,
            charter: crate::protocol::Charter::default(),
            project: None,
            at,
        };
        let session = Session::open(&Event::Opened(opening)).unwrap();
        Self { session, now: at, usage: setting.usage }
    }

    pub fn tick(&mut self) -> DateTime<Utc> {
        self.now += Duration::seconds(7);
        self.now
    }

    /// Takes everybody's reply to what the step asks for, and reveals the wave.
    pub fn wave(&mut self, replies: Vec<(&str, Reply)>) {
        for (who, reply) in replies {
            let author: Author = who.parse().unwrap();
            if let Err(reasons) = rules::check(&self.session, &author, &reply) {
                panic!("{who} is refused: {reasons:?}\nasked: {:?}", self.session.asks());
            }
            let (asked, ended) = (self.tick(), self.tick());
            let timing = Timing { asked, first: None, ended };
            let usage = self.usage.clone();
            self.apply(Event::Replied { author, reply, repairs: Vec::new(), timing, usage });
        }
        let at = self.tick();
        assert_eq!(self.session.step(at), Step::Reveal, "somebody was not heard: {:?}", self.session.asks());
        self.apply(Event::Revealed { at });
    }

    pub fn sent_back(&mut self, who: &str) {
        let (asked, ended) = (self.tick(), self.tick());
        self.apply(Event::SentBack {
            author: who.parse().unwrap(),
            text: "I agree!".to_owned(),
            reasons: vec!["no moves".to_owned()],
            timing: Timing { asked, first: None, ended },
            usage: self.usage.clone(),
        });
    }

    pub fn suspend(&mut self, cause: Cause) {
        let at = self.tick();
        self.apply(Event::Suspended { cause, at });
    }

    /// Closes with the outcome the protocol comes to.
    pub fn close(&mut self) {
        let at = self.tick();
        match self.session.step(at) {
            Step::Close(outcome) => self.apply(Event::Closed { outcome, at }),
            other => panic!("nothing to close: {other:?}"),
        }
    }

    pub fn apply(&mut self, event: Event) {
        self.session.apply(&event).unwrap();
    }

    /// The digest of a decision's head.
    pub fn head(&self, decision: u16) -> String {
        self.session.docket(DecisionId(decision)).unwrap().head().unwrap().digest.short().to_owned()
    }

    pub fn accord(&self) -> String {
        self.session.accord_digest().unwrap().short().to_owned()
    }
}

pub fn reply(kind: &str, content: &str, moves: Vec<Move>) -> Reply {
    Reply { kind: kind.to_owned(), content: content.to_owned(), moves }
}

pub fn frame(title: &str) -> Reply {
    let decision = |id: u16, question: &str, owner: &str| Decision {
        id: DecisionId(id),
        question: question.to_owned(),
        criteria: vec!["K1".parse().unwrap(), "K2".parse().unwrap()],
        owner: owner.parse().unwrap(),
        after: Vec::new(),
        open: false,
    };
    let criterion = |id: &str, text: &str| Criterion { id: id.parse().unwrap(), text: text.to_owned() };
    let framework = Framework {
        title: title.to_owned(),
        goals: vec!["No session secret in any log".to_owned()],
        non_goals: vec!["A new payment provider".to_owned()],
        constraints: vec!["The public API keeps its paths.".to_owned()],
        unknowns: vec!["How many clients block cookies".to_owned()],
        criteria: vec![
            criterion("K1", "A stolen log opens no session."),
            criterion("K2", "p95 of checkout stays under 300 ms."),
            criterion("K3", "One team can run it."),
        ],
        decisions: vec![
            decision(1, "What carries the session?", "BACKEND"),
            decision(2, "How long does it live?", "SECURITY"),
        ],
    };
    reply("FRAMEWORK", "The framework.", vec![Move::Frame { framework }])
}

pub fn position(decision: u16, choice: &str) -> Move {
    Move::Position {
        decision: DecisionId(decision),
        choice: choice.to_owned(),
        rejected: "A signed token in the URL, because it is logged".to_owned(),
        rests_on: "K1".to_owned(),
        confidence: 70,
    }
}

pub fn propose(decision: u16, clauses: &[&str]) -> Move {
    Move::Propose(Draft {
        decision: DecisionId(decision),
        clauses: clauses.iter().map(|c| (*c).to_owned()).collect(),
        rationale: "It keeps secrets out of logs.".to_owned(),
        assumptions: vec!["The store answers within 5 ms".to_owned()],
        rejected: vec![Rejected {
            option: "A JWT in local storage".to_owned(),
            why: "Scripts can read it.".to_owned(),
        }],
        actions: vec![Action {
            owner: "BACKEND".to_owned(),
            what: "Add the store".to_owned(),
            done_when: "The load test passes".to_owned(),
        }],
    })
}

pub fn amend(decision: u16, base: &str, clause: u16, text: &str) -> Move {
    Move::Amend(Amendment {
        decision: DecisionId(decision),
        base: base.parse().unwrap(),
        changes: vec![Change::Replace { clause, text: text.to_owned() }],
        rationale: "It meets the objection.".to_owned(),
        assumptions: None,
        rejected: Vec::new(),
        actions: Vec::new(),
    })
}

pub fn agree(table: &Table, decision: u16, resolved_by: Option<u32>) -> Move {
    Move::Agree {
        decision: DecisionId(decision),
        digest: table.head(decision),
        criteria: vec!["K1".parse().unwrap()],
        because: "Clause 1 keeps the secret out of the URL.".to_owned(),
        resolved_by: resolved_by.map(crate::protocol::EntryNumber),
        confirms: Vec::new(),
        security: None,
    }
}

pub fn object(table: &Table, decision: u16, fails_when: &str) -> Move {
    Move::Object {
        about: format!("D{decision}").parse().unwrap(),
        digest: table.head(decision),
        clause: 1,
        criterion: "K1".parse().unwrap(),
        fails_when: fails_when.to_owned(),
        resolved_if: "The token is opaque".to_owned(),
        rests_on: None,
    }
}

pub fn concern(decision: u16, text: &str) -> Move {
    Move::Concern {
        about: format!("D{decision}").parse().unwrap(),
        clause: 0,
        criterion: "K2".parse().unwrap(),
        text: text.to_owned(),
    }
}

pub fn dispose(item: &str, how: How, why: &str) -> Move {
    Move::Dispose { item: item.parse().unwrap(), how, why: why.to_owned() }
}

pub fn sign(table: &Table, reservation: Option<&str>) -> Reply {
    let act = Move::Sign { digest: table.accord(), reservation: reservation.map(str::to_owned) };
    reply("REVIEW", "I sign.", vec![act])
}

pub fn risk(decision: u16, scenario: &str) -> Move {
    Move::Risk {
        about: format!("D{decision}").parse().unwrap(),
        scenario: scenario.to_owned(),
        sign: "Queue depth grows".to_owned(),
        mitigation: "Fall back to read-only".to_owned(),
    }
}

pub const CONTRACT: &str = "The endpoint:\n\n```json\n{ \"cookie\": \"__Host-sid\" }  \n\n```\n\nand a nested one:\n\n~~~~md\n```\nnot the end\n```\n~~~~\n";

/// Framing, positions, and first drafts on both decisions. `first` is D1's first clause.
pub fn drafted(setting: Setting<'_>, title: &str, first: &str) -> Table {
    let mut table = Table::open(setting);
    table.wave(vec![("SUPERVISOR", frame(title))]);
    let take = |choice: &str, more: Vec<Move>| {
        let moves = [position(1, choice)].into_iter().chain(more).collect();
        reply("ANALYSIS", "My position.", moves)
    };
    table.wave(vec![
        ("BACKEND", take("An opaque cookie", Vec::new())),
        ("FRONTEND", take("A token in memory", vec![concern(1, "Cookies break the embedded checkout.")])),
        ("SECURITY", take("An opaque cookie bound to the device", Vec::new())),
    ]);
    table.wave(vec![
        (
            "BACKEND",
            reply(
                "IMPLEMENTATION",
                CONTRACT,
                vec![
                    propose(1, &[first, "It is rotated on each change of privilege."]),
                    dispose("D1/FRONTEND", How::Declined, "It is lost on reload."),
                    dispose("D1/SECURITY", How::Partly, "Binding comes later."),
                    dispose("C1", How::Addressed { clause: 2 }, "Rotation covers it."),
                ],
            ),
        ),
        (
            "SECURITY",
            reply("PROPOSAL", "Short lives.", vec![propose(2, &["Fifteen minutes idle.", "Eight hours at most."])]),
        ),
    ]);
    table
}

/// A whole debate: an objection, an amendment, a reading, a declined concern, a pre-mortem, a reservation.
pub fn agreed(setting: Setting<'_>) -> Table {
    let mut table = drafted(setting, "Checkout sessions", "A signed token in a cookie.");
    let review = |moves| reply("REVIEW", "Reviewed.", moves);
    table.sent_back("FRONTEND");
    let backend = review(vec![agree(&table, 2, None)]);
    let frontend = review(vec![
        agree(&table, 1, None),
        agree(&table, 2, None),
        concern(2, "Slow shoppers lose their basket."),
        concern(2, "A phone sleeps longer than that."),
    ]);
    let security = review(vec![object(&table, 1, "A log of cookies is stolen, and the claims in the token are read.")]);
    table.wave(vec![("BACKEND", backend), ("FRONTEND", frontend), ("SECURITY", security)]);
    let reading = How::Reading { clause: 1, reading: "A basket outlives the session.".to_owned() };
    table.wave(vec![
        (
            "BACKEND",
            reply(
                "PROPOSAL",
                "Opaque then.",
                vec![
                    amend(1, "D1.1", 1, "An opaque token in a `__Host-` cookie."),
                    dispose("O1", How::Addressed { clause: 1 }, "Nothing in it can be read."),
                ],
            ),
        ),
        (
            "SECURITY",
            review(vec![
                dispose("C2", reading, "The basket is kept apart."),
                dispose("C3", How::Declined, "A longer life harms K1."),
            ]),
        ),
    ]);
    let frontend = review(vec![agree(&table, 1, None)]);
    let security = review(vec![agree(&table, 1, Some(10))]);
    table.wave(vec![("FRONTEND", frontend), ("SECURITY", security)]);
    let asked = table.session.asks();
    let who = asked[0].author.to_string();
    table.wave(vec![(&who, reply("ANALYSIS", "It failed.", vec![risk(1, "The store is down. Nobody can pay.")]))]);
    let (plain, reserved) = (sign(&table, None), sign(&table, Some("I would rather bind it to the device.")));
    table.wave(vec![("BACKEND", plain.clone()), ("FRONTEND", plain), ("SECURITY", reserved)]);
    table.close();
    table
}

/// A debate that a stubborn objector blocks until mediation is used up.
pub fn blocked() -> Table {
    let limits = Limits { mediations: 1, ..Limits::default() };
    let mut table =
        drafted(Setting { limits, ..Setting::default() }, "Checkout sessions", "A signed token in a cookie.");
    for _ in 0..40 {
        let at = table.tick();
        let asks = match table.session.step(at) {
            Step::Ask(asks) => asks,
            Step::Close(_) => break,
            other => panic!("{other:?}"),
        };
        let replies: Vec<(String, Reply)> =
            asks.iter().map(|ask| (ask.author.to_string(), stubborn(&table, ask))).collect();
        table.wave(replies.iter().map(|(who, reply)| (who.as_str(), reply.clone())).collect());
    }
    table.close();
    table
}

fn stubborn(table: &Table, ask: &crate::protocol::Ask) -> Reply {
    use crate::protocol::Duty;
    let mut moves = Vec::new();
    for duty in &ask.duties {
        match duty {
            Duty::Review(id) if id.0 == 1 && ask.author.to_string() == "SECURITY" => {
                moves.push(object(table, 1, "A log of cookies is stolen, and the claims are read."));
            }
            Duty::Review(id) => moves.push(agree(table, id.0, None)),
            Duty::Revise(_) => moves.push(dispose("O1", How::Declined, "Logs hold no cookies.")),
            Duty::Stand(issue) => {
                moves.push(Move::Stand { issue: *issue, digest: table.head(1), why: "They did last year.".to_owned() })
            }
            Duty::Mediate => moves.push(Move::Mediate {
                agreed: "A cookie carries it.".to_owned(),
                disputed: "Whether it may hold claims.".to_owned(),
                crux: "Do our logs hold cookies?".to_owned(),
                question: "What does the log of last week hold?".to_owned(),
            }),
            other => panic!("not scripted: {other:?}"),
        }
    }
    let kind = if ask.author == Author::Supervisor { "MEDIATION" } else { "REVIEW" };
    reply(kind, "As before.", moves)
}
