//! For code hosts: causes and findings as results of SARIF 2.1.0, each at the line of the log that decided.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Advice, Report, record};
use crate::{event::At, rules::file::Severity};

/// Writes the log of one run.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let causes = report.causes.iter().map(|cause| (cause.cause.as_str(), &cause.advice));
    let findings =
        report.findings.iter().map(|finding| (finding.counted.finding.as_str(), &finding.advice));
    let rules: Vec<Value> = causes.chain(findings).map(|(id, advice)| rule(id, advice)).collect();
    let causes = report.causes.iter().flat_map(|cause| {
        cause.samples.iter().map(|verdict| {
            let quote = verdict.evidence.decisive();
            let times = super::words::several(cause.count, "attempt");
            let text =
                format!("{} ({times} with this cause): {}", cause.advice.title, quote.text());
            result(report, cause.cause.as_str(), &cause.advice, &text, quote.at)
        })
    });
    let findings = report.findings.iter().filter_map(|finding| {
        let lines = super::words::several(finding.counted.count, "line");
        let text = format!("{} ({lines})", finding.advice.title);
        let id = finding.counted.finding.as_str();
        Some(result(report, id, &finding.advice, &text, finding.counted.first?))
    });
    let results: Vec<Value> = causes.chain(findings).collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn rule(id: &str, advice: &Advice) -> Value {
    json!({
        "id": id,
        "shortDescription": { "text": advice.title },
        "fullDescription": { "text": advice.why },
        "help": { "text": help(advice) },
        "defaultConfiguration": { "level": level(advice.severity) },
    })
}

/// What to change, one sentence a line.
fn help(advice: &Advice) -> String {
    let fixes: Vec<&str> = advice.fixes.iter().map(|fix| fix.text.as_str()).collect();
    if fixes.is_empty() { advice.why.clone() } else { fixes.join("\n") }
}

fn result(report: &Report, id: &str, advice: &Advice, text: &str, at: At) -> Value {
    let source = record::name(at, |n| report.input_name(n));
    json!({
        "ruleId": id,
        "level": level(advice.severity),
        "message": { "text": super::shown(text) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(source) },
            "region": { "startLine": at.line.max(1) },
        }}],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High => "error",
    }
}

/// A path as a relative reference: what may not stand in one is written by its number.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // To a string, writing cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{empty, outage};

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn results_stand_at_the_line_that_decided() {
        let mut value = written(&outage());
        value["runs"][0]["tool"]["driver"]["semanticVersion"] = "VERSION".into();
        insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn every_result_has_a_rule() {
        let value = written(&outage());
        let run = &value["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        assert!(!results.is_empty());
        for result in results {
            assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
        }
    }

    #[test]
    fn a_log_of_nothing_has_no_results() {
        assert_eq!(written(&empty())["runs"][0]["results"], json!([]));
    }
}
