#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::tui::theme::{Depth, Shade};
use proptest::prelude::*;
use ratatui::buffer::CellWidth;
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;

const SAMPLE: &str = include_str!("sample.md");

fn rows(text: &str, width: u16) -> Vec<Row> {
    render(text, width, &Theme::dark())
}

fn plain(text: &str, width: u16) -> Vec<String> {
    rows(text, width).iter().map(|row| row.plain().trim_end().to_owned()).collect()
}

/// What ratatui would draw of a row: columns, where every grapheme has some and none holds a control character.
fn drawn(row: &Row) -> Result<usize, String> {
    let mut columns = 0;
    for span in &row.line.spans {
        for grapheme in span.content.graphemes(true) {
            if grapheme.contains(char::is_control) {
                return Err(format!("a control character in {grapheme:?}"));
            }
            match grapheme.cell_width() {
                0 => return Err(format!("{grapheme:?} cannot be seen in {:?}", span.content)),
                wide => columns += usize::from(wide),
            }
        }
    }
    Ok(columns)
}

fn check(text: &str, width: u16) -> Result<(), TestCaseError> {
    for row in rows(text, width) {
        let columns = drawn(&row).map_err(TestCaseError::fail)?;
        prop_assert!(row.unbroken || columns <= usize::from(width), "{columns} in {width}: {:?}", row.plain());
        prop_assert!(text.get(row.source.clone()).is_some(), "{:?} is no part of the text", row.source);
        for reference in &row.references {
            prop_assert!(usize::from(reference.columns.end) <= columns && !reference.columns.is_empty());
        }
    }
    Ok(())
}

/// Pieces of Markdown and of mischief, strung together.
fn markdown() -> impl Strategy<Value = String> {
    let parts = [
        "word",
        " ",
        " ",
        "\n",
        "\n",
        "\n\n",
        "# ",
        "## ",
        "- ",
        "  - ",
        "    ",
        "1. ",
        "12) ",
        "> ",
        ">> ",
        "```\n",
        "```rust\n",
        "~~~\n",
        "| a | b |\n",
        "|---|:-:|\n",
        "| D2.3 | 漢字 |",
        "|",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "``",
        "[",
        "](http://x/y)",
        "![",
        "]: ",
        "<b>",
        "<!--",
        "-->",
        "<script>\n",
        "---\n",
        "===\n",
        "\\",
        "&amp;",
        "&#27;",
        "&#x202e;",
        "\t",
        "\r\n",
        "\r",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{200d}",
        "\u{fe0f}",
        "\u{301}",
        "👩\u{200d}💻",
        "🇩🇪",
        "e\u{301}",
        "שלום",
        "مرحبا",
        "漢字かな。",
        "ﾊﾟ",
        "क्षत्रिय",
        "\u{e0041}",
        "\u{0}",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "#46",
        "D2.3@7f3c2a1b",
        "O4",
        "- [x] ",
        "https://example.org/a/long/way/to/go",
        "averyveryverylongwordwithoutanyplacetobreak",
        "let x = 1; // c\n",
        "┌──┐\n",
        "—",
        "server-side",
        "  \n",
        "\u{600}",
        "각",
        "\u{1160}",
    ];
    proptest::collection::vec(prop_oneof![9 => proptest::sample::select(parts.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)], 0..60)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_row_is_too_wide_or_acts(text in markdown(), width in 0_u16..90) {
        check(&text, width)?;
    }

    #[test]
    fn any_text_can_be_rendered(text in any::<String>(), width in 1_u16..40) {
        check(&text, width)?;
    }

    #[test]
    fn a_text_that_grows_gives_the_rows_of_the_whole(text in markdown(), cuts in proptest::collection::vec(0_usize..400, 0..12), width in 1_u16..80) {
        let mut growing = Growing::new(Theme::dark());
        let mut from = 0;
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| text.is_char_boundary(*cut)).collect();
        cuts.sort_unstable();
        for cut in cuts {
            growing.push(&text[from..cut.max(from)]);
            from = cut.max(from);
            prop_assert_eq!(growing.lines(width), rows(&text[..from], width));
        }
        growing.push(&text[from..]);
        prop_assert_eq!(growing.lines(width), rows(&text, width));
    }

    #[test]
    fn ascii_text_in_ascii_looks_is_ascii(text in "[ -~\n\t\u{1b}]{0,200}", width in 1_u16..60) {
        for row in render(&text, width, &Theme::colourless().ascii()) {
            prop_assert!(row.plain().is_ascii(), "{}", row.plain());
        }
    }

    #[test]
    fn every_word_is_shown(words in proptest::collection::vec("[a-z]{1,12}", 1..40), width in 13_u16..60) {
        let text = words.join(" ");
        prop_assert_eq!(plain(&text, width).join(" "), text);
    }
}

fn snapshot(width: u16) -> String {
    let mut shown = String::new();
    for row in rows(SAMPLE, width) {
        let mark = if row.unbroken && row.width() > width { '>' } else { '|' };
        let text = row.plain();
        let fill = usize::from(width).saturating_sub(usize::from(row.width()));
        let named: Vec<String> =
            row.references.iter().map(|r| format!("{}..{}", r.columns.start, r.columns.end)).collect();
        writeln!(shown, "|{text}{}{mark} {}", " ".repeat(fill), named.join(" ")).unwrap();
    }
    shown.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_sample_in_a_wide_pane() {
    insta::assert_snapshot!(snapshot(74));
}

#[test]
fn the_sample_in_a_narrow_pane() {
    insta::assert_snapshot!(snapshot(38));
}

#[test]
fn the_sample_in_a_very_narrow_pane() {
    insta::assert_snapshot!(snapshot(20));
}

#[test]
fn escape_sequences_are_shown_wherever_they_stand() {
    let attack = "\u{1b}]52;c;aGk=\u{7}";
    for text in [
        attack.to_owned(),
        format!("# {attack}"),
        format!("- {attack}"),
        format!("> {attack}"),
        format!("`{attack}`"),
        format!("```\n{attack}\n```"),
        format!("```{attack}\nx\n```"),
        format!("    {attack}"),
        format!("| {attack} |\n|---|\n| x |"),
        format!("[a](<http://x/{attack}>)"),
        format!("[a](http://x \"{attack}\")"),
        format!("<b {attack}>"),
        format!("[x]: {attack}"),
        "&#27;]52;c;aGk=&#7;".to_owned(),
    ] {
        let shown = plain(&text, 60).join("\n");
        assert!(shown.contains("␛]52;c;aGk=␇"), "{text:?} gives {shown:?}");
    }
}

#[test]
fn nothing_in_a_text_is_hidden_from_its_reader() {
    for (text, secret) in [
        ("[label]: http://x \"secret\"", "secret"),
        ("a\n\n[label]: <secret>\n\nb", "secret"),
        ("<!-- secret -->", "secret"),
        ("| a |\n|---|\n| b | secret |", "secret"),
        ("[a](http://x \"secret\")", "secret"),
        ("```rust secret\nx\n```", "secret"),
        ("![](secret)", "secret"),
        ("x <i title=secret>", "secret"),
    ] {
        assert!(plain(text, 60).join("\n").contains(secret), "{text:?} gives {:?}", plain(text, 60));
    }
}

#[test]
fn code_is_given_whole_and_marked() {
    let diagram = "┌──────────┐      ┌──────────┐\n│  client  │─────▶│  server  │\n└──────────┘      └──────────┘";
    for text in [format!("```\n{diagram}\n```"), format!("- x\n\n  ```\n  {}\n  ```", diagram.replace('\n', "\n  "))] {
        let rows = rows(&text, 20);
        let code: Vec<&Row> = rows.iter().filter(|row| row.unbroken).collect();
        assert_eq!(code.len(), 3, "{text}");
        for (row, line) in code.into_iter().zip(diagram.lines()) {
            assert!(row.plain().ends_with(line) && row.width() > 20);
            assert_eq!(&text[row.source.clone()], line);
            let fixed: String = row.plain().chars().take(usize::from(row.fixed)).collect();
            assert!(fixed.ends_with("▏ "), "{fixed:?}");
        }
    }
}

#[test]
fn tables_are_whole_at_every_width() {
    let text = "| Option | Cost | Why |\n|:--|--:|:-:|\n| opaque token in a cookie | 12 | rotation is easy, see D2.3 |\n| JWT | 3 | 漢字漢字漢字漢字 |";
    for width in 26..80 {
        let rows = rows(text, width);
        let lines: Vec<String> = rows.iter().map(Row::plain).collect();
        let rule = lines.iter().find(|line| line.contains('┼')).unwrap();
        let cross: Vec<usize> = rule.chars().enumerate().filter(|(_, c)| *c == '┼').map(|(at, _)| at).collect();
        assert_eq!(cross.len(), 2, "{width}: {lines:#?}");
        for row in &rows {
            // Columns of the bars, counted in cells.
            let mut column = 0;
            let mut bars = Vec::new();
            for grapheme in row.plain().graphemes(true) {
                if matches!(grapheme, "│" | "┼") {
                    bars.push(column);
                }
                column += usize::from(grapheme.cell_width());
            }
            assert_eq!(bars, cross, "{width}: {lines:#?}");
        }
    }
    let records = plain(text, 12);
    assert!(records.contains(&"Cost: 12".to_owned()) && records.iter().all(|line| !line.contains('│')), "{records:#?}");
}

#[test]
fn references_are_where_the_row_shows_them() {
    for width in [16, 30, 60] {
        let rows = rows("As **#46** says of `D2.3`, the owner of D2 must answer Q2 (see https://x/D9).", width);
        let mut named = Vec::new();
        for row in &rows {
            for reference in &row.references {
                let text: String =
                    row.plain().chars().skip(reference.columns.start.into()).take(reference.columns.len()).collect();
                named.push((text, reference.to));
            }
        }
        let texts: Vec<&str> = named.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["#46", "D2.3", "D2", "Q2"], "at {width}");
        assert_eq!(named[0].1, Named::Entry("#46".parse().unwrap()));
    }
}

#[test]
fn numbers_run_on_through_a_list() {
    assert_eq!(plain("1. a\n1. b\n\n1. c\n   - d\n1. e", 20), ["1. a", "2. b", "", "3. c", "   ◦ d", "4. e"]);
    assert_eq!(
        plain("7. a\n8. b\n\ntext\n\n3) c", 20),
        ["7. a", "8. b", "", "text", "", "3) c".replace(')', ".").as_str()]
    );
}

#[test]
fn a_fence_that_is_not_closed_yet_is_code() {
    let rows = rows("```rust\nlet a = 1;\nlet b", 40);
    assert!(rows.iter().all(|row| row.unbroken) && rows.len() == 2);
}

#[test]
fn rows_know_their_source() {
    let text = "First paragraph.\n\n- item one\n- item two\n\n`code` here";
    let rows = rows(text, 40);
    let sources: Vec<&str> = rows.iter().map(|row| &text[row.source.clone()]).collect();
    assert_eq!(sources, ["First paragraph.", "", "item one", "item two", "", "code` here"]);
}

#[test]
fn deep_nesting_leaves_room_for_text() {
    for mark in ["> ", "- ", "1. "] {
        let text = format!("{}word and more words", mark.repeat(500));
        for width in [1, 5, 20, 80] {
            check(&text, width).unwrap();
            let shown = plain(&text, width).join("");
            assert!(shown.contains('w'), "{mark} {width}");
        }
    }
}

/// A long text such as models write.
fn long(bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        text.push_str(SAMPLE);
        text.push_str("\n\n");
    }
    text
}

#[test]
fn work_on_a_growing_text_is_in_proportion_to_its_length() {
    let work = |bytes: usize| {
        let text = long(bytes);
        let mut growing = Growing::new(Theme::dark());
        let mut at = 0;
        while at < text.len() {
            let next = (at + 40..=text.len()).find(|next| text.is_char_boundary(*next)).unwrap_or(text.len());
            growing.push(&text[at..next]);
            growing.lines(74);
            at = next;
        }
        growing.laid_out()
    };
    let (once, twice) = (work(20_000), work(40_000));
    assert!(twice < once * 22 / 10, "{once} bytes, then {twice}");
    assert!(once < 20_000 * 12, "{once} bytes were laid out for 20,000");
}

#[test]
fn one_endless_line_does_not_make_each_piece_cost_all() {
    for text in ["word ".repeat(20_000), "x".repeat(100_000), format!("```\n{}", "y".repeat(100_000))] {
        let mut growing = Growing::new(Theme::dark());
        let mut whole = 0;
        for piece in text.as_bytes().chunks(1000) {
            growing.push(std::str::from_utf8(piece).unwrap());
            let before = growing.laid_out();
            growing.lines(74);
            whole = whole.max(growing.laid_out() - before);
        }
        assert!(whole <= 3 * 16 * 1024, "one piece made {whole} bytes be laid out");
        assert_eq!(growing.lines(74), rows(&text, 74));
    }
}

#[test]
fn what_is_too_long_is_counted() {
    let mut growing = Growing::new(Theme::dark());
    growing.push(&"é\n".repeat(400_000));
    growing.push("more");
    let last = growing.lines(40).last().unwrap().plain();
    assert_eq!(last, format!("… {} more bytes are not shown", 1_200_004 - 1_048_575));
}

#[test]
fn a_row_of_code_wider_than_anybody_reads_goes_on_in_the_next() {
    let rows = rows(&format!("```\n{}\n```", "z".repeat(10_000)), 40);
    assert_eq!(rows.iter().map(Row::width).collect::<Vec<_>>(), [4098, 4098, 10_000 - 2 * 4096 + 2]);
}

#[test]
fn every_theme_gives_the_same_layout() {
    let of = |theme: Theme| render(SAMPLE, 50, &theme).iter().map(Row::plain).collect::<Vec<_>>();
    assert_eq!(of(Theme::dark()), of(Theme::new(Shade::Light, Depth::Basic)));
    assert_eq!(of(Theme::dark()), of(Theme::colourless()));
}
