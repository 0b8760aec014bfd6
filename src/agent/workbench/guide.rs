//! What a project tells agents about itself: `AGENTS.md` and `CLAUDE.md` at its top. It is given to all seats as material.

use super::Folder;
use super::project::open;
use crate::protocol::event::ContextFile;
use crate::protocol::secrets::redact;
use std::io::Read;

/// The files, the first choice first.
pub const GUIDES: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];
/// Most bytes of one of them.
const MAX_BYTES: usize = 32 * 1024;

/// The guides that `folder` has, each once where both say the same, with the reason in place of one that is refused; and what
/// was refused, in words.
pub fn guides(folder: &Folder) -> (Vec<ContextFile>, Vec<String>) {
    let (mut found, mut refused): (Vec<ContextFile>, Vec<String>) = (Vec::new(), Vec::new());
    for name in GUIDES {
        if std::fs::symlink_metadata(folder.root().join(name)).is_err() {
            continue;
        }
        match text(folder, name) {
            // Told in its place too, so that the opening has it on record.
            Err(reason) => {
                found.push(ContextFile { name: named(name), text: format!("(Host: it is not given: {reason}.)") });
                refused.push(format!("{name} is not given to the seats: {reason}"));
            }
            Ok(text) if text.trim().is_empty() || found.iter().any(|f| f.text == text) => {}
            Ok(text) => found.push(ContextFile { name: named(name), text }),
        }
    }
    (found, refused)
}

fn named(file: &str) -> String {
    format!("{file} of the project")
}

fn text(folder: &Folder, name: &str) -> Result<String, String> {
    let file = open(&folder.file(name)?)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|_| "it cannot be read".to_owned())?;
    if bytes.contains(&0) {
        return Err("it is no text".to_owned());
    }
    let whole = bytes.len() <= MAX_BYTES;
    bytes.truncate(MAX_BYTES);
    let mut text = redact(&String::from_utf8_lossy(&bytes)).0.into_owned();
    if !whole {
        text.push_str("\n\n[the rest is left out]\n");
    }
    Ok(text)
}
