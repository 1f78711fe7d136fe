//! Why a file cannot be merged.

use std::{fmt, io};

use super::SCHEMA;
use crate::payload::redact::quote;

/// Why a file is no shard.
#[derive(Debug)]
pub enum ReadError {
    /// It cannot be read.
    Io(io::Error),
    /// A line is not what it should be.
    Line(u64, serde_json::Error),
    /// It is a report, which holds sums and no attempts.
    Sums,
    /// It does not begin as a shard does.
    Version(Option<String>),
    /// It ends before its end.
    Cut,
}

impl std::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Line(number, error) => {
                // The error may quote what stands there.
                write!(f, "line {number} cannot be read: {}", quote(&error.to_string()))
            }
            Self::Version(Some(version)) => {
                write!(f, "it is a {}, and this siotrace reads {SCHEMA}", quote(version))
            }
            Self::Sums => f.write_str(
                "it is a report with sums only; `siotrace --mergeable -o web1.json app.log` writes one that can be merged",
            ),
            Self::Version(None) => f.write_str(
                "it is no run of siotrace; `siotrace --mergeable -o web1.json app.log` writes one",
            ),
            Self::Cut => f.write_str("its end is missing: the run that wrote it was stopped"),
        }
    }
}
