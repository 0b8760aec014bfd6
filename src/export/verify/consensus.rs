//! Is there consensus? Asked of the entries alone.
//!
//! The conditions are those of `docs/protocol.md`, section 4: for one accord digest, every seat's latest verdict on every
//! decision is agreement to its head; no issue and no alternative is without a disposition; the pre-mortem is answered;
//! every seat has signed that digest after it, and after everything that was done but agree. They are checked here by one walk over the
//! entries' moves, which shares no code with the fold's own answer (`Session::consensus`). Only one thing is believed:
//! what the host recorded of an objection (blocking, a concern, or an earlier one stood by), because that depends on what
//! its seat had seen; the replay of the rules answers for it.

use super::texts::Texts;
use super::walk::{Verdict, Walk};
use crate::protocol::event::Opening;
use crate::protocol::{DecisionId, Digest, Entry, EntryNumber, ProposalId, SeatTag};
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// Something that consensus lacks, or that the log says wrongly of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lack {
    /// In a sentence.
    pub what: String,
    /// The entry it can be seen in, if there is one.
    pub entry: Option<EntryNumber>,
}

/// What the entries come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recomputed {
    /// The digest of the accord, once every decision has a head.
    pub accord: Option<Digest>,
    /// The digests of the heads.
    pub heads: BTreeMap<DecisionId, (ProposalId, Digest)>,
    /// Every text that is binding if there is consensus: clauses, assumptions, readings, reservations; and its entry.
    pub binding: Vec<String>,
    /// What consensus lacks; nothing, if and only if there is consensus.
    pub lacks: Vec<Lack>,
    /// Where the log records something else of a move than what comes of it.
    pub faults: Vec<Lack>,
    /// How many texts were proposed.
    pub texts: usize,
}

impl Recomputed {
    /// The digest of the accord, if there is consensus on it.
    pub fn consensus(&self) -> Option<&Digest> {
        self.accord.as_ref().filter(|_| self.lacks.is_empty())
    }
}

/// What `entries` come to for the seats at the table, the question they were asked and the charter they sat down with.
pub(super) fn recompute(opening: &Opening, seats: &[SeatTag], entries: &[impl Borrow<Entry>]) -> Recomputed {
    let topic = opening.topic.as_str();
    let mut walk = Walk::new(opening, seats);
    entries.iter().for_each(|entry| walk.entry(entry.borrow()));
    let accord = walk.texts.accord(topic);
    let mut lacks = Vec::new();
    texts(&walk, &mut lacks);
    open(&walk, &mut lacks);
    signatures(&walk, accord.as_ref(), &mut lacks);
    let heads = walk.texts.heads.keys().filter_map(|d| walk.texts.head(*d).map(|(id, t)| (*d, (id, t.digest.clone()))));
    Recomputed {
        heads: heads.collect(),
        binding: binding(&walk.texts, walk.reservations()),
        texts: walk.texts.proposals.len(),
        accord,
        lacks,
        faults: walk.faults,
    }
}

/// Whether every seat agrees to every head and nothing is open: then the accord can be put to signature.
pub(super) fn is_ready(walk: &Walk<'_>) -> bool {
    let mut lacks = Vec::new();
    texts(walk, &mut lacks);
    open(walk, &mut lacks);
    lacks.is_empty()
}

fn texts(walk: &Walk<'_>, lacks: &mut Vec<Lack>) {
    let mut lack = |what: String, entry| lacks.push(Lack { what, entry });
    let Some(framework) = &walk.texts.framework else {
        return lack("there is no framework".to_owned(), None);
    };
    for decision in &framework.decisions {
        let Some((head, text)) = walk.texts.head(decision.id) else {
            lack(format!("{} has no text on the table", decision.id), None);
            continue;
        };
        let reframed = walk.reframed.get(&decision.id);
        for seat in walk.seats {
            let said = walk.verdicts.get(&(decision.id, seat.clone()));
            let fresh = |v: &&Verdict| v.on == head && v.entry >= text.entry && reframed.is_none_or(|at| v.seen >= *at);
            let told = match said {
                Some(v) if fresh(&v) && v.agrees && walk.owes_checklist(seat) => {
                    format!(
                        "{seat} never confirmed its self-check list, so that its agreement to {head} does not count"
                    )
                }
                Some(v) if fresh(&v) && v.agrees && !v.reviewed && walk.reviews(seat, decision) => {
                    format!("{seat} agrees to {head}, which is sensitive, without a security review")
                }
                Some(v) if fresh(&v) && v.agrees => continue,
                Some(v) if fresh(&v) => format!("{seat} objects to {head}"),
                Some(v) => {
                    format!("the last verdict of {seat} on {} is on {}, not on {head} as it stands", decision.id, v.on)
                }
                None => format!("{seat} never judged {head}"),
            };
            lack(told, said.map(|v| v.entry));
        }
    }
}

fn open(walk: &Walk<'_>, lacks: &mut Vec<Lack>) {
    for (id, issue) in walk.issues.iter().filter(|(_, issue)| issue.open) {
        lacks.push(Lack { what: format!("{id} of {} has no disposition", issue.by), entry: Some(issue.entry) });
    }
    for (id, entry) in &walk.alternatives {
        lacks.push(Lack { what: format!("the alternative {id} has no disposition"), entry: Some(*entry) });
    }
    if let Some(direction) = walk.direction {
        let late = |seat: &&SeatTag| walk.spoke.get(*seat).is_none_or(|last| *last < direction);
        for seat in walk.seats.iter().filter(late) {
            lacks.push(Lack { what: format!("{seat} has not heeded the last direction"), entry: Some(direction) });
        }
    }
}

fn signatures(walk: &Walk<'_>, accord: Option<&Digest>, lacks: &mut Vec<Lack>) {
    let Some(accord) = accord else {
        return lacks.push(Lack { what: "there is nothing to sign".to_owned(), entry: None });
    };
    let premortem = walk.premortem;
    if premortem.is_none() {
        lacks.push(Lack { what: "no pre-mortem was written".to_owned(), entry: None });
    }
    for seat in walk.seats {
        let told = match walk.signatures.get(seat) {
            None => format!("{seat} has not signed"),
            Some(s) if s.digest != *accord => format!("{seat} signed {}, not {}", s.digest.short(), accord.short()),
            Some(s) if s.entry <= walk.last_act => format!("{} came after the signature of {seat}", walk.last_act),
            Some(s) if premortem.is_some_and(|p| s.entry < p) => format!("{seat} signed before the pre-mortem"),
            Some(_) => continue,
        };
        lacks.push(Lack { what: told, entry: walk.signatures.get(seat).map(|s| s.entry) });
    }
}

fn binding<'a>(texts: &Texts, reservations: impl Iterator<Item = &'a str>) -> Vec<String> {
    let heads = texts.heads.keys().filter_map(|d| texts.head(*d));
    let signed = heads.flat_map(|(_, text)| text.clauses.values().chain(&text.assumptions).cloned());
    let readings = texts.readings.iter().map(|r| r.text.clone());
    signed.chain(readings).chain(reservations.map(str::to_owned)).collect()
}
