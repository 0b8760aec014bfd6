//! A wave's replies become entries, all at once and in the fixed order, and progress is measured.

use super::ApplyError;
use super::moves::At;
use crate::protocol::entry::{Entry, Move, Reply, Timing};
use crate::protocol::event::{GATHERS_DUTIES, REVISES_AFTER_REVIEW};
use crate::protocol::id::{Author, EntryNumber, SeatTag};
use crate::protocol::look::Round;
use crate::protocol::rules::{self, Admission};
use crate::protocol::session::{Held, Life, Phase, Posted, Session, Wave};
use crate::protocol::step::{AskKind, Step};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A reply on its way into the log.
struct Said {
    reply: Reply,
    model: Option<String>,
    timing: Option<Timing>,
    looks: Vec<Arc<Round>>,
    /// How its objections are taken, judged on the log its speaker saw.
    admissions: Vec<Option<Admission>>,
}

impl Session {
    pub(super) fn apply_revealed(&mut self, at: DateTime<Utc>) -> Result<(), ApplyError> {
        self.running("a wave")?;
        if self.step(self.clock.last) != Step::Reveal {
            return Err(ApplyError::Early);
        }
        let asked = |kind| self.asked().iter().any(|a| a.kind == kind);
        let (mediating, premortem) = (asked(AskKind::Mediation), asked(AskKind::Premortem));
        self.asked.forget();
        // Only this is held on an accord; whoever folds a long log has no time to digest one at every wave.
        let accord = if premortem { self.accord_digest() } else { None };
        let was = self.phase;
        let seen = self.last_entry();
        // Judged on the log that all of them saw, before any of it counts.
        let admitted =
            self.wave.held.iter().map(|(author, held)| (author.clone(), admissions(self, author, &held.reply)));
        let mut admitted: BTreeMap<Author, Vec<Option<Admission>>> = admitted.collect();
        let mut held = std::mem::take(&mut self.wave.held);
        let order: Vec<Author> =
            std::iter::once(Author::Supervisor).chain(self.seats().cloned().map(Author::Seat)).collect();
        for author in order {
            if let Some(Held { reply, model, timing, looks }) = held.remove(&author) {
                let admissions = admitted.remove(&author).unwrap_or_default();
                let said = Said { reply, model: Some(model), timing: Some(timing), looks, admissions };
                self.enter(At { author: &author, entry: self.next_entry(), seen }, said, at);
            }
        }
        // One that only objects has not been held: it is owed again on the text that comes of it. One that names risks, too, has.
        let risks = self.opening.version >= GATHERS_DUTIES;
        // Only what is new is looked at: whoever folds a long log comes by here at every wave.
        let fresh = self.entries.get(seen.0 as usize..).unwrap_or_default();
        let held = fresh.iter().any(|e| !objects(e) || (risks && names_risks(e)));
        if let (true, Some(digest)) = (held, accord) {
            self.ratification.premortem = Some((digest, self.last_entry()));
        }
        if mediating {
            // A mediator who said nothing acceptable has been called all the same.
            self.progress.spent += 1;
            self.progress.stalled = 0;
            self.progress.anew = None;
        }
        let posted = std::mem::take(&mut self.wave.posted);
        self.wave = Wave { number: self.wave.number + 1, posted, ..Wave::default() };
        self.move_on(was);
        self.measure(was, mediating);
        self.enter_posts(at);
        self.tick(at);
        Ok(())
    }

    pub(super) fn apply_posted(&mut self, author: &Author, reply: &Reply, at: DateTime<Utc>) -> Result<(), ApplyError> {
        if !matches!(self.life, Life::Running | Life::Escalated) {
            return Err(ApplyError::NotRunning("a person's entry"));
        }
        rules::check_post(self, author, reply)
            .map_err(|reasons| ApplyError::Refused { author: author.clone(), reasons })?;
        self.wave.posted.push(Posted { author: author.clone(), reply: reply.clone() });
        if !self.wave.asked && self.wave.is_untouched() {
            self.enter_posts(at);
        }
        self.tick(at);
        Ok(())
    }

    /// What people said becomes entries, after those of the wave that was in flight meanwhile. The framework comes before
    /// everything; where framing fails the session ends, and what was said stays in the journal.
    pub(super) fn enter_posts(&mut self, at: DateTime<Utc>) {
        if self.framework.is_none() {
            return;
        }
        for Posted { author, reply } in std::mem::take(&mut self.wave.posted) {
            let was = self.phase;
            let seen = self.last_entry();
            let admissions = vec![None; reply.moves.len()];
            let said = Said { reply, model: None, timing: None, looks: Vec::new(), admissions };
            self.enter(At { author: &author, entry: self.next_entry(), seen }, said, at);
            self.life = Life::Running;
            self.progress.spent = 0;
            self.progress.stalled = 0;
            self.progress.lowest = None;
            // Whoever speaks is there again and can be asked.
            self.progress.lapsed = false;
            self.move_on(was);
        }
    }

    fn next_entry(&self) -> EntryNumber {
        EntryNumber(self.entries.len() as u32 + 1)
    }

    /// Makes a reply's moves count and puts it into the log.
    fn enter(&mut self, by: At<'_>, said: Said, at: DateTime<Utc>) {
        let Said { reply, model, timing, looks, admissions } = said;
        if acts(&reply, self.opening.version) {
            self.ratification.settled = by.entry;
        }
        let moves = self.record(&by, reply.moves, &admissions);
        self.entries.push(Arc::new(Entry {
            number: by.entry,
            author: by.author.clone(),
            at,
            wave: self.wave.number,
            seen: by.seen,
            kind: reply.kind,
            content: reply.content,
            moves,
            model,
            timing,
            looks,
        }));
    }

    fn move_on(&mut self, was: Phase) {
        self.phase = match was {
            Phase::Framing if self.framework.is_none() => Phase::Framing,
            Phase::Framing => Phase::Positions,
            // A person who speaks before the positions does not open the deliberation.
            Phase::Positions if self.wave.number < 2 => Phase::Positions,
            Phase::Positions | Phase::Deliberation | Phase::Ratification if self.is_ready() => Phase::Ratification,
            Phase::Positions | Phase::Deliberation | Phase::Ratification => Phase::Deliberation,
        };
        if was == Phase::Ratification && self.phase == Phase::Deliberation {
            self.progress.reopened += 1;
            if self.progress.reopened as usize <= self.opening.seats.len() {
                // What was reached before says nothing about the way from here.
                self.progress.lowest = None;
                self.progress.stalled = 0;
            }
        }
    }

    fn measure(&mut self, was: Phase, mediating: bool) {
        if was == Phase::Framing {
            return;
        }
        let phi = self.phi();
        self.progress.phi.push((self.wave.number, phi));
        let measure = (phi, self.unsigned());
        match self.progress.lowest {
            Some(lowest) if measure >= lowest => {
                let excused = !self.progress.excused && self.put_a_head_in_last_wave();
                if !mediating && !excused {
                    self.progress.stalled += 1;
                }
                self.progress.excused = excused;
            }
            Some(_) | None => {
                self.progress.lowest = Some(measure);
                self.progress.stalled = 0;
                self.progress.excused = false;
            }
        }
    }

    fn put_a_head_in_last_wave(&self) -> bool {
        let last = self.wave.number.saturating_sub(1);
        let in_last = |entry| self.entry(entry).is_some_and(|e| e.wave == last);
        self.docket.values().any(|d| d.head.is_some_and(|(_, entry)| in_last(entry)))
    }

    /// What ratification still lacks: the pre-mortem and the signatures.
    fn unsigned(&self) -> u32 {
        let all = self.opening.seats.len() as u32 + 1;
        let ratifies = self.phase == Phase::Ratification;
        let Some(digest) = ratifies.then(|| self.accord_digest()).flatten() else {
            return all;
        };
        let signed = self.seats().filter(|s: &&SeatTag| self.has_signed(s, &digest)).count() as u32;
        let answered = self.ratification.premortem.as_ref().is_some_and(|(on, _)| *on == digest);
        all - signed - u32::from(answered)
    }
}

fn admissions(session: &Session, author: &Author, reply: &Reply) -> Vec<Option<Admission>> {
    reply.moves.iter().map(|m| rules::admission(session, author, m)).collect()
}

fn objects(entry: &Entry) -> bool {
    entry.moves.iter().any(|m| matches!(m.act, Move::Object { .. }))
}

fn names_risks(entry: &Entry) -> bool {
    entry.moves.iter().any(|m| matches!(m.act, Move::Risk { .. }))
}

/// Whether a reply does anything but sign, agree, record a risk or take back an issue: anything that signers of the same wave
/// would have had to know. (Up to format 4 a withdrawal counted, and three signatures were asked for twice in a trial.)
fn acts(reply: &Reply, version: u16) -> bool {
    reply.moves.iter().any(|m| match m {
        Move::Sign { .. } | Move::Agree { .. } | Move::Risk { .. } => false,
        Move::Withdraw { .. } => version < REVISES_AFTER_REVIEW,
        _ => true,
    })
}
