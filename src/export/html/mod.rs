//! The document as one file for a browser: to read, to print, and to replay the debate in.
//!
//! The file must be safe to open whoever wrote the texts in it, and must still open in ten years. So it asks for
//! nothing from anywhere: its content security policy forbids every connection and names the style sheet and the script
//! by their digests, and no attribute holds script or style. All texts go through [`text::escape`]; the prose of entries
//! gets the little Markdown of [`prose`], in which a link is text. Everything is there without the script, which only
//! hides and shows: filters, and a replay over the boards that [`stances`] computes here.

mod agreement;
mod decisions;
mod log;
mod moves;
mod page;
mod prose;
mod sections;
mod stances;
mod tables;
#[cfg(test)]
mod tests;
mod text;

use super::document::{Document, SignOff, Status};
use super::money::dollars;
use super::references::checked;
use super::{ExportError, Exporter, quoted};
use crate::protocol::{Author, Session};
use page::Page;
use std::sync::LazyLock;
use text::escape;

/// One offline HTML file.
#[derive(Debug, Clone, Copy)]
pub struct Html;

/// The style sheet and the script, as they stand in each page.
static STYLE: LazyLock<String> = LazyLock::new(|| text::compact_style(include_str!("style.css")));
static SCRIPT: LazyLock<String> = LazyLock::new(|| text::compact(include_str!("script.js")));

impl Exporter for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn export(&self, document: &Document, session: &Session) -> Result<Vec<u8>, ExportError> {
        Ok(checked(document, session, || html(document, session))??.into_bytes())
    }
}

fn html(document: &Document, session: &Session) -> Result<String, serde_json::Error> {
    let mut replay = agreement::Data::default();
    let board = stances::walk(session, |board| replay.add(board));
    let mut page = Page::default();
    sections::standing(&mut page, document);
    sections::summary(&mut page, document);
    agreement::section(&mut page, session, &board);
    sections::context(&mut page, document);
    sections::framework(&mut page, document);
    decisions::section(&mut page, document);
    sections::findings(&mut page, document);
    tables::process(&mut page, &document.process, document.front.status);
    tables::signoff(&mut page, &document.signoff);
    tables::sources(&mut page, &document.sources);
    log::section(&mut page, session);
    tables::provenance(&mut page, document);
    let (main, contents) = page.finish();
    let main = quoted::in_html(main, &document.sources);
    let data = text::json(&replay)?;
    Ok(format!(
        "{head}<body>\n<a class=\"skip\" href=\"#main\">Skip to the document</a>\n{header}\
         <div class=\"frame\">\n<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>\n{contents}</ul>\n</nav>\n\
         <main id=\"main\" tabindex=\"-1\">\n{main}</main>\n</div>\n{footer}\
         <script type=\"application/json\" id=\"boards\">{data}</script>\n<script>{script}</script>\n</body>\n</html>\n",
        head = head(document),
        header = header(document, session),
        footer = footer(document),
        script = *SCRIPT,
    ))
}

fn head(document: &Document) -> String {
    let flag = flag(document.front.status).map(|f| format!("{f}: ")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        text::source(&STYLE),
        text::source(&SCRIPT)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"generator\" content=\"{generator}\">\n<title>{flag}{title}</title>\n<style>{style}</style>\n</head>\n",
        generator = escape(&document.provenance.program),
        title = escape(&one_line(&document.title)),
        style = *STYLE,
    )
}

/// What stands before the title of a document that decides nothing.
fn flag(status: Status) -> Option<&'static str> {
    match status {
        Status::Accepted => None,
        Status::Proposed => Some("NO CONSENSUS"),
        Status::Draft => Some("DRAFT"),
    }
}

fn header(document: &Document, session: &Session) -> String {
    let front = &document.front;
    let status = front.status.as_str();
    let (label, hint) = match front.status {
        Status::Accepted => ("Consensus", "every seat signed"),
        Status::Proposed => ("No consensus", "nothing here is decided"),
        Status::Draft => ("Draft", "nothing here is decided"),
    };
    let flag = flag(front.status).map(|f| format!("<span class=\"flag\">{f}:</span> ")).unwrap_or_default();
    let fact = |name: &str, html: String| format!("<li><span>{name}</span> {html}</li>\n");
    let unknown = || "unknown".to_owned();
    let mut facts = vec![
        fact("Status", status.to_owned()),
        fact("Date", escape(&front.date)),
        fact("Entries", format!("{} in {} waves", front.entries, front.waves)),
        fact("Tokens", front.tokens.map_or_else(unknown, grouped)),
        fact("Cost", front.cost_nano.map_or_else(unknown, dollars)),
        fact("Accord", front.accord.as_ref().map_or_else(|| "none".to_owned(), tables::digest)),
    ];
    facts.push(makers(document, session));
    if !front.consulted.is_empty() {
        facts.push(fact("Consulted", escape(&front.consulted.join(", "))));
    }
    let notices: String = document
        .notices
        .iter()
        .map(|n| format!("<p class=\"notice\"><strong>{}.</strong> {}</p>\n", escape(&n.label), escape(&n.notice)))
        .collect();
    format!(
        "<header class=\"top {status}\">\n<p class=\"badge\"><b>{label}</b> <span>{hint}</span></p>\n\
         <h1>{flag}{title}</h1>\n{notices}<ul class=\"facts\">\n{facts}</ul>\n</header>\n",
        title = escape(&one_line(&document.title)),
        facts = facts.concat(),
    )
}

/// Who had to agree, in their colours; the model once where all have the same.
fn makers(document: &Document, session: &Session) -> String {
    let models: Vec<String> = document.signoff.iter().map(|s| escape(&one_line(&s.model))).collect();
    let shared = models.first().filter(|first| models.len() > 1 && models.iter().all(|m| m == *first));
    let seat = |(line, model): (&SignOff, &String)| {
        let role = agreement::role(session, &Author::Seat(line.seat.clone()));
        let model = if shared.is_some() { String::new() } else { format!(" {model}") };
        format!("<span class=\"person {role}\"><b class=\"who\">{}</b>{model}</span>", line.seat)
    };
    let seats: Vec<String> = document.signoff.iter().zip(&models).map(seat).collect();
    let shared = shared.map(|model| format!("<li><span>Model of all seats</span> {model}</li>\n")).unwrap_or_default();
    format!("<li class=\"long\"><span>Decision-makers</span> {}</li>\n{shared}", seats.join(" "))
}

fn footer(document: &Document) -> String {
    format!(
        "<footer>\n<p>Session {}, {}. Written by {}. This file needs no network and asks for none.</p>\n</footer>\n",
        escape(&one_line(&document.provenance.session)),
        escape(&document.front.date),
        escape(&one_line(&document.provenance.program)),
    )
}

/// `text` without line ends.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// What an empty list says.
fn none(document: &Document) -> &'static str {
    match document.front.status {
        Status::Accepted | Status::Proposed => "None recorded.",
        Status::Draft => "None recorded so far.",
    }
}
