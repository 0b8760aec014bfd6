//! Agent definitions: files that say who somebody at the table is, in whichever dialect they were written.
//!
//! People have folders of such files for other programs, and those files must sit down here unchanged. They agree on
//! little: Markdown with YAML front matter, or TOML; a name or none; tools as a list, a line or a table; and a good part of
//! them is no YAML that any parser accepts. So a file is read strictly first, and only where that fails a second time
//! with patience, which is then said of it ([`Loaded::repairs`]). What cannot be read is refused with reason and line.
//! Nothing here is interpreted: a definition is text for a model, and its fields are facts about that text.
//!
//! - [`model`]: [`Definition`] and what it is made of;
//! - `front`: where the front matter ends and the body begins, and the order of readings;
//! - `yaml`: the strict reading, with every scalar kept as it is written;
//! - `lenient`: the second reading;
//! - `codex`: definitions in TOML;
//! - `fields`: front matter becomes a definition;
//! - `naming`: names and tags where a file gives none;
//! - [`asks`]: what a body expects of the program that runs it;
//! - `mentions`: whom it names;
//! - [`includes`]: `@resources/x.md`, from the definition's own folder only.

pub mod asks;
mod codex;
mod fields;
mod front;
pub mod includes;
mod lenient;
mod mentions;
pub mod model;
pub mod naming;
#[cfg(test)]
mod tests;
mod text;
mod yaml;

pub use asks::{Asks, Expectation};
pub use front::read;
pub use model::{Definition, DefinitionError, Dialect, Field, Loaded, MAX_BYTES, Note, Value};
pub(crate) use text::words as model_words;
