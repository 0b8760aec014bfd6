//! Code that the debate quotes: the places its entries name and its seats were shown, with where they can be read.

use super::super::document::{ProjectFacts, Source};
use crate::protocol::{EntryNumber, Project, Session, Spot};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the document says of the project.
pub fn project(session: &Session) -> Option<ProjectFacts> {
    let project = session.opening().project.as_deref()?;
    let Project { name, root: _, revision, forge, within: _ } = project;
    let looks = session.looks().map(|(.., round)| round.looks.len()).sum();
    Some(ProjectFacts { name: name.clone(), revision: revision.clone(), forge: forge.clone(), looks })
}

/// Who quotes a place, and who looked at it.
type Cited = (Vec<EntryNumber>, Vec<EntryNumber>);

/// Every place that is quoted, in the order of the files; one quoted at two commits stands twice.
pub fn sources(session: &Session) -> Vec<Source> {
    let Some(project) = &session.opening().project else { return Vec::new() };
    let mut found: BTreeMap<(Spot, Option<String>), Cited> = BTreeMap::new();
    for entry in session.entries() {
        for quoted in session.quotations(entry) {
            let (entries, trace) = found.entry((quoted.spot, quoted.revision)).or_default();
            entries.push(entry.number);
            trace.push(quoted.seen_in);
        }
    }
    let sources = found.into_iter();
    sources
        .map(|((spot, revision), (entries, mut trace))| {
            trace.sort_unstable();
            trace.dedup();
            let link = link(project, &spot, revision.as_deref());
            Source { place: spot.to_string(), revision, link, entries, trace }
        })
        .collect()
}

/// The address of some lines at a forge.
pub fn link(project: &Project, spot: &Spot, revision: Option<&str>) -> Option<String> {
    let (forge, commit) = (project.forge.as_deref()?, revision?);
    let whole = if project.within.is_empty() { spot.path.clone() } else { format!("{}/{}", project.within, spot.path) };
    let (path, from, to) = (encoded(&whole), spot.from, spot.to);
    let host = forge.split("://").nth(1)?.split('/').next()?;
    Some(match host {
        "gitlab.com" => format!("{forge}/-/blob/{commit}/{path}#L{from}-{to}"),
        "codeberg.org" => format!("{forge}/src/commit/{commit}/{path}#L{from}-L{to}"),
        "bitbucket.org" => format!("{forge}/src/{commit}/{path}#lines-{from}:{to}"),
        _ => format!("{forge}/blob/{commit}/{path}#L{from}-L{to}"),
    })
}

/// A path as part of an address: nothing in it ends the address or a link around it.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_lines_at_their_commit_and_cannot_be_broken_out_of() {
        let at = |forge: &str, path: &str| {
            let project = Project {
                name: "p".into(),
                root: "/x".into(),
                revision: None,
                forge: Some(forge.into()),
                within: "sub".into(),
            };
            link(&project, &Spot { path: path.into(), from: 3, to: 9 }, Some("abc")).unwrap()
        };
        assert_eq!(at("https://github.com/o/n", "a b.rs"), "https://github.com/o/n/blob/abc/sub/a%20b.rs#L3-L9");
        assert_eq!(at("https://gitlab.com/o/n", "a.rs"), "https://gitlab.com/o/n/-/blob/abc/sub/a.rs#L3-9");
        assert_eq!(at("https://codeberg.org/o/n", "a.rs"), "https://codeberg.org/o/n/src/commit/abc/sub/a.rs#L3-L9");
        assert_eq!(at("https://bitbucket.org/o/n", "a.rs"), "https://bitbucket.org/o/n/src/abc/sub/a.rs#lines-3:9");
        assert!(!at("https://github.com/o/n", "a)](\"<x>#?.rs").contains(['(', ')', '"', '<', '>', '?', ' ']));
    }
}
