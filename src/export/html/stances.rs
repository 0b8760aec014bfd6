//! Where every seat stood after each entry. A finished session keeps the latest verdicts only, so they are read again
//! from the moves, in the order in which the protocol counts them.

use crate::protocol::docket::Stance;
use crate::protocol::{
    Author, DecisionId, Digest, Entry, EntryNumber, Framework, How, Issue, IssueId, IssueKind, Item, Made, Move,
    ProposalId, Recorded, SeatTag, Session, Target, VerdictKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where all seats stand after one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The entry; `#0` before the first.
    pub entry: EntryNumber,
    /// A row for each decision the session ever had, in order.
    pub rows: Vec<Row>,
    /// For each seat, in the order of the table, whether its signature stands.
    pub signed: Vec<bool>,
}

/// Where all seats stand on one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The decision.
    pub decision: DecisionId,
    /// The text on the table.
    pub head: Option<ProposalId>,
    /// Whether every seat agrees to it and nothing on the decision is open.
    pub settled: bool,
    /// A stance for each seat, in the order of the table.
    pub stances: Vec<Stance>,
}

/// Shows `see` the boards of `session`, one after the other: one before the first entry and one after each. The last, which
/// is where the session stands, is given back.
pub fn walk(session: &Session, mut see: impl FnMut(&Board)) -> Board {
    let mut tally = Tally::default();
    for issue in session.issues() {
        tally.raised.entry(issue.entry).or_default().push(issue);
        if let Some(end) = &issue.disposition {
            tally.ended.entry(end.entry).or_default().insert(issue.id);
        }
    }
    let mut board = tally.board(session, EntryNumber(0));
    see(&board);
    for entry in session.entries() {
        tally.take(session, entry);
        board = tally.board(session, entry.number);
        see(&board);
    }
    board
}

/// What the moves so far come to.
#[derive(Default)]
struct Tally<'a> {
    /// Who raised an issue when, and when it ended, the session still knows.
    raised: BTreeMap<EntryNumber, Vec<&'a Issue>>,
    ended: BTreeMap<EntryNumber, BTreeSet<IssueId>>,
    open: BTreeMap<DecisionId, Vec<&'a Issue>>,
    framework: Option<&'a Framework>,
    files: BTreeMap<DecisionId, File<'a>>,
    signatures: BTreeMap<&'a SeatTag, EntryNumber>,
    /// The last entry that did anything but sign or record a risk: signatures before it are void.
    acted: EntryNumber,
}

/// What stands on one decision.
#[derive(Default)]
struct File<'a> {
    texts: Vec<(ProposalId, &'a Digest)>,
    head: Option<ProposalId>,
    verdicts: BTreeMap<&'a SeatTag, Verdict>,
    alternatives: BTreeSet<ProposalId>,
    reframed: Option<EntryNumber>,
}

struct Verdict {
    kind: VerdictKind,
    on: ProposalId,
    seen: EntryNumber,
}

impl<'a> Tally<'a> {
    /// Texts first, then the rest, as the protocol carries out a reply.
    fn take(&mut self, session: &Session, entry: &'a Entry) {
        for recorded in &entry.moves {
            self.take_text(entry, recorded);
        }
        for recorded in &entry.moves {
            self.take_word(session, entry, recorded);
        }
        for issue in self.raised.get(&entry.number).into_iter().flatten() {
            if let Target::Decision(decision) = issue.about {
                self.open.entry(decision).or_default().push(issue);
            }
        }
        if let Some(ended) = self.ended.get(&entry.number) {
            self.open.values_mut().for_each(|open| open.retain(|i| !ended.contains(&i.id)));
        }
    }

    fn take_text(&mut self, entry: &'a Entry, recorded: &'a Recorded) {
        if let Move::Frame { framework } = &recorded.act {
            return self.frame(entry, framework);
        }
        if let Some(Made::Proposal { id, digest, head }) = &recorded.made {
            let file = self.files.entry(id.decision).or_default();
            file.texts.push((*id, digest));
            if *head {
                let owner = self.framework.and_then(|f| f.decision(id.decision)).map(|d| &d.owner);
                self.lay(entry, *id, owner.is_some() && entry.author.seat() == owner);
            } else {
                file.alternatives.insert(*id);
            }
        }
        if let Move::Dispose { item: Item::Alternative(id), how, .. } = &recorded.act {
            self.files.entry(id.decision).or_default().alternatives.remove(id);
            if *how == How::Adopted {
                self.lay(entry, *id, true);
            }
        }
    }

    fn take_word(&mut self, session: &Session, entry: &'a Entry, recorded: &'a Recorded) {
        if !matches!(recorded.act, Move::Sign { .. } | Move::Risk { .. }) {
            self.acted = entry.number;
        }
        let raised = |id| session.issue(id).map(|i| i.about);
        match (&recorded.act, &recorded.made) {
            (Move::Agree { decision, digest, .. }, _) => self.judge(entry, *decision, digest, VerdictKind::Agree),
            (Move::Object { about: Target::Decision(decision), digest, .. }, Some(Made::Issue(_))) => {
                self.judge(entry, *decision, digest, VerdictKind::Object);
            }
            (Move::Object { digest, .. }, Some(Made::Stood(issue))) | (Move::Stand { issue, digest, .. }, _) => {
                if let Some(Target::Decision(decision)) = raised(*issue) {
                    self.judge(entry, decision, digest, VerdictKind::Object);
                }
            }
            (Move::Sign { .. }, _) => {
                if let Author::Seat(seat) = &entry.author {
                    self.signatures.insert(seat, entry.number);
                }
            }
            _ => {}
        }
    }

    /// A framework makes verdicts stale on each decision whose question or criteria it changed.
    fn frame(&mut self, entry: &Entry, framework: &'a Framework) {
        let before = self.framework.replace(framework);
        for decision in &framework.decisions {
            let reworded = |id| {
                let criterion = before.and_then(|f| f.criterion(id));
                criterion.is_some() && framework.criterion(id) != criterion
            };
            let changed = before.and_then(|f| f.decision(decision.id)).is_some_and(|d| d != decision)
                || decision.criteria.iter().any(|id| reworded(*id));
            let file = self.files.entry(decision.id).or_default();
            if changed {
                file.reframed = Some(entry.number);
            }
        }
    }

    /// Puts a text on the table. An owner who does so agrees to it.
    fn lay(&mut self, entry: &'a Entry, id: ProposalId, by_owner: bool) {
        let file = self.files.entry(id.decision).or_default();
        file.head = Some(id);
        if let (true, Author::Seat(seat)) = (by_owner, &entry.author) {
            file.verdicts.insert(seat, Verdict { kind: VerdictKind::Agree, on: id, seen: entry.seen });
        }
    }

    /// Files a verdict on the text that `digest` names; the head first, for two texts may be the same.
    fn judge(&mut self, entry: &'a Entry, decision: DecisionId, digest: &str, kind: VerdictKind) {
        let (Author::Seat(seat), Some(file)) = (&entry.author, self.files.get_mut(&decision)) else {
            return;
        };
        let head = file.texts.iter().filter(|(id, _)| Some(*id) == file.head);
        let named = head.chain(&file.texts).find(|(_, full)| full.is_named_by(digest)).map(|(id, _)| *id);
        if let Some(on) = named {
            file.verdicts.insert(seat, Verdict { kind, on, seen: entry.seen });
        }
    }

    fn board(&self, session: &Session, entry: EntryNumber) -> Board {
        let row = |decision| self.row(session, decision);
        let signed = |seat| self.signatures.get(seat).is_some_and(|at| *at > self.acted);
        Board {
            entry,
            rows: session.dockets().map(|d| row(d.id)).collect(),
            signed: session.seats().map(signed).collect(),
        }
    }

    fn row(&self, session: &Session, decision: DecisionId) -> Row {
        let none = File::default();
        let file = self.files.get(&decision).unwrap_or(&none);
        let open = self.open.get(&decision).map_or(&[][..], Vec::as_slice);
        let stance = |seat: &SeatTag| {
            let has = |kind| open.iter().any(|i| i.id.kind == kind && i.by.seat() == Some(seat));
            let verdict = file.verdicts.get(seat);
            let agrees = verdict.filter(|v| v.kind == VerdictKind::Agree);
            let fresh = |v: &Verdict| Some(v.on) == file.head && file.reframed.is_none_or(|at| v.seen >= at);
            match agrees {
                _ if has(IssueKind::Objection) => Stance::Objects,
                Some(verdict) if fresh(verdict) => Stance::Agrees,
                _ if has(IssueKind::Question) => Stance::Asks,
                Some(_) => Stance::Stale,
                None => Stance::Silent,
            }
        };
        let stances: Vec<Stance> = session.seats().map(stance).collect();
        let unanimous = file.head.is_some() && stances.iter().all(|s| *s == Stance::Agrees);
        Row {
            decision,
            head: file.head,
            settled: unanimous && file.alternatives.is_empty() && open.is_empty(),
            stances,
        }
    }
}
