//! Tools: offered as functions, in words where a server has none, and what is remembered of it.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::server::{Act, Server, answer, delta, finish, status, stream_of};
use super::{open, schema, spec};
use crate::llm::{
    Answered, Completion, Endpoint, EndpointError, Exchange, OpenAiEndpoint, Piece, Request, Tool, ToolForm,
};

const REPLY: &str = "{\"type\":\"REVIEW\",\"content\":\"x\",\"moves\":[]}";
const LOOK: &str = "{\"look\":[{\"read\":{\"path\":\"x\"}}]}";

async fn calling(endpoint: &OpenAiEndpoint, exchanges: &[Exchange]) -> Result<Completion, EndpointError> {
    let tools = [Tool { name: "read", description: "Reads.", parameters: json!({"type": "object"}) }];
    let pieces = Mutex::new(Vec::new());
    let hear = |piece: Piece| pieces.lock().unwrap().push(piece);
    let schema = schema();
    let request = Request { system: "be brief", user: "the topic", schema: Some(&schema), tools: &tools, exchanges };
    endpoint.complete(request, &hear).await
}

async fn against(scripts: Vec<Vec<Act>>) -> (Server, OpenAiEndpoint) {
    let server = Server::start(scripts).await;
    let endpoint = open(spec(&server));
    (server, endpoint)
}

fn refusal(code: u16, message: &str) -> Vec<Act> {
    status(code, "", &json!({"error": {"message": message}}).to_string())
}

fn called() -> Vec<Act> {
    let part = |call: Value| json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]});
    stream_of(&[
        part(json!({"index": 0, "id": "a", "function": {"name": "read", "arguments": "{\"path\""}})),
        part(json!({"index": 0, "function": {"arguments": ":\"x\"}"}})),
        finish("tool_calls"),
    ])
}

fn seen_before() -> [Exchange; 1] {
    let call = Answered { name: "read".into(), arguments: "{\"path\":\"x\"}".into(), answer: "1\tfn x".into() };
    [Exchange { calls: vec![call] }]
}

fn names(done: &Completion) -> Vec<&str> {
    done.calls.iter().map(|c| c.name.as_str()).collect()
}

#[tokio::test]
async fn functions_are_offered_called_and_their_answers_follow_the_user_message() {
    let (server, endpoint) = against(vec![called(), answer(REPLY), answer(REPLY)]).await;
    let done = calling(&endpoint, &[]).await.unwrap();
    assert_eq!((names(&done), done.calls[0].arguments.clone()), (vec!["read"], json!({"path": "x"})));
    let done = calling(&endpoint, &seen_before()).await.unwrap();
    assert_eq!((names(&done).len(), done.text.as_str()), (0, REPLY));
    let bodies = server.bodies();
    assert_eq!(bodies[0]["tools"][0]["function"]["name"], "read");
    assert!(bodies[0]["response_format"].is_null() && bodies[0].get("tool_choice").is_none());
    let messages = bodies[1]["messages"].as_array().unwrap();
    let roles: Vec<&str> = messages.iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "tool"]);
    assert_eq!(messages[2]["tool_calls"][0]["id"], messages[3]["tool_call_id"]);
    assert_eq!(messages[3]["content"], "1\tfn x");
    // Without tools it is one system and one user message, and the shape is asked for as ever.
    let schema = schema();
    let over = Request { system: "s", user: "u", schema: Some(&schema), tools: &[], exchanges: &seen_before() };
    endpoint.complete(over, &|_| {}).await.unwrap();
    let last = server.bodies().pop().unwrap();
    assert_eq!(
        (last["messages"].as_array().unwrap().len(), &last["response_format"]["type"]),
        (2, &json!("json_schema"))
    );
    assert!(last["messages"][1]["content"].as_str().unwrap().contains("1\tfn x") && last.get("tools").is_none());
}

#[tokio::test]
async fn a_whole_document_may_hold_calls_too() {
    let message = json!({"role": "assistant", "content": null, "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "read", "arguments": {"path": "x"}}}]});
    let body = json!({"choices": [{"message": message, "finish_reason": "tool_calls"}]}).to_string();
    let (_, endpoint) = against(vec![status(200, "content-type: application/json\r\n", &body)]).await;
    assert_eq!(calling(&endpoint, &[]).await.unwrap().calls[0].arguments, json!({"path": "x"}));
}

#[tokio::test]
async fn a_server_without_functions_is_asked_in_words_and_never_again_by_function() {
    for refused in [
        refusal(400, "registry.ollama.ai/library/x does not support tools"),
        refusal(400, "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"),
        refusal(422, "body.tools: Extra inputs are not permitted"),
        refusal(500, "tools param requires --jinja flag"),
        refusal(404, "No endpoints found that support tool use."),
        refusal(400, "bad request"),
    ] {
        let (server, endpoint) = against(vec![refused, answer(LOOK), answer(REPLY)]).await;
        assert_eq!(names(&calling(&endpoint, &[]).await.unwrap()), ["read"]);
        assert_eq!(calling(&endpoint, &seen_before()).await.unwrap().text, REPLY);
        assert_eq!(endpoint.tool_form(), ToolForm::Text);
        let bodies = server.bodies();
        assert!(bodies[0].get("tools").is_some() && bodies[1..].iter().all(|b| b.get("tools").is_none()));
        let user = bodies[1]["messages"][1]["content"].as_str().unwrap();
        assert!(user.contains("{\"look\": [{\"NAME\": {ARGUMENTS}}]}") && user.contains("- `read`: Reads."), "{user}");
        assert_eq!(bodies[2]["messages"].as_array().unwrap().len(), 2);
        assert_eq!(bodies[2]["response_format"]["type"], "json_object", "a schema has no place for a call");
    }
}

#[tokio::test]
async fn calls_written_into_the_text_are_understood_and_that_way_is_kept() {
    let tagged = "<tool_call>{\"name\":\"read\",\"arguments\":{\"path\":\"x\"}}</tool_call>";
    let (server, endpoint) = against(vec![stream_of(&[delta(tagged), finish("stop")]), answer(LOOK)]).await;
    assert_eq!(names(&calling(&endpoint, &[]).await.unwrap()), ["read"]);
    assert_eq!(names(&calling(&endpoint, &[]).await.unwrap()), ["read"]);
    assert_eq!(endpoint.tool_form(), ToolForm::Text);
    assert!(server.bodies()[1].get("tools").is_none());
    assert!(endpoint.concessions().contains(&"tools are offered in words"));
}

#[tokio::test]
async fn a_server_that_has_called_functions_is_not_blamed_for_a_passing_failure() {
    let (_, endpoint) = against(vec![called(), refusal(500, "oops"), refusal(500, "oops"), called()]).await;
    calling(&endpoint, &[]).await.unwrap();
    assert_eq!(names(&calling(&endpoint, &[]).await.unwrap()), ["read"]);
    assert_eq!(endpoint.tool_form(), ToolForm::Functions);
}
