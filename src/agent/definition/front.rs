//! Where the front matter ends and the body begins, and the order of readings.

use super::model::{Definition, DefinitionError, Field, Loaded, MAX_BYTES, Note};
use super::{codex, fields, lenient, yaml};

/// Front matter as it was read.
pub(super) struct Front {
    pub fields: Vec<Field>,
    pub repairs: Vec<Note>,
}

/// Reads a definition from the text of a file. `file` is its name (`backend.agent.md`), which tells TOML from Markdown and
/// stands in where the text has no name.
///
/// # Errors
/// When it is too long, says nothing, or is TOML that cannot be read. Front matter that no reading can make sense of is no
/// error: what it says is kept as text, and said to be repaired.
pub fn read(file: &str, text: &str) -> Result<Loaded, DefinitionError> {
    if text.len() > MAX_BYTES {
        return Err(DefinitionError::new(file, 1, format!("it is {} bytes long: at most {MAX_BYTES}", text.len())));
    }
    if let Some(at) = text.find('\0') {
        return Err(DefinitionError::new(file, line_at(text, at), "it holds a NUL byte: this is no text file"));
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if file.to_ascii_lowercase().ends_with(".toml") {
        return codex::read(file, &text);
    }
    let Some(parts) = split(&text) else {
        return fields::definition(file, Front { fields: Vec::new(), repairs: Vec::new() }, &text, 1);
    };
    let mut front = match yaml::read(parts.front) {
        Ok(pairs) => fields::placed(pairs, parts.front, parts.first_line),
        Err(error) => lenient::read(parts.front, parts.first_line, &error),
    };
    if let Some(repair) = parts.repair {
        front.repairs.insert(0, repair);
    }
    fields::definition(file, front, parts.body, parts.body_line)
}

impl Definition {
    /// Reads a definition of ours, of which nothing is worth noting but whether it can be read.
    ///
    /// # Errors
    /// As [`read`].
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        read(file, text).map(|loaded| loaded.definition)
    }
}

struct Parts<'a> {
    front: &'a str,
    /// The line of the front matter's first line, from 1.
    first_line: usize,
    body: &'a str,
    body_line: usize,
    repair: Option<Note>,
}

/// Front matter between two `---` lines at the start; none where there is none. A `---` further down is a rule of the body,
/// and so is one at the start where no key stands below it.
fn split(text: &str) -> Option<Parts<'_>> {
    let start = preface(text);
    let rest = text.get(start..)?;
    let (opening, _) = rest.split_once('\n').unwrap_or((rest, ""));
    if !is_fence(opening) {
        return None;
    }
    let from = (start + opening.len() + 1).min(text.len());
    let first_line = line_at(text, from);
    let repair = (start > 0).then(|| Note::new(1, "something stands before the front matter; it was passed over"));
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        let end = at + line.len();
        // `...` ends a document in YAML.
        if is_fence(line) || line.trim_end() == "..." {
            let (front, body) = (text.get(from..at)?, unfenced(text.get(..start)?, text.get(end..)?));
            let is_front = front.trim().is_empty() || front.lines().any(lenient::begins_with_a_key);
            return is_front.then(|| Parts { front, first_line, body, body_line: line_at(text, end), repair });
        }
        at = end;
    }
    unclosed(text, from, first_line)
}

/// Where front matter can begin: behind empty lines, a comment (a licence, mostly), and the opening of a code block that
/// somebody put around the whole file.
fn preface(text: &str) -> usize {
    let mut rest = text.trim_start();
    if let Some((_, behind)) = rest.strip_prefix("<!--").and_then(|r| r.split_once("-->")) {
        rest = behind.trim_start();
    }
    let fence = rest.split_once('\n').filter(|(line, _)| CODE.contains(&line.trim_end()));
    text.len() - fence.map_or(rest, |(_, behind)| behind.trim_start()).len()
}

/// How a code block around a whole file begins.
const CODE: [&str; 3] = ["```", "```markdown", "```md"];

/// The body without the end of a code block that began before the front matter.
fn unfenced<'a>(before: &str, body: &'a str) -> &'a str {
    let opened = before.lines().any(|line| CODE.contains(&line.trim()));
    body.trim_end().strip_suffix("```").filter(|_| opened).unwrap_or(body)
}

/// Front matter that nobody closed ends at the first empty line or heading, if what stands before it has a key we know;
/// else the `---` was a rule.
fn unclosed(text: &str, from: usize, first_line: usize) -> Option<Parts<'_>> {
    let rest = text.get(from..)?;
    let blank = rest.find("\n\n").map(|at| at + 1);
    let heading = rest.find("\n# ").map(|at| at + 1);
    let end = blank.into_iter().chain(heading).min()?;
    let front = rest.get(..end)?;
    lenient::begins_with_a_known_key(front).then(|| Parts {
        front,
        first_line,
        body: rest.get(end..).unwrap_or_default(),
        body_line: line_at(text, from + end),
        repair: Some(Note::new(first_line, "the front matter is not closed by a line ---; it was taken to end here")),
    })
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

/// The line, from 1, of a byte offset.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}
