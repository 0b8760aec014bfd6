//! What the person in the room is writing, and to whom.

use crate::protocol::session::Life;
use crate::protocol::{Author, IssueId, IssueKind, Session};
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
    /// The text.
    pub area: TextArea<'static>,
    /// Why it was refused, or that it is on its way.
    pub notice: Option<String>,
    /// It was handed over, and the answer is awaited.
    pub sent: bool,
}

impl Composer {
    /// Ready to write, for the session as it stands.
    pub fn new(session: &Session) -> Self {
        let mut area = TextArea::default();
        area.set_wrap_mode(ratatui_textarea::WrapMode::WordOrGlyph);
        Self { abouts: abouts(session), at: 0, area, notice: None, sent: false }
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

    /// The text so far.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Takes a key that neither sends nor closes.
    pub fn key(&mut self, chord: Chord) {
        self.notice = None;
        type_into(&mut self.area, chord);
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        self.area.insert_str(text);
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

fn abouts(session: &Session) -> Vec<About> {
    let mut abouts = Vec::new();
    if *session.life() == Life::Escalated {
        abouts.push(About::Escalation);
    }
    let open = session.issues().iter().filter(|i| i.is_open() && i.id.kind == IssueKind::Question);
    for issue in open.filter(|i| i.to == Some(Author::Human)) {
        abouts.push(About::Answer(issue.id));
    }
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
