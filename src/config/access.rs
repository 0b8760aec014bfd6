//! Which model, server and key a seat gets.
//!
//! A key goes only to the server it was meant for. Two things could send it elsewhere, and both look harmless in a
//! file: a seat with a server of its own that silently takes the general key along, and a settings file in a cloned
//! repository that names a server and waits for the user's key.

use std::path::Path;

use super::error::ConfigError;
use super::key::ApiKey;
use super::origin::{Origin, Sourced};
use super::partial::SeatSettings;
use super::settings::Settings;
use super::value::BaseUrl;

/// The server that is meant when none is named.
const OPENAI: &str = "https://api.openai.com/v1";

/// Who is to be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chair<'a> {
    /// The supervisor.
    Supervisor,
    /// The seat with this tag, in any case.
    Seat(&'a str),
}

/// What it takes to reach a model. None means that nothing was set, and whoever connects decides.
#[derive(Debug, Clone)]
pub struct Access {
    /// The model's name.
    pub model: Option<Sourced<String>>,
    /// The server; none stands for OpenAI's own.
    pub base_url: Option<Sourced<BaseUrl>>,
    /// The key; none for servers that want none.
    pub api_key: Option<Sourced<ApiKey>>,
}

impl Settings {
    /// Model, server and key for one chair, its own settings before the general ones.
    ///
    /// A chair whose server is not the general one gets its own key (`api_key_env`) or none.
    ///
    /// # Errors
    /// [`ConfigError::KeyWouldLeave`] where the working folder's file names a server that is not on this machine, and
    /// the key is not from that file too.
    pub fn access(&self, chair: Chair<'_>) -> Result<Access, ConfigError> {
        let none = SeatSettings::default();
        let own = match chair {
            Chair::Supervisor => &self.supervisor,
            Chair::Seat(tag) => self.seat.get(&tag.to_ascii_uppercase()).unwrap_or(&none),
        };
        let base_url = own.base_url.as_ref().or(self.base_url.as_ref());
        let is_general = url_of(base_url) == url_of(self.base_url.as_ref());
        let general_key = self.api_key.as_ref().filter(|_| is_general);
        let api_key = own.api_key.as_ref().or(general_key);
        if let (Some(url), Some(key)) = (base_url, api_key) {
            self.refuse_to_send(key, url)?;
        }
        Ok(Access {
            model: own.model.clone().or_else(|| self.model.clone()),
            base_url: base_url.cloned(),
            api_key: api_key.cloned(),
        })
    }

    fn refuse_to_send(&self, key: &Sourced<ApiKey>, url: &Sourced<BaseUrl>) -> Result<(), ConfigError> {
        let Some(project) = self.project_file.as_deref() else { return Ok(()) };
        // A variable's value is the user's, even where the file names the variable.
        let keys_are_its_own = matches!(key.value, ApiKey::Given(_)) && is_from(&key.origin, project);
        if !is_from(&url.origin, project) || keys_are_its_own || url.value.is_loopback() {
            return Ok(());
        }
        Err(ConfigError::KeyWouldLeave {
            key: key.origin.clone(),
            base_url: url.value.to_string(),
            path: project.to_owned(),
        })
    }
}

fn url_of(url: Option<&Sourced<BaseUrl>>) -> &str {
    url.map_or(OPENAI, |url| url.value.as_str())
}

fn is_from(origin: &Origin, file: &Path) -> bool {
    matches!(origin, Origin::File(path) if path == file)
}
