//! Fenced blocks within Markdown, found without interpreting anything else.

/// A fenced block: the first word after the fence, and what stands between the fences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The info string's first word.
    pub language: String,
    /// The lines between the fences with their line ends, byte for byte. A fence that is never closed runs to the end.
    pub body: String,
}

/// An opening fence.
struct Fence {
    indent: usize,
    mark: char,
    length: usize,
}

/// All fenced blocks of `markdown`, in order. Fences may be indented, as they are in lists; as many spaces as stand
/// before the opening fence are then not part of the block (CommonMark 0.31, section 4.5).
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Fence> = None;
    for line in markdown.split_inclusive('\n') {
        match (&open, found.last_mut()) {
            (Some(fence), Some(block)) => {
                if closes(line, fence) {
                    open = None;
                } else {
                    block.body.push_str(dedent(line, fence.indent));
                }
            }
            _ => {
                if let Some((fence, language)) = opens(line) {
                    open = Some(fence);
                    found.push(Block { language, body: String::new() });
                }
            }
        }
    }
    found
}

/// The longest run of back-ticks in `text`: a fence must be longer to hold it.
pub fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn opens(line: &str) -> Option<(Fence, String)> {
    let bare = line.trim_start_matches(' ');
    let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = bare.trim_start_matches(mark);
    let length = bare.len() - info.len();
    if length < 3 || (mark == '`' && info.contains('`')) {
        return None;
    }
    let language = info.split_whitespace().next().unwrap_or("").to_owned();
    let indent = line.len() - bare.len();
    Some((Fence { indent, mark, length }, language))
}

fn closes(line: &str, fence: &Fence) -> bool {
    let bare = line.trim();
    bare.len() >= fence.length && bare.chars().all(|c| c == fence.mark)
}

fn dedent(line: &str, indent: usize) -> &str {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    line.get(spaces.min(indent)..).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_their_bytes() {
        let text = "Intro\n```json\n{ \"a\": 1 }  \n\n\tx\r\n```\nmid\n~~~~\n```\nnot closed by three\n~~~\n~~~~\n";
        let found: Vec<(String, String)> = blocks(text).into_iter().map(|b| (b.language, b.body)).collect();
        let expected = [("json", "{ \"a\": 1 }  \n\n\tx\r\n"), ("", "```\nnot closed by three\n~~~\n")];
        let expected: Vec<(String, String)> =
            expected.iter().map(|(l, b)| ((*l).to_owned(), (*b).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_fence_in_a_list_loses_only_its_own_indentation() {
        let body: Vec<String> =
            blocks("1. x\n   ```sql\n   select\n     1\n   ```\n").into_iter().map(|b| b.body).collect();
        assert_eq!(body, ["select\n  1\n"]);
    }

    #[test]
    fn an_unclosed_fence_runs_to_the_end_and_inline_code_is_none() {
        assert_eq!(blocks("```a b\nx").first().map(|b| b.body.as_str()), Some("x"));
        assert!(blocks("```x``` and `y`\n").is_empty());
        assert_eq!(longest_run("a ` b ```` c"), 4);
    }
}
