//! One folder of definitions, read within bounds and within itself.

use super::places::{Kind, Place};
use crate::agent::definition::includes::Included;
use crate::agent::definition::{self, Definition, DefinitionError, Loaded, MAX_BYTES, includes, naming};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Deepest folder below a place.
const DEPTH: usize = 5;
/// Most files and folders of one place.
const MOST: usize = 4_000;
/// Files that lie beside definitions and describe the folder.
const ABOUT: [&str; 8] =
    ["readme", "changelog", "contributing", "license", "licence", "code_of_conduct", "security-policy", "index"];
/// Folders with what definitions include.
const MATERIAL: [&str; 5] = ["resources", "node_modules", "templates", "assets", "examples"];

/// A file, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it lies; none for what is built in.
    pub path: Option<PathBuf>,
    /// How it is called on a screen.
    pub shown: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was read.
    Loaded(Box<Loaded>),
    /// It was not.
    Skipped {
        /// The line it failed at, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
}

impl Found {
    /// The definition, where there is one.
    pub fn definition(&self) -> Option<&Definition> {
        self.loaded().map(|l| &l.definition)
    }

    /// The definition with what it took to read it.
    pub fn loaded(&self) -> Option<&Loaded> {
        match &self.outcome {
            Outcome::Loaded(loaded) => Some(loaded),
            Outcome::Skipped { .. } => None,
        }
    }

    /// A definition that comes with the program.
    pub(super) fn built_in(name: &str, text: &str) -> Self {
        let outcome = outcome(definition::read(&format!("{name}.md"), text));
        Self { path: None, shown: format!("built in: {name}"), outcome }
    }

    fn skipped(path: &Path, here: &Path, reason: impl Into<String>) -> Self {
        let outcome = Outcome::Skipped { line: 1, reason: reason.into() };
        Self { path: Some(path.to_owned()), shown: shown(path, here), outcome }
    }

    /// The body with its includes appended, each under its name, and what is to be said of those that are not there. Reads
    /// the disk, in the definition's own folder only. What was refused or is missing is told in the body too, so that it is
    /// on record wherever the body is.
    pub fn body_with_includes(&self) -> (String, Vec<String>) {
        let Some(loaded) = self.loaded() else { return (String::new(), Vec::new()) };
        let mut body = loaded.definition.body.clone();
        let mut lacking: Vec<String> = Vec::new();
        // The folder of a bare name is the one worked in, which is no folder called "".
        let folder = self.path.as_deref().and_then(Path::parent);
        let folder = folder.map(|f| if f.as_os_str().is_empty() { Path::new(".") } else { f });
        let mut left = includes::MAX_INCLUDED;
        for name in &loaded.definition.includes {
            let included = folder.map_or(Included::Missing, |folder| includes::read(folder, name, left));
            match included {
                Included::Text(text) => {
                    left = left.saturating_sub(text.len());
                    body.push_str(&format!("\n\n## {name}\n\n{}", text.trim()));
                }
                Included::Missing => lacking.push(format!("@{name} is not there")),
                Included::Refused(why) => lacking.push(format!("@{name} is refused: {why}")),
            }
        }
        let refused = loaded.warnings.iter().map(|w| &w.text).filter(|w| w.starts_with(includes::REFUSED));
        for told in lacking.iter().chain(refused) {
            body.push_str(&format!("\n\n(Host: {told}.)"));
        }
        (body, lacking.iter().map(|l| format!("{}: {l}", self.shown)).collect())
    }
}

/// Every file of a place, in the order of names, each folder's files before its folders. Nothing where there is no such folder.
pub fn folder(place: &Place) -> Vec<Found> {
    let root = match place.path.canonicalize() {
        Ok(root) => root,
        Err(error) if is_absent(&error) => return Vec::new(),
        Err(error) => {
            return vec![Found::skipped(&place.path, &place.here, format!("the folder cannot be read: {error}"))];
        }
    };
    if let Some(within) = place.within.as_ref().and_then(|w| w.canonicalize().ok())
        && !root.starts_with(&within)
    {
        return vec![Found::skipped(&place.path, &place.here, "refused: a link leads out of the project")];
    }
    let mut scan = Scan { place, root, found: Vec::new(), seen: 0 };
    match place.kind {
        Kind::Prompts => {
            scan.folder(&place.path.join("roles"), 0);
            scan.prompts();
        }
        Kind::Given | Kind::Agents => scan.folder(&place.path, 0),
    }
    scan.found
}

/// Whether there is no such folder: not on the way to it either, where a file may stand.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// One file that somebody named, whatever its ending.
pub fn file(path: &Path, here: &Path) -> Found {
    match read(path) {
        Ok(text) => read_as(path, here, &text),
        Err(reason) => Found::skipped(path, here, reason),
    }
}

struct Scan<'a> {
    place: &'a Place,
    root: PathBuf,
    found: Vec<Found>,
    seen: usize,
}

impl Scan<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) {
        let entries = match entries(folder) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return,
            Err(error) => return self.skip(folder, format!("the folder cannot be read: {error}")),
        };
        let mut folders = Vec::new();
        for path in entries {
            self.seen += 1;
            if self.seen > MOST {
                if self.seen == MOST + 1 {
                    self.skip(&path, format!("more than {MOST} files in one place: the rest was not looked at"));
                }
                return;
            }
            match self.about(&path) {
                About::Folder if depth + 1 > DEPTH => {
                    self.skip(&path, format!("it lies more than {DEPTH} folders deep"))
                }
                About::Folder if is_material(&path) => self.skip(&path, "a folder of material for definitions"),
                About::Folder => folders.push(path),
                About::File => self.file(&path),
                About::Outside => self.skip(&path, "refused: a link leads out of the folder"),
                About::Dangling => self.skip(&path, "a link that leads to nothing"),
                About::Hidden => self.skip(&path, "its name begins with a dot"),
                About::Other => self.skip(&path, "it is no plain file"),
            }
        }
        for path in folders {
            self.folder(&path, depth + 1);
        }
    }

    /// The files of a folder of prompts that have front matter; the others are prompts and nobody's definition.
    fn prompts(&mut self) {
        let entries = match entries(&self.place.path) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return,
            Err(error) => return self.skip(&self.place.path, format!("the folder cannot be read: {error}")),
        };
        for path in entries.into_iter().filter(|p| has_ending(p, &["md", "markdown"])) {
            match self.about(&path) {
                About::File => {}
                About::Outside => {
                    self.skip(&path, "refused: a link leads out of the folder");
                    continue;
                }
                _ => continue,
            }
            let found = file(&path, &self.place.here);
            let plain = found.definition().is_some_and(|d| d.dialect == definition::Dialect::Plain);
            if plain {
                self.skip(&path, "a prompt without front matter: no definition")
            } else {
                self.found.push(found)
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let endings: &[&str] = if self.place.kind == Kind::Given {
            &["md", "markdown", "txt", "toml"]
        } else {
            &["md", "markdown", "toml"]
        };
        if !has_ending(path, endings) {
            return self.skip(path, format!("its ending is none of {}", endings.join(", ")));
        }
        let found = file(path, &self.place.here);
        let about = ABOUT.contains(&naming::stem(&name).to_lowercase().as_str());
        if about && found.definition().is_some_and(|d| d.dialect == definition::Dialect::Plain) {
            return self.skip(path, "it describes the folder: no front matter");
        }
        self.found.push(found);
    }

    fn skip(&mut self, path: &Path, reason: impl Into<String>) {
        self.found.push(Found::skipped(path, &self.place.here, reason));
    }

    fn about(&self, path: &Path) -> About {
        if path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')) {
            return About::Hidden;
        }
        let Ok(itself) = std::fs::symlink_metadata(path) else { return About::Other };
        if itself.is_symlink() {
            // A link within the folder is fine, to a folder it is not: it may lead round in a circle.
            let to = match path.canonicalize() {
                Err(error) if is_absent(&error) => return About::Dangling,
                to => to,
            };
            let inside = to.is_ok_and(|to| to.starts_with(&self.root));
            return match (inside, path.is_file()) {
                (false, _) => About::Outside,
                (true, true) => About::File,
                (true, false) => About::Other,
            };
        }
        match (itself.is_dir(), itself.is_file()) {
            (true, _) => About::Folder,
            (_, true) => About::File,
            _ => About::Other,
        }
    }
}

/// What lies in a folder, in the order of names, and one more than is looked at.
fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    entries.sort();
    entries.truncate(MOST + 1);
    Ok(entries)
}

enum About {
    Folder,
    File,
    Hidden,
    Outside,
    Dangling,
    Other,
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    ending.is_some_and(|e| endings.contains(&e.as_str()))
}

fn is_material(path: &Path) -> bool {
    path.file_name().is_some_and(|n| MATERIAL.contains(&n.to_string_lossy().to_lowercase().as_str()))
}

/// The text of a plain file of bounded size.
fn read(path: &Path) -> Result<String, String> {
    let about = std::fs::metadata(path).map_err(|e| e.to_string())?;
    if !about.is_file() {
        return Err("it is no plain file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("it is {} bytes long: at most {MAX_BYTES}", about.len()));
    }
    String::from_utf8(bytes).map_err(|e| format!("it is no UTF-8 text: byte {}", e.utf8_error().valid_up_to() + 1))
}

fn read_as(path: &Path, here: &Path, text: &str) -> Found {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Found { path: Some(path.to_owned()), shown: shown(path, here), outcome: outcome(definition::read(&name, text)) }
}

fn outcome(read: Result<Loaded, DefinitionError>) -> Outcome {
    match read {
        Ok(loaded) => Outcome::Loaded(Box::new(loaded)),
        Err(error) => Outcome::Skipped { line: error.line, reason: error.reason },
    }
}

fn shown(path: &Path, here: &Path) -> String {
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
