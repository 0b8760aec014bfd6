//! The table as a page of the manual.

use super::{DEEDS, Keymap, Scope};
use crate::tui::browser;

/// What works while something is written; these keys cannot be changed.
const FORMS: &str = "
## In a form, and while something is written

| key | does |
| --- | --- |
| `Ctrl+S` | Hand in the whole form, or send what is written |
| `Tab` `Shift+Tab` | Next field, field before; before the first field is the text that is to be read |
| `PgDn` `PgUp` | Next task of the form, task before |
| `Left` `Right` | Choose among options |
| `Space` | Tick an option |
| `Ctrl+Down` `Ctrl+Up` | Read on, read back; with Alt too, and with the mouse wheel |
| `Ctrl+T` | What a question of the person in the room is about |
| `Esc` | Close; what is written is kept |
";

/// `docs/keys.md`, and what `conclave keys` prints.
pub fn page(map: &Keymap) -> String {
    let mut out = String::from(
        "# Keys\n\nThe same table makes the screen's dispatch, its bottom line, its help (`?`) and its palette (`:`).\n",
    );
    let parts = [
        (Scope::Always, "Everywhere"),
        (Scope::Live, "At the live edge of a running debate"),
        (Scope::Replay, "In a replay, or in the past of a running debate"),
    ];
    for (scope, title) in parts {
        out.push_str(&format!("\n## {title}\n\n| key | does | name |\n| --- | --- | --- |\n"));
        for deed in DEEDS.iter().filter(|d| d.scope == scope) {
            let keys: Vec<String> = map.keys_of(deed.action).iter().map(|k| format!("`{k}`")).collect();
            out.push_str(&format!("| {} | {} | `{}` |\n", keys.join(" "), deed.help, deed.name));
        }
    }
    out.push_str(FORMS);
    out.push_str("\n## In the list of sessions\n\n`conclave replay` without a session opens it. These keys cannot be changed.\n\n| key | does |\n| --- | --- |\n");
    for deed in browser::keys::DEEDS {
        let keys: Vec<String> = deed.keys.iter().map(|k| format!("`{k}`")).collect();
        out.push_str(&format!("| {} | {} |\n", keys.join(" "), deed.help));
    }
    out.push_str(
        "\nGive an action other keys in `conclave.toml`, by its name:\n\n```toml\n[keys]\nnext-entry = [\"}\", \"Ctrl+N\"]\nbookmark = \"B\"\n```\n",
    );
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_page_in_docs_is_this_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
        let made = page(&Keymap::default());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(there == made, "docs/keys.md is behind the table: run `UPDATE_DOCS=1 cargo test --lib keymap`");
    }
}
