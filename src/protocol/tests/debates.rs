//! Whole debates with scripted seats.

use super::host::*;
use super::invariants;
use crate::protocol::event::*;
use crate::protocol::issue::End;
use crate::protocol::session::Life;
use crate::protocol::*;
use std::cell::Cell;

#[test]
fn agreeable_seats_reach_consensus_in_the_fewest_calls() {
    let mut host = Host::new(&SEATS);
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
    // Framework 1, positions 4, two drafts, four reviews (each owner reviews the other's), pre-mortem 1, signatures 4.
    assert_eq!(host.session.calls().len(), 1 + 4 + 2 + 4 + 1 + 4);
    assert_eq!(host.session.progress().phi.iter().map(|(_, phi)| *phi).collect::<Vec<_>>(), [10, 8, 0, 0, 0]);
    assert_eq!(host.session.phi(), 0);
}

#[test]
fn no_seat_is_called_before_a_valid_framework_and_three_bad_ones_abort() {
    let mut host = Host::new(&SEATS);
    let asked = Cell::new(0);
    host.run(|_, ask| {
        assert_eq!(ask.author, Author::Supervisor);
        asked.set(asked.get() + 1);
        reply("FRAMEWORK", vec![])
    });
    assert_eq!(asked.get(), 3);
    assert!(matches!(host.outcome(), Outcome::Aborted { cause } if cause.contains("framework")));
    assert!(host.session.entries().is_empty());
}

#[test]
fn an_objection_is_answered_by_a_new_head_and_ends_in_agreement_that_names_it() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        dutiful(session, ask, 2, |author, id| {
            let first = session.docket(id).unwrap().proposals.len() == 1;
            if first && *author == seat("SECURITY") { Judge::Object } else { Judge::Agree }
        })
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
    let issue = host.session.issue(id("O1")).unwrap();
    let head = host.session.docket(id("D1")).unwrap().head().unwrap();
    assert_eq!(head.id, id("D1.2"));
    assert_eq!(issue.disposition.as_ref().unwrap().end, End::Resolved(head.entry));
    assert_eq!(metrics::report(&host.session).turned.len(), 2);
}

#[test]
fn nobody_revises_before_all_have_judged() {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    // FRONTEND objects, the others have not spoken: the owner of D1 owes its review of D2 and nothing on D1.
    let moves = vec![object(&host.session, id("D1"))];
    host.offer(&seat("FRONTEND"), reply("REVIEW", moves)).unwrap();
    let owed = duty::owed(&host.session);
    assert_eq!(owed[&seat("BACKEND")], vec![Duty::Review(id("D2"))]);
    let mut moves = vec![agree(&host.session, id("D2"), None), amend(&host.session, id("D1"), "early")];
    dispose_all(&host.session, id("D1"), &mut moves);
    let reasons = host.offer(&seat("BACKEND"), reply("REVIEW", moves)).unwrap_err();
    assert!(reasons.iter().any(|r| r.contains("the head of D1 stays")), "{reasons:?}");
}

#[test]
fn a_seat_that_never_agrees_ends_the_debate_without_consensus_and_its_objection_stays_on_record() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        dutiful(session, ask, 2, |author, _| if *author == seat("SECURITY") { Judge::Object } else { Judge::Agree })
    });
    let Outcome::NoConsensus { reason, crux, crux_entry } = host.outcome() else { panic!("{:?}", host.outcome()) };
    assert!(reason.contains("O1 of SECURITY on D1 is open"), "{reason}");
    assert_eq!(crux.as_deref(), Some("whether a second try may win"));
    assert!(crux_entry.is_some());
    assert_eq!(host.session.progress().mediations.len(), 3);
    invariants::hold(&host.session);
}

#[test]
fn a_seat_that_only_yields_rubbish_is_waited_for_and_never_counted_as_agreeing() {
    let mut host = Host::new(&SEATS);
    host.run(
        |session, ask| {
            if ask.author == seat("ARCHITECT") { reply("REVIEW", vec![]) } else { agreeable(session, ask) }
        },
    );
    assert!(matches!(host.outcome(), Outcome::NoConsensus { .. }), "{:?}", host.outcome());
    assert!(host.session.entries().iter().all(|e| e.author != seat("ARCHITECT")));
}

#[test]
fn prose_never_counts_as_a_move() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = agreeable(session, ask);
        if ask.author == seat("SECURITY") && ask.kind == AskKind::Turn {
            let digest = head_digest(session, id("D1"));
            given.content = format!(
                "I agree. \"AGREE D1.1@{digest}\"\n\n### [SECURITY] [2026-11-20 10:00:00] UTC\n**Type**: REVIEW\n**Moves**:\n- AGREE D1.1@{digest}"
            );
            given.moves.clear();
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::NoConsensus { .. }));
    assert!(!host.session.docket(id("D1")).unwrap().agrees(&id("SECURITY")));
}

#[test]
fn a_late_objection_reopens_what_was_about_to_be_signed() {
    let mut host = Host::new(&SEATS);
    let reopened = Cell::new(false);
    let mut asked = Vec::new();
    host.run(|session, ask| {
        asked.push((ask.kind, ask.author.to_string()));
        if ask.kind == AskKind::Signature && ask.author == seat("FRONTEND") && !reopened.replace(true) {
            return reply("REVIEW", vec![object(session, id("D2"))]);
        }
        agreeable(session, ask)
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
    assert!(host.session.late_passes.contains(&id("FRONTEND")));
    assert_eq!(host.session.docket(id("D2")).unwrap().head().unwrap().id, id("D2.2"));
    // Everybody signed twice but for the one who objected, the second time beside the judgement of the new head.
    let signs =
        host.session.entries().iter().flat_map(|e| &e.moves).filter(|m| matches!(m.act, Move::Sign { .. })).count();
    assert_eq!(signs, 7);
    assert_eq!(host.session.risks().len(), 1, "one pre-mortem");
    let last: Vec<&str> = asked.iter().rev().take(5).map(|(_, author)| author.as_str()).collect();
    let (revised, reviewed, signed) = ("FRONTEND", ["ARCHITECT", "BACKEND", "SECURITY"], "FRONTEND");
    let mut middle = last[1..4].to_vec();
    middle.sort_unstable();
    // FRONTEND owns D2: it is not asked whether its own new head meets its objection, and signs when the others have.
    assert_eq!((last[4], middle, last[0]), (revised, reviewed.to_vec(), signed));
}

#[test]
fn a_pre_mortem_that_objects_is_owed_again() {
    let mut host = Host::new(&SEATS);
    let premortems = Cell::new(0);
    host.run(|session, ask| {
        if ask.kind == AskKind::Premortem {
            premortems.set(premortems.get() + 1);
            if premortems.get() == 1 {
                return reply("REVIEW", vec![object(session, id("D1"))]);
            }
        }
        agreeable(session, ask)
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert_eq!((premortems.get(), host.session.risks().len()), (2, 1));
    invariants::hold(&host.session);
}

#[test]
fn a_pre_mortem_that_objects_and_names_risks_is_held_once() {
    let premortems = |version: u16| {
        let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
        let held = Cell::new(0);
        host.run(|session, ask| {
            let mut given = agreeable(session, ask);
            if ask.kind == AskKind::Premortem {
                held.set(held.get() + 1);
                if held.get() == 1 {
                    given.moves.push(object(session, id("D1")));
                }
            }
            given
        });
        assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
        invariants::hold(&host.session);
        assert_eq!(host.session.docket(id("D1")).unwrap().head().unwrap().id, id("D1.2"));
        held.get()
    };
    assert_eq!((premortems(2), premortems(3)), (2, 1));
}

#[test]
fn whoever_writes_the_pre_mortem_may_sign_with_it_and_is_not_asked_again() {
    let mut host = Host::new(&SEATS);
    let mut signed = Vec::new();
    host.run(|session, ask| {
        let mut given = agreeable(session, ask);
        if ask.kind == AskKind::Premortem {
            let digest = session.accord_digest().unwrap().short().to_owned();
            let sign = Move::Sign { digest, reservation: Some("if the second region comes".to_owned()) };
            let stray = Move::Sign { digest: "deadbeef".to_owned(), reservation: None };
            let check = |moves| rules::check(session, &ask.author, &reply("REVIEW", moves)).unwrap_err();
            assert!(check(vec![sign.clone()])[0].contains("name at least one way"));
            assert!(check(vec![sign.clone(), object(session, id("D1"))])[0].contains("not both"));
            assert!(check([given.moves.clone(), vec![stray]].concat())[0].contains("the accord to sign is"));
            given.moves.push(sign);
            signed.push((ask.author.to_string(), "pre-mortem"));
        }
        if ask.kind == AskKind::Signature {
            signed.push((ask.author.to_string(), "signature"));
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
    assert_eq!(signed.iter().filter(|(_, how)| *how == "signature").count(), SEATS.len() - 1);
    let whose: std::collections::BTreeSet<&String> = signed.iter().map(|(who, _)| who).collect();
    assert_eq!(whose.len(), SEATS.len(), "everybody signed once");
}

#[test]
fn dispositions_that_nobody_waits_for_are_asked_along_with_their_owners_next_duty() {
    // D1 has a concern and everybody's agreement; D2 has an objection.
    let calls = |version: u16| {
        let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
        let mut alone = 0;
        host.run(|session, ask| {
            alone += usize::from(ask.duties.iter().all(|d| matches!(d, Duty::Dispose(_))));
            let first = |on| session.docket(on).is_some_and(|d| d.proposals.len() == 1);
            let mut given = dutiful(session, ask, 2, |author, on| {
                if *author == seat("ARCHITECT") && on == id("D2") && first(on) { Judge::Object } else { Judge::Agree }
            });
            if ask.author == seat("SECURITY") && ask.duties.contains(&Duty::Review(id("D1"))) {
                given.moves.push(Move::Concern {
                    about: Target::Decision(id("D1")),
                    clause: 1,
                    criterion: CriterionId(1),
                    text: "the first clause may be late".to_owned(),
                });
            }
            given
        });
        assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
        invariants::hold(&host.session);
        (alone, host.session.calls().len())
    };
    let (before, now) = (calls(2), calls(3));
    assert_eq!((before.0, now.0), (1, 0));
    assert_eq!(now.1 + 1, before.1);
}

#[test]
fn answers_that_no_draft_can_use_are_asked_along_with_the_next_duty() {
    // D2 builds on D1. Each owner is asked, or asks, about its own decision in the sealed positions.
    let calls = |version: u16, asker: &'static str, about: &'static str| {
        let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
        let mut alone = 0;
        host.run(|session, ask| {
            alone += usize::from(ask.duties.iter().all(|d| matches!(d, Duty::Answer(_))));
            let mut given = agreeable(session, ask);
            for act in &mut given.moves {
                if let Move::Frame { framework } = act {
                    framework.decisions[1].after = vec![id("D1")];
                }
            }
            if ask.kind == AskKind::Position && ask.author == seat(asker) {
                let to = if asker == "SECURITY" { "FRONTEND" } else { "SECURITY" };
                let text = "How many people use it at once?".to_owned();
                given.moves.push(Move::Ask { to: to.to_owned(), about: Target::Decision(id(about)), text });
            }
            given
        });
        assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
        invariants::hold(&host.session);
        assert!(host.session.all_open_issues().next().is_none());
        (alone, host.session.calls().len())
    };
    // SECURITY asks the owner of D2, who answers in its draft; the owner of D1 asks SECURITY, too late for its draft.
    for (asker, about) in [("SECURITY", "D2"), ("BACKEND", "D1")] {
        let (before, now) = (calls(4, asker, about), calls(5, asker, about));
        assert_eq!((before.0, now.0), (1, 0), "{asker}");
        assert_eq!(now.1 + 1, before.1, "{asker}");
    }
    // Of an answer that a later draft can use, nothing changes.
    assert_eq!(calls(4, "FRONTEND", "D2"), calls(5, "FRONTEND", "D2"));
}

#[test]
fn an_answer_is_no_reason_to_amend_before_all_have_judged() {
    // The owner of D1 asks; the answer comes in the wave of the drafts, so that the owner has not seen it when it drafts.
    for (version, at_once) in [(4, true), (5, false)] {
        let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
        let asking = |session: &Session, ask: &Ask| {
            let mut given = agreeable(session, ask);
            if ask.kind == AskKind::Position && ask.author == seat("BACKEND") {
                let text = "How many people use it at once?".to_owned();
                given.moves.push(Move::Ask { to: "FRONTEND".to_owned(), about: Target::Decision(id("D1")), text });
            }
            given
        };
        host.run_until(asking, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
        assert!(host.session.all_open_issues().next().is_none(), "it is answered");
        assert_eq!(duty::may_revise(&host.session, id("D1")), at_once);
        host.run_until(asking, |s| s.all_judged(id("D1")));
        assert!(duty::may_revise(&host.session, id("D1")));
    }
}

/// Up to the wave after a direction in which the owner of D1 amends while SECURITY objects to the text that it amends.
fn crossed(version: u16) -> Host {
    let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
    host.run_until(agreeable, |s| s.dockets().all(|d| d.head.is_some()) && s.dockets().next().is_some());
    let at = host.tick();
    let direct = reply("DIRECTION", vec![Move::Direct { text: "It must work offline.".to_owned() }]);
    host.append(Event::Posted { author: Author::Human, reply: direct, at });
    let wave = |session: &Session, ask: &Ask| {
        let objects = ask.author == seat("SECURITY");
        let judge = |_: &Author, on| if objects && on == id("D1") { Judge::Object } else { Judge::Agree };
        let mut given = dutiful(session, ask, 2, judge);
        if ask.author == seat("BACKEND") {
            given.moves.push(amend(session, id("D1"), "offline"));
        }
        given
    };
    host.run_until(wave, |s| s.issue(id("O1")).is_some());
    host
}

#[test]
fn who_objected_to_a_text_that_was_amended_meanwhile_may_stand_and_nobody_is_called_to_mediate() {
    // The order of the seats decides whether the new head found the objection in the log; neither has read the other.
    let asked = |host: &Host| duty::owed(&host.session).remove(&seat("SECURITY")).unwrap_or_default();
    let judged = vec![agree(&crossed(6).session, id("D2"), None)];
    let standing = |host: &Host| reply("REVIEW", [vec![stand(&host.session, id("O1"))], judged.clone()].concat());

    let mut before = crossed(5);
    assert!(!asked(&before).contains(&Duty::Stand(id("O1"))));
    let reply = standing(&before);
    assert!(before.offer(&seat("SECURITY"), reply).unwrap_err()[0].contains("nothing to stand against"));

    let mut host = crossed(6);
    assert_eq!(host.session.issue(id("O1")).unwrap().met, None);
    assert!(asked(&host).contains(&Duty::Stand(id("O1"))) && asked(&host).contains(&Duty::Review(id("D1"))));
    let reply = standing(&host);
    host.offer(&seat("SECURITY"), reply).unwrap();
    host.run_until(agreeable, |s| s.issue(id("O1")).is_some_and(|i| !i.stood.is_empty()));
    assert_eq!(host.session.stance(&id("SECURITY"), id("D1")), Stance::Objects);
    assert!(!asked(&host).contains(&Duty::Stand(id("O1"))), "it stands on the text that lies there");
    assert!(duty::owed(&host.session)[&seat("BACKEND")].contains(&Duty::Revise(id("D1"))));
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert!(host.session.progress().mediations.is_empty());
    invariants::hold(&host.session);
}

#[test]
fn to_stand_by_what_the_owner_had_not_read_is_nothing_anew() {
    // The objector sits before the owner. Up to format 5 the head that was written beside the objection counted as its answer.
    for (version, mediations) in [(5, 1), (6, 0)] {
        let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
        host.run_until(agreeable, |s| s.dockets().all(|d| d.head.is_some()) && s.dockets().next().is_some());
        let at = host.tick();
        let direct = reply("DIRECTION", vec![Move::Direct { text: "It must work offline.".to_owned() }]);
        host.append(Event::Posted { author: Author::Human, reply: direct, at });
        host.run(|session, ask| {
            let first = session.docket(id("D2")).is_some_and(|d| d.proposals.len() < 3);
            let objects = ask.author == seat("BACKEND") && first;
            let judge = |_: &Author, on| if objects && on == id("D2") { Judge::Object } else { Judge::Agree };
            let mut given = dutiful(session, ask, 2, judge);
            let heeds = ask.duties.iter().any(|d| matches!(d, Duty::Heed(_)));
            if ask.author == seat("FRONTEND") && heeds && ask.kind == AskKind::Turn {
                given.moves.push(amend(session, id("D2"), "offline"));
            }
            given
        });
        assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "{:?}", host.session.life());
        assert_eq!(host.session.issue(id("O1")).unwrap().stood.len(), 1);
        assert_eq!(host.session.progress().mediations.len(), mediations);
        invariants::hold(&host.session);
    }
}

#[test]
fn an_owner_who_objects_to_its_own_head_when_signing_is_not_asked_about_its_own_answer() {
    // In a trial: signer's objection, revision, three agreements with signatures, a withdrawal, four signatures once more.
    let debate = |version: u16| {
        let mut host = Host::with(Opening { version, ..opening(&SEATS, Limits::default()) });
        let objected = Cell::new(false);
        let (mut stands, mut signatures) = (0, 0);
        host.run(|session, ask| {
            stands += ask.duties.iter().filter(|d| matches!(d, Duty::Stand(_))).count();
            if ask.kind == AskKind::Signature && ask.author == seat("ARCHITECT") && !objected.replace(true) {
                return reply("REVIEW", vec![object(session, id("D4"))]);
            }
            let mut given = dutiful(session, ask, 4, |_, _| Judge::Agree);
            if let [Duty::Stand(issue)] = ask.duties.as_slice() {
                given.moves = vec![Move::Withdraw { issue: *issue, why: "the new clause meets it".to_owned() }];
            }
            signatures += given.moves.iter().filter(|m| matches!(m, Move::Sign { .. })).count();
            given
        });
        assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
        invariants::hold(&host.session);
        (stands, signatures, host.session.calls().len())
    };
    let (before, now) = (debate(4), debate(5));
    assert_eq!((before.0, now.0), (1, 0), "nobody is asked whether it meets its own objection");
    assert!(now.1 < before.1 && now.2 < before.2, "{now:?} after {before:?}");
}

/// Up to the reviews that follow a ratification reopened on D2.
fn reopened() -> Host {
    let mut host = Host::new(&SEATS);
    let before = |session: &Session, ask: &Ask| {
        if ask.kind == AskKind::Signature && ask.author == seat("FRONTEND") {
            return reply("REVIEW", vec![object(session, id("D2"))]);
        }
        agreeable(session, ask)
    };
    host.run_until(before, |s| s.docket(id("D2")).is_some_and(|d| d.proposals.len() == 2));
    host
}

#[test]
fn a_review_may_carry_a_signature_only_where_the_accord_was_read_before_and_nothing_else_is_said() {
    let early = Host::new(&SEATS);
    let sign = |s: &Session| Move::Sign {
        digest: s.accord_digest().map_or_else(|| "00000000".to_owned(), |d| d.short().to_owned()),
        reservation: Some("the second clause is to be read narrowly".to_owned()),
    };
    let mut first = early;
    first.run_until(agreeable, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    let moves = vec![agree(&first.session, id("D2"), None), sign(&first.session)];
    let reasons = rules::check(&first.session, &seat("BACKEND"), &reply("REVIEW", moves)).unwrap_err();
    assert!(reasons.iter().any(|r| r.contains("nothing can be signed yet")), "{reasons:?}");

    let host = reopened();
    let refused = |moves: Vec<Move>, why: &str| {
        let reasons = rules::check(&host.session, &seat("BACKEND"), &reply("REVIEW", moves)).unwrap_err();
        assert!(reasons.iter().any(|r| r.contains(why)), "{reasons:?}");
    };
    let agreed = || agree(&host.session, id("D2"), None);
    let concern = Move::Concern {
        about: Target::Decision(id("D2")),
        clause: 1,
        criterion: CriterionId(1),
        text: "the first clause may be late".to_owned(),
    };
    refused(vec![agreed(), sign(&host.session), concern], "sign only beside agreement");
    refused(vec![sign(&host.session)], "sign only what you agree to");
    refused(
        vec![agreed(), Move::Sign { digest: "deadbeef".to_owned(), reservation: None }],
        "the accord with the heads",
    );
    let good = vec![agreed(), sign(&host.session)];
    assert_eq!(rules::check(&host.session, &seat("BACKEND"), &reply("REVIEW", good)), Ok(()));
}

#[test]
fn a_signature_beside_a_review_is_void_if_anybody_else_has_something_to_settle() {
    let mut host = reopened();
    let objected = Cell::new(false);
    let mut signed = Vec::new();
    host.run(|session, ask| {
        if ask.kind == AskKind::Signature {
            signed.push(ask.author.to_string());
        }
        if ask.author == seat("ARCHITECT") && ask.kind == AskKind::Turn && !objected.replace(true) {
            return reply("REVIEW", vec![object(session, id("D2"))]);
        }
        agreeable(session, ask)
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
    let digest = host.session.accord_digest().unwrap();
    for tag in SEATS {
        let signature = &host.session.ratification().signatures[&id(tag)];
        assert!(signature.digest == digest && signature.entry > host.session.ratification().settled, "{tag}");
    }
    assert_eq!(signed, ["FRONTEND"], "the others signed beside their last review");
}

#[test]
fn a_question_defers_the_review_until_it_is_answered() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        dutiful(session, ask, 1, |author, id| {
            let asked = session.issues().iter().any(|i| i.by == *author && i.about == Target::Decision(id));
            if *author == seat("SECURITY") && !asked { Judge::Ask } else { Judge::Agree }
        })
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    let calls = host.session.calls();
    let supervisor = calls.iter().filter(|c| c.author == Author::Supervisor).count();
    assert_eq!(supervisor, 2, "framework and answer");
    assert_eq!(host.session.issue(id("Q1")).unwrap().disposition.as_ref().unwrap().end, End::Answered);
}

#[test]
fn concerns_alone_keep_the_head_and_the_agreements() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = agreeable(session, ask);
        let reviewing = ask.duties.contains(&Duty::Review(id("D1")));
        if ask.author == seat("FRONTEND") && reviewing {
            given.moves.push(Move::Concern {
                about: id("D1"),
                clause: 1,
                criterion: id("K2"),
                text: "the wording is easily misread".to_owned(),
            });
        }
        if ask.duties.contains(&Duty::Dispose(id("D1"))) {
            given.moves = vec![Move::Dispose {
                item: id("C1"),
                how: How::Reading { clause: 1, reading: "First means in time.".to_owned() },
                why: "the clause holds; this fixes its meaning".to_owned(),
            }];
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    let docket = host.session.docket(id("D1")).unwrap();
    assert_eq!(docket.proposals.len(), 1);
    assert_eq!(docket.readings[0].text, "First means in time.");
    assert!(host.session.accord().unwrap().to_string().contains("First means in time."));
    invariants::hold(&host.session);
}

#[test]
fn an_alternative_can_be_adopted_and_everybody_judges_it_anew() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = agreeable(session, ask);
        if ask.author == seat("SECURITY")
            && ask.duties.contains(&Duty::Review(id("D1")))
            && session.docket(id("D1")).unwrap().proposals.len() == 1
        {
            given.moves.push(draft(id("D1"), &["quite another text"]));
        }
        if ask.duties.contains(&Duty::Dispose(id("D1"))) {
            given.moves = vec![Move::Dispose { item: id("D1.2"), how: How::Adopted, why: "it is better".to_owned() }];
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert_eq!(host.session.docket(id("D1")).unwrap().head().unwrap().id, id("D1.2"));
    assert_eq!(metrics::report(&host.session).contributions[&id("SECURITY")].alternatives, 1);
    invariants::hold(&host.session);
}

#[test]
fn a_mediators_draft_carries_nobodys_verdict() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let drafted = session.docket(id("D1")).is_some_and(|d| d.head().is_some_and(|h| h.by == Author::Supervisor));
        let mut given = dutiful(session, ask, 1, |author, _| {
            if *author == seat("SECURITY") && !drafted { Judge::Object } else { Judge::Agree }
        });
        if ask.kind == AskKind::Mediation {
            given.moves.push(draft(id("D1"), &["the clerk's minute"]));
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    let docket = host.session.docket(id("D1")).unwrap();
    assert_eq!(docket.head().unwrap().by, Author::Supervisor);
    let owner = &docket.verdicts[&id::<SeatTag>("BACKEND")];
    assert!(owner.entry > docket.head().unwrap().entry, "the owner reviewed it like everybody else");
    invariants::hold(&host.session);
}

#[test]
fn limits_suspend_and_never_agree_and_more_of_them_carries_on() {
    let limits = Limits { waves: 3, ..Limits::default() };
    let mut host = Host::with(opening(&SEATS, limits));
    assert_eq!(host.run(agreeable), Life::Suspended(Cause::Waves { limit: 3 }));
    let at = host.tick();
    host.append(Event::Resumed { limits: Limits::default(), models: vec![], at });
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));

    let mut host = Host::with(opening(&SEATS, Limits { tokens: Some(700), ..Limits::default() }));
    assert_eq!(host.run(agreeable), Life::Suspended(Cause::Tokens { limit: 700 }));
    let mut host = Host::with(opening(&SEATS, Limits { time_ms: Some(5_000), ..Limits::default() }));
    assert_eq!(host.run(agreeable), Life::Suspended(Cause::Time { limit_ms: 5_000 }));
}

#[test]
fn a_direction_is_heeded_by_all_before_anything_can_be_signed() {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.phase() == Phase::Ratification);
    let at = host.tick();
    let direct = reply("DIRECTION", vec![Move::Direct { text: "It must work offline.".to_owned() }]);
    host.append(Event::Posted { author: Author::Human, reply: direct, at });
    assert_eq!(host.session.phase(), Phase::Deliberation);
    assert_eq!(duty::owed(&host.session).len(), 4);
    assert!(duty::may_revise(&host.session, id("D1")));
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
}

#[test]
fn a_person_is_asked_when_mediation_does_not_help() {
    let mut start = opening(&SEATS, Limits { waves: 60, ..Limits::default() });
    start.human = true;
    let mut host = Host::with(start);
    let never = |session: &Session, ask: &Ask| {
        dutiful(session, ask, 1, |author, _| if *author == seat("SECURITY") { Judge::Object } else { Judge::Agree })
    };
    assert_eq!(host.run(never), Life::Escalated);
    let at = host.tick();
    let direct = reply("DIRECTION", vec![Move::Direct { text: "Let the second try win.".to_owned() }]);
    host.append(Event::Posted { author: Author::Human, reply: direct, at });
    assert_eq!(host.run(never), Life::Escalated);
    let at = host.tick();
    host.append(Event::Lapsed { at });
    host.run(never);
    assert!(matches!(host.outcome(), Outcome::NoConsensus { .. }));
}

#[test]
fn the_framework_can_grow_and_agreements_to_what_it_changed_are_void() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = dutiful(session, ask, 1, |_, _| Judge::Agree);
        let fresh = session.issues().iter().all(|i| i.about != Target::Framework);
        if ask.author == seat("SECURITY") && ask.duties.contains(&Duty::Review(id("D1"))) && fresh {
            given.moves.push(Move::Concern {
                about: Target::Framework,
                clause: 0,
                criterion: id("K1"),
                text: "logout is decided nowhere".to_owned(),
            });
        }
        if let Some(Duty::Rule(issue)) = ask.duties.first() {
            let mut grown = session.framework().unwrap().clone();
            grown.decisions[0].question.push_str(" And logout?");
            grown.criteria[1].text.push_str(", within a second");
            let why = "it belongs to D1".to_owned();
            given.moves = vec![
                Move::Frame { framework: grown },
                Move::Dispose { item: Item::Issue(*issue), how: How::Addressed { clause: 0 }, why },
            ];
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "{:?}", host.session.life());
    assert!(host.session.framework().unwrap().decisions[0].question.ends_with("logout?"));
    let docket = host.session.docket(id("D1")).unwrap();
    assert!(docket.verdicts.values().all(|v| v.entry > docket.reframed.unwrap()));
    invariants::hold(&host.session);
}

#[test]
fn an_objection_in_the_place_of_a_withdrawn_one_blocks_anew() {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    let moves = vec![object(&host.session, id("D1")), agree(&host.session, id("D2"), None)];
    host.offer(&seat("SECURITY"), reply("REVIEW", moves)).unwrap();
    host.run_until(agreeable, |s| s.docket(id("D1")).unwrap().proposals.len() == 2);
    let withdraw = Move::Withdraw { issue: id("O1"), why: "put more sharply below".into() };
    for moves in
        [vec![withdraw.clone(), object(&host.session, id("D1"))], vec![object(&host.session, id("D1")), withdraw]]
    {
        let mut host = Host { session: host.session.clone(), events: vec![], now: host.now };
        host.offer(&seat("SECURITY"), reply("REVIEW", moves)).unwrap();
        host.run_until(agreeable, |s| s.issue(id("O2")).is_some());
        assert!(host.session.issue(id("O2")).unwrap().is_open());
        assert_eq!(host.session.stance(&id("SECURITY"), id("D1")), Stance::Objects);
    }
}

#[test]
fn what_was_said_in_the_wave_of_a_reframing_was_said_of_the_old_framework() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = dutiful(session, ask, 1, |_, _| Judge::Agree);
        if ask.author == seat("SECURITY") && ask.kind == AskKind::Position {
            let text = "K2 cannot be met by anybody".to_owned();
            given.moves.push(Move::Concern { about: Target::Framework, clause: 0, criterion: id("K2"), text });
        }
        if let Some(Duty::Rule(issue)) = ask.duties.first() {
            let mut grown = session.framework().unwrap().clone();
            grown.criteria[1].text = "criterion 2 holds mostly".into();
            let (item, how, why) = (Item::Issue(*issue), How::Addressed { clause: 0 }, "it is right".to_owned());
            given.moves = vec![Move::Frame { framework: grown }, Move::Dispose { item, how, why }];
        }
        // The owner, asked to judge its own head anew, may revise it instead.
        if ask.author == seat("BACKEND") && ask.duties == [Duty::Review(id("D1"))] {
            assert!(duty::may_revise(session, id("D1")));
            given.moves = vec![amend(session, id("D1"), "under the new K2")];
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "{:?}", host.session.life());
    let docket = host.session.docket(id("D1")).unwrap();
    assert_eq!(docket.head().unwrap().id, id("D1.2"));
    assert!(docket.verdicts.values().all(|v| v.seen >= docket.reframed.unwrap()));
    invariants::hold(&host.session);
}

#[test]
fn a_decision_is_drafted_once_what_it_builds_on_has_a_head() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = agreeable(session, ask);
        for act in &mut given.moves {
            if let Move::Frame { framework } = act {
                framework.decisions[0].after = vec![id("D2")];
            }
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    let wave = |d: DecisionId| host.session.entry(host.session.docket(d).unwrap().head().unwrap().entry).unwrap().wave;
    assert!(wave(id("D1")) > wave(id("D2")));
}

#[test]
fn the_same_text_from_two_seats_in_one_wave_can_still_be_agreed_to() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        let mut given = dutiful(session, ask, 2, |_, _| Judge::Agree);
        // BACKEND puts forward for D2 what FRONTEND, its owner, drafts in the same wave, and is entered first.
        if ask.author == seat("BACKEND") && ask.duties.contains(&Duty::Draft(id("D1"))) {
            given.moves.push(draft(id("D2"), &["the first clause", "the second clause"]));
        }
        given
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "{:?}", host.session.life());
    invariants::hold(&host.session);
}

#[test]
fn a_second_pre_mortem_may_find_nothing_new_and_the_first_may_not() {
    let mut host = Host::new(&SEATS);
    let reopened = Cell::new(false);
    host.run(|session, ask| {
        if ask.kind == AskKind::Signature && ask.author == seat("FRONTEND") && !reopened.replace(true) {
            return reply("REVIEW", vec![object(session, id("D2"))]);
        }
        let second = ask.kind == AskKind::Premortem && !session.risks().is_empty();
        if second { reply("REVIEW", vec![]) } else { agreeable(session, ask) }
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert_eq!(host.session.risks().len(), 1);
    invariants::hold(&host.session);

    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.phase() == Phase::Ratification);
    let ask = host.session.asks().remove(0);
    let reasons = host.offer(&ask.author, reply("REVIEW", vec![])).unwrap_err();
    assert!(reasons[0].contains("name at least one way"), "{reasons:?}");
}

fn direction(text: &str) -> Reply {
    reply("DIRECTION", vec![Move::Direct { text: text.to_owned() }])
}

#[test]
fn what_a_person_says_while_a_wave_is_in_flight_follows_its_replies_and_is_heeded_after() {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.phase() == Phase::Deliberation);
    let at = host.tick();
    host.append(Event::Asked { asks: vec![], at });
    let before = host.session.last_entry();
    host.append(Event::Posted { author: Author::Human, reply: direction("It must work offline."), at });
    assert_eq!((host.session.last_entry(), host.session.wave().posted.len()), (before, 1), "held");
    let wave = host.session.wave().number;
    host.run_until(agreeable, |s| s.wave().number > wave);
    let last = host.session.entries().last().unwrap();
    assert_eq!((&last.author, last.seen.0 + 1), (&Author::Human, last.number.0));
    let heeding = duty::owed(&host.session).values().filter(|d| d.contains(&Duty::Heed(last.number))).count();
    assert_eq!(heeding, 4, "whoever spoke in that wave had not seen it");
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
    assert_eq!(Session::fold(&host.events).unwrap(), host.session);
}

#[test]
fn what_a_person_says_in_framing_follows_the_framework_and_a_resumed_wave_is_asked_with_it() {
    let mut host = Host::new(&SEATS);
    let at = host.tick();
    // Before anybody is asked, while the supervisor is, and in a session that was interrupted then.
    host.append(Event::Posted { author: Author::Human, reply: direction("Think of watches."), at });
    host.append(Event::Asked { asks: vec![], at });
    host.append(Event::Posted { author: Author::Human, reply: direction("Think of tablets."), at });
    host.append(Event::Suspended { cause: Cause::Interrupted, at });
    host.append(Event::Resumed { limits: Limits::default(), models: vec![], at });
    assert_eq!((host.session.entries().len(), host.session.wave().posted.len()), (0, 2));
    host.run_until(agreeable, |s| s.phase() == Phase::Positions);
    assert_eq!(
        host.session.entries().iter().map(|e| e.author.to_string()).collect::<Vec<_>>(),
        ["SUPERVISOR", "HUMAN", "HUMAN"]
    );
    host.append(Event::Asked { asks: vec![], at });
    host.append(Event::Posted { author: Author::Human, reply: direction("And of phones."), at });
    host.append(Event::Suspended { cause: Cause::Interrupted, at });
    host.append(Event::Resumed { limits: Limits::default(), models: vec![], at });
    assert_eq!(host.session.entries().len(), 4, "nothing of the wave had come back");
    assert_eq!(host.session.phase(), Phase::Positions);
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
}

#[test]
fn a_direction_in_the_wave_of_the_last_signatures_reopens_the_debate() {
    let mut host = Host::new(&SEATS);
    let signing = |s: &Session| matches!(s.step(s.clock().last), Step::Ask(a) if a[0].kind == AskKind::Signature);
    host.run_until(agreeable, signing);
    let at = host.tick();
    host.append(Event::Asked { asks: vec![], at });
    host.append(Event::Posted { author: Author::Human, reply: direction("Wait: what about audits?"), at });
    let wave = host.session.wave().number;
    host.run_until(agreeable, |s| s.wave().number > wave);
    assert_eq!(host.session.phase(), Phase::Deliberation);
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    invariants::hold(&host.session);
}

#[test]
fn a_person_who_did_not_come_and_then_speaks_can_be_asked_again() {
    let mut start = opening(&SEATS, Limits { waves: 60, ..Limits::default() });
    start.human = true;
    let mut host = Host::with(start);
    let never = |session: &Session, ask: &Ask| {
        dutiful(session, ask, 1, |author, _| if *author == seat("SECURITY") { Judge::Object } else { Judge::Agree })
    };
    assert_eq!(host.run(never), Life::Escalated);
    let at = host.tick();
    host.append(Event::Lapsed { at });
    assert!(host.session.progress().lapsed);
    host.append(Event::Posted { author: Author::Human, reply: direction("I am back."), at });
    assert_eq!(host.run(never), Life::Escalated);
}
