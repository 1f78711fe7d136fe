//! The command line: arguments in, exit code out, and no analysis.
//!
//! ```text
//! args ──► analyze ──► siotrace::Analyzer ──► output (destinations)
//!     ├──► show        (one attempt)
//!     ├──► diff        (two reports)
//!     ├──► merge       (several runs)
//!     ├──► explain     (pages of causes, findings, topics; error texts)
//!     ├──► redact      (logs to be shared)
//!     ├──► token       (one credential by itself)
//!     ├──► sources     (what is read)
//!     └──► generate    (schemas, completions, man page)
//! ```
//!
//! The report goes to standard output, messages go to standard error, one line each.

use std::{
    io::{self, IsTerminal, Write},
    panic,
    process::ExitCode,
};

use clap::{
    Parser,
    error::{ContextKind, ContextValue},
};

use self::args::{Args, Command};

mod analyze;
mod args;
mod diff;
mod draft;
mod explain;
mod fail_on;
mod generate;
mod keys;
mod merge;
mod misspelt;
mod output;
mod progress;
mod reading;
mod redact;
mod scribe;
mod show;
mod sources;
mod terminal;
mod token;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// No failed attempt.
    Fine,
    /// Failed attempts were found.
    Failures,
    /// It could not be done as asked.
    Trouble,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(match verdict {
            Verdict::Fine => 0,
            Verdict::Failures => 1,
            Verdict::Trouble => 2,
        })
    }
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    // What a panic says may quote the text at which it happened, and with it a credential. Where it happened is enough.
    panic::set_hook(Box::new(|info| complain(&gave_up(info.location()))));
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    let done = match &args.command {
        None => analyze::run(&args),
        Some(Command::Show(what)) => show::run(what, args.look),
        Some(Command::Diff(what)) => diff::run(what, args.look),
        Some(Command::Merge(what)) => merge::run(what, args.look),
        Some(Command::Explain(what)) => explain::run(what, args.look),
        Some(Command::Redact(what)) => redact::run(what),
        Some(Command::Token(token)) => token::run(token, args.look),
        Some(Command::Sources) => sources::run(),
        Some(Command::Schema { of }) => generate::schema(*of),
        Some(Command::Completions { shell }) => generate::completions(*shell),
        Some(Command::Man) => generate::man(),
    };
    match done {
        Ok(verdict) => verdict.into(),
        // `siotrace explain jwt | head` closed the pipe; that is not a failure.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            Verdict::Trouble.into()
        }
    }
}

/// What is said of a fault of the program itself.
fn gave_up(place: Option<&panic::Location<'_>>) -> String {
    let place = place.map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    format!(
        "gave up{place}: this is a fault of siotrace, please report it with its version and these words"
    )
}

/// Says what is wrong with the arguments; `--help` and `--version` come this way too.
fn refuse(error: &clap::Error) -> ExitCode {
    let code = Verdict::Trouble.into();
    if let Some(message) = misspelt::explain(error, terminal::stderr_has_colors()) {
        let _ = writeln!(io::stderr(), "{message}");
        return code;
    }
    // No option begins like this, but the text of a key does, and clap would quote it.
    if let Some(ContextValue::String(arg)) = error.get(ContextKind::InvalidArg)
        && (arg.starts_with("---") || arg.contains('\n'))
    {
        complain(
            "an argument is no option, and looks like the text of a key: a key is given by the name of its file or as env:NAME, never itself",
        );
        return code;
    }
    let _ = error.print();
    if error.use_stderr() { code } else { ExitCode::SUCCESS }
}

/// One message on standard error. When nobody reads it there is nobody left to tell.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "siotrace: {message}");
}

/// Whether standard input is somebody at a keyboard.
fn stdin_is_a_person() -> bool {
    io::stdin().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_panic_is_where_it_was() {
        let said = gave_up(Some(panic::Location::caller()));
        assert!(said.starts_with("gave up at src/cli/mod.rs:"), "{said}");
    }
}
