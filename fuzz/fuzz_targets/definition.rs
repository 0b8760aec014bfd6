//! The loader of agent definitions, which reads what strangers wrote: nothing may bring it down, and what it says must hold.
#![no_main]

use conclave::agent::definition::{Loaded, MAX_BYTES, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for file in ["a.md", "b.agent.md", "c.toml"] {
        match read(file, text) {
            Ok(loaded) => holds(&loaded, text),
            Err(error) => assert!(error.line >= 1 && !error.reason.is_empty()),
        }
    }
});

/// A definition has a body and a name on one line; its lists are bounded; every note is about a line of the file.
fn holds(loaded: &Loaded, text: &str) {
    let definition = &loaded.definition;
    assert!(text.len() <= MAX_BYTES && !definition.body.trim().is_empty());
    assert!(definition.name.chars().count() <= 80 && !definition.name.contains(['\n', '\r']));
    let asks = &definition.asks;
    assert!(asks.checklist.len() <= 12 && asks.scopes.len() <= 40 && asks.mentions.len() <= 40);
    assert!(definition.includes.iter().all(|i| !i.starts_with('/') && !i.split('/').any(|part| part == "..")));
    let lines = text.split(['\n', '\r']).count() + 1;
    for note in loaded.repairs.iter().chain(&loaded.warnings) {
        assert!((1..=lines).contains(&note.line), "{note}");
    }
}
