//! The report as data, and one small file a renderer.
//!
//! [`Report`] is finished before the first renderer sees it; renderers decide nothing, know nothing of one another, and write to
//! what they are given. [`text`] is for a person, [`json`] for a dashboard, [`ndjson`] for a pipe; [`explain`] writes the pages of
//! `siotrace explain` from the same texts.

use crate::{
    event::Stack,
    facts::Layer,
    patterns::Patterns,
    rules::cause::Cause,
    time::Stamp,
    verdict::{Confidence, Verdict},
};

pub mod account;
mod advice;
mod build;
pub mod chosen;
pub mod compare;
pub mod csv;
pub mod explain;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
mod line;
mod link;
pub mod markdown;
pub mod mermaid;
pub mod ndjson;
mod page;
pub mod prometheus;
mod record;
pub mod sarif;
pub mod schema;
pub mod shard;
pub mod show;
pub mod sources;
mod story;
mod style;
mod summary;
pub mod sums;
pub mod text;
mod together;
pub mod token;
mod words;
mod wrap;

#[cfg(test)]
mod testing;

pub use self::{
    advice::{Advice, Rulebook},
    build::ReportBuilder,
    link::{Links, Opener},
    record::AttemptRecord,
    summary::{Credentials, Dropped, FindingCount, Input, Summary, Template, Unmatched, Unread},
    sums::Sums,
};
pub use crate::patterns::Tally;

/// Verdicts, summed up.
#[derive(Clone, Debug)]
pub struct Report {
    /// Attempts by outcome.
    pub totals: Totals,
    /// Different client addresses; `None` when the log shows none.
    pub clients: Option<Tally>,
    /// How many attempts each layer said no to, from the client inwards.
    pub layers: Vec<(Layer, u64)>,
    /// How many attempts show lines of each software; one can show several.
    pub stacks: Vec<(Stack, u64)>,
    /// The causes that were asked for; empty means all.
    pub only: Vec<Cause>,
    /// The causes, the most frequent first.
    pub causes: Vec<CauseReport>,
    /// What the attempts show together.
    pub patterns: Patterns,
    /// What is wrong besides.
    pub findings: Vec<FindingReport>,
    /// Sums over all attempts.
    pub sums: Sums,
    /// The run itself.
    pub summary: Summary,
}

/// Attempts by outcome. The four outcomes add up to `attempts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All.
    pub attempts: u64,
    /// Let in.
    pub accepted: u64,
    /// Refused.
    pub rejected: u64,
    /// The client left or gave up.
    pub abandoned: u64,
    /// The log never says.
    pub undecided: u64,
    /// Those that count as failed.
    pub failed: u64,
}

/// All attempts with one cause.
#[derive(Clone, Debug)]
pub struct CauseReport {
    /// Which.
    pub cause: Cause,
    /// How many.
    pub count: u64,
    /// How many of them count as failed: of an attempt that the log never decides it is not known.
    pub failed: u64,
    /// Their part of the attempts whose cause is reported, 0 to 1.
    pub share: f64,
    /// From how many addresses.
    pub clients: Option<Tally>,
    /// How many different users; `None` when the log names none.
    pub users: Option<Tally>,
    /// The earliest.
    pub first: Option<Stamp>,
    /// The latest.
    pub last: Option<Stamp>,
    /// How sure, the surest first.
    pub confidence: Vec<(Confidence, u64)>,
    /// What came with it.
    pub also: Vec<(Cause, u64)>,
    /// The software that these attempts show.
    pub stacks: Vec<Stack>,
    /// Up to three attempts, the surest first.
    pub samples: Vec<Verdict>,
    /// What to tell about it.
    pub advice: Advice,
}

/// One kind of thing that is wrong besides.
#[derive(Clone, Debug)]
pub struct FindingReport {
    /// Which, how often, where.
    pub counted: FindingCount,
    /// What to tell about it.
    pub advice: Advice,
}

/// How a report is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Columns of the terminal; `None`: no terminal, and quoted lines and tables keep their length.
    pub width: Option<u16>,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether nothing but ASCII may be drawn; what a log holds stays as it is.
    pub ascii: bool,
    /// How places in logs are linked; `None`: not at all.
    pub links: Option<Links>,
    /// Shows only so many causes.
    pub top: Option<usize>,
    /// Lists the templates of what was not understood.
    pub unmatched: bool,
}

/// `text` with its control characters shown, fit for a terminal.
pub fn shown(text: &str) -> String {
    wrap::harmless(text).into_owned()
}

impl Report {
    /// The causes to show, of which there are `top` at most.
    fn shown(&self, top: Option<usize>) -> &[CauseReport] {
        self.causes.get(..top.unwrap_or(usize::MAX)).unwrap_or(&self.causes)
    }

    /// What the run calls a source.
    fn source(&self, at: crate::event::At) -> &str {
        record::name(at, |n| self.input_name(n))
    }

    fn input_name(&self, source: usize) -> Option<&str> {
        self.summary.inputs.get(source).map(|input| input.name.as_str())
    }
}
