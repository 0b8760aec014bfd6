//! A page under construction: blocks with one blank line between them, and nothing else between them.

use super::super::document::Statement;
use super::super::fences::longest_run;
use super::escape;
use crate::protocol::EntryNumber;

/// Markdown being written. What its methods call *Markdown* is taken as it is; what they call *text* is escaped.
#[derive(Default)]
pub struct Page {
    out: String,
}

impl Page {
    /// The page, with a single line end at its end.
    pub fn finish(self) -> String {
        format!("{}\n", self.out.trim_end())
    }

    /// One block of Markdown.
    pub fn block(&mut self, markdown: &str) {
        if !self.out.is_empty() {
            self.out.push_str("\n\n");
        }
        self.out.push_str(markdown.trim_end());
    }

    /// A heading of `text`. Punctuation at its end is dropped, save a question mark.
    pub fn heading(&mut self, level: usize, text: &str) {
        let ends = ['.', ',', ';', ':', '!', '。', '，', '；', '：', '！'];
        let text = text.trim().trim_end_matches(ends);
        self.block(&format!("{} {}", "#".repeat(level), escape::line(text)));
    }

    /// A list of Markdown items; `none` if it is empty.
    pub fn list(&mut self, items: &[String], none: &str) {
        if items.is_empty() {
            return self.block(none);
        }
        let items: Vec<String> = items.iter().map(|i| format!("- {i}")).collect();
        self.block(&items.join("\n"));
    }

    /// A list of statements; `none` if it is empty.
    pub fn statements(&mut self, statements: &[Statement], none: &str) {
        let items: Vec<String> = statements.iter().map(|s| item("", s)).collect();
        self.list(&items, none);
    }

    /// A table of Markdown cells, all rows as long as the header.
    pub fn table<const N: usize>(&mut self, header: [&str; N], rows: &[[String; N]]) {
        let mut lines = vec![row(&header.map(str::to_owned)), row(&[(); N].map(|()| "---".to_owned()))];
        lines.extend(rows.iter().map(row));
        self.block(&lines.join("\n"));
    }

    /// A fenced block that holds `body` byte for byte, whatever fences are in it.
    pub fn fence(&mut self, language: &str, body: &str) {
        let ticks = "`".repeat(longest_run(body).max(2) + 1);
        let end = if body.is_empty() || body.ends_with('\n') { "" } else { "\n" };
        self.block(&format!("{ticks}{language}\n{body}{end}{ticks}"));
    }
}

fn row<const N: usize>(cells: &[String; N]) -> String {
    let cells: Vec<&str> = cells.iter().map(|c| if c.trim().is_empty() { "—" } else { c.trim() }).collect();
    format!("| {} |", cells.join(" | "))
}

/// A statement as a list item's Markdown, after a Markdown `label`. Lines of the text stay lines.
pub fn item(label: &str, statement: &Statement) -> String {
    let label = if label.is_empty() { String::new() } else { format!("{label} ") };
    let text = escape::lines(&statement.text).join("\\\n  ");
    let text = if text.is_empty() { "—".to_owned() } else { text };
    format!("{label}{text} {}", cited(&statement.entries))
}

/// References: `[#3] [#7]`.
pub fn cited(entries: &[EntryNumber]) -> String {
    entries.iter().map(|e| format!("[{e}]")).collect::<Vec<_>>().join(" ")
}
