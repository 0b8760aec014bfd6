//! Which seats share an endpoint: each endpoint and model is checked once, however many seats it has.

use crate::cli::error::CommandError;
use crate::cli::voices::{Casting, Choice};
use crate::config::{Access, Origin};
use crate::llm::EndpointSpec;
use crate::protocol::Author;
use secrecy::ExposeSecret;

/// Seats with the same endpoint, model and key.
pub(super) struct Bench {
    /// The supervisor first, then seats in their order.
    pub authors: Vec<Author>,
    /// What speaks for them.
    pub what: What,
}

/// What speaks for somebody.
pub(super) enum What {
    /// The built-in panel.
    Panel,
    /// Somebody at the screen.
    Person,
    /// A model.
    Model(Box<Asked>),
    /// Nothing can: the settings, or a server that should have named a model, are in the way.
    Refused(CommandError),
}

/// A model, and where its key was set.
pub(super) struct Asked {
    /// How it is called.
    pub spec: EndpointSpec,
    /// Where its key was set, if it has one.
    pub key: Option<Origin>,
}

impl What {
    fn is_same(&self, other: &Self) -> bool {
        let key = |spec: &EndpointSpec| spec.api_key.as_ref().map(|key| key.expose_secret().to_owned());
        match (self, other) {
            (Self::Panel, Self::Panel) | (Self::Person, Self::Person) => true,
            (Self::Model(a), Self::Model(b)) => {
                let (a, b) = (&a.spec, &b.spec);
                (a.base_url.trim_end_matches('/'), &a.model) == (b.base_url.trim_end_matches('/'), &b.model)
                    && key(a) == key(b)
            }
            (Self::Panel | Self::Person | Self::Model(_) | Self::Refused(_), _) => false,
        }
    }
}

/// Finds out what speaks for each, and puts together who has the same.
pub(super) async fn benches(casting: &mut Casting<'_>, authors: Vec<Author>) -> Vec<Bench> {
    let mut alike: Vec<(String, Vec<Author>, Option<Access>)> = Vec::new();
    for author in authors {
        let access = casting.access(&author);
        // Neither key nor command is in the `Debug` of one.
        let settings = access.as_ref().map_or_else(|e| e.in_a_line(), |access| format!("{access:?}"));
        match alike.iter_mut().find(|(known, ..)| *known == settings) {
            Some((_, together, _)) => together.push(author),
            None => alike.push((settings, vec![author], access.ok())),
        }
    }
    let mut benches: Vec<Bench> = Vec::new();
    for (_, authors, access) in alike {
        let Some(first) = authors.first() else { continue };
        let what = match casting.choose(first, None).await {
            Ok(Choice::Panel) => What::Panel,
            Ok(Choice::Person) => What::Person,
            Ok(Choice::Model(_, spec)) => {
                // A server that was found by itself gets no key.
                let key = access.and_then(|a| a.api_key).filter(|_| spec.api_key.is_some()).map(|key| key.origin);
                What::Model(Box::new(Asked { spec: *spec, key }))
            }
            Err(error) => What::Refused(error),
        };
        match benches.iter_mut().find(|bench| bench.what.is_same(&what)) {
            Some(bench) => bench.authors.extend(authors),
            None => benches.push(Bench { authors, what }),
        }
    }
    benches
}

/// The benches of each server together.
pub(super) fn by_server(benches: Vec<Bench>) -> Vec<Vec<Bench>> {
    let mut servers: Vec<(Option<String>, Vec<Bench>)> = Vec::new();
    for bench in benches {
        let url = match &bench.what {
            What::Model(asked) => Some(asked.spec.base_url.clone()),
            What::Panel | What::Person | What::Refused(_) => None,
        };
        match servers.iter_mut().find(|(known, _)| *known == url) {
            Some((_, together)) => together.push(bench),
            None => servers.push((url, vec![bench])),
        }
    }
    servers.into_iter().map(|(_, benches)| benches).collect()
}
