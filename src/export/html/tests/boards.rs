//! The boards, against the session at every wave of debates of all kinds.

use crate::export::html::stances::{Board, walk};
use crate::protocol::event::{Event, Limits};
use crate::protocol::tests::host::*;
use crate::protocol::*;

fn boards(session: &Session) -> Vec<Board> {
    let mut all = Vec::new();
    let last = walk(session, |board| all.push(board.clone()));
    assert_eq!(all.last(), Some(&last));
    all
}

/// Asserts that `board` is where `session` stands.
#[track_caller]
fn assert_same(board: &Board, session: &Session) {
    assert_eq!(board.entry, session.last_entry());
    for row in &board.rows {
        let stances: Vec<Stance> = session.seats().map(|s| session.stance(s, row.decision)).collect();
        assert_eq!(row.stances, stances, "{} after {}", row.decision, board.entry);
        assert_eq!(row.settled, session.is_settled(row.decision), "{} after {}", row.decision, board.entry);
        let head = session.docket(row.decision).and_then(|d| d.head);
        assert_eq!(row.head, head.map(|(id, _)| id));
    }
    let accord = session.accord_digest();
    let signed: Vec<bool> =
        session.seats().map(|s| accord.as_ref().is_some_and(|digest| session.has_signed(s, digest))).collect();
    assert_eq!(board.signed, signed, "after {}", board.entry);
}

/// Runs a debate with `speak`, folds its events again, and compares after each wave and each posted entry.
fn compare(mut host: Host, speak: impl FnMut(&Session, &Ask) -> Reply) -> Session {
    host.run(speak);
    let all = boards(&host.session);
    assert_eq!(all.len(), host.session.entries().len() + 1);
    let mut session = Session::open(&host.events[0]).unwrap();
    for event in &host.events[1..] {
        session.apply(event).unwrap();
        if matches!(event, Event::Revealed { .. } | Event::Posted { .. }) {
            assert_same(&all[session.entries().len()], &session);
        }
    }
    assert_same(all.last().unwrap(), &host.session);
    host.session
}

/// A small generator of numbers, so that each debate can be had again.
fn draw(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *state >> 16
}

#[test]
fn the_boards_of_debates_of_all_kinds_are_the_sessions_own() {
    let (mut signed, mut stale, mut asking) = (0, 0, 0);
    for seed in 0..60_u32 {
        let mut state = seed.wrapping_mul(7919);
        let limits = Limits { mediations: 2, ..Limits::default() };
        let host = Host::with(opening(&SEATS, limits));
        let session = compare(host, |session, ask| {
            let chance = draw(&mut state);
            let mut given = dutiful(session, ask, 3, |author, id| {
                match (chance >> (id.0 % 3)).wrapping_add(author.to_string().len() as u32) % 7 {
                    0 => Judge::Object,
                    1 => Judge::Ask,
                    _ => Judge::Agree,
                }
            });
            // Now and then a new framework, or another seat's text: refused where the rules forbid it.
            let seats: Vec<SeatTag> = session.seats().cloned().collect();
            match (draw(&mut state) % 9, &ask.author) {
                (0, Author::Supervisor) => {
                    let mut framework = framework(&seats, 3);
                    framework.criteria[0].text.push_str(" (again)");
                    given.moves.push(Move::Frame { framework });
                }
                (1, Author::Seat(_)) => given.moves.push(draft(DecisionId(1), &[&format!("text {chance}")])),
                _ => {}
            }
            given
        });
        signed += u32::from(boards(&session).last().unwrap().signed.iter().all(|s| *s));
        let all: Vec<Stance> = boards(&session).iter().flat_map(|b| &b.rows).flat_map(|r| r.stances.clone()).collect();
        stale += u32::from(all.contains(&Stance::Stale));
        asking += u32::from(all.contains(&Stance::Asks));
    }
    assert!(signed > 5 && stale > 20 && asking > 20, "one-sided debates: {signed} {stale} {asking}");
}

#[test]
fn before_the_first_entry_nobody_stands_anywhere() {
    let session = compare(Host::new(&SEATS), agreeable);
    let first = &boards(&session)[0];
    assert!(first.rows.iter().all(|r| r.head.is_none() && r.stances.iter().all(|s| *s == Stance::Silent)));
    assert!(!first.rows.is_empty() && first.signed.iter().all(|s| !s));
}
