//! Reads every log under `samples/` and compares the report with two files beside it: `.truth.toml`, which a person wrote, and
//! `.snap`, which the program wrote and a person looked at.
//!
//! A new sample is a new log with its truth; `cargo insta review` makes the snapshot. A changed verdict is a changed product: look at
//! the log.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use siotrace::{
    event::SourceId,
    ids::{ClientAddr, EngineSid, Namespace, SocketSid},
    patterns::Clocks,
    report::Options,
    rules::cause::Cause,
    verdict::{LostSid, Verdict},
};
use support::{Attempt, Run, Sample, run, samples};

#[test]
fn every_sample_is_judged_as_a_person_judges_it() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let differences = differences(&sample, &run(&sample.inputs));
        let known = &sample.truth.known_wrong;
        for difference in &differences {
            if !known.keys().any(|begin| difference.starts_with(begin)) {
                wrong.push(format!("{}: {difference}", sample.name));
            }
        }
        for (begin, why) in known {
            if !differences.iter().any(|difference| difference.starts_with(begin)) {
                wrong.push(format!("{}: is right now, take out `{begin}` ({why})", sample.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn quiet_samples_stay_quiet() {
    let mut loud = Vec::new();
    for sample in samples().into_iter().filter(|s| s.is_quiet() && s.truth.known_wrong.is_empty()) {
        let run = run(&sample.inputs);
        let patterns = !run.report.patterns.found.is_empty();
        if run.report.totals.failed != 0 || !run.report.causes.is_empty() || patterns {
            loud.push(format!("{}: {:?}", sample.name, run.essence()));
        }
    }
    assert!(loud.is_empty(), "{loud:#?}");
}

#[test]
fn every_sample_gives_the_report_beside_it() {
    let mut changed = Vec::new();
    for sample in samples() {
        let run = run(&sample.inputs);
        let report = run.text(Options { width: Some(100), ..Options::default() });
        let (folder, name) = &sample.snapshot;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        // One that differs must not hide the others.
        let same = catch_unwind(AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!(name.as_str(), report));
        }));
        if same.is_err() {
            changed.push(sample.name);
        }
    }
    assert!(changed.is_empty(), "other than before: {changed:#?}");
}

#[test]
fn no_file_among_the_samples_is_left_alone() {
    let paths = support::files(&support::folder());
    let there: BTreeSet<&Path> = paths.iter().map(AsRef::as_ref).collect();
    let mut stray = Vec::new();
    for path in &there {
        let text = path.to_str().unwrap();
        let is_incident = path.parent().unwrap().join("truth.toml").exists();
        let partners = if is_incident {
            vec!["truth.toml".to_owned()]
        } else if let Some(stem) = text.strip_suffix(".log").or_else(|| text.strip_suffix(".snap"))
        {
            vec![format!("{stem}.truth.toml")]
        } else if let Some(stem) = text.strip_suffix(".truth.toml") {
            vec![format!("{stem}.log")]
        } else if text.ends_with(".snap.new") {
            vec![]
        } else {
            vec!["a sample".to_owned()]
        };
        let missing = |partner: &String| !there.contains(&*path.with_file_name(partner));
        stray.extend(partners.iter().filter(|p| missing(p)).map(|p| format!("{text} without {p}")));
    }
    assert!(stray.is_empty(), "{stray:#?}");
}

/// What the run says otherwise than the sample's truth.
fn differences(sample: &Sample, run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    let truth = &sample.truth;
    assert!(truth.about.trim().len() > 20, "{}: says nothing of where it comes from", sample.name);

    let mut verdicts: Vec<&Verdict> = run.verdicts.iter().collect();
    verdicts
        .sort_by_key(|v| v.evidence.iter().map(|quote| (quote.at.source.0, quote.at.line)).min());
    if verdicts.len() != truth.attempt.len() {
        let got = run.essence().join("\n  ");
        found.push(format!("{} attempts, not {}:\n  {got}", verdicts.len(), truth.attempt.len()));
        return found;
    }
    for (i, (verdict, want)) in verdicts.iter().zip(&truth.attempt).enumerate() {
        found.extend(
            differing(verdict, want, run).into_iter().map(|d| format!("attempt {}: {d}", i + 1)),
        );
    }
    if let Some(want) = &truth.findings {
        let got: BTreeSet<&str> =
            run.report.findings.iter().map(|f| f.counted.finding.as_str()).collect();
        if got != want.iter().map(String::as_str).collect() {
            found.push(format!("findings {got:?}, not {want:?}"));
        }
    }
    if let Some(want) = &truth.patterns {
        let got: BTreeSet<&str> = run.report.patterns.found.iter().map(Into::into).collect();
        if got != want.iter().map(String::as_str).collect() {
            found.push(format!("patterns {got:?}, not {want:?}"));
        }
    }
    if let Some(want) = &truth.clocks {
        let name = |source: SourceId| run.names[usize::from(source.0)].clone();
        let clocks = run.report.patterns.clocks.iter();
        let got: Vec<(String, String, i64)> = clocks
            .map(|clock| match clock.pair {
                Clocks::IssuerServer => ("token-issuer".into(), "server".into(), clock.seconds),
                Clocks::ServerIssuer => ("server".into(), "token-issuer".into(), clock.seconds),
                Clocks::Sources(a, b) => (name(a), name(b), clock.seconds),
            })
            .collect();
        if got != *want {
            found.push(format!("clocks {got:?}, not {want:?}"));
        }
    }
    let foreign = run.report.summary.foreign_requests;
    if truth.foreign_requests.is_some_and(|want| want != foreign) {
        found.push(format!("{foreign} foreign requests, not {:?}", truth.foreign_requests));
    }
    found
}

fn differing(v: &Verdict, want: &Attempt, run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, ok: bool, got: String, want: String| {
        if !ok {
            found.push(format!("{what} {got}, not {want}"));
        }
    };
    let outcome: &str = v.outcome.into();
    check(
        "outcome",
        want.outcome.allows(outcome),
        outcome.to_owned(),
        format!("{:?}", want.outcome),
    );

    let cause = v.cause.map(Cause::as_str);
    let right = match (&want.cause, cause) {
        (Some(want), Some(got)) => want.allows(got),
        (None, None) => true,
        _ => false,
    };
    check("cause", right, format!("{cause:?}"), format!("{:?}", want.cause));

    let also: BTreeSet<&str> = v.also.iter().map(|c| c.as_str()).collect();
    if let Some(want) = &want.also {
        check("also", also == set(want), format!("{also:?}"), format!("{want:?}"));
    }
    if let Some(want) = &want.also_includes {
        check(
            "also",
            set(want).is_subset(&also),
            format!("{also:?}"),
            format!("at least {want:?}"),
        );
    }
    let confidence: &str = v.confidence.into();
    let mut same = |what: &str, got: Option<&str>, want: &Option<String>| {
        if want.is_some() {
            check(what, got == want.as_deref(), format!("{got:?}"), format!("{want:?}"));
        }
    };
    same("confidence", Some(confidence), &want.confidence);
    same("engine sid", v.engine_sid.as_ref().map(EngineSid::as_str), &want.engine_sid);
    same("socket sid", v.socket_sid.as_ref().map(SocketSid::as_str), &want.socket_sid);
    same("namespace", v.namespace.as_ref().map(Namespace::as_str), &want.namespace);
    same("client", v.client.as_ref().map(ClientAddr::as_str), &want.client);
    same("client host", v.client.as_ref().map(ClientAddr::host), &want.client_host);
    same("user", v.user.as_ref().map(siotrace::ids::UserName::as_str), &want.user);

    let lost = v.detail.lost_sid.map(|lost| match lost {
        LostSid::Processes => "processes",
        LostSid::Restart => "restart",
        LostSid::Silence { .. } => "silence",
        LostSid::GivenOutHere => "given-out-here",
        LostSid::NeverSeen => "never-seen",
    });
    same("lost sid", lost, &want.lost_sid);

    let findings: BTreeSet<&str> = v.findings.iter().map(|f| f.as_str()).collect();
    if let Some(want) = &want.findings {
        check("findings", findings == set(want), format!("{findings:?}"), format!("{want:?}"));
    }
    let lines: BTreeSet<u64> = v.evidence.iter().map(|quote| quote.at.line).collect();
    if let Some(want) = &want.evidence {
        let right = lines == want.iter().copied().collect();
        check("evidence", right, format!("{lines:?}"), format!("{want:?}"));
    }
    if let Some(want) = &want.evidence_includes {
        let right = want.iter().all(|line| lines.contains(line));
        check("evidence", right, format!("{lines:?}"), format!("at least {want:?}"));
    }
    let sources: BTreeSet<&str> =
        v.evidence.iter().map(|quote| run.names[usize::from(quote.at.source.0)].as_str()).collect();
    if let Some(want) = &want.sources {
        check("sources", sources == set(want), format!("{sources:?}"), format!("{want:?}"));
    }
    found
}

fn set(texts: &[String]) -> BTreeSet<&str> {
    texts.iter().map(String::as_str).collect()
}
