//! Sections 1 to 3 and 5 to 9.

use super::super::document::{Document, Statement, Status};
use super::super::markdown::NOTHING_OPEN;
use super::page::{Page, cited, item, link};
use super::text::escape;
use super::{decisions, none, prose, tables};
use crate::protocol::{DecisionId, EntryNumber};

/// Without consensus: what stands in the way, before anything else.
pub fn standing(page: &mut Page, document: &Document) {
    let Some(open) = &document.standing else { return };
    let blocked = document.front.status == Status::Proposed;
    page.section("standing", if blocked { "Blockers" } else { "What is open" });
    page.html(&format!("<p class=\"cause\"><b>Cause:</b> {}</p>", escape(open.cause.trim())));
    let blockers: Vec<String> = open.crux.iter().chain(&open.open).map(|s| item("", s)).collect();
    page.list("statements", &blockers, NOTHING_OPEN);
}

/// Section 1.
pub fn summary(page: &mut Page, document: &Document) {
    page.section("summary", "1. Summary");
    if document.summary.is_empty() {
        return page.none("There is no framework, so there is nothing to sum up.");
    }
    document.summary.iter().for_each(|s| page.html(&format!("<p class=\"lead\">{}</p>", summed_up(s))));
}

/// A sentence on a decision, whose id leads to its section.
fn summed_up(statement: &Statement) -> String {
    let named = statement.text.split_once(": ").filter(|(id, _)| id.parse::<DecisionId>().is_ok());
    let Some((id, rest)) = named else { return item("", statement) };
    let label = format!("<a class=\"id\" href=\"#{id}\">{id}</a>");
    let mut letters = rest.chars();
    let capital = letters.next().map(char::to_uppercase).into_iter().flatten();
    let rest: String = capital.chain(letters).collect();
    item(&label, &Statement::new(rest, statement.entries.iter().copied()))
}

/// Section 2.
pub fn context(page: &mut Page, document: &Document) {
    let context = &document.context;
    page.section("context", "2. Context and problem");
    page.paragraph("The seats were asked:");
    page.html(&format!("<blockquote class=\"text\">{}</blockquote>", escape(context.topic.trim())));
    if !context.files.is_empty() {
        page.paragraph("All seats were given these files:");
        let files: Vec<String> = context.files.iter().map(|f| format!("<code>{}</code>", escape(f))).collect();
        page.list("plain", &files, "");
    }
    if let Some(project) = &context.project {
        let at =
            project.revision.as_ref().map(|r| format!(", at commit <code>{}</code>", escape(r))).unwrap_or_default();
        let name = escape(&project.name);
        let name = match &project.forge {
            Some(forge) => format!("<a rel=\"noreferrer\" href=\"{}\">{name}</a>", escape(forge)),
            None => name,
        };
        page.html(&format!("<p>Voices could look at the project {name}{at}; they did so {} times.</p>", project.looks));
    }
    if !context.directions.is_empty() {
        page.paragraph("A person in the room said:");
        page.statements(&context.directions, "");
    }
}

/// Section 3.
pub fn framework(page: &mut Page, document: &Document) {
    let none = none(document);
    page.section("framework", "3. Framework");
    let Some(framework) = &document.framework else {
        return page.none("The supervisor has set no framework.");
    };
    page.heading(3, "Goals");
    page.statements(&framework.goals, none);
    page.heading(3, "Non-goals");
    page.statements(&framework.non_goals, none);
    page.heading(3, "Criteria");
    let label = |id| format!("<b class=\"id\">{id}</b>");
    let criteria: Vec<String> = framework.criteria.iter().map(|c| item(&label(c.id), &c.statement)).collect();
    page.list("statements", &criteria, none);
    page.heading(3, "Constraints");
    page.statements(&framework.constraints, none);
    if !framework.issues.is_empty() {
        page.heading(3, "Issues with the framework");
        decisions::issues(page, &framework.issues, none);
    }
}

/// Sections 5 to 9.
pub fn findings(page: &mut Page, document: &Document) {
    let none = none(document);
    page.section("dissent", "5. Dissent and reservations");
    page.statements(&document.dissent, none);
    page.section("risks", "6. Risks");
    let label = |id, about: &str| format!("<b class=\"id\">{id}</b> <span class=\"about\">{}</span>", escape(about));
    let risks: Vec<String> = document.risks.iter().map(|r| item(&label(r.id, &r.about), &r.statement)).collect();
    page.list("statements", &risks, none);
    contracts(page, document, none);
    page.section("actions", "8. Action items");
    tables::actions(page, &document.actions, none);
    tables::ownership(page, &document.ownership);
    page.section("questions", "9. Open questions");
    page.statements(&document.questions, none);
}

fn contracts(page: &mut Page, document: &Document, none: &str) {
    page.section("contracts", "7. Interfaces and contracts");
    if document.contracts.is_empty() {
        return page.none(none);
    }
    page.paragraph("Blocks of implementation entries, as their authors gave them. They were not signed.");
    for contract in &document.contracts {
        let language = match contract.language.as_str() {
            "" => String::new(),
            language => format!(" <span class=\"kind\">{}</span>", escape(language)),
        };
        let source = item("", &contract.source);
        page.html(&format!("<figure class=\"contract\">\n<figcaption>{source}{language}</figcaption>"));
        page.html(prose::code(&contract.body).trim_end());
        page.html("</figure>");
        if contract.hidden {
            page.paragraph(
                "It holds characters that cannot be seen. Here they are shown by name; the Markdown and JSON \
                            formats keep them.",
            );
        }
    }
}

/// The entries that touched something, as a paragraph; three and more in a row by the first and the last of them.
pub fn trace(page: &mut Page, label: &str, entries: &[EntryNumber]) {
    let runs = entries.chunk_by(|one, next| one.0 + 1 == next.0);
    let told: Vec<String> = runs
        .map(|run| match run {
            [first, .., last] if run.len() > 2 => format!("{}–{}", link(*first), link(*last)),
            few => cited(few),
        })
        .collect();
    page.html(&format!("<p class=\"trace\">{} {}</p>", escape(label), told.join(" ")));
}
