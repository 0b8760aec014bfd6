//! Where calls go and as whom: a base URL and a key, checked before anything is sent.

use std::net::IpAddr;
use std::time::Duration;

use async_openai::config::Config;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::EndpointError;
use super::transport::root_cause;

/// A base URL that can be used, and its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    /// Without a slash at its end.
    pub url: String,
    /// Host, with the port if it is not the scheme's own.
    pub host: String,
    is_loopback: bool,
    /// Not encrypted: a server on this machine or in the same house.
    pub is_plain: bool,
}

impl Base {
    /// Checks a base URL.
    pub(super) fn parse(text: &str) -> Result<Self, EndpointError> {
        let bad = |cause: &str| EndpointError::BadUrl { url: shown_url(text), cause: cause.to_owned() };
        let url = Url::parse(text.trim()).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("it must start with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("a name or password does not belong in it: set the key on its own"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("nothing may follow its path"));
        }
        let name = url.host_str().ok_or_else(|| bad("it names no host"))?;
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        Ok(Self {
            host: match url.port() {
                Some(port) => format!("{name}:{port}"),
                None => name.to_owned(),
            },
            is_loopback: name == "localhost" || address.is_ok_and(|ip| ip.is_loopback()),
            is_plain: url.scheme() == "http",
            url: url.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// A connection client for this base URL.
    pub(super) fn connect(&self, connect: Duration) -> Result<reqwest::Client, EndpointError> {
        // Fails if there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("conclave/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(connect)
            // A redirected POST loses its body and could carry the key elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            // Some servers promise to keep a connection after a stream and close it all the same.
            .pool_max_idle_per_host(0);
        if self.is_loopback {
            builder = builder.no_proxy();
        }
        if self.is_plain {
            // No certificate is looked at, so a machine without any must do.
            builder = builder.tls_certs_only([]);
        }
        builder
            .build()
            .map_err(|error| EndpointError::NoClient { cause: root_cause(&error), source: Some(Box::new(error)) })
    }
}

/// Where and as whom calls are made; the client library asks it for URL and headers.
#[derive(Clone)]
pub(super) struct Access {
    base: String,
    key: SecretString,
    headers: HeaderMap,
}

impl Access {
    /// Checks that the key can be a header: visible ASCII, which every provider's is.
    pub(super) fn new(base: &Base, key: Option<&SecretString>) -> Result<Self, EndpointError> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let key = key.expose_secret();
            check_key(key)?;
            let mut value = HeaderValue::from_str(&format!("Bearer {key}"))
                .map_err(|_| EndpointError::BadKey { cause: "it cannot be sent in a header" })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self { base: base.url.clone(), key: key.cloned().unwrap_or_default(), headers })
    }

    /// The key, to mask it.
    pub(super) fn key(&self) -> Option<&str> {
        Some(self.key.expose_secret()).filter(|key| !key.is_empty())
    }
}

impl Config for Access {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// A URL for people: bounded, and without a name and password before the host.
pub(super) fn shown_url(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{host}{path}").chars().take(200).collect()
}

fn check_key(key: &str) -> Result<(), EndpointError> {
    let cause = if key.is_empty() {
        "it is empty"
    } else if key.chars().any(char::is_control) {
        "it holds a line break or another control character"
    } else if !key.chars().all(|c| c.is_ascii_graphic()) {
        "it holds a space or a character that is not ASCII"
    } else {
        return Ok(());
    };
    Err(EndpointError::BadKey { cause })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_trimmed_and_checked() {
        let base = Base::parse("http://localhost:11434/v1///").unwrap();
        assert_eq!((base.url.as_str(), base.host.as_str()), ("http://localhost:11434/v1", "localhost:11434"));
        assert!(base.is_loopback && base.is_plain);
        assert!(Base::parse("http://[::1]:80/v1").unwrap().is_loopback);
        assert!(!Base::parse("https://api.openai.com/v1").unwrap().is_loopback);
        for bad in ["", "localhost:1234/v1", "ftp://h/v1", "http://", "http://h/v1?key=x", "http://h/#x"] {
            let error = Base::parse(bad).unwrap_err();
            assert!(matches!(error, EndpointError::BadUrl { .. }), "{bad}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_refused_and_not_shown() {
        let error = Base::parse("http://user:hunter2@h/v1?api_key=hunter2").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }

    #[test]
    fn keys_that_cannot_be_sent_are_refused_and_not_shown() {
        let base = Base::parse("http://h/v1").unwrap();
        for key in ["hunter2\n", "hun\u{0}ter2", "hunter2 ", "hünter2", ""] {
            let error = Access::new(&base, Some(&key.to_owned().into())).err().unwrap();
            assert!(matches!(error, EndpointError::BadKey { .. }));
            assert!(!format!("{error} {error:?}").contains("ter2"), "{error}");
        }
        assert!(Access::new(&base, None).unwrap().headers.is_empty());
    }
}
