//! For the textfile collector of Prometheus' node exporter: counts of one run as gauges.
//!
//! Gauges and not counters, for each run counts its own log anew: what was written last stands until the next run. Quantiles are a summary, as the format has it. Labels are causes, outcomes, layers and findings, which are closed
//! lists; names from the log are no labels, since anybody could make as many series as he likes.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use strum::IntoEnumIterator;

use super::Report;
use crate::facts::Step;

/// Writes the metrics.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::default();
    let totals = &report.totals;
    page.family("siotrace_attempts", "Connection attempts by outcome.");
    for (outcome, count) in [
        ("accepted", totals.accepted),
        ("rejected", totals.rejected),
        ("abandoned", totals.abandoned),
        ("undecided", totals.undecided),
    ] {
        page.sample("siotrace_attempts", &[("outcome", outcome)], count);
    }
    page.family("siotrace_failed_attempts", "Failed connection attempts by root cause.");
    for cause in report.causes.iter().filter(|cause| cause.failed > 0) {
        let severity: &str = cause.advice.severity.into();
        let labels = [("cause", cause.cause.as_str()), ("severity", severity)];
        page.sample("siotrace_failed_attempts", &labels, cause.failed);
    }
    page.family("siotrace_refused_by_layer", "Connection attempts by the layer that said no.");
    for (layer, count) in &report.layers {
        page.sample("siotrace_refused_by_layer", &[("layer", layer.into())], *count);
    }
    page.family("siotrace_steps", "Connection attempts that were seen to take a step.");
    for step in Step::iter() {
        let count = report.sums.steps[step as usize];
        page.sample("siotrace_steps", &[("step", step.into())], count);
    }
    page.family("siotrace_findings", "Lines that show something wrong besides, by finding.");
    for finding in &report.findings {
        let labels = [("finding", finding.counted.finding.as_str())];
        page.sample("siotrace_findings", &labels, finding.counted.count);
    }
    let latency = &report.sums.latency;
    // `quantile` is the label of summaries and of nothing else.
    let name = "siotrace_decision_seconds";
    page.typed(name, "Time from handshake to decision, by quantile.", "summary");
    for (label, part) in [("0.5", 0.5), ("0.95", 0.95), ("0.99", 0.99)] {
        if let Some(micros) = latency.quantile(part) {
            page.sample(name, &[("quantile", label)], seconds(micros));
        }
    }
    page.sample("siotrace_decision_seconds_sum", &[], seconds(latency.total()));
    page.sample("siotrace_decision_seconds_count", &[], latency.count());
    let summary = &report.summary;
    for (name, help, count) in [
        ("siotrace_lines", "Lines read.", summary.lines()),
        (
            "siotrace_bytes",
            "Bytes read, after decompression.",
            summary.inputs.iter().map(|i| i.bytes).sum(),
        ),
        (
            "siotrace_lines_not_understood",
            "Lines that speak of Socket.IO and that no grammar knew.",
            summary.unmatched.lines,
        ),
        (
            "siotrace_attempts_dropped",
            "Attempts that were closed early because too much was open.",
            summary.dropped.attempts,
        ),
    ] {
        page.family(name, help);
        page.sample(name, &[], count);
    }
    if let Some((_, last)) = summary.span() {
        let name = "siotrace_last_line_timestamp_seconds";
        page.family(name, "Time of the last line that shows one.");
        page.sample(name, &[], last.settled(0).micros / crate::time::SECOND);
    }
    out.write_all(page.0.as_bytes())
}

/// The text, growing. To a string, writing cannot fail.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, help: &str) {
        self.typed(name, help, "gauge");
    }

    fn typed(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.0.push_str(name);
        for (n, (label, value)) in labels.iter().enumerate() {
            let _ =
                write!(self.0, "{}{label}=\"{}\"", if n == 0 { '{' } else { ',' }, escaped(value));
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }
}

fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// A label's value as the text format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{empty, outage};

    #[test]
    fn counts_are_gauges_with_closed_labels() {
        let mut out = Vec::new();
        write(&outage(), &mut out).unwrap();
        insta::assert_snapshot!("prometheus", String::from_utf8(out).unwrap());
    }

    #[test]
    fn a_log_of_nothing_still_says_zero() {
        let mut out = Vec::new();
        write(&empty(), &mut out).unwrap();
        assert!(
            String::from_utf8(out).unwrap().contains("siotrace_attempts{outcome=\"rejected\"} 0\n")
        );
    }
}
