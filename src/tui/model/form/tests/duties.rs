//! Every duty: its form, filled in, is a reply that the rules accept, and says what was meant.

use super::hand::{Alone, Hand, WORDS, others, until, written};
use crate::protocol::entry::{Change, How};
use crate::protocol::event::{Limits, Outcome};
use crate::protocol::tests::host::{Host, Judge, SEATS, agree, chartered, dispose_all, dutiful, object, reply, seat};
use crate::protocol::*;

fn architect() -> Author {
    seat("ARCHITECT")
}

fn d(n: u16) -> DecisionId {
    DecisionId(n)
}

/// Everybody speaks by rule, with something more in the first reply of `who` that reviews `on`.
fn with_more(who: &str, on: DecisionId, act: impl Fn(&Session) -> Move) -> impl FnMut(&Session, &Ask) -> Reply {
    let who = seat(who);
    let mut done = false;
    move |session, ask| {
        let mut reply = others(session, ask);
        if !done && ask.author == who && ask.duties.contains(&Duty::Review(on)) {
            done = true;
            reply.moves.push(act(session));
        }
        reply
    }
}

/// Others object once to each head of `on`.
fn objecting_once(on: DecisionId) -> impl FnMut(&Session, &Ask) -> Reply {
    move |session, ask| {
        dutiful(session, ask, 4, |author, id| {
            let judged = author.seat().and_then(|s| session.docket(id)?.verdicts.get(s)).is_some();
            if id == on && *author == seat("SECURITY") && !judged { Judge::Object } else { Judge::Agree }
        })
    }
}

fn accepted(host: &mut Host, ask: &Ask, wishes: &[(&str, &str)]) -> Reply {
    let reply = written(&host.session, ask, wishes);
    host.offer(&ask.author, reply.clone()).unwrap();
    reply
}

fn disposed(reply: &Reply, item: &str) -> How {
    let found = reply.moves.iter().find_map(|m| match m {
        Move::Dispose { item: of, how, .. } if of.to_string() == item => Some(how.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{item} is forgotten: {reply:#?}"))
}

#[test]
fn a_position_on_each_decision_that_one_cares_about() {
    let (mut host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Position);
    let wishes = [
        ("D2/takes", "no"),
        ("D3/takes", "no"),
        ("D1/confidence", "70"),
        ("D1/choice", "One table."),
        ("more/what", "ask"),
        ("more/what", "concern"),
        ("ask/0/to", "BACKEND"),
        ("ask/0/about", "D1"),
    ];
    let reply = accepted(&mut host, &ask, &wishes);
    let on = |id| reply.moves.iter().any(|m| matches!(m, Move::Position { decision, .. } if *decision == id));
    assert!(on(d(1)) && on(d(4)) && !on(d(2)) && !on(d(3)));
    assert!(matches!(&reply.moves[0], Move::Position { choice, confidence: 70, .. } if choice == "One table."));
    assert!(reply.moves.iter().any(|m| matches!(m, Move::Ask { to, .. } if to == "BACKEND")));
    assert!(reply.moves.iter().any(|m| matches!(m, Move::Concern { .. })));
    assert_eq!((reply.kind.as_str(), reply.content.as_str()), ("ANALYSIS", WORDS));
}

#[test]
fn a_first_text_weighs_every_position() {
    let (mut host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Draft(d(4)));
    let wishes = [
        ("D4/clauses", "First clause,\nin two lines.\n\n\nSecond clause."),
        ("D4/assumptions", "One region.\nOne writer."),
        ("D4/extras", "rejected"),
        ("D4/extras", "actions"),
        ("rejected/0/option", "Two regions"),
        ("action/0/what", "Write the migration"),
        ("action/0/owner", "BACKEND"),
        ("D4/SECURITY/how", "partly"),
        ("D4/BACKEND/how", "declined"),
    ];
    let reply = accepted(&mut host, &ask, &wishes);
    let Move::Propose(draft) = &reply.moves[0] else { panic!("{reply:#?}") };
    assert_eq!(draft.clauses, ["First clause,\nin two lines.", "Second clause."]);
    assert_eq!(draft.assumptions, ["One region.", "One writer."]);
    assert_eq!((draft.rejected.len(), draft.rejected[0].option.as_str()), (1, "Two regions"));
    assert_eq!((draft.actions.len(), draft.actions[0].owner.as_str()), (1, "BACKEND"));
    assert_eq!(disposed(&reply, "D4/SECURITY"), How::Partly);
    assert_eq!(disposed(&reply, "D4/FRONTEND"), How::Adopted);
    assert_eq!(reply.kind, "PROPOSAL");
}

#[test]
fn a_revision_gives_only_what_changed() {
    let (mut host, ask) = until(Host::new(&SEATS), objecting_once(d(4)), |duty| *duty == Duty::Revise(d(4)));
    let wishes = [
        ("D4/text", "new"),
        ("clause/1", "The first try is refused."),
        ("clause/2", ""),
        ("head/added", "A third clause.\n\nA fourth."),
        ("O1/how", "addressed"),
        ("O1/clause", "3"),
    ];
    let reply = accepted(&mut host, &ask, &wishes);
    let Move::Amend(amendment) = &reply.moves[0] else { panic!("{reply:#?}") };
    let replaced = Change::Replace { clause: 1, text: "The first try is refused.".to_owned() };
    let added = |text: &str| Change::Add { text: text.to_owned() };
    let expected = [replaced, Change::Strike { clause: 2 }, added("A third clause."), added("A fourth.")];
    assert_eq!(amendment.changes, expected);
    assert_eq!((amendment.base.to_string().as_str(), &amendment.assumptions), ("D4.1", &None));
    assert_eq!(disposed(&reply, "O1"), How::Addressed { clause: 3 });
}

#[test]
fn a_rebuttal_keeps_the_text() {
    for (how, clause) in [("declined", ""), ("risk", ""), ("reading", "2"), ("addressed", "0")] {
        let (mut host, ask) = until(Host::new(&SEATS), objecting_once(d(4)), |duty| *duty == Duty::Revise(d(4)));
        let wishes =
            [("D4/text", "keep"), ("O1/how", how), ("O1/clause", clause), ("O1/reading", "A try is a request.")];
        let reply = accepted(&mut host, &ask, &wishes);
        assert_eq!(reply.moves.len(), 1, "{reply:#?}");
        let expected = match how {
            "declined" => How::Declined,
            "risk" => How::Risk,
            "reading" => How::Reading { clause: 2, reading: "A try is a request.".to_owned() },
            _ => How::Addressed { clause: 0 },
        };
        assert_eq!(disposed(&reply, "O1"), expected);
    }
}

#[test]
fn concerns_and_alternatives_are_disposed_of_one_by_one() {
    let about = Target::Decision(d(4));
    let concern =
        Move::Concern { about, clause: 1, criterion: CriterionId(1), text: "It may be slow at night.".to_owned() };
    for (how, given) in [("declined", How::Declined), ("risk", How::Risk)] {
        let speak = with_more("FRONTEND", d(4), |_| concern.clone());
        let (mut host, ask) = until(Host::new(&SEATS), speak, |duty| *duty == Duty::Dispose(d(4)));
        let reply = accepted(&mut host, &ask, &[("C1/how", how)]);
        assert_eq!(disposed(&reply, "C1"), given);
    }
    let beside = |session: &Session| crate::protocol::tests::host::amend(session, d(4), "as FRONTEND would have it");
    for (how, given) in [("adopted", How::Adopted), ("declined", How::Declined)] {
        let (mut host, ask) =
            until(Host::new(&SEATS), with_more("FRONTEND", d(4), beside), |duty| *duty == Duty::Dispose(d(4)));
        let reply = accepted(&mut host, &ask, &[("D4.2/how", how)]);
        assert_eq!(disposed(&reply, "D4.2"), given);
    }
}

#[test]
fn a_review_agrees_objects_or_asks() {
    let review = |wishes: &[(&str, &str)]| {
        let (mut host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Review(d(1)));
        accepted(&mut host, &ask, wishes)
    };
    let reply = review(&[("D1/agree/criteria", "K2")]);
    let Move::Agree { decision, criteria, because, resolved_by, .. } = &reply.moves[0] else { panic!("{reply:#?}") };
    assert_eq!(
        (*decision, criteria.as_slice(), resolved_by),
        (d(1), [CriterionId(1), CriterionId(2)].get(1..).unwrap(), &None)
    );
    assert_eq!(because, WORDS);

    let reply = review(&[("D1.1/verdict", "object"), ("D1/object/clause", "2"), ("D1/object/criterion", "K2")]);
    assert!(matches!(&reply.moves[0], Move::Object { clause: 2, criterion: CriterionId(2), rests_on: None, .. }));

    let reply = review(&[("D1.1/verdict", "ask"), ("D1/ask/to", "SECURITY")]);
    assert!(
        matches!(&reply.moves[0], Move::Ask { to, about: Target::Decision(DecisionId(1)), .. } if to == "SECURITY")
    );
}

#[test]
fn a_review_may_bring_concerns_and_a_text_of_its_own() {
    let (mut host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Review(d(1)));
    let wishes = [
        ("D1/besides", "concern"),
        ("D1/besides", "alternative"),
        ("D1/concern/0/clause", "2"),
        ("D1/concern/1/text", "And another thing that may go wrong."),
        ("D1.1/beside/clause/1", "Another first clause."),
    ];
    let reply = accepted(&mut host, &ask, &wishes);
    let concerns = reply.moves.iter().filter(|m| matches!(m, Move::Concern { .. })).count();
    assert_eq!(concerns, 2, "{reply:#?}");
    assert!(reply.moves.iter().any(|m| matches!(m, Move::Amend(a) if a.changes.len() == 1)), "{reply:#?}");
    assert!(reply.moves.iter().any(|m| matches!(m, Move::Agree { decision: DecisionId(1), .. })));
}

/// ARCHITECT objects to D1 at first sight and its owner answers with a new head, or with words alone.
fn after_objecting(rebuts: bool) -> (Host, Ask) {
    let speak = move |session: &Session, ask: &Ask| {
        if ask.author == architect() && ask.duties.contains(&Duty::Review(d(1))) {
            return written(session, ask, &[("D1.1/verdict", "object"), ("D1/object/clause", "1")]);
        }
        if rebuts && ask.duties.contains(&Duty::Revise(d(1))) {
            let mut moves = Vec::new();
            dispose_all(session, d(1), &mut moves);
            return reply("REVIEW", moves);
        }
        others(session, ask)
    };
    until(Host::new(&SEATS), speak, |duty| matches!(duty, Duty::Stand(_)))
}

#[test]
fn an_objector_stands_withdraws_or_agrees() {
    for rebuts in [false, true] {
        let (mut host, ask) = after_objecting(rebuts);
        assert_eq!(ask.duties.contains(&Duty::Review(d(1))), !rebuts);
        let reply = accepted(&mut host, &ask, &[("O1/stand", "stand")]);
        assert!(matches!(&reply.moves[..], [Move::Stand { .. }]), "{reply:#?}");

        let (mut host, ask) = after_objecting(rebuts);
        let reply = accepted(&mut host, &ask, &[("O1/stand", "withdraw")]);
        assert!(matches!(&reply.moves[0], Move::Withdraw { .. }), "{reply:#?}");

        let (mut host, ask) = after_objecting(rebuts);
        let reply = accepted(&mut host, &ask, &[("O1/stand", "agree")]);
        let head = host.session.docket(d(1)).unwrap().head.unwrap().1;
        let [Move::Agree { resolved_by: Some(by), .. }] = &reply.moves[..] else { panic!("{reply:#?}") };
        assert_eq!(*by == head, !rebuts, "{by}");
    }
}

#[test]
fn an_objector_may_agree_in_its_review_alone() {
    let (host, ask) = after_objecting(false);
    let mut hand = Alone::of(&host.session, &ask);
    let verdict = hand.form.tasks.iter().flat_map(|t| &t.fields).find(|f| f.key == "D1.2/verdict").cloned().unwrap();
    hand.answer(&verdict, Some("agree"));
    hand.fill_in(&[]);
    let reply = hand.reply().unwrap();
    assert!(matches!(&reply.moves[..], [Move::Agree { resolved_by: Some(_), .. }]), "{reply:#?}");
}

#[test]
fn what_changed_since_the_last_verdict_is_told() {
    let (host, ask) = after_objecting(false);
    let hand = Alone::of(&host.session, &ask);
    let review = hand.form.tasks.iter().find(|t| t.key == "D1/review").unwrap();
    assert!(review.context.contains("*(changed; it was:)* the first clause"), "{}", review.context);
    let objection = hand.form.tasks.iter().find(|t| t.key == "O1").unwrap();
    assert!(objection.context.contains("Answered by BACKEND"), "{}", objection.context);
}

#[test]
fn a_question_is_answered() {
    let ask_us = |_: &Session| Move::Ask {
        to: "ARCHITECT".to_owned(),
        about: Target::Decision(d(4)),
        text: "Who runs it at night?".to_owned(),
    };
    let speak = with_more("FRONTEND", d(4), ask_us);
    let (mut host, ask) = until(Host::new(&SEATS), speak, |duty| matches!(duty, Duty::Answer(_)));
    let reply = accepted(&mut host, &ask, &[("Q1/answer", "We do.")]);
    assert!(matches!(&reply.moves[0], Move::Answer { text, .. } if text == "We do."));
}

/// D4 has a head, and a person directs.
fn directed() -> (Host, Ask) {
    let (mut host, _) = until(Host::new(&SEATS), others, |duty| matches!(duty, Duty::Review(_)));
    let said = reply("DIRECTION", vec![Move::Direct { text: "No new service.".to_owned() }]);
    let at = host.tick();
    host.append(Event::Posted { author: Author::Human, reply: said, at });
    until(host, others, |duty| matches!(duty, Duty::Heed(_)))
}

#[test]
fn a_direction_is_heeded_in_words_and_may_change_an_own_text() {
    let (mut host, ask) = directed();
    let reply = accepted(&mut host, &ask, &[("/heed", "We run none.")]);
    assert!(reply.content.contains("We run none."), "{}", reply.content);

    let (mut host, ask) = directed();
    let reply = accepted(&mut host, &ask, &[("D4/text", "new"), ("clause/1", "No service of its own.")]);
    assert!(reply.moves.iter().any(|m| matches!(m, Move::Amend(a) if a.decision == d(4))), "{reply:#?}");
}

#[test]
fn a_premortem_records_risks_or_objects() {
    // Whose sealed position survived least is asked: with one seat beside it, everybody's turn comes.
    let premortem = |wishes: &[(&str, &str)]| {
        let mut host = Host::new(&["ARCHITECT", "BACKEND"]);
        let due = |s: &Session| s.asks().into_iter().find(|a| a.duties == [Duty::Premortem]);
        host.run_until(|s, a| dutiful(s, a, 2, |_, _| Judge::Agree), |s| due(s).is_some());
        let ask = due(&host.session).unwrap();
        accepted(&mut host, &ask, wishes)
    };
    let reply = premortem(&[("risk/1/scenario", "Nobody ran it."), ("risk/0/about", "D2")]);
    assert_eq!(reply.moves.len(), 2, "{reply:#?}");
    assert!(matches!(&reply.moves[0], Move::Risk { about: Target::Decision(DecisionId(2)), .. }));
    let reply = premortem(&[("premortem/what", "object"), ("closing/decision", "D2"), ("D2/object/clause", "1")]);
    assert!(matches!(&reply.moves[..], [Move::Object { about: Target::Decision(DecisionId(2)), .. }]));
}

#[test]
fn a_signature_is_plain_or_reserved_or_an_objection() {
    let sign = |wishes: &[(&str, &str)]| {
        let (mut host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Sign);
        accepted(&mut host, &ask, wishes)
    };
    assert!(matches!(&sign(&[]).moves[..], [Move::Sign { reservation: None, .. }]));
    let reply = sign(&[("/sign", "reserve"), ("sign/reservation", "I would have waited.")]);
    assert!(matches!(&reply.moves[..], [Move::Sign { reservation: Some(r), .. }] if r == "I would have waited."));
    let reply = sign(&[("/sign", "object"), ("closing/decision", "D1"), ("D1/object/clause", "1")]);
    assert!(matches!(&reply.moves[..], [Move::Object { .. }]));
}

#[test]
fn a_definitions_check_list_and_security_review_go_with_the_agreement() {
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    let mut lists = 0;
    host.run(|session, ask| {
        if ask.author == Author::Supervisor {
            return others(session, ask);
        }
        let owed = ask.author.seat().is_some_and(|s| session.owes_checklist(s));
        let wishes = [
            ("checklist/1", "Amounts are integers with a currency."),
            ("agree/security", "Nothing is stored in the clear."),
        ];
        let reply = written(session, ask, &wishes);
        let listed = reply.moves.iter().any(|m| matches!(m, Move::Agree { confirms, .. } if confirms.len() == 2));
        let agrees = reply.moves.iter().any(|m| matches!(m, Move::Agree { .. }));
        assert_eq!(listed, owed && agrees, "{reply:#?}");
        lists += usize::from(listed);
        reply
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    assert_eq!(lists, 1);
    let reviews = host.session.entries().iter().flat_map(|e| &e.moves);
    let said =
        reviews.filter(|m| matches!(&m.act, Move::Agree { security: Some(s), .. } if s.starts_with("Nothing"))).count();
    assert!(said > 0);
}

#[test]
fn a_choice_is_put_to_whoever_leads_with_its_ways_out() {
    let (mut host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Review(d(1)));
    let wishes = [("D1.1/verdict", "escalate"), ("escalate/way/2/option", "Wait."), ("more/what", "escalate")];
    let reply = accepted(&mut host, &ask, &wishes);
    let ways: Vec<usize> = reply
        .moves
        .iter()
        .filter_map(|m| match m {
            Move::Escalate { options, .. } => Some(options.len()),
            _ => None,
        })
        .collect();
    assert_eq!(ways, [3, 3], "{reply:#?}");
}

#[test]
fn an_open_decision_is_claimed_with_the_position() {
    let open = |session: &Session, ask: &Ask| {
        let mut reply = others(session, ask);
        if let Some(Move::Frame { framework }) = reply.moves.first_mut() {
            framework.decisions[0].open = true;
        }
        reply
    };
    let (mut host, ask) = until(Host::new(&SEATS), open, |duty| *duty == Duty::Position);
    let reply = accepted(&mut host, &ask, &[("D1/claim", "claim")]);
    assert!(reply.moves.iter().any(|m| matches!(m, Move::Claim { decision: DecisionId(1), .. })), "{reply:#?}");
}

#[test]
fn a_debate_in_which_every_seat_is_played_through_forms_reaches_consensus() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| match &ask.author {
        Author::Supervisor => others(session, ask),
        _ => written(session, ask, &[]),
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
}

#[test]
fn a_seat_that_quarrels_through_forms_ends_in_consensus_too() {
    let mut host = Host::new(&SEATS);
    host.run(|session, ask| {
        if ask.author != architect() {
            return objecting_once(d(4))(session, ask);
        }
        let wishes = [
            ("D1.1/verdict", "object"),
            ("D1/object/clause", "1"),
            ("O1/stand", "agree"),
            ("O2/stand", "agree"),
            ("D4/text", "new"),
            ("D4.1/head/clause/1", "Refused at once."),
            ("/how", "addressed"),
            ("/how", "partly"),
            ("/clause", "1"),
        ];
        let kept: Vec<_> =
            wishes.iter().filter(|(key, value)| *key != "/how" || fits(session, value)).copied().collect();
        written(session, ask, &kept)
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "{:?}", host.outcome());
    assert!(host.session.issues().len() >= 2);
}

/// Positions are taken up in part, issues addressed: only one of the two words is right at a time.
fn fits(session: &Session, value: &str) -> bool {
    let drafted = session.docket(d(4)).is_some_and(|docket| docket.head.is_some());
    (value == "addressed") == drafted
}

#[test]
fn agreement_is_to_the_head_and_no_other_text() {
    let (host, ask) = until(Host::new(&SEATS), others, |duty| *duty == Duty::Review(d(1)));
    let reply = written(&host.session, &ask, &[]);
    let Move::Agree { digest, .. } = &reply.moves[0] else { panic!("{reply:#?}") };
    let Move::Agree { digest: head, .. } = agree(&host.session, d(1), None) else { panic!() };
    assert_eq!(*digest, head);
    let Move::Object { digest, .. } = object(&host.session, d(1)) else { panic!() };
    assert_eq!(digest, head);
}
