//! Other people's words, made fit for an error message: bounded, escaped, without anything that looks like a key.

use std::fmt;

/// Characters of a server's words that an error shows.
const SHOWN: usize = 300;

/// Starts of the keys that providers hand out.
const KEY_STARTS: [&str; 12] =
    ["sk-", "sk_", "pk-", "pk_", "gsk_", "hf_", "xai-", "nvapi-", "ghp_", "AIza", "eyJ", "r8_"];

/// Values people set where a server wants no key; masking them would only hide product names.
const PLACEHOLDERS: [&str; 8] = ["ollama", "lm-studio", "none", "dummy", "test", "null", "empty", "local"];

/// A bounded, harmless piece of what a server said. Empty if it said nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt(String);

impl Excerpt {
    /// Takes the words of a server, without `key` and whatever else looks like one.
    pub(super) fn of(text: &str, key: Option<&str>) -> Self {
        let text = without_key(text, key);
        // Bounded before masking: no key-like word is longer than what is left over.
        let near: String = text.chars().take(SHOWN * 4).collect();
        Self(escape(&mask(&near)))
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("(it said nothing)");
        }
        write!(f, "\u{201c}{}\u{201d}", self.0)
    }
}

impl Excerpt {
    /// The same with the request's id, which is what a provider's support asks for: room is kept for it, and it is not
    /// taken for a key because it looks like one.
    pub(super) fn with_id(text: &str, id: Option<&str>, key: Option<&str>) -> Self {
        let Some(id) = id else { return Self::of(text, key) };
        let said = mask(&without_key(text, key).chars().take(SHOWN * 4).collect::<String>());
        let said: String = escape(&said).chars().take(200).collect();
        let id: String = escape(&without_key(id, key)).chars().take(60).collect();
        Self(format!("{said} (request {id})"))
    }
}

/// All of a text, without `key` and whatever else looks like one.
pub(super) fn without_keys(text: &str, key: Option<&str>) -> String {
    mask(&without_key(text, key))
}

fn without_key(text: &str, key: Option<&str>) -> String {
    let Some(key) = key.filter(|key| key.len() >= 4 && !PLACEHOLDERS.contains(key)) else { return text.to_owned() };
    let quoted = serde_json::Value::from(key).to_string();
    // The second as it stands in a JSON text.
    text.replace(key, "[key]").replace(quoted.trim_matches('"'), "[key]")
}

/// One line of at most [`SHOWN`] characters; what could steer a terminal is written out.
fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for word in text.split_whitespace() {
        if shown > 0 {
            out.push(' ');
            shown += 1;
        }
        for c in word.chars() {
            if shown >= SHOWN {
                out.push('\u{2026}');
                return out;
            }
            shown += 1;
            if c.is_control() || is_invisible(c) {
                out.extend(c.escape_unicode());
            } else {
                out.push(c);
            }
        }
    }
    out
}

/// Characters that change the direction or the look of what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn mask(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let mut after_bearer = false;
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*') {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let hide = after_bearer || looks_like_a_key(&word);
            after_bearer = word.eq_ignore_ascii_case("bearer");
            out.push_str(if hide { "[key]" } else { &word });
            word.clear();
        }
        out.push(c);
    }
    out.pop();
    out
}

fn looks_like_a_key(word: &str) -> bool {
    let starts = |start: &str| word.starts_with(start) && word.len() >= start.len() + 4;
    // Model names are long too, but have hyphens before 24 letters and digits in a row.
    let random = |part: &str| {
        part.len() >= 24 && part.bytes().any(|b| b.is_ascii_digit()) && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    KEY_STARTS.iter().any(|start| starts(start)) || word.split(['-', '_']).any(random)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn shown(text: &str, key: Option<&str>) -> String {
        Excerpt::of(text, key).to_string()
    }

    #[test]
    fn the_key_and_what_looks_like_one_is_masked() {
        let text = shown(
            "bad key my-own-key, sk-proj-abcd1234efgh; Bearer xyz abcdefabcdef123456abcdef99",
            Some("my-own-key"),
        );
        assert_eq!(text, "\u{201c}bad key [key], [key]; Bearer [key] [key]\u{201d}");
    }

    #[test]
    fn model_names_and_placeholders_stay() {
        let text = "no model DeepSeek-R1-Distill-Qwen-32B-abliterated-GGUF in ollama";
        assert_eq!(shown(text, Some("ollama")), format!("\u{201c}{text}\u{201d}"));
    }

    #[test]
    fn it_is_one_harmless_line() {
        assert_eq!(shown("a\n\tb\u{1b}[31mc\u{202e}", None), "\u{201c}a b\\u{1b}[31mc\\u{202e}\u{201d}");
        let long = shown(&"word ".repeat(10_000), None);
        assert!(long.chars().count() <= SHOWN + 3, "{}", long.len());
        assert!(long.ends_with("\u{2026}\u{201d}"));
    }

    #[test]
    fn an_id_is_kept_whole_and_a_key_in_its_place_is_not() {
        let id = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
        let of = |id: &str| Excerpt::with_id("no", Some(id), Some("my-own-key")).to_string();
        assert_eq!(of(id), format!("\u{201c}no (request {id})\u{201d}"));
        assert_eq!(of("my-own-key"), "\u{201c}no (request [key])\u{201d}");
        let long = Excerpt::with_id(&"word ".repeat(999), Some(id), None).to_string();
        assert!(long.ends_with(&format!("(request {id})\u{201d}")) && long.chars().count() < SHOWN, "{long}");
    }

    #[test]
    fn silence_is_said() {
        assert_eq!(shown(" \n", None), "(it said nothing)");
    }
}
