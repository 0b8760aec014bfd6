//! A debate as lines: entries on standard output as they come, one status line a wave on standard error. Or one JSON
//! event a line.

use super::lines::{note, say};
use crate::agent::panel::is_panel;
use crate::journal::communication::{render_entry, render_header, render_look};
use crate::journal::{Feed, Record};
use crate::protocol::event::{Event, Outcome};
use crate::protocol::session::Life;
use crate::protocol::{Phase, Session, metrics};
use std::path::Path;

/// Shows a session, record by record. A fold of its own: it sees the journal and nothing else.
pub(super) struct Show {
    session: Option<Session>,
    json: bool,
    /// Records up to here were there before, and are not shown again.
    skip: u64,
}

impl Show {
    pub fn new(json: bool, skip: u64) -> Self {
        Self { session: None, json, skip }
    }

    /// Shows everything that comes, until the journal is closed.
    pub async fn follow(mut self, mut feed: Feed) -> Self {
        while let Some(record) = feed.next().await {
            self.record(&record);
        }
        self
    }

    /// Takes in one record and shows what it brought.
    pub fn record(&mut self, record: &Record) {
        let fresh = record.n > self.skip;
        let before = self.session.as_ref().map_or(0, |s| s.entries().len());
        match &mut self.session {
            None => self.session = Session::open(&record.event).ok(),
            // The room applied it already; a refusal here would have stopped it there.
            Some(session) => drop(session.apply(&record.event)),
        }
        if !fresh {
            return;
        }
        if self.json {
            say(&serde_json::json!({ "n": record.n, "event": record.event }).to_string());
        } else {
            self.lines(&record.event, before);
        }
    }

    fn lines(&self, event: &Event, before: usize) {
        let Some(session) = &self.session else { return };
        match event {
            Event::Opened(opening) => say(&render_header(opening)),
            Event::Revealed { .. } | Event::Posted { .. } | Event::Resumed { .. } => {
                for entry in session.entries().iter().skip(before) {
                    say(&render_entry(session, entry));
                }
                if session.entries().len() > before {
                    note(&status(session));
                }
            }
            Event::Retried { author, attempt, of, cause, wait_ms, .. } => {
                let seconds = *wait_ms as f64 / 1000.0;
                note(&format!("{author}: try {attempt} of {of} failed ({cause}); again in {seconds:.1} s"));
            }
            Event::Looked { author, round, .. } => {
                for look in &round.looks {
                    note(&format!("{author}: {}", render_look(look)));
                }
            }
            Event::SentBack { author, reasons, .. } => {
                note(&format!("{author}: reply sent back: {}", reasons.join("; ")));
            }
            Event::Escalated { question, .. } => note(&format!("Waits for a person: {question}")),
            Event::Lapsed { .. } => note("Nobody answered in time: the debate goes on without a person."),
            Event::Asked { .. }
            | Event::Replied { .. }
            | Event::Forked { .. }
            | Event::Suspended { .. }
            | Event::Closed { .. } => {}
        }
    }

    /// The session as far as it was shown.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The last words: for people a few lines, for programs one object.
    pub fn summary(&self, session: &Session, folder: &Path) {
        let spent = metrics::spending(session);
        let (outcome, digest, reason) = outcome_in_words(session);
        if self.json {
            let cost = spent.known_cost().map(|nano| nano as f64 / 1e9);
            let summary = serde_json::json!({
                "session": session.opening().session,
                "folder": folder,
                "outcome": outcome,
                "digest": digest,
                "reason": reason,
                "entries": session.entries().len(),
                "waves": session.wave().number,
                "calls": spent.calls,
                "refused": spent.refused,
                "tokens": spent.known_tokens(),
                "cost": cost,
                "language_model": !self.is_panel(session),
            });
            say(&serde_json::json!({ "summary": summary }).to_string());
            return;
        }
        let tokens = spent.known_tokens().map_or("tokens unknown".to_owned(), |t| format!("{t} tokens"));
        let cost = spent.known_cost().map_or("cost unknown".to_owned(), |nano| format!("${:.2}", nano as f64 / 1e9));
        let used = if self.is_panel(session) { "no language model".to_owned() } else { format!("{tokens}, {cost}") };
        note(&format!(
            "{}{} after {}: {}, {} ({} sent back), {used}",
            headline(&outcome),
            digest.map(|d| format!(" on {}", d.get(..8).unwrap_or_default())).unwrap_or_default(),
            count(session.wave().number as usize, "wave", "waves"),
            count(session.entries().len(), "entry", "entries"),
            count(spent.calls as usize, "call", "calls"),
            spent.refused,
        ));
        if let Some(reason) = reason {
            note(&format!("Because {reason}."));
        }
        note(&format!("Session  {}", session.opening().session));
        note(&format!("Document {}", folder.join(crate::journal::CONSENSUS).display()));
        if let Life::Suspended(_) = session.life() {
            note(&format!("Carry on with: conclave resume {}", session.opening().session));
        }
    }

    fn is_panel(&self, session: &Session) -> bool {
        let is_none = |model: &str| is_panel(model) || model == crate::agent::person::LABEL;
        session.opening().seats.iter().all(|s| is_none(&s.speaker.model))
    }
}

fn count(many: usize, one: &str, more: &str) -> String {
    format!("{many} {}", if many == 1 { one } else { more })
}

fn headline(outcome: &str) -> String {
    outcome.replace('_', " ").to_uppercase()
}

fn outcome_in_words(session: &Session) -> (String, Option<String>, Option<String>) {
    match session.life() {
        Life::Closed(Outcome::Consensus { digest }) => ("consensus".to_owned(), Some(digest.to_string()), None),
        Life::Closed(Outcome::NoConsensus { reason, .. }) => ("no_consensus".to_owned(), None, Some(reason.clone())),
        Life::Closed(Outcome::Aborted { cause }) => ("aborted".to_owned(), None, Some(cause.clone())),
        Life::Suspended(cause) => ("suspended".to_owned(), None, Some(cause.to_string())),
        Life::Running | Life::Escalated => ("running".to_owned(), None, None),
    }
}

/// One line a wave: where the debate is, how far, and who speaks.
fn status(session: &Session) -> String {
    // From the session as it stands: a resumed one may have changed its models.
    let mut cast: Vec<&str> = session.opening().seats.iter().map(|s| s.speaker.model.as_str()).collect();
    cast.sort_unstable();
    cast.dedup();
    let cast = cast.join(", ");
    let phase = match session.phase() {
        Phase::Framing => "framing",
        Phase::Positions => "positions",
        Phase::Deliberation => "deliberation",
        Phase::Ratification => "ratification",
    };
    let settled = session.dockets().filter(|d| session.is_settled(d.id)).count();
    let spent = metrics::spending(session);
    let tokens = if spent.unknown_tokens == spent.calls {
        String::new()
    } else {
        format!(" · {} tokens", spent.prompt + spent.completion)
    };
    super::lines::tame(&format!(
        "-- wave {}/{} · {phase} · {settled}/{} settled · Φ {} · {} entries{tokens} · {cast}",
        session.wave().number,
        session.limits().waves,
        session.dockets().count(),
        session.phi(),
        session.entries().len(),
    ))
}
