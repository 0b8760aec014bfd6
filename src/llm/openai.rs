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
use super::structured::{Change, Manners, adapt, body, holds_no_object};
use super::{Completion, Endpoint, EndpointError, EndpointSpec, Piece, Request, Room, Rung, Waited};

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

    async fn in_line(
        &self,
        request: Request<'_>,
        pieces: &(dyn Fn(Piece) + Send + Sync),
    ) -> Result<Completion, EndpointError> {
        let _place = self.site.place().await;
        let whole = self.spec.timeouts.whole;
        let room = self.site.room(&self.spec);
        // A context too small for the cap that was set gets a smaller one.
        let spec = EndpointSpec { max_output_tokens: room.output, ..self.spec.clone() };
        let answer = match timeout(whole, self.until_answered(&spec, request, pieces)).await {
            Ok(answer) => answer,
            Err(_) => Err(EndpointError::Timeout { which: Waited::Whole, after: whole }),
        };
        self.weigh(request, room, answer)
    }

    /// Learns from how a call ended how much fits into the next.
    fn weigh(
        &self,
        request: Request<'_>,
        room: Room,
        answer: Result<Completion, EndpointError>,
    ) -> Result<Completion, EndpointError> {
        let bytes = request.system.len() + request.user.len();
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

    async fn until_answered(
        &self,
        spec: &EndpointSpec,
        request: Request<'_>,
        pieces: &(dyn Fn(Piece) + Send + Sync),
    ) -> Result<Completion, EndpointError> {
        let call = Call { site: &self.site, access: &self.access, spec, pieces };
        let mut guessed = Guesses::default();
        let (mut failed, mut waited) = (0, Duration::ZERO);
        loop {
            let manners = guessed.over(self.site.manners(&self.spec.model));
            let setback = match call.attempt(body(spec, &request, manners)).await {
                Ok(mut completion) => {
                    completion.retries = failed;
                    if request.schema.is_some() {
                        self.note_success(manners, &guessed, &completion, pieces);
                    }
                    return Ok(completion);
                }
                Err(setback) => setback,
            };
            if let Some(change) =
                adapt(manners, &self.spec, request.schema.is_some(), &setback).filter(|change| guessed.allow(*change))
            {
                self.change(change, &mut guessed, &setback, pieces);
                continue;
            }
            failed += 1;
            let error = setback.error;
            let Some(wait) = self.spec.retry.wait(failed, &error, roll()) else {
                return Err(error);
            };
            waited += wait;
            // A wait beyond the end of the call would only hide what is wrong.
            if waited >= self.spec.timeouts.whole {
                return Err(error);
            }
            pieces(Piece::Retry { attempt: failed + 1, of: self.spec.retry.attempts, cause: error.to_string(), wait });
            sleep(wait).await;
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
            | Change::Proven
            | Change::NoStreamOptions
            | Change::NoTemperature
            | Change::NoSystemRole => self.site.learn(&self.spec.model, change),
        }
        pieces(match change {
            Change::Rung { to, .. } => Piece::Downgraded { to, cause },
            other => Piece::Adapted { what: other.what(), cause },
        });
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

    fn outgrown(&self, bytes: usize) {
        let room = self.site.room(&self.spec);
        self.site.size(&self.spec.model, |gauge| gauge.overflow(bytes, None, None, room));
    }

    fn label(&self) -> String {
        format!("{}@{}", self.spec.model, self.site.base.host)
    }
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
