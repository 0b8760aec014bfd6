//! What the person in the room is writing, and to whom.

use crate::protocol::session::Life;
use crate::protocol::{Author, DecisionId, Issue, IssueId, IssueKind, Session, Target};
use crate::tui::input::Chord;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui_textarea::TextArea;

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// All seats must heed it.
    Direction,
    /// A question to one.
    Ask(Author),
    /// An answer to a question put to the person.
    Answer(IssueId),
    /// What the debate waits for, after mediation did not help.
    Escalation,
}

/// The composer.
#[derive(Debug, Clone)]
pub struct Composer {
    /// What can be written now, the likeliest first.
    pub abouts: Vec<About>,
    /// Which of these is being written.
    pub at: usize,
    /// What a question is about: a decision, or the framework.
    pub target: Target,
    /// The text.
    pub area: TextArea<'static>,
    /// Why it was refused, or that it is on its way.
    pub notice: Option<String>,
    /// It was handed over, and the answer is awaited.
    pub sent: bool,
}

impl Composer {
    /// Ready to write, for the session as it stands; questions are about the decision that is selected on the board.
    pub fn new(session: &Session, selected: Option<DecisionId>) -> Self {
        let mut area = TextArea::default();
        area.set_wrap_mode(ratatui_textarea::WrapMode::WordOrGlyph);
        area.set_cursor_line_style(ratatui::style::Style::default());
        let target = selected.map_or(Target::Framework, Target::Decision);
        Self { abouts: abouts(session), at: 0, target, area, notice: None, sent: false }
    }

    /// Brings what can be written up to date. What is written, and about what, stays.
    pub fn renew(&mut self, session: &Session) {
        let about = self.about().clone();
        self.abouts = abouts(session);
        self.at = self.abouts.iter().position(|a| *a == about).unwrap_or(0);
    }

    /// What is being written.
    pub fn about(&self) -> &About {
        self.abouts.get(self.at).unwrap_or(&About::Direction)
    }

    /// Chooses what is written.
    pub fn choose(&mut self, about: &About) {
        self.at = self.abouts.iter().position(|a| a == about).unwrap_or(self.at);
    }

    /// The next thing that can be written.
    pub fn next(&mut self, on: bool) {
        let many = self.abouts.len().max(1);
        self.at = if on { self.at + 1 } else { self.at + many - 1 } % many;
    }

    /// The next thing that a question can be about.
    pub fn next_target(&mut self, session: &Session) {
        let decisions = session.dockets().map(|d| Target::Decision(d.id));
        let all: Vec<Target> = decisions.chain([Target::Framework]).collect();
        let at = all.iter().position(|t| *t == self.target).map_or(0, |at| at + 1);
        self.target = all.get(at).or(all.first()).copied().unwrap_or(Target::Framework);
    }

    /// What the text will be taken for, in Markdown: the question it answers, or whom it reaches.
    pub fn prompt(&self, session: &Session) -> String {
        match self.about() {
            About::Direction => "Every seat must heed it in its next reply.".to_owned(),
            About::Ask(to) => match self.target.decision().and_then(|id| session.decision(id)) {
                Some(decision) => format!("{to} is asked about **{}**: {}", decision.id, decision.question),
                None => format!("{to} is asked about the framework."),
            },
            About::Answer(id) => session.issue(*id).map(question).unwrap_or_default(),
            About::Escalation => escalation(session),
        }
    }

    /// The text so far.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Takes a key that neither sends nor closes. While an answer is awaited nothing changes, so that nothing is lost.
    pub fn key(&mut self, chord: Chord) {
        if !self.sent {
            self.notice = None;
            type_into(&mut self.area, chord);
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if !self.sent {
            self.area.insert_str(text);
        }
    }
}

/// Types a chord into an editor.
pub fn type_into(area: &mut TextArea<'_>, chord: Chord) {
    let mut held = KeyModifiers::NONE;
    for (on, modifier) in
        [(chord.ctrl, KeyModifiers::CONTROL), (chord.alt, KeyModifiers::ALT), (chord.shift, KeyModifiers::SHIFT)]
    {
        if on {
            held |= modifier;
        }
    }
    let code = if chord.key == KeyCode::Tab && chord.shift { KeyCode::BackTab } else { chord.key };
    area.input(KeyEvent::new(code, held));
}

fn to_us(session: &Session) -> impl Iterator<Item = &Issue> {
    let open = session.issues().iter().map(AsRef::as_ref).filter(|i: &&Issue| i.is_open());
    open.filter(|i| i.id.kind == IssueKind::Question && i.to == Some(Author::Human))
}

fn question(issue: &Issue) -> String {
    // The ways out of an escalation stand on lines of their own.
    let text = issue.text.replace('\n', "\n\n");
    format!("**{}** {} asks about {}: {text}", issue.id, issue.by, issue.about)
}

/// What the debate waits for: a question that only the person can answer, else what mediation could not settle.
fn escalation(session: &Session) -> String {
    if let Some(issue) = to_us(session).next() {
        return question(issue);
    }
    let crux = session.crux().unwrap_or_else(|| session.deadlock());
    format!("The table is stuck and asks you: {crux}")
}

fn abouts(session: &Session) -> Vec<About> {
    let mut abouts = Vec::new();
    if *session.life() == Life::Escalated {
        abouts.push(About::Escalation);
    }
    abouts.extend(to_us(session).map(|issue| About::Answer(issue.id)));
    abouts.push(About::Direction);
    abouts.extend(session.seats().map(|tag| About::Ask(Author::Seat(tag.clone()))));
    abouts.push(About::Ask(Author::Supervisor));
    abouts
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            About::Direction => f.write_str("direction to all"),
            About::Ask(author) => write!(f, "question to {author}"),
            About::Answer(id) => write!(f, "answer to {id}"),
            About::Escalation => f.write_str("answer to the table"),
        }
    }
}
