//! `glob`: the files whose paths match a pattern.

use super::project::Folder;
use super::{Bell, Raw, line};
use globset::{GlobBuilder, GlobMatcher};

/// Most paths that are listed.
const MAX_PATHS: usize = 200;
/// Most files that are looked at.
pub(super) const MAX_FILES: usize = 50_000;
/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 256;

/// The files that match `pattern`, in order.
pub(super) fn glob(folder: &Folder, pattern: &str, most: usize, bell: &Bell) -> Result<Raw, String> {
    let matcher = matcher(pattern)?;
    let mut out = Raw { text: String::new(), spots: Vec::new(), left_out: String::new() };
    let (mut seen, mut found) = (0, 0);
    folder.walk(folder.root(), |shown| {
        seen += 1;
        if seen > MAX_FILES || bell.rang() {
            out.left_out = if bell.rang() { "files after the time was over".to_owned() } else { too_many() };
            return false;
        }
        if !matcher.is_match(&shown.path) {
            return true;
        }
        let path = line(&shown.path);
        if found == MAX_PATHS || out.text.len() + path.len() + 1 > most {
            out.left_out = format!("files after the first {found}: ask for fewer");
            return false;
        }
        found += 1;
        out.text.push_str(&path);
        out.text.push('\n');
        true
    });
    Ok(out)
}

pub(super) fn too_many() -> String {
    format!("files after the first {MAX_FILES} of the project")
}

/// A pattern of paths: `*` stays within a folder, `**` does not. One without `/` matches names anywhere.
pub(super) fn matcher(pattern: &str) -> Result<GlobMatcher, String> {
    let pattern = pattern.trim().trim_start_matches("./");
    if pattern.is_empty() || pattern.len() > MAX_PATTERN {
        return Err(format!("a pattern of paths has 1 to {MAX_PATTERN} bytes"));
    }
    if pattern.starts_with(['/', '~']) || pattern.split('/').any(|part| part == "..") {
        return Err(format!("{pattern} leads out of the project: give it from the top of the project"));
    }
    let anywhere = if pattern.contains('/') { pattern.to_owned() } else { format!("**/{pattern}") };
    let built = GlobBuilder::new(&anywhere).literal_separator(true).backslash_escape(true).build();
    built.map(|glob| glob.compile_matcher()).map_err(|e| format!("the pattern cannot be read: {}", e.kind()))
}
