//! `@resources/x.md`: a file that a definition wants read with it, from its own folder and nowhere else.
//!
//! A definition may come with a repository that somebody just cloned. Whatever path it names, and wherever links lead, no
//! byte from outside its folder reaches a model: a path that leaves is refused before the disk is touched, and what the
//! disk then resolves to is checked again. What looks like a secret by its name is not read either, since the folder may be
//! one in which somebody merely saved a definition, and what looks like one in a text is masked.

use super::model::Note;
use super::text::one_line;
use crate::agent::workbench::secret_name;
use crate::protocol::secrets::redact;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// Most files of one definition.
pub const MAX_INCLUDES: usize = 20;
/// Most bytes of all of them together.
pub const MAX_INCLUDED: usize = 64 * 1024;

/// How a warning begins that an include was refused for its very form.
pub const REFUSED: &str = "the include @";

/// What became of an include.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Included {
    /// Its text.
    Text(String),
    /// There is no such file.
    Missing,
    /// It may not, or cannot, be read.
    Refused(String),
}

/// The includes of a body in order, and a note on each that leads outside, or to a secret, by its very form.
pub(super) fn named(body: &str) -> (Vec<String>, Vec<Note>) {
    let mut includes: Vec<String> = Vec::new();
    let mut refused = Vec::new();
    for (number, line) in (1..).zip(body.lines()).filter(|(_, line)| line.contains('@')) {
        for path in in_line(line) {
            let allowed = inside(path).map_err(str::to_owned);
            if let Err(why) = allowed.and_then(|()| secret_name(path).map_or(Ok(()), Err)) {
                refused.push(Note::new(number, format!("{REFUSED}{} is refused: {why}", one_line(path, 120))));
            } else if !includes.iter().any(|i| i == path) && includes.len() < MAX_INCLUDES {
                includes.push(path.to_owned());
            }
        }
    }
    (includes, refused)
}

/// Words that begin with `@` and end in the name of a text file, or would lead to what nobody may include.
fn in_line(line: &str) -> impl Iterator<Item = &str> {
    let words =
        line.split(|c: char| c.is_whitespace() || matches!(c, '`' | '(' | ')' | '[' | ']' | '"' | ',' | '<' | '>'));
    words.filter_map(|w| w.strip_prefix('@')).map(|w| w.trim_end_matches(['.', ';', ':', '*'])).filter(|w| {
        let lower = w.to_ascii_lowercase();
        let text = [".md", ".markdown", ".txt", ".yaml", ".yml", ".json", ".toml"].iter().any(|e| lower.ends_with(e));
        // A tool name like @scope/package has no such ending; a file beside the definition needs no folder.
        (text || is_refused_anyway(w)) && w.len() <= 300
    })
}

/// Where the files of a machine lie. `@/lib/utils` is how some languages call a module of their own.
const OF_THE_MACHINE: [&str; 16] = [
    "/etc/",
    "/home/",
    "/root/",
    "/proc/",
    "/sys/",
    "/dev/",
    "/var/",
    "/usr/",
    "/opt/",
    "/srv/",
    "/tmp/",
    "/mnt/",
    "/run/",
    "/boot/",
    "/Users/",
    "/private/",
];

/// Whether a path without the ending of a text is one all the same, and none to be read: it leaves the folder, or looks like a
/// secret. `@secrets` alone may be anybody's name.
fn is_refused_anyway(path: &str) -> bool {
    let leaves = path.starts_with("~/") || path.starts_with("../") || path.contains("/../");
    let secret = (path.starts_with('.') || path.contains(['/', '_'])) && secret_name(path).is_some();
    leaves || secret || OF_THE_MACHINE.iter().any(|root| path.starts_with(root))
}

/// Whether a path stays within the folder it starts in, by its form alone.
fn inside(path: &str) -> Result<(), &'static str> {
    if path.starts_with('~') || path.contains('\\') || path.contains(':') {
        return Err("it is no path within the definition's folder");
    }
    for part in Path::new(path).components() {
        match part {
            Component::Normal(_) | Component::CurDir => {}
            Component::ParentDir => return Err("'..' leads out of the definition's folder"),
            Component::RootDir | Component::Prefix(_) => return Err("it is an absolute path"),
        }
    }
    Ok(())
}

/// Reads an include of a definition that lies in `folder`, at most `left` bytes of it.
pub fn read(folder: &Path, path: &str, left: usize) -> Included {
    if let Err(why) = inside(path) {
        return Included::Refused(why.to_owned());
    }
    let Ok(root) = folder.canonicalize() else { return Included::Missing };
    let full: PathBuf = match root.join(path).canonicalize() {
        Ok(full) => full,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Included::Missing,
        Err(error) => return Included::Refused(error.to_string()),
    };
    let Ok(within) = full.strip_prefix(&root) else {
        return Included::Refused("a link leads out of the definition's folder".to_owned());
    };
    if let Some(why) = secret_name(path).or_else(|| secret_name(&within.to_string_lossy())) {
        return Included::Refused(why);
    }
    match std::fs::metadata(&full) {
        Ok(about) if !about.is_file() => return Included::Refused("it is no plain file".to_owned()),
        Ok(about) if about.len() > left as u64 => {
            return Included::Refused(format!("it is {} bytes long, and {left} are left for includes", about.len()));
        }
        Ok(_) => {}
        Err(error) => return Included::Refused(error.to_string()),
    }
    let mut bytes = Vec::new();
    let limit = left as u64 + 1;
    match std::fs::File::open(&full).and_then(|f| f.take(limit).read_to_end(&mut bytes)) {
        Ok(_) => String::from_utf8(bytes).map_or_else(
            |_| Included::Refused("it is no UTF-8 text".to_owned()),
            |text| Included::Text(redact(&text).0.into_owned()),
        ),
        Err(error) => Included::Refused(error.to_string()),
    }
}
