//! Places in the text of a document that lead to code: found again where they stand, so that the words stay what they are.

use super::document::Source;

/// The places of `text` that have an address, in order: from where, to where, and the address.
pub fn linked<'a>(text: &str, sources: &'a [Source]) -> Vec<(usize, usize, &'a str)> {
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for source in sources {
        let Some(link) = &source.link else { continue };
        for (at, place) in text.match_indices(source.place.as_str()) {
            let end = at + place.len();
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(end..).unwrap_or_default();
            let begins = before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '\\')));
            let goes_on =
                after.strip_prefix(['-', '–', ':', '.']).unwrap_or(after).starts_with(|c: char| c.is_ascii_digit());
            let free = !found.iter().any(|(from, to, _)| at < *to && end > *from);
            if begins && !goes_on && free {
                found.push((at, end, link));
            }
        }
    }
    found.sort_unstable();
    found
}

/// A page of Markdown with its places as links; front matter, fences and tables' own links stay as they are.
pub fn in_markdown(page: String, sources: &[Source]) -> String {
    if sources.iter().all(|s| s.link.is_none()) {
        return page;
    }
    let mut out = String::with_capacity(page.len());
    let mut fence: Option<String> = None;
    let mut front = page.starts_with("---\n");
    for (nth, line) in page.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        let ticks: String = bare.trim_start().chars().take_while(|c| *c == '`').collect();
        match &fence {
            _ if front => front = nth == 0 || bare != "---",
            Some(open) => {
                if bare.trim_start() == *open {
                    fence = None;
                }
            }
            None if ticks.len() > 2 => fence = Some(ticks),
            None => {
                out.push_str(&line_in_markdown(line, sources));
                continue;
            }
        }
        out.push_str(line);
    }
    out
}

fn line_in_markdown(line: &str, sources: &[Source]) -> String {
    let (mut out, mut last) = (String::new(), 0);
    for (from, to, link) in linked(line, sources) {
        let (before, after) = (line.get(last..from).unwrap_or_default(), line.get(to..).unwrap_or_default());
        let place = line.get(from..to).unwrap_or_default();
        let spans = line.get(..from).map_or(0, |text| text.matches('`').count());
        // Within a span of code only where it is all of the span; never within a link.
        let alone = before.ends_with('`') && after.starts_with('`');
        if alone && spans % 2 == 1 && !before.ends_with("[`") {
            out.push_str(before.strip_suffix('`').unwrap_or(before));
            out.push_str(&format!("[`{place}`]({link})"));
            last = to + 1;
        } else if spans % 2 == 0 && !before.ends_with('[') {
            out.push_str(before);
            out.push_str(&format!("[{place}]({link})"));
            last = to;
        }
    }
    out.push_str(line.get(last..).unwrap_or_default());
    out
}

/// HTML without scripts, with the places in its text as links. Texts are escaped before; an address needs no escaping.
pub fn in_html(html: String, sources: &[Source]) -> String {
    if sources.iter().all(|s| s.link.is_none()) {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut within_link = false;
    let mut rest = html.as_str();
    while !rest.is_empty() {
        let (text, tag_on) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let mut last = 0;
        for (from, to, link) in linked(text, sources).into_iter().filter(|_| !within_link) {
            out.push_str(text.get(last..from).unwrap_or_default());
            let place = text.get(from..to).unwrap_or_default();
            out.push_str(&format!("<a class=\"code\" rel=\"noreferrer\" href=\"{link}\">{place}</a>"));
            last = to;
        }
        out.push_str(text.get(last..).unwrap_or_default());
        let (tag, more) = tag_on.split_at(tag_on.find('>').map_or(tag_on.len(), |at| at + 1));
        within_link = (within_link || tag.starts_with("<a ")) && !tag.starts_with("</a");
        out.push_str(tag);
        rest = more;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(place: &str) -> Source {
        Source {
            place: place.to_owned(),
            revision: Some("abc".to_owned()),
            link: Some(format!("https://github.com/o/n#{}", place.len())),
            entries: Vec::new(),
            trace: Vec::new(),
        }
    }

    #[test]
    fn places_become_links_where_they_stand_and_nothing_else_does() {
        let sources = [source("a/b.rs:1"), source("a/b.rs:1-20")];
        let page = "---\ntitle: a/b.rs:1\n---\n\nSee a/b.rs:1-20, `a/b.rs:1` and x/a/b.rs:1 or a/b.rs:12; `run a/b.rs:1 now`.\n\n```sh\na/b.rs:1\n```\nend a/b.rs:1.\n";
        let expected = "---\ntitle: a/b.rs:1\n---\n\nSee [a/b.rs:1-20](https://github.com/o/n#11), [`a/b.rs:1`](https://github.com/o/n#8) and x/a/b.rs:1 or a/b.rs:12; `run a/b.rs:1 now`.\n\n```sh\na/b.rs:1\n```\nend [a/b.rs:1](https://github.com/o/n#8).\n";
        assert_eq!(in_markdown(page.to_owned(), &sources), expected);
        let html = "<p title=\"a/b.rs:1\">a/b.rs:1 <a href=\"#x\">a/b.rs:1</a> <code>a/b.rs:1-20</code>";
        let link = |n: usize, place: &str| {
            format!("<a class=\"code\" rel=\"noreferrer\" href=\"https://github.com/o/n#{n}\">{place}</a>")
        };
        let expected = format!(
            "<p title=\"a/b.rs:1\">{} <a href=\"#x\">a/b.rs:1</a> <code>{}</code>",
            link(8, "a/b.rs:1"),
            link(11, "a/b.rs:1-20")
        );
        assert_eq!(in_html(html.to_owned(), &sources), expected);
    }

    #[test]
    fn without_an_address_the_page_stays() {
        let sources = [Source { link: None, ..source("a/b.rs:1") }];
        assert_eq!(in_markdown("a/b.rs:1".to_owned(), &sources), "a/b.rs:1");
        assert_eq!(in_html("a/b.rs:1".to_owned(), &sources), "a/b.rs:1");
    }
}
