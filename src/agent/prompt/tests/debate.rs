//! A debate of the size that real ones have, by scripted speakers: the built-in roles, contents of some hundred words, drafts
//! of eight clauses, concerns, objections, and a reply that is sent back.

use super::super::{Messages, messages};
use crate::agent::definition::Definition;
use crate::agent::library::{self, Library};
use crate::agent::speaker::Turn;
use crate::protocol::entry::Change;
use crate::protocol::event::{Event, Limits, Speaker};
use crate::protocol::tests::host::{Host, Judge, SEATS, dutiful, id, opening, seat};
use crate::protocol::*;

/// One call: its wave, who was asked, and what was sent.
pub struct Call {
    pub wave: u32,
    pub kind: AskKind,
    pub author: Author,
    pub sent: Messages,
}

/// Text of about so many bytes, different for each `mark`.
pub fn prose(mark: &str, bytes: usize) -> String {
    let words =
        ["the", "write", "is", "acknowledged", "before", "replica", "holds", "it", "and", "queue", "drains", "late"];
    let seed: usize = mark.bytes().map(usize::from).fold(7, |a, b| a.wrapping_mul(31).wrapping_add(b));
    let mut out = format!("{mark}:");
    let mut at = seed;
    while out.len() < bytes {
        at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push(' ');
        out.push_str(words[(at >> 33) % words.len()]);
    }
    out
}

/// A session with four of the built-in roles.
pub fn start() -> Host {
    let role = |speaker: &mut Speaker| {
        let name = speaker.name.to_lowercase();
        let (file, text) = library::built_in().find(|(built_in, _)| *built_in == name).unwrap();
        let definition = Definition::parse(file, text).unwrap();
        (speaker.definition, speaker.heart) = (definition.body, definition.heart);
    };
    let mut first = opening(&SEATS, Limits { waves: 1_000, mediations: 1_000, ..Limits::default() });
    first.seats.iter_mut().for_each(|seat| role(&mut seat.speaker));
    role(&mut first.supervisor);
    first.topic = prose("How should sign-in and sessions work for our product", 400);
    Host::with(first)
}

/// A reply as long as real ones are.
pub fn lengthen(session: &Session, ask: &Ask, mut reply: Reply) -> Reply {
    let mark = format!("{} in wave {}", ask.author, session.wave().number);
    reply.content = prose(&mark, 900);
    for act in &mut reply.moves {
        match act {
            Move::Frame { framework } => {
                for decision in &mut framework.decisions {
                    decision.question = prose(&format!("{}: this or that", decision.id), 300);
                }
                for criterion in &mut framework.criteria {
                    criterion.text = prose(&criterion.id.to_string(), 200);
                }
            }
            Move::Position { choice, rejected, .. } => {
                *choice = prose(&format!("{mark} choice"), 350);
                *rejected = prose(&format!("{mark} rejected"), 200);
            }
            Move::Propose(draft) => {
                draft.clauses = (1..=8).map(|n| prose(&format!("{mark} {} clause {n}", draft.decision), 330)).collect();
                draft.rationale = prose(&format!("{mark} rationale"), 400);
                draft.assumptions = vec![prose(&format!("{mark} assumption"), 150)];
            }
            Move::Amend(amendment) => {
                for change in &mut amendment.changes {
                    if let Change::Replace { text, .. } = change {
                        *text = prose(&format!("{mark} changed {}", amendment.decision), 400);
                    }
                }
                amendment.rationale = prose(&format!("{mark} why"), 250);
            }
            Move::Object { fails_when, resolved_if, .. } => {
                *fails_when = prose(&format!("{mark} scenario"), 450);
                *resolved_if = prose(&format!("{mark} remedy"), 200);
            }
            Move::Agree { because, .. } => *because = prose(&format!("{mark} because"), 160),
            Move::Stand { why, .. } | Move::Dispose { why, .. } => *why = prose(&format!("{mark} why"), 180),
            Move::Risk { scenario, sign, mitigation, .. } => {
                *scenario = prose(&format!("{mark} failure"), 300);
                *sign = prose(&format!("{mark} sign"), 100);
                *mitigation = prose(&format!("{mark} help"), 100);
            }
            _ => {}
        }
    }
    reply
}

/// A concern beside an agreement, as reviews have.
fn with_concern(session: &Session, mut reply: Reply) -> Reply {
    let agreed = reply.moves.iter().find_map(|m| match m {
        Move::Agree { decision, .. } => Some(*decision),
        _ => None,
    });
    let first = session.dockets().all(|d| d.proposals.len() <= 1);
    if let Some(decision) = agreed.filter(|_| first) {
        reply.moves.push(Move::Concern {
            about: Target::Decision(decision),
            clause: 3,
            criterion: CriterionId(2),
            text: prose("a concern", 280),
        });
    }
    reply
}

/// A debate on four decisions in which each is objected to `rounds` times, and what was sent in it.
pub fn debate(rounds: usize, most: Option<usize>) -> (Host, Vec<Call>) {
    let library = Library::load(None).unwrap();
    let mut calls = Vec::new();
    let host = watched(rounds, |session, ask| {
        let refused = session.wave().sent_back.get(&ask.author).cloned().unwrap_or_default();
        let sent =
            messages(&library, &Turn { session, ask, refused: &refused, looks: Default::default() }, most).unwrap();
        calls.push(Call { wave: session.wave().number, kind: ask.kind, author: ask.author.clone(), sent });
    });
    (host, calls)
}

/// The same debate; `look` sees each call before it is answered.
pub fn watched(rounds: usize, mut look: impl FnMut(&Session, &Ask)) -> Host {
    let mut host = start();
    let mut slipped = false;
    host.run(|session, ask| {
        look(session, ask);
        let reply = dutiful(session, ask, 4, |author, decision| {
            let objector = match decision.0 {
                1 | 2 => "ARCHITECT",
                3 => "SECURITY",
                _ => "BACKEND",
            };
            let heads = session.docket(decision).map_or(0, |d| d.proposals.len());
            // D1 goes on longest, as one decision does.
            let rounds = if decision == id("D1") { rounds } else { rounds.min(2) };
            let objects = *author == seat(objector) && heads <= rounds;
            if objects { Judge::Object } else { Judge::Agree }
        });
        let mut reply = lengthen(session, ask, with_concern(session, reply));
        // One seat forgets a verdict once.
        if !slipped && ask.author == seat("FRONTEND") && ask.duties.len() > 1 && ask.kind == AskKind::Turn {
            slipped = true;
            reply.moves.truncate(1);
        }
        reply
    });
    host
}

/// What would be sent in a debate that is in a journal already, by its events; up to where today's rules part from those it
/// was held by.
pub fn replayed(events: &[Event], most: Option<usize>) -> Vec<Call> {
    let library = Library::load(None).unwrap();
    let mut session = Session::open(&events[0]).unwrap();
    let mut calls = Vec::new();
    let call = |session: &Session, ask: &Ask| {
        let refused = session.wave().sent_back.get(&ask.author).cloned().unwrap_or_default();
        let sent =
            messages(&library, &Turn { session, ask, refused: &refused, looks: Default::default() }, most).unwrap();
        Call { wave: session.wave().number, kind: ask.kind, author: ask.author.clone(), sent }
    };
    for event in &events[1..] {
        let asks = session.asks();
        if let Event::Asked { asks: told, .. } = event {
            let asked = asks.iter().filter(|a| told.iter().any(|t| t.author == a.author));
            calls.extend(asked.map(|ask| call(&session, ask)));
        }
        if session.apply(event).is_err() {
            break;
        }
        if let Event::SentBack { author, .. } = event
            && !session.has_answered(author)
        {
            calls.extend(asks.iter().filter(|a| a.author == *author).map(|ask| call(&session, ask)));
        }
    }
    calls
}
