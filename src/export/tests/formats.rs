//! The formats as a whole: a snapshot of each for sessions of four kinds, and what must hold of them for all kinds.

use super::builder::{Setting, agreed};
use super::*;
use crate::export::{ExportError, index, madr};

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// `text` without what is the same in every page: the style sheet, the script and their digests.
fn without_constants(page: &str) -> String {
    let mut page = page.to_owned();
    for (start, end) in [("style-src ", ";"), ("script-src ", ";"), ("<style>", "</style>"), ("<script>", "</script>")]
    {
        let (before, rest) = page.split_once(start).unwrap();
        let (_, after) = rest.split_once(end).unwrap();
        page = format!("{before}{start}…{end}{after}");
    }
    page
}

#[test]
fn every_format_of_every_kind_is_as_it_was_reviewed() {
    for (name, session) in kinds::snapshots() {
        let document = document(&session);
        for exporter in crate::export::exporters() {
            let bytes = exporter.export(&document, &session).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let text = match exporter.name() {
                "html" => without_constants(&text),
                // Word joiners are taken out to be readable here.
                "github" => text.replace('\u{2060}', ""),
                _ => text,
            };
            snapshot(&format!("{name}.{}", exporter.name()), &text);
        }
        let records = madr(&document, &session, 7).unwrap();
        let files: String = records.iter().map(|r| format!("=== {}\n{}\n", r.name, r.text)).collect();
        snapshot(&format!("{name}.madr"), &format!("{files}=== README.md\n{}", index(&records)));
    }
}

#[test]
fn the_comment_for_github_links_to_nothing_else() {
    for (name, session) in kinds::all() {
        let bytes = exporter("github").unwrap().export(&document(&session), &session).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("[#1]"), "{name}: an entry would link to an issue");
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{name}");
        assert!(text.matches("<script").count() == text.matches("\\<script").count(), "{name}: {text}");
    }
}

#[test]
fn a_comment_is_never_longer_than_github_takes() {
    let session = builder::agreed(builder::Setting::default()).session;
    let mut document = document(&session);
    let long = document.summary[0].clone();
    document.summary = (0..400)
        .map(|n| {
            let mut one = long.clone();
            one.text = format!("{n}: {}", "A sentence that says a good deal. ".repeat(20));
            one
        })
        .collect();
    let comment = String::from_utf8(exporter("github").unwrap().export(&document, &session).unwrap()).unwrap();
    assert!(comment.chars().count() <= 65_536 && comment.contains("does not fit a comment"), "{}", comment.len());
    assert!(comment.contains("<!-- journal-digest: "), "verify knows it by that");
}

/// The headings of MADR 4.0's template, in its order.
const MADR: [&str; 8] = [
    "## Context and Problem Statement",
    "## Decision Drivers",
    "## Considered Options",
    "## Decision Outcome",
    "### Consequences",
    "### Confirmation",
    "## Pros and Cons of the Options",
    "## More Information",
];

#[test]
fn records_have_the_keys_and_headings_of_madr_4() {
    for (name, session) in kinds::all() {
        let document = document(&session);
        for record in madr(&document, &session, 1).unwrap() {
            let [empty, front, body] = record.text.splitn(3, "---\n").collect::<Vec<_>>()[..] else {
                panic!("{name}: no front matter")
            };
            assert!(empty.is_empty() && !body.contains("\n---\n"), "{name}: {}", record.text);
            let front: serde_json::Value = serde_saphyr::from_str(front).unwrap();
            let accepted = document.front.status == Status::Accepted;
            assert_eq!(front["status"], if accepted { "accepted" } else { "proposed" }, "{name}");
            assert_eq!(front["date"], document.front.date, "{name}");
            for key in ["decision-makers", "consulted", "informed"] {
                assert!(front[key].is_array(), "{name}: {key}");
            }
            let headings: Vec<&str> = body.lines().filter(|l| MADR.contains(l)).collect();
            assert_eq!(headings, MADR, "{name}");
            assert_eq!(body.lines().filter(|l| l.starts_with("# ")).count(), 1, "{name}");
            // Each option has its section.
            let within = |start: &str, end: &str| body.split_once(start).unwrap().1.split(end).next().unwrap();
            let options = within("## Considered Options\n", "\n## ").lines().filter(|l| l.starts_with("- ")).count();
            let sections = within("## Pros and Cons of the Options\n", "\n## ").matches("\n### ").count();
            assert_eq!(options, sections, "{name}");
            let outcome = within("## Decision Outcome\n", "\n## ");
            assert_eq!(outcome.contains("\nChosen option: \""), accepted, "{name}: {outcome}");
            assert_eq!(outcome.contains("Nothing is decided."), !accepted, "{name}");
        }
    }
}

#[test]
fn comment_and_records_list_the_code_that_is_quoted() {
    let session = builder::agreed(builder::Setting::default()).session;
    let mut document = document(&session);
    let trace = document.decisions[0].trace.clone();
    let link = "https://github.com/acme/shop/blob/cd/src/a.rs#L12-L18";
    let quoted = |place: &str, entry| crate::export::document::Source {
        place: place.to_owned(),
        revision: Some("cd".repeat(20)),
        link: Some(link.to_owned()),
        entries: vec![entry],
        trace: vec![entry],
    };
    document.sources = vec![quoted("src/a.rs:12-18", trace[0])];
    let listed = format!("- [`src/a.rs:12-18`]({link}) at commit `cdcdcdcd`, quoted in ");
    let comment = exporter("github").unwrap().export(&document, &session).unwrap();
    let comment = String::from_utf8(comment).unwrap();
    assert!(comment.contains("<summary>Code quoted (1)</summary>") && comment.contains(&listed), "{comment}");
    let records = crate::export::madr(&document, &session, 1).unwrap();
    for (record, decision) in records.iter().zip(&document.decisions) {
        assert_eq!(record.text.contains(&listed), decision.trace.contains(&trace[0]), "{}", record.text);
    }
    assert!(records[0].text.contains(&listed), "{}", records[0].text);
}

#[test]
fn a_full_folder_of_records_is_told() {
    let session = agreed(Setting::default()).session;
    assert!(matches!(madr(&document(&session), &session, 9999), Err(ExportError::Numbers(9999))));
    let names: Vec<String> = madr(&document(&session), &session, 7).unwrap().into_iter().map(|r| r.name).collect();
    assert_eq!(names, ["0007-what-carries-the-session.md", "0008-how-long-does-it-live.md"]);
}

#[test]
fn json_reads_back_with_the_entries_in_full() {
    let session = agreed(Setting::default()).session;
    let bytes = exporter("json").unwrap().export(&document(&session), &session).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((value["format"].as_str(), value["version"].as_u64()), (Some("conclave-document"), Some(1)));
    let entries = value["entries"].as_array().unwrap();
    assert_eq!(entries.len(), session.entries().len());
    for (written, entry) in entries.iter().zip(session.entries()) {
        assert_eq!(written["number"], entry.number.to_string());
        assert_eq!(written["type"], entry.kind);
        assert_eq!(written["content"], entry.content);
        assert_eq!(written["moves"], serde_json::to_value(&entry.moves).unwrap());
    }
    assert_eq!(value["document"]["front"]["status"], "accepted");
    // Whoever has the file can recompute what was signed.
    let accord = Digest::of(value["accord"].to_string().as_bytes());
    assert_eq!(value["document"]["front"]["accord"], accord.as_str());
}

#[test]
fn the_same_session_gives_the_same_bytes() {
    let (one, two) = (agreed(Setting::default()).session, agreed(Setting::default()).session);
    assert_eq!(markdown(&one), markdown(&two));
}

#[test]
fn an_unknown_format_names_those_there_are() {
    let error = exporter("p\u{1b}df").err().unwrap();
    assert!(matches!(error, ExportError::Format { .. }));
    assert_eq!(error.to_string(), "there is no format 'p\\u{1b}df': choose among md, html, json, github, madr");
}

/// The lines of `text` outside front matter, each fenced block as one line.
fn prose(text: &str) -> Vec<&str> {
    let body = text.splitn(3, "---\n").nth(2).unwrap();
    let mut fence: Option<&str> = None;
    let mut kept = Vec::new();
    for line in body.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => {
                fence = line.get(..ticks);
                kept.push("```");
            }
            None => kept.push(line),
        }
    }
    kept
}

/// The rules of markdownlint that a mistake here would break first: MD001, MD009, MD010, MD012, MD022, MD024, MD025, MD026,
/// MD032, MD047, MD058.
#[test]
fn markdown_has_the_structure_that_markdownlint_asks_for() {
    for (name, session) in kinds::all() {
        let document = document(&session);
        let records = madr(&document, &session, 1).unwrap().into_iter().map(|r| r.text);
        for text in records.chain([markdown(&session)]) {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{name}");
            let lines = prose(&text);
            assert!(lines.windows(2).all(|w| !(w[0].is_empty() && w[1].is_empty())), "{name}");
            assert!(lines.iter().all(|l| l.trim_end() == *l && !l.contains('\t')), "{name}");
            let headings: Vec<&str> = lines.iter().filter(|l| l.starts_with('#')).copied().collect();
            let levels: Vec<usize> = headings.iter().map(|h| h.find(' ').unwrap()).collect();
            assert!(levels[0] == 1 && levels.windows(2).all(|w| w[1] > 1 && w[1] <= w[0] + 1), "{name}: {levels:?}");
            let once: std::collections::BTreeSet<&str> = headings.iter().copied().collect();
            assert_eq!(once.len(), headings.len(), "{name}: a heading stands twice");
            assert!(headings.iter().all(|h| !h.ends_with(['.', ',', ';', ':', '!'])), "{name}");
            let block = |line: &str| match line {
                l if l.starts_with('#') => 'h',
                l if l.starts_with("- ") || l.starts_with("  ") => 'l',
                l if l.starts_with('|') => 't',
                "" => ' ',
                _ => 'p',
            };
            for pair in lines.windows(2) {
                let (one, next) = (block(pair[0]), block(pair[1]));
                let apart = one == ' ' || next == ' ' || (one == next && one != 'h');
                assert!(apart, "{name}: no blank line between\n{}\n{}", pair[0], pair[1]);
            }
        }
    }
}
