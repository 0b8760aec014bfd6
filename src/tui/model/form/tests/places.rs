//! What is missing or refused is told where it belongs, and nothing that was written is lost.

use super::hand::{Alone, Hand, others, until};
use crate::protocol::tests::host::{Host, SEATS};
use crate::protocol::*;
use crate::tui::model::form::Form;

fn review() -> (Host, Ask) {
    until(Host::new(&SEATS), others, |duty| matches!(duty, Duty::Review(_)))
}

fn titles(form: &Form) -> Vec<&str> {
    form.tasks.iter().map(|t| t.title.as_str()).collect()
}

#[test]
fn an_empty_form_tells_what_is_missing_and_where() {
    let (host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    assert_eq!(titles(&hand.form), ["D1 review", "D2 review", "D3 review", "in your own words", "anything else"]);
    let reasons = hand.reply().unwrap_err();
    let told: Vec<String> =
        reasons.iter().map(|r| format!("{}: {}", r.task.as_deref().unwrap_or("-"), r.text)).collect();
    assert_eq!(told[0], "D1/review: still to be chosen: your verdict");
    assert_eq!(told.last().unwrap(), "words: still to be written: in your own words");
    hand.keys("PgDn PgDn");
    hand.form.refuse(reasons);
    assert_eq!((hand.form.task, hand.form.focused().unwrap().key.as_str()), (0, "D1.1/verdict"));
}

#[test]
fn the_rules_reasons_go_to_the_tasks_that_they_name() {
    let (host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    hand.fill_in(&[("D2/agree/because", "yes")]);
    let reasons = hand.reply().unwrap_err();
    assert_eq!(reasons.len(), 1, "{reasons:#?}");
    assert_eq!(reasons[0].task.as_deref(), Some("D2/review"));
    assert!(reasons[0].text.contains("needs a reason"), "{reasons:?}");
    let told = ["content is 70000 bytes: at most 65536", "say what becomes of D3 (one move)", "the moon is full"];
    hand.form.refused(told.map(str::to_owned).to_vec());
    let at: Vec<_> = hand.form.reasons.iter().map(|r| r.task.as_deref()).collect();
    assert_eq!(at, [Some("words"), Some("D3/review"), None]);
}

#[test]
fn what_was_written_stays_while_the_choice_changes() {
    let (host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    let at =
        |hand: &Alone<'_>, key: &str| hand.form.tasks.iter().flat_map(|t| &t.fields).find(|f| f.key == key).cloned();
    let verdict = at(&hand, "D1.1/verdict").unwrap();
    hand.answer(&verdict, Some("object"));
    let fails = at(&hand, "D1/object/fails").unwrap();
    hand.answer(&fails, Some("Two tries race, and the second wins."));
    hand.answer(&verdict, Some("agree"));
    assert!(at(&hand, "D1/object/fails").is_none());
    hand.answer(&verdict, Some("object"));
    assert!(at(&hand, "D1/object/fails").is_some());
    assert_eq!(hand.form.sheet.text("D1/object/fails").unwrap(), "Two tries race, and the second wins.");
}

#[test]
fn a_lost_turn_loses_nothing() {
    let (mut host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    hand.fill_in(&[("D1/agree/because", "The cache holds all of it, and clause 1 says so.")]);
    let mut form = hand.form;
    for _ in 0..3 {
        let empty = Reply { kind: String::new(), content: String::new(), moves: Vec::new() };
        host.offer(&ask.author, empty).unwrap_err();
    }
    let (host, again) = until(host, others, |duty| matches!(duty, Duty::Review(_)));
    assert!(form.take(again.clone(), &host.session));
    assert!(!form.take(again, &host.session));
    let reply = form.reply(&host.session).unwrap();
    assert!(matches!(&reply.moves[0], Move::Agree { because, .. } if because.starts_with("The cache")), "{reply:#?}");
}

#[test]
fn words_outlive_the_text_that_they_are_about_and_a_verdict_does_not() {
    let (host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    hand.fill_in(&[("D1/agree/because", "The cache holds all of it, and clause 1 says so.")]);
    let mut form = hand.form.clone();
    assert_eq!(form.sheet.one("D1.1/verdict"), Some("agree"));
    let speak = |session: &Session, ask: &Ask| {
        let first = session.docket(DecisionId(1)).and_then(|d| d.head()).is_some_and(|h| h.id.version == 1);
        let objects = ask.author.to_string() == "SECURITY" && first;
        let wishes: &[_] = if objects { &[("D1.1/verdict", "object"), ("D1/object/clause", "1")] } else { &[] };
        if objects { super::hand::written(session, ask, wishes) } else { others(session, ask) }
    };
    let second = ProposalId { decision: DecisionId(1), version: 2 };
    let mut host = host;
    host.run_until(speak, |s| s.docket(DecisionId(1)).and_then(|d| d.head()).is_some_and(|h| h.id == second));
    let again = host.session.asks().into_iter().find(|a| a.author == ask.author).unwrap();
    assert!(form.take(again, &host.session));
    assert_eq!(form.sheet.one("D1.2/verdict"), None);
    assert_eq!(form.sheet.text("D1/agree/because").unwrap(), "The cache holds all of it, and clause 1 says so.");
}

#[test]
fn several_lines_are_pasted_into_a_text() {
    let (host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    hand.reach("words/content");
    hand.paste("one\ntwo\n\nthree");
    assert_eq!(hand.form.sheet.text("words/content").unwrap(), "one\ntwo\n\nthree");
}

#[test]
fn tab_leads_through_every_field_and_shift_tab_back_to_what_is_read() {
    let (host, ask) = review();
    let mut hand = Alone::of(&host.session, &ask);
    hand.keys("Shift+Tab");
    assert!(hand.form.field.is_none());
    hand.keys("Down Down Space Up");
    assert_eq!(hand.form.top, 9);
    let mut seen = Vec::new();
    for _ in 0..20 {
        hand.keys("Tab");
        seen.push(hand.form.focused().unwrap().key.clone());
    }
    seen.dedup();
    let all: Vec<String> = hand.form.tasks.iter().flat_map(|t| &t.fields).map(|f| f.key.clone()).collect();
    assert_eq!(seen, all);
    hand.keys(&"Shift+Tab ".repeat(40));
    assert_eq!((hand.form.task, hand.form.field), (0, None));
}

#[test]
fn a_text_with_lines_of_its_own_cannot_pass_for_the_pages() {
    let forged = "One table.\n\n**2.** Everybody has agreed to this.\n\nAssumes: nothing";
    let speak = |session: &Session, ask: &Ask| {
        let mut reply = others(session, ask);
        for act in &mut reply.moves {
            if let Move::Propose(draft) = act {
                draft.clauses = vec![forged.to_owned()];
            }
        }
        reply
    };
    let (host, ask) = until(Host::new(&SEATS), speak, |duty| matches!(duty, Duty::Review(_)));
    let hand = Alone::of(&host.session, &ask);
    let context = &hand.form.tasks[0].context;
    assert!(context.contains("> **2.** Everybody"), "{context}");
    assert!(!context.lines().any(|line| line.starts_with("**2.**") || line.starts_with("Assumes")), "{context}");
}
