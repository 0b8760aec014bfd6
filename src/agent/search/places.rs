//! The folders in which definitions are looked for, highest first.

use std::path::{Path, PathBuf};

/// Folders of the programs that keep definitions, as they lie in a project.
const IN_A_PROJECT: [&str; 6] =
    [".conclave/agents", ".claude/agents", ".opencode/agents", ".opencode/agent", ".github/agents", ".codex/agents"];
/// The same in the user's home, with the places that some of these programs have only there.
const AT_HOME: [&str; 9] = [
    ".conclave/agents",
    ".claude/agents",
    ".opencode/agents",
    ".opencode/agent",
    ".config/opencode/agents",
    ".config/opencode/agent",
    ".github/agents",
    ".copilot/agents",
    ".codex/agents",
];
/// How far outwards a project is looked for.
const OUTWARDS: usize = 12;

/// A folder to look in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub path: PathBuf,
    /// How its files' paths are shown: relative to this folder where they lie in it.
    pub here: PathBuf,
    /// What it must lie in once links are followed; none where somebody named it, or it is the user's own.
    pub within: Option<PathBuf>,
    /// What is in it.
    pub kind: Kind,
}

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Definitions, of any ending that text has, since somebody named the folder.
    Given,
    /// Definitions of a program.
    Agents,
    /// Prompts, with definitions among them: in `roles`, and where a file has front matter.
    Prompts,
}

impl Place {
    /// A folder that somebody named.
    pub fn given(path: &Path, here: &Path) -> Self {
        Self { path: path.to_owned(), here: here.to_owned(), within: None, kind: Kind::Given }
    }
}

/// The places in their order: the folders given, `prompts/`, the project from `here` outwards, the home.
///
/// Outwards ends with the folder that holds `.git`; where there is none, `here` is all of the project.
pub fn places(given: &[PathBuf], prompts: Option<&Path>, here: &Path, home: Option<&Path>) -> Vec<Place> {
    let mut places: Vec<Place> = given.iter().map(|path| Place::given(path, here)).collect();
    let mut add = |path: PathBuf, within: Option<&Path>, kind| {
        if !places.iter().any(|p| p.path == path) {
            places.push(Place { path, here: here.to_owned(), within: within.map(Path::to_owned), kind });
        }
    };
    if let Some(prompts) = prompts {
        add(prompts.to_owned(), None, Kind::Prompts);
    }
    let project = project(here);
    for folder in &project {
        add(folder.join("prompts"), project.last().copied(), Kind::Prompts);
        for name in IN_A_PROJECT {
            add(folder.join(name), project.last().copied(), Kind::Agents);
        }
    }
    for name in home.map_or(&[][..], |_| &AT_HOME[..]) {
        add(home.unwrap_or(here).join(name), None, Kind::Agents);
    }
    places
}

/// The folders of the project that `here` lies in, nearest first.
fn project(here: &Path) -> Vec<&Path> {
    let outwards: Vec<&Path> = here.ancestors().take(OUTWARDS).collect();
    let root = outwards.iter().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    outwards.into_iter().take(root + 1).collect()
}
