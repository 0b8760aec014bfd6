//! Settings become voices: which seat is spoken for by which model, or by the built-in panel.

use super::error::CommandError;
use super::lines::note;
use super::places::config_error;
use crate::agent::library::Library;
use crate::agent::pace::Pacer;
use crate::agent::panel;
use crate::agent::panel_voice::{self, PanelVoice};
use crate::agent::person;
use crate::agent::speaker::Speaker;
use crate::agent::voice::ModelVoice;
use crate::agent::workbench::Workbench;
use crate::config::{Access, Chair, Pace, Settings};
use crate::llm::{self, Endpoint, EndpointSpec, Endpoints, RetryPolicy};
use crate::protocol::event::Opening;
use crate::protocol::{Author, SeatTag};
use crate::room::{Cast, Voices};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name under which the built-in panel is asked for.
pub(super) const BUILTIN: &str = "builtin";
/// How the built-in panel is called in log, screen and document.
const OPENAI: &str = "https://api.openai.com/v1";
/// The model where only OpenAI's key is there.
const OPENAI_MODEL: &str = "gpt-5";

/// What speaks for one chair.
#[derive(Clone)]
pub(super) enum Choice {
    /// The built-in panel.
    Panel,
    /// A model behind an endpoint, and how it is called.
    Model(Arc<dyn Endpoint>, Box<EndpointSpec>),
    /// A person at the screen.
    Person,
}

impl Choice {
    /// How log, screen and document call it.
    pub fn label(&self) -> String {
        match self {
            Choice::Panel => panel::LABEL.to_owned(),
            Choice::Model(endpoint, _) => endpoint.label(),
            Choice::Person => person::LABEL.to_owned(),
        }
    }
}

/// Finds out what speaks for each chair; one connection for all that share a server.
pub(super) struct Casting<'a> {
    settings: &'a Settings,
    /// Whether there is a screen at which a person can write.
    screen: bool,
    endpoints: Endpoints,
    /// What speaks where nothing was set: looked for once.
    unset: Option<Choice>,
    /// The model that a server was found to have first, by base URL: asked for and announced once.
    firsts: BTreeMap<String, String>,
    trace_bodies: bool,
}

impl<'a> Casting<'a> {
    pub fn new(settings: &'a Settings, screen: bool) -> Self {
        Self {
            settings,
            screen,
            endpoints: Endpoints::new(),
            unset: None,
            firsts: BTreeMap::new(),
            trace_bodies: false,
        }
    }

    /// Whether requests and replies go into the program's log.
    #[must_use]
    pub fn tracing_bodies(self, trace_bodies: bool) -> Self {
        Self { trace_bodies, ..self }
    }

    /// What speaks for `author`. `before` is what spoke for it so far, in a session that is resumed.
    pub async fn choose(&mut self, author: &Author, before: Option<&str>) -> Result<Choice, CommandError> {
        let access = self.access(author)?;
        let by_flag = access.model.as_ref().is_some_and(|m| matches!(m.origin, crate::config::Origin::Flag(_)));
        if before.is_some_and(panel::is_panel) && !by_flag {
            return Ok(Choice::Panel);
        }
        if before == Some(person::LABEL) && !by_flag {
            return self.person(author);
        }
        match &access.model {
            Some(model) if model.value == person::LABEL => self.person(author),
            Some(model) if model.value == BUILTIN => Ok(Choice::Panel),
            Some(model) => self.open(&access, model.value.clone()),
            None if access.base_url.is_some() => {
                let model = self.first_model(&access).await?;
                self.open(&access, model)
            }
            None if access.api_key.is_some() => self.open(&access, OPENAI_MODEL.to_owned()),
            None => match before {
                Some(label) => {
                    Err(CommandError::usage(format!("{author} was spoken for by {label}, and no model is set now"))
                        .hint("name it with --model and --base-url, or let the panel go on with --model builtin"))
                }
                None => self.nothing_set(&access).await,
            },
        }
    }

    /// What is set for `author`.
    pub fn access(&self, author: &Author) -> Result<Access, CommandError> {
        let tag = author.seat().map(SeatTag::as_str);
        self.settings.access(tag.map_or(Chair::Supervisor, Chair::Seat)).map_err(config_error)
    }

    /// A person needs a screen to write at, and none can set the frame in which all argue.
    fn person(&self, author: &Author) -> Result<Choice, CommandError> {
        if author.seat().is_none() {
            return Err(CommandError::usage(format!("{author} cannot be held by a person"))
                .hint("a person can hold seats: --seat TAG=human"));
        }
        if !self.screen {
            let error = CommandError::usage(format!("{author} is held by a person, who needs a screen to write at"));
            let hint = "run it in a terminal, without --plain and --json, or give the seat to a model";
            return Err(error.hint(format!("{hint}: --seat {author}=MODEL")));
        }
        Ok(Choice::Person)
    }

    /// Nothing was set: a server on this machine if one answers, else the built-in panel.
    async fn nothing_set(&mut self, access: &Access) -> Result<Choice, CommandError> {
        if let Some(found) = &self.unset {
            return Ok(found.clone());
        }
        let found = match self.look_around().await {
            Some(llm::Detected { server, base_url, model }) => {
                note(&format!(
                    "Using {model} of {server} at {base_url}, which answers there (--model builtin refuses it)."
                ));
                let mut spec = self.spec(access, &base_url, model)?;
                spec.api_key = None;
                self.connect(spec)?
            }
            None => Choice::Panel,
        };
        self.unset = Some(found.clone());
        Ok(found)
    }

    /// The model of a server where none was named: the first it lists.
    async fn first_model(&mut self, access: &Access) -> Result<String, CommandError> {
        let url = access.base_url.as_ref().map_or(OPENAI, |u| u.value.as_str());
        if let Some(known) = self.firsts.get(url) {
            return Ok(known.clone());
        }
        let key = key_of(access)?;
        let models = llm::list_models(url, key.as_ref()).await.map_err(|error| endpoint_error(&error))?;
        let Some(first) = models.into_iter().next() else {
            return Err(
                CommandError::endpoint(format!("the server at {url} lists no model")).hint("name one with --model")
            );
        };
        note(&format!("Using {first}, the first model that {url} lists (name another with --model)."));
        self.firsts.insert(url.to_owned(), first.clone());
        Ok(first)
    }

    async fn look_around(&self) -> Option<llm::Detected> {
        let Some(probe) = &self.settings.probe else { return llm::detect().await };
        let servers: Vec<(&str, &str)> = probe.value.iter().map(|url| ("the server", url.as_str())).collect();
        llm::detect_among(&servers).await
    }

    fn open(&self, access: &Access, model: String) -> Result<Choice, CommandError> {
        let url = access.base_url.as_ref().map_or(OPENAI, |u| u.value.as_str());
        self.connect(self.spec(access, url, model)?)
    }

    fn connect(&self, spec: EndpointSpec) -> Result<Choice, CommandError> {
        let opened = self.endpoints.open(spec.clone());
        opened.map(|endpoint| Choice::Model(Arc::new(endpoint), Box::new(spec))).map_err(|error| endpoint_error(&error))
    }

    fn spec(&self, access: &Access, url: &str, model: String) -> Result<EndpointSpec, CommandError> {
        let set = &self.settings.endpoint;
        let context = self.settings.context(&model);
        let mut spec = EndpointSpec::new(url, model);
        spec.context = context;
        spec.api_key = key_of(access)?;
        spec.trace_bodies = self.trace_bodies;
        spec.max_parallel = usize::try_from(set.max_parallel.value.get()).unwrap_or(usize::MAX);
        spec.temperature = set.temperature.as_ref().map(|t| t.value.get() as f32);
        spec.max_output_tokens = set.max_output_tokens.value.get();
        spec.timeouts.first_token = set.timeouts.first_token.value;
        spec.timeouts.idle = set.timeouts.idle.value;
        spec.timeouts.whole = set.timeouts.whole.value;
        spec.retry = RetryPolicy { attempts: set.retries.value.saturating_add(1), ..RetryPolicy::default() };
        Ok(spec)
    }
}

/// What voices speak with.
pub(super) struct Tools {
    /// The prompts.
    pub library: Arc<Library>,
    /// The project that models may look at.
    pub workbench: Option<Arc<Workbench>>,
    /// How fast the built-in panel types.
    pub pace: Pace,
}

/// The voices of a session, one for each who may be asked.
pub(super) fn voices(
    settings: &Settings,
    tools: &Tools,
    opening: &Opening,
    choices: Vec<(Author, Choice)>,
) -> Result<Cast, CommandError> {
    let panel = if choices.iter().any(|(_, c)| matches!(c, Choice::Panel)) {
        let folder = settings.prompts.as_ref().map(|p| p.value.as_path());
        let panel = panel_voice::load(opening.seed, folder).map_err(|error| {
            CommandError::usage("the catalogue of the built-in panel cannot be read")
                .because(&error)
                .hint("check the folder given with --prompts")
        })?;
        Some(Arc::new(panel))
    } else {
        None
    };
    let mut cast = Cast { voices: Voices::new(), people: BTreeMap::new(), pacer: Pacer::new(tools.pace) };
    for (author, choice) in choices {
        let voice: Arc<dyn Speaker> = match (choice, &panel) {
            (Choice::Model(endpoint, spec), _) => {
                let price = settings.price(&spec.model).copied();
                Arc::new(ModelVoice::new(endpoint, Arc::clone(&tools.library), price).at(tools.workbench.clone()))
            }
            (Choice::Panel, Some(panel)) => Arc::new(PanelVoice::new(Arc::clone(panel), cast.pacer.clone())),
            (Choice::Panel, None) => continue,
            (Choice::Person, _) => {
                let (voice, pen) = person::person();
                cast.people.extend(author.seat().map(|tag| (tag.clone(), pen)));
                Arc::new(voice)
            }
        };
        cast.voices.insert(author, voice);
    }
    Ok(cast)
}

/// The key, masked in the log from here on.
pub(super) fn key_of(access: &Access) -> Result<Option<SecretString>, CommandError> {
    let key = access.api_key.as_ref().map(|key| key.value.resolve()).transpose().map_err(config_error)?;
    key.iter().for_each(super::logging::hide);
    Ok(key)
}

fn endpoint_error(error: &llm::EndpointError) -> CommandError {
    CommandError::endpoint("the model cannot be used").because(error).hint(error.hint())
}
