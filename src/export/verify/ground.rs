//! The ground that everything else is held against: the journal's chain, the rules, and consensus worked out anew.

use super::consensus::{Recomputed, recompute};
use super::report::{Check, Report, tame};
use crate::journal::{self, JOURNAL, JournalError, Loaded, Record};
use crate::protocol::event::Outcome;
use crate::protocol::session::Life;
use crate::protocol::{ApplyError, Event, SeatTag, Session, Step};
use std::path::Path;

const WHOLE: &str = "journal whole";
const RULES: &str = "rules";
const DIGESTS: &str = "digests";
const OUTCOME: &str = "outcome";

/// A journal whose every event keeps to the rules, as far as it is sound.
pub(super) struct Ground {
    /// Its records.
    pub records: Vec<Record>,
    /// What they come to.
    pub session: Session,
}

impl Ground {
    /// Reads and checks the journal in `folder`. Without ground, nothing else can be checked: the journal is damaged, or
    /// it breaks a rule.
    pub fn lay(folder: &Path) -> Result<(Option<Self>, Report), JournalError> {
        let label = folder.join(JOURNAL).display().to_string();
        let (loaded, whole, damaged) = load(folder, &label)?;
        let mut report = Report {
            session: loaded.opening().map(|o| tame(&o.session)),
            state: "unreadable".to_owned(),
            journal: loaded.digest().cloned(),
            accord: None,
            checks: vec![whole],
            notes: Vec::new(),
        };
        if loaded.records.is_empty() {
            report.checks.push(Check::not_applicable(RULES, "there is no record to go by"));
            return Ok((None, report));
        }
        let session = match replay(&loaded.records) {
            Ok(session) => session,
            Err(broken) => {
                report.state = "broken".to_owned();
                report.checks.push(Check::failed(RULES, broken.why).at(&label, Some(broken.line)));
                return Ok((None, report));
            }
        };
        report.state = state(&session);
        let scope = if damaged { "before the damage " } else { "" };
        let told = format!("{scope}all {} records keep to the rules", loaded.records.len());
        report.checks.push(Check::ok(RULES, told.trim()));
        let seats: Vec<SeatTag> = session.seats().cloned().collect();
        let recomputed = recompute(session.opening(), &seats, session.entries());
        report.accord = recomputed.accord.clone();
        report.checks.push(digests(&session, &recomputed));
        report.checks.push(outcome(&session, &recomputed, &mut report.notes));
        let ground = Self { records: loaded.records, session };
        Ok(((!damaged).then_some(ground), report))
    }

    /// The session as it was after its first `count` records.
    pub fn session_at(&self, count: usize) -> Option<Session> {
        if count == self.records.len() {
            return Some(self.session.clone());
        }
        Session::fold(self.records.iter().take(count).map(|r| r.event.as_ref())).ok()
    }
}

/// What can be read, how whole it is, and whether it was damaged, which a torn tail is not.
pub(super) fn load(folder: &Path, label: &str) -> Result<(Loaded, Check, bool), JournalError> {
    let error = match journal::read(folder) {
        Ok(loaded) => {
            let whole = whole(&loaded, label);
            return Ok((loaded, whole, false));
        }
        Err(error) => error,
    };
    let failed = |why: String, line| Check::failed(WHOLE, why).at(label, line);
    match &error {
        JournalError::Damaged { line, fault, before, .. } => {
            let why = format!("{fault}; {}", stands(before.records.len()));
            Ok((Loaded::clone(before), failed(why, Some(*line)), true))
        }
        JournalError::Later { line, what, before, .. } => {
            let why =
                format!("it was written by a later version of Conclave: {what}; {}", stands(before.records.len()));
            Ok((Loaded::clone(before), failed(why, Some(*line)), true))
        }
        JournalError::Foreign { .. } | JournalError::Empty { .. } | JournalError::TooLarge { .. } => {
            Ok((Loaded::default(), failed(error.to_string(), None), true))
        }
        _ => Err(error),
    }
}

fn whole(loaded: &Loaded, label: &str) -> Check {
    let count = loaded.records.len();
    match loaded.torn {
        None => Check::ok(WHOLE, format!("{count} records in an unbroken chain")),
        Some(torn) => {
            let why = format!("the last record is torn: {} bytes, never acknowledged; {}", torn.bytes, stands(count));
            Check::failed(WHOLE, why).at(label, Some(torn.line))
        }
    }
}

fn stands(count: usize) -> String {
    match count {
        0 => "nothing stands before it".to_owned(),
        1 => "the record before it is sound".to_owned(),
        many => format!("the {many} records before it are sound"),
    }
}

/// A record that breaks a rule.
struct Broken {
    line: u64,
    why: String,
}

fn replay(records: &[Record]) -> Result<Session, Broken> {
    let mut records = records.iter();
    let broken = |record: &Record, error: &ApplyError| Broken { line: record.n, why: error.to_string() };
    let nothing = || Broken { line: 1, why: "there is no record".to_owned() };
    let first = records.next().ok_or_else(nothing)?;
    let mut session = Session::open(&first.event).map_err(|e| broken(first, &e))?;
    for record in records {
        abortion(&session, record)?;
        session.apply(&record.event).map_err(|e| broken(record, &e))?;
    }
    Ok(session)
}

/// The fold lets a host abort at any time; but a host does so only where the protocol says it must.
fn abortion(session: &Session, record: &Record) -> Result<(), Broken> {
    let Event::Closed { outcome: outcome @ Outcome::Aborted { .. }, .. } = record.event.as_ref() else {
        return Ok(());
    };
    if session.step(session.clock().last) == Step::Close(outcome.clone()) {
        return Ok(());
    }
    let why = "the outcome is not what the log comes to: it does not lead to an abortion for that cause".to_owned();
    Err(Broken { line: record.n, why })
}

fn digests(session: &Session, recomputed: &Recomputed) -> Check {
    if let Some(fault) = recomputed.faults.first() {
        return Check::failed(DIGESTS, &fault.what).in_entry(fault.entry);
    }
    for docket in session.dockets() {
        let ours = recomputed.heads.get(&docket.id);
        let theirs = docket.head().map(|head| (head.id, head.digest.clone()));
        if ours != theirs.as_ref() {
            let told = format!("the head of {} is another than its moves come to", docket.id);
            return Check::failed(DIGESTS, told).in_entry(docket.head.map(|(_, entry)| entry));
        }
    }
    if session.accord_digest() != recomputed.accord {
        return Check::failed(DIGESTS, "the accord has another digest than its framework and heads come to");
    }
    let accord = match &recomputed.accord {
        Some(digest) => format!("the accord is {digest}"),
        None => "there is no accord yet".to_owned(),
    };
    Check::ok(DIGESTS, format!("{} texts digested anew; {accord}", recomputed.texts))
}

/// Is the recorded outcome the one that the entries come to?
fn outcome(session: &Session, recomputed: &Recomputed, notes: &mut Vec<String>) -> Check {
    let lack = recomputed.lacks.first();
    let lacking = lack.map(|l| l.what.clone()).unwrap_or_default();
    match (session.outcome(), recomputed.consensus()) {
        (Some(Outcome::Consensus { digest }), Some(found)) if digest == found => {
            let seats = session.opening().seats.len();
            let told = format!(
                "consensus: the entries hold agreement and signature of all {seats} seats on {}",
                found.short()
            );
            Check::ok(OUTCOME, told)
        }
        (Some(Outcome::Consensus { digest }), Some(found)) => Check::failed(
            OUTCOME,
            format!("consensus is recorded on {}, and was reached on {}", digest.short(), found.short()),
        ),
        (Some(Outcome::Consensus { .. }), None) => {
            Check::failed(OUTCOME, format!("consensus is recorded, but {lacking}")).in_entry(lack.and_then(|l| l.entry))
        }
        (Some(Outcome::NoConsensus { .. } | Outcome::Aborted { .. }), Some(found)) => {
            Check::failed(OUTCOME, format!("none is recorded, but every seat signed {}", found.short()))
        }
        (Some(Outcome::NoConsensus { .. }), None) => {
            Check::ok(OUTCOME, format!("no consensus, as recorded: {lacking}"))
        }
        (Some(Outcome::Aborted { .. }), None) => Check::ok(OUTCOME, format!("aborted, as recorded: {lacking}")),
        (None, Some(found)) => {
            notes.push("every seat has signed; only the closing record is missing, and resuming writes it".to_owned());
            Check::ok(OUTCOME, format!("not closed yet, with every signature on {}", found.short()))
        }
        (None, None) => Check::ok(OUTCOME, format!("none yet: {lacking}")),
    }
}

fn state(session: &Session) -> String {
    match session.life() {
        Life::Running => "not over".to_owned(),
        Life::Escalated => "waiting for a person".to_owned(),
        Life::Suspended(cause) => tame(&format!("suspended: {cause}")),
        Life::Closed(Outcome::Consensus { digest }) => format!("consensus on {}", digest.short()),
        Life::Closed(Outcome::NoConsensus { .. }) => "no consensus".to_owned(),
        Life::Closed(Outcome::Aborted { .. }) => "aborted".to_owned(),
    }
}
