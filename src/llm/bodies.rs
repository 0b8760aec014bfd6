//! Requests and replies as they went over the wire, for the program's log: only where the spec asks for it, bounded, and
//! without keys.

use serde_json::Value;

use super::excerpt::without_keys;

/// The target of these records in the program's log. Nothing else is written under it.
pub const BODIES: &str = "conclave::bodies";

/// Most bytes of one body that are recorded.
const LIMIT: usize = 256 << 10;

/// Records a request.
pub(super) fn request(endpoint: &str, body: &Value, key: Option<&str>) {
    let body = cut(body.to_string());
    tracing::trace!(target: BODIES, endpoint, body = without_keys(&body, key), "request");
}

/// Records a refusal.
pub(super) fn refusal(endpoint: &str, status: u16, body: &str, key: Option<&str>) {
    let body = cut(body.to_owned());
    tracing::trace!(target: BODIES, endpoint, status, body = without_keys(&body, key), "refusal");
}

/// Gathers a reply as it comes, and records it as one when it is dropped: a key that was cut in two by the network is
/// whole again, and a stream that broke off is recorded, too.
pub(super) struct Reply {
    endpoint: String,
    key: Option<String>,
    bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn new(endpoint: String, key: Option<&str>) -> Self {
        Self { endpoint, key: key.map(str::to_owned), bytes: Vec::new() }
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
        let room = LIMIT.saturating_sub(self.bytes.len());
        self.bytes.extend(bytes.iter().take(room));
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.bytes);
        let body = without_keys(&text, self.key.as_deref());
        tracing::trace!(target: BODIES, endpoint = self.endpoint, body, "reply");
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LIMIT {
        let at = (0..=LIMIT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(at);
    }
    text
}
