//! The texts of a debate put together again from its moves: proposals, heads, readings, and the digest of the accord.
//!
//! Written a second time on purpose, and not taken from the fold: a fault that changed a text there would be seen here.

use crate::protocol::docket::tidy;
use crate::protocol::entry::{Amendment, Change, Draft};
use crate::protocol::{Author, DecisionId, Digest, EntryNumber, Framework, ProposalId, ReadingId, SeatTag};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One proposed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// In which entry.
    pub entry: EntryNumber,
    /// Its clauses by number.
    pub clauses: BTreeMap<u16, String>,
    /// The number that the next clause gets.
    next: u16,
    /// What it takes for granted.
    pub assumptions: Vec<String>,
    /// SHA-256 over decision, clauses and assumptions as JSON with sorted keys and no white space.
    pub digest: Digest,
}

/// A sentence that is signed with a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    decision: DecisionId,
    id: ReadingId,
    clause: u16,
    /// The sentence.
    pub text: String,
}

/// All texts of a debate.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The framework as it stands.
    pub framework: Option<Framework>,
    /// Every proposal.
    pub proposals: BTreeMap<ProposalId, Text>,
    /// The text on the table of each decision.
    pub heads: BTreeMap<DecisionId, ProposalId>,
    /// The readings in force.
    pub readings: Vec<Sentence>,
    readings_given: u16,
}

impl Texts {
    /// Who drafts `decision`.
    pub fn owner(&self, decision: DecisionId) -> Option<&SeatTag> {
        self.framework.as_ref()?.decisions.iter().find(|d| d.id == decision).map(|d| &d.owner)
    }

    /// The head of `decision`.
    pub fn head(&self, decision: DecisionId) -> Option<(ProposalId, &Text)> {
        let id = *self.heads.get(&decision)?;
        Some((id, self.proposals.get(&id)?))
    }

    /// The text that `named` names: the head first, since two may have proposed the same text.
    pub fn named(&self, decision: DecisionId, named: &str) -> Option<ProposalId> {
        let head = self.head(decision).into_iter();
        let all = self.proposals.iter().filter(|(id, _)| id.decision == decision).map(|(id, text)| (*id, text));
        head.chain(all).find(|(_, text)| text.digest.is_named_by(named)).map(|(id, _)| id)
    }

    /// A whole text; the id it gets.
    pub fn propose(&mut self, draft: &Draft, by: &Author, entry: EntryNumber) -> ProposalId {
        let clauses: BTreeMap<u16, String> = (1..).zip(draft.clauses.iter().map(|c| tidy(c))).collect();
        let next = clauses.keys().last().map_or(1, |n| n + 1);
        let assumptions = draft.assumptions.iter().map(|a| tidy(a)).collect();
        self.put(draft.decision, (clauses, next), assumptions, (by, entry))
    }

    /// A text by changes to an earlier one; the id it gets, or none if the changes lead nowhere.
    pub fn amend(&mut self, amendment: &Amendment, by: &Author, entry: EntryNumber) -> Option<ProposalId> {
        let base = self.proposals.get(&amendment.base).filter(|_| amendment.base.decision == amendment.decision)?;
        let (mut clauses, mut next) = (base.clauses.clone(), base.next);
        for change in &amendment.changes {
            match change {
                Change::Replace { clause, text } => *clauses.get_mut(clause)? = tidy(text),
                Change::Add { text } => {
                    clauses.insert(next, tidy(text));
                    next = next.saturating_add(1);
                }
                Change::Strike { clause } => {
                    clauses.remove(clause)?;
                }
            }
        }
        let assumptions = amendment.assumptions.as_ref().unwrap_or(&base.assumptions);
        let assumptions = assumptions.iter().map(|a| tidy(a)).collect();
        Some(self.put(amendment.decision, (clauses, next), assumptions, (by, entry)))
    }

    fn put(
        &mut self,
        decision: DecisionId,
        (clauses, next): (BTreeMap<u16, String>, u16),
        assumptions: Vec<String>,
        (by, entry): (&Author, EntryNumber),
    ) -> ProposalId {
        let before = self.proposals.keys().filter(|id| id.decision == decision).count();
        let id = ProposalId { decision, version: u16::try_from(before + 1).unwrap_or(u16::MAX) };
        let digest = Digest::of(json!([decision, clauses, assumptions]).to_string().as_bytes());
        self.proposals.insert(id, Text { entry, clauses, next, assumptions, digest });
        if *by == Author::Supervisor || (by.seat().is_some() && by.seat() == self.owner(decision)) {
            self.set_head(id);
        }
        id
    }

    /// Puts a text on the table. A reading lasts as long as its clause reads as it did.
    pub fn set_head(&mut self, id: ProposalId) {
        let before = self.head(id.decision).map(|(_, text)| text.clauses.clone());
        self.heads.insert(id.decision, id);
        let (Some(before), Some((_, now))) = (before, self.head(id.decision)) else {
            return;
        };
        let now = now.clauses.clone();
        self.readings.retain(|r| r.decision != id.decision || before.get(&r.clause) == now.get(&r.clause));
    }

    /// A reading of a clause of the head.
    pub fn read(&mut self, decision: DecisionId, clause: u16, text: &str) -> ReadingId {
        self.readings_given += 1;
        let id = ReadingId(self.readings_given);
        self.readings.push(Sentence { decision, id, clause, text: text.to_owned() });
        id
    }

    /// SHA-256 over what is signed: topic, framework, and each decision's head with its readings, as JSON with sorted keys
    /// and no white space. None until every decision has a head.
    pub fn accord(&self, topic: &str) -> Option<Digest> {
        let framework = self.framework.as_ref()?;
        let mut ids: Vec<DecisionId> = framework.decisions.iter().map(|d| d.id).collect();
        ids.sort_unstable();
        let decisions: Option<Vec<Value>> = ids.into_iter().map(|id| self.signed(id)).collect();
        let accord = json!({ "accord": 1, "topic": topic, "framework": framework, "decisions": decisions? });
        Some(Digest::of(accord.to_string().as_bytes()))
    }

    fn signed(&self, decision: DecisionId) -> Option<Value> {
        let (id, text) = self.head(decision)?;
        let own = self.readings.iter().filter(|r| r.decision == decision);
        let readings: Vec<Value> = own.map(|r| json!({ "id": r.id, "clause": r.clause, "text": r.text })).collect();
        Some(json!({
            "decision": decision,
            "head": id,
            "digest": text.digest,
            "clauses": text.clauses,
            "assumptions": text.assumptions,
            "readings": readings,
        }))
    }
}
