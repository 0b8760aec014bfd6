//! One decision's file: the texts proposed, the one on the table, and where each seat stands on it.

use super::entry::{Action, Amendment, Change, Draft, How, Rejected};
use super::id::{Author, CriterionId, DecisionId, Digest, EntryNumber, ProposalId, ReadingId, SeatTag};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What has been put forward and judged on one decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Docket {
    /// The decision.
    pub id: DecisionId,
    /// Every text proposed, by version.
    pub proposals: Vec<Arc<Proposal>>,
    /// The beginnings of their digests, side by side: a text is looked for among thousands.
    digests: Vec<u64>,
    /// The one on the table, and the entry that put it there.
    pub head: Option<(ProposalId, EntryNumber)>,
    /// Each seat's latest verdict, on whichever text it names.
    pub verdicts: BTreeMap<SeatTag, Verdict>,
    /// Sentences that fix how a clause of the head is understood.
    pub readings: Vec<Reading>,
    /// What became of sealed positions.
    pub weighed: BTreeMap<SeatTag, Weighed>,
    /// What became of alternatives.
    pub alternatives: BTreeMap<ProposalId, Option<Weighed>>,
    /// Set when the framework changed this decision's question or criteria: earlier verdicts are stale.
    pub reframed: Option<EntryNumber>,
}

/// An immutable text for one decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Who put it forward.
    pub by: Author,
    /// In which entry.
    pub entry: EntryNumber,
    /// The text it amends.
    pub base: Option<ProposalId>,
    /// Its clauses by number.
    pub clauses: BTreeMap<u16, String>,
    /// The number the next clause gets.
    pub next_clause: u16,
    /// What it takes for granted.
    pub assumptions: Vec<String>,
    /// Why; not binding. Of an amendment, why it changes its base: [`Docket::rationale`] tells the whole.
    pub rationale: String,
    /// Options weighed and not taken.
    pub rejected: Vec<Rejected>,
    /// First pieces of work.
    pub actions: Vec<Action>,
    /// The digest of its canonical text.
    pub digest: Digest,
}

/// A seat's position on one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Agree or object.
    pub kind: VerdictKind,
    /// The text it names.
    pub on: ProposalId,
    /// In which entry.
    pub entry: EntryNumber,
    /// The last entry its seat had been shown.
    pub seen: EntryNumber,
    /// The criteria it rests on.
    pub criteria: Vec<CriterionId>,
    /// Why.
    pub because: String,
    /// For a seat that objected before: what resolved it.
    pub resolved_by: Option<EntryNumber>,
    /// Whether it says what a security review came to.
    pub reviewed: bool,
}

/// The two shapes of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerdictKind {
    /// The seat stands behind the text.
    Agree,
    /// The seat blocks it.
    Object,
}

/// Where a seat stands on a decision, as the board shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    /// Agrees to the head. Board: `A`.
    Agrees,
    /// Agreed to a text that no longer lies on the table. Board: `a`.
    Stale,
    /// Objects. Board: `X`.
    Objects,
    /// Has an open question on it. Board: `?`.
    Asks,
    /// Has not judged. Board: `·`.
    Silent,
}

/// A sentence that fixes how a clause is understood.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reading {
    /// Its id.
    pub id: ReadingId,
    /// The clause.
    pub clause: u16,
    /// The sentence.
    pub text: String,
    /// The entry that recorded it.
    pub entry: EntryNumber,
}

/// What became of a position or an alternative.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Weighed {
    /// In which way.
    pub how: How,
    /// Why.
    pub why: String,
    /// In which entry.
    pub entry: EntryNumber,
}

impl Docket {
    /// An empty file for `id`.
    pub fn new(id: DecisionId) -> Self {
        Self {
            id,
            proposals: Vec::new(),
            digests: Vec::new(),
            head: None,
            verdicts: BTreeMap::new(),
            readings: Vec::new(),
            weighed: BTreeMap::new(),
            alternatives: BTreeMap::new(),
            reframed: None,
        }
    }

    /// The proposal with this id.
    pub fn proposal(&self, id: ProposalId) -> Option<&Proposal> {
        let place = usize::from(id.version).checked_sub(1)?;
        self.proposals.get(place).map(Arc::as_ref).filter(|p| p.id == id)
    }

    /// The proposal with this very text.
    pub fn with_digest(&self, digest: &Digest) -> Option<&Proposal> {
        let beginning = digest.beginning();
        let mut alike = self.digests.iter().zip(&self.proposals).filter(|(d, _)| **d == beginning);
        alike.find(|(_, p)| p.digest == *digest).map(|(_, p)| p.as_ref())
    }

    /// The first proposal that `named`, a digest or its beginning, names.
    pub fn named(&self, named: &str) -> Option<&Proposal> {
        let bare = named.trim().rsplit('@').next().unwrap_or(named).to_ascii_lowercase();
        let beginning = u64::from_str_radix(bare.get(..8)?, 16).ok()?;
        let mut alike = self.digests.iter().zip(&self.proposals).filter(|(d, _)| **d >> 32 == beginning);
        alike.find(|(_, p)| p.digest.is_named_by(named)).map(|(_, p)| p.as_ref())
    }

    /// The version that the next proposal gets.
    pub(super) fn next_version(&self) -> u16 {
        u16::try_from(self.proposals.len() + 1).unwrap_or(u16::MAX)
    }

    /// Files a proposal of the next version.
    pub(super) fn file(&mut self, proposal: Proposal) {
        self.digests.push(proposal.digest.beginning());
        self.proposals.push(Arc::new(proposal));
    }

    /// The text on the table.
    pub fn head(&self) -> Option<&Proposal> {
        self.head.and_then(|(id, _)| self.proposal(id))
    }

    /// The seat's verdict, if it is on the text that lies on the table and given after the framework last changed.
    pub fn current_verdict(&self, seat: &SeatTag) -> Option<&Verdict> {
        let (head, _) = self.head?;
        let verdict = self.verdicts.get(seat)?;
        let fresh = verdict.on == head && self.reframed.is_none_or(|at| verdict.seen >= at);
        fresh.then_some(verdict)
    }

    /// Whether the seat agrees to the head.
    pub fn agrees(&self, seat: &SeatTag) -> bool {
        self.current_verdict(seat).is_some_and(|v| v.kind == VerdictKind::Agree)
    }

    /// Alternatives that nobody has disposed of yet.
    pub fn open_alternatives(&self) -> impl Iterator<Item = ProposalId> {
        self.alternatives.iter().filter(|(_, weighed)| weighed.is_none()).map(|(id, _)| *id)
    }

    /// The clauses of the head that differ from the text `seat` last judged, or got a reading since; 0 stands for the
    /// assumptions and for the text as a whole, and is among them if anything is. All for a seat that has not judged yet.
    pub fn changed_since_judged(&self, seat: &SeatTag) -> BTreeSet<u16> {
        let Some(head) = self.head() else {
            return BTreeSet::new();
        };
        let Some(verdict) = self.verdicts.get(seat) else {
            return head.clauses.keys().copied().chain([0]).collect();
        };
        let mut changed = self.proposal(verdict.on).map(|judged| head.differs_from(judged)).unwrap_or_default();
        changed.extend(self.readings.iter().filter(|r| r.entry > verdict.seen).map(|r| r.clause));
        if !changed.is_empty() || self.reframed.is_some_and(|at| at > verdict.seen) {
            changed.insert(0);
        }
        changed
    }

    /// Why a text reads as it does: the rationale of the first of its line, then that of each change.
    pub fn rationale(&self, text: &Proposal) -> String {
        let mut line = vec![text];
        // A text amends one that was there before it.
        while let Some(base) = line.last().and_then(|p| self.proposal(p.base?)) {
            line.push(base);
        }
        let mut told = String::new();
        for proposal in line.into_iter().rev() {
            match proposal.base {
                Some(base) => told.push_str(&format!("\nChanged from {base}: {}", proposal.rationale)),
                None => told.push_str(&proposal.rationale),
            }
        }
        told
    }

    /// The readings on one clause.
    pub fn readings_on(&self, clause: u16) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(move |r| r.clause == clause)
    }
}

impl Proposal {
    /// The clauses, by number, in which this text and `other` differ; 0 stands for the assumptions.
    pub fn differs_from(&self, other: &Proposal) -> BTreeSet<u16> {
        let numbers: BTreeSet<u16> = self.clauses.keys().chain(other.clauses.keys()).copied().collect();
        let mut changed: BTreeSet<u16> =
            numbers.into_iter().filter(|n| self.clauses.get(n) != other.clauses.get(n)).collect();
        if self.assumptions != other.assumptions {
            changed.insert(0);
        }
        changed
    }
}

/// A proposal's text before it is numbered: what a draft or an amendment comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The decision it answers.
    pub decision: DecisionId,
    /// The text it amends.
    pub base: Option<ProposalId>,
    /// Its clauses by number.
    pub clauses: BTreeMap<u16, String>,
    /// The number the next clause gets.
    pub next_clause: u16,
    /// What it takes for granted.
    pub assumptions: Vec<String>,
    /// Why.
    pub rationale: String,
    /// Options weighed and not taken.
    pub rejected: Vec<Rejected>,
    /// First pieces of work.
    pub actions: Vec<Action>,
}

impl Content {
    /// What a draft comes to: its clauses numbered from 1.
    pub fn of_draft(draft: &Draft) -> Self {
        let clauses: BTreeMap<u16, String> = (1..).zip(draft.clauses.iter().map(|c| tidy(c))).collect();
        Self {
            decision: draft.decision,
            base: None,
            next_clause: clauses.len() as u16 + 1,
            clauses,
            assumptions: draft.assumptions.iter().map(|a| tidy(a)).collect(),
            rationale: draft.rationale.clone(),
            rejected: draft.rejected.clone(),
            actions: draft.actions.clone(),
        }
    }

    /// The text of a proposal that is there already.
    pub fn of_proposal(proposal: &Proposal) -> Self {
        Self {
            decision: proposal.id.decision,
            base: proposal.base,
            clauses: proposal.clauses.clone(),
            next_clause: proposal.next_clause,
            assumptions: proposal.assumptions.clone(),
            rationale: proposal.rationale.clone(),
            rejected: proposal.rejected.clone(),
            actions: proposal.actions.clone(),
        }
    }

    /// What an amendment comes to, or the reason why it comes to nothing.
    pub fn of_amendment(amendment: &Amendment, docket: &Docket) -> Result<Self, String> {
        let base = docket
            .proposal(amendment.base)
            .ok_or_else(|| format!("{} is no proposal on {}", amendment.base, docket.id))?;
        let mut clauses = base.clauses.clone();
        let mut next_clause = base.next_clause;
        for change in &amendment.changes {
            match change {
                Change::Replace { clause, text } => match clauses.get_mut(clause) {
                    Some(old) => *old = tidy(text),
                    None => return Err(no_clause(base, *clause)),
                },
                Change::Add { text } => {
                    clauses.insert(next_clause, tidy(text));
                    next_clause = next_clause.saturating_add(1);
                }
                Change::Strike { clause } => {
                    clauses.remove(clause).ok_or_else(|| no_clause(base, *clause))?;
                }
            }
        }
        let assumptions = amendment.assumptions.as_ref().unwrap_or(&base.assumptions);
        Ok(Self {
            decision: amendment.decision,
            base: Some(base.id),
            clauses,
            next_clause,
            assumptions: assumptions.iter().map(|a| tidy(a)).collect(),
            rationale: amendment.rationale.clone(),
            rejected: base.rejected.iter().chain(&amendment.rejected).cloned().collect(),
            actions: base.actions.iter().chain(&amendment.actions).cloned().collect(),
        })
    }

    /// The digest of the canonical text: decision, clauses with their numbers, assumptions.
    pub fn digest(&self) -> Digest {
        let canonical = serde_json::json!([self.decision, self.clauses, self.assumptions]);
        Digest::of(canonical.to_string().as_bytes())
    }
}

fn no_clause(base: &Proposal, clause: u16) -> String {
    let there = base.clauses.keys().map(u16::to_string).collect::<Vec<_>>().join(", ");
    format!("{} has no clause {clause}: it has {there}", base.id)
}

/// A binding text without the differences that nobody sees: outer white space, carriage returns.
pub fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}
