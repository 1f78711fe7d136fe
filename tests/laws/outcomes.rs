//! Laws 7 and 8: a healthy log yields no failure, and outcomes add up.

use std::collections::BTreeSet;

use proptest::prelude::*;
use siotrace::{facts::Outcome, report::Totals, rules::cause::Cause};

use crate::{
    made_up::sid,
    support::{Run, essence, read, run, samples},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_healthy_log_yields_no_failure(clients in 1..12_usize, beats in 0..4_usize, order in prop::collection::vec(any::<u16>(), 64), polling in any::<bool>()) {
        let mut scripts: Vec<Vec<String>> = (0..clients).map(|i| healthy(i, beats, polling)).collect();
        for script in &mut scripts {
            script.reverse();
        }
        let mut log = String::new();
        let mut turn = order.iter().cycle();
        while !scripts.is_empty() {
            let i = usize::from(*turn.next().unwrap()) % scripts.len();
            match scripts[i].pop() {
                Some(line) => log += &(line + "\n"),
                None => drop(scripts.remove(i)),
            }
        }
        let run = read(&log);
        prop_assert_eq!(run.report.totals, Totals { attempts: clients as u64, accepted: clients as u64, ..Totals::default() }, "{}", log);
        prop_assert!(run.report.causes.is_empty());
    }
}

/// What one client's connection looks like that works.
fn healthy(i: usize, beats: usize, polling: bool) -> Vec<String> {
    let (engine, socket) = (sid("Fine", 2 * i), sid("Fine", 2 * i + 1));
    let upgrades = if polling { "['websocket']" } else { "[]" };
    let mut lines = vec![
        format!(
            "{engine}: Sending packet OPEN data {{'sid': '{engine}', 'upgrades': {upgrades}, 'pingTimeout': 20000, 'pingInterval': 25000, 'maxPayload': 1000000}}"
        ),
        format!("{engine}: Received packet MESSAGE data 0{{}}"),
        format!("{engine}: Sending packet MESSAGE data 0{{\"sid\":\"{socket}\"}}"),
    ];
    if polling {
        lines.push(format!("{engine}: Received request to upgrade to websocket"));
        lines.push(format!("{engine}: Upgrade to websocket successful"));
    }
    for _ in 0..beats {
        lines.push(format!("{engine}: Sending packet PING data None"));
        lines.push(format!("{engine}: Received packet PONG data "));
    }
    lines.push(format!("{engine}: Received packet CLOSE data "));
    lines
}

#[test]
fn outcomes_add_up_and_every_line_is_counted() {
    for sample in samples() {
        let run = run(&sample.inputs);
        adds_up(&run);
        for (input, (name, bytes)) in run.report.summary.inputs.iter().zip(&sample.inputs) {
            assert_eq!(
                input.lines,
                bytes.split_inclusive(|b| *b == b'\n').count() as u64,
                "{} {name}",
                sample.name
            );
            assert!(input.matched <= input.lines, "{} {name}", sample.name);
        }
    }
}

pub(crate) fn adds_up(run: &Run) {
    let totals = run.report.totals;
    assert_eq!(totals.attempts, run.verdicts.len() as u64);
    assert_eq!(
        totals.attempts,
        totals.accepted + totals.rejected + totals.abandoned + totals.undecided
    );
    assert_eq!(totals.failed, run.verdicts.iter().filter(|v| v.failed()).count() as u64);
    let with_cause = run.verdicts.iter().filter(|v| v.cause.is_some()).count() as u64;
    assert_eq!(with_cause, run.report.causes.iter().map(|c| c.count).sum::<u64>());
    for verdict in &run.verdicts {
        // A refusal has a cause, be it that none was given; an acceptance has none.
        assert!(verdict.cause.is_some() || !verdict.failed(), "{}", essence(verdict));
        assert!(
            verdict.cause.is_none() || verdict.outcome != Outcome::Accepted,
            "{}",
            essence(verdict)
        );
        assert!(
            !verdict.also.contains(&verdict.cause.unwrap_or(Cause::AuthUndecided))
                || verdict.cause.is_none(),
            "{}",
            essence(verdict)
        );
    }
}

#[test]
fn the_samples_show_most_ways_to_fail() {
    let causes: BTreeSet<_> =
        samples().iter().flat_map(|s| run(&s.inputs).verdicts).filter_map(|v| v.cause).collect();
    assert!(causes.len() >= 15, "{causes:?}");
}
