//! Arbitrary replies: legal, illegal, stale, forged, of seats that fail. The invariants hold whatever comes.

use super::host::*;
use super::invariants;
use crate::protocol::event::*;
use crate::protocol::session::Life;
use crate::protocol::*;
use proptest::prelude::*;

/// An endless stream of choices out of a finite one; runs dry into zeros, which are the agreeable choice.
struct Choices<'a>(std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn below(&mut self, n: u16) -> u16 {
        self.0.next().copied().unwrap_or(0) % n
    }
}

fn any_reply(session: &Session, ask: &Ask, choices: &mut Choices<'_>) -> Reply {
    let judges = [Judge::Agree, Judge::Agree, Judge::Object, Judge::Ask];
    let picked: Vec<Judge> = (0..8).map(|_| judges[choices.below(4) as usize]).collect();
    let mut given = dutiful(session, ask, 2, |_, id| picked[id.0 as usize % 8]);
    for _ in 0..choices.below(4) {
        let extra = any_move(session, choices);
        match choices.below(4) {
            0 => given.moves.push(extra),
            1 => given.moves.insert(0, extra),
            2 if !given.moves.is_empty() => {
                let at = choices.below(given.moves.len() as u16) as usize;
                given.moves[at] = extra;
            }
            _ => {
                given.moves.pop();
            }
        }
    }
    given
}

fn any_move(session: &Session, choices: &mut Choices<'_>) -> Move {
    let decision = DecisionId(choices.below(4) + 1);
    let version = choices.below(4) + 1;
    let issue = |choices: &mut Choices<'_>| {
        let kind = [IssueKind::Objection, IssueKind::Concern, IssueKind::Question][choices.below(3) as usize];
        IssueId { kind, number: choices.below(5) + 1 }
    };
    let digest = match choices.below(4) {
        0 => "deadbeefdeadbeef".to_owned(),
        1 => {
            session.docket(decision).and_then(|d| d.proposals.first()).map(|p| p.digest.to_string()).unwrap_or_default()
        }
        2 => session.accord_digest().map(|d| d.to_string()).unwrap_or_default(),
        _ => head_digest(session, decision),
    };
    let seats: Vec<SeatTag> = session.seats().cloned().collect();
    let entry = Some(EntryNumber(u32::from(choices.below(30)))).filter(|e| e.0 % 3 > 0);
    let text = "some text that is long enough".to_owned();
    match choices.below(18) {
        0 => Move::Frame { framework: framework(&seats, choices.below(4)) },
        1 => position(decision, &seat("BACKEND")),
        2 => draft(decision, &["a clause", &format!("variant {version}")]),
        3 if session.docket(decision).is_some_and(|d| d.head.is_some()) => {
            amend(session, decision, &format!("v{version}"))
        }
        3 | 4 => Move::Agree {
            decision,
            digest,
            criteria: vec![CriterionId(1)],
            because: text,
            resolved_by: entry,
            confirms: vec![],
            security: None,
        },
        5 => Move::Object {
            about: Target::Decision(decision),
            digest,
            clause: choices.below(4),
            criterion: CriterionId(choices.below(3)),
            fails_when: text.clone(),
            resolved_if: text,
            rests_on: entry,
        },
        6 => Move::Concern { about: Target::Framework, clause: choices.below(3), criterion: CriterionId(1), text },
        7 => Move::Concern {
            about: Target::Decision(decision),
            clause: choices.below(3),
            criterion: CriterionId(1),
            text,
        },
        8 => {
            let to = ["SECURITY", "supervisor", "tech-lead", "HUMAN", "BACKEND"][choices.below(5) as usize].to_owned();
            Move::Ask { to, about: Target::Decision(decision), text }
        }
        9 => Move::Answer { question: issue(choices), text },
        10 => {
            let item = match choices.below(3) {
                0 => Item::Issue(issue(choices)),
                1 => Item::Alternative(ProposalId { decision, version }),
                _ => Item::Position(decision, seats[choices.below(seats.len() as u16) as usize].clone()),
            };
            let reading = How::Reading { clause: choices.below(4), reading: text.clone() };
            let hows =
                [How::Addressed { clause: 1 }, reading, How::Declined, How::Moot, How::Risk, How::Adopted, How::Partly];
            Move::Dispose { item, how: hows[choices.below(7) as usize].clone(), why: text }
        }
        11 => Move::Withdraw { issue: issue(choices), why: text },
        12 => Move::Stand { issue: issue(choices), digest, why: text },
        13 => Move::Rule { issue: issue(choices), ruling: entry::Ruling::Duplicate, why: text },
        14 => Move::Sign { digest, reservation: Some(text) },
        15 => Move::Claim { decision, why: text },
        16 => {
            let option = entry::Choice { option: text.clone(), trade_off: text.clone() };
            Move::Escalate { about: Target::Decision(decision), text, options: vec![option; choices.below(4) as usize] }
        }
        _ => risk(decision),
    }
}

/// Drives a debate by `choices`, with forged events thrown in; every forged one must be refused.
fn drive(choices: &mut Choices<'_>, seats: &[&str]) -> Host {
    let limits = Limits { waves: 14, mediations: 2, ..Limits::default() };
    let start = if choices.below(2) == 1 { chartered(seats, limits) } else { opening(seats, limits) };
    let mut host = Host::with(start);
    loop {
        forge(&mut host, choices);
        let at = host.tick();
        match host.session.step(at) {
            Step::Ask(asks) => {
                let ask = &asks[choices.below(asks.len() as u16) as usize];
                if choices.below(12) == 1 {
                    // The seat fails: the host stops and carries on later. Nothing counts for it meanwhile.
                    let cause = Cause::Unreachable { author: ask.author.clone(), reason: "refused".into() };
                    host.append(Event::Suspended { cause, at });
                    host.append(Event::Resumed { limits: host.session.limits().clone(), models: vec![], at });
                    continue;
                }
                let given = any_reply(&host.session, ask, choices);
                let _ = host.offer(&ask.author, given);
            }
            Step::Reveal => host.reveal(),
            Step::Close(outcome) => host.append(Event::Closed { outcome, at }),
            Step::Rest(cause) => host.append(Event::Suspended { cause, at }),
            Step::Escalate(_) => unreachable!("no person is in the room"),
            Step::Idle => return host,
        }
        invariants::hold(&host.session);
    }
}

/// Events nobody may append: a consensus that does not hold, an early reveal, a reply in another's name.
fn forge(host: &mut Host, choices: &mut Choices<'_>) {
    let at = host.tick();
    let digest = host.session.accord_digest().unwrap_or_else(|| Digest::of(b"nothing"));
    let forged = match choices.below(8) {
        1 if host.session.consensus().is_none() => Event::Closed { outcome: Outcome::Consensus { digest }, at },
        2 if host.session.step(at) != Step::Reveal => Event::Revealed { at },
        3 => {
            let asked: Vec<Author> = host.session.asks().into_iter().map(|a| a.author).collect();
            let Some(other) = host.session.seats().cloned().map(Author::Seat).find(|a| !asked.contains(a)) else {
                return;
            };
            let timing = entry::Timing { asked: at, first: None, ended: at };
            let moves = vec![agree(&host.session, id("D1"), None)];
            Event::Replied {
                author: other,
                reply: reply("REVIEW", moves),
                repairs: vec![],
                timing,
                usage: Usage::default(),
            }
        }
        _ => return,
    };
    let before = host.session.clone();
    assert!(host.session.apply(&forged).is_err(), "{forged:?}");
    assert_eq!(host.session, before, "a refused event changes nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_invariants_hold_for_arbitrary_replies(stream in proptest::collection::vec(any::<u16>(), 0..700), seats in 2..=4usize) {
        let host = drive(&mut Choices(stream.iter()), &SEATS[..seats]);
        prop_assert!(!matches!(host.session.life(), Life::Running), "every debate ends");
    }

    #[test]
    fn folding_a_prefix_and_carrying_on_equals_folding_the_whole(
        stream in proptest::collection::vec(any::<u16>(), 0..300),
        cut in any::<prop::sample::Index>(),
    ) {
        let host = drive(&mut Choices(stream.iter()), &SEATS);
        let lines: Vec<String> = host.events.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
        let read: Vec<Event> = lines.iter().map(|l| serde_json::from_str(l).unwrap()).collect();
        prop_assert_eq!(&read, &host.events, "an event reads back as it was written");
        let cut = cut.index(read.len()) + 1;
        let mut session = Session::fold(&read[..cut]).unwrap();
        let again = Session::fold(&host.events[..cut]).unwrap();
        prop_assert_eq!(session.step(session.clock().last), again.step(again.clock().last));
        for event in &read[cut..] {
            session.apply(event).unwrap();
        }
        prop_assert_eq!(session, host.session);
    }
}

#[test]
fn arbitrary_debates_reach_every_kind_of_end() {
    let mut ends = [0; 3];
    for seed in 0..400u32 {
        // A plain linear congruence: the point is variety that is the same every time.
        let mut x = seed;
        let stream: Vec<u16> = (0..400)
            .map(|_| {
                x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Mostly the agreeable choice, so that some debates get somewhere.
                if (x >> 28) < 11 { 0 } else { (x >> 12) as u16 }
            })
            .collect();
        match drive(&mut Choices(stream.iter()), &SEATS[..3]).session.life() {
            Life::Closed(Outcome::Consensus { .. }) => ends[0] += 1,
            Life::Closed(_) => ends[1] += 1,
            _ => ends[2] += 1,
        }
    }
    assert!(ends.iter().all(|n| *n > 0), "consensus, other ends, suspended: {ends:?}");
}
