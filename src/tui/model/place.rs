//! Places that can be gone to: what a reference in a text names.

use crate::protocol::{DecisionId, EntryNumber, IssueId, IssueKind, ProposalId, RiskId, Session};
use std::fmt;

/// Something with an id, which an entry brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// `#46`
    Entry(EntryNumber),
    /// `D2`
    Decision(DecisionId),
    /// `D2.3`
    Proposal(ProposalId),
    /// `O4`, `C1`, `Q2`
    Issue(IssueId),
    /// `P1`
    Risk(RiskId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Entry(id) => id.fmt(f),
            Place::Decision(id) => id.fmt(f),
            Place::Proposal(id) => id.fmt(f),
            Place::Issue(id) => id.fmt(f),
            Place::Risk(id) => id.fmt(f),
        }
    }
}

impl Place {
    /// Reads one word of a text: `#46`, `[#46]`, `D2.3@7f3c2a1b`, `O4`; none where it names nothing.
    pub fn read(word: &str) -> Option<Self> {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
        let word = word.split('@').next().unwrap_or(word);
        let (first, rest) = (word.chars().next()?, word.get(1..)?);
        let digits = |s: &str| !s.is_empty() && s.len() <= 6 && s.bytes().all(|b| b.is_ascii_digit());
        match first {
            '#' if digits(rest) => word.parse().ok().map(Place::Entry),
            'D' if digits(rest) => word.parse().ok().map(Place::Decision),
            'D' => {
                let (decision, version) = rest.split_once('.')?;
                (digits(decision) && digits(version)).then(|| word.parse().ok().map(Place::Proposal))?
            }
            'O' | 'C' | 'Q' if digits(rest) => word.parse().ok().map(Place::Issue),
            'P' if digits(rest) => word.parse().ok().map(Place::Risk),
            _ => None,
        }
    }

    /// Every place that a text names, in order, each once.
    pub fn all(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | ':' | '·'));
        for place in words.filter_map(Self::read) {
            if !found.contains(&place) {
                found.push(place);
            }
        }
        found
    }

    /// The entry that brought it; none where the session has no such thing (yet).
    pub fn entry(self, session: &Session) -> Option<EntryNumber> {
        match self {
            Place::Entry(number) => session.entry(number).map(|e| e.number),
            Place::Decision(id) => {
                let docket = session.docket(id)?;
                let framed = || session.entries().iter().find(|e| !e.moves.is_empty()).map(|e| e.number);
                docket.head.map(|(_, entry)| entry).or_else(framed)
            }
            Place::Proposal(id) => session.docket(id.decision)?.proposal(id).map(|p| p.entry),
            Place::Issue(id) => session.issue(id).map(|i| i.entry),
            Place::Risk(id) => session.risks().iter().find(|r| r.id == id).map(|r| r.entry),
        }
    }

    /// In a few words, for a list of references.
    pub fn told(self, session: &Session) -> String {
        let text = match self {
            Place::Entry(number) => session.entry(number).map(|e| format!("[{}] {}", e.author, e.kind)),
            Place::Decision(id) => session.decision(id).map(|d| d.title.clone()),
            Place::Proposal(id) => {
                let by = session.docket(id.decision).and_then(|d| d.proposal(id)).map(|p| p.by.to_string());
                by.map(|by| format!("text by {by}"))
            }
            Place::Issue(id) => session.issue(id).map(|i| {
                let kind = match i.id.kind {
                    IssueKind::Objection => "objection",
                    IssueKind::Concern => "concern",
                    IssueKind::Question => "question",
                };
                format!("{kind} by {} on {}", i.by, i.about)
            }),
            Place::Risk(id) => session.risks().iter().find(|r| r.id == id).map(|r| r.scenario.clone()),
        };
        format!("{self}  {}", text.unwrap_or_else(|| "not there".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn words_that_name_something_are_read() {
        let shown = |text: &str| Place::all(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(shown("re #9, D2.3@7f3c2a1b (O4) and [#12]; see D2, #9."), "#9 D2.3 O4 #12 D2");
        assert_eq!(shown("RISK P3 — Q1? DHCP O OAuth2 C3PO #x D2.x P-1 #1234567"), "P3 Q1");
    }
}
