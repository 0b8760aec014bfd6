//! The panel at a table with others: texts, issues and directions that its catalogue does not know.

use super::drive::{at, debate, open, opening, reply_as, timing};
use crate::agent::panel::Panel;
use crate::protocol::duty::Duty;
use crate::protocol::entry::{Draft, How, Item, Move, Reply};
use crate::protocol::event::{Event, Outcome, Usage};
use crate::protocol::framework::{Criterion, Decision, Framework};
use crate::protocol::id::{Author, CriterionId, DecisionId, IssueKind, ProposalId, SeatTag, Target};
use crate::protocol::rules::{self, outstanding};
use crate::protocol::session::Session;
use crate::protocol::step::{Ask, AskKind, Step};

fn tag(name: &str) -> SeatTag {
    name.parse().unwrap()
}

fn say(kind: &str, moves: Vec<Move>) -> Reply {
    Reply { kind: kind.to_owned(), content: "In my own words.".to_owned(), moves }
}

/// A framework that no catalogue has.
fn foreign() -> Framework {
    let decision = |number, owner: &str| Decision {
        id: DecisionId(number),
        question: format!("What colour has shed number {number}?"),
        criteria: vec![CriterionId(1)],
        owner: tag(owner),
        after: Vec::new(),
        open: false,
    };
    Framework {
        title: "Sheds".to_owned(),
        goals: vec!["A shed for everybody.".to_owned()],
        non_goals: Vec::new(),
        constraints: Vec::new(),
        unknowns: Vec::new(),
        criteria: vec![Criterion { id: CriterionId(1), text: "Nobody is blinded when the sun is low.".to_owned() }],
        decisions: vec![decision(1, "BACKEND"), decision(2, "WRITER")],
    }
}

/// A scripted seat that is no panel: it drafts, judges and answers in words of its own, objecting `left` times.
struct Writer {
    left: usize,
}

impl Writer {
    fn reply(&mut self, session: &Session, ask: &Ask) -> Reply {
        let me = tag("WRITER");
        let mut moves = Vec::new();
        match ask.kind {
            AskKind::Position => moves.push(Move::Position {
                decision: session.dockets().next().unwrap().id,
                choice: "Green, with a matt finish.".to_owned(),
                rejected: "White.".to_owned(),
                rests_on: "K1".to_owned(),
                confidence: 60,
            }),
            AskKind::Signature => {
                moves.push(Move::Sign { digest: session.accord_digest().unwrap().to_string(), reservation: None })
            }
            AskKind::Premortem => moves.push(Move::Risk {
                about: Target::Framework,
                scenario: "Paint peeled.".to_owned(),
                sign: "Flakes.".to_owned(),
                mitigation: "Primer.".to_owned(),
            }),
            _ => self.turn(session, &me, &ask.duties, &mut moves),
        }
        say("REVIEW", moves)
    }

    fn turn(&mut self, session: &Session, me: &SeatTag, duties: &[Duty], moves: &mut Vec<Move>) {
        let mut judged = std::collections::BTreeSet::new();
        for duty in duties {
            match duty {
                Duty::Draft(id) | Duty::Revise(id) | Duty::Dispose(id) => {
                    if matches!(duty, Duty::Draft(_)) {
                        moves.push(Move::Propose(Draft {
                            decision: *id,
                            clauses: vec!["The shed is green.".to_owned()],
                            rationale: "It is calm.".to_owned(),
                            assumptions: Vec::new(),
                            rejected: Vec::new(),
                            actions: Vec::new(),
                        }));
                    }
                    for item in outstanding(session, *id) {
                        moves.push(Move::Dispose { item, how: How::Declined, why: "No.".to_owned() });
                    }
                }
                Duty::Answer(id) => moves.push(Move::Answer { question: *id, text: "Yes.".to_owned() }),
                Duty::Stand(issue) => {
                    judged.insert(session.issue(*issue).unwrap().about.decision().unwrap());
                }
                Duty::Review(id) => {
                    judged.insert(*id);
                }
                _ => {}
            }
        }
        for id in judged {
            self.judge(session, me, id, moves);
        }
    }

    fn judge(&mut self, session: &Session, me: &SeatTag, id: DecisionId, moves: &mut Vec<Move>) {
        let head = session.docket(id).unwrap().head().unwrap();
        let own = session.own_objections(me, id).next();
        if let Some(issue) = own.filter(|_| self.left > 0) {
            self.left -= 1;
            moves.push(Move::Stand {
                issue: issue.id,
                digest: head.digest.to_string(),
                why: "It is still too bright at noon.".to_owned(),
            });
            return;
        }
        if own.is_none() && self.left > 0 {
            self.left -= 1;
            moves.push(Move::Object {
                about: Target::Decision(id),
                digest: head.digest.to_string(),
                clause: 0,
                criterion: CriterionId(1),
                fails_when: "The afternoon sun is reflected into the kitchen of the neighbours.".to_owned(),
                resolved_if: "The finish reflects less than 5 % of the light.".to_owned(),
                rests_on: None,
            });
            moves.push(Move::Concern {
                about: Target::Decision(id),
                clause: 0,
                criterion: CriterionId(1),
                text: "Snow is bright as well, and nobody paints snow.".to_owned(),
            });
            if moves.iter().any(|m| matches!(m, Move::Ask { .. })) {
                return;
            }
            moves.push(Move::Ask {
                to: "backend".to_owned(),
                about: Target::Decision(id),
                text: "How bright is the shed at noon?".to_owned(),
            });
            return;
        }
        moves.push(Move::Agree {
            decision: id,
            digest: head.digest.to_string(),
            criteria: vec![CriterionId(1)],
            because: "It is calm enough for me.".to_owned(),
            resolved_by: super::super::agree::resolution(session, me, id).flatten(),
            confirms: Vec::new(),
            security: None,
        });
    }
}

/// Runs a debate of panels with one writer, the framework given or the panel's own.
fn mixed(topic: &str, framework: Option<Framework>, left: usize) -> (Session, Outcome) {
    let panel = Panel::builtin(0).unwrap();
    let mut session = open(opening(topic, &["backend", "security", "writer"]));
    let mut writer = Writer { left };
    for _ in 0..200 {
        match session.step(at(0)) {
            Step::Ask(asks) => {
                for ask in asks {
                    let reply = match (&ask.author, &framework) {
                        (Author::Supervisor, Some(f)) if ask.kind == AskKind::Framework => {
                            say("FRAMEWORK", vec![Move::Frame { framework: f.clone() }])
                        }
                        (Author::Seat(seat), _) if seat.as_str() == "WRITER" => writer.reply(&session, &ask),
                        _ => panel.unchecked(&session, &ask),
                    };
                    if let Err(reasons) = rules::check(&session, &ask.author, &reply) {
                        panic!("{ask:?}: {reasons:#?}\n{reply:#?}");
                    }
                    reply_as(&mut session, ask.author, reply);
                }
            }
            Step::Reveal => session.apply(&Event::Revealed { at: at(0) }).unwrap(),
            Step::Close(outcome) => return (session, outcome),
            other => panic!("{other:?}"),
        }
    }
    panic!("the debate does not end");
}

#[test]
fn a_framework_that_the_catalogue_does_not_know_is_debated_by_the_rules() {
    for left in 0..5 {
        let (session, outcome) = mixed("Sheds", Some(foreign()), left);
        assert!(matches!(outcome, Outcome::Consensus { .. }), "{left}: {outcome:?}");
        let said = session.entries().iter().any(|e| e.content.contains("catalogue"));
        assert!(said, "the panel says that its catalogue has nothing");
    }
}

#[test]
fn an_objection_in_other_words_is_answered_and_its_remedy_is_taken_up() {
    let (session, _) = mixed("Sheds", Some(foreign()), 3);
    let objection = session.issues().iter().find(|i| i.id.kind == IssueKind::Objection).unwrap();
    let docket = session.docket(objection.about.decision().unwrap()).unwrap();
    let head = docket.head().unwrap();
    assert!(head.clauses.values().any(|c| c.contains("reflects less than 5 %")));
}

#[test]
fn a_stranger_at_a_table_with_a_known_agenda_is_no_trouble() {
    for left in [0, 1, 2, 4, 7] {
        let (_, outcome) = mixed("How should people log in to our product?", None, left);
        assert!(matches!(outcome, Outcome::Consensus { .. }), "{left}: {outcome:?}");
    }
}

#[test]
fn a_direction_is_heeded_and_an_option_it_names_is_put_on_the_table() {
    let panel = Panel::builtin(0).unwrap();
    let topic = "How should people log in to our product?";
    let option = "One-time code by mail, no password";
    let mut session = open(opening(topic, &super::drive::FOUR));
    let mut directed = false;
    for _ in 0..200 {
        if session.wave().number == 3 && !directed && session.wave().is_untouched() {
            directed = true;
            let text = format!("Take '{option}', and it must be live in six weeks.");
            let reply = say("DIRECTION", vec![Move::Direct { text }]);
            session.apply(&Event::Posted { author: Author::Human, reply, at: at(0) }).unwrap();
        }
        match session.step(at(0)) {
            Step::Ask(asks) => {
                for ask in asks {
                    let reply = panel.unchecked(&session, &ask);
                    if let Err(reasons) = rules::check(&session, &ask.author, &reply) {
                        panic!("{ask:?}: {reasons:#?}\n{reply:#?}");
                    }
                    reply_as(&mut session, ask.author, reply);
                }
            }
            Step::Reveal => session.apply(&Event::Revealed { at: at(0) }).unwrap(),
            Step::Close(outcome) => {
                assert!(matches!(outcome, Outcome::Consensus { .. }), "{outcome:?}");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(session.entries().iter().any(|e| e.content.contains("\"in six weeks\"")));
    let rationale = |p: &crate::protocol::docket::Proposal| p.rationale.contains("asks for");
    assert!(session.dockets().flat_map(|d| &d.proposals).any(|p| rationale(p)));
}

#[test]
fn an_alternative_of_a_stranger_is_disposed_of() {
    let panel = Panel::builtin(0).unwrap();
    let mut session = open(opening("How should people log in?", &["backend", "security", "writer"]));
    let mut writer = Writer { left: 0 };
    let mut offered: Option<ProposalId> = None;
    for _ in 0..200 {
        match session.step(at(0)) {
            Step::Ask(asks) => {
                for ask in asks {
                    let stranger = ask.author == Author::Seat(tag("WRITER"));
                    let mut reply =
                        if stranger { writer.reply(&session, &ask) } else { panel.unchecked(&session, &ask) };
                    let other = session.dockets().find(|d| {
                        d.head.is_some_and(|(_, e)| {
                            session.entry(e).is_some_and(|e| e.author != Author::Seat(tag("WRITER")))
                        })
                    });
                    if let (true, None, AskKind::Turn, Some(docket)) = (stranger, offered, ask.kind, other) {
                        offered = Some(ProposalId { decision: docket.id, version: 2 });
                        reply.moves.push(Move::Propose(Draft {
                            decision: docket.id,
                            clauses: vec!["People sing their name at the door.".to_owned()],
                            rationale: "Nobody forgets a song.".to_owned(),
                            assumptions: Vec::new(),
                            rejected: Vec::new(),
                            actions: Vec::new(),
                        }));
                    }
                    reply_as(&mut session, ask.author, reply);
                }
            }
            Step::Reveal => session.apply(&Event::Revealed { at: at(0) }).unwrap(),
            Step::Close(outcome) => {
                assert!(matches!(outcome, Outcome::Consensus { .. }), "{outcome:?}");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    let id = offered.unwrap();
    let disposed =
        session.entries().iter().flat_map(|e| &e.moves).any(
            |m| matches!(&m.act, Move::Dispose { item: Item::Alternative(of), how: How::Declined, .. } if *of == id),
        );
    assert!(disposed);
}

#[test]
fn what_cannot_be_done_legally_falls_back_to_the_least() {
    // A reply sent back is asked for again: the panel gives the same one, which is legal.
    let (session, _) = debate("How should people log in?", &super::drive::FOUR, 0);
    assert!(session.entries().iter().all(|e| e.content != "This rule-based seat finds nothing"));
    let panel = Panel::builtin(0).unwrap();
    let fresh = open(opening("x", &super::drive::FOUR));
    let ask = fresh.asks().remove(0);
    let reply = panel.reply(&fresh, &ask);
    let mut session = fresh;
    session
        .apply(&Event::SentBack {
            author: ask.author.clone(),
            text: String::new(),
            reasons: vec!["no".to_owned()],
            timing: timing(),
            usage: Usage::default(),
        })
        .unwrap();
    assert_eq!(reply, panel.reply(&session, &ask));
    assert!(rules::check(&session, &ask.author, &reply).is_ok());
}
