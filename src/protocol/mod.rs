//! The deliberation protocol: a pure state machine over one log.
//!
//! Nothing here knows a clock, a file, a network or chance. A host drives it in three moves, over and over:
//!
//! 1. [`Session::step`] says what must happen next (whom to ask, what to reveal, how to close);
//! 2. [`rules::check`] says whether a reply may be accepted, or gives reasons a model can act on;
//! 3. [`Session::apply`] folds one [`Event`] that the journal has acknowledged, and is the only way state changes.
//!
//! Who owes what ([`duty`]) and what comes next ([`step`]) are derived from the fold and stored nowhere, so a resumed
//! session asks exactly what the interrupted one would have asked. The rules are those of `docs/protocol.md`.

pub mod accord;
pub mod apply;
pub mod charter;
pub mod docket;
pub mod duty;
pub mod entry;
pub mod event;
pub mod framework;
pub mod id;
pub mod issue;
pub mod look;
pub mod metrics;
pub mod quote;
pub mod rules;
pub mod secrets;
mod sensitive;
pub mod session;
pub mod step;
#[cfg(test)]
pub(crate) mod tests;
mod texts;

pub use apply::ApplyError;
pub use charter::{Charge, Charter, Meant, Named};
pub use docket::{Docket, Proposal, Stance, Verdict, VerdictKind};
pub use duty::Duty;
pub use entry::{Entry, EntryKind, How, Item, Made, Move, Recorded, Reply};
pub use event::Event;
pub use framework::{Criterion, Decision, Framework};
pub use id::{
    Author, CriterionId, DecisionId, Digest, EntryNumber, IssueId, IssueKind, ProposalId, ReadingId, RiskId, SeatTag,
    Target,
};
pub use issue::{Disposition, Issue};
pub use look::{Found, Look, Project, Query, Round, Spot};
pub use quote::Quotation;
pub use session::{Phase, Session};
pub use step::{Ask, AskKind, Step};

use apply::addressee as apply_addressee;
