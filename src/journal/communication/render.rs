//! The header, and one entry after the other.

use super::escape::{guard, one_line, reveal, title};
use super::looks::render_looks;
use super::moves::bullet;
use super::refs::references;
use crate::protocol::event::{Opening, Speaker};
use crate::protocol::{Author, Entry, Session};

/// Most characters of the topic in the first line.
const TITLE: usize = 160;
/// Most characters of a name or a model.
const NAME: usize = 120;
/// What a speaker's model is called when no language model stands behind it.
const PANEL: &str = "built-in panel";

/// For whom an entry is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Show how sure a seat was of its sealed position. For people only (`docs/protocol.md`, section 2).
    pub confidence: bool,
    /// Name the clauses that an amendment leaves as they are.
    pub kept: bool,
    /// Show the framework within its entry; else only that it was set.
    pub framework: bool,
}

impl Form {
    /// For `communication.md` and other readers.
    pub const FILE: Form = Form { confidence: true, kept: true, framework: true };
    /// For the log that models are sent: no confidence, of an amendment the changed clauses alone.
    pub const PROMPT: Form = Form { confidence: false, kept: false, framework: true };
}

/// What stands above the first entry: topic, session, who sits at the table. Ends with a line feed.
pub fn render_header(opening: &Opening) -> String {
    let mut out = format!("# Debate: {}\n\n", title(&opening.topic, TITLE));
    out.push_str(&format!("- Session: {}\n", title(&opening.session, NAME)));
    out.push_str(&format!("- Opened: {} UTC\n", opening.at.format("%Y-%m-%d %H:%M:%S")));
    let mut panel = Vec::new();
    for (author, speaker) in voices(opening) {
        let name = title(&speaker.name, NAME);
        let model = title(&speaker.model, NAME);
        out.push_str(&format!("- {author}: {name}, {model}\n"));
        if speaker.model.contains(PANEL) {
            panel.push(author.to_string());
        }
    }
    if let Some(project) = &opening.project {
        let at = project.revision.as_ref().map(|commit| format!(" at {}", title(commit, NAME))).unwrap_or_default();
        out.push_str(&format!("- Project: {}{at}; seats may read, grep and glob in it\n", title(&project.name, NAME)));
    }
    out.push_str(&super::charter::lines(opening));
    if panel.len() == opening.seats.len() + 1 {
        out.push_str("\nNo language model takes part: every voice is the built-in panel, which follows rules.\n");
    } else if !panel.is_empty() {
        out.push_str(&format!(
            "\nNo language model takes part as {}: there speaks the built-in panel, which follows rules.\n",
            panel.join(", ")
        ));
    }
    out
}

/// One entry as `communication.md` has it. Ends with one line feed; a blank line goes between entries.
pub fn render_entry(session: &Session, entry: &Entry) -> String {
    render_entry_as(session, entry, Form::FILE)
}

/// One entry in the given form. `session` is asked only for what was fixed when the entry was written.
pub fn render_entry_as(session: &Session, entry: &Entry, form: Form) -> String {
    let mut out = format!(
        "### [{}] [{}] UTC\n**Type**: {}\n**Entry**: {}",
        entry.author,
        entry.at.format("%Y-%m-%d %H:%M:%S"),
        one_line(&entry.kind),
        entry.number
    );
    let references = references(session, entry);
    if !references.is_empty() {
        out.push_str(&format!(" · re {}", references.join(", ")));
    }
    out.push_str("\n**Content**:");
    let content = guard(&reveal(&entry.content));
    if !content.is_empty() {
        let gap = if starts_a_block(&content) { "\n\n" } else { " " };
        out.push_str(gap);
        out.push_str(&content);
    }
    out.push('\n');
    if !entry.moves.is_empty() {
        out.push_str("\n**Moves**:\n");
        for recorded in &entry.moves {
            out.push_str(&bullet(session, recorded, form));
        }
    }
    if !entry.looks.is_empty() {
        out.push_str("\n**Looks**:\n");
        render_looks(entry).iter().for_each(|look| {
            out.push_str(look);
            out.push('\n');
        });
    }
    out
}

/// The moves of an entry, a Markdown bullet each: the verb in upper case, what it is about, and why.
pub fn render_moves(session: &Session, entry: &Entry, form: Form) -> Vec<String> {
    entry.moves.iter().map(|recorded| bullet(session, recorded, form)).collect()
}

/// What an entry refers to: `#9`, `D2.3@7f3c2a1b`.
pub fn render_references(session: &Session, entry: &Entry) -> Vec<String> {
    references(session, entry)
}

/// Header and all entries: what `communication.md` must read.
pub fn render_log(session: &Session) -> String {
    let mut out = render_header(session.opening());
    for entry in session.entries() {
        out.push('\n');
        out.push_str(&render_entry(session, entry));
    }
    out
}

fn voices(opening: &Opening) -> impl Iterator<Item = (Author, &Speaker)> {
    let supervisor = std::iter::once((Author::Supervisor, &opening.supervisor));
    supervisor.chain(opening.seats.iter().map(|s| (Author::Seat(s.tag.clone()), &s.speaker)))
}

/// Whether Markdown gives the first line a meaning that it would lose behind `**Content**: `.
fn starts_a_block(content: &str) -> bool {
    let list = |rest: &str| rest.starts_with(' ');
    let number = content.trim_start_matches(|c: char| c.is_ascii_digit());
    content.starts_with("```")
        || content.starts_with("~~~")
        || content.starts_with(['#', '>', '|'])
        || content.strip_prefix(['-', '*', '+']).is_some_and(list)
        || (number.len() < content.len() && number.strip_prefix(['.', ')']).is_some_and(list))
}
