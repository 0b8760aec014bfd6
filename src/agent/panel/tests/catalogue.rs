//! The catalogue that is built in: complete, consistent, and named in one list.

use crate::agent::panel::builtin::FILES;
use crate::agent::panel::catalogue::{Area, Axis};
use crate::agent::panel::shelf::Shelf;
use crate::agent::panel::{Panel, PanelError};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn shelf() -> Shelf {
    Shelf::new(FILES.iter().map(|(n, t)| ((*n).to_owned(), Cow::Borrowed(*t)))).unwrap()
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/panel");
    let present: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    let listed: BTreeSet<String> = Panel::builtin_files().map(str::to_owned).collect();
    assert_eq!(listed, present);
}

#[test]
fn every_area_is_consistent_and_named_as_its_file() {
    for file in &shelf().areas {
        file.check().unwrap();
        assert_eq!(file.file, format!("{}.toml", file.head.area));
        assert!(file.area().is_some());
    }
}

#[test]
fn roles_and_constraints_lead_somewhere() {
    let shelf = shelf();
    let roles: BTreeSet<&str> = shelf.roles.iter().map(|r| r.key.as_str()).collect();
    for role in &shelf.roles {
        assert!(role.related.iter().all(|r| roles.contains(r.as_str())), "{}", role.key);
        for openings in
            [&role.position, &role.draft, &role.review, &role.revise, &role.settle, &role.premortem, &role.sign]
        {
            assert!(!openings.is_empty(), "{}", role.key);
        }
    }
    let areas = shelf.areas.iter().filter_map(|f| f.area());
    for decision in areas.flat_map(|a| &a.decisions) {
        assert!(roles.contains(decision.owner.as_str()), "{}", decision.key);
        for question in &decision.questions {
            assert!(
                roles.contains(question.from.as_str()) && roles.contains(question.to.as_str()),
                "{}",
                question.text
            );
            assert_ne!(question.from, question.to);
        }
    }
    for kind in shelf.constraints.iter().map(|k| &k.constraint) {
        assert!(kind.text.contains("{quote}") && kind.argument.contains("{quote}"), "{}", kind.key);
        assert!(kind.speaks_to.iter().all(|axis| kind.shifts.contains_key(axis)), "{}", kind.key);
    }
}

fn texts(area: &Area) -> Vec<&str> {
    let mut texts: Vec<&str> = area.criteria.iter().map(|c| c.text.as_str()).collect();
    for decision in &area.decisions {
        texts.push(&decision.question);
        texts.extend(decision.questions.iter().map(|q| q.text.as_str()));
        for option in &decision.options {
            texts.push(&option.name);
            texts.extend(option.clauses.iter().map(String::as_str));
            texts.extend(option.failures.iter().map(|f| f.scenario.as_str()));
            texts.extend(option.mitigations.iter().map(|m| m.clause.as_str()));
        }
    }
    texts
}

#[test]
fn no_binding_text_stands_twice_and_none_has_stray_space() {
    let shelf = shelf();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for file in &shelf.areas {
        for text in texts(file.area().unwrap()) {
            assert_eq!(text, text.trim(), "{}", file.file);
            let before = seen.insert(text, &file.file);
            assert!(before.is_none(), "{text:?} stands in {before:?} and {}", file.file);
        }
    }
}

#[test]
fn each_axis_is_watched_by_a_role_and_used_by_an_area() {
    let shelf = shelf();
    for axis in Axis::ALL {
        assert!(shelf.roles.iter().any(|r| r.floors.contains_key(&axis)), "{axis:?}");
        let mut areas = shelf.areas.iter().filter_map(|f| f.area());
        assert!(areas.any(|a| a.criteria.iter().any(|c| c.axis == axis)), "{axis:?}");
    }
}

#[test]
fn every_sentence_that_is_asked_for_is_there() {
    let shelf = shelf();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/agent/panel");
    let mut used = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e == "rs") {
            let source = std::fs::read_to_string(path).unwrap();
            let names = shelf.phrases.keys().filter(|k| source.contains(&format!("\"{k}\"")));
            used.extend(names.cloned());
            for part in source.split(".say(").skip(1) {
                let key = part.trim_start().strip_prefix('"').and_then(|p| p.split('"').next());
                if let Some(key) = key {
                    assert!(shelf.phrases.contains_key(key), "{key}");
                }
            }
        }
    }
    let all: BTreeSet<String> = shelf.phrases.keys().cloned().collect();
    assert_eq!(used, all, "a sentence that nobody says");
}

#[test]
fn files_given_replace_built_in_ones_and_are_checked() {
    let broken = Panel::from_texts(0, [("uploads.toml".to_owned(), "area = 1".to_owned())]);
    assert!(matches!(broken, Err(PanelError::Parse { file, .. }) if file == "uploads.toml"));
    let (_, uploads) = FILES.iter().find(|(n, _)| *n == "uploads.toml").unwrap();
    let dangling = uploads.replacen("fixed_by = \"", "fixed_by = \"no-", 1);
    let inconsistent = Panel::from_texts(0, [("uploads.toml".to_owned(), dangling)]);
    assert!(matches!(inconsistent, Err(PanelError::Inconsistent { .. })));
    assert!(Panel::from_texts(0, [("uploads.toml".to_owned(), (*uploads).to_owned())]).is_ok());
    assert!(Panel::from_texts(0, []).is_ok());
}
