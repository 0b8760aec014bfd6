//! Rosters: who sits down together, under a name, in a settings file.
//!
//! ```toml
//! [roster.payments]
//! seats = ["backend", "APPSEC=.claude/agents/security-reviewer.md", "product-manager"]
//! supervisor = "tech-lead"
//! ```

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::error::ConfigError;
use super::file::LIMIT;
use super::value::{BadValue, parse_model};

/// Who sits down, and who leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// Names or files, each with a tag before it or not: `backend`, `APPSEC=agents/security.md`.
    pub seats: Vec<String>,
    /// Name or file of the supervisor, where it is not the built-in one.
    pub supervisor: Option<String>,
}

/// The name of a roster: letters, digits, `-` and `_`.
pub fn parse_roster_name(text: &str) -> Result<String, BadValue> {
    let text = text.trim();
    let shaped = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if text.is_empty() || text.len() > 60 || !shaped {
        return Err(BadValue::new("a roster's name such as payments: letters, digits, - and _"));
    }
    Ok(text.to_owned())
}

/// Writes a roster into the settings file at `path`, which is made if it is not there. Everything else in it stays as it is,
/// comments included; the file is there whole or not at all. Says whether a roster of that name was replaced.
///
/// # Errors
/// When the file cannot be read or written, is too large, or is no TOML.
pub fn save_roster(path: &Path, name: &str, roster: &Roster) -> Result<bool, ConfigError> {
    let text = text_at(path)?;
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| ConfigError::Syntax {
        path: path.to_owned(),
        line: line_of(&text, error.span().map_or(0, |span| span.start)),
        message: error.message().replace('\n', ", "),
    })?;
    let replaced = put(&mut document, path, name, roster)?;
    write(path, document.to_string().as_bytes())
        .map_err(|source| ConfigError::Write { path: path.to_owned(), source })?;
    Ok(replaced)
}

fn put(document: &mut DocumentMut, path: &Path, name: &str, roster: &Roster) -> Result<bool, ConfigError> {
    let wrong = |key: String| ConfigError::Value {
        path: path.to_owned(),
        line: 1,
        key,
        expected: "a table, with its name in brackets on a line of its own",
        found: "something else".to_owned(),
    };
    let rosters = document.entry("roster").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let rosters = rosters.as_table_like_mut().ok_or_else(|| wrong("roster".to_owned()))?;
    let replaced = rosters.contains_key(name);
    if !replaced {
        rosters.insert(name, Item::Table(Table::new()));
    }
    let found = rosters.get_mut(name).and_then(Item::as_table_like_mut);
    let table = found.ok_or_else(|| wrong(format!("roster.{name}")))?;
    table.insert("seats", value(roster.seats.iter().collect::<Array>()));
    match &roster.supervisor {
        Some(supervisor) => drop(table.insert("supervisor", value(supervisor))),
        None => drop(table.remove("supervisor")),
    }
    Ok(replaced)
}

fn text_at(path: &Path) -> Result<String, ConfigError> {
    let failed = |source| ConfigError::Read { path: path.to_owned(), source };
    let mut text = String::new();
    match File::open(path) {
        Ok(file) => file.take(LIMIT + 1).read_to_string(&mut text).map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(text),
        Err(error) => return Err(failed(error)),
    };
    if text.len() as u64 > LIMIT {
        return Err(ConfigError::TooLarge { path: path.to_owned(), limit: LIMIT });
    }
    Ok(text)
}

/// Puts the bytes in place of the file: a reader sees the old one or the new one. Who may read it stays as it was.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Through a link to the file it leads to, so that a settings file kept elsewhere stays there.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match std::fs::metadata(&path) {
        Ok(about) => file.as_file().set_permissions(about.permissions())?,
        Err(_) => readable(file.as_file())?,
    }
    file.persist(&path).map(|_| ()).map_err(|e| e.error)
}

/// A new settings file has the permissions that other files get.
#[cfg(unix)]
fn readable(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> std::io::Result<()> {
    Ok(())
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() + 1
}

/// A name or a file in a roster, with or without a tag: one line, as [`parse_model`] wants it.
pub(super) fn parse_seat(text: &str) -> Result<String, BadValue> {
    parse_model(text)
        .map_err(|_| BadValue::new("a name or a file, such as \"backend\" or \"APPSEC=agents/security.md\""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn roster(seats: &[&str], supervisor: Option<&str>) -> Roster {
        let seats = seats.iter().map(|s| (*s).to_owned()).collect();
        Roster { seats, supervisor: supervisor.map(str::to_owned) }
    }

    #[test]
    fn a_roster_is_written_and_the_rest_stays_to_the_letter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conclave.toml");
        let before = "# mine\nmodel = \"gpt-5\"   # the good one\n\n[limits]\nmax_waves = 9\n\n[roster.old]\nseats = [\"a\", \"b\"]\n";
        std::fs::write(&path, before).unwrap();
        assert!(!save_roster(&path, "new", &roster(&["backend", "X=agents/x.md"], Some("tech-lead"))).unwrap());
        let after = std::fs::read_to_string(&path).unwrap();
        assert!(after.starts_with(before), "{after}");
        assert!(
            after.contains("[roster.new]\nseats = [\"backend\", \"X=agents/x.md\"]\nsupervisor = \"tech-lead\"\n"),
            "{after}"
        );
        assert!(save_roster(&path, "new", &roster(&["a", "b"], None)).unwrap());
        let again = std::fs::read_to_string(&path).unwrap();
        assert!(
            again.starts_with(before) && !again.contains("tech-lead") && again.matches("[roster.new]").count() == 1
        );
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_is_made_where_there_is_none_and_a_broken_one_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conclave.toml");
        assert!(!save_roster(&path, "r", &roster(&["a", "b"], None)).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[roster.r]\nseats = [\"a\", \"b\"]\n");
        std::fs::write(&path, "model = \n").unwrap();
        assert!(matches!(
            save_roster(&path, "r", &roster(&["a", "b"], None)),
            Err(ConfigError::Syntax { line: 1, .. })
        ));
        std::fs::write(&path, "roster = 3\n").unwrap();
        assert!(save_roster(&path, "r", &roster(&["a", "b"], None)).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "roster = 3\n");
    }
}
