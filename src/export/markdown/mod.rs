//! The canonical form: Markdown for people, valid by markdownlint's default rules but the length of lines and the tabs
//! that contracts may hold.

pub(super) mod decisions;
pub(super) mod escape;
mod front;
pub(super) mod page;
pub(super) mod tables;

use super::document::{Context, Document, FrameworkSection, Standing, Status};
use super::references::checked;
use super::{ExportError, Exporter, quoted};
use crate::protocol::Session;
use page::{Page, item};

/// Markdown with YAML front matter.
#[derive(Debug, Clone, Copy)]
pub struct Markdown;

/// What an empty list says once the session is over.
const NONE: &str = "None recorded.";
/// Where nothing but the cause stands in the way.
pub(super) const NOTHING_OPEN: &str = "No objection and no question is open, and no verdict is missing.";
/// What is whole in section 4, and where the rest is.
const SHORTENED: &str = "Clauses, readings and assumptions stand here word for word. Options, issues and reasons are \
                         shortened where they end in …; the entries named beside them, in the session's discussion log, hold the whole.";

impl Exporter for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn export(&self, document: &Document, session: &Session) -> Result<Vec<u8>, ExportError> {
        Ok(checked(document, session, || markdown(document))?.into_bytes())
    }
}

/// `document` as Markdown. References are not examined here: [`Exporter::export`] does that.
pub fn markdown(document: &Document) -> String {
    let mut page = Page::default();
    let none = none(document);
    page.block(&front::matter(&document.front));
    page.heading(1, &heading(document));
    for notice in &document.notices {
        page.block(&format!("**{}.** {}", escape::line(&notice.label), escape::line(&notice.notice)));
    }
    if let Some(open) = &document.standing {
        standing(&mut page, open, document.front.status);
    }
    page.heading(2, "1. Summary");
    page.statements(&document.summary, "There is no framework, so there is nothing to sum up.");
    context(&mut page, &document.context);
    framework(&mut page, document.framework.as_ref(), none);
    page.heading(2, "4. Decisions");
    page.block(if document.decisions.is_empty() { none } else { SHORTENED });
    document.decisions.iter().for_each(|d| decisions::section(&mut page, d, none));
    page.heading(2, "5. Dissent and reservations");
    page.statements(&document.dissent, none);
    page.heading(2, "6. Risks");
    let risks: Vec<String> =
        document.risks.iter().map(|r| item(&format!("**{}**, {}:", r.id, r.about), &r.statement)).collect();
    page.list(&risks, none);
    contracts(&mut page, document, none);
    page.heading(2, "8. Action items");
    tables::actions(&mut page, &document.actions, none);
    tables::ownership(&mut page, &document.ownership);
    page.heading(2, "9. Open questions");
    page.statements(&document.questions, none);
    page.heading(2, document.front.status.process());
    tables::process(&mut page, &document.process, document.front.status);
    page.heading(2, "11. Sign-off");
    tables::signoff(&mut page, &document.signoff);
    tables::sources(&mut page, &document.sources);
    tables::appendix(&mut page, document);
    quoted::in_markdown(page.finish(), &document.sources)
}

fn none(document: &Document) -> &'static str {
    match document.front.status {
        Status::Accepted | Status::Proposed => NONE,
        Status::Draft => "None recorded so far.",
    }
}

fn heading(document: &Document) -> String {
    match document.front.status {
        Status::Accepted => document.title.clone(),
        Status::Proposed => format!("NO CONSENSUS: {}", document.title),
        Status::Draft => format!("DRAFT: {}", document.title),
    }
}

fn standing(page: &mut Page, open: &Standing, status: Status) {
    page.heading(2, if status == Status::Proposed { "Blockers" } else { "What is open" });
    page.block(&format!("Cause: {}", escape::line(&open.cause)));
    let blockers = open.crux.iter().chain(&open.open).map(|s| item("", s)).collect::<Vec<_>>();
    page.list(&blockers, NOTHING_OPEN);
    tables::stances(page, &open.stances);
}

fn context(page: &mut Page, context: &Context) {
    page.heading(2, "2. Context and problem");
    page.block("The seats were asked:");
    let topic = escape::lines(&context.topic);
    page.block(&format!("> {}", topic.join("\\\n> ")));
    if !context.files.is_empty() {
        page.block("All seats were given these files:");
        page.list(&context.files.iter().map(|f| escape::code(f)).collect::<Vec<_>>(), NONE);
    }
    if let Some(project) = &context.project {
        let at = project.revision.as_ref().map(|r| format!(", at commit {}", escape::code(r))).unwrap_or_default();
        let pages = project.forge.as_ref().map(|f| format!(" (<{f}>)")).unwrap_or_default();
        let name = escape::line(&project.name);
        page.block(&format!(
            "Voices could look at the project {name}{pages}{at}; they did so {} times.",
            project.looks
        ));
    }
    if !context.directions.is_empty() {
        page.block("A person in the room said:");
        page.statements(&context.directions, NONE);
    }
}

fn framework(page: &mut Page, framework: Option<&FrameworkSection>, none: &str) {
    page.heading(2, "3. Framework");
    let Some(framework) = framework else {
        return page.block("The supervisor has set no framework.");
    };
    page.heading(3, "Goals");
    page.statements(&framework.goals, none);
    page.heading(3, "Non-goals");
    page.statements(&framework.non_goals, none);
    page.heading(3, "Criteria");
    let criteria: Vec<String> =
        framework.criteria.iter().map(|c| item(&format!("**{}**", c.id), &c.statement)).collect();
    page.list(&criteria, none);
    page.heading(3, "Constraints");
    page.statements(&framework.constraints, none);
    if !framework.issues.is_empty() {
        page.heading(3, "Issues with the framework");
        decisions::issues(page, &framework.issues, none);
    }
}

fn contracts(page: &mut Page, document: &Document, none: &str) {
    page.heading(2, "7. Interfaces and contracts");
    if document.contracts.is_empty() {
        return page.block(none);
    }
    page.block("Blocks of implementation entries, as their authors gave them. They were not signed.");
    for contract in &document.contracts {
        let hidden = if contract.hidden { " It holds characters that cannot be seen; they are kept." } else { "" };
        page.block(&format!("From {}:{hidden}", item("", &contract.source)));
        page.fence(&contract.language, &contract.body);
    }
}
