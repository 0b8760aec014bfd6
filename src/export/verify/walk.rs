//! One walk over the entries' moves: who said what of which text, what is open, who signed what and when.

use super::consensus::{Lack, is_ready};
use super::texts::Texts;
use crate::protocol::charter::{self, Charter};
use crate::protocol::event::Opening;
use crate::protocol::{
    Author, CriterionId, Decision, DecisionId, Digest, Entry, EntryNumber, Framework, How, IssueId, IssueKind, Item,
    Made, Move, ProposalId, Recorded, SeatTag, Target,
};
use std::collections::{BTreeMap, BTreeSet};

/// A seat's latest verdict on a decision.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Whether it agrees.
    pub agrees: bool,
    /// The text it named.
    pub on: ProposalId,
    /// In which entry.
    pub entry: EntryNumber,
    /// The last entry its seat had been shown.
    pub seen: EntryNumber,
    /// Whether it says what a security review came to.
    pub reviewed: bool,
}

/// An issue.
#[derive(Debug)]
pub(super) struct Raised {
    /// Who raised it.
    pub by: Author,
    about: Target,
    /// In which entry.
    pub entry: EntryNumber,
    /// Whether nothing has become of it.
    pub open: bool,
}

/// A seat's latest signature.
#[derive(Debug)]
pub(super) struct Signed {
    /// The accord as it was then.
    pub digest: Digest,
    /// In which entry.
    pub entry: EntryNumber,
    reservation: Option<String>,
}

/// What has been seen so far.
pub(super) struct Walk<'a> {
    topic: &'a str,
    /// Who must agree.
    pub seats: &'a [SeatTag],
    charter: &'a Charter,
    /// The format of the session.
    version: u16,
    /// For each seat with a check list: the points it confirmed.
    confirmed: BTreeMap<SeatTag, BTreeSet<usize>>,
    /// Framework, proposals, heads, readings.
    pub texts: Texts,
    /// The latest verdicts.
    pub verdicts: BTreeMap<(DecisionId, SeatTag), Verdict>,
    /// Where the framework last changed a decision.
    pub reframed: BTreeMap<DecisionId, EntryNumber>,
    /// Every issue.
    pub issues: BTreeMap<IssueId, Raised>,
    /// Alternatives without a disposition, and where they were proposed.
    pub alternatives: BTreeMap<ProposalId, EntryNumber>,
    /// The last direction of a person.
    pub direction: Option<EntryNumber>,
    /// Each seat's last entry.
    pub spoke: BTreeMap<SeatTag, EntryNumber>,
    /// Where the pre-mortem was written.
    pub premortem: Option<EntryNumber>,
    /// The latest signatures.
    pub signatures: BTreeMap<SeatTag, Signed>,
    /// The last entry that did anything but sign, agree, record a risk or take an issue back.
    pub last_act: EntryNumber,
    /// Where the log is wrong about itself.
    pub faults: Vec<Lack>,
    /// Whether the accord could be signed when the wave began, until somebody speaks on it.
    ready: bool,
    /// The accord as it was when the wave began, which is what its speakers saw.
    seen: Option<Digest>,
    /// Whether a risk was recorded.
    risks: bool,
}

/// The move at hand.
#[derive(Clone, Copy)]
struct At<'a> {
    by: &'a Author,
    entry: EntryNumber,
    seen: EntryNumber,
    made: Option<&'a Made>,
}

impl<'a> Walk<'a> {
    pub fn new(opening: &'a Opening, seats: &'a [SeatTag]) -> Self {
        Self {
            topic: &opening.topic,
            seats,
            charter: &opening.charter,
            version: opening.version,
            confirmed: BTreeMap::new(),
            texts: Texts::default(),
            verdicts: BTreeMap::new(),
            reframed: BTreeMap::new(),
            issues: BTreeMap::new(),
            alternatives: BTreeMap::new(),
            direction: None,
            spoke: BTreeMap::new(),
            premortem: None,
            signatures: BTreeMap::new(),
            last_act: EntryNumber(0),
            faults: Vec::new(),
            ready: false,
            seen: None,
            risks: false,
        }
    }

    /// What the signers want published.
    pub fn reservations(&self) -> impl Iterator<Item = &str> {
        self.signatures.values().filter_map(|s| s.reservation.as_deref())
    }

    /// Whether a seat has points on its check list that it never confirmed.
    pub fn owes_checklist(&self, seat: &SeatTag) -> bool {
        let points = self.charter.charges.get(seat).map_or(0, |c| c.checklist.len());
        let given = self.confirmed.get(seat);
        (1..=points).any(|point| given.is_none_or(|g| !g.contains(&point)))
    }

    /// Whether a seat is the one that reviews a decision for security, and the decision is sensitive as it stands.
    pub fn reviews(&self, seat: &SeatTag, decision: &Decision) -> bool {
        let reviewer = self.charter.reviewers.iter().find(|r| **r != decision.owner);
        let head = self.texts.head(decision.id).map(|(_, text)| text.clauses.values());
        let sensitive = self.texts.framework.as_ref().is_some_and(|framework| {
            charter::is_sensitive(self.version, framework, decision, head.into_iter().flatten())
        });
        reviewer == Some(seat) && sensitive
    }

    /// Takes in the next entry. Of one reply, texts come first and withdrawals second: the rest speaks of them.
    pub fn entry(&mut self, entry: &Entry) {
        // A wave's entries have all seen the log as it was before the first of them.
        if entry.seen.0 + 1 == entry.number.0 {
            self.ready = is_ready(self);
            self.seen = self.texts.accord(self.topic);
        }
        self.premortem(entry);
        if !entry.moves.iter().all(|m| leaves_signatures(&m.act)) {
            self.last_act = entry.number;
        }
        for turn in [is_text, is_withdrawal, is_rest] {
            for Recorded { act, made } in entry.moves.iter().filter(|m| turn(&m.act)) {
                let at = At { by: &entry.author, entry: entry.number, seen: entry.seen, made: made.as_ref() };
                self.act(at, act);
            }
        }
        if let Some(seat) = entry.author.seat() {
            self.spoke.insert(seat.clone(), entry.number);
        }
    }

    fn act(&mut self, at: At<'_>, act: &Move) {
        match act {
            Move::Frame { framework } => self.frame(at, framework),
            Move::Propose(draft) => {
                let id = self.texts.propose(draft, at.by, at.entry);
                self.proposed(at, id);
            }
            Move::Amend(amendment) => match self.texts.amend(amendment, at.by, at.entry) {
                Some(id) => self.proposed(at, id),
                None => self.fault(at, format!("the amendment of {} changes what is not there", amendment.base)),
            },
            Move::Agree { decision, digest, resolved_by, confirms, security, .. } => {
                self.judge(at, Target::Decision(*decision), digest, true);
                if let Some(seat) = at.by.seat() {
                    let points = confirms.iter().map(|c| usize::from(c.item));
                    self.confirmed.entry(seat.clone()).or_default().extend(points);
                    if let (true, Some(verdict)) =
                        (security.is_some(), self.verdicts.get_mut(&(*decision, seat.clone())))
                    {
                        verdict.reviewed = true;
                    }
                }
                if resolved_by.is_some() {
                    self.resolve(at.by, *decision);
                }
            }
            Move::Object { about, digest, .. } => self.object(at, *about, digest),
            Move::Stand { issue, digest, .. } => {
                if let Some(about) = self.issues.get(issue).map(|i| i.about) {
                    self.judge(at, about, digest, false);
                }
            }
            Move::Concern { about, .. } => self.raise(at, IssueKind::Concern, *about),
            Move::Ask { about, .. } | Move::Escalate { about, .. } => self.raise(at, IssueKind::Question, *about),
            Move::Claim { decision, .. } => self.claim(at, *decision),
            Move::Answer { question: id, .. } | Move::Withdraw { issue: id, .. } | Move::Rule { issue: id, .. } => {
                self.end(*id);
            }
            Move::Dispose { item, how, .. } => self.dispose(at, item, how),
            Move::Direct { .. } => self.direction = Some(at.entry),
            Move::Risk { .. } => self.risks = true,
            Move::Sign { digest, reservation } => self.sign(at, digest, reservation.as_deref()),
            // Positions and mediations decide nothing.
            Move::Position { .. } | Move::Mediate { .. } => {}
        }
    }

    /// The first claim in the log makes the owner.
    fn claim(&mut self, at: At<'_>, decision: DecisionId) {
        let decisions = self.texts.framework.iter_mut().flat_map(|f| &mut f.decisions);
        let Some(asked) = decisions.into_iter().find(|d| d.id == decision) else {
            return self.fault(at, format!("{decision} was claimed, and is not on the agenda"));
        };
        if let (true, Some(seat)) = (asked.open, at.by.seat()) {
            asked.owner = seat.clone();
            asked.open = false;
        }
        let owner = asked.owner.clone();
        if at.made != Some(&Made::Owner(owner.clone())) {
            self.fault(at, format!("the log records another owner of {decision} than {owner}, who claimed it first"));
        }
    }

    fn frame(&mut self, at: At<'_>, framework: &Framework) {
        let mut framework = framework.clone();
        if let Some(before) = &mut self.texts.framework {
            // Claims come with the sealed positions, and are over when the framework is set anew.
            before.decisions.iter_mut().chain(&mut framework.decisions).for_each(|d| d.open = false);
        }
        if let Some(before) = &self.texts.framework {
            let text = |f: &Framework, id: CriterionId| f.criteria.iter().find(|c| c.id == id).map(|c| c.text.clone());
            let reworded = |id: &CriterionId| text(before, *id).is_some_and(|t| Some(t) != text(&framework, *id));
            for new in &framework.decisions {
                let old = before.decisions.iter().find(|d| d.id == new.id);
                if old.is_some_and(|old| old != new) || new.criteria.iter().any(reworded) {
                    self.reframed.insert(new.id, at.entry);
                }
            }
        }
        self.texts.framework = Some(framework);
    }

    /// A text was put forward: its owner thereby agrees to it; somebody else's is an alternative.
    fn proposed(&mut self, at: At<'_>, id: ProposalId) {
        let heads = self.texts.heads.get(&id.decision) == Some(&id);
        let digest = self.texts.proposals.get(&id).map(|t| t.digest.clone());
        let told = matches!(at.made, Some(Made::Proposal { id: i, digest: d, head })
            if *i == id && Some(d) == digest.as_ref() && *head == heads);
        if !told {
            self.fault(at, format!("the log records another id or digest for {id} than its text has"));
        }
        match heads {
            true => self.own(at, id),
            false => drop(self.alternatives.insert(id, at.entry)),
        }
    }

    fn own(&mut self, at: At<'_>, id: ProposalId) {
        if let Some(seat) = at.by.seat() {
            let verdict = Verdict { agrees: true, on: id, entry: at.entry, seen: at.seen, reviewed: false };
            self.verdicts.insert((id.decision, seat.clone()), verdict);
        }
    }

    fn judge(&mut self, at: At<'_>, about: Target, digest: &str, agrees: bool) {
        let (Target::Decision(decision), Some(seat)) = (about, at.by.seat()) else {
            return;
        };
        match self.texts.named(decision, digest) {
            Some(on) => {
                let verdict = Verdict { agrees, on, entry: at.entry, seen: at.seen, reviewed: false };
                self.verdicts.insert((decision, seat.clone()), verdict);
            }
            None => self.fault(at, format!("{} judged a text of {decision} that nobody proposed", at.by)),
        }
    }

    fn object(&mut self, at: At<'_>, about: Target, digest: &str) {
        match at.made {
            Some(Made::Stood(_)) => self.judge(at, about, digest, false),
            Some(Made::Demoted(_)) => self.raise(at, IssueKind::Concern, about),
            _ => {
                self.raise(at, IssueKind::Objection, about);
                self.judge(at, about, digest, false);
            }
        }
    }

    fn raise(&mut self, at: At<'_>, kind: IssueKind, about: Target) {
        let number = self.issues.keys().filter(|id| id.kind == kind).count() + 1;
        let id = IssueId { kind, number: u16::try_from(number).unwrap_or(u16::MAX) };
        let told = matches!(at.made, Some(Made::Issue(i) | Made::Demoted(i) | Made::Redirected(i, _)) if *i == id);
        if !told {
            self.fault(at, format!("the log records another issue than {id}"));
        }
        self.issues.insert(id, Raised { by: at.by.clone(), about, entry: at.entry, open: true });
    }

    fn end(&mut self, id: IssueId) {
        if let Some(issue) = self.issues.get_mut(&id) {
            issue.open = false;
        }
    }

    /// An objector who agrees and names what resolved it ends its own objections on that decision.
    fn resolve(&mut self, by: &Author, decision: DecisionId) {
        let about = Target::Decision(decision);
        for (id, issue) in &mut self.issues {
            if id.kind == IssueKind::Objection && issue.by == *by && issue.about == about {
                issue.open = false;
            }
        }
    }

    /// Whether the speaker's own new text, put on the table in this entry, is its verdict.
    fn puts_head(&self, at: At<'_>, about: Target) -> bool {
        let (Some(decision), Some(seat)) = (about.decision(), at.by.seat()) else { return false };
        self.verdicts.get(&(decision, seat.clone())).is_some_and(|v| v.agrees && v.entry == at.entry)
    }

    fn dispose(&mut self, at: At<'_>, item: &Item, how: &How) {
        match item {
            Item::Position(..) => {}
            Item::Alternative(id) => {
                self.alternatives.remove(id);
                if *how == How::Adopted {
                    self.texts.set_head(*id);
                    self.own(at, *id);
                }
            }
            Item::Issue(id) => {
                let Some(about) = self.issues.get(id).map(|i| i.about) else {
                    return self.fault(at, format!("{id} was disposed of, and nobody raised it"));
                };
                self.risks |= *how == How::Risk;
                // An owner's answer to an objection ends nothing: the objector does, or a ruling; but for its own, with a new head.
                let own = self.issues.get(id).is_some_and(|i| i.by == *at.by) && self.puts_head(at, about);
                if id.kind != IssueKind::Objection || about == Target::Framework || own {
                    self.end(*id);
                }
                if let (How::Reading { clause, reading }, Target::Decision(decision)) = (how, about) {
                    self.texts.read(decision, *clause, reading);
                }
            }
        }
    }

    /// The pre-mortem is a seat's first word on an accord that could be signed: risks, beside which it may sign or object, or
    /// nothing that was not recorded before. One that only objects is owed again. (Formats before 3 had no risks beside an objection.)
    fn premortem(&mut self, entry: &Entry) {
        if !std::mem::take(&mut self.ready) || self.premortem.is_some() {
            return;
        }
        let objects = entry.moves.iter().any(|m| matches!(m.act, Move::Object { .. }));
        let names = entry.moves.iter().any(|m| matches!(m.act, Move::Risk { .. }));
        if entry.author.seat().is_some() && (names || (self.risks && !objects)) {
            self.premortem = Some(entry.number);
        }
    }

    fn sign(&mut self, at: At<'_>, named: &str, reservation: Option<&str>) {
        let accord = self.texts.accord(self.topic).filter(|accord| accord.is_named_by(named));
        match (accord, at.by.seat()) {
            (Some(digest), Some(seat)) => {
                let reservation = reservation.map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned);
                self.signatures.insert(seat.clone(), Signed { digest, entry: at.entry, reservation });
            }
            // Somebody else's text of the same wave came before it: the signature was honest, and is void.
            (None, Some(_)) if self.seen.as_ref().is_some_and(|seen| seen.is_named_by(named)) => {}
            _ => self.fault(at, format!("{} signed what was not the accord", at.by)),
        }
    }

    fn fault(&mut self, at: At<'_>, what: String) {
        self.faults.push(Lack { what, entry: Some(at.entry) });
    }
}

/// Whether a signature holds although this came after it: nothing that changes what was signed, or what was open. (Up to format
/// 4 the program asks again after a withdrawal, too; the signatures it then asks for are the later ones.)
fn leaves_signatures(act: &Move) -> bool {
    matches!(act, Move::Sign { .. } | Move::Agree { .. } | Move::Risk { .. } | Move::Withdraw { .. })
}

fn is_text(act: &Move) -> bool {
    match act {
        Move::Frame { .. } | Move::Propose(_) | Move::Amend(_) => true,
        Move::Dispose { item: Item::Alternative(_), how, .. } => *how == How::Adopted,
        _ => false,
    }
}

fn is_withdrawal(act: &Move) -> bool {
    matches!(act, Move::Withdraw { .. })
}

fn is_rest(act: &Move) -> bool {
    !is_text(act) && !is_withdrawal(act)
}
