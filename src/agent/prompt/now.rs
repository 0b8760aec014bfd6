//! The tail: who you are, what you owe now, what you may name, and what changed since you last judged it.

use super::heads::{decision_of, named};
use super::table::how_in_words;
use super::{charter, enclosed, inset};
use crate::agent::library::Library;
use crate::agent::speaker::Turn;
use crate::protocol::event::Speaker;
use crate::protocol::{
    AskKind, Author, DecisionId, Digest, Duty, Move, SeatTag, Session, Target, VerdictKind, duty, rules,
};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Longest part of a refused reply that is shown back, in characters.
const SHOWN_BACK: usize = 6_000;

/// The tail of one call; `shared` says that the definitions stand above.
pub(super) fn tail(library: &Library, turn: &Turn<'_>, shared: bool, out: &mut String) {
    let session = turn.session;
    out.push_str("\n# Now\n\n");
    who(session, &turn.ask.author, shared, out);
    let _ = writeln!(out, "\n## Your task\n\n{}", task(library, turn).trim());
    match turn.ask.kind {
        AskKind::Framework => owners(session, out),
        AskKind::Position => charter::open(session, out),
        AskKind::Turn => owed(session, &turn.ask.author, &turn.ask.duties, out),
        AskKind::Mediation => disputes(session, out),
        AskKind::Premortem => {
            survived(session, &turn.ask.author, out);
            signing(session, &turn.ask.author, out);
        }
        AskKind::Signature => signing(session, &turn.ask.author, out),
    }
    refused(turn, out);
    // The same in every round of a turn, so that what a look adds is all that is new.
    out.push_str(if turn.looks.more || !turn.looks.rounds.is_empty() {
        "\nLook at the project first where your reply depends on it; then reply with the JSON object alone.\n"
    } else {
        "\nReply with the JSON object alone.\n"
    });
}

/// The task, of whose points (`- **draft**: …`) only those that are owed now are shown.
fn task(library: &Library, turn: &Turn<'_>) -> String {
    let labels: Vec<&str> = turn.ask.duties.iter().map(label).collect();
    let mut shown = true;
    let mut out = String::new();
    for line in library.task(turn.ask.kind).lines() {
        if let Some((point, _)) = line.strip_prefix("- **").and_then(|l| l.split_once("**")) {
            shown = labels.contains(&point) || turn.ask.kind != AskKind::Turn;
        } else if !line.starts_with(' ') {
            shown = true;
        }
        if shown {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The word for a duty in the task's points.
fn label(duty: &Duty) -> &'static str {
    match duty {
        Duty::Frame => "frame",
        Duty::Position => "position",
        Duty::Draft(_) => "draft",
        Duty::Revise(_) => "revise or rebut",
        Duty::Dispose(_) => "dispose",
        Duty::Stand(_) => "stand or withdraw",
        Duty::Review(_) => "review",
        Duty::Answer(_) => "answer",
        Duty::Heed(_) => "heed",
        Duty::Rule(_) => "rule",
        Duty::Mediate => "mediate",
        Duty::Premortem => "pre-mortem",
        Duty::Sign => "sign",
    }
}

fn who(session: &Session, author: &Author, shared: bool, out: &mut String) {
    let opening = session.opening();
    let (speaker, kinds): (Option<&Speaker>, String) = match author {
        Author::Supervisor => (Some(&opening.supervisor), String::new()),
        Author::Human => (None, String::new()),
        Author::Seat(tag) => {
            let seat = opening.seats.iter().find(|s| s.tag == *tag);
            let kinds = seat.map(|s| format!(" Your entry types: {}.", s.kinds.join(", "))).unwrap_or_default();
            (seat.map(|s| &s.speaker), kinds)
        }
    };
    let Some(speaker) = speaker else { return };
    let _ = writeln!(out, "You are [{author}] ({}).{kinds}", speaker.name);
    if !speaker.heart.is_empty() {
        let _ = writeln!(out, "The heart of your checklist: {}", speaker.heart);
    }
    if let Some(seat) = author.seat() {
        charter::charge(session, seat, out);
    }
    if let Some(last) = session.entries().iter().rev().find(|e| e.author == *author) {
        // Length is asked for, counted and reported back, never capped.
        let words = last.content.split_whitespace().count();
        let _ = writeln!(out, "Your last content, {}, had {words} words.", last.number);
    }
    if !shared {
        let _ = writeln!(out, "\n{}", enclosed("your definition", &speaker.definition));
    }
}

fn owners(session: &Session, out: &mut String) {
    let tags: Vec<&str> = session.seats().map(SeatTag::as_str).collect();
    let _ = writeln!(out, "\nOwners can be: {}.", tags.join(", "));
}

/// Each duty with what is needed to do it, and each text once.
fn owed(session: &Session, author: &Author, duties: &[Duty], out: &mut String) {
    out.push_str("\n## What you owe\n\n");
    for duty in duties {
        let _ = writeln!(out, "- {}", in_words(session, author, duty));
    }
    let touched: BTreeSet<DecisionId> = duties.iter().filter_map(|d| decision_of(session, d)).collect();
    for id in touched {
        since_judged(session, author, id, out);
    }
    early_signature(session, author, duties, out);
    if let Some(seat) = author.seat() {
        let revisable: Vec<String> = session
            .dockets()
            .filter(|d| d.head.is_some() && session.decision(d.id).is_some_and(|x| x.owner == *seat))
            .filter(|d| duty::may_revise(session, d.id) && !duties.contains(&Duty::Revise(d.id)))
            .map(|d| d.id.to_string())
            .collect();
        if !revisable.is_empty() {
            let _ = writeln!(
                out,
                "\nYou may also revise {}: a direction, a mediation, a changed framework or the answer to your question came after \
                 its head. A new head is your verdict on it.",
                revisable.join(", ")
            );
        }
    }
}

fn in_words(session: &Session, author: &Author, duty: &Duty) -> String {
    let text = |issue: &crate::protocol::IssueId| session.issue(*issue).map(|i| inset(&i.text)).unwrap_or_default();
    let items = |id: &DecisionId| {
        rules::outstanding(session, *id).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let disposing = |id: &DecisionId| match items(id) {
        none if none.is_empty() => String::new(),
        some => format!(" Dispose of: {some}."),
    };
    match duty {
        Duty::Draft(id) => format!("**draft** {id}: {}{}", question(session, *id), disposing(id)),
        Duty::Revise(id) => format!("**revise or rebut** {id}: the head is {}.{}", head(session, *id), disposing(id)),
        Duty::Dispose(id) => format!("**dispose** on {id}: the head is {}.{}", head(session, *id), disposing(id)),
        Duty::Review(id) => {
            let objected = author
                .seat()
                .and_then(|s| session.docket(*id)?.verdicts.get(s))
                .filter(|v| v.kind == VerdictKind::Object);
            let again = objected
                .map(|v| format!(" You objected in {}: if you agree now, `resolved_by` is a later entry.", v.entry));
            let more = charter::review(session, author, *id);
            format!(
                "**review** {id}: the head is {}{}.{}{more}",
                head(session, *id),
                bearing(session, *id),
                again.unwrap_or_default()
            )
        }
        Duty::Stand(issue) => {
            let found = session.issue(*issue);
            let met = found.map(|i| match &i.met {
                Some((_, entry)) => format!(", answered in {entry}"),
                None => ", unanswered, and what it was raised on has changed".to_owned(),
            });
            let raised = found.map(|i| format!(", yours of {}", i.entry)).unwrap_or_default();
            let resolved_if = found.map(|i| inset(&i.resolved_if)).unwrap_or_default();
            format!("**stand or withdraw** {issue}{raised}{}. Resolved if: {resolved_if}", met.unwrap_or_default())
        }
        Duty::Answer(issue) => {
            let by = session.issue(*issue).map(|i| i.by.to_string()).unwrap_or_default();
            format!("**answer** {issue} of {by}: {}", text(issue))
        }
        Duty::Heed(entry) => format!("**heed** the direction in {entry}"),
        Duty::Rule(issue) => format!("**rule** on {issue}, about the framework: {}", text(issue)),
        Duty::Frame | Duty::Position | Duty::Mediate | Duty::Premortem | Duty::Sign => duty.to_string(),
    }
}

fn question(session: &Session, id: DecisionId) -> String {
    let Some(decision) = session.decision(id) else { return String::new() };
    format!("{}{}", inset(&decision.question), bearing(session, id))
}

/// The criteria that bear on a decision, and its owner.
fn bearing(session: &Session, id: DecisionId) -> String {
    let Some(decision) = session.decision(id) else { return String::new() };
    let criteria = decision.criteria.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!(" (bear on it: {criteria}; owner {})", decision.owner)
}

/// A head by id and digest, as a verdict names it.
fn head(session: &Session, id: DecisionId) -> String {
    let head = session.docket(id).and_then(|d| d.head());
    head.map(|h| format!("{}@{}", h.id, h.digest.short())).unwrap_or_default()
}

/// For the pre-mortem: what the owners made of this seat's sealed positions.
fn survived(session: &Session, author: &Author, out: &mut String) {
    let Some(seat) = author.seat() else { return };
    out.push_str("\n## What became of your sealed positions\n\n");
    for docket in session.dockets() {
        let own = session.positions_on(docket.id).find(|(by, ..)| *by == seat);
        let Some((_, entry, Move::Position { choice, .. })) = own else { continue };
        let weighed = docket.weighed.get(seat);
        let became = weighed.map_or_else(
            || "it is your own decision".to_owned(),
            |w| format!("{} in {}: {}", how_in_words(&w.how), w.entry, inset(&w.why)),
        );
        let _ = writeln!(out, "- {} ({entry}): {} -> {became}", docket.id, inset(choice));
    }
}

/// A seat that has only to judge what changed since it read the accord may sign in the same reply.
fn early_signature(session: &Session, author: &Author, duties: &[Duty], out: &mut String) {
    let only_judges = duties.iter().all(|d| matches!(d, Duty::Review(_) | Duty::Stand(_)));
    let may = only_judges && duty::may_sign(session);
    let Some(digest) = may.then(|| session.accord_digest()).flatten() else { return };
    let _ = writeln!(
        out,
        "\nYou have read the accord once to sign it; with these heads it is {}. If you agree to every head and raise nothing, you may \
         `sign` it in this reply: it counts as soon as everybody agrees.",
        digest.short()
    );
    signed_before(session, author, &digest, out);
}

/// For a signer: the digest, and what it reserved when it signed an earlier accord.
fn signing(session: &Session, author: &Author, out: &mut String) {
    let Some(digest) = session.accord_digest() else { return };
    let _ = writeln!(out, "\nThe accord's digest is {}.", digest.short());
    signed_before(session, author, &digest, out);
}

fn signed_before(session: &Session, author: &Author, digest: &Digest, out: &mut String) {
    let before = author.seat().and_then(|s| session.ratification().signatures.get(s));
    let Some(before) = before.filter(|s| s.digest != *digest) else { return };
    let _ = match &before.reservation {
        Some(text) => writeln!(
            out,
            "You signed an earlier accord in {}, with this reservation, which counts no more unless you give it again: {}",
            before.entry,
            inset(text)
        ),
        None => writeln!(out, "You signed an earlier accord in {}, without a reservation.", before.entry),
    };
}

/// What is new in the head for a seat that judged an earlier one.
fn since_judged(session: &Session, author: &Author, id: DecisionId, out: &mut String) {
    let (Some(seat), Some(docket)) = (author.seat(), session.docket(id)) else { return };
    let Some(judged) = docket.verdicts.get(seat).filter(|_| docket.head.is_some()) else { return };
    let changed = docket.changed_since_judged(seat);
    // 0, the text as a whole, goes without saying where a clause changed.
    let named = changed.iter().filter(|n| **n > 0 || changed.len() == 1);
    let changed: Vec<String> = named
        .map(|n| if *n == 0 { "0 (assumptions, or the text as a whole)".to_owned() } else { n.to_string() })
        .collect();
    let changed = if changed.is_empty() { "nothing".to_owned() } else { format!("clauses {}", changed.join(", ")) };
    let _ = writeln!(
        out,
        "\nChanged in {id} since you judged {} in {}: {changed}. An objection elsewhere in {id} must name in `rests_on` an entry \
         after {}{}.",
        judged.on,
        judged.entry,
        judged.seen,
        if session.has_late_pass(seat) { ", or uses your one late pass" } else { " (your late pass is used)" }
    );
}

/// For the mediator: every decision that is not settled, and who stands where.
fn disputes(session: &Session, out: &mut String) {
    let unsettled: Vec<DecisionId> = session.dockets().map(|d| d.id).filter(|id| !session.is_settled(*id)).collect();
    let loose = session.issues().iter().filter(|i| i.is_open() && (i.about == Target::Framework || i.to.is_some()));
    for issue in loose {
        let _ = writeln!(out, "Open on {}: {}", issue.about, named(issue));
    }
    out.push_str("\n## Who stands where\n\n");
    for id in unsettled {
        let stances: Vec<String> = session.seats().map(|s| format!("{s} {}", stance(session, s, id))).collect();
        let _ = writeln!(out, "- {id}: {}", stances.join(", "));
    }
}

fn stance(session: &Session, seat: &SeatTag, id: DecisionId) -> &'static str {
    use crate::protocol::Stance;
    match session.stance(seat, id) {
        Stance::Agrees => "agrees",
        Stance::Stale => "agreed to an earlier text",
        Stance::Objects => "objects",
        Stance::Asks => "asks",
        Stance::Silent => "has given no verdict",
    }
}

fn refused(turn: &Turn<'_>, out: &mut String) {
    let Some(last) = turn.refused.last() else { return };
    let left = crate::protocol::session::MAX_SENT_BACK + 1 - turn.refused.len();
    let text: String = last.text.chars().take(SHOWN_BACK).collect();
    let _ = writeln!(
        out,
        "\n## Your last reply was refused ({left} left)\n\nNothing of it counts. Send the whole reply again, mended:\n"
    );
    for reason in &last.reasons {
        let _ = writeln!(out, "- {reason}");
    }
    let _ = writeln!(out, "\n{}", enclosed("your refused reply", &text));
}
