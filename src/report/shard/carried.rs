//! A shard inside a report's JSON, so that one file serves dashboards and `siotrace merge`.
//!
//! It is the report's second member, for attempts are written as they close and the rest of the report when all have. The first is the version, by which a report is known.

use std::io::{self, BufRead, Read as _, Write};

use serde::Deserialize;

use super::{SCHEMA, error::ReadError};
use crate::{
    report::{Options, Report, Summary, compare::Side, json},
    verdict::Verdict,
};

/// Writes a report that carries its shard.
#[derive(Debug, Default)]
pub struct Carrier {
    attempts: u64,
}

impl Carrier {
    /// Begins the document.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write_head(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\"schema\":\"{}\",\"shard\":{{\"schema\":\"{SCHEMA}\",\"attempts\":[",
            json::SCHEMA
        )
    }

    /// Writes one attempt.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write(&mut self, verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.attempts == 0 { b"\n" } else { b",\n" })?;
        self.attempts += 1;
        out.write_all(json::showable(serde_json::to_string(verdict)?).as_bytes())
    }

    /// Writes the end: the summary of the run, and the report.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write_report(
        &self,
        report: &Report,
        options: &Options,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let summary = json::showable(serde_json::to_string(&report.summary)?);
        write!(out, "\n],\"summary\":{summary}}}")?;
        json::write_rest(report, options, out)
    }
}

/// What is read of such a report.
#[derive(Deserialize)]
struct Document {
    schema: String,
    shard: Option<Body>,
}

#[derive(Deserialize)]
struct Body {
    schema: String,
    attempts: Vec<Verdict>,
    summary: Summary,
}

/// The attempts and the summary that a report carries which begins with `head`.
pub(super) fn read(
    head: &[u8],
    mut rest: impl BufRead,
) -> Result<(Vec<Verdict>, Summary), ReadError> {
    // Of a report that was laid out anew the first line is but a brace.
    let is_report = Side::is_report(&[head, rest.fill_buf().map_err(ReadError::Io)?].concat());
    let document: Document = match serde_json::from_reader(head.chain(rest)) {
        Ok(document) => document,
        Err(error) if is_report && error.is_eof() => return Err(ReadError::Cut),
        Err(error) if is_report => return Err(ReadError::Line(error.line() as u64, error)),
        Err(_) => return Err(ReadError::Version(None)),
    };
    if document.schema != json::SCHEMA {
        return Err(ReadError::Version(Some(document.schema)));
    }
    match document.shard {
        Some(body) if body.schema == SCHEMA => Ok((body.attempts, body.summary)),
        Some(body) => Err(ReadError::Version(Some(body.schema))),
        None => Err(ReadError::Sums),
    }
}
