//! `communication.md`, `consensus.md` and documents that left the house.

use super::*;
use crate::export::verify::document::{Expected, Paper, facts};
use crate::export::verify::facts::Facts;
use crate::export::verify::ground::Ground;
use crate::export::verify::{PROGRAM, named_session};

/// The report on a document of the agreed session.
fn of(bytes: &[u8]) -> Report {
    let folder = folder(&AGREED);
    super::super::document("decision", bytes, folder.path()).unwrap()
}

fn edited(format: &str, program: &str, from: &str, to: &str) -> Report {
    let text = String::from_utf8(document(&AGREED, format, program)).unwrap();
    assert!(text.contains(from), "'{from}' is not in the document:\n{text}");
    of(text.replacen(from, to, 1).as_bytes())
}

#[test]
fn documents_of_every_format_hold() {
    for exporter in crate::export::exporters() {
        let report = of(&document(&AGREED, exporter.name(), PROGRAM));
        assert!(report.holds(), "{}: {report:#?}", exporter.name());
        assert!(named(&report, "text").detail.starts_with(exporter.name()), "{report:#?}");
    }
}

#[test]
fn records_of_decisions_hold_one_by_one() {
    let session = Session::fold(&*AGREED).unwrap();
    let provenance = Provenance {
        session: "test".to_owned(),
        journal: Some(digest(&AGREED)),
        program: PROGRAM.to_owned(),
        exported_at: None,
    };
    let records = crate::export::madr(&Document::of(&session, &provenance), &session, 7).unwrap();
    for record in records {
        assert_eq!(named_session(record.text.as_bytes()).as_deref(), Some("test"));
        assert!(of(record.text.as_bytes()).holds());
        let edited = record.text.replacen("the second clause", "the second close", 1);
        fails(&of(edited.as_bytes()), "text", "should read");
    }
}

#[test]
fn a_masked_export_holds_and_a_masked_clause_does_not() {
    let secret = format!("the second clause, {}-{}", "sk", "a1".repeat(12));
    let mut host = Host::new(&["BACKEND", "SECURITY"]);
    host.run(|session, ask| {
        let mut reply = dutiful(session, ask, 1, |_, _| Judge::Agree);
        for act in &mut reply.moves {
            if let Move::Propose(draft) = act {
                draft.clauses[1].clone_from(&secret);
            }
        }
        reply
    });
    let folder = folder(&host.events);
    let verify = |bytes: &[u8]| super::super::document("d", bytes, folder.path()).unwrap();
    for (format, program) in [("md", PROGRAM), ("json", PROGRAM), ("html", PROGRAM), ("md", "conclave 0.0.9")] {
        let text = String::from_utf8(document(&host.events, format, program)).unwrap();
        assert!(verify(text.as_bytes()).holds());
        let (masked, count) = crate::export::redact(&text);
        assert!(count > 0, "{format}");
        let report = verify(masked.as_bytes());
        assert!(report.holds() && !report.notes.is_empty(), "{format}: {report:#?}");
        fails(
            &verify(text.replace("the first clause", "[redacted]").as_bytes()),
            if program == PROGRAM { "text" } else { "signed texts" },
            "",
        );
    }
    assert!(verified(folder.path()).holds());
    let text = String::from_utf8(document(&host.events, "md", PROGRAM)).unwrap();
    std::fs::write(folder.path().join(CONSENSUS), crate::export::redact(&text).0.as_ref()).unwrap();
    fails(&verified(folder.path()), "text", "redacted");
}

#[test]
fn an_edited_document_is_told_with_its_line() {
    for (from, to) in [
        ("the second clause", "the second close"),
        (RESERVED, "none"),
        ("| signed |", "| not signed |"),
        ("## 5. Dissent", "## 5. Assent"),
        ("[#2]", "[#3]"),
        ("## 6. Risks", "## 6. Risk"),
    ] {
        let text = String::from_utf8(document(&AGREED, "md", PROGRAM)).unwrap();
        let at = text.find(from).unwrap_or_else(|| panic!("no {from}"));
        let report = of(text.replacen(from, to, 1).as_bytes());
        fails(&report, "text", "should read");
        assert_eq!(report.first_failure().unwrap().line, Some(1 + text[..at].matches('\n').count() as u64), "{from}");
    }
    fails(&edited("json", PROGRAM, RESERVED, "none"), "text", "should read");
    fails(&edited("json", PROGRAM, "the second clause", "the second close"), "text", "should read");
}

#[test]
fn every_changed_byte_of_what_was_signed_is_found() {
    let text = document(&AGREED, "md", PROGRAM);
    let find = |what: &str| String::from_utf8_lossy(&text).find(what).unwrap();
    let folder = folder(&AGREED);
    let (ground, _) = crate::export::verify::Ground::lay(folder.path()).unwrap();
    let ground = ground.unwrap();
    let (decisions, options) = (find("#### D1: outcome"), find("#### D1: options"));
    let (signoff, log) = (find("## 11. Sign-off"), find("## Appendix: discussion log"));
    for at in (decisions..options).chain(signoff..log) {
        let mut changed = text.clone();
        changed[at] ^= 0x01;
        let mut report = verified_none();
        let paper = crate::export::verify::Paper { label: "d", bytes: &changed, format: Some("md"), stays: true };
        crate::export::verify::document::check(&paper, &ground, &mut report);
        fails(&report, "text", "should read");
    }
}

fn verified_none() -> Report {
    Report { session: None, state: String::new(), journal: None, accord: None, checks: Vec::new(), notes: Vec::new() }
}

#[test]
fn a_missing_reservation_or_a_cut_end_is_told() {
    let text = String::from_utf8(document(&AGREED, "md", PROGRAM)).unwrap();
    let without: String = text.lines().filter(|l| !l.contains(RESERVED)).map(|l| format!("{l}\n")).collect();
    assert_ne!(text, without);
    fails(&of(without.as_bytes()), "text", "should read");
    fails(&of(&text.as_bytes()[..text.len() - 1]), "text", "it ends");
    fails(&of(format!("{text}\nMore.\n").as_bytes()), "text", "it should have ended");
}

#[test]
fn the_front_matter_must_be_the_sessions() {
    let accord = Session::fold(&*AGREED).unwrap().accord_digest().unwrap().to_string();
    let other = "0".repeat(64);
    fails(&edited("md", PROGRAM, &accord, &other), "front matter", "accord-digest is 0000");
    fails(&edited("md", PROGRAM, digest(&AGREED).as_str(), &other), "front matter", "no record with the digest");
    fails(&edited("md", PROGRAM, "status: accepted", "status: draft"), "front matter", "should be accepted");
    fails(&edited("md", PROGRAM, "\nentries: ", "\nentries: 1"), "front matter", "entries is 1");
    fails(&edited("md", PROGRAM, "\nentries: ", "\nstatus: draft\nentries: "), "front matter", "twice");
    fails(&edited("json", PROGRAM, &accord, &other), "front matter", "accord-digest is 0000");
    let line = edited("md", PROGRAM, "status: accepted", "status: draft").first_failure().unwrap().line;
    assert_eq!(line, Some(2));
    // Another session's document.
    let folder = folder(&blocked());
    let report = super::super::document("d", &document(&AGREED, "md", PROGRAM), folder.path()).unwrap();
    fails(&report, "front matter", "");
}

#[test]
fn naming_another_version_spares_no_comparison() {
    let old = "conclave 0.0.9";
    for (format, told) in [("md", "the second clause"), ("json", "the accord in it has the digest")] {
        let report = of(&document(&AGREED, format, old));
        assert!(report.holds(), "{report:#?}");
        assert_eq!(named(&report, "text").finding, Finding::Ok);
        assert!(report.notes[0].contains("says that conclave 0.0.9 wrote it"), "{report:#?}");
        let text = String::from_utf8(document(&AGREED, format, old)).unwrap();
        fails(&of(text.replace(RESERVED, "none").as_bytes()), "signed texts", "sign every token twice");
        fails(&of(text.replace("second clause", "other clause").as_bytes()), "signed texts", told);
        fails(&edited(format, old, "#7", "#77"), "references", "#77");
        // Whatever else differs may be that version's wording, or not: nobody vouches for it.
        let report = of(text.replace("clause 1 holds under K1", "clause 1 fails under K1").as_bytes());
        assert_eq!(named(&report, "references").finding, Finding::Ok);
        assert_eq!(named(&report, "signed texts").finding, Finding::Ok);
        fails(&report, "text", "that nobody changed it cannot be told");
        assert!(report.first_failure().unwrap().line.is_some());
    }
    let accord = Session::fold(&*AGREED).unwrap().accord_digest().unwrap().to_string();
    fails(&edited("md", old, &accord, &"0".repeat(64)), "front matter", "accord-digest");
    // What is no version is no excuse.
    fails(&of(&document(&AGREED, "md", "conclave of others")), "text", "conclave of others");
}

#[test]
fn a_document_of_an_earlier_state_holds_as_that() {
    let report = of(&document(&AGREED[..12], "md", PROGRAM));
    assert!(report.holds() && report.notes[0].contains("after record 12"), "{report:#?}");
    // In the session's own folder it would pass for how the debate ended.
    let folder = folder(&AGREED);
    std::fs::write(folder.path().join(CONSENSUS), document(&AGREED[..12], "md", PROGRAM)).unwrap();
    fails(&verified(folder.path()), "up to date", "this is not how");
}

#[test]
fn a_changed_log_is_told_with_its_entry() {
    let folder = folder(&AGREED);
    let path = folder.path().join(COMMUNICATION);
    let text = std::fs::read_to_string(&path).unwrap();
    let (at, _) = text.match_indices("What I looked at").nth(3).unwrap();
    std::fs::write(&path, format!("{}Who looked at{}", &text[..at], &text[at + 16..])).unwrap();
    let report = verified(folder.path());
    fails(&report, COMMUNICATION, "What I looked at");
    assert_eq!(report.first_failure().unwrap().entry, Some(crate::protocol::EntryNumber(4)), "{report:#?}");
    std::fs::write(&path, text.replacen("# Debate", "# Debating", 1)).unwrap();
    assert_eq!(
        verified(folder.path()).first_failure().unwrap().place().unwrap(),
        format!("{}, line 1", path.display())
    );
    // Of a session that is over, a log that stops early is no log of it.
    std::fs::write(&path, &text[..at]).unwrap();
    fails(&verified(folder.path()), COMMUNICATION, "");
}

#[test]
fn what_is_no_document_is_told_and_nothing_it_says_reaches_a_terminal() {
    fails(&of(b"\x1b[2Jhello"), "format", "no document");
    fails(&of(b"{\"format\":\"other\"}"), "front matter", "none that can be read");
    let report = edited("md", PROGRAM, "the second clause", "\u{1b}[2J\u{202e}");
    assert!(!report.first_failure().unwrap().detail.contains(['\u{1b}', '\u{202e}']), "{report:#?}");
}

#[test]
fn a_document_names_its_session_only_by_a_plain_name() {
    assert_eq!(named_session(&document(&AGREED, "md", PROGRAM)).as_deref(), Some("test"));
    for format in ["json", "html", "github"] {
        assert_eq!(named_session(&document(&AGREED, format, PROGRAM)).as_deref(), Some("test"), "{format}");
    }
    for id in ["../test", "/tmp", "..", "-x", "", "a\\nb"] {
        let text = format!("---\nsession: \"{id}\"\njournal-digest: \"0\"\n---\n");
        assert_eq!(named_session(text.as_bytes()), None, "{id}");
        assert_eq!(named_session(format!("\n<p>Session {id}, 2026\nSession `{id}`").as_bytes()), None, "{id}");
    }
}

/// The report on `bytes`, by an expectation made once: making it anew for each byte would take minutes. Where a changed byte
/// changes what the document says of itself, it is made anew.
fn of_changed(format: &'static str, bytes: &[u8], ground: &Ground, usual: (&Facts, &Expected)) -> Report {
    let paper = Paper { label: "decision", bytes, format: Some(format), stays: false };
    let mut report = Report {
        session: None,
        state: String::new(),
        journal: None,
        accord: None,
        checks: Vec::new(),
        notes: Vec::new(),
    };
    match facts(bytes) {
        Some(facts) if facts == *usual.0 => usual.1.compare(&paper, &facts, ground, &mut report),
        _ => super::super::document::check(&paper, ground, &mut report),
    }
    report
}

#[test]
fn every_changed_byte_of_a_document_is_found() {
    let folder = folder(&AGREED);
    let (ground, _) = Ground::lay(folder.path()).unwrap();
    let ground = ground.unwrap();
    let whole = document(&AGREED, "md", PROGRAM);
    let said = facts(&whole).unwrap();
    let paper = Paper { label: "decision", bytes: &whole, format: Some("md"), stays: false };
    let expected = Expected::of(&paper, &said, &ground).unwrap();
    assert!(of_changed("md", &whole, &ground, (&said, &expected)).holds());
    let (mut bytes, mut other_version) = (whole.clone(), 0);
    for at in 0..whole.len() {
        for bit in [0x01, 0x20] {
            bytes[at] ^= bit;
            let report = of_changed("md", &bytes, &ground, (&said, &expected));
            if report.holds() {
                // It says now that another version wrote it, and is else what this one writes: the report says so.
                let line = whole[..at].iter().rposition(|b| *b == b'\n').unwrap() + 1;
                assert!(whole[line..].starts_with(b"- Written by: conclave "), "byte {at}, bit {bit}: {report:#?}");
                assert!(report.notes[0].contains("not to be proved"), "{report:#?}");
                other_version += 1;
            }
            bytes[at] ^= bit;
        }
    }
    assert!(other_version < 8, "{other_version}");
}

#[test]
fn every_changed_byte_is_found_in_a_document_that_names_another_version() {
    let folder = folder(&AGREED);
    let (ground, _) = Ground::lay(folder.path()).unwrap();
    let ground = ground.unwrap();
    for format in ["md", "json", "html"] {
        let whole = document(&AGREED, format, "conclave 0.0.9");
        let said = facts(&whole).unwrap_or_default();
        let paper = Paper { label: "decision", bytes: &whole, format: Some(format), stays: false };
        let expected = Expected::of(&paper, &said, &ground).unwrap();
        let mut bytes = whole.clone();
        for at in (0..whole.len()).step_by(if format == "md" { 1 } else { 97 }) {
            bytes[at] ^= 0x01;
            let report = of_changed(format, &bytes, &ground, (&said, &expected));
            let version = whole[..at].ends_with(b"conclave ")
                || whole[..at].ends_with(b"conclave 0.0.")
                || whole[..at].ends_with(b"conclave 0.");
            assert!(!report.holds() || version, "{format}: byte {at}: {report:#?}");
            bytes[at] ^= 0x01;
        }
    }
}

#[test]
fn every_changed_byte_of_what_was_signed_is_found_in_every_format() {
    let folder = folder(&AGREED);
    let (ground, _) = Ground::lay(folder.path()).unwrap();
    let ground = ground.unwrap();
    let head = ground.session.dockets().next().unwrap().head().unwrap().clone();
    let signed = head.clauses.values().chain(&head.assumptions).cloned();
    let signed: Vec<String> = signed.chain([head.digest.to_string(), RESERVED.to_owned()]).collect();
    for exporter in crate::export::exporters() {
        let whole = document(&AGREED, exporter.name(), PROGRAM);
        let said = facts(&whole).unwrap_or_default();
        let paper = Paper { label: "decision", bytes: &whole, format: Some(exporter.name()), stays: false };
        let expected = Expected::of(&paper, &said, &ground).unwrap();
        let (mut bytes, mut changed) = (whole.clone(), 0);
        for text in &signed {
            for place in whole.windows(text.len()).enumerate().filter(|(_, w)| *w == text.as_bytes()).map(|(at, _)| at)
            {
                for at in place..place + text.len() {
                    bytes[at] ^= 0x01;
                    let report = of_changed(exporter.name(), &bytes, &ground, (&said, &expected));
                    assert!(!report.holds(), "{}: byte {at}", exporter.name());
                    bytes[at] ^= 0x01;
                    changed += 1;
                }
            }
        }
        assert!(changed > 60, "{}: {changed} bytes", exporter.name());
    }
}
