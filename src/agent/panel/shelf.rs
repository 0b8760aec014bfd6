//! The catalogue in memory. Areas are parsed when a topic first needs them: only their heads are read at the start.

use super::PanelError;
use super::catalogue::{Area, Constraint, Constraints, Head, Role, Roles};
use super::check;
use super::words::{Pattern, Word, words};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The area that is taken when no other matches.
pub(super) const GENERAL: &str = "general";

pub(super) struct Shelf {
    pub areas: Vec<AreaFile>,
    pub roles: Vec<Role>,
    pub constraints: Vec<Kind>,
    pub phrases: BTreeMap<String, Vec<String>>,
}

/// An area's file, of which the head is read.
pub(super) struct AreaFile {
    /// The name of the file it came from.
    pub file: String,
    pub head: Head,
    /// The head's words and phrases as stems, each once, with their weights.
    pub signs: Vec<(Vec<Word>, f64)>,
    text: Cow<'static, str>,
    parsed: OnceLock<Option<Area>>,
}

/// A kind of constraint with its patterns made ready.
pub(super) struct Kind {
    pub constraint: Constraint,
    pub patterns: Vec<Pattern>,
}

impl Shelf {
    /// The catalogue of these files; a name without `.toml` is taken as it is.
    pub fn new(files: impl IntoIterator<Item = (String, Cow<'static, str>)>) -> Result<Self, PanelError> {
        let mut areas = Vec::new();
        let (mut roles, mut constraints, mut phrases) = (None, None, None);
        for (name, text) in files {
            match name.strip_suffix(".toml").unwrap_or(&name) {
                "roles" => roles = Some(parse::<Roles>(&name, &text)?.roles),
                "constraints" => constraints = Some(parse::<Constraints>(&name, &text)?.constraints),
                "phrases" => phrases = Some(parse(&name, &text)?),
                _ => areas.push(AreaFile::new(&name, text)?),
            }
        }
        let missing = |name: &str| PanelError::Missing { name: name.to_owned() };
        let roles = roles.ok_or_else(|| missing("roles.toml"))?;
        if !roles.iter().any(|r| r.key == "neutral") {
            return Err(missing("the role 'neutral' in roles.toml"));
        }
        if !areas.iter().any(|a| a.head.area == GENERAL) {
            return Err(missing("general.toml"));
        }
        let constraints = constraints.ok_or_else(|| missing("constraints.toml"))?;
        Ok(Self {
            areas,
            roles,
            constraints: constraints.into_iter().map(Kind::new).collect(),
            phrases: phrases.ok_or_else(|| missing("phrases.toml"))?,
        })
    }

    /// The file of the area with this name.
    pub fn file(&self, area: &str) -> Option<&AreaFile> {
        self.areas.iter().find(|a| a.head.area == area)
    }
}

impl AreaFile {
    fn new(name: &str, text: Cow<'static, str>) -> Result<Self, PanelError> {
        // The head ends where the first table begins; parsing the rest is for when it is needed.
        let end = text.find("\n[[").unwrap_or(text.len());
        let head: Head = parse(name, text.get(..end).unwrap_or(&text))?;
        let mut signs: Vec<(Vec<Word>, f64)> = Vec::new();
        for (phrase, weight) in &head.words {
            let stems = words(phrase);
            let same = |known: &[Word]| known.iter().map(|w| &w.stem).eq(stems.iter().map(|w| &w.stem));
            match signs.iter_mut().find(|(known, _)| same(known)) {
                Some((_, known)) => *known = known.max(*weight),
                None => signs.push((stems, *weight)),
            }
        }
        Ok(Self { file: name.to_owned(), head, signs, text, parsed: OnceLock::new() })
    }

    /// The area; none if its file is broken, which [`AreaFile::check`] finds out beforehand.
    pub fn area(&self) -> Option<&Area> {
        self.parsed
            .get_or_init(|| toml::from_str(&self.text).ok().filter(|area| check::faults(area).is_empty()))
            .as_ref()
    }

    /// Whether the file's text holds `question`, without parsing it.
    pub fn mentions(&self, question: &str) -> bool {
        !question.is_empty() && self.text.contains(question)
    }

    /// Parses the whole file and says what is wrong with it.
    ///
    /// # Errors
    /// When it is no TOML of the catalogue's form, or its references lead nowhere.
    pub fn check(&self) -> Result<(), PanelError> {
        let file = self.file.clone();
        let area: Area = parse(&file, &self.text)?;
        let faults = check::faults(&area);
        if faults.is_empty() {
            return Ok(());
        }
        Err(PanelError::Inconsistent { file, faults })
    }
}

impl Kind {
    fn new(constraint: Constraint) -> Self {
        let patterns = constraint.patterns.iter().map(|p| Pattern::new(p)).collect();
        Self { constraint, patterns }
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, PanelError> {
    toml::from_str(text).map_err(|source| PanelError::Parse { file: file.to_owned(), source: Box::new(source) })
}
