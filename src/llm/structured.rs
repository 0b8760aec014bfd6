//! What is asked of a server, and how less is asked of it once it has refused.
//!
//! A [`Manners`] value holds what is known of one model at one base URL. It only ever loses abilities, apart from the
//! one swap of the field that caps the output, so adapting to a server ends.

use serde_json::{Value, json};

use super::classify::Setback;
use super::tools::{field, in_words, messages};
use super::{EndpointError, EndpointSpec, Request, ToolForm};

/// How a reply's shape is asked for, most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// A JSON schema that the server enforces.
    Schema,
    /// Some JSON object.
    Object,
    /// Plain text, with the JSON in a fence.
    Text,
}

impl Rung {
    /// The next lower one.
    pub(super) fn below(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Object),
            Self::Object => Some(Self::Text),
            Self::Text => None,
        }
    }
}

impl std::fmt::Display for Rung {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Schema => "JSON schema",
            Self::Object => "JSON object",
            Self::Text => "plain text",
        })
    }
}

/// The field that caps the tokens of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CapField {
    MaxTokens,
    MaxCompletionTokens,
}

impl CapField {
    fn name(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// What one model at one base URL is known to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manners {
    pub rung: Rung,
    pub cap: CapField,
    pub stream_options: bool,
    pub temperature: bool,
    pub system_role: bool,
    /// The largest cap on output tokens that the server takes, where it has said so.
    pub most: Option<u32>,
    /// A reply came in the shape that the rung asks for, so a bare failure is not the rung's fault.
    pub proven: bool,
    /// How tools are offered.
    pub tools: ToolForm,
    /// A function was called, so a bare failure is not theirs.
    pub tools_proven: bool,
    /// A schema may stand beside functions. Elsewhere a grammar would keep the model from ever calling one, or is refused.
    pub shape_beside_tools: bool,
}

impl Manners {
    /// What is assumed before anything is known. Only one host is known to want the newer name of the cap.
    pub(super) fn of_host(host: &str) -> Self {
        let newer = host == "api.openai.com";
        Self {
            rung: Rung::Schema,
            cap: if newer { CapField::MaxCompletionTokens } else { CapField::MaxTokens },
            stream_options: true,
            temperature: true,
            system_role: true,
            most: None,
            proven: false,
            tools: ToolForm::Functions,
            tools_proven: false,
            shape_beside_tools: newer,
        }
    }

    /// How a reply's shape is asked for where tools are offered beside it, or not.
    pub(super) fn rung_beside(&self, tools: bool) -> Rung {
        match self.tools {
            _ if !tools => self.rung,
            ToolForm::Functions if self.shape_beside_tools => self.rung,
            ToolForm::Functions => Rung::Text,
            // A schema has no place for a call.
            ToolForm::Text => self.rung.max(Rung::Object),
        }
    }

    /// The cap on output tokens that is sent.
    pub(super) fn cap_of(&self, spec: &EndpointSpec) -> u32 {
        self.most.map_or(spec.max_output_tokens, |most| most.min(spec.max_output_tokens))
    }

    /// What is left out or sent otherwise, in words; empty where the server takes everything.
    pub(super) fn concessions(&self) -> Vec<&'static str> {
        let said = [
            (!self.stream_options, Change::NoStreamOptions),
            (!self.temperature, Change::NoTemperature),
            (!self.system_role, Change::NoSystemRole),
            (self.most.is_some(), Change::Most(0)),
            (self.tools == ToolForm::Text, Change::NoFunctions),
        ];
        said.into_iter().filter(|(applies, _)| *applies).map(|(_, change)| change.what()).collect()
    }

    /// The same with one change.
    pub(super) fn with(mut self, change: Change) -> Self {
        match change {
            // Others may have gone further down meanwhile.
            Change::Rung { to, .. } if to > self.rung => {
                self.rung = to;
                self.proven = false;
            }
            Change::Rung { .. } => {}
            Change::Proven => self.proven = true,
            Change::Cap(field) => self.cap = field,
            Change::Most(most) => self.most = Some(self.most.map_or(most, |known| known.min(most))),
            Change::NoStreamOptions => self.stream_options = false,
            Change::NoTemperature => self.temperature = false,
            Change::NoSystemRole => self.system_role = false,
            Change::NoFunctions => self.tools = ToolForm::Text,
            Change::FunctionsProven => self.tools_proven = true,
        }
        self
    }
}

/// One thing to do differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// `sure`: the server spoke of it. Else it is remembered only once it has helped.
    Rung {
        to: Rung,
        sure: bool,
    },
    /// The rung has worked.
    Proven,
    Cap(CapField),
    /// No higher cap on output tokens than this.
    Most(u32),
    NoStreamOptions,
    NoTemperature,
    NoSystemRole,
    /// Tools are offered in words.
    NoFunctions,
    /// A function was called.
    FunctionsProven,
}

impl Change {
    /// What is done differently, in words.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Rung { .. } => "less is asked for the shape of the reply",
            Self::Proven => "the shape of the reply is asked for as before",
            Self::Cap(CapField::MaxTokens) => "the output limit is sent as max_tokens",
            Self::Cap(CapField::MaxCompletionTokens) => "the output limit is sent as max_completion_tokens",
            Self::Most(_) => "a lower output limit is sent",
            Self::NoStreamOptions => "usage is not asked for",
            Self::NoTemperature => "no temperature is sent",
            Self::NoSystemRole => "the system message is part of the user message",
            Self::NoFunctions => "tools are offered in words",
            Self::FunctionsProven => "tools are offered as functions",
        }
    }
}

/// The body of a request. The user message is only ever added to at its end, so that a server's prefix cache holds.
pub(super) fn body(spec: &EndpointSpec, request: &Request<'_>, manners: Manners) -> Value {
    let offers = !request.tools.is_empty();
    let functions = offers && manners.tools == ToolForm::Functions;
    let rung = manners.rung_beside(offers);
    let user = user_message(request, rung, functions);
    let mut said = if manners.system_role {
        vec![json!({"role": "system", "content": request.system}), json!({"role": "user", "content": user})]
    } else {
        vec![json!({"role": "user", "content": format!("{}\n\n{user}", request.system)})]
    };
    if functions {
        said.extend(messages(request.exchanges));
    }
    let mut body = json!({"model": spec.model, "messages": said, "stream": true});
    let mut set = |name: &str, value: Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert(name.to_owned(), value);
        }
    };
    set(manners.cap.name(), json!(manners.cap_of(spec)));
    if manners.stream_options {
        set("stream_options", json!({"include_usage": true}));
    }
    if let Some(temperature) = spec.temperature.filter(|_| manners.temperature) {
        set("temperature", as_written(temperature));
    }
    if functions {
        set("tools", field(request.tools));
    }
    match (request.schema, rung) {
        (Some(schema), Rung::Schema) => set(
            "response_format",
            json!({"type": "json_schema",
                   "json_schema": {"name": schema.name, "strict": true, "schema": schema.json}}),
        ),
        (Some(_), Rung::Object) => set("response_format", json!({"type": "json_object"})),
        (Some(_), Rung::Text) | (None, _) => {}
    }
    body
}

/// The user message, with what was seen before where it does not stand in messages of its own.
fn user_message(request: &Request<'_>, rung: Rung, functions: bool) -> String {
    let mut user = request.user.to_owned();
    if !functions {
        user.push_str(&in_words(request.tools, request.exchanges));
    }
    let Some(schema) = request.schema else { return user };
    let offers = if request.tools.is_empty() { "Answer" } else { "Call tools, or answer" };
    let name = schema.name;
    match rung {
        Rung::Schema => {}
        Rung::Object => {
            user.push_str(&format!("\n\n{offers} with one JSON object of the schema `{name}` and nothing else."));
        }
        Rung::Text => user.push_str(&format!(
            "\n\n{offers} with one JSON object of the schema `{name}` in a ```json fence and nothing else."
        )),
    }
    user
}

/// A single-precision number with the digits people wrote, not the nearest double's.
fn as_written(number: f32) -> Value {
    number.to_string().parse::<f64>().map_or(Value::Null, |double| json!(double))
}

/// Smallest cap on output tokens that is worth an attempt: no reply of a debate is shorter.
const LEAST_CAP: u32 = 256;

/// A request that was refused: how it was sent, and how often this call has failed before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub manners: Manners,
    /// A shape was asked for.
    pub with_schema: bool,
    pub failed: u32,
    /// Functions were offered.
    pub functions: bool,
}

/// What to do differently after a refusal; `None` if nothing would help.
pub(super) fn adapt(sent: Sent, spec: &EndpointSpec, setback: &Setback) -> Option<Change> {
    let Sent { manners, with_schema, failed, functions } = sent;
    let status = match &setback.error {
        // Half the context is the most that an answer may take where the request must fit, too.
        EndpointError::ContextOverflow { limit: Some(context), .. } => {
            let fits = u32::try_from(context / 4).unwrap_or(u32::MAX);
            return lower_cap(manners, spec, fits);
        }
        EndpointError::BadRequest { status, .. } | EndpointError::Server { status, .. } => *status,
        // A gateway that finds no server with functions says that there is no such model.
        EndpointError::ModelNotFound { status, .. } if functions && speaks_of_tools(&setback.words) => *status,
        _ => return None,
    };
    if functions && matches!(status, 400 | 404 | 422 | 500 | 501) && speaks_of_tools(&setback.words) {
        return Some(Change::NoFunctions);
    }
    if !matches!(status, 400 | 422 | 500 | 501) {
        return None;
    }
    if manners.system_role && refuses_system(&setback.words) {
        return Some(Change::NoSystemRole);
    }
    if matches!(status, 400 | 422)
        && let Some(change) = without_field(manners, spec, &setback.words)
    {
        return Some(change);
    }
    // Whatever else it may be: it is tried without functions before it is given up.
    let again = failed > 0 || spec.retry.attempts <= 1;
    let bare = status != 500 || (again && !manners.tools_proven);
    if functions && !setback.begun && bare {
        return Some(Change::NoFunctions);
    }
    let to = manners.rung.below().filter(|_| with_schema)?;
    let sure = speaks_of_shape(&setback.words);
    // Some servers answer a schema with a bare 500. The first may be chance; after the second, trying the same again
    // would only cost time.
    let suspect = status == 500 && again && !manners.proven && !setback.begun;
    (sure || suspect).then_some(Change::Rung { to, sure })
}

/// The field that the words name as unwelcome; where they name none, the one that fewest servers know.
fn without_field(sent: Manners, spec: &EndpointSpec, words: &str) -> Option<Change> {
    let said = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if sent.stream_options && said(&["stream_options", "include_usage"]) {
        return Some(Change::NoStreamOptions);
    }
    if refuses_cap(words, sent.cap) {
        return Some(Change::Cap(match sent.cap {
            CapField::MaxTokens => CapField::MaxCompletionTokens,
            CapField::MaxCompletionTokens => CapField::MaxTokens,
        }));
    }
    if words.contains("max_")
        && words.contains("tokens")
        && let Some(change) = cap_named(words).and_then(|most| lower_cap(sent, spec, most))
    {
        return Some(change);
    }
    if sent.temperature && spec.temperature.is_some() && said(&["temperature"]) {
        return Some(Change::NoTemperature);
    }
    let names_none = !speaks_of_shape(words) && !said(&["max_tokens", "max_completion_tokens", "messages"]);
    (sent.stream_options && names_none && refuses_some_field(words)).then_some(Change::NoStreamOptions)
}

fn lower_cap(sent: Manners, spec: &EndpointSpec, most: u32) -> Option<Change> {
    (LEAST_CAP..sent.cap_of(spec)).contains(&most).then_some(Change::Most(most))
}

/// The cap that the words allow.
fn cap_named(words: &str) -> Option<u32> {
    let marks = ["at most ", "less than or equal to ", "maximum of ", "maximum value is ", "limit is ", "<= "];
    let rest = marks.iter().find_map(|mark| words.split_once(mark))?.1;
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    digits.parse().ok()
}

fn speaks_of_tools(words: &str) -> bool {
    ["tool", "function call", "function_call", "functions"].iter().any(|word| words.contains(word))
}

fn refuses_some_field(words: &str) -> bool {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    any(&["unknown", "unrecognized", "unexpected", "extra", "additional"])
        && any(&["field", "key", "argument", "parameter", "input", "propert"])
}

fn speaks_of_shape(words: &str) -> bool {
    [
        "response_format",
        "response format",
        "schema",
        "json_object",
        "grammar",
        "guided",
        "structured output",
        "not supported",
        "unsupported",
    ]
    .iter()
    .any(|word| words.contains(word))
}

/// Whether there is no JSON object in the text, so that the server cannot have kept to what was asked.
pub(super) fn holds_no_object(text: &str) -> bool {
    let object = text.find('{').zip(text.rfind('}')).and_then(|(from, to)| text.get(from..=to));
    object.is_none_or(|object| serde_json::from_str::<Value>(object).is_err())
}

fn refuses_system(words: &str) -> bool {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    any(&["roles must alternate", "only user and assistant roles", "invalid role: system"])
        || (any(&["system role", "system message", "role system", "role 'system'", "\"system\""])
            && any(&["not support", "unsupported", "not allowed", "not permitted", "invalid"]))
}

fn refuses_cap(words: &str, sent: CapField) -> bool {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    // The value, not the field, is refused where a size is spoken of.
    words.contains(sent.name())
        && !any(&["too large", "at most", "less than", "greater than", "exceed", "too high", "too small"])
        && any(&[
            "not supported",
            "unsupported",
            "unknown",
            "unrecognized",
            "unexpected",
            "extra",
            "not permitted",
            "not allowed",
            "use 'max",
            "deprecated",
            "invalid param",
        ])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::llm::ReplySchema;
    use crate::llm::classify::{Rejection, classify};
    use proptest::prelude::*;

    fn setback(status: u16, body: &str) -> Setback {
        let rejection = Rejection { status, body: body.to_owned(), ..Rejection::default() };
        classify(&rejection, "m", None)
    }

    fn spec() -> EndpointSpec {
        EndpointSpec { temperature: Some(0.5), ..EndpointSpec::new("http://h/v1", "m") }
    }

    fn change(status: u16, body: &str) -> Option<Change> {
        adapt(sent(Manners::of_host("h")), &spec(), &setback(status, body))
    }

    fn sent(manners: Manners) -> Sent {
        Sent { manners, with_schema: true, failed: 0, functions: false }
    }

    #[test]
    fn each_refusal_changes_its_field() {
        let swap = Some(Change::Cap(CapField::MaxCompletionTokens));
        assert_eq!(
            change(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            ),
            swap
        );
        assert_eq!(
            change(422, r#"{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#),
            Some(Change::NoStreamOptions)
        );
        assert_eq!(change(400, "'temperature' does not support 0.5"), Some(Change::NoTemperature));
        assert_eq!(change(400, "Conversation roles must alternate user/assistant"), Some(Change::NoSystemRole));
        assert_eq!(change(500, "Error rendering template: System role not supported"), Some(Change::NoSystemRole));
        let down = |sure| Some(Change::Rung { to: Rung::Object, sure });
        assert_eq!(change(400, "response_format json_schema is not supported"), down(true));
        assert_eq!(change(500, "failed to parse grammar"), down(true));
        assert_eq!(change(500, "Internal Server Error"), None);
        let twice = Sent { failed: 1, ..sent(Manners::of_host("h")) };
        assert_eq!(adapt(twice, &spec(), &setback(500, "Internal Server Error")), down(false));
    }

    #[test]
    fn other_refusals_change_nothing() {
        assert_eq!(change(400, "messages: field required"), None);
        assert_eq!(change(503, "response_format"), None);
        assert_eq!(change(401, "response_format"), None);
        assert_eq!(change(404, "model not found, schema"), None);
        assert_eq!(change(400, "max_tokens is too large: 9. This model supports at most 4"), None);
    }

    #[test]
    fn a_cap_that_is_too_high_is_lowered_to_what_the_server_says() {
        let most = |n| Some(Change::Most(n));
        assert_eq!(change(400, "max_tokens is too large: 8192. This model supports at most 4,096 tokens"), most(4096));
        assert_eq!(change(400, "max_completion_tokens must be less than or equal to 2048"), most(2048));
        assert_eq!(change(400, "max_tokens must be at most 100000"), None);
        let overflow = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens";
        assert_eq!(change(400, overflow), most(1024));
        let lowered = Manners::of_host("h").with(Change::Most(1024));
        assert_eq!(lowered.cap_of(&spec()), 1024);
        assert_eq!(lowered.concessions(), ["a lower output limit is sent"]);
        assert_eq!(adapt(sent(lowered), &spec(), &setback(400, overflow)), None);
    }

    #[test]
    fn a_refusal_that_names_no_field_costs_the_rarest_one_first() {
        for (status, words) in [(422, "{\"detail\":\"Unexpected keys in the request\"}"), (400, "unknown field")] {
            assert_eq!(change(status, words), Some(Change::NoStreamOptions), "{words}");
        }
        let without = Manners::of_host("h").with(Change::NoStreamOptions);
        assert_eq!(adapt(sent(without), &spec(), &setback(400, "unknown field")), None);
    }

    #[test]
    fn what_was_not_sent_is_not_dropped() {
        let plain = setback(400, "'temperature' does not support 0.5");
        let without = EndpointSpec::new("http://h/v1", "m");
        let free = Sent { with_schema: false, ..sent(Manners::of_host("h")) };
        assert_eq!(adapt(free, &without, &plain), None);
        let schema = setback(400, "grammar");
        assert_eq!(adapt(free, &spec(), &schema), None);
    }

    proptest! {
        #[test]
        fn only_the_end_of_the_user_message_changes(rung in 0_usize..3, system in ".{0,30}", user in ".{0,30}") {
            let schema = ReplySchema { name: "turn", json: json!({"type": "object"}) };
            let request = Request { system: &system, user: &user, schema: Some(&schema), ..Request::default() };
            let rung = [Rung::Schema, Rung::Object, Rung::Text][rung];
            let manners = Manners { rung, ..Manners::of_host("h") };
            let sent = body(&spec(), &request, manners);
            prop_assert_eq!(sent["messages"][0]["content"].as_str(), Some(system.as_str()));
            prop_assert!(sent["messages"][1]["content"].as_str().unwrap().starts_with(&user));
            prop_assert_eq!(sent["stream"].as_bool(), Some(true));
        }
    }

    #[test]
    fn a_bare_500_is_not_the_fault_of_what_has_worked_or_begun() {
        let bare = setback(500, "Internal Server Error");
        let proven = Manners::of_host("h").with(Change::Proven);
        let again = |manners| Sent { failed: 1, ..sent(manners) };
        assert_eq!(adapt(again(proven), &spec(), &bare), None);
        let begun = Setback { begun: true, ..bare };
        assert_eq!(adapt(again(Manners::of_host("h")), &spec(), &begun), None);
        let down = proven.with(Change::Rung { to: Rung::Object, sure: true });
        assert!(!down.proven);
        assert!(down.with(Change::Proven).with(Change::Rung { to: Rung::Object, sure: true }).proven);
    }

    #[test]
    fn a_temperature_is_sent_as_written() {
        assert_eq!(as_written(0.7).to_string(), "0.7");
    }

    #[test]
    fn the_newer_cap_is_for_one_host() {
        let sent = |host| {
            let request = Request { system: "s", user: "u", ..Request::default() };
            body(&spec(), &request, Manners::of_host(host))
        };
        assert_eq!(sent("api.openai.com")["max_completion_tokens"], 8192);
        assert!(sent("api.openai.com").get("max_tokens").is_none());
        assert_eq!(sent("localhost")["max_tokens"], 8192);
    }

    #[test]
    fn an_object_is_found_in_a_fence_and_missed_in_prose() {
        assert!(!holds_no_object("```json\n{\"a\": {}}\n```"));
        assert!(holds_no_object("I think {we} should"));
        assert!(holds_no_object("no"));
        assert!(holds_no_object("} {"));
    }
}
