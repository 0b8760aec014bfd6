//! From duties to tasks, and from tasks to moves. Both go through the duties in the same order, and neither has a wildcard arm:
//! a new duty must be thought of here.

use super::desk::Desk;
use super::task::Task;
use super::texts::Puts;
use super::{charges, closing, items, review, texts, words};
use crate::protocol::{DecisionId, Duty, Move};
use std::collections::BTreeSet;

/// Every task that the duties bring, in their order; then what may be added.
pub fn tasks(desk: &Desk<'_>) -> Vec<Task> {
    let mut tasks = Vec::new();
    for duty in &desk.ask.duties {
        match duty {
            Duty::Position => tasks.extend(desk.session.dockets().map(|d| words::position(desk, d.id))),
            Duty::Draft(id) => tasks.push(texts::draft(desk, *id)),
            Duty::Revise(id) => tasks.push(texts::revise(desk, *id)),
            Duty::Stand(id) => tasks.push(review::stand(desk, *id)),
            Duty::Review(id) => tasks.push(review::review(desk, *id)),
            Duty::Answer(id) => tasks.push(words::answer(desk, *id)),
            Duty::Heed(entry) => tasks.push(words::heed(desk, *entry)),
            Duty::Premortem => tasks.push(closing::premortem(desk)),
            Duty::Sign => tasks.push(closing::sign(desk)),
            // Its tasks are the items below.
            Duty::Dispose(_) => {}
            // These are the supervisor's, which no person holds.
            Duty::Frame | Duty::Rule(_) | Duty::Mediate => {}
        }
    }
    tasks.extend(texts::may_revise(desk).map(|id| texts::may(desk, id)));
    for id in disposes(desk) {
        tasks.extend(items::tasks(desk, id));
    }
    tasks.extend(charges::checklist(desk, &moves(desk)));
    tasks.push(words::own(desk));
    tasks.extend(words::more(desk));
    tasks
}

/// Everything that the tasks come to.
pub fn moves(desk: &Desk<'_>) -> Vec<Move> {
    let mut moves = Vec::new();
    for duty in &desk.ask.duties {
        match duty {
            Duty::Position => {
                moves.extend(desk.session.dockets().filter_map(|d| words::position_move(desk, d.id)));
                moves.extend(desk.session.dockets().filter_map(|d| charges::claim(desk, d.id)));
            }
            Duty::Draft(id) if texts::puts(desk, *id) == Puts::Draft => moves.push(texts::draft_move(desk, *id)),
            Duty::Revise(id) => moves.extend(changed(desk, *id)),
            Duty::Stand(id) => moves.extend(review::stand_moves(desk, *id)),
            Duty::Review(id) => moves.extend(review::moves(desk, *id)),
            Duty::Answer(id) => moves.push(words::answer_move(desk, *id)),
            Duty::Premortem => moves.extend(closing::premortem_moves(desk)),
            Duty::Sign => moves.extend(closing::sign_moves(desk)),
            Duty::Draft(_) | Duty::Dispose(_) | Duty::Heed(_) => {}
            Duty::Frame | Duty::Rule(_) | Duty::Mediate => {}
        }
    }
    moves.extend(texts::may_revise(desk).filter_map(|id| changed(desk, id)));
    for id in disposes(desk) {
        moves.extend(items::moves(desk, id));
    }
    moves.extend(words::more_moves(desk));
    charges::confirm(desk, &mut moves);
    moves
}

fn changed(desk: &Desk<'_>, id: DecisionId) -> Option<Move> {
    let head = desk.head(id).filter(|_| texts::puts(desk, id) == Puts::Change)?;
    Some(texts::change_move(desk, head, "head"))
}

/// Decisions on which this form must say what becomes of everything open: what is owed, and where it puts a text.
fn disposes(desk: &Desk<'_>) -> BTreeSet<DecisionId> {
    let owed = desk.ask.duties.iter().filter_map(|duty| match duty {
        Duty::Draft(id) | Duty::Revise(id) | Duty::Dispose(id) => Some(*id),
        _ => None,
    });
    let put = desk.session.dockets().map(|d| d.id).filter(|id| texts::puts(desk, *id) != Puts::Nothing);
    owed.chain(put).collect()
}
