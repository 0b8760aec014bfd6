//! A seat that does anything the rules allow, by chance: whatever it does, the panel's replies stay legal.

use super::drive::{at, open, opening, reply_as, timing};
use crate::agent::panel::Panel;
use crate::agent::panel::chance::draw;
use crate::protocol::duty::Duty;
use crate::protocol::entry::{Amendment, Change, Draft, How, Item, Move, Reply};
use crate::protocol::event::{Event, Usage};
use crate::protocol::id::{Author, CriterionId, DecisionId, IssueKind, SeatTag, Target};
use crate::protocol::rules::{self, outstanding};
use crate::protocol::session::{Phase, Session};
use crate::protocol::step::{Ask, AskKind, Step};

struct Stranger {
    seed: u64,
    thrown: u64,
    tag: SeatTag,
}

impl Stranger {
    fn throw(&mut self, sides: u64) -> u64 {
        self.thrown += 1;
        draw(self.seed, &[&self.thrown.to_string()]) % sides
    }

    fn text(&mut self) -> String {
        let texts = [
            "The afternoon sun is reflected into the kitchen.",
            "Tokens are rotated every 15 minutes and revoked within 5 seconds.",
            "An attacker replays the request and the order is placed twice.",
            "Nobody can explain it to a new colleague in an hour.",
        ];
        let at = self.throw(4) as usize;
        format!("{} {}", texts[at], self.throw(1000))
    }

    /// A reply of chance, or the least that is legal when chance gives nothing legal.
    fn reply(&mut self, session: &Session, ask: &Ask, panel: &Panel) -> Reply {
        for _ in 0..4 {
            let reply = self.by_chance(session, ask);
            if rules::check(session, &ask.author, &reply).is_ok() {
                return reply;
            }
        }
        panel.reply(session, ask)
    }

    fn by_chance(&mut self, session: &Session, ask: &Ask) -> Reply {
        let mut moves = Vec::new();
        let decisions: Vec<DecisionId> = session.dockets().map(|d| d.id).collect();
        match ask.kind {
            AskKind::Position => {
                for decision in decisions {
                    let (choice, rejected) = (self.text(), self.text());
                    moves.push(Move::Position { decision, choice, rejected, rests_on: "K1".to_owned(), confidence: 3 });
                }
            }
            AskKind::Signature if self.throw(3) > 0 => {
                moves.push(Move::Sign { digest: session.accord_digest().unwrap().to_string(), reservation: None })
            }
            AskKind::Premortem | AskKind::Signature => moves.push(self.object(session, decisions[0])),
            _ => self.turn(session, &ask.duties, &mut moves),
        }
        let alternative = self.throw(5) == 0 && ask.kind == AskKind::Turn;
        if alternative && let Some(docket) = session.dockets().find(|d| d.head.is_some()) {
            moves.push(self.alternative(session, docket.id));
        }
        Reply { kind: "REVIEW".to_owned(), content: "By chance.".to_owned(), moves }
    }

    fn turn(&mut self, session: &Session, duties: &[Duty], moves: &mut Vec<Move>) {
        for duty in duties {
            match duty {
                Duty::Draft(id) => moves.push(Move::Propose(self.draft(*id))),
                Duty::Revise(id) if self.throw(2) == 0 => {
                    let head = session.docket(*id).unwrap().head().unwrap().id;
                    let text = self.text();
                    moves.push(Move::Amend(Amendment {
                        decision: *id,
                        base: head,
                        changes: vec![Change::Add { text }],
                        rationale: "So be it.".to_owned(),
                        assumptions: None,
                        rejected: Vec::new(),
                        actions: Vec::new(),
                    }));
                }
                Duty::Answer(id) => moves.push(Move::Answer { question: *id, text: self.text() }),
                Duty::Review(id) => {
                    let act = self.verdict(session, *id);
                    moves.push(act);
                    if self.throw(3) == 0 {
                        let text = self.text();
                        let criterion = self.criterion(session);
                        moves.push(Move::Concern { about: Target::Decision(*id), clause: 0, criterion, text });
                    }
                }
                Duty::Stand(id) if self.throw(2) == 0 => {
                    let decision = session.issue(*id).unwrap().about.decision().unwrap();
                    let digest = session.docket(decision).unwrap().head().unwrap().digest.to_string();
                    moves.push(Move::Stand { issue: *id, digest, why: self.text() });
                }
                Duty::Stand(id) => moves.push(Move::Withdraw { issue: *id, why: self.text() }),
                _ => {}
            }
            if let Duty::Draft(id) | Duty::Revise(id) | Duty::Dispose(id) = duty {
                for item in outstanding(session, *id) {
                    let how = match &item {
                        Item::Issue(issue) if issue.kind == IssueKind::Concern && self.throw(2) == 0 => How::Risk,
                        _ => How::Declined,
                    };
                    moves.push(Move::Dispose { item, how, why: self.text() });
                }
            }
        }
    }

    fn verdict(&mut self, session: &Session, id: DecisionId) -> Move {
        match self.throw(4) {
            0 => Move::Ask {
                to: ["backend", "supervisor", "nobody"][self.throw(3) as usize].to_owned(),
                about: Target::Decision(id),
                text: self.text(),
            },
            1 => self.object(session, id),
            _ => Move::Agree {
                decision: id,
                digest: session.docket(id).unwrap().head().unwrap().digest.to_string(),
                criteria: vec![self.criterion(session)],
                because: self.text(),
                resolved_by: super::super::agree::resolution(session, &self.tag, id).flatten(),
                confirms: Vec::new(),
                security: None,
            },
        }
    }

    fn object(&mut self, session: &Session, id: DecisionId) -> Move {
        let framework = self.throw(8) == 0;
        let head = session.docket(id).unwrap().head();
        Move::Object {
            about: if framework { Target::Framework } else { Target::Decision(id) },
            digest: head.map(|h| h.digest.to_string()).unwrap_or_default(),
            clause: self.throw(3) as u16,
            criterion: self.criterion(session),
            fails_when: self.text(),
            resolved_if: self.text(),
            rests_on: None,
        }
    }

    fn criterion(&mut self, session: &Session) -> CriterionId {
        let criteria = &session.framework().unwrap().criteria;
        criteria[self.throw(criteria.len() as u64) as usize].id
    }

    fn draft(&mut self, decision: DecisionId) -> Draft {
        Draft {
            decision,
            clauses: vec![self.text(), self.text()],
            rationale: self.text(),
            assumptions: Vec::new(),
            rejected: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// Another text, or the head with its clauses in another order.
    fn alternative(&mut self, session: &Session, id: DecisionId) -> Move {
        let mut draft = self.draft(id);
        if self.throw(2) == 0 {
            let head = session.docket(id).unwrap().head().unwrap();
            draft.clauses = head.clauses.values().rev().cloned().collect();
        }
        Move::Propose(draft)
    }
}

fn against(seed: u64, topic: &str) -> Phase {
    let panel = Panel::builtin(seed).unwrap();
    let mut session = open(opening(topic, &["backend", "security", "stranger", "frontend"]));
    let mut stranger = Stranger { seed, thrown: 0, tag: "STRANGER".parse().unwrap() };
    for _ in 0..400 {
        match session.step(at(0)) {
            Step::Ask(asks) => {
                for ask in asks {
                    let reply = match &ask.author {
                        Author::Seat(seat) if *seat == stranger.tag => stranger.reply(&session, &ask, &panel),
                        _ => panel.reply(&session, &ask),
                    };
                    if let Err(reasons) = rules::check(&session, &ask.author, &reply) {
                        let mine = ask.author != Author::Seat(stranger.tag.clone());
                        assert!(!mine, "seed {seed}: {ask:?}: {reasons:#?}\n{reply:#?}");
                        let (text, timing, usage) = (String::new(), timing(), Usage::default());
                        session.apply(&Event::SentBack { author: ask.author, text, reasons, timing, usage }).unwrap();
                    } else {
                        reply_as(&mut session, ask.author, reply);
                    }
                }
            }
            Step::Reveal => session.apply(&Event::Revealed { at: at(0) }).unwrap(),
            Step::Close(_) | Step::Rest(_) => return session.phase(),
            other => panic!("{other:?}"),
        }
    }
    panic!("seed {seed}: no end");
}

#[test]
fn whatever_a_stranger_does_the_panel_stays_within_the_rules() {
    let topics = ["How should people log in?", "Rate limiting for our API, 400 tenants", "Plan a garden"];
    let mut ratified = 0;
    for seed in 0..60 {
        let phase = against(seed, topics[seed as usize % topics.len()]);
        ratified += usize::from(phase == Phase::Ratification);
    }
    assert!(ratified > 20, "{ratified} of 60 debates with a stranger were ratified");
}
