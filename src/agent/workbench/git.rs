//! Which commit is checked out, and where it can be seen: read from git's own files, no program is run.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Largest of git's files that is read, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// What git says of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The commit, in full.
    pub commit: Option<String>,
    /// The address of its pages, without credentials, where its `origin` is at a forge that is known.
    pub forge: Option<String>,
    /// Where the folder lies within its repository, with `/`; empty for the top.
    pub within: String,
}

impl Checkout {
    /// The checkout that `folder` is or lies in; nothing where there is none.
    pub fn of(folder: &Path) -> Option<Self> {
        let top = folder.ancestors().find(|dir| dir.join(".git").exists())?;
        let git = git_dir(&top.join(".git"))?;
        let shared = text(&git.join("commondir"));
        let shared = shared.map_or_else(|| git.clone(), |at| git.join(at.trim()));
        let within = folder.strip_prefix(top).ok()?;
        let within: Vec<_> = within.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(Self {
            commit: head(&git, &shared),
            forge: text(&shared.join("config")).and_then(|config| forge(&origin(&config)?)),
            within: within.join("/"),
        })
    }
}

/// `.git` itself, or where it points in a linked work tree or a submodule.
fn git_dir(at: &Path) -> Option<PathBuf> {
    if at.is_dir() {
        return Some(at.to_owned());
    }
    let pointed = text(at)?;
    let target = pointed.strip_prefix("gitdir:")?.trim();
    Some(at.parent()?.join(target))
}

fn head(git: &Path, shared: &Path) -> Option<String> {
    let mut at = text(&git.join("HEAD"))?.trim().to_owned();
    // A reference may name another.
    for _ in 0..5 {
        let Some(name) = at.strip_prefix("ref:") else { return commit(&at) };
        let name = name.trim().to_owned();
        if !Path::new(&name).components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let loose = text(&git.join(&name)).or_else(|| text(&shared.join(&name)));
        at = loose.or_else(|| packed(shared, &name))?.trim().to_owned();
    }
    None
}

fn packed(shared: &Path, name: &str) -> Option<String> {
    let all = text(&shared.join("packed-refs"))?;
    let mut lines = all.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(_, found)| found.trim() == name).map(|(commit, _)| commit.to_owned())
}

fn commit(text: &str) -> Option<String> {
    let whole = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then(|| text.to_ascii_lowercase())
}

/// The address of the remote called `origin`.
fn origin(config: &str) -> Option<String> {
    let mut ours = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            ours = line.replace(' ', "") == "[remote\"origin\"]";
        } else if let Some((key, value)) = line.split_once('=').filter(|_| ours)
            && key.trim() == "url"
        {
            return Some(value.trim().trim_matches('"').to_owned());
        }
    }
    None
}

/// The pages of a repository at a forge whose addresses are known. Whatever stands before an `@` is dropped.
fn forge(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.to_owned(),
        Some(_) => return None,
        // git@github.com:owner/name.git
        None => url.replacen(':', "/", 1),
    };
    let rest = rest.rsplit_once('@').map_or(rest.as_str(), |(_, behind)| behind);
    let (host, path) = rest.split_once('/')?;
    let host = host.split(':').next()?.to_lowercase();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let known = ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org"].contains(&host.as_str());
    let named = path.contains('/') && path.len() <= 200 && path.chars().all(plain) && !path.contains("..");
    (known && named).then(|| format!("https://{host}/{path}"))
}

fn text(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MAX_FILE).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn the_commit_is_found_wherever_git_keeps_it() {
        let commit_of = |files: &[(&str, &str)], folder: &str| {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), files);
            Checkout::of(&dir.path().join(folder)).map(|c| (c.commit, c.within))
        };
        let found = |within: &str| Some((Some(COMMIT.to_owned()), within.to_owned()));
        let line = format!("{COMMIT}\n");
        let packed = format!("# pack-refs with: peeled\n{COMMIT} refs/heads/main\n^{COMMIT}\n");
        assert_eq!(commit_of(&[(".git/HEAD", &line)], ""), found(""), "detached");
        assert_eq!(
            commit_of(&[(".git/HEAD", "ref: refs/heads/main\n"), (".git/refs/heads/main", &line)], ""),
            found("")
        );
        let below = [(".git/HEAD", "ref: refs/heads/main\n"), (".git/packed-refs", &packed), ("a/b/x", "")];
        assert_eq!(commit_of(&below, "a/b"), found("a/b"), "packed, from below");
        let linked = [
            ("main/.git/packed-refs", packed.as_str()),
            ("main/.git/worktrees/w/HEAD", "ref: refs/heads/main\n"),
            ("main/.git/worktrees/w/commondir", "../..\n"),
            ("w/.git", "gitdir: ../main/.git/worktrees/w\n"),
        ];
        assert_eq!(commit_of(&linked, "w"), found(""), "a linked work tree");
        let none = Some((None, String::new()));
        assert_eq!(commit_of(&[(".git/HEAD", "ref: ../../etc/passwd\n")], ""), none);
        assert_eq!(
            commit_of(&[(".git/HEAD", "ref: refs/a\n"), (".git/refs/a", "ref: refs/a\n")], ""),
            none,
            "a circle"
        );
        assert_eq!(commit_of(&[(".git/HEAD", "ref: refs/heads/new\n")], ""), none, "no commit yet");
    }

    #[test]
    fn a_forge_is_named_without_credentials_or_not_at_all() {
        let of = |url: &str| forge(&origin(&format!("[core]\n\turl = x\n[remote \"origin\"]\n\turl = {url}\n"))?);
        let expected = Some("https://github.com/owner/name".to_owned());
        for url in [
            "https://github.com/owner/name.git",
            "https://user:ghp_secret@github.com/owner/name",
            "git@github.com:owner/name.git",
            "ssh://git@github.com:22/owner/name.git",
        ] {
            assert_eq!(of(url), expected, "{url}");
        }
        for url in
            ["/srv/git/name.git", "https://git.example.com/owner/name", "https://github.com/a/../b", "file:///x/y"]
        {
            assert_eq!(of(url), None, "{url}");
        }
    }
}
