//! Law 3: noise between lines changes no verdict.

use proptest::prelude::*;

use crate::records;
use crate::support::{Input, run, samples};

/// Lines of ordinary web services.
const NOISE: &[&str] = &[
    "INFO:     192.0.2.200:50000 - \"GET /static/app.js HTTP/1.1\" 200 OK",
    "INFO:app:rendered the dashboard in 12 ms",
    "GET /favicon.ico 404 1.204 ms - 150",
    "SELECT id, name FROM users WHERE id = 7",
    "DEBUG:urllib3.connectionpool:https://api.example.com:443 \"GET /v1/prices HTTP/1.1\" 200 None",
    "cache warmed: 812 keys",
    "",
];

#[test]
fn noise_between_records_changes_no_verdict() {
    for sample in samples() {
        let quiet = run(&sample.inputs).essence();
        for (n, noise) in NOISE.iter().enumerate() {
            let noisy: Vec<Input> = sample
                .inputs
                .iter()
                .map(|(name, bytes)| {
                    (name.clone(), with_noise(bytes, |i| (i % 2 == n % 2).then_some(noise)))
                })
                .collect();
            assert_eq!(run(&noisy).essence(), quiet, "{} with {noise:?}", sample.name);
        }
    }
}

/// What a log shows in its first block is known in all of them.
#[test]
fn blocks_of_noise_hide_no_line_whose_ids_have_no_name() {
    let samples = samples();
    let sample = samples.iter().find(|s| s.name.ends_with("own-wording/short-names")).unwrap();
    let [(name, bytes)] = sample.inputs.as_slice() else { panic!("one log") };
    let text = std::str::from_utf8(bytes).unwrap();
    let noise = format!("{}\n", NOISE[1]).repeat(30_000);
    let mut long = String::new();
    for (i, line) in text.split_inclusive('\n').enumerate() {
        if i > 1 {
            long.push_str(&noise);
        }
        long.push_str(line);
    }
    let long = vec![(name.clone(), long.into_bytes())];
    assert_eq!(run(&long).essence(), run(&sample.inputs).essence());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mixture_of_noise_changes_no_verdict(which in any::<prop::sample::Index>(), noise in prop::collection::vec(prop::option::of(0..NOISE.len()), 1..40)) {
        let samples = samples();
        let sample = which.get(&samples);
        let noisy: Vec<Input> = sample
            .inputs
            .iter()
            .map(|(name, bytes)| (name.clone(), with_noise(bytes, |i| noise[i % noise.len()].map(|n| &NOISE[n]))))
            .collect();
        prop_assert_eq!(run(&noisy).essence(), run(&sample.inputs).essence(), "{}", &sample.name);
    }
}

/// `bytes` with a line put before each line that begins a record, as `noise` says by its number. Inside a traceback or an object nothing else is
/// written: a logger writes a record in one piece.
fn with_noise(bytes: &[u8], noise: impl Fn(usize) -> Option<&'static &'static str>) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut out = String::new();
    let mut inside = false;
    for (i, line) in text.lines().enumerate() {
        let indented = line.starts_with([' ', '}']) && !line.starts_with(" *");
        let before = i.checked_sub(1).and_then(|before| text.lines().nth(before));
        let continues = inside || before.is_some_and(|before| records::continues(before, line));
        if !continues && let Some(noise) = noise(i) {
            out.push_str(noise);
            out.push('\n');
        }
        // A traceback ends with its first line that is not indented.
        inside = line.ends_with("handler error")
            || line.starts_with("Traceback")
            || (inside && indented);
        out.push_str(line);
        out.push('\n');
    }
    out.into_bytes()
}
