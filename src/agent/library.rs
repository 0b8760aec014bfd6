//! The texts under `prompts/`: built into the binary, each one replaceable by a file of the same name in a folder.

use crate::protocol::AskKind;
use std::path::{Path, PathBuf};

/// The built-in roles, file name and text.
const ROLES: [(&str, &str); 10] = [
    ("supervisor", include_str!("../../prompts/roles/supervisor.md")),
    ("backend", include_str!("../../prompts/roles/backend.md")),
    ("frontend", include_str!("../../prompts/roles/frontend.md")),
    ("security", include_str!("../../prompts/roles/security.md")),
    ("architect", include_str!("../../prompts/roles/architect.md")),
    ("database", include_str!("../../prompts/roles/database.md")),
    ("devops", include_str!("../../prompts/roles/devops.md")),
    ("machine-learning", include_str!("../../prompts/roles/machine-learning.md")),
    ("product-manager", include_str!("../../prompts/roles/product-manager.md")),
    ("tech-lead", include_str!("../../prompts/roles/tech-lead.md")),
];

/// The built-in definitions: name and text.
pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROLES.into_iter()
}

/// Largest prompt file that is read, in bytes.
const MAX_BYTES: u64 = 512 * 1024;

/// A prompt that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A file that cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl LibraryError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            LibraryError::Unreadable { .. } => {
                "check the folder given with --prompts; files in it are UTF-8 text".to_owned()
            }
        }
    }
}

/// The prompts in force.
#[derive(Debug, Clone)]
pub struct Library {
    protocol: String,
    project: String,
    tasks: [String; 6],
}

impl Library {
    /// The built-in prompts, with those found in `folder` (`protocol.md`, `project.md`, `tasks/*.md`) in their place.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn load(folder: Option<&Path>) -> Result<Self, LibraryError> {
        let text = |name: &str, builtin: &str| -> Result<String, LibraryError> {
            Ok(read(folder, name)?.unwrap_or_else(|| builtin.to_owned()))
        };
        Ok(Self {
            protocol: text("protocol.md", include_str!("../../prompts/protocol.md"))?,
            project: text("project.md", include_str!("../../prompts/project.md"))?,
            tasks: [
                text("tasks/framework.md", include_str!("../../prompts/tasks/framework.md"))?,
                text("tasks/position.md", include_str!("../../prompts/tasks/position.md"))?,
                text("tasks/turn.md", include_str!("../../prompts/tasks/turn.md"))?,
                text("tasks/mediation.md", include_str!("../../prompts/tasks/mediation.md"))?,
                text("tasks/premortem.md", include_str!("../../prompts/tasks/premortem.md"))?,
                text("tasks/signature.md", include_str!("../../prompts/tasks/signature.md"))?,
            ],
        })
    }

    /// The protocol for agents: the system message, the same bytes for everybody.
    pub fn protocol(&self) -> &str {
        &self.protocol
    }

    /// What agents are told of the project, where there is one.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The task that goes with a kind of call.
    pub fn task(&self, kind: AskKind) -> &str {
        let [framework, position, turn, mediation, premortem, signature] = &self.tasks;
        match kind {
            AskKind::Framework => framework,
            AskKind::Position => position,
            AskKind::Turn => turn,
            AskKind::Mediation => mediation,
            AskKind::Premortem => premortem,
            AskKind::Signature => signature,
        }
    }
}

fn read(folder: Option<&Path>, name: &str) -> Result<Option<String>, LibraryError> {
    let Some(path) = folder.map(|f| f.join(name)) else { return Ok(None) };
    let unreadable = |source| LibraryError::Unreadable { path: path.clone(), source };
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(found) if found.len() > MAX_BYTES => {
            return Err(unreadable(std::io::Error::other(format!("it is {} bytes: at most {MAX_BYTES}", found.len()))));
        }
        Ok(_) => {}
    }
    std::fs::read_to_string(&path).map(Some).map_err(unreadable)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::agent::definition;

    #[test]
    fn every_built_in_role_is_a_definition_with_a_tag_and_a_heart() {
        for (name, text) in built_in() {
            let loaded = definition::read(&format!("{name}.md"), text).unwrap();
            let role = loaded.definition;
            assert_eq!(role.name, name);
            assert!(!role.heart.is_empty() && !role.description.is_empty(), "{name}");
            assert_eq!(role.tag.is_none(), name == "supervisor", "{name}");
            assert!(loaded.repairs.is_empty() && loaded.warnings.is_empty(), "{name}");
            // What is built in asks for nothing beyond the protocol.
            assert!(role.asks.checklist.is_empty() && role.asks.scopes.is_empty() && role.kinds.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_folder_replaces_what_it_has_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("protocol.md"), "Other rules.").unwrap();
        let library = Library::load(Some(folder.path())).unwrap();
        assert_eq!(library.protocol(), "Other rules.");
        assert!(library.task(AskKind::Signature).contains("not in the room"));
    }
}
