//! A move in one line, and what it touches. Matched in full: a new move must be placed here.

use super::super::document::LogLine;
use super::words;
use crate::protocol::{DecisionId, Item, Made, Move, Recorded, Session, Target};

/// Most characters of an entry's prose in the log's line.
const PROSE: usize = 100;

/// A line an entry.
pub fn log(session: &Session) -> Vec<LogLine> {
    let line = |e: &crate::protocol::Entry| LogLine {
        entry: e.number,
        at: e.at,
        author: e.author.clone(),
        kind: e.kind.clone(),
        line: {
            let moves: Vec<String> = e.moves.iter().map(one_line).collect();
            let prose = words::beginning(e.content.trim().lines().next().unwrap_or(""), PROSE);
            if moves.is_empty() { prose } else { format!("{} — {prose}", moves.join("; ")) }
        },
    };
    session.entries().iter().map(line).collect()
}

fn one_line(recorded: &Recorded) -> String {
    let made = match &recorded.made {
        Some(Made::Issue(id)) => format!(" ({id})"),
        Some(Made::Demoted(id)) => format!(" (recorded as {id})"),
        Some(Made::Stood(id)) => format!(" ({id} stands)"),
        Some(Made::Redirected(id, to)) => format!(" ({id}, to {to})"),
        Some(Made::Proposal { id, digest, head }) => {
            format!(" {id}@{}{}", digest.short(), if *head { "" } else { " (alternative)" })
        }
        Some(Made::Reading(id)) => format!(" ({id})"),
        Some(Made::Risk(id)) => format!(" ({id})"),
        None => String::new(),
    };
    let act = match &recorded.act {
        Move::Frame { .. } => "FRAME".to_owned(),
        Move::Position { decision, .. } => format!("POSITION {decision}"),
        Move::Propose(_) => "PROPOSE".to_owned(),
        Move::Amend(amendment) => format!("AMEND {} to", amendment.base),
        Move::Agree { decision, .. } => format!("AGREE {decision}"),
        Move::Object { about, .. } => format!("OBJECT {about}"),
        Move::Concern { about, .. } => format!("CONCERN {about}"),
        Move::Ask { to, about, .. } => format!("ASK {} {about}", words::beginning(to, 40)),
        Move::Answer { question, .. } => format!("ANSWER {question}"),
        Move::Dispose { item, how, .. } => format!("DISPOSE {item}: {}", words::how(how)),
        Move::Withdraw { issue, .. } => format!("WITHDRAW {issue}"),
        Move::Stand { issue, .. } => format!("STAND {issue}"),
        Move::Rule { issue, ruling, .. } => format!("RULE {issue}: {}", words::ruled(*ruling)),
        Move::Mediate { .. } => "MEDIATE".to_owned(),
        Move::Risk { about, .. } => format!("RISK {about}"),
        Move::Sign { .. } => "SIGN".to_owned(),
        Move::Direct { .. } => "DIRECT".to_owned(),
    };
    format!("{act}{made}")
}

/// Whether a move concerns `decision`.
pub fn touches(session: &Session, recorded: &Recorded, decision: DecisionId) -> bool {
    let on_issue = |id| session.issue(id).is_some_and(|i| i.about == Target::Decision(decision));
    match &recorded.act {
        Move::Frame { framework } => framework.decision(decision).is_some(),
        Move::Position { decision: on, .. } | Move::Agree { decision: on, .. } => *on == decision,
        Move::Propose(draft) => draft.decision == decision,
        Move::Amend(amendment) => amendment.decision == decision,
        Move::Object { about, .. }
        | Move::Concern { about, .. }
        | Move::Ask { about, .. }
        | Move::Risk { about, .. } => *about == Target::Decision(decision),
        Move::Answer { question, .. } => on_issue(*question),
        Move::Withdraw { issue, .. } | Move::Stand { issue, .. } | Move::Rule { issue, .. } => on_issue(*issue),
        Move::Dispose { item, .. } => match item {
            Item::Issue(id) => on_issue(*id),
            Item::Alternative(id) => id.decision == decision,
            Item::Position(on, _) => *on == decision,
        },
        Move::Mediate { .. } | Move::Sign { .. } | Move::Direct { .. } => false,
    }
}
