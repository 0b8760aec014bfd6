//! The least that is legal, for where the panel's own reply would be refused. Nothing leads here among panels; a debate
//! with language models may.

use super::agree::resolution;
use super::table::Table;
use super::turn::kind;
use super::unknown;
use crate::protocol::duty::Duty;
use crate::protocol::entry::{How, Move, Reply};
use crate::protocol::id::{Author, CriterionId, DecisionId, SeatTag, Target};
use crate::protocol::rules::outstanding;
use crate::protocol::step::{Ask, AskKind};
use std::collections::BTreeSet;

const REASON: &str =
    "This rule-based seat finds nothing in its catalogue that applies here, and does the least that is owed.";

/// The minimal reply to `ask`.
pub(super) fn minimal(table: &Table<'_>, ask: &Ask) -> Reply {
    let mut moves = Vec::new();
    match (&ask.author, ask.kind) {
        (Author::Seat(_), AskKind::Position) => moves.extend(position(table)),
        (Author::Seat(seat), AskKind::Turn) => turn(table, seat, &ask.duties, &mut moves),
        (Author::Seat(_), AskKind::Premortem) => moves.push(Move::Risk {
            about: Target::Framework,
            scenario: REASON.to_owned(),
            sign: "An assumption is first tested by an incident.".to_owned(),
            mitigation: "Check the assumptions before the work begins.".to_owned(),
        }),
        (Author::Seat(_), AskKind::Signature) => moves.push(Move::Sign {
            digest: table.session.accord_digest().map(|d| d.to_string()).unwrap_or_default(),
            reservation: None,
        }),
        (_, AskKind::Mediation) => moves.push(Move::Mediate {
            agreed: "The framework.".to_owned(),
            disputed: "What is still open.".to_owned(),
            crux: "Which of the open points must change the text.".to_owned(),
            question: "What would each objector accept instead?".to_owned(),
        }),
        _ => {}
    }
    let wanted = match (&ask.author, ask.kind) {
        (Author::Seat(seat), _) => kind(table, seat, "REVIEW"),
        (_, AskKind::Mediation) => "MEDIATION".to_owned(),
        _ => "ANSWER".to_owned(),
    };
    Reply { kind: wanted, content: REASON.to_owned(), moves }
}

fn position(table: &Table<'_>) -> Option<Move> {
    let decision = table.session.framework()?.decisions.first()?;
    Some(Move::Position {
        decision: decision.id,
        choice: "The option with the fewest parts that meets the criteria.".to_owned(),
        rejected: "Options that cannot be tested before use.".to_owned(),
        rests_on: REASON.to_owned(),
        confidence: 20,
    })
}

fn turn(table: &Table<'_>, seat: &SeatTag, duties: &[Duty], moves: &mut Vec<Move>) {
    let session = table.session;
    let mut judged: BTreeSet<DecisionId> = BTreeSet::new();
    for duty in duties {
        match duty {
            Duty::Answer(id) => moves.push(Move::Answer {
                question: *id,
                text: "Nothing in the topic or the catalogue of this rule-based seat says; state it as an assumption."
                    .to_owned(),
            }),
            Duty::Draft(id) => {
                moves.push(Move::Propose(crate::protocol::entry::Draft {
                    decision: *id,
                    clauses: vec!["The option with the fewest parts is built first and judged by the criteria before anything is added.".to_owned()],
                    rationale: REASON.to_owned(),
                    assumptions: Vec::new(),
                    rejected: Vec::new(),
                    actions: Vec::new(),
                }));
                decline(table, *id, moves);
            }
            Duty::Revise(id) | Duty::Dispose(id) => decline(table, *id, moves),
            Duty::Review(id) => {
                judged.insert(*id);
            }
            Duty::Stand(issue) => {
                let own = session.issue(*issue);
                moves.extend(own.map(|i| Move::Withdraw { issue: i.id, why: REASON.to_owned() }));
                judged.extend(own.and_then(|i| i.about.decision()));
            }
            _ => {}
        }
    }
    for id in judged {
        let Some((head, _)) = table.head(id) else { continue };
        let criterion = session.decision(id).and_then(|d| d.criteria.first()).copied();
        moves.push(Move::Agree {
            decision: id,
            digest: head.digest.to_string(),
            criteria: vec![criterion.unwrap_or(CriterionId(1))],
            because: unknown::cut(REASON, 400),
            resolved_by: resolution(session, seat, id).flatten(),
            confirms: Vec::new(),
            security: None,
        });
    }
}

fn decline(table: &Table<'_>, id: DecisionId, moves: &mut Vec<Move>) {
    moves.extend(outstanding(table.session, id).into_iter().map(|item| Move::Dispose {
        item,
        how: How::Declined,
        why: REASON.to_owned(),
    }));
}
