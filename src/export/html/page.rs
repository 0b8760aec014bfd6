//! A page under construction: sections with their entry in the table of contents, lists, tables.

use super::super::document::Statement;
use super::prose::spans;
use super::text::escape;
use crate::protocol::EntryNumber;

/// HTML being written. What its methods call *html* is taken as it is; what they call *text* is escaped.
#[derive(Default)]
pub struct Page {
    out: String,
    contents: Vec<(String, String, bool)>,
    open: bool,
}

impl Page {
    /// The sections, and the list of contents.
    pub fn finish(mut self) -> (String, String) {
        self.close();
        let item = |(id, title, below): &(String, String, bool)| {
            let class = if *below { " class=\"below\"" } else { "" };
            format!("<li{class}><a href=\"#{id}\">{}</a></li>\n", escape(title))
        };
        let contents: String = self.contents.iter().map(item).collect();
        (self.out, contents)
    }

    /// Begins a section with its heading and its line in the contents. `id` is the program's own.
    pub fn section(&mut self, id: &str, title: &str) {
        self.close();
        self.contents.push((id.to_owned(), title.to_owned(), false));
        let title = match title.split_once(". ") {
            Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => {
                format!("<span class=\"number\">{number}.</span> {}", escape(rest))
            }
            _ => escape(title),
        };
        self.html(&format!("<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>"));
        self.open = true;
    }

    /// A line in the contents below the section's own.
    pub fn below(&mut self, id: &str, text: &str) {
        self.contents.push((id.to_owned(), text.to_owned(), true));
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.html("</section>\n");
        }
    }

    /// A block of HTML.
    pub fn html(&mut self, html: &str) {
        self.out.push_str(html);
        self.out.push('\n');
    }

    /// A heading of a lower level.
    pub fn heading(&mut self, level: u8, text: &str) {
        self.html(&format!("<h{level}>{}</h{level}>", escape(text)));
    }

    /// A paragraph of text.
    pub fn paragraph(&mut self, text: &str) {
        self.html(&format!("<p>{}</p>", escape(text)));
    }

    /// What stands where there is nothing.
    pub fn none(&mut self, text: &str) {
        self.html(&format!("<p class=\"none\">{}</p>", escape(text)));
    }

    /// A list of HTML items; the text `none` if it is empty.
    pub fn list(&mut self, class: &str, items: &[String], none: &str) {
        if items.is_empty() {
            return self.none(none);
        }
        self.html(&format!("<ul class=\"{class}\">\n<li>{}\n</ul>", items.join("\n<li>")));
    }

    /// A list of statements; the text `none` if it is empty.
    pub fn statements(&mut self, statements: &[Statement], none: &str) {
        let items: Vec<String> = statements.iter().map(|s| item("", s)).collect();
        self.list("statements", &items, none);
    }

    /// A table of HTML cells. The first cell of each row is its heading.
    pub fn table<const N: usize>(&mut self, caption: &str, header: [&str; N], rows: &[[String; N]]) {
        self.html(&table(caption, &header.map(escape), rows));
    }
}

/// A table that can be scrolled sideways, by keyboard too. `header` and `rows` are HTML, `caption` is text.
pub fn table<const N: usize>(caption: &str, header: &[String; N], rows: &[[String; N]]) -> String {
    let columns: String = header.iter().map(|h| format!("<th scope=\"col\">{h}</th>")).collect();
    let rows: String = rows.iter().map(row).collect();
    scrolled(
        caption,
        &format!(
            "<table><caption>{}</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}</tbody></table>",
            escape(caption)
        ),
    )
}

/// `html` in a region that can be scrolled sideways, by keyboard too.
pub fn scrolled(label: &str, html: &str) -> String {
    format!("<div class=\"wide\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n{html}\n</div>", escape(label))
}

fn row<const N: usize>(cells: &[String; N]) -> String {
    let cells = cells.iter().map(|c| if c.trim().is_empty() { "—" } else { c });
    let cells = cells.enumerate().map(|(at, html)| match at {
        0 => format!("<th scope=\"row\">{html}</th>"),
        _ => format!("<td>{html}</td>"),
    });
    format!("<tr>{}</tr>\n", cells.collect::<String>())
}

/// A statement after an HTML `label`, with links to the entries it came from. Lines of the text stay lines.
pub fn item(label: &str, statement: &Statement) -> String {
    let text = if statement.text.trim().is_empty() { "—".to_owned() } else { spans(statement.text.trim()) };
    let gap = if label.is_empty() { "" } else { " " };
    format!("{label}{gap}{text} {}", cited(&statement.entries))
}

/// Links to entries.
pub fn cited(entries: &[EntryNumber]) -> String {
    let links: Vec<String> = entries.iter().map(|e| link(*e)).collect();
    links.join(" ")
}

/// A link to one entry.
pub fn link(entry: EntryNumber) -> String {
    format!("<a href=\"#e{}\">{entry}</a>", entry.0)
}
