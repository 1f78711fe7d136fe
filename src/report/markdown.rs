//! For an issue or a chat: what a maintainer would ask for, in Markdown.
//!
//! Whatever a log gave stands in code, in a fence longer than any run of backticks in it, so that it can neither be markup nor mention anybody.

use std::io::{self, Write};

use super::{CauseReport, Options, Report, words};

/// Attempts quoted for a cause.
const QUOTED: usize = 1;

/// Writes the report; of the options only `top` matters here.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let totals = &report.totals;
    writeln!(out, "### siotrace: {}", words::several(totals.attempts, "connection attempt"))?;
    writeln!(out)?;
    writeln!(
        out,
        "{} let in, {} refused, {} abandoned, {} undecided. siotrace {}.",
        totals.accepted,
        totals.rejected,
        totals.abandoned,
        totals.undecided,
        env!("CARGO_PKG_VERSION")
    )?;
    inputs(report, out)?;
    let shown = report.shown(options.top);
    if !shown.is_empty() {
        writeln!(
            out,
            "\n| cause | attempts | clients | first | last |\n| --- | --: | --: | --- | --- |"
        )?;
        for cause in shown {
            row(cause, out)?;
        }
    }
    shown.iter().try_for_each(|cause| section(report, cause, out))?;
    for finding in &report.findings {
        let lines = words::several(finding.counted.count, "line");
        writeln!(
            out,
            "\n**{}**: {} ({lines}).",
            finding.counted.finding.as_str(),
            finding.advice.title
        )?;
    }
    if report.summary.unmatched.lines > 0 {
        let lines = words::several(report.summary.unmatched.lines, "line");
        writeln!(out, "\n{lines} of Socket.IO not understood.")?;
    }
    Ok(())
}

fn inputs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for input in &report.summary.inputs {
        let span = match (input.first, input.last) {
            (Some(first), Some(last)) => format!(", {}", words::span(first, last)),
            _ => String::new(),
        };
        let lines = words::several(input.lines, "line");
        writeln!(out, "- {}: {lines}{span}", code(&input.name))?;
    }
    Ok(())
}

fn row(cause: &CauseReport, out: &mut dyn Write) -> io::Result<()> {
    let clients = cause.clients.map_or("?".to_owned(), |tally| {
        format!("{}{}", tally.count, if tally.more { "+" } else { "" })
    });
    let time =
        |stamp: Option<_>| stamp.map_or("?".to_owned(), |stamp| words::clock(stamp, true, false));
    writeln!(
        out,
        "| `{}` | {} | {clients} | {} | {} |",
        cause.cause.as_str(),
        cause.count,
        time(cause.first),
        time(cause.last)
    )
}

fn section(report: &Report, cause: &CauseReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n#### `{}`: {}", cause.cause.as_str(), cause.advice.title)?;
    for verdict in cause.samples.iter().take(QUOTED) {
        let lines: Vec<String> = verdict
            .evidence
            .iter()
            .map(|quote| {
                let mark = if quote.decisive { ">" } else { " " };
                super::shown(&format!(
                    "{mark} {}:{}  {}",
                    report.source(quote.at),
                    quote.at.line,
                    quote.text()
                ))
            })
            .collect();
        fenced(&lines.join("\n"), "text", out)?;
    }
    writeln!(out, "\n{}", cause.advice.why.trim())?;
    for (n, fix) in cause.advice.fixes.iter().enumerate() {
        let stack = fix.software().map_or(String::new(), |software| format!(", {software}"));
        writeln!(out, "\n{}. **{}{stack}**: {}", n + 1, <&str>::from(fix.side), fix.text)?;
        if let Some(example) = &fix.code {
            fenced(example.trim_end(), "", out)?;
        }
    }
    Ok(())
}

/// A block of code that nothing in `text` can end.
fn fenced(text: &str, language: &str, out: &mut dyn Write) -> io::Result<()> {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    writeln!(out, "\n{fence}{language}\n{text}\n{fence}")
}

/// `text` as code within a sentence.
fn code(text: &str) -> String {
    let text = super::shown(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{ticks} {text} {ticks}")
    } else {
        format!("{ticks}{text}{ticks}")
    }
}

/// The longest run of backticks in `text`.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{empty, outage};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &Options::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_a_maintainer_asks_for() {
        let text = written(&outage()).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!("markdown", text);
    }

    #[test]
    fn a_log_of_nothing_is_told_in_two_lines() {
        assert!(written(&empty()).starts_with("### siotrace: 0 connection attempts\n"));
    }

    #[test]
    fn no_quoted_line_ends_its_fence() {
        let mut out = Vec::new();
        fenced("a\n````\n@someone", "", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\n`````\na\n````\n@someone\n`````\n");
        assert_eq!(code("a`b"), "``a`b``");
    }
}
