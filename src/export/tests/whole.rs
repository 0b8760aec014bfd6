//! What the document must not lose, and what it must not repeat.

use super::builder::{Setting, Table, agree, agreed, amend, blocked, dispose, drafted, object, reply};
use super::*;
use crate::protocol::{How, Move};
use pulldown_cmark::{Event, Options, Parser};

/// What a reader of the Markdown sees, without white space and back-ticks.
fn seen(markdown: &str) -> String {
    let body = markdown.splitn(3, "---\n").nth(2).unwrap();
    let mut text = String::new();
    for event in Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(t) | Event::Code(t) => text.push_str(&t),
            _ => {}
        }
    }
    bare(&text)
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '`').collect()
}

/// Every text that seats sign, as the protocol keeps it.
fn signed(session: &Session) -> Vec<String> {
    let framework = session.framework().unwrap();
    let mut all = vec![session.opening().topic.clone(), framework.title.clone()];
    for list in [&framework.goals, &framework.non_goals, &framework.constraints] {
        all.extend(list.iter().cloned());
    }
    all.extend(framework.criteria.iter().map(|c| c.text.clone()));
    all.extend(framework.decisions.iter().map(|d| d.question.clone()));
    for docket in session.dockets() {
        let head = docket.head().unwrap();
        all.extend(head.clauses.values().chain(&head.assumptions).cloned());
        all.extend(docket.readings.iter().map(|r| r.text.clone()));
    }
    all
}

const LONG: &str = "Set `a_b` (see `c|d`), `` e`f `` and *g*: no client's <key> leaves $HOME. Then wait; e.g. 5 s.\n\
                    - One: `x`\n- Two & three_four_";

#[test]
fn nothing_that_was_signed_is_lost() {
    let long = drafted(Setting::default(), "Checkout `sessions`", LONG);
    for table in [agreed(Setting::default()), blocked(), long] {
        let seen = seen(&markdown(&table.session));
        for text in signed(&table.session) {
            assert!(seen.contains(&bare(&text)), "lost: {text}\nin: {seen}");
        }
        let unknowns = &table.session.framework().unwrap().unknowns;
        assert!(unknowns.iter().all(|u| seen.contains(&bare(u))));
    }
}

/// SECURITY objects and BACKEND amends, as often as told; each case and each clause is long.
fn quarrel(rounds: u32) -> Table {
    let clause = |n: u32| format!("Draft {n} of the clause. {}", "It goes on for long. ".repeat(60));
    let limits = crate::protocol::event::Limits { mediations: 9, ..Default::default() };
    let mut table = drafted(Setting { limits, ..Setting::default() }, "Checkout sessions", &clause(0));
    let review = |moves| reply("REVIEW", "Reviewed.", moves);
    let (backend, frontend) =
        (review(vec![agree(&table, 2, None)]), review(vec![agree(&table, 1, None), agree(&table, 2, None)]));
    let case = |n: u32| format!("Case {n} happens. {}", "Then more goes wrong. ".repeat(30));
    let mut against = review(vec![object(&table, 1, &case(1))]);
    table.wave(vec![("BACKEND", backend), ("FRONTEND", frontend), ("SECURITY", against)]);
    for round in 1..=rounds {
        if table.session.asks().iter().any(|a| a.author == crate::protocol::Author::Supervisor) {
            let said = || "As before.".to_owned();
            let act = Move::Mediate { agreed: said(), disputed: said(), crux: said(), question: said() };
            table.wave(vec![("SUPERVISOR", reply("MEDIATION", "As before.", vec![act]))]);
        }
        let amended = vec![
            amend(1, &format!("D1.{round}"), 1, &clause(round)),
            dispose(&format!("O{round}"), How::Addressed { clause: 1 }, "It is met."),
        ];
        table.wave(vec![("BACKEND", reply("PROPOSAL", "Again.", amended))]);
        let entry = table.session.entries().last().unwrap().number.0;
        let frontend = review(vec![agree(&table, 1, None)]);
        let agreeing = agree(&table, 1, Some(entry));
        against = if round == rounds {
            review(vec![agreeing])
        } else {
            let withdraw = Move::Withdraw { issue: format!("O{round}").parse().unwrap(), why: "Met.".to_owned() };
            review(vec![withdraw, object(&table, 1, &case(round + 1))])
        };
        table.wave(vec![("FRONTEND", frontend), ("SECURITY", against)]);
    }
    table
}

#[test]
fn an_earlier_text_is_told_by_what_changed() {
    let table = quarrel(3);
    let text = markdown(&table.session);
    for gone in ["Draft 0", "Draft 1", "Draft 2"] {
        assert!(!text.contains(gone), "{gone} is repeated");
    }
    let told = "- **Earlier text D1.1 of BACKEND.** In D1.2, clause 1 was changed, because: It meets the objection. [#5] [#10]";
    assert!(text.contains(told), "{text}");
    let document = document(&table.session);
    let rationale: Vec<&str> = document.decisions[0].consequences.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(rationale, ["Rationale of D1.1 (not binding): It keeps secrets out of logs."]);
    assert!(document.summary[0].text.contains("nothing is decided; the text on the table, to which every seat agrees, is: Draft 3 of the clause. It goes on for long. It is rotated"));
}

#[test]
fn a_round_of_objection_and_amendment_costs_lines_and_not_pages() {
    let (short, long) = (markdown(&quarrel(2).session), markdown(&quarrel(6).session));
    let a_round = (long.len() - short.len()) / 4;
    assert!(a_round < 1000, "{a_round} bytes a round");
    let signed: usize = signed(&quarrel(6).session).iter().map(String::len).sum();
    assert!(long.len() < signed + 14_000, "{} bytes, of them {signed} signed", long.len());
}

#[test]
fn a_criterion_stands_in_full_once() {
    let text = markdown(&agreed(Setting::default()).session);
    assert_eq!(text.matches("- **K1** A stolen log opens no session. [#1]").count(), 1);
    assert!(text.contains("- K1 (A stolen log opens no session): the agreement of FRONTEND and SECURITY rests on it."));
    assert!(text.contains("- K2 (p95 of checkout stays under 300 ms): no agreement rests on this."));
}

#[test]
fn the_same_work_is_listed_once() {
    let document = document(&agreed(Setting::default()).session);
    let items: Vec<String> =
        document.actions.iter().map(|a| format!("{} {} {:?} {}", a.id, a.scope, a.also, a.what)).collect();
    assert_eq!(items, ["A1 D1 [DecisionId(2)] Add the store"]);
}
