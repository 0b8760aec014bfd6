//! What each kind of reply may hold.

use super::case::Case;
use crate::protocol::docket::Docket;
use crate::protocol::duty::{self, Duty};
use crate::protocol::entry::{Move, Reply};
use crate::protocol::event::REVISES_AFTER_REVIEW;
use crate::protocol::framework::Framework;
use crate::protocol::id::{Author, DecisionId, IssueKind, SeatTag, Target};

/// Concerns in a sealed position (`docs/protocol.md`, section 4).
const POSITION_CONCERNS: usize = 3;
/// Questions in a sealed position.
const POSITION_QUESTIONS: usize = 1;
/// Concerns about one decision in a review.
const REVIEW_CONCERNS: usize = 2;
/// Questions in one turn.
const TURN_QUESTIONS: usize = 2;

impl Case<'_> {
    pub fn framework(&mut self) {
        let [Move::Frame { framework }] = self.reply.moves.as_slice() else {
            return self.refuse("framing takes exactly one move: frame");
        };
        self.frame(framework);
    }

    fn frame(&mut self, framework: &Framework) {
        let seats: Vec<SeatTag> = self.session.seats().cloned().collect();
        for fault in framework.faults(&seats) {
            self.refuse(fault);
        }
        let Some(before) = self.session.framework() else {
            return;
        };
        for old in &before.decisions {
            match framework.decision(old.id) {
                None => self.refuse(format!("{} was taken off the agenda: a framework may grow, not shrink", old.id)),
                Some(new) if new.owner != old.owner => {
                    self.refuse(format!("{} changed its owner, which is {} now", old.id, old.owner));
                }
                Some(_) => {}
            }
        }
        for old in before.criteria.iter().filter(|c| framework.criterion(c.id).is_none()) {
            self.refuse(format!("{} was dropped: verdicts rest on it", old.id));
        }
    }

    pub fn position(&mut self) {
        for act in &self.reply.moves {
            match act {
                Move::Position { decision, choice, rejected, rests_on, confidence } => {
                    self.docket(*decision);
                    if [choice, rejected, rests_on].iter().any(|t| t.trim().is_empty()) {
                        self.refuse(format!(
                            "the position on {decision} needs a choice, what it rejects, and what it rests on"
                        ));
                    }
                    if *confidence > 100 {
                        self.refuse(format!("confidence {confidence} on {decision}: 0 to 100"));
                    }
                }
                Move::Concern { about, clause, criterion, text } => self.concern(*about, *clause, *criterion, text),
                Move::Ask { to, about, text } => self.ask(to, *about, text),
                Move::Escalate { about, text, options } => self.escalate(*about, text, options),
                Move::Claim { decision, why } => self.claim(*decision, why),
                _ => self.refuse(
                    "a sealed position holds positions, claims, concerns and at most one question; nothing is on the table yet",
                ),
            }
        }
        if !self.reply.moves.iter().any(|m| matches!(m, Move::Position { .. })) {
            self.refuse("give a position on each decision you care about, at least one");
        }
        for docket in self.session.dockets() {
            let id = docket.id;
            self.at_most(
                1,
                &format!("positions on {id}"),
                |m| matches!(m, Move::Position { decision, .. } if *decision == id),
            );
        }
        self.at_most(POSITION_CONCERNS, "concerns in a position", |m| matches!(m, Move::Concern { .. }));
        self.at_most(POSITION_QUESTIONS, "questions in a position", is_question);
    }

    fn claim(&mut self, decision: DecisionId, why: &str) {
        self.docket(decision);
        let asked = self.session.decision(decision);
        if let Some(owner) = asked.filter(|d| !d.open).map(|d| &d.owner) {
            self.refuse(format!("{decision} is not open to be claimed: {owner} owns it"));
        }
        if why.trim().is_empty() {
            self.refuse(format!("the claim to {decision} needs a reason"));
        }
    }

    pub fn turn(&mut self, duties: &[Duty]) {
        self.texts();
        for act in &self.reply.moves {
            match self.author {
                Author::Supervisor => self.supervisor_move(act),
                Author::Seat(_) | Author::Human => self.seat_move(act),
            }
        }
        self.one_verdict_each();
        for docket in self.session.dockets() {
            let about = Target::Decision(docket.id);
            let what = format!("concerns about {about}");
            self.at_most(REVIEW_CONCERNS, &what, |m| matches!(m, Move::Concern { about: on, .. } if *on == about));
        }
        self.at_most(TURN_QUESTIONS, "questions in a turn", is_question);
        self.fulfils(duties);
        let replaced: Vec<_> = self.heads.keys().copied().collect();
        for id in replaced
            .into_iter()
            .filter(|id| !duties.contains(&Duty::Draft(*id)) && !duties.contains(&Duty::Revise(*id)))
        {
            if *self.author != Author::Supervisor {
                self.leaves_none(id);
            }
        }
    }

    fn seat_move(&mut self, act: &Move) {
        match act {
            Move::Propose(_) | Move::Amend(_) => {}
            Move::Agree { .. } => self.agree(act),
            Move::Object { .. } => self.object(act, false),
            Move::Concern { about, clause, criterion, text } => self.concern(*about, *clause, *criterion, text),
            Move::Ask { to, about, text } => self.ask(to, *about, text),
            Move::Escalate { about, text, options } => self.escalate(*about, text, options),
            Move::Claim { .. } => self.refuse("a decision is claimed with the sealed position; now it has its owner"),
            Move::Answer { question, text } => self.answer(*question, text),
            Move::Dispose { item, how, why } => self.dispose(item, how, why),
            Move::Withdraw { issue, why } => self.withdraw(*issue, why),
            Move::Stand { issue, digest, why } => self.stand(*issue, digest, why),
            Move::Position { .. } => {
                self.refuse("positions were given once, sealed: propose, object or raise a concern now")
            }
            Move::Sign { digest, .. } => self.sign_early(digest),
            Move::Risk { .. } => self.refuse("risks are for the pre-mortem: raise a concern or an objection"),
            Move::Frame { .. } | Move::Rule { .. } | Move::Mediate { .. } => {
                self.refuse("framing, ruling and mediating are the supervisor's")
            }
            Move::Direct { .. } => self.refuse("directions are given by people"),
        }
    }

    /// A signature along with the reviews of a reopened ratification.
    fn sign_early(&mut self, digest: &str) {
        let may = duty::may_sign(self.session);
        let Some(accord) = may.then(|| self.session.accord_digest()).flatten() else {
            return self.refuse("nothing can be signed yet: agree to the heads; the accord comes once all do");
        };
        if !accord.is_named_by(digest) {
            self.refuse(format!("the accord with the heads on the table is @{}", accord.short()));
        }
        let moves = &self.reply.moves;
        if moves.iter().filter(|m| matches!(m, Move::Sign { .. })).count() > 1 {
            self.refuse("one signature is enough");
        }
        let withdraws = self.session.opening().version >= REVISES_AFTER_REVIEW;
        let beside = |m: &Move| match m {
            Move::Agree { .. } | Move::Sign { .. } => true,
            Move::Withdraw { .. } => withdraws,
            _ => false,
        };
        if !moves.iter().all(beside) {
            self.refuse(
                "sign only beside agreement: with anything else to settle, the accord is put to signature after it",
            );
        }
        let agrees = |id| moves.iter().any(|m| matches!(m, Move::Agree { decision, .. } if *decision == id));
        let seat = self.seat();
        let stands = |d: &Docket| agrees(d.id) || seat.is_some_and(|s| d.agrees(s));
        let missing: Vec<String> = self.session.dockets().filter(|d| !stands(d)).map(|d| d.id.to_string()).collect();
        if !missing.is_empty() {
            self.refuse(format!("sign only what you agree to: {} has no agreement of yours", missing.join(", ")));
        }
    }

    fn supervisor_move(&mut self, act: &Move) {
        match act {
            Move::Answer { question, text } => self.answer(*question, text),
            Move::Dispose { item, how, why } => self.dispose(item, how, why),
            Move::Frame { framework } => self.frame(framework),
            Move::Rule { issue, why, .. } => match self.open_issue(*issue) {
                Some(found) if found.about != Target::Framework => {
                    self.refuse(format!("{issue} is about {}: rule on it as mediator, not now", found.about));
                }
                _ if why.trim().is_empty() => self.refuse(format!("the ruling on {issue} needs a reason")),
                _ => {}
            },
            _ => self.refuse(
                "the supervisor never agrees, objects or signs: answer, rule on the framework, or frame it anew",
            ),
        }
    }

    pub fn mediation(&mut self) {
        self.texts();
        for act in &self.reply.moves {
            match act {
                Move::Mediate { agreed, disputed, crux, question } => {
                    if [agreed, disputed, crux, question].iter().any(|t| t.trim().is_empty()) {
                        self.refuse("mediation names what is agreed, what is disputed, the crux, and the question that would decide it");
                    }
                }
                Move::Propose(_) | Move::Amend(_) => {}
                Move::Rule { issue, why, .. } => {
                    let found = self.open_issue(*issue);
                    if found.is_some() && issue.kind == IssueKind::Question {
                        self.refuse(format!("{issue} is a question: it needs an answer, not a ruling"));
                    }
                    if why.trim().is_empty() {
                        self.refuse(format!("the ruling on {issue} needs a reason"));
                    }
                }
                Move::Answer { question, text } => self.answer(*question, text),
                Move::Frame { framework } => self.frame(framework),
                _ => self.refuse("a mediator mediates, drafts, rules and answers; it never agrees, objects or signs"),
            }
        }
        if self.reply.moves.iter().filter(|m| matches!(m, Move::Mediate { .. })).count() != 1 {
            self.refuse("mediation takes exactly one move: mediate");
        }
    }

    pub fn premortem(&mut self) {
        for act in &self.reply.moves {
            match act {
                Move::Risk { about, scenario, sign, mitigation } => {
                    self.about(*about);
                    if [scenario, sign, mitigation].iter().any(|t| t.trim().is_empty()) {
                        self.refuse("each risk needs a scenario, an early sign and a mitigation");
                    }
                }
                Move::Object { .. } => self.object(act, true),
                Move::Sign { digest, .. } => self.names_accord(digest),
                _ => self.refuse("a pre-mortem holds risks and, if you like, your signature; or an objection if the text itself must change"),
            }
        }
        let signs = self.reply.moves.iter().filter(|m| matches!(m, Move::Sign { .. })).count();
        if signs > 1 || (signs == 1 && self.reply.moves.iter().any(|m| matches!(m, Move::Object { .. }))) {
            self.refuse("sign once, or object: not both");
        }
        // A second pre-mortem, after a reopening, may find nothing that is not recorded already.
        if self.reply.moves.len() == signs && self.session.risks().is_empty() {
            self.refuse("name at least one way in which the accord failed: a risk, or an objection");
        }
    }

    pub fn signature(&mut self) {
        for act in &self.reply.moves {
            match act {
                Move::Sign { digest, .. } => self.names_accord(digest),
                Move::Object { .. } => self.object(act, true),
                _ => self.refuse("now sign (with a reservation if you like), or object"),
            }
        }
        let signs = self.reply.moves.iter().filter(|m| matches!(m, Move::Sign { .. })).count();
        let objects = self.reply.moves.iter().filter(|m| matches!(m, Move::Object { .. })).count();
        if signs > 1 || (signs == 1) == (objects > 0) {
            self.refuse("either sign once, or object: one of the two");
        }
    }

    fn names_accord(&mut self, digest: &str) {
        if let Some(accord) = self.session.accord_digest().filter(|a| !a.is_named_by(digest)) {
            self.refuse(format!("the accord to sign is @{}", accord.short()));
        }
    }

    fn one_verdict_each(&mut self) {
        for docket in self.session.dockets() {
            let id = docket.id;
            let agrees = self
                .reply
                .moves
                .iter()
                .filter(|m| matches!(m, Move::Agree { decision, .. } if *decision == id))
                .count();
            if agrees > 1 {
                self.refuse(format!("two agreements to {id} in one reply: one is enough"));
            }
        }
    }

    fn at_most(&mut self, limit: usize, what: &str, which: impl Fn(&Move) -> bool) {
        let Reply { moves, .. } = self.reply;
        let count = moves.iter().filter(|m| which(m)).count();
        if count > limit {
            self.refuse(format!(
                "{count} {what}: at most {limit}; keep what matters most, and object where the text must change"
            ));
        }
    }
}

fn is_question(act: &Move) -> bool {
    matches!(act, Move::Ask { .. } | Move::Escalate { .. })
}
