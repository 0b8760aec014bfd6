//! Objections, concerns and questions from their raising to their end; and section 5, dissent and reservations.

use super::super::document::{IssueHistory, Statement};
use super::gist::gist;
use super::words;
use crate::protocol::issue::{End, Issue};
use crate::protocol::{
    Author, Entry, EntryNumber, How, IssueId, IssueKind, Item, Made, Move, ProposalId, Recorded, Session,
};

/// Most characters of an objection's case, of another issue's text, of one that a clause or reading met, and of the
/// reason for its end.
const CASE: usize = 180;
const TEXT: usize = 120;
const MET: usize = 90;
const REASON: usize = 90;

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
    let (raised, brief) = (raised(session, issue), brief(session, issue));
    IssueHistory { id: issue.id, state: words::capital(&state), brief, raised, steps }
}

/// Who, where, by which criterion, in which case, and what became of it.
fn brief(session: &Session, issue: &Issue) -> Statement {
    let mut entries = vec![issue.entry];
    let mut text = issue.by.to_string();
    if let (IssueKind::Question, Some(to)) = (issue.id.kind, &issue.to) {
        text.push_str(&format!(" asks {to}"));
    }
    if issue.clause != 0 {
        text.push_str(&format!(", clause {}", issue.clause));
    }
    text.extend(issue.criterion.map(|k| format!(", {k}")));
    if issue.demoted {
        text.push_str(", an objection without anything new, recorded as a concern");
    }
    let most = match (issue.id.kind, issue.disposition.as_ref().is_some_and(|d| !telling(issue, &d.end))) {
        (IssueKind::Objection, _) => CASE,
        (_, true) => MET,
        (_, false) => TEXT,
    };
    text.push_str(&format!(": {}", gist(&issue.text, most)));
    let heads = answers(session, issue);
    if !heads.is_empty() {
        let told: Vec<String> = heads.iter().map(|(id, by, _)| format!("{id} of {by}")).collect();
        text.push_str(&format!(" Answered by {}.", words::list(&told)));
        entries.extend(heads.iter().map(|(_, _, entry)| *entry));
    }
    if !issue.stood.is_empty() {
        text.push_str(&format!(" Its objector stood by it {}.", words::times(issue.stood.len())));
        entries.extend(&issue.stood);
    }
    if let Some(end) = &issue.disposition {
        entries.push(end.entry);
        if telling(issue, &end.end) {
            text.push_str(&format!(" {}: {}", end.by, gist(&end.why, REASON)));
        }
    }
    Statement::new(text, entries)
}

/// Whether the reason for an end says more than the text that it led to.
fn telling(issue: &Issue, end: &End) -> bool {
    match end {
        End::Disposed(How::Addressed { .. } | How::Reading { .. }) => issue.id.kind == IssueKind::Objection,
        End::Disposed(How::Declined | How::Risk | How::Moot | How::Adopted | How::Partly) => true,
        End::Resolved(_) | End::Withdrawn | End::Answered | End::Ruled(_) => true,
    }
}

/// Texts that came on the table while an objection to their decision was open.
fn answers(session: &Session, issue: &Issue) -> Vec<(ProposalId, Author, EntryNumber)> {
    let mut heads = Vec::new();
    for entry in session.entries().iter().filter(|e| e.number > issue.entry) {
        for recorded in &entry.moves {
            if let Some(id) = head_of(recorded).filter(|id| was_answered(issue, entry, *id)) {
                heads.push((id, entry.author.clone(), entry.number));
            }
        }
    }
    heads
}

/// The text that a move puts on the table.
fn head_of(recorded: &Recorded) -> Option<ProposalId> {
    match (&recorded.act, &recorded.made) {
        (Move::Propose(_) | Move::Amend(_), Some(Made::Proposal { id, head: true, .. })) => Some(*id),
        (Move::Dispose { item: Item::Alternative(id), how: How::Adopted, .. }, _) => Some(*id),
        _ => None,
    }
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
        _ => {
            let text = head_of(recorded).filter(|id| was_answered(issue, entry, *id))?;
            return Some(Statement::new(format!("{}: puts {text} on the table.", entry.author), [entry.number]));
        }
    };
    let text = format!("{}: {verb}: {}", entry.author, words::sentence(why));
    Some(Statement::new(text, [entry.number]))
}

/// A new head answers every objection that is open when it comes.
fn was_answered(issue: &Issue, entry: &Entry, text: ProposalId) -> bool {
    let was_open = issue.disposition.as_ref().is_none_or(|d| d.entry > entry.number);
    let concerned = issue.id.kind == IssueKind::Objection && issue.about.decision() == Some(text.decision);
    was_open && concerned
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
