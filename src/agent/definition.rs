//! An agent definition: Markdown with YAML front matter, as ours and other tools write them.

use crate::protocol::id::SeatTag;
use serde::Deserialize;

/// Longest definition, in bytes. Real ones stay below 30 kB.
pub const MAX_BYTES: usize = 256 * 1024;

/// What a definition says of the seat it describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name, or its file's.
    pub name: String,
    /// What the seat looks after, in a line.
    pub description: String,
    /// The tag it asks for.
    pub tag: Option<SeatTag>,
    /// The heart of its checklist, repeated at the end of each prompt; may be empty.
    pub heart: String,
    /// The text below the front matter.
    pub body: String,
}

/// A text that is no definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Too long to be given to a model.
    #[error("{name} is {bytes} bytes long: at most {MAX_BYTES}")]
    TooLong {
        /// The file.
        name: String,
        /// Its size.
        bytes: usize,
    },
    /// The front matter is not YAML, or a field has a wrong type.
    #[error("the front matter of {name} cannot be read: {reason}")]
    FrontMatter {
        /// The file.
        name: String,
        /// Why.
        reason: String,
    },
    /// Nothing below the front matter.
    #[error("{name} says nothing: there is no text below its front matter")]
    Empty {
        /// The file.
        name: String,
    },
}

#[derive(Deserialize, Default)]
struct FrontMatter {
    name: Option<String>,
    description: Option<String>,
    tag: Option<String>,
    heart: Option<String>,
}

impl Definition {
    /// Reads a definition from the text of the file `name`.
    ///
    /// # Errors
    /// When it is too long, empty, or its front matter cannot be read.
    pub fn parse(name: &str, text: &str) -> Result<Self, DefinitionError> {
        if text.len() > MAX_BYTES {
            return Err(DefinitionError::TooLong { name: name.to_owned(), bytes: text.len() });
        }
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (front, body) = split(&text);
        let bad = |reason: String| DefinitionError::FrontMatter { name: name.to_owned(), reason };
        let front: FrontMatter = match front {
            Some(yaml) => serde_saphyr::from_str(yaml).map_err(|e| bad(e.to_string()))?,
            None => FrontMatter::default(),
        };
        let tag = front.tag.as_deref().map(str::parse).transpose().map_err(|e| bad(format!("{e}")))?;
        if body.trim().is_empty() {
            return Err(DefinitionError::Empty { name: name.to_owned() });
        }
        Ok(Self {
            name: front.name.unwrap_or_else(|| name.to_owned()),
            description: front.description.unwrap_or_default().trim().to_owned(),
            tag,
            heart: front.heart.unwrap_or_default().trim().to_owned(),
            body: body.trim().to_owned(),
        })
    }
}

/// Front matter between two `---` lines at the very start, and what follows.
fn split(text: &str) -> (Option<&str>, &str) {
    let Some(rest) = text.strip_prefix("---\n") else { return (None, text) };
    let end = rest
        .find("\n---\n")
        .map(|at| (at, at + 5))
        .or_else(|| rest.strip_suffix("\n---").map(|r| (r.len(), rest.len())));
    match end {
        Some((end, body)) => (rest.get(..end), rest.get(body..).unwrap_or_default()),
        None => (None, text),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_and_body_are_told_apart() {
        let text = "---\nname: backend\ndescription: what runs\ntag: BACKEND\nheart: >-\n  one\n  two\n---\n\n# Body\n\n---\n\nmore\n";
        let definition = Definition::parse("file", text).unwrap();
        assert_eq!(definition.name, "backend");
        assert_eq!(definition.heart, "one two");
        assert!(definition.body.ends_with("more"));
        let plain = Definition::parse("file", "Just a body.").unwrap();
        assert_eq!((plain.name.as_str(), plain.tag), ("file", None));
    }

    #[test]
    fn what_is_no_definition_is_refused_with_the_reason() {
        let named = |text: &str| Definition::parse("x.md", text).unwrap_err().to_string();
        assert!(named("---\nname: a\n---\n").contains("says nothing"));
        assert!(named("---\nname: [a\n---\nbody").contains("cannot be read"));
        assert!(named("---\ntag: lower\n---\nbody").contains("no seat tag"));
        assert!(named(&"x".repeat(MAX_BYTES + 1)).contains("at most"));
    }
}
