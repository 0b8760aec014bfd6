//! What each move of an accepted reply does. Every effect carries the entry it came from.

use crate::protocol::charter::stand_in;
use crate::protocol::docket::{Content, Docket, Proposal, Reading, Verdict, VerdictKind, Weighed};
use crate::protocol::entry::{Choice, How, Item, Made, Move, Recorded};
use crate::protocol::event::{REVISES_AFTER_REVIEW, STANDS_UNANSWERED};
use crate::protocol::framework::Framework;
use crate::protocol::id::{
    Author, CriterionId, DecisionId, Digest, EntryNumber, IssueId, IssueKind, ProposalId, ReadingId, RiskId, SeatTag,
    Target,
};
use crate::protocol::issue::{Disposition, End, Issue};
use crate::protocol::rules::Admission;
use crate::protocol::session::{Risk, Session, Signature};
use std::sync::Arc;

/// Where a move stands: who made it, in which entry, having seen the log up to where.
pub(super) struct At<'a> {
    pub author: &'a Author,
    pub entry: EntryNumber,
    pub seen: EntryNumber,
}

/// What a seat says of a text, before it is filed as its verdict.
struct Judgement<'a> {
    kind: VerdictKind,
    criteria: Vec<CriterionId>,
    because: &'a str,
    resolved_by: Option<EntryNumber>,
    reviewed: bool,
}

impl<'a> Judgement<'a> {
    fn objection(criteria: Vec<CriterionId>, because: &'a str) -> Self {
        Self { kind: VerdictKind::Object, criteria, because, resolved_by: None, reviewed: false }
    }
}

impl Session {
    /// Carries out the moves of one reply. New texts first, since the reply's dispositions speak of their clauses; the
    /// record keeps the order in which they were given. `admissions` were judged on the log the speaker saw.
    pub(super) fn record(&mut self, at: &At<'_>, moves: Vec<Move>, admissions: &[Option<Admission>]) -> Vec<Recorded> {
        let mut made: Vec<Option<Made>> = vec![None; moves.len()];
        for due in 0..=2 {
            for ((act, admission), slot) in moves.iter().zip(admissions).zip(&mut made) {
                if turn(act) == due {
                    *slot = self.carry_out(at, act, *admission);
                }
            }
        }
        moves.into_iter().zip(made).map(|(act, made)| Recorded { act, made }).collect()
    }

    fn carry_out(&mut self, at: &At<'_>, act: &Move, admission: Option<Admission>) -> Option<Made> {
        match act {
            Move::Frame { framework } => self.frame(at, framework),
            // Positions are read from the entries themselves.
            Move::Position { .. } => None,
            Move::Direct { .. } => {
                self.directions.push(at.entry);
                None
            }
            Move::Propose(draft) => self.put(at, Content::of_draft(draft)),
            Move::Amend(amendment) => {
                let content = Content::of_amendment(amendment, self.docket.get(&amendment.decision)?).ok()?;
                self.put(at, content)
            }
            Move::Agree { .. } => self.agree(at, act),
            Move::Object { .. } => self.object(at, act, admission),
            Move::Concern { about, clause, criterion, text } => {
                let id = self.raise(at, IssueKind::Concern, *about, text);
                self.with_issue(id, |i| {
                    i.clause = *clause;
                    i.criterion = Some(*criterion);
                });
                Some(Made::Issue(id))
            }
            Move::Ask { to, about, text } => self.ask(at, to, *about, text),
            Move::Escalate { about, text, options } => self.escalate(at, *about, text, options),
            Move::Claim { decision, .. } => self.claim(at, *decision),
            Move::Answer { question, text } => {
                self.close(at, *question, End::Answered, text);
                None
            }
            Move::Dispose { item, how, why } => self.dispose(at, item, how, why),
            Move::Withdraw { issue, why } => {
                self.close(at, *issue, End::Withdrawn, why);
                None
            }
            Move::Stand { issue, digest, why } => self.stand(at, *issue, digest, why),
            Move::Rule { issue, ruling, why } => {
                self.close(at, *issue, End::Ruled(*ruling), why);
                None
            }
            Move::Mediate { .. } => {
                self.progress.mediations.push(at.entry);
                None
            }
            Move::Risk { about, scenario, sign, mitigation } => {
                Some(Made::Risk(self.add_risk(at, *about, [scenario, sign, mitigation], None)))
            }
            Move::Sign { digest, reservation } => self.sign(at, digest, reservation.as_deref()),
        }
    }

    fn frame(&mut self, at: &At<'_>, framework: &Framework) -> Option<Made> {
        let mut framework = framework.clone();
        if let Some(before) = &mut self.framework {
            // Claims come with the sealed positions; later nothing is open any more.
            Arc::make_mut(before).decisions.iter_mut().chain(&mut framework.decisions).for_each(|d| d.open = false);
        }
        for decision in &framework.decisions {
            let reworded = |id: &CriterionId| {
                let before = self.framework.as_ref().and_then(|f| f.criterion(*id));
                before.is_some_and(|before| framework.criterion(*id) != Some(before))
            };
            let changed = self.decision(decision.id).is_some_and(|before| before != decision)
                || decision.criteria.iter().any(reworded);
            let docket = self.docket.entry(decision.id).or_insert_with(|| Arc::new(Docket::new(decision.id)));
            if changed {
                Arc::make_mut(docket).reframed = Some(at.entry);
            }
        }
        self.framework = Some(Arc::new(framework));
        None
    }

    /// Puts a text into its decision's file: as the head if the owner or the mediator gives it, else as an alternative.
    fn put(&mut self, at: &At<'_>, content: Content) -> Option<Made> {
        let decision = content.decision;
        let owner = self.decision(decision)?.owner.clone();
        let by_owner = at.author.seat() == Some(&owner);
        let heads = by_owner || *at.author == Author::Supervisor;
        let docket = Arc::make_mut(self.docket.get_mut(&decision)?);
        let id = ProposalId { decision, version: docket.next_version() };
        let digest = content.digest();
        docket.file(Proposal {
            id,
            by: at.author.clone(),
            entry: at.entry,
            base: content.base,
            digest: digest.clone(),
            clauses: content.clauses,
            next_clause: content.next_clause,
            assumptions: content.assumptions,
            rationale: content.rationale,
            rejected: content.rejected,
            actions: content.actions,
        });
        if heads {
            self.set_head(at, id, by_owner);
        } else {
            docket.alternatives.insert(id, None);
        }
        Some(Made::Proposal { id, digest, head: heads })
    }

    fn set_head(&mut self, at: &At<'_>, id: ProposalId, by_owner: bool) {
        let Some(docket) = self.docket.get_mut(&id.decision).map(Arc::make_mut) else {
            return;
        };
        let before = docket.head().cloned();
        docket.head = Some((id, at.entry));
        if let (Some(before), Some(now)) = (before, docket.head().cloned()) {
            // A reading fixes how one text is understood; it does not outlive that text.
            let changed = now.differs_from(&before);
            docket.readings.retain(|r| !changed.contains(&r.clause));
        }
        if let (true, Some(owner)) = (by_owner, at.author.seat()) {
            let because = "its owner put it on the table".to_owned();
            let verdict = Verdict {
                kind: VerdictKind::Agree,
                on: id,
                entry: at.entry,
                seen: at.seen,
                criteria: Vec::new(),
                because,
                resolved_by: None,
                reviewed: false,
            };
            docket.verdicts.insert(owner.clone(), verdict);
        }
        let about = Target::Decision(id.decision);
        let unread = self.opening.version >= STANDS_UNANSWERED;
        let read = |i: &Issue| !unread || i.last_raised() <= at.seen;
        let met: Vec<IssueId> =
            self.open_issues(IssueKind::Objection, about).filter(|i| read(i)).map(|i| i.id).collect();
        for id in met {
            self.with_issue(id, |i| i.met = Some((How::Addressed { clause: 0 }, at.entry)));
        }
    }

    /// Files a verdict on the text that `digest` names, which need not lie on the table any more.
    fn judge(&mut self, at: &At<'_>, about: Target, digest: &str, judgement: Judgement<'_>) {
        let docket = about.decision().and_then(|d| self.docket.get_mut(&d)).map(Arc::make_mut);
        let (Some(seat), Some(docket)) = (at.author.seat(), docket) else {
            return;
        };
        // The head first: two seats may have put the same text forward in one wave.
        let head = docket.head().filter(|p| p.digest.is_named_by(digest));
        let Some(on) = head.or_else(|| docket.named(digest)).map(|p| p.id) else {
            return;
        };
        let Judgement { kind, criteria, because, resolved_by, reviewed } = judgement;
        let (entry, seen, because) = (at.entry, at.seen, because.to_owned());
        let verdict = Verdict { kind, on, entry, seen, criteria, because, resolved_by, reviewed };
        docket.verdicts.insert(seat.clone(), verdict);
    }

    fn agree(&mut self, at: &At<'_>, act: &Move) -> Option<Made> {
        let Move::Agree { decision, digest, criteria, because, resolved_by, confirms, security } = act else {
            return None;
        };
        if let (false, Some(seat)) = (confirms.is_empty(), at.author.seat()) {
            self.confirmed.insert(seat.clone());
        }
        let judgement = Judgement {
            kind: VerdictKind::Agree,
            criteria: criteria.clone(),
            because,
            resolved_by: *resolved_by,
            reviewed: security.is_some(),
        };
        self.judge(at, Target::Decision(*decision), digest, judgement);
        if let (Some(resolved), Some(seat)) = (resolved_by, at.author.seat()) {
            let own: Vec<IssueId> = self.own_objections(seat, *decision).map(|i| i.id).collect();
            for id in own {
                self.close(at, id, End::Resolved(*resolved), because);
            }
        }
        None
    }

    fn object(&mut self, at: &At<'_>, act: &Move, admission: Option<Admission>) -> Option<Made> {
        let Move::Object { about, digest, clause, criterion, fails_when, resolved_if, .. } = act else {
            return None;
        };
        // One that the same reply withdrew is not stood by: the objection in its place is a new one.
        if let Some(Admission::Anew(id)) = admission
            && self.issue(id).is_some_and(|i| i.is_open())
        {
            self.stand(at, id, digest, fails_when);
            return Some(Made::Stood(id));
        }
        let late = admission == Some(Admission::LatePass);
        let pass_left = at.author.seat().is_some_and(|s| !self.late_passes.contains(s));
        let demoted = admission == Some(Admission::Demoted) || (late && !pass_left);
        let kind = if demoted { IssueKind::Concern } else { IssueKind::Objection };
        let id = self.raise(at, kind, *about, fails_when);
        self.with_issue(id, |i| {
            i.clause = *clause;
            i.criterion = Some(*criterion);
            i.resolved_if.clone_from(resolved_if);
            i.demoted = demoted;
        });
        if demoted {
            return Some(Made::Demoted(id));
        }
        self.judge(at, *about, digest, Judgement::objection(vec![*criterion], fails_when));
        if let (true, Some(seat)) = (late, at.author.seat()) {
            self.late_passes.insert(seat.clone());
        }
        Some(Made::Issue(id))
    }

    fn stand(&mut self, at: &At<'_>, id: IssueId, digest: &str, why: &str) -> Option<Made> {
        // Whoever stands by what nobody had read raises nothing anew.
        let anew = self.opening.version < STANDS_UNANSWERED || self.issue(id).is_some_and(|i| i.met.is_some());
        let issue = self.issues.change(id, |issue| {
            issue.met = None;
            issue.stood.push(at.entry);
            why.clone_into(&mut issue.still);
        })?;
        let (about, criteria) = (issue.about, issue.criterion.into_iter().collect());
        if anew {
            self.progress.anew = Some(at.entry);
        }
        self.judge(at, about, digest, Judgement::objection(criteria, why));
        None
    }

    fn ask(&mut self, at: &At<'_>, to: &str, about: Target, text: &str) -> Option<Made> {
        let named = addressee(self, to);
        let id = self.raise(at, IssueKind::Question, about, text);
        let addressee = named.clone().unwrap_or_else(|| stand_in(&self.opening, at.author, to));
        self.with_issue(id, |i| i.to = Some(addressee.clone()));
        Some(if named.is_some() { Made::Issue(id) } else { Made::Redirected(id, addressee) })
    }

    /// A choice for whoever leads is a question to them, with the ways out in its text.
    fn escalate(&mut self, at: &At<'_>, about: Target, text: &str, options: &[Choice]) -> Option<Made> {
        let ways = (1..).zip(options).map(|(n, o)| format!("\n({n}) {}: {}", o.option.trim(), o.trade_off.trim()));
        let id = self.raise(at, IssueKind::Question, about, &format!("{}{}", text.trim(), ways.collect::<String>()));
        let human = self.opening.human && !self.progress.lapsed;
        self.with_issue(id, |i| i.to = Some(if human { Author::Human } else { Author::Supervisor }));
        Some(Made::Issue(id))
    }

    /// The first claim in the log wins: it closes the decision to the others.
    fn claim(&mut self, at: &At<'_>, decision: DecisionId) -> Option<Made> {
        let asked = Arc::make_mut(self.framework.as_mut()?).decisions.iter_mut().find(|d| d.id == decision)?;
        if let (true, Some(seat)) = (asked.open, at.author.seat()) {
            asked.owner = seat.clone();
            asked.open = false;
        }
        Some(Made::Owner(asked.owner.clone()))
    }

    fn dispose(&mut self, at: &At<'_>, item: &Item, how: &How, why: &str) -> Option<Made> {
        let weighed = Weighed { how: how.clone(), why: why.to_owned(), entry: at.entry };
        match item {
            Item::Position(decision, seat) => {
                Arc::make_mut(self.docket.get_mut(decision)?).weighed.insert(seat.clone(), weighed);
                None
            }
            Item::Alternative(id) => {
                Arc::make_mut(self.docket.get_mut(&id.decision)?).alternatives.insert(*id, Some(weighed));
                if *how == How::Adopted {
                    self.set_head(at, *id, true);
                }
                None
            }
            Item::Issue(id) => self.dispose_of_issue(at, *id, how, why),
        }
    }

    fn dispose_of_issue(&mut self, at: &At<'_>, id: IssueId, how: &How, why: &str) -> Option<Made> {
        let issue = self.issue(id)?.clone();
        if id.kind == IssueKind::Objection && issue.about != Target::Framework && !self.mends_its_own(at, &issue) {
            // Only the objector, or a ruling, ends an objection: the owner's answer waits for it.
            self.with_issue(id, |i| i.met = Some((how.clone(), at.entry)));
        } else {
            self.close(at, id, End::Disposed(how.clone()), why);
        }
        match how {
            How::Reading { clause, reading } => {
                self.readings_given += 1;
                let id = ReadingId(self.readings_given);
                let docket = Arc::make_mut(self.docket.get_mut(&issue.about.decision()?)?);
                docket.readings.push(Reading { id, clause: *clause, text: reading.clone(), entry: at.entry });
                Some(Made::Reading(id))
            }
            How::Risk => Some(Made::Risk(self.add_risk(
                at,
                issue.about,
                [&issue.text, &String::new(), &why.to_owned()],
                Some(id),
            ))),
            How::Addressed { .. } | How::Declined | How::Moot | How::Adopted | How::Partly => None,
        }
    }

    /// Whether an owner who objected to its own head answers itself with a new one: its author is its objector, and need not be
    /// asked whether it meets the objection.
    fn mends_its_own(&self, at: &At<'_>, issue: &Issue) -> bool {
        let decision = issue.about.decision().and_then(|id| self.docket.get(&id));
        self.opening.version >= REVISES_AFTER_REVIEW
            && issue.by == *at.author
            && decision.is_some_and(|d| d.head.is_some_and(|(_, entry)| entry == at.entry))
    }

    fn sign(&mut self, at: &At<'_>, digest: &str, reservation: Option<&str>) -> Option<Made> {
        let digest: Digest = self.accord_digest().filter(|d| d.is_named_by(digest))?;
        let seat: SeatTag = at.author.seat()?.clone();
        let reservation = reservation.map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned);
        self.ratification.signatures.insert(seat, Signature { digest, entry: at.entry, reservation });
        None
    }

    fn raise(&mut self, at: &At<'_>, kind: IssueKind, about: Target, text: &str) -> IssueId {
        let id = self.issues.next_id(kind);
        self.issues.raise(Issue {
            id,
            by: at.author.clone(),
            about,
            clause: 0,
            criterion: None,
            text: text.to_owned(),
            resolved_if: String::new(),
            to: None,
            entry: at.entry,
            demoted: false,
            met: None,
            stood: Vec::new(),
            still: String::new(),
            disposition: None,
        });
        id
    }

    fn with_issue(&mut self, id: IssueId, change: impl FnOnce(&mut Issue)) {
        self.issues.change(id, change);
    }

    fn close(&mut self, at: &At<'_>, id: IssueId, end: End, why: &str) {
        let disposition = Disposition { end, why: why.to_owned(), by: at.author.clone(), entry: at.entry };
        self.with_issue(id, |i| {
            // What ended first stays ended: two moves of one wave may both speak of it.
            i.disposition.get_or_insert(disposition);
        });
    }

    fn add_risk(&mut self, at: &At<'_>, about: Target, texts: [&String; 3], from: Option<IssueId>) -> RiskId {
        let id = RiskId(self.risks.len() as u16 + 1);
        let [scenario, sign, mitigation] = texts.map(Clone::clone);
        let risk = Risk { id, about, scenario, sign, mitigation, by: at.author.clone(), entry: at.entry, from };
        self.risks.push(Arc::new(risk));
        id
    }
}

/// Who bears the name `to` at this table; none if nobody does.
pub(in crate::protocol) fn addressee(session: &Session, to: &str) -> Option<Author> {
    let name = to.trim().trim_start_matches('@').trim_matches(['[', ']']).to_uppercase();
    match name.parse().ok()? {
        Author::Human if !session.opening().human => None,
        Author::Seat(tag) if !session.has_seat(&tag) => None,
        present => Some(present),
    }
}

/// When a move is carried out: texts first, since the reply's dispositions speak of their clauses; then what is
/// withdrawn, so that an objection in its place is not taken for it; then the rest.
fn turn(act: &Move) -> u8 {
    match act {
        Move::Frame { .. }
        | Move::Propose(_)
        | Move::Amend(_)
        | Move::Dispose { item: Item::Alternative(_), how: How::Adopted, .. } => 0,
        Move::Withdraw { .. } => 1,
        _ => 2,
    }
}
