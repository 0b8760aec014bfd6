//! Does the reply do what its speaker owes?

use super::case::Case;
use crate::protocol::duty::Duty;
use crate::protocol::entry::{Item, Move};
use crate::protocol::id::{DecisionId, IssueId, Target};

impl Case<'_> {
    pub fn fulfils(&mut self, duties: &[Duty]) {
        for duty in duties {
            match duty {
                Duty::Draft(id) => {
                    if !self.heads.contains_key(id) {
                        self.refuse(format!("you own {id} and owe its first proposal"));
                    }
                    self.leaves_none(*id);
                }
                Duty::Revise(id) | Duty::Dispose(id) => self.leaves_none(*id),
                Duty::Review(id) => self.judges(*id),
                Duty::Stand(id) => self.stands_or_withdraws(*id),
                Duty::Answer(id) => {
                    if !self.reply.moves.iter().any(|m| matches!(m, Move::Answer { question, .. } if question == id)) {
                        self.refuse(format!("you owe an answer to {id}"));
                    }
                }
                Duty::Rule(id) => {
                    let done = self.reply.moves.iter().any(|m| match m {
                        Move::Rule { issue, .. } | Move::Dispose { item: Item::Issue(issue), .. } => issue == id,
                        _ => false,
                    });
                    if !done {
                        self.refuse(format!("say what becomes of {id}, which is about the framework"));
                    }
                }
                // An entry after the direction heeds it; what it comes to is for the content to say.
                Duty::Heed(_) => {}
                Duty::Frame | Duty::Position | Duty::Mediate | Duty::Premortem | Duty::Sign => {}
            }
        }
    }

    fn judges(&mut self, id: DecisionId) {
        let about = Target::Decision(id);
        let asks = self
            .reply
            .moves
            .iter()
            .any(|m| matches!(m, Move::Ask { about: on, .. } | Move::Escalate { about: on, .. } if *on == about));
        if self.agrees_to(id) || self.blocks(id) || asks || self.heads.contains_key(&id) {
            return;
        }
        if self.reply.moves.iter().any(|m| matches!(m, Move::Object { about: on, .. } if *on == about)) {
            return self.refuse(format!(
                "the objection to {id} rests on no changed clause and no entry you had not seen, and your late pass is used, so it \
                 can only be a concern: give your verdict on {id}, agree or stand"
            ));
        }
        self.refuse(format!("you owe a verdict on {id}: agree or object (or ask, if the answer decides it)"));
    }

    fn stands_or_withdraws(&mut self, id: IssueId) {
        let Some(issue) = self.session.issue(id) else {
            return;
        };
        let Target::Decision(decision) = issue.about else {
            return;
        };
        let same = |clause: u16, criterion| clause == issue.clause && Some(criterion) == issue.criterion;
        let spoken = self.reply.moves.iter().any(|m| match m {
            Move::Stand { issue, .. } | Move::Withdraw { issue, .. } => *issue == id,
            Move::Object { about, clause, criterion, .. } => {
                about.decision() == Some(decision) && same(*clause, *criterion)
            }
            _ => false,
        });
        if !spoken && !self.agrees_to(decision) {
            self.refuse(format!(
                "{id} was answered: stand by it, withdraw it, or agree to {decision} naming what resolved it"
            ));
        }
    }

    fn agrees_to(&self, id: DecisionId) -> bool {
        self.reply.moves.iter().any(|m| matches!(m, Move::Agree { decision, .. } if *decision == id))
    }
}
