//! Every debate of a small table, exhaustively: the production transition functions under a model checker.
//!
//! Two seats and one decision (or three seats), small limits. Whoever is first among the pending answers next, in any of a few ways: it
//! does its duty and agrees, does its duty and objects, or yields nothing acceptable three times.

use super::host::*;
use super::invariants;
use crate::protocol::event::*;
use crate::protocol::session::Life;
use crate::protocol::*;
use chrono::{DateTime, Utc};
use stateright::{Checker, Model, Property};

struct Table {
    seats: &'static [&'static str],
    limits: Limits,
    /// Whether its definitions asked for check list, review and claims.
    chartered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Choice {
    Agree,
    /// The pre-mortem with its writer's signature.
    Sign,
    Object,
    Nothing,
}

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

impl Model for Table {
    type State = Session;
    type Action = Choice;

    fn init_states(&self) -> Vec<Session> {
        let opening = if self.chartered { chartered } else { opening };
        vec![settle(Host::with(opening(self.seats, self.limits.clone())).session)]
    }

    fn actions(&self, session: &Session, actions: &mut Vec<Choice>) {
        let Step::Ask(asks) = session.step(moment()) else { return };
        match asks[0].kind {
            // Positions and frameworks do not differ in what they lead to.
            AskKind::Framework | AskKind::Position => actions.push(Choice::Agree),
            AskKind::Mediation => actions.extend([Choice::Agree, Choice::Nothing]),
            AskKind::Premortem => {
                actions.extend([Choice::Agree, Choice::Sign, Choice::Object, Choice::Nothing]);
            }
            AskKind::Signature => actions.extend([Choice::Agree, Choice::Object, Choice::Nothing]),
            AskKind::Turn => {
                actions.extend([Choice::Agree, Choice::Nothing]);
                if asks[0].duties.iter().any(|d| matches!(d, Duty::Review(_) | Duty::Stand(_))) {
                    actions.push(Choice::Object);
                }
            }
        }
    }

    fn next_state(&self, before: &Session, choice: Choice) -> Option<Session> {
        let Step::Ask(asks) = before.step(moment()) else { return None };
        let ask = &asks[0];
        let mut session = before.clone();
        let judge = if choice == Choice::Object { Judge::Object } else { Judge::Agree };
        let mut given = dutiful(&session, ask, 1, |_, _| judge);
        let late = matches!(ask.kind, AskKind::Premortem | AskKind::Signature);
        if late && choice == Choice::Object {
            given.moves = vec![object(&session, id("D1"))];
        }
        if choice == Choice::Sign {
            let digest = session.accord_digest().unwrap().short().to_owned();
            given.moves.push(Move::Sign { digest, reservation: None });
        }
        let timing = entry::Timing { asked: moment(), first: None, ended: moment() };
        let (author, usage) = (ask.author.clone(), Usage::default());
        let acceptable = choice != Choice::Nothing && rules::check(&session, &author, &given).is_ok();
        if acceptable {
            session.apply(&Event::Replied { author, reply: given, repairs: vec![], timing, usage }).unwrap();
        } else {
            for _ in 0..3 {
                let (author, timing, usage) = (author.clone(), timing.clone(), usage.clone());
                session
                    .apply(&Event::SentBack { author, text: String::new(), reasons: vec![], timing, usage })
                    .unwrap();
            }
        }
        Some(settle(session))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("agreement, validity, integrity", |_, s: &Session| invariants::check(s).is_ok()),
            Property::always("no second digest", |_, s: &Session| {
                let other = Outcome::Consensus { digest: Digest::of(b"another") };
                s.clone().apply(&Event::Closed { outcome: other, at: moment() }).is_err()
            }),
            Property::always(
                "nobody is stuck",
                |_, s: &Session| !matches!(s.life(), Life::Closed(Outcome::Aborted { cause }) if cause.contains("nobody owes")),
            ),
            Property::sometimes("consensus", |_, s: &Session| matches!(s.outcome(), Some(Outcome::Consensus { .. }))),
            Property::sometimes("no consensus", |_, s: &Session| {
                matches!(s.outcome(), Some(Outcome::NoConsensus { .. }))
            }),
            Property::sometimes("mediation", |_, s: &Session| !s.progress().mediations.is_empty()),
            Property::eventually("every path ends", |_, s: &Session| !matches!(s.life(), Life::Running)),
        ]
    }
}

/// Does what needs no speaker: reveals, closes, rests.
fn settle(mut session: Session) -> Session {
    loop {
        let at = moment();
        let event = match session.step(at) {
            Step::Reveal => Event::Revealed { at },
            Step::Close(outcome) => Event::Closed { outcome, at },
            Step::Rest(cause) => Event::Suspended { cause, at },
            Step::Escalate(question) => Event::Escalated { question, at },
            Step::Ask(_) | Step::Idle => return session,
        };
        session.apply(&event).unwrap();
    }
}

fn check(seats: &'static [&'static str], waves: u32, mediations: u32, chartered: bool) -> usize {
    let table = Table { seats, limits: Limits { waves, mediations, ..Limits::default() }, chartered };
    let checker = table.checker().threads(2).spawn_dfs().join();
    checker.assert_properties();
    checker.unique_state_count()
}

#[test]
fn two_seats_exhaustively() {
    let states = check(&["BACKEND", "SECURITY"], 11, 1, false);
    assert!(states > 500, "only {states} states: the menu has lost its variety");
}

#[test]
fn three_seats_exhaustively() {
    let states = check(&["BACKEND", "FRONTEND", "SECURITY"], 9, 1, false);
    assert!(states > 500, "only {states} states: the menu has lost its variety");
}

#[test]
fn two_seats_with_a_charter_exhaustively() {
    let states = check(&["BACKEND", "SECURITY"], 11, 1, true);
    assert!(states > 500, "only {states} states: the menu has lost its variety");
}
