//! What a prompt does when the model's context is too small for it.

use super::super::{TooLong, digest, fit, messages};
use super::caching::measure;
use super::debate::{Call, debate, prose, start, watched};
use crate::agent::library::Library;
use crate::agent::speaker::Turn;
use crate::llm::Room;
use crate::protocol::event::{ContextFile, Outcome};
use crate::protocol::tests::host::id;
use crate::protocol::*;
use std::collections::BTreeSet;

/// Bytes that a model of `context` tokens takes where a quarter is kept for the answer.
fn bytes(context: u64) -> Option<usize> {
    let output = u32::try_from(context / 4).unwrap().min(8192);
    Room { context: Some(context), ..Room::unknown(output) }.prompt_bytes()
}

fn shared(call: &Call) -> &str {
    &call.sent.user[..call.sent.user.rfind("\n# Now\n").unwrap()]
}

/// Everything that is open or on the table must be in what is sent.
fn loses_nothing(session: &Session, ask: &Ask, user: &str) -> usize {
    let mut looked = 0;
    for docket in session.dockets() {
        let Some(head) = docket.head() else { continue };
        assert!(user.contains(head.digest.short()), "{} is lost for {}", head.id, ask.author);
        let id = docket.id;
        let concerned = [Duty::Review(id), Duty::Revise(id), Duty::Dispose(id)].iter().any(|d| ask.duties.contains(d));
        for clause in head.clauses.values().filter(|_| concerned) {
            assert!(user.contains(clause.as_str()), "a clause of {} is lost for {}", head.id, ask.author);
            looked += 1;
        }
    }
    for issue in session.issues().iter().filter(|i| i.is_open()) {
        assert!(
            user.contains(&issue.text) && user.contains(&issue.resolved_if),
            "{} is lost for {}",
            issue.id,
            ask.author
        );
    }
    looked
}

#[test]
fn a_log_of_three_hundred_entries_fits_into_16k_tokens_and_loses_nothing_that_is_open() {
    let most = bytes(16_384);
    let library = Library::load(None).unwrap();
    let (mut looked, mut calls) = (0, Vec::new());
    let host = watched(60, |session, ask| {
        // Some waves, all of their calls: each prompt goes through the whole log.
        if !session.wave().number.is_multiple_of(25) && session.phase() != Phase::Ratification {
            return;
        }
        let sent = messages(&library, &Turn { session, ask, refused: &[], looks: Default::default() }, most).unwrap();
        assert!(Some(sent.bytes()) <= most);
        if ask.kind == AskKind::Turn {
            looked += loses_nothing(session, ask, &sent.user);
        }
        calls.push(Call { wave: session.wave().number, kind: ask.kind, author: ask.author.clone(), sent });
    });
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }), "{:?}", host.session.life());
    assert!(host.session.entries().len() >= 300 && looked > 50, "{} {looked}", host.session.entries().len());
    assert!(calls.iter().any(|c| c.sent.user.contains("are given here by what they came to")));
    // All seats of a wave share everything before their own tail.
    for pair in calls.windows(2).filter(|p| p[0].wave == p[1].wave && p[0].kind == AskKind::Turn) {
        assert_eq!(shared(&pair[0]), shared(&pair[1]), "wave {}", pair[0].wave);
    }
}

#[test]
fn in_a_narrow_context_the_cache_still_serves_most_of_what_is_sent() {
    let (_, calls) = debate(8, bytes(32_768));
    assert!(calls.iter().any(|c| c.sent.user.contains("are given here by what they came to")));
    let measured = measure(&calls);
    println!("in 32k tokens: {measured:?}, anew {:.1} %", 100.0 * measured.share());
    assert!(measured.share() < 0.3, "{measured:?}");
}

#[test]
fn the_cut_follows_from_the_log_and_the_budget_alone_and_moves_seldom() {
    let (host, _) = debate(12, None);
    let session = &host.session;
    let mut cuts = Vec::new();
    for last in session.entries().iter().filter(|e| e.wave > 3).map(|e| e.number) {
        cuts.push(fit::cut(&session.as_of(last), 45_000).last);
    }
    assert!(cuts.is_sorted(), "{cuts:?}");
    let steps: BTreeSet<_> = cuts.iter().collect();
    assert!(steps.len() > 1 && steps.len() * 5 < cuts.len(), "{steps:?} over {} entries", cuts.len());
    assert_eq!(fit::cut(session, 45_000), fit::cut(&session.clone(), 45_000));
}

#[test]
fn a_debate_in_an_ample_context_is_not_cut() {
    let (_, calls) = debate(2, bytes(200_000));
    let (_, free) = debate(2, None);
    assert_eq!(calls.len(), free.len());
    assert!(calls.iter().zip(&free).all(|(a, b)| a.sent == b.sent));
}

#[test]
fn what_is_given_is_never_cut_and_what_cannot_fit_is_refused_with_figures() {
    let library = Library::load(None).unwrap();
    let mut host = start();
    let mut opening = host.session.opening().clone();
    opening.topic = prose("a long topic", 30_000);
    opening.context.push(ContextFile { name: "notes.md".into(), text: prose("context", 30_000) });
    host = crate::protocol::tests::host::Host::with(opening);
    let ask = host.session.asks().remove(0);
    let turn = Turn { session: &host.session, ask: &ask, refused: &[], looks: Default::default() };
    let most = bytes(8_192);
    let TooLong { needed, most: limit, given } = messages(&library, &turn, most).unwrap_err();
    assert!(needed > 67_000 && Some(limit) == most && given > 60_000, "{needed} {limit} {given}");
    assert!(messages(&library, &turn, Some(needed)).is_ok(), "the figure is what it takes");
    assert!(messages(&library, &turn, Some(needed - 1)).is_err());
}

#[test]
fn a_digest_tells_what_it_leaves_out_and_forges_nothing() {
    let (host, _) = debate(3, None);
    let last = host.session.entries().last().unwrap().number;
    for detail in fit::Detail::ALL {
        let text = digest::of(&host.session, fit::Cut { last, detail });
        assert!(text.starts_with(&format!("Entries up to {last} are given here")));
        for docket in host.session.dockets() {
            assert!(docket.head().unwrap().clauses.values().all(|c| text.contains(c.as_str())));
        }
        assert!(text.contains("P1"), "recorded risks");
    }
    let sizes = fit::Detail::ALL.map(|detail| digest::of(&host.session, fit::Cut { last, detail }).len());
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    assert!(host.session.docket(id("D1")).unwrap().proposals.len() > 3);
}
