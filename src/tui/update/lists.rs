//! The lists that can be opened.

use crate::protocol::{Author, Session};
use crate::tui::keymap::{Action, DEEDS, Scope};
use crate::tui::model::Model;
use crate::tui::model::chooser::{Choice, Chooser, Leave, Row};
use crate::tui::model::filter::Part;
use crate::tui::model::place::Place;
use std::collections::BTreeSet;

fn row(label: impl Into<String>, aside: impl Into<String>, choice: Choice) -> Row {
    Row { label: label.into(), aside: aside.into(), choice }
}

/// Every key.
pub fn help(model: &Model) -> Chooser {
    let keys = &model.options.keymap;
    let rows = DEEDS.iter().map(|deed| {
        let place = match deed.scope {
            Scope::Always => "",
            Scope::Live => "running: ",
            Scope::Replay => "replay: ",
        };
        row(format!("{place}{}", deed.help), keys.shown(deed.action), Choice::Do(deed.action))
    });
    Chooser::new("Keys: type to filter, Enter does it", rows.collect())
}

/// Commands, and places to go to.
pub fn palette(model: &Model) -> Chooser {
    let keys = &model.options.keymap;
    let left_out = [Action::Palette, Action::Cancel, Action::ScrollDown, Action::ScrollUp];
    let deeds = DEEDS.iter().filter(|d| !left_out.contains(&d.action));
    let rows = deeds.map(|d| row(d.help, format!("{}  {}", d.name, keys.shown(d.action)), Choice::Do(d.action)));
    let mut chooser = Chooser::new("A command, or #46, 12:05, 50%", rows.collect());
    chooser.takes_places = true;
    chooser
}

/// Phases, waves, decisions.
pub fn chapters(model: &Model) -> Chooser {
    let chapters = model.timeline.chapters();
    let rows = chapters.iter().map(|chapter| {
        let label = if chapter.label.is_empty() { String::new() } else { format!("  {}", chapter.label) };
        let aside = format!("{} {}", chapter.at.format("%H:%M:%S"), chapter.entry);
        row(format!("{}{label}", chapter.kind), aside, Choice::Seek(chapter.records))
    });
    let here = chapters.iter().rposition(|c| c.records <= model.player.records()).unwrap_or(0);
    Chooser::new("Chapters", rows.collect()).at(here)
}

/// Parts of the filter.
pub fn filter(model: &Model) -> Chooser {
    Chooser::new("Show only: Enter turns a part on or off, Esc closes", filter_rows(model))
}

/// The rows of the filter, as it stands.
pub fn filter_rows(model: &Model) -> Vec<Row> {
    let session = &model.scene.session;
    let filter = &model.log.filter;
    let mut rows = vec![row("Everything", if filter.is_off() { "on" } else { "" }, Choice::Unfilter)];
    for part in parts(session) {
        let label = match &part {
            Part::Author(author) => format!("by {author}"),
            Part::Kind(kind) => format!("type {kind}"),
            Part::Decision(id) => {
                let title = session.decision(*id).map(|d| d.question.as_str()).unwrap_or_default();
                format!("about {id} {title}")
            }
        };
        let on = if filter.has(&part) { "on" } else { "" };
        rows.push(row(label, on, Choice::Filter(part)));
    }
    rows
}

fn parts(session: &Session) -> Vec<Part> {
    let decisions = session.dockets().map(|d| Part::Decision(d.id));
    let mut authors = vec![Author::Supervisor];
    authors.extend(session.seats().map(|t| Author::Seat(t.clone())));
    if session.entries().iter().any(|e| e.author == Author::Human) {
        authors.push(Author::Human);
    }
    let kinds: BTreeSet<&str> = session.entries().iter().map(|e| e.kind.as_str()).collect();
    let kinds = kinds.into_iter().map(|k| Part::Kind(k.to_owned()));
    decisions.chain(authors.into_iter().map(Part::Author)).chain(kinds).collect()
}

/// The references of an entry or a statement.
pub fn references(session: &Session, places: Vec<Place>) -> Chooser {
    let rows = places.into_iter().map(|place| row(place.told(session), "", Choice::Go(place)));
    Chooser::new("Follow", rows.collect())
}

/// Formats of the document.
pub fn export() -> Chooser {
    let formats = [
        ("Markdown", "md"),
        ("HTML, one offline file with log, board and replay", "html"),
        ("JSON", "json"),
        ("A comment for a pull request", "github"),
    ];
    let rows = formats.map(|(label, name)| row(label, name, Choice::Export(name)));
    Chooser::new("Write the document as it stands", rows.into())
}

/// Ways to leave a running debate.
pub fn leaving() -> Chooser {
    let rows = vec![
        row("Stay", "", Choice::Nothing),
        row("Detach: the debate goes on in the background", "conclave watch", Choice::Leave(Leave::Detach)),
        row("Stop: it can be carried on later", "conclave resume", Choice::Leave(Leave::Stop)),
    ];
    Chooser::new("The debate is running", rows)
}
