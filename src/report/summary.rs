//! What a run says of itself, apart from its verdicts: the inputs, what was found besides, what was not understood and what was dropped.
//!
//! The pipeline fills it in while it reads; the report takes it over at the end.

use crate::{
    event::{At, SourceId},
    patterns::Change,
    rules::cause::Finding,
    time::Stamp,
};

/// A finished run, without its verdicts.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// The inputs; a [`SourceId`](crate::event::SourceId) is a place in this list.
    pub inputs: Vec<Input>,
    /// What was found that is no failure, in the order of the closed list.
    pub findings: Vec<FindingCount>,
    /// Lines that speak of Socket.IO and that no grammar knew.
    pub unmatched: Unmatched,
    /// The same lines as they stand, where an account was asked for.
    #[serde(skip)]
    pub unread: Vec<Unread>,
    /// Requests of health checks and of pages left open: nobody tried to connect by them.
    pub foreign_requests: u64,
    /// When server processes came up or were lost, in the order of time.
    pub changes: Vec<Change>,
    /// What a bound dropped.
    pub dropped: Dropped,
    /// What the grammars know, for people whose log has nothing of it: their titles.
    pub looked_for: Vec<String>,
}

/// One input, read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input {
    /// As the user gave it.
    pub name: String,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Lines that a grammar knew.
    pub matched: u64,
    /// Lines that speak of Socket.IO and that no grammar knew.
    #[serde(default)]
    pub unmatched: u64,
    /// Lines longer than the bound, read in part.
    pub cut: u64,
    /// The earliest stamp.
    pub first: Option<Stamp>,
    /// The latest stamp.
    pub last: Option<Stamp>,
    /// Of stamps without a zone, how many seconds east of UTC the sessions that it shares with another input show them to be.
    pub offset: Option<i64>,
    /// Which grammars had lines in it, the most frequent first.
    pub formats: Vec<String>,
    /// What is wrapped around those lines, the most frequent first: `docker`, `logger`, `json`.
    #[serde(default)]
    pub envelopes: Vec<String>,
    /// Why it was not read to its end: one line, for a message.
    pub problem: Option<String>,
}

/// How often one finding was seen.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingCount {
    /// Which.
    pub finding: Finding,
    /// Lines that show it.
    pub count: u64,
    /// Attempts that it was found in.
    pub attempts: u64,
    /// The first of those lines.
    pub first: Option<At>,
    /// How many of those lines each source has, by the order of the sources.
    pub sources: Vec<(SourceId, u64)>,
    /// The credentials that those lines show.
    pub credentials: Option<Credentials>,
}

/// Credentials that logs show, each counted once, and whether they still open a door. Times are compared with the last line of all logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Credentials {
    /// How many different ones.
    pub different: usize,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Tokens that say no end.
    pub endless: u64,
    /// Tokens whose end is still to come.
    pub live: u64,
    /// Tokens whose end has passed.
    pub dead: u64,
    /// For how many seconds the longest of those that live goes on.
    pub live_for: Option<i64>,
}

/// Lines that speak of Socket.IO and that no grammar knew.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unmatched {
    /// How many lines.
    pub lines: u64,
    /// Their templates, the most frequent first; masked.
    pub templates: Vec<Template>,
    /// Lines whose template found no room in the list.
    pub unlisted: u64,
}

/// A line that speaks of Socket.IO and that no grammar knew; masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands.
    pub at: At,
    /// The line.
    pub text: String,
}

/// A line with its changing parts taken out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Template {
    /// What stays the same.
    pub text: String,
    /// Lines of this shape.
    pub count: u64,
    /// One of them.
    pub example: At,
}

/// What a bound dropped. Nothing is dropped without being counted here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dropped {
    /// Events of attempts that had too many.
    pub events: u64,
    /// Attempts that were closed early, because too many were open or the open ones held too many lines.
    pub attempts: u64,
    /// Lines that were understood and belong to no attempt.
    pub unclaimed: u64,
}

impl Summary {
    /// Lines of all inputs.
    pub fn lines(&self) -> u64 {
        self.inputs.iter().map(|input| input.lines).sum()
    }

    /// The earliest and the latest stamp of all inputs.
    pub fn span(&self) -> Option<(Stamp, Stamp)> {
        let first = self.inputs.iter().filter_map(|input| input.first).reduce(Stamp::earlier)?;
        let last = self.inputs.iter().filter_map(|input| input.last).max()?;
        Some((first, last))
    }

    /// The names of the inputs, by source.
    pub fn names(&self) -> Vec<String> {
        self.inputs.iter().map(|input| input.name.clone()).collect()
    }
}
