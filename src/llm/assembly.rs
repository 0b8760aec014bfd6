//! Folds chunks into an answer: pure, so that every oddity can be tested without a server.

use super::chunk::Chunk;
use super::excerpt::Excerpt;
use super::thinking::{Part, ThinkSplitter, behind_thoughts};
use super::tools::Calls;
use super::{Completion, EndpointError, Finish, Piece, Usage};

/// Most bytes of text, and of thoughts, that one answer may have.
pub(super) const TEXT_LIMIT: usize = 1 << 20;

/// The answer so far. Give it every [`Chunk`] in order, then [`Assembly::finish`] when the stream has ended.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    text: String,
    reasoning: String,
    refusal: String,
    calls: Calls,
    splitter: ThinkSplitter,
    usage: Usage,
    model: Option<String>,
    finish: Option<String>,
    whole: bool,
}

impl Assembly {
    /// Takes the next chunk; the pieces are for the one who watches. Errors of the chunk are not looked at here.
    pub(super) fn take(&mut self, chunk: Chunk) -> Result<Vec<Piece>, EndpointError> {
        self.model = chunk.model.or(self.model.take());
        self.finish = chunk.finish.or(self.finish.take());
        self.whole |= chunk.whole;
        let (old, new) = (self.usage, chunk.usage);
        self.usage = Usage {
            prompt: new.prompt.or(old.prompt),
            cached: new.cached.or(old.cached),
            completion: new.completion.or(old.completion),
        };
        self.refusal.push_str(&chunk.refusal);
        chunk.calls.into_iter().try_for_each(|piece| self.calls.take(piece))?;
        let mut parts = Vec::new();
        if !chunk.reasoning.is_empty() {
            parts.push(Part::Reasoning(chunk.reasoning));
        }
        if !chunk.text.is_empty() {
            parts.extend(self.splitter.push(&chunk.text));
        }
        let pieces = parts.into_iter().map(|part| self.keep(part)).collect();
        self.check_sizes()?;
        Ok(pieces)
    }

    /// Whether the server has said why the answer ended; only usage can follow.
    pub(super) fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// The answer, once the stream has ended in order. `limit` is the cap on output tokens that was sent.
    pub(super) fn finish(mut self, limit: u32) -> Result<(Completion, Option<Piece>), EndpointError> {
        let last = self.splitter.finish().map(|part| self.keep(part));
        let usage = self.usage;
        if !self.refusal.is_empty() {
            return Err(EndpointError::Refused { text: self.refusal, usage });
        }
        let finish = match self.finish.as_deref() {
            Some("stop") => Finish::Stop,
            Some("length" | "max_tokens" | "MAX_TOKENS") => {
                // Out of room before the first word: the request itself filled the context.
                let silent = self.text.trim().is_empty() && self.calls.is_empty() && self.reasoning.is_empty();
                if silent && usage.completion.is_none_or(|n| n <= 1) {
                    return Err(EndpointError::ContextOverflow {
                        limit: None,
                        counted: None,
                        said: Excerpt::default(),
                    });
                }
                let text = self.text;
                return Err(EndpointError::CutAtLimit { text, limit, usage });
            }
            Some("content_filter" | "refusal" | "safety" | "SAFETY") => {
                let text = self.text;
                return Err(EndpointError::Refused { text, usage });
            }
            Some("error" | "network_error" | "insufficient_system_resource" | "abort") => {
                return Err(cut("the server ended it with an error"));
            }
            Some(other) => Finish::Other(other.chars().take(64).collect()),
            // A whole document is complete by its form; a stream is not.
            None if self.whole => Finish::Other(String::new()),
            None => return Err(cut("the stream ended without a finish reason")),
        };
        let text = answer_in(self.text, &self.reasoning);
        if text.trim().is_empty() && self.calls.is_empty() {
            let reasoned = !self.reasoning.is_empty();
            return Err(EndpointError::EmptyReply { reasoned, usage });
        }
        let streamed = !self.whole;
        let calls = self.calls.finish();
        let completion = Completion { text, calls, usage, model: self.model, finish, retries: 0, streamed };
        Ok((completion, last))
    }

    fn keep(&mut self, part: Part) -> Piece {
        match part {
            Part::Text(text) => {
                self.text.push_str(&text);
                Piece::Text(text)
            }
            Part::Reasoning(text) => {
                self.reasoning.push_str(&text);
                Piece::Reasoning(text)
            }
        }
    }

    fn check_sizes(&self) -> Result<(), EndpointError> {
        let sizes = [("text", self.text.len() + self.refusal.len()), ("thoughts", self.reasoning.len())];
        match sizes.into_iter().find(|(_, size)| *size > TEXT_LIMIT) {
            Some((what, _)) => Err(EndpointError::TooLarge { what, limit: TEXT_LIMIT }),
            None => Ok(()),
        }
    }
}

/// The answer, wherever the server put it.
fn answer_in(text: String, reasoning: &str) -> String {
    if text.trim().is_empty() {
        return match behind_thoughts(reasoning) {
            Some(tail) => tail.to_owned(),
            // A grammar can force the answer while the template still takes it for thoughts: then the thoughts are
            // one JSON object and nothing else. A draft among real thoughts is not that, and stays where it is.
            None if is_one_object(reasoning) => reasoning.trim().to_owned(),
            None => String::new(),
        };
    }
    // A template may open the thoughts in the prompt, so that only their end is in the answer. Not if the answer
    // started before that mark: then the mark is part of what is said.
    let starts_as_answer = text.trim_start().starts_with(['{', '[', '`', '#']);
    match behind_thoughts(&text) {
        Some(tail) if !starts_as_answer && !tail.is_empty() => tail.to_owned(),
        _ => text,
    }
}

fn is_one_object(text: &str) -> bool {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text.trim()).is_ok()
}

fn cut(cause: &str) -> EndpointError {
    EndpointError::Cut { cause: cause.to_owned(), source: None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fold(chunks: &[Value]) -> Result<Completion, EndpointError> {
        let mut assembly = Assembly::default();
        for chunk in chunks {
            assembly.take(Chunk::read(chunk))?;
        }
        assembly.finish(10).map(|(completion, _)| completion)
    }

    fn said(delta: Value, finish: Value) -> Value {
        json!({"choices": [{"delta": delta, "finish_reason": finish}]})
    }

    #[test]
    fn an_answer_among_the_thoughts_is_found() {
        let one = fold(&[said(json!({"reasoning_content": "hm</think>\n{\"a\":1}"}), json!("stop"))]);
        assert_eq!(one.unwrap().text, "{\"a\":1}");
        let two = fold(&[said(json!({"content": "hm hm\n</think>\n\n{\"a\":1}"}), json!("stop"))]);
        assert_eq!(two.unwrap().text, "{\"a\":1}");
    }

    #[test]
    fn an_answer_taken_for_thoughts_is_found_and_a_draft_is_not() {
        let all = fold(&[said(json!({"content": "", "reasoning_content": " {\"a\":1}\n"}), json!("stop"))]);
        assert_eq!(all.unwrap().text, "{\"a\":1}");
        let open = fold(&[said(json!({"content": "<think>{\"a\":1}"}), json!("stop"))]);
        assert_eq!(open.unwrap().text, "{\"a\":1}");
        let draft = fold(&[said(json!({"reasoning_content": "perhaps {\"a\":1}"}), json!("stop"))]);
        assert!(matches!(draft, Err(EndpointError::EmptyReply { reasoned: true, .. })));
    }

    #[test]
    fn out_of_room_before_the_first_word_is_an_overflow() {
        let nothing = |usage: Value| {
            fold(&[said(json!({"content": ""}), json!("length")), json!({"choices": [], "usage": usage})])
        };
        for usage in [json!(null), json!({"completion_tokens": 0}), json!({"completion_tokens": 1})] {
            assert!(matches!(nothing(usage), Err(EndpointError::ContextOverflow { limit: None, .. })));
        }
        assert!(matches!(nothing(json!({"completion_tokens": 10})), Err(EndpointError::CutAtLimit { .. })));
    }

    #[test]
    fn a_mark_within_an_answer_stays() {
        let text = "{\"say\":\"</think> ends thoughts\"}";
        let kept = fold(&[said(json!({"content": text}), json!("stop"))]).unwrap();
        assert_eq!(kept.text, text);
    }

    #[test]
    fn only_thoughts_is_empty() {
        let error = fold(&[said(json!({"content": "<think>hm"}), json!("stop"))]).unwrap_err();
        assert!(matches!(error, EndpointError::EmptyReply { reasoned: true, .. }));
        let error = fold(&[said(json!({"content": " "}), json!("stop"))]).unwrap_err();
        assert!(matches!(error, EndpointError::EmptyReply { reasoned: false, .. }));
    }

    #[test]
    fn every_end_has_its_meaning() {
        let end = |reason: &str| fold(&[said(json!({"content": "x"}), json!(reason))]);
        assert_eq!(end("stop").unwrap().finish, Finish::Stop);
        assert_eq!(end("eos").unwrap().finish, Finish::Other("eos".to_owned()));
        assert!(matches!(end("length"), Err(EndpointError::CutAtLimit { text, limit: 10, .. }) if text == "x"));
        assert!(matches!(end("content_filter"), Err(EndpointError::Refused { .. })));
        assert!(matches!(end("error"), Err(EndpointError::Cut { .. })));
        assert!(matches!(fold(&[said(json!({"content": "x"}), json!(null))]), Err(EndpointError::Cut { .. })));
        let refused = fold(&[said(json!({"refusal": "I will not"}), json!("stop"))]);
        assert!(matches!(refused, Err(EndpointError::Refused { text, .. }) if text == "I will not"));
    }

    #[test]
    fn text_and_thoughts_are_bounded() {
        for field in ["content", "reasoning_content", "refusal"] {
            let half = said(json!({field: "x".repeat(TEXT_LIMIT / 2 + 1)}), json!(null));
            let error = fold(&[half.clone(), half]).unwrap_err();
            assert!(matches!(error, EndpointError::TooLarge { .. }), "{field}: {error}");
        }
    }

    #[test]
    fn later_usage_fills_in() {
        let usage = |usage: Value| json!({"choices": [], "usage": usage});
        let done = fold(&[
            said(json!({"content": "x"}), json!("stop")),
            usage(json!({"prompt_tokens": 3})),
            usage(json!({"completion_tokens": 2})),
        ]);
        let (prompt, cached, completion) = (Some(3), None, Some(2));
        assert_eq!(done.unwrap().usage, Usage { prompt, cached, completion });
    }
}
