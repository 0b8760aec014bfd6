//! The table as it was at an earlier entry, for whoever must speak of the log's first part without its later one.

use super::moves::At;
use crate::protocol::entry::{Made, Move, Recorded};
use crate::protocol::id::EntryNumber;
use crate::protocol::rules::Admission;
use crate::protocol::session::Session;

impl Session {
    /// What the entries up to and including `last` came to: framework, proposals, verdicts, issues, readings, risks and
    /// signatures. Phase, waves, progress and costs are not told by entries and stay as at the opening.
    pub fn as_of(&self, last: EntryNumber) -> Session {
        let mut past = Session::blank(&self.opening);
        past.catch_up(self, last);
        past
    }

    /// Takes an earlier state of `later` on to the entry `last`.
    pub fn catch_up(&mut self, later: &Session, last: EntryNumber) {
        let known = self.entries.len();
        for entry in later.entries.iter().skip(known).take_while(|e| e.number <= last) {
            let at = At { author: &entry.author, entry: entry.number, seen: entry.seen };
            let moves = entry.moves.iter().map(|m| m.act.clone()).collect();
            let admissions: Vec<Option<Admission>> = entry.moves.iter().map(admitted).collect();
            self.record(&at, moves, &admissions);
            self.entries.push(entry.clone());
        }
    }
}

/// How an objection was taken, by what the host recorded of it.
fn admitted(recorded: &Recorded) -> Option<Admission> {
    if !matches!(recorded.act, Move::Object { .. }) {
        return None;
    }
    Some(match &recorded.made {
        Some(Made::Demoted(_)) => Admission::Demoted,
        Some(Made::Stood(id)) => Admission::Anew(*id),
        Some(
            Made::Issue(_)
            | Made::Redirected(..)
            | Made::Proposal { .. }
            | Made::Reading(_)
            | Made::Risk(_)
            | Made::Owner(_),
        )
        | None => Admission::New,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use crate::protocol::tests::host::{Host, Judge, SEATS, dutiful, id, seat};
    use crate::protocol::{EntryNumber, Session};

    fn told(session: &Session) -> String {
        let issues = session.issues();
        let dockets: Vec<_> = session.dockets().collect();
        let signed = &session.ratification().signatures;
        format!("{:?} {dockets:?} {issues:?} {:?} {signed:?}", session.framework(), session.risks())
    }

    #[test]
    fn every_earlier_state_is_told_by_the_entries() {
        let mut host = Host::new(&SEATS);
        let mut states = vec![];
        host.run(|session, ask| {
            states.push(session.clone());
            dutiful(session, ask, 3, |author, decision| {
                let early = session.wave().number < 5;
                match (early, *author == seat("SECURITY"), decision == id("D1")) {
                    (true, true, true) => Judge::Object,
                    (true, true, false) if session.docket(decision).is_some_and(|d| d.proposals.len() == 1) => {
                        Judge::Ask
                    }
                    _ => Judge::Agree,
                }
            })
        });
        states.push(host.session.clone());
        assert!(states.iter().any(|s| !s.issues().is_empty()) && states.len() > 20);
        for state in states {
            let last = state.entries().last().map_or(EntryNumber(0), |e| e.number);
            assert_eq!(told(&host.session.as_of(last)), told(&state), "{last}");
        }
    }
}
