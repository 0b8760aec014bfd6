//! The Markdown log read back.

use super::escape::{conceal, unguard};
use crate::protocol::{Author, EntryNumber};
use chrono::{DateTime, NaiveDateTime, Utc};

/// An entry as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedEntry {
    /// Who speaks.
    pub author: Author,
    /// When, to the second.
    pub at: DateTime<Utc>,
    /// The speaker's word for what it is.
    pub kind: String,
    /// Its number.
    pub number: EntryNumber,
    /// The content, byte for byte as it was given.
    pub content: String,
    /// The list of moves as it stands in the log, escapes included; empty where there is none.
    pub moves: String,
    /// The list of looks as it stands in the log; empty where there is none.
    pub looks: String,
}

/// Every entry of a log, in order. What is no entry (the header, what people wrote between) is passed over.
pub fn parse(log: &str) -> Vec<ParsedEntry> {
    let mut blocks: Vec<(Author, DateTime<Utc>, Vec<&str>)> = Vec::new();
    for line in log.split('\n') {
        if let Some((author, at)) = heading(line) {
            blocks.push((author, at, Vec::new()));
        } else if let Some((_, _, lines)) = blocks.last_mut() {
            lines.push(line);
        }
    }
    blocks.into_iter().filter_map(|(author, at, lines)| entry(author, at, &lines)).collect()
}

/// `### [SECURITY] [2026-11-20 10:14:03] UTC`, and nothing else on the line.
fn heading(line: &str) -> Option<(Author, DateTime<Utc>)> {
    let inner = line.strip_prefix("### [")?.strip_suffix("] UTC")?;
    let (author, at) = inner.split_once("] [")?;
    let author = author.parse().ok()?;
    let at = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S").ok()?;
    Some((author, at.and_utc()))
}

fn entry(author: Author, at: DateTime<Utc>, lines: &[&str]) -> Option<ParsedEntry> {
    let [kind, number, body @ ..] = lines else {
        return None;
    };
    let kind = kind.strip_prefix("**Type**: ")?;
    let number = number.strip_prefix("**Entry**: ")?;
    let number = number.split(" · ").next()?.parse().ok()?;
    let cut = |lines: &[&str], field: &str| lines.iter().position(|line| *line == field).unwrap_or(lines.len());
    let (body, looks) = body.split_at(cut(body, "**Looks**:"));
    let (content, moves) = body.split_at(cut(body, "**Moves**:"));
    let content = content.join("\n");
    let content = content.strip_prefix("**Content**:")?;
    let content = match content.strip_prefix(' ') {
        Some(inline) => inline,
        None => content.trim_start_matches('\n'),
    };
    let list = |lines: &[&str]| lines.get(1..).unwrap_or_default().join("\n").trim_end_matches('\n').to_owned();
    Some(ParsedEntry {
        author,
        at,
        kind: conceal(kind),
        number,
        content: conceal(&unguard(content.trim_end_matches('\n'))),
        moves: list(moves),
        looks: list(looks),
    })
}
