//! One of two reports that are compared: its counts, from a run or from a JSON report that an earlier run wrote.

use std::{collections::BTreeMap, fmt, io::BufRead};

use serde::{Deserialize, Serialize};

use super::super::{Report, json};

/// What is compared of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Side {
    /// Where it comes from.
    pub name: String,
    /// All attempts.
    pub attempts: u64,
    /// Those that failed.
    pub failed: u64,
    /// Failed attempts by cause.
    #[serde(skip)]
    pub causes: BTreeMap<String, u64>,
}

/// Why a file is no report that can be compared.
#[derive(Debug)]
pub enum ReadError {
    /// It is no JSON, or has not the keys of a report.
    Form(serde_json::Error),
    /// It is a report of another version.
    Version(String),
    /// It was limited to some causes.
    Limited(&'static str),
}

impl std::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => write!(f, "it is no report of siotrace: {error}"),
            Self::Version(version) => {
                write!(f, "it is a {version}, and this siotrace reads {}", json::SCHEMA)
            }
            Self::Limited(option) => write!(f, "it was written with {option} and lacks causes"),
        }
    }
}

/// With what the name of a report's version begins, whatever the version.
const BEGINNING: &str = "\"siotrace.report/";

/// The keys that are read of a report.
#[derive(Deserialize)]
struct Document {
    schema: String,
    totals: Totals,
    only: Vec<String>,
    causes_found: usize,
    causes: Vec<Cause>,
}

#[derive(Deserialize)]
struct Totals {
    attempts: u64,
    failed: u64,
}

#[derive(Deserialize)]
struct Cause {
    cause: String,
    failed: u64,
}

impl Side {
    /// Of a run's report.
    pub fn of(report: &Report, name: String) -> Self {
        let causes = report.causes.iter().filter(|cause| cause.failed > 0);
        Self {
            name,
            attempts: report.totals.attempts,
            failed: report.totals.failed,
            causes: causes.map(|cause| (cause.cause.as_str().to_owned(), cause.failed)).collect(),
        }
    }

    /// Whether `text` begins as a report does that was written with `--format json`: a log in JSON begins in another way.
    pub fn is_report(text: &[u8]) -> bool {
        const HEAD: usize = 200;
        let head = &text[..text.len().min(HEAD)];
        head.trim_ascii_start().starts_with(b"{")
            && memchr::memmem::find(head, BEGINNING.as_bytes()).is_some()
    }

    /// Whether `text` is a report whose members somebody has put in another order, as `jq -S` does. Of a log in JSON lines the first line is read, of a log that is one
    /// object all of it.
    pub fn is_reordered(text: impl BufRead) -> bool {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let mut first = serde_json::Deserializer::from_reader(text).into_iter::<Head>();
        first.next().is_some_and(|head| {
            head.is_ok_and(|head| format!("\"{}", head.schema).starts_with(BEGINNING))
        })
    }

    /// Of a JSON report.
    ///
    /// # Errors
    /// [`ReadError`] when it is none, or tells too little.
    pub fn read(text: impl BufRead, name: String) -> Result<Self, ReadError> {
        let document: Document = serde_json::from_reader(text).map_err(ReadError::Form)?;
        if document.schema != json::SCHEMA {
            return Err(ReadError::Version(document.schema));
        }
        if !document.only.is_empty() {
            return Err(ReadError::Limited("--cause"));
        }
        if document.causes_found > document.causes.len() {
            return Err(ReadError::Limited("--top"));
        }
        let causes = document.causes.into_iter().filter(|cause| cause.failed > 0);
        Ok(Self {
            name,
            attempts: document.totals.attempts,
            failed: document.totals.failed,
            causes: causes.map(|cause| (cause.cause, cause.failed)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        report::{Options, testing::outage, testing::outage_of},
        rules::cause::Cause,
    };

    fn written(report: &Report, top: Option<usize>) -> Vec<u8> {
        let mut out = Vec::new();
        json::write(report, &Options { top, ..Options::default() }, &mut out).unwrap();
        out
    }

    #[test]
    fn a_report_that_was_written_and_read_is_the_same() {
        let report = outage();
        let text = written(&report, None);
        assert!(Side::is_report(&text));
        let side = Side::read(text.as_slice(), String::new()).unwrap();
        assert_eq!(side, Side::of(&report, String::new()));
        assert!(side.failed > 0);
    }

    #[test]
    fn a_report_in_another_order_is_one() {
        let value: serde_json::Value = serde_json::from_slice(&written(&outage(), None)).unwrap();
        // A map of this kind is in the order of its keys.
        let text = serde_json::to_string_pretty(&value).unwrap();
        assert!(!Side::is_report(text.as_bytes()) && Side::is_reordered(text.as_bytes()));
        let side = Side::read(text.as_bytes(), String::new()).unwrap();
        assert_eq!(side, Side::of(&outage(), String::new()));
        for other in [
            "",
            "sid=1",
            "[1]",
            "{\"msg\":\"socket connected\"}\n{\"schema\":\"siotrace.report/1\"}",
            "{\"causes\":[{\"schema\":\"siotrace.report/1\"}]}",
            "{\"schema\":\"siotrace.attempt/1\"}",
        ] {
            assert!(!Side::is_reordered(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn what_lacks_causes_or_is_something_else_is_refused() {
        let refused = |text: &[u8]| Side::read(text, String::new()).unwrap_err().to_string();
        assert!(refused(&written(&outage(), Some(1))).contains("--top"));
        let only = outage_of(&[Cause::JwtExpired]);
        assert!(refused(&written(&only, None)).contains("--cause"));
        let text = String::from_utf8(written(&outage(), None)).unwrap();
        let other = text.replace("siotrace.report/1", "siotrace.report/2");
        assert!(Side::is_report(other.as_bytes()));
        assert!(refused(other.as_bytes()).contains("siotrace.report/2"));
        assert!(refused(b"{}").contains("no report"));
        assert!(!Side::is_report(b"{\"msg\":\"socket connected\"}"));
    }
}
