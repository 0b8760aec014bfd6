//! What definitions ask of the host, kept true: lists, reviews, claims, escalations, names, contracts.

use super::host::*;
use crate::protocol::charter::stand_in;
use crate::protocol::entry::{Choice, Confirmed};
use crate::protocol::event::*;
use crate::protocol::rules::check;
use crate::protocol::*;

/// A table with a charter, run until D1 has a head.
fn in_review() -> Host {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    host.run_until(agreeable, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    host
}

fn reasons(host: &Host, author: &str, moves: Vec<Move>) -> Vec<String> {
    check(&host.session, &seat(author), &reply("REVIEW", moves)).err().unwrap_or_default()
}

/// Both agreements that a reviewer owes, with the promises kept, then changed.
fn agreements(host: &Host, author: &str, change: impl Fn(&mut Move)) -> Vec<Move> {
    let asks = host.session.asks();
    let duties = asks.iter().find(|a| a.author == seat(author)).map(|a| a.duties.clone()).unwrap_or_default();
    let mut moves: Vec<Move> = duties
        .iter()
        .filter_map(|d| if let Duty::Review(id) = d { Some(agree(&host.session, *id, None)) } else { None })
        .collect();
    keep_promises(&host.session, &seat(author), &mut moves);
    moves.iter_mut().for_each(change);
    moves
}

#[test]
fn a_table_with_a_charter_reaches_consensus_and_keeps_its_promises() {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    super::invariants::hold(&host.session);
}

#[test]
fn the_first_claim_in_the_log_wins_and_is_the_owner_from_then_on() {
    let host = in_review();
    let claims: Vec<(String, SeatTag)> = host
        .session
        .entries()
        .iter()
        .flat_map(|e| e.moves.iter().map(|m| (e.author.to_string(), m.made.clone())))
        .filter_map(|(by, made)| if let Some(Made::Owner(owner)) = made { Some((by, owner)) } else { None })
        .collect();
    assert_eq!(claims.len(), 3, "three others claimed it, unseen by each other");
    assert!(claims.iter().all(|(_, owner)| owner.as_str() == "FRONTEND"), "{claims:?}");
    let decision = host.session.decision(id("D1")).unwrap();
    assert_eq!((decision.owner.as_str(), decision.open), ("FRONTEND", false));
    assert_eq!(host.session.docket(id("D1")).unwrap().head().unwrap().by, seat("FRONTEND"));
    let mut host = host;
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
}

#[test]
fn only_what_is_open_can_be_claimed_and_only_with_the_position() {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    host.run_until(agreeable, |s| s.framework().is_some());
    let with = |act: Move| vec![position(id("D1"), &seat("SECURITY")), act];
    let claim = |on: &str, why: &str| Move::Claim { decision: id(on), why: why.to_owned() };
    assert!(reasons(&host, "SECURITY", with(claim("D1", "mine"))).is_empty());
    assert!(reasons(&host, "SECURITY", with(claim("D2", "mine")))[0].contains("not open"));
    assert!(reasons(&host, "SECURITY", with(claim("D1", " ")))[0].contains("reason"));
    assert!(reasons(&host, "SECURITY", with(claim("D9", "mine")))[0].contains("agenda"));
    let host = in_review();
    assert!(reasons(&host, "SECURITY", vec![claim("D1", "late")]).iter().any(|r| r.contains("sealed position")));
}

#[test]
fn an_unclaimed_decision_stays_its_owners() {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    let quiet = |session: &Session, ask: &Ask| {
        let mut given = agreeable(session, ask);
        given.moves.retain(|m| !matches!(m, Move::Claim { .. }));
        given
    };
    host.run(quiet);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert_eq!(host.session.decision(id("D1")).unwrap().owner.as_str(), "BACKEND");
}

#[test]
fn no_agreement_counts_before_the_check_list_is_confirmed() {
    let host = in_review();
    let without = agreements(&host, "BACKEND", |m| {
        if let Move::Agree { confirms, .. } = m {
            confirms.clear();
        }
    });
    assert!(reasons(&host, "BACKEND", without).iter().any(|r| r.contains("missing 1, 2")));
    let half = agreements(&host, "BACKEND", |m| {
        if let Move::Agree { confirms, .. } = m {
            confirms.truncate(1);
        }
    });
    assert!(reasons(&host, "BACKEND", half).iter().any(|r| r.contains("missing 2")));
    let strange = agreements(&host, "BACKEND", |m| {
        if let Move::Agree { confirms, .. } = m {
            confirms.push(Confirmed { item: 3, how: " ".to_owned() });
        }
    });
    let told = reasons(&host, "BACKEND", strange);
    assert!(
        told.iter().any(|r| r.contains("point 3")) && told.iter().any(|r| r.contains("without saying how")),
        "{told:?}"
    );
    assert!(reasons(&host, "BACKEND", agreements(&host, "BACKEND", |_| ())).is_empty());
    let foreign = agreements(&host, "ARCHITECT", |m| {
        if let Move::Agree { confirms, .. } = m {
            confirms.push(Confirmed { item: 1, how: "fine".to_owned() });
        }
    });
    assert!(reasons(&host, "ARCHITECT", foreign).iter().any(|r| r.contains("your check list has 0")));
}

#[test]
fn an_owners_own_head_counts_once_its_list_is_confirmed() {
    let mut start = chartered(&["BACKEND", "SECURITY"], Limits::default());
    start.charter.reviewers.clear();
    let mut host = Host::with(start);
    let quiet = |session: &Session, ask: &Ask| {
        let mut given = dutiful(session, ask, 1, |_, _| Judge::Agree);
        given.moves.retain(|m| !matches!(m, Move::Claim { .. }));
        given
    };
    host.run_until(quiet, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    assert!(!host.session.has_judged(&id("BACKEND"), id("D1")), "its own text is not agreed to by putting it forward");
    assert_eq!(host.session.stance(&id("BACKEND"), id("D1")), Stance::Stale);
    let owed = duty::owed(&host.session);
    assert_eq!(owed[&seat("BACKEND")], [Duty::Review(id("D1"))]);
    host.run(quiet);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
}

#[test]
fn a_sensitive_decision_settles_only_with_a_security_review() {
    let host = in_review();
    // D1 asks about passwords; FRONTEND owns it by its claim, so ARCHITECT, the first reviewer, reviews it.
    assert_eq!(host.session.security_reviewer(id("D1")).map(SeatTag::as_str), Some("ARCHITECT"));
    assert_eq!(host.session.security_reviewer(id("D2")), None, "nothing in it is sensitive");
    let silent = |text: Option<&str>| {
        agreements(&host, "ARCHITECT", |m| {
            if let Move::Agree { decision, security, .. } = m
                && *decision == id("D1")
            {
                *security = text.map(str::to_owned);
            }
        })
    };
    assert!(reasons(&host, "ARCHITECT", silent(None)).iter().any(|r| r.contains("review it for security")));
    assert!(reasons(&host, "ARCHITECT", silent(Some("ok"))).iter().any(|r| r.contains("says nothing")));
    assert!(reasons(&host, "ARCHITECT", silent(Some("looked for replay: none"))).is_empty());
}

#[test]
fn words_and_phrases_make_a_decision_sensitive_wherever_they_stand() {
    let seats: Vec<SeatTag> = SEATS.iter().map(|s| s.parse().unwrap()).collect();
    let sensitive = |question: &str, criterion: &str, clause: &str| {
        let mut framework = framework(&seats, 1);
        framework.decisions[0].question = question.to_owned();
        framework.criteria[0].text = criterion.to_owned();
        let clauses = [clause.to_owned()];
        crate::protocol::charter::is_sensitive(VERSION, &framework, &framework.decisions[0], clauses.iter())
    };
    assert!(!sensitive("Which queue?", "holds under load", "the worker drains"));
    assert!(sensitive("How do people sign in?", "", ""));
    assert!(sensitive("Which queue?", "no PII in any log", ""));
    assert!(sensitive("Which queue?", "", "the API key is rotated"));
    assert!(!sensitive("Which tokenizer?", "authors agree", "a sign of life"));
}

#[test]
fn an_escalation_is_a_question_with_options_to_whoever_leads() {
    let mut host = in_review();
    let option = |option: &str| Choice { option: option.to_owned(), trade_off: "costs a week".to_owned() };
    let escalate = |options: Vec<Choice>| Move::Escalate {
        about: Target::Decision(id("D1")),
        text: "K1 or K2 first?".to_owned(),
        options,
    };
    let rest = agreements(&host, "SECURITY", |_| ())
        .into_iter()
        .filter(|m| matches!(m, Move::Agree { decision, .. } if *decision == id("D2")));
    let with = |options: Vec<Choice>| rest.clone().chain([escalate(options)]).collect::<Vec<_>>();
    assert!(reasons(&host, "SECURITY", with(vec![option("a")]))[0].contains("2 to 5 options"));
    assert!(reasons(&host, "SECURITY", with(vec![option("a"), option(" ")]))[0].contains("trade-off"));
    host.offer(&seat("SECURITY"), reply("REVIEW", with(vec![option("first K1"), option("first K2")]))).unwrap();
    for author in ["BACKEND", "FRONTEND", "ARCHITECT"] {
        if host.session.asks().iter().any(|a| a.author == seat(author)) {
            let moves = agreements(&host, author, |_| ());
            host.offer(&seat(author), reply("REVIEW", moves)).unwrap();
        }
    }
    host.reveal();
    let question = host.session.issue(id("Q1")).unwrap();
    assert_eq!(question.to, Some(Author::Supervisor));
    assert!(question.text.contains("(2) first K2: costs a week"), "{}", question.text);
    assert_eq!(duty::owed(&host.session)[&Author::Supervisor], [Duty::Answer(id("Q1"))]);
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
}

#[test]
fn with_a_person_in_the_room_an_escalation_goes_to_them() {
    let mut host = Host::with(Opening { human: true, ..chartered(&SEATS, Limits::default()) });
    host.run_until(agreeable, |s| s.framework().is_some());
    let option = |o: &str| Choice { option: o.to_owned(), trade_off: "more work".to_owned() };
    let act = Move::Escalate {
        about: Target::Framework,
        text: "Which law?".to_owned(),
        options: vec![option("EU"), option("US")],
    };
    host.offer(&seat("SECURITY"), reply("ANALYSIS", vec![position(id("D1"), &seat("SECURITY")), act])).unwrap();
    host.run_until(agreeable, |s| s.wave().number == 2);
    assert_eq!(host.session.issue(id("Q1")).unwrap().to, Some(Author::Human));
}

#[test]
fn names_go_where_the_charter_says_and_that_is_on_record() {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    host.run_until(agreeable, |s| s.framework().is_some());
    let ask =
        |to: &str| Move::Ask { to: to.to_owned(), about: Target::Decision(id("D2")), text: "who pays?".to_owned() };
    let own = |author: &str, act: Move| reply("ANALYSIS", vec![position(id("D1"), &seat(author)), act]);
    host.offer(&seat("BACKEND"), own("BACKEND", ask("@Web Team"))).unwrap();
    host.offer(&seat("SECURITY"), own("SECURITY", ask("tech-lead agent"))).unwrap();
    host.offer(&seat("FRONTEND"), own("FRONTEND", ask("web-team"))).unwrap();
    host.run_until(agreeable, |s| s.wave().number == 2);
    let made: Vec<String> = host
        .session
        .entries()
        .iter()
        .flat_map(|e| &e.moves)
        .filter_map(|m| if let Some(Made::Redirected(id, to)) = &m.made { Some(format!("{id} {to}")) } else { None })
        .collect();
    assert_eq!(made, ["Q1 FRONTEND", "Q2 SUPERVISOR", "Q3 SUPERVISOR"], "nobody is asked by itself");
    assert_eq!(stand_in(host.session.opening(), &Author::Supervisor, "who?"), Author::Supervisor);
    host.run(agreeable);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "nobody waits for who is not here");
}

#[test]
fn an_implementation_counts_once_its_partner_agreed_to_what_it_goes_with() {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    let implementing = |session: &Session, ask: &Ask| {
        let mut given = agreeable(session, ask);
        given.moves.retain(|m| !matches!(m, Move::Claim { .. }));
        if ask.author == seat("BACKEND") && ask.duties.contains(&Duty::Draft(id("D1"))) {
            given.kind = "IMPLEMENTATION".to_owned();
        }
        given
    };
    host.run_until(implementing, |s| s.docket(id("D1")).is_some_and(|d| d.head.is_some()));
    let waits = |host: &Host| {
        let entry = host.session.entries().iter().find(|e| e.kind == "IMPLEMENTATION").unwrap();
        host.session.implementation_waits_for(entry)
    };
    let both = [(id("D1"), id("FRONTEND")), (id("D1"), id("BACKEND"))];
    assert_eq!(waits(&host), both.into(), "nor does its author's own text count before its list is confirmed");
    host.run(implementing);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert!(waits(&host).is_empty());
}

/// A table of format `version` whose IMPLEMENTATION by BACKEND comes with its objection to D1, which FRONTEND agrees to.
fn implementing_against_its_contract(version: u16) -> Vec<(DecisionId, SeatTag)> {
    let mut host = Host::with(Opening { version, ..chartered(&SEATS, Limits::default()) });
    let script = |session: &Session, ask: &Ask| {
        let objects = ask.author == seat("BACKEND") && ask.duties.contains(&Duty::Review(id("D1")));
        let judge = |_: &Author, on: DecisionId| if objects && on == id("D1") { Judge::Object } else { Judge::Agree };
        let mut given = dutiful(session, ask, 2, judge);
        keep_promises(session, &ask.author, &mut given.moves);
        if objects && given.moves.iter().any(|m| matches!(m, Move::Object { .. })) {
            given.kind = "IMPLEMENTATION".to_owned();
        }
        given
    };
    host.run_until(script, |s| s.entries().iter().any(|e| e.kind == "IMPLEMENTATION"));
    let entry = host.session.entries().iter().find(|e| e.kind == "IMPLEMENTATION").unwrap();
    assert!(entry.moves.iter().any(|m| matches!(m.act, Move::Object { .. })));
    host.session.implementation_waits_for(entry).into_iter().collect()
}

#[test]
fn an_implementation_does_not_count_while_its_own_author_objects_to_the_contract() {
    let waits = implementing_against_its_contract(VERSION);
    assert!(waits.contains(&(id("D1"), id("BACKEND"))), "{waits:?}");
    let before = implementing_against_its_contract(KEEPS_CONTRACTS - 1);
    assert!(!before.contains(&(id("D1"), id("BACKEND"))), "an earlier session keeps its rule: {before:?}");
}

#[test]
fn a_seat_answers_to_its_trade_wherever_it_stands_in_a_name() {
    let opening = chartered(&SEATS, Limits::default());
    let answers = |opening: &Opening, by: &str, name: &str| stand_in(opening, &seat(by), name).to_string();
    assert_eq!(answers(&opening, "BACKEND", "@senior-security-expert"), "SECURITY");
    assert_eq!(answers(&opening, "BACKEND", "the Frontend developer"), "FRONTEND");
    assert_eq!(answers(&opening, "BACKEND", "our web team"), "FRONTEND", "a trade that the charter maps");
    assert_eq!(answers(&opening, "SECURITY", "security expert"), "SUPERVISOR", "nobody answers itself");
    assert_eq!(answers(&opening, "BACKEND", "tech-lead"), "SUPERVISOR", "who is known to be absent stays so");
    assert_eq!(answers(&opening, "BACKEND", "insecurity"), "SUPERVISOR", "whole words only");
    let before = Opening { version: KEEPS_CONTRACTS - 1, ..opening };
    assert_eq!(
        answers(&before, "BACKEND", "senior-security-expert"),
        "SUPERVISOR",
        "an earlier session keeps its answers"
    );
}

#[test]
fn what_asks_for_nothing_is_written_as_it_always_was() {
    let plain = serde_json::to_string(&Event::Opened(opening(&SEATS, Limits::default()))).unwrap();
    assert!(!plain.contains("charter"));
    let host = in_review();
    let texts: Vec<String> = host.events.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
    assert!(texts[0].contains("\"charter\""));
    let read: Vec<Event> = texts.iter().map(|t| serde_json::from_str(t).unwrap()).collect();
    assert_eq!(Session::fold(&read).unwrap(), host.session);
    let act = serde_json::to_string(&agree(&host.session, id("D2"), None)).unwrap();
    assert!(!act.contains("confirms") && !act.contains("security"), "{act}");
}
