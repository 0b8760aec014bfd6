//! What the model says, and that it says it from the log.

use super::builder::{Setting, Table, agree, agreed, blocked, dispose, drafted, frame, propose, reply};
use super::*;
use crate::export::ExportError;
use crate::protocol::event::{Cause, Usage};
use crate::protocol::{EntryNumber, Event, How, Move};

#[test]
fn consensus_is_accepted_signed_and_cited() {
    let table = agreed(Setting::default());
    let document = document(&table.session);
    assert_eq!(document.front.status, Status::Accepted);
    assert!(document.notices.is_empty() && document.standing.is_none());
    assert_eq!(dangling(&document, &table.session), Vec::<String>::new());
    assert!(document.signoff.iter().all(|s| s.verdict == "signed" && s.digest == document.front.accord));
    assert_eq!(document.decisions.len(), 2);
    let [first, second] = [&document.decisions[0], &document.decisions[1]];
    assert_eq!(first.clauses[0].statement.text, "An opaque token in a `__Host-` cookie.");
    // The amended clause is cited where it was amended, the kept one where it was first said.
    assert_eq!(first.clauses[0].statement.entries, [EntryNumber(10)]);
    assert_eq!(first.clauses[1].statement.entries, [EntryNumber(5)]);
    assert_eq!(second.clauses[0].readings.len(), 1);
    assert!(first.issues.iter().any(|i| i.id.to_string() == "O1" && i.state.starts_with("Resolved")));
    assert_eq!(document.dissent.len(), 2, "{:?}", document.dissent);
    assert!(document.dissent[0].text.starts_with("Declined concern"));
    assert!(document.dissent[1].text.starts_with("Reservation of SECURITY"));
    assert_eq!(document.risks.len(), 1);
    assert_eq!(document.actions.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["A1"]);
    assert!(document.summary[0].text.contains("we chose: An opaque token"));
    assert!(document.summary[0].text.contains("and accepts P1 (The store is down) and the reservation of SECURITY."));
    assert_eq!(document.process.turned.len(), 1);
}

#[test]
fn contracts_are_kept_byte_for_byte() {
    let table = agreed(Setting::default());
    let document = document(&table.session);
    let bodies: Vec<&str> = document.contracts.iter().map(|c| c.body.as_str()).collect();
    assert_eq!(bodies, ["{ \"cookie\": \"__Host-sid\" }  \n\n", "```\nnot the end\n```\n"]);
    assert!(document.contracts[0].source.text.contains("D1.1, which is not on the table now"));
    let text = markdown(&table.session);
    assert!(text.contains("\n```json\n{ \"cookie\": \"__Host-sid\" }  \n\n```\n"));
    assert!(text.contains("\n````md\n```\nnot the end\n```\n````\n"));
}

#[test]
fn without_consensus_the_blockers_come_first() {
    let table = blocked();
    let document = document(&table.session);
    assert_eq!(document.front.status, Status::Proposed);
    assert_eq!(document.notices[0].label, "NO CONSENSUS");
    let standing = document.standing.as_ref().unwrap();
    assert!(standing.cause.contains("O1 of SECURITY on D1 is open"));
    assert!(standing.crux.as_ref().unwrap().text.contains("Do our logs hold cookies?"));
    assert!(standing.stances.iter().any(|s| s.seat.as_str() == "SECURITY" && s.stance == "objects"));
    assert!(document.dissent[0].text.starts_with("Open objection"));
    assert!(document.signoff.iter().all(|s| s.verdict.starts_with("not signed") && s.digest.is_none()));
    assert!(document.summary[0].text.contains("nothing is decided"));
    let text = markdown(&table.session);
    assert!(text.contains("\n# NO CONSENSUS: Checkout sessions\n"));
    assert!(text.find("## Blockers").unwrap() < text.find("## 1. Summary").unwrap());
}

#[test]
fn a_session_that_is_not_over_is_a_draft_and_says_why() {
    let mut table = drafted(Setting::default(), "Checkout sessions", "A signed token in a cookie.");
    let running = document(&table.session);
    assert_eq!((running.front.status, running.notices[0].label.as_str()), (Status::Draft, "DRAFT"));
    table.suspend(Cause::Unreachable { author: "SECURITY".parse().unwrap(), reason: "HTTP 503".to_owned() });
    let text = markdown(&table.session);
    assert!(text.contains("status: draft\n") && text.contains("# DRAFT: Checkout sessions"));
    assert!(text.contains("SECURITY could not be reached: HTTP 503"));
    assert!(text.contains("None recorded so far."));
}

#[test]
fn an_empty_log_still_makes_a_document() {
    let table = Table::open(Setting::default());
    let text = markdown(&table.session);
    assert!(text.contains("# DRAFT: How do we keep a checkout's session?"));
    assert!(text.contains("The log is empty.") && text.contains("accord-digest: none"));
}

#[test]
fn what_nobody_told_is_unknown_and_never_zero() {
    let usage = Usage { prompt: Some(10), ..Usage::default() };
    let table = agreed(Setting { usage, ..Setting::default() });
    let document = document(&table.session);
    assert_eq!((document.front.tokens, document.front.cost_nano), (None, None));
    let text = markdown(&table.session);
    assert!(text.contains("\ntokens: unknown\ncost: unknown\n"));
    assert!(text.contains("| Cost | unknown |"));
}

#[test]
fn the_built_in_panel_is_named_as_what_it_is() {
    let panel = "built-in panel (rule-based, no language model)";
    let table = agreed(Setting { models: [panel, panel, "model-c@host"], ..Setting::default() });
    let text = markdown(&table.session);
    let (start, provenance) =
        (text.split("## 1. Summary").next().unwrap(), text.rsplit("how to verify").next().unwrap());
    let said = "The built-in panel spoke for SUPERVISOR, BACKEND and FRONTEND. It is rule-based and no language model.";
    assert!(start.contains(said), "{start}");
    assert!(provenance.contains("Rule-based, no language model: SUPERVISOR, BACKEND, FRONTEND"));
    assert!(!markdown(&agreed(Setting::default()).session).contains("rule-based"));
}

#[test]
fn alternatives_and_questions_to_absent_people_are_told_to_their_end() {
    let mut table = drafted(Setting::default(), "Checkout sessions", "A signed token in a cookie.");
    let ask = Move::Ask { to: "LEGAL".to_owned(), about: "D1".parse().unwrap(), text: "May we set it?".to_owned() };
    let review = |moves| reply("REVIEW", "Reviewed.", moves);
    let backend = review(vec![agree(&table, 2, None)]);
    let mut other = propose(1, &["A token in memory."]);
    if let Move::Propose(draft) = &mut other {
        draft.rationale = "No cookie, no leak.".to_owned();
    }
    let frontend = review(vec![agree(&table, 1, None), agree(&table, 2, None), other, ask]);
    let security = review(vec![agree(&table, 1, None)]);
    table.wave(vec![("BACKEND", backend), ("FRONTEND", frontend), ("SECURITY", security)]);
    let open = document(&table.session);
    assert!(open.questions[0].text.contains("FRONTEND asks SUPERVISOR (first addressed to 'LEGAL'"));
    let option = |document: &Document| {
        let options = document.decisions[0].options.iter();
        options.into_iter().find(|o| o.label == "Alternative D1.2 of FRONTEND").unwrap().clone()
    };
    assert!(option(&open).fate.text.starts_with("Open"));
    let question = "Q1".parse().unwrap();
    let answer = Move::Answer { question, text: "Nobody here knows.".to_owned() };
    let asked: Vec<String> = table.session.asks().iter().map(|a| a.author.to_string()).collect();
    assert_eq!(asked, ["SUPERVISOR", "BACKEND"]);
    let backend = review(vec![dispose("D1.2", How::Declined, "It is lost on reload.")]);
    table.wave(vec![("SUPERVISOR", reply("ANSWER", "Unknown.", vec![answer])), ("BACKEND", backend)]);
    let later = document(&table.session);
    assert_eq!(option(&later).fate.text, "Declined: It is lost on reload.");
    assert!(later.questions[0].text.ends_with("Answered by SUPERVISOR: Nobody here knows."));
    assert_eq!(dangling(&later, &table.session), Vec::<String>::new());
}

#[test]
fn a_resolution_of_nothing_is_neither_cited_nor_counted() {
    let mut table = drafted(Setting::default(), "Checkout sessions", "A signed token in a cookie.");
    let review = |moves| reply("REVIEW", "Reviewed.", moves);
    let (backend, security) = (review(vec![agree(&table, 2, None)]), review(vec![agree(&table, 1, Some(1))]));
    let frontend = review(vec![agree(&table, 1, Some(1)), agree(&table, 2, Some(1))]);
    table.wave(vec![("BACKEND", backend), ("FRONTEND", frontend), ("SECURITY", security)]);
    let document = document(&table.session);
    assert_eq!(dangling(&document, &table.session), Vec::<String>::new());
    assert_eq!(document.process.turned, []);
}

#[test]
fn an_aborted_session_is_a_draft_with_its_cause() {
    let mut table = Table::open(Setting::default());
    table.wave(vec![("SUPERVISOR", frame("Checkout sessions"))]);
    let at = table.tick();
    let outcome = crate::protocol::event::Outcome::Aborted { cause: "the key was revoked".to_owned() };
    table.apply(Event::Closed { outcome, at });
    let text = markdown(&table.session);
    assert!(text.contains("status: draft\n") && text.contains("the session was aborted: the key was revoked"));
}

#[test]
fn a_reference_that_leads_nowhere_fails_the_export() {
    let table = agreed(Setting::default());
    let mut document = document(&table.session);
    document.summary[0].entries = vec![EntryNumber(99)];
    document.dissent[0].entries.clear();
    document.decisions[1].trace.push(EntryNumber(0));
    let faults = dangling(&document, &table.session);
    assert_eq!(faults.len(), 3, "{faults:?}");
    for name in ["md", "json"] {
        match exporter(name).unwrap().export(&document, &table.session) {
            Err(ExportError::Dangling(found)) => assert_eq!(found, faults),
            other => panic!("{other:?}"),
        }
    }
}
