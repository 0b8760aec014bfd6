//! What a server's prefix cache makes of the prompts of a debate.

use super::debate::{Call, debate, replayed};
use crate::protocol::event::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// A cache that keeps every request it has seen, byte by byte.
#[derive(Default)]
struct Cache(BTreeSet<Vec<u8>>);

impl Cache {
    /// The longest beginning of `request` that was seen before. In sorted order it is shared with a neighbour.
    fn known(&self, request: &[u8]) -> usize {
        let shared = |other: &Vec<u8>| other.iter().zip(request).take_while(|(a, b)| a == b).count();
        let before = self.0.range(..=request.to_vec()).next_back().map(shared);
        let after = self.0.range(request.to_vec()..).next().map(shared);
        before.into_iter().chain(after).max().unwrap_or(0)
    }
}

/// Bytes of a debate: sent, and processed anew.
#[derive(Debug, Default)]
pub struct Measured {
    pub calls: usize,
    pub waves: usize,
    pub sent: usize,
    /// By a server that has begun with one request of a wave when the next of it comes.
    pub anew: usize,
    /// By a server to which all requests of a wave come at once, and which shares nothing among them.
    pub apart: usize,
}

impl Measured {
    pub fn share(&self) -> f64 {
        self.anew as f64 / self.sent as f64
    }
}

pub fn measure(calls: &[Call]) -> Measured {
    let mut waves: BTreeMap<u32, Vec<Vec<u8>>> = BTreeMap::new();
    for call in calls {
        let request = format!("{}\0{}", call.sent.system, call.sent.user).into_bytes();
        waves.entry(call.wave).or_default().push(request);
    }
    let mut measured = Measured { calls: calls.len(), waves: waves.len(), ..Measured::default() };
    let (mut cache, mut behind) = (Cache::default(), Cache::default());
    for requests in waves.into_values() {
        for request in &requests {
            measured.sent += request.len();
            measured.anew += request.len() - cache.known(request);
            measured.apart += request.len() - behind.known(request);
            cache.0.insert(request.clone());
        }
        behind.0.extend(requests);
    }
    measured
}

fn told(name: &str, m: &Measured) {
    println!(
        "{name}: {} calls in {} waves, {} kB sent, {:.1} kB a call; anew {:.1} % (nothing shared within a wave: {:.1} %)",
        m.calls,
        m.waves,
        m.sent / 1000,
        m.sent as f64 / 1000.0 / m.calls as f64,
        100.0 * m.share(),
        100.0 * m.apart as f64 / m.sent as f64
    );
}

/// `cargo test --lib caching -- --nocapture` prints the figures.
#[test]
fn at_most_a_tenth_of_what_is_sent_is_processed_anew() {
    let (host, calls) = debate(3, None);
    assert!(matches!(host.outcome(), Outcome::Consensus { .. }));
    let measured = measure(&calls);
    told("scripted debate", &measured);
    assert!(measured.waves >= 12, "{measured:?}");
    assert_eq!(
        host.session.calls().iter().filter(|c| c.end == crate::protocol::session::CallEnd::SentBack).count(),
        1,
        "one reply was sent back"
    );
    assert!(measured.share() <= 0.1, "{measured:?}");
}

/// Measures a journal: `CONCLAVE_JOURNAL=<session folder> cargo test --lib a_journal -- --ignored --nocapture`, with
/// `CONCLAVE_BYTES=<most bytes of a request>` for a narrow context.
#[test]
#[ignore = "measures what it is pointed at"]
fn a_journal_is_measured() {
    let folder = std::env::var("CONCLAVE_JOURNAL").unwrap();
    let loaded = crate::journal::read(std::path::Path::new(&folder)).unwrap();
    let events: Vec<_> = loaded.events().cloned().collect();
    let most = std::env::var("CONCLAVE_BYTES").ok().map(|bytes| bytes.parse().unwrap());
    let calls = replayed(&events, most);
    told(&folder, &measure(&calls));
    for call in &calls {
        let user = &call.sent.user;
        let at = |mark: &str| user.rfind(mark).unwrap_or(user.len());
        println!("{} {:?} {}: {} tail {}", call.wave, call.kind, call.author, user.len(), user.len() - at("\n# Now\n"));
    }
}
