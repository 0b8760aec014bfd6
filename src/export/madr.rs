//! MADR 4.0: a Markdown Architectural Decision Record for each decision, to lie in a project's folder of decisions.
//!
//! Keys and headings are those of MADR 4's template (`status`, `date`, `decision-makers`, `consulted`, `informed`; Context
//! and Problem Statement, Decision Drivers, Considered Options, Decision Outcome with Consequences and Confirmation, Pros
//! and Cons of the Options, More Information). Nothing here touches a disk: the caller says which number comes first.

use super::ExportError;
use super::document::{ConsideredOption, DecisionSection, Document, StanceRow, Statement, Status};
use super::markdown::decisions::{clauses, issues};
use super::markdown::escape::{code, line, yaml};
use super::markdown::page::{Page, cited, item};
use super::markdown::tables::{source, stances};
use super::redact;
use super::references::checked;
use crate::protocol::Session;

/// Most characters of a record's title and of its name's slug.
const TITLE: usize = 90;
const SLUG: usize = 60;
/// Most characters of the question that the debate was asked.
const TOPIC: usize = 300;
/// The heading of an index.
const INDEX: &str = "Decision records";
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

/// A record for each decision, numbered from `first` on. One without a text says that nothing is decided.
///
/// # Errors
/// [`ExportError::Dangling`] as in every format; [`ExportError::Numbers`] when four digits do not hold them.
pub fn madr(document: &Document, session: &Session, first: u32) -> Result<Vec<Record>, ExportError> {
    checked(document, session, || records(document, first))?
}

fn records(document: &Document, first: u32) -> Result<Vec<Record>, ExportError> {
    let decisions = &document.decisions;
    let numbers = (first..=LAST).take(decisions.len());
    if numbers.clone().count() < decisions.len() {
        return Err(ExportError::Numbers(first));
    }
    let record = |(number, decision): (u32, &DecisionSection)| Record {
        // A name is seen by more people than a file's text, so a secret never gets there.
        name: format!("{number:04}-{}.md", slug(&redact(&title(decision)).0)),
        text: text(document, decision),
    };
    Ok(numbers.zip(decisions).map(record).collect())
}

/// An index of `records`, for a folder that has none.
pub fn index(records: &[Record]) -> String {
    let mut page = Page::default();
    page.heading(1, INDEX);
    page.list(&lines(records), "There are none.");
    page.finish()
}

/// The index `there` with `records` added, if it is one that was written here and has nothing else in it.
pub fn extended(there: &str, records: &[Record]) -> Option<String> {
    let ours = |line: &str| {
        let number = line.strip_prefix("- [").and_then(|rest| rest.split_once("](")).map(|(number, _)| number);
        number.is_some_and(|n| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let listed = there.strip_prefix(&format!("# {INDEX}\n\n"))?;
    if !listed.ends_with('\n') || !listed.lines().all(ours) {
        return None;
    }
    Some(lines(records).iter().fold(there.to_owned(), |index, line| format!("{index}- {line}\n")))
}

fn lines(records: &[Record]) -> Vec<String> {
    let line = |r: &Record| {
        let title = r.text.lines().find_map(|l| l.strip_prefix("# ")).unwrap_or(&r.name);
        format!("[{}]({}) {title}", r.name.split('-').next().unwrap_or(&r.name), r.name)
    };
    records.iter().map(line).collect()
}

/// The line in a record's front matter by which a session's records are known again.
pub fn session_line(session: &str) -> String {
    format!("session: {}", yaml(session))
}

fn text(document: &Document, decision: &DecisionSection) -> String {
    let mut page = Page::default();
    page.block(&matter(document, decision));
    page.heading(1, &title(decision));
    undecided(&mut page, document, decision);
    page.heading(2, "Context and Problem Statement");
    page.block(&item("", &decision.question));
    let asked = beginning(&document.context.topic, TOPIC);
    page.block(&format!(
        "It is {} of the debate “{}”, which was asked: {}",
        decision.id,
        line(&document.title),
        line(&asked)
    ));
    page.heading(2, "Decision Drivers");
    page.list(&drivers(document, decision), "None recorded.");
    page.heading(2, "Considered Options");
    let titles = titles(decision);
    page.list(&titles.iter().map(|t| line(t)).collect::<Vec<_>>(), "None recorded.");
    outcome(&mut page, document, decision);
    page.heading(2, "Pros and Cons of the Options");
    let mut titles = titles.iter();
    if titles.len() == 0 {
        page.block("None recorded.");
    }
    if decision.head.is_some()
        && let Some(chosen) = titles.next()
    {
        page.heading(3, chosen);
        page.statements(&decision.verdicts, "No verdict is recorded.");
    }
    for (title, option) in titles.zip(&decision.options) {
        page.heading(3, title);
        let entries = &option.statement.entries;
        if title.ends_with(option.statement.text.trim().trim_end_matches('.')) {
            page.block(&format!("Put forward in {}.", cited(entries)));
        } else {
            page.block(&item("", &option.statement));
        }
        page.list(&points(option), "");
    }
    more(&mut page, document, decision);
    page.finish()
}

/// Without consensus: that, why, and who stood where on this decision, before anything else.
fn undecided(page: &mut Page, document: &Document, decision: &DecisionSection) {
    let Some(open) = &document.standing else { return };
    let label = if document.front.status == Status::Proposed { "NO CONSENSUS" } else { "DRAFT" };
    page.block(&format!("**{label}.** Nothing here is decided: {}", line(&open.cause)));
    let own: Vec<StanceRow> = open.stances.iter().filter(|r| r.decision == decision.id).cloned().collect();
    stances(page, &own);
}

/// What each option is called, the chosen one first, if there is one; none twice, since each is a heading, too.
fn titles(decision: &DecisionSection) -> Vec<String> {
    let mut titles: Vec<String> = decision.head.iter().map(|_| chosen(decision)).collect();
    for option in &decision.options {
        let title = format!("{}: {}", option.label, beginning(&option.statement.text, TITLE));
        let earlier = titles.iter().filter(|t| **t == title || t.starts_with(&format!("{title} ("))).count();
        titles.push(if earlier == 0 { title } else { format!("{title} ({})", earlier + 1) });
    }
    titles
}

/// Arguments and fate in the words of MADR's template.
fn points(option: &ConsideredOption) -> Vec<String> {
    const WORDS: [(&str, &str); 4] = [
        ("For it: ", "Good, because: "),
        ("Rejected: ", "Bad, because: "),
        ("Declined: ", "Bad, and declined, because: "),
        ("Because: ", "Bad, and changed, because: "),
    ];
    let point = |said: &Statement| {
        let told = WORDS.iter().find_map(|(ours, theirs)| Some((theirs, said.text.strip_prefix(ours)?)));
        let text = told.map_or_else(|| format!("Neutral: {}", said.text), |(theirs, rest)| format!("{theirs}{rest}"));
        item("", &Statement::new(text, said.entries.iter().copied()))
    };
    option.arguments.iter().chain([&option.fate]).map(point).collect()
}

fn matter(document: &Document, decision: &DecisionSection) -> String {
    let front = &document.front;
    let list = |items: &[String]| items.iter().map(|i| yaml(i)).collect::<Vec<_>>().join(", ");
    let status = if front.status == Status::Accepted { "accepted" } else { "proposed" };
    let journal = front.journal.as_ref().map_or_else(|| "unknown".to_owned(), |d| yaml(d.as_str()));
    [
        "---".to_owned(),
        format!("status: {status}"),
        format!("date: {}", front.date),
        format!("decision-makers: [{}]", list(&front.decision_makers)),
        format!("consulted: [{}]", list(&front.consulted)),
        format!("informed: [{}]", list(&front.informed)),
        session_line(&front.session),
        format!("decision: {}", decision.id),
        format!("journal-digest: {journal}"),
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
    // A text's consequences begin with its rationale.
    let mut followed = decision.consequences.as_slice();
    if decision.head.is_none() {
        page.block("Nothing is decided. No text was put on the table.");
    } else {
        let first = followed.split_off_first();
        settled(page, document, decision, first);
    }
    page.heading(3, "Consequences");
    let about = decision.id.to_string();
    let risks = document.risks.iter().filter(|r| r.about == about);
    let risks = risks.map(|r| item(&format!("**{}**", r.id), &r.statement));
    // The risks follow in full.
    let followed = followed.iter().filter(|s| !s.text.starts_with("Risks: "));
    let followed = followed.map(|s| item("", s)).chain(risks);
    page.list(&followed.collect::<Vec<_>>(), "None recorded.");
    page.heading(3, "Confirmation");
    page.statements(&decision.confirmation, "None recorded.");
}

/// The text on the table, and why.
fn settled(page: &mut Page, document: &Document, decision: &DecisionSection, rationale: Option<&Statement>) {
    let because = rationale.map_or_else(
        || "it is the only one.".to_owned(),
        |first| {
            let why = first.text.split_once(": ").map_or(first.text.as_str(), |(_, why)| why);
            item("", &Statement::new(why, first.entries.iter().copied()))
        },
    );
    let stands = match document.front.status {
        Status::Accepted => "Chosen option",
        Status::Proposed | Status::Draft => "Nothing is decided. Option on the table",
    };
    page.block(&format!("{stands}: \"{}\", because: {because}", line(&chosen(decision))));
    clauses(page, &decision.clauses);
    if !decision.assumptions.is_empty() {
        page.block("It takes for granted:");
        page.statements(&decision.assumptions, "");
    }
}

fn more(page: &mut Page, document: &Document, decision: &DecisionSection) {
    page.heading(2, "More Information");
    page.block(&item("", &decision.outcome));
    if !decision.issues.is_empty() {
        page.block("Objections, concerns and questions, shortened where they end in …:");
    }
    issues(page, &decision.issues, "No objection, concern or question was raised.");
    let quoted = document.sources.iter().filter(|s| s.entries.iter().any(|e| decision.trace.contains(e)));
    let quoted: Vec<String> = quoted.map(source).collect();
    if !quoted.is_empty() {
        page.block("Code that these entries quote:");
        page.list(&quoted, "");
    }
    page.block(&format!("Entries that touched it: {}", cited(&decision.trace)));
    let accord = document.front.accord.as_ref().map_or_else(|| "none".to_owned(), |d| code(d.as_str()));
    page.block(&format!(
        "Numbers such as \\[#1] are entries of the session {}; accord digest: {accord}.",
        code(&document.front.session)
    ));
}

/// The name of the chosen option: how its first clause begins.
fn chosen(decision: &DecisionSection) -> String {
    beginning(decision.clauses.first().map(|c| c.statement.text.as_str()).unwrap_or_default(), TITLE)
}

fn title(decision: &DecisionSection) -> String {
    beginning(&decision.question.text, TITLE)
}

/// The beginning of a text in one line, cut at a word.
fn beginning(text: &str, most: usize) -> String {
    let (mut kept, mut length) = (Vec::new(), 0);
    for word in text.split_whitespace() {
        length += word.chars().count() + 1;
        if length > most {
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
