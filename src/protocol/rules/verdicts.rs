//! Rules for verdicts: agree, object, stand, withdraw; and for concerns.

use super::admission::{Admission, admission};
use super::case::{Case, bounded};
use crate::protocol::docket::{Proposal, VerdictKind};
use crate::protocol::duty::moved_on;
use crate::protocol::entry::Move;
use crate::protocol::id::{CriterionId, DecisionId, EntryNumber, IssueId, IssueKind, SeatTag, Target};
use crate::protocol::issue::Issue;

/// A reason shorter than this, in bytes, says nothing (four characters of Chinese can).
pub(super) const MIN_WORDS: usize = 12;

impl Case<'_> {
    pub fn agree(&mut self, act: &Move) {
        let Move::Agree { decision, digest, criteria, because, resolved_by, confirms, security } = act else {
            return;
        };
        let Some(seat) = self.seat() else {
            return self.refuse("only seats agree");
        };
        if self.named_head(*decision, digest).is_none() {
            return;
        }
        if criteria.is_empty() {
            self.refuse(format!("agreement to {decision} rests on no criterion: name those it rests on"));
        }
        for criterion in criteria {
            self.criterion(*criterion);
        }
        if because.trim().len() < MIN_WORDS {
            self.refuse(format!("agreement to {decision} needs a reason: a criterion, a fact or a clause"));
        }
        if self.heads.contains_key(decision) {
            self.refuse(format!(
                "you put a new text for {decision} on the table: agreeing to the old one makes no sense"
            ));
        }
        if self.blocks(*decision) {
            self.refuse(format!("agreeing and objecting to {decision} in one reply: choose one"));
        }
        self.resolution(seat, *decision, *resolved_by);
        self.checklist(seat, confirms);
        self.security_review(seat, *decision, security.as_deref());
    }

    /// Whoever objected before names the entry that resolved it: one it had not seen when it last objected, and not its
    /// own, unless it owns the decision and that entry put the new head there.
    fn resolution(&mut self, seat: &SeatTag, decision: DecisionId, resolved_by: Option<EntryNumber>) {
        let found = resolved_by.and_then(|e| self.session.entry(e));
        let head = self.session.docket(decision).and_then(|d| d.head).map(|(_, entry)| entry);
        let others = found.is_some_and(|e| e.author.seat() != Some(seat) || Some(e.number) == head);
        let Some(since) = self.objected_in(seat, decision) else {
            if resolved_by.is_some() && !others {
                self.refuse(format!(
                    "resolved_by on {decision} names no entry of somebody else: you have not objected, so leave it null"
                ));
            }
            return;
        };
        let seen = self.session.entry(since).map(|e| e.seen).unwrap_or_default();
        match resolved_by {
            None => self.refuse(format!(
                "you objected to {decision} in {since}: name in resolved_by the entry that resolved it, or withdraw the objection"
            )),
            Some(entry) if !others || entry <= seen => self.refuse(format!(
                "resolved_by {entry} must be an entry of somebody else, later than your objection in {since} (or withdraw it)"
            )),
            Some(_) => {}
        }
    }

    /// The entry in which `seat` last objected to `decision`, if that stands or was its last verdict, and this reply does
    /// not withdraw it.
    fn objected_in(&self, seat: &SeatTag, decision: DecisionId) -> Option<EntryNumber> {
        let withdrawn: Vec<IssueId> = self.withdrawn().collect();
        let own = self.session.own_objections(seat, decision).filter(|i| !withdrawn.contains(&i.id));
        let open = own.map(Issue::last_raised).max();
        let verdict = self.session.docket(decision).and_then(|d| d.verdicts.get(seat));
        let judged = verdict.filter(|v| v.kind == VerdictKind::Object && withdrawn.is_empty()).map(|v| v.entry);
        open.or(judged)
    }

    pub fn object(&mut self, act: &Move, signing: bool) {
        let Move::Object { about, digest, clause, criterion, fails_when, resolved_if, rests_on } = act else {
            return;
        };
        if self.seat().is_none() {
            return self.refuse("only seats object");
        }
        self.criterion(*criterion);
        if fails_when.trim().len() < MIN_WORDS {
            self.refuse(format!(
                "the objection to {about} needs a scenario in fails_when: who does what, and what breaks"
            ));
        }
        if resolved_if.trim().is_empty() {
            self.refuse(format!("the objection to {about} must say in resolved_if what would resolve it"));
        }
        if let Some(entry) = rests_on.filter(|e| self.session.entry(*e).is_none()) {
            self.refuse(format!("rests_on names {entry}, which is not in the log"));
        }
        let Target::Decision(decision) = *about else {
            return;
        };
        if self.named_head(decision, digest).is_none() {
            return;
        }
        self.nameable(decision, *clause);
        if signing && admission(self.session, self.author, act) == Some(Admission::Demoted) {
            self.refuse(format!(
                "the objection to {decision} rests on no changed clause and no entry you had not seen, and your late pass is \
                 used: record it as a risk or a reservation instead"
            ));
        }
    }

    pub fn stand(&mut self, issue: IssueId, digest: &str, why: &str) {
        let Some(found) = self.open_issue(issue) else {
            return;
        };
        if issue.kind != IssueKind::Objection || found.by != *self.author {
            return self.refuse(format!("{issue} is not your objection: stand by your own"));
        }
        if found.met.is_none() && !moved_on(self.session, found) {
            self.refuse(format!(
                "{issue} has not been answered since you raised it: there is nothing to stand against yet"
            ));
        }
        if why.trim().len() < MIN_WORDS {
            self.refuse(format!("standing by {issue} needs a reason: what is still missing"));
        }
        if let Target::Decision(decision) = found.about {
            self.named_head(decision, digest);
        }
    }

    pub fn withdraw(&mut self, issue: IssueId, why: &str) {
        let Some(found) = self.open_issue(issue) else {
            return;
        };
        if found.by != *self.author {
            self.refuse(format!("{issue} is not yours to withdraw: it is {}'s", found.by));
        }
        if why.trim().is_empty() {
            self.refuse(format!("withdrawing {issue} needs a reason"));
        }
    }

    pub fn concern(&mut self, about: Target, clause: u16, criterion: CriterionId, text: &str) {
        self.about(about);
        self.criterion(criterion);
        if text.trim().len() < MIN_WORDS {
            self.refuse(format!("the concern about {about} needs words: what may go wrong, and what would help"));
        }
        let (Target::Decision(id), Some(seat)) = (about, self.seat()) else {
            return;
        };
        let Some(docket) = self.session.docket(id) else {
            return;
        };
        if docket.head.is_some() {
            self.nameable(id, clause);
        }
        let changed = docket.changed_since_judged(seat);
        let Some(verdict) = docket.verdicts.get(seat) else {
            return;
        };
        // Another decision's new head can break a text that did not change itself.
        let others_moved =
            self.session.dockets().any(|d| d.id != id && d.head.is_some_and(|(_, entry)| entry > verdict.seen));
        if !changed.contains(&clause) && !others_moved {
            let list = changed.iter().filter(|n| **n > 0).map(u16::to_string).collect::<Vec<_>>().join(", ");
            let list = if list.is_empty() { "none did".to_owned() } else { format!("clauses {list} did") };
            self.refuse(format!(
                "you judged {id} before: a new concern must be about a clause that changed since ({list})"
            ));
        }
    }

    /// A clause can be spoken of if it stands, or was struck since the seat last judged; 0 is the whole text.
    fn nameable(&mut self, decision: DecisionId, clause: u16) {
        let docket = self.session.docket(decision);
        let struck =
            || self.seat().and_then(|s| docket.map(|d| d.changed_since_judged(s))).is_some_and(|c| c.contains(&clause));
        if clause != 0 && !self.has_clause(decision, clause) && !struck() {
            self.refuse(format!("{decision} has no clause {clause}"));
        }
    }

    /// The head that `digest` names, or the reason why it names none.
    fn named_head(&mut self, decision: DecisionId, digest: &str) -> Option<&Proposal> {
        let docket = self.docket(decision)?;
        let Some(head) = docket.head() else {
            self.refuse(format!("{decision} has no proposal on the table yet"));
            return None;
        };
        if head.digest.is_named_by(digest) {
            return Some(head);
        }
        let named = docket.named(digest).map(|p| format!("that is {}, ", p.id));
        self.refuse(format!(
            "'{}' does not name the head of {decision}: {}the text on the table is {}@{}",
            bounded(digest),
            named.unwrap_or_default(),
            head.id,
            head.digest.short()
        ));
        None
    }

    /// Whether the reply blocks `decision`.
    pub fn blocks(&self, decision: DecisionId) -> bool {
        self.reply.moves.iter().any(|m| match m {
            Move::Object { about, .. } => {
                about.decision() == Some(decision)
                    && admission(self.session, self.author, m) != Some(Admission::Demoted)
            }
            Move::Stand { issue, .. } => {
                self.session.issue(*issue).is_some_and(|i| i.about.decision() == Some(decision))
            }
            _ => false,
        })
    }

    /// What the reply withdraws.
    pub fn withdrawn(&self) -> impl Iterator<Item = IssueId> {
        self.reply.moves.iter().filter_map(|m| match m {
            Move::Withdraw { issue, .. } => Some(*issue),
            _ => None,
        })
    }
}
