//! The discussion log in full, with what the script needs to filter and replay it. The controls are hidden until the
//! script shows them.

use super::agreement::role;
use super::page::{Page, scrolled};
use super::text::escape;
use super::{moves, one_line, prose, tables};
use crate::journal::communication::render_looks;
use crate::protocol::{Author, Entry, Session};
use std::collections::{BTreeMap, BTreeSet};

/// The log.
pub fn section(page: &mut Page, session: &Session) {
    page.section("log", "Discussion log");
    if session.entries().is_empty() {
        return page.none("The log is empty.");
    }
    page.html("<div class=\"debate\">");
    page.html(&player(session));
    page.html("<div class=\"entries\" id=\"entries\">");
    page.html(&filters(session));
    let (mut wave, mut time) = (None, None);
    let mut models: BTreeMap<&Author, &str> = BTreeMap::new();
    for entry in session.entries() {
        let begins = wave.replace(entry.wave) != Some(entry.wave);
        // The entries of a wave are revealed together, so one of them tells the time.
        let time = if time.replace(entry.at) == Some(entry.at) { Default::default() } else { tables::time(entry.at) };
        // A model stands where its voice first has it.
        let model = entry.model.as_deref().filter(|model| models.insert(&entry.author, model) != Some(*model));
        page.html(&article(session, entry, &head(entry, begins, &time), model));
    }
    page.html("</div>\n</div>");
}

/// Where a wave begins, its number; with the time, if it is to be told.
fn head(entry: &Entry, begins: bool, time: &str) -> String {
    match (begins, entry.wave) {
        (false, _) if time.is_empty() => String::new(),
        (false, _) => format!("<p class=\"wave\">{time}\n"),
        (true, 0) => format!("<p class=\"wave new\">Framing {time}\n"),
        (true, wave) => format!("<p class=\"wave new\">Wave {wave} {time}\n"),
    }
}

/// An entry. What the script needs besides, it reads from here; and which decisions it touched, from their traces.
fn article(session: &Session, entry: &Entry, head: &str, model: Option<&str>) -> String {
    let number = entry.number.0;
    let model = model.map(|m| format!("<p class=\"when\">{}\n", escape(&one_line(m)))).unwrap_or_default();
    let moves: String = entry.moves.iter().map(|m| moves::html(m, session.framework())).collect();
    let moves = if moves.is_empty() { moves } else { format!("<ul class=\"moves\">\n{moves}</ul>\n") };
    format!(
        "<article class=\"entry {role}\" id=\"e{number}\">\n{head}<h3>#{number} \
         <b>{who}</b> <i>{kind}</i></h3>\n{model}{prose}{moves}{looks}</article>",
        role = role(session, &entry.author),
        who = entry.author,
        kind = escape(&one_line(&entry.kind)),
        prose = prose::html(&entry.content),
        looks = looks(entry),
    )
}

/// What the speaker looked at before.
fn looks(entry: &Entry) -> String {
    let looks = render_looks(entry);
    if looks.is_empty() {
        return String::new();
    }
    let item = |look: &String| format!("<li>{}\n", escape(look.trim_start_matches("- ")));
    let items: String = looks.iter().map(item).collect();
    format!(
        "<details class=\"looks\"><summary>Looked at the project: {}</summary>\n<ul>\n{items}</ul></details>\n",
        looks.len()
    )
}

fn filters(session: &Session) -> String {
    let mut who: Vec<String> = Vec::new();
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    for entry in session.entries() {
        let author = entry.author.to_string();
        if !who.contains(&author) {
            who.push(author);
        }
        kinds.insert(one_line(&entry.kind));
    }
    let select = |id: &str, label: &str, all: &str, options: Vec<String>| {
        let options: String =
            options.iter().map(|o| format!("<option value=\"{0}\">{0}</option>", escape(o))).collect();
        format!(
            "<label for=\"by-{id}\">{label}</label>\n<select id=\"by-{id}\"><option value=\"\">{all}</option>{options}</select>\n"
        )
    };
    format!(
        "<div class=\"filters\" id=\"filters\" role=\"group\" aria-label=\"Filter the log\" hidden>\n{}{}{}\
         <button type=\"button\" id=\"clear\" hidden>Show all</button>\n<p id=\"found\" role=\"status\"></p>\n</div>",
        select("who", "Seat", "all seats", who),
        select("kind", "Type", "all types", kinds.into_iter().collect()),
        select("on", "Decision", "all decisions", session.dockets().map(|d| d.id.to_string()).collect()),
    )
}

fn player(session: &Session) -> String {
    let last = session.entries().len();
    let board = scrolled("Agreement at this point", "");
    format!(
        "<div class=\"player\" id=\"player\" role=\"group\" aria-labelledby=\"player-title\" tabindex=\"-1\" hidden>\n\
         <h3 id=\"player-title\">Replay</h3>\n<div class=\"controls\">\n\
         <button type=\"button\" id=\"back\" aria-label=\"One entry back\">‹</button>\n\
         <button type=\"button\" id=\"play\">Play</button>\n\
         <button type=\"button\" id=\"forward\" aria-label=\"One entry on\">›</button>\n\
         <label class=\"said\" for=\"speed\">Speed</label>\n<select id=\"speed\"><option value=\"0.25\">0.25×</option>\
         <option value=\"0.5\">0.5×</option><option value=\"1\" selected>1×</option><option value=\"2\">2×</option>\
         <option value=\"4\">4×</option><option value=\"8\">8×</option><option value=\"16\">16×</option></select>\n\
         <span class=\"place\" id=\"place\">{last} of {last}</span>\n</div>\n\
         <label class=\"said\" for=\"scrub\">Entry</label>\n\
         <input type=\"range\" id=\"scrub\" min=\"0\" max=\"{last}\" step=\"1\" value=\"{last}\">\n\
         <details id=\"board-then\"><summary>Agreement at this point</summary>\n{board}\n</details>\n\
         <p class=\"said\" id=\"status\" role=\"status\" aria-live=\"polite\"></p>\n\
         <details class=\"keys\"><summary>Keys</summary>\n<p>While the focus is in the replay: <kbd>Space</kbd> plays or \
         pauses, <kbd>←</kbd> <kbd>→</kbd> go by entry (<kbd>{{</kbd> <kbd>}}</kbd> too), with <kbd>Shift</kbd> by wave, \
         <kbd>[</kbd> <kbd>]</kbd> to where something turns (a text, an objection, a mediation, a decision settled), \
         <kbd>&lt;</kbd> <kbd>&gt;</kbd> change the speed, <kbd>=</kbd> makes it 1×, <kbd>Home</kbd> <kbd>End</kbd> or \
         <kbd>g</kbd> <kbd>G</kbd> go to the ends. On the board <b>✓</b> means settled.</p>\n</details>\n</div>"
    )
}
