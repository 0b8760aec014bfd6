//! Two sessions side by side.

use super::*;
use crate::protocol::event::Limits;
use crate::protocol::tests::host::{Judge, dutiful, opening};
use crate::protocol::{Author, DecisionId, Move, Stance};
use crate::replay::diff::{Comparison, Part};

/// A debate in which `seat`, if one is named, objects to the first head of D1, and the owner's clause then says `text`.
fn debate(objector: Option<&str>, text: &str, question: &str) -> Vec<Event> {
    let mut host = Host::with(opening(&SEATS, Limits::default()));
    let first = |s: &Session| s.docket(DecisionId(1)).is_some_and(|d| d.proposals.len() == 1);
    host.run(|session, ask| {
        let judge = |author: &Author, id: DecisionId| {
            let objects = Some(author.to_string().as_str()) == objector && id.0 == 1 && first(session);
            if objects { Judge::Object } else { Judge::Agree }
        };
        let mut reply = dutiful(session, ask, 2, judge);
        for act in &mut reply.moves {
            match act {
                Move::Propose(draft) if draft.decision.0 == 1 => draft.clauses[0] = format!("Keep it {text} and safe."),
                Move::Frame { framework } => framework.decisions[0].question = question.to_owned(),
                _ => {}
            }
        }
        reply
    });
    host.events
}

/// Records whose digests say what stands before them, as a journal's do.
fn chained(events: &[Event]) -> Timeline {
    let mut chain = crate::journal::line::Chain::default();
    Timeline::of(events.iter().map(|e| chain.encode(e.clone()).unwrap().1)).unwrap()
}

#[test]
fn a_session_is_the_same_as_itself() {
    let one = chained(&short());
    let same = Comparison::of(&one, &one);
    assert!(same.is_same() && same.shared.unwrap().records == one.len());
    assert!(same.decisions.iter().all(|d| d.moved.is_empty() && d.sides[0] == d.sides[1]));
}

#[test]
fn words_seats_and_issues_that_differ_are_named() {
    let one = chained(&debate(None, "for thirty minutes", "How long?"));
    let two = chained(&debate(Some("SECURITY"), "for thirty hours", "How long?"));
    let diff = Comparison::of(&one, &two);
    assert!(!diff.is_same());
    let shared = diff.shared.unwrap();
    assert!(shared.entry.0 > 0 && shared.records < one.len(), "framework and positions are the same");
    let d1 = &diff.decisions[0];
    let parts = &d1.text.iter().find(|c| c.number == Some(1)).unwrap().parts;
    assert!(
        parts.contains(&Part::Old("minutes ".to_owned())) || parts.iter().any(|p| matches!(p, Part::Old(_))),
        "{parts:?}"
    );
    assert!(d1.text.iter().find(|c| c.number == Some(2)).unwrap().is_same());
    assert_eq!((d1.issues[0].len(), d1.issues[1].len()), (0, 1));
    assert_eq!((d1.issues[1][0].by.as_str(), d1.sides[1].as_ref().unwrap().raised), ("SECURITY", 1));
    assert!(diff.decisions[1].text.iter().all(|c| c.is_same()));
    // While the objection stands, its seat has changed sides.
    let until = (1..=two.len()).find(|n| two.at(*n).issues().len() == 1).unwrap();
    let then = Comparison::of(&one, &Timeline::of(two.records()[..until].to_vec()).unwrap());
    let security = then.decisions[0].moved.iter().find(|(seat, ..)| seat.as_str() == "SECURITY").unwrap();
    assert_eq!((security.1, security.2), (Stance::Agrees, Stance::Objects));
}

#[test]
fn decisions_of_strangers_are_matched_by_what_they_ask() {
    let one = chained(&debate(None, "x", "How long does a session of a person last?"));
    let mut other = debate(None, "x", "For how long does a session of a person last?");
    let Event::Opened(opening) = &mut other[0] else { panic!() };
    opening.session = "another".to_owned();
    let diff = Comparison::of(&one, &chained(&other));
    assert_eq!((diff.shared, diff.decisions.len()), (None, 2));
    assert!(diff.decisions.iter().all(|d| d.sides.iter().all(Option::is_some)), "{:?}", diff.decisions);
    let mut far = debate(None, "x", "Which colour has the logo in the dark?");
    let Event::Opened(opening) = &mut far[0] else { panic!() };
    opening.session = "far".to_owned();
    let diff = Comparison::of(&one, &chained(&far));
    let lonely: Vec<bool> = diff.decisions.iter().map(|d| d.sides[0].is_none() || d.sides[1].is_none()).collect();
    assert_eq!(lonely, [true, false, true]);
}
