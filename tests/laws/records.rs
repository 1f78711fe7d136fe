//! Where a record goes on: nothing else stands there in a log, for a logger writes a record in one piece.

use siotrace::envelope::Peeler;

/// Whether `line` goes on with the record of the line before it.
pub(crate) fn continues(before: &str, line: &str) -> bool {
    let message = Peeler::with_year(2026).peel(line).message.into_owned();
    let within = |text: &str| {
        text.starts_with([' ', '\t', '}']) && !text.starts_with(" *")
            || text.starts_with("Traceback")
            || text.starts_with("Caused by: ")
    };
    // java.util.logging writes time and place in a line of their own.
    let headed = [" AM ", " PM "].iter().any(|half| before.contains(half))
        && line
            .split_once(": ")
            .is_some_and(|(level, _)| level.bytes().all(|b| b.is_ascii_uppercase()));
    // The last line of a traceback stands below its frames.
    let raised = before.ends_with("handler error") || before.starts_with("    ");
    // The object that a service answered with, below the line that says whom it was asked about.
    let opens = line.trim_end().ends_with('{') && !line.starts_with(|c: char| c.is_ascii_digit());
    within(line) || within(&message) || headed || raised || opens
}
