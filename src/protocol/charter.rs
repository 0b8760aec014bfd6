//! What the definitions at the table asked of their host, in a form the rules can keep.
//!
//! A definition may want its own check list gone through before its agreement counts, a security review of what touches
//! sign-in or personal data, a contract before anything is implemented; and it names people who may not be here. All of
//! that is read once, when the table is set, and stands in the opening, so that a resumed or verified session keeps the
//! same promises. A session whose opening has no charter keeps the rules it always had. The table of what a definition
//! says and what becomes of it is `docs/agents.md`.

use super::entry::{Entry, Made, Move};
use super::event::{KEEPS_CONTRACTS, Opening};
use super::framework::{Decision, Framework};
use super::id::{Author, DecisionId, SeatTag, Target};
use super::sensitive;
use super::session::Session;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The type of an entry that fixes an interface.
pub const IMPLEMENTATION: &str = "IMPLEMENTATION";

/// The promises of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Charter {
    /// Names that definitions use for others, and who answers to each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Named>,
    /// Who reviews sensitive decisions, the first choice first; empty where no definition asks for a review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<SeatTag>,
    /// What single seats have of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub charges: BTreeMap<SeatTag, Charge>,
}

impl Charter {
    /// Whether it promises nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A name that a definition uses for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// The name, as [`key`] has it.
    pub name: String,
    /// The seats it can mean, the likeliest first; the supervisor answers where there is none.
    #[serde(default)]
    pub seats: Vec<SeatTag>,
    /// How it was understood.
    pub how: Meant,
}

/// How a name was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meant {
    /// It is the name of a seat's definition.
    Exact,
    /// It names the trade of a seat.
    Role,
    /// It names whoever leads: the supervisor.
    Lead,
    /// Nobody here is that; the supervisor answers, and nobody waits.
    Absent,
    /// Another word for somebody absent who is named already.
    Again,
}

/// What a seat has of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Charge {
    /// Points it must confirm before its first agreement counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<String>,
    /// The files that are its own, shown with the action items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Seats that must have agreed to a text before what this seat implements by it counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contract_with: Vec<SeatTag>,
    /// Tools that its definition asks for and that are not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_tools: Vec<String>,
}

/// A name as names are compared: words in lower case with hyphens between, without a trailing `agent`.
pub fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|w| *w == "agent" || *w == "agents") {
        words.pop();
    }
    words.join("-")
}

/// Who answers in place of a name that is no tag at this table: whom the charter maps it to, else the seat whose trade is in it
/// (`senior-security-expert` is SECURITY), `by` itself left out, else the supervisor.
pub fn stand_in(opening: &Opening, by: &Author, name: &str) -> Author {
    let wanted = key(name);
    let named = opening.charter.names.iter().find(|n| n.name == wanted);
    let seats: Vec<SeatTag> = match named {
        Some(named) => named.seats.clone(),
        None if opening.version >= KEEPS_CONTRACTS => by_trade(opening, &wanted),
        None => Vec::new(),
    };
    seats.into_iter().map(Author::Seat).find(|a| a != by).unwrap_or(Author::Supervisor)
}

/// Longest name, in bytes, in which a trade is looked for.
const MAX_WANTED: usize = 120;

/// The seats that a name can mean by the words in it: those of the longest name in the charter, or of the longest tag, that it
/// holds. None for a name that holds no such words.
fn by_trade(opening: &Opening, wanted: &str) -> Vec<SeatTag> {
    if wanted.len() > MAX_WANTED {
        return Vec::new();
    }
    let within = format!("-{wanted}-");
    let holds = |name: &str| !name.is_empty() && within.contains(&format!("-{name}-"));
    let named = opening.charter.names.iter().filter(|n| !n.seats.is_empty() && n.how != Meant::Exact);
    let named = named.map(|n| (n.name.clone(), n.seats.clone()));
    let tags = opening.seats.iter().map(|s| (key(s.tag.as_str()), vec![s.tag.clone()]));
    let fitting = tags.chain(named).filter(|(name, _)| holds(name));
    let longest = fitting.fold(None, |best: Option<(String, Vec<SeatTag>)>, found| match best {
        Some(best) if best.0.len() >= found.0.len() => Some(best),
        Some(_) | None => Some(found),
    });
    longest.map(|(_, seats)| seats).unwrap_or_default()
}

/// Whether a decision touches authentication or sensitive data, in a session of format `version`: by its question, a criterion
/// that bears on it, or a clause of the text on the table.
pub fn is_sensitive<'a>(
    version: u16,
    framework: &Framework,
    decision: &Decision,
    mut clauses: impl Iterator<Item = &'a String>,
) -> bool {
    let mut criteria = decision.criteria.iter().filter_map(|id| framework.criterion(*id));
    sensitive::touches(version, &decision.question)
        || criteria.any(|c| sensitive::touches(version, &c.text))
        || clauses.any(|text| sensitive::touches(version, text))
}

/// The seat whose agreement to a sensitive decision of `owner` must say what its security review came to: the first choice
/// that is not the owner.
pub fn reviewer_of<'a>(charter: &'a Charter, owner: &SeatTag) -> Option<&'a SeatTag> {
    charter.reviewers.iter().find(|seat| *seat != owner)
}

impl Session {
    /// The self-check list of `seat`; empty for most.
    pub fn checklist(&self, seat: &SeatTag) -> &[String] {
        self.opening().charter.charges.get(seat).map(|c| c.checklist.as_slice()).unwrap_or_default()
    }

    /// Whether `seat` has a self-check list that it has not confirmed yet. Until then no agreement of its counts.
    pub fn owes_checklist(&self, seat: &SeatTag) -> bool {
        !self.checklist(seat).is_empty() && !self.confirmed.contains(seat)
    }

    /// The seat that must review `decision` for security, if it is sensitive as it stands and a definition asked for that.
    pub fn security_reviewer(&self, decision: DecisionId) -> Option<&SeatTag> {
        let framework = self.framework()?;
        let asked = framework.decision(decision)?;
        let reviewer = reviewer_of(&self.opening().charter, &asked.owner)?;
        let head = self.docket(decision).and_then(|d| d.head());
        let version = self.opening().version;
        is_sensitive(version, framework, asked, head.into_iter().flat_map(|h| h.clauses.values())).then_some(reviewer)
    }

    /// Those who have not agreed to what an implementation goes with, each with the decision: its author or a partner. Empty
    /// where it counts: its seat asked for no contract, or both sides agree to the heads it goes with.
    ///
    /// It goes with the decisions on which its entry puts or judges a text; with its seat's own where there are none, else with
    /// its partners', else with all. Before format 6 an author's own objection, and one in the entry itself, was overlooked.
    pub fn implementation_waits_for(&self, entry: &Entry) -> BTreeSet<(DecisionId, SeatTag)> {
        let none = BTreeSet::new();
        let Some(seat) = entry.author.seat().filter(|_| entry.kind == IMPLEMENTATION) else { return none };
        let Some(charge) = self.opening().charter.charges.get(seat) else { return none };
        let strict = self.opening().version >= KEEPS_CONTRACTS;
        if strict && charge.contract_with.is_empty() {
            return none;
        }
        let acts = entry.moves.iter().filter(|m| strict || !blocks(&m.act));
        let mut on: BTreeSet<DecisionId> = acts.filter_map(|m| self.decision_of(&m.act, m.made.as_ref())).collect();
        if on.is_empty() {
            on = self.owned(|owner| owner == seat);
        }
        if strict && on.is_empty() {
            on = self.owned(|owner| charge.contract_with.contains(owner));
        }
        if strict && on.is_empty() {
            on = self.owned(|_| true);
        }
        let sides = charge.contract_with.iter().chain(Some(seat).filter(|_| strict));
        let pairs = sides.flat_map(|side| on.iter().map(move |d| (*d, side.clone())));
        let agrees = |side: &SeatTag, decision: DecisionId| {
            self.agreement_counts(side, decision) && (!strict || self.own_objections(side, decision).next().is_none())
        };
        pairs.filter(|(decision, side)| !agrees(side, *decision)).collect()
    }

    fn owned(&self, by: impl Fn(&SeatTag) -> bool) -> BTreeSet<DecisionId> {
        let all = self.framework().into_iter().flat_map(|f| &f.decisions);
        all.filter(|d| by(&d.owner)).map(|d| d.id).collect()
    }

    /// The decision on which a move puts or judges a text.
    fn decision_of(&self, act: &Move, made: Option<&Made>) -> Option<DecisionId> {
        match (act, made) {
            (_, Some(Made::Proposal { id, .. })) => Some(id.decision),
            (Move::Agree { decision, .. }, _) => Some(*decision),
            (Move::Object { about: Target::Decision(decision), .. }, _) => Some(*decision),
            (Move::Stand { issue, .. }, _) => self.issue(*issue)?.about.decision(),
            _ => None,
        }
    }
}

/// Whether a move objects or stands by an objection.
fn blocks(act: &Move) -> bool {
    matches!(act, Move::Object { .. } | Move::Stand { .. })
}
