//! The discussion log in full, with what the script needs to filter and replay it. The controls are hidden until the
//! script shows them.

use super::super::document::Document;
use super::agreement::{Size, role, table};
use super::page::{Page, scrolled};
use super::stances::Board;
use super::text::escape;
use super::{moves, one_line, prose, tables};
use crate::protocol::{Entry, Session};
use std::collections::BTreeSet;

/// The log.
pub fn section(page: &mut Page, document: &Document, session: &Session, board: &Board) {
    page.section("log", "Discussion log");
    if session.entries().is_empty() {
        return page.none("The log is empty.");
    }
    page.html("<div class=\"debate\">");
    page.html(&player(session, board));
    page.html("<div class=\"entries\" id=\"entries\">");
    page.html(&filters(session));
    let mut wave = None;
    for entry in session.entries() {
        let begins = wave.replace(entry.wave) != Some(entry.wave);
        page.html(&article(document, session, entry, begins));
    }
    page.html("</div>\n</div>");
}

fn article(document: &Document, session: &Session, entry: &Entry, begins: bool) -> String {
    let number = entry.number.0;
    let touched =
        document.decisions.iter().filter(|d| d.trace.binary_search(&entry.number).is_ok()).map(|d| d.id.to_string());
    let on: Vec<String> = touched.collect();
    let wave = match (begins, entry.wave) {
        (false, _) => String::new(),
        (true, 0) => "<p class=\"wave\">Framing</p>\n".to_owned(),
        (true, wave) => format!("<p class=\"wave\">Wave {wave}</p>\n"),
    };
    let model = entry.model.as_deref().map(|m| format!(" · {}", escape(&one_line(m)))).unwrap_or_default();
    let moves: String = entry.moves.iter().map(moves::html).collect();
    let moves = if moves.is_empty() {
        moves
    } else {
        format!("<ul class=\"moves\" aria-label=\"Moves of {}\">\n{moves}</ul>\n", entry.number)
    };
    let prose = prose::html(&entry.content);
    let prose = if prose.is_empty() { prose } else { format!("<div class=\"prose\">\n{prose}</div>\n") };
    format!(
        "<article class=\"entry {role}\" id=\"e{number}\" data-who=\"{who}\" data-kind=\"{kind}\" data-on=\"{on}\" \
         data-wave=\"{in_wave}\" data-at=\"{at}\">\n{wave}<h3><a href=\"#e{number}\">#{number}</a> \
         <span class=\"who\">{who}</span> <span class=\"kind\">{kind}</span></h3>\n\
         <p class=\"when\">{time} UTC{model}</p>\n{prose}{moves}</article>",
        role = role(session, &entry.author),
        who = entry.author,
        kind = escape(&one_line(&entry.kind)),
        on = on.join(" "),
        in_wave = entry.wave,
        at = entry.at.timestamp_millis(),
        time = tables::time(entry.at),
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

fn player(session: &Session, board: &Board) -> String {
    let last = session.entries().len();
    let board = scrolled("Agreement at this point", &table(session, board, Size::Small));
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
         pauses, <kbd>←</kbd> <kbd>→</kbd> go by entry, with <kbd>Shift</kbd> by wave, <kbd>&lt;</kbd> <kbd>&gt;</kbd> change \
         the speed, <kbd>=</kbd> makes it 1×, <kbd>Home</kbd> <kbd>End</kbd> go to the ends. On the board <b>✓</b> means settled.</p>\n</details>\n</div>"
    )
}
