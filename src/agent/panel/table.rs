//! Everything a reply follows from: the log, the catalogue as far as the topic needs it, and the seats.

use super::bench::{Sitting, seated};
use super::catalogue::Area;
use super::matter::{Matter, Text};
use super::shelf::{AreaFile, Shelf};
use super::subject::Subject;
use super::words::{contains, overlap, words};
use crate::protocol::docket::{Docket, Proposal};
use crate::protocol::entry::Move;
use crate::protocol::framework::{self, Framework};
use crate::protocol::id::{Author, DecisionId, EntryNumber, IssueKind, SeatTag, Target};
use crate::protocol::issue::Issue;
use crate::protocol::session::Session;
use std::collections::BTreeMap;

/// A question that shares less than this with one of the catalogue's is another question.
const ALIKE: f64 = 0.25;

pub(super) struct Table<'a> {
    pub session: &'a Session,
    pub shelf: &'a Shelf,
    pub seed: u64,
    pub subject: Subject<'a>,
    pub bench: Vec<Sitting<'a>>,
    /// The decisions that the catalogue knows.
    pub matters: BTreeMap<DecisionId, Matter<'a>>,
}

impl<'a> Table<'a> {
    pub fn new(shelf: &'a Shelf, seed: u64, session: &'a Session) -> Self {
        let said = directions(session);
        let subject = Subject::read(shelf, session.opening(), said.iter().map(|(_, text)| *text));
        let matters = session.framework().map(|f| matters(shelf, &subject, f)).unwrap_or_default();
        Self { session, shelf, seed, subject, bench: seated(shelf, session.opening()), matters }
    }

    /// The seat with this tag.
    pub fn sitting(&self, tag: &SeatTag) -> Option<&Sitting<'a>> {
        self.bench.iter().find(|s| s.tag == tag)
    }

    /// The text on the table of a decision, and what the catalogue reads in it.
    pub fn head(&self, id: DecisionId) -> Option<(&'a Proposal, Option<Text<'a>>)> {
        let docket = self.session.docket(id)?;
        let head = docket.head()?;
        let text = self.matters.get(&id).and_then(|m| m.read(docket, head));
        Some((head, text))
    }

    /// A decision's file.
    pub fn docket(&self, id: DecisionId) -> Option<&'a Docket> {
        self.session.docket(id)
    }

    /// Whether `seat` owns the decision.
    pub fn owns(&self, seat: &SeatTag, id: DecisionId) -> bool {
        self.session.decision(id).is_some_and(|d| d.owner == *seat)
    }

    /// How far seats have come towards each other on a decision: one point for each mediation while an objection to it
    /// was open, and one more where it has seen many texts. It is what a seat gives up of its floors so that every
    /// debate ends.
    pub fn patience(&self, id: DecisionId) -> i32 {
        let objections: Vec<&Issue> = self
            .session
            .issues()
            .iter()
            .filter(|i| i.id.kind == IssueKind::Objection && i.about == Target::Decision(id))
            .map(AsRef::as_ref)
            .collect();
        let disputed = |at: EntryNumber| {
            objections.iter().any(|i| i.entry < at && i.disposition.as_ref().is_none_or(|d| d.entry > at))
        };
        let mediations = self.session.progress().mediations.iter();
        let helped = mediations.filter(|at| disputed(**at)).count() as i32;
        let texts = self.docket(id).map_or(0, |d| d.proposals.len());
        helped + i32::from(texts >= 5) + i32::from(texts >= 7)
    }

    /// Whether some entry in the log has this sentence in its content.
    pub fn was_said(&self, sentence: &str) -> bool {
        self.session.entries().iter().any(|e| e.content.contains(sentence))
    }

    /// Whether `author` has this sentence in one of its entries.
    pub fn has_said(&self, author: &Author, sentence: &str) -> bool {
        self.session.entries().iter().any(|e| e.author == *author && e.content.contains(sentence))
    }
}

/// What people directed, and where.
pub(super) fn directions(session: &Session) -> Vec<(EntryNumber, &str)> {
    let entries = session.directions().iter().filter_map(|n| session.entry(*n));
    entries
        .flat_map(|e| {
            e.moves.iter().filter_map(|m| match &m.act {
                Move::Direct { text } => Some((e.number, text.as_str())),
                _ => None,
            })
        })
        .collect()
}

fn matters<'a>(shelf: &'a Shelf, subject: &Subject<'a>, framework: &Framework) -> BTreeMap<DecisionId, Matter<'a>> {
    let mut found: BTreeMap<DecisionId, Matter<'a>> = BTreeMap::new();
    for asked in &framework.decisions {
        let taken: Vec<&str> = found.values().map(|m| m.decision.question.as_str()).collect();
        let known = exactly(shelf, subject, asked).or_else(|| nearly(shelf, subject, asked));
        if let Some((area, at)) = known
            && let Some(decision) = area.decisions.get(at)
            && !taken.contains(&decision.question.as_str())
        {
            found.insert(asked.id, Matter::new(asked, framework, area, decision));
        }
    }
    found
}

/// The catalogue's decision with this very question.
fn exactly<'a>(shelf: &'a Shelf, subject: &Subject<'a>, asked: &framework::Decision) -> Option<(&'a Area, usize)> {
    let likely = subject.areas.iter().map(|(file, _)| *file);
    let holding = likely.chain(&shelf.areas).find(|f| f.mentions(&asked.question))?;
    let area = holding.area()?;
    let at = area.decisions.iter().position(|d| d.question == asked.question)?;
    Some((area, at))
}

/// The catalogue's decision whose question is likest, in the areas that the topic or the question is about.
fn nearly<'a>(shelf: &'a Shelf, subject: &Subject<'a>, asked: &framework::Decision) -> Option<(&'a Area, usize)> {
    let question = words(&asked.question);
    let about = |f: &&AreaFile| {
        let signs = f.signs.iter().filter(|(sign, _)| contains(&question, sign));
        signs.map(|(_, weight)| weight).sum::<f64>() >= 4.0
    };
    let likely = subject.areas.iter().map(|(file, _)| *file);
    let mut best: Option<(f64, &Area, usize)> = None;
    for area in likely.chain(shelf.areas.iter().filter(about)).filter_map(AreaFile::area) {
        for (at, decision) in area.decisions.iter().enumerate() {
            let likeness = overlap(&asked.question, &decision.question);
            if likeness >= ALIKE && best.is_none_or(|(most, _, _)| likeness > most) {
                best = Some((likeness, area, at));
            }
        }
    }
    best.map(|(_, area, at)| (area, at))
}
