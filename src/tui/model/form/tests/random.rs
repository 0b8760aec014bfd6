//! Forms filled in blindly: whatever is chosen, a form has an end, and what it comes to is accepted or refused with reasons.

use super::hand::{Alone, Hand, others};
use crate::protocol::tests::host::{Host, SEATS};
use crate::protocol::*;
use crate::tui::model::form::task::Input;
use proptest::prelude::*;

/// Numbers that come one after the other.
struct Dice {
    thrown: Vec<u8>,
    at: usize,
}

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.at += 1;
        usize::from(self.thrown[self.at % self.thrown.len()]) % sides.max(1)
    }
}

/// Fills in everything that is needed by chance, and some of the rest.
fn blindly(hand: &mut Alone<'_>, dice: &mut Dice) {
    for _ in 0..300 {
        let form = &hand.form;
        let fields = || form.tasks.iter().flat_map(|t| &t.fields);
        let open = fields().find(|f| f.needed && !form.sheet.is_filled(&f.key)).cloned();
        let Some(field) = open else { return };
        let wish = match &field.input {
            Input::One(choices) | Input::Any(choices) => {
                assert!(!choices.is_empty(), "{} offers nothing: {:?}", field.key, hand.form.tasks);
                Some(choices[dice.throw(choices.len())].value.clone())
            }
            Input::Line | Input::Text => None,
        };
        hand.answer(&field, wish.as_deref());
        if dice.throw(4) == 0 {
            let free: Vec<_> = hand.form.tasks.iter().flat_map(|t| &t.fields).filter(|f| !f.needed).cloned().collect();
            if let Some(field) = free.get(dice.throw(free.len())) {
                let choices = field.choices();
                let wish = choices.get(dice.throw(choices.len())).map(|c| c.value.clone());
                if !choices.is_empty() && !wish.as_deref().is_some_and(|w| hand.form.sheet.has(&field.key, w)) {
                    hand.answer(field, wish.as_deref());
                }
            }
        }
    }
    panic!("no end: {:#?}", hand.form.tasks);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]
    #[test]
    fn a_form_filled_in_blindly_is_accepted_or_refused_with_reasons(thrown in prop::collection::vec(any::<u8>(), 40..80)) {
        let mut dice = Dice { thrown, at: 0 };
        let mut host = Host::new(&SEATS);
        let (mut given, mut refused) = (0, Vec::new());
        let mut speak = |session: &Session, ask: &Ask| {
            if ask.author == Author::Supervisor {
                return others(session, ask);
            }
            let mut hand = Alone::of(session, ask);
            blindly(&mut hand, &mut dice);
            given += 1;
            match hand.reply() {
                Ok(reply) => reply,
                Err(reasons) => {
                    assert!(!reasons.is_empty());
                    refused.extend(reasons.into_iter().map(|r| r.text));
                    // The host would wait for another; here the turn is lost, and the debate goes on without.
                    Reply { kind: String::new(), content: String::new(), moves: Vec::new() }
                }
            }
        };
        for _ in 0..24 {
            if !host.turn_once(&mut speak) {
                break;
            }
        }
        // Only what no choice can rule out beforehand is refused.
        let known = ["to the letter", "late pass is used", "two texts for", "no clause, or an empty one", "questions in a turn",
            "give a position", "so it can only be a concern", "something else"];
        for reason in &refused {
            prop_assert!(known.iter().any(|k| reason.contains(k)), "{reason}");
        }
        prop_assert!(given > 0);
    }
}
