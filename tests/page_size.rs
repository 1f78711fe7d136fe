//! The page of very many attempts stays one that a browser opens at once, and says what it leaves out.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use siotrace::{
    ids::{ClientAddr, EngineSid, Namespace, UserName},
    report::{Options, ReportBuilder, html},
    time::SECOND,
    verdict::Verdict,
};
use support::{analyzer, run, samples};

const ATTEMPTS: usize = 100_000;
const LARGEST: usize = 5_000_000;

/// The page of as many failed attempts, of all causes in turns, each by another client, with names made by `name`.
fn page(name: impl Fn(usize) -> String) -> String {
    let mut summary = None;
    let mut failed: Vec<Verdict> = Vec::new();
    for sample in samples() {
        let run = run(&sample.inputs);
        failed.extend(run.verdicts.into_iter().filter(Verdict::failed));
        summary = Some(run.report.summary);
    }
    assert!(failed.len() > 300, "{}", failed.len());
    let mut report = ReportBuilder::new(analyzer().rules());
    for n in 0..ATTEMPTS {
        let mut verdict = failed[n % failed.len()].clone();
        verdict.engine_sid = Some(EngineSid::new(&format!("{n:020}")));
        verdict.client = Some(ClientAddr::new(&format!("{}:{n}", name(n))));
        verdict.user = Some(UserName::new(&name(n)));
        verdict.namespace = Some(Namespace::new(&format!("/{}", name(n))));
        for stamp in verdict.started.iter_mut().chain(&mut verdict.decided) {
            stamp.micros += i64::try_from(n).unwrap() * SECOND;
        }
        report.add(&verdict);
    }
    let mut out = Vec::new();
    html::write(&report.finish(summary.unwrap()), &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_page_of_a_hundred_thousand_attempts_opens() {
    let page = page(|n| format!("198.51.{}.{}", n / 256 % 256, n % 256));
    assert!(page.len() < LARGEST, "{}", page.len());
    let rows = page.matches("<tr data-cause=").count();
    assert!(rows >= 1000, "{rows}");
    let more = format!("{} more are counted above and not listed here", ATTEMPTS - rows);
    assert!(page.contains(&more), "{more}");
}

#[test]
fn names_of_any_length_make_no_page_that_does_not_open() {
    let page = page(|n| format!("{n}{}", "<&>\"".repeat(250)));
    assert!(page.len() < LARGEST, "{}", page.len());
}
