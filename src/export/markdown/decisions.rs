//! Section 4, a decision at a time. Headings carry the decision's id, so that none comes twice.

use super::super::document::{Clause, ConsideredOption, DecisionSection, IssueHistory, Statement};
use super::escape;
use super::page::{Page, cited, item};

/// One decision.
pub fn section(page: &mut Page, decision: &DecisionSection, none: &str) {
    let id = decision.id;
    page.heading(3, &format!("{id}: {}", decision.question.text));
    page.block(&format!("Owner: {}. Question set in {}.", decision.owner, cited(&decision.question.entries)));
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
    page.heading(4, &format!("{id}: trace"));
    page.block(&format!("Entries that touched it: {}", cited(&decision.trace)));
}

/// Issues and what became of them.
pub fn issues(page: &mut Page, issues: &[IssueHistory], none: &str) {
    let items: Vec<String> = issues
        .iter()
        .map(|issue| {
            let label = format!("**{}.**", escape::line(&issue.state));
            nested(&item(&label, &issue.raised), &issue.steps)
        })
        .collect();
    page.list(&items, none);
}

fn clauses(page: &mut Page, clauses: &[Clause]) {
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
            let text = item(&format!("**{}.**", escape::line(&option.label)), &option.statement);
            let mut below = option.arguments.clone();
            below.push(option.fate.clone());
            nested(&text, &below)
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

fn nested(text: &str, below: &[Statement]) -> String {
    under(text, below.iter().map(|s| item("", s)))
}

/// A list item with items below it, each indented as a whole.
fn under(text: &str, below: impl Iterator<Item = String>) -> String {
    let below = below.map(|i| format!("\n  - {}", i.replace('\n', "\n  ")));
    std::iter::once(text.to_owned()).chain(below).collect()
}
