//! What a speaker looked at before its reply, a line each: what was asked, which lines were shown, and the digest of what was
//! shown, or why it was refused. What was shown itself stands in the journal.

use super::escape::one_line;
use crate::protocol::{Digest, Entry, Found, Look, Round, Spot};
use std::fmt::Write;

/// Most characters of what was asked.
const ASKED: usize = 200;
/// Most places that a line names.
const SPOTS: usize = 6;

/// Every look that goes with an entry, a Markdown bullet each. No line feeds.
pub fn render_looks(entry: &Entry) -> Vec<String> {
    let rounds = entry.looks.iter();
    rounds.flat_map(|round| round.looks.iter().map(|look| bullet(round, look))).collect()
}

/// A look in words, on one line: `READ src/main.rs:1-40 — 40 lines, 1234 bytes, sha256 1f2e3d4c`.
pub fn render_look(look: &Look) -> String {
    let asked: String = look.query.to_string().chars().take(ASKED).collect();
    let (tool, what) = asked.split_once(' ').unwrap_or((&asked, ""));
    let mut out = format!("{} {}", tool.to_uppercase(), what).trim_end().to_owned();
    match &look.found {
        Found::Refused { reason } => {
            let _ = write!(out, " — refused: {reason}");
        }
        Found::Given { text, spots, left_out, masked } => {
            let _ = write!(out, " — {}", counted(spots, text));
            if !left_out.is_empty() {
                let _ = write!(out, "; left out: {left_out}");
            }
            if *masked > 0 {
                let _ = write!(out, "; {masked} masked");
            }
        }
    }
    one_line(&out)
}

fn bullet(round: &Round, look: &Look) -> String {
    let given = matches!(look.found, Found::Given { .. });
    let at = round.revision.as_deref().filter(|_| given);
    let at = at.map(|commit| format!("; at {}", one_line(&short(commit)))).unwrap_or_default();
    format!("- {}{at}", render_look(look))
}

/// The first eight characters of a commit.
fn short(commit: &str) -> String {
    commit.chars().take(8).collect()
}

fn counted(spots: &[Spot], text: &str) -> String {
    let digest = Digest::of(text.as_bytes());
    let sum = format!("{} bytes, sha256 {}", text.len(), digest.short());
    if spots.is_empty() {
        return match text.lines().count() {
            0 => "nothing found".to_owned(),
            lines => format!("{lines} lines, {sum}"),
        };
    }
    let named: Vec<String> = spots.iter().take(SPOTS).map(ToString::to_string).collect();
    let more = spots.len().saturating_sub(SPOTS);
    let more = if more > 0 { format!(" and {more} more places") } else { String::new() };
    format!("{}{more}, {sum}", named.join(", "))
}
