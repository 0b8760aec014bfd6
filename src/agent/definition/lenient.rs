//! The second reading, for front matter that is no YAML. What recovers it: split at the keys we know, read each block alone,
//! and where even that fails keep what stands there as a text. Only known keys divide, because examples in an unquoted
//! description have lines such as `user: …` that look like keys and are none.

use super::front::Front;
use super::model::{Field, Note, Value};
use super::text::written_breaks;
use super::yaml::{self, YamlError};

/// Keys that begin a block: those of the dialects, and others that real files have.
const KNOWN: [&str; 48] = [
    "name",
    "description",
    "model",
    "tools",
    "allowed-tools",
    "allowedTools",
    "disallowedTools",
    "disallowed-tools",
    "color",
    "colour",
    "mode",
    "temperature",
    "top_p",
    "prompt",
    "permission",
    "permissions",
    "permissionMode",
    "disable",
    "hidden",
    "steps",
    "maxTurns",
    "skills",
    "memory",
    "hooks",
    "mcpServers",
    "mcp-servers",
    "background",
    "isolation",
    "effort",
    "target",
    "handoffs",
    "agents",
    "argument-hint",
    "user-invocable",
    "disable-model-invocation",
    "infer",
    "metadata",
    "version",
    "author",
    "tier",
    "domain",
    "capabilities",
    "category",
    "tags",
    "tag",
    "heart",
    "axes",
    "examples",
];

/// Keys whose value may run over many lines. What stands below another key's line is something else.
const LONG: [&str; 6] = ["description", "prompt", "heart", "examples", "hooks", "handoffs"];

/// One block: a known key with everything up to the next.
struct Block<'a> {
    /// Its first line within the front matter, from 0.
    at: usize,
    lines: Vec<&'a str>,
}

/// Reads front matter whose first line is `first_line` of the file; `error` is why the strict reading failed.
pub(super) fn read(front: &str, first_line: usize, error: &YamlError) -> Front {
    let told = format!("the front matter is no YAML ({}); it was read key by key", error.reason);
    let mut repairs = vec![Note::new(first_line + error.line - 1, told)];
    let mut fields: Vec<Field> = Vec::new();
    for block in blocks(front) {
        let line = first_line + block.at;
        for (key, value) in pairs(&block, line, &mut repairs) {
            if fields.iter().any(|f| f.key == key) {
                repairs.push(Note::new(line, format!("'{key}' is given twice; the first stands")));
            } else {
                fields.push(Field { key, value, line });
            }
        }
    }
    Front { fields, repairs }
}

/// Whether the first line that is not empty has a key we know.
pub(super) fn begins_with_a_known_key(front: &str) -> bool {
    front.lines().find(|l| !l.trim().is_empty()).and_then(known_key).is_some()
}

/// Whether a line begins with something that is a key by its form.
pub(super) fn begins_with_a_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| is_a_key(key.trim_matches('"')))
}

fn known_key(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    (ends && KNOWN.contains(&key)).then_some(key)
}

fn blocks(front: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (at, line) in front.lines().enumerate() {
        match blocks.last_mut() {
            Some(block) if known_key(line).is_none() => block.lines.push(line),
            // What stands before the first known key is a block of its own: an unknown key, or a comment.
            _ => blocks.push(Block { at, lines: vec![line] }),
        }
    }
    blocks
}

/// What a block says: as YAML if it is that alone, else its key with the rest as a text.
fn pairs(block: &Block<'_>, line: usize, repairs: &mut Vec<Note>) -> Vec<(String, Value)> {
    let text = block.lines.join("\n");
    if let Ok(pairs) = yaml::read(&text).or_else(|_| yaml::read(&untabbed(&block.lines))) {
        let broken = |(key, value): (String, Value)| match value {
            Value::Text(t) if is_plain(first_value(&block.lines)) => (key, Value::Text(written_breaks(&t))),
            other => (key, other),
        };
        return pairs.into_iter().map(broken).collect();
    }
    let Some((first, more)) = block.lines.split_first() else { return Vec::new() };
    let Some((key, value)) = first.split_once(':').filter(|(key, _)| is_a_key(key)) else {
        repairs.push(Note::new(line, "what belongs to no key was left out"));
        return Vec::new();
    };
    let own = if LONG.contains(&key) || !KNOWN.contains(&key) { more.len() - after(more) } else { 0 };
    let (own, rest) = more.split_at_checked(own).unwrap_or((more, &[]));
    let mut pairs = match yaml::read(first) {
        Ok(pairs) if own.is_empty() => pairs,
        _ => {
            repairs.push(Note::new(line, format!("the value of '{key}' is no YAML and was kept as a text")));
            vec![(key.to_owned(), Value::Text(kept(value, own)))]
        }
    };
    for (at, lines) in strangers(rest) {
        let stranger = Block { at: block.at + 1 + at, lines };
        pairs.extend(self::pairs(&stranger, line + 1 + at, repairs));
    }
    pairs
}

/// Words that begin a line of an example, and no field.
const IN_EXAMPLES: [&str; 16] = [
    "user",
    "assistant",
    "context",
    "commentary",
    "example",
    "examples",
    "note",
    "notes",
    "human",
    "system",
    "agent",
    "output",
    "input",
    "result",
    "question",
    "answer",
];

/// How many of the last lines below a long text are fields that we do not know: the last lines of all, each a key in lower case
/// with a value on its line, or what is indented below one. A text that merely ends with such a line loses it to a field of
/// that name, where it is kept too.
fn after(more: &[&str]) -> usize {
    let is_field = |line: &str| {
        let Some((key, value)) = line.split_once(':') else { return false };
        is_a_key(key)
            && key.starts_with(|c: char| c.is_ascii_lowercase())
            && !IN_EXAMPLES.contains(&key.to_lowercase().as_str())
            && (value.is_empty() || value.starts_with(' '))
            && yaml::read(line).is_ok()
    };
    let is_below = |line: &str| line.starts_with([' ', '\t']) || line.starts_with("- ") || line.trim().is_empty();
    let mut fields = 0;
    for (nth, line) in (1..).zip(more.iter().rev()) {
        if is_field(line) {
            fields = nth;
        } else if !is_below(line) {
            break;
        }
    }
    fields
}

/// The lines with their indentation in spaces: YAML forbids tabs there.
fn untabbed(lines: &[&str]) -> String {
    let spaced = |line: &&str| {
        let own = line.trim_start();
        let before = line.get(..line.len() - own.len()).unwrap_or_default();
        before.replace('\t', "  ") + own
    };
    lines.iter().map(spaced).collect::<Vec<_>>().join("\n")
}

/// Lines divided at every key, known or not, each with the number of its first line.
fn strangers<'a>(lines: &[&'a str]) -> Vec<(usize, Vec<&'a str>)> {
    let mut parts: Vec<(usize, Vec<&str>)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let begins = line.split_once(':').is_some_and(|(key, _)| is_a_key(key));
        match parts.last_mut() {
            Some((_, part)) if !begins => part.push(line),
            _ => parts.push((at, vec![line])),
        }
    }
    parts
}

fn is_a_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= 60 && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn first_value<'a>(lines: &[&'a str]) -> &'a str {
    lines.first().and_then(|l| l.split_once(':')).map(|(_, value)| value.trim()).unwrap_or_default()
}

/// Whether a value is written without quotes and not as a block.
pub(super) fn is_plain(value: &str) -> bool {
    !value.starts_with(['"', '\'', '|', '>', '[', '{', '&', '*', '!'])
}

/// The text of a value that is no YAML. Quotes around the whole of it are taken off; `\n` written out is a line break, since
/// nothing unescaped it yet.
fn kept(first: &str, more: &[&str]) -> String {
    let first = first.trim();
    // A block that fails alone was indented wrongly: its marker says nothing.
    let first = if matches!(first, "|" | ">" | "|-" | ">-" | "|+" | ">+") { "" } else { first };
    let indent =
        more.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    let more: Vec<&str> = more.iter().map(|l| l.get(indent..).unwrap_or_default().trim_end()).collect();
    let whole = [&[first], more.as_slice()].concat().join("\n");
    let whole = whole.trim();
    let bare = ['"', '\''].iter().find_map(|q| whole.strip_prefix(*q)?.strip_suffix(*q));
    written_breaks(bare.unwrap_or(whole))
}
