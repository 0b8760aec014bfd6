//! JSON read character by character.
//!
//! It is meant for showing what is being written, so it takes more than JSON: line ends in texts, commas at the end, escapes
//! that do not exist. What cannot be read at all ends the reading.

/// Most brackets within each other, as in serde_json.
const DEEPEST: usize = 128;
/// The longest key that is told in full.
const LONGEST_KEY: usize = 64;
/// The longest number or word.
const LONGEST_LITERAL: usize = 64;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `{` or `[`.
    Open(Bracket),
    /// The end of either.
    Close,
    /// A field's name, with its colon to come.
    Key(String),
    /// A text begins.
    Text,
    /// The text goes on.
    Char(char),
    /// The text ends.
    TextEnd,
    /// A number, `true`, `false` or `null`.
    Literal(String),
}

/// An object or a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    /// `{`
    Object,
    /// `[`
    List,
}

/// The text is not JSON from here on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// A reader of one value that begins with `{`. Feed it every character behind that; tokens come out as soon as they are sure.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    open: Vec<Bracket>,
    state: State,
    /// The key or literal that is being read.
    word: String,
    escape: Escape,
    /// The first half of a surrogate pair whose second half is to come.
    half: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In an object, before a key.
    BeforeKey,
    Key,
    BeforeColon,
    BeforeValue,
    Text,
    Literal,
    AfterValue,
    Done,
}

/// Where in an escape the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    /// Behind the backslash.
    Begun,
    /// So many digits of `\u`, and their value.
    Digits(u8, u32),
}

impl Reader {
    /// A reader behind the first `{`.
    pub(super) fn new() -> Self {
        Self {
            open: vec![Bracket::Object],
            state: State::BeforeKey,
            word: String::new(),
            escape: Escape::None,
            half: None,
        }
    }

    /// Whether the value is whole.
    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Takes the next character.
    pub(super) fn push(&mut self, c: char, out: &mut Vec<Token>) -> Result<(), Broken> {
        match self.state {
            State::Key | State::Text => {
                self.text(c, out);
                return Ok(());
            }
            State::Literal if c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') => {
                self.word.push(c);
                return if self.word.len() > LONGEST_LITERAL { Err(Broken) } else { Ok(()) };
            }
            State::Literal => {
                out.push(Token::Literal(std::mem::take(&mut self.word)));
                self.state = State::AfterValue;
            }
            State::BeforeKey | State::BeforeColon | State::BeforeValue | State::AfterValue | State::Done => {}
        }
        if c.is_whitespace() || c == '\u{feff}' { Ok(()) } else { self.sign(c, out) }
    }

    fn sign(&mut self, c: char, out: &mut Vec<Token>) -> Result<(), Broken> {
        let inside = self.open.last().copied();
        self.state = match (self.state, c) {
            (State::BeforeKey, '"') => State::Key,
            (State::BeforeKey, ',') => State::BeforeKey,
            (State::BeforeColon, ':') => State::BeforeValue,
            (State::BeforeValue, '"') => {
                out.push(Token::Text);
                State::Text
            }
            (State::BeforeValue, '{') => return self.open(Bracket::Object, out),
            (State::BeforeValue, '[') => return self.open(Bracket::List, out),
            (State::BeforeValue, c) if c.is_ascii_alphanumeric() || c == '-' => {
                self.word.push(c);
                State::Literal
            }
            (State::AfterValue, ',') if inside == Some(Bracket::Object) => State::BeforeKey,
            (State::AfterValue, ',') => State::BeforeValue,
            (State::BeforeKey | State::AfterValue, '}') if inside == Some(Bracket::Object) => self.close(out),
            (State::BeforeValue | State::AfterValue, ']') if inside == Some(Bracket::List) => self.close(out),
            _ => return Err(Broken),
        };
        Ok(())
    }

    fn open(&mut self, bracket: Bracket, out: &mut Vec<Token>) -> Result<(), Broken> {
        if self.open.len() >= DEEPEST {
            return Err(Broken);
        }
        self.open.push(bracket);
        self.state = if bracket == Bracket::Object { State::BeforeKey } else { State::BeforeValue };
        out.push(Token::Open(bracket));
        Ok(())
    }

    fn close(&mut self, out: &mut Vec<Token>) -> State {
        self.open.pop();
        out.push(Token::Close);
        if self.open.is_empty() { State::Done } else { State::AfterValue }
    }

    /// A character of a key or a text, its quotation mark included.
    fn text(&mut self, c: char, out: &mut Vec<Token>) {
        match self.escape {
            Escape::None if c == '"' => {
                self.lone(out);
                self.end_text(out);
            }
            Escape::None if c == '\\' => self.escape = Escape::Begun,
            Escape::None => {
                self.lone(out);
                self.give(c, out);
            }
            Escape::Begun if c == 'u' => self.escape = Escape::Digits(0, 0),
            Escape::Begun => {
                self.escape = Escape::None;
                self.lone(out);
                self.give(plain_escape(c), out);
            }
            Escape::Digits(count, so_far) => match c.to_digit(16) {
                Some(digit) if count == 3 => {
                    self.escape = Escape::None;
                    self.unit(so_far * 16 + digit, out);
                }
                Some(digit) => self.escape = Escape::Digits(count + 1, so_far * 16 + digit),
                None => {
                    // No escape after all: show that something was here, and read on.
                    self.escape = Escape::None;
                    self.give(char::REPLACEMENT_CHARACTER, out);
                    self.text(c, out);
                }
            },
        }
    }

    /// A UTF-16 unit of a `\u` escape.
    fn unit(&mut self, unit: u32, out: &mut Vec<Token>) {
        match (self.half.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
                self.give(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), out);
            }
            (before, 0xd800..=0xdbff) => {
                if before.is_some() {
                    self.give(char::REPLACEMENT_CHARACTER, out);
                }
                self.half = Some(unit);
            }
            (before, _) => {
                if before.is_some() {
                    self.give(char::REPLACEMENT_CHARACTER, out);
                }
                self.give(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), out);
            }
        }
    }

    /// The half of a pair that nothing followed.
    fn lone(&mut self, out: &mut Vec<Token>) {
        if self.half.take().is_some() {
            self.give(char::REPLACEMENT_CHARACTER, out);
        }
    }

    fn give(&mut self, c: char, out: &mut Vec<Token>) {
        if self.state == State::Text {
            out.push(Token::Char(c));
        } else if self.word.len() < LONGEST_KEY {
            self.word.push(c);
        }
    }

    fn end_text(&mut self, out: &mut Vec<Token>) {
        if self.state == State::Text {
            out.push(Token::TextEnd);
            self.state = State::AfterValue;
        } else {
            out.push(Token::Key(std::mem::take(&mut self.word)));
            self.state = State::BeforeColon;
        }
    }
}

fn plain_escape(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    }
}
