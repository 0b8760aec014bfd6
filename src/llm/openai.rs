//! The production endpoint: calls until there is an answer or no point in another attempt.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::{sleep, timeout};

use super::address::Access;
use super::call::Call;
use super::classify::Setback;
use super::excerpt::Excerpt;
use super::length;
use super::registry::Site;
use super::retry::roll;
use super::room::was_cut;
use super::structured::{Change, Manners, Sent, adapt, body, holds_no_object};
use super::tools::calls_in;
use super::{Completion, Endpoint, EndpointError, EndpointSpec, Piece, Request, Room, Rung, ToolForm, Waited};

/// A model behind an OpenAI-compatible chat completions API. Made by [`super::Endpoints::open`].
pub struct OpenAiEndpoint {
    site: Arc<Site>,
    access: Access,
    spec: EndpointSpec,
}

impl std::fmt::Debug for OpenAiEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OpenAiEndpoint").field(&self.label()).finish()
    }
}

impl OpenAiEndpoint {
    pub(super) fn new(site: Arc<Site>, access: Access, spec: EndpointSpec) -> Self {
        Self { site, access, spec }
    }

    /// How a reply's shape is asked for at present.
    #[must_use]
    pub fn rung(&self) -> Rung {
        self.site.manners(&self.spec.model).rung
    }

    /// What is left out of requests to this server, or sent otherwise than usual; empty where it takes everything.
    #[must_use]
    pub fn concessions(&self) -> Vec<&'static str> {
        self.site.manners(&self.spec.model).concessions()
    }

    /// How tools are offered to this model at present.
    #[must_use]
    pub fn tool_form(&self) -> ToolForm {
        self.site.manners(&self.spec.model).tools
    }

    /// Calls to this base URL that may be under way at once, as far as is known by now.
    #[must_use]
    pub fn parallel(&self) -> usize {
        self.site.allowed()
    }

    async fn in_line(
        &self,
        request: Request<'_>,
        pieces: &(dyn Fn(Piece) + Send + Sync),
    ) -> Result<Completion, EndpointError> {
        let mut tally = Tally::default();
        let whole = self.spec.timeouts.whole;
        let room = self.site.room(&self.spec);
        // A context too small for the cap that was set gets a smaller one.
        let spec = EndpointSpec { max_output_tokens: room.output, ..self.spec.clone() };
        loop {
            let _place = self.site.place().await;
            match timeout(whole, self.until_answered(&spec, request, pieces, &mut tally)).await {
                Ok(Some(answer)) => return self.weigh(request, room, answer),
                // There are fewer places now: back into the line, and the time of the call begins anew.
                Ok(None) => {}
                Err(_) => return Err(EndpointError::Timeout { which: Waited::Whole, after: whole }),
            }
        }
    }

    /// Learns from how a call ended how much fits into the next.
    fn weigh(
        &self,
        request: Request<'_>,
        room: Room,
        answer: Result<Completion, EndpointError>,
    ) -> Result<Completion, EndpointError> {
        let bytes = request.bytes();
        let model = &self.spec.model;
        let usage = match &answer {
            Ok(completion) => completion.usage,
            Err(EndpointError::CutAtLimit { usage, .. } | EndpointError::Refused { usage, .. }) => *usage,
            Err(EndpointError::ContextOverflow { limit, counted, .. }) => {
                self.site.size(model, |gauge| gauge.overflow(bytes, *limit, *counted, room));
                return answer;
            }
            Err(_) => return answer,
        };
        let Some(prompt) = usage.prompt else { return answer };
        if was_cut(bytes, prompt) {
            self.site.size(model, |gauge| gauge.overflow(bytes, Some(prompt), None, room));
            let said = Excerpt::of(&format!("it read {prompt} tokens of the request and left out the rest"), None);
            return Err(EndpointError::ContextOverflow { limit: Some(prompt), counted: None, said });
        }
        self.site.size(model, |gauge| gauge.measure(bytes, prompt));
        answer
    }

    async fn find_room(&self) -> Room {
        let model = &self.spec.model;
        let is_known = || self.spec.context.is_some() || !self.site.gauge(model).has_question();
        if !is_known() {
            let _one = self.site.asking.lock().await;
            if !is_known() {
                let told = length::ask(&self.site, &self.access, model).await;
                let firm = told.is_some_and(|told| told.firm);
                self.site.size(model, |gauge| gauge.tell(told.map(|told| told.tokens), firm));
            }
        }
        self.site.room(&self.spec)
    }

    /// Tries until there is an answer or no point in another attempt; `None` if the place must be given up first.
    async fn until_answered(
        &self,
        spec: &EndpointSpec,
        request: Request<'_>,
        pieces: &(dyn Fn(Piece) + Send + Sync),
        tally: &mut Tally,
    ) -> Option<Result<Completion, EndpointError>> {
        let call = Call { site: &self.site, access: &self.access, spec, pieces };
        let offers = !request.tools.is_empty();
        loop {
            let manners = tally.guessed.over(self.site.manners(&self.spec.model));
            let rung = manners.rung_beside(offers);
            let functions = offers && manners.tools == ToolForm::Functions;
            // Beside functions the shape may not be asked for at all.
            let with_schema = request.schema.is_some() && (!functions || rung == manners.rung);
            let number = self.site.begin();
            let setback = match call.attempt(body(spec, &request, manners)).await {
                Ok(mut completion) => {
                    self.site.was_whole(number);
                    completion.retries = tally.failed;
                    if offers {
                        self.note_calls(functions, manners, &mut completion, pieces);
                    }
                    if with_schema && rung == manners.rung && completion.calls.is_empty() {
                        self.note_success(manners, &tally.guessed, &completion, pieces);
                    }
                    return Some(Ok(completion));
                }
                Err(setback) => setback,
            };
            tracing::debug!(endpoint = self.label(), rung = %manners.rung, error = %setback.error, "an attempt failed");
            let sent = Sent { manners, with_schema, failed: tally.failed, functions };
            if let Some(change) = adapt(sent, &self.spec, &setback).filter(|change| tally.guessed.allow(*change)) {
                self.change(change, &mut tally.guessed, &setback, pieces);
                if matches!(change, Change::Rung { sure: false, .. }) {
                    // As far as anybody knows the server just failed, so it counts and shows as a failure.
                    tally.failed += 1;
                    self.again(tally.failed, &setback.error, Duration::ZERO, pieces);
                }
                continue;
            }
            self.mind_the_crowd(number, &setback, pieces);
            tally.failed += 1;
            let error = setback.error;
            let Some(wait) = self.spec.retry.wait(tally.failed, &error, roll()) else {
                return Some(Err(told_of_size(error, &request)));
            };
            tally.waited += wait;
            // A wait beyond the end of the call would only hide what is wrong.
            if tally.waited >= self.spec.timeouts.whole {
                return Some(Err(error));
            }
            self.again(tally.failed, &error, wait, pieces);
            sleep(wait).await;
            if self.site.is_crowded() {
                return None;
            }
        }
    }

    fn again(&self, failed: u32, error: &EndpointError, wait: Duration, pieces: &(dyn Fn(Piece) + Send + Sync)) {
        let attempt = failed + 1;
        let of = self.spec.retry.attempts.max(attempt);
        pieces(Piece::Retry { attempt, of, cause: error.to_string(), wait });
    }

    /// Fewer calls at once where the failure shows that the server cannot do so many.
    fn mind_the_crowd(&self, number: u64, setback: &Setback, pieces: &(dyn Fn(Piece) + Send + Sync)) {
        let fewer =
            if setback.orderly { self.site.was_cut(number) } else { speaks_of_a_crowd(setback) && self.site.halve() };
        if fewer {
            let what = "fewer calls are made to this server at once";
            pieces(Piece::Adapted { what, cause: setback.error.to_string() });
        }
    }

    fn change(&self, change: Change, guessed: &mut Guesses, setback: &Setback, pieces: &(dyn Fn(Piece) + Send + Sync)) {
        let cause = setback.error.to_string();
        match change {
            Change::Rung { to, sure: false } => guessed.rung = Some(to),
            Change::Cap(_) => {
                guessed.swapped = true;
                self.site.learn(&self.spec.model, change);
            }
            Change::Rung { .. }
            | Change::Most(_)
            | Change::Proven
            | Change::NoStreamOptions
            | Change::NoTemperature
            | Change::NoFunctions
            | Change::FunctionsProven
            | Change::NoSystemRole => self.site.learn(&self.spec.model, change),
        }
        pieces(match change {
            Change::Rung { to, .. } => Piece::Downgraded { to, cause },
            other => Piece::Adapted { what: other.what(), cause },
        });
    }

    /// Finds calls that the model wrote into its text, and remembers how it calls.
    fn note_calls(
        &self,
        functions: bool,
        manners: Manners,
        completion: &mut Completion,
        pieces: &(dyn Fn(Piece) + Send + Sync),
    ) {
        if !completion.calls.is_empty() {
            return self.site.learn(&self.spec.model, Change::FunctionsProven);
        }
        completion.calls = calls_in(&completion.text);
        if functions && !completion.calls.is_empty() && !manners.tools_proven {
            self.site.learn(&self.spec.model, Change::NoFunctions);
            let cause = "the model writes its calls into the text".to_owned();
            pieces(Piece::Adapted { what: Change::NoFunctions.what(), cause });
        }
    }

    /// Keeps a guess that helped, and steps down where the answer shows that the shape was not enforced. The answer
    /// itself is passed on: reading it is the caller's.
    fn note_success(
        &self,
        manners: Manners,
        guessed: &Guesses,
        completion: &Completion,
        pieces: &(dyn Fn(Piece) + Send + Sync),
    ) {
        let step = |to| Change::Rung { to, sure: true };
        if let Some(to) = guessed.rung {
            self.site.learn(&self.spec.model, step(to));
        }
        if !holds_no_object(&completion.text) {
            self.site.learn(&self.spec.model, Change::Proven);
            return;
        }
        let Some(to) = manners.rung.below() else {
            return;
        };
        self.site.learn(&self.spec.model, step(to));
        pieces(Piece::Downgraded {
            to,
            cause: format!("the answer to a request for a {} holds no JSON object", manners.rung),
        });
    }
}

impl Endpoint for OpenAiEndpoint {
    fn complete<'a>(
        &'a self,
        request: Request<'a>,
        pieces: &'a (dyn Fn(Piece) + Send + Sync),
    ) -> BoxFuture<'a, Result<Completion, EndpointError>> {
        self.in_line(request, pieces).boxed()
    }

    fn room(&self) -> BoxFuture<'_, Room> {
        self.find_room().boxed()
    }

    fn label(&self) -> String {
        format!("{}@{}", self.spec.model, self.site.base.host)
    }
}

/// How one call has gone so far.
#[derive(Debug, Default)]
struct Tally {
    guessed: Guesses,
    failed: u32,
    waited: Duration,
}

/// What one call tries on its own, without telling others yet.
#[derive(Debug, Default)]
struct Guesses {
    rung: Option<Rung>,
    /// The field of the cap is swapped once a call, or two refusals would swap it for ever.
    swapped: bool,
}

impl Guesses {
    fn over(&self, known: Manners) -> Manners {
        match self.rung {
            Some(to) => known.with(Change::Rung { to, sure: false }),
            None => known,
        }
    }

    fn allow(&self, change: Change) -> bool {
        !(self.swapped && matches!(change, Change::Cap(_)))
    }
}

/// Tokens from which on a request may be too long for a small context. Most servers start with 4,096 at the least.
const LARGE: usize = 3_000;

/// Some servers answer a request that does not fit with nothing, in good order: what would be a whim of the model after
/// a short request is that after a long one.
fn told_of_size(error: EndpointError, request: &Request<'_>) -> EndpointError {
    // Four bytes are about one token.
    let tokens = request.bytes() / 4;
    match error {
        EndpointError::EmptyReply { reasoned: false, usage }
            if tokens > LARGE && usage.completion.unwrap_or(0) <= 1 =>
        {
            let said = Excerpt::of(&format!("nothing, twice, to a request of about {tokens} tokens"), None);
            EndpointError::ContextOverflow { limit: None, counted: None, said }
        }
        other => other,
    }
}

/// Whether the server refuses because of other calls under way, rather than for their rate.
fn speaks_of_a_crowd(setback: &Setback) -> bool {
    let status = matches!(
        setback.error,
        EndpointError::RateLimited { exhausted: false, .. } | EndpointError::Server { status: 409 | 503, .. }
    );
    status
        && ["concurren", "one request at a time", "another request", "no slot", "slot unavailable", "server busy"]
            .iter()
            .any(|word| setback.words.contains(word))
}
