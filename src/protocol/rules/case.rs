//! One reply under examination, and the checks that every kind of reply shares.

use super::{MAX_CONTENT, MAX_MOVES, MAX_TEXT};
use crate::protocol::apply_addressee;
use crate::protocol::docket::{Content, Docket};
use crate::protocol::duty;
use crate::protocol::entry::{How, Item, Move, Reply, SUPERVISOR_KINDS};
use crate::protocol::id::{Author, CriterionId, DecisionId, IssueId, IssueKind, SeatTag, Target};
use crate::protocol::session::Session;
use std::collections::BTreeMap;

/// A reply, the log it was given on, and what is wrong with it so far.
pub(super) struct Case<'a> {
    pub session: &'a Session,
    pub author: &'a Author,
    pub reply: &'a Reply,
    /// The texts that would lie on the table after this reply, for decisions where it puts one there.
    pub heads: BTreeMap<DecisionId, Content>,
    reasons: Vec<String>,
}

impl<'a> Case<'a> {
    pub fn new(session: &'a Session, author: &'a Author, reply: &'a Reply) -> Self {
        Self { session, author, reply, heads: BTreeMap::new(), reasons: Vec::new() }
    }

    pub fn refuse(&mut self, reason: impl Into<String>) {
        self.reasons.push(reason.into());
    }

    pub fn verdict(mut self) -> Result<(), Vec<String>> {
        self.reasons.dedup();
        if self.reasons.is_empty() { Ok(()) } else { Err(self.reasons) }
    }

    /// The seat that speaks; none for the supervisor or a person.
    pub fn seat(&self) -> Option<&'a SeatTag> {
        self.author.seat()
    }

    /// Sizes, for every text in the reply at once.
    pub fn form(&mut self) {
        if self.reply.content.trim().is_empty() {
            self.refuse("content is empty: say in words what you do and why");
        }
        if self.reply.content.len() > MAX_CONTENT {
            self.refuse(format!("content is {} bytes: at most {MAX_CONTENT}", self.reply.content.len()));
        }
        if self.reply.moves.len() > MAX_MOVES {
            self.refuse(format!("{} moves are too many: at most {MAX_MOVES}", self.reply.moves.len()));
        }
        for act in &self.reply.moves {
            // What is short as a whole holds no long text; nearly every move is.
            if serde_json::to_string(act).is_ok_and(|whole| whole.len() <= MAX_TEXT) {
                continue;
            }
            let longest = serde_json::to_value(act).map(|v| longest_text(&v)).unwrap_or(usize::MAX);
            if longest > MAX_TEXT {
                self.refuse(format!("a text within a move is {longest} bytes: at most {MAX_TEXT}"));
            }
        }
    }

    /// The reply's type must be a word the speaker has.
    pub fn vocabulary(&mut self) {
        let kind = self.reply.kind.as_str();
        let words: Vec<&str> = match self.author {
            Author::Supervisor => SUPERVISOR_KINDS.to_vec(),
            Author::Human => return,
            Author::Seat(tag) => {
                let seat = self.session.opening().seats.iter().find(|s| s.tag == *tag);
                seat.map(|s| s.kinds.iter().map(String::as_str).collect()).unwrap_or_default()
            }
        };
        if !words.contains(&kind) {
            self.refuse(format!("type '{}' is not one of {}", bounded(kind), words.join(", ")));
        }
    }

    /// The decision's file, or a reason that names those on the agenda.
    pub fn docket(&mut self, id: DecisionId) -> Option<&'a Docket> {
        let docket = self.session.docket(id);
        if docket.is_none() {
            let agenda = self.session.dockets().map(|d| d.id.to_string()).collect::<Vec<_>>().join(", ");
            self.refuse(format!("{id} is not on the agenda: {agenda}"));
        }
        docket
    }

    pub fn criterion(&mut self, id: CriterionId) {
        let framework = self.session.framework();
        if framework.is_some_and(|f| f.criterion(id).is_none()) {
            let known = framework.into_iter().flat_map(|f| &f.criteria).map(|c| c.id.to_string());
            self.refuse(format!("{id} is no criterion: {}", known.collect::<Vec<_>>().join(", ")));
        }
    }

    pub fn about(&mut self, about: Target) {
        if let Target::Decision(id) = about {
            self.docket(id);
        }
    }

    /// An issue of the log that is still open, or the reason why not.
    pub fn open_issue(&mut self, id: IssueId) -> Option<&'a crate::protocol::issue::Issue> {
        let Some(issue) = self.session.issue(id) else {
            self.refuse(format!("there is no {id}"));
            return None;
        };
        if let Some(end) = &issue.disposition {
            self.refuse(format!("{id} was closed in {}", end.entry));
            return None;
        }
        Some(issue)
    }

    pub fn ask(&mut self, to: &str, about: Target, text: &str) {
        self.about(about);
        if text.trim().is_empty() {
            self.refuse("a question needs words");
        }
        if apply_addressee(self.session, to).as_ref() == Some(self.author) {
            self.refuse("a question to yourself is no question: answer it in the content, or state an assumption");
        }
    }

    pub fn answer(&mut self, question: IssueId, text: &str) {
        if text.trim().is_empty() {
            self.refuse(format!("the answer to {question} is empty"));
        }
        if question.kind != IssueKind::Question {
            return self.refuse(format!("{question} is no question"));
        }
        let Some(issue) = self.open_issue(question) else {
            return;
        };
        // A person may answer for anybody: it is its project.
        let to = duty::answerer(self.session, issue);
        if to != *self.author && *self.author != Author::Human {
            self.refuse(format!("{question} was asked of {to}: comment in the content instead"));
        }
    }

    /// The text that would lie on the table of `id` after this reply.
    pub fn has_clause(&self, id: DecisionId, clause: u16) -> bool {
        match (self.heads.get(&id), self.session.docket(id).and_then(Docket::head)) {
            (Some(content), _) => content.clauses.contains_key(&clause),
            (None, Some(head)) => head.clauses.contains_key(&clause),
            (None, None) => false,
        }
    }

    /// The dispositions this reply gives.
    pub fn dispositions(&self) -> impl Iterator<Item = (&'a Item, &'a How, &'a str)> + use<'a> {
        self.reply.moves.iter().filter_map(|m| match m {
            Move::Dispose { item, how, why } => Some((item, how, why.as_str())),
            _ => None,
        })
    }
}

/// A text from a model, short and tame enough for a reason.
pub(super) fn bounded(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}

fn longest_text(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::String(text) => text.len(),
        serde_json::Value::Array(items) => items.iter().map(longest_text).max().unwrap_or(0),
        serde_json::Value::Object(fields) => fields.values().map(longest_text).max().unwrap_or(0),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => 0,
    }
}
