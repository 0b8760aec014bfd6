//! The rules of the house that the compiler does not know: which folder may use which, where time is read, and how long
//! a file may be. They are checked on the text of `src/`, with comments, literals and test code left out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The floors, lowest first. A file uses only floors below its own, or its own folder.
const FLOORS: [&[&str]; 7] = [
    &["protocol"],
    &["journal", "llm", "config"],
    &["agent"],
    &["room"],
    &["replay", "export", "door"],
    &["tui"],
    &["cli"],
];
/// The one file that reads the time.
const CLOCK: &str = "room/clock.rs";
/// Longest file, in lines outside test code.
const LONGEST: usize = 500;

#[test]
fn every_file_keeps_to_its_floor() {
    let broken: Vec<String> = sources().iter().flat_map(|(path, text)| floor_faults(path, text)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_the_clock_reads_the_time() {
    let broken: Vec<String> = sources().iter().flat_map(|(path, text)| clock_faults(path, text)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_file_outgrows_its_room() {
    let broken: Vec<String> = sources().iter().filter_map(|(path, text)| size_fault(path, text)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_test_file_is_part_of_the_one_binary() {
    let folder = root().join("tests");
    let all = std::fs::read_to_string(folder.join("all.rs")).expect("tests/all.rs is there");
    let named: BTreeSet<&str> =
        all.lines().filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';')).collect();
    let mut forgotten = Vec::new();
    for entry in std::fs::read_dir(folder).expect("tests/ is there") {
        let path = entry.expect("a readable folder").path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_module = path.extension().is_some_and(|kind| kind == "rs") || path.join("mod.rs").exists();
        if is_module && stem != "all" && !named.contains(stem.as_str()) {
            forgotten.push(stem);
        }
    }
    assert!(forgotten.is_empty(), "tests/all.rs has no `mod` line for {forgotten:?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `src/` that is not test code as a whole: its path from there with `/`, and its code.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).expect("a readable file");
                files.push((name, text));
            }
        }
    }
    files.retain(|(name, _)| !name.ends_with("/tests.rs") && !name.contains("/tests/"));
    assert!(files.len() > 5, "src/ was not found");
    files.sort();
    files.into_iter().map(|(name, text)| (name, without_tests(&code_of(&text)))).collect()
}

fn floor_faults(path: &str, code: &str) -> Vec<String> {
    let Some((room, _)) = path.split_once('/') else {
        // lib.rs and main.rs open the house; any other file must live in a room.
        let is_door = path == "lib.rs" || path == "main.rs";
        return if is_door { Vec::new() } else { vec![format!("src/{path} stands on no floor")] };
    };
    let Some(own) = floor_of(room) else { return vec![format!("src/{path}: no floor is known for `{room}`")] };
    let mut faults = Vec::new();
    for (line, used) in uses(path, code) {
        let Some(floor) = floor_of(&used) else { continue };
        if used != room && floor >= own {
            let relation = if floor == own { "a sibling" } else { "a floor above" };
            faults.push(format!(
                "src/{path}:{line} uses crate::{used}, {relation} ({room} is on {own}, {used} on {floor})"
            ));
        }
    }
    faults
}

fn clock_faults(path: &str, code: &str) -> Vec<String> {
    if path == CLOCK {
        return Vec::new();
    }
    let ends = |at: usize| !code[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices("::now")
        .filter(|(at, found)| ends(at + found.len()))
        .map(|(at, _)| format!("src/{path}:{} reads the time; take it as an argument", line_at(code, at)))
        .collect()
}

fn size_fault(path: &str, code: &str) -> Option<String> {
    let lines = code.lines().count();
    (lines > LONGEST).then(|| format!("src/{path} has {lines} lines, and {LONGEST} are the most"))
}

/// The floor of a folder, from 1.
fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room)).map(|index| index + 1)
}

fn line_at(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The top folders that a file names, each with its line: after `crate::`, after `super::` often enough to leave the
/// folder, and in the braces that may follow either.
fn uses(path: &str, code: &str) -> Vec<(usize, String)> {
    let depth = path.matches('/').count() + usize::from(!path.ends_with("/mod.rs"));
    let mut found = Vec::new();
    let mut collect = |at: usize| found.extend(heads(&code[at..]).into_iter().map(|name| (line_at(code, at), name)));
    for (at, word) in words(code) {
        let rest = &code[at..];
        let is_start = !code[..at].trim_end().ends_with("::");
        if !is_start {
            continue;
        }
        let step = format!("{word}::");
        let climbs =
            if word == "super" { rest.split("super::").take_while(|part| part.trim().is_empty()).count() } else { 0 };
        if word == "crate" && rest.starts_with(&step) {
            collect(at + step.len());
        } else if climbs >= depth && climbs > 0 {
            collect(at + "super::".len() * climbs);
        }
    }
    found
}

/// The identifiers of a text with their offsets.
fn words(code: &str) -> Vec<(usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(start) = code[rest..].find(is_part).map(|at| rest + at) {
        let end = code[start..].find(|c| !is_part(c)).map_or(code.len(), |at| start + at);
        words.push((start, &code[start..end]));
        rest = end;
    }
    words
}

/// The first names of a path or of a group of paths: `a::b` gives a; `{a::{x, y}, b as c}` gives a and b.
fn heads(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let Some(group) = text.strip_prefix('{') else {
        return words(text).first().map(|(_, w)| (*w).to_owned()).into_iter().collect();
    };
    let mut depth = 0;
    let mut items = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ if depth == 0 => items.last_mut().expect("never empty").push(c),
            _ => {}
        }
    }
    items.iter().filter_map(|item| words(item).first().map(|(_, word)| (*word).to_owned())).collect()
}

/// The text with comments and the insides of literals blanked, line for line and byte for byte.
fn code_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before_is_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = literal_length(rest, before_is_word);
        if length == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        out.extend(rest[..length].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = &rest[length..];
    }
    out
}

/// How many bytes of a comment or literal the text begins with; 0 where it begins with neither.
fn literal_length(text: &str, before_is_word: bool) -> usize {
    let to = |end: Option<usize>| end.unwrap_or(text.len());
    if text.starts_with("//") {
        return to(text.find('\n'));
    }
    if text.starts_with("/*") {
        return block_comment_length(text);
    }
    let prefixed = text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'));
    if let Some(body) = prefixed.filter(|_| !before_is_word) {
        let hashes = body.len() - body.trim_start_matches('#').len();
        if body[hashes..].starts_with('"') {
            let open = text.len() - body.len() + hashes + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            return to(text[open..].find(&close).map(|at| open + at + close.len()));
        }
    }
    match text.chars().next() {
        Some('"') => to(quoted_end(text, '"')),
        // A quote opens a character only where it closes after one, else it is a lifetime.
        Some('\'') if text[1..].starts_with('\\') => to(quoted_end(text, '\'')),
        Some('\'') => match text[1..].chars().next() {
            Some(c) if text[1 + c.len_utf8()..].starts_with('\'') => c.len_utf8() + 2,
            _ => 0,
        },
        _ => 0,
    }
}

/// Block comments nest.
fn block_comment_length(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let step = match rest {
            [b'/', b'*', ..] => (1, 2),
            [b'*', b'/', ..] => (-1, 2),
            _ => (0, 1),
        };
        depth += step.0;
        at += step.1;
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted_end(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Code without the items that stand under `#[cfg(test)]` or `#[cfg(all(test, …))]`. Their lines go too, except where code
/// follows, whose line numbers must hold.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(start) = ["#[cfg(test)]", "#[cfg(all(test"].iter().filter_map(|mark| rest.find(mark)).min() {
        out.push_str(&rest[..start]);
        let item = &rest[start..];
        let end = item_end(item);
        out.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    out.push_str(rest);
    out.trim_end().to_owned()
}

/// The end of an item with its attributes: its first `;` outside brackets, or the brace that closes its first one.
fn item_end(item: &str) -> usize {
    let mut depth = 0;
    for (at, c) in item.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            // A closing bracket that the item did not open belongs to what the item stands in, as with a field.
            ')' | ']' | '}' if depth == 0 => return at,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth == 0 && !item[at + 1..].trim_start().starts_with(';') {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

// The rules are worth only as much as this reading of the code, so the reading is tested too.

fn faults_in(path: &str, text: &str) -> usize {
    let code = without_tests(&code_of(text));
    floor_faults(path, &code).len() + clock_faults(path, &code).len()
}

#[test]
fn uses_of_floors_above_and_siblings_are_found() {
    for (path, text, faults) in [
        ("protocol/id.rs", "use crate::journal::Line;", 1),
        ("llm/openai.rs", "use crate::journal;", 1),
        ("llm/openai.rs", "fn f() { crate::config::load() }", 1),
        ("llm/openai.rs", "use crate::{protocol::{Event, room}, journal::{self, Line}, cli as c};", 2),
        ("llm/openai.rs", "use crate::{\n    protocol,\n    agent,\n};", 1),
        ("llm/mod.rs", "use super::journal::Line;", 1),
        ("llm/openai.rs", "use super::super::journal::Line;", 1),
        ("llm/openai/chunk.rs", "use super::super::super::{room, protocol};", 1),
        ("export/html.rs", "pub(crate) use crate::tui::View;", 1),
        ("util/mod.rs", "", 1),
        ("helpers.rs", "", 1),
    ] {
        assert_eq!(faults_in(path, text), faults, "{path}: {text}");
    }
    let fault = floor_faults("llm/a.rs", "\n\nuse crate::journal::Line;").remove(0);
    assert!(fault.starts_with("src/llm/a.rs:3 uses crate::journal, a sibling"), "{fault}");
}

#[test]
fn uses_that_are_allowed_pass() {
    for (path, text) in [
        ("journal/line.rs", "use crate::protocol::{Event, journal};"),
        ("journal/line.rs", "use crate::journal::writer; use super::reader; use super::cli;"),
        ("cli/debate.rs", "use crate::{room, tui, protocol};"),
        ("lib.rs", "pub use crate::cli::main;"),
        ("llm/a.rs", "use other::crate_name::journal; use ::journal::x; use serde::super_::journal;"),
        ("llm/a.rs", "// use crate::journal;\n/* crate::room /* crate::cli */ crate::tui */ /// [`crate::cli`]"),
        (
            "llm/a.rs",
            "const A: &str = \"use crate::journal\"; const B: &str = r#\"crate::\"cli\"#; const C: char = '\"';",
        ),
        (
            "llm/a.rs",
            "fn f<'a>(x: &'a str) -> char { '\\'' } #[cfg(test)]\nmod tests { use crate::room; fn g() { \"}\"; } }",
        ),
        ("llm/a.rs", "#[cfg(test)]\n#[allow(x)]\nmod tests;\nfn f() {}"),
        ("llm/openai/chunk.rs", "use super::super::journal;"),
    ] {
        assert_eq!(faults_in(path, text), 0, "{path}: {text}");
    }
}

#[test]
fn test_code_ends_where_it_ends() {
    for text in [
        "#[cfg(test)]\nuse crate::cli;\nuse crate::journal;",
        "#[cfg(test)]\nfn helper(x: [u8; 2]) { if true {} }\nuse crate::journal;",
        "struct A {\n#[cfg(test)]\nseen: u8 }\nuse crate::journal;",
        "#[cfg(all(test, unix))]\nmod tests { mod inner { } }\nuse crate::journal;",
    ] {
        assert_eq!(faults_in("llm/a.rs", text), 1, "{text}");
    }
}

#[test]
fn readings_of_the_time_are_found() {
    assert_eq!(faults_in("room/run.rs", "let a = Instant::now(); let b = chrono::Utc::now;"), 2);
    assert_eq!(faults_in("room/run.rs", "let a = x::nowhere(); clock.now(); // Instant::now()"), 0);
    assert_eq!(faults_in("room/clock.rs", "Instant::now()"), 0);
    assert_eq!(faults_in("tui/clock.rs", "Instant::now()"), 1);
}

#[test]
fn only_lines_outside_tests_count_for_size() {
    let long = "fn f() {}\n".repeat(LONGEST);
    let with_tests = format!("{long}#[cfg(test)]\nmod tests {{\n{long}}}\n");
    assert_eq!(size_fault("a/b.rs", &without_tests(&code_of(&with_tests))), None);
    let longer = format!("{long}fn g() {{}}\n");
    assert!(size_fault("a/b.rs", &without_tests(&code_of(&longer))).is_some());
}
