#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> Draft {
    let mut draft = Draft::default();
    draft.push(text);
    draft
}

/// What can be seen of a draft.
fn seen(draft: &Draft) -> (Option<String>, String, Vec<DraftMove>, String, String, bool) {
    (
        draft.kind().map(str::to_owned),
        draft.content().to_owned(),
        draft.moves().to_vec(),
        draft.thoughts().to_owned(),
        draft.preface().to_owned(),
        draft.is_complete(),
    )
}

fn text() -> impl Strategy<Value = String> {
    let parts =
        ["word ", "\n", "\"", "\\", "{", "}", "[", "é", "漢", "😀", "\u{1b}", "\t", "`", "#46 ", "</think>", "\u{7f}"];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..12).prop_map(|parts| parts.concat())
}

fn field() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        Just(Value::Null),
        any::<i16>().prop_map(Value::from),
        proptest::collection::vec(text(), 0..3).prop_map(Value::from),
        proptest::collection::vec((text(), text()).prop_map(|(a, b)| json!({ "option": a, "why": b })), 0..3)
            .prop_map(Value::from),
    ]
}

fn reply() -> impl Strategy<Value = Value> {
    let keys = [
        "decision",
        "about",
        "issue",
        "question",
        "text",
        "why",
        "clauses",
        "rejected",
        "criteria",
        "fails_when",
        "digest",
        "other",
    ];
    let fields = proptest::collection::vec((proptest::sample::select(keys.to_vec()), field()), 0..5);
    let act =
        (proptest::sample::select(vec!["object", "agree", "mediate", "frame"]), fields).prop_map(|(name, fields)| {
            let mut act = json!({ "move": name });
            for (key, value) in fields {
                act[key] = value;
            }
            act
        });
    (text(), proptest::collection::vec(act, 0..4)).prop_map(
        |(content, moves)| json!({ "type": "REVIEW", "unknown": { "content": 1 }, "content": content, "moves": moves }),
    )
}

/// The reply as servers and models send it: keys in either order, escaped or not, wrapped or not.
fn sent() -> impl Strategy<Value = (Value, String)> {
    (reply(), any::<bool>(), any::<bool>(), any::<bool>(), 0..4).prop_map(
        |(reply, pretty, ascii, moves_first, around)| {
            let mut text = if pretty { serde_json::to_string_pretty(&reply).unwrap() } else { reply.to_string() };
            if moves_first {
                let (kind, content, moves) = (&reply["type"], &reply["content"], &reply["moves"]);
                text = format!("{{\"moves\":{moves},\"content\" : {content},\n\"type\":{kind}}}");
            }
            if ascii {
                text = text.chars().map(escaped).collect();
            }
            let text = match around {
                0 => text,
                1 => {
                    format!("Here {{as asked}}, and {{\"a\": 1}}:\n\n```json\n{text}\n```\nDone {{\"content\":\"no\"}}")
                }
                2 => format!("\n<think>hm {{ \"content\": 1</think>\n{text}"),
                _ => format!("\u{feff}{{\"reply\": {text}}}"),
            };
            (reply, text)
        },
    )
}

/// Everything beyond ASCII as `\u` escapes, pairs included.
fn escaped(c: char) -> String {
    if c.is_ascii() {
        return c.to_string();
    }
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

proptest! {
    #[test]
    fn cuts_change_nothing_and_content_only_grows((reply, text) in sent(), cuts in proptest::collection::vec(0_usize..600, 0..20)) {
        let whole = read(&text);
        prop_assert_eq!(whole.kind(), Some("REVIEW"));
        prop_assert_eq!(whole.content(), reply["content"].as_str().unwrap());
        prop_assert_eq!(whole.moves().len(), reply["moves"].as_array().unwrap().len());
        for (shown, act) in whole.moves().iter().zip(reply["moves"].as_array().unwrap()) {
            prop_assert!(shown.is_complete);
            prop_assert_eq!(&shown.act, act["move"].as_str().unwrap());
        }
        prop_assert!(whole.is_complete());
        let mut draft = Draft::default();
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| text.is_char_boundary(*cut) && *cut <= text.len()).collect();
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            draft.push(&text[from..cut]);
            from = cut;
            prop_assert!(whole.content().starts_with(draft.content()));
            prop_assert!(draft.moves().len() <= whole.moves().len());
            for (part, all) in draft.moves().iter().zip(whole.moves()) {
                prop_assert!(all.text.starts_with(&part.text) && all.target.starts_with(&part.target), "{part:?} {all:?}");
                prop_assert!(!part.is_complete || part == all);
            }
        }
        prop_assert_eq!(seen(&draft), seen(&whole));
    }

    #[test]
    fn any_text_can_be_read(text in any::<String>(), at in 0_usize..50) {
        let whole = read(&text);
        let at = if text.is_char_boundary(at) { at } else { 0 };
        let mut draft = read(&text[..at]);
        draft.push(&text[at..]);
        prop_assert_eq!(seen(&draft), seen(&whole));
    }

    #[test]
    fn every_field_of_a_move_can_be_read_in_it(words in proptest::collection::vec("[a-z]{3,9}", 1..6)) {
        let text = json!({ "type": "X", "content": "", "moves": [{ "move": "propose", "clauses": words, "rationale": "because" }] });
        let draft = read(&text.to_string());
        for word in &words {
            prop_assert!(draft.moves()[0].text.contains(word.as_str()));
        }
    }
}

#[test]
fn a_turn_is_shown_as_it_grows() {
    let mut draft = Draft::default();
    draft.push("{\"type\":\"REVIEW\",\"content\":\"Rotation alone d");
    assert_eq!(
        (draft.kind(), draft.content(), draft.is_content_complete()),
        (Some("REVIEW"), "Rotation alone d", false)
    );
    draft.push("oes \\u00");
    assert_eq!(draft.content(), "Rotation alone does ");
    draft.push("e9\\ud83d");
    assert_eq!(draft.content(), "Rotation alone does é");
    draft.push("\\ude00\",\"moves\":[{\"move\":\"object\",\"about\":\"D2\",\"digest\":\"7f3c2a1b\",\"clause\":2,\"fails_when\":\"the red");
    assert_eq!((draft.content(), draft.is_content_complete()), ("Rotation alone does é😀", true));
    let act = &draft.moves()[0];
    assert_eq!((act.act.as_str(), act.target.as_str(), act.is_complete), ("object", "D2", false));
    assert_eq!(act.text, "**Clause:** 2\n\n**Fails when:** the red");
    draft.push("irect\",\"rests_on\":null},{\"move\":\"answer\",\"question\":\"Q2\",\"text\":\"Yes.\"}]}");
    assert!(draft.is_complete() && draft.moves().iter().all(|act| act.is_complete));
    assert_eq!(draft.moves()[0].text, "**Clause:** 2\n\n**Fails when:** the redirect");
    assert_eq!((draft.moves()[1].target.as_str(), draft.moves()[1].text.as_str()), ("Q2", "Yes."));
    assert_eq!(draft.moves()[1].to_string(), "ANSWER Q2 — Yes.");
    assert_eq!(DraftMove::default().to_string(), "…");
}

#[test]
fn a_framework_reads_like_one() {
    let text = json!({ "type": "FRAMEWORK", "content": "Go.", "moves": [{ "move": "frame", "framework": {
        "title": "Tokens", "goals": ["Safe", "Fast\nand small"], "non_goals": [],
        "criteria": [{ "id": "K1", "text": "Holds" }],
        "decisions": [{ "id": "D1", "question": "Which?", "criteria": ["K1", "K2"], "owner": "BACKEND", "after": [] }],
    }}]});
    let draft = read(&text.to_string());
    insta::assert_snapshot!(draft.moves()[0].text);
}

#[test]
fn proposals_positions_and_mediations_read_like_what_they_are() {
    let text = json!({ "content": "x", "moves": [
        { "move": "amend", "decision": "D1", "base": "D1.1", "changes": [
            { "change": "replace", "clause": 1, "text": "New." }, { "change": "strike", "clause": 3 }], "rationale": "Since.",
          "assumptions": null, "rejected": [{ "option": "JWT", "why": "no revocation" }], "actions": [] },
        { "move": "position", "decision": "D2", "choice": "Opaque", "rejected": "JWT", "rests_on": "K1", "confidence": 70 },
        { "move": "mediate", "agreed": "a", "disputed": "b", "crux": "c", "question": "Does it hold?" },
        { "move": "agree", "decision": "D2", "digest": "7f3c2a1b", "criteria": ["K1", "K2"], "because": "clause 3" },
        { "move": "ask", "to": "SECURITY", "about": "D2", "text": "Why?" },
    ]});
    let draft = read(&text.to_string());
    let shown: Vec<String> = draft.moves().iter().map(|m| format!("{} {}\n{}", m.act, m.target, m.text)).collect();
    insta::assert_snapshot!(shown.join("\n----\n"));
}

#[test]
fn broken_replies_show_what_they_have() {
    for (text, content) in [
        ("{\"type\":\"REVIEW\",\"content\":\"cut of", "cut of"),
        ("{\"content\":\"a\nb\",}", "a\nb"),
        ("{\"content\":\"a\\qb\\ud800c\\u12\"}", "aqb\u{fffd}c\u{fffd}"),
        ("{\"content\":\"whole\" oops", "whole"),
        ("{\"content\":{\"no\":1}}", ""),
    ] {
        assert_eq!(read(text).content(), content, "{text}");
    }
    let single = read("{\"content\":\"x\",\"moves\":{\"move\":\"withdraw\",\"issue\":\"O1\",\"why\":\"w\"}}");
    assert_eq!((single.moves().len(), single.moves()[0].target.as_str()), (1, "O1"));
}

#[test]
fn what_is_no_reply_is_text() {
    let draft = read("I agree {with you}, {\"a\": [1, {\"b\": 2}]} and so on.");
    assert_eq!(draft.preface(), "I agree {with you}, {\"a\": [1, {\"b\": 2}]} and so on.");
    assert_eq!((draft.content(), draft.moves().len(), draft.is_complete()), ("", 0, false));
    let mut draft = read("Sure:\n{\"type\":\"REVIEW\",");
    assert_eq!(draft.preface(), "Sure:\n");
    draft.push("\"content\":\"x\"}");
    assert_eq!((draft.preface(), draft.content()), ("Sure:\n", "x"));
}

#[test]
fn thoughts_are_kept_apart() {
    let draft = read(" <think>Say {\"content\":\"no\"}?</think>\n{\"content\":\"yes\"}");
    assert_eq!((draft.thoughts(), draft.content()), ("Say {\"content\":\"no\"}?", "yes"));
    let open = read("<think>hm</th");
    assert_eq!((open.thoughts(), open.preface()), ("hm</th", ""));
    let unopened = read("Let me see.</think>{\"content\":\"yes\"}");
    assert_eq!((unopened.thoughts(), unopened.preface(), unopened.content()), ("Let me see.", "", "yes"));
}

#[test]
fn memory_is_bounded() {
    let mut draft = read("{\"content\":\"");
    for _ in 0..3 {
        draft.push(&"é".repeat(400_000));
    }
    assert!(draft.is_full() && draft.content().len() <= LONGEST);
    assert!(!read(&"[".repeat(10)).is_full());
    let deep = read(&format!("{{\"content\":\"x\",\"moves\":{}", "[".repeat(500_000)));
    assert_eq!((deep.content(), deep.moves().len()), ("x", 0));
    let many = read(&format!("{{\"content\":\"x\",\"moves\":[{}", "{},".repeat(100_000)));
    assert_eq!(many.moves().len(), 256);
}
