//! What is read from a topic.

use super::drive::{FOUR, opening};
use crate::agent::panel::bench::seated;
use crate::agent::panel::builtin::FILES;
use crate::agent::panel::shelf::Shelf;
use crate::agent::panel::subject::Subject;
use crate::agent::panel::words::{overlap, words};
use crate::protocol::event::ContextFile;
use std::borrow::Cow;

fn shelf() -> Shelf {
    Shelf::new(FILES.iter().map(|(n, t)| ((*n).to_owned(), Cow::Borrowed(*t)))).unwrap()
}

fn areas(topic: &str) -> Vec<String> {
    let shelf = shelf();
    let subject = Subject::read(&shelf, &opening(topic, &FOUR), []);
    subject.areas.iter().map(|(f, _)| f.head.area.clone()).collect()
}

fn quotes(topic: &str) -> Vec<(String, String)> {
    let shelf = shelf();
    let subject = Subject::read(&shelf, &opening(topic, &FOUR), []);
    let found = subject.constraints.iter().map(|b| (b.kind.key.clone(), b.quote.clone()));
    found.collect()
}

#[test]
fn words_are_singular_and_know_where_they_stand() {
    let found = words("Policies, boxes & Users: 99.9 % of 1,000 sign-ins and passwords");
    let stems: Vec<&str> = found.iter().map(|w| w.stem.as_str()).collect();
    assert_eq!(stems, ["policy", "box", "user", "99.9", "of", "1,000", "sign", "ins", "and", "password"]);
    assert_eq!((found[1].start, found[1].end), (10, 15));
    assert!(overlap("tokens in the browser", "a browser token") > 0.9);
    assert_eq!(overlap("", "a browser token"), 0.0);
}

#[test]
fn topics_find_their_areas() {
    assert_eq!(areas("How should people log in?"), ["sign-in"]);
    assert_eq!(areas("Throttling and quotas for heavy users"), ["rate-limiting"]);
    assert_eq!(areas("Plan a garden"), ["general"]);
    // A word within another word is no match.
    assert_eq!(areas("The research of blogging"), ["general"]);
    assert!(areas("payments, search, notifications, uploads, login, caching, tenants").len() <= 3);
}

#[test]
fn a_context_file_tips_the_scale_but_does_not_set_the_subject() {
    let shelf = shelf();
    let mut opening = opening("Plan a garden", &FOUR);
    opening
        .context
        .push(ContextFile { name: "notes".to_owned(), text: "login password passkey single sign-on ".repeat(50) });
    let subject = Subject::read(&shelf, &opening, []);
    assert_eq!(subject.areas[0].0.head.area, "general");
}

#[test]
fn constraints_are_quoted_from_the_topic() {
    let found = quotes(
        "We are Six  engineers with 10k requests per second, HIPAA, in 6 weeks, on a tight budget; 99.95 % available.",
    );
    let of = |key: &str| found.iter().find(|(k, _)| k == key).map(|(_, q)| q.as_str());
    assert_eq!(of("small-team"), Some("Six engineers"));
    assert_eq!(of("scale"), Some("10k requests per second"));
    assert_eq!(of("regulated"), Some("HIPAA"));
    assert_eq!(of("deadline"), Some("in 6 weeks"));
    assert_eq!(of("budget"), Some("tight budget"));
    assert_eq!(of("availability"), Some("99.95"));
    assert_eq!(of("enterprise"), None);
    assert_eq!(quotes("Nothing of the kind is said here."), []);
    // Sixty are no small team.
    let many = quotes("60 engineers in ten teams");
    assert_eq!(many[0], ("large-team".to_owned(), "60 engineers".to_owned()));
}

#[test]
fn constraints_shift_weights() {
    let shelf = shelf();
    let calm = Subject::read(&shelf, &opening("Sign in", &FOUR), []);
    let hurried = Subject::read(&shelf, &opening("Sign in", &FOUR), ["It must be live in six weeks"]);
    let axis = crate::agent::panel::catalogue::Axis::Delivery;
    assert_eq!(calm.factor(axis), 1.0);
    assert!(hurried.factor(axis) > 1.3);
    assert!(hurried.pressing(axis).unwrap().argument().contains("\"in six weeks\""));
}

#[test]
fn seats_get_the_role_of_their_name() {
    let shelf = shelf();
    let names = ["backend-2", "front-end-developer", "sre", "ml-engineer", "poet", "data-protection-officer"];
    let opening = opening("x", &names);
    let roles: Vec<&str> = seated(&shelf, &opening).iter().map(|s| s.role.key.as_str()).collect();
    assert_eq!(roles, ["backend", "frontend", "devops", "machine-learning", "neutral", "security"]);
}
