//! The examples in the file of a rule or a finding are its tests: each fires or does not, read as a log like any other.

mod support;

use siotrace::rules::cause::{Cause, Finding};
use support::{analyzer, read};

#[test]
fn every_example_does_what_its_rule_says() {
    let mut wrong = Vec::new();
    for rule in analyzer().rules().rules() {
        for example in &rule.example {
            let run = read(&example.log);
            let causes: Vec<Option<Cause>> = run.verdicts.iter().map(|v| v.cause).collect();
            if causes.contains(&Some(rule.cause)) != example.fires {
                let should = if example.fires { "does not fire" } else { "fires" };
                wrong.push(format!("{} {should} ({causes:?}) on\n{}", rule.cause, example.log));
            }
        }
    }
    assert!(wrong.is_empty(), "{} examples\n{}", wrong.len(), wrong.join("\n---\n"));
}

#[test]
fn every_example_that_must_not_fire_is_one_that_something_is_seen_in() {
    // An example of lines that nothing understands holds nothing back.
    let mut idle = Vec::new();
    for rule in analyzer().rules().rules() {
        for example in rule.example.iter().filter(|example| !example.fires) {
            let run = read(&example.log);
            let matched: u64 = run.report.summary.inputs.iter().map(|input| input.matched).sum();
            if matched == 0 {
                idle.push(format!("{}\n{}", rule.cause, example.log));
            }
        }
    }
    assert!(idle.is_empty(), "{} examples\n{}", idle.len(), idle.join("\n---\n"));
}

#[test]
fn every_finding_is_made_of_its_examples_and_not_of_those_that_are_well() {
    let mut wrong = Vec::new();
    for finding in analyzer().rules().findings() {
        for fires in [true, false] {
            if !finding.example.iter().any(|example| example.fires == fires) {
                wrong.push(format!("{} has no example with fires = {fires}", finding.finding));
            }
        }
        for example in &finding.example {
            let run = read(&example.log);
            let found: Vec<Finding> =
                run.report.findings.iter().map(|found| found.counted.finding).collect();
            let matched: u64 = run.report.summary.inputs.iter().map(|input| input.matched).sum();
            if found.contains(&finding.finding) != example.fires || matched == 0 {
                wrong.push(format!("{}: {found:?} of\n{}", finding.finding, example.log));
            }
        }
    }
    assert!(wrong.is_empty(), "{} examples\n{}", wrong.len(), wrong.join("\n---\n"));
}
