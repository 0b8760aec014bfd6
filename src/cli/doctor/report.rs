//! The whole report: for people a table, for programs one object.

use super::row::{Row, Status};
use super::seats::What;
use crate::cli::error::CommandError;
use crate::cli::{logging, places as folders};
use crate::config::{ReportLine, Settings};
use crate::llm::Spent;
use crate::protocol::Author;
use serde_json::{Value, json};

/// As wide as the widest name of a check, and a space.
const NAME: usize = 13;

/// One endpoint and model, checked.
pub(super) struct Checked {
    /// Whom it speaks for.
    pub authors: Vec<Author>,
    /// What it is.
    pub what: What,
    /// What was seen.
    pub rows: Vec<Row>,
    /// What that cost.
    pub spent: Spent,
}

/// All that `doctor` has to say.
pub(super) struct Report {
    /// Each endpoint and model once.
    pub endpoints: Vec<Checked>,
    /// What the terminal can do.
    pub terminal: Vec<Row>,
    /// Folders and files: what for, and where.
    pub places: Vec<(&'static str, String)>,
    /// What applies, and where it was set.
    pub settings: Vec<ReportLine>,
}

/// Where this program keeps what it writes.
pub(super) fn places(settings: &Settings) -> Result<Vec<(&'static str, String)>, CommandError> {
    let log = logging::path().map_or("none".to_owned(), |path| path.display().to_string());
    Ok(vec![("sessions", folders::sessions(settings)?.display().to_string()), ("log", log)])
}

impl Report {
    /// Whether a debate could be held.
    pub fn is_usable(&self) -> bool {
        self.endpoints.iter().flat_map(|checked| &checked.rows).all(|row| row.status != Status::Fail)
    }

    fn spent(&self) -> Spent {
        self.endpoints.iter().fold(Spent::default(), |sum, checked| Spent {
            tokens: sum.tokens.saturating_add(checked.spent.tokens),
            estimated: sum.estimated || checked.spent.estimated,
        })
    }

    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for checked in &self.endpoints {
            lines.push(format!("{} — {}", checked.title(), checked.seats().join(", ")));
            lines.extend(checked.rows.iter().flat_map(row));
            lines.push(String::new());
        }
        lines.push("Terminal".to_owned());
        lines.extend(self.terminal.iter().flat_map(row));
        lines.push(String::new());
        lines.push("Where things are".to_owned());
        lines.extend(self.places.iter().map(|(what, place)| format!("  {what:<9} {place}")));
        lines.push(String::new());
        lines.push("Settings".to_owned());
        let width = self.settings.iter().map(|line| line.key.chars().count()).max().unwrap_or(0);
        let setting = |line: &ReportLine| format!("  {:<width$}  {}  ({})", line.key, line.value, line.origin);
        lines.extend(self.settings.iter().map(setting));
        lines.push(String::new());
        lines.push(self.verdict());
        lines
    }

    fn verdict(&self) -> String {
        let spent = self.spent();
        let about = if spent.estimated { "about " } else { "" };
        let cost = match spent.tokens {
            0 => "No tokens were spent.".to_owned(),
            tokens => format!("This check spent {about}{tokens} tokens."),
        };
        let verdict =
            if self.is_usable() { "A debate can be held." } else { "No debate can be held like this: see FAIL." };
        format!("{verdict} {cost}")
    }

    /// For programs.
    pub fn json(&self) -> String {
        let spent = self.spent();
        let settings = self
            .settings
            .iter()
            .map(|line| json!({ "key": line.key, "value": line.value, "origin": line.origin.to_string() }));
        let places: serde_json::Map<String, Value> =
            self.places.iter().map(|(what, place)| ((*what).to_owned(), place.clone().into())).collect();
        let all = json!({
            "usable": self.is_usable(),
            "endpoints": self.endpoints.iter().map(Checked::json).collect::<Vec<_>>(),
            "terminal": self.terminal,
            "places": places,
            "settings": settings.collect::<Vec<_>>(),
            "tokens": { "spent": spent.tokens, "estimated": spent.estimated },
        });
        format!("{all:#}")
    }
}

impl Checked {
    fn seats(&self) -> Vec<String> {
        self.authors.iter().map(ToString::to_string).collect()
    }

    fn title(&self) -> String {
        match &self.what {
            What::Panel => "Built-in panel".to_owned(),
            What::Person => "A person".to_owned(),
            What::Model(asked) => format!("{} at {}", asked.spec.model, asked.spec.base_url),
            What::Refused(_) => "No model".to_owned(),
        }
    }

    fn json(&self) -> Value {
        let (model, base_url) = match &self.what {
            What::Model(asked) => (Some(&asked.spec.model), Some(&asked.spec.base_url)),
            What::Panel | What::Person | What::Refused(_) => (None, None),
        };
        json!({
            "seats": self.seats(),
            "panel": matches!(self.what, What::Panel),
            "model": model,
            "base_url": base_url,
            "checks": self.rows,
        })
    }
}

fn row(row: &Row) -> Vec<String> {
    let mut lines = vec![format!("  {} {:<NAME$}{}", row.status.word(), row.check, row.detail)];
    lines.extend(row.hint.as_ref().map(|hint| format!("{:width$}Hint: {hint}", "", width = 10 + NAME)));
    lines
}
