//! A move in one line, and what it touches. Matched in full: a new move must be placed here.

use super::super::document::LogLine;
use super::words;
use crate::protocol::{DecisionId, Entry, How, Item, Made, Move, Recorded, Session, Target};

/// Most characters of an entry's prose in the log's line.
const PROSE: usize = 100;

/// A line an entry: its moves, those of one kind together, or how its prose begins.
pub fn log(session: &Session) -> Vec<LogLine> {
    let line = |e: &Entry| LogLine {
        entry: e.number,
        at: e.at,
        author: e.author.clone(),
        kind: e.kind.clone(),
        line: {
            let moves = together(&e.moves);
            let prose = words::beginning(e.content.trim().lines().next().unwrap_or(""), PROSE);
            if moves.is_empty() { prose } else { moves }
        },
    };
    session.entries().iter().map(|e| line(e)).collect()
}

/// `AGREE D1, D2; CONCERN D1 (C3)`.
fn together(moves: &[Recorded]) -> String {
    let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
    for recorded in moves {
        let (verb, object) = one(recorded);
        match kinds.iter_mut().find(|(known, _)| *known == verb) {
            Some((_, objects)) => objects.push(object),
            None => kinds.push((verb, vec![object])),
        }
    }
    let told: Vec<String> =
        kinds.iter().map(|(verb, objects)| format!("{verb} {}", objects.join(", ")).trim_end().to_owned()).collect();
    told.join("; ")
}

/// A move's verb and what it is about.
fn one(recorded: &Recorded) -> (&'static str, String) {
    let made = match &recorded.made {
        Some(Made::Issue(id)) => format!(" ({id})"),
        Some(Made::Demoted(id)) => format!(" (recorded as {id})"),
        Some(Made::Stood(id)) => format!(" ({id} stands)"),
        Some(Made::Redirected(id, to)) => format!(" ({id}, to {to})"),
        Some(Made::Proposal { id, digest, head }) => {
            format!("{id}@{}{}", digest.short(), if *head { "" } else { " (alternative)" })
        }
        Some(Made::Reading(id)) => format!(" {id}"),
        Some(Made::Risk(id)) => format!(" ({id})"),
        Some(Made::Owner(seat)) => format!(" ({seat} owns it)"),
        None => String::new(),
    };
    match &recorded.act {
        Move::Frame { .. } => ("FRAME", String::new()),
        Move::Position { decision, .. } => ("POSITION", decision.to_string()),
        Move::Propose(_) => ("PROPOSE", made),
        Move::Amend(amendment) => ("AMEND", format!("{} to {made}", amendment.base)),
        Move::Agree { decision, .. } => ("AGREE", decision.to_string()),
        Move::Object { about, .. } => ("OBJECT", format!("{about}{made}")),
        Move::Concern { about, .. } => ("CONCERN", format!("{about}{made}")),
        Move::Ask { to, about, .. } => ("ASK", format!("{} {about}{made}", words::beginning(to, 40))),
        Move::Escalate { about, .. } => ("ESCALATE", format!("{about}{made}")),
        Move::Claim { decision, .. } => ("CLAIM", format!("{decision}{made}")),
        Move::Answer { question, .. } => ("ANSWER", question.to_string()),
        Move::Dispose { item, how, .. } => ("DISPOSE", format!("{item}: {}{made}", disposed(how))),
        Move::Withdraw { issue, .. } => ("WITHDRAW", issue.to_string()),
        Move::Stand { issue, .. } => ("STAND", issue.to_string()),
        Move::Rule { issue, ruling, .. } => ("RULE", format!("{issue}: {}", words::ruled(*ruling))),
        Move::Mediate { .. } => ("MEDIATE", String::new()),
        Move::Risk { about, .. } => ("RISK", format!("{about}{made}")),
        Move::Sign { .. } => ("SIGN", String::new()),
        Move::Direct { .. } => ("DIRECT", String::new()),
    }
}

/// A disposition in a word or two.
fn disposed(how: &How) -> String {
    match how {
        How::Addressed { clause: 0 } => "text".to_owned(),
        How::Addressed { clause } => format!("clause {clause}"),
        How::Reading { .. } => "reading".to_owned(),
        How::Moot => "moot".to_owned(),
        How::Declined | How::Risk | How::Adopted | How::Partly => words::how(how),
    }
}

/// Whether a move concerns `decision`.
pub fn touches(session: &Session, recorded: &Recorded, decision: DecisionId) -> bool {
    let on_issue = |id| session.issue(id).is_some_and(|i| i.about == Target::Decision(decision));
    match &recorded.act {
        Move::Frame { framework } => framework.decision(decision).is_some(),
        Move::Position { decision: on, .. } | Move::Agree { decision: on, .. } | Move::Claim { decision: on, .. } => {
            *on == decision
        }
        Move::Propose(draft) => draft.decision == decision,
        Move::Amend(amendment) => amendment.decision == decision,
        Move::Object { about, .. }
        | Move::Concern { about, .. }
        | Move::Ask { about, .. }
        | Move::Escalate { about, .. }
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
