//! One attempt: send, watch the clock, read the stream to its end.

use std::pin::Pin;
use std::time::Duration;

use async_openai::Client;
use async_openai::error::OpenAIError;
use futures::{Stream, StreamExt};
use serde_json::Value;
use tokio::time::{Sleep, sleep};

use super::address::Access;
use super::assembly::Assembly;
use super::bodies;
use super::chunk::{Chunk, error_code};
use super::classify::{Rejection, Setback, classify, status_under_200};
use super::excerpt::Excerpt;
use super::registry::Site;
use super::sse::Fault;
use super::transport::{Broken, End, EndSlot, clean, name_fault, send};
use super::{Completion, EndpointError, EndpointSpec, Piece, Waited};

/// How long usage may come after the end of the answer; an answer is not lost for want of it.
const USAGE_TIME: Duration = Duration::from_secs(5);

/// What one attempt is made with.
pub(super) struct Call<'a> {
    pub site: &'a Site,
    pub access: &'a Access,
    pub spec: &'a EndpointSpec,
    pub pieces: &'a (dyn Fn(Piece) + Send + Sync),
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Value, OpenAIError>> + Send>>;

impl Call<'_> {
    /// Sends `body` once. The answer is complete, or this is a setback.
    pub(super) async fn attempt(&self, body: Value) -> Result<Completion, Setback> {
        let times = self.spec.timeouts;
        let slot = EndSlot::default();
        let mut timer = Box::pin(sleep(times.first_token));
        let mut chunks = tokio::select! {
            biased;
            () = &mut timer => return Err(late(Waited::FirstToken, times.first_token)),
            opened = self.open(body, &slot) => opened?,
        };
        let mut answer = Assembly::default();
        let mut waited = (Waited::FirstToken, times.first_token);
        loop {
            let next = tokio::select! {
                biased;
                () = &mut timer => None,
                next = chunks.next() => Some(next),
            };
            let chunk = match next {
                Some(Some(chunk)) => chunk,
                Some(None) => break,
                None if answer.is_finished() => break,
                None => return Err(late(waited.0, waited.1)),
            };
            if self.take(chunk, &mut answer)? {
                waited = (Waited::Idle, times.idle);
                timer.set(sleep(times.idle));
            }
            if answer.is_finished() {
                shorten(&mut timer, times.idle);
            }
        }
        self.finish(answer, slot.take())
    }

    async fn open(&self, body: Value, slot: &EndSlot) -> Result<Chunks, Setback> {
        let (http, slot) = (self.site.http.clone(), slot.clone());
        let traced = self.spec.trace_bodies.then(|| (self.label(), self.access.key().map(str::to_owned)));
        if let Some((label, key)) = &traced {
            bodies::request(label, &body, key.as_deref());
        }
        let service = tower::service_fn(move |factory| {
            let (http, slot) = (http.clone(), slot.clone());
            let traced = traced.clone();
            async move {
                let answer = send(http, factory).await?;
                let copy = traced.map(|(label, key)| bodies::Reply::new(label, key.as_deref()));
                Ok::<_, OpenAIError>(clean(answer, slot, copy))
            }
        });
        // Cheap: the connection client inside is shared, this is its dressing for one call.
        let client = Client::build(self.site.http.clone(), self.access.clone()).with_http_service(service);
        let opened = client.chat().create_stream_byot(body).await;
        opened.map_err(|error| self.name(error))
    }

    /// Takes one chunk in; true if there was text or thought in it.
    fn take(&self, chunk: Result<Value, OpenAIError>, answer: &mut Assembly) -> Result<bool, Setback> {
        let value = chunk.map_err(|error| self.name(error))?;
        let chunk = Chunk::read(&value);
        if let Some(error) = &chunk.error {
            let body = error.to_string();
            let rejection =
                Rejection { status: status_under_200(error_code(error), &body), body, ..Rejection::default() };
            let setback = self.classify(&rejection);
            return Err(Setback { begun: true, ..setback });
        }
        let told = !chunk.text.is_empty()
            || !chunk.reasoning.is_empty()
            || !chunk.refusal.is_empty()
            || !chunk.calls.is_empty();
        answer.take(chunk)?.into_iter().for_each(self.pieces);
        Ok(told)
    }

    fn finish(&self, answer: Assembly, end: End) -> Result<Completion, Setback> {
        let mut orderly = false;
        if !answer.is_finished() {
            match end {
                End::Plain => orderly = true,
                End::Fault(fault) => return Err(self.name_body(fault).into()),
                End::Broken(error) => return Err(self.name_fault(error).into()),
            }
        }
        let limit = self.site.manners(&self.spec.model).cap_of(self.spec);
        let named = answer.finish(limit).map_err(|error| {
            let orderly = orderly && matches!(error, EndpointError::Cut { .. });
            Setback { orderly, ..error.into() }
        });
        let (completion, last) = named?;
        last.into_iter().for_each(self.pieces);
        Ok(completion)
    }

    fn name(&self, error: OpenAIError) -> Setback {
        match Broken::from_library(error) {
            Ok(Broken::Rejected(rejection)) => self.classify(&rejection),
            Ok(Broken::Connection(error)) => self.name_fault(error).into(),
            Err(error) => error.into(),
        }
    }

    fn classify(&self, rejection: &Rejection) -> Setback {
        if self.spec.trace_bodies {
            bodies::refusal(&self.label(), rejection.status, &rejection.body, self.access.key());
        }
        classify(rejection, &self.spec.model, self.access.key())
    }

    fn label(&self) -> String {
        format!("{}@{}", self.spec.model, self.site.base.host)
    }

    fn name_fault(&self, error: reqwest::Error) -> EndpointError {
        name_fault(error, &self.site.base.url, self.spec.timeouts.connect)
    }

    fn name_body(&self, fault: Fault) -> EndpointError {
        let (what, said) = match fault {
            Fault::Empty => ("nothing", String::new()),
            Fault::Html(start) => ("a web page", start),
            Fault::NotJson(start) => ("something other than JSON", start),
            Fault::TooLarge(what, limit) => return EndpointError::TooLarge { what, limit },
        };
        let said = Excerpt::of(&said, self.access.key());
        EndpointError::Unreadable { what, said }
    }
}

/// Once the answer has ended, little more is waited for.
fn shorten(timer: &mut Pin<Box<Sleep>>, idle: Duration) {
    timer.set(sleep(idle.min(USAGE_TIME)));
}

fn late(which: Waited, after: Duration) -> Setback {
    EndpointError::Timeout { which, after }.into()
}
