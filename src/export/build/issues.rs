//! Objections, concerns and questions from their raising to their end; and section 5, dissent and reservations.

use super::super::document::{IssueHistory, Statement};
use super::followed::{Done, Followed, Laid};
use super::gist::gist;
use super::words;
use crate::protocol::issue::{End, Issue};
use crate::protocol::{Author, How, IssueKind, Item, Made, Move, ProposalId, Recorded, Session};

/// Most characters of an objection's case, of another issue's text, of one that a clause or reading met, and of the
/// reason for its end.
const CASE: usize = 180;
const TEXT: usize = 120;
const MET: usize = 90;
const REASON: usize = 90;
/// Most characters of a name that nobody bears.
const NAME: usize = 40;

/// An issue and everything that was done about it.
pub fn history(followed: &Followed<'_>, issue: &Issue) -> IssueHistory {
    let mut steps: Vec<_> = followed
        .on(issue.id)
        .iter()
        .filter_map(|done| Some(((done.entry.number, done.at), step(issue, *done)?)))
        .collect();
    steps.extend(answers(followed, issue).map(|laid| {
        let text = format!("{}: puts {} on the table.", laid.entry.author, laid.id);
        ((laid.entry.number, laid.at), Statement::new(text, [laid.entry.number]))
    }));
    steps.sort_by_key(|(place, _)| *place);
    let state = match &issue.disposition {
        Some(disposition) => words::end(&disposition.end),
        None => "open".to_owned(),
    };
    IssueHistory {
        id: issue.id,
        state: words::capital(&state),
        brief: brief(followed, issue),
        raised: raised(followed, issue),
        steps: steps.into_iter().map(|(_, step)| step).collect(),
    }
}

/// Who, where, by which criterion, in which case, and what became of it.
fn brief(followed: &Followed<'_>, issue: &Issue) -> Statement {
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
    let heads: Vec<_> = answers(followed, issue).collect();
    if !heads.is_empty() {
        let told: Vec<String> = heads.iter().map(|laid| format!("{} of {}", laid.id, laid.entry.author)).collect();
        text.push_str(&format!(" Answered by {}.", words::list(&told)));
        entries.extend(heads.iter().map(|laid| laid.entry.number));
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

/// Texts that came on the table while an objection to their decision was open: a new head answers every one of them.
fn answers<'a>(followed: &Followed<'a>, issue: &Issue) -> impl Iterator<Item = Laid<'a>> {
    let decision = issue.about.decision().filter(|_| issue.id.kind == IssueKind::Objection);
    let end = issue.disposition.as_ref().map(|d| d.entry);
    decision.into_iter().flat_map(move |decision| followed.heads(decision, issue.entry, end))
}

/// The text that a move puts on the table.
pub fn head_of(recorded: &Recorded) -> Option<ProposalId> {
    match (&recorded.act, &recorded.made) {
        (Move::Propose(_) | Move::Amend(_), Some(Made::Proposal { id, head: true, .. })) => Some(*id),
        (Move::Dispose { item: Item::Alternative(id), how: How::Adopted, .. }, _) => Some(*id),
        _ => None,
    }
}

/// Who raised what, with what would resolve it.
pub fn raised(followed: &Followed<'_>, issue: &Issue) -> Statement {
    let by = &issue.by;
    let text = words::sentence(&issue.text);
    let said = match issue.id.kind {
        IssueKind::Question => {
            let to = issue.to.as_ref().map(Author::to_string).unwrap_or_default();
            let redirected = followed.redirected(issue.id).map(|name| words::beginning(name, NAME));
            let redirected = redirected.map(|name| format!(" (first addressed to '{name}', who is not at the table)"));
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
                remedy => format!(" What would resolve it: {}", words::sentence(remedy)),
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

/// What one move did about `issue`, if anything.
fn step(issue: &Issue, done: Done<'_>) -> Option<Statement> {
    let Done { entry, recorded, .. } = done;
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
        _ => return None,
    };
    let text = format!("{}: {verb}: {}", entry.author, words::sentence(why));
    Some(Statement::new(text, [entry.number]))
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
    for issue in session.issues() {
        dissent.extend(dissents(issue).map(|why| dissenting(issue, why)));
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

/// An issue that was not simply met: whose, on what, and what became of it.
fn dissenting(issue: &Issue, why: &str) -> Statement {
    let place = std::iter::once(words::clause(issue.clause)).chain(issue.criterion.map(|k| k.to_string()));
    let mut text = format!(
        "{why}: {} of {} on {} ({}): {}",
        issue.id,
        issue.by,
        issue.about,
        place.collect::<Vec<_>>().join(", "),
        words::sentence(&issue.text)
    );
    if !issue.resolved_if.trim().is_empty() {
        text.push_str(&format!(" What would resolve it: {}", words::sentence(&issue.resolved_if)));
    }
    if !issue.stood.is_empty() {
        text.push_str(&format!(" Its objector stood by it {}.", words::times(issue.stood.len())));
    }
    match &issue.disposition {
        None => text.push_str(" It is open."),
        Some(end) => {
            let became = words::capital(&words::end(&end.end));
            text.push_str(&format!(" {became} ({}): {}", end.by, words::sentence(&end.why)));
        }
    }
    let ended = issue.disposition.as_ref().map(|d| d.entry);
    Statement::new(text, std::iter::once(issue.entry).chain(issue.stood.iter().copied()).chain(ended))
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
