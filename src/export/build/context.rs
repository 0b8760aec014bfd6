//! Sections 2 and 3: what was asked, and the framework.

use super::super::document::{Context, CriterionItem, FrameworkSection, Statement};
use super::followed::Followed;
use super::framing;
use super::issues::history;
use crate::protocol::{Author, Session, Target};

/// The topic, what the seats were given, and what people in the room said.
pub fn context(session: &Session) -> Context {
    let opening = session.opening();
    let people = session.entries().iter().filter(|e| e.author == Author::Human);
    Context {
        topic: opening.topic.clone(),
        files: opening.context.iter().map(|f| f.name.clone()).collect(),
        project: super::sources::project(session),
        directions: people.map(|e| Statement::new(format!("HUMAN: {}", e.content.trim()), [e.number])).collect(),
    }
}

/// The framework, with the issues raised about it.
pub fn framework(session: &Session, followed: &Followed<'_>) -> Option<FrameworkSection> {
    let framework = session.framework()?;
    let entries = framing(session);
    let cite = |texts: &[String]| -> Vec<Statement> {
        texts.iter().map(|t| Statement::new(t.clone(), entries.clone())).collect()
    };
    let criteria = framework
        .criteria
        .iter()
        .map(|c| CriterionItem { id: c.id, statement: Statement::new(c.text.clone(), entries.clone()) });
    let issues = session.issues().iter().filter(|i| i.about == Target::Framework);
    Some(FrameworkSection {
        goals: cite(&framework.goals),
        non_goals: cite(&framework.non_goals),
        criteria: criteria.collect(),
        constraints: cite(&framework.constraints),
        issues: issues.map(|i| history(followed, i)).collect(),
    })
}
