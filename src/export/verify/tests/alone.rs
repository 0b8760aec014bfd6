//! Consensus worked out from the entries alone, without the rules having been asked first.

use super::*;
use crate::export::verify::consensus::{Recomputed, recompute};
use crate::protocol::tests::host::agreeable;
use crate::protocol::{Digest, Entry, EntryNumber, IssueKind, SeatTag, Target};

fn of(session: &Session, entries: &[impl std::borrow::Borrow<Entry>]) -> Recomputed {
    let seats: Vec<SeatTag> = session.seats().cloned().collect();
    recompute(session.opening(), &seats, entries)
}

/// At every event, both ways of working out consensus agree.
#[track_caller]
fn agree_throughout(events: &[Event]) {
    let mut session = Session::open(&events[0]).unwrap();
    for (at, event) in events.iter().enumerate().skip(1) {
        session.apply(event).unwrap();
        let found = of(&session, session.entries());
        assert_eq!(found.faults, [], "after {at}");
        assert_eq!(found.accord, session.accord_digest(), "after {at}");
        assert_eq!(found.consensus(), session.consensus().as_ref(), "after {at}: {:?}", found.lacks);
    }
}

#[test]
fn it_agrees_with_the_fold_at_every_step() {
    agree_throughout(&AGREED);
    agree_throughout(&blocked());
    let mut four = Host::new(&crate::protocol::tests::host::SEATS);
    four.run(agreeable);
    agree_throughout(&four.events);
    // Objections and questions here and there, by a rule that changes from wave to wave.
    for seed in 0..24_u32 {
        let mut host = Host::with(opening(&["BACKEND", "FRONTEND", "SECURITY"], Limits::default()));
        host.run(|session, ask| {
            let wave = session.wave().number;
            dutiful(session, ask, 2, |author, decision| {
                let dice = Digest::of(format!("{seed} {wave} {author} {decision}").as_bytes());
                match dice.as_str().as_bytes()[0] {
                    b'0'..=b'3' if wave < 7 => Judge::Object,
                    b'4' if wave < 7 => Judge::Ask,
                    _ => Judge::Agree,
                }
            })
        });
        agree_throughout(&host.events);
    }
}

/// A signer objects, the owner revises, and the others sign beside their reviews.
#[test]
fn a_reopened_ratification_needs_every_signature_again_but_no_second_pre_mortem() {
    let mut host = Host::new(&["BACKEND", "SECURITY"]);
    let mut objected = false;
    host.run(|session, ask| {
        let mut reply = dutiful(session, ask, 1, |_, _| Judge::Agree);
        let signs = ask.kind == crate::protocol::AskKind::Signature;
        if signs && !objected && ask.author.to_string() == "SECURITY" {
            objected = true;
            reply.moves = vec![crate::protocol::tests::host::object(session, crate::protocol::DecisionId(1))];
        }
        reply
    });
    assert!(objected && matches!(host.outcome(), crate::protocol::event::Outcome::Consensus { .. }));
    agree_throughout(&host.events);
    let signs = |e: &&std::sync::Arc<Entry>| e.moves.iter().any(|m| matches!(m.act, Move::Sign { .. }));
    assert_eq!(host.session.entries().iter().filter(signs).count(), 3);
    assert_eq!(host.session.risks().len(), 1, "one pre-mortem");
}

#[test]
fn a_direction_must_be_heeded_and_voids_signatures() {
    let human = crate::protocol::event::Opening { human: true, ..opening(&["BACKEND", "SECURITY"], Limits::default()) };
    let mut host = Host::with(human);
    host.run_until(
        |s, ask| dutiful(s, ask, 1, |_, _| Judge::Agree),
        |s| s.phase() == crate::protocol::Phase::Ratification,
    );
    let at = host.tick();
    let act = Move::Direct { text: "Think of the auditors.".to_owned() };
    let reply = crate::protocol::tests::host::reply("DIRECTION", vec![act]);
    host.append(Event::Posted { author: Author::Human, reply, at });
    let found = of(&host.session, host.session.entries());
    assert!(found.lacks.iter().any(|l| l.what.contains("has not heeded")), "{:#?}", found.lacks);
    host.run(|s, ask| dutiful(s, ask, 1, |_, _| Judge::Agree));
    assert!(matches!(host.outcome(), crate::protocol::event::Outcome::Consensus { .. }));
    agree_throughout(&host.events);
}

/// Whether the entries, changed by `change`, still come to consensus on the accord they had.
#[track_caller]
fn refused(words: &str, change: impl FnOnce(&mut Vec<Entry>)) {
    let session = Session::fold(&*AGREED).unwrap();
    let mut entries: Vec<Entry> = session.entries().iter().map(|e| Entry::clone(e)).collect();
    assert_eq!(of(&session, &entries).consensus(), session.accord_digest().as_ref());
    change(&mut entries);
    let found = of(&session, &entries);
    let told = found.lacks.iter().chain(&found.faults).any(|l| l.what.contains(words));
    assert!(told, "'{words}' is not in {:#?} {:#?}", found.lacks, found.faults);
    let same = found.consensus() == session.accord_digest().as_ref();
    assert!(!same || !found.faults.is_empty(), "consensus all the same");
}

fn last(entries: &[Entry], which: impl Fn(&Move) -> bool) -> (usize, usize) {
    let all = entries
        .iter()
        .enumerate()
        .flat_map(|(e, entry)| entry.moves.iter().enumerate().map(move |(m, r)| (e, m, &r.act)));
    let (e, m, _) = all.filter(|(_, _, act)| which(act)).last().expect("there is such a move");
    (e, m)
}

#[test]
fn each_condition_is_asked_for() {
    let take = |entries: &mut Vec<Entry>, which: fn(&Move) -> bool| {
        let (e, m) = last(entries, which);
        entries[e].moves.remove(m)
    };
    refused("has not signed", |entries| drop(take(entries, |m| matches!(m, Move::Sign { .. }))));
    refused("no pre-mortem", |entries| drop(take(entries, |m| matches!(m, Move::Risk { .. }))));
    refused("SECURITY on D1 is on D1.1", |entries| drop(take(entries, |m| matches!(m, Move::Agree { .. }))));
    refused("O1 of SECURITY has no disposition", |entries| drop(take(entries, |m| matches!(m, Move::Agree { .. }))));
    refused("came after the signature", |entries| {
        let (e, _) = last(entries, |m| matches!(m, Move::Sign { .. }));
        let raised = crate::protocol::Recorded {
            act: Move::Concern {
                about: Target::Decision(crate::protocol::DecisionId(1)),
                clause: 0,
                criterion: "K1".parse().unwrap(),
                text: "Once more.".to_owned(),
            },
            made: Some(crate::protocol::Made::Issue("C1".parse().unwrap())),
        };
        let mut late = entries[e].clone();
        late.number = EntryNumber(late.number.0 + 1);
        late.moves = vec![raised];
        entries.push(late);
    });
    refused("SECURITY signed before", |entries| {
        // The pre-mortem comes last.
        let (e, m) = last(entries, |m| matches!(m, Move::Risk { .. }));
        let risk = entries[e].moves.remove(m);
        let mut late = entries.last().unwrap().clone();
        late.author = entries[e].author.clone();
        late.seen = late.number;
        late.number = EntryNumber(late.number.0 + 1);
        late.moves = vec![risk];
        entries.push(late);
    });
    refused("signed what was not the accord", |entries| {
        let (e, m) = last(entries, |m| matches!(m, Move::Sign { .. }));
        if let Move::Sign { digest, .. } = &mut entries[e].moves[m].act {
            *digest = Digest::of(b"x").to_string();
        }
    });
    refused("the log records another id or digest", |entries| {
        let (e, m) = last(entries, |m| matches!(m, Move::Amend(_)));
        if let Move::Amend(amendment) = &mut entries[e].moves[m].act {
            amendment.changes.clear();
        }
    });
    refused("never judged", |entries| {
        for entry in entries.iter_mut().filter(|e| e.author.to_string() == "SECURITY") {
            entry.author = Author::Supervisor;
        }
    });
}

#[test]
fn an_eight_digit_name_is_enough_and_a_shorter_one_is_not() {
    refused("signed what was not the accord", |entries| {
        let (e, m) = last(entries, |m| matches!(m, Move::Sign { .. }));
        if let Move::Sign { digest, .. } = &mut entries[e].moves[m].act {
            digest.truncate(7);
        }
    });
    let session = Session::fold(&*AGREED).unwrap();
    assert!(session.issues().iter().any(|i| i.id.kind == IssueKind::Objection), "the debate has an objection");
}

#[test]
fn what_the_charter_promises_is_worked_out_from_the_entries_too() {
    use crate::protocol::tests::host::{SEATS, chartered};
    use crate::protocol::{Made, Move};
    use std::sync::Arc;
    let mut host = Host::with(chartered(&SEATS, Limits::default()));
    host.run(agreeable);
    agree_throughout(&host.events);
    let entries = host.session.entries();
    let without = |change: &dyn Fn(&mut Move)| {
        let mut entries = entries.to_vec();
        entries.iter_mut().flat_map(|e| &mut Arc::make_mut(e).moves).for_each(|m| change(&mut m.act));
        of(&host.session, &entries)
    };
    let unconfirmed = without(&|act| {
        if let Move::Agree { confirms, .. } = act {
            confirms.truncate(1);
        }
    });
    assert!(unconfirmed.lacks.iter().any(|l| l.what.contains("self-check list")), "{:?}", unconfirmed.lacks);
    let unreviewed = without(&|act| {
        if let Move::Agree { security, .. } = act {
            *security = None;
        }
    });
    assert!(unreviewed.lacks.iter().any(|l| l.what.contains("without a security review")), "{:?}", unreviewed.lacks);
    let mut forged = entries.to_vec();
    for recorded in forged.iter_mut().flat_map(|e| &mut Arc::make_mut(e).moves) {
        if let Some(Made::Owner(owner)) = &mut recorded.made {
            *owner = "SECURITY".parse().unwrap();
        }
    }
    let forged = of(&host.session, &forged);
    assert!(forged.faults.iter().any(|f| f.what.contains("another owner")), "{:?}", forged.faults);
}
