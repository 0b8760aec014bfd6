//! How long a text is to a reader, in characters: what pacing and typing are measured by.

use crate::protocol::entry::{Amendment, Change, Draft};
use crate::protocol::{Event, Framework, How, Move, Reply};

/// The characters of what `event` says; 0 for an event that says nothing a reader reads.
pub(super) fn of_event(event: &Event) -> u32 {
    match event {
        Event::Replied { reply, .. } | Event::Posted { reply, .. } => of_reply(reply),
        Event::SentBack { text, .. } => of_text(text),
        Event::Opened(_)
        | Event::Asked { .. }
        | Event::Retried { .. }
        | Event::Revealed { .. }
        | Event::Escalated { .. }
        | Event::Lapsed { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. }
        | Event::Closed { .. } => 0,
    }
}

fn of_reply(reply: &Reply) -> u32 {
    reply.moves.iter().map(of_move).fold(of_text(&reply.content), u32::saturating_add)
}

fn of_text(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

fn of_texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> u32 {
    texts.into_iter().map(|t| of_text(t)).fold(0, u32::saturating_add)
}

fn of_move(act: &Move) -> u32 {
    match act {
        Move::Frame { framework } => of_framework(framework),
        Move::Position { choice, rejected, rests_on, .. } => of_texts([choice, rejected, rests_on]),
        Move::Propose(draft) => of_draft(draft),
        Move::Amend(amendment) => of_amendment(amendment),
        Move::Agree { because: text, .. }
        | Move::Concern { text, .. }
        | Move::Ask { text, .. }
        | Move::Answer { text, .. }
        | Move::Withdraw { why: text, .. }
        | Move::Stand { why: text, .. }
        | Move::Rule { why: text, .. }
        | Move::Direct { text } => of_text(text),
        Move::Object { fails_when, resolved_if, .. } => of_texts([fails_when, resolved_if]),
        Move::Dispose { how, why, .. } => {
            let reading = if let How::Reading { reading, .. } = how { of_text(reading) } else { 0 };
            of_text(why).saturating_add(reading)
        }
        Move::Mediate { agreed, disputed, crux, question } => of_texts([agreed, disputed, crux, question]),
        Move::Risk { scenario, sign, mitigation, .. } => of_texts([scenario, sign, mitigation]),
        Move::Sign { reservation, .. } => of_texts(reservation),
    }
}

fn of_framework(framework: &Framework) -> u32 {
    let Framework { title, goals, non_goals, constraints, unknowns, criteria, decisions } = framework;
    let lists = [goals, non_goals, constraints, unknowns].into_iter().flatten();
    let yardsticks = criteria.iter().map(|c| &c.text).chain(decisions.iter().map(|d| &d.question));
    of_texts(std::iter::once(title).chain(lists).chain(yardsticks))
}

fn of_draft(draft: &Draft) -> u32 {
    let Draft { clauses, rationale, assumptions, rejected, actions, .. } = draft;
    let options = rejected.iter().flat_map(|r| [&r.option, &r.why]);
    let work = actions.iter().flat_map(|a| [&a.what, &a.done_when]);
    of_texts(clauses.iter().chain(assumptions).chain(std::iter::once(rationale)).chain(options).chain(work))
}

fn of_amendment(amendment: &Amendment) -> u32 {
    let changed = amendment.changes.iter().map(|change| match change {
        Change::Replace { text, .. } | Change::Add { text } => of_text(text),
        Change::Strike { .. } => 0,
    });
    let assumptions = amendment.assumptions.iter().flatten();
    let said = std::iter::once(&amendment.rationale).chain(assumptions);
    let work = amendment.actions.iter().flat_map(|a| [&a.what, &a.done_when]);
    changed.fold(of_texts(said.chain(work)), u32::saturating_add)
}
