//! What is said: a reply as an agent gives it, its moves, and the entry the host makes of it.
//!
//! Prose never counts as a move. `content` is for readers; only [`Move`]s change the state, and only the host gives
//! numbers, ids and times. The serde form of [`Reply`] is both what a model is asked to send and what the journal keeps.

use super::framework::Framework;
use super::id::{
    Author, CriterionId, DecisionId, Digest, EntryNumber, IssueId, ProposalId, ReadingId, RiskId, SeatTag, Target,
};
use super::look::Round;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A word out of a seat's vocabulary: `ANALYSIS`, `PROPOSAL`, `IMPLEMENTATION`, `REVIEW` by default.
pub type EntryKind = String;

/// The vocabulary of a seat whose definition gives none.
pub const DEFAULT_KINDS: [&str; 4] = ["ANALYSIS", "PROPOSAL", "IMPLEMENTATION", "REVIEW"];

/// The vocabulary of the supervisor.
pub const SUPERVISOR_KINDS: [&str; 3] = ["FRAMEWORK", "MEDIATION", "ANSWER"];

/// One turn's contribution: a type, prose, and moves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reply {
    /// A word out of the speaker's vocabulary.
    #[serde(rename = "type")]
    pub kind: EntryKind,
    /// Markdown for readers. Changes nothing.
    pub content: String,
    /// What the speaker does.
    #[serde(default)]
    pub moves: Vec<Move>,
}

/// A thing done, as opposed to said. The rules for each are in `docs/protocol.md`, section 4.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "move", rename_all = "snake_case")]
pub enum Move {
    /// Supervisor: set the framework, or set it anew.
    Frame {
        /// The whole framework.
        framework: Framework,
    },
    /// A sealed first position on one decision.
    Position {
        /// The decision.
        decision: DecisionId,
        /// What this seat would choose.
        choice: String,
        /// The alternative it rejects, and why.
        rejected: String,
        /// The criterion or fact it rests on.
        rests_on: String,
        /// 0 to 100; for the reader of the log, never shown to other seats, never a weight.
        confidence: u8,
    },
    /// With a sealed position: take over a decision that is open to be claimed.
    Claim {
        /// The decision.
        decision: DecisionId,
        /// Why it belongs here.
        why: String,
    },
    /// Put a whole text forward: the head if its decision's owner or the mediator does, else an alternative.
    Propose(Draft),
    /// Put a text forward by changing an earlier one.
    Amend(Amendment),
    /// Agree to the head.
    Agree {
        /// The decision.
        decision: DecisionId,
        /// The head's digest, at least its first eight digits.
        digest: String,
        /// The criteria the agreement rests on.
        criteria: Vec<CriterionId>,
        /// Why: a fact or a clause.
        because: String,
        /// For a seat that objected before: the entry that resolved it.
        #[serde(default)]
        resolved_by: Option<EntryNumber>,
        /// The points of the seat's own check list, in its first agreement.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confirms: Vec<Confirmed>,
        /// What a security review of a sensitive decision came to, from the seat that reviews it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        security: Option<String>,
    },
    /// Block the head, or the framework.
    Object {
        /// The decision, or `FRAMEWORK`.
        about: Target,
        /// The head's digest; empty for the framework.
        #[serde(default)]
        digest: String,
        /// The clause that fails; 0 for the assumptions or the text as a whole.
        #[serde(default)]
        clause: u16,
        /// The criterion harmed.
        criterion: CriterionId,
        /// A scenario: how it fails.
        fails_when: String,
        /// What would resolve it.
        resolved_if: String,
        /// From the second review on: the entry, unseen at the last review, that it rests on.
        #[serde(default)]
        rests_on: Option<EntryNumber>,
    },
    /// Raise something that need not block.
    Concern {
        /// The decision, or `FRAMEWORK`.
        about: Target,
        /// The clause it is about; 0 for the whole.
        #[serde(default)]
        clause: u16,
        /// The criterion at stake.
        criterion: CriterionId,
        /// What may go wrong, and what would help.
        text: String,
    },
    /// Ask one seat or the supervisor.
    Ask {
        /// Whom. A name nobody bears goes to the supervisor, visibly.
        to: String,
        /// What it is about.
        about: Target,
        /// The question.
        text: String,
    },
    /// Put a choice that the seats cannot make to whoever leads: the person in the room, else the supervisor.
    Escalate {
        /// What it is about.
        about: Target,
        /// What stands in the way.
        text: String,
        /// What could be done, two ways at least.
        options: Vec<Choice>,
    },
    /// Answer a question.
    Answer {
        /// Which.
        question: IssueId,
        /// The answer.
        text: String,
    },
    /// Owner: say what becomes of an issue, an alternative or a sealed position.
    Dispose {
        /// Which.
        item: Item,
        /// What becomes of it.
        #[serde(flatten)]
        how: How,
        /// Why.
        why: String,
    },
    /// Take back one's own objection, concern or question.
    Withdraw {
        /// Which.
        issue: IssueId,
        /// Why.
        why: String,
    },
    /// Objector: the objection is not met by what the owner did.
    Stand {
        /// The objection.
        issue: IssueId,
        /// The head's digest.
        digest: String,
        /// What is still missing.
        why: String,
    },
    /// Supervisor: end the work on an issue.
    Rule {
        /// Which.
        issue: IssueId,
        /// As what.
        ruling: Ruling,
        /// Why.
        why: String,
    },
    /// Supervisor: what a stalled debate is really about.
    Mediate {
        /// What all agree on.
        agreed: String,
        /// What is disputed.
        disputed: String,
        /// The one crux.
        crux: String,
        /// The question that would decide it.
        question: String,
    },
    /// Pre-mortem: one way in which the accord failed.
    Risk {
        /// The decision it follows from, or `FRAMEWORK`.
        about: Target,
        /// What happened.
        scenario: String,
        /// The early sign.
        sign: String,
        /// What would have helped.
        mitigation: String,
    },
    /// Sign the accord.
    Sign {
        /// The accord's digest, at least its first eight digits.
        digest: String,
        /// What is to be published with the signature; blocks nothing.
        #[serde(default)]
        reservation: Option<String>,
    },
    /// A person's direction, which all seats must heed.
    Direct {
        /// The direction.
        text: String,
    },
}

/// One point of a check list, gone through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Confirmed {
    /// Its number, from 1.
    pub item: u16,
    /// How the text stands to it: where it is met, or why it does not apply.
    pub how: String,
}

/// One way out of what was escalated.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// What would be done.
    pub option: String,
    /// What it gains, and what it gives up.
    pub trade_off: String,
}

/// A whole text for one decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Draft {
    /// The decision.
    pub decision: DecisionId,
    /// The binding clauses, numbered from 1 by their order.
    pub clauses: Vec<String>,
    /// Why; not binding, shown to signers.
    pub rationale: String,
    /// What it takes for granted.
    #[serde(default)]
    pub assumptions: Vec<String>,
    /// Options weighed and not taken.
    #[serde(default)]
    pub rejected: Vec<Rejected>,
    /// First pieces of work.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// A text given as changes to an earlier one, so that nothing is lost by shortening.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amendment {
    /// The decision.
    pub decision: DecisionId,
    /// The proposal it changes.
    pub base: ProposalId,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// Why; not binding, shown to signers.
    pub rationale: String,
    /// The assumptions that replace the base's; absent keeps them.
    #[serde(default)]
    pub assumptions: Option<Vec<String>>,
    /// Options weighed and not taken, beyond the base's.
    #[serde(default)]
    pub rejected: Vec<Rejected>,
    /// Pieces of work beyond the base's.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// One change to a base text. Clause numbers are never used again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Another text for a clause.
    Replace {
        /// Its number.
        clause: u16,
        /// The new text.
        text: String,
    },
    /// A further clause, numbered by the host.
    Add {
        /// Its text.
        text: String,
    },
    /// A clause taken out.
    Strike {
        /// Its number.
        clause: u16,
    },
}

/// An option that lost.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rejected {
    /// The option.
    pub option: String,
    /// Why it lost.
    pub why: String,
}

/// A piece of work that follows from a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Action {
    /// Who does it: a seat's tag, or a role in words.
    #[serde(default)]
    pub owner: String,
    /// What is done.
    pub what: String,
    /// How one sees that it is done.
    pub done_when: String,
}

/// What a disposition is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Item {
    /// `O1` or `C1`.
    Issue(IssueId),
    /// `D2.2`, another seat's proposal.
    Alternative(ProposalId),
    /// `D2/SECURITY`, a seat's sealed position on a decision.
    Position(DecisionId, SeatTag),
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Issue(id) => id.fmt(f),
            Item::Alternative(id) => id.fmt(f),
            Item::Position(decision, seat) => write!(f, "{decision}/{seat}"),
        }
    }
}

impl FromStr for Item {
    type Err = super::id::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((decision, seat)) = text.split_once('/') {
            return Ok(Item::Position(decision.parse()?, seat.trim().parse()?));
        }
        if text.contains('.') {
            return text.parse().map(Item::Alternative);
        }
        text.parse().map(Item::Issue)
    }
}

impl TryFrom<String> for Item {
    type Error = super::id::IdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Item> for String {
    fn from(item: Item) -> String {
        item.to_string()
    }
}

/// What becomes of an issue, an alternative or a position.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum How {
    /// Met by a clause that stands in the head.
    Addressed {
        /// Which clause.
        clause: u16,
    },
    /// Met by fixing how a clause is to be understood.
    Reading {
        /// Which clause.
        clause: u16,
        /// The sentence that is signed with it.
        reading: String,
    },
    /// Not followed.
    Declined,
    /// Written against a text that no longer stands.
    Moot,
    /// Accepted as a risk and recorded.
    Risk,
    /// A position taken up, or an alternative made the head.
    Adopted,
    /// A position taken up in part.
    Partly,
}

/// How a supervisor ends the work on an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// Not a matter of this debate.
    OutOfScope,
    /// Said before.
    Duplicate,
}

/// A move as the log has it: what was done, and what the host made of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recorded {
    /// The move as the speaker gave it.
    pub act: Move,
    /// What it brought into being, if anything.
    pub made: Option<Made>,
}

/// What the host made of a move.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Made {
    /// A new issue.
    Issue(IssueId),
    /// An objection that rested on nothing new, recorded as this concern.
    Demoted(IssueId),
    /// An objection raised anew on the same clause and criterion: this earlier one stands.
    Stood(IssueId),
    /// A question, and who must answer where the name given was nobody's.
    Redirected(IssueId, Author),
    /// A new text.
    Proposal {
        /// Its id.
        id: ProposalId,
        /// Its digest.
        digest: Digest,
        /// Whether it lies on the table now.
        head: bool,
    },
    /// A new reading.
    Reading(ReadingId),
    /// A recorded risk.
    Risk(RiskId),
    /// Who owns a decision after it was claimed: the first who did.
    Owner(SeatTag),
}

/// When a call was made and how it went, as the host's clock had it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Timing {
    /// When the speaker was asked.
    pub asked: DateTime<Utc>,
    /// When the first piece of its answer came, if it streamed.
    pub first: Option<DateTime<Utc>>,
    /// When its answer was complete.
    pub ended: DateTime<Utc>,
}

/// One contribution in the shared log.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub number: EntryNumber,
    /// Who speaks.
    pub author: Author,
    /// When it was revealed.
    pub at: DateTime<Utc>,
    /// The wave it was given in; 0 is framing.
    pub wave: u32,
    /// The last entry its speaker had been shown.
    pub seen: EntryNumber,
    /// The speaker's word for what it is.
    pub kind: EntryKind,
    /// Markdown, as given.
    pub content: String,
    /// The moves and what became of them.
    pub moves: Vec<Recorded>,
    /// The model that gave it, or what stood in for one; absent for what a person posted.
    pub model: Option<String>,
    /// When it was asked for and written; absent for what a person posted.
    pub timing: Option<Timing>,
    /// What its speaker looked at before, round by round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Arc<Round>>,
}
