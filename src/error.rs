//! What can stop an analysis, or a part of it.
//!
//! A bad *line* is never an error: it is counted and the run goes on. Each message is one sentence about one input, and says what to do where the
//! program can know it. The cause beneath stands in `source`, so print the whole chain (`{error:#}` of `anyhow`), as in
//! `cannot open nowhere.log: No such file or directory (os error 2)`.

use std::io;
use std::path::PathBuf;

use crate::input::Compression;

/// What stopped the analysis, or the reading of one input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input may not be read.
    #[error("cannot open {name}")]
    Open {
        /// The input, as given.
        name: String,
        /// The system's word on it.
        source: io::Error,
    },
    /// There is no such file.
    #[error("there is no file {name}{}", .near.as_ref().map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
    Missing {
        /// The input, as given.
        name: String,
        /// What is called nearly so beside it.
        near: Option<String>,
    },
    /// Reading failed in the middle; what came before it was handed on.
    #[error("cannot read {name} beyond byte {at}")]
    Read {
        /// The input, as given.
        name: String,
        /// Bytes read until then.
        at: u64,
        /// The system's word on it.
        source: io::Error,
    },
    /// No file has a name like this.
    #[error(
        "no file matches {pattern}; check the directory, and that the pattern is not quoted twice"
    )]
    NoMatch {
        /// The pattern, as given.
        pattern: String,
    },
    /// This is no pattern for file names.
    #[error(
        "cannot understand the pattern {pattern}; write [[] for a bracket that stands for itself"
    )]
    Pattern {
        /// The pattern, as given.
        pattern: String,
        /// What is wrong with it.
        source: glob::PatternError,
    },
    /// A directory in which nothing looks like a log.
    #[error("no logs in {name}: it has {}; name the log file itself", looked_at(*.files))]
    NoLogs {
        /// The directory, as given.
        name: String,
        /// How many files were looked at.
        files: usize,
    },
    /// Something that is no log at all.
    #[error("{name} is not a log: it looks like {what}; {hint}")]
    Binary {
        /// The input, as given.
        name: String,
        /// What it looks like.
        what: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// A compressed file that stops before its end; what was whole was handed on.
    #[error(
        "{name} is cut short: the {compression} data stops at byte {at} in mid-stream; its first {lines} lines were analysed, \
         copy the file again for the rest"
    )]
    Truncated {
        /// The input, as given.
        name: String,
        /// How it is compressed.
        compression: Compression,
        /// Compressed bytes read.
        at: u64,
        /// Lines that were handed on.
        lines: u64,
    },
    /// A compressed file that is damaged; what stood before the damage was handed on.
    #[error(
        "{name} is damaged: the {compression} data cannot be unpacked near byte {at}; its first {lines} lines were analysed, \
         copy the file again for the rest"
    )]
    Corrupt {
        /// The input, as given.
        name: String,
        /// How it is compressed.
        compression: Compression,
        /// Compressed bytes read, which may run some KiB ahead of the damage.
        at: u64,
        /// Lines that were handed on.
        lines: u64,
        /// The decoder's word on it.
        source: io::Error,
    },
    /// A grammar file that cannot be used.
    #[error("grammar {} is not usable:\n{reason}", .path.display())]
    Grammar {
        /// The file.
        path: PathBuf,
        /// What is wrong, where, and what would be right.
        reason: String,
    },
    /// A rule file that cannot be used.
    #[error("rule {name} is not usable:\n{reason}")]
    Rule {
        /// The rule's cause or file.
        name: String,
        /// What is wrong, where, and what would be right.
        reason: String,
    },
}

fn looked_at(files: usize) -> String {
    match files {
        0 => "no files but hidden ones".to_owned(),
        1 => "1 file, which is no log".to_owned(),
        n => format!("{n} files, none of which is a log"),
    }
}
