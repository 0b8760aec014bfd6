//! A debate that no recorded one is like: eight seats, twelve decisions, every kind of writing, an entry of 200 kB.

use crate::journal::Record;
use crate::journal::line::Chain;
use crate::protocol::entry::{Amendment, Change, Draft, Timing};
use crate::protocol::event::{AskRecord, Cause, Limits, Opening, Outcome, Seat, Speaker, Usage};
use crate::protocol::framework::{Criterion, Decision, Framework};
use crate::protocol::{
    Ask, AskKind, Author, Charter, CriterionId, DecisionId, Duty, EntryNumber, Event, How, Item, Move, Reply, Session,
    Step, Target, VerdictKind, rules,
};
use chrono::{DateTime, TimeDelta, Utc};

const SEATS: [&str; 8] =
    ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT", "DATABASE", "DEVOPS", "PRODUCT-MANAGER", "TECH-LEAD"];

const QUESTIONS: [&str; 12] = [
    "Which store keeps the orders?",
    "どのようにセッションを保持しますか?",
    "How do we word errors at the edge of the API?",
    "كيف نحمي عملية الدفع من التكرار؟",
    "Who may see a 👩‍💻 developer's draft 🚀 before it ships?",
    "Retries",
    "Where do the pictures of the products live, and how long does a picture that nobody asks for stay there?",
    "결제 실패를 어떻게 알립니까?",
    "How do we roll out?",
    "מה קורה כשהרשת נופלת?",
    "What do we log?",
    "Who is woken at three in the morning?",
];

/// Up to where the debate is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All have judged the first texts: agreements, objections, questions.
    Judged,
    /// Heads were amended: agreements are stale, a retry waits, some write, one is done.
    Stale,
    /// A limit was reached.
    Suspended,
    /// Nobody gave way.
    NoConsensus,
}

/// The records of the debate.
pub fn records(until: Until) -> Vec<Record> {
    let mut chain = Chain::default();
    events(until).into_iter().map(|event| chain.encode(event).unwrap().1).collect()
}

fn events(until: Until) -> Vec<Event> {
    let mut limits = Limits { tokens: Some(420_000), cost_nano: Some(3_000_000_000), ..Limits::default() };
    if until == Until::NoConsensus {
        limits = Limits { mediations: 0, ..Limits::default() };
    }
    let opening = opening(limits);
    let now = opening.at;
    let first = Event::Opened(opening);
    let mut host = Host { session: Session::open(&first).unwrap(), events: vec![first], now, until };
    // Framework, positions, drafts, verdicts.
    for _ in 0..4 {
        host.wave();
    }
    match until {
        Until::Judged => {}
        Until::Stale => {
            host.wave();
            host.half_a_wave();
        }
        Until::Suspended => {
            host.now += TimeDelta::seconds(4);
            let (cause, at) = (Cause::Cost { limit_nano: 3_000_000_000 }, host.now);
            host.append(Event::Suspended { cause, at });
        }
        Until::NoConsensus => host.play_out(),
    }
    host.events
}

fn opening(limits: Limits) -> Opening {
    let speaker = |name: &str, model: &str| Speaker {
        name: name.to_lowercase(),
        definition: "I build things.".to_owned(),
        heart: String::new(),
        model: model.to_owned(),
    };
    let kinds = ["ANALYSIS", "PROPOSAL", "REVIEW"].map(str::to_owned).to_vec();
    let seat = |tag: &&str| Seat {
        tag: tag.parse().unwrap(),
        kinds: kinds.clone(),
        speaker: speaker(tag, if tag.starts_with('D') { "qwen3:32b@http://127.0.0.1:11434/v1" } else { "gpt-5" }),
    };
    Opening {
        // Owners are asked for dispositions in a wave of their own, as in the formats before 3.
        version: 2,
        session: "20261120-101403-checkout-rewrite-0000".to_owned(),
        topic: "Checkout rewrite: one page, 決済は一度だけ, no double payment\nand more below".to_owned(),
        supervisor: speaker("supervisor", "gpt-5"),
        seats: SEATS.iter().map(seat).collect(),
        context: Vec::new(),
        human: true,
        limits,
        seed: 0,
        charter: Charter::default(),
        project: None,
        at: DateTime::from_timestamp(1_795_169_643, 0).unwrap(),
    }
}

struct Host {
    session: Session,
    events: Vec<Event>,
    now: DateTime<Utc>,
    until: Until,
}

impl Host {
    fn wave(&mut self) {
        self.now += TimeDelta::seconds(2);
        let Step::Ask(asks) = self.session.step(self.now) else { panic!("{:?}", self.session.step(self.now)) };
        self.asked(&asks);
        for ask in &asks {
            self.reply(ask);
        }
        self.now += TimeDelta::milliseconds(40);
        self.append(Event::Revealed { at: self.now });
    }

    /// One has answered, one waits to try again, one was sent back, the others think.
    fn half_a_wave(&mut self) {
        let Step::Ask(asks) = self.session.step(self.now) else { panic!("{:?}", self.session.step(self.now)) };
        self.asked(&asks);
        self.reply(&asks[0]);
        let (asked, author) = (self.now, asks[1].author.clone());
        self.now += TimeDelta::seconds(3);
        let cause = "HTTP 429: Rate limit reached for gpt-5 in organization org-x on tokens per min".to_owned();
        self.append(Event::Retried { author, attempt: 2, of: 5, cause, wait_ms: 20_000, at: self.now });
        let timing = Timing { asked, first: Some(asked + TimeDelta::seconds(1)), ended: self.now };
        let reasons = vec!["D3: the digest is not that of the head".to_owned()];
        let (author, text) = (asks[2].author.clone(), "I agree with everything.".to_owned());
        self.append(Event::SentBack { author, text, reasons, timing, usage: usage() });
    }

    fn play_out(&mut self) {
        for _ in 0..64 {
            self.now += TimeDelta::seconds(1);
            match self.session.step(self.now) {
                Step::Ask(_) => self.wave(),
                Step::Close(outcome) => {
                    assert!(matches!(outcome, Outcome::NoConsensus { .. }), "{outcome:?}");
                    return self.append(Event::Closed { outcome, at: self.now });
                }
                Step::Escalate(question) => {
                    self.append(Event::Escalated { question, at: self.now });
                    self.append(Event::Lapsed { at: self.now });
                }
                other => panic!("{other:?}"),
            }
        }
        panic!("it never ends");
    }

    fn asked(&mut self, asks: &[Ask]) {
        let record = |a: &Ask| AskRecord { author: a.author.clone(), kind: a.kind, duties: a.duties.clone() };
        self.append(Event::Asked { asks: asks.iter().map(record).collect(), at: self.now });
    }

    fn reply(&mut self, ask: &Ask) {
        let asked = self.now;
        let reply = self.says(ask);
        let first = asked + TimeDelta::milliseconds(1800);
        self.now = first + TimeDelta::seconds(9);
        let timing = Timing { asked, first: Some(first), ended: self.now };
        let author = ask.author.clone();
        self.append(Event::Replied { author, reply, repairs: Vec::new(), timing, usage: usage() });
    }

    fn append(&mut self, event: Event) {
        if let Err(error) = self.session.apply(&event) {
            panic!("{error}");
        }
        self.events.push(event);
    }

    fn says(&self, ask: &Ask) -> Reply {
        let kind = match ask.kind {
            AskKind::Framework => "FRAMEWORK",
            AskKind::Mediation => "MEDIATION",
            AskKind::Position => "ANALYSIS",
            AskKind::Turn | AskKind::Premortem | AskKind::Signature => "REVIEW",
        };
        let seat = ask.author.seat().and_then(|tag| SEATS.iter().position(|s| *s == tag.as_str())).unwrap_or(0);
        let mut moves = Vec::new();
        for duty in &ask.duties {
            self.does(duty, seat, &ask.author, &mut moves);
        }
        let huge = seat == 1 && moves.iter().any(|m| matches!(m, Move::Propose(_)));
        Reply { kind: kind.to_owned(), content: if huge { long_text() } else { content(ask.kind, seat) }, moves }
    }

    fn does(&self, duty: &Duty, seat: usize, author: &Author, moves: &mut Vec<Move>) {
        match duty {
            Duty::Frame => moves.push(Move::Frame { framework: framework() }),
            Duty::Position => moves.extend(self.session.dockets().map(|d| position(d.id, seat))),
            Duty::Draft(id) => {
                moves.push(draft(*id));
                self.dispose(*id, moves);
            }
            // The owner rebuts and changes nothing.
            Duty::Revise(id) if self.until == Until::NoConsensus => self.dispose(*id, moves),
            Duty::Revise(id) => {
                moves.push(self.amend(*id));
                self.dispose(*id, moves);
            }
            Duty::Dispose(id) => self.dispose(*id, moves),
            Duty::Review(id) => self.review(*id, seat, author, moves),
            Duty::Stand(issue) => {
                let about = self.session.issue(*issue).unwrap().about.decision().unwrap();
                let digest = self.session.docket(about).unwrap().head().unwrap().digest.short().to_owned();
                let why = "the second payment still goes through".to_owned();
                moves.push(Move::Stand { issue: *issue, digest, why });
            }
            Duty::Answer(question) => {
                let text = "Yes: Strict breaks the return leg; Lax with a nonce does not.".to_owned();
                moves.push(Move::Answer { question: *question, text });
            }
            Duty::Mediate => moves.push(Move::Mediate {
                agreed: "The store.".to_owned(),
                disputed: "The return leg.".to_owned(),
                crux: "Does the provider send the cookie back?".to_owned(),
                question: "What does the provider's documentation say?".to_owned(),
            }),
            Duty::Heed(_) | Duty::Rule(_) | Duty::Premortem | Duty::Sign => unreachable!("{duty:?}"),
        }
    }

    fn dispose(&self, id: DecisionId, moves: &mut Vec<Move>) {
        for item in rules::outstanding(&self.session, id) {
            let declined = self.until == Until::NoConsensus || matches!(item, Item::Position(..));
            let how = if declined { How::Declined } else { How::Addressed { clause: 1 } };
            moves.push(Move::Dispose { item, how, why: "clause 1 says what must be said".to_owned() });
        }
    }

    fn amend(&self, decision: DecisionId) -> Move {
        Move::Amend(Amendment {
            decision,
            base: self.session.docket(decision).unwrap().head().unwrap().id,
            changes: vec![Change::Replace {
                clause: 1,
                text: "An opaque token, 15 min idle, rotated on privilege change.".to_owned(),
            }],
            rationale: "It meets the objection.".to_owned(),
            assumptions: None,
            rejected: Vec::new(),
            actions: Vec::new(),
        })
    }

    /// Most agree; some object, ask or have a concern, each on another decision.
    fn review(&self, id: DecisionId, seat: usize, author: &Author, moves: &mut Vec<Move>) {
        let about = Target::Decision(id);
        let stands = |m: &Move| matches!(m, Move::Stand { issue, .. } if self.session.issue(*issue).is_some_and(|i| i.about == about));
        if moves.iter().any(stands) {
            return;
        }
        let docket = self.session.docket(id).unwrap();
        let head = docket.head().unwrap();
        let digest = head.digest.short().to_owned();
        let first = head.id.version == 1;
        let mark = (usize::from(id.0) * 5 + seat * 3) % 16;
        let own = author.seat() == self.session.decision(id).map(|d| &d.owner);
        if first && mark == 2 && !own {
            return moves.push(Move::Object {
                about,
                digest,
                clause: 1,
                criterion: CriterionId(1),
                fails_when:
                    "A customer presses Pay twice while the provider's page reloads, and both payments go through."
                        .to_owned(),
                resolved_if: "The second press finds the first one's idempotency key.".to_owned(),
                rests_on: None,
            });
        }
        if first && mark == 7 && !own {
            let text =
                "Does `SameSite=Strict` break the payment provider's return leg? 例えば 3-D Secure の場合。".to_owned();
            let to = if seat == 3 { "BACKEND" } else { "ARCHITECT" }.to_owned();
            return moves.push(Move::Ask { to, about, text });
        }
        if first && mark == 9 && !own {
            let text = "the minutes are a guess; measure them".to_owned();
            moves.push(Move::Concern { about, clause: 1, criterion: CriterionId(2), text });
        }
        let objected = docket.verdicts.get(author.seat().unwrap()).is_some_and(|v| v.kind == VerdictKind::Object);
        let resolved_by: Option<EntryNumber> = docket.head.map(|(_, entry)| entry).filter(|_| objected);
        moves.push(Move::Agree {
            decision: id,
            digest,
            criteria: vec![CriterionId(1)],
            because: "clause 1 holds under K1 with the load of last November".to_owned(),
            resolved_by,
            confirms: Vec::new(),
            security: None,
        });
    }
}

fn usage() -> Usage {
    Usage { prompt: Some(9_000), cached: Some(8_000), completion: Some(2_500), cost_nano: Some(71_000_000) }
}

fn framework() -> Framework {
    let decision = |(n, question): (u16, &&str)| Decision {
        id: DecisionId(n),
        question: (*question).to_owned(),
        criteria: vec![CriterionId(1)],
        owner: SEATS[usize::from(n - 1) % SEATS.len()].parse().unwrap(),
        after: Vec::new(),
        open: false,
    };
    Framework {
        title: "Checkout rewrite".to_owned(),
        goals: vec!["Nobody pays twice.".to_owned()],
        non_goals: Vec::new(),
        constraints: Vec::new(),
        unknowns: Vec::new(),
        criteria: (1..=2).map(|n| Criterion { id: CriterionId(n), text: format!("criterion {n} holds") }).collect(),
        decisions: (1..).zip(&QUESTIONS).map(decision).collect(),
    }
}

fn position(decision: DecisionId, seat: usize) -> Move {
    Move::Position {
        decision,
        choice: format!("the simple way, with a way back, as {} sees it", SEATS[seat]),
        rejected: "the clever way, which nobody can undo".to_owned(),
        rests_on: "K1".to_owned(),
        confidence: 70,
    }
}

/// The second decision's text has clauses as long as may be: with its content the entry has more than 200 kB.
fn draft(decision: DecisionId) -> Move {
    let mut clauses = vec![
        "One table holds it, keyed by the order.".to_owned(),
        "三十分間、延長あり。Thirty minutes, sliding.".to_owned(),
    ];
    if decision.0 == 2 {
        clauses.extend((0..20).map(|n| format!("Clause {n}: {}", "every word of it counts. ".repeat(300))));
    }
    Move::Propose(Draft {
        decision,
        clauses,
        rationale: "It meets K1.".to_owned(),
        assumptions: vec!["PostgreSQL is there.".to_owned()],
        rejected: Vec::new(),
        actions: Vec::new(),
    })
}

fn long_text() -> String {
    let paragraph = "The session lives in **one** place. すべての支払いは一度だけ処理されます。 👩‍👩‍👧‍👦 It is rotated when somebody signs in.\n\n";
    paragraph.repeat(60 * 1024 / paragraph.len())
}

fn content(kind: AskKind, seat: usize) -> String {
    match (kind, seat) {
        (AskKind::Framework, _) => "Twelve decisions, *in this order*. Each names its criteria.".to_owned(),
        (_, 0) => "## What I looked at\n\n| path | p50 | p99 |\n|---|--:|--:|\n| `POST /pay` | 40 ms | 1.2 s |\n| 支払い | 38 ms | 900 ms |\n\n\
                   1. It holds where the load is what we assume.\n2. It fails where a retry meets a `409`."
            .to_owned(),
        (_, 1) => "ユーザーは一度だけ支払います。二重払いは許されません。理由は三つあります:**安全**、速さ、そして信頼。".to_owned(),
        (_, 2) => "> Rotation alone does not stop fixation on the login redirect.\n\nSo I say what would. \u{1b}[31mred\u{1b}[0m \u{202e}evil"
            .to_owned(),
        (_, 3) => "```rust\nfn pay(order: &Order, key: IdempotencyKey) -> Result<Receipt, PayError> { provider.charge(order.total(), key).map(Receipt::from) } // one very long line\n```\n\n\
                   ```text\n┌────────┐      ┌──────────┐      ┌────────────┐      ┌─────────────┐      ┌───────────┐\n│ browser├─────►│ checkout ├─────►│  provider  ├─────►│    bank     ├─────►│  ledger   │\n└────────┘      └──────────┘      └────────────┘      └─────────────┘      └───────────┘\n```"
            .to_owned(),
        (_, 4) => "هذا النص من اليمين إلى اليسار، مع `code` في الوسط، ثم English again.".to_owned(),
        (_, 5) => "🚀🚀🚀 Ship it 👩‍💻👨🏽‍🔧 — flags 🇩🇪🇯🇵, keycaps 1️⃣2️⃣, and a ☁️ with a variation selector.".to_owned(),
        (_, 6) => "Fine.".to_owned(),
        (_, _) => "I read all of it, #3 and #12 twice. D2.1 says what O1 wants; see also K1 and Q1. A_very_long_word_that_does_not_break_anywhere_because_it_is_an_identifier_in_some_generated_code."
            .to_owned(),
    }
}
