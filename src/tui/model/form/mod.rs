//! What a seat owes, as a form: for a person who holds it, with choices rather than syntax.
//!
//! A model answers in JSON. A person should not have to know a move's name, a digest or a clause's number, and should not be
//! able to get them wrong. So a form is made from the same duties that make a prompt: for each a task with what must be
//! read, choices, and texts to write. [`Form::reply`] makes of it the same `Reply` that a model would have given, and the
//! rules judge it in the same way.
//!
//! The form is a function of the session, the duties and the [`Sheet`] with the answers. It is made anew after each change
//! ([`Form::renew`]), so what a choice brings with it needs no rule of its own, and a sheet survives whatever happens to the
//! debate meanwhile.
//!
//! - [`task`], [`sheet`]: tasks and fields, and the answers;
//! - [`desk`], [`context`]: what tasks are made from, and what is read before they are done;
//! - [`duties`]: which tasks there are, and the moves of the whole;
//! - [`texts`], [`items`], [`review`], [`closing`], [`words`], [`charges`]: the duties' tasks, and the moves they come to;
//! - [`keys`]: how it is filled in.

mod charges;
mod closing;
mod context;
mod desk;
mod duties;
mod items;
mod keys;
mod review;
pub mod sheet;
pub mod task;
#[cfg(test)]
pub(in crate::tui) mod tests;
mod texts;
mod words;

use crate::agent::person;
use crate::protocol::session::Life;
use crate::protocol::{Ask, Author, Reply, SeatTag, Session, rules};
use desk::Desk;
use sheet::Sheet;
use task::{Field, Standing, Task};

/// Most rounds in which fields bring fields; two have been enough.
const ROUNDS: usize = 4;

/// Why a form cannot be handed in, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The task it concerns, by key; none where it concerns the whole.
    pub task: Option<String>,
    /// The field it concerns, by key.
    pub field: Option<String>,
    /// In words.
    pub text: String,
}

/// What one seat owes, being filled in by a person.
#[derive(Debug, Clone)]
pub struct Form {
    /// Whose it is.
    pub seat: SeatTag,
    /// What is to be done, as it stands.
    pub tasks: Vec<Task>,
    /// What is filled in.
    pub sheet: Sheet,
    /// The chosen task.
    pub task: usize,
    /// The field that has the focus; none while the context has it.
    pub field: Option<usize>,
    /// The option at the cursor, where a field takes several.
    pub spot: usize,
    /// First row of the context, as far as it was scrolled.
    pub top: usize,
    /// Why it was refused.
    pub reasons: Vec<Reason>,
    /// It was handed in, and the answer is awaited.
    pub sent: bool,
    ask: Ask,
    wave: u32,
}

/// The seats whose persons are asked now and have not answered.
pub fn asked(session: &Session) -> Vec<(SeatTag, Ask)> {
    if *session.life() != Life::Running || !session.wave().asked {
        return Vec::new();
    }
    let pending = session.asks().into_iter().filter(|ask| !session.has_answered(&ask.author));
    let held = pending.filter_map(|ask| Some((ask.author.seat().cloned()?, ask)));
    held.filter(|(seat, _)| is_person(session, &Author::Seat(seat.clone()))).collect()
}

/// Whether a person holds this seat.
pub fn is_person(session: &Session, author: &Author) -> bool {
    let Some(tag) = author.seat() else { return false };
    session.opening().seats.iter().any(|s| s.tag == *tag && s.speaker.model == person::LABEL)
}

impl Form {
    /// The form of `seat`, which is asked for `ask`.
    pub fn of(session: &Session, seat: SeatTag, ask: Ask) -> Self {
        let mut form = Self {
            seat,
            tasks: Vec::new(),
            sheet: Sheet::default(),
            task: 0,
            field: Some(0),
            spot: 0,
            top: 0,
            reasons: Vec::new(),
            sent: false,
            ask,
            wave: session.wave().number,
        };
        form.renew(session);
        form
    }

    /// What it is asked for now; says whether it is asked anew. What was filled in stays.
    pub fn take(&mut self, ask: Ask, session: &Session) -> bool {
        let wave = session.wave().number;
        let anew = self.ask != ask || self.wave != wave;
        if anew {
            (self.ask, self.wave) = (ask, wave);
            self.sent = false;
            self.reasons.clear();
        }
        self.renew(session);
        anew
    }

    /// Makes the tasks anew from what is filled in, and keeps the focus where it is.
    pub fn renew(&mut self, session: &Session) {
        let (task, field) = (self.chosen().map(|t| t.key.clone()), self.focused().map(|f| f.key.clone()));
        // A choice may bring fields whose first answers bring others.
        for _ in 0..ROUNDS {
            self.tasks = duties::tasks(&self.desk(session));
            let fields = self.tasks.iter().flat_map(|t| &t.fields);
            if fields.filter(|field| self.sheet.ask(field)).count() == 0 {
                break;
            }
        }
        let at = |key: &String| self.tasks.iter().position(|t| t.key == *key);
        let before = self.task;
        self.task = task.as_ref().and_then(at).unwrap_or(before).min(self.tasks.len().saturating_sub(1));
        let fields = self.chosen().map(|t| t.fields.as_slice()).unwrap_or_default();
        let kept = field.as_ref().and_then(|key| fields.iter().position(|f| f.key == *key));
        self.field = match kept.or(self.field) {
            Some(at) if !fields.is_empty() => Some(at.min(fields.len() - 1)),
            _ => None,
        };
        self.settle();
    }

    /// The chosen task.
    pub fn chosen(&self) -> Option<&Task> {
        self.tasks.get(self.task)
    }

    /// The field that has the focus.
    pub fn focused(&self) -> Option<&Field> {
        self.chosen()?.fields.get(self.field?)
    }

    /// How many tasks are done, and how many there are of which something is needed or was given.
    pub fn done(&self) -> (usize, usize) {
        let standing = self.tasks.iter().map(|t| t.standing(&self.sheet)).filter(|s| *s != Standing::Free);
        standing.fold((0, 0), |(done, all), s| (done + usize::from(s == Standing::Done), all + 1))
    }

    /// Why a task was refused; what was missing and is there by now is left out.
    pub fn reasons_of<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a Reason> {
        let open = |r: &&Reason| r.field.as_ref().is_none_or(|key| !self.sheet.is_filled(key));
        self.reasons.iter().filter(|r| r.task.as_ref() == Some(&task.key)).filter(open)
    }

    /// The reply that the form comes to.
    ///
    /// # Errors
    /// What is missing, or why the rules refuse it.
    pub fn reply(&self, session: &Session) -> Result<Reply, Vec<Reason>> {
        let missing: Vec<Reason> = self.tasks.iter().flat_map(|t| self.lacks(t)).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let desk = self.desk(session);
        let (kind, content) = words::said(&desk);
        let reply = Reply { kind, content, moves: duties::moves(&desk) };
        match rules::check(session, &Author::Seat(self.seat.clone()), &reply) {
            Ok(()) => Ok(reply),
            Err(reasons) => Err(reasons.into_iter().map(|text| self.place(text)).collect()),
        }
    }

    /// Takes in why it was refused, and goes to the first task concerned.
    pub fn refuse(&mut self, reasons: Vec<Reason>) {
        self.sent = false;
        let concerned = reasons.iter().find_map(|r| Some((r.task.clone()?, r.field.clone())));
        self.reasons = reasons;
        let Some((task, field)) = concerned else { return };
        let Some(at) = self.tasks.iter().position(|t| t.key == task) else { return };
        self.go(at);
        let fields = self.chosen().map(|t| t.fields.as_slice()).unwrap_or_default();
        if let Some(at) = fields.iter().position(|f| Some(&f.key) == field.as_ref()) {
            self.field = Some(at);
        }
        self.settle();
    }

    /// Takes in why the host refused it.
    pub fn refused(&mut self, reasons: Vec<String>) {
        let reasons = reasons.into_iter().map(|text| self.place(text)).collect();
        self.refuse(reasons);
    }

    fn lacks<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = Reason> + 'a {
        task.missing(&self.sheet).map(|field| Reason {
            task: Some(task.key.clone()),
            field: Some(field.key.clone()),
            text: if field.is_written() {
                format!("still to be written: {}", field.label)
            } else {
                format!("still to be chosen: {}", field.label)
            },
        })
    }

    /// A reason at the task whose id it names first.
    fn place(&self, text: String) -> Reason {
        let words = text.split_whitespace().map(|w| w.trim_matches([',', ';', ':', '.', '(', ')', '\'', '"']));
        let first = |word: &str| self.tasks.iter().find(|t| t.names.first().is_some_and(|n| n == word));
        let any = |word: &str| self.tasks.iter().find(|t| t.names.iter().any(|n| n == word));
        let task = words.filter(|w| !w.is_empty()).find_map(|word| first(word).or_else(|| any(word)));
        Reason { task: task.map(|t| t.key.clone()), field: None, text }
    }

    fn desk<'a>(&'a self, session: &'a Session) -> Desk<'a> {
        Desk { session, seat: &self.seat, ask: &self.ask, sheet: &self.sheet }
    }
}
