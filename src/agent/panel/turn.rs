//! A turn in deliberation: everything a seat owes, done in one entry.

use super::bench::Sitting;
use super::table::Table;
use super::voice::{Voice, list};
use super::{answer, draft, judge, revise, settle};
use crate::protocol::duty::Duty;
use crate::protocol::entry::{Move, Reply};
use crate::protocol::id::{Author, DecisionId, IssueId, SeatTag};
use std::collections::BTreeMap;

/// One entry as it is being put together.
pub(super) struct Turn<'t, 'a> {
    pub table: &'t Table<'a>,
    pub seat: &'t Sitting<'a>,
    pub author: &'t Author,
    pub voice: Voice<'t, 'a>,
    pub moves: Vec<Move>,
    /// Whether a text was put forward.
    pub proposed: bool,
}

/// The reply of a seat that owes `duties`.
pub(super) fn turn<'t, 'a>(table: &'t Table<'a>, seat: &'t Sitting<'a>, author: &'t Author, duties: &[Duty]) -> Reply {
    let mut turn = Turn { table, seat, author, voice: Voice::new(table, author), moves: Vec::new(), proposed: false };
    turn.open(duties);
    for duty in duties {
        match duty {
            Duty::Heed(entry) => answer::heed(&mut turn, *entry, duties),
            Duty::Draft(id) => draft::draft(&mut turn, *id),
            Duty::Revise(id) => revise::revise(&mut turn, *id),
            Duty::Dispose(id) => settle::settle(&mut turn, *id),
            Duty::Answer(id) => answer::answer(&mut turn, *id),
            _ => {}
        }
    }
    for (id, judged) in verdicts(table, duties) {
        judge::judge(&mut turn, id, &judged);
    }
    let implemented = turn.implement(duties);
    turn.close(implemented)
}

/// What is owed on one decision by way of verdict.
#[derive(Default)]
pub(super) struct Owed {
    pub review: bool,
    pub stand: Vec<IssueId>,
}

fn verdicts(table: &Table<'_>, duties: &[Duty]) -> BTreeMap<DecisionId, Owed> {
    let mut owed: BTreeMap<DecisionId, Owed> = BTreeMap::new();
    for duty in duties {
        match duty {
            Duty::Review(id) => owed.entry(*id).or_default().review = true,
            Duty::Stand(issue) => {
                let about = table.session.issue(*issue).and_then(|i| i.about.decision());
                if let Some(id) = about {
                    owed.entry(id).or_default().stand.push(*issue);
                }
            }
            _ => {}
        }
    }
    owed
}

impl<'a> Turn<'_, 'a> {
    /// The opening sentence, by the weightiest thing owed.
    fn open(&mut self, duties: &[Duty]) {
        let role = self.seat.role;
        let of =
            |which: fn(&Duty) -> Option<DecisionId>| -> Vec<DecisionId> { duties.iter().filter_map(which).collect() };
        let drafts = of(|d| match d {
            Duty::Draft(id) => Some(*id),
            _ => None,
        });
        let judged: Vec<DecisionId> = verdicts(self.table, duties).into_keys().collect();
        let has = |which: fn(&Duty) -> bool| duties.iter().any(which);
        let (key, templates) = if !drafts.is_empty() {
            ("draft", &role.draft)
        } else if has(|d| matches!(d, Duty::Revise(_))) {
            ("revise", &role.revise)
        } else if !judged.is_empty() {
            ("review", &role.review)
        } else if has(|d| matches!(d, Duty::Dispose(_))) {
            ("settle", &role.settle)
        } else {
            return;
        };
        let heads = judged.iter().filter_map(|id| self.table.head(*id));
        let ps = list(heads.map(|(head, _)| head.id));
        let p = drafts.first().map(|id| format!("{id}.1")).unwrap_or_default();
        let key = format!("{}-{key}", role.key);
        self.voice.say_one_of(&key, templates, &[("ps", &ps), ("p", &p), ("ds", &ps)]);
    }

    /// The interface that follows from a text of this seat's, once, when there is nothing of its own left to draft.
    fn implement(&mut self, duties: &[Duty]) -> bool {
        let drafting = duties.iter().any(|d| matches!(d, Duty::Draft(_)));
        let alone = || {
            let framework = self.table.session.framework();
            framework.is_some_and(|f| f.decisions.iter().all(|d| d.owner == *self.seat.tag))
        };
        if drafting && !alone() {
            return false;
        }
        let own: Vec<DecisionId> =
            self.table.matters.keys().copied().filter(|id| self.table.owns(self.seat.tag, *id)).collect();
        for id in own {
            let Some((text, version)) = self.contract(id) else {
                continue;
            };
            if self.table.has_said(self.author, text.trim()) {
                continue;
            }
            self.voice.pause();
            self.voice.say("implement", &[("p", &version)]);
            self.voice.block(&text);
            return true;
        }
        false
    }

    /// The contract of the text that lies on the table after this reply.
    fn contract(&self, id: DecisionId) -> Option<(String, String)> {
        let put = self.moves.iter().find_map(|m| match m {
            Move::Propose(draft) if draft.decision == id => draft.clauses.first(),
            _ => None,
        });
        let matter = self.table.matters.get(&id)?;
        let head = self.table.head(id);
        let option = match put {
            Some(clause) => {
                let mut options = matter.decision.options.iter();
                options.find(|o| o.clauses.first() == Some(clause))?
            }
            None => head.as_ref()?.1.as_ref().filter(|t| t.exact)?.option,
        };
        let version = match (put, &head) {
            (None, Some((head, _))) => head.id.to_string(),
            _ => id.to_string(),
        };
        Some((option.contract.clone()?, version))
    }

    fn close(mut self, implemented: bool) -> Reply {
        if self.voice.is_silent() {
            self.voice.say("nothing", &[]);
        }
        let wanted = match (implemented, self.proposed) {
            (true, _) => "IMPLEMENTATION",
            (false, true) => "PROPOSAL",
            (false, false) => "REVIEW",
        };
        Reply { kind: kind(self.table, self.seat.tag, wanted), content: self.voice.finish(), moves: self.moves }
    }
}

/// The word of a seat's vocabulary for an entry: the one wanted where it has it, else its first.
pub(super) fn kind(table: &Table<'_>, tag: &SeatTag, wanted: &str) -> String {
    let seat = table.session.opening().seats.iter().find(|s| s.tag == *tag);
    let kinds = seat.map(|s| s.kinds.as_slice()).unwrap_or_default();
    let has = kinds.iter().find(|k| *k == wanted);
    has.or_else(|| kinds.first()).cloned().unwrap_or_else(|| wanted.to_owned())
}
