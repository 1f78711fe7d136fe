//! For GitHub Actions: one workflow command a cause, which the host shows beside the run.

use std::io::{self, Write};

use super::{Report, words};
use crate::rules::file::Severity;

/// Writes the commands.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for cause in report.causes.iter().filter(|cause| cause.failed > 0) {
        let level = match cause.advice.severity {
            Severity::Low => "notice",
            Severity::Medium => "warning",
            Severity::High => "error",
        };
        let title =
            format!("{} ({})", cause.cause.as_str(), words::several(cause.failed, "attempt"));
        let mut message = cause.advice.title.clone();
        if let Some(fix) = cause.advice.fixes.first() {
            message = format!("{message}. {}: {}", <&str>::from(fix.side), fix.text);
        }
        let place = cause.samples.first().map(|verdict| verdict.evidence.decisive().at);
        let file = place.map_or(String::new(), |at| {
            format!("file={},line={},", property(report.source(at)), at.line)
        });
        writeln!(out, "::{level} {file}title={}::{}", property(&title), data(&message))?;
    }
    Ok(())
}

/// A message, as the commands want it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{healthy, outage};

    #[test]
    fn a_cause_is_an_annotation_at_its_line() {
        let mut out = Vec::new();
        write(&outage(), &mut out).unwrap();
        insta::assert_snapshot!("github", String::from_utf8(out).unwrap());
    }

    #[test]
    fn a_healthy_log_says_nothing() {
        let mut out = Vec::new();
        write(&healthy(), &mut out).unwrap();
        assert_eq!(out, b"");
    }

    #[test]
    fn nothing_in_a_message_is_a_command() {
        assert_eq!(property("a,b::c\n::error::d%"), "a%2Cb%3A%3Ac%0A%3A%3Aerror%3A%3Ad%25");
    }
}
