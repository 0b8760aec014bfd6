//! Where each part of a reply goes: its kind, its content, its moves in readable form.

use super::DraftMove;
use super::json::{Bracket, Token};

/// Most moves shown; the rules allow far fewer.
const MOST_MOVES: usize = 256;
/// A question's id is no longer than this; a longer text is the question itself.
const LONGEST_ID: usize = 6;

/// What tokens have made so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub kind: String,
    pub is_kind_known: bool,
    pub content: String,
    pub is_content_whole: bool,
    pub moves: Vec<DraftMove>,
    /// Whether an object with the fields of a reply was met.
    pub is_reply: bool,
    /// Whether that object is closed.
    pub is_closed: bool,
    frames: Vec<Frame>,
    sink: Sink,
    has_content: bool,
    has_moves: bool,
    held: String,
}

/// An open bracket.
#[derive(Debug, Clone)]
struct Frame {
    place: Place,
    bracket: Bracket,
    key: String,
    /// In a list: whether no leaf of its current item was written, and of any item.
    is_item_new: bool,
    is_new: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// An object that may turn out to be the reply.
    Candidate,
    Reply,
    Moves,
    Move,
    /// Within a move.
    Inner,
    Ignored,
}

/// Where the characters of a text go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Sink {
    #[default]
    Nowhere,
    Kind,
    Content,
    Act,
    Target,
    Field,
    /// Held until it is seen to be an id or a text.
    Question,
}

impl Sheet {
    /// A sheet for what stands behind a `{`.
    pub(super) fn new() -> Self {
        let mut sheet = Self::default();
        sheet.frame(Place::Candidate, Bracket::Object);
        sheet
    }

    /// Takes the next token.
    pub(super) fn take(&mut self, token: Token) {
        match token {
            Token::Key(key) => self.key(key),
            Token::Open(bracket) => self.open(bracket),
            Token::Close => self.close(),
            Token::Text => self.begin(true),
            Token::Char(c) => self.char(c),
            Token::TextEnd => self.end(),
            Token::Literal(word) if word == "null" => {}
            Token::Literal(word) => {
                self.begin(false);
                word.chars().for_each(|c| self.char(c));
                self.end();
            }
        }
    }

    fn frame(&mut self, place: Place, bracket: Bracket) {
        self.frames.push(Frame { place, bracket, key: String::new(), is_item_new: true, is_new: true });
    }

    fn key(&mut self, key: String) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.place == Place::Candidate && !self.is_reply && matches!(key.as_str(), "content" | "moves") {
            frame.place = Place::Reply;
            self.is_reply = true;
        }
        frame.key = key;
    }

    fn open(&mut self, bracket: Bracket) {
        let is_object = bracket == Bracket::Object;
        let Some(parent) = self.frames.last_mut() else { return };
        parent.is_item_new = true;
        let place = match (parent.place, parent.key.as_str()) {
            (Place::Candidate, _) if is_object && !self.is_reply => Place::Candidate,
            (Place::Reply, "moves") if !self.has_moves => {
                self.has_moves = true;
                if is_object { Place::Move } else { Place::Moves }
            }
            (Place::Moves, _) if is_object => Place::Move,
            (Place::Move | Place::Inner, _) => Place::Inner,
            _ => Place::Ignored,
        };
        let place = match place {
            Place::Move if self.moves.len() >= MOST_MOVES => Place::Ignored,
            Place::Move => {
                self.moves.push(DraftMove::default());
                Place::Move
            }
            other => other,
        };
        self.frame(place, bracket);
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        match frame.place {
            Place::Move => {
                if let Some(act) = self.moves.last_mut() {
                    act.is_complete = true;
                }
            }
            Place::Reply => self.is_closed = true,
            Place::Candidate | Place::Moves | Place::Inner | Place::Ignored => {}
        }
    }

    /// A leaf begins: where does it go?
    fn begin(&mut self, is_text: bool) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.is_item_new |= frame.bracket == Bracket::List;
        self.sink = match (frame.place, frame.key.as_str()) {
            (Place::Candidate | Place::Reply, "type") if is_text && !(self.is_reply && self.is_kind_known) => {
                self.kind.clear();
                self.is_kind_known = false;
                Sink::Kind
            }
            (Place::Reply, "content") if is_text && !self.has_content => {
                self.has_content = true;
                Sink::Content
            }
            (Place::Move, "move") => Sink::Act,
            (Place::Move, "decision" | "about" | "base" | "issue" | "item" | "to") => Sink::Target,
            (Place::Move, "question") => Sink::Question,
            // A digest says nothing to a reader.
            (Place::Move, "digest") => Sink::Nowhere,
            (Place::Move | Place::Inner, _) => Sink::Field,
            _ => Sink::Nowhere,
        };
        match self.sink {
            Sink::Field => self.begin_field(),
            Sink::Target => self.begin_target(),
            Sink::Question => self.held.clear(),
            Sink::Nowhere | Sink::Kind | Sink::Content | Sink::Act => {}
        }
    }

    fn char(&mut self, c: char) {
        let Some(act) = self.moves.last_mut() else {
            match self.sink {
                Sink::Kind => self.kind.push(c),
                Sink::Content => self.content.push(c),
                _ => {}
            }
            return;
        };
        match self.sink {
            Sink::Nowhere => {}
            Sink::Kind => self.kind.push(c),
            Sink::Content => self.content.push(c),
            Sink::Act => act.act.push(c),
            Sink::Target => act.target.push(c),
            Sink::Field => {
                act.text.push(c);
                // A line within an item stays within it.
                if c == '\n' && self.frames.iter().any(|f| f.place == Place::Inner && f.bracket == Bracket::List) {
                    act.text.push_str("  ");
                }
            }
            Sink::Question => {
                self.held.push(c);
                if self.held.chars().count() > LONGEST_ID {
                    self.release_question();
                }
            }
        }
    }

    fn end(&mut self) {
        match self.sink {
            Sink::Kind => self.is_kind_known = true,
            Sink::Content => self.is_content_whole = true,
            Sink::Question if !self.held.is_empty() => {
                self.begin_target();
                if let Some(act) = self.moves.last_mut() {
                    act.target.push_str(&self.held);
                }
            }
            Sink::Nowhere | Sink::Act | Sink::Target | Sink::Field | Sink::Question => {}
        }
        self.sink = Sink::Nowhere;
    }

    fn begin_target(&mut self) {
        if let Some(act) = self.moves.last_mut().filter(|act| !act.target.is_empty()) {
            act.target.push(' ');
        }
    }

    fn release_question(&mut self) {
        self.sink = Sink::Field;
        self.begin_field();
        if let Some(act) = self.moves.last_mut() {
            act.text.push_str(&self.held);
        }
    }

    /// Writes what stands before a leaf: a label, a bullet, or a dash to the part before.
    fn begin_field(&mut self) {
        let Some(act) = self.moves.last_mut() else { return };
        let start = self.frames.iter().rposition(|frame| frame.place == Place::Move).unwrap_or(0);
        let inner = self.frames.get_mut(start..).unwrap_or_default();
        let list = inner.iter().position(|frame| frame.bracket == Bracket::List);
        let Some(at) = list else {
            let key = inner.last().map(|frame| frame.key.as_str()).unwrap_or_default();
            return head(&mut act.text, &label(key), " ");
        };
        let is_leaf_list = at + 1 == inner.len();
        let name = at.checked_sub(1).and_then(|before| inner.get(before)).map(|frame| frame.key.clone());
        let name = name.unwrap_or_default();
        let is_short = is_leaf_list && matches!(name.as_str(), "criteria" | "after");
        let is_nested_list = inner.last().is_some_and(|frame| frame.bracket == Bracket::List && !frame.is_new);
        let Some(frame) = inner.get_mut(at) else { return };
        let (is_first, is_item_new) = (frame.is_new, frame.is_item_new);
        (frame.is_new, frame.is_item_new) = (false, false);
        if is_first {
            head(&mut act.text, &label(&name), if is_short { " " } else { "" });
        }
        act.text.push_str(match (is_short, is_item_new) {
            (true, _) if is_first => "",
            (true, _) => ", ",
            (false, true) => "\n- ",
            (false, false) if is_nested_list => ", ",
            (false, false) => " — ",
        });
        if let Some(last) = inner.last_mut() {
            last.is_new = false;
        }
    }
}

/// Begins a paragraph.
fn head(text: &mut String, label: &str, behind: &str) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    if !label.is_empty() {
        text.push_str(&format!("**{label}:**{behind}"));
    }
}

/// A field's name for readers; the field that is a move's plain text has none.
fn label(key: &str) -> String {
    let known = match key {
        "text" => "",
        "non_goals" => "Non-goals",
        "sign" => "Early sign",
        "how" => "Disposition",
        other => {
            let is_name = !other.is_empty() && other.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let words = if is_name { other.replace('_', " ") } else { "?".to_owned() };
            let mut chars = words.chars();
            return chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
        }
    };
    known.to_owned()
}
