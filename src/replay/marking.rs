//! Markers and chapters, record by record.

use super::marker::{Chapter, ChapterKind, Marker, MarkerKind};
use super::timeline::Timeline;
use crate::protocol::event::Outcome;
use crate::protocol::{EntryNumber, Event, IssueKind, Made, Move, Phase, Session};
use std::sync::Arc;

/// Most characters of a text in a label.
const LABEL: usize = 80;

impl Timeline {
    /// Markers and chapters that the last record brought; `was` is the phase, the entries and the waves before it.
    pub(super) fn mark(&mut self, event: &Event, was: (Phase, usize, u32)) {
        let records = self.len();
        let session = Arc::clone(&self.latest);
        match event {
            Event::Retried { author, cause, attempt, of, .. } => {
                self.marker(MarkerKind::Error, format!("{author}: try {attempt} of {of} failed: {cause}"));
            }
            Event::SentBack { author, reasons, .. } => {
                self.marker(MarkerKind::Error, format!("{author}: sent back: {}", reasons.join("; ")));
            }
            Event::Escalated { question, .. } => {
                self.marker(MarkerKind::Mediation, format!("a person is asked: {question}"));
            }
            Event::Suspended { cause, .. } => {
                self.marker(MarkerKind::Error, format!("suspended: {cause}"));
                self.chapter(ChapterKind::End, format!("suspended: {cause}"));
            }
            Event::Closed { outcome, .. } => {
                self.marker(MarkerKind::Close, ended(outcome));
                self.chapter(ChapterKind::End, ended(outcome));
            }
            Event::Forked { origin, .. } => {
                let label = format!("from {} after {} records", origin.session, origin.records);
                self.chapter(ChapterKind::Forked, label);
            }
            Event::Opened(_)
            | Event::Asked { .. }
            | Event::Looked { .. }
            | Event::Replied { .. }
            | Event::Lapsed { .. }
            | Event::Resumed { .. }
            | Event::Revealed { .. }
            | Event::Posted { .. } => {}
        }
        if session.entries().len() > was.1 {
            self.revealed(&session, was.1);
        }
        if session.wave().number != was.2 {
            self.waves.push(records);
            self.chapter(ChapterKind::Wave(session.wave().number), String::new());
        }
        if session.phase() != was.0 {
            self.chapter(ChapterKind::Phase(session.phase()), String::new());
        }
    }

    /// What new entries brought.
    fn revealed(&mut self, session: &Session, before: usize) {
        let records = self.len();
        for entry in session.entries().iter().skip(before) {
            self.entries.push(records);
            for recorded in &entry.moves {
                if let Some((kind, label)) = worth(&recorded.act, recorded.made.as_ref()) {
                    let label = one_line(&format!("{} {label}", entry.author));
                    self.markers.push(Marker { kind, records, entry: entry.number, at: self.time(records), label });
                }
            }
        }
        self.agenda(session, before);
    }

    /// Decisions that came up, were settled, or are open again.
    fn agenda(&mut self, session: &Session, before: usize) {
        let fresh = session.entries().iter().skip(before);
        let framed = fresh.flat_map(|e| &e.moves).any(|m| matches!(m.act, Move::Frame { .. }));
        for docket in session.dockets() {
            let id = docket.id;
            let question = || session.decision(id).map(|d| one_line(&d.question)).unwrap_or_default();
            if framed && !self.chapters.iter().any(|c| c.kind == ChapterKind::Opened(id)) {
                self.chapter(ChapterKind::Opened(id), question());
            }
            let settled = session.is_settled(id);
            if settled && self.settled.insert(id) {
                self.marker(MarkerKind::Agreement, format!("{id} settled"));
                self.chapter(ChapterKind::Settled(id), question());
            } else if !settled && self.settled.remove(&id) {
                self.chapter(ChapterKind::Unsettled(id), question());
            }
        }
    }

    fn marker(&mut self, kind: MarkerKind, label: String) {
        let records = self.len();
        let entry = EntryNumber(self.entries_at(records));
        self.markers.push(Marker { kind, records, entry, at: self.time(records), label: one_line(&label) });
    }

    pub(super) fn chapter(&mut self, kind: ChapterKind, label: String) {
        let records = self.len();
        let entry = EntryNumber(self.entries_at(records));
        self.chapters.push(Chapter { kind, records, entry, at: self.time(records), label: one_line(&label) });
    }
}

/// The marker that a move is worth, and its label.
fn worth(act: &Move, made: Option<&Made>) -> Option<(MarkerKind, String)> {
    match (act, made) {
        (Move::Frame { framework }, _) => Some((MarkerKind::Framework, format!("framework: {}", framework.title))),
        (Move::Propose(_) | Move::Amend(_), Some(Made::Proposal { id, head, .. })) => {
            let place = if *head { "" } else { ", an alternative" };
            Some((MarkerKind::Proposal, format!("proposes {id}{place}")))
        }
        (Move::Object { about, fails_when, .. }, Some(Made::Issue(id))) if id.kind == IssueKind::Objection => {
            Some((MarkerKind::Objection, format!("objects {about} {id}: {fails_when}")))
        }
        (Move::Object { fails_when: why, .. }, Some(Made::Stood(issue))) | (Move::Stand { issue, why, .. }, _) => {
            Some((MarkerKind::Objection, format!("stands by {issue}: {why}")))
        }
        (Move::Mediate { crux, .. }, _) => Some((MarkerKind::Mediation, format!("mediates: {crux}"))),
        _ => None,
    }
}

fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Consensus { digest } => format!("consensus on {}", digest.short()),
        Outcome::NoConsensus { reason, .. } => format!("no consensus: {reason}"),
        Outcome::Aborted { cause } => format!("aborted: {cause}"),
    }
}

/// The beginning of `text`, on one line.
pub(super) fn one_line(text: &str) -> String {
    let mut line: String = text.chars().take(LABEL).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LABEL).is_some() {
        line.push('…');
    }
    line
}
