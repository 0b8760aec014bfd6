//! The trait a model is called through, and what goes in and comes out.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{EndpointError, Exchange, Room, Rung, Tool, ToolCall};

/// A language model that can be asked.
pub trait Endpoint: Send + Sync {
    /// Asks once and waits for the whole answer; `pieces` hears of everything on the way.
    ///
    /// Retries, adaptation to what the server can do, and waiting in line are inside. Dropping the future ends the
    /// request.
    ///
    /// # Errors
    /// When no complete text came, after all retries: see [`EndpointError`].
    fn complete<'a>(
        &'a self,
        request: Request<'a>,
        pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Completion, EndpointError>>;

    /// How much one call can hold, as far as settings, server and earlier errors tell. The server is asked at the first
    /// call of this, for at most three seconds; nothing that goes wrong there is an error.
    fn room(&self) -> BoxFuture<'_, Room> {
        Box::pin(std::future::ready(Room::unknown(u32::MAX)))
    }

    /// `model@host`, for people. Holds no secret.
    fn label(&self) -> String;
}

/// The shape a reply must have. Few and static: a schema built per call voids the server's cache.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplySchema {
    /// The schema's name, `[a-zA-Z0-9_-]`, at most 64 characters.
    pub name: &'static str,
    /// The JSON schema, in the subset that strict mode accepts.
    pub json: serde_json::Value,
}

/// One question: one system and one user message, never more, because many chat templates refuse two user messages. Where
/// the model has called functions before, its calls and their answers follow.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The system message; folded into the user message where a server refuses it.
    pub system: &'a str,
    /// The user message.
    pub user: &'a str,
    /// The shape asked for; `None` asks for free text.
    pub schema: Option<&'a ReplySchema>,
    /// Tools that may be called now; none where there are none, or no call is left.
    pub tools: &'a [Tool],
    /// Calls made before, with their answers, in order. They follow upon the user message.
    pub exchanges: &'a [Exchange],
}

impl Request<'_> {
    /// Bytes of all that the model reads.
    pub fn bytes(&self) -> usize {
        let exchanges: usize = self.exchanges.iter().map(Exchange::bytes).sum();
        self.system.len() + self.user.len() + exchanges
    }
}

/// What can be seen while an answer is under way.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// More of the answer.
    Text(String),
    /// More of the thoughts before the answer; never part of it.
    Reasoning(String),
    /// The attempt failed and another follows after `wait`. Text and reasoning so far are void.
    Retry {
        /// The number of the attempt to come; the first was 1.
        attempt: u32,
        /// How many attempts there are at most.
        of: u32,
        /// Why, in words.
        cause: String,
        /// How long is waited first.
        wait: Duration,
    },
    /// The server does not do what was asked for structured output; from now on less is asked of it.
    /// Comes before a new request, or after a whole answer that was not in the shape asked for: in both cases what
    /// was heard so far need not be kept, since the answer comes with the [`Completion`].
    Downgraded {
        /// What is asked for now.
        to: Rung,
        /// Why, in words.
        cause: String,
    },
    /// The server refused a part of the request, which is sent differently from now on.
    Adapted {
        /// What is done differently, in words.
        what: &'static str,
        /// Why, in words.
        cause: String,
    },
}

/// A complete answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The answer without thoughts. Untrusted, and not checked against the schema. May be empty beside calls.
    pub text: String,
    /// Tools that the model calls before it answers; only where some were offered.
    pub calls: Vec<ToolCall>,
    /// What the server counted.
    pub usage: Usage,
    /// The model that answered, as the server calls it.
    pub model: Option<String>,
    /// Why it stopped.
    pub finish: Finish,
    /// How many attempts failed before this one.
    pub retries: u32,
    /// Whether it came as a stream, and not as one document.
    pub streamed: bool,
}

/// Tokens as the server counted them; `None` where it did not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the request, cached ones included.
    pub prompt: Option<u64>,
    /// Tokens of the request that came from the server's prefix cache.
    pub cached: Option<u64>,
    /// Tokens of the answer, thoughts included where the server counts them.
    pub completion: Option<u64>,
}

/// Why a complete answer ended. Answers that are cut, refused or empty are errors instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// The model was done.
    Stop,
    /// The server gave another reason, or, with a whole document, none.
    Other(String),
}
