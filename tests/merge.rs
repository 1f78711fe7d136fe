//! Law: what several runs saw, put together, is what one run over all their logs would have seen, as long as each attempt stands in one of them.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::Cursor;

use serde_json::Value;
use siotrace::report::{
    Options, ReportBuilder,
    compare::Side,
    json,
    shard::{self, Merged, Shard},
};
use support::{Input, Run, analyzer, run, samples};

/// A run as it is written to a file.
fn written(run: &Run) -> Vec<u8> {
    let mut out = Vec::new();
    shard::write_head(&mut out).unwrap();
    run.verdicts.iter().for_each(|verdict| shard::write(verdict, &mut out).unwrap());
    shard::write_summary(&run.report.summary, &mut out).unwrap();
    out
}

fn merged(runs: &[Run]) -> (Merged, String) {
    // Files of both kinds are put together.
    let shards = runs.iter().enumerate().map(|(n, run)| {
        let file = if n % 2 == 0 { written(run) } else { run.mergeable() };
        Shard::read(format!("web{n}"), Cursor::new(file)).unwrap_or_else(|e| panic!("{e}"))
    });
    let merged = shard::merge(shards.collect()).unwrap();
    let mut report = ReportBuilder::new(analyzer().rules());
    merged.verdicts.iter().for_each(|verdict| report.add(verdict));
    let report = report.finish(merged.summary.clone());
    let mut out = Vec::new();
    json::write(&report, &Options { unmatched: true, ..Options::default() }, &mut out).unwrap();
    (merged, String::from_utf8(out).unwrap())
}

#[test]
fn one_run_written_and_read_is_the_same_report() {
    let mut other = Vec::new();
    for sample in samples() {
        let run = run(&sample.inputs);
        if merged(std::slice::from_ref(&run)).1 != run.json() {
            other.push(sample.name);
        }
    }
    assert!(other.is_empty(), "{other:#?}");
}

#[test]
fn a_report_that_carries_its_run_badly_is_refused_with_the_place() {
    let sample = samples().into_iter().find(|s| s.name == "flask-socketio/article").unwrap();
    let good = String::from_utf8(run(&sample.inputs).mergeable()).unwrap();
    let read = |text: &str| Shard::read("web".to_owned(), Cursor::new(text.as_bytes().to_vec()));
    // Laid out anew, as other programs write it.
    let on_one_line = good.replace('\n', " ");
    let indented = good.replacen('{', "{\n  ", 1);
    for text in [&on_one_line, &indented] {
        assert_eq!(read(text).unwrap().verdicts.len(), 1);
    }
    for (text, why) in [
        (&good[..good.len() - 20], "its end is missing"),
        (&indented[..indented.len() - 20], "its end is missing"),
        (&good.replacen("report/1", "report/2", 1), "siotrace.report/2"),
        (&good.replacen("shard/1", "shard/2", 1), "siotrace.shard/2"),
        (&good.replacen("\"rejected\"", "\"lost\"", 1), "line 2 cannot be read"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_report_that_carries_its_run_is_the_report_and_the_run() {
    for sample in samples() {
        let run = run(&sample.inputs);
        let text = run.mergeable();
        let mut report: Value = serde_json::from_slice(&text).unwrap();
        assert!(Side::is_report(&text));
        let side = Side::read(text.as_slice(), String::new()).unwrap();
        assert_eq!(side, Side::of(&run.report, String::new()), "{}", sample.name);
        report.as_object_mut().unwrap().remove("shard").unwrap();
        assert_eq!(report, serde_json::from_str::<Value>(&run.json()).unwrap(), "{}", sample.name);
        let read = Shard::read("web0".to_owned(), Cursor::new(&text)).unwrap();
        let shard = Shard::read("web0".to_owned(), Cursor::new(written(&run))).unwrap();
        assert_eq!(format!("{read:?}"), format!("{shard:?}"), "{}", sample.name);
    }
}

#[test]
fn what_is_no_run_says_what_it_is() {
    let told = |text: &[u8]| Shard::read(String::new(), Cursor::new(text)).unwrap_err().to_string();
    let sample = samples().into_iter().find(|s| s.inputs.len() == 1).unwrap();
    let run = run(&sample.inputs);
    assert!(told(run.json().as_bytes()).contains("sums only"));
    assert!(told(b"{\"schema\":\"siotrace.report/1\"}").contains("sums only"));
    let text = run.mergeable();
    assert!(told(&text[..text.len() / 2]).contains("its end is missing"));
    assert!(told(b"[2026-11-23] a log").contains("no run"));
    assert!(told(b"{\"schema\":\"siotrace.shard/9\"}").contains("siotrace.shard/9"));
}

/// The attempts of `runs`, in an order that does not depend on when they closed.
fn attempts(runs: &[Run]) -> Vec<String> {
    let records: Vec<String> = runs.iter().map(Run::ndjson).collect();
    let mut lines: Vec<String> =
        records.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// A report without what depends on more than the attempts: of the credentials in findings shards do not tell which are the same and which still live at the end of
/// all logs; and which attempts are quoted, and how many tries fall into one minute, depends on the order in which attempts closed.
fn comparable(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    for finding in report["findings"].as_array_mut().unwrap() {
        finding["credentials"] = Value::Null;
        finding["first"] = Value::Null;
    }
    for cause in report["causes"].as_array_mut().unwrap() {
        cause["samples"] = Value::Null;
    }
    for pattern in report["patterns"].as_array_mut().unwrap() {
        pattern["sentence"] = Value::Null;
        pattern.as_object_mut().unwrap().remove("most_per_minute");
    }
    report
}

#[test]
fn several_runs_put_together_are_one_run() {
    let samples = samples();
    let (mut other, mut compared) = (Vec::new(), 0);
    for pair in samples.windows(2) {
        let parts: Vec<Vec<Input>> = pair
            .iter()
            .map(|sample| {
                let name = |name: &String| format!("{}/{name}", sample.name);
                sample.inputs.iter().map(|(n, bytes)| (name(n), bytes.clone())).collect()
            })
            .collect();
        let runs: Vec<Run> = parts.iter().map(|part| run(part)).collect();
        let whole = run(&parts.concat());
        // Logs of two incidents that happened at the same time may say something of each other.
        if attempts(&runs) != attempts(std::slice::from_ref(&whole)) {
            continue;
        }
        compared += 1;
        let (merged, want) = (comparable(&merged(&runs).1), comparable(&whole.json()));
        for (key, value) in merged.as_object().unwrap() {
            if *value != want[key] {
                other.push(format!("{} and {}: {key}", pair[0].name, pair[1].name));
            }
        }
    }
    assert!(compared > 100, "only {compared} pairs are of different incidents");
    assert!(other.is_empty(), "of {compared}: {other:#?}");
}

#[test]
fn attempts_whose_lines_are_on_several_machines_are_joined_by_their_sessions() {
    let sample = samples().into_iter().find(|s| s.name == "incident-expired-token").unwrap();
    let runs: Vec<Run> =
        sample.inputs.iter().map(|input| run(std::slice::from_ref(input))).collect();
    let whole = run(&sample.inputs);
    let (merged, _) = merged(&runs);
    let apart: usize = runs.iter().map(|run| run.verdicts.len()).sum();
    assert!(apart > whole.verdicts.len(), "there is nothing to join");
    let told = |verdicts: &[siotrace::verdict::Verdict]| -> Vec<String> {
        let told = |v: &siotrace::verdict::Verdict| {
            format!("{:?} {:?} {:?} {:?}", v.engine_sid, v.outcome, v.cause, v.client)
        };
        let mut all: Vec<String> = verdicts.iter().map(told).collect();
        all.sort();
        all
    };
    assert_eq!(told(&merged.verdicts), told(&whole.verdicts));
    assert_eq!(usize::try_from(merged.joined).unwrap(), apart - whole.verdicts.len());
}

#[test]
fn what_is_no_whole_shard_is_refused() {
    let sample = samples().into_iter().find(|s| s.name == "flask-socketio/article").unwrap();
    let good = String::from_utf8(written(&run(&sample.inputs))).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let read = |text: &str| Shard::read("web".to_owned(), Cursor::new(text.as_bytes().to_vec()));
    assert_eq!(read(&good).unwrap().verdicts.len(), 1);
    for (text, why) in [
        (String::new(), "is no run of siotrace"),
        ("SocketIO: Entering 'handle_connect'.\n".to_owned(), "is no run of siotrace"),
        (lines[..2].join("\n"), "its end is missing"),
        (good[..good.len() - 20].to_owned(), "line 3 cannot be read"),
        (good.replacen("shard/1", "shard/2", 1), "siotrace.shard/2"),
        (good.replacen("\"rejected\"", "\"lost\"", 1), "line 2 cannot be read"),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_secret_that_somebody_wrote_into_a_shard_is_masked() {
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiaWF0IjoxNzcyMDAwMDAwfQ.r9y8cnltyglRM5x3kBnMoCiXy7ACOTG3UIDyXxolc2E";
    let sample = samples().into_iter().find(|s| s.name == "flask-socketio/article").unwrap();
    let good = String::from_utf8(written(&run(&sample.inputs))).unwrap();
    let bad =
        good.replace("SocketIO:", TOKEN).replace("\"user\":null", &format!("\"user\":\"{TOKEN}\""));
    assert!(bad.matches(TOKEN).count() > 3);
    let shard = Shard::read("web".to_owned(), Cursor::new(bad.into_bytes())).unwrap();
    let mut report = ReportBuilder::new(analyzer().rules());
    shard.verdicts.iter().for_each(|verdict| report.add(verdict));
    let run = Run {
        names: shard.summary.names(),
        report: report.finish(shard.summary),
        verdicts: shard.verdicts,
    };
    let everything = run.everything();
    let seen = everything.lines().find(|line| line.contains(TOKEN));
    assert_eq!(seen, None);
}
