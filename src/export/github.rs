//! A comment on a pull request: what was decided at once, the rest folded.

use super::document::{DecisionSection, Document, Status};
use super::markdown::NOTHING_OPEN;
use super::markdown::decisions::clauses;
use super::markdown::escape::{code, line};
use super::markdown::page::{Page, item};
use super::markdown::tables::{source, stances};
use super::references::checked;
use super::{ExportError, Exporter};
use crate::protocol::Session;

/// A comment for GitHub.
#[derive(Debug, Clone, Copy)]
pub struct GitHub;

/// Most bytes. GitHub takes 65,536 characters; a byte is never more than one.
const LIMIT: usize = 60_000;

impl Exporter for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn export(&self, document: &Document, session: &Session) -> Result<Vec<u8>, ExportError> {
        Ok(checked(document, session, || comment(document))?.into_bytes())
    }
}

fn comment(document: &Document) -> String {
    let mut page = Page::default();
    page.heading(2, &heading(document));
    for notice in &document.notices {
        page.block(&format!("**{}.** {}", line(&notice.label), line(&notice.notice)));
    }
    if let Some(open) = &document.standing {
        page.block(&format!("What stands in the way: {}", line(&open.cause)));
        page.list(&open.crux.iter().chain(&open.open).map(|s| item("", s)).collect::<Vec<_>>(), NOTHING_OPEN);
        stances(&mut page, &open.stances);
    }
    page.statements(&document.summary, "There is no framework, so there is nothing to sum up.");
    page.heading(3, "Dissent and reservations");
    page.statements(&document.dissent, "None recorded.");
    page.block(&signed(document));
    let mut folds: Vec<String> = document.decisions.iter().map(decision).collect();
    folds.extend(risks(document));
    folds.extend(actions(document));
    folds.extend(sources(document));
    let tail = unlinked(&tail(document));
    let mut text = cut(unlinked(&page.finish()), LIMIT.saturating_sub(tail.len()));
    let mut left_out = 0;
    for fold in folds.iter().map(|f| unlinked(f)) {
        if text.len() + fold.len() + tail.len() < LIMIT {
            text.push_str(&format!("\n{fold}"));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        text.push_str(&format!("\n{left_out} more sections do not fit a comment; they are in the whole document.\n"));
    }
    format!("{text}\n{tail}")
}

/// At most `most` bytes of what is not folded, in whole lines: an item of a list is one.
fn cut(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        if kept.len() + line.len() > most {
            break;
        }
        kept.push_str(line);
    }
    kept.push_str("\nThe rest does not fit a comment; it is in the whole document.\n");
    kept
}

/// `text` in which GitHub finds nobody to notify (`@name`), no other issue to link to (`#46`, `GH-46`) and no address that is
/// not a link of ours (an issue's would be told there): a word joiner, which nobody sees, stands in between. Code spans need none.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut code, mut before) = (false, None);
    for (at, c) in text.char_indices() {
        match c {
            '`' if before != Some('\\') => code = !code,
            '\n' => code = false,
            _ => {}
        }
        let behind = out.len();
        out.push(c);
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        if !code && links(out.get(..behind).unwrap_or_default(), c, rest) {
            out.push('\u{2060}');
        }
        before = Some(c);
    }
    out
}

/// Whether GitHub would make a link of what goes on with `c`.
fn links(before: &str, c: char, rest: &str) -> bool {
    let next = rest.chars().next();
    let word = |word: &str| {
        let ahead = before.len().checked_sub(word.len()).and_then(|at| Some((before.get(..at)?, before.get(at..)?)));
        ahead.is_some_and(|(ahead, last)| last.eq_ignore_ascii_case(word) && !ahead.ends_with(char::is_alphanumeric))
    };
    match c {
        '@' => next.is_some_and(char::is_alphanumeric),
        '#' => next.is_some_and(|n| n.is_ascii_digit()),
        '-' => next.is_some_and(|n| n.is_ascii_digit()) && word("GH"),
        '.' => word("www"),
        ':' if rest.starts_with("//") => {
            let scheme = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            !scheme.ends_with("](")
        }
        _ => false,
    }
}

fn heading(document: &Document) -> String {
    match document.front.status {
        Status::Accepted => document.title.clone(),
        Status::Proposed => format!("NO CONSENSUS: {}", document.title),
        Status::Draft => format!("DRAFT: {}", document.title),
    }
}

fn signed(document: &Document) -> String {
    let signed: Vec<String> =
        document.signoff.iter().filter(|s| s.verdict == "signed").map(|s| s.seat.to_string()).collect();
    let all = document.signoff.len();
    let who = if signed.is_empty() { String::new() } else { format!(": {}", signed.join(", ")) };
    format!("{} of {all} seats signed{who}.", signed.len())
}

/// A folded part. `summary` is escaped as HTML text, since Markdown does not reach into that tag.
fn fold(summary: &str, inner: Page) -> String {
    let summary = super::visible::visible(summary).split_whitespace().collect::<Vec<_>>().join(" ");
    let summary = summary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "&#96;");
    format!("<details>\n<summary>{summary}</summary>\n\n{}\n</details>\n", inner.finish())
}

fn decision(decision: &DecisionSection) -> String {
    let mut page = Page::default();
    page.block(&item("", &decision.outcome));
    clauses(&mut page, &decision.clauses);
    if !decision.assumptions.is_empty() {
        page.block("Assumptions:");
        page.statements(&decision.assumptions, "");
    }
    fold(&format!("{}: {}", decision.id, decision.question.text), page)
}

fn risks(document: &Document) -> Option<String> {
    let items: Vec<String> =
        document.risks.iter().map(|r| item(&format!("**{}**, {}:", r.id, r.about), &r.statement)).collect();
    let mut page = Page::default();
    page.list(&items, "");
    (!items.is_empty()).then(|| fold(&format!("Risks ({})", items.len()), page))
}

fn actions(document: &Document) -> Option<String> {
    let items: Vec<String> = document
        .actions
        .iter()
        .map(|a| {
            format!(
                "[ ] {} {}: {} — done when: {} [{}]",
                a.id,
                line(&a.owner),
                line(&a.what),
                line(&a.done_when),
                a.entry
            )
        })
        .collect();
    let mut page = Page::default();
    page.list(&items, "");
    (!items.is_empty()).then(|| fold(&format!("Action items ({})", items.len()), page))
}

/// The code that entries quote.
fn sources(document: &Document) -> Option<String> {
    let items: Vec<String> = document.sources.iter().map(source).collect();
    let mut page = Page::default();
    page.list(&items, "");
    (!items.is_empty()).then(|| fold(&format!("Code quoted ({})", items.len()), page))
}

fn tail(document: &Document) -> String {
    let accord = document.front.accord.as_ref().map_or_else(|| "none".to_owned(), |d| code(d.short()));
    // By the journal's digest `conclave verify` knows which state of the session the comment is of; GitHub does not show it.
    let journal =
        document.front.journal.as_ref().map(|d| format!("\n<!-- journal-digest: {d} -->\n")).unwrap_or_default();
    format!(
        "Session {}, {} entries, accord {accord}. Numbers such as \\[#1] are its entries.\n{journal}",
        code(&document.front.session),
        document.front.entries
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_linked_or_notified() {
        for text in
            ["@octocat", "see #46", "GH-46", "gh-7", "www.example.org", "https://github.com/o/r/issues/1", "o/r#1"]
        {
            let shown = unlinked(text);
            assert!(shown.contains('\u{2060}'), "{text}");
            assert_eq!(shown.replace('\u{2060}', ""), text);
        }
        for text in [
            "[`src/a.rs`](https://github.com/o/r/blob/cd/src/a.rs#L1)",
            "`@octocat #46`",
            "HIGH-46",
            "a - 4",
            "std::io",
        ] {
            let link = text.starts_with("[`");
            assert_eq!(unlinked(text).replace(if link { "#\u{2060}L" } else { "" }, ""), text);
        }
        let summary = fold("what `@octocat` said", Page::default());
        assert!(unlinked(&summary).contains("@\u{2060}octocat"), "backticks are no code there: {summary}");
    }

    #[test]
    fn a_comment_is_cut_where_a_line_ends_and_says_so() {
        let text = format!("## Title\n\n- {}\n- {}\n", "a".repeat(40), "b".repeat(40));
        assert_eq!(cut(text.clone(), 1000), text);
        let short = cut(text, 80);
        assert!(
            short.contains("- aaa") && !short.contains('b') && short.ends_with("in the whole document.\n"),
            "{short}"
        );
    }
}
