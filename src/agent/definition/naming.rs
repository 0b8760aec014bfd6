//! What somebody is called whose file gives no name, which role a name stands for, and the tag it makes.

use super::text::{MAX_NAME, one_line, words};
use crate::protocol::SeatTag;
use std::sync::LazyLock;

/// Roles that people name, and the words they name them by. The longest words that fit decide.
const ROLES: [(&str, &[&str]); 18] = [
    (LEAD, &["team lead", "team leader", "lead agent", "orchestrator", "coordinator", "supervisor", "teamlead"]),
    ("backend", &["backend", "back end", "server side", "api developer", "api engineer"]),
    ("frontend", &["frontend", "front end", "ui developer", "ui engineer", "web developer"]),
    ("security", &["security", "appsec", "infosec", "penetration tester", "pentester"]),
    ("architect", &["architect", "architects", "architecture", "software architect", "solution architect"]),
    ("database", &["database", "databases", "dba", "db", "schema designer"]),
    ("devops", &["devops", "sre", "infrastructure", "platform engineer", "site reliability", "deployment"]),
    ("machine-learning", &["machine learning", "machinelearning", "ml", "ai engineer", "mlops"]),
    ("product-manager", &["product manager", "product owner", "product", "pm"]),
    ("tech-lead", &["tech lead", "techlead", "technical lead", "engineering lead", "lead developer", "lead engineer"]),
    ("qa", &["qa", "tester", "test engineer", "testing", "quality assurance"]),
    ("design", &["designer", "ux", "ui designer", "ux designer"]),
    ("mobile", &["mobile", "ios", "android"]),
    ("data", &["data engineer", "data scientist", "data analyst", "analytics"]),
    ("reviewer", &["code reviewer", "reviewer"]),
    ("writer", &["technical writer", "documentation", "docs writer"]),
    ("performance", &["performance"]),
    ("compliance", &["compliance", "privacy", "legal"]),
];

/// The role of whoever leads: the supervisor's.
pub const LEAD: &str = "lead";

/// Words that say how good somebody is, or only that it is an agent. They make no tag.
const FILLING: [&str; 23] = [
    "expert",
    "senior",
    "junior",
    "elite",
    "principal",
    "staff",
    "professional",
    "pro",
    "specialized",
    "specialised",
    "pragmatic",
    "experienced",
    "agent",
    "agents",
    "subagent",
    "developer",
    "dev",
    "engineer",
    "engineering",
    "specialist",
    "development",
    "assistant",
    "persona",
];

/// How many of them, from the first, only praise.
const PRAISE: usize = 12;

/// Headings that name a part of a text and nobody.
const GENERIC: [&str; 16] = [
    "instructions",
    "role",
    "overview",
    "purpose",
    "system prompt",
    "prompt",
    "agent",
    "introduction",
    "identity",
    "mission",
    "persona",
    "context",
    "description",
    "about",
    "core mission",
    "your role",
];

/// A phrase, word by word, and the role it stands for.
type Phrase = (Vec<&'static str>, &'static str);

/// The phrases that begin with a word, the longest first.
type Beginning = (&'static str, Vec<Phrase>);

/// The phrases by the first letter of their first word: every word of every file is looked up here.
static PHRASES: LazyLock<[Vec<Beginning>; LETTERS]> = LazyLock::new(|| {
    let mut by_letter = [const { Vec::new() }; LETTERS];
    for (role, phrases) in ROLES {
        for phrase in phrases {
            let words: Vec<&'static str> = phrase.split(' ').collect();
            let Some((first, begun)) = words.first().and_then(|w| Some((*w, by_letter.get_mut(letter(w)?)?))) else {
                continue;
            };
            match begun.iter_mut().find(|(word, _): &&mut Beginning| *word == first) {
                Some((_, phrases)) => phrases.push((words, role)),
                None => begun.push((first, vec![(words, role)])),
            }
        }
    }
    let all = by_letter.iter_mut().flatten();
    all.for_each(|(_, phrases)| phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len())));
    by_letter
});

const LETTERS: usize = 26;

fn letter(word: &str) -> Option<usize> {
    let first = word.bytes().next().filter(u8::is_ascii_lowercase)?;
    Some(usize::from(first - b'a'))
}

/// The longest phrase that names a trade at the beginning of `words` (lower case, singular): how many words, and the role.
pub(super) fn trade<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Option<(usize, &'static str)> {
    let first = words.clone().next()?;
    let (_, phrases) = PHRASES.get(letter(first)?)?.iter().find(|(word, _)| *word == first)?;
    let fits = |phrase: &&Phrase| {
        let mut said = words.clone();
        phrase.0.iter().all(|word| said.next() == Some(*word))
    };
    phrases.iter().find(fits).map(|(phrase, role)| (phrase.len(), *role))
}

/// The role that a name or a phrase stands for: that of the longest words in it.
pub fn role(text: &str) -> Option<&'static str> {
    let said = words(text);
    let mut best: Option<(usize, &'static str)> = None;
    for at in 0..said.len() {
        let Some((count, role)) = trade(said.iter().skip(at).map(String::as_str)) else { continue };
        let length: usize = said.iter().skip(at).take(count).map(|w| w.len() + 1).sum();
        if best.is_none_or(|(most, _)| length > most) {
            best = Some((length, role));
        }
    }
    best.map(|(_, role)| role)
}

/// The role of somebody: by its name, else by the first sentence in which its definition says what it is.
pub fn role_of(name: &str, body: &str) -> Option<&'static str> {
    let said = || {
        let at = body.to_ascii_lowercase().find("you are ")?;
        let line = body.get(at..)?.lines().next()?;
        role(line.split(". ").next().unwrap_or(line))
    };
    role(name).or_else(said)
}

pub use crate::protocol::charter::key;

/// The tag that a name makes: its telling words in upper case, `SEAT` where it has none in Latin letters.
pub fn tag(name: &str) -> SeatTag {
    let all = words(name);
    let telling: Vec<&str> = all.iter().map(String::as_str).filter(|w| !FILLING.contains(w)).collect();
    let chosen = if telling.is_empty() { all.iter().map(String::as_str).collect() } else { telling };
    let plain: String = chosen
        .join("-")
        .to_uppercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .skip_while(|c| !c.is_ascii_uppercase())
        .take(28)
        .collect();
    let parsed = plain.trim_end_matches('-').parse();
    parsed.or_else(|_| "SEAT".parse()).unwrap_or_else(|_| unreachable!("SEAT is a tag"))
}

/// The name of a definition that gives none: a heading, else the stem of its file if that is a name, else what its first
/// sentence calls it, else the first role its description names, else the stem whatever it is.
pub(super) fn name(file: &str, body: &str, description: &str) -> String {
    let stem = stem(file);
    let heading = heading(body);
    let spoken = || {
        let sentence = you_are(body).or_else(|| you_are(description))?;
        role(&sentence).map(|_| sentence)
    };
    heading
        .or_else(|| is_a_name(stem).then(|| stem.to_owned()))
        .or_else(spoken)
        .or_else(|| role(description).map(str::to_owned))
        .unwrap_or_else(|| one_line(stem, MAX_NAME))
}

/// A file's name without what tells its kind: `backend` of `backend.agent.md`.
pub fn stem(file: &str) -> &str {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let lower = base.to_ascii_lowercase();
    let ending =
        [".agent.md", ".chatmode.md", ".markdown", ".md", ".toml", ".txt"].into_iter().find(|e| lower.ends_with(e));
    let stem = ending.and_then(|e| base.get(..base.len() - e.len())).unwrap_or(base);
    if stem.is_empty() { base } else { stem }
}

/// The first heading of the first level, if it names somebody.
fn heading(body: &str) -> Option<String> {
    let text = body.lines().take(40).find_map(|l| l.strip_prefix("# "))?;
    let text = one_line(text.trim_matches(['#', ' ', '*', '`']), MAX_NAME);
    let lower = text.to_lowercase();
    let named = !text.is_empty() && !GENERIC.contains(&lower.as_str()) && text.split(' ').count() <= 8;
    named.then_some(text)
}

/// Whether a file's stem is a name and not a number or a digest.
pub(crate) fn is_a_name(stem: &str) -> bool {
    let parts: Vec<&str> = stem.split(['-', '_', ' ', '.']).filter(|p| !p.is_empty()).collect();
    let odd = |p: &&&str| p.chars().any(|c| c.is_ascii_digit()) && p.len() > 4;
    let word = |p: &&str| p.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    parts.iter().any(word) && parts.iter().filter(odd).count() == 0
}

/// `elite backend developer` of `You are an elite backend developer with …`.
fn you_are(text: &str) -> Option<String> {
    let at = text.to_ascii_lowercase().find("you are ")?;
    let sentence = text.get(at + "you are ".len()..)?.lines().next()?;
    let sentence = ["a ", "an ", "the "].iter().find_map(|a| sentence.strip_prefix(*a)).unwrap_or(sentence);
    let stops = [
        "with",
        "who",
        "whose",
        "specializing",
        "specialising",
        "focused",
        "responsible",
        "working",
        "that",
        "and",
        "for",
    ];
    let mut said: Vec<&str> = Vec::new();
    for word in sentence.split_whitespace().take(8) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if stops.contains(&bare.to_lowercase().as_str()) {
            break;
        }
        if !FILLING.iter().take(PRAISE).any(|f| *f == bare.to_lowercase()) {
            said.push(bare);
        }
        if word.ends_with([',', '.', ':', ';']) {
            break;
        }
    }
    let said = one_line(&said.join(" "), MAX_NAME);
    (!said.is_empty()).then_some(said)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_the_telling_words() {
        let of = |name: &str| tag(name).to_string();
        for name in ["backend-dev", "expert-backend-developer", "Backend Engineer Agent", "senior backend engineer"] {
            assert_eq!(of(name), "BACKEND", "{name}");
        }
        assert_eq!(of("code-reviewer"), "CODE-REVIEWER");
        assert_eq!(of("agent"), "AGENT");
        assert_eq!(of("über-Prüfer 9"), "BER-PR-FER-9");
        assert_eq!(of("测试"), "SEAT");
        assert_eq!(of("supervisor"), "SEAT", "a reserved word is no tag");
    }

    #[test]
    fn roles_are_found_by_their_longest_words() {
        assert_eq!(role("expert-database-agent"), Some("database"));
        assert_eq!(role("the product manager agent"), Some("product-manager"));
        assert_eq!(role("tech-lead"), Some("tech-lead"));
        assert_eq!(role("team lead"), Some(LEAD));
        assert_eq!(role("gardener"), None);
    }

    #[test]
    fn a_file_without_a_name_is_called_by_what_it_says() {
        assert_eq!(name("x/0af31b77c2.md", "# Payment Engineer Agent\n\nText.", ""), "Payment Engineer Agent");
        assert_eq!(name("reviewer.md", "# Instructions\n\nText.", ""), "reviewer");
        assert_eq!(
            name("0af31b77c2.md", "You are a seasoned frontend developer with taste.", ""),
            "seasoned frontend developer"
        );
        assert_eq!(name("0af31b77c2.md", "Text.", "Looks after the database and its plans."), "database");
        assert_eq!(name("0af31b77c2.md", "Text.", ""), "0af31b77c2");
    }
}
