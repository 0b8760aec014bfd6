//! Each rule of the table of moves, broken once.

use super::host::*;
use crate::protocol::entry::*;
use crate::protocol::rules::{Admission, admission};
use crate::protocol::*;

/// A debate in which D1 and D2 have heads and everybody owes reviews.
fn in_review() -> Host {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    host
}

fn both(host: &Host, first: Move) -> Vec<Move> {
    vec![first, agree(&host.session, id("D2"), None)]
}

#[track_caller]
fn refused(host: &mut Host, author: &str, moves: Vec<Move>, expected: &str) {
    let reasons =
        crate::protocol::rules::check(&host.session, &seat(author), &reply("REVIEW", moves)).expect_err("refused");
    assert!(reasons.iter().any(|r| r.contains(expected)), "expected '{expected}' among {reasons:#?}");
}

#[test]
fn agreement_names_the_head_and_says_why() {
    let mut host = in_review();
    let with = |host: &Host, change: &dyn Fn(&mut Move)| {
        let mut act = agree(&host.session, id("D1"), None);
        change(&mut act);
        both(host, act)
    };
    let set = |field: &'static str| {
        move |act: &mut Move| {
            if let Move::Agree { digest, criteria, because, .. } = act {
                match field {
                    "digest" => *digest = "0123456789".to_owned(),
                    "empty digest" => digest.clear(),
                    "criteria" => criteria.clear(),
                    "unknown" => *criteria = vec![CriterionId(9)],
                    _ => because.clear(),
                }
            }
        }
    };
    let head = head_digest(&host.session, id("D1"));
    for (field, expected) in [
        ("digest", format!("the text on the table is D1.1@{head}")),
        ("empty digest", "does not name the head".to_owned()),
        ("criteria", "rests on no criterion".to_owned()),
        ("unknown", "K9 is no criterion: K1, K2".to_owned()),
        ("because", "needs a reason".to_owned()),
    ] {
        let moves = with(&host, &set(field));
        refused(&mut host, "SECURITY", moves, &expected);
    }
}

#[test]
fn a_verdict_is_owed_and_only_one() {
    let mut host = in_review();
    let moves = vec![agree(&host.session, id("D2"), None)];
    refused(&mut host, "SECURITY", moves, "you owe a verdict on D1");
    let mut moves = both(&host, agree(&host.session, id("D1"), None));
    moves.push(object(&host.session, id("D1")));
    refused(&mut host, "SECURITY", moves, "agreeing and objecting to D1");
}

#[test]
fn what_is_not_for_this_speaker_or_this_phase_is_refused() {
    let mut host = in_review();
    for (act, expected) in [
        (Move::Sign { digest: "00000000".into(), reservation: None }, "nothing can be signed yet"),
        (mediate(), "the supervisor's"),
        (risk(id("D1")), "risks are for the pre-mortem"),
        (position(id("D1"), &seat("SECURITY")), "given once, sealed"),
        (Move::Direct { text: "x".into() }, "directions are given by people"),
        (Move::Withdraw { issue: id("O9"), why: "x".into() }, "there is no O9"),
        (Move::Answer { question: id("Q7"), text: "x".into() }, "there is no Q7"),
        (Move::Dispose { item: id("D1/FRONTEND"), how: How::Declined, why: "x".into() }, "for BACKEND to dispose of"),
        (Move::Ask { to: "security".into(), about: id("D1"), text: "why?".into() }, "a question to yourself"),
        (agree(&host.session, id("D7"), None), "D7 is not on the agenda: D1, D2"),
    ] {
        let mut moves = both(&host, agree(&host.session, id("D1"), None));
        moves.push(act);
        refused(&mut host, "SECURITY", moves, expected);
    }
    assert_eq!(
        rules::check(&host.session, &Author::Supervisor, &reply("ANSWER", vec![])).unwrap_err(),
        ["SUPERVISOR is not asked now"]
    );
    let strange = rules::check(
        &host.session,
        &seat("SECURITY"),
        &reply("SONG", both(&host, agree(&host.session, id("D1"), None))),
    );
    assert!(strange.unwrap_err()[0].contains("not one of ANALYSIS, PROPOSAL, IMPLEMENTATION, REVIEW"));
}

#[test]
fn a_proposal_differs_from_every_earlier_one_and_disposes_of_all() {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.phase() == Phase::Deliberation);
    refused(&mut host, "BACKEND", vec![draft(id("D1"), &["text"])], "D1/FRONTEND, D1/SECURITY, D1/ARCHITECT");
    let mut moves = vec![draft(id("D1"), &[])];
    dispose_all(&host.session, id("D1"), &mut moves);
    refused(&mut host, "BACKEND", moves, "has no clause");
    refused(&mut host, "BACKEND", vec![], "owe its first proposal");

    let mut host = in_review();
    let mut moves = both(&host, agree(&host.session, id("D1"), None));
    moves.push(draft(id("D1"), &["the first clause", "the second clause"]));
    refused(&mut host, "SECURITY", moves, "to the letter");
    assert_eq!(
        digest_of(&draft(id("D1"), &["the first clause", "the second clause"])),
        head_digest(&host.session, id("D1"))
    );
}

#[test]
fn whoever_objected_names_what_resolved_it() {
    let mut host = in_review();
    host.offer(&seat("SECURITY"), reply("REVIEW", both(&host, object(&host.session, id("D1"))))).unwrap();
    let others = |s: &Session, a: &Ask| agreeable(s, a);
    host.run_until(others, |s| s.docket(id("D1")).unwrap().proposals.len() == 2);
    let head = host.session.docket(id("D1")).unwrap().head().unwrap().entry;
    let objected = host.session.issue(id("O1")).unwrap().entry;
    let with = |host: &Host, by| vec![agree(&host.session, id("D1"), by)];
    let moves = with(&host, None);
    refused(&mut host, "SECURITY", moves, &format!("you objected to D1 in {objected}"));
    let moves = with(&host, Some(objected));
    refused(&mut host, "SECURITY", moves, "must be an entry of somebody else");
    let moves = with(&host, Some(EntryNumber(99)));
    refused(&mut host, "SECURITY", moves, "must be an entry of somebody else");
    let moves = with(&host, Some(head));
    host.offer(&seat("SECURITY"), reply("REVIEW", moves)).unwrap();
}

#[test]
fn from_the_second_review_on_an_objection_rests_on_something_new() {
    let mut host = in_review();
    host.offer(&seat("SECURITY"), reply("REVIEW", both(&host, object(&host.session, id("D1"))))).unwrap();
    host.run_until(agreeable, |s| s.docket(id("D1")).unwrap().proposals.len() == 2);
    let author = seat("SECURITY");
    let on = |clause: u16, criterion: u16, rests: Option<EntryNumber>| Move::Object {
        about: id("D1"),
        digest: head_digest(&host.session, id("D1")),
        clause,
        criterion: CriterionId(criterion),
        fails_when: "a long enough scenario".into(),
        resolved_if: "it is mended".into(),
        rests_on: rests,
    };
    // Clause 1 changed, clause 2 did not.
    assert_eq!(admission(&host.session, &author, &on(1, 2, None)), Some(Admission::New));
    assert_eq!(admission(&host.session, &author, &on(1, 1, None)), Some(Admission::Anew(id("O1"))));
    assert_eq!(admission(&host.session, &author, &on(2, 2, None)), Some(Admission::LatePass));
    let news = host.session.last_entry();
    assert_eq!(admission(&host.session, &author, &on(2, 2, Some(news))), Some(Admission::New));
    assert_eq!(admission(&host.session, &author, &on(2, 2, Some(EntryNumber(1)))), Some(Admission::LatePass));
    // With the pass used, the same objection is recorded as a concern and the verdict is still owed.
    let acts = vec![on(2, 2, None), stand(&host.session, id("O1"))];
    host.session.late_passes.insert(id("SECURITY"));
    let at = host.tick();
    let timing = Timing { asked: at, first: None, ended: at };
    let event =
        Event::Replied { author, reply: reply("REVIEW", acts), repairs: vec![], timing, usage: Default::default() };
    host.append(event);
    host.run_until(agreeable, |s| s.issue(id("C1")).is_some());
    let concern = host.session.issue(id("C1")).unwrap();
    assert!(concern.demoted && concern.by == seat("SECURITY"));
}

#[test]
fn concerns_are_few_and_after_the_first_review_about_what_changed() {
    let concern =
        |clause| Move::Concern { about: id("D1"), clause, criterion: id("K1"), text: "may be misread by many".into() };
    let mut host = in_review();
    let mut moves = both(&host, agree(&host.session, id("D1"), None));
    moves.extend([concern(1), concern(1), concern(2)]);
    refused(&mut host, "SECURITY", moves, "3 concerns about D1: at most 2");
    host.offer(&seat("SECURITY"), reply("REVIEW", both(&host, object(&host.session, id("D1"))))).unwrap();
    host.run_until(agreeable, |s| s.docket(id("D1")).unwrap().proposals.len() == 2);
    let moves = vec![stand(&host.session, id("O1")), concern(2)];
    refused(&mut host, "SECURITY", moves, "must be about a clause that changed since (clauses 1 did)");
}

#[test]
fn sealed_positions_hold_positions() {
    let mut host = Host::new(&SEATS);
    host.run_until(agreeable, |s| s.phase() == Phase::Positions);
    let concern =
        Move::Concern { about: id("D1"), clause: 0, criterion: id("K1"), text: "may be misread by many".into() };
    let ask = Move::Ask { to: "BACKEND".into(), about: id("D1"), text: "how many?".into() };
    let held = position(id("D1"), &seat("SECURITY"));
    refused(&mut host, "SECURITY", vec![], "at least one");
    refused(
        &mut host,
        "SECURITY",
        [vec![held.clone()], vec![concern; 4]].concat(),
        "4 concerns in a position: at most 3",
    );
    refused(&mut host, "SECURITY", [vec![held.clone()], vec![ask; 2]].concat(), "2 questions in a position: at most 1");
    refused(&mut host, "SECURITY", vec![held, draft(id("D1"), &["x"])], "nothing is on the table yet");
}

#[test]
fn sizes_are_bounded() {
    let mut host = in_review();
    let mut long = reply("REVIEW", both(&host, agree(&host.session, id("D1"), None)));
    long.content = "x".repeat(rules::MAX_CONTENT + 1);
    assert!(rules::check(&host.session, &seat("SECURITY"), &long).is_err());
    let mut act = agree(&host.session, id("D1"), None);
    if let Move::Agree { because, .. } = &mut act {
        *because = "x".repeat(rules::MAX_TEXT + 1);
    }
    let moves = both(&host, act);
    refused(&mut host, "SECURITY", moves, "at most 8192");
}

#[test]
fn frameworks_are_valid_or_refused_with_the_reason() {
    let host = Host::new(&SEATS);
    let seats: Vec<SeatTag> = host.session.seats().cloned().collect();
    let good = framework(&seats, 2);
    let faults = |change: &dyn Fn(&mut Framework)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.faults(&seats).join("; ")
    };
    assert_eq!(faults(&|_| {}), "");
    assert!(faults(&|f| f.decisions.clear()).contains("no decision"));
    assert!(faults(&|f| f.criteria.clear()).contains("no criterion"));
    assert!(faults(&|f| f.decisions[0].owner = id("NOBODY")).contains("owned by NOBODY"));
    assert!(faults(&|f| f.decisions[1].id = id("D1")).contains("D1 is given twice"));
    assert!(faults(&|f| f.decisions[0].criteria = vec![CriterionId(7)]).contains("names K7"));
    assert!(faults(&|f| f.decisions[0].after = vec![id("D1")]).contains("comes after D1"));
    let circle = faults(&|f| {
        f.decisions[0].after = vec![id("D2")];
        f.decisions[1].after = vec![id("D1")];
    });
    assert!(circle.contains("waits for itself"), "{circle}");
}

#[test]
fn what_was_never_objected_to_is_resolved_by_nothing_that_is_not_there() {
    let mut host = in_review();
    for entry in [EntryNumber(99), EntryNumber(0)] {
        let moves = both(&host, agree(&host.session, id("D1"), Some(entry)));
        refused(&mut host, "SECURITY", moves, "names no entry of somebody else");
    }
}

/// Guards the canonical form: a changed byte here voids every signature ever given.
#[test]
fn canonical_texts_have_the_digests_they_always_had() {
    let host = in_review();
    assert_eq!(head_digest(&host.session, id("D1")), "b2870369");
    let accord = host.session.accord().unwrap().to_string();
    assert!(accord.starts_with("{\"accord\":1,\"decisions\":["), "{accord}");
    assert_eq!(host.session.accord_digest().unwrap().short(), "78d43432");
}
