//! The accord: what is signed. Framework plus every decision's head in one canonical text.

use super::id::{Digest, SeatTag};
use super::session::{Phase, Session};
use serde_json::{Value, json};

impl Session {
    /// The accord as canonical JSON (keys sorted, no white space between tokens when printed), once every decision has
    /// a head. It covers topic, framework, and for each decision the head's clauses, assumptions and readings.
    pub fn accord(&self) -> Option<Value> {
        let framework = self.framework()?;
        let mut decisions = Vec::new();
        for docket in self.docket.values() {
            let head = docket.head()?;
            let readings: Vec<Value> =
                docket.readings.iter().map(|r| json!({ "id": r.id, "clause": r.clause, "text": r.text })).collect();
            decisions.push(json!({
                "decision": docket.id,
                "head": head.id,
                "digest": head.digest,
                "clauses": head.clauses,
                "assumptions": head.assumptions,
                "readings": readings,
            }));
        }
        Some(json!({ "accord": 1, "topic": self.opening.topic, "framework": framework, "decisions": decisions }))
    }

    /// Whether there is an accord: a framework, and every decision has a head.
    pub fn has_accord(&self) -> bool {
        self.framework().is_some() && self.docket.values().all(|d| d.head().is_some())
    }

    /// The digest of the accord: SHA-256 over its canonical JSON.
    pub fn accord_digest(&self) -> Option<Digest> {
        self.accord().map(|accord| Digest::of(accord.to_string().as_bytes()))
    }

    /// Whether `seat` has signed the accord `digest`, with or after the pre-mortem (whoever wrote it has read what signers
    /// read) and after everything that was done but agree.
    pub fn has_signed(&self, seat: &SeatTag, digest: &Digest) -> bool {
        let after_premortem =
            |entry| self.ratification.premortem.as_ref().is_some_and(|(_, premortem)| entry >= *premortem);
        self.ratification.signatures.get(seat).is_some_and(|signature| {
            signature.digest == *digest
                && signature.entry > self.ratification.settled
                && after_premortem(signature.entry)
        })
    }

    /// The digest of the accord if, and only if, consensus holds: every seat's latest verdict on every decision is
    /// agreement to its current head; no objection and no question is open; every issue and alternative has a
    /// disposition; the pre-mortem is answered; and every seat has signed this digest after that.
    pub fn consensus(&self) -> Option<Digest> {
        if self.phase != Phase::Ratification || !self.is_ready() {
            return None;
        }
        let digest = self.accord_digest()?;
        self.seats().all(|s| self.has_signed(s, &digest)).then_some(digest)
    }

    /// Whether the accord can be put to signature: everything settled, nothing open, every direction heeded.
    pub fn is_ready(&self) -> bool {
        !self.docket.is_empty()
            && self.docket.keys().all(|id| self.is_settled(*id))
            && self.issues.open().next().is_none()
            && super::duty::owed(self).is_empty()
    }
}
