//! Host and visitors over real sockets in one process, on virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::agent::pace::PaceChange;
use crate::config::Pace;
use crate::journal::Journal;
use crate::protocol::event::{Cause, Limits, Outcome};
use crate::protocol::tests::host::{SEATS, opening};
use crate::room::tests::{Script, Stage, agree, folded};
use crate::room::{Ended as Run, Granted, Live, Room, Say};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

const DONE: u8 = 0;
const STOPPED: u8 = 130;

/// A host whose door is open and whose room does not run yet, so that nobody comes late who is not meant to.
struct Host {
    room: Room,
    journal: Journal,
    door: Door,
}

impl Host {
    async fn open(stage: &Stage) -> Self {
        let (room, journal) = room(stage, agree()).await;
        let door = open(&room, &journal).unwrap();
        Self { room, journal, door }
    }

    /// Runs it to its end, as `conclave --host` does.
    fn run(self) -> JoinHandle<Run> {
        tokio::spawn(run(self.room, self.journal, self.door))
    }
}

async fn run(mut room: Room, journal: Journal, door: Door) -> Run {
    let ended = room.run().await.unwrap();
    drop(room);
    journal.close().await.unwrap();
    let exit = if matches!(ended, Run::Closed(_)) { DONE } else { STOPPED };
    door.close(Ended { exit, what: None, causes: vec![], hint: Some("read it".into()) }).await;
    ended
}

async fn room(stage: &Stage, script: Arc<Script>) -> (Room, Journal) {
    stage.open_with(opening(&SEATS, Limits::default()), stage.voices(script)).await
}

/// The bare socket, past its greeting.
async fn bare(folder: &Path) -> UnixStream {
    let mut stream = UnixStream::connect(place::find(folder).remove(0)).await.unwrap();
    let mut first = [0; 4096];
    let read = stream.read(&mut first).await.unwrap();
    assert!(first[..read].starts_with(b"{\"conclave_door\":1,"));
    stream
}

fn is_consensus(ended: &Run) -> bool {
    matches!(ended, Run::Closed(Outcome::Consensus { .. }))
}

fn direct(text: &str) -> Request {
    Request::Say(Say::Direct { text: text.to_owned() })
}

/// Everything until the end, and the end.
async fn listen(visitor: &mut Visitor) -> (Vec<News>, Option<Ended>) {
    let mut heard = Vec::new();
    while let Some(news) = visitor.next().await {
        match news {
            News::Ended(ended) => {
                assert_eq!(visitor.next().await, None, "nothing follows the end");
                return (heard, Some(ended));
            }
            news => heard.push(news),
        }
    }
    (heard, None)
}

#[tokio::test(start_paused = true)]
async fn two_visitors_hear_the_same_and_one_speaks() {
    let stage = Stage::new();
    let host = Host::open(&stage).await;
    let (mut first, mut second) =
        (Visitor::knock(&stage.at()).await.unwrap(), Visitor::knock(&stage.at()).await.unwrap());
    let host = host.run();
    let line = first.line();
    let speaking = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let said = line.ask(direct("It must work offline.")).await;
        let refused = line.ask(direct(" ")).await.unwrap_err();
        (said, refused.to_string(), line)
    });
    let ((heard, ended), (also, too)) = tokio::join!(listen(&mut first), listen(&mut second));
    assert!(is_consensus(&host.await.unwrap()));
    assert_eq!((ended.unwrap().hint.as_deref(), too.unwrap().exit), (Some("read it"), DONE));
    let lives = |news: &[News]| news.iter().filter(|n| matches!(n, News::Live(_))).cloned().collect::<Vec<_>>();
    assert!(lives(&heard).len() > 20 && lives(&heard) == lives(&also));
    assert!(heard.contains(&News::Grew));
    let (said, refused, line) = speaking.await.unwrap();
    assert_eq!(said, Ok(Granted::Held));
    assert!(refused.contains("a direction needs words"), "{refused}");
    assert_eq!(folded(&stage.at()).directions().len(), 1);
    assert!(line.ask(direct("Too late.")).await.unwrap_err().to_string().contains("nobody runs"));
    assert!(matches!(Visitor::knock(&stage.at()).await, Err(Closed::Nobody { .. })));
    assert!(place::find(&stage.at()).is_empty(), "the socket is gone");
}

#[tokio::test(start_paused = true)]
async fn a_late_visitor_gets_what_grows_from_its_beginning_and_what_is_steered() {
    let stage = Stage::new();
    let host = Host::open(&stage).await;
    let mut early = Visitor::knock(&stage.at()).await.unwrap();
    let host = host.run();
    // In the middle of the positions, each of which has said its first brace.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let line = early.line();
    line.ask(Request::Pause(true)).await.unwrap();
    line.ask(Request::Pace(PaceChange::Set(Pace::FAST))).await.unwrap();
    let mut late = Visitor::knock(&stage.at()).await.unwrap();
    let Some(News::Growing(growing)) = late.next().await else { panic!("growing first") };
    let seen: Vec<(String, &str)> = growing.iter().map(|g| (g.author.to_string(), g.text.as_str())).collect();
    let expected = ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"].map(|tag| (tag.to_owned(), "{"));
    let mut sorted = expected.to_vec();
    sorted.sort();
    assert_eq!(seen.len(), 4);
    assert!(sorted.iter().all(|s| seen.contains(s)), "{seen:?}");
    let then = [late.next().await.unwrap(), late.next().await.unwrap(), late.next().await.unwrap()];
    assert_eq!(then, [News::Paused(true), News::Pace(Pace::FAST), News::Grew]);
    line.ask(Request::Pause(false)).await.unwrap();
    let ((_, ended), (heard, _)) = tokio::join!(listen(&mut early), listen(&mut late));
    assert_eq!(ended.unwrap().exit, DONE);
    assert!(heard.contains(&News::Paused(false)));
    let over = heard.iter().filter(|n| matches!(n, News::Live(Live::Over { .. }))).count();
    assert!(over >= 4, "the replies in flight came to their end");
    host.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_visitor_that_never_reads_misses_pieces_and_holds_nobody_up() {
    let stage = Stage::new();
    // Far more pieces than any queue or socket holds.
    stage.chatter(2_000);
    let host = Host::open(&stage).await;
    // One does not even read its socket; one reads it, but nobody takes its news until the end.
    let mut deaf = bare(&stage.at()).await;
    let mut slow = Visitor::knock(&stage.at()).await.unwrap();
    let mut quick = Visitor::knock(&stage.at()).await.unwrap();
    let host = host.run();
    let (_, ended) = listen(&mut quick).await;
    assert_eq!(ended.unwrap().exit, DONE);
    assert!(is_consensus(&host.await.unwrap()));
    assert_eq!(slow.line().ask(Request::Stop).await.unwrap_err().reasons.len(), 1, "answers need no reader of news");
    let (heard, ended) = listen(&mut slow).await;
    assert!(ended.is_some(), "it hears of the end all the same");
    let pieces = heard.iter().filter(|n| matches!(n, News::Live(Live::Piece { .. }))).count();
    assert!(pieces < 10_000, "{pieces} pieces were kept for a reader who did not come");
    let resets = heard.iter().filter(|n| matches!(n, News::Growing(_))).count();
    assert!(resets >= 2, "it was told what holds after what it missed");
    let mut rest = Vec::new();
    deaf.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() < 4_000_000, "{} bytes waited for a reader who did not come", rest.len());
}

#[tokio::test(start_paused = true)]
async fn garbage_and_huge_lines_are_refused_and_harm_nobody() {
    let stage = Stage::new();
    let host = Host::open(&stage).await;
    let mut good = Visitor::knock(&stage.at()).await.unwrap();
    let host = host.run();
    let huge = vec![b'a'; wire::MAX_REQUEST + 100];
    for bytes in [&b"I am no JSON\n"[..], b"{\"id\":1,\"request\":\"fly\"}\n", b"\xff\xfe\n", b"[]\n", &huge] {
        let mut bad = bare(&stage.at()).await;
        // The host may shut the connection before it has read everything.
        let _ = bad.write_all(bytes).await;
        let mut told = Vec::new();
        let _ = bad.read_to_end(&mut told).await;
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("this is no request"), "{told}");
    }
    // Somebody goes in the middle of a line.
    bare(&stage.at()).await.write_all(b"{\"id\":1,\"requ").await.unwrap();
    assert_eq!(good.line().ask(Request::Pause(false)).await, Ok(Granted::Done));
    assert_eq!(listen(&mut good).await.1.unwrap().exit, DONE);
    assert!(is_consensus(&host.await.unwrap()));
}

#[tokio::test(start_paused = true)]
async fn where_no_host_lives_nobody_opens_and_the_next_host_clears_up() {
    let stage = Stage::new();
    assert!(matches!(Visitor::knock(&stage.at()).await, Err(Closed::Nobody { .. })), "no session");
    let (room, journal) = room(&stage, agree()).await;
    // What a host leaves that was killed.
    let socket = stage.at().join("door.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(socket.exists());
    let closed = Visitor::knock(&stage.at()).await.unwrap_err();
    assert!(matches!(closed, Closed::Nobody { .. }) && closed.to_string().contains("nobody runs"));
    let door = open(&room, &journal).unwrap();
    assert!(Visitor::knock(&stage.at()).await.is_ok());
    run(room, journal, door).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_is_not_the_host_of_this_session_is_told_nothing() {
    let stage = Stage::new();
    let (_room, _journal) = room(&stage, agree()).await;
    for (greeting, why) in [
        ("hello\n", "does not greet"),
        ("{\"conclave_door\":9,\"session\":\"test\"}\n", "another version"),
        ("{\"conclave_door\":1,\"session\":\"other\"}\n", "another session"),
        ("", "does not answer"),
    ] {
        let socket = stage.at().join("door.sock");
        let listener = tokio::net::UnixListener::bind(&socket).unwrap();
        let stranger = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(greeting.as_bytes()).await.unwrap();
            let mut told = Vec::new();
            stream.read_to_end(&mut told).await.unwrap();
            told
        });
        let closed = Visitor::knock(&stage.at()).await.unwrap_err();
        assert!(closed.to_string().contains(why), "{closed}");
        assert!(stranger.await.unwrap().is_empty(), "not a word was said to it");
        std::fs::remove_file(socket).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_owner_that_vanishes_takes_the_session_with_it_and_one_that_detaches_does_not() {
    for detaches in [false, true] {
        let stage = Stage::new();
        let host = Host::open(&stage).await;
        let mut watcher = Visitor::knock(&stage.at()).await.unwrap();
        let owner = Visitor::knock(&stage.at()).await.unwrap();
        let line = owner.line();
        assert_eq!(line.ask(Request::Own).await, Ok(Granted::Done));
        let host = host.run();
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        if detaches {
            assert_eq!(line.ask(Request::Detach).await, Ok(Granted::Done));
        }
        drop(owner);
        let ended = host.await.unwrap();
        match detaches {
            true => assert!(is_consensus(&ended)),
            false => assert!(matches!(ended, Run::Suspended { cause: Cause::Interrupted, .. })),
        }
        let exit = listen(&mut watcher).await.1.unwrap().exit;
        assert_eq!(exit, if detaches { DONE } else { STOPPED });
    }
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_leaves_changes_nothing() {
    let stage = Stage::new();
    let host = Host::open(&stage).await;
    drop(Visitor::knock(&stage.at()).await.unwrap());
    let host = host.run();
    assert!(is_consensus(&host.await.unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_host_can_wait_for_its_owner() {
    let stage = Stage::new();
    let (room, journal) = room(&stage, agree()).await;
    let door = open(&room, &journal).unwrap();
    let _watcher = Visitor::knock(&stage.at()).await.unwrap();
    assert!(!door.claimed(Duration::from_secs(15)).await, "a watcher is no owner");
    let owner = Visitor::knock(&stage.at()).await.unwrap();
    owner.line().ask(Request::Own).await.unwrap();
    assert!(door.claimed(Duration::from_secs(15)).await);
}

#[tokio::test(start_paused = true)]
async fn a_visitor_can_stop_the_session() {
    let stage = Stage::new();
    let host = Host::open(&stage).await;
    let mut visitor = Visitor::knock(&stage.at()).await.unwrap();
    let host = host.run();
    visitor.line().ask(Request::Stop).await.unwrap();
    assert_eq!(listen(&mut visitor).await.1.unwrap().exit, STOPPED);
    assert!(matches!(host.await.unwrap(), Run::Suspended { .. }));
}

#[test]
fn what_goes_through_the_door_reads_back() {
    let retry = crate::agent::speaker::Piece::Retry {
        attempt: 1,
        of: 5,
        cause: "429".into(),
        wait: Duration::from_millis(1_500),
    };
    let author: crate::protocol::Author = "BACKEND".parse().unwrap();
    for news in [
        News::Live(Live::Piece { author: author.clone(), piece: retry }),
        News::Live(Live::Over { author: author.clone() }),
        News::Growing(vec![Growing { author, text: "{\"\u{1b}[2J".into(), thought: String::new() }]),
        News::Grew,
        News::Paused(true),
        News::Pace(Pace::OFF),
        News::Ended(Ended { exit: 4, what: Some("w".into()), causes: vec!["c".into()], hint: None }),
    ] {
        let line = wire::line(&news).unwrap();
        assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1);
        assert_eq!(serde_json::from_slice::<News>(&line).unwrap(), news);
    }
    for request in [direct("x"), Request::Own, Request::Pace(PaceChange::Set(Pace::READING)), Request::Pause(true)] {
        assert_eq!(serde_json::from_slice::<Request>(&wire::line(&request).unwrap()).unwrap(), request);
    }
}
