//! Debates of panels only: they end, in consensus, by the rules, and because texts changed.

use super::drive::{FOUR, changed_by_objection, debate, open, opening, words};
use crate::agent::panel::Panel;
use crate::protocol::entry::Move;
use crate::protocol::event::Outcome;
use crate::protocol::id::Author;
use crate::protocol::session::Session;

const SIGN_IN: &str = "How should sign-in work for our B2B SaaS? We are six engineers, enterprise customers ask for single sign-on and SOC 2, and it must be live by March.";

const TOPICS: [&str; 16] = [
    SIGN_IN,
    "Design file uploads up to 2 GB with virus scanning for our document portal, GDPR applies.",
    "An offline-first mobile app for nurses in rural clinics with low connectivity; patient data, HIPAA.",
    "Rate limiting for our public API, 10k requests per second, 400 tenants.",
    "How do we migrate our legacy monolith to a new billing system without downtime?",
    "Add full-text search over 20 million records with permissions per customer.",
    "We need payments with cards and invoices for a marketplace, team of 4, MVP in six weeks.",
    "Real-time collaboration in our document editor with presence and live cursors.",
    "Which database should a small team pick for an events product, bootstrapped, no budget?",
    "Cache strategy for product pages at Black Friday peak load, 99.95 availability.",
    "How should background jobs and retries work in our order pipeline?",
    "Notifications by mail, push and in-app with user preferences.",
    "Multi-tenant isolation and authorization roles for 400 tenants, three enterprise customers want EU residency.",
    "Observability and on-call for 12 services, no dedicated operations team.",
    "Plan a garden irrigation controller.",
    "Ship the new checkout with feature flags and a canary; open browser tabs must not break.",
];

const EIGHT: [&str; 8] =
    ["backend", "frontend", "security", "architect", "database", "devops", "product-manager", "poet"];

const ROSTERS: [&[&str]; 6] = [
    &FOUR,
    &["backend", "security"],
    &["poet", "astronomer"],
    &EIGHT,
    &["backend", "backend-2", "backend-3", "backend-4", "backend-5"],
    &["tech-lead", "ml-engineer", "ux-designer"],
];

fn ends_well(session: &Session, outcome: &Outcome, what: &str) {
    assert!(matches!(outcome, Outcome::Consensus { .. }), "{what}: {outcome:?}");
    assert!(session.wave().number <= 20, "{what}: {} waves", session.wave().number);
}

#[test]
fn every_topic_and_roster_reaches_consensus_by_the_rules() {
    for (at, names) in ROSTERS.iter().enumerate() {
        // Every topic with the usual four seats, every second one with each of the other rosters.
        let (skip, step) = if at == 0 { (0, 1) } else { (at % 2, 2) };
        for topic in TOPICS.iter().skip(skip).step_by(step) {
            let (session, outcome) = debate(topic, names, 0);
            ends_well(&session, &outcome, &format!("{topic} {names:?}"));
        }
    }
}

#[test]
fn every_seed_reaches_consensus() {
    for topic in TOPICS {
        for seed in 1..4 {
            let (session, outcome) = debate(topic, &FOUR, seed);
            ends_well(&session, &outcome, &format!("{topic} seed {seed}"));
        }
    }
}

#[test]
fn objections_change_texts() {
    assert!((0..4).all(|seed| changed_by_objection(&debate(SIGN_IN, &FOUR, seed).0)));
    let changed = TOPICS.iter().filter(|topic| changed_by_objection(&debate(topic, &FOUR, 0).0));
    let changed = changed.count();
    assert!(changed >= 12, "an objection changed a text on {changed} of {} topics", TOPICS.len());
}

#[test]
fn the_first_entry_says_that_nobody_here_is_a_language_model() {
    let (session, _) = debate(SIGN_IN, &FOUR, 0);
    let first = &session.entries()[0];
    assert_eq!(first.author, Author::Supervisor);
    assert!(first.content.contains("rule-based"));
    assert!(first.content.contains("no language model"));
}

#[test]
fn the_same_inputs_give_the_same_debate_and_others_another() {
    let one = debate(SIGN_IN, &FOUR, 7).0;
    let mut again = open(opening(SIGN_IN, &FOUR));
    super::drive::run(&Panel::builtin(7).unwrap(), &mut again);
    assert_eq!(one.entries(), again.entries(), "another panel of the same seed says the same");
    let other_topic = debate(TOPICS[1], &FOUR, 7).0;
    assert_ne!(one.framework(), other_topic.framework());
    let contents = |s: &Session| -> Vec<String> { s.entries().iter().map(|e| e.content.clone()).collect() };
    assert_ne!(contents(&one), contents(&other_topic));
    let seeds: Vec<Vec<String>> = (0..4).map(|s| contents(&debate(SIGN_IN, &FOUR, s).0)).collect();
    assert!(seeds.windows(2).any(|w| w[0] != w[1]));
}

#[test]
fn every_seat_of_four_owns_a_decision_and_five_alike_share_the_work() {
    for topic in TOPICS {
        for names in [&FOUR[..], ROSTERS[4]] {
            let (session, _) = debate(topic, names, 0);
            let framework = session.framework().unwrap();
            assert!((3..=5).contains(&framework.decisions.len()), "{topic}");
            let mut owners: Vec<_> = framework.decisions.iter().map(|d| &d.owner).collect();
            owners.sort();
            owners.dedup();
            assert_eq!(owners.len(), framework.decisions.len().min(names.len()), "{topic} {names:?}");
        }
    }
}

#[test]
fn entries_are_of_a_length_to_be_read_and_open_differently() {
    let mut short = Vec::new();
    for topic in TOPICS {
        let (session, _) = debate(topic, &FOUR, 0);
        for seat in session.seats() {
            let author = Author::Seat(seat.clone());
            let mine = session.entries().iter().filter(|e| e.author == author);
            let mut openings: Vec<&str> = mine.map(|e| e.content.split(['.', ':']).next().unwrap()).collect();
            let all = openings.len();
            openings.sort();
            openings.dedup();
            assert_eq!(openings.len(), all, "{topic}: {seat} opens two entries alike: {openings:?}");
        }
        for entry in session.entries() {
            let count = words(entry);
            assert!(count <= 220, "{topic}: {} has {count} words:\n{}", entry.number, entry.content);
            short.push(count);
        }
    }
    short.sort_unstable();
    assert!(short[short.len() / 2] >= 40, "the median entry has {} words", short[short.len() / 2]);
}

#[test]
fn an_interface_is_given_once_as_an_implementation() {
    let (session, _) = debate("How should the public REST API look: resources, paging, versions?", &FOUR, 0);
    let given: Vec<_> = session.entries().iter().filter(|e| e.kind == "IMPLEMENTATION").collect();
    assert!(!given.is_empty());
    for entry in &given {
        assert!(entry.content.contains("```"));
        assert!(!entry.moves.iter().any(|m| matches!(m.act, Move::Sign { .. })));
    }
}

#[test]
fn seats_with_other_words_use_their_own() {
    let mut opening = opening(SIGN_IN, &FOUR);
    opening.seats[0].kinds = vec!["NOTE".to_owned(), "REVIEW".to_owned()];
    let mut session = open(opening);
    let panel = Panel::builtin(0).unwrap();
    super::drive::run(&panel, &mut session);
    let backend = session.opening().seats[0].tag.clone();
    let mine = session.entries().iter().filter(|e| e.author == Author::Seat(backend.clone()));
    let kinds: std::collections::BTreeSet<&str> = mine.map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["NOTE", "REVIEW"]);
}
