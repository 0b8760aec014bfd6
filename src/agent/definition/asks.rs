//! What a body expects of the program that runs it. `docs/agents.md` has the table of what becomes of each.
//!
//! These are readings of prose by signs, and a sign can be missed or mistaken. So nothing here takes anything away: a
//! definition's text reaches its model whole, and what is read here is only what the host adds to its rules.

use super::text::one_line;
use super::{mentions, naming};
use crate::protocol::SeatTag;
use serde::Serialize;
use std::collections::BTreeSet;

/// Most points of a self-check list.
const MAX_CHECKS: usize = 12;
/// Longest point, in characters.
const MAX_CHECK: usize = 200;
/// Most paths of a scope.
const MAX_SCOPES: usize = 40;
/// Most types of entry.
const MAX_KINDS: usize = 12;

/// What a definition expects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Asks {
    /// What it expects, each once.
    pub expects: BTreeSet<Expectation>,
    /// Its self-check list, point by point.
    pub checklist: Vec<String>,
    /// The files it owns, as globs or folders.
    pub scopes: Vec<String>,
    /// With whom it wants a contract before anything is implemented, as it names them.
    pub contract_with: Vec<String>,
    /// Whom it names otherwise.
    pub mentions: Vec<String>,
}

/// One thing that a definition may expect of its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// Nobody begins before the supervisor set the framework.
    WaitForFramework,
    /// Everything since its last turn is read.
    ReadEverything,
    /// It responds to what others propose.
    RespondToOthers,
    /// Nobody finishes before all agree.
    NoStopping,
    /// Tasks are claimed, owned and completed.
    ClaimTasks,
    /// Results and questions go to whoever leads.
    MessageTheLead,
    /// Trouble is escalated, with options and trade-offs.
    Escalate,
    /// A contract is agreed before an implementation.
    ContractFirst,
    /// Sensitive work is reviewed for security.
    SecurityReview,
    /// Its own check list is gone through.
    SelfCheck,
    /// Files belong to somebody.
    FileOwnership,
    /// Other files of its folder are read with it.
    Includes,
    /// `{agent}` and the like are filled in.
    Placeholders,
    /// There are folders for messages, tasks and results.
    Mailboxes,
}

/// Signs in a line, in lower case: one of them in a line is enough.
const SIGNS: [(Expectation, &[&str]); 9] = [
    (
        Expectation::WaitForFramework,
        &["wait for supervisor", "wait for the supervisor", "wait for the framework", "set framework"],
    ),
    (
        Expectation::ReadEverything,
        &["communication file", "keep reading", "continuous monitoring", "since your last turn", "shared log"],
    ),
    (
        Expectation::RespondToOthers,
        &["respond to others", "respond to other agents", "react to ", "engage other agents"],
    ),
    (
        Expectation::NoStopping,
        &[
            "no stopping",
            "until consensus",
            "until all agents",
            "don't finish until",
            "do not finish until",
            "do not stop until",
        ],
    ),
    (
        Expectation::ClaimTasks,
        &["tasklist", "taskupdate", "claim task", "claim tasks", "claim a task", "claim an open task"],
    ),
    (
        Expectation::MessageTheLead,
        &["sendmessage", "team lead", "report results", "status updates to", "report back to", "report to the"],
    ),
    (Expectation::Escalate, &["escalat"]),
    (Expectation::Placeholders, &["{agent}", "{instruction_id}"]),
    (Expectation::Mailboxes, &["/inbox/", "inbox/", "agent_memory", "/outputs/", "/tasks/"]),
];

/// Reads what `body` expects of its host.
pub(super) fn read(name: &str, description: &str, body: &str) -> Asks {
    let lower = body.to_lowercase();
    let mut expects: BTreeSet<Expectation> =
        SIGNS.iter().filter(|(_, signs)| signs.iter().any(|s| lower.contains(s))).map(|(what, _)| *what).collect();
    let sections = sections(body);
    let checklist = checklist(&sections);
    let scopes = scopes(&sections);
    let contract_with = contract_with(body, &lower);
    let mut mark = |holds: bool, what: Expectation| {
        if holds {
            expects.insert(what);
        }
    };
    mark(!checklist.is_empty(), Expectation::SelfCheck);
    mark(!scopes.is_empty(), Expectation::FileOwnership);
    mark(!contract_with.is_empty(), Expectation::ContractFirst);
    mark(lower.lines().any(wants_security_review), Expectation::SecurityReview);
    mark(!super::includes::named(body).0.is_empty(), Expectation::Includes);
    Asks { expects, checklist, scopes, contract_with, mentions: mentions::read(name, description, body) }
}

fn wants_security_review(line: &str) -> bool {
    line.contains("security review") || (line.contains("reviewed by") && line.contains("security"))
}

/// A part of the body under a heading, which may be bold words or a line that ends in a colon.
struct Section<'a> {
    title: String,
    /// Whether the title is a Markdown heading or stands alone in bold.
    is_heading: bool,
    lines: Vec<&'a str>,
}

fn sections(body: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in body.lines() {
        match title(line) {
            Some((title, is_heading)) => sections.push(Section { title, is_heading, lines: Vec::new() }),
            None => {
                if let Some(section) = sections.last_mut() {
                    section.lines.push(line);
                }
            }
        }
    }
    sections
}

fn title(line: &str) -> Option<(String, bool)> {
    let text = line.trim();
    let marks = text.chars().take_while(|c| *c == '#').count();
    if (1..=6).contains(&marks) && text.get(marks..).is_some_and(|r| r.starts_with(' ')) {
        return Some((text.trim_matches(['#', ' ', '*', ':']).to_lowercase(), true));
    }
    if text.len() > 4 && text.starts_with("**") && text.trim_end_matches(':').ends_with("**") {
        return Some((text.trim_matches(['*', ' ', ':']).to_lowercase(), true));
    }
    let bullet = text.starts_with(['-', '*', '+', '>', '|', '`']) || text.starts_with(|c: char| c.is_ascii_digit());
    (text.ends_with(':') && !bullet && text.len() < 120).then(|| (text.trim_end_matches(':').to_lowercase(), false))
}

/// Titles of a list that somebody goes through before it calls its own work done.
const CHECKS: [&str; 14] = [
    "self-verification",
    "self verification",
    "self-check",
    "self check",
    "self-review",
    "quality checklist",
    "final checklist",
    "verification checklist",
    "completion checklist",
    "definition of done",
    "before considering",
    "before completing",
    "before you finish",
    "before marking",
];

fn checklist(sections: &[Section<'_>]) -> Vec<String> {
    let mut points: Vec<String> = Vec::new();
    let mut open = false;
    for section in sections {
        let named = CHECKS.iter().any(|c| section.title.contains(c));
        // A line that ends in a colon goes on with the list of the heading above it.
        open = named || (open && !section.is_heading && points.is_empty());
        if !open {
            continue;
        }
        points.extend(section.lines.iter().filter_map(|l| bullet(l)).map(|l| one_line(l, MAX_CHECK)));
    }
    points.retain(|p| p.len() > 3);
    points.truncate(MAX_CHECKS);
    points
}

/// The text of a point: `- …`, `* …`, `1. …`, `- [ ] …`.
fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = match digits {
        0 => line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or_else(|| line.strip_prefix("+ ")),
        n => line.get(n..).and_then(|r| r.strip_prefix(". ").or_else(|| r.strip_prefix(") "))),
    }?;
    let rest = ["[ ] ", "[x] ", "[X] "].iter().find_map(|box_| rest.strip_prefix(*box_)).unwrap_or(rest);
    Some(rest.trim())
}

/// Paths in backticks under a heading that speaks of scope or ownership. One with a placeholder is a mailbox and no scope.
fn scopes(sections: &[Section<'_>]) -> Vec<String> {
    let about = |s: &&Section<'_>| {
        s.title == "scope"
            || ["file scope", "file ownership", "owned files", "files you own", "your scope", "scope and"]
                .iter()
                .any(|t| s.title.contains(t))
    };
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for section in sections {
        open = about(&section) || (open && !section.is_heading);
        if !open {
            continue;
        }
        for path in section.lines.iter().flat_map(|l| in_backticks(l)) {
            if is_path(path) && !found.iter().any(|f| f == path) {
                found.push(path.to_owned());
            }
        }
    }
    found.truncate(MAX_SCOPES);
    found
}

fn in_backticks(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_path(text: &str) -> bool {
    let shaped = text.contains(['/', '*'])
        || text.rsplit_once('.').is_some_and(|(stem, kind)| !stem.is_empty() && (1..=6).contains(&kind.len()));
    let tame = |c: char| !c.is_control() && !c.is_whitespace() && !"{}<>()@:;\"'$".contains(c);
    shaped
        && text.len() <= 120
        && text.chars().all(tame)
        && !text.starts_with('/')
        && !text.split('/').any(|p| p == "..")
}

/// Whom the lines name that speak of a contract.
fn contract_with(body: &str, lower: &str) -> Vec<String> {
    let mut with: Vec<String> = Vec::new();
    let lines = body.lines().zip(lower.lines()).filter(|(_, lower)| lower.contains("contract"));
    for (line, _) in lines {
        for name in mentions::roles_in(line) {
            if !with.contains(&name) {
                with.push(name);
            }
        }
    }
    with.truncate(8);
    with
}

/// The tag in a communication format: `### [BACKEND] [timestamp] UTC`. A word that stands for any name is none.
pub(super) fn format_tag(body: &str) -> Option<SeatTag> {
    const ANY: [&str; 9] =
        ["AGENT", "AGENT_NAME", "AGENT-NAME", "NAME", "ROLE", "YOUR_NAME", "YOUR_ROLE", "TAG", "TYPE"];
    let tags = body.lines().filter_map(|line| {
        let rest = line.trim_start().trim_start_matches('#').trim_start();
        let (tag, after) = rest.strip_prefix('[')?.split_once(']')?;
        (line.trim_start().starts_with('#') && after.trim_start().starts_with('[')).then_some(tag)
    });
    // A word with small letters may stand for anything, unless it names a trade: `[Date]`, but `[Backend]`.
    let meant = tags.filter(|t| !t.chars().any(|c| c.is_ascii_lowercase()) || naming::role(t).is_some());
    meant.map(str::to_ascii_uppercase).filter(|t| !ANY.contains(&t.as_str())).find_map(|t| t.parse().ok())
}

/// The types in a communication format: `**Type**: [ANALYSIS|THREAT_MODEL|REVIEW]`.
pub(super) fn kinds(body: &str) -> Vec<String> {
    let line = body.lines().map(str::trim).find_map(|l| {
        let rest = l.trim_start_matches(['-', '*', ' ']);
        let rest = rest.strip_prefix("Type")?.trim_start_matches(['*', ' ']).strip_prefix(':')?;
        rest.trim_start_matches(['*', ' ']).strip_prefix('[')?.split_once(']').map(|(list, _)| list)
    });
    let shaped = |w: &&str| {
        (2..=32).contains(&w.len())
            && w.starts_with(|c: char| c.is_ascii_uppercase())
            && w.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
    };
    let mut kinds: Vec<String> = Vec::new();
    for word in line.unwrap_or_default().split(['|', '/', ',']).map(str::trim).filter(shaped) {
        if !kinds.iter().any(|k| k == word) {
            kinds.push(word.to_owned());
        }
    }
    kinds.truncate(MAX_KINDS);
    if kinds.len() < 2 { Vec::new() } else { kinds }
}
