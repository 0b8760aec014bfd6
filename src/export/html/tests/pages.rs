//! Whole pages.

use super::page;
use crate::export::html::{SCRIPT, STYLE, text};
use crate::export::tests::builder::{Setting, Table, agreed, blocked, drafted, frame, reply};
use crate::export::tests::kinds;
use crate::export::{Document, ExportError, Exporter, Html, Provenance};
use crate::protocol::event::{Cause, Limits};
use crate::protocol::tests::host;
use crate::protocol::{EntryNumber, Session};
use std::io::Write;
use std::process::{Command, Stdio};

fn hostile() -> Session {
    let clause = "</script><script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:alert(1)) \u{202e}x\u{0}\u{2028}\n\
                  | a | b |\n| --- | --- |\n| <td> | 1 |\n```html\n</pre></script><!--\n```";
    let setting = Setting {
        topic: "Topic</title><script>alert(1)</script>\n\n<h1>Forged</h1> &lt;",
        models: ["\"><b onclick='x'>", "</dd>", "<!--"],
        ..Setting::default()
    };
    let mut table = drafted(setting, "</h1></title><script>x</script>\" onload=\"y", clause);
    let reason = "</section><script>".to_owned();
    table.suspend(Cause::Unreachable { author: "SECURITY".parse().unwrap(), reason });
    table.session
}

/// Every page there is a test for.
fn all() -> Vec<(&'static str, Session)> {
    let mut all = kinds::all();
    all.extend([("hostile page", hostile()), ("long", long())]);
    all
}

/// A debate of a hundred entries and more: one seat objects to every head.
fn long() -> Session {
    let limits = Limits { mediations: 30, waves: 200, ..Limits::default() };
    let mut host = host::Host::with(host::opening(&host::SEATS, limits));
    host.run_until(
        |session, ask| {
            let judge = |author: &crate::protocol::Author, _| match author.to_string().as_str() {
                "SECURITY" => host::Judge::Object,
                _ => host::Judge::Agree,
            };
            let mut given = host::dutiful(session, ask, 2, judge);
            given.content = "A paragraph as a model writes it, of a few lines, with `code` and a reason. ".repeat(6);
            given
        },
        |session| session.entries().len() >= 100,
    );
    host.session
}

/// The names of all elements, and the attributes they came with, in order.
fn tags(page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for part in page.split('<').skip(1) {
        let inner = part.split('>').next().unwrap();
        found.push(inner.split_once([' ', '\n']).unwrap_or((inner, "")));
    }
    found
}

#[test]
fn a_page_holds_no_element_that_this_program_did_not_write() {
    const KNOWN: &str = "!DOCTYPE a article b blockquote body button caption code dd details div dl dt figcaption figure \
                         footer h1 h2 h3 h4 head header html i input kbd label li main meta nav option p pre script section \
                         select span strong style summary table tbody td th thead time title tr ul";
    for (name, session) in all() {
        let page = page(&session).replacen(SCRIPT.as_str(), "", 1);
        for (tag, attributes) in tags(&page) {
            assert!(KNOWN.split_whitespace().any(|k| k == tag.trim_start_matches('/')), "{name}: <{tag}>");
            for attribute in attributes.split("\" ").map(|a| a.split('=').next().unwrap()) {
                let acts = attribute.starts_with("on") || attribute == "style" || attribute == "src";
                assert!(!acts, "{name}: <{tag} {attributes}>");
            }
            if let Some((_, address)) = attributes.split_once("href=\"") {
                assert!(address.starts_with('#'), "{name}: {address}");
            }
        }
        let count = |tag: &str| page.matches(tag).count();
        assert_eq!(
            (count("<script"), count("</script"), count("<style"), count("<h1"), count("<title")),
            (2, 2, 1, 1, 1)
        );
        assert!(!page.chars().any(|c| c != '\n' && c != '\t' && crate::export::visible::is_hidden(c)), "{name}");
    }
}

#[test]
fn the_policy_allows_only_this_style_and_this_script() {
    let page = page(&agreed(Setting::default()).session);
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let expected = format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        text::source(&STYLE),
        text::source(&SCRIPT)
    );
    assert_eq!(policy, expected);
    assert!(
        page.contains(&format!("<style>{}</style>", *STYLE)) && page.contains(&format!("<script>{}</script>", *SCRIPT))
    );
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("</") && !SCRIPT.contains("fetch("));
}

#[test]
fn every_link_leads_somewhere_and_every_id_is_there_once() {
    for (name, session) in all() {
        let page = page(&session).replacen(SCRIPT.as_str(), "", 1);
        let mut ids: Vec<&str> = page.split(" id=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
        ids.sort_unstable();
        let before = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), before, "{name}");
        for link in page.split("href=\"#").skip(1).map(|p| p.split('"').next().unwrap()) {
            assert!(ids.binary_search(&link).is_ok(), "{name}: #{link}");
        }
        assert_eq!(
            ids.iter().filter(|i| i.starts_with('e') && i[1..].parse::<u32>().is_ok()).count(),
            session.entries().len()
        );
    }
}

#[test]
fn headings_go_down_a_step_at_a_time() {
    for (name, session) in all() {
        let page = page(&session);
        let levels: Vec<u8> =
            tags(&page).into_iter().filter_map(|(tag, _)| tag.strip_prefix('h')?.parse().ok()).collect();
        assert_eq!(levels[0], 1, "{name}");
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{name}: {levels:?}");
    }
}

#[test]
fn what_was_decided_or_not_is_said_first() {
    let of = |session: &Session| page(session);
    let consensus = of(&agreed(Setting::default()).session);
    assert!(consensus.contains("<b>Consensus</b>") && !consensus.contains("class=\"flag\""));
    assert!(consensus.contains("<h1>Checkout sessions</h1>"));
    assert!(consensus.contains("An opaque token in a <code>__Host-</code> cookie. <a href=\"#e10\">#10</a>"));
    assert_eq!(consensus.matches("<b aria-hidden=\"true\">A</b><span class=\"said\">signed</span>").count(), 3);
    let blocked = of(&blocked().session);
    assert!(blocked.contains("<title>NO CONSENSUS: Checkout sessions</title>"));
    assert!(blocked.find("id=\"standing\"").unwrap() < blocked.find("id=\"summary\"").unwrap());
    assert!(blocked.contains("<b aria-hidden=\"true\">X</b><span class=\"said\">objects</span>"));
    let draft = of(&drafted(Setting::default(), "Checkout sessions", "A token.").session);
    assert!(draft.contains("<span class=\"flag\">DRAFT:</span> Checkout sessions"));
    let empty = of(&Table::open(Setting::default()).session);
    assert!(empty.contains("The log is empty.") && empty.contains("There are no decisions yet."));
}

#[test]
fn hostile_texts_stay_texts() {
    let page = page(&hostile());
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"));
    assert!(page.contains("[a](javascript:alert(1)) ⟨U+202E⟩x␀⟨U+2028⟩"));
    assert!(page.contains("&lt;/h1&gt;&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;&quot; onload=&quot;y</h1>"));
}

#[test]
fn a_hundred_entries_fit_and_come_out_the_same_each_time() {
    let session = long();
    let once = page(&session);
    assert!(session.entries().len() >= 100 && once.len() < 300_000, "{} bytes", once.len());
    assert_eq!(once, page(&session));
}

#[test]
fn a_reference_that_leads_nowhere_fails_the_export() {
    let session = agreed(Setting::default()).session;
    let provenance =
        Provenance { session: "x".to_owned(), journal: None, program: "conclave".to_owned(), exported_at: None };
    let mut document = Document::of(&session, &provenance);
    document.summary[0].entries = vec![EntryNumber(99)];
    assert!(matches!(Html.export(&document, &session), Err(ExportError::Dangling(_))));
}

#[test]
fn tidy_finds_no_fault() {
    for (name, session) in all() {
        let started = Command::new("tidy")
            .args(["-q", "-e", "-utf8"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut tidy) = started else {
            return println!("skipped: there is no `tidy` on this machine");
        };
        tidy.stdin.take().unwrap().write_all(page(&session).as_bytes()).unwrap();
        let done = tidy.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.code() == Some(0), "{name}:\n{said}");
    }
}

#[test]
fn a_person_and_a_plain_reply_are_entries_too() {
    let mut table = Table::open(Setting::default());
    table.wave(vec![("SUPERVISOR", frame("Checkout sessions"))]);
    let said =
        reply("DIRECTION", "- one\n- two", vec![crate::protocol::Move::Direct { text: "Mind <EU> law.".to_owned() }]);
    let at = table.tick();
    let posted = crate::protocol::Event::Posted { author: crate::protocol::Author::Human, reply: said, at };
    table.apply(posted);
    let page = page(&table.session);
    assert!(page.contains("<article class=\"entry human\" id=\"e2\">"));
    assert!(page.contains("<li>one\n<li>two\n</ul>") && page.contains("Mind &lt;EU&gt; law."));
}
