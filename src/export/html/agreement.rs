//! The agreement board: decision by seat, in letters. Once as a section, once beside the log for the replay.

use super::one_line;
use super::page::{Page, scrolled};
use super::stances::{Board, Row};
use super::text::escape;
use crate::protocol::docket::Stance;
use crate::protocol::{Author, Session};
use serde::Serialize;

/// What the replay works on.
#[derive(Serialize)]
pub struct Data {
    /// For each row of the board, its decision.
    decisions: Vec<String>,
    /// Boards that differ from the one before, in order.
    boards: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    /// The entry after which it stands.
    n: u32,
    /// For each decision: the head or nothing, a letter a seat, whether it is settled.
    rows: Vec<(String, String, bool)>,
    /// A letter a seat: has it signed?
    accord: String,
}

/// The boards as the script reads them.
pub fn data(session: &Session, boards: &[Board]) -> Data {
    let row = |r: &Row| {
        let head = r.head.map(|h| h.to_string()).unwrap_or_default();
        (head, r.stances.iter().map(|s| letter(*s)).collect::<String>(), r.settled)
    };
    let mut kept: Vec<&Board> = Vec::new();
    for board in boards {
        if kept.last().is_none_or(|last| last.rows != board.rows || last.signed != board.signed) {
            kept.push(board);
        }
    }
    let shown = |b: &&Board| Shown {
        n: b.entry.0,
        rows: b.rows.iter().map(row).collect(),
        accord: b.signed.iter().map(|s| signature(*s)).collect(),
    };
    let decisions = session.dockets().map(|d| d.id.to_string()).collect();
    Data { decisions, boards: kept.iter().map(shown).collect() }
}

/// The board as it stands at the end.
pub fn section(page: &mut Page, session: &Session, board: Option<&Board>) {
    page.section("agreement", "Agreement");
    match board {
        Some(board) if !board.rows.is_empty() => {
            page.html(&scrolled("Agreement board", &table(session, board, Size::Full)));
            page.html(
                "<p class=\"legend\"><b>A</b> agrees · <b>a</b> agreed to an earlier text · <b>X</b> objects · <b>?</b> asks · \
                 <b>·</b> silent. The last row: <b>A</b> signed the accord.</p>",
            );
        }
        Some(_) | None => page.none("There are no decisions yet."),
    }
}

/// How much of the board is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// With the questions, as a section.
    Full,
    /// Ids only, for the replay.
    Small,
}

/// One board as a table. Letters carry the meaning and are said in words besides.
pub fn table(session: &Session, board: &Board, size: Size) -> String {
    let seats: String = session
        .seats()
        .map(|s| {
            let class = role(session, &Author::Seat(s.clone()));
            format!("<th scope=\"col\" class=\"seat {class}\"><span>{s}</span></th>")
        })
        .collect();
    let rows: String = board.rows.iter().map(|r| row(session, r, size)).collect();
    let signed: String =
        board.signed.iter().map(|s| cell(signature(*s), if *s { "signed" } else { "not signed" })).collect();
    let (class, caption, first) = match size {
        Size::Full => ("board", "Where every seat stands on each decision", "Decision"),
        Size::Small => ("board small", "Where every seat stands at this point", "On"),
    };
    format!(
        "<table class=\"{class}\"><caption>{caption}</caption>\n<thead><tr><th scope=\"col\">{first}</th>{seats}\
         <th scope=\"col\">Text</th></tr></thead>\n<tbody>\n{rows}<tr class=\"accord\"><th scope=\"row\">Accord</th>{signed}\
         <td class=\"head\"></td></tr>\n</tbody></table>"
    )
}

fn row(session: &Session, row: &Row, size: Size) -> String {
    let question = session.decision(row.decision).map(|d| escape(&one_line(&d.question))).unwrap_or_default();
    let id = row.decision;
    let name = match size {
        Size::Full => format!("<a href=\"#{id}\"><b class=\"id\">{id}</b> {question}</a>"),
        Size::Small => format!("<b class=\"id\">{id}</b>"),
    };
    let cells: String = row.stances.iter().map(|s| cell(letter(*s), word(*s))).collect();
    let head = row.head.map_or_else(|| "no text".to_owned(), |h| h.to_string());
    let settled = match (row.settled, size) {
        (false, _) => "",
        (true, Size::Full) => " settled",
        (true, Size::Small) => " ✓",
    };
    format!("<tr><th scope=\"row\">{name}</th>{cells}<td class=\"head\">{head}{settled}</td></tr>\n")
}

fn cell(letter: char, word: &str) -> String {
    let class = match letter {
        'A' => "agrees",
        'a' => "stale",
        'X' => "objects",
        '?' => "asks",
        _ => "silent",
    };
    format!("<td class=\"stance {class}\"><b aria-hidden=\"true\">{letter}</b><span class=\"said\">{word}</span></td>")
}

fn letter(stance: Stance) -> char {
    match stance {
        Stance::Agrees => 'A',
        Stance::Stale => 'a',
        Stance::Objects => 'X',
        Stance::Asks => '?',
        Stance::Silent => '·',
    }
}

fn word(stance: Stance) -> &'static str {
    match stance {
        Stance::Agrees => "agrees",
        Stance::Stale => "agreed to an earlier text",
        Stance::Objects => "objects",
        Stance::Asks => "asks",
        Stance::Silent => "silent",
    }
}

fn signature(signed: bool) -> char {
    if signed { 'A' } else { '·' }
}

/// The class that gives a voice its colour. There are four for seats; further seats take them again, with a mark.
pub fn role(session: &Session, author: &Author) -> &'static str {
    const SEATS: [&str; 8] = ["r1", "r2", "r3", "r4", "r1 again", "r2 again", "r3 again", "r4 again"];
    match author {
        Author::Supervisor => "r0",
        Author::Human => "human",
        Author::Seat(tag) => {
            let at = session.seats().position(|s| s == tag).unwrap_or(0);
            SEATS.get(if at < 4 { at } else { 4 + at % 4 }).copied().unwrap_or("r1")
        }
    }
}
