//! Where definitions are found, which of two with one name wins, and what became of every file on the way.
//!
//! Programs keep such files in folders of their own, in the project and in the user's home. The order is fixed and is that
//! of [`mod@places`]: what somebody named on the command line, then the project from the working folder outwards, then the
//! home, then what is built in. A file that cannot sit down is not passed over in silence: it is listed with reason and line.
//!
//! - [`mod@places`]: the folders, highest first;
//! - [`scan`]: one folder, read within bounds and within itself.

pub mod places;
pub mod scan;

pub use places::{Place, places};
pub use scan::{Found, Outcome};

use super::definition::{Definition, naming};
use super::library;
use std::path::{Path, PathBuf};

/// Every definition there is to choose from, the highest place first.
#[derive(Debug, Clone)]
pub struct Agents {
    /// Every file, whatever became of it, and the built-in definitions last.
    pub found: Vec<Found>,
}

/// Two definitions of one name.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Duplicate {
    /// The name.
    pub name: String,
    /// The file that answers to it.
    pub won: String,
    /// The file that does not.
    pub lost: String,
}

/// No definition answers to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nobody {
    /// Names there are, the likeliest first.
    pub known: Vec<String>,
}

impl Agents {
    /// Reads every place in its order, and the built-in definitions after them.
    pub fn look(places: &[Place]) -> Self {
        let mut found: Vec<Found> = Vec::new();
        for place in places {
            for file in scan::folder(place) {
                // One folder may be reached on two ways; its files are there once.
                if !found.iter().any(|f| f.path == file.path && file.path.is_some()) {
                    found.push(file);
                }
            }
        }
        found.extend(library::built_in().map(|(name, text)| Found::built_in(name, text)));
        Self { found }
    }

    /// The definition that answers to `name`: by its own name, or its file's.
    ///
    /// # Errors
    /// When none does.
    pub fn named(&self, name: &str) -> Result<&Found, Nobody> {
        let wanted = slug(name);
        self.usable()
            .find(|(f, d)| f.answers_to(&wanted, d))
            .map(|(f, _)| f)
            .ok_or_else(|| Nobody { known: self.names() })
    }

    /// Definitions of one name, each with the one that hides it. A name that was only guessed from prose hides nobody.
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let mut seen: Vec<(String, &Found)> = Vec::new();
        let mut duplicates = Vec::new();
        for (found, definition) in self.usable() {
            let Some(name) = found.identity(definition) else { continue };
            match seen.iter().find(|(s, _)| *s == name) {
                Some((_, winner)) => duplicates.push(Duplicate {
                    name: definition.name.clone(),
                    won: winner.shown.clone(),
                    lost: found.shown.clone(),
                }),
                None => seen.push((name, found)),
            }
        }
        duplicates
    }

    /// The names that can be asked for, each once, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (_, definition) in self.usable() {
            let name = slug(&definition.name);
            if name != "supervisor" && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn usable(&self) -> impl Iterator<Item = (&Found, &Definition)> {
        self.found.iter().filter_map(|f| f.definition().filter(|d| !d.disabled).map(|d| (f, d)))
    }
}

/// Reads the files and folders that somebody named, in the order given.
pub fn check(paths: &[PathBuf], here: &Path) -> Vec<Found> {
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            all.extend(scan::folder(&Place::given(path, here)));
        } else {
            all.push(scan::file(path, here));
        }
    }
    all
}

/// A name as names are compared: words in lower case with hyphens between.
pub fn slug(name: &str) -> String {
    super::definition::model_words(name).join("-")
}

impl Found {
    /// The name it goes by for sure: that of its front matter, else its file's where that is a name.
    fn identity(&self, definition: &Definition) -> Option<String> {
        if definition.is_named || self.path.is_none() {
            return Some(slug(&definition.name));
        }
        self.stem().filter(|stem| naming::is_a_name(stem)).map(|stem| slug(&stem))
    }

    fn answers_to(&self, wanted: &str, definition: &Definition) -> bool {
        let stem = self.stem().map(|s| slug(&s));
        slug(&definition.name) == wanted || stem.as_deref() == Some(wanted) || naming::key(&definition.name) == wanted
    }

    fn stem(&self) -> Option<String> {
        let file = self.path.as_ref()?.file_name()?.to_string_lossy().into_owned();
        Some(naming::stem(&file).to_owned())
    }
}
