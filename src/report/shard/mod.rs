//! A run in a form that can be put together with others: what one machine saw of a service that many serve.
//!
//! A shard is a file of lines, each a JSON object: first the version, then one verdict a line as attempts close, at the end the summary of the run. Whoever
//! reads several has all that one run over all logs would have summed up, and sums it up in the same way. What is written is masked, as in every output, and what is
//! read is masked again. A report's JSON can carry one (`carried`).

mod carried;
mod error;
mod join;
mod merge;
mod read;

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

pub use self::{
    carried::Carrier,
    error::ReadError,
    merge::{Merged, merge},
    read::Shard,
};
use super::{Summary, json};
use crate::verdict::Verdict;

/// The form's version.
pub const SCHEMA: &str = "siotrace.shard/1";

/// One line of the file.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line<V, S> {
    /// The first.
    Schema(#[cfg_attr(test, schemars(extend("const" = SCHEMA)))] String),
    /// One attempt.
    Attempt(V),
    /// The last. A file without it was cut off.
    Summary(S),
}

/// Writes the first line.
pub fn write_head(out: &mut dyn Write) -> io::Result<()> {
    line(&Line::<&Verdict, &Summary>::Schema(SCHEMA.to_owned()), out)
}

/// Writes one attempt.
pub fn write(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    line(&Line::<_, &Summary>::Attempt(verdict), out)
}

/// Writes the end.
pub fn write_summary(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    line(&Line::<&Verdict, _>::Summary(summary), out)
}

fn line(line: &Line<impl Serialize, impl Serialize>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", json::showable(serde_json::to_string(line)?))
}
