//! Language models behind OpenAI-compatible endpoints.
//!
//! "OpenAI-compatible" is a family resemblance, not a standard: servers refuse fields, forget the end mark of a stream,
//! answer a stream with one document, or put the answer among the thoughts. This floor exists so that nobody above has
//! to know. One request goes in, pieces come out while it is answered, and at the end there is either a complete text
//! or an [`EndpointError`] that says what went wrong and what to do about it.
//!
//! The way of one call: `openai` takes a place in the line of its server, writes the body (`structured`), sends it
//! (`transport`), cleans what comes back (`sse`), reads it leniently (`chunk`) and folds it into a text
//! (`assembly`, `thinking`), or into calls of tools (`tools`). How much fits is `room`'s, asked of the server by `length`. What fails is named by `classify`, then either adapted to (`structured`), tried
//! again (`retry`), or reported.

mod address;
mod assembly;
mod bodies;
mod call;
mod checkup;
mod chunk;
mod classify;
mod detect;
mod endpoint;
mod error;
mod excerpt;
mod length;
mod openai;
mod registry;
mod retry;
mod room;
mod spec;
mod sse;
mod sse_line;
mod structured;
mod thinking;
mod tools;
mod transport;

#[cfg(test)]
mod tests;

pub use bodies::BODIES;
pub use checkup::{Answer, Checkup, Spent, Together, check_up};
pub use detect::{Detected, KNOWN_SERVERS, KnownServer, Listed, detect, detect_among, list_models, listed};
pub use endpoint::{Completion, Endpoint, Finish, Piece, ReplySchema, Request, Usage};
pub use error::{EndpointError, Waited};
pub use excerpt::Excerpt;
pub use openai::OpenAiEndpoint;
pub use registry::Endpoints;
pub use retry::RetryPolicy;
pub use room::Room;
pub use spec::{EndpointSpec, Timeouts, parse_model_at};
pub use structured::Rung;
pub use tools::{Answered, Exchange, Tool, ToolCall, ToolForm, calls_in};
