//! Which lines of a text are in a code fence, judged so strictly that no fence it calls closed can stay open for a
//! Markdown renderer.
//!
//! A pair counts where both ends have the same indentation of at most three spaces, no line between them has less, and
//! none is an end to some renderers only (a tab behind the fence is: CommonMark first allowed spaces
//! alone there, and pulldown-cmark still does).
//! Then both ends belong to the same container (the text itself, or a list's item), whatever that is. A fence with more
//! indentation, or behind a list's or a quotation's mark, lives in a container and ends with it, at the latest where the
//! next entry's heading begins; it is left alone. An opening without its closing is the one case that would swallow the
//! following entries.

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Ordinary text.
    Text,
    /// In a fence, or one of its two ends.
    Fenced,
    /// Opens a fence that nobody closes.
    Unclosed,
}

/// After so many unclosed fences a text is hostile, and all that follow are called unclosed: keeps the work linear.
const PATIENCE: usize = 32;

#[derive(Clone, Copy)]
struct Mark {
    indent: usize,
    sign: char,
    length: usize,
}

/// The place of each line.
pub(super) fn places(lines: &[&str]) -> Vec<Place> {
    let mut places = vec![Place::Text; lines.len()];
    let mut unclosed = 0;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let Some(opening) = opening(line) else {
            at += 1;
            continue;
        };
        let rest = lines.get(at + 1..).unwrap_or_default();
        let inner = if unclosed < PATIENCE { closing(opening, rest) } else { None };
        let (place, len) = match inner {
            Some(inner) => (Place::Fenced, inner + 2),
            None => (Place::Unclosed, 1),
        };
        unclosed += usize::from(inner.is_none());
        for slot in places.iter_mut().skip(at).take(len) {
            *slot = place;
        }
        at += len;
    }
    places
}

/// How many lines lie between `opening` and its closing, if it has a proper one.
fn closing(opening: Mark, rest: &[&str]) -> Option<usize> {
    for (at, line) in rest.iter().enumerate() {
        if indentation(line) < opening.indent && !line.trim_matches([' ', '\t']).is_empty() {
            return None;
        }
        let Some(mark) = mark(line) else { continue };
        let after = line.trim_start_matches(' ').trim_start_matches(mark.sign);
        let may_close = mark.sign == opening.sign && mark.length >= opening.length;
        if may_close && after.trim().is_empty() {
            let surely = mark.indent == opening.indent && after.trim_matches(' ').is_empty();
            return surely.then_some(at);
        }
    }
    None
}

/// The fence that this line opens, if it does.
fn opening(line: &str) -> Option<Mark> {
    let mark = mark(line)?;
    let info = line.trim_start_matches(' ').trim_start_matches(mark.sign);
    (mark.sign == '~' || !info.contains('`')).then_some(mark)
}

/// The run of three or more backticks or tildes at the start of a line that is not indented by four.
fn mark(line: &str) -> Option<Mark> {
    let indent = indentation(line);
    let bare = line.get(indent..)?;
    let sign = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = bare.chars().take_while(|c| *c == sign).count();
    (indent < 4 && length >= 3).then_some(Mark { indent, sign, length })
}

fn indentation(line: &str) -> usize {
    line.bytes().take_while(|b| *b == b' ').count()
}
