//! The session as folders of messages, tasks and results, for tools that look there.
//!
//! Definitions written for file-based teams speak of an inbox, a list of tasks and a folder for results. Here the log is all
//! three; these files say what it says, each made anew from it, and nothing written into them is ever read.
//!
//! ```text
//! inbox/<seat>/0012-security.md    an entry that concerns the seat: asked of it, about what it owns, an answer to it
//! tasks/D1.md                      a decision: who owns it, what it waits for, how far it is
//! outputs/<seat>/D1.2.md           a text the seat put forward
//! outputs/<seat>/0014.md           what it implemented
//! ```

use crate::journal::communication::render_entry;
use crate::protocol::charter::IMPLEMENTATION;
use crate::protocol::{
    Author, Decision, DecisionId, Entry, IssueKind, Item, Made, Move, Proposal, SeatTag, Session, Target,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// The folders that are made anew each time.
pub const FOLDERS: [&str; 3] = ["inbox", "tasks", "outputs"];
/// Most messages of one inbox: the newest.
const MAX_MESSAGES: usize = 500;

/// Every file, by its path within the session's folder.
pub fn files(session: &Session) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let voices = session.seats().cloned().map(Author::Seat).chain([Author::Supervisor]);
    for voice in voices {
        let folder = PathBuf::from("inbox").join(folder_of(&voice));
        let messages = session.entries().iter().rev().filter(|e| concerns(session, e, &voice)).take(MAX_MESSAGES);
        for entry in messages {
            let name = format!("{:04}-{}.md", entry.number.0, folder_of(&entry.author));
            files.insert(folder.join(name), render_entry(session, entry));
        }
    }
    for decision in session.framework().into_iter().flat_map(|f| &f.decisions) {
        files.insert(PathBuf::from(format!("tasks/{}.md", decision.id)), task(session, decision));
    }
    outputs(session, &mut files);
    files
}

fn folder_of(author: &Author) -> String {
    author.to_string().to_lowercase()
}

/// Whether an entry says something to `voice` that is not its own.
fn concerns(session: &Session, entry: &Entry, voice: &Author) -> bool {
    entry.author != *voice && entry.moves.iter().any(|m| reaches(session, &m.act, m.made.as_ref(), voice))
}

fn reaches(session: &Session, act: &Move, made: Option<&Made>, voice: &Author) -> bool {
    let owns = |id: DecisionId| session.decision(id).is_some_and(|d| voice.seat() == Some(&d.owner));
    let leads = *voice == Author::Supervisor;
    let about = |about: &Target| match about {
        Target::Framework => leads,
        Target::Decision(id) => owns(*id),
    };
    let raised = |id| session.issue(id).is_some_and(|i| i.by == *voice);
    match act {
        Move::Frame { .. } | Move::Direct { .. } | Move::Mediate { .. } => true,
        Move::Ask { .. } | Move::Escalate { .. } => {
            let id = match made {
                Some(Made::Issue(id) | Made::Redirected(id, _)) => Some(*id),
                _ => None,
            };
            id.and_then(|id| session.issue(id)).is_some_and(|i| i.to.as_ref() == Some(voice))
        }
        Move::Answer { question: id, .. } | Move::Rule { issue: id, .. } => raised(*id),
        Move::Object { about: on, .. } | Move::Concern { about: on, .. } | Move::Risk { about: on, .. } => about(on),
        Move::Withdraw { issue, .. } | Move::Stand { issue, .. } => {
            session.issue(*issue).is_some_and(|i| about(&i.about))
        }
        Move::Dispose { item, .. } => match item {
            Item::Issue(id) => raised(*id),
            Item::Alternative(id) => {
                session.docket(id.decision).and_then(|d| d.proposal(*id)).is_some_and(|p| p.by == *voice)
            }
            Item::Position(_, seat) => voice.seat() == Some(seat),
        },
        Move::Propose(draft) => owns(draft.decision),
        Move::Amend(amendment) => owns(amendment.decision),
        Move::Claim { decision, .. } => leads || owns(*decision),
        Move::Position { .. } | Move::Agree { .. } | Move::Sign { .. } => false,
    }
}

/// A decision as a task: open, blocked, in progress or completed.
fn task(session: &Session, decision: &Decision) -> String {
    let head = session.docket(decision.id).and_then(|d| d.head());
    let waits: Vec<String> = decision
        .after
        .iter()
        .filter(|other| session.docket(**other).is_some_and(|d| d.head.is_none()))
        .map(ToString::to_string)
        .collect();
    let status = match head {
        Some(_) if session.is_settled(decision.id) => "completed",
        Some(_) => "in_progress",
        None if waits.is_empty() => "pending",
        None => "blocked",
    };
    let after: Vec<String> = decision.after.iter().map(ToString::to_string).collect();
    let mut out = format!(
        "---\nid: {}\nstatus: {status}\nowner: {}\nafter: [{}]\nblocked_by: [{}]\n---\n\n{}\n",
        decision.id,
        decision.owner,
        after.join(", "),
        waits.join(", "),
        lines(&decision.question)
    );
    if let Some(head) = head {
        out.push('\n');
        text(head, &mut out);
    }
    let open = session.issues().iter().filter(|i| i.is_open() && i.about == Target::Decision(decision.id));
    for issue in open {
        let kind = match issue.id.kind {
            IssueKind::Objection => "objection",
            IssueKind::Concern => "concern",
            IssueKind::Question => "question",
        };
        let _ = write!(out, "\nOpen: {kind} {} of {} ({}): {}\n", issue.id, issue.by, issue.entry, lines(&issue.text));
    }
    out
}

fn outputs(session: &Session, files: &mut BTreeMap<PathBuf, String>) {
    let folder = |seat: &SeatTag| PathBuf::from("outputs").join(seat.as_str().to_lowercase());
    for proposal in session.dockets().flat_map(|d| &d.proposals) {
        if let Some(seat) = proposal.by.seat() {
            let mut out = String::new();
            text(proposal, &mut out);
            files.insert(folder(seat).join(format!("{}.md", proposal.id)), out);
        }
    }
    for entry in session.entries().iter().filter(|e| e.kind == IMPLEMENTATION) {
        if let Some(seat) = entry.author.seat() {
            files.insert(folder(seat).join(format!("{:04}.md", entry.number.0)), render_entry(session, entry));
        }
    }
}

fn text(proposal: &Proposal, out: &mut String) {
    let _ = writeln!(out, "{}@{} by {} in {}\n", proposal.id, proposal.digest.short(), proposal.by, proposal.entry);
    for (number, clause) in &proposal.clauses {
        let _ = writeln!(out, "({number}) {}", lines(clause));
    }
    for action in &proposal.actions {
        let _ = writeln!(
            out,
            "\nAction ({}): {} Done when: {}",
            lines(&action.owner),
            lines(&action.what),
            lines(&action.done_when)
        );
    }
}

/// A text of a model's with its further lines indented, so that none stands where ours do.
fn lines(text: &str) -> String {
    let tame: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    tame.trim().replace('\n', "\n    ")
}
