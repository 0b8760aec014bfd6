//! Session → document: one pure fold, split by section. Nothing here escapes or lays out; formats do that.

mod context;
mod decisions;
mod followed;
mod front;
mod gist;
mod issues;
mod moves;
mod options;
mod process;
mod revisions;
mod signoff;
mod sources;
mod standing;
mod summary;
mod words;
mod work;

use super::document::{Document, Provenance};
use crate::protocol::{DecisionId, EntryNumber, Move, Session};
use followed::Followed;

impl Document {
    /// The document of `session` as it stands, finished or not.
    pub fn of(session: &Session, provenance: &Provenance) -> Self {
        let followed = Followed::of(session);
        Self {
            title: front::title(session),
            front: front::matter(session, provenance),
            notices: standing::notices(session),
            standing: standing::standing(session, &followed),
            summary: summary::summary(session),
            context: context::context(session),
            framework: context::framework(session, &followed),
            decisions: session.dockets().filter_map(|d| decisions::section(session, &followed, d)).collect(),
            dissent: issues::dissent(session),
            risks: work::risks(session),
            contracts: work::contracts(session),
            actions: work::actions(session),
            ownership: work::ownership(session),
            questions: work::questions(session, &followed),
            process: process::process(session),
            signoff: signoff::signoff(session),
            sources: sources::sources(session),
            log: moves::log(session),
            provenance: provenance.clone(),
        }
    }
}

/// The entry that set the framework as it stands, where a decision, a criterion or a goal of it is cited.
fn framing(session: &Session) -> Vec<EntryNumber> {
    let frames = session.entries().iter().rev();
    let last = frames.filter(|e| e.moves.iter().any(|m| matches!(m.act, Move::Frame { .. }))).map(|e| e.number);
    last.take(1).collect()
}

/// Every entry that touched `decision`.
fn trace(session: &Session, decision: DecisionId) -> Vec<EntryNumber> {
    let entries = session.entries().iter();
    entries.filter(|e| e.moves.iter().any(|m| moves::touches(session, m, decision))).map(|e| e.number).collect()
}
