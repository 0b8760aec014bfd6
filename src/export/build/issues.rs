//! Objections, concerns and questions from their raising to their end; and section 5, dissent and reservations.

use super::super::document::{IssueHistory, Statement};
use super::words;
use crate::protocol::issue::{End, Issue};
use crate::protocol::{
    Author, Entry, EntryNumber, How, IssueId, IssueKind, Item, Made, Move, ProposalId, Recorded, Session,
};

/// An issue and everything that was done about it.
pub fn history(session: &Session, issue: &Issue) -> IssueHistory {
    let mut steps = Vec::new();
    for entry in session.entries().iter().filter(|e| e.number > issue.entry) {
        steps.extend(entry.moves.iter().filter_map(|m| step(issue, entry, m)));
    }
    let state = match &issue.disposition {
        Some(disposition) => words::end(&disposition.end),
        None => "open".to_owned(),
    };
    IssueHistory { id: issue.id, state: words::capital(&state), raised: raised(session, issue), steps }
}

/// Who raised what, with what would resolve it.
pub fn raised(session: &Session, issue: &Issue) -> Statement {
    let by = &issue.by;
    let text = words::sentence(&issue.text);
    let said = match issue.id.kind {
        IssueKind::Question => {
            let to = issue.to.as_ref().map(Author::to_string).unwrap_or_default();
            let redirected = redirected(session, issue.id)
                .map(|name| format!(" (first addressed to '{name}', who is not at the table)"));
            format!("{} on {}: {by} asks {to}{}: {text}", issue.id, issue.about, redirected.unwrap_or_default())
        }
        IssueKind::Objection | IssueKind::Concern => {
            let word = match (issue.id.kind, issue.demoted) {
                (IssueKind::Objection, _) => "objects",
                (_, true) => "objects without anything new, recorded as a concern",
                (_, false) => "is concerned",
            };
            let harms = issue.criterion.map(|k| format!(", {k}")).unwrap_or_default();
            let resolved = match issue.resolved_if.trim() {
                "" => String::new(),
                remedy => format!(" Resolved by: {}", words::sentence(remedy)),
            };
            format!(
                "{} on {}, {}{harms}: {by} {word}: {text}{resolved}",
                issue.id,
                issue.about,
                words::clause(issue.clause)
            )
        }
    };
    Statement::new(said, [issue.entry])
}

/// The name a question was put to, where nobody bears it.
pub fn redirected(session: &Session, id: IssueId) -> Option<String> {
    let moves = session.entries().iter().flat_map(|e| &e.moves);
    let found = moves.filter(|m| matches!(&m.made, Some(Made::Redirected(made, _)) if *made == id));
    found.into_iter().find_map(|m| match &m.act {
        Move::Ask { to, .. } => Some(words::beginning(to, 40)),
        _ => None,
    })
}

/// What one move did about `issue`, if anything.
fn step(issue: &Issue, entry: &Entry, recorded: &Recorded) -> Option<Statement> {
    let id = issue.id;
    let (verb, why): (String, &str) = match &recorded.act {
        Move::Dispose { item: Item::Issue(on), how, why } if *on == id => (words::how(how), why),
        Move::Withdraw { issue: on, why } if *on == id => ("withdrawn".to_owned(), why),
        Move::Stand { issue: on, why, .. } if *on == id => ("stands".to_owned(), why),
        Move::Rule { issue: on, ruling, why } if *on == id => (words::ruled(*ruling).to_owned(), why),
        Move::Answer { question, text } if *question == id => ("answers".to_owned(), text),
        Move::Object { fails_when, .. } if recorded.made == Some(Made::Stood(id)) => {
            ("stands, raised anew".to_owned(), fails_when)
        }
        Move::Agree { because, .. } => {
            let end = issue.disposition.as_ref().filter(|d| d.entry == entry.number)?;
            let End::Resolved(by) = end.end else {
                return None;
            };
            let own = issue.by == entry.author && end.why == *because;
            let text = format!("{}: agrees, naming {by}: {}", entry.author, words::sentence(because));
            return own.then(|| Statement::new(text, [entry.number, by]));
        }
        Move::Propose(_) | Move::Amend(_) => match &recorded.made {
            Some(Made::Proposal { id, head: true, .. }) => return answered_by(issue, entry, *id),
            _ => return None,
        },
        Move::Dispose { item: Item::Alternative(id), how: How::Adopted, .. } => return answered_by(issue, entry, *id),
        _ => return None,
    };
    let text = format!("{}: {verb}: {}", entry.author, words::sentence(why));
    Some(Statement::new(text, [entry.number]))
}

/// A new head answers every objection that is open when it comes.
fn answered_by(issue: &Issue, entry: &Entry, text: ProposalId) -> Option<Statement> {
    let was_open = issue.disposition.as_ref().is_none_or(|d| d.entry > entry.number);
    let concerned = issue.id.kind == IssueKind::Objection && issue.about.decision() == Some(text.decision);
    let step = format!("{}: puts {text} on the table.", entry.author);
    (was_open && concerned).then(|| Statement::new(step, [entry.number]))
}

/// Whether an end means that the harm was seen and taken.
pub fn accepted_harm(end: &End) -> bool {
    match end {
        End::Disposed(How::Declined | How::Risk) => true,
        End::Disposed(_) | End::Resolved(_) | End::Withdrawn | End::Answered | End::Ruled(_) => false,
    }
}

/// Section 5. Computed: objections that stood, are open or were ruled on, concerns that were declined, objections
/// recorded as concerns, and reservations. Empty means that there are none.
pub fn dissent(session: &Session) -> Vec<Statement> {
    let mut dissent = Vec::new();
    for issue in session.issues().iter().filter(|i| i.id.kind != IssueKind::Question) {
        if let Some(why) = dissents(issue) {
            let said = raised(session, issue);
            let state =
                issue.disposition.as_ref().map(|d| format!("{}: {}", words::end(&d.end), words::sentence(&d.why)));
            let end = state.unwrap_or_else(|| "open.".to_owned());
            let ended: Option<EntryNumber> = issue.disposition.as_ref().map(|d| d.entry);
            let entries = said.entries.iter().chain(&issue.stood).copied().chain(ended);
            dissent.push(Statement::new(format!("{why}. {} What became of it: {end}", said.text), entries));
        }
    }
    for (seat, signature) in &session.ratification().signatures {
        if let Some(reservation) = &signature.reservation {
            let valid = session.has_signed(seat, &signature.digest)
                && session.accord_digest().as_ref() == Some(&signature.digest);
            let void = if valid { "" } else { " (with a signature that is void now)" };
            let text = format!("Reservation of {seat}{void}: {}", words::sentence(reservation));
            dissent.push(Statement::new(text, [signature.entry]));
        }
    }
    dissent
}

fn dissents(issue: &Issue) -> Option<&'static str> {
    let end = issue.disposition.as_ref().map(|d| &d.end);
    match (issue.id.kind, end) {
        (IssueKind::Objection, None) => Some("Open objection"),
        (IssueKind::Objection, Some(End::Ruled(_))) => Some("Objection ended by a ruling and not by its objector"),
        (IssueKind::Objection, Some(End::Disposed(_))) => {
            Some("Objection to the framework ended by the supervisor and not by its objector")
        }
        (IssueKind::Objection, Some(_)) if !issue.stood.is_empty() => Some("Objection that its objector stood by"),
        (IssueKind::Concern, _) if issue.demoted => Some("Objection recorded as a concern"),
        (IssueKind::Concern, Some(End::Disposed(How::Declined))) => Some("Declined concern"),
        (IssueKind::Concern, Some(End::Ruled(_))) => Some("Concern ended by a ruling"),
        (IssueKind::Objection | IssueKind::Concern | IssueKind::Question, _) => None,
    }
}
