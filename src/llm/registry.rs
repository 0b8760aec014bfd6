//! What endpoints of one base URL share: the connection client, the line for a free place, and what was learnt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

use super::address::{Access, Base};
use super::room::{Gauge, Room};
use super::structured::{Change, Manners};
use super::{EndpointError, EndpointSpec, OpenAiEndpoint};

/// More parallel calls than this help nobody.
const MOST_PARALLEL: usize = 256;

/// Opens endpoints. One of these per process: what it shares and learns ends with it.
#[derive(Debug, Default)]
pub struct Endpoints {
    sites: Mutex<HashMap<String, Arc<Site>>>,
}

impl Endpoints {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an endpoint; nothing is sent yet.
    ///
    /// # Errors
    /// [`EndpointError::BadUrl`], [`EndpointError::BadKey`], or [`EndpointError::NoClient`] where an `https://` URL
    /// meets a machine without CA certificates.
    pub fn open(&self, spec: EndpointSpec) -> Result<OpenAiEndpoint, EndpointError> {
        let base = Base::parse(&spec.base_url)?;
        let access = Access::new(&base, spec.api_key.as_ref())?;
        let site = self.site(base, &spec)?;
        Ok(OpenAiEndpoint::new(site, access, spec))
    }

    fn site(&self, base: Base, spec: &EndpointSpec) -> Result<Arc<Site>, EndpointError> {
        let limit = spec.max_parallel.clamp(1, MOST_PARALLEL);
        let mut sites = lock(&self.sites);
        if let Some(site) = sites.get(&base.url) {
            site.lower_limit(limit);
            return Ok(Arc::clone(site));
        }
        let site = Arc::new(Site {
            http: base.connect(spec.timeouts.connect)?,
            places: Semaphore::new(limit),
            limit: Mutex::new(limit),
            manners: Mutex::default(),
            gauges: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            base,
        });
        sites.insert(site.base.url.clone(), Arc::clone(&site));
        Ok(site)
    }
}

/// One base URL.
#[derive(Debug)]
pub(super) struct Site {
    pub base: Base,
    pub http: reqwest::Client,
    places: Semaphore,
    limit: Mutex<usize>,
    /// By model.
    manners: Mutex<HashMap<String, Manners>>,
    /// By model: how much fits.
    gauges: Mutex<HashMap<String, Gauge>>,
    /// Held while the server is asked for a length, so that the seats of a wave ask once.
    pub asking: tokio::sync::Mutex<()>,
}

impl Site {
    /// Waits in line for a place, first come, first served. The line is never closed, so the error never comes.
    pub(super) async fn place(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.places.acquire().await
    }

    /// What is known of a model here.
    pub(super) fn manners(&self, model: &str) -> Manners {
        let known = lock(&self.manners).get(model).copied();
        known.unwrap_or_else(|| Manners::of_host(&self.base.host))
    }

    /// Remembers a change for all calls of this model to come.
    pub(super) fn learn(&self, model: &str, change: Change) {
        let mut manners = lock(&self.manners);
        let known = manners.entry(model.to_owned()).or_insert_with(|| Manners::of_host(&self.base.host));
        *known = known.with(change);
    }

    /// The room for one call, as far as it is known.
    pub(super) fn room(&self, spec: &EndpointSpec) -> Room {
        self.gauge(&spec.model).room(spec.context, spec.max_output_tokens)
    }

    /// How much of a model is known here.
    pub(super) fn gauge(&self, model: &str) -> Gauge {
        lock(&self.gauges).get(model).copied().unwrap_or_default()
    }

    /// Remembers something about a model's size for all calls to come.
    pub(super) fn size(&self, model: &str, learn: impl FnOnce(&mut Gauge)) {
        learn(lock(&self.gauges).entry(model.to_owned()).or_default());
    }

    fn lower_limit(&self, to: usize) {
        let mut limit = lock(&self.limit);
        let fewer = limit.saturating_sub(to);
        // Places in use cannot be taken away; specs are opened before calls are made.
        *limit -= self.places.forget_permits(fewer);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::llm::Rung;

    fn spec(url: &str, model: &str, max_parallel: usize) -> EndpointSpec {
        EndpointSpec { max_parallel, ..EndpointSpec::new(url, model) }
    }

    #[test]
    fn one_base_url_is_one_site_with_the_smallest_limit() {
        let endpoints = Endpoints::new();
        for (url, model, limit) in [("http://h/v1", "a", 4), ("http://h/v1/", "b", 2), ("http://h/v1", "c", 9)] {
            endpoints.open(spec(url, model, limit)).unwrap();
        }
        endpoints.open(spec("http://other/v1", "a", 0)).unwrap();
        let sites = lock(&endpoints.sites);
        assert_eq!(sites.len(), 2);
        assert_eq!(sites["http://h/v1"].places.available_permits(), 2);
        assert_eq!(sites["http://other/v1"].places.available_permits(), 1);
    }

    #[test]
    fn what_is_learnt_is_by_model_and_goes_one_way() {
        let endpoints = Endpoints::new();
        endpoints.open(spec("http://h/v1", "a", 1)).unwrap();
        let site = Arc::clone(&lock(&endpoints.sites)["http://h/v1"]);
        site.learn("a", Change::Rung { to: Rung::Text, sure: true });
        site.learn("a", Change::Rung { to: Rung::Object, sure: true });
        assert_eq!(site.manners("a").rung, Rung::Text);
        assert_eq!(site.manners("b").rung, Rung::Schema);
    }
}
