//! Topic and context: somebody's text, checked for size and form before anything begins.

use super::error::CommandError;
use crate::protocol::event::ContextFile;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest topic, in bytes.
const MAX_TOPIC: usize = 32 * 1024;
/// Longest context, all files together, in bytes: some 60,000 tokens, which every call carries.
const MAX_CONTEXT: usize = 256 * 1024;

/// The topic from the command line or a file.
pub(super) fn topic(text: Option<&str>, file: Option<&Path>) -> Result<String, CommandError> {
    let topic = match (text, file) {
        (Some(text), _) => text.to_owned(),
        (None, Some(file)) => read(file, MAX_TOPIC + 1, "topic")?,
        (None, None) => String::new(),
    };
    let topic = topic.trim().to_owned();
    if topic.is_empty() {
        return Err(CommandError::usage("the topic is empty")
            .hint("ask a question: conclave debate \"How should sign-in work for our product?\""));
    }
    if topic.len() > MAX_TOPIC {
        let hint = "put the question into the topic and the material into files given with --context";
        return Err(CommandError::usage(format!("the topic is longer than {MAX_TOPIC} bytes")).hint(hint));
    }
    Ok(topic)
}

/// The context files, each with the name it was given by.
pub(super) fn context(files: &[PathBuf]) -> Result<Vec<ContextFile>, CommandError> {
    let mut all = Vec::new();
    let mut left = MAX_CONTEXT;
    for file in files {
        let text = read(file, left + 1, "context file")?;
        left = left.checked_sub(text.len()).ok_or_else(|| {
            CommandError::usage(format!(
                "the context files are longer than {MAX_CONTEXT} bytes together, with {}",
                file.display()
            ))
            .hint("every call carries them: give the parts that bear on the question")
        })?;
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_else(|| "context".to_owned());
        all.push(ContextFile { name: name.chars().filter(|c| !c.is_control()).take(120).collect(), text });
    }
    Ok(all)
}

fn read(path: &Path, limit: usize, what: &str) -> Result<String, CommandError> {
    let unreadable = |e: &dyn std::error::Error| {
        CommandError::usage(format!("the {what} {} cannot be read", path.display()))
            .because(e)
            .hint("check the path and its permissions; it must be UTF-8 text")
    };
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    if path == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
    } else {
        let file = std::fs::File::open(path).map_err(|e| unreadable(&e))?;
        file.take(limit).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
    }
    // A limit may fall within a character; the length check that follows tells that the file is too long.
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if error.as_bytes().len() as u64 == limit => {
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
        Err(error) => Err(unreadable(&error.utf8_error())),
    }
}
