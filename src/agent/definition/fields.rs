//! Front matter and body become a definition.

use super::front::Front;
use super::includes;
use super::lenient::is_plain;
use super::model::{Definition, DefinitionError, Dialect, Field, Loaded, Note, Value};
use super::text::{one_line, written_breaks};
use super::{asks, naming};
use crate::protocol::SeatTag;

/// Most fields that are kept.
const MAX_FIELDS: usize = 100;
/// Longest description that is kept, in characters. It is for people; the body is what a model reads.
const MAX_DESCRIPTION: usize = 4_000;
/// Most tools that are listed.
const MAX_TOOLS: usize = 60;

/// Keys under which the dialects keep their tools, whatever their capitals.
const TOOLS: [&str; 4] = ["tools", "allowed-tools", "allowedTools", "allowed_tools"];
/// Keys under which they keep those that they do not want.
const NO_TOOLS: [&str; 3] = ["disallowed-tools", "disallowedTools", "disallowed_tools"];

/// Gives each field its line, and unquoted texts their line breaks. A value that YAML took for a comment (`color: #e63946`)
/// is put back.
pub(super) fn placed(pairs: Vec<(String, Value)>, front: &str, first_line: usize) -> Front {
    let mut repairs = Vec::new();
    let mut fields = Vec::new();
    for (key, value) in pairs {
        let found = front.lines().enumerate().find_map(|(at, line)| Some((at, value_after(line, &key)?)));
        let (at, written) = found.unwrap_or_default();
        let line = first_line + at;
        let value = match value {
            Value::Text(text) if text.is_empty() && written.starts_with('#') && written.len() > 1 => {
                repairs
                    .push(Note::new(line, format!("'#' begins a comment in YAML; '{key}' was taken to mean the text")));
                Value::Text(written.to_owned())
            }
            Value::Text(text) if is_plain(written) => Value::Text(written_breaks(&text)),
            other => other,
        };
        fields.push(Field { key, value, line });
    }
    Front { fields, repairs }
}

/// What stands after `key:` on a line that begins with it.
fn value_after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key).or_else(|| line.strip_prefix('"')?.strip_prefix(key)?.strip_prefix('"'))?;
    rest.trim_start().strip_prefix(':').map(str::trim)
}

/// The definition that `front` and `body` come to; the body begins at `body_line` of the file.
pub(super) fn definition(file: &str, front: Front, body: &str, body_line: usize) -> Result<Loaded, DefinitionError> {
    let Front { mut fields, repairs } = front;
    let mut warnings = Vec::new();
    if fields.len() > MAX_FIELDS {
        warnings.push(Note::new(1, format!("{} fields are too many: the first {MAX_FIELDS} were kept", fields.len())));
        fields.truncate(MAX_FIELDS);
    }
    let description = text_of(&fields, "description").unwrap_or_default().trim().to_owned();
    let description: String = description.chars().take(MAX_DESCRIPTION).collect();
    let body = match (body.trim(), text_of(&fields, "prompt")) {
        ("", Some(prompt)) if !prompt.trim().is_empty() => prompt.trim().to_owned(),
        ("", _) => {
            return Err(DefinitionError::new(
                file,
                body_line,
                "it says nothing: there is no text below its front matter",
            ));
        }
        (body, _) => body.to_owned(),
    };
    let dialect = dialect(file, &fields);
    let given = text_of(&fields, "name").map(|n| one_line(n, super::text::MAX_NAME)).filter(|n| !n.is_empty());
    let is_named = given.is_some();
    let name = given.unwrap_or_else(|| naming::name(file, &body, &description));
    let (tag, strange) = tag(&fields, &body);
    warnings.extend(strange);
    let asks = asks::read(&name, &description, &body);
    let (includes, refused) = includes::named(&body);
    warnings.extend(refused.into_iter().map(|note| Note { line: note.line + body_line - 1, ..note }));
    let definition = Definition {
        name,
        is_named,
        description,
        tag,
        kinds: asks::kinds(&body),
        heart: text_of(&fields, "heart").unwrap_or_default().trim().to_owned(),
        dialect,
        tools: tools(&fields),
        includes,
        asks,
        disabled: text_of(&fields, "disable").or(text_of(&fields, "disabled")).is_some_and(|t| t.trim() == "true"),
        body,
        fields,
    };
    Ok(Loaded { definition, repairs, warnings })
}

/// The text of a key; `Name` is taken for `name` where that is not there.
fn text_of<'a>(fields: &'a [Field], key: &str) -> Option<&'a str> {
    let exact = fields.iter().find(|f| f.key == key);
    exact.or_else(|| fields.iter().find(|f| f.key.eq_ignore_ascii_case(key))).and_then(|f| f.value.text())
}

/// The tag of the front matter, else of the communication format. Other programs may mean something else by `tag`: what can be
/// none is passed over with a note.
fn tag(fields: &[Field], body: &str) -> (Option<SeatTag>, Option<Note>) {
    let of_format = asks::format_tag(body);
    let Some(field) = fields.iter().find(|f| f.key == "tag") else { return (of_format, None) };
    let Some(text) = field.value.text().map(str::trim).filter(|t| !t.is_empty()) else { return (of_format, None) };
    match text.to_ascii_uppercase().parse() {
        Ok(tag) => (Some(tag), None),
        Err(error) => (of_format, Some(Note::new(field.line, format!("its tag is passed over: {error}")))),
    }
}

/// The tools asked for, each once, without those that the definition itself rules out.
fn tools(fields: &[Field]) -> Vec<String> {
    let unwanted = listed(fields, &NO_TOOLS);
    let mut tools: Vec<String> = Vec::new();
    for tool in listed(fields, &TOOLS) {
        if !tools.contains(&tool) && !unwanted.contains(&tool) && tools.len() < MAX_TOOLS {
            tools.push(tool);
        }
    }
    tools
}

/// The tools under some keys, however they are listed: a line with commas, a list, or a table of switches.
fn listed(fields: &[Field], keys: &[&str]) -> Vec<String> {
    let mut tools = Vec::new();
    for field in fields.iter().filter(|f| keys.iter().any(|key| f.key.eq_ignore_ascii_case(key))) {
        match &field.value {
            Value::Text(line) => tools.extend(split_tools(line)),
            Value::List(items) => tools.extend(items.iter().filter_map(Value::text).map(str::to_owned)),
            Value::Map(switches) => {
                let on = |value: &Value| !matches!(value.text(), Some("false" | "deny" | "no" | "off"));
                tools.extend(switches.iter().filter(|(_, value)| on(value)).map(|(tool, _)| tool.clone()));
            }
        }
    }
    tools.iter().map(|t| one_line(t, 80)).filter(|t| !t.is_empty()).collect()
}

/// `Read, Bash(git log, git show), Grep`: commas within brackets do not divide.
fn split_tools(line: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut tools = vec![String::new()];
    for c in line.trim().trim_start_matches('[').trim_end_matches(']').chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                tools.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(tool) = tools.last_mut() {
            tool.push(c);
        }
    }
    tools.iter().map(|t| t.trim().trim_matches(['"', '\'']).to_owned()).collect()
}

fn dialect(file: &str, fields: &[Field]) -> Dialect {
    let has = |keys: &[&str]| fields.iter().any(|f| keys.contains(&f.key.as_str()));
    let file = file.to_ascii_lowercase();
    if file.ends_with(".toml") {
        return Dialect::Codex;
    }
    if file.ends_with(".agent.md") || file.ends_with(".chatmode.md") || has(&["handoffs", "argument-hint", "target"]) {
        return Dialect::Copilot;
    }
    if fields.is_empty() {
        return Dialect::Plain;
    }
    if has(&["heart", "axes", "tag"]) {
        return Dialect::Conclave;
    }
    let model_of_a_provider = text_of(fields, "model").is_some_and(|m| m.contains('/'));
    let switches = fields.iter().any(|f| f.key == "tools" && matches!(f.value, Value::Map(_)));
    if has(&["mode", "permission", "top_p", "disable"]) || model_of_a_provider || switches {
        return Dialect::OpenCode;
    }
    if has(&["name", "tools", "allowed-tools", "model", "color", "disallowedTools"]) {
        return Dialect::ClaudeCode;
    }
    Dialect::Other
}
