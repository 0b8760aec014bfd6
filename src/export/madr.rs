//! MADR 4.0: a Markdown Architectural Decision Record for each decision, to lie in a project's folder of decisions.
//!
//! Keys and headings are those of MADR 4's template (`status`, `date`, `decision-makers`, `consulted`, `informed`; Context
//! and Problem Statement, Decision Drivers, Considered Options, Decision Outcome with Consequences and Confirmation, Pros
//! and Cons of the Options, More Information). Nothing here touches a disk: the caller says which number comes first.

use super::document::{ConsideredOption, DecisionSection, Document, Status};
use super::markdown::decisions::{clauses, issues};
use super::markdown::escape::{code, line, yaml};
use super::markdown::page::{Page, item};
use super::{ExportError, dangling};
use crate::protocol::Session;

/// Most characters of a record's title and of its name's slug.
const TITLE: usize = 90;
const SLUG: usize = 60;
/// The highest number that four digits hold.
const LAST: u32 = 9999;

/// One file of a folder of decision records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `0007-what-carries-the-session.md`
    pub name: String,
    /// Markdown with front matter.
    pub text: String,
}

/// A record for each decision that has a text, numbered from `first` on.
///
/// # Errors
/// [`ExportError::Dangling`] as in every format; [`ExportError::Numbers`] when four digits do not hold them.
pub fn madr(document: &Document, session: &Session, first: u32) -> Result<Vec<Record>, ExportError> {
    let faults = dangling(document, session);
    if !faults.is_empty() {
        return Err(ExportError::Dangling(faults));
    }
    let decided: Vec<&DecisionSection> = document.decisions.iter().filter(|d| d.head.is_some()).collect();
    let numbers = (first..=LAST).take(decided.len());
    if numbers.clone().count() < decided.len() {
        return Err(ExportError::Numbers(first));
    }
    let record = |(number, decision): (u32, &DecisionSection)| Record {
        name: format!("{number:04}-{}.md", slug(&title(decision))),
        text: text(document, decision),
    };
    Ok(numbers.zip(decided).map(record).collect())
}

/// An index of `records`, for a folder that has none.
pub fn index(records: &[Record]) -> String {
    let mut page = Page::default();
    page.heading(1, "Decision records");
    let items: Vec<String> = records
        .iter()
        .map(|r| {
            let title = r.text.lines().find_map(|l| l.strip_prefix("# ")).unwrap_or(&r.name);
            format!("[{}]({}) {title}", r.name.split('-').next().unwrap_or(&r.name), r.name)
        })
        .collect();
    page.list(&items, "There are none.");
    page.finish()
}

/// The line in a record's front matter by which a session's records are known again.
pub fn session_line(session: &str) -> String {
    format!("session: {}", yaml(session))
}

fn text(document: &Document, decision: &DecisionSection) -> String {
    let mut page = Page::default();
    page.block(&matter(document, decision));
    page.heading(1, &title(decision));
    page.heading(2, "Context and Problem Statement");
    page.block(&line(&decision.question.text));
    page.block(&format!("It is {} of the debate “{}”.", decision.id, line(&document.title)));
    page.heading(2, "Decision Drivers");
    let drivers: Vec<String> = drivers(document, decision);
    page.list(&drivers, "None recorded.");
    page.heading(2, "Considered Options");
    let chosen = format!("{} (chosen)", chosen(decision));
    let others = decision.options.iter().map(|o| line(&option_title(o)));
    page.list(&std::iter::once(chosen).chain(others).collect::<Vec<_>>(), "");
    outcome(&mut page, document, decision);
    page.heading(2, "Pros and Cons of the Options");
    for (number, option) in (1..).zip(&decision.options) {
        page.heading(3, &format!("{number}. {}", option_title(option)));
        let points = option.arguments.iter().chain([&option.fate]).map(|s| item("", s));
        let points = std::iter::once(item("", &option.statement)).chain(points);
        page.list(&points.collect::<Vec<_>>(), "");
    }
    more(&mut page, document, decision);
    page.finish()
}

fn matter(document: &Document, decision: &DecisionSection) -> String {
    let front = &document.front;
    let list = |items: &[String]| items.iter().map(|i| yaml(i)).collect::<Vec<_>>().join(", ");
    let status = if front.status == Status::Accepted { "accepted" } else { "proposed" };
    [
        "---".to_owned(),
        format!("status: {status}"),
        format!("date: {}", front.date),
        format!("decision-makers: [{}]", list(&front.decision_makers)),
        format!("consulted: [{}]", list(&front.consulted)),
        format!("informed: [{}]", list(&front.informed)),
        session_line(&front.session),
        format!("decision: {}", decision.id),
        "---".to_owned(),
    ]
    .join("\n")
}

fn drivers(document: &Document, decision: &DecisionSection) -> Vec<String> {
    let criteria = document.framework.iter().flat_map(|f| &f.criteria);
    let bearing = criteria.filter(|c| decision.criteria.contains(&c.id));
    bearing.map(|c| item(&format!("**{}**", c.id), &c.statement)).collect()
}

fn outcome(page: &mut Page, document: &Document, decision: &DecisionSection) {
    page.heading(2, "Decision Outcome");
    let because =
        decision.consequences.first().map(|c| c.text.split_once(": ").map_or(c.text.as_str(), |(_, why)| why));
    let because = because.unwrap_or("every seat agreed to it");
    let stands = match document.front.status {
        Status::Accepted => "Chosen option",
        Status::Proposed | Status::Draft => "Nothing is decided. Option on the table",
    };
    page.block(&format!("{stands}: “{}”, because: {}", chosen(decision), line(because)));
    clauses(page, &decision.clauses);
    if !decision.assumptions.is_empty() {
        page.block("It takes for granted:");
        page.statements(&decision.assumptions, "");
    }
    page.heading(3, "Consequences");
    let about = decision.id.to_string();
    let risks = document.risks.iter().filter(|r| r.about == about);
    let risks = risks.map(|r| item(&format!("**{}**", r.id), &r.statement));
    let followed = decision.consequences.iter().map(|s| item("", s)).chain(risks);
    page.list(&followed.collect::<Vec<_>>(), "None recorded.");
    page.heading(3, "Confirmation");
    page.statements(&decision.confirmation, "None recorded.");
}

fn more(page: &mut Page, document: &Document, decision: &DecisionSection) {
    page.heading(2, "More Information");
    page.block(&item("", &decision.outcome));
    page.statements(&decision.verdicts, "No verdict is recorded.");
    page.block("Objections, concerns and questions, shortened where they end in …:");
    issues(page, &decision.issues, "None was raised.");
    let accord = document.front.accord.as_ref().map_or_else(|| "none".to_owned(), |d| code(d.as_str()));
    page.block(&format!(
        "Numbers such as \\[#1] are entries of the session {}; accord digest: {accord}.",
        code(&document.front.session)
    ));
}

/// The name of the chosen option: how its first clause begins.
fn chosen(decision: &DecisionSection) -> String {
    let first = decision.clauses.first().map(|c| c.statement.text.as_str()).unwrap_or_default();
    line(&beginning(first))
}

fn option_title(option: &ConsideredOption) -> String {
    format!("{}: {}", option.label, beginning(&option.statement.text))
}

fn title(decision: &DecisionSection) -> String {
    beginning(&decision.question.text)
}

/// The beginning of a text in one line, cut at a word.
fn beginning(text: &str) -> String {
    let (mut kept, mut length) = (Vec::new(), 0);
    for word in text.split_whitespace() {
        length += word.chars().count() + 1;
        if length > TITLE {
            kept.push("…");
            break;
        }
        kept.push(word);
    }
    let kept = kept.join(" ");
    kept.trim_end_matches([':', '.', ';', ',']).to_owned()
}

/// A file's name: small letters, digits and hyphens, whatever the text holds.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' {
            slug.push('-');
        }
        if slug.len() > SLUG {
            // Only whole words, if there is more than one.
            slug.truncate(slug.rfind('-').unwrap_or(SLUG));
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "decision".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_a_tame_name() {
        assert_eq!(slug("What's in `../../etc`?"), "whats-in-etc");
        assert_eq!(slug("会议"), "decision");
        assert_eq!(slug(&"long word ".repeat(20)).len(), "long-word-".len() * 6 - 1);
        assert_eq!(slug(&"x".repeat(90)).len(), SLUG);
    }
}
