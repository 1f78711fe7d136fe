//! The arguments. How the text of one becomes a value stands in `values`.

mod values;

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf};

use clap::{Args as ArgGroup, ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use siotrace::{rules::cause::Cause, time::Stamp};

use self::values::{cause, offset, time};
use super::fail_on::FailOn;
use super::keys::KeyArgs;

/// Says why Socket.IO connections were refused, from the logs around the service
///
/// Reads the logs of the app, of the Socket.IO library, of the proxy and of the client, and says of each connection attempt whether
/// it was let in, if not why, and what to change.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 no failed attempt, 1 failed attempts found, 2 could not run as asked"
)]
pub(super) struct Args {
    /// Log files, directories or patterns, compressed or not; none, or `-`, reads standard input
    #[arg(value_name = "LOG", value_hint = ValueHint::AnyPath)]
    pub(super) logs: Vec<OsString>,

    #[command(flatten)]
    pub(super) writing: Writing,

    #[command(flatten)]
    pub(super) look: Look,

    #[command(flatten)]
    pub(super) reading: Reading,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What is reported, how, and where to.
// Each is a switch that a person sets by itself.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, ArgGroup)]
pub(super) struct Writing {
    /// How to write the report
    #[arg(short, long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Write to FILE, its format by its ending (.txt .json .ndjson .html .csv .md .prom .sarif .xml .shard), else by --format; `-` is standard output; may be given several
    /// times
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Vec<PathBuf>,

    /// Let reports in JSON carry what `siotrace merge` needs of the run
    #[arg(long)]
    pub(super) mergeable: bool,

    /// Report only attempts with this cause, and let the exit code speak of them alone; may be given several times; `siotrace
    /// explain causes` lists them
    #[arg(long, value_name = "CAUSE", value_parser = cause(), hide_possible_values = true)]
    pub(super) cause: Vec<Cause>,

    /// Show only the N most frequent causes
    #[arg(long, value_name = "N")]
    pub(super) top: Option<NonZeroUsize>,

    /// List what lines look like that speak of Socket.IO and were not understood
    #[arg(long)]
    pub(super) unmatched: bool,

    /// Write nothing to standard output and show no progress: the exit code tells
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// Exit with 0 even when failed attempts were found
    #[arg(long)]
    pub(super) exit_zero: bool,

    /// Exit with 1 only when this is found: a cause, a severity or more (low, medium, high), or a rate such as 'rate>1%'; may be
    /// given several times
    #[arg(long, value_name = "WHAT", conflicts_with = "exit_zero")]
    pub(super) fail_on: Vec<FailOn>,
}

/// How logs are read.
#[derive(Debug, ArgGroup)]
pub(super) struct Reading {
    /// Leave out attempts before TIME (RFC 3339, `2026-11-22 14:05`, `2026-11-22`)
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) since: Option<Stamp>,

    /// Leave out attempts after TIME
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) until: Option<Stamp>,

    /// Threads to use [default: one a processor]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// The offset from UTC of stamps that print none, such as +02:00
    #[arg(long, value_name = "OFFSET", value_parser = offset, allow_hyphen_values = true)]
    pub(super) assume_offset: Option<i64>,

    /// The year of stamps that print none, such as syslog's [default: this one]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1970..=9999))]
    pub(super) assume_year: Option<i32>,

    /// Know the wording in FILE too; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) grammar: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) keys: KeyArgs,
}

/// How text looks.
#[derive(Clone, Copy, Debug, ArgGroup)]
pub(super) struct Look {
    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` are heeded
    #[arg(long, value_name = "WHEN", default_value_t = ColorChoice::Auto, global = true)]
    pub(super) color: ColorChoice,

    /// Columns to fit the text into [default: those of the terminal]
    #[arg(long, value_name = "N", global = true)]
    pub(super) width: Option<u16>,

    /// Draw with ASCII alone, and show other signs by their numbers
    #[arg(long, global = true)]
    pub(super) ascii: bool,
}

/// What to do besides analysing.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show one attempt: its lines of all logs in order, what is known of it, and why this cause and no other
    #[command(
        after_help = "Exit codes: 0 shown, 2 there is no such attempt, or it could not be looked for"
    )]
    Show(Show),
    /// Compare two reports, or two logs: which causes are new, gone, risen or fallen, as parts of all attempts
    #[command(
        after_help = "Exit codes: 0 no worse, 1 worse: a new cause, or a rate that rose by more than chance, 2 could not compare"
    )]
    Diff(Diff),
    /// Put together what several runs wrote with `-o NAME.shard`, such as those of many machines, as one report
    Merge(Merge),
    /// Tell about a cause, a finding or a topic, or which causes an error text points at
    Explain(What),
    /// Write logs with pseudonyms in place of tokens, cookies, passwords and keys, so that they can be shared
    Redact(Redact),
    /// Look at a token or a session cookie: what it says, when it ends, what is wrong with it
    ///
    /// Reads tokens, `Bearer …`, cookie headers and JSON bodies, one or several, and says of each what it claims, its times in words, and
    /// the causes for which a server would refuse it. Nothing is sent anywhere, and no signature is printed.
    #[command(
        after_help = "Exit codes: 0 nothing wrong, 1 a server would refuse one of them, 2 could not look"
    )]
    Token(TokenArgs),
    /// List what is read: whose lines, and what may be wrapped around them
    Sources,
    /// Write the JSON Schema of what programs read to standard output
    Schema {
        /// Of which
        #[arg(value_enum, value_name = "DOCUMENT")]
        of: SchemaOf,
    },
    /// Write a completion script for a shell to standard output
    Completions {
        /// Which
        shell: Shell,
    },
    /// Write a man page to standard output
    Man,
}

/// Which attempt to show, and how.
#[derive(Debug, ArgGroup)]
pub(super) struct Show {
    /// The attempt: its Engine.IO or Socket.IO sid or the beginning of one, the client's address, the user, or the number of a cause in the report, of which the
    /// quoted attempt is shown
    pub(super) id: String,

    /// Log files, directories or patterns, compressed or not; none, or `-`, reads standard input
    #[arg(value_name = "LOG", value_hint = ValueHint::AnyPath)]
    pub(super) logs: Vec<OsString>,

    /// How to write it
    #[arg(short, long, value_enum, default_value_t)]
    pub(super) format: TextOrJson,

    /// Write a sequence diagram in Mermaid's language
    #[arg(long, conflicts_with = "format")]
    pub(super) mermaid: bool,

    #[command(flatten)]
    pub(super) reading: Reading,
}

/// What to compare.
#[derive(Debug, ArgGroup)]
pub(super) struct Diff {
    /// A JSON report or a log before, and one after; with --split, the logs of both
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, required = true)]
    pub(super) paths: Vec<OsString>,

    /// Compare the attempts of the same logs that began before TIME with those since
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) split: Option<Stamp>,

    /// How to write it
    #[arg(short, long, value_enum, default_value_t)]
    pub(super) format: TextOrJson,

    #[command(flatten)]
    pub(super) reading: Reading,
}

/// How what is no report of a run is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    /// For a person
    #[default]
    Text,
    /// As one document
    Json,
}

/// What to put together.
#[derive(Debug, ArgGroup)]
pub(super) struct Merge {
    /// Files that runs wrote with `-o NAME.shard`
    #[arg(value_name = "SHARD", value_hint = ValueHint::FilePath, required = true)]
    pub(super) shards: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) writing: Writing,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// The report, as `--format json` writes it
    Report,
    /// One attempt, as `--format ndjson` writes it on each line
    Attempt,
    /// Two reports compared, as `siotrace diff --format json` writes it
    Diff,
    /// Attempts line by line, as `siotrace show --format json` writes them
    Show,
    /// A line of a shard, as `-o NAME.shard` writes it for `siotrace merge`
    Shard,
}

/// What to tell about.
#[derive(Debug, ArgGroup)]
pub(super) struct What {
    /// Names (`jwt-expired`, `token-logged`, `cors`), `causes` for a list, or an error text in quotes; none lists everything
    #[arg(value_name = "WHAT")]
    pub(super) what: Vec<String>,
}

/// What to write without its credentials.
#[derive(Debug, ArgGroup)]
pub(super) struct Redact {
    /// Log files, directories or patterns, compressed or not; none, or `-`, reads standard input
    #[arg(value_name = "LOG", value_hint = ValueHint::AnyPath)]
    pub(super) logs: Vec<OsString>,

    /// Write to this file, or, of several logs, to files of their names in this directory [default: standard output]
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) output: Option<PathBuf>,

    /// Replace e-mail addresses, too
    #[arg(long)]
    pub(super) emails: bool,

    /// Replace IP addresses, too, but for those of private networks
    #[arg(long)]
    pub(super) ips: bool,

    /// Mix what is in FILE into the pseudonyms, so that short secrets and users can be told apart and only you can make the same again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) salt: Option<PathBuf>,

    /// Threads to use [default: one a processor]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
}

/// Which token to look at, and how.
#[derive(Debug, ArgGroup)]
pub(super) struct TokenArgs {
    /// A file that holds the token; none, or `-`, reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<OsString>,

    /// How to write it
    #[arg(short, long, value_enum, default_value_t)]
    pub(super) format: TextOrJson,

    /// The time as of which to look at it [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) at: Option<Stamp>,

    #[command(flatten)]
    pub(super) keys: KeyArgs,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a person
    #[default]
    Text,
    /// The whole report as one document
    Json,
    /// One attempt a line, as attempts close
    Ndjson,
    /// A page for a browser
    Html,
    /// One attempt a row, for a spreadsheet
    Csv,
    /// For an issue or a chat
    #[value(alias = "md")]
    Markdown,
    /// Metrics for the textfile collector of Prometheus' node exporter
    #[value(alias = "prom")]
    Prometheus,
    /// Results for code hosts
    Sarif,
    /// Test results for build servers
    Junit,
    /// Annotations for GitHub Actions
    Github,
    /// For `siotrace merge`
    Shard,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_log_is_no_subcommand_when_it_comes_with_a_path() {
        let args = Args::try_parse_from(["siotrace", "./explain", "b.log"]).unwrap();
        assert_eq!(args.logs, ["./explain", "b.log"]);
        assert!(Args::try_parse_from(["siotrace", "explain", "jwt"]).unwrap().command.is_some());
    }

    #[test]
    fn a_misspelt_cause_is_answered_with_the_right_one() {
        let error =
            Args::try_parse_from(["siotrace", "--cause", "jwt-expird"]).unwrap_err().to_string();
        assert!(error.contains("'jwt-expired'"), "{error}");
        let args =
            Args::try_parse_from(["siotrace", "--cause", "jwt-expired", "--cause", "sid-unknown"])
                .unwrap();
        assert_eq!(args.writing.cause, [Cause::JwtExpired, Cause::SidUnknown]);
    }
}
