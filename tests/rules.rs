//! The examples in a rule's file are its tests: each fires or does not, read as a log like any other.

mod support;

use siotrace::rules::cause::Cause;
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
