//! Section 4, a decision at a time. Headings carry the decision's id, so that none comes twice.

use super::super::document::{Clause, ConsideredOption, DecisionSection, IssueHistory, Statement};
use super::escape;
use super::page::{Page, cited, item};

/// One decision.
pub fn section(page: &mut Page, decision: &DecisionSection, none: &str) {
    let id = decision.id;
    page.heading(3, &format!("{id}: {}", decision.question.text));
    let after: Vec<String> = decision.after.iter().map(ToString::to_string).collect();
    let after = if after.is_empty() { String::new() } else { format!(" To be decided after {}.", after.join(", ")) };
    page.block(&format!("Owner: {}.{after} Question set in {}.", decision.owner, cited(&decision.question.entries)));
    page.heading(4, &format!("{id}: outcome"));
    page.block(&item("", &decision.outcome));
    if !decision.clauses.is_empty() {
        clauses(page, &decision.clauses);
    }
    labelled(page, "Assumptions, signed with it:", &decision.assumptions);
    labelled(page, "Verdicts:", &decision.verdicts);
    page.heading(4, &format!("{id}: options considered"));
    options(page, &decision.options, none);
    page.heading(4, &format!("{id}: consequences"));
    page.statements(&decision.consequences, none);
    page.heading(4, &format!("{id}: how to confirm"));
    page.statements(&decision.confirmation, none);
    page.heading(4, &format!("{id}: objections, concerns and questions"));
    issues(page, &decision.issues, none);
    page.block(&format!("Trace: {}", cited(&decision.trace)));
}

/// Issues and what became of them, a paragraph each. The whole of each stands in its entry.
pub fn issues(page: &mut Page, issues: &[IssueHistory], none: &str) {
    let items: Vec<String> = issues
        .iter()
        .map(|issue| {
            let label = format!("**{}: {}.**", issue.id, escape::line(&lower(&issue.state)));
            item(&label, &issue.brief)
        })
        .collect();
    page.list(&items, none);
}

/// The clauses of a text, word for word, with their readings below them.
pub fn clauses(page: &mut Page, clauses: &[Clause]) {
    let items: Vec<String> = clauses
        .iter()
        .map(|clause| {
            let readings = clause.readings.iter().map(|r| item(&format!("Reading {}:", r.id), &r.statement));
            let text = item(&format!("**Clause {}.**", clause.number), &clause.statement);
            under(&text, readings)
        })
        .collect();
    page.list(&items, "");
}

fn options(page: &mut Page, options: &[ConsideredOption], none: &str) {
    let items: Vec<String> = options
        .iter()
        .map(|option| {
            let label = format!("**{}.**", escape::line(&option.label));
            item(&label, &option.brief)
        })
        .collect();
    page.list(&items, none);
}

fn labelled(page: &mut Page, label: &str, statements: &[Statement]) {
    if !statements.is_empty() {
        page.block(label);
        page.statements(statements, "");
    }
}

/// `text` with a small letter at its beginning, to follow a colon.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// A list item with items below it, each indented as a whole.
fn under(text: &str, below: impl Iterator<Item = String>) -> String {
    let below = below.map(|i| format!("\n  - {}", i.replace('\n', "\n  ")));
    std::iter::once(text.to_owned()).chain(below).collect()
}
