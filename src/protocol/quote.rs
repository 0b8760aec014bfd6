//! Places in the project that a text refers to, and whether whoever wrote it had seen them.
//!
//! A speaker quotes code by naming it: `src/auth.rs:12-20`. That is prose and proves nothing by itself. What makes it a
//! quotation is a look on record that showed those lines: the speaker's own before it wrote, else one by somebody whose
//! entry it had read. Anything else stays the plain text it is.

use super::entry::Entry;
use super::id::{Author, EntryNumber};
use super::look::{Round, Spot};
use super::session::Session;

/// Most places that are looked for in one entry.
const MAX_PLACES: usize = 200;
/// Longest name of a place, in bytes.
const MAX_LENGTH: usize = 512;

/// A place that an entry refers to and that was shown to somebody before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The place.
    pub spot: Spot,
    /// The entry whose looks showed it.
    pub seen_in: EntryNumber,
    /// Who looked.
    pub seen_by: Author,
    /// The commit that was checked out when it was shown.
    pub revision: Option<String>,
}

/// Every place that `text` names, in order, each once: a path, a colon, a line or two with a hyphen. `#L12-L20`, as forges
/// write it, is the same.
pub fn places(text: &str) -> Vec<Spot> {
    let mut found: Vec<Spot> = Vec::new();
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';' | '|' | '*' | '“' | '”')
    };
    for word in text.split(ends).filter(|w| w.len() <= MAX_LENGTH && w.contains([':', '#'])) {
        let Some(spot) = place(word.trim_end_matches(['.', ':', '!', '?', '…'])) else { continue };
        if found.len() < MAX_PLACES && !found.contains(&spot) {
            found.push(spot);
        }
    }
    found
}

fn place(word: &str) -> Option<Spot> {
    let (path, lines) = word.rsplit_once("#L").or_else(|| word.rsplit_once(':'))?;
    let (from, to) = lines.split_once(['-', '–']).unwrap_or((lines, lines));
    let line = |text: &str| text.trim_start_matches('L').parse::<u32>().ok().filter(|n| *n > 0);
    let (from, to) = (line(from)?, line(to)?);
    let path = path.trim_start_matches("./");
    // A time, a port or a ratio is no place.
    let is_path = path.contains(['.', '/']) || path.chars().any(char::is_alphabetic);
    (is_path && !path.contains("://") && from <= to).then(|| Spot { path: path.to_owned(), from, to })
}

impl Session {
    /// The places that `entry` refers to, in its content or its moves, and that somebody was shown: itself in any look up to
    /// that entry, else the author of an entry it had seen.
    pub fn quotations(&self, entry: &Entry) -> Vec<Quotation> {
        if self.opening().project.is_none() {
            return Vec::new();
        }
        let mut named = places(&entry.content);
        for recorded in &entry.moves {
            recorded.act.each_text(&mut |text| {
                named.extend(places(text));
            });
        }
        let mut quoted: Vec<Quotation> = Vec::new();
        for spot in named {
            if quoted.len() < MAX_PLACES && !quoted.iter().any(|q| q.spot == spot) {
                quoted.extend(self.shown(entry, spot));
            }
        }
        quoted
    }

    /// The latest look that showed the whole of `spot` to the author of `entry`, else to somebody whose entry it had seen.
    fn shown(&self, entry: &Entry, spot: Spot) -> Option<Quotation> {
        let known: Vec<_> = self.looks().filter(|(number, ..)| *number <= entry.number).collect();
        let own = known.iter().rev().filter(|(_, by, _)| **by == entry.author);
        let read = known.iter().rev().filter(|(number, by, _)| **by != entry.author && *number <= entry.seen);
        let (seen_in, seen_by, round) = own.chain(read).find(|(.., round)| covers(round, &spot))?;
        Some(Quotation { spot, seen_in: *seen_in, seen_by: (*seen_by).clone(), revision: round.revision.clone() })
    }
}

/// Whether the looks of one round together showed every line of `spot`.
fn covers(round: &Round, spot: &Spot) -> bool {
    let mut shown: Vec<(u32, u32)> = round
        .looks
        .iter()
        .flat_map(|look| look.found.spots())
        .filter(|s| s.path == spot.path)
        .map(|s| (s.from, s.to))
        .collect();
    shown.sort_unstable();
    let mut next = spot.from;
    for (from, to) in shown {
        if from <= next && to >= next {
            next = to.saturating_add(1);
        }
    }
    next > spot.to
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        places(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn places_are_found_in_prose_and_other_numbers_are_not() {
        let text = "`src/a.rs:12-20` fails (see ./src/b_c.rs:7, Makefile:3). At 12:05, ratio 3:1, http://h:80/x:1, D1:x, \
                    src/a.rs#L1-L4; again src/a.rs:12-20. src/x.rs:9-2 and src/x.rs:0 are none.";
        assert_eq!(named(text), ["src/a.rs:12-20", "src/b_c.rs:7", "Makefile:3", "src/a.rs:1-4"]);
    }

    #[test]
    fn any_text_is_read_in_bounded_time_and_space() {
        assert_eq!(places(&"a:1 ".repeat(100_000)).len(), 1);
        let many: String = (1..10_000).map(|n| format!("a.rs:{n} ")).collect();
        assert_eq!(places(&many).len(), MAX_PLACES);
        assert!(places(&"x".repeat(100_000)).is_empty() && places(&":".repeat(1000)).is_empty());
    }
}
