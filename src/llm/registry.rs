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
            line: Mutex::new(Line { allowed: limit, issued: limit, ..Line::default() }),
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
    line: Mutex<Line>,
    /// By model.
    manners: Mutex<HashMap<String, Manners>>,
    /// By model: how much fits.
    gauges: Mutex<HashMap<String, Gauge>>,
    /// Held while the server is asked for a length, so that the seats of a wave ask once.
    pub asking: tokio::sync::Mutex<()>,
}

/// How many calls may be under way at once, and what was seen of several at once.
#[derive(Debug, Default)]
struct Line {
    /// Places that there should be.
    allowed: usize,
    /// Places that there are, free or taken. Those in use cannot be taken away: they end when they are given back.
    issued: usize,
    /// Attempts begun so far.
    begun: u64,
    /// Streams that ended before their time after another call had come.
    cut: u32,
    /// A stream was whole although another call had come: this server can do several at once.
    side_by_side: bool,
}

/// Streams cut off by the next call before a server is taken to serve one stream at a time. One can be chance.
const CUTS: u32 = 2;

impl Site {
    /// Waits in line for a place, first come, first served. The line is never closed, so the error never comes.
    pub(super) async fn place(&self) -> Result<Place<'_>, AcquireError> {
        let permit = self.places.acquire().await?;
        Ok(Place { site: self, permit: Some(permit) })
    }

    /// Notes that an attempt begins; the number is for [`Site::was_whole`] and [`Site::was_cut`].
    pub(super) fn begin(&self) -> u64 {
        let mut line = lock(&self.line);
        line.begun += 1;
        line.begun
    }

    /// The attempt `number` brought a whole answer.
    pub(super) fn was_whole(&self, number: u64) {
        let mut line = lock(&self.line);
        line.side_by_side |= line.begun > number;
    }

    /// The stream of the attempt `number` ended in order and too early. True if it shows that this server serves one
    /// stream at a time and ends it when the next call comes; from then on there is one place.
    pub(super) fn was_cut(&self, number: u64) -> bool {
        let mut line = lock(&self.line);
        if line.begun == number || line.side_by_side || line.allowed == 1 {
            return false;
        }
        line.cut += 1;
        if line.cut < CUTS {
            return false;
        }
        self.lower(&mut line, 1);
        true
    }

    /// The server says that too many calls are under way: half as many from now on. False if there was only one.
    pub(super) fn halve(&self) -> bool {
        let mut line = lock(&self.line);
        let to = line.allowed / 2;
        if to == 0 {
            return false;
        }
        self.lower(&mut line, to);
        true
    }

    /// Whether more places are in use than there should be, so that whoever waits should give up theirs.
    pub(super) fn is_crowded(&self) -> bool {
        let line = lock(&self.line);
        line.issued > line.allowed
    }

    /// Calls that may be under way at once.
    pub(super) fn allowed(&self) -> usize {
        lock(&self.line).allowed
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
        self.lower(&mut lock(&self.line), to);
    }

    fn lower(&self, line: &mut Line, to: usize) {
        line.allowed = line.allowed.min(to);
        let fewer = line.issued.saturating_sub(line.allowed);
        line.issued -= self.places.forget_permits(fewer);
    }
}

/// A place in the line, given back when dropped.
pub(super) struct Place<'a> {
    site: &'a Site,
    permit: Option<SemaphorePermit<'a>>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else { return };
        let mut line = lock(&self.site.line);
        if line.issued > line.allowed {
            line.issued -= 1;
            permit.forget();
        }
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

    #[tokio::test]
    async fn places_in_use_end_when_they_are_given_back() {
        let endpoints = Endpoints::new();
        endpoints.open(spec("http://h/v1", "a", 4)).unwrap();
        let site = Arc::clone(&lock(&endpoints.sites)["http://h/v1"]);
        let (a, b, c) = (site.place().await.unwrap(), site.place().await.unwrap(), site.place().await.unwrap());
        let (first, second) = (site.begin(), site.begin());
        site.begin();
        assert!(!site.was_cut(first), "one can be chance");
        assert!(site.was_cut(second));
        assert!(site.is_crowded());
        drop((a, b));
        assert_eq!((site.is_crowded(), site.places.available_permits()), (false, 0));
        drop(c);
        assert_eq!(site.places.available_permits(), 1);
    }

    #[test]
    fn a_server_that_has_done_two_at_once_is_not_blamed_for_a_cut() {
        let endpoints = Endpoints::new();
        endpoints.open(spec("http://h/v1", "a", 4)).unwrap();
        let site = Arc::clone(&lock(&endpoints.sites)["http://h/v1"]);
        let (first, second) = (site.begin(), site.begin());
        site.was_whole(first);
        let alone = site.begin();
        assert!((0..9).all(|_| !site.was_cut(second)) && !site.was_cut(alone));
        assert!(site.halve() && site.halve() && !site.halve());
        assert_eq!(site.allowed(), 1);
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
