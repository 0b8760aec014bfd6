//! Names of things. Ids of different things begin with different letters, so that a model which mixes them up is
//! told so instead of being misunderstood: D decisions, K criteria, O objections, C concerns, Q questions, R readings,
//! P risks (points of a pre-mortem), `#` entries.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A text that is not the id it was taken for. The message says what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IdError(pub String);

/// Gives a type serde and `TryFrom<String>` by way of its `Display` and `FromStr`.
macro_rules! as_string {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$type> for String {
            fn from(id: $type) -> String {
                id.to_string()
            }
        }
    };
}

/// Declares an id made of one letter and a number counted from 1.
macro_rules! letter_id {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $noun:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(pub u16);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                numbered(text, $letter).map(Self).ok_or_else(|| {
                    IdError(format!(concat!("'{}' is no ", $noun, ": expected ", $letter, "1, ", $letter, "2, …"), shown(text)))
                })
            }
        }
        as_string!($name);
    };
}

letter_id!(
    /// A decision on the agenda: `D1`.
    DecisionId, "D", "decision"
);
letter_id!(
    /// A criterion of the framework: `K1`.
    CriterionId, "K", "criterion"
);
letter_id!(
    /// A reading, the sentence that fixes how a clause is to be understood: `R1`.
    ReadingId, "R", "reading"
);
letter_id!(
    /// A recorded risk: `P1`.
    RiskId, "P", "risk"
);

/// The number after `letter`, from 1, with no sign and no leading zero.
fn numbered(text: &str, letter: &str) -> Option<u16> {
    let digits = text.trim().strip_prefix(letter)?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    plain.then(|| digits.parse().ok()).flatten()
}

/// A text short enough and tame enough to stand in a message.
fn shown(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}

/// A seat's name at the table: upper case, unique within a session, at most 32 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SeatTag(Arc<str>);

impl SeatTag {
    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeatTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SeatTag {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut bytes = text.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_uppercase());
        let rest = bytes.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        if !first || !rest || text.len() > 32 {
            return Err(IdError(format!(
                "'{}' is no seat tag: expected upper-case letters, digits, - or _, such as BACKEND",
                shown(text)
            )));
        }
        if text == "SUPERVISOR" || text == "HUMAN" || text == "FRAMEWORK" {
            return Err(IdError(format!("'{text}' is reserved and cannot be a seat's tag")));
        }
        Ok(Self(text.into()))
    }
}
as_string!(SeatTag);

/// Who speaks in the log. Ordered as entries of one wave are: the supervisor, then the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Author {
    /// Sets the framework, mediates, rules on procedure. Never agrees, objects or signs.
    Supervisor,
    /// A person in the room who holds no seat.
    Human,
    /// A participant who must agree.
    Seat(SeatTag),
}

impl Author {
    /// The seat, if a seat speaks.
    pub fn seat(&self) -> Option<&SeatTag> {
        match self {
            Author::Seat(tag) => Some(tag),
            Author::Supervisor | Author::Human => None,
        }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Author::Supervisor => f.write_str("SUPERVISOR"),
            Author::Human => f.write_str("HUMAN"),
            Author::Seat(tag) => tag.fmt(f),
        }
    }
}

impl FromStr for Author {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "SUPERVISOR" => Ok(Author::Supervisor),
            "HUMAN" => Ok(Author::Human),
            other => other.parse().map(Author::Seat),
        }
    }
}
as_string!(Author);

/// The number of an entry in the shared log, from `#1`. Given by the host, never by an agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EntryNumber(pub u32);

impl fmt::Display for EntryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl FromStr for EntryNumber {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.trim().trim_start_matches('#');
        digits.parse().map(Self).map_err(|_| IdError(format!("'{}' is no entry: expected #1, #2, …", shown(text))))
    }
}
as_string!(EntryNumber);

/// One text proposed for a decision: `D2.3` is the third proposal on D2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ProposalId {
    /// The decision it answers.
    pub decision: DecisionId,
    /// Counted from 1 for each decision.
    pub version: u16,
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.decision, self.version)
    }
}

impl FromStr for ProposalId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        // A model often copies the digest along: `D2.3@7f3c2a1b`.
        let bare = text.split('@').next().unwrap_or(text);
        bare.split_once('.')
            .and_then(|(decision, version)| {
                Some(Self { decision: decision.parse().ok()?, version: version.parse().ok()? })
            })
            .ok_or_else(|| IdError(format!("'{}' is no proposal: expected D1.1, D1.2, …", shown(text))))
    }
}
as_string!(ProposalId);

/// The three kinds of issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// Blocks until its objector agrees or withdraws.
    Objection,
    /// Does not block; the owner must still dispose of it.
    Concern,
    /// Blocks until answered.
    Question,
}

/// An issue: `O1` objection, `C1` concern, `Q1` question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct IssueId {
    /// Which of the three.
    pub kind: IssueKind,
    /// Counted from 1 for each kind.
    pub number: u16,
}

impl fmt::Display for IssueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            IssueKind::Objection => 'O',
            IssueKind::Concern => 'C',
            IssueKind::Question => 'Q',
        };
        write!(f, "{letter}{}", self.number)
    }
}

impl FromStr for IssueId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let kinds = [(IssueKind::Objection, "O"), (IssueKind::Concern, "C"), (IssueKind::Question, "Q")];
        kinds
            .into_iter()
            .find_map(|(kind, letter)| numbered(text, letter).map(|number| Self { kind, number }))
            .ok_or_else(|| {
                IdError(format!(
                    "'{}' is no issue: expected O1 (objection), C1 (concern) or Q1 (question)",
                    shown(text)
                ))
            })
    }
}
as_string!(IssueId);

/// What an issue or a risk is about: one decision, or the framework itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Target {
    /// The framework: goals, criteria, constraints, agenda.
    Framework,
    /// One decision and the proposals on it.
    Decision(DecisionId),
}

impl Target {
    /// The decision, if it is one.
    pub fn decision(self) -> Option<DecisionId> {
        match self {
            Target::Decision(id) => Some(id),
            Target::Framework => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Framework => f.write_str("FRAMEWORK"),
            Target::Decision(id) => id.fmt(f),
        }
    }
}

impl FromStr for Target {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.trim().eq_ignore_ascii_case("framework") {
            return Ok(Target::Framework);
        }
        // `D2.3` and `D2.3@7f3c2a1b` name D2 plainly enough.
        let bare = text.split(['.', '@']).next().unwrap_or(text);
        bare.parse()
            .map(Target::Decision)
            .map_err(|_| IdError(format!("'{}' is neither a decision (D1, D2, …) nor FRAMEWORK", shown(text))))
    }
}
as_string!(Target);

/// A SHA-256 over a canonical text, as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest(Arc<str>);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let digit = |n: u8| char::from(if n < 10 { b'0' + n } else { b'a' + (n - 10) });
        let hex: String = Sha256::digest(bytes).iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect();
        Self(hex.into())
    }

    /// The first sixteen digits as a number, for looking through many.
    pub(super) fn beginning(&self) -> u64 {
        self.0.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
    }

    /// The first eight digits, which is what people and agents are shown and name.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }

    /// Whether `named`, a full digest or a prefix of at least eight digits, with or without `@`, names this one.
    pub fn is_named_by(&self, named: &str) -> bool {
        let named = named.trim().rsplit('@').next().unwrap_or(named).to_ascii_lowercase();
        named.len() >= 8 && self.0.starts_with(&named)
    }

    /// All 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Digest {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if hex { Ok(Self(text.into())) } else { Err(IdError(format!("'{}' is no SHA-256 digest", shown(text)))) }
    }
}
as_string!(Digest);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_print() {
        for text in ["D1", "D12"] {
            assert_eq!(text.parse::<DecisionId>().unwrap().to_string(), text);
        }
        for text in ["O1", "C23", "Q4"] {
            assert_eq!(text.parse::<IssueId>().unwrap().to_string(), text);
        }
        assert_eq!("D2.3@7f3c2a1b".parse::<ProposalId>().unwrap().to_string(), "D2.3");
        assert_eq!("#12".parse::<EntryNumber>().unwrap(), EntryNumber(12));
        assert_eq!("framework".parse::<Target>().unwrap(), Target::Framework);
    }

    #[test]
    fn what_is_not_an_id_is_refused_with_the_form_expected() {
        for text in ["d1", "D0", "D01", "D+1", "D", "K1", "D99999"] {
            assert!(text.parse::<DecisionId>().is_err(), "{text}");
        }
        assert!("C1".parse::<CriterionId>().unwrap_err().to_string().contains("K1"));
        for tag in ["", "backend", "9A", "HUMAN", "SUPERVISOR", "A B", "A]", &"A".repeat(33)] {
            assert!(tag.parse::<SeatTag>().is_err(), "{tag}");
        }
    }

    #[test]
    fn a_digest_is_named_by_eight_digits_or_more() {
        let digest = Digest::of(b"text");
        assert!(digest.is_named_by(digest.short()));
        assert!(digest.is_named_by(&format!("D1.1@{}", digest.short())));
        assert!(digest.is_named_by(digest.as_str()));
        assert!(!digest.is_named_by(&digest.as_str()[..7]));
        assert!(!digest.is_named_by(""));
    }
}
