//! Turns the body of a 200 answer into whole JSON documents, whatever it really is.
//!
//! The stream reader of the client library takes any bytes and hands out what it could parse; it knows no bounds, and an
//! end is an end to it, meant or not. So the body goes through here first: lines are bounded, comments and ids dropped,
//! one whole document in place of a stream is taken as a stream of one, and what is no answer at all is named.

use serde_json::Value;

use super::sse_line::{LINE_LIMIT, LineTooLong, Lines};

/// Largest whole document, bytes: a text of 1 MiB, escaped, with its dressing.
const DOCUMENT_LIMIT: usize = 8 << 20;

/// Most bytes of one stream. Each token costs some 300 bytes of dressing, so this is far above 1 MiB of text.
const STREAM_LIMIT: usize = 256 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a body was instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing at all.
    Empty,
    /// A page for people.
    Html(String),
    /// Neither a stream nor JSON.
    NotJson(String),
    /// Larger than its bound.
    TooLarge(&'static str, usize),
}

/// Reads one body. Call [`Framer::push`] with the bytes in order until [`Framer::is_done`], then [`Framer::finish`].
#[derive(Debug, Default)]
pub(super) struct Framer {
    kind: Option<Kind>,
    lines: Lines,
    event: Event,
    document: Vec<u8>,
    bytes: usize,
    documents: usize,
    done: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stream,
    Document,
}

/// The event of the stream that is being read.
#[derive(Debug, Default)]
struct Event {
    name: String,
    data: Vec<String>,
    size: usize,
}

impl Framer {
    /// The documents that `bytes` complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Value>, Fault> {
        if self.done {
            return Ok(Vec::new());
        }
        self.bytes = self.bytes.saturating_add(bytes.len());
        match self.kind {
            Some(Kind::Document) => self.more_document(bytes).map(|()| Vec::new()),
            Some(Kind::Stream) => self.more_stream(bytes),
            None => {
                self.document.extend_from_slice(bytes);
                let Some(kind) = sniff(&self.document) else {
                    return Ok(Vec::new());
                };
                self.kind = Some(kind);
                let bytes = std::mem::take(&mut self.document);
                let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
                match kind {
                    Kind::Document => self.more_document(bytes).map(|()| Vec::new()),
                    Kind::Stream => self.more_stream(bytes),
                }
            }
        }
    }

    /// Whether the end mark was read; nothing after it counts.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// What the end of the body completes.
    pub(super) fn finish(&mut self) -> Result<Vec<Value>, Fault> {
        match self.kind {
            None => Err(Fault::Empty),
            Some(Kind::Document) => {
                let text = String::from_utf8_lossy(&self.document);
                match parse(&text) {
                    Some(value) => Ok(vec![value]),
                    None if text.trim_start().starts_with('<') => Err(Fault::Html(start_of(&text))),
                    None => Err(Fault::NotJson(start_of(&text))),
                }
            }
            Some(Kind::Stream) if self.done => Ok(Vec::new()),
            Some(Kind::Stream) => {
                let rest = self.lines.rest();
                let mut out = self.line(&rest)?;
                // A last event without its blank line counts if it is whole; a cut one is the cut's business.
                out.extend(self.dispatch().unwrap_or_default());
                if out.is_empty() && self.documents == 0 && !self.done {
                    return Err(Fault::Empty);
                }
                Ok(out)
            }
        }
    }

    fn more_document(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.document.len() + bytes.len() > DOCUMENT_LIMIT {
            return Err(Fault::TooLarge("a document", DOCUMENT_LIMIT));
        }
        self.document.extend_from_slice(bytes);
        Ok(())
    }

    fn more_stream(&mut self, bytes: &[u8]) -> Result<Vec<Value>, Fault> {
        if self.bytes > STREAM_LIMIT {
            return Err(Fault::TooLarge("a stream", STREAM_LIMIT));
        }
        let lines = self.lines.push(bytes).map_err(|LineTooLong| too_long())?;
        let mut out = Vec::new();
        for line in lines {
            out.extend(self.line(&line)?);
            if self.done {
                break;
            }
        }
        self.documents += out.len();
        Ok(out)
    }

    fn line(&mut self, line: &str) -> Result<Vec<Value>, Fault> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" if value.trim() == "[DONE]" => {
                let out = self.dispatch();
                self.done = true;
                return out;
            }
            "data" => {
                self.event.size += value.len();
                if self.event.size > LINE_LIMIT {
                    return Err(too_long());
                }
                self.event.data.push(value.to_owned());
            }
            "event" => value.clone_into(&mut self.event.name),
            // Comments, ids, retry times and unknown fields say nothing here.
            _ => {}
        }
        Ok(Vec::new())
    }

    fn dispatch(&mut self) -> Result<Vec<Value>, Fault> {
        let event = std::mem::take(&mut self.event);
        let joined = event.data.join("\n");
        if joined.trim().is_empty() {
            return Ok(Vec::new());
        }
        let values = match parse(&joined) {
            Some(value) => vec![value],
            // Some servers put one line end in place of two between events.
            None => match event.data.iter().map(|line| parse(line)).collect() {
                Some(values) => values,
                None => return Err(Fault::NotJson(start_of(&joined))),
            },
        };
        if event.name != "error" {
            return Ok(values);
        }
        Ok(values.into_iter().map(as_error).collect())
    }
}

/// What starts like this? `None` while there is nothing but white space.
fn sniff(bytes: &[u8]) -> Option<Kind> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let first = bytes.trim_ascii_start().first()?;
    // Every line of a stream starts with a colon or a field's name; take all that does not for a document.
    let line = bytes.trim_ascii_start();
    let fields: [&[u8]; 5] = [b":", b"data", b"event", b"id", b"retry"];
    let is_field = |field: &&[u8]| line.starts_with(field) || field.starts_with(line);
    if first.is_ascii_alphabetic() || *first == b':' {
        return Some(if fields.iter().any(is_field) { Kind::Stream } else { Kind::Document });
    }
    Some(Kind::Document)
}

/// An event that is an error by name may not say so itself.
fn as_error(value: Value) -> Value {
    if value.get("error").is_some() {
        return value;
    }
    serde_json::json!({ "error": value })
}

fn parse(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&with_controls_escaped(text)).ok())
}

/// Some servers write control characters into JSON strings as they are.
fn with_controls_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut after_backslash) = (false, false);
    for c in text.chars() {
        if in_string && c.is_ascii_control() {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
        if c == '"' && !after_backslash {
            in_string = !in_string;
        }
        after_backslash = in_string && c == '\\' && !after_backslash;
    }
    out
}

fn start_of(text: &str) -> String {
    text.chars().take(2_000).collect()
}

fn too_long() -> Fault {
    Fault::TooLarge("one line", LINE_LIMIT)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(bytes: &[u8], size: usize) -> (Vec<Value>, Option<Fault>, bool) {
        let mut framer = Framer::default();
        let mut out = Vec::new();
        for part in bytes.chunks(size) {
            match framer.push(part) {
                Ok(values) => out.extend(values),
                Err(fault) => return (out, Some(fault), false),
            }
        }
        match framer.finish() {
            Ok(values) => out.extend(values),
            Err(fault) => return (out, Some(fault), framer.is_done()),
        }
        (out, None, framer.is_done())
    }

    proptest! {
        #[test]
        fn a_stream_reads_the_same_however_it_is_cut(size in 1_usize..40) {
            let bytes = ": hi\r\n\r\nid: 7\nevent: x\nretry: 10\ndata: {\"a\":\ndata: \"ä\"}\n\ndata:{\"b\":2}\n\ndata: [DONE]\n\ndata: {\"c\":3}\n\n";
            let (out, fault, done) = read(bytes.as_bytes(), size);
            prop_assert_eq!(out, vec![json!({"a": "ä"}), json!({"b": 2})]);
            prop_assert_eq!(fault, None);
            prop_assert!(done);
        }

        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, size in 1_usize..9) {
            read(&bytes, size);
        }

        #[test]
        fn any_text_of_fields_is_survived(text in "(data: ?|event:|:|\\{|\\}|\"|[a-z]|\n|\r){0,60}", size in 1_usize..9) {
            read(text.as_bytes(), size);
        }
    }

    #[test]
    fn a_document_is_a_stream_of_one() {
        assert_eq!(read(b" {\n \"a\": 1\n}\n", 3), (vec![json!({"a": 1})], None, false));
    }

    #[test]
    fn what_is_no_answer_is_named() {
        assert_eq!(read(b"", 1).1, Some(Fault::Empty));
        assert_eq!(read(b" \n", 1).1, Some(Fault::Empty));
        assert_eq!(read(b": ping\n\n", 1).1, Some(Fault::Empty));
        assert!(matches!(read(b"<html>", 1).1, Some(Fault::Html(_))));
        assert!(matches!(read(b"Internal error", 99).1, Some(Fault::NotJson(_))));
        assert!(matches!(read(b"data: {x\n\n", 1).1, Some(Fault::NotJson(_))));
    }

    #[test]
    fn single_line_ends_and_a_missing_last_one_are_read() {
        let (out, fault, _) = read(b"data: {\"a\":1}\ndata: {\"b\":2}", 99);
        assert_eq!((out, fault), (vec![json!({"a": 1}), json!({"b": 2})], None));
    }

    #[test]
    fn control_characters_in_strings_are_read() {
        let (out, _, _) = read(b"data: {\"a\\\"\":\t\"x\ty\x01\"}\n\n", 99);
        assert_eq!(out, [json!({"a\"": "x\ty\u{1}"})]);
    }

    #[test]
    fn an_error_event_is_an_error() {
        let (out, _, _) = read(b"event: error\ndata: {\"message\":\"x\"}\n\n", 99);
        assert_eq!(out, [json!({"error": {"message": "x"}})]);
    }

    #[test]
    fn sizes_are_bounded() {
        let long = [b"data: ".to_vec(), vec![b'x'; LINE_LIMIT + 1]].concat();
        assert_eq!(read(&long, 4096).1, Some(too_long()));
        let many = b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(40_000);
        assert_eq!(read(&many, 4096).1, Some(too_long()));
        let document = [b"{".to_vec(), vec![b' '; DOCUMENT_LIMIT]].concat();
        assert_eq!(read(&document, 65_536).1, Some(Fault::TooLarge("a document", DOCUMENT_LIMIT)));
    }
}
