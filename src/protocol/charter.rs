//! What the definitions at the table asked of their host, in a form the rules can keep.
//!
//! A definition may want its own check list gone through before its agreement counts, a security review of what touches
//! sign-in or personal data, a contract before anything is implemented; and it names people who may not be here. All of
//! that is read once, when the table is set, and stands in the opening, so that a resumed or verified session keeps the
//! same promises. A session whose opening has no charter keeps the rules it always had. The table of what a definition
//! says and what becomes of it is `docs/agents.md`.

use super::entry::{Entry, Made, Move};
use super::event::Opening;
use super::framework::{Decision, Framework};
use super::id::{Author, DecisionId, SeatTag};
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

/// Who answers in place of a name that is no tag at this table: whom the charter maps it to, `by` itself left out, else the
/// supervisor.
pub fn stand_in(opening: &Opening, by: &Author, name: &str) -> Author {
    let wanted = key(name);
    let named = opening.charter.names.iter().find(|n| n.name == wanted);
    let seats = named.into_iter().flat_map(|n| &n.seats);
    seats.map(|s| Author::Seat(s.clone())).find(|a| a != by).unwrap_or(Author::Supervisor)
}

/// Words of a text by which a decision touches authentication or sensitive data. A short list of plain words: a false alarm
/// costs one sentence of a review, an omission costs the review.
const SENSITIVE: [&str; 44] = [
    "authentication",
    "authenticate",
    "authenticated",
    "authorization",
    "authorisation",
    "authorize",
    "authorise",
    "auth",
    "oauth",
    "oidc",
    "saml",
    "sso",
    "login",
    "logins",
    "password",
    "passwords",
    "passkey",
    "passkeys",
    "passphrase",
    "credential",
    "credentials",
    "token",
    "tokens",
    "session",
    "sessions",
    "cookie",
    "cookies",
    "jwt",
    "secret",
    "secrets",
    "encryption",
    "encrypt",
    "encrypted",
    "pii",
    "gdpr",
    "hipaa",
    "personal",
    "sensitive",
    "confidential",
    "payment",
    "payments",
    "permission",
    "permissions",
    "privacy",
];
/// Phrases of the same kind.
const SENSITIVE_PHRASES: [&str; 4] = ["sign in", "api key", "api keys", "access control"];

fn is_sensitive_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let phrase = |p: &str| {
        let parts: Vec<&str> = p.split(' ').collect();
        words.windows(parts.len()).any(|w| w == parts.as_slice())
    };
    words.iter().any(|w| SENSITIVE.contains(w)) || SENSITIVE_PHRASES.iter().any(|p| phrase(p))
}

/// Whether a decision touches authentication or sensitive data: by its question, a criterion that bears on it, or a clause of
/// the text on the table.
pub fn is_sensitive<'a>(
    framework: &Framework,
    decision: &Decision,
    mut clauses: impl Iterator<Item = &'a String>,
) -> bool {
    let mut criteria = decision.criteria.iter().filter_map(|id| framework.criterion(*id));
    is_sensitive_text(&decision.question)
        || criteria.any(|c| is_sensitive_text(&c.text))
        || clauses.any(|text| is_sensitive_text(text))
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
        is_sensitive(framework, asked, head.into_iter().flat_map(|h| h.clauses.values())).then_some(reviewer)
    }

    /// The partners of an implementation that have not agreed to what it goes with, each with the decision. Empty where it
    /// counts: its seat asked for no contract, or every partner agrees to the heads it goes with.
    ///
    /// It goes with the decisions on which its entry puts or judges a text; with its seat's own where there are none.
    pub fn implementation_waits_for(&self, entry: &Entry) -> BTreeSet<(DecisionId, SeatTag)> {
        let none = BTreeSet::new();
        let Some(seat) = entry.author.seat().filter(|_| entry.kind == IMPLEMENTATION) else { return none };
        let Some(charge) = self.opening().charter.charges.get(seat) else { return none };
        let mut on: BTreeSet<DecisionId> =
            entry.moves.iter().filter_map(|m| decision_of(&m.act, m.made.as_ref())).collect();
        if on.is_empty() {
            on.extend(
                self.framework().into_iter().flat_map(|f| &f.decisions).filter(|d| d.owner == *seat).map(|d| d.id),
            );
        }
        let pairs = on.iter().flat_map(|d| charge.contract_with.iter().map(move |p| (*d, p.clone())));
        pairs.filter(|(d, partner)| !self.agreement_counts(partner, *d)).collect()
    }
}

fn decision_of(act: &Move, made: Option<&Made>) -> Option<DecisionId> {
    match (act, made) {
        (_, Some(Made::Proposal { id, .. })) => Some(id.decision),
        (Move::Agree { decision, .. }, _) => Some(*decision),
        _ => None,
    }
}
