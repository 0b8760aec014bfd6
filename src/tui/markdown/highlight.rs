//! Colours for code. The grammars are syntect's; what a scope looks like is the theme's to say.
//!
//! Grammars are regular expressions run over untrusted text, so what they are given is bounded: so many bytes an entry,
//! and no line that no person would have written.

use crate::tui::theme::Theme;
use ratatui::style::Style;
use std::ops::Range;
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

/// Bytes of code in one text that are highlighted; what follows is plain.
pub(super) const BUDGET: usize = 8 * 1024;
/// The longest line that is highlighted, in bytes. The time for a line may grow with the square of its length.
const LONGEST_LINE: usize = 120;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Comment,
    Text,
    Number,
    Keyword,
    Function,
    Kind,
    Added,
    Removed,
    Heading,
    Plain,
}

/// Scopes by their beginnings; the innermost scope that is here decides.
static CLASSES: LazyLock<Vec<(Scope, Class)>> = LazyLock::new(|| {
    let table = [
        ("comment", Class::Comment),
        ("string", Class::Text),
        ("constant", Class::Number),
        ("keyword.operator", Class::Plain),
        ("keyword", Class::Keyword),
        ("storage.type.numeric", Class::Number),
        ("storage", Class::Keyword),
        ("entity.name.function", Class::Function),
        ("entity.name.tag", Class::Keyword),
        ("entity.name", Class::Kind),
        ("entity.other.attribute-name", Class::Function),
        ("entity.other.inherited-class", Class::Kind),
        ("support.function", Class::Function),
        ("support", Class::Kind),
        ("variable.function", Class::Function),
        ("markup.inserted", Class::Added),
        ("markup.deleted", Class::Removed),
        ("markup.heading", Class::Heading),
        ("meta.diff.range", Class::Heading),
    ];
    table.into_iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, class))).collect()
});

/// A block of code under way: feed it every line in order.
#[derive(Debug, Clone)]
pub(super) struct Highlighter {
    state: ParseState,
    stack: ScopeStack,
}

impl Highlighter {
    /// Whether `language`, the first word behind a fence, is known.
    pub(super) fn knows(language: &str) -> bool {
        syntax(language).is_some()
    }

    /// For code in `language`; `None` where nothing is known of it or the budget is spent.
    pub(super) fn new(language: &str, budget: usize) -> Option<Self> {
        let syntax = syntax(language).filter(|_| budget > 0)?;
        Some(Self { state: ParseState::new(syntax), stack: ScopeStack::new() })
    }

    /// The styles of `line`, which has no line end, as ranges of it without gaps. Takes the line's bytes from `budget`;
    /// plain where that is spent.
    pub(super) fn line(&mut self, line: &str, budget: &mut usize, theme: &Theme) -> Vec<(Range<usize>, Style)> {
        let plain = || vec![(0..line.len(), theme.code_block)];
        if line.len() >= *budget {
            *budget = 0;
            return plain();
        }
        *budget -= line.len() + 1;
        if line.len() > LONGEST_LINE {
            return plain();
        }
        let Ok(ops) = self.state.parse_line(&format!("{line}\n"), &SYNTAXES) else { return plain() };
        let mut styles: Vec<(Range<usize>, Style)> = Vec::new();
        let mut start = 0;
        for (at, op) in ops {
            self.add(start..at.min(line.len()), &mut styles, theme);
            start = start.max(at.min(line.len()));
            self.apply(&op);
        }
        self.add(start..line.len(), &mut styles, theme);
        styles
    }

    fn apply(&mut self, op: &ScopeStackOp) {
        // An operation that does not fit the stack is the grammar's fault and costs colours at most.
        if self.stack.apply(op).is_err() || self.stack.len() > 256 {
            self.stack = ScopeStack::new();
        }
    }

    fn add(&self, range: Range<usize>, styles: &mut Vec<(Range<usize>, Style)>, theme: &Theme) {
        if range.is_empty() {
            return;
        }
        let style = look(self.class(), theme);
        match styles.last_mut() {
            Some((last, same)) if *same == style => last.end = range.end,
            _ => styles.push((range, style)),
        }
    }

    fn class(&self) -> Class {
        let known = |scope: &Scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, c)| *c);
        self.stack.as_slice().iter().rev().find_map(known).unwrap_or(Class::Plain)
    }
}

fn look(class: Class, theme: &Theme) -> Style {
    match class {
        Class::Comment => theme.comment,
        Class::Text => theme.string,
        Class::Number => theme.number,
        Class::Keyword => theme.keyword,
        Class::Function => theme.function,
        Class::Kind => theme.kind,
        Class::Added => theme.good,
        Class::Removed => theme.error,
        Class::Heading => theme.subheading,
        Class::Plain => theme.code_block,
    }
}

/// The grammar for a language. Only those are named for which no text that was tried took more than 0.2 s of the
/// budget; with others of the set (makefiles above all) a few lines of letters take seconds. Near relatives stand in for
/// what the set lacks.
fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let token = match language.trim().to_ascii_lowercase().as_str() {
        "rust" | "rs" => "rs",
        "js" | "javascript" | "mjs" | "jsx" | "ts" | "typescript" | "tsx" | "node" => "js",
        "json" | "jsonc" | "json5" | "jsonl" | "ndjson" => "json",
        "yaml" | "yml" => "yaml",
        "toml" | "ini" | "conf" | "env" | "properties" => "properties",
        "python" | "py" => "py",
        "go" | "golang" => "go",
        "java" => "java",
        "c" | "h" => "c",
        "c++" | "cpp" | "cc" | "hpp" => "cpp",
        "sql" | "postgres" | "postgresql" | "mysql" | "sqlite" | "plpgsql" => "sql",
        "sh" | "bash" | "zsh" | "shell" | "shellscript" => "sh",
        "html" => "html",
        "xml" | "svg" => "xml",
        "css" | "scss" => "css",
        "diff" | "patch" => "diff",
        "ruby" | "rb" => "rb",
        "php" => "php",
        "haskell" | "hs" => "hs",
        "lua" => "lua",
        "markdown" | "md" => "md",
        _ => return None,
    };
    SYNTAXES.find_syntax_by_token(token)
}

/// Reads the grammars in, which takes some 50 ms once. For a thread beside the one that draws.
pub fn warm_up() {
    LazyLock::force(&SYNTAXES);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn styles(language: &str, line: &str) -> Vec<(String, Style)> {
        let mut budget = BUDGET;
        let found = Highlighter::new(language, BUDGET).unwrap().line(line, &mut budget, &Theme::dark());
        found.into_iter().map(|(range, style)| (line[range].to_owned(), style)).collect()
    }

    #[test]
    fn parts_of_code_have_the_looks_of_their_roles() {
        let theme = Theme::dark();
        let found = styles("rust", "fn add() { \"text\"; 42 } // done");
        for (part, look) in
            [("fn", theme.keyword), ("add", theme.function), ("\"text\"", theme.string), ("42", theme.number)]
        {
            assert!(found.iter().any(|(text, style)| text == part && *style == look), "{part}: {found:?}");
        }
        assert_eq!(found.last().unwrap(), &("// done".to_owned(), theme.comment));
    }

    #[test]
    fn the_parts_make_up_the_line() {
        for (language, line) in [
            ("rust", "let x: &'static str = r#\"a\"#; /* b"),
            ("json", "{\"a\": [1, true, null], \"ü\": \"漢\"}"),
            ("ts", "const a = async (x) => `t${x}`;"),
            ("toml", "key = \"value\" # c"),
            ("sql", "SELECT * FROM t WHERE a = 'b' -- c"),
            ("diff", "+added"),
        ] {
            let parts: String = styles(language, line).into_iter().map(|(text, _)| text).collect();
            assert_eq!(parts, line);
        }
    }

    #[test]
    fn every_language_that_is_named_has_a_grammar() {
        let named =
            ["rs", "ts", "json", "yml", "toml", "py", "go", "java", "c", "c++", "sql", "bash", "html", "xml", "css"];
        for language in named.into_iter().chain(["diff", "ruby", "php", "haskell", "lua", "md"]) {
            assert!(Highlighter::new(language, 1).is_some(), "{language}");
        }
        assert!(Highlighter::new("rs", 0).is_none());
    }

    #[test]
    fn unknown_languages_and_diagrams_are_plain() {
        for language in ["", "mermaid", "text", "make", "no such thing", "\u{1b}"] {
            assert!(!Highlighter::knows(language), "{language}");
        }
    }

    #[test]
    fn work_is_bounded() {
        let theme = Theme::dark();
        let mut highlighter = Highlighter::new("rust", BUDGET).unwrap();
        let mut budget = 1000;
        let long = "let a = 1; ".repeat(60);
        assert_eq!(highlighter.line(&long, &mut budget, &theme), [(0..long.len(), theme.code_block)]);
        assert_eq!(budget, 1000 - long.len() - 1);
        assert_eq!(highlighter.line(&long, &mut budget, &theme).len(), 1);
        assert_eq!((budget, highlighter.line("let", &mut budget, &theme).len()), (0, 1));
    }
}
