//! Rules for texts: drafts, amendments, and who may put one on the table when.

use super::case::Case;
use crate::protocol::docket::Content;
use crate::protocol::duty;
use crate::protocol::entry::{Amendment, Draft, How, Item, Move};
use crate::protocol::id::{Author, DecisionId};
use std::collections::BTreeSet;

/// Most clauses of one text.
const MAX_CLAUSES: usize = 40;

impl Case<'_> {
    /// Examines every text the reply puts forward and remembers those that would lie on the table.
    pub fn texts(&mut self) {
        let mut touched: BTreeSet<DecisionId> = BTreeSet::new();
        for act in &self.reply.moves {
            let decision = match act {
                Move::Propose(draft) => self.draft(draft),
                Move::Amend(amendment) => self.amendment(amendment),
                Move::Dispose { item: Item::Alternative(id), how: How::Adopted, .. } => self.adoption(id.decision, act),
                _ => continue,
            };
            if let Some(id) = decision
                && !touched.insert(id)
            {
                self.refuse(format!("two texts for {id} in one reply: put one forward"));
            }
        }
    }

    fn draft(&mut self, draft: &Draft) -> Option<DecisionId> {
        self.docket(draft.decision)?;
        if draft.rationale.trim().is_empty() {
            self.refuse(format!("the proposal on {} has no rationale", draft.decision));
        }
        self.content(Content::of_draft(draft));
        Some(draft.decision)
    }

    fn amendment(&mut self, amendment: &Amendment) -> Option<DecisionId> {
        let docket = self.docket(amendment.decision)?;
        if amendment.rationale.trim().is_empty() {
            self.refuse(format!("the amendment of {} has no rationale", amendment.decision));
        }
        match Content::of_amendment(amendment, docket) {
            Ok(content) => self.content(content),
            Err(reason) => self.refuse(reason),
        }
        Some(amendment.decision)
    }

    fn adoption(&mut self, decision: DecisionId, act: &Move) -> Option<DecisionId> {
        let docket = self.docket(decision)?;
        let Move::Dispose { item: Item::Alternative(id), .. } = act else {
            return None;
        };
        if docket.head.is_some() && !self.session.all_judged(decision) {
            self.refuse(format!("the head of {decision} stays until all have judged it: adopt {id} after that"));
        }
        if let Some(proposal) = docket.proposal(*id) {
            self.heads.insert(decision, Content::of_proposal(proposal));
        }
        Some(decision)
    }

    fn content(&mut self, content: Content) {
        let id = content.decision;
        let empty = content.clauses.values().any(|c| c.is_empty());
        if content.clauses.is_empty() || empty {
            self.refuse(format!("the text for {id} has no clause, or an empty one"));
        }
        if content.clauses.len() > MAX_CLAUSES {
            self.refuse(format!("the text for {id} has {} clauses: at most {MAX_CLAUSES}", content.clauses.len()));
        }
        let digest = content.digest();
        let same = self.session.docket(id).and_then(|d| d.with_digest(&digest));
        if let Some(same) = same {
            self.refuse(format!(
                "the text for {id} is that of {} to the letter: a proposal must differ from every earlier one",
                same.id
            ));
        }
        if !self.puts_heads_on(id) {
            return;
        }
        let mediating = *self.author == Author::Supervisor;
        if !mediating && !duty::may_revise(self.session, id) {
            self.refuse(format!(
                "the head of {id} stays: no objection to it is open, or not all have judged it. Meet a concern by the \
                 clause that covers it, by a reading, as a risk, or decline it with a reason"
            ));
        }
        self.heads.insert(id, content);
    }

    /// Whether a text by this speaker would be the head of `id`, as opposed to an alternative.
    pub fn puts_heads_on(&self, id: DecisionId) -> bool {
        match self.author {
            Author::Supervisor => true,
            Author::Human => false,
            Author::Seat(tag) => self.session.decision(id).is_some_and(|d| d.owner == *tag),
        }
    }
}
