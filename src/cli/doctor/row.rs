//! One line of the report.

use serde::Serialize;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// A debate works, but not as well as it could.
    Warn,
    /// No debate is possible like this.
    Fail,
    /// It could not be found out.
    Unknown,
}

impl Status {
    /// As wide as the others.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok     ",
            Self::Warn => "warn   ",
            Self::Fail => "FAIL   ",
            Self::Unknown => "unknown",
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    /// What was looked at.
    pub check: &'static str,
    /// How it came out.
    pub status: Status,
    /// What was seen.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Row {
    pub fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, detail: detail.into(), hint: None }
    }

    pub fn unknown(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, status: Status::Unknown, detail: detail.into(), hint: None }
    }

    pub fn warn(check: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, status: Status::Warn, detail: detail.into(), hint: Some(hint.into()) }
    }

    pub fn fail(check: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, status: Status::Fail, detail: detail.into(), hint: Some(hint.into()) }
    }
}
