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
use std::collections::HashMap;
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

    /// The definition that answers to `name`: one that gives itself that name, else one whose name was guessed to be that,
    /// else one whose file is called so; the highest place first in each.
    ///
    /// # Errors
    /// When none does.
    pub fn named(&self, name: &str) -> Result<&Found, Nobody> {
        self.index().of(&slug(name)).ok_or_else(|| Nobody { known: self.names() })
    }

    /// Definitions that another one hides, each with that one: those that give themselves a name that is taken, and those
    /// without one that answer to none of theirs.
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let index = self.index();
        let hides = |name: &str, found: &Found| index.of(name).filter(|winner| !std::ptr::eq(*winner, found));
        let mut duplicates = Vec::new();
        for (found, definition) in self.usable() {
            let name = slug(&definition.name);
            let stem = found.stem().filter(|_| !definition.gives_name(found)).map(|stem| slug(&stem));
            let Some(winner) = hides(&name, found) else { continue };
            if stem.is_some_and(|stem| hides(&stem, found).is_none()) {
                continue;
            }
            duplicates.push(Duplicate {
                name: definition.name.clone(),
                won: winner.shown.clone(),
                lost: found.shown.clone(),
            });
        }
        duplicates
    }

    /// Who answers to which name.
    fn index(&self) -> Index<'_> {
        let mut index = Index::default();
        for (found, definition) in self.usable() {
            let names = if definition.gives_name(found) { &mut index.given } else { &mut index.guessed };
            for name in [slug(&definition.name), naming::key(&definition.name)] {
                names.entry(name).or_insert(found);
            }
            if let Some(stem) = found.stem() {
                index.files.entry(slug(&stem)).or_insert(found);
            }
        }
        index
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

/// Who answers to which name, by where the name comes from.
#[derive(Default)]
struct Index<'a> {
    /// Names that definitions give themselves.
    given: HashMap<String, &'a Found>,
    /// Names that were guessed from what definitions say.
    guessed: HashMap<String, &'a Found>,
    /// The names of files.
    files: HashMap<String, &'a Found>,
}

impl<'a> Index<'a> {
    /// A given name counts more than a guessed one, and that more than a file's.
    fn of(&self, name: &str) -> Option<&'a Found> {
        [&self.given, &self.guessed, &self.files].into_iter().find_map(|names| names.get(name).copied())
    }
}

impl Definition {
    /// Whether its name is its own and not guessed; what is built in is known by its name.
    fn gives_name(&self, found: &Found) -> bool {
        self.is_named || found.path.is_none()
    }
}

impl Found {
    fn stem(&self) -> Option<String> {
        let file = self.path.as_ref()?.file_name()?.to_string_lossy().into_owned();
        Some(naming::stem(&file).to_owned())
    }
}
