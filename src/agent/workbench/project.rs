//! The folder, and the one way into it.
//!
//! A path of a model's is a wish. It becomes a file by [`Folder::file`] alone: relative, without `..`, to a plain file that lies
//! in the folder after every link is resolved, that git does not ignore, and whose name is no secret's, neither as asked nor as
//! it is. Walks go the same way: they follow no link.

use super::names;
use ignore::{DirEntry, WalkBuilder};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

/// Deepest folder that is entered.
const MAX_DEPTH: usize = 64;
/// Longest path that is read, in bytes.
const MAX_PATH: usize = 1024;

/// A folder that cannot be a project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// It is not there, or cannot be entered.
    #[error("the project folder {} cannot be opened", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a file.
    #[error("the project {} is no folder", path.display())]
    NoFolder {
        /// Which.
        path: PathBuf,
    },
    /// It is the whole disk.
    #[error("the project {} is the top of the file system", path.display())]
    Root {
        /// Which.
        path: PathBuf,
    },
}

impl ProjectError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        "--project takes the folder of the code that is debated, such as --project .".to_owned()
    }
}

/// A project's folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Folders within it that are not shown.
    hidden: Vec<PathBuf>,
}

/// A file that may be shown.
pub(super) struct Shown {
    /// Its path from the top of the project, with `/`.
    pub path: String,
    /// Where it is, links resolved.
    pub at: PathBuf,
}

impl Folder {
    /// Opens the folder at `path`. What lies in `hidden` is not shown: where sessions are kept.
    ///
    /// # Errors
    /// [`ProjectError`], where it is no folder that can be entered.
    pub fn open(path: &Path, hidden: &[PathBuf]) -> Result<Self, ProjectError> {
        let unreadable = |source| ProjectError::Unreadable { path: path.to_owned(), source };
        let root = path.canonicalize().map_err(unreadable)?;
        if !root.is_dir() {
            return Err(ProjectError::NoFolder { path: path.to_owned() });
        }
        if root.parent().is_none() {
            return Err(ProjectError::Root { path: path.to_owned() });
        }
        fs::read_dir(&root).map_err(unreadable)?;
        let hidden =
            hidden.iter().filter_map(|path| real(path)).filter(|h| *h != root && h.starts_with(&root)).collect();
        Ok(Self { root, hidden })
    }

    /// Where it is, links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The last part of its path.
    pub fn name(&self) -> String {
        let name = self.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.chars().filter(|c| !c.is_control()).take(120).collect()
    }

    /// The file at `path`, or why it is not shown.
    pub(super) fn file(&self, path: &str) -> Result<Shown, String> {
        let shown = self.place(path)?;
        let about = fs::symlink_metadata(&shown.at).map_err(|_| missing(path))?;
        if about.is_dir() {
            return Err(format!("{} is a folder: list it with glob, such as {}/**", shown.path, shown.path));
        }
        if !about.is_file() {
            return Err(format!("{} is no plain file", shown.path));
        }
        Ok(shown)
    }

    /// The file or folder at `path`, or why it is not shown. An empty path is the project itself.
    pub(super) fn place(&self, path: &str) -> Result<Shown, String> {
        let asked = tidy(path)?;
        if let Some(reason) = names::secret(&asked) {
            return Err(reason);
        }
        let at = self.root.join(&asked).canonicalize().map_err(|_| missing(path))?;
        let Ok(within) = at.strip_prefix(&self.root) else {
            return Err(format!("{asked} leads out of the project"));
        };
        let within = slashed(within);
        if let Some(reason) = names::secret(&within) {
            return Err(reason);
        }
        if self.is_hidden(&at) {
            return Err(format!("{within} is where debates are kept: nobody reads what others have not revealed"));
        }
        if !within.is_empty() && !self.is_walked(&at) {
            return Err(format!("{within} is ignored by git, so it is no part of the project"));
        }
        Ok(Shown { path: within, at })
    }

    /// Every file below `from` that may be shown, in the order of their names; ends with the first that `each` refuses.
    pub(super) fn walk(&self, from: &Path, mut each: impl FnMut(Shown) -> bool) {
        let walk = self.walker(from).sort_by_file_name(Ord::cmp).build();
        for entry in walk.flatten() {
            let Some(shown) = self.walked(&entry) else { continue };
            if !each(shown) {
                return;
            }
        }
    }

    fn walked(&self, entry: &DirEntry) -> Option<Shown> {
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let path = slashed(entry.path().strip_prefix(&self.root).ok()?);
        let shown = is_file && names::secret(&path).is_none();
        shown.then(|| Shown { path, at: entry.path().to_owned() })
    }

    fn walker(&self, from: &Path) -> WalkBuilder {
        let mut builder = WalkBuilder::new(from);
        let (root, hidden) = (self.root.clone(), self.hidden.clone());
        builder
            .hidden(false)
            .require_git(false)
            .follow_links(false)
            .max_depth(Some(MAX_DEPTH))
            .filter_entry(move |entry| shows(&root, &hidden, entry));
        builder
    }

    fn is_hidden(&self, at: &Path) -> bool {
        self.hidden.iter().any(|hidden| at.starts_with(hidden))
    }

    /// Whether a walk from the top comes by `at`: what is ignored is known by that, in the very way in which walks know it.
    fn is_walked(&self, at: &Path) -> bool {
        let mut builder = self.walker(&self.root);
        let wanted = at.to_owned();
        let (root, hidden) = (self.root.clone(), self.hidden.clone());
        builder.filter_entry(move |entry| wanted.starts_with(entry.path()) && shows(&root, &hidden, entry));
        builder.build().flatten().any(|entry| entry.path() == at)
    }
}

fn shows(root: &Path, hidden: &[PathBuf], entry: &DirEntry) -> bool {
    let path = entry.path();
    let within = path.strip_prefix(root).map(slashed).unwrap_or_default();
    names::secret(&within).is_none() && !hidden.iter().any(|h| path.starts_with(h))
}

/// Opens a file of the project for reading. It is the plain file that was looked at: a link in its place, or a pipe, is refused.
pub(super) fn open(shown: &Shown) -> Result<File, String> {
    let failed = |_| format!("{} cannot be opened", shown.path);
    // Neither follows a link that was put there meanwhile, nor waits for the other end of a pipe.
    let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits();
    let flags = i32::try_from(flags).map_err(|_| format!("{} cannot be opened", shown.path))?;
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(&shown.at).map_err(failed)?;
    let still = shown.at.canonicalize().is_ok_and(|at| at == shown.at);
    let plain = file.metadata().is_ok_and(|about| about.is_file());
    if still && plain { Ok(file) } else { Err(format!("{} is no plain file", shown.path)) }
}

/// A path as it was asked for, without needless parts; refused where it could lead anywhere else.
fn tidy(path: &str) -> Result<String, String> {
    let path = path.trim().replace('\\', "/");
    if path.len() > MAX_PATH || path.contains('\0') {
        return Err("such a path cannot be".to_owned());
    }
    if path.starts_with('/') || path.starts_with('~') {
        return Err(format!("{path} is no path within the project: give it from the top of the project"));
    }
    let mut parts: Vec<String> = Vec::new();
    for part in Path::new(&path).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::CurDir => {}
            Component::ParentDir => return Err(format!("{path} leads out of where it starts: `..` is refused")),
            Component::RootDir | Component::Prefix(_) => return Err(format!("{path} is no path within the project")),
        }
    }
    Ok(parts.join("/"))
}

fn missing(path: &str) -> String {
    format!("there is no {} in the project", path.trim())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Where a path leads, links resolved; of one that is not there yet, as far as there is something.
fn real(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors().find_map(|there| Some(there.canonicalize().ok()?.join(path.strip_prefix(there).ok()?)))
}
