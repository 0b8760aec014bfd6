//! Against a real server in this process, odd as servers are.
//!
//! | oddity | test |
//! | --- | --- |
//! | no `[DONE]` | `streaming::an_end_mark_is_not_needed_after_a_finish_reason` |
//! | usage in a chunk with empty choices, on the last chunk, with choices, never | `streaming::a_plain_stream_is_an_answer`, `usage_may_come_with_the_last_choice`, `usage_may_come_in_a_chunk_of_its_own_that_has_choices_or_never` |
//! | comments, ids, event names | `streaming::comments_ids_and_names_are_passed_over` |
//! | cut within a character, within an event | `streaming::characters_may_be_cut_anywhere`, `an_event_may_be_cut_into_packets_anywhere` |
//! | keep-alive promised and closed | `streaming::a_promised_keep_alive_that_is_closed_does_no_harm`, `a_connection_is_used_once` |
//! | an error object, a page or nothing under 200 | `retries::broken_answers_are_tried_again` |
//! | the answer among the thoughts | `streaming::an_answer_that_is_all_in_the_thoughts_is_found`, `thoughts_are_told_apart` |
//! | `length`, `content_filter`, refusals | `errors::an_answer_cut_at_the_limit_carries_its_text_and_usage`, `refusals_carry_their_text_and_are_not_tried_again` |
//! | null roles; numeric or string `code`; unknown fields | `streaming::roles_may_be_null_or_missing_or_odd`, `errors::codes_are_read_as_numbers_and_as_words`, `streaming::odd_fields_do_no_harm` |
//! | 500 for a schema | `ladder::a_500_that_speaks_of_the_schema_is_not_tried_again`, `a_second_bare_500_on_a_schema_is_a_step_down_that_counts_if_it_helps` |
//! | 400 or 422 for a field; a cap too high | `ladder::refused_fields_are_dropped_or_swapped_and_remembered`, `an_unknown_field_is_dropped_whether_it_is_named_or_not`, `a_cap_that_is_too_high_is_lowered_and_remembered` |
//! | `response_format` ignored | `ladder::an_answer_that_is_no_json_is_passed_on_and_reported` |
//! | overflow as 400, as an empty 200 | `errors::statuses_have_their_kinds`, `an_overflow_as_an_empty_200_is_named` |
//! | 429 without a time, or under another header | `retries::statuses_that_pass_are_tried_again`, `a_server_that_asks_for_time_gets_it_up_to_a_limit` |
//! | no functions; calls without index or ids, as objects, in the text | `calling::a_server_without_functions_is_asked_in_words_and_never_again_by_function`, `tools::tests::calls_are_put_together_however_a_server_sends_them`, `calling::calls_written_into_the_text_are_understood_and_that_way_is_kept` |
//! | one stream at a time | `parallel::a_server_that_drops_a_stream_for_the_next_call_is_called_once_at_a_time`, `a_server_that_complains_of_other_calls_gets_fewer_at_once` |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod calling;
mod detecting;
mod errors;
mod ladder;
mod parallel;
mod retries;
mod server;
mod streaming;
mod timeouts;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::{
    Completion, Endpoint, EndpointError, EndpointSpec, Endpoints, OpenAiEndpoint, Piece, ReplySchema, Request,
    RetryPolicy,
};
use server::Server;

/// A spec for a test server: no waits worth the name, and an end to every test that hangs.
fn spec(server: &Server) -> EndpointSpec {
    let mut spec = EndpointSpec::new(server.base_url(), "test-model");
    spec.retry = RetryPolicy {
        attempts: 3,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(2),
        longest_asked: Duration::from_millis(3),
    };
    spec.timeouts.whole = Duration::from_secs(20);
    spec
}

fn open(spec: EndpointSpec) -> OpenAiEndpoint {
    Endpoints::new().open(spec).unwrap()
}

fn schema() -> ReplySchema {
    ReplySchema { name: "turn", json: json!({"type": "object", "properties": {}, "additionalProperties": false}) }
}

/// Asks for free text, and keeps the pieces.
async fn ask(endpoint: &OpenAiEndpoint) -> (Result<Completion, EndpointError>, Vec<Piece>) {
    ask_for(endpoint, None).await
}

async fn ask_for(
    endpoint: &OpenAiEndpoint,
    schema: Option<&ReplySchema>,
) -> (Result<Completion, EndpointError>, Vec<Piece>) {
    let pieces = Mutex::new(Vec::new());
    let hear = |piece| pieces.lock().unwrap().push(piece);
    let request = Request { system: "be brief", user: "the topic", schema, ..Request::default() };
    let answer = endpoint.complete(request, &hear).await;
    let pieces = pieces.into_inner().unwrap_or_else(PoisonError::into_inner);
    (answer, pieces)
}

/// One call to a server that answers each request by the next script, and the last one for ever.
async fn once(scripts: Vec<Vec<server::Act>>) -> (Result<Completion, EndpointError>, Vec<Piece>, Server) {
    let server = Server::start(scripts).await;
    let (answer, pieces) = ask(&open(spec(&server))).await;
    (answer, pieces, server)
}

fn text_of(pieces: &[Piece]) -> String {
    let text = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        _ => None,
    });
    text.collect()
}

fn reasoning_of(pieces: &[Piece]) -> String {
    let text = pieces.iter().filter_map(|piece| match piece {
        Piece::Reasoning(text) => Some(text.as_str()),
        _ => None,
    });
    text.collect()
}

fn retries_in(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| matches!(piece, Piece::Retry { .. })).count()
}
