#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::super::fixture;
use super::super::line::Chain;
use super::*;
use crate::protocol::Event;

fn add(dir: &Path, name: &str, events: &[Event]) {
    let mut chain = Chain::default();
    let folder = dir.join(name);
    fs::create_dir_all(&folder).unwrap();
    let lines: Vec<Vec<u8>> = events.iter().map(|e| chain.encode(e.clone()).unwrap().0).collect();
    fs::write(folder.join(JOURNAL), lines.concat()).unwrap();
}

fn opened(second: i64) -> Event {
    let mut opening = fixture::opening("T");
    opening.at = fixture::at(second);
    Event::Opened(opening)
}

#[test]
fn names_say_when_and_what_in_plain_letters() {
    let at = fixture::at(0);
    let id = new_id("Sign-in: sessions for B2B, über alles?\n../../etc", at);
    assert!(id.starts_with("20261120-"), "{id}");
    let slug = &id[16..id.len() - 5];
    assert_eq!(slug, "sign-in-sessions-for-b2b-ber-alles-etc");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    for topic in ["", "日本語", "\u{1b}[2J", &"x".repeat(900), &"a b ".repeat(900)] {
        let id = new_id(topic, at);
        assert!(id.chars().all(plain) && id.len() <= 61, "{id}");
    }
    assert_ne!(new_id("a", at), new_id("a?", at));
}

#[test]
fn a_session_is_found_by_id_beginning_path_or_as_the_newest() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    add(dir, "20261120-a", &[opened(5)]);
    add(dir, "20261121-b", &[opened(9)]);
    add(dir, "20261121-bc", &[opened(7)]);
    fs::create_dir(dir.join("20261122-no-session")).unwrap();
    let found = |text| resolve(dir, text).map(|f| f.file_name().unwrap().to_owned());
    assert_eq!(found(Some("20261120")).unwrap(), "20261120-a");
    assert_eq!(found(Some("20261121-b")).unwrap(), "20261121-b");
    assert_eq!(found(None).unwrap(), "20261121-b");
    let path = dir.join("20261121-bc");
    assert_eq!(resolve(dir, path.to_str()).unwrap(), path);
    assert_eq!(resolve(dir, path.join(JOURNAL).to_str()).unwrap(), path);
    match found(Some("202611")) {
        Err(JournalError::Ambiguous { matches, .. }) => assert_eq!(matches.len(), 3),
        other => panic!("{other:?}"),
    }
    for nothing in ["20261122", "", "x\u{1b}"] {
        let error = found(Some(nothing)).unwrap_err();
        assert!(matches!(error, JournalError::Unknown { .. }));
        assert!(!error.to_string().contains('\u{1b}'));
    }
    assert!(matches!(resolve(&dir.join("none"), None), Err(JournalError::NoSessions { .. })));
}

#[test]
fn a_list_says_what_each_came_to_and_hides_nothing_behind_a_broken_one() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    add(dir, "old", &[opened(-9)]);
    add(dir, "debate", &fixture::events());
    add(dir, "broken", &fixture::events());
    let journal = dir.join("broken").join(JOURNAL);
    let mut bytes = fs::read(&journal).unwrap();
    bytes[300] ^= 1;
    fs::write(&journal, bytes).unwrap();
    let listed = list(dir).unwrap();
    let names: Vec<&str> = listed.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["debate", "old", "broken"]);
    assert!(matches!(listed[2].summary, Err(JournalError::Damaged { line: 1, .. })));
    let summary = listed[0].summary.as_ref().unwrap();
    let session = fixture::session();
    assert_eq!(summary.entries as usize, session.entries().len());
    assert_eq!(summary.waves, session.wave().number);
    assert_eq!(summary.calls as usize, session.calls().len());
    assert_eq!(summary.models.len(), 2);
    assert_eq!(summary.tokens, 120 * session.calls().len() as u64);
    assert_eq!(summary.cost_nano, Some(1_000_000 * u64::from(summary.calls)));
    assert_eq!(summary.state, State::Open);
    let unpaid = listed[1].summary.as_ref().unwrap();
    assert_eq!((unpaid.calls, unpaid.cost_nano), (0, None));
    assert!(list(&dir.join("none")).unwrap().is_empty());
}

#[test]
fn sessions_lie_in_the_working_folder_where_it_has_a_place_for_them() {
    let here = tempfile::tempdir().unwrap();
    let data = Path::new("data");
    assert_eq!(default_dir(here.path(), data), data.join("sessions"));
    fs::create_dir(here.path().join("sessions")).unwrap();
    assert_eq!(default_dir(here.path(), data), here.path().join("sessions"));
}
