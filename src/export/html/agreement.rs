//! The agreement board: decision by seat, in letters. Once as a section, once beside the log for the replay.

use super::one_line;
use super::page::{Page, scrolled};
use super::stances::{Board, Row};
use super::text::escape;
use crate::protocol::docket::Stance;
use crate::protocol::{Author, Session};
use serde::Serialize;

/// What the replay works on: the board's changes, since most entries change one row of it or none.
#[derive(Default, Serialize)]
pub struct Data {
    changes: Vec<Change>,
    #[serde(skip)]
    last: Option<Board>,
}

/// One row from one entry on.
#[derive(Serialize)]
struct Change(
    /// The entry after which it stands so.
    u32,
    /// Which row; the accord's comes after those of the decisions.
    usize,
    /// A letter a seat.
    String,
    /// What the last column says.
    String,
);

impl Data {
    /// Takes in the next board.
    pub fn add(&mut self, board: &Board) {
        let before = self.last.replace(board.clone());
        let was = |at: usize| before.as_ref().and_then(|b| b.rows.get(at));
        for (at, row) in board.rows.iter().enumerate().filter(|(at, row)| was(*at) != Some(*row)) {
            let letters = row.stances.iter().map(|s| letter(*s)).collect();
            self.changes.push(Change(board.entry.0, at, letters, on_table(row)));
        }
        if before.as_ref().is_none_or(|b| b.signed != board.signed) {
            let letters = board.signed.iter().map(|s| signature(*s)).collect();
            self.changes.push(Change(board.entry.0, board.rows.len(), letters, String::new()));
        }
    }
}

/// The board as it stands at the end.
pub fn section(page: &mut Page, session: &Session, board: &Board) {
    page.section("agreement", "Agreement");
    if board.rows.is_empty() {
        return page.none("There are no decisions yet.");
    }
    page.html(&scrolled("Agreement board", &table(session, board)));
    page.html(
        "<p class=\"legend\"><b>A</b> agrees · <b>a</b> agreed to an earlier text · <b>X</b> objects · <b>?</b> asks · \
         <b>·</b> silent. The last row: <b>A</b> signed the accord. <b>✓</b> settled.</p>",
    );
}

/// The board as a table. Letters carry the meaning and are said in words besides.
fn table(session: &Session, board: &Board) -> String {
    let seats: String = session
        .seats()
        .map(|s| {
            let class = role(session, &Author::Seat(s.clone()));
            format!("<th scope=\"col\" class=\"seat {class}\"><span>{s}</span></th>")
        })
        .collect();
    let rows: String = board.rows.iter().map(|r| row(session, r)).collect();
    let signed: String =
        board.signed.iter().map(|s| cell(signature(*s), if *s { "signed" } else { "not signed" })).collect();
    format!(
        "<table class=\"board\"><caption>Where every seat stands on each decision</caption>\n\
         <thead><tr><th scope=\"col\">Decision</th>{seats}<th scope=\"col\">Text</th></tr></thead>\n\
         <tbody>\n{rows}<tr class=\"accord\"><th scope=\"row\">Accord</th>{signed}<td class=\"head\"></td></tr>\n</tbody></table>"
    )
}

fn row(session: &Session, row: &Row) -> String {
    let question = session.decision(row.decision).map(|d| escape(&one_line(&d.question))).unwrap_or_default();
    let id = row.decision;
    let cells: String = row.stances.iter().map(|s| cell(letter(*s), word(*s))).collect();
    format!(
        "<tr><th scope=\"row\"><a href=\"#{id}\"><b class=\"id\">{id}</b> {question}</a></th>{cells}<td class=\"head\">{}</td></tr>\n",
        on_table(row)
    )
}

/// The text on the table, with a mark where all is settled.
fn on_table(row: &Row) -> String {
    let head = row.head.map_or_else(|| "no text".to_owned(), |h| h.to_string());
    format!("{head}{}", if row.settled { " ✓" } else { "" })
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
