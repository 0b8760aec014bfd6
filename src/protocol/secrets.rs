//! What looks like a secret, masked in whatever is exported and in whatever a speaker is shown of a project.
//!
//! Debates quote logs and settings, and a key that slipped into one of them must not travel further: not with a document,
//! and not to a model that reads a file. Only shapes that are hardly ever anything else are masked, so that digests, ids and prose stay. A masked clause no
//! longer gives the digest that was signed; the journal still does.

use std::borrow::Cow;

/// Put in place of a secret.
pub const MASK: &str = "[redacted]";

/// How a key begins, and the fewest characters that follow. From the vendors' documented formats.
const KEYS: [(&str, usize); 24] = [
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("whsec_", 20),
    ("pk-lf-", 20),
    ("gsk_", 20),
    ("hf_", 30),
    ("xai-", 20),
    ("nvapi-", 20),
    ("r8_", 30),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 22),
    ("glpat-", 20),
    ("npm_", 30),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("AIza", 35),
    ("AKIA", 16),
    ("ASIA", 16),
];
/// Parts of the fence of a private key.
const PEM: (&str, &str, &str) = ("-----BEGIN ", "PRIVATE KEY-----", "-----END ");
/// Most characters that the first line of such a fence may have.
const FENCE: usize = 80;

/// `text` with what looks like a key, a private key, a signed web token or a password in an address masked, and how many
/// there were.
pub fn redact(text: &str) -> (Cow<'_, str>, usize) {
    let mut out = String::new();
    // Up to `kept` the text is in `out`; from `at` on it is to be looked at.
    let (mut count, mut kept, mut at) = (0, 0, 0);
    while let Some(found) = next_candidate(text, at) {
        let rest = text.get(found..).unwrap_or_default();
        let Some((plain, length)) = secret(rest, !continues_word(text, found)) else {
            at = found + 1;
            continue;
        };
        out.push_str(text.get(kept..found + plain).unwrap_or_default());
        out.push_str(MASK);
        count += 1;
        at = found + plain + length;
        kept = at;
    }
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    (Cow::Owned(out), count)
}

/// The next place from `from` on whose one character may begin a secret. Documents are long and secrets are rare: nearly
/// all of a text is passed over here.
fn next_candidate(text: &str, from: usize) -> Option<usize> {
    let begins = |c: u8| c == b'e' || KEYS.iter().any(|(prefix, _)| prefix.as_bytes().first() == Some(&c));
    let rest = text.as_bytes().get(from..)?;
    let mut before = from.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied();
    let found = rest.iter().position(|c| {
        let within = before.replace(*c).is_some_and(in_word);
        match c {
            b':' | b'-' => true,
            c => begins(*c) && !within,
        }
    });
    found.map(|at| from + at)
}

fn in_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

fn continues_word(text: &str, at: usize) -> bool {
    at.checked_sub(1).and_then(|at| text.as_bytes().get(at)).is_some_and(|c| in_word(*c))
}

/// If a secret begins at the start of `rest`: how many bytes stay, and how many after these are masked.
fn secret(rest: &str, word_begins: bool) -> Option<(usize, usize)> {
    let token = if word_begins { key(rest).or_else(|| web_token(rest)) } else { None };
    token.map(|length| (0, length)).or_else(|| private_key(rest)).or_else(|| password(rest))
}

fn in_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// The length of the leading part of `text` whose characters are all of a kind.
fn span(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

fn key(rest: &str) -> Option<usize> {
    let (prefix, fewest) = KEYS.iter().find(|(prefix, _)| rest.starts_with(prefix))?;
    let body = rest.get(prefix.len()..)?;
    let length = span(body, in_key);
    // A key has digits; `sk-this-is-only-a-name` has none.
    let random = body.get(..length)?.chars().any(|c| c.is_ascii_digit());
    (length >= *fewest && random).then_some(prefix.len() + length)
}

/// `eyJ….eyJ….…`: header, claims, signature.
fn web_token(rest: &str) -> Option<usize> {
    if !rest.starts_with("eyJ") {
        return None;
    }
    let length = span(rest, |c| in_key(c) || c == '.');
    let mut parts = rest.get(..length)?.split('.');
    let (_, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    (claims.starts_with("eyJ") && signature.len() >= 16).then_some(length)
}

fn private_key(rest: &str) -> Option<(usize, usize)> {
    let (begin, private, end) = PEM;
    if !rest.starts_with(begin) {
        return None;
    }
    let head = rest.find(private).filter(|at| *at < FENCE)? + private.len();
    let body = rest.get(head..)?;
    // A key that is cut off is masked as far as it goes.
    let length =
        body.find(end).unwrap_or_else(|| span(body, |c| in_key(c) || c.is_whitespace() || "+/=\\".contains(c)));
    (length > 0).then_some((head, length))
}

/// `scheme://user:password@host`: the password. Back-slashes that Markdown put before its marks stay out of it.
fn password(rest: &str) -> Option<(usize, usize)> {
    let from = "://".len();
    let authority = rest.strip_prefix("://")?;
    let end = span(authority, |c| !c.is_whitespace() && !matches!(c, '/' | '"' | '`' | '<' | '{' | '$' | '['));
    let authority = authority.get(..end)?;
    let at = authority.rfind('@')?;
    let user = authority.get(..at)?.trim_end_matches('\\');
    let colon = user.find(':')?;
    let secret = user.get(colon + 1..)?;
    (secret.len() >= 3 && secret != "***").then_some((from + colon + 1, secret.len()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// Put together here, so that no scanner takes this file for a leak.
    fn made(prefix: &str, length: usize) -> String {
        format!("{prefix}{}", "a1B2".chars().cycle().take(length).collect::<String>())
    }

    #[test]
    fn shapes_of_keys_are_masked_and_counted() {
        for (prefix, fewest) in KEYS {
            let text = format!("Key `{}` leaked.", made(prefix, fewest));
            assert_eq!(redact(&text), (format!("Key `{MASK}` leaked.").into(), 1), "{prefix}");
        }
        let token = format!("{}.{}.{}", made("eyJ", 20), made("eyJ", 20), made("", 43));
        assert_eq!(redact(&format!("({token})")), (format!("({MASK})").into(), 1));
        let pem = "x -----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----\ny";
        let masked = format!("x -----BEGIN RSA PRIVATE KEY-----{MASK}-----END RSA PRIVATE KEY-----\ny");
        assert_eq!(redact(pem), (masked.into(), 1));
        let address = "postgres\\://app:s3cret\\@db/x and https://u:p4ss@h";
        assert_eq!(redact(address), (format!("postgres\\://app:{MASK}\\@db/x and https://u:{MASK}@h").into(), 2));
    }

    #[test]
    fn secrets_side_by_side_are_each_found() {
        let key = made("sk-", 20);
        assert_eq!(redact(&format!("{key}, {key}:{key}")), (format!("{MASK}, {MASK}:{MASK}").into(), 3));
        assert_eq!(redact(&format!("ä{key}ä_{key}")), (format!("ä{MASK}ä_{key}").into(), 1));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let digest = "8aa62bf6cc72113ee7efbf8c6fd062f31677e82798a4e06c16017e38bc159cbe";
        let text = format!(
            "task-12345678901234567890 sk-short sk-names-without-any-digits-at-all {digest} https://a.b/c?d=e@f \
             inv_live_ Key AKIA. ähm\n-----BEGIN CERTIFICATE-----\nuser:pass@host"
        );
        assert_eq!(redact(&text), (text.as_str().into(), 0));
    }
}
