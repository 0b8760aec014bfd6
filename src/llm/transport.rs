//! The HTTP service below the client library. It keeps what the library would lose: the status, the words and the
//! waiting time of a refusal, and the way a stream ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use chrono::DateTime;
use futures::{Stream, StreamExt, stream};
use reqwest::Response;

use super::EndpointError;
use super::Waited;
use super::address::shown_url;
use super::bodies;
use super::classify::Rejection;
use super::excerpt::Excerpt;
use super::sse::{Fault, Framer};

/// Most bytes of a refusal that are read.
const REFUSAL_LIMIT: usize = 64 << 10;

/// How long the body of a refusal may take; what has come by then is used.
const REFUSAL_TIME: Duration = Duration::from_secs(5);

/// What the service reports besides a good answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the server refused")]
    Rejected(Rejection),
    #[error("the connection failed")]
    Connection(#[source] reqwest::Error),
}

impl Broken {
    /// Takes it back out of the client library's error.
    pub(super) fn from_library(error: OpenAIError) -> Result<Self, EndpointError> {
        let unknown = |cause: String| EndpointError::Cut { cause: Excerpt::of(&cause, None).to_string(), source: None };
        match error {
            OpenAIError::Boxed(inner) => match inner.downcast::<Self>() {
                Ok(broken) => Ok(*broken),
                Err(other) => Err(unknown(other.to_string())),
            },
            OpenAIError::Reqwest(error) => Ok(Self::Connection(error)),
            other => Err(unknown(other.to_string())),
        }
    }
}

/// Names a fault of the connection. `url` is what was tried, `connect` the time there was for it.
pub(super) fn name_fault(error: reqwest::Error, url: &str, connect: Duration) -> EndpointError {
    let cause = root_cause(&error);
    if error.is_connect() && error.is_timeout() {
        return EndpointError::Timeout { which: Waited::Connect, after: connect };
    }
    if error.is_builder() {
        return EndpointError::BadUrl { url: shown_url(url), cause };
    }
    let source: Option<Box<dyn std::error::Error + Send + Sync>> = Some(Box::new(error.without_url()));
    if source.as_ref().is_some_and(|s| is_connect(s.as_ref())) {
        return EndpointError::Unreachable { url: shown_url(url), cause, source };
    }
    EndpointError::Cut { cause, source }
}

/// How a stream ended, as only the bytes show it.
#[derive(Debug, Default)]
pub(super) enum End {
    /// In order, as far as bytes can tell.
    #[default]
    Plain,
    Fault(Fault),
    Broken(reqwest::Error),
}

/// Where the service leaves the [`End`] of the stream it handed out.
#[derive(Debug, Clone, Default)]
pub(super) struct EndSlot(Arc<Mutex<End>>);

impl EndSlot {
    /// Takes the end out. Meaningful once the stream has ended.
    pub(super) fn take(&self) -> End {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, end: End) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = end;
    }
}

/// The service: sends, and turns every answer that is not a 2xx into [`Broken::Rejected`].
pub(super) async fn send(http: reqwest::Client, factory: HttpRequestFactory) -> Result<Response, OpenAIError> {
    let request = factory.build().await?;
    let answer = http.execute(request).await;
    let response = answer.map_err(|error| boxed(Broken::Connection(error)))?;
    if response.status().is_success() {
        return Ok(response);
    }
    Err(boxed(Broken::Rejected(read_refusal(response).await)))
}

/// The same answer with a body of clean events, one JSON document each; how it ended is left in `slot`,
/// and what came in `copy`, where there is one.
pub(super) fn clean(response: Response, slot: EndSlot, mut copy: Option<bodies::Reply>) -> Response {
    let bytes = Box::pin(response.bytes_stream().inspect(move |more| {
        if let (Some(copy), Ok(more)) = (&mut copy, more) {
            copy.take(more.as_ref());
        }
    }));
    let state = Some((bytes, Framer::default(), slot));
    let events = stream::unfold(state, |state| async move {
        let (mut bytes, mut framer, slot) = state?;
        let (out, go_on) = next_events(&mut bytes, &mut framer, &slot).await;
        let state = go_on.then_some((bytes, framer, slot));
        Some((Ok::<_, std::convert::Infallible>(out), state))
    });
    http::Response::new(reqwest::Body::wrap_stream(events)).into()
}

/// The next events, and whether more can follow.
async fn next_events<B: AsRef<[u8]>>(
    bytes: &mut (impl Stream<Item = Result<B, reqwest::Error>> + Unpin),
    framer: &mut Framer,
    slot: &EndSlot,
) -> (String, bool) {
    loop {
        let read = match bytes.next().await {
            Some(Ok(more)) => framer.push(more.as_ref()),
            Some(Err(error)) => {
                slot.set(End::Broken(error));
                return (String::new(), false);
            }
            None => {
                return match framer.finish() {
                    Ok(values) => (events(&values), false),
                    Err(fault) => {
                        slot.set(End::Fault(fault));
                        (String::new(), false)
                    }
                };
            }
        };
        match read {
            Ok(values) if values.is_empty() && !framer.is_done() => {}
            Ok(values) => return (events(&values), !framer.is_done()),
            Err(fault) => {
                slot.set(End::Fault(fault));
                return (String::new(), false);
            }
        }
    }
}

fn events(values: &[serde_json::Value]) -> String {
    values.iter().map(|value| format!("data: {value}\n\n")).collect()
}

async fn read_refusal(response: Response) -> Rejection {
    let headers = response.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut rejection = Rejection {
        status: response.status().as_u16(),
        retry_after: retry_after(text),
        request_id: text("x-request-id").or(text("request-id")).map(str::to_owned),
        body: String::new(),
    };
    let mut bytes = Box::pin(response.bytes_stream());
    let mut body = Vec::new();
    let read = async {
        while let Some(Ok(more)) = bytes.next().await {
            let room = REFUSAL_LIMIT.saturating_sub(body.len());
            body.extend(more.iter().take(room));
            if body.len() >= REFUSAL_LIMIT {
                break;
            }
        }
    };
    // Whatever came in time is enough to go by.
    let _ = tokio::time::timeout(REFUSAL_TIME, read).await;
    rejection.body = String::from_utf8_lossy(&body).into_owned();
    rejection
}

/// The wait that a server asks for: seconds, milliseconds, or a date, which counts from the answer's own date.
fn retry_after<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Duration> {
    let millis = header("retry-after-ms").and_then(|text| text.trim().parse::<f64>().ok());
    if let Some(wait) = millis.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()) {
        return Some(wait);
    }
    let text = header("retry-after").or_else(|| header("llm_provider-retry-after"))?;
    if let Ok(seconds) = text.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    let from = DateTime::parse_from_rfc2822(header("date")?.trim()).ok()?;
    Some((until - from).to_std().unwrap_or_default())
}

fn is_connect(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect)
}

/// The deepest cause, which is the one that tells something.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string().chars().take(200).collect()
}

fn boxed(broken: Broken) -> OpenAIError {
    OpenAIError::Boxed(Box::new(broken))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_from_every_form() {
        let read = |headers: &'static [(&str, &str)]| {
            retry_after(|name| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| *value))
        };
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(read(&[("retry-after", "7")]), seconds(7));
        assert_eq!(read(&[("retry-after", "1.5")]), Some(Duration::from_millis(1500)));
        assert_eq!(read(&[("retry-after-ms", "20"), ("retry-after", "9")]), Some(Duration::from_millis(20)));
        assert_eq!(read(&[("llm_provider-retry-after", "3")]), seconds(3));
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(
            retry_after(|name| match name {
                "retry-after" => Some("Wed, 21 Oct 2015 07:28:30 GMT"),
                name => (name == date.0).then_some(date.1),
            }),
            seconds(30)
        );
        assert_eq!(read(&[("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT")]), None);
        assert_eq!(read(&[("retry-after", "-4")]), None);
        assert_eq!(read(&[("retry-after", "NaN")]), None);
        assert_eq!(read(&[("retry-after", "soon")]), None);
        assert_eq!(read(&[]), None);
    }
}
