//! Title and front matter.

use super::super::document::{FrontMatter, Provenance, Status};
use super::words::beginning;
use crate::protocol::event::{Outcome, Speaker};
use crate::protocol::{Author, Session, metrics};

/// What the host writes into a speaker's model when rules and no language model speak for it.
const RULE_BASED: &str = "built-in panel";
/// Most characters of a title that is taken from the topic.
const TITLE: usize = 120;

/// The framework's title, or the topic's first line.
pub fn title(session: &Session) -> String {
    let framed = session.framework().map(|f| f.title.as_str());
    let topic = session.opening().topic.trim().lines().next().unwrap_or("");
    beginning(framed.unwrap_or(topic), TITLE)
}

/// What the session's end makes of the document.
pub fn status(session: &Session) -> Status {
    match session.outcome() {
        Some(Outcome::Consensus { .. }) => Status::Accepted,
        Some(Outcome::NoConsensus { .. }) => Status::Proposed,
        Some(Outcome::Aborted { .. }) | None => Status::Draft,
    }
}

/// The front matter.
pub fn matter(session: &Session, provenance: &Provenance) -> FrontMatter {
    let spent = metrics::spending(session);
    let mut models: Vec<String> = Vec::new();
    let now = speakers(session).map(|(_, speaker)| &speaker.model);
    for model in now.chain(session.entries().iter().filter_map(|e| e.model.as_ref())) {
        if !models.contains(model) {
            models.push(model.clone());
        }
    }
    let seats = session.opening().seats.iter();
    FrontMatter {
        status: status(session),
        date: session.clock().last.format("%Y-%m-%d").to_string(),
        decision_makers: seats.map(|s| format!("{}: {}", s.tag, s.speaker.model)).collect(),
        consulted: consulted(session),
        informed: Vec::new(),
        session: provenance.session.clone(),
        accord: session.accord_digest(),
        journal: provenance.journal.clone(),
        entries: session.entries().len(),
        waves: session.wave().number,
        models,
        tokens: spent.known_tokens(),
        cost_nano: spent.known_cost(),
        rule_based: rule_based(session),
    }
}

/// Voices that rules spoke for.
pub fn rule_based(session: &Session) -> Vec<Author> {
    let is_panel = |model: &str| model.to_lowercase().contains(RULE_BASED);
    let spoke = |author: &Author| {
        let own = session.entries().iter().filter(|e| e.author == *author);
        own.filter_map(|e| e.model.as_deref()).any(is_panel)
    };
    speakers(session).filter(|(author, s)| is_panel(&s.model) || spoke(author)).map(|(author, _)| author).collect()
}

/// Who spoke and does not decide.
fn consulted(session: &Session) -> Vec<String> {
    let spoke = |who: &Author| session.entries().iter().any(|e| e.author == *who);
    let others = [Author::Supervisor, Author::Human];
    others.iter().filter(|who| spoke(who)).map(ToString::to_string).collect()
}

fn speakers(session: &Session) -> impl Iterator<Item = (Author, &Speaker)> {
    let opening = session.opening();
    let seats = opening.seats.iter().map(|s| (Author::Seat(s.tag.clone()), &s.speaker));
    std::iter::once((Author::Supervisor, &opening.supervisor)).chain(seats)
}
