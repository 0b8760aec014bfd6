//! The recorded sessions that come with the repository: each is whole, ends in consensus, and its files say what its journal
//! says.

use crate::support::{Scratch, fold};
use conclave::protocol::event::Outcome;
use std::path::{Path, PathBuf};

/// Folders under `sessions/` that came with the repository; what a developer ran here is not among them.
fn recorded() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let listed = std::fs::read_to_string(root.join("recorded.txt")).unwrap();
    listed.lines().filter(|l| !l.is_empty()).map(|name| root.join(name)).collect()
}

#[test]
fn recorded_sessions_are_whole_and_end_in_consensus() {
    let all = recorded();
    assert!(all.len() >= 3);
    let mut topics = std::collections::BTreeSet::new();
    for folder in &all {
        let session = fold(folder);
        assert!(matches!(session.outcome(), Some(Outcome::Consensus { .. })), "{}", folder.display());
        let log = std::fs::read_to_string(folder.join("communication.md")).unwrap();
        assert_eq!(log, conclave::journal::communication::render_log(&session), "{}", folder.display());
        topics.insert(session.opening().topic.clone());
    }
    assert_eq!(topics.len(), all.len(), "different topics");
}

#[test]
fn the_documents_of_recorded_sessions_are_what_export_makes_of_them() {
    let scratch = Scratch::new();
    for folder in recorded() {
        let exported = scratch.run(&["export", folder.to_str().unwrap()]).exits(0).out;
        let document = std::fs::read_to_string(folder.join("consensus.md")).unwrap();
        let differs = exported.lines().zip(document.lines()).find(|(ours, theirs)| ours != theirs);
        assert!(exported == document, "`conclave resume {}` writes it anew: {differs:#?}", folder.display());
    }
}
