//! Nothing is configured: a server on this machine is found, announced and used, or the built-in panel debates.

use crate::support::model::Server;
use crate::support::{Ran, Scratch};
use std::io::Write;
use std::net::TcpListener;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

/// Runs with these base URLs in place of the usual ports.
fn run(scratch: &Scratch, probe: &str, args: &[&str]) -> Ran {
    Ran::of(scratch.conclave(args).env("CONCLAVE_PROBE", probe).output().unwrap())
}

/// A port that takes connections and never says a word.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    (listener, url)
}

/// Somebody else's program: a web page for whoever asks.
fn web_page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let page = "<!doctype html><title>A wiki</title>";
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n";
            let mut stream = stream;
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            let _ = write!(stream, "{head}content-length: {}\r\n\r\n{page}", page.len());
        }
    });
    url
}

#[test]
fn a_server_that_answers_is_announced_and_debates() {
    let (scratch, server) = (Scratch::new(), Server::agreeable());
    let (_held, hangs) = silent();
    let probe = format!("{hangs},{},{}", web_page(), server.url);
    let ran = run(&scratch, &probe, &["debate", TOPIC]).exits(0);
    let first = ran.err.lines().next().unwrap();
    for part in ["scripted", &server.url, "--model builtin"] {
        assert!(first.contains(part), "{first}");
    }
    assert!(!ran.err.contains("no language model"), "{}", ran.err);
    assert_eq!(ran.err.matches("Using ").count(), 1, "announced once, not for each seat");
    assert_eq!(server.seen().len(), 16);
    assert!(server.seen().iter().all(|seen| seen.authorization.is_none()), "a server that was found gets no key");
}

#[test]
fn it_can_be_refused_and_is_then_not_even_asked() {
    let (scratch, server) = (Scratch::new(), Server::agreeable());
    let ran = run(&scratch, &server.url, &["debate", TOPIC, "--model", "builtin"]).exits(0);
    assert!(ran.err.contains("no language model") && !ran.err.contains("Using "), "{}", ran.err);
    assert_eq!((server.seen().len(), server.listed()), (0, 0));
}

#[test]
fn without_a_server_that_talks_the_panel_debates() {
    let (_held, hangs) = silent();
    let closed = "http://127.0.0.1:9/v1";
    for probe in ["off", closed, hangs.as_str(), web_page().as_str(), &format!("{hangs},{closed},{}", web_page())] {
        let scratch = Scratch::new();
        let ran = run(&scratch, probe, &["debate", TOPIC, "--max-waves", "2"]).exits(3);
        assert!(ran.err.lines().next().unwrap().contains("no language model"), "{probe}: {}", ran.err);
    }
}
