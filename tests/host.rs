//! The room in a process of its own: visited, spoken to, left, killed.

use crate::support::model::{Act, Server, dutiful};
use crate::support::{Scratch, fold};
use conclave::agent::pace::PaceChange;
use conclave::agent::panel::Panel;
use conclave::cli::Exit;
use conclave::cli::host::{Failed, Hosted, launch};
use conclave::config::Pace;
use conclave::door::{Closed, Ended, News, Request, Visitor};
use conclave::protocol::event::{Cause, Outcome};
use conclave::protocol::session::Life;
use conclave::protocol::{Author, Session};
use conclave::room::{Granted, Say};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";
/// Slow enough that nothing ends before it is meant to.
const SLOW: [&str; 4] = ["--model", "builtin", "--pace", "30"];

/// The arguments of a host.
fn hosting<'a>(verb: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [&["--host"], verb, more].concat()
}

async fn start(scratch: &Scratch, args: &[&str]) -> Result<Hosted, Failed> {
    launch(scratch.conclave(args)).await
}

/// A host that nobody owns yet, and its session's folder.
fn unowned(scratch: &Scratch, args: &[&str]) -> (Child, PathBuf) {
    let mut child = scratch.conclave(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let opened: serde_json::Value = serde_json::from_str(&line).unwrap();
    (child, PathBuf::from(opened["door"].as_str().unwrap()))
}

/// Waits until the journal has grown so far that `which` holds.
async fn until(visitor: &mut Visitor, folder: &Path, which: impl Fn(&Session) -> bool) {
    while let Some(news) = visitor.next().await {
        if news == News::Grew && which(&fold(folder)) {
            return;
        }
    }
    panic!("the host ended first: {:?}", fold(folder).life());
}

async fn end(visitor: &mut Visitor) -> Option<Ended> {
    while let Some(news) = visitor.next().await {
        if let News::Ended(ended) = news {
            return Some(ended);
        }
    }
    None
}

fn as_fast_as_can_be() -> Request {
    Request::Pace(PaceChange::Set(Pace::OFF))
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn is_suspended(folder: &Path) -> bool {
    matches!(fold(folder).life(), Life::Suspended(Cause::Interrupted))
}

fn is_consensus(folder: &Path) -> bool {
    matches!(fold(folder).outcome(), Some(Outcome::Consensus { .. }))
}

#[tokio::test]
async fn a_debate_is_watched_spoken_to_from_another_terminal_and_left_to_its_end() {
    let scratch = Scratch::new();
    let Hosted { mut child, folder, notes, visitor: mut owner } =
        start(&scratch, &hosting(&["debate", TOPIC], &SLOW)).await.unwrap();
    assert!(notes.contains("no language model"), "{notes}");
    let name = folder.file_name().unwrap().to_str().unwrap();
    let said = scratch.run(&["post", name, "Think of the auditors."]).exits(0);
    assert!(said.out.contains("when the turn that is under way ends"), "{}", said.out);
    let said = scratch.run(&["post", name, "Is it safe?", "--to", "SECURITY", "--json"]).exits(0);
    assert!(said.out.contains("\"held\":true"), "{}", said.out);
    scratch.run(&["post", name, "No.", "--answer", "Q99"]).exits(2).complains(&["there is no Q99"]);
    let mut watcher = Visitor::knock(&folder).await.unwrap();
    let line = owner.line();
    line.ask(as_fast_as_can_be()).await.unwrap();
    until(&mut owner, &folder, |s| s.entries().iter().any(|e| e.author == Author::Human)).await;
    // It may have ended meanwhile, as fast as it goes now: then there is nothing to detach from.
    let detached = line.ask(Request::Detach).await;
    drop(owner);
    let ended = end(&mut watcher).await.unwrap();
    assert_eq!((ended.exit, ended.what), (0, None), "{detached:?}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(is_consensus(&folder) && folder.join("consensus.md").exists());
    let session = fold(&folder);
    assert_eq!(session.directions().len(), 1);
    assert!(session.issues().iter().any(|i| i.by == Author::Human && !i.is_open()));
    let left = ["door.sock", "door", "host.log"].map(|name| folder.join(name).exists());
    assert_eq!(left, [false; 3], "what only a host needs goes with it");
    scratch.run(&["verify"]).exits(0);
    scratch.run(&["post", name, "Too late."]).exits(2).complains(&["nobody runs", "resume"]);
}

#[tokio::test]
async fn detached_from_it_goes_on_and_a_later_visitor_can_pause_and_stop_it() {
    let scratch = Scratch::new();
    let Hosted { mut child, folder, visitor: owner, .. } =
        start(&scratch, &hosting(&["debate", TOPIC], &SLOW)).await.unwrap();
    assert_eq!(owner.line().ask(Request::Detach).await, Ok(Granted::Done));
    drop(owner);
    let mut watcher = Visitor::knock(&folder).await.unwrap();
    let line = watcher.line();
    // Paused before the first wave is asked, nothing would ever be said.
    until(&mut watcher, &folder, |s| s.wave().asked).await;
    line.ask(Request::Pause(true)).await.unwrap();
    line.ask(as_fast_as_can_be()).await.unwrap();
    until(&mut watcher, &folder, |s| s.entries().len() == 1 && !s.wave().asked).await;
    let said = line.ask(Request::Say(Say::Direct { text: "Before we go on: keep it cheap.".into() })).await;
    assert_eq!(said, Ok(Granted::Entry(fold(&folder).last_entry())), "nobody was asked in the pause");
    line.ask(Request::Stop).await.unwrap();
    assert_eq!(end(&mut watcher).await.unwrap().exit, 130);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(is_suspended(&folder));
    scratch.run(&["resume"]).exits(0);
    assert!(is_consensus(&folder));
}

/// Not a test: the owner that the next test kills, in a process of its own.
#[tokio::test]
#[ignore = "the next test runs it"]
async fn an_owner_in_a_process_of_its_own() {
    let Some(folder) = std::env::var_os("CONCLAVE_TEST_FOLDER") else { return };
    let owner = Visitor::knock(Path::new(&folder)).await.unwrap();
    owner.line().ask(Request::Own).await.unwrap();
    println!("\nowned");
    std::future::pending::<()>().await;
}

#[test]
fn kill_9_of_the_owner_suspends_the_session_and_it_can_be_resumed() {
    let scratch = Scratch::new();
    let (mut host, folder) = unowned(&scratch, &hosting(&["debate", TOPIC], &SLOW));
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "host::an_owner_in_a_process_of_its_own", "--ignored", "--nocapture"])
        .env("CONCLAVE_TEST_FOLDER", &folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(owner.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(told.any(|line| line == "owned"));
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert_eq!(host.wait().unwrap().code(), Some(130));
    assert!(is_suspended(&folder));
    let resumed = scratch.run(&["resume", "--say", "Think of the auditors."]).exits(0);
    assert!(is_consensus(&folder) && resumed.out.contains("Think of the auditors."), "{}", resumed.out);
    assert_eq!(fold(&folder).directions().len(), 1);
}

#[test]
fn signals_to_the_host_suspend_with_nothing_lost_and_the_terminals_do_not_reach_it() {
    for name in ["INT", "TERM", "HUP"] {
        let scratch = Scratch::new();
        // ARCHITECT never answers: the signal comes when three of four positions are in.
        let server = Server::start(Duration::ZERO, |seen| {
            let silent = seen.seat() == "ARCHITECT" && seen.kind() == "position";
            if silent { Act::Hang } else { Act::Say(dutiful(seen)) }
        });
        let mended = Server::agreeable();
        tokio::runtime::Runtime::new().unwrap().block_on(stopped_by(name, &scratch, [&server.url, &mended.url]));
        let positions = mended.seen().iter().filter(|s| s.kind() == "position").count();
        assert_eq!(positions, 1, "what was paid for is not asked again");
    }
}

async fn stopped_by(name: &str, scratch: &Scratch, [url, mended]: [&str; 2]) {
    let model = ["--model", "scripted", "--base-url", url];
    let Hosted { mut child, folder, mut visitor, .. } =
        start(scratch, &hosting(&["debate", TOPIC], &model)).await.unwrap();
    until(&mut visitor, &folder, |s| s.wave().held.len() == 3).await;
    signal(&child, name);
    assert_eq!(end(&mut visitor).await.unwrap().exit, 130);
    assert_eq!(child.wait().unwrap().code(), Some(130), "SIG{name}");
    assert!(is_suspended(&folder));
    let model = ["--model", "scripted", "--base-url", mended];
    let Hosted { mut child, mut visitor, .. } = start(scratch, &hosting(&["resume"], &model)).await.unwrap();
    // Whoever leads a session bears its number: the terminal's keys and end go to another.
    let leads = std::fs::read_to_string(format!("/proc/{}/stat", child.id()));
    if let Ok(stat) = leads {
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        assert_eq!(fields[3], child.id().to_string());
    }
    assert_eq!(end(&mut visitor).await.unwrap().exit, 0);
    child.wait().unwrap();
    assert!(is_consensus(&folder));
}

#[tokio::test]
async fn a_killed_host_is_noticed_and_leaves_nothing_in_the_way() {
    let scratch = Scratch::new();
    let Hosted { mut child, folder, mut visitor, .. } =
        start(&scratch, &hosting(&["debate", TOPIC], &SLOW)).await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(end(&mut visitor).await, None);
    assert!(folder.join("door.sock").exists());
    assert!(matches!(Visitor::knock(&folder).await, Err(Closed::Nobody { .. })));
    let name = folder.file_name().unwrap().to_str().unwrap();
    scratch.run(&["post", name, "Anybody?"]).exits(2).complains(&["nobody runs"]);
    scratch.run(&["resume"]).exits(0);
    assert!(is_consensus(&folder) && !folder.join("door.sock").exists());
}

#[tokio::test]
async fn what_fails_before_the_door_is_open_is_told_as_ever_and_later_by_the_door() {
    let scratch = Scratch::new();
    let slip = start(&scratch, &hosting(&["debate", TOPIC], &["--seat", "SECRITY=builtin"])).await.unwrap_err();
    assert_eq!(slip.exit, Exit::Usage);
    assert!(slip.told.contains("SECRITY") && slip.told.contains("Hint: "), "{}", slip.told);
    let clap = start(&scratch, &hosting(&["debate"], &[])).await.unwrap_err();
    assert!(clap.exit == Exit::Usage && clap.told.contains("Usage"), "{}", clap.told);

    std::fs::write(scratch.path().join("conclave.toml"), "[endpoint]\nretries = 0\n").unwrap();
    let absent = ["--model", "m", "--base-url", "http://127.0.0.1:9/v1"];
    let hosted = start(&scratch, &hosting(&["debate", TOPIC], &absent)).await.unwrap();
    let (mut child, mut visitor) = (hosted.child, hosted.visitor);
    let ended = end(&mut visitor).await.unwrap();
    assert_eq!(ended.exit, 4);
    assert!(ended.what.unwrap().contains("could not begin") && ended.hint.is_some());
    assert_eq!(child.wait().unwrap().code(), Some(4));
    assert!(scratch.found().is_empty(), "nothing half-made is left: {:?}", scratch.found());
}

#[tokio::test]
async fn a_person_holds_a_seat_through_the_door() {
    let scratch = Scratch::new();
    let person = ["--model", "builtin", "--pace", "off", "--seat", "ARCHITECT=human"];
    let Hosted { mut child, folder, mut visitor, .. } =
        start(&scratch, &hosting(&["debate", TOPIC], &person)).await.unwrap();
    let line = visitor.line();
    // The person thinks as the built-in panel does, but for one slip.
    let panel = Panel::builtin(0).unwrap();
    let me: Author = "ARCHITECT".parse().unwrap();
    let mut slipped = None;
    let ended = loop {
        match visitor.next().await.unwrap() {
            News::Ended(ended) => break ended,
            News::Grew => {}
            _ => continue,
        }
        let session = fold(&folder);
        let ask = session.asks().into_iter().find(|a| a.author == me);
        let running = *session.life() == Life::Running && session.wave().asked;
        let Some(ask) = ask.filter(|_| running && !session.has_answered(&me)) else { continue };
        let reply = panel.reply(&session, &ask);
        let seat = me.seat().unwrap().clone();
        if slipped.is_none() {
            let empty = conclave::protocol::Reply { moves: vec![], ..reply.clone() };
            let refused = line.ask(Request::Reply { seat: seat.clone(), reply: empty }).await.unwrap_err();
            slipped = Some(refused.to_string());
        }
        // The answer may have come since the journal was read: then the seat is not asked any more.
        let _ = line.ask(Request::Reply { seat, reply }).await;
    };
    assert_eq!((ended.exit, ended.what), (0, None));
    assert!(slipped.unwrap().contains("give a position"));
    child.wait().unwrap();
    let session = fold(&folder);
    assert_eq!(session.opening().seats.iter().find(|s| s.tag == *me.seat().unwrap()).unwrap().speaker.model, "human");
    assert!(session.opening().human);
    assert!(session.entries().iter().any(|e| e.author == me && e.model.as_deref() == Some("human")));
    assert!(is_consensus(&folder));
    scratch.run(&["verify"]).exits(0);
}

#[test]
fn a_seat_held_by_a_person_needs_a_screen_and_the_supervisors_is_no_seat() {
    let scratch = Scratch::new();
    for form in ["--plain", "--json"] {
        let refused = scratch.run(&["debate", TOPIC, "--model", "builtin", "--seat", "ARCHITECT=human", form]).exits(2);
        refused.complains(&["ARCHITECT is held by a person", "--seat ARCHITECT=MODEL"]);
    }
    scratch.run(&["--host", "debate", TOPIC, "--model", "human"]).exits(2).complains(&["SUPERVISOR cannot be held"]);
    assert!(scratch.found().is_empty());
}

#[test]
fn a_debate_in_plain_lines_can_be_spoken_to_as_well() {
    let scratch = Scratch::new();
    let server = Server::start(Duration::from_millis(300), |seen| Act::Say(dutiful(seen)));
    let args = ["debate", TOPIC, "--model", "scripted", "--base-url", &server.url];
    let mut child = scratch.conclave(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("[SUPERVISOR]")), "the framework is there");
    let folder = scratch.session();
    let name = folder.file_name().unwrap().to_str().unwrap();
    scratch.run(&["post", name, "Think of the auditors."]).exits(0);
    let rest: Vec<String> = lines.collect();
    assert!(rest.iter().any(|line| line.contains("[HUMAN]")) && rest.iter().any(|line| line.contains("auditors")));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(fold(&folder).directions().len(), 1);
}

#[test]
fn a_direction_before_going_on_is_refused_before_anything_is_written() {
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--max-waves", "3"]).exits(3);
    let journal = scratch.session().join("journal.jsonl");
    let before = std::fs::read(&journal).unwrap();
    scratch.run(&["resume", "--say", "  "]).exits(2).complains(&["cannot be given", "needs words"]);
    assert_eq!(std::fs::read(&journal).unwrap(), before);
    scratch.run(&["resume", "--say", "Think of the auditors."]).exits(0);
    assert_eq!(fold(&scratch.session()).directions().len(), 1);
}
