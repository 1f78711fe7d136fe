//! Law 4: one file, two files, packed, CRLF, BOM, wrapped: the same verdicts.

use std::io::Write;

use siotrace::{envelope::Peeler, input};

use crate::support::{Attempt, Input, Sample, analyzer, read, run, run_blocks, samples};

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    same_after("CRLF", |bytes| String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes());
    same_after("a byte order mark", |bytes| [b"\xef\xbb\xbf", bytes].concat());
    same_after("no end of the last line", |bytes| {
        bytes.strip_suffix(b"\n").unwrap_or(bytes).to_vec()
    });
    same_after("UTF-16", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    });
}

#[test]
fn packing_changes_nothing() {
    same_after("gzip", gzip);
    same_after("gzip in two members", |bytes| {
        let (a, b) = bytes.split_at(bytes.len() / 2);
        [gzip(a), gzip(b)].concat()
    });
}

/// Asserts that every sample reads the same after a change of its bytes.
fn same_after(what: &str, change: impl Fn(&[u8]) -> Vec<u8>) {
    for sample in samples() {
        let changed: Vec<Input> =
            sample.inputs.iter().map(|(name, bytes)| (name.clone(), change(bytes))).collect();
        assert_eq!(
            run(&changed).essence(),
            run(&sample.inputs).essence(),
            "{} after {what}",
            sample.name
        );
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_log_with_ids_that_was_rotated_between_two_records_reads_as_one() {
    let has_ids = |attempt: &Attempt| attempt.engine_sid.is_some() || attempt.socket_sid.is_some();
    // A client's own log names no id before it has one, and its server's access lines name none for a handshake.
    let keyed = [
        "flask-socketio/",
        "python-socketio/namespace",
        "python-socketio/async",
        "python-socketio/quiet-heart",
        "uvicorn/connected",
    ];
    rotate_each(|s| {
        s.truth.attempt.iter().all(has_ids) && keyed.iter().any(|k| s.name.starts_with(k))
    });
}

#[test]
fn any_log_that_was_rotated_between_two_records_reads_as_one() {
    rotate_each(|_| true);
}

/// Cuts the log of each sample in two at every record, as `app.log.1` and `app.log`.
fn rotate_each(which: impl Fn(&Sample) -> bool) {
    let mut wrong = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("app.log.1"), folder.path().join("app.log"));
    for sample in samples().into_iter().filter(which) {
        let Some(log) = sample.only_log() else { continue };
        let whole = run(&sample.inputs).essence();
        for (i, _) in log.match_indices('\n') {
            let (first, rest) = log.split_at(i + 1);
            // A program rotates between two records.
            if rest.is_empty()
                || rest.starts_with(' ')
                || rest.starts_with("Traceback")
                || is_inside_traceback(first)
            {
                continue;
            }
            std::fs::write(&old, first).unwrap();
            std::fs::write(&new, rest).unwrap();
            let (locations, errors) = input::expand(&[folder.path()]);
            assert!(errors.is_empty() && locations.len() == 2, "{errors:?} {locations:?}");
            let inputs = locations.iter().map(|l| (l.name(), input::open(l).unwrap())).collect();
            let parts = run_blocks(analyzer(), inputs).essence();
            if parts != whole {
                wrong.push(format!(
                    "{} rotated before: {}\n  {parts:#?}",
                    sample.name,
                    rest.lines().next().unwrap()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn is_inside_traceback(before: &str) -> bool {
    before.ends_with("handler error\n")
        || before.lines().last().is_some_and(|line| line.starts_with("    "))
}

/// What only carries lines, as containers, collectors and supervisors write it; `{}` is the line, as it stands or escaped for JSON.
pub(crate) const CARRIERS: &[(&str, bool)] = &[
    ("{\"log\":\"{}\\n\",\"stream\":\"stderr\",\"time\":\"2026-03-14T14:45:35.123456789Z\"}", true),
    (
        "{\"__REALTIME_TIMESTAMP\":\"1773499535000000\",\"MESSAGE\":\"{}\",\"PRIORITY\":\"6\",\"_PID\":\"12\"}",
        true,
    ),
    (
        "{\"date\":1773499535.123456,\"log\":\"{}\",\"stream\":\"stderr\",\"kubernetes\":{\"pod_name\":\"web\"}}",
        true,
    ),
    ("2026-03-14T14:45:35.123456789Z {}", false),
    ("2026-03-14T14:45:35.123456789Z stderr F {}", false),
    ("2026-03-14T14:45:35.123456789+00:00 stdout F {}", false),
    ("web-1  | {}", false),
    ("project_web_1  | {}", false),
    ("web-1  | 2026-03-14T14:45:35.123456789Z {}", false),
    ("0|api  | {}", false),
    ("0|api  | 2026-03-14T14:45:35: {}", false),
    ("14:45:35 web.1  | {}", false),
    ("[pod/web-7d9c6bd5b6-x2x7p/web] {}", false),
    ("[pod/web-7d9c6bd5b6-x2x7p/web] 2026-03-14T14:45:35.123456789Z {}", false),
    ("web-7d9c6bd5b6-x2x7p web {}", false),
    ("shop web-7d9c6bd5b6-x2x7p web {}", false),
    ("Mar 14 14:45:35 app1 seedapp[21730]: {}", false),
    ("Mar 14 14:45:35.123456 app1 seedapp[21730]: {}", false),
    ("Mar  4 14:45:35 app1 seedapp: {}", false),
    ("2026-03-14T14:45:35+0000 app1 seedapp[21730]: {}", false),
    ("2026-03-14T14:45:35.123456+00:00 app1 seedapp[21730]: {}", false),
    ("<134>Mar 14 14:45:35 app1 seedapp[21730]: {}", false),
    (
        "<165>1 2026-03-14T14:45:35.003Z app1 seedapp 21730 ID47 [x@1 a=\"b\\\"]\" c=\"d\"][y] {}",
        false,
    ),
    ("<165>1 2026-03-14T14:45:35.003Z app1 seedapp 21730 - - \u{feff}{}", false),
    ("83 <40>1 2026-03-14T14:45:35+00:00 host app web.1 - {}", false),
    ("2026-03-14T14:45:35.123456+00:00 app[web.1]: {}", false),
];

/// Puts a line into a carrier.
pub(crate) fn carry((carrier, escaped): (&str, bool), line: &str) -> String {
    if !escaped {
        return carrier.replacen("{}", line, 1);
    }
    let quoted = serde_json::to_string(line).unwrap();
    carrier.replacen("{}", &quoted[1..quoted.len() - 1], 1)
}

#[test]
fn any_carrier_gives_the_same_verdicts() {
    let peeler = Peeler::with_year(2026);
    for sample in samples() {
        let Some(log) = sample.only_log() else { continue };
        let stamped = log.lines().filter(|line| peeler.peel(line).stamp.is_some()).count();
        // All carriers stamp one moment. Where some lines have stamps of their own, the others would be pulled away from them.
        let uniform = stamped == 0 || stamped == log.lines().count();
        let want = run(&sample.inputs).essence();
        for carrier in CARRIERS {
            if !uniform && peeler.peel(&carry(*carrier, "cache warmed")).stamp.is_some() {
                continue;
            }
            let carried: String = log.lines().map(|line| carry(*carrier, line) + "\n").collect();
            assert_eq!(read(&carried).essence(), want, "{} carried by {}", sample.name, carrier.0);
        }
    }
}
