//! Section 4, a decision at a time.

use super::super::document::{Clause, ConsideredOption, DecisionSection, Document, IssueHistory};
use super::page::{Page, cited, item};
use super::text::escape;
use super::{none, one_line, sections, tables};

/// What is whole in section 4, and where the rest is.
const SHORTENED: &str = "Clauses, readings and assumptions stand here word for word. Options, issues and reasons are \
                         shortened where they end in …; the entries that the numbers lead to hold the whole.";

/// Section 4.
pub fn section(page: &mut Page, document: &Document) {
    page.section("decisions", "4. Decisions");
    if document.decisions.is_empty() {
        page.none(none(document));
    } else {
        page.paragraph(SHORTENED);
    }
    document.decisions.iter().for_each(|d| decision(page, d, none(document)));
}

fn decision(page: &mut Page, decision: &DecisionSection, none: &str) {
    let id = decision.id;
    let question = one_line(&decision.question.text);
    page.below(&format!("{id}"), &format!("{id} {question}"));
    page.html(&format!(
        "<div class=\"decision\">\n<h3 id=\"{id}\"><b class=\"id\">{id}</b> {}</h3>",
        escape(&question)
    ));
    let text = decision.head.map(|h| format!(" Text on the table: {h}.")).unwrap_or_default();
    let digest = decision.digest.as_ref().map(|d| format!(" {}", tables::digest(d))).unwrap_or_default();
    let set = cited(&decision.question.entries);
    page.html(&format!("<p class=\"by\">Owner: {}.{text}{digest} Question set in {set}</p>", decision.owner));
    page.html(&format!("<div class=\"outcome\">\n<h4>Outcome</h4>\n<p>{}</p>", item("", &decision.outcome)));
    if !decision.clauses.is_empty() {
        let clauses: Vec<String> = decision.clauses.iter().map(clause).collect();
        page.list("clauses", &clauses, "");
    }
    page.html("</div>");
    if !decision.assumptions.is_empty() {
        page.heading(4, "Assumptions, signed with it");
        page.statements(&decision.assumptions, none);
    }
    if !decision.verdicts.is_empty() {
        page.heading(4, "Verdicts");
        page.statements(&decision.verdicts, none);
    }
    page.heading(4, "Options considered");
    let options: Vec<String> = decision.options.iter().map(option).collect();
    page.list("statements", &options, none);
    page.heading(4, "Consequences");
    page.statements(&decision.consequences, none);
    page.heading(4, "How to confirm");
    page.statements(&decision.confirmation, none);
    page.heading(4, "Objections, concerns and questions");
    issues(page, &decision.issues, none);
    sections::trace(page, "Entries that touched it:", &decision.trace);
    page.html("</div>");
}

/// Issues and what became of them, bounded: the whole is a click away, in the entries named.
pub fn issues(page: &mut Page, issues: &[IssueHistory], none: &str) {
    let label = |i: &IssueHistory| format!("<b class=\"id\">{}</b> <b>{}.</b>", i.id, escape(i.state.trim()));
    let items: Vec<String> = issues.iter().map(|i| item(&label(i), &i.brief)).collect();
    page.list("statements", &items, none);
}

fn clause(clause: &Clause) -> String {
    let text = item(&format!("<b class=\"id\">{}</b>", clause.number), &clause.statement);
    let readings: Vec<String> =
        clause.readings.iter().map(|r| item(&format!("<b>Reading {}.</b>", r.id), &r.statement)).collect();
    nested(text, &readings)
}

fn option(option: &ConsideredOption) -> String {
    item(&format!("<b>{}.</b>", escape(option.label.trim())), &option.brief)
}

fn nested(html: String, below: &[String]) -> String {
    if below.is_empty() {
        return html;
    }
    format!("{html}<ul><li>{}</ul>", below.join("<li>"))
}
