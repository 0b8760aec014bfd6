//! What a document without consensus says before anything else.

use super::super::document::{Notice, StanceRow, Standing, Statement};
use super::followed::Followed;
use super::front;
use super::issues::raised;
use super::{framing, words};
use crate::protocol::event::Outcome;
use crate::protocol::session::Life;
use crate::protocol::{Author, Docket, IssueKind, Move, Phase, Session};

/// What must be known first.
pub fn notices(session: &Session) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut tell = |label: &str, notice: String| notices.push(Notice { label: label.to_owned(), notice });
    match session.life() {
        Life::Closed(Outcome::Consensus { .. }) => {}
        Life::Closed(Outcome::NoConsensus { .. }) => {
            tell("NO CONSENSUS", "The debate ended without agreement. Nothing in this document is decided.".to_owned())
        }
        Life::Closed(Outcome::Aborted { .. }) => {
            tell("DRAFT", "The session was aborted. Nothing in this document is decided.".to_owned())
        }
        Life::Suspended(_) => tell(
            "DRAFT",
            "The session is suspended and can be resumed. Nothing in this document is decided.".to_owned(),
        ),
        Life::Escalated | Life::Running => {
            tell("DRAFT", "The session is not over. Nothing in this document is decided.".to_owned())
        }
    }
    let by_rules: Vec<String> = front::rule_based(session).iter().map(Author::to_string).collect();
    if !by_rules.is_empty() {
        let who = words::list(&by_rules);
        tell(
            "No language model",
            format!("The built-in panel spoke for {who}. It is rule-based and no language model."),
        );
    }
    notices
}

/// What keeps the session from consensus; none once it has come to one.
pub fn standing(session: &Session, followed: &Followed<'_>) -> Option<Standing> {
    let cause = match session.life() {
        Life::Closed(Outcome::Consensus { .. }) => return None,
        Life::Closed(Outcome::NoConsensus { reason, .. }) => reason.clone(),
        Life::Closed(Outcome::Aborted { cause }) => format!("the session was aborted: {cause}"),
        Life::Suspended(cause) => format!("the session is suspended: {cause}"),
        Life::Escalated => "the session waits for a person, because mediation did not help".to_owned(),
        Life::Running => "the session is running".to_owned(),
    };
    let open = session.all_open_issues().filter(|i| i.id.kind != IssueKind::Concern);
    let open = open.map(|i| raised(followed, i)).chain(session.dockets().filter_map(|d| waits(session, d)));
    Some(Standing {
        cause,
        crux: crux(session),
        open: open.chain(unsigned(session)).collect(),
        stances: stances(session),
    })
}

/// What a decision still waits for, besides issues.
fn waits(session: &Session, docket: &Docket) -> Option<Statement> {
    let Some((head, entry)) = docket.head else {
        return Some(Statement::new(format!("{} has no text on the table.", docket.id), framing(session)));
    };
    let silent = session.seats().filter(|s| !session.has_judged(s, docket.id));
    let silent: Vec<String> = silent.map(ToString::to_string).collect();
    let alternatives: Vec<String> = docket.open_alternatives().map(|id| id.to_string()).collect();
    let mut parts = Vec::new();
    if !silent.is_empty() {
        parts.push(format!("{head} waits for the verdict of {}.", words::list(&silent)));
    }
    if let (false, Some(decision)) = (alternatives.is_empty(), session.decision(docket.id)) {
        parts.push(format!("{} must say what becomes of {}.", decision.owner, words::list(&alternatives)));
    }
    let proposed = docket.open_alternatives().filter_map(|id| Some(docket.proposal(id)?.entry));
    (!parts.is_empty()).then(|| Statement::new(parts.join(" "), proposed.chain([entry])))
}

/// Whose signature an accord in ratification lacks.
fn unsigned(session: &Session) -> Option<Statement> {
    let digest = session.accord_digest().filter(|_| session.phase() == Phase::Ratification)?;
    let missing: Vec<String> =
        session.seats().filter(|s| !session.has_signed(s, &digest)).map(ToString::to_string).collect();
    let heads = session.dockets().filter_map(|d| d.head).map(|(_, entry)| entry);
    let text = format!("The accord {} waits for the signature of {}.", digest.short(), words::list(&missing));
    (!missing.is_empty()).then(|| Statement::new(text, heads))
}

fn crux(session: &Session) -> Option<Statement> {
    let entry = session.entry(*session.progress().mediations.last()?)?;
    entry.moves.iter().find_map(|m| match &m.act {
        Move::Mediate { crux, question, disputed, .. } => {
            let [disputed, crux, question] = [disputed, crux, question].map(|t| words::sentence(t));
            let text = format!("Crux: {crux} Disputed: {disputed} What would decide it: {question}");
            Some(Statement::new(text, [entry.number]))
        }
        _ => None,
    })
}

fn stances(session: &Session) -> Vec<StanceRow> {
    let mut rows = Vec::new();
    for docket in session.dockets() {
        for seat in session.seats() {
            rows.push(StanceRow {
                decision: docket.id,
                head: docket.head.map(|(head, _)| head),
                seat: seat.clone(),
                stance: words::stance(session.stance(seat, docket.id)),
                entry: docket.verdicts.get(seat).map(|v| v.entry),
            });
        }
    }
    rows
}
