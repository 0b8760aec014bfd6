//! The HTML document as the program writes it, and in a browser where there is one.

use crate::support::{Scratch, fold};
use conclave::protocol::docket::Stance;
use conclave::protocol::{Event, Session};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

/// A debate of the built-in panel, and its page.
fn exported(scratch: &Scratch) -> (PathBuf, String) {
    scratch.run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    let file = scratch.path().join("page.html");
    scratch.run(&["export", "--format", "html", "-o", file.to_str().unwrap()]).exits(0);
    let page = std::fs::read_to_string(&file).unwrap();
    (file, page)
}

/// The letters of every row of the board, as it should be shown.
fn letters(session: &Session) -> Vec<String> {
    let letter = |stance| match stance {
        Stance::Agrees => 'A',
        Stance::Stale => 'a',
        Stance::Objects => 'X',
        Stance::Asks => '?',
        Stance::Silent => '·',
    };
    session.dockets().map(|d| session.seats().map(|s| letter(session.stance(s, d.id))).collect()).collect()
}

/// What stands between `start` and `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap_or_else(|| panic!("'{start}' is missing")).1.split(end).next().unwrap()
}

#[test]
fn the_boards_in_the_page_are_those_of_the_journal() {
    let scratch = Scratch::new();
    let (_, page) = exported(&scratch);
    let data = between(&page, "<script type=\"application/json\" id=\"boards\">", "</script>");
    let data: Value = serde_json::from_str(data).unwrap();
    let loaded = conclave::journal::read(&scratch.session()).unwrap();
    let mut events = loaded.events();
    let mut session = Session::open(events.next().unwrap()).unwrap();
    let mut compared = 0;
    for event in events {
        session.apply(event).unwrap();
        if !matches!(event, Event::Revealed { .. }) {
            continue;
        }
        // Each row as its last change up to here left it, as the script does it.
        let mut shown = vec![""; session.dockets().count()];
        let reached = |c: &&Value| c[0].as_u64().unwrap() <= session.entries().len() as u64;
        for change in data["changes"].as_array().unwrap().iter().filter(reached) {
            if let Some(row) = shown.get_mut(change[1].as_u64().unwrap() as usize) {
                *row = change[2].as_str().unwrap();
            }
        }
        assert_eq!(shown, letters(&session), "after {} entries", session.entries().len());
        compared += 1;
    }
    assert!(compared > 4, "{compared} waves");
}

/// The browser, without window, network or a profile; killed after two minutes. None where there is no browser.
fn browse(profile: &Path, address: &str) -> Option<Output> {
    let there = Command::new("chromium").arg("--version").output().is_ok_and(|o| o.status.success());
    if !there {
        println!("skipped: there is no `chromium` on this machine");
        return None;
    }
    let mut command = Command::new("timeout");
    command.args([
        "120",
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.args(["--enable-logging=stderr", "--virtual-time-budget=600000", "--window-size=1280,900", "--dump-dom"]);
    command.arg(format!("--user-data-dir={}", profile.display())).arg(address);
    Some(command.output().unwrap())
}

/// The page's elements after its script has run, and that the browser had nothing to complain of.
fn dom(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<&str> = said.lines().filter(|l| l.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    let dom = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(dom.contains("</html>"), "the browser gave nothing:\n{said}");
    dom
}

/// The letters on the board beside the replay.
fn shown(dom: &str) -> Vec<String> {
    let board = between(dom, "<table class=\"board small\">", "</table>");
    let rows = between(board, "<tbody>", "</tbody>").split("<tr").skip(1);
    let letter = |cell: &str| cell.split('<').next().unwrap().to_owned();
    rows.map(|row| row.split("<b aria-hidden=\"true\">").skip(1).map(letter).collect()).collect()
}

#[test]
fn in_a_browser_the_replay_comes_to_the_sessions_own_board() {
    let scratch = Scratch::new();
    let (file, _) = exported(&scratch);
    let profile = scratch.path().join("profile");
    let Some(output) = browse(&profile, &format!("file://{}#play=16", file.display())) else { return };
    let dom = dom(&output);
    let session = fold(&scratch.session());
    let last = session.entries().len();
    let player = between(&dom, "id=\"player\"", ">");
    assert!(player.contains("data-state=\"ended\"") && player.contains(&format!("data-at=\"{last}\"")), "{player}");
    assert!(!player.contains("hidden"), "the script did not run");
    assert!(between(&dom, "id=\"status\"", "/p>").contains("The replay is at its end"));
    let mut expected = letters(&session);
    expected.push("A".repeat(session.seats().count()));
    assert_eq!(shown(&dom), expected);
    let entries = dom.split("<article class=\"entry").skip(1).map(|e| e.split('>').next().unwrap());
    assert!(entries.clone().count() == last && entries.clone().all(|e| !e.contains("hidden")));
}

#[test]
fn in_a_browser_a_link_to_an_entry_shows_everything() {
    let scratch = Scratch::new();
    let (file, _) = exported(&scratch);
    let profile = scratch.path().join("profile");
    let Some(output) = browse(&profile, &format!("file://{}#e3", file.display())) else { return };
    let dom = dom(&output);
    assert!(between(&dom, "id=\"place\"", "/span>").contains(" of "));
    assert!(!between(&dom, "id=\"e3\"", ">").contains("hidden"));
}
