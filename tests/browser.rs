//! The HTML document in a real browser, where there is one: what its script does, and that nothing in it does anything else.
//!
//! The browser's every request would go to a listener here, which counts them; what it has to complain of is on its standard
//! error. That both are seen is proved by a page that does everything wrong.

use crate::html::{between, exported, letters};
use crate::support::{Scratch, fold, keep, long};
use conclave::replay;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;
use std::time::Duration;

/// What a browser made of a page.
struct Seen {
    /// Its elements after its script has run.
    dom: String,
    /// What the console said.
    complaints: Vec<String>,
    /// The requests that left it.
    requests: Vec<String>,
}

impl Seen {
    /// The page, of which the browser had nothing to complain and which asked for nothing.
    #[track_caller]
    fn quiet(self) -> String {
        assert!(self.complaints.is_empty(), "{:#?}", self.complaints);
        assert!(self.requests.is_empty(), "{:#?}", self.requests);
        self.dom
    }
}

/// Opens `file` in the browser, without window or profile, for as long as its timers run; none where there is no browser.
fn browse(scratch: &Scratch, file: &Path, fragment: &str, more: &[&str]) -> Option<Seen> {
    if !Command::new("chromium").arg("--version").output().is_ok_and(|o| o.status.success()) {
        println!("skipped: there is no `chromium` on this machine");
        return None;
    }
    let listener = Listener::start();
    let profile = tempfile::tempdir_in(scratch.path()).unwrap();
    let mut command = Command::new("timeout");
    command.args([
        "180",
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.args(["--enable-logging=stderr", "--virtual-time-budget=600000", "--window-size=1280,900", "--dump-dom"]);
    // Even addresses of this machine go to the listener.
    command.args(["--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * 127.0.0.1"]);
    command.arg(format!("--proxy-server={}", listener.address));
    command.arg(format!("--user-data-dir={}", profile.path().display())).args(more);
    let output = command.arg(format!("file://{}{fragment}", file.display())).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let dom = String::from_utf8(output.stdout).unwrap();
    assert!(dom.contains("</html>"), "the browser gave nothing:\n{said}");
    let complaints = said.lines().filter(|l| l.contains("CONSOLE")).map(str::to_owned).collect();
    Some(Seen { dom, complaints, requests: listener.stop() })
}

/// What the browser asks for by itself, whatever page is open.
const OWN: [&str; 3] = ["google.com", "googleapis.com", "gstatic.com"];
const QUIT: &str = "QUIT";

/// Refuses every request and keeps its first line.
struct Listener {
    address: SocketAddr,
    heard: JoinHandle<Vec<String>>,
}

impl Listener {
    fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let heard = std::thread::spawn(move || {
            let mut heard = Vec::new();
            loop {
                let (stream, _) = socket.accept().unwrap();
                // A connection on which nothing is said must not keep the others waiting.
                stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
                let mut line = String::new();
                let _ = BufReader::new(&stream).read_line(&mut line);
                if line.trim() == QUIT {
                    return heard;
                }
                heard.push(line.trim().to_owned());
                let _ = (&stream).write_all(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            }
        });
        Self { address, heard }
    }

    /// What was asked for, but for what the browser asks for by itself.
    fn stop(self) -> Vec<String> {
        TcpStream::connect(self.address).unwrap().write_all(QUIT.as_bytes()).unwrap();
        let heard = self.heard.join().unwrap();
        heard.into_iter().filter(|line| !line.is_empty() && !OWN.iter().any(|own| line.contains(own))).collect()
    }
}

/// The letters on the board beside the replay.
fn shown(dom: &str) -> Vec<String> {
    let board = between(dom, "class=\"board small\"", "</table>");
    let rows = between(board, "<tbody>", "</tbody>").split("<tr").skip(1);
    let letter = |cell: &str| cell.split('<').next().unwrap().to_owned();
    rows.map(|row| row.split("<b aria-hidden=\"true\">").skip(1).map(letter).collect()).collect()
}

#[test]
fn what_a_page_does_wrong_is_seen() {
    let scratch = Scratch::new();
    let file = scratch.path().join("wrong.html");
    let page = "<!DOCTYPE html><html><body><img src=\"http://out.example/x\"><script>nosuch();</script></body></html>";
    std::fs::write(&file, page).unwrap();
    let Some(seen) = browse(&scratch, &file, "", &[]) else { return };
    assert!(seen.complaints.iter().any(|c| c.contains("nosuch")), "{:#?}", seen.complaints);
    assert!(seen.requests.iter().any(|r| r.contains("out.example")), "{:#?}", seen.requests);
}

#[test]
fn the_replay_comes_to_the_sessions_own_board() {
    let scratch = Scratch::new();
    let (file, _) = exported(&scratch);
    let Some(seen) = browse(&scratch, &file, "#play=16", &[]) else { return };
    let dom = seen.quiet();
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
fn a_link_to_an_entry_shows_everything() {
    let scratch = Scratch::new();
    let (file, _) = exported(&scratch);
    let Some(seen) = browse(&scratch, &file, "#e3", &[]) else { return };
    let dom = seen.quiet();
    assert!(between(&dom, "id=\"place\"", "/span>").contains(" of "));
    assert!(!between(&dom, "id=\"e3\"", ">").contains("hidden"));
}

/// What presses keys in the page and writes down where they lead.
const KEYS: &str = r#"
const seen = [];
const player = document.getElementById('player');
const note = () => seen.push([Number(player.dataset.at), document.getElementById('speed').value,
  document.querySelectorAll('.entry:not([hidden])').length, player.dataset.state || '']);
const press = (key, shiftKey) => {
  player.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: Boolean(shiftKey), bubbles: true }));
  note();
};
note();
press('Home'); press('ArrowRight'); press('ArrowRight'); press('ArrowLeft');
press('ArrowRight', true); press('End'); press('>'); press('>'); press('<'); press('=');
press('Home'); press(' '); press(' ');
const scrub = document.getElementById('scrub');
scrub.value = '5'; scrub.dispatchEvent(new Event('input')); note();
press('End');
const who = document.getElementById('by-who');
who.value = 'SUPERVISOR'; who.dispatchEvent(new Event('change')); note();
document.getElementById('clear').click(); note();
document.documentElement.dataset.seen = JSON.stringify(seen);
"#;

/// The page with a further script in it.
fn with_script(page: &str, script: &str) -> String {
    let policy = between(page, "script-src ", ";");
    let page = page.replacen(&format!("script-src {policy};"), "script-src 'unsafe-inline';", 1);
    page.replacen("</body>", &format!("<script>{script}</script></body>"), 1)
}

#[test]
fn the_keys_of_the_replay_do_what_they_say() {
    let scratch = Scratch::new();
    let (_, page) = exported(&scratch);
    let file: PathBuf = scratch.path().join("keys.html");
    std::fs::write(&file, with_script(&page, KEYS)).unwrap();
    let Some(seen) = browse(&scratch, &file, "", &["--force-prefers-reduced-motion"]) else { return };
    let dom = seen.quiet();
    let told = between(&dom, "data-seen=\"", "\"").replace("&quot;", "\"");
    let told: Vec<Value> = serde_json::from_str(&told).unwrap();
    let session = fold(&scratch.session());
    let last = session.entries().len();
    let wave = |n: u32| session.entries().iter().filter(|e| e.wave <= n).count();
    let supervisor = session.entries().iter().filter(|e| e.author.to_string() == "SUPERVISOR").count();
    let expected = [
        (last, "1", last, ""),
        (0, "1", 0, ""),
        (1, "1", 1, ""),
        (2, "1", 2, ""),
        (1, "1", 1, ""),
        (wave(1), "1", wave(1), ""),
        (last, "1", last, ""),
        (last, "2", last, ""),
        (last, "4", last, ""),
        (last, "2", last, ""),
        (last, "1", last, ""),
        (0, "1", 0, ""),
        (0, "1", 0, "playing"),
        (0, "1", 0, "paused"),
        (5, "1", 5, "paused"),
        (last, "1", last, "paused"),
        (last, "1", supervisor, "paused"),
        (last, "1", last, "paused"),
    ];
    let expected: Vec<Value> = expected.iter().map(|e| serde_json::to_value(e).unwrap()).collect();
    assert_eq!(told, expected);
}

/// What goes from marker to marker, to the end and back, and by the keys that the terminal has besides.
const MARKERS: &str = r#"
const seen = [];
const player = document.getElementById('player');
const press = (key) => {
  player.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  seen.push(Number(player.dataset.at));
  return seen.at(-1);
};
const last = Number(document.getElementById('scrub').max);
press('g');
while (press(']') < last);
while (press('[') > 0);
press('}'); press('}'); press('{'); press('G');
document.documentElement.dataset.seen = JSON.stringify(seen);
"#;

#[test]
fn the_markers_are_those_of_the_terminal() {
    let scratch = Scratch::new();
    let (_, page) = exported(&scratch);
    let file: PathBuf = scratch.path().join("markers.html");
    std::fs::write(&file, with_script(&page, MARKERS)).unwrap();
    let Some(seen) = browse(&scratch, &file, "", &["--force-prefers-reduced-motion"]) else { return };
    let dom = seen.quiet();
    let told: Vec<usize> = serde_json::from_str(between(&dom, "data-seen=\"", "\"")).unwrap();
    let timeline = replay::open(&scratch.session()).unwrap().timeline;
    let entries = timeline.markers().iter().map(|m| usize::try_from(m.entry.0).unwrap());
    let mut places: Vec<usize> = entries.filter(|entry| *entry > 0).collect();
    places.dedup();
    assert!(places.len() > 5 && places.last() == Some(&fold(&scratch.session()).entries().len()), "{places:?}");
    let back = places.iter().rev().skip(1).copied();
    let expected: Vec<usize> = [0]
        .into_iter()
        .chain(places.iter().copied())
        .chain(back)
        .chain([0, 1, 2, 1, *places.last().unwrap()])
        .collect();
    assert_eq!(told, expected);
}

/// Everything that a text may try in a page; each would leave its mark on the document, or ask for something.
fn hostile(entry: usize) -> String {
    let mark = "document.documentElement.setAttribute('data-struck', 1)";
    let table = format!("| {} |\n", "cell | ".repeat(200)).repeat(40);
    format!(
        "# Entry {entry}</h3></article></main><script>{mark}</script>\n\n<img src=http://out.example/i onerror=\"{mark}\">\n\
         [link](javascript:{mark}) ![pixel](http://out.example/p.png) <javascript:{mark}>\n\
         <a href=\"javascript:{mark}\">a</a><iframe src=http://out.example/f></iframe><base href=http://out.example/>\n\
         <meta http-equiv=refresh content=\"0;url=http://out.example/r\"><form action=http://out.example/><svg onload=\"{mark}\">\n\
         <style>@import 'http://out.example/s'; * {{ background: url(http://out.example/b) }}</style>\n\
         - <li onclick=\"{mark}\">\n> </blockquote><script>{mark}</script>\n\n\
         ```html\n</code></pre></script><script>{mark}</script><!--\n```\n\n--><![CDATA[ \u{202e}desrever \u{0} \u{1b}[2J\n\n{table}"
    )
}

#[test]
fn hostile_texts_stay_texts() {
    let scratch = Scratch::new();
    let topic = "Which?</title></script><script>document.documentElement.setAttribute('data-struck', 1)</script><img \
                 src=http://out.example/t onerror=alert(1)> \" onmouseover=\"x' {{7*7}} <!--";
    let folder = keep(&scratch, &long::debate_in(40, topic, hostile));
    let file = scratch.path().join("hostile.html");
    scratch.run(&["export", "--format", "html", "-o", file.to_str().unwrap()]).exits(0);
    let Some(seen) = browse(&scratch, &file, "#play=16", &[]) else { return };
    let dom = seen.quiet();
    assert!(!between(&dom, "<html", ">").contains("data-struck"), "a text was carried out");
    let body = dom.split_once("</style>").unwrap().1;
    for element in ["<img", "<iframe", "<base", "<form", "<svg", "<object", "<embed", "<link", "<style", "<li onclick"]
    {
        assert!(!body.contains(element), "{element}");
    }
    assert_eq!(body.matches("<script").count(), 2);
    // Within tags, that is: as text it may stand there.
    for tag in body.split('<').skip(1).map(|part| part.split('>').next().unwrap()) {
        let acts = tag.split(['"', ' ']).any(|word| word.starts_with("on") && word.ends_with('='));
        assert!(!tag.contains("javascript:") && !acts, "<{tag}>");
    }
    let session = fold(&folder);
    assert_eq!(dom.matches("<article class=\"entry").count(), session.entries().len());
    assert!(between(&dom, "id=\"player\"", ">").contains("data-state=\"ended\""));
    assert_eq!(shown(&dom)[..session.dockets().count()], letters(&session));
}
