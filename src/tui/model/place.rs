//! Places that can be gone to: what an id in a text leads to.

use crate::protocol::{EntryNumber, IssueKind, Session};
use crate::tui::markdown;
pub use crate::tui::markdown::Named as Place;
use crate::tui::theme::Theme;
use std::fmt;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Entry(id) => id.fmt(f),
            Place::Decision(id) => id.fmt(f),
            Place::Proposal(id) => id.fmt(f),
            Place::Issue(id) => id.fmt(f),
            Place::Criterion(id) => id.fmt(f),
            Place::Reading(id) => id.fmt(f),
            Place::Risk(id) => id.fmt(f),
        }
    }
}

impl Place {
    /// Every place that a text names, in order, each once.
    pub fn all(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for row in markdown::render(text, u16::MAX, &Theme::colourless()) {
            for reference in row.references {
                if !found.contains(&reference.to) {
                    found.push(reference.to);
                }
            }
        }
        found
    }

    /// The entry that brought it; none where the session has no such thing (yet).
    pub fn entry(self, session: &Session) -> Option<EntryNumber> {
        let framed = || session.entries().first().map(|e| e.number);
        match self {
            Place::Entry(number) => session.entry(number).map(|e| e.number),
            Place::Decision(id) => session.docket(id)?.head.map(|(_, entry)| entry).or_else(framed),
            Place::Proposal(id) => session.docket(id.decision)?.proposal(id).map(|p| p.entry),
            Place::Issue(id) => session.issue(id).map(|i| i.entry),
            Place::Criterion(id) => session.framework()?.criteria.iter().any(|c| c.id == id).then(framed)?,
            Place::Reading(id) => {
                session.dockets().flat_map(|d| d.readings.iter()).find(|r| r.id == id).map(|r| r.entry)
            }
            Place::Risk(id) => session.risks().iter().find(|r| r.id == id).map(|r| r.entry),
        }
    }

    /// In a few words, for a list of references.
    pub fn told(self, session: &Session) -> String {
        format!("{self}  {}", self.words(session).unwrap_or_else(|| "not there".to_owned()))
    }

    fn words(self, session: &Session) -> Option<String> {
        Some(match self {
            Place::Entry(number) => session.entry(number).map(|e| format!("[{}] {}", e.author, e.kind))?,
            Place::Decision(id) => session.decision(id)?.question.clone(),
            Place::Proposal(id) => format!("text by {}", session.docket(id.decision)?.proposal(id)?.by),
            Place::Issue(id) => {
                let issue = session.issue(id)?;
                let kind = match id.kind {
                    IssueKind::Objection => "objection",
                    IssueKind::Concern => "concern",
                    IssueKind::Question => "question",
                };
                format!("{kind} by {} on {}", issue.by, issue.about)
            }
            Place::Criterion(id) => {
                let framework = session.framework()?;
                framework.criteria.iter().find(|c| c.id == id)?.text.clone()
            }
            Place::Reading(id) => session.dockets().flat_map(|d| d.readings.iter()).find(|r| r.id == id)?.text.clone(),
            Place::Risk(id) => session.risks().iter().find(|r| r.id == id)?.scenario.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn words_that_name_something_are_read_once_each() {
        let shown = |text: &str| Place::all(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(shown("re #9, D2.3@7f3c2a1b (O4) and [#12]; see D2, #9."), "#9 D2.3 O4 #12 D2");
        assert_eq!(shown("RISK P3 — Q1? DHCP O OAuth2 C3PO #x D2.x"), "P3 Q1");
    }
}
