//! `conclave export`: the consensus document, as a file, on standard output, or as records in a folder.

use super::args::{Common, ExportArgs, Redact};
use super::error::{CommandError, Exit};
use super::lines::note;
use super::places;
use super::stage::{self, export_error, journal_error};
use crate::export::{self, Document};
use crate::journal::{self, COMMUNICATION, JOURNAL, catalog};
use crate::protocol::Session;
use std::borrow::Cow;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Most bytes of a record that are looked at for its session.
const FRONT: u64 = 64 * 1024;

pub(super) fn run(common: &Common, args: &ExportArgs) -> Result<Exit, CommandError> {
    let exporter = match args.format.as_str() {
        export::FOLDER => None,
        name => Some(export::exporter(name).map_err(|e| export_error(&e))?),
    };
    let settings = places::settings(common, None, None)?;
    let folder = catalog::resolve(&places::sessions(&settings)?, args.session.as_deref()).map_err(journal_error)?;
    let folded = journal::fold(&folder).map_err(journal_error)?.map_err(|e| {
        CommandError::fault(format!("the journal in {} does not hold together", folder.display())).because(&e)
    })?;
    if let Some(torn) = &folded.torn {
        note(&format!("The last record is torn ({} bytes) and is left out.", torn.bytes));
    }
    let session = folded.session;
    let document = stage::document(&session, Some(folded.digest));
    let Some(exporter) = exporter else {
        return records(&document, &session, args);
    };
    let bytes = exporter.export(&document, &session).map_err(|e| export_error(&e))?;
    let (bytes, masked) = mask(bytes, args.redact);
    tell(masked);
    match args.output.as_deref() {
        None => print(&bytes),
        Some(path) if path == Path::new("-") => print(&bytes),
        Some(path) => {
            let path = named(path, &document.front.session, exporter.name());
            protect(&path)?;
            let replace = args.force || is_ours(&path, &folder);
            write(&path, &bytes, replace)
        }
    }
}

/// The file to write: in a folder one with the session's name.
fn named(path: &Path, session: &str, format: &str) -> PathBuf {
    let ending = if format == "github" { "comment.md" } else { format };
    if path.is_dir() { path.join(format!("{session}.{ending}")) } else { path.to_owned() }
}

/// Refuses what a session cannot be told without: no flag is meant to go that far.
fn protect(path: &Path) -> Result<(), CommandError> {
    let holds = |name: &str| path.file_name().is_some_and(|n| n == name) && path.with_file_name(JOURNAL).is_file();
    if holds(JOURNAL) || holds(COMMUNICATION) {
        let what = format!("{} belongs to a session, and an export would replace it", path.display());
        return Err(CommandError::usage(what).hint("name another file"));
    }
    Ok(())
}

/// Whether a file is an export of the session in `folder`, of now or of earlier, that nobody changed since: then nothing is
/// lost when it is replaced.
pub(super) fn is_ours(path: &Path, folder: &Path) -> bool {
    let ours = |bytes: Vec<u8>| export::verify::is_export_of(&bytes, folder);
    path.is_file() && export::verify::read(path).is_ok_and(ours)
}

/// `bytes` without what looks like a secret, and how many there were. Every format is UTF-8.
fn mask(bytes: Vec<u8>, redact: Redact) -> (Vec<u8>, usize) {
    match (redact, std::str::from_utf8(&bytes)) {
        (Redact::On, Ok(text)) => {
            let (masked, count) = export::redact(text);
            match masked {
                Cow::Borrowed(_) => (bytes, 0),
                Cow::Owned(masked) => (masked.into_bytes(), count),
            }
        }
        _ => (bytes, 0),
    }
}

fn tell(masked: usize) {
    match masked {
        0 => {}
        1 => note("Masked one text that looks like a secret; --redact=off keeps it."),
        n => note(&format!("Masked {n} texts that look like secrets; --redact=off keeps them.")),
    }
}

/// A record a decision, numbered after those that are in the folder, and an index, if there is none of somebody else's.
fn records(document: &Document, session: &Session, args: &ExportArgs) -> Result<Exit, CommandError> {
    let folder = args.output.as_deref().filter(|path| *path != Path::new("-")).ok_or_else(|| {
        CommandError::usage("the format madr writes a folder of files")
            .hint("name the folder with -o, as in -o docs/decisions")
    })?;
    std::fs::create_dir_all(folder).map_err(|e| no_folder(folder, &e))?;
    let there = Folder::look(folder, &document.front.session)?;
    if let (Some(name), false) = (&there.same, args.force) {
        return Err(CommandError::usage(format!(
            "{} holds this session's decisions already: {name}",
            folder.display()
        ))
        .hint("add them once more under new numbers with --force, or name another folder"));
    }
    let records = export::madr(document, session, there.last + 1).map_err(|e| export_error(&e))?;
    if records.is_empty() {
        return Err(CommandError::usage("the session has no decisions yet, so there is no record to write")
            .hint("its framework sets them: export it once that is there"));
    }
    // An index that was written here grows; what somebody else wrote stays as it is.
    let (index, grows) = match there.index.as_deref() {
        None => (Some(export::index(&records)), false),
        Some(index) => (export::extended(index, &records), true),
    };
    if index.is_none() {
        note("The index that is there was not written here, so the records are not in it.");
    }
    let files = records.into_iter().map(|r| (r.name, r.text, false));
    let files = files.chain(index.map(|text| ("README.md".to_owned(), text, grows)));
    let mut masked = 0;
    for (name, text, replace) in files {
        let (bytes, count) = mask(text.into_bytes(), args.redact);
        masked += count;
        write(&folder.join(name), &bytes, replace)?;
    }
    tell(masked);
    Ok(Exit::Done)
}

/// What a folder of records holds.
struct Folder {
    /// The highest number.
    last: u32,
    /// A record of the session that is exported.
    same: Option<String>,
    /// The index, if there is one; empty where it cannot be read.
    index: Option<String>,
}

impl Folder {
    fn look(folder: &Path, session: &str) -> Result<Self, CommandError> {
        let mut found = Self { last: 0, same: None, index: None };
        let session = export::session_line(session);
        for file in std::fs::read_dir(folder).map_err(|e| no_folder(folder, &e))? {
            let file = file.map_err(|e| no_folder(folder, &e))?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.eq_ignore_ascii_case("README.md") {
                // One of another spelling is somebody else's.
                let ours = (name == "README.md").then(|| std::fs::read_to_string(file.path()).ok()).flatten();
                found.index = Some(ours.unwrap_or_default());
            }
            let Some(number) = numbered(&name) else {
                continue;
            };
            found.last = found.last.max(number);
            let is_file = file.file_type().is_ok_and(|t| t.is_file());
            if is_file && begins(&file.path()).lines().any(|l| l == session) {
                found.same = Some(found.same.filter(|first| *first < name).unwrap_or(name));
            }
        }
        Ok(found)
    }
}

/// The number of a record by its file's name: up to four digits before the first hyphen, where no date begins with them.
fn numbered(name: &str) -> Option<u32> {
    let (digits, rest) = name.split_once('-')?;
    let number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let dated = digits.len() == 4 && rest.split_once('-').is_some_and(|(month, _)| month.len() == 2 && number(month));
    if number(digits) && !dated { digits.parse().ok() } else { None }
}

/// How a file begins, as text; empty if it cannot be read, for then it is none of ours.
fn begins(path: &Path) -> String {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(FRONT).read_to_end(&mut bytes));
    if read.is_err() { String::new() } else { String::from_utf8_lossy(&bytes).into_owned() }
}

fn no_folder(folder: &Path, cause: &std::io::Error) -> CommandError {
    CommandError::fault(format!("the folder {} cannot be used", folder.display()))
        .because(cause)
        .hint("choose a folder you may write to")
}

fn print(bytes: &[u8]) -> Result<Exit, CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // Whoever closed the pipe has read enough.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CommandError::fault("the document could not be written to standard output").because(&e))
        }
        _ => Ok(Exit::Done),
    }
}

fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<Exit, CommandError> {
    if let Some(above) = path.parent() {
        std::fs::create_dir_all(above)
            .map_err(|e| CommandError::fault(format!("the folder {} cannot be made", above.display())).because(&e))?;
    }
    put(path, bytes, replace).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => CommandError::usage(format!(
            "{} is there already, and is no unchanged export of this session",
            path.display()
        ))
        .hint("replace it with --force, or name another file"),
        _ => CommandError::fault(format!("{} cannot be written", path.display()))
            .because(&e)
            .hint("choose a folder you may write to"),
    })?;
    note(&format!("Wrote {}", path.display()));
    Ok(Exit::Done)
}

/// Writes a file whole or not at all, with the permissions that other files get. A file that is there, or comes there in the
/// meantime, stays unless it may be replaced.
pub(super) fn put(path: &Path, bytes: &[u8], replace: bool) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the user's mask takes away, as with every new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let (true, Ok(there)) = (replace, std::fs::metadata(path)) {
        file.as_file().set_permissions(there.permissions())?;
    }
    file.as_file().sync_all()?;
    let put = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    put.map(|_| ()).map_err(|e| e.error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_tells_its_last_number_and_whose_records_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let look = |session: &str| Folder::look(folder.path(), session).unwrap();
        assert_eq!((look("s").last, look("s").same, look("s").index), (0, None, None));
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        put("0007-old.md", "---\nstatus: accepted\nsession: \"s\"\n---\n");
        put("0002-older.md", "# Older\n");
        put("12345-other.md", "session: \"t\"\n");
        put("readme.md", "# Ours\n");
        put("2026-11-30-minutes.md", "# Minutes\n");
        std::fs::create_dir(folder.path().join("040-folder")).unwrap();
        let there = look("s");
        assert_eq!((there.last, there.same.as_deref(), there.index.as_deref()), (40, Some("0007-old.md"), Some("")));
        assert_eq!(look("t").same, None);
    }

    #[test]
    fn secrets_are_masked_unless_they_are_to_stay() {
        let leak = || format!("{}-{}", "sk", "a1".repeat(12)).into_bytes();
        assert_eq!(mask(leak(), Redact::On), (b"[redacted]".to_vec(), 1));
        assert_eq!(mask(leak(), Redact::Off), (leak(), 0));
        assert_eq!(mask(vec![0xff], Redact::On), (vec![0xff], 0));
    }
}
