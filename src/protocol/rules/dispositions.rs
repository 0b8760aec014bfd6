//! Rules for dispositions: addressed, not necessarily accommodated, and none forgotten.

use super::case::Case;
use crate::protocol::entry::{How, Item};
use crate::protocol::id::{Author, DecisionId, EntryNumber, IssueKind, Target};
use crate::protocol::session::Session;

impl Case<'_> {
    pub fn dispose(&mut self, item: &Item, how: &How, why: &str) {
        if why.trim().is_empty() {
            self.refuse(format!("what becomes of {item} needs a reason"));
        }
        match item {
            Item::Issue(id) => {
                let Some(issue) = self.open_issue(*id) else {
                    return;
                };
                if id.kind == IssueKind::Question {
                    return self.refuse(format!("{id} is a question: answer it"));
                }
                self.owns(issue.about, item);
                match issue.about {
                    Target::Decision(decision) => self.fits_issue(item, how, decision, issue.entry),
                    Target::Framework if !matches!(how, How::Addressed { .. } | How::Declined | How::Risk) => {
                        self.refuse(format!(
                            "{item} is about the framework: addressed (frame anew), declined, or a risk"
                        ));
                    }
                    Target::Framework => {}
                }
            }
            Item::Alternative(id) => {
                let Some(docket) = self.docket(id.decision) else {
                    return;
                };
                self.owns(Target::Decision(id.decision), item);
                if docket.alternatives.get(id) != Some(&None) {
                    self.refuse(format!("{id} is no open alternative"));
                }
                if !matches!(how, How::Adopted | How::Declined) {
                    self.refuse(format!("{id} is an alternative: adopt it as the head, or decline it with a reason"));
                }
            }
            Item::Position(decision, seat) => {
                self.owns(Target::Decision(*decision), item);
                if !self.session.positions_on(*decision).any(|(by, _, _)| by == seat) {
                    self.refuse(format!("{seat} gave no position on {decision}"));
                }
                if !matches!(how, How::Adopted | How::Partly | How::Declined) {
                    self.refuse(format!("{item} is a position: adopted, partly, or declined"));
                }
            }
        }
    }

    fn owns(&mut self, about: Target, item: &Item) {
        let owner = match about {
            Target::Framework => Some(Author::Supervisor),
            Target::Decision(id) => self.session.decision(id).map(|d| Author::Seat(d.owner.clone())),
        };
        if owner.as_ref() != Some(self.author) {
            let owner = owner.map(|o| o.to_string()).unwrap_or_default();
            self.refuse(format!("{item} is for {owner} to dispose of, who owns {about}"));
        }
    }

    fn fits_issue(&mut self, item: &Item, how: &How, decision: DecisionId, raised: EntryNumber) {
        let objection = matches!(item, Item::Issue(id) if id.kind == IssueKind::Objection);
        match how {
            // Clause 0 is the text as a whole: its assumptions, or what was struck from it.
            How::Addressed { clause: 0 } => {}
            How::Addressed { clause } | How::Reading { clause, .. } if !self.has_clause(decision, *clause) => {
                self.refuse(format!("{item} cannot be met in clause {clause}: {decision} has no such clause"));
            }
            How::Reading { reading, .. } if reading.trim().is_empty() => {
                self.refuse(format!("the reading that meets {item} is empty"));
            }
            How::Moot if objection => {
                self.refuse(format!("{item} is an objection: meet it or decline it; only its objector ends it"))
            }
            How::Moot => {
                let since = self.session.docket(decision).and_then(|d| d.head).map(|(_, entry)| entry);
                if !self.heads.contains_key(&decision) && since.is_none_or(|head| raised >= head) {
                    self.refuse(format!("{item} is not moot: it was raised against the text on the table"));
                }
            }
            How::Adopted | How::Partly => {
                self.refuse(format!(
                    "{item} is an issue: addressed in a clause, met by a reading, declined, moot, or a risk"
                ));
            }
            How::Addressed { .. } | How::Reading { .. } | How::Declined | How::Risk => {}
        }
    }

    /// Names everything on `decision` that this reply leaves without a disposition.
    pub fn leaves_none(&mut self, decision: DecisionId) {
        let given: Vec<&Item> = self.dispositions().map(|(item, _, _)| item).collect();
        let left: Vec<String> = outstanding(self.session, decision)
            .into_iter()
            .filter(|i| !given.contains(&i))
            .map(|i| i.to_string())
            .collect();
        if !left.is_empty() {
            self.refuse(format!("say what becomes of {} (dispose, one move each)", left.join(", ")));
        }
    }
}

/// What the owner of `decision` must dispose of when it next drafts, revises or disposes: open objections, concerns
/// and alternatives, and sealed positions of others until a first head weighs them.
pub fn outstanding(session: &Session, decision: DecisionId) -> Vec<Item> {
    let Some(docket) = session.docket(decision) else {
        return Vec::new();
    };
    let owner = session.decision(decision).map(|d| &d.owner);
    let about = Target::Decision(decision);
    let mut items: Vec<Item> = Vec::new();
    if docket.head.is_none() {
        for (seat, _, _) in session.positions_on(decision) {
            let item = Item::Position(decision, seat.clone());
            if Some(seat) != owner && !docket.weighed.contains_key(seat) && !items.contains(&item) {
                items.push(item);
            }
        }
    }
    let open = |kind| session.open_issues(kind, about).filter(|i| i.met.is_none()).map(|i| Item::Issue(i.id));
    items.extend(open(IssueKind::Objection));
    items.extend(open(IssueKind::Concern));
    items.extend(docket.open_alternatives().map(Item::Alternative));
    items
}
