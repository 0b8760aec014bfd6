//! The three tools as a model is told of them, and its calls read as what they ask for.

use crate::llm::{Tool, ToolCall};
use crate::protocol::Query;
use crate::protocol::look::MAX_ASKED;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A tool's name and what it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: &'static str,
    /// What it gives.
    pub gives: &'static str,
}

/// Every tool there is.
pub const TOOLS: [Named; 3] = [
    Named { name: "read", gives: "Lines of one text file of the project, each with its number; at most 400." },
    Named {
        name: "grep",
        gives: "Lines of the project's files that match a regular expression (Rust's syntax), with two around each; at most 100.",
    },
    Named {
        name: "glob",
        gives: "Paths of the project's files that match a pattern such as src/**/*.rs; at most 200.",
    },
];

/// The tools as data for an endpoint. Static: a changed list voids a server's cache.
pub fn llm_tools() -> &'static [Tool] {
    static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| {
        TOOLS.iter().map(|t| Tool { name: t.name, description: t.gives, parameters: parameters(t.name) }).collect()
    });
    &ALL
}

fn parameters(tool: &str) -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let (fields, required) = match tool {
        "read" => (
            json!({"path": text("from the top of the project"), "from": {"type": "integer", "description": "first line, from 1"},
                   "lines": {"type": "integer", "description": "how many"}}),
            json!(["path"]),
        ),
        "grep" => (
            json!({"pattern": text("regular expression"), "path": text("file or folder; left out: everywhere"),
                   "glob": text("which files, such as *.rs"), "ignore_case": {"type": "boolean"}}),
            json!(["pattern"]),
        ),
        _ => (json!({"pattern": text("pattern of paths")}), json!(["pattern"])),
    };
    json!({"type": "object", "properties": fields, "required": required})
}

/// What a call asks for. Whatever cannot be read is a call of no tool, and refused with its name.
pub fn query(call: &ToolCall) -> Query {
    let name = bounded(call.name.trim());
    let fields = &call.arguments;
    let words = |keys: &[&str]| keys.iter().find_map(|key| fields.get(*key)?.as_str()).map(bounded);
    let number = |keys: &[&str]| keys.iter().find_map(|key| number(fields.get(*key)?)).unwrap_or(0);
    let found = match name.to_lowercase().as_str() {
        "read" | "read_file" => words(&["path", "file", "file_path", "filename"]).map(|path| {
            let (path, from, lines) = ranged(path);
            let (first, last) =
                (number(&["from", "start", "offset", "start_line"]), number(&["to", "end", "end_line"]));
            let count = number(&["lines", "limit", "count"]);
            let from = if first > 0 { first } else { from };
            let spanned = if last >= from.max(1) { last - from.max(1) + 1 } else { lines };
            Query::Read { path, from, lines: if count > 0 { count } else { spanned } }
        }),
        "grep" | "search" => words(&["pattern", "regex", "query"]).map(|pattern| Query::Grep {
            pattern,
            path: words(&["path", "dir", "folder"]).unwrap_or_default(),
            glob: words(&["glob", "include"]).unwrap_or_default(),
            ignore_case: ["ignore_case", "case_insensitive", "-i"]
                .iter()
                .any(|key| fields.get(*key).and_then(Value::as_bool).unwrap_or(false)),
        }),
        "glob" | "list" | "ls" => words(&["pattern", "glob", "path"]).map(|pattern| Query::Glob { pattern }),
        _ => None,
    };
    found.unwrap_or_else(|| Query::Other { name, arguments: bounded(&fields.to_string()) })
}

/// Why a call that could not be read is refused: its tool is none, or lacks what it needs.
pub(super) fn why_not(name: &str) -> String {
    match TOOLS.iter().find(|tool| tool.name.eq_ignore_ascii_case(name)) {
        Some(tool) => {
            let needs = if tool.name == "read" { "path" } else { "pattern" };
            format!("its arguments cannot be read: {} needs a {needs}", tool.name)
        }
        None => format!("there is no tool {name:?} here: only read, grep and glob"),
    }
}

/// `src/a.rs:12-20` as a path is the path with those lines.
fn ranged(path: String) -> (String, u32, u32) {
    match crate::protocol::quote::places(&path).as_slice() {
        [spot] if path.trim_start_matches("./").starts_with(&spot.path) => {
            (spot.path.clone(), spot.from, spot.to - spot.from + 1)
        }
        _ => (path, 0, 0),
    }
}

fn number(value: &Value) -> Option<u32> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()).or_else(|| {
        let float = value.as_f64().filter(|f| (0.0..4e9).contains(f))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(float as u64)
    });
    number.map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

fn bounded(text: &str) -> String {
    let at = (0..=MAX_ASKED.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..at).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, arguments: Value) -> String {
        query(&ToolCall { name: name.to_owned(), arguments }).to_string()
    }

    #[test]
    fn calls_are_read_leniently_and_strange_ones_are_nobodys() {
        assert_eq!(asked("read", json!({"path": "a.rs"})), "read a.rs");
        assert_eq!(asked("read", json!({"path": "a.rs", "from": "3", "lines": 2.0})), "read a.rs:3-4");
        assert_eq!(asked("read", json!({"file_path": "a.rs", "start": 3, "end": 9})), "read a.rs:3-9");
        assert_eq!(asked("Read", json!({"path": "a.rs:12-20"})), "read a.rs:12-20");
        assert_eq!(
            asked("grep", json!({"pattern": "fn x", "glob": "*.rs", "ignore_case": true})),
            "grep \"fn x\" among *.rs, any case"
        );
        assert_eq!(asked("glob", json!({"pattern": "**"})), "glob **");
        assert_eq!(asked("bash", json!({"command": "rm -rf ."})), "bash {\"command\":\"rm -rf .\"}");
        assert_eq!(asked("read", json!("{path")), "read \"{path\"");
        let long = query(&ToolCall { name: "x".repeat(9_999), arguments: json!({"a": "ä".repeat(9_999)}) });
        assert!(long.to_string().len() <= 2 * MAX_ASKED + 1);
    }
}
