//! Journals that were changed, by hand and by somebody who knows how the chain is made.

use super::*;
use crate::export::verify::ground;
use crate::protocol::event::Outcome;
use crate::protocol::{Digest, How, Item};
use std::io::{Seek, SeekFrom, Write};

#[test]
fn every_changed_byte_is_found() {
    let folder = folder(&AGREED);
    let path = folder.path().join(JOURNAL);
    let whole = std::fs::read(&path).unwrap();
    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    let mut put = |at: usize, byte: u8| {
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        file.write_all(&[byte]).unwrap();
    };
    for (at, byte) in whole.iter().enumerate() {
        // A bit that makes another letter, and the one that makes the other case of it.
        for bit in [0x01, 0x20] {
            put(at, byte ^ bit);
            let (loaded, check, _) = ground::load(folder.path(), "journal.jsonl").unwrap();
            let line = whole[..at].iter().filter(|b| **b == b'\n').count();
            assert_eq!(check.finding, Finding::Failed, "byte {at}, bit {bit}: {check:?}");
            assert_eq!(loaded.records.len(), line, "byte {at}, bit {bit}: all lines before it stand");
            put(at, *byte);
        }
    }
    assert!(verified(folder.path()).holds());
}

#[test]
fn a_changed_byte_is_named_with_its_line_and_nothing_is_held_against_the_rest() {
    let folder = folder(&AGREED);
    let path = folder.path().join(JOURNAL);
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(997) {
        let mut changed = whole.clone();
        changed[at] ^= 0x04;
        std::fs::write(&path, &changed).unwrap();
        let report = verified(folder.path());
        let line = 1 + whole[..at].iter().filter(|b| **b == b'\n').count() as u64;
        fails(&report, "journal whole", "");
        assert_eq!(report.first_failure().unwrap().line.unwrap_or(1), line, "{report:#?}");
        assert!(report.checks.iter().skip(1).all(|c| c.finding != Finding::Failed), "{report:#?}");
        assert_eq!(named(&report, CONSENSUS).finding, Finding::NotApplicable);
    }
}

#[test]
fn a_torn_tail_fails_and_what_stands_before_it_holds() {
    let folder = folder(&AGREED[..AGREED.len() - 1]);
    let whole = journal(&AGREED);
    std::fs::write(folder.path().join(JOURNAL), &whole[..whole.len() - 9]).unwrap();
    let report = verified(folder.path());
    fails(&report, "journal whole", &format!("the {} records before it are sound", AGREED.len() - 1));
    assert_eq!(report.first_failure().unwrap().line, Some(AGREED.len() as u64));
    assert!(report.checks.iter().skip(1).all(|c| c.finding == Finding::Ok), "{report:#?}");
}

#[test]
fn what_is_no_journal_fails_as_that() {
    let folder = folder(&AGREED);
    for bytes in [&b""[..], b"{\"n\":1,\"prev\":\"00", b"PK\x03\x04 something else\n"] {
        std::fs::write(folder.path().join(JOURNAL), bytes).unwrap();
        let report = verified(folder.path());
        fails(&report, "journal whole", "");
        assert_eq!(named(&report, "rules").finding, Finding::NotApplicable);
    }
}

/// Changes the moves of the replies that hold one that `change` accepts; the chain is then made anew.
fn forged(mut change: impl FnMut(&Author, &mut Vec<Move>) -> bool) -> Vec<Event> {
    let mut events = AGREED.clone();
    let mut changed = 0;
    for event in &mut events {
        if let Event::Replied { author, reply, .. } = event {
            changed += usize::from(change(author, &mut reply.moves));
        }
    }
    assert!(changed > 0, "nothing was forged");
    events
}

/// The report on a journal of `events` alone.
fn of(events: &[Event]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(JOURNAL), journal(events)).unwrap();
    verified(folder.path())
}

fn each(moves: &mut [Move], change: impl Fn(&mut Move) -> bool) -> bool {
    moves.iter_mut().filter_map(|act| change(act).then_some(())).count() > 0
}

#[test]
fn moves_forged_under_a_sound_chain_break_the_rules() {
    let other = Digest::of(b"another text").to_string();
    let agreed_elsewhere = forged(|_, moves| {
        each(moves, |m| {
            let Move::Agree { digest, .. } = m else { return false };
            digest.clone_from(&other);
            true
        })
    });
    let signed_elsewhere = forged(|_, moves| {
        each(moves, |m| {
            let Move::Sign { digest, .. } = m else { return false };
            digest.clone_from(&other);
            true
        })
    });
    let no_objection = forged(|_, moves| {
        let before = moves.len();
        moves.retain(|m| !matches!(m, Move::Object { .. }));
        before != moves.len()
    });
    let other_clause = forged(|_, moves| {
        each(moves, |m| {
            let Move::Propose(draft) = m else { return false };
            draft.clauses[1] = "no clause at all".to_owned();
            true
        })
    });
    let no_signature = forged(|author, moves| {
        let before = moves.len();
        moves.retain(|m| author.to_string() != "SECURITY" || !matches!(m, Move::Sign { .. }));
        before != moves.len()
    });
    let by_the_supervisor = {
        let mut events = AGREED.clone();
        for event in &mut events {
            if let Event::Replied { author, reply, .. } = event
                && reply.moves.iter().any(|m| matches!(m, Move::Sign { .. }))
            {
                *author = Author::Supervisor;
            }
        }
        events
    };
    for events in [agreed_elsewhere, signed_elsewhere, no_objection, other_clause, no_signature, by_the_supervisor] {
        let report = of(&events);
        fails(&report, "rules", "");
        assert!(report.first_failure().unwrap().line.is_some(), "{report:#?}");
        assert_eq!(report.state, "broken");
        assert_eq!(named(&report, "journal whole").finding, Finding::Ok, "the chain itself is sound");
    }
}

#[test]
fn another_outcome_is_refused() {
    let closed = AGREED.len() - 1;
    let outcomes = [
        Outcome::Consensus { digest: Digest::of(b"x") },
        Outcome::NoConsensus { reason: "They gave up.".to_owned(), crux: None, crux_entry: None },
        Outcome::Aborted { cause: "A fault.".to_owned() },
    ];
    for outcome in outcomes {
        let mut events = AGREED.clone();
        let Event::Closed { outcome: recorded, .. } = &mut events[closed] else { panic!("not closed") };
        *recorded = outcome;
        let report = of(&events);
        fails(&report, "rules", "not what the log comes to");
        assert_eq!(report.first_failure().unwrap().line, Some(closed as u64 + 1));
    }
    // Closed before everybody has signed.
    let mut early = AGREED.clone();
    early.remove(closed - 1);
    fails(&of(&early), "rules", "");
}

#[test]
fn a_record_taken_out_under_a_sound_chain_is_missed() {
    for at in 1..AGREED.len() - 1 {
        let mut events = AGREED.clone();
        events.remove(at);
        fails(&of(&events), "rules", "");
    }
}

#[test]
fn an_accepted_disposition_that_is_no_longer_there_is_missed() {
    let events = forged(|_, moves| {
        let before = moves.len();
        moves.retain(|m| !matches!(m, Move::Dispose { item: Item::Issue(_), how: How::Declined, .. }));
        before != moves.len()
    });
    fails(&of(&events), "rules", "");
}
