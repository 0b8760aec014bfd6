//! The forms that values must have, whichever place they were set in. Parsed once, they need no checking later; the
//! same parsers serve the command line as `clap` value parsers.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// A value that has not the form it must have. It says which form that is, and does not repeat the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct BadValue {
    /// The right form, as a noun phrase: "a whole number, 1 or more".
    pub expected: &'static str,
}

impl BadValue {
    pub(super) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

/// Longest name of a model, a seat or an agent, in characters.
const LONGEST_NAME: usize = 200;
/// Most seats that one list may name.
const MOST_SEATS: usize = 64;

/// Where a server that speaks the OpenAI protocol is found: `http` or `https`, no trailing slash, no user, no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    const BAD: BadValue =
        BadValue::new("a URL such as https://api.openai.com/v1, with neither user name nor query in it");

    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the server runs on this machine, going by name or address alone.
    pub fn is_loopback(&self) -> bool {
        let host = host_of(&self.0).unwrap_or_default();
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for BaseUrl {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let text = text.trim().trim_end_matches('/');
        let plain = |c: char| c.is_ascii_graphic() && !"@?#\\\"<>".contains(c);
        if text.len() > 2000 || !text.chars().all(plain) || host_of(text).is_none() {
            return Err(Self::BAD);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The host of an http or https URL, brackets of an IPv6 address removed; none where host or port are malformed.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split('/').next()?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(six) => six.split_once(']').filter(|(host, _)| host.parse::<IpAddr>().is_ok())?,
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port_holds = port.is_empty() || port.strip_prefix(':').is_some_and(|number| number.parse::<u16>().is_ok());
    (!host.is_empty() && port_holds).then_some(host)
}

/// How freely a model chooses its words: 0 to 2, as the OpenAI protocol has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature(f64);

impl Temperature {
    pub(super) const BAD: BadValue = BadValue::new("a number from 0 to 2");

    /// The number, from 0 to 2.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl FromStr for Temperature {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let number: f64 = text.trim().parse().map_err(|_| Self::BAD)?;
        if (0.0..=2.0).contains(&number) { Ok(Self(number)) } else { Err(Self::BAD) }
    }
}

/// A model for one seat, as the flag `--seat TAG=MODEL[@URL]` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatFlag {
    /// The seat's tag, in upper case.
    pub tag: String,
    /// The model's name.
    pub model: String,
    /// The server, where one is named.
    pub base_url: Option<BaseUrl>,
}

impl FromStr for SeatFlag {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let bad = BadValue::new("TAG=MODEL or TAG=MODEL@URL, such as SECURITY=gpt-5");
        let (tag, rest) = text.split_once('=').ok_or(bad)?;
        // A model's name may hold an @ of its own: only one before a URL divides.
        let divide = rest.find("@http://").or_else(|| rest.find("@https://"));
        let (model, url) = match divide {
            Some(at) => (rest.get(..at).ok_or(bad)?, rest.get(at + 1..)),
            None => (rest, None),
        };
        Ok(Self { tag: parse_tag(tag)?, model: parse_model(model)?, base_url: url.map(str::parse).transpose()? })
    }
}

/// What `--seat` takes: a model for a seat, or a file that sits down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatArg {
    /// `TAG=MODEL` or `TAG=MODEL@URL`.
    Model(SeatFlag),
    /// `FILE`, or `TAG=FILE`.
    File {
        /// The tag it is to have, in upper case.
        tag: Option<String>,
        /// The definition's file.
        file: PathBuf,
    },
}

impl FromStr for SeatArg {
    type Err = BadValue;

    /// What follows the tag, or stands alone, is a file if it ends in `.md`, `.markdown` or `.toml`, begins like a path
    /// (`./`, `../`, `/`, `~/`), or has a separator in it and is there. Everything else is a model, whose name may well
    /// hold a separator: `openai/gpt-5`. A server after `@` always means a model.
    fn from_str(text: &str) -> Result<Self, BadValue> {
        let text = text.trim();
        let tagged = text.split_once('=').filter(|(tag, _)| parse_tag(tag).is_ok());
        match tagged {
            Some((tag, file)) if is_file(file) => {
                Ok(Self::File { tag: Some(parse_tag(tag)?), file: PathBuf::from(file.trim()) })
            }
            None if is_file(text) || Path::new(text).is_file() => {
                Ok(Self::File { tag: None, file: PathBuf::from(text) })
            }
            _ => text.parse().map(Self::Model).map_err(|_: BadValue| {
                BadValue::new("TAG=MODEL, TAG=MODEL@URL, a definition's file, or TAG=FILE, such as SECURITY=gpt-5")
            }),
        }
    }
}

fn is_file(text: &str) -> bool {
    let text = text.trim();
    if text.contains("@http://") || text.contains("@https://") || text.chars().any(char::is_control) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    [".md", ".markdown", ".toml"].iter().any(|end| lower.ends_with(end))
        || ["./", "../", "/", "~/"].iter().any(|start| text.starts_with(start))
        || (text.contains(['/', '\\']) && Path::new(text).is_file())
}

/// A time from whole numbers with their units: `500ms`, `45s`, `30m`, `2h`, `1h30m`, `1h30m10s`, the largest first and each once.
/// Not zero, at most 366 days.
pub fn parse_duration(text: &str) -> Result<Duration, BadValue> {
    const BAD: BadValue = BadValue::new("a time with its unit, such as 500ms, 90s, 30m, 2h or 1h30m");
    const LONGEST: Duration = Duration::from_secs(366 * 86_400);
    const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut units = UNITS.iter();
    let mut rest = text.trim();
    let mut whole: u64 = 0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).ok_or(BAD)?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        // Those that were passed over, and the one that was found, come no more.
        let (_, size) = units.find(|(name, _)| *name == unit).ok_or(BAD)?;
        let count: u64 = number.parse().map_err(|_| BAD)?;
        whole = count.checked_mul(*size).and_then(|more| whole.checked_add(more)).ok_or(BAD)?;
        rest = after;
    }
    let time = Duration::from_millis(whole);
    if time.is_zero() || time > LONGEST { Err(BAD) } else { Ok(time) }
}

/// The name of a model or an agent: one line, not empty, at most 200 characters.
pub fn parse_model(text: &str) -> Result<String, BadValue> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
        return Err(BadValue::new("a name on one line, such as \"gpt-5\""));
    }
    Ok(text.to_owned())
}

/// A seat's tag, turned to upper case. `SUPERVISOR` and `HUMAN` are no seats.
pub fn parse_tag(text: &str) -> Result<String, BadValue> {
    let tag = text.trim().to_ascii_uppercase();
    let shaped = tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if tag.is_empty() || tag.len() > LONGEST_NAME || !shaped || tag == "SUPERVISOR" || tag == "HUMAN" {
        return Err(BadValue::new(
            "a seat's tag such as SECURITY: letters, digits, - and _; not SUPERVISOR, not HUMAN",
        ));
    }
    Ok(tag)
}

/// A list of seats' names divided by commas: `backend, security`.
pub fn parse_seat_names(text: &str) -> Result<Vec<String>, BadValue> {
    seat_names(text.split(','))
}

/// Servers to look for where no model is set: base URLs divided by commas, or `off` for none.
pub fn parse_probe(text: &str) -> Result<Vec<BaseUrl>, BadValue> {
    const BAD: BadValue = BadValue::new("base URLs divided by commas, such as http://127.0.0.1:11434/v1, or off");
    const MOST: usize = 16;
    if text.trim() == "off" {
        return Ok(Vec::new());
    }
    let urls: Vec<BaseUrl> = text.split(',').map(|url| url.parse().map_err(|_| BAD)).collect::<Result<_, _>>()?;
    if urls.len() > MOST { Err(BAD) } else { Ok(urls) }
}

/// One to 64 seats' names, each as [`parse_model`] wants it.
pub(super) fn seat_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<String>, BadValue> {
    const BAD: BadValue = BadValue::new("1 to 64 names of seats, such as backend and security");
    let names: Vec<String> = names.map(|name| parse_model(name).map_err(|_| BAD)).collect::<Result<_, _>>()?;
    if names.is_empty() || names.len() > MOST_SEATS { Err(BAD) } else { Ok(names) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_units_largest_first_and_nothing_else() {
        for (text, seconds) in [("45s", 45), ("30m", 1800), ("2h", 7200), ("1h30m", 5400), (" 1h1m1s ", 3661)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for (text, millis) in [("500ms", 500), ("1s250ms", 1250), ("2m5ms", 120_005)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            "30",
            "m",
            "0m",
            "0ms",
            "-5m",
            "+5m",
            "1.5h",
            "30m1h",
            "1h 30m",
            "5mm",
            "1ms2s",
            "2d",
            "ms",
            "1m1m",
            "5é",
            "99999999999999999999h",
            "9000h",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        assert!(parse_duration("30").unwrap_err().to_string().contains("30m"));
    }

    #[test]
    fn a_base_url_is_plain_http_and_loses_its_last_slash() {
        assert_eq!("https://api.openai.com/v1/".parse::<BaseUrl>().unwrap().as_str(), "https://api.openai.com/v1");
        for bad in [
            "",
            "api.openai.com",
            "ftp://x",
            "https://",
            "http://:80",
            "https://u:p@h/v1",
            "https://h?x=1",
            "https://h:port",
            "https://h/a b",
            "http://[::1",
            "http://127.0.0.1\\@evil",
        ] {
            assert!(bad.parse::<BaseUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for here in ["http://localhost:11434/v1", "http://127.0.0.1", "http://[::1]:8080/v1"] {
            assert!(here.parse::<BaseUrl>().unwrap().is_loopback(), "{here}");
        }
        for there in ["http://127.evil.example", "http://localhost.evil.example/v1", "https://10.0.0.1"] {
            assert!(!there.parse::<BaseUrl>().unwrap().is_loopback(), "{there}");
        }
    }

    #[test]
    fn a_seat_flag_keeps_an_at_sign_in_the_models_name() {
        let flag: SeatFlag = "security=claude@20260101@http://localhost:1/v1".parse().unwrap();
        assert_eq!((flag.tag.as_str(), flag.model.as_str()), ("SECURITY", "claude@20260101"));
        assert_eq!(flag.base_url.unwrap().as_str(), "http://localhost:1/v1");
        assert_eq!("A=m@2".parse::<SeatFlag>().unwrap().base_url, None);
        for bad in ["SECURITY", "=m", "SECURITY=", "supervisor=m", "A=m@http://"] {
            assert!(bad.parse::<SeatFlag>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_seats_file_is_told_from_a_models_name() {
        let file = |text: &str| match text.parse::<SeatArg>().unwrap() {
            SeatArg::File { tag, file } => Some((tag, file.to_string_lossy().into_owned())),
            SeatArg::Model(_) => None,
        };
        assert_eq!(file("agents/a.md"), Some((None, "agents/a.md".into())));
        assert_eq!(file("sec=agents/a.md"), Some((Some("SEC".into()), "agents/a.md".into())));
        assert_eq!(file("SEC=reviewer.TOML").unwrap().1, "reviewer.TOML");
        assert_eq!(file("../x/003.txt").unwrap().1, "../x/003.txt");
        assert_eq!(file("./a=b.md").unwrap(), (None, "./a=b.md".into()));
        for model in
            ["A=gpt-5", "A=openai/gpt-5", "A=m@http://h/agents.md", "A=human", "A=qwen3:32b", "A=nosuch/file.txt"]
        {
            assert_eq!(file(model), None, "{model}");
        }
        for bad in ["gpt-5", "=x.md x", "A="] {
            assert!(matches!(bad.parse::<SeatArg>(), Err(_) | Ok(SeatArg::File { .. })), "{bad}");
        }
        assert!("gpt-5".parse::<SeatArg>().is_err());
    }

    #[test]
    fn temperature_stays_between_0_and_2() {
        assert_eq!("0.7".parse::<Temperature>().map(Temperature::get), Ok(0.7));
        for bad in ["-0.1", "2.01", "nan", "inf", "warm"] {
            assert!(bad.parse::<Temperature>().is_err(), "{bad}");
        }
    }

    #[test]
    fn servers_to_look_for_are_urls_or_none() {
        assert_eq!(parse_probe("off"), Ok(Vec::new()));
        assert_eq!(parse_probe("http://a/v1, http://b:1/v1/").unwrap().len(), 2);
        for bad in ["", "11434", "http://a,,http://b"] {
            assert!(parse_probe(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn seat_lists_refuse_gaps() {
        assert_eq!(parse_seat_names("backend, security").unwrap(), ["backend", "security"]);
        assert!(parse_seat_names("backend,,security").is_err());
        assert!(parse_seat_names("").is_err());
    }
}
